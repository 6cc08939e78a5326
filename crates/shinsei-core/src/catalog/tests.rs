//! The sample as a whole, its stress rows as values, and the sheets with other bytes.

mod agencies;
mod deciding;
mod defects;
mod forms;
mod habits;
mod manual;
mod paid_rows;
mod round_trip;
mod rows;

use expect_test::expect;

use super::*;
use crate::catalog::columns::Closed as _;
use crate::procedure::{Act, Fee, FeeTiming, Tariff};
use crate::yen::Yen;

#[test]
fn the_sample_is_read() {
    let catalog = Catalog::read(SAMPLE_PROCEDURES_CSV, SAMPLE_DIVISIONS_CSV);
    let catalog = catalog.and_then(|catalog| catalog.with_forms(SAMPLE_FORMS_CSV));
    let catalog = catalog.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((catalog.procedures().len(), catalog.divisions().len()), (61, 17));
    assert_eq!(catalog, Catalog::sample());
}

#[test]
fn the_sample_is_written_as_it_is_kept() {
    let catalog = Catalog::sample();
    assert_eq!(catalog.to_csv(Encoding::Utf8Bom).as_deref(), Ok(SAMPLE_PROCEDURES_CSV));
    assert_eq!(catalog.divisions_to_csv(Encoding::Utf8Bom).as_deref(), Ok(SAMPLE_DIVISIONS_CSV));
    assert_eq!(catalog.forms_to_csv(Encoding::Utf8Bom).as_deref(), Ok(SAMPLE_FORMS_CSV));
}

#[test]
fn the_nine_categories_have_procedures() {
    let catalog = Catalog::sample();
    let counts: Vec<_> =
        Category::ALL.iter().map(|category| (*category, catalog.by_category(*category).count())).collect();
    expect![[r#"
        [
            (
                InformationDisclosure,
                3,
            ),
            (
                Tax,
                8,
            ),
            (
                HealthAndMedicine,
                6,
            ),
            (
                ResidentsAndSeals,
                8,
            ),
            (
                LongTermCare,
                6,
            ),
            (
                Children,
                7,
            ),
            (
                Sanitation,
                6,
            ),
            (
                Animals,
                7,
            ),
            (
                ConstructionAndRoads,
                10,
            ),
        ]
    "#]]
    .assert_debug_eq(&counts);
}

#[test]
fn every_procedure_has_its_division_and_its_source() {
    let catalog = Catalog::sample();
    for procedure in catalog.procedures() {
        assert!(catalog.division(&procedure.terms.division).is_some(), "{}", procedure.id);
        assert_ne!(procedure.source, "", "{}", procedure.id);
    }
}

#[test]
fn a_remedy_stands_exactly_where_the_city_gives_a_disposition() {
    let catalog = Catalog::sample();
    let (with, without): (Vec<_>, Vec<_>) =
        catalog.procedures().iter().partition(|procedure| procedure.terms.remedy.is_some());
    assert!(with.iter().all(|procedure| procedure.terms.act != Act::Filing));
    let without: Vec<_> = without
        .iter()
        .filter(|procedure| procedure.terms.act != Act::Filing)
        .map(|procedure| procedure.id.as_str())
        .collect();
    assert_eq!(without, ["HO-004", "DO-007", "KE-005", "KE-008"]);
}

#[test]
fn a_fee_can_follow_the_decision_or_a_table_that_the_catalog_does_not_have() {
    let catalog = Catalog::sample();
    let fee = |id: &str| catalog.procedure(&ProcedureId::new(id).unwrap()).unwrap().terms.fee.clone();
    let unit = "表示面積1平方メートル・年".to_owned();
    let tariff = Tariff::Each { yen: Yen(1800), unit };
    assert_eq!(fee("KE-001"), Fee::Due { tariff, timing: FeeTiming::AfterDecision });
    assert_eq!(fee("KE-009"), Fee::Due { tariff: Tariff::Assessed, timing: FeeTiming::BeforeReview });
    assert_eq!(fee("KE-008"), Fee::Due { tariff: Tariff::Assessed, timing: FeeTiming::AtPickup });
}
