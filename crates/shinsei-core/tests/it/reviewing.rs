//! 審査: when it may begin, what may be found, and what comes of it.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::command::{ApplicationFinding, Command, FilingFinding, Finding, Review, StatedReason};
use shinsei_core::ids::ReasonCode;
use shinsei_core::outcome::NonEmpty;
use shinsei_core::procedure::ExemptionGround;
use shinsei_core::rejection::StateName::{Received, UnderReview};

use crate::kit::{because, case, check, confirmed, granted, pay, review, said};
use crate::points::{
    barber_shop, copy_of_residence, death_of_a_dog, paving_of_a_private_road, restaurant, use_of_a_road,
};

fn inspected(finding: Finding, days_ago: u64) -> Command {
    let today = Life::of(restaurant()).now().date_jst();
    let inspected_on = today.checked_sub_days(chrono::Days::new(days_ago));
    Command::Review(Review { finding, inspected_on })
}

#[test]
fn an_officer_of_the_division_in_charge_begins_the_review() {
    let life = case(copy_of_residence(), Received);
    check(
        life.clone(),
        life.officer(),
        Command::StartReview,
        expect![[r#"
            ReviewStarted {"by":"s-021"}
        "#]],
    );
}

#[test]
fn no_review_begins_before_the_fee_that_comes_with_the_application() {
    let life = case(barber_shop(), Received);
    check(
        life.clone(),
        life.officer(),
        Command::StartReview,
        expect![[r#"
            refused: FeeBeforeReview
            手数料の納付を確認してから審査を始めます。
        "#]],
    );
    let paid = life.clone().run(&[Step::new(life.clerk(), pay(16_000))]);
    check(
        paid,
        life.officer(),
        Command::StartReview,
        expect![[r#"
            ReviewStarted {"by":"s-021"}
        "#]],
    );
}

#[test]
fn no_review_begins_before_the_fee_that_an_officer_must_assess_first() {
    let life = case(restaurant(), Received);
    check(
        life.clone(),
        life.officer(),
        Command::StartReview,
        expect![[r#"
            refused: FeeBeforeReview
            手数料の納付を確認してから審査を始めます。
        "#]],
    );
}

#[test]
fn a_fee_that_comes_later_does_not_hold_up_the_review() {
    for procedure in [copy_of_residence(), use_of_a_road()] {
        let life = case(procedure, Received);
        assert_eq!(said(life.clone(), &life.officer(), Command::StartReview), "yes");
    }
}

#[test]
fn a_grant_assesses_the_fee_that_is_paid_at_the_hand_over() {
    let life = case(copy_of_residence(), UnderReview);
    check(
        life.clone(),
        life.officer(),
        granted(),
        expect![[r#"
            Reviewed {"by":"s-021","outcome":{"Application":"Granted"}}
            FeeAssessed {"basis":{"Tariff":{"quantity":1}},"yen":300}
            schedule result-notice at once in Notice: result-notice
        "#]],
    );
}

#[test]
fn a_grant_does_not_assess_what_is_exempted_already() {
    let life = case(copy_of_residence(), UnderReview);
    let ground = ExemptionGround::PublicBody;
    let exempted = life.clone().run(&[Step::new(life.officer(), Command::ExemptFee { ground })]);
    check(
        exempted,
        life.officer(),
        granted(),
        expect![[r#"
            Reviewed {"by":"s-021","outcome":{"Application":"Granted"}}
            schedule result-notice at once in Notice: result-notice
        "#]],
    );
}

#[test]
fn a_refusal_assesses_no_fee_and_states_reasons_and_remedy() {
    let life = case(copy_of_residence(), UnderReview);
    let refused = Finding::Application(ApplicationFinding::Refused(because("請求権がない")));
    check(
        life.clone(),
        life.officer(),
        review(refused),
        expect![[r#"
            Reviewed {"by":"s-021","outcome":{"Application":{"Refused":{"reasons":[{"code":"R-01","text":"document reason"}],"remedy":{"review_months":3,"suit_months":6}}}}}
            keep reason: 請求権がない
            schedule result-notice at once in Notice: result-notice
        "#]],
    );
}

#[test]
fn what_is_granted_in_part_states_reasons_and_remedy_and_costs_its_fee() {
    let life = case(copy_of_residence(), UnderReview);
    let partly = Finding::Application(ApplicationFinding::PartlyGranted(because("世帯の一部に限る")));
    check(
        life.clone(),
        life.officer(),
        review(partly),
        expect![[r#"
            Reviewed {"by":"s-021","outcome":{"Application":{"PartlyGranted":{"reasons":[{"code":"R-01","text":"document reason"}],"remedy":{"review_months":3,"suit_months":6}}}}}
            FeeAssessed {"basis":{"Tariff":{"quantity":1}},"yen":300}
            keep reason: 世帯の一部に限る
            schedule result-notice at once in Notice: result-notice
        "#]],
    );
}

#[test]
fn a_dismissal_states_reasons_and_remedy() {
    let life = case(copy_of_residence(), UnderReview);
    let dismissed = Finding::Application(ApplicationFinding::Dismissed(because("添付書類がない")));
    check(
        life.clone(),
        life.officer(),
        review(dismissed),
        expect![[r#"
            Reviewed {"by":"s-021","outcome":{"Application":{"Dismissed":{"reasons":[{"code":"R-01","text":"document reason"}],"remedy":{"review_months":3,"suit_months":6}}}}}
            keep reason: 添付書類がない
            schedule result-notice at once in Notice: result-notice
        "#]],
    );
}

#[test]
fn a_refusal_under_a_guideline_states_no_remedy() {
    let life = case(paving_of_a_private_road(), UnderReview);
    let refused = Finding::Application(ApplicationFinding::Refused(because("要件に当たらない")));
    check(
        life.clone(),
        life.officer(),
        review(refused),
        expect![[r#"
            Reviewed {"by":"s-021","outcome":{"Application":{"Refused":{"reasons":[{"code":"R-01","text":"document reason"}],"remedy":null}}}}
            keep reason: 要件に当たらない
            schedule result-notice at once in Notice: result-notice
        "#]],
    );
}

#[test]
fn a_filing_is_confirmed_or_has_formal_defects() {
    let life = case(death_of_a_dog(), UnderReview);
    check(
        life.clone(),
        life.officer(),
        confirmed(),
        expect![[r#"
            Reviewed {"by":"s-021","outcome":{"Filing":"Confirmed"}}
            schedule result-notice at once in Notice: result-notice
        "#]],
    );
    let defect = Finding::Filing(FilingFinding::FormalDefect(because("死亡日の記入がない")));
    check(
        life.clone(),
        life.officer(),
        review(defect),
        expect![[r#"
            Reviewed {"by":"s-021","outcome":{"Filing":{"FormalDefect":{"reasons":[{"code":"R-01","text":"document reason"}]}}}}
            keep reason: 死亡日の記入がない
            schedule result-notice at once in Notice: result-notice
        "#]],
    );
}

#[test]
fn a_filing_is_never_refused_on_its_merits() {
    let life = case(death_of_a_dog(), UnderReview);
    let refused = Finding::Application(ApplicationFinding::Refused(because("不適当")));
    check(
        life.clone(),
        life.officer(),
        review(refused),
        expect![[r#"
            refused: FindingOfOtherAct
            この手続の種類では選べない審査結果です。
        "#]],
    );
}

#[test]
fn an_application_is_not_merely_confirmed() {
    let life = case(copy_of_residence(), UnderReview);
    check(
        life.clone(),
        life.officer(),
        confirmed(),
        expect![[r#"
            refused: FindingOfOtherAct
            この手続の種類では選べない審査結果です。
        "#]],
    );
}

#[test]
fn nothing_is_granted_before_the_premises_were_inspected() {
    let life = case(restaurant(), UnderReview);
    check(
        life.clone(),
        life.officer(),
        granted(),
        expect![[r#"
            refused: InspectionMissing
            検査の日付がありません。
        "#]],
    );
    let grant = Finding::Application(ApplicationFinding::Granted);
    check(
        life.clone(),
        life.officer(),
        inspected(grant, 0),
        expect![[r#"
            Reviewed {"by":"s-021","inspected_on":"2026-05-07","outcome":{"Application":"Granted"}}
            schedule result-notice at once in Notice: result-notice
        "#]],
    );
}

#[test]
fn an_inspection_before_the_arrival_or_after_today_is_not_believed() {
    let life = case(restaurant(), UnderReview);
    let grant = || Finding::Application(ApplicationFinding::Granted);
    check(
        life.clone(),
        life.officer(),
        inspected(grant(), 1),
        expect![[r#"
            refused: InspectionOutOfRange
            検査の日付が正しくありません。
        "#]],
    );
    let tomorrow = life.now().date_jst().succ_opt();
    let command = Command::Review(Review { finding: grant(), inspected_on: tomorrow });
    check(
        life.clone(),
        life.officer(),
        command,
        expect![[r#"
            refused: InspectionOutOfRange
            検査の日付が正しくありません。
        "#]],
    );
}

#[test]
fn a_refusal_on_the_merits_waits_for_the_inspection_as_well() {
    let life = case(restaurant(), UnderReview);
    let partly = Finding::Application(ApplicationFinding::PartlyGranted(because("客席を除く")));
    assert_eq!(said(life.clone(), &life.officer(), review(partly)), "InspectionMissing");
    let refused = Finding::Application(ApplicationFinding::Refused(because("手洗い設備がない")));
    assert_eq!(said(life.clone(), &life.officer(), review(refused)), "InspectionMissing");
    let life = case(barber_shop(), UnderReview);
    assert_eq!(said(life.clone(), &life.officer(), confirmed()), "InspectionMissing");
}

#[test]
fn nobody_must_inspect_the_premises_to_find_a_paper_missing() {
    let life = case(restaurant(), UnderReview);
    let dismissed = Finding::Application(ApplicationFinding::Dismissed(because("図面がない")));
    check(
        life.clone(),
        life.officer(),
        review(dismissed),
        expect![[r#"
            Reviewed {"by":"s-021","outcome":{"Application":{"Dismissed":{"reasons":[{"code":"R-01","text":"document reason"}],"remedy":{"review_months":3,"suit_months":6}}}}}
            keep reason: 図面がない
            schedule result-notice at once in Notice: result-notice
        "#]],
    );
    let life = case(barber_shop(), UnderReview);
    let defect = Finding::Filing(FilingFinding::FormalDefect(because("図面がない")));
    check(
        life.clone(),
        life.officer(),
        review(defect),
        expect![[r#"
            Reviewed {"by":"s-021","outcome":{"Filing":{"FormalDefect":{"reasons":[{"code":"R-01","text":"document reason"}]}}}}
            keep reason: 図面がない
            schedule result-notice at once in Notice: result-notice
        "#]],
    );
}

#[test]
fn a_refusal_with_a_code_and_no_words_tells_the_applicant_nothing() {
    let life = case(copy_of_residence(), UnderReview);
    let refused = |words: &[u8]| {
        let reason = StatedReason { code: ReasonCode::new("R-07").unwrap(), text: words.into() };
        let reasons = [because("請求権がない").as_slice(), &[reason]].concat();
        review(Finding::Application(ApplicationFinding::Refused(NonEmpty::new(reasons).unwrap())))
    };
    check(
        life.clone(),
        life.officer(),
        refused(b""),
        expect![[r#"
            refused: ReasonWithoutWords { code: ReasonCode("R-07") }
            理由 R-07 の説明を記入してください。
        "#]],
    );
    for unreadable in ["\u{3000}\n".as_bytes(), b"\xff"] {
        let said = said(life.clone(), &life.officer(), refused(unreadable));
        assert_eq!(said, r#"ReasonWithoutWords { code: ReasonCode("R-07") }"#);
    }
}

#[test]
fn every_adverse_finding_needs_words() {
    let blank = || because(" ");
    let partly = Finding::Application(ApplicationFinding::PartlyGranted(blank()));
    let dismissed = Finding::Application(ApplicationFinding::Dismissed(blank()));
    let defect = Finding::Filing(FilingFinding::FormalDefect(blank()));
    for (procedure, finding) in
        [(copy_of_residence(), partly), (copy_of_residence(), dismissed), (death_of_a_dog(), defect)]
    {
        let life = case(procedure, UnderReview);
        let said = said(life.clone(), &life.officer(), review(finding));
        assert_eq!(said, r#"ReasonWithoutWords { code: ReasonCode("R-01") }"#);
    }
}
