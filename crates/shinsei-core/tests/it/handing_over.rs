//! 交付, 結果の通知, 完了: what is handed over, told and ended, and in which order.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_conformance::stamp::detached;
use shinsei_core::actor::Actor;
use shinsei_core::command::{ApplicationFinding, Command, Finding};
use shinsei_core::event::{CloseReason, TellingChannel};
use shinsei_core::rejection::StateName::{Decided, Issued, UnderReview};
use shinsei_core::signature::CertificateKind;

use crate::kit::{
    because, case, check, deliver, form_of, granted, issue, notice_delivered, pay, review, said, submit_with,
};
use crate::points::{copy_of_residence, death_of_a_dog, request_with_an_invoice, vehicle_tax_certificate};

fn close(reason: CloseReason) -> Command {
    Command::Close { reason }
}

fn told(life: Life) -> Life {
    life.run(&[Step::new(Actor::System, notice_delivered())])
}

fn paid(life: Life) -> Life {
    let clerk = life.clerk();
    life.run(&[Step::new(clerk, pay(300))])
}

fn refused() -> Life {
    let life = case(copy_of_residence(), UnderReview);
    let finding = Finding::Application(ApplicationFinding::Refused(because("請求権がない")));
    life.clone().run(&[Step::new(life.officer(), review(finding))])
}

