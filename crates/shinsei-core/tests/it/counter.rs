//! 本人確認, 窓口対応, 面談: people who come to the city hall.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::command::{Command, CounterService, Visitor};
use shinsei_core::event::Identification;
use shinsei_core::procedure::{Procedure, Visit};
use shinsei_core::rejection::StateName::{Closed, Decided, Received, UnderReview};

use crate::kit::{case, cash, check, check_life, granted, issue, notice_delivered, on, pay, said};
use crate::points::{copy_of_residence, medical_interview};

fn identified() -> Procedure {
    let mut procedure = copy_of_residence();
    procedure.terms.identification = true;
    procedure
}

fn verify() -> Command {
    Command::VerifyVisitor(Visitor {
        identification: Identification::IndividualNumberCard,
        notice_copy: true,
    })
}

fn serve(payment: Option<u32>, copies: u32) -> Command {
    Command::ServeAtCounter(CounterService {
        identification: Identification::DrivingLicence,
        notice_copy: false,
        payment: payment.map(|yen| cash(yen, "窓口 第0007号")),
        copies,
    })
}

fn interview(on: chrono::NaiveDate) -> Command {
    Command::RecordVisit { purpose: Visit::Interview, on }
}

#[test]
fn nothing_is_handed_over_to_who_was_not_identified() {
    let paid = case(identified(), Decided);
    let life = paid.clone().run(&[Step::new(paid.clerk(), pay(300))]);
    check(
        life.clone(),
        life.clerk(),
        issue(1),
        expect![[r#"
        refused: VisitorNotVerified
        窓口で本人確認をしてから交付します。
    "#]],
    );
    check(
        life.clone(),
        life.clerk(),
        verify(),
        expect![[r#"
        VisitVerified {"by":"s-107","how":"IndividualNumberCard","notice_copy":true}
    "#]],
    );
    let verified = life.clone().run(&[Step::new(life.clerk(), verify())]);
    assert_eq!(said(verified.clone(), &life.clerk(), verify()), "VisitorAlreadyVerified");
    assert_eq!(said(verified, &life.clerk(), issue(1)), "yes");
    assert_eq!(said(life.clone(), &life.applicant(), verify()), "NotPermitted { needed: Counter }");
    let early = case(identified(), UnderReview);
    assert_eq!(
        said(early.clone(), &early.clerk(), verify()),
        "WrongState { needed: Decided, actual: UnderReview }"
    );
}

#[test]
fn one_visit_is_one_commit_whatever_happens_in_it() {
    let life = case(identified(), Decided);
    check(
        life.clone(),
        life.clerk(),
        serve(Some(300), 1),
        expect![[r#"
        VisitVerified {"by":"s-107","how":"DrivingLicence","notice_copy":false}
        FeePaid {"by":"s-107","channel":"Counter","reference":"document payment-reference","yen":300}
        ResultTold {"by":"s-107","how":"Counter"}
        CertificateIssued {"by":"s-107","copies":1,"serial":"012025-R08-0000001-6/1"}
        Closed {"reason":"Completed"}
        keep payment-reference: 窓口 第0007号
    "#]],
    );
    let told = life.clone().run(&[Step::new(Actor::System, notice_delivered())]);
    check_life(
        told.clone(),
        &[(told.clerk(), serve(Some(300), 1))],
        expect![[r#"
        ServeAtCounter
            VisitVerified {"by":"s-107","how":"DrivingLicence","notice_copy":false}
            FeePaid {"by":"s-107","channel":"Counter","reference":"document payment-reference","yen":300}
            CertificateIssued {"by":"s-107","copies":1,"serial":"012025-R08-0000001-6/1"}
            Closed {"reason":"Completed"}
        Closed: 手続終了
    "#]],
    );
    let paid = told.run(&[Step::new(life.clerk(), pay(300)), Step::new(life.clerk(), verify())]);
    check(
        paid,
        life.clerk(),
        serve(None, 1),
        expect![[r#"
        CertificateIssued {"by":"s-107","copies":1,"serial":"012025-R08-0000001-6/1"}
        Closed {"reason":"Completed"}
    "#]],
    );
}

#[test]
fn a_visit_that_cannot_be_finished_leaves_nothing_behind() {
    let life = case(identified(), Decided);
    assert_eq!(said(life.clone(), &life.clerk(), serve(None, 1)), "FeeUnsettled");
    assert_eq!(
        said(life.clone(), &life.clerk(), serve(Some(299), 1)),
        "AmountDiffers { due: Yen(300), paid: Yen(299) }"
    );
    assert_eq!(
        said(life.clone(), &life.clerk(), serve(Some(300), 2)),
        "CopiesOutOfRange { requested: 1, copies: 2 }"
    );
    let refused = life.clone().run(&[Step::new(life.clerk(), serve(Some(300), 2))]);
    assert_eq!(refused.history(), life.history());
    assert_eq!(
        said(life.clone(), &life.applicant(), serve(Some(300), 1)),
        "NotPermitted { needed: Counter }"
    );
}

#[test]
fn a_decision_on_the_merits_waits_for_the_interview() {
    let life = case(medical_interview(), Received);
    let life = life.clone().run(&[Step::new(life.officer(), Command::StartReview)]);
    check(
        life.clone(),
        life.officer(),
        granted(),
        expect![[r#"
        refused: VisitMissing { purpose: Interview }
        面談または書類の提示が済んでいません。
    "#]],
    );
    check(
        life.clone(),
        life.clerk(),
        interview(on(&life, 0)),
        expect![[r#"
        VisitRecorded {"by":"s-107","on":"2026-05-07","purpose":"Interview"}
    "#]],
    );
    let met = life.clone().run(&[Step::new(life.clerk(), interview(on(&life, 0)))]);
    assert_eq!(said(met.clone(), &life.officer(), granted()), "yes");
    let again = said(met, &life.clerk(), interview(on(&life, 0)));
    assert_eq!(again, "VisitNotNeeded { purpose: Interview }");
    assert_eq!(said(life.clone(), &life.clerk(), interview(on(&life, 1))), "VisitOutOfRange");
    let papers = Command::RecordVisit { purpose: Visit::Papers, on: on(&life, 0) };
    assert_eq!(said(life.clone(), &life.clerk(), papers), "VisitNotNeeded { purpose: Papers }");
}

#[test]
fn a_formal_defect_shows_without_an_interview() {
    use crate::kit::{because, review};
    use shinsei_core::command::{ApplicationFinding, Finding};
    let life = case(medical_interview(), Received);
    let life = life.clone().run(&[Step::new(life.officer(), Command::StartReview)]);
    let dismissed = Finding::Application(ApplicationFinding::Dismissed(because("申請者の記載がない")));
    assert_eq!(said(life.clone(), &life.officer(), review(dismissed)), "yes");
}

#[test]
fn whoever_comes_to_a_closed_case_came_for_a_certificate() {
    let life: Life = case(identified(), Closed);
    assert_eq!(said(life.clone(), &life.clerk(), verify()), "yes");
    let plain = case(crate::points::death_of_a_dog(), Closed);
    assert_eq!(
        said(plain.clone(), &plain.clerk(), verify()),
        "WrongState { needed: Decided, actual: Closed }"
    );
}

/// Who was identified came for what was decided then.
#[test]
fn whoever_comes_after_the_decision_was_corrected_is_identified_anew() {
    let life = case(identified(), Decided);
    let explanation = "書き誤り".into();
    let finding =
        shinsei_core::command::Finding::Application(shinsei_core::command::ApplicationFinding::Granted);
    let ready = life.clone().run(&[Step::new(life.clerk(), verify()), Step::new(life.clerk(), pay(300))]);
    assert_eq!(said(ready.clone(), &life.clerk(), issue(1)), "yes");
    let correct = Command::CorrectDecision { finding, explanation, approver: None };
    let corrected = ready.run(&[Step::new(life.officer(), correct)]);
    assert_eq!(said(corrected.clone(), &life.clerk(), issue(1)), "VisitorNotVerified");
    assert_eq!(said(corrected, &life.clerk(), verify()), "yes");
}
