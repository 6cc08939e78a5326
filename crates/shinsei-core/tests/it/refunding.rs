//! 納入通知, 納期限, 納付の取消し, 還付, 後納: what is asked for, what did not come in, what is given back.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::command::{ApplicationFinding, Command, Finding, PaymentNumbers};
use shinsei_core::deadline::Deadline;
use shinsei_core::event::{CloseReason, PaymentChannel, ReversalCause};
use shinsei_core::procedure::{ExemptionGround, RefundRule};
use shinsei_core::rejection::StateName::{Closed, Decided, Received, UnderReview};
use shinsei_core::time::Timestamp;
use shinsei_core::yen::Yen;

use crate::kit::{
    assess, because, case, check, check_life, deliver, granted, issue, notice_delivered, on, pay, pay_by,
    review, said,
};
use crate::points::{barber_shop, copy_of_residence, restaurant, use_of_a_road};

fn numbers() -> PaymentNumbers {
    PaymentNumbers {
        agency: "01202".to_owned(),
        payment: "20260507000000000001".to_owned(),
        confirmation: "123456".to_owned(),
    }
}

fn notice(life: &Life, days: u64) -> Command {
    Command::IssueFeeNotice { numbers: Some(numbers()), due_on: on(life, days) }
}

fn invoice(life: &Life, days: u64) -> Command {
    Command::IssueFeeNotice { numbers: None, due_on: on(life, days) }
}

fn overdue(notice: u32) -> Command {
    Command::PassDeadline(Deadline::PaymentDue { notice })
}

fn dismissed() -> Command {
    review(Finding::Application(ApplicationFinding::Dismissed(because("手数料が納付されていない"))))
}

/// A permit whose fee is assessed before the review, and asked for by 14 May.
fn asked() -> Life {
    let life = case(restaurant(), Received);
    let officer = life.officer();
    let assessed = life.run(&[Step::new(officer.clone(), assess(17_500))]);
    let asked = notice(&assessed, 7);
    assessed.run(&[Step::new(officer, asked)])
}

fn after_the_last_day(life: Life) -> Life {
    life.at(Timestamp::from_jst(2026, 5, 15, 0, 0).unwrap())
}

