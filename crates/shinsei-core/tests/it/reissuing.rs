//! 再交付, 失効: what becomes of certificates later.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::command::{
    ApplicationFinding, Command, Finding, PaymentMade, Reissue, SubmittedForm, Visitor,
};
use shinsei_core::event::{Identification, PaymentChannel, ReissueCause, ReopeningGround, VoidCause};
use shinsei_core::ids::StaffId;
use shinsei_core::procedure::ReissueRule;
use shinsei_core::rejection::StateName::{Closed, Decided, Issued};
use shinsei_core::yen::Yen;

use crate::kit::{
    because, case, cash, check, check_life, deliver, form_of, issue, review, said, submit_with,
};
use crate::points::{copy_of_residence, dog_tag, vehicle_tax_certificate};

fn reissue(of: u32, cause: ReissueCause, payment: Option<PaymentMade>) -> Command {
    Command::Reissue(Reissue { of, cause, copies: 1, payment })
}

fn void(certificate: u32, cause: VoidCause) -> Command {
    Command::Void { certificate, cause }
}

pub(crate) fn lost() -> Command {
    reissue(1, ReissueCause::Lost, Some(cash(1_600, "窓口 第0100号")))
}

fn registered_dog() -> Life {
    case(dog_tag(), Closed)
}

#[test]
fn a_lost_tag_is_issued_again_under_a_serial_of_its_own_and_paid_for() {
    let life = registered_dog();
    check(
        life.clone(),
        life.clerk(),
        lost(),
        expect![[r#"
        CertificateReissued {"by":"s-107","cause":"Lost","copies":1,"fee":{"Paid":{"channel":"Counter","reference":"document payment-reference","yen":1600}},"of":"012025-R08-0000001-6/1","serial":"012025-R08-0000001-6/2"}
        keep payment-reference: 窓口 第0100号
    "#]],
    );
    let again = life.clone().run(&[Step::new(life.clerk(), lost())]);
    let certificates = &again.state().receipt().unwrap().annex.certificates;
    let valid: Vec<_> = certificates.iter().map(|one| (one.serial.ordinal, one.voided.is_none())).collect();
    assert_eq!(valid, [(1, false), (2, true)]);
    let twice = reissue(1, ReissueCause::Lost, Some(cash(1_600, "窓口 第0101号")));
    assert_eq!(said(again.clone(), &life.clerk(), twice), "CertificateNotInForce { certificate: 1 }");
    let same_receipt = reissue(2, ReissueCause::Damaged, Some(cash(1_600, "窓口 第0100号")));
    assert_eq!(
        said(again.clone(), &life.clerk(), same_receipt),
        "PaymentKnown { payment: 2, yen: Yen(1600) }"
    );
    let steps = [(life.clerk(), reissue(2, ReissueCause::Damaged, Some(cash(1_600, "窓口 第0102号"))))];
    check_life(
        again,
        &steps,
        expect![[r#"
        Reissue
            CertificateReissued {"by":"s-107","cause":"Damaged","copies":1,"fee":{"Paid":{"channel":"Counter","reference":"document payment-reference","yen":1600}},"of":"012025-R08-0000001-6/2","serial":"012025-R08-0000001-6/3"}
        Closed: 手続終了
    "#]],
    );
}

#[test]
fn what_a_reissue_costs_is_paid_and_not_more_nor_less() {
    let life = registered_dog();
    let by = life.clerk();
    assert_eq!(said(life.clone(), &by, reissue(1, ReissueCause::Lost, None)), "FeeUnsettled");
    let less = reissue(1, ReissueCause::Lost, Some(cash(1_599, "x")));
    assert_eq!(said(life.clone(), &by, less), "AmountDiffers { due: Yen(1600), paid: Yen(1599) }");
    let invoice = PaymentMade { yen: Yen(1_600), channel: PaymentChannel::Invoice, reference: "x".into() };
    let later = reissue(1, ReissueCause::Lost, Some(invoice));
    assert_eq!(said(life.clone(), &by, later), "NotPermitted { needed: Counter }");
    let error = reissue(1, ReissueCause::IssuedInError, Some(cash(1_600, "x")));
    assert_eq!(said(life.clone(), &by, error), "FeeIsFree");
    check(
        life.clone(),
        by,
        reissue(1, ReissueCause::IssuedInError, None),
        expect![[r#"
        CertificateReissued {"by":"s-107","cause":"IssuedInError","copies":1,"fee":"Waived","of":"012025-R08-0000001-6/1","serial":"012025-R08-0000001-6/2"}
    "#]],
    );
    let mut free = dog_tag();
    free.terms.reissue = ReissueRule::Free;
    let life = case(free, Closed);
    check(
        life.clone(),
        life.clerk(),
        reissue(1, ReissueCause::Stolen, None),
        expect![[r#"
        CertificateReissued {"by":"s-107","cause":"Stolen","copies":1,"fee":"Free","of":"012025-R08-0000001-6/1","serial":"012025-R08-0000001-6/2"}
    "#]],
    );
}

#[test]
fn what_is_applied_for_anew_is_issued_again_only_where_the_city_erred() {
    let life = case(copy_of_residence(), Issued);
    check(
        life.clone(),
        life.clerk(),
        reissue(1, ReissueCause::Lost, None),
        expect![[r#"
        refused: ReissueNotOffered
        この手続では再交付できません。改めて申請してください。
    "#]],
    );
    assert_eq!(said(life.clone(), &life.clerk(), reissue(1, ReissueCause::IssuedInError, None)), "yes");
    let decided = case(copy_of_residence(), Decided);
    assert_eq!(
        said(decided.clone(), &decided.clerk(), reissue(1, ReissueCause::IssuedInError, None)),
        "WrongState { needed: Issued, actual: Decided }"
    );
}

#[test]
fn what_is_void_is_void_and_what_was_spoilt_is_replaced() {
    let life = registered_dog();
    let officer = life.officer();
    check(
        life.clone(),
        officer.clone(),
        void(1, VoidCause::Returned),
        expect![[r#"
        CertificateVoided {"by":"s-021","cause":"Returned","serial":"012025-R08-0000001-6/1"}
    "#]],
    );
    let returned = life.clone().run(&[Step::new(officer.clone(), void(1, VoidCause::Returned))]);
    assert_eq!(
        said(returned.clone(), &officer, void(1, VoidCause::Misused)),
        "CertificateNotInForce { certificate: 1 }"
    );
    assert_eq!(said(returned, &life.clerk(), lost()), "CertificateNotInForce { certificate: 1 }");
    let spoilt = life.clone().run(&[Step::new(officer.clone(), void(1, VoidCause::IssuedInError))]);
    assert_eq!(said(spoilt, &life.clerk(), reissue(1, ReissueCause::IssuedInError, None)), "yes");
    assert_eq!(
        said(life.clone(), &officer, void(2, VoidCause::Returned)),
        "NoSuchCertificate { certificate: 2 }"
    );
    assert_eq!(
        said(life.clone(), &life.clerk(), void(1, VoidCause::Returned)),
        "NotPermitted { needed: Officer }"
    );
    let revoke = Command::RevokeDecision { reasons: because("登録の誤り"), approver: None };
    let revoked = life.clone().run(&[Step::new(officer, revoke)]);
    assert_eq!(said(revoked, &life.clerk(), lost()), "CertificateNotInForce { certificate: 1 }");
}

#[test]
fn nothing_is_issued_again_upon_a_grant_that_a_second_decision_took_away() {
    let life = registered_dog();
    let refusal = Finding::Application(ApplicationFinding::Refused(because("登録の要件に当たらない")));
    let approver = StaffId::new("s-001").unwrap();
    let refused = life.clone().run(&[
        Step::new(life.officer(), Command::Reopen { ground: ReopeningGround::NewFacts, approver }),
        Step::new(life.officer(), review(refusal)),
        Step::new(life.clerk(), deliver()),
    ]);
    assert_eq!(refused.state().name(), Closed);
    assert_eq!(said(refused, &life.clerk(), lost()), "CertificateNotInForce { certificate: 1 }");
}

#[test]
fn nothing_is_issued_again_to_who_was_not_identified() {
    let mut procedure = dog_tag();
    procedure.terms.identification = true;
    let life = case(procedure, Closed);
    assert_eq!(said(life.clone(), &life.clerk(), lost()), "VisitorNotVerified");
    let how = Identification::TwoWithoutPhotograph;
    let verify = Command::VerifyVisitor(Visitor { identification: how, notice_copy: false });
    let verified = life.clone().run(&[Step::new(life.clerk(), verify)]);
    assert_eq!(said(verified, &life.clerk(), lost()), "yes");
}

#[test]
fn no_more_copies_are_issued_again_than_there_were() {
    let life = registered_dog();
    let two =
        Command::Reissue(Reissue { of: 1, cause: ReissueCause::IssuedInError, copies: 2, payment: None });
    assert_eq!(said(life.clone(), &life.clerk(), two), "CopiesOutOfRange { requested: 1, copies: 2 }");
}

#[test]
fn what_is_issued_again_costs_by_the_copy_and_is_one_at_least() {
    let mut procedure = vehicle_tax_certificate();
    procedure.terms.reissue = ReissueRule::Each(Yen(300));
    let life = Life::of(procedure);
    let two = SubmittedForm::Unsigned(form_of(&life, 2).into());
    let life = life.clone().run(&[Step::new(life.applicant(), submit_with(&life, two))]).until(Decided);
    let life = life.clone().run(&[Step::new(life.clerk(), issue(2))]);
    let asked = |copies, payment| {
        let reissue = Reissue { of: 1, cause: ReissueCause::Lost, copies, payment };
        said(life.clone(), &life.clerk(), Command::Reissue(reissue))
    };
    assert_eq!(asked(2, Some(cash(300, "窓口 第0102号"))), "AmountDiffers { due: Yen(600), paid: Yen(300) }");
    assert_eq!(asked(2, Some(cash(600, "窓口 第0102号"))), "yes");
    assert_eq!(asked(1, Some(cash(300, "窓口 第0102号"))), "yes");
    assert_eq!(asked(0, None), "CopiesOutOfRange { requested: 2, copies: 0 }");
}
