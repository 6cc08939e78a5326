//! The sample as a whole.

use super::*;

#[test]
fn the_sample_is_read() {
    let catalog = Catalog::read(SAMPLE_PROCEDURES_CSV, SAMPLE_DIVISIONS_CSV);
    let catalog = catalog.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((catalog.procedures().len(), catalog.divisions().len()), (61, 15));
    assert_eq!(catalog, Catalog::sample());
}

#[test]
fn the_sample_is_written_as_it_is_kept() {
    let catalog = Catalog::sample();
    assert_eq!(catalog.to_csv(Encoding::Utf8Bom).as_deref(), Ok(SAMPLE_PROCEDURES_CSV));
    assert_eq!(catalog.divisions_to_csv(Encoding::Utf8Bom).as_deref(), Ok(SAMPLE_DIVISIONS_CSV));
}
