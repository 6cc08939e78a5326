//! Each sheet of a catalog in any bytes: what is read is written as something that is read as the same catalog.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use shinsei_core::catalog::{Catalog, SAMPLE_DIVISIONS_CSV, SAMPLE_PROCEDURES_CSV};
use shinsei_core::sheet::Encoding;

static SAMPLE: LazyLock<Catalog> = LazyLock::new(Catalog::sample);

fuzz_target!(|bytes: &[u8]| {
    if let Ok(catalog) = Catalog::read(bytes, SAMPLE_DIVISIONS_CSV)
        && let Ok(written) = catalog.to_csv(Encoding::Utf8Bom)
    {
        assert_eq!(Catalog::read(&written, SAMPLE_DIVISIONS_CSV).ok(), Some(catalog));
    }
    if let Ok(catalog) = Catalog::read(SAMPLE_PROCEDURES_CSV, bytes)
        && let Ok(written) = catalog.divisions_to_csv(Encoding::Utf8Bom)
    {
        assert_eq!(Catalog::read(SAMPLE_PROCEDURES_CSV, &written).ok(), Some(catalog));
    }
    if let Ok(catalog) = SAMPLE.clone().with_forms(bytes)
        && let Ok(written) = catalog.forms_to_csv(Encoding::Utf8Bom)
    {
        assert_eq!(SAMPLE.clone().with_forms(&written).ok(), Some(catalog));
    }
});
