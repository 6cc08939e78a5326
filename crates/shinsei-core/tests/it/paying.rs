//! 手数料納付 in its corners: of what the applicant is told, and which payment can be taken back or given back.

use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::agenda::AgendaChange;
use shinsei_core::application::FeeLedger;
use shinsei_core::command::{Command, FilingFinding, Finding};
use shinsei_core::event::{PaymentChannel, ReopeningGround, ReversalCause};
use shinsei_core::procedure::RefundRule;
use shinsei_core::rejection::StateName::{Decided, Issued, Received, UnderReview};
use shinsei_core::time::Timestamp;
use shinsei_core::yen::Yen;

use crate::desk::staff_id;
use crate::kit::{assess, because, case, cash, deliver, on, pay_by, review, said};
use crate::points::{barber_shop, copy_of_residence, dog_tag, restaurant, use_of_a_road};
use crate::reissuing::lost;

/// The mails that follow when the engine records a payment.
fn mails(life: Life, yen: u32) -> Vec<String> {
    let step = Step::new(Actor::System, pay_by(PaymentChannel::Electronic, yen));
    let decision = life.clone().ask(&step).unwrap();
    let names = decision.agenda.iter().map(|change| match change {
        AgendaChange::Schedule(entry) => entry.key.name.to_string(),
        other => panic!("{other:?}"),
    });
    names.collect()
}

#[test]
fn whoever_pays_is_asked_to_come_only_where_something_is_ready_at_the_counter() {
    assert_eq!(mails(case(copy_of_residence(), Decided), 300), ["payment-notice/1", "ready-notice/1"]);
    let by_post = case(use_of_a_road(), Decided);
    let assessed = by_post.clone().run(&[Step::new(by_post.officer(), assess(450))]);
    assert_eq!(mails(assessed, 450), ["payment-notice/1"], "it comes by post");
    let undecided = case(restaurant(), Received);
    let assessed = undecided.clone().run(&[Step::new(undecided.officer(), assess(17_500))]);
    assert_eq!(mails(assessed, 17_500), ["payment-notice/1"], "nothing is decided");
}

#[test]
fn a_last_day_to_pay_is_not_over_when_it_is_set() {
    let midnight = Timestamp::from_jst(2026, 5, 8, 0, 0).unwrap();
    let life = case(restaurant(), Received);
    let life = life.clone().run(&[Step::new(life.officer(), assess(17_500))]);
    let notice = Command::IssueFeeNotice { numbers: None, due_on: on(&life, 0) };
    // What is asked is asked a minute later.
    let asked = |at: Timestamp| {
        said(life.clone().at(at.saturating_add_micros(-60_000_000)), &life.officer(), notice.clone())
    };
    assert_eq!(asked(midnight.saturating_add_micros(-1)), "yes");
    assert_eq!(asked(midnight), "LastDayHasPassed { day: 2026-05-07 }");
}

fn reverse(payment: u32) -> Command {
    Command::ReversePayment { payment, cause: ReversalCause::TakenBack }
}

#[test]
fn what_was_paid_for_another_certificate_is_not_taken_back_as_the_fee() {
    let life = case(dog_tag(), Issued);
    assert_eq!(said(life.clone(), &life.clerk(), reverse(1)), "yes");
    let again = life.clone().run(&[Step::new(life.clerk(), lost())]);
    assert!(again.refusals().is_empty(), "{:?}", again.refusals());
    // That it did not come in is recorded, and the fee stays paid.
    let reversed = again.run(&[Step::new(life.clerk(), reverse(2))]);
    let received = reversed.state().receipt().unwrap();
    assert!(received.annex.payments[1].is_reversed && received.annex.has_an_unpaid_reissue());
    assert_eq!(received.arrived.fee, FeeLedger::Paid(Yen(3_000)));
}

#[test]
fn what_did_not_come_in_is_not_given_back() {
    let mut procedure = barber_shop();
    procedure.terms.refund = RefundRule::MayorsDiscretion;
    let life = case(procedure, UnderReview);
    let defect = Finding::Filing(FilingFinding::FormalDefect(because("図面が添付されていない")));
    let ended = life.clone().run(&[
        Step::new(Actor::System, reverse(1)),
        Step::new(life.clerk(), Command::RecordPayment(cash(16_000, "窓口 第0101号"))),
        Step::new(life.officer(), review(defect)),
        Step::new(life.clerk(), deliver()),
    ]);
    assert!(ended.refusals().is_empty(), "{:?}", ended.refusals());
    let refund =
        |payment| said(ended.clone(), &life.officer(), Command::Refund { payment, yen: Yen(16_000) });
    assert_eq!([refund(1), refund(2)], ["NoSuchPayment { payment: 1 }", "yes"]);
}

#[test]
fn what_was_given_back_in_part_and_is_taken_back_is_due_again_once_the_case_is_open_again() {
    let mut procedure = barber_shop();
    procedure.terms.refund = RefundRule::MayorsDiscretion;
    let life = case(procedure, UnderReview);
    let defect = Finding::Filing(FilingFinding::FormalDefect(because("図面が添付されていない")));
    let ground = ReopeningGround::NewFacts;
    let reopened = life.clone().run(&[
        Step::new(life.officer(), review(defect)),
        Step::new(life.clerk(), deliver()),
        Step::new(life.officer(), Command::Refund { payment: 1, yen: Yen(6_000) }),
        Step::new(life.officer(), Command::Reopen { ground, approver: staff_id("s-001") }),
    ]);
    assert!(reopened.refusals().is_empty(), "{:?}", reopened.refusals());
    let reversed = reopened.run(&[Step::new(Actor::System, reverse(1))]);
    assert!(reversed.refusals().is_empty(), "{:?}", reversed.refusals());
    assert_eq!(reversed.state().arrival().unwrap().fee, FeeLedger::Assessed(Yen(16_000)));
}
