//! 過誤納・納付の取消し・期限後の納付: money that comes, or goes, when a case has ended, or when nothing is owed.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::application::{Application, Turn};
use shinsei_core::bytes::Bytes;
use shinsei_core::command::{Command, PaymentMade, Reissue};
use shinsei_core::deadline::Deadline;
use shinsei_core::event::{CloseReason, PaymentChannel, ReissueCause, ReversalCause, VoidCause};
use shinsei_core::procedure::{ExemptionGround, RefundRule};
use shinsei_core::rejection::StateName::{Closed, Decided, Received};
use shinsei_core::time::Timestamp;
use shinsei_core::yen::Yen;

use crate::kit::{assess, because, case, cash, check, issue, notice_delivered, on, pay, said};
use crate::points::{
    copy_of_residence, copy_of_residence_kept_for_a_year, dog_tag, restaurant, use_of_a_road,
    vehicle_tax_certificate,
};

/// What a collector tells.
fn collected(yen: u32, reference: &str) -> Command {
    let reference = Bytes::from(reference);
    Command::RecordPayment(PaymentMade { yen: Yen(yen), channel: PaymentChannel::Electronic, reference })
}

fn reverse(payment: u32) -> Command {
    Command::ReversePayment { payment, cause: ReversalCause::TakenBack }
}

fn refund(payment: u32, yen: u32) -> Command {
    Command::Refund { payment, yen: Yen(yen) }
}

fn by_the_system(life: Life, command: Command) -> Life {
    life.run(&[Step::new(Actor::System, command)])
}

fn by_the_officer(life: Life, command: Command) -> Life {
    let officer = life.officer();
    life.run(&[Step::new(officer, command)])
}

/// A permit that was handed over, whose invoice nobody paid: it ended with that.
fn left_to_collection() -> Life {
    let life = case(use_of_a_road(), Decided);
    let officer = life.officer();
    let invoice = Command::IssueFeeNotice { numbers: None, due_on: on(&life, 7) };
    let life = by_the_system(life, notice_delivered());
    let life = life.run(&[assess(1_800), invoice, issue(1)].map(|step| Step::new(officer.clone(), step)));
    let life = life.at(Timestamp::from_jst(2026, 5, 15, 0, 0).unwrap());
    let life = by_the_system(life, Command::PassDeadline(Deadline::PaymentDue { notice: 1 }));
    by_the_officer(life, Command::Close { reason: CloseReason::LeftToCollection })
}

#[test]
fn a_payment_that_is_known_is_known_for_ever() {
    let life = case(copy_of_residence(), Closed);
    for by in [life.clerk(), Actor::System] {
        assert_eq!(said(life.clone(), &by, pay(300)), "PaymentKnown { payment: 1, yen: Yen(300) }");
        // Also when another amount is told under its reference.
        assert_eq!(said(life.clone(), &by, pay(301)), "PaymentKnown { payment: 1, yen: Yen(300) }");
    }
}

