//! A catalog in any bytes: what is read is written as something that is read as the same catalog.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shinsei_core::catalog::{Catalog, SAMPLE_DIVISIONS_CSV};
use shinsei_core::sheet::Encoding;

fuzz_target!(|bytes: &[u8]| {
    let Ok(catalog) = Catalog::read(bytes, SAMPLE_DIVISIONS_CSV) else { return };
    if let Ok(written) = catalog.to_csv(Encoding::Utf8Bom) {
        assert_eq!(Catalog::read(&written, SAMPLE_DIVISIONS_CSV).ok(), Some(catalog));
    }
});