#[test]
fn a_certificate_is_not_handed_over_before_payment() {
    let life = told(case(copy_of_residence(), Decided));
    check(
        life.clone(),
        life.clerk(),
        issue(1),
        expect![[r#"
            refused: FeeUnsettled
            手数料の納付が済んでいません。
        "#]],
    );
    check(
        paid(life.clone()),
        life.clerk(),
        issue(1),
        expect![[r#"
            CertificateIssued {"by":"s-107","copies":1,"serial":"012025-R08-0000001-6/1"}
            Closed {"reason":"Completed"}
        "#]],
    );
}

#[test]
fn a_free_certificate_is_handed_over_without_payment() {
    let life = told(case(vehicle_tax_certificate(), Decided));
    check(
        life.clone(),
        life.officer(),
        issue(1),
        expect![[r#"
            CertificateIssued {"by":"s-021","copies":1,"serial":"012025-R08-0000001-6/1"}
            Closed {"reason":"Completed"}
        "#]],
    );
}

#[test]
fn a_hand_over_before_the_result_is_told_does_not_end_the_case() {
    let life = paid(case(copy_of_residence(), Decided));
    check(
        life.clone(),
        life.clerk(),
        issue(1),
        expect![[r#"
            CertificateIssued {"by":"s-107","copies":1,"serial":"012025-R08-0000001-6/1"}
        "#]],
    );
    let issued = life.clone().run(&[Step::new(life.clerk(), issue(1))]);
    check(
        issued.clone(),
        Actor::System,
        notice_delivered(),
        expect![[r#"
            ResultTold {"how":"Notice"}
            Closed {"reason":"Completed"}
        "#]],
    );
    check(
        issued,
        life.clerk(),
        issue(1),
        expect![[r#"
            refused: WrongState { needed: Decided, actual: Issued }
            現在「交付済」のため、この操作はできません。
        "#]],
    );
}

#[test]
fn no_more_copies_are_handed_over_than_were_asked_for_and_paid() {
    let life = Life::of(copy_of_residence());
    let form = detached(CertificateKind::JpkiSigning, &form_of(&life, 3));
    let submitted = life.clone().run(&[Step::new(life.applicant(), submit_with(&life, form))]);
    let decided = submitted
        .run(&[Step::new(life.officer(), Command::StartReview), Step::new(life.officer(), granted())]);
    let life = decided.run(&[Step::new(life.clerk(), pay(900))]);
    check(
        life.clone(),
        life.clerk(),
        issue(0),
        expect![[r#"
            refused: CopiesOutOfRange { requested: 3, copies: 0 }
            申請された通数は3通です。
        "#]],
    );
    check(
        life.clone(),
        life.clerk(),
        issue(4),
        expect![[r#"
            refused: CopiesOutOfRange { requested: 3, copies: 4 }
            申請された通数は3通です。
        "#]],
    );
    check(
        life.clone(),
        life.clerk(),
        issue(3),
        expect![[r#"
            CertificateIssued {"by":"s-107","copies":3,"serial":"012025-R08-0000001-6/1"}
        "#]],
    );
}

#[test]
fn what_was_refused_is_not_handed_over_and_no_fee_is_asked_for_it() {
    let life = refused();
    check(
        life.clone(),
        life.clerk(),
        issue(1),
        expect![[r#"
            refused: NotGranted
            交付の対象となる決定がありません。
        "#]],
    );
}

#[test]
fn a_procedure_that_hands_nothing_over_says_so() {
    let life = case(request_with_an_invoice(), Decided);
    check(
        life.clone(),
        life.clerk(),
        issue(1),
        expect![[r#"
            refused: NothingToIssue
            交付する物のない手続です。
        "#]],
    );
}

#[test]
fn a_filing_ends_when_its_result_is_told() {
    check(
        case(death_of_a_dog(), Decided),
        Actor::System,
        notice_delivered(),
        expect![[r#"
            ResultTold {"how":"Notice"}
            Closed {"reason":"Completed"}
        "#]],
    );
}

#[test]
fn a_refusal_does_not_end_with_the_mail_that_tells_it() {
    check(
        refused(),
        Actor::System,
        notice_delivered(),
        expect![[r#"
            ResultTold {"how":"Notice"}
        "#]],
    );
}

#[test]
fn a_grant_does_not_end_with_being_told() {
    check(
        case(copy_of_residence(), Decided),
        Actor::System,
        notice_delivered(),
        expect![[r#"
            ResultTold {"how":"Notice"}
        "#]],
    );
    check(
        case(request_with_an_invoice(), Decided),
        Actor::System,
        notice_delivered(),
        expect![[r#"
            ResultTold {"how":"Notice"}
        "#]],
    );
}

#[test]
fn a_result_is_told_once_and_by_somebody() {
    let life = case(copy_of_residence(), Decided);
    let by_telephone = Command::TellResult { how: TellingChannel::Telephone };
    check(
        life.clone(),
        life.clerk(),
        by_telephone.clone(),
        expect![[r#"
            ResultTold {"by":"s-107","how":"Telephone"}
        "#]],
    );
    check(
        told(life.clone()),
        life.clerk(),
        by_telephone,
        expect![[r#"
            refused: AlreadyTold
            審査結果は既にお知らせしています。
        "#]],
    );
}

#[test]
fn what_was_never_fetched_may_be_closed_by_an_officer_once_it_was_told() {
    let life = case(copy_of_residence(), Decided);
    check(
        life.clone(),
        life.officer(),
        close(CloseReason::NotCollected),
        expect![[r#"
            refused: StillDue
            まだ終わっていない手続があります。
        "#]],
    );
    check(
        told(life.clone()),
        life.officer(),
        close(CloseReason::NotCollected),
        expect![[r#"
            Closed {"reason":"NotCollected"}
        "#]],
    );
}

#[test]
fn nobody_declares_a_case_complete_that_is_not() {
    let waiting = [
        told(case(copy_of_residence(), Decided)),
        told(case(request_with_an_invoice(), Decided)),
        case(death_of_a_dog(), Decided),
    ];
    for life in waiting {
        assert_eq!(said(life.clone(), &life.officer(), close(CloseReason::Completed)), "StillDue");
    }
}

#[test]
fn what_is_not_to_be_fetched_cannot_be_left_unfetched() {
    let waiting = [told(case(request_with_an_invoice(), Decided)), refused()];
    for life in waiting {
        assert_eq!(said(life.clone(), &life.officer(), close(CloseReason::NotCollected)), "StillDue");
    }
}

#[test]
fn the_engine_tells_by_its_notice_and_in_no_other_way() {
    let life = case(copy_of_residence(), Decided);
    for how in [TellingChannel::Counter, TellingChannel::Telephone, TellingChannel::Post] {
        let told = said(life.clone(), &Actor::System, Command::TellResult { how });
        assert_eq!(told, "NotPermitted { needed: Counter }");
    }
}

#[test]
fn what_was_fetched_is_not_closed_as_left() {
    let life = case(copy_of_residence(), Issued);
    check(
        life.clone(),
        life.officer(),
        close(CloseReason::NotCollected),
        expect![[r#"
            refused: StillDue
            まだ終わっていない手続があります。
        "#]],
    );
}

#[test]
fn what_was_never_fetched_is_not_closed_before_its_reasons_were_delivered() {
    let life = case(copy_of_residence(), UnderReview);
    let partly = Finding::Application(ApplicationFinding::PartlyGranted(because("本籍の記載は認められない")));
    let told = told(life.clone().run(&[Step::new(life.officer(), review(partly))]));
    let close = close(CloseReason::NotCollected);
    assert_eq!(said(told.clone(), &life.officer(), close.clone()), "StillDue");
    let delivered = told.run(&[Step::new(life.clerk(), deliver())]);
    assert_eq!(said(delivered, &life.officer(), close), "yes");
}

#[test]
fn a_document_tells_the_result_by_itself_and_nobody_says_so_for_it() {
    let life = case(copy_of_residence(), Decided);
    let told = Command::TellResult { how: TellingChannel::Document };
    assert_eq!(said(life.clone(), &life.clerk(), told), "DocumentTellsItself");
}
