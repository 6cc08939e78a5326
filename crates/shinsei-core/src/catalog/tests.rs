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

/// What is said of these sheets, a line each.
fn said_of(procedures: &str, divisions: &str, forms: &str) -> Vec<String> {
    let error =
        Catalog::read_with_forms(procedures.as_bytes(), divisions.as_bytes(), forms.as_bytes()).unwrap_err();
    error.defects.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_wrong_with_all_three_sheets_is_told_in_one_round() {
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).unwrap().to_owned();
    let procedures = text(SAMPLE_PROCEDURES_CSV).replacen(",申請,", ",願い,", 1);
    let divisions = text(SAMPLE_DIVISIONS_CSV).replacen("0138-00-0001", "なし", 1);
    let forms = text(SAMPLE_FORMS_CSV).replacen(",氏名等,", ",なまえ,", 1);
    let sheets: Vec<String> = said_of(&procedures, &divisions, &forms)
        .iter()
        .map(|line| line.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(sheets, ["procedures", "divisions", "forms"]);
}

#[test]
fn a_form_of_a_procedure_with_a_fault_is_read_and_one_of_none_is_named() {
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).unwrap().to_owned();
    let (procedures, divisions) = (text(SAMPLE_PROCEDURES_CSV), text(SAMPLE_DIVISIONS_CSV));
    let forms = text(SAMPLE_FORMS_CSV);
    let code = forms.lines().nth(1).unwrap().split(',').next().unwrap().to_owned();
    let line = procedures.lines().find(|line| line.starts_with(&format!("{code},"))).unwrap();
    let faulty = procedures.replace(
        line,
        &line.replacen(",届出,", ",届,", 1).replacen(",申請,", ",申,", 1).replacen(",請求,", ",請,", 1),
    );
    assert_ne!(faulty, procedures, "{line}");
    let said = said_of(&faulty, &divisions, &forms);
    assert!(said.iter().all(|line| line.starts_with("procedures")), "{said:?}");
    let stray = format!("{forms}ZZ-999,氏名,氏名,,氏名等,要,,,,,,,\r\n");
    let said = said_of(&faulty, &divisions, &stray);
    assert!(said.last().unwrap().contains("ZZ-999"), "{said:?}");
    // Where no procedure could be read, nothing is said of the codes of forms.
    let said = said_of("手続\r\n", &divisions, &stray);
    assert!(said.iter().all(|line| line.starts_with("procedures")), "{said:?}");
}

#[test]
fn a_division_says_where_its_staff_and_its_head_are_told_of_last_days_or_does_not() {
    let header = "担当部署コード,担当部署,電話,窓口,受付時間";
    let row = "KOSEKI,戸籍住民課,0138-00-0003,本庁舎1階,平日";
    let read = |header: &str, row: &str| {
        let mut defects = Vec::new();
        let sheet = format!("{header}\r\n{row}\r\n");
        let mut rows = sheet::read(Sheet::Divisions, columns::DIVISIONS, sheet.as_bytes(), &mut defects);
        let divisions: Vec<Division> = rows.iter_mut().filter_map(division::read).collect();
        defects.extend(rows.into_iter().flat_map(|row| row.defects));
        let said: Vec<String> = defects.iter().map(ToString::to_string).collect();
        let mails = divisions.into_iter().map(|one| (one.staff_mail, one.head_mail)).next();
        (mails, said)
    };
    // A sheet of before these columns is one that says nothing in them.
    assert_eq!(read(header, row), (Some((None, None)), vec![]));
    let (with, staff, head) = (
        format!("{header},職員通知先,所属長通知先"),
        "koseki@city.example.lg.jp",
        "kacho@city.example.lg.jp",
    );
    assert_eq!(read(&with, &format!("{row},,")), (Some((None, None)), vec![]));
    let both = Some((Some(staff.to_owned()), Some(head.to_owned())));
    assert_eq!(read(&with, &format!("{row},{staff},{head}")), (both, vec![]));
    for faulty in ["koseki", "a@b@c", "課長<k@example.jp>", "k@example.jp;x@example.jp", "k @example.jp"] {
        let expected = format!(
            "divisions line 2, 職員通知先: found 「{faulty}」, expected an address such as koseki@city.example.lg.jp, or a blank cell"
        );
        assert_eq!(read(&with, &format!("{row},{faulty},")), (None, vec![expected]));
    }
    let staff_alone = Some((Some(staff.to_owned()), None));
    assert_eq!(read(&format!("{header},職員通知先"), &format!("{row},{staff}")), (staff_alone, vec![]));
}