#[test]
fn a_request_to_pay_has_numbers_that_no_event_holds_and_a_last_day() {
    let life = case(restaurant(), Received);
    let early = said(life.clone(), &life.officer(), notice(&life, 7));
    assert_eq!(early, "FeeNotAssessed");
    let assessed = life.clone().run(&[Step::new(life.officer(), assess(17_500))]);
    check(
        assessed.clone(),
        life.officer(),
        notice(&life, 7),
        expect![[r#"
        FeeNoticeIssued {"by":"s-021","due_on":"2026-05-14","notice":1,"numbers":"document payment-numbers","yen":17500}
        keep payment-numbers: {"収納機関番号":"01202","納付番号":"20260507000000000001","確認番号":"123456"}
        schedule fee-notice/1 at once in Notice: fee-notice/1
        schedule payment-due/1 at 2026-05-15 00:00 in Deadline: payment-due/1
        holds from ever until 2026-05-15 00:00
    "#]],
    );
    let wrong = PaymentNumbers { agency: "1202".to_owned(), ..numbers() };
    let malformed = Command::IssueFeeNotice { numbers: Some(wrong), due_on: on(&life, 7) };
    assert_eq!(said(assessed.clone(), &life.officer(), malformed), "PaymentNumbersMalformed");
    let past = Command::IssueFeeNotice { numbers: None, due_on: on(&life, 0).pred_opt().unwrap() };
    assert_eq!(said(assessed.clone(), &life.officer(), past), "LastDayHasPassed { day: 2026-05-06 }");
    assert_eq!(said(assessed.clone(), &life.clerk(), notice(&life, 7)), "NotPermitted { needed: Officer }");
    let paid = assessed.run(&[Step::new(life.clerk(), pay(17_500))]);
    assert_eq!(said(paid, &life.officer(), notice(&life, 7)), "FeeAlreadySettled");
}

#[test]
fn the_last_day_passes_once_and_for_the_latest_request() {
    let midnight = Timestamp::from_jst(2026, 5, 15, 0, 0).unwrap();
    let before = asked().at(midnight.saturating_add_micros(-60_000_001));
    assert_eq!(said(before, &Actor::System, overdue(1)), "DeadlineNotReached { at: 2026-05-14T15:00:00Z }");
    let life = after_the_last_day(asked());
    check(
        life.clone(),
        Actor::System,
        overdue(1),
        expect![[r#"
        PaymentFellOverdue {"notice":1}
        holds from 2026-05-15 00:00 until ever
    "#]],
    );
    let passed = life.clone().run(&[Step::new(Actor::System, overdue(1))]);
    assert_eq!(said(passed, &Actor::System, overdue(1)), "DeadlineMoot");
    let again = life.clone().run(&[Step::new(life.officer(), notice(&life, 7))]);
    assert_eq!(said(again, &Actor::System, overdue(1)), "DeadlineMoot");
    let paid = life.clone().run(&[Step::new(life.clerk(), pay(17_500))]);
    assert_eq!(said(paid, &Actor::System, overdue(1)), "DeadlineMoot");
    assert_eq!(said(life.clone(), &life.officer(), overdue(1)), "NotPermitted { needed: Engine }");
}

#[test]
fn what_is_never_paid_is_dismissed_by_its_form_and_not_left_lying() {
    let life = after_the_last_day(asked());
    let officer = life.officer();
    assert_eq!(said(life.clone(), &officer, Command::StartReview), "FeeBeforeReview");
    let begun = life
        .clone()
        .run(&[Step::new(Actor::System, overdue(1)), Step::new(officer.clone(), Command::StartReview)]);
    assert_eq!(begun.state().name(), UnderReview);
    assert_eq!(said(begun.clone(), &officer, granted()), "FeeBeforeReview");
    let steps = [
        (Actor::System, overdue(1)),
        (officer.clone(), Command::StartReview),
        (officer, dismissed()),
        (Actor::System, notice_delivered()),
        (life.clerk(), deliver()),
    ];
    check_life(
        life,
        &steps,
        expect![[r#"
        PassDeadline
            PaymentFellOverdue {"notice":1}
        StartReview
            ReviewStarted {"by":"s-021"}
        Review
            Reviewed {"by":"s-021","outcome":{"Application":{"Dismissed":{"reasons":[{"code":"R-01","text":"document reason"}],"remedy":{"review_months":3,"suit_months":6}}}}}
        TellResult
            ResultTold {"how":"Notice"}
        DeliverDocument
            DocumentDelivered {"by":"s-107","document":"document official-document","remedy":{"review_months":3,"suit_months":6},"seal":"Paper","way":{"Post":{}}}
            Closed {"reason":"Completed"}
        Closed: 手続終了
    "#]],
    );
}

#[test]
fn a_payment_counts_once_whoever_records_it() {
    let life = case(copy_of_residence(), Decided);
    let paid = life.clone().run(&[Step::new(life.clerk(), pay(300))]);
    check(
        paid,
        Actor::System,
        pay_by(PaymentChannel::Electronic, 300),
        expect![[r#"
            refused: PaymentKnown { payment: 1, yen: Yen(300) }
            この納付(300円)は既に記録されています。
        "#]],
    );
}

#[test]
fn a_payment_that_did_not_come_in_is_due_again_and_its_reference_stays_known() {
    let reverse = |cause| Command::ReversePayment { payment: 1, cause };
    let decided = case(copy_of_residence(), Decided);
    let life = decided.clone().run(&[Step::new(decided.clerk(), pay(300))]);
    check(
        life.clone(),
        Actor::System,
        reverse(ReversalCause::TakenBack),
        expect![[r#"
        PaymentReversed {"cause":"TakenBack","payment":1}
    "#]],
    );
    let reversed = life.clone().run(&[Step::new(Actor::System, reverse(ReversalCause::TakenBack))]);
    assert_eq!(reversed.state().label(), "手数料の納付待ち");
    assert_eq!(said(reversed.clone(), &life.clerk(), issue(1)), "FeeUnsettled");
    let known = "PaymentKnown { payment: 1, yen: Yen(300) }";
    assert_eq!(said(reversed.clone(), &life.clerk(), pay(300)), known);
    let again = said(reversed, &Actor::System, reverse(ReversalCause::TakenBack));
    assert_eq!(again, "NoSuchPayment { payment: 1 }");
    let by_nobody = said(life.clone(), &Actor::System, reverse(ReversalCause::RecordedInError));
    assert_eq!(by_nobody, "NotPermitted { needed: Counter }");
    assert_eq!(said(life.clone(), &life.clerk(), reverse(ReversalCause::RecordedInError)), "yes");
}

/// A case of the barber shop that ended with a formal defect after its fee was paid, under this rule.
fn ended(rule: RefundRule) -> Life {
    use shinsei_core::command::FilingFinding;
    let mut procedure = barber_shop();
    procedure.terms.refund = rule;
    let life = case(procedure, UnderReview);
    let defect = Finding::Filing(FilingFinding::FormalDefect(because("図面が添付されていない")));
    life.clone().run(&[Step::new(life.officer(), review(defect)), Step::new(life.clerk(), deliver())])
}

fn refund(yen: u32) -> Command {
    Command::Refund { payment: 1, yen: Yen(yen) }
}

#[test]
fn a_fee_is_given_back_as_the_ordinance_says_and_never_more_than_was_paid() {
    let said_by = |rule| said(ended(rule), &ended(rule).officer(), refund(16_000));
    assert_eq!(said_by(RefundRule::Never), "RefundExcluded");
    let life = ended(RefundRule::IfNotAccepted);
    check(
        life.clone(),
        life.officer(),
        refund(16_000),
        expect![[r#"
            Refunded {"by":"s-021","ground":"NotAccepted","payment":1,"yen":16000}
            schedule refund-notice/1 at once in Notice: refund-notice/1
        "#]],
    );
    let life = ended(RefundRule::MayorsDiscretion);
    check(
        life.clone(),
        life.officer(),
        refund(6_000),
        expect![[r#"
            Refunded {"by":"s-021","ground":"MayorsDiscretion","payment":1,"yen":6000}
            schedule refund-notice/1 at once in Notice: refund-notice/1
        "#]],
    );
    let partly = life.clone().run(&[Step::new(life.officer(), refund(6_000))]);
    let more = said(partly.clone(), &life.officer(), refund(10_001));
    assert_eq!(more, "RefundOutOfRange { left: Yen(10000) }");
    assert_eq!(said(partly.clone(), &life.officer(), refund(10_000)), "yes");
    assert_eq!(said(partly, &life.officer(), refund(0)), "RefundOutOfRange { left: Yen(10000) }");
    assert_eq!(said(life.clone(), &life.clerk(), refund(1)), "NotPermitted { needed: Officer }");
    let other = Command::Refund { payment: 2, yen: Yen(1) };
    assert_eq!(said(life.clone(), &life.officer(), other), "NoSuchPayment { payment: 2 }");
}

#[test]
fn what_was_accepted_is_not_given_back_where_only_the_rest_is() {
    let mut procedure = barber_shop();
    procedure.terms.refund = RefundRule::IfNotAccepted;
    let life = case(procedure, Closed);
    assert_eq!(said(life.clone(), &life.officer(), refund(16_000)), "RefundExcluded");
    let open = case(barber_shop(), UnderReview);
    let early = said(open.clone(), &open.officer(), refund(16_000));
    assert_eq!(early, "WrongState { needed: Closed, actual: UnderReview }");
}

#[test]
fn a_refund_is_declined_with_reasons_and_once() {
    let life = ended(RefundRule::MayorsDiscretion);
    let decline = |words: &str| Command::DeclineRefund { payment: 1, reasons: because(words) };
    check(
        life.clone(),
        life.officer(),
        decline("特別の理由が認められない"),
        expect![[r#"
        RefundDeclined {"by":"s-021","payment":1,"reasons":[{"code":"R-01","text":"document reason"}]}
        keep reason: 特別の理由が認められない
    "#]],
    );
    let declined = life.clone().run(&[Step::new(life.officer(), decline("特別の理由が認められない"))]);
    assert_eq!(said(declined, &life.officer(), refund(1)), "NoSuchPayment { payment: 1 }");
    let mute = said(life.clone(), &life.officer(), decline(""));
    assert_eq!(mute, r#"ReasonWithoutWords { code: ReasonCode("R-01") }"#);
}

#[test]
fn an_exemption_rests_on_a_ground_that_the_procedure_lists() {
    let mut procedure = copy_of_residence();
    procedure.terms.exemptions = Some(vec![ExemptionGround::PublicBody]);
    let life = case(procedure, Decided);
    let exempt = |ground| Command::ExemptFee { ground };
    check(
        life.clone(),
        life.officer(),
        exempt(ExemptionGround::Pension),
        expect![[r#"
        refused: NoGroundForExemption { ground: Pension }
        この手続では、その事由による免除はできません。
    "#]],
    );
    assert_eq!(said(life.clone(), &life.officer(), exempt(ExemptionGround::PublicBody)), "yes");
}

#[test]
fn a_permit_paid_by_invoice_is_handed_over_once_the_invoice_is_out_and_ends_when_it_is_paid() {
    let life = case(use_of_a_road(), Decided);
    let told = life.clone().run(&[Step::new(Actor::System, notice_delivered())]);
    assert_eq!(said(told.clone(), &life.officer(), issue(1)), "FeeUnsettled");
    let assessed = told.clone().run(&[Step::new(life.officer(), assess(1_800))]);
    check(
        assessed.clone(),
        life.officer(),
        issue(1),
        expect![[r#"
        refused: FeeNotNotified
        納入通知がまだ発行されていません。
    "#]],
    );
    let steps = [
        (life.officer(), assess(1_800)),
        (life.officer(), invoice(&life, 30)),
        (life.officer(), issue(1)),
        (Actor::System, pay_by(PaymentChannel::Invoice, 1_800)),
    ];
    check_life(
        told,
        &steps,
        expect![[r#"
        AssessFee
            FeeAssessed {"basis":{"Officer":{"by":"s-021"}},"yen":1800}
        IssueFeeNotice
            FeeNoticeIssued {"by":"s-021","due_on":"2026-06-06","notice":1,"yen":1800}
        IssueCertificate
            CertificateIssued {"by":"s-021","copies":1,"serial":"012025-R08-0000001-6/1"}
        RecordPayment
            FeePaid {"channel":"Invoice","reference":"document payment-reference","yen":1800}
            Closed {"reason":"Completed"}
        Closed: 手続終了
    "#]],
    );
}

#[test]
fn an_invoice_that_is_never_paid_is_left_to_the_collection() {
    let life = case(use_of_a_road(), Decided);
    let officer = life.officer();
    let left = Command::Close { reason: CloseReason::LeftToCollection };
    let handed_over = life.clone().run(&[
        Step::new(Actor::System, notice_delivered()),
        Step::new(officer.clone(), assess(1_800)),
        Step::new(officer.clone(), invoice(&life, 7)),
        Step::new(officer.clone(), issue(1)),
    ]);
    assert_eq!(handed_over.state().label(), "手数料の納付待ち");
    assert_eq!(said(handed_over.clone(), &officer, left.clone()), "StillDue");
    let late = after_the_last_day(handed_over).run(&[Step::new(Actor::System, overdue(1))]);
    check(
        late,
        officer,
        left,
        expect![[r#"
        Closed {"reason":"LeftToCollection"}
    "#]],
    );
}