#[test]
fn a_fee_that_was_left_to_the_collection_is_paid_after_the_end() {
    let life = left_to_collection();
    assert_eq!(life.state().turn(), Turn::Nobody);
    check(
        life.clone(),
        Actor::System,
        collected(1_800, "収納 第0001号"),
        expect![[r#"
        FeePaid {"channel":"Electronic","reference":"document payment-reference","yen":1800}
        keep payment-reference: 収納 第0001号
        schedule payment-notice/1 at once in Notice: payment-notice/1
    "#]],
    );
    let less = said(life.clone(), &Actor::System, collected(1_000, "収納 第0001号"));
    assert_eq!(less, "AmountDiffers { due: Yen(1800), paid: Yen(1000) }");
    let paid = by_the_system(life, collected(1_800, "収納 第0001号"));
    let Application::Closed(closed) = paid.state() else { panic!("{:?}", paid.state()) };
    assert!(!closed.is_owed_a_fee() && !closed.has_open_money());
}

#[test]
fn what_is_paid_twice_is_recorded_and_goes_back_whatever_the_ordinance_says_of_fees() {
    let life = case(copy_of_residence(), Closed);
    check(
        life.clone(),
        Actor::System,
        collected(300, "収納 第0001号"),
        expect![[r#"
            FeePaid {"channel":"Electronic","reference":"document payment-reference","surplus":true,"yen":300}
            keep payment-reference: 収納 第0001号
            schedule surplus-notice/2 at once in Notice: surplus-notice/2
        "#]],
    );
    let twice = by_the_system(life, collected(300, "収納 第0001号"));
    assert_eq!(twice.state().turn(), Turn::Division);
    let known = said(twice.clone(), &Actor::System, collected(300, "収納 第0001号"));
    assert_eq!(known, "PaymentKnown { payment: 2, yen: Yen(300) }");
    // The fee itself is not given back: the terms say so. What was not owed is, and nobody can decline it.
    assert_eq!(said(twice.clone(), &twice.officer(), refund(1, 300)), "RefundExcluded");
    let keep = Command::DeclineRefund { payment: 2, reasons: because("返さない") };
    assert_eq!(said(twice.clone(), &twice.officer(), keep), "SurplusHeld { payment: 2 }");
    check(
        twice.clone(),
        twice.officer(),
        refund(2, 300),
        expect![[r#"
            Refunded {"by":"s-021","ground":"NotOwed","payment":2,"yen":300}
            schedule refund-notice/1 at once in Notice: refund-notice/1
        "#]],
    );
    let back = by_the_officer(twice.clone(), refund(2, 300));
    assert_eq!(back.state().turn(), Turn::Nobody);
    assert_eq!(said(back, &twice.officer(), refund(2, 1)), "RefundOutOfRange { left: Yen(0) }");
    let taken = by_the_system(twice, reverse(2));
    assert_eq!(taken.state().turn(), Turn::Nobody);
}

#[test]
fn what_is_paid_twice_while_the_case_is_open_goes_back_at_once() {
    let life = case(restaurant(), Received);
    let life = by_the_officer(life, assess(17_500));
    let life = by_the_system(life, collected(17_500, "収納 第0001号"));
    let twice = by_the_system(life, collected(17_500, "収納 第0002号"));
    assert_eq!(said(twice.clone(), &twice.officer(), refund(2, 17_500)), "yes");
    let fee = said(twice.clone(), &twice.officer(), refund(1, 17_500));
    assert_eq!(fee, "WrongState { needed: Closed, actual: Received }");
    // At the counter nobody takes what is not owed.
    let counter = Command::RecordPayment(PaymentMade {
        yen: Yen(17_500),
        channel: PaymentChannel::Counter,
        reference: "領収 第0099号".into(),
    });
    assert_eq!(said(twice.clone(), &twice.clerk(), counter), "FeeAlreadySettled");
}

#[test]
fn what_is_paid_for_what_was_withdrawn_goes_back() {
    let life = by_the_officer(case(restaurant(), Received), assess(17_500));
    let applicant = life.applicant();
    let withdrawn = life.run(&[Step::new(applicant, Command::Withdraw)]);
    assert_eq!(withdrawn.state().name(), Closed);
    let paid = by_the_system(withdrawn, collected(17_500, "収納 第0001号"));
    assert_eq!((paid.state().turn(), paid.state().label()), (Turn::Division, "取下げ済"));
    assert_eq!(said(paid.clone(), &paid.officer(), refund(1, 17_500)), "yes");
}

#[test]
fn a_payment_that_can_be_for_no_fee_of_the_case_is_not_taken_for_one() {
    let free = case(vehicle_tax_certificate(), Closed);
    let said_of = |life: &Life, yen| said(life.clone(), &Actor::System, collected(yen, "収納 第0001号"));
    assert_eq!(said_of(&free, 300), "WrongState { needed: Received, actual: Closed }");
    assert_eq!(
        said_of(&case(copy_of_residence(), Closed), 0),
        "WrongState { needed: Received, actual: Closed }"
    );
    let disposed =
        case(copy_of_residence_kept_for_a_year(), Closed).until(shinsei_core::rejection::StateName::Disposed);
    assert_eq!(said_of(&disposed, 300), "WrongState { needed: Received, actual: Disposed }");
}

#[test]
fn a_payment_that_is_taken_back_after_the_end_is_owed_again_and_the_certificate_stays_in_force() {
    let life = case(copy_of_residence(), Closed);
    check(
        life.clone(),
        Actor::System,
        reverse(1),
        expect![[r#"
        PaymentReversed {"cause":"TakenBack","payment":1}
    "#]],
    );
    let reversed = by_the_system(life, reverse(1));
    assert_eq!((reversed.state().name(), reversed.state().turn()), (Closed, Turn::Division));
    assert!(reversed.state().receipt().unwrap().annex.certificates[0].voided.is_none());
    assert_eq!(said(reversed.clone(), &Actor::System, reverse(1)), "NoSuchPayment { payment: 1 }");
    // Every way out: it is paid after all, it is asked for again, waived, or the grant is taken back.
    let officer = reversed.officer();
    let asked = Command::IssueFeeNotice { numbers: None, due_on: on(&reversed, 7) };
    assert_eq!(said(reversed.clone(), &officer, asked.clone()), "yes");
    let waived =
        by_the_officer(reversed.clone(), Command::ExemptFee { ground: ExemptionGround::MayorsDiscretion });
    let paid = by_the_system(by_the_officer(reversed.clone(), asked), collected(300, "収納 第0001号"));
    let revoke =
        Command::RevokeDecision { reasons: because("手数料が納付されない"), approver: None };
    let revoked = by_the_officer(reversed, revoke);
    for life in [waived, paid, revoked] {
        assert_eq!(life.state().turn(), Turn::Nobody, "{:?}", life.history().last());
    }
}

#[test]
fn a_certificate_whose_second_payment_was_recorded_in_error_waits_for_the_division() {
    let life = case(dog_tag(), Closed);
    let payment = Some(cash(1_600, "窓口 第0100号"));
    let again = Command::Reissue(Reissue { of: 1, cause: ReissueCause::Lost, copies: 1, payment });
    let clerk = life.clerk();
    let error = Command::ReversePayment { payment: 2, cause: ReversalCause::RecordedInError };
    let life = life.run(&[again, error].map(|command| Step::new(clerk.clone(), command)));
    assert_eq!(life.state().turn(), Turn::Division);
    let void = by_the_officer(life, Command::Void { certificate: 2, cause: VoidCause::Misused });
    assert_eq!(void.state().turn(), Turn::Nobody);
}

#[test]
fn a_case_is_not_disposed_of_while_the_city_has_what_is_not_its_own() {
    let life =
        by_the_system(case(copy_of_residence_kept_for_a_year(), Closed), collected(300, "収納 第0001号"));
    let over = life.at(Timestamp::from_jst(2028, 4, 1, 9, 0).unwrap());
    check(
        over.clone(),
        over.officer(),
        Command::Dispose,
        expect![[r#"
        refused: SurplusHeld { payment: 2 }
        納め過ぎの手数料があります。お返しの手続をお待ちください。
    "#]],
    );
    let back = by_the_officer(over, refund(2, 300));
    assert_eq!(said(back.clone(), &back.officer(), Command::Dispose), "yes");
}

/// Its numbers are spent: whoever waits for the applicant would wait for good.
#[test]
fn after_a_reversal_a_request_to_pay_that_was_answered_is_of_no_use() {
    let life = by_the_officer(case(restaurant(), Received), assess(17_500));
    let ask = |life: &Life| Command::IssueFeeNotice { numbers: None, due_on: on(life, 7) };
    let asked = by_the_officer(life.clone(), ask(&life));
    assert_eq!(asked.state().turn(), Turn::Applicant);
    let reversed = by_the_system(by_the_system(asked, collected(17_500, "収納 第0001号")), reverse(1));
    assert_eq!(reversed.state().turn(), Turn::Division);
    let again = by_the_officer(reversed.clone(), ask(&reversed));
    assert_eq!(again.state().turn(), Turn::Applicant);
}

#[test]
fn a_payment_that_was_given_back_is_taken_back_as_well_and_the_city_is_owed_what_it_gave() {
    // Paid twice, given back in part by the city, then wholly by the payment service, which knows nothing of that.
    let twice = by_the_system(case(copy_of_residence(), Closed), collected(300, "収納 第0001号"));
    let given_back = by_the_officer(twice, refund(2, 200));
    check(
        given_back.clone(),
        Actor::System,
        reverse(2),
        expect![[r#"
        PaymentReversed {"cause":"TakenBack","payment":2}
    "#]],
    );
    let life = by_the_system(given_back, reverse(2));
    let Application::Closed(closed) = life.state() else { panic!("{:?}", life.state()) };
    assert_eq!((closed.unpaid_refund(), life.state().turn()), (Some((2, Yen(200))), Turn::Division));
    assert_eq!(said(life.clone(), &Actor::System, reverse(2)), "NoSuchPayment { payment: 2 }");
    assert_eq!(said(life.clone(), &life.officer(), refund(2, 100)), "NoSuchPayment { payment: 2 }");
    let less = Command::RecordPayment(cash(100, "窓口 第0200号"));
    assert_eq!(said(life.clone(), &life.clerk(), less), "AmountDiffers { due: Yen(200), paid: Yen(100) }");
    // What comes in of another amount is money that nobody can refuse, and goes back.
    let other = by_the_system(life.clone(), collected(100, "収納 第0002号"));
    assert_eq!(other.state().receipt().unwrap().annex.surplus(), Some(3));
    check(
        life.clone(),
        life.clerk(),
        Command::RecordPayment(cash(200, "窓口 第0200号")),
        expect![[r#"
        FeePaid {"by":"s-107","channel":"Counter","reference":"document payment-reference","repays":2,"yen":200}
        keep payment-reference: 窓口 第0200号
    "#]],
    );
    let clerk = life.clerk();
    let repaid = life.run(&[Step::new(clerk.clone(), Command::RecordPayment(cash(200, "窓口 第0200号")))]);
    assert_eq!(repaid.state().turn(), Turn::Nobody);
    assert_eq!(said(repaid.clone(), &repaid.officer(), refund(3, 200)), "RefundExcluded");
    // What makes it good may fail to come in as well.
    let again = by_the_system(repaid, reverse(3));
    let Application::Closed(closed) = again.state() else { panic!("{:?}", again.state()) };
    assert_eq!(closed.unpaid_refund(), Some((2, Yen(200))));
}

#[test]
fn a_fee_that_is_owed_again_is_all_that_is_owed() {
    let mut procedure = copy_of_residence();
    procedure.terms.refund = RefundRule::MayorsDiscretion;
    let given_back = by_the_officer(case(procedure, Closed), refund(1, 100));
    let life = by_the_system(given_back, reverse(1));
    let Application::Closed(closed) = life.state() else { panic!("{:?}", life.state()) };
    // 300 yen were taken back of the 300 that were paid; the 100 that were given back stay given.
    assert_eq!((closed.is_owed_a_fee(), closed.unpaid_refund()), (true, None));
    let paid = by_the_system(life.clone(), collected(300, "収納 第0001号"));
    assert_eq!(paid.state().turn(), Turn::Nobody);
    let waive = Command::ExemptFee { ground: ExemptionGround::MayorsDiscretion };
    let waived = by_the_officer(life, waive);
    let Application::Closed(closed) = waived.state() else { panic!("{:?}", waived.state()) };
    assert_eq!(
        closed.unpaid_refund(),
        Some((1, Yen(100))),
        "waived is the fee, not what was given back twice"
    );
}
