//! Fees (手数料): assessed, exempted, asked for, paid.

use chrono::NaiveDate;

use super::decision::{CaseDecision, decision_with, events, notice_at_once, passed};
use super::guard::wrong_state;
use crate::application::{
    Application, AwaitingApproval, AwaitingCorrection, FeeLedger, Issued, Received, UnderReview, nth,
};
use crate::command::{PaymentMade, PaymentNumbers};
use crate::deadline::Deadline;
use crate::decider::{Context, Decision};
use crate::document::{DocumentRef, Documents};
use crate::event::{
    Event, FeeAssessed, FeeBasis, FeeExempted, FeeNoticeIssued, FeePaid, PaymentChannel, PaymentFellOverdue,
    PaymentReversed, ReversalCause,
};
use crate::event_format::Proposed;
use crate::notice::Task;
use crate::procedure::{ExemptionGround, Fee, FeeTiming, Tariff};
use crate::rejection::{Rejection, Role, StateName};
use crate::time::{Timestamp, Window};
use crate::yen::Yen;

/// 手数料の決定: by an officer, where the tariff leaves it to one and it is time. An amount of 0 yen is one like another, and settles the
/// fee: what is asked for may come to nothing, such as a disclosure of which no copies are taken. It is no exemption, which needs
/// a ground that the ordinance lists.
pub(super) fn assess_fee(state: &Application, yen: Yen, context: &Context<'_>) -> CaseDecision {
    let Received { arrived, .. } = payable(state)?;
    let by = context.actor.officer_of(arrived.in_charge())?;
    match arrived.fee {
        FeeLedger::Unassessed => {}
        FeeLedger::Free => return Err(Rejection::FeeIsFree),
        FeeLedger::Assessed(_) => return Err(Rejection::FeeAlreadyAssessed),
        FeeLedger::Exempted | FeeLedger::Paid(_) => return Err(Rejection::FeeAlreadySettled),
    }
    if !arrived.terms.fee_precedes_review() && state.decision().is_none() {
        return Err(Rejection::FeeNotDue);
    }
    events([Event::FeeAssessed(FeeAssessed { yen, basis: FeeBasis::Officer { by: by.clone() } })])
}

/// 手数料の免除: by an officer, before it is paid, on a ground that the terms list.
pub(super) fn exempt_fee(
    state: &Application,
    ground: ExemptionGround,
    context: &Context<'_>,
) -> CaseDecision {
    let Received { arrived, .. } = owed(state)?;
    let by = context.actor.officer_of(arrived.in_charge())?;
    match arrived.fee {
        FeeLedger::Assessed(Yen(0)) | FeeLedger::Exempted | FeeLedger::Paid(_) => {
            return Err(Rejection::FeeAlreadySettled);
        }
        FeeLedger::Unassessed | FeeLedger::Assessed(_) => {}
        FeeLedger::Free => return Err(Rejection::FeeIsFree),
    }
    if arrived.terms.exemptions.as_ref().is_some_and(|listed| !listed.contains(&ground)) {
        return Err(Rejection::NoGroundForExemption { ground });
    }
    let exempted = Event::FeeExempted(FeeExempted { by: by.clone(), ground });
    let mut decision = Decision::of([Proposed::Event(exempted)]);
    if was_told_to_pay(state) {
        decision.agenda.push(notice_at_once(Task::ExemptionNotice, context));
    }
    Ok(decision)
}

/// The applicant has heard that something is to be paid: by a request to pay, with the receipt where the fee comes first, or with
/// the result.
fn was_told_to_pay(state: &Application) -> bool {
    let heard_early = state.receipt().is_some_and(|received| {
        !received.annex.fee_notices.is_empty() || received.arrived.terms.fee_precedes_review()
    });
    heard_early || state.decision().is_some()
}

/// 納入通知: by an officer, once the amount is fixed; a later notice takes the place of an earlier one.
pub(super) fn issue_notice(
    state: &Application,
    numbers: &Option<PaymentNumbers>,
    due_on: NaiveDate,
    context: &Context<'_>,
) -> CaseDecision {
    let Received { arrived, annex, .. } = owed(state)?;
    let by = context.actor.officer_of(arrived.in_charge())?.clone();
    let yen = due(arrived.fee)?;
    if numbers.as_ref().is_some_and(|numbers| !numbers.are_well_formed()) {
        return Err(Rejection::PaymentNumbersMalformed);
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let numbers = numbers.as_ref().map(|numbers| documents.keep("payment-numbers", &numbers.to_document()));
    let notice = annex.next_fee_notice();
    let issued = Event::FeeNoticeIssued(FeeNoticeIssued { notice, yen, numbers, due_on, by });
    let mut decision = decision_with([issued], documents)?;
    let overdue_at = end_of_day(due_on, context)?;
    decision.window = Window { from: None, until: Some(overdue_at) };
    decision.agenda = vec![
        notice_at_once(Task::FeeNotice { notice }, context),
        Deadline::PaymentDue { notice }.at(overdue_at, context.stream),
    ];
    Ok(decision)
}

/// 納期限の経過: of the notice that was issued last, while the fee is still due.
pub(super) fn fall_overdue(state: &Application, notice: u32, context: &Context<'_>) -> CaseDecision {
    let Received { arrived, annex, .. } = owed(state).map_err(|_| Rejection::DeadlineMoot)?;
    let is_last = annex.next_fee_notice() == notice.saturating_add(1);
    let waiting = nth(&annex.fee_notices, notice).filter(|one| is_last && !one.is_overdue);
    let (Some(waiting), Some(_)) = (waiting, arrived.fee.due()) else { return Err(Rejection::DeadlineMoot) };
    let from = Timestamp::start_of_day(waiting.due_on + chrono::Days::new(1));
    let overdue = Event::PaymentFellOverdue(PaymentFellOverdue { notice });
    passed(Window { from, until: None }, overdue, context)
}

/// 手数料納付: the whole amount, once; what is paid at the counter was taken by somebody. What a collector tells is money that has
/// come in already: where nothing is owed any more it is recorded as what goes back, and nobody at the counter takes it.
///
/// # Source
/// 地方自治法 231条の2, 231条の2の3 (what the designated collector was paid counts as paid); 民法 703条 (what was paid without a cause is
/// given back); docs/adr/0026-money-after-the-end.md
pub(super) fn record_payment(state: &Application, made: &PaymentMade, context: &Context<'_>) -> CaseDecision {
    let received = accounted(state)?;
    let by = context.actor.system_or_staff_of(received.arrived.in_charge())?.cloned();
    unknown(received, made, context)?;
    let Incoming { surplus, repays } = incoming(state, received, made)?;
    if by.is_none() && made.channel == PaymentChannel::Counter {
        return Err(Rejection::NotPermitted { needed: Role::Counter });
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let reference = documents.keep("payment-reference", &made.reference);
    let PaymentMade { yen, channel, .. } = *made;
    let paid = Event::FeePaid(FeePaid { yen, channel, reference, by, surplus, repays });
    let mut decision = decision_with([paid], documents)?;
    if channel != PaymentChannel::Counter && !surplus && repays.is_none() {
        let payment = received.annex.next_payment();
        decision.agenda.push(notice_at_once(Task::PaymentNotice { payment }, context));
        if is_ready_to_fetch(state) {
            decision.agenda.push(notice_at_once(Task::ReadyNotice { payment }, context));
        }
    }
    if surplus {
        let payment = received.annex.next_payment();
        decision.agenda.push(notice_at_once(Task::SurplusNotice { payment }, context));
    }
    Ok(decision)
}

/// What is paid by a payment.
struct Incoming {
    surplus: bool,
    repays: Option<u32>,
}

/// The fee where it is owed, then what the city gave back and does not have any more (返納), in one amount each; what is left is for
/// nothing.
fn incoming(state: &Application, received: &Received, made: &PaymentMade) -> Result<Incoming, Rejection> {
    let owed = owed(state).and_then(|received| due(received.arrived.fee));
    let unpaid_refund = if let Application::Closed(closed) = state { closed.unpaid_refund() } else { None };
    match (owed, unpaid_refund) {
        (Ok(due), _) if made.yen == due => Ok(Incoming { surplus: false, repays: None }),
        (_, Some((payment, yen))) if made.yen == yen => {
            Ok(Incoming { surplus: false, repays: Some(payment) })
        }
        (Err(_), _) if is_surplus(received, made) => Ok(Incoming { surplus: true, repays: None }),
        (Ok(due), _) | (Err(_), Some((_, due))) => Err(Rejection::AmountDiffers { due, paid: made.yen }),
        (Err(rejection), None) => Err(rejection),
    }
}

/// 過誤納: an amount was fixed once, it is not owed any more, and the money is with the city. Of what never cost anything, or not
/// yet, the collector speaks by mistake.
fn is_surplus(received: &Received, made: &PaymentMade) -> bool {
    let was_asked_for = match received.arrived.fee {
        FeeLedger::Free | FeeLedger::Unassessed => false,
        FeeLedger::Assessed(_) | FeeLedger::Exempted | FeeLedger::Paid(_) => true,
    };
    was_asked_for && made.channel != PaymentChannel::Counter && made.yen > Yen(0)
}

/// 納付の取消し: by the payment service or staff, whenever it becomes known; the fee is due again. What was handed over stays in force:
/// the grant does not hang on the money, and whoever wants to take it back revokes the decision or voids the certificate. A payment
/// that was given back can be taken back as well, by two hands that do not know of each other: then the city has paid twice, and
/// [`Closed::unpaid_refund`](crate::application::Closed::unpaid_refund) says how much it is owed.
pub(super) fn reverse_payment(
    state: &Application,
    payment: u32,
    cause: ReversalCause,
    context: &Context<'_>,
) -> CaseDecision {
    let Received { arrived, annex, .. } = accounted(state)?;
    let by = context.actor.system_or_staff_of(arrived.in_charge())?.cloned();
    if by.is_none() && cause == ReversalCause::RecordedInError {
        return Err(Rejection::NotPermitted { needed: Role::Counter });
    }
    match nth(&annex.payments, payment) {
        Some(paid) if !paid.is_reversed => {
            events([Event::PaymentReversed(PaymentReversed { payment, cause, by })])
        }
        Some(_) | None => Err(Rejection::NoSuchPayment { payment }),
    }
}

/// A payment counts once, whoever records it and however late: what is known by its reference is not recorded again.
pub(super) fn unknown(
    received: &Received,
    made: &PaymentMade,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let is_same = |known: &DocumentRef| context.content(known) == Some(made.reference.as_slice());
    let mut known = (1..).zip(&received.annex.payments);
    match known.find(|(_, known)| is_same(&known.reference)) {
        Some((payment, known)) => Err(Rejection::PaymentKnown { payment, yen: known.yen }),
        None => Ok(()),
    }
}

/// 審査前の納付: the review waits for a fee that comes first, or for the last day of a request to pay.
pub(super) fn lets_the_review_begin(received: &Received) -> Result<(), Rejection> {
    let Received { arrived, annex, .. } = received;
    let must_wait = arrived.terms.fee_precedes_review() && arrived.fee.settled().is_err();
    if must_wait && !annex.payment_is_overdue() { Err(Rejection::FeeBeforeReview) } else { Ok(()) }
}

/// 審査前の納付: what was not paid for is judged by its form alone.
pub(super) fn lets_the_merits_be_judged(
    received: &Received,
    is_on_the_merits: bool,
) -> Result<(), Rejection> {
    let Received { arrived, .. } = received;
    let is_unpaid = arrived.terms.fee_precedes_review() && arrived.fee.settled().is_err();
    if is_unpaid && is_on_the_merits { Err(Rejection::FeeBeforeReview) } else { Ok(()) }
}

/// What was received of a case for which a fee may be assessed, exempted or paid: open, and not decided against.
fn payable(state: &Application) -> Result<&Received, Rejection> {
    match state {
        Application::Received(received)
        | Application::UnderReview(UnderReview { received })
        | Application::AwaitingCorrection(AwaitingCorrection { received, .. })
        | Application::AwaitingApproval(AwaitingApproval { received, .. }) => Ok(received),
        Application::Decided(decided) | Application::Issued(Issued { decided }) => {
            if decided.is_favourable() { Ok(&decided.received) } else { Err(Rejection::FeeNotDue) }
        }
        Application::Absent
        | Application::Draft(_)
        | Application::Discarded
        | Application::Arrived(_)
        | Application::Forwarded(_)
        | Application::Closed(_)
        | Application::Disposed(_) => Err(wrong_state(state, StateName::Received)),
    }
}

/// The same of a case that has ended while its fee was still owed.
fn owed(state: &Application) -> Result<&Received, Rejection> {
    if let Application::Closed(closed) = state
        && closed.is_owed_a_fee()
    {
        return Ok(closed.received());
    }
    payable(state)
}

/// What was received of a case whose money is accounted for: all since the receipt, until its documents are erased.
pub(super) fn accounted(state: &Application) -> Result<&Received, Rejection> {
    let kept = state.receipt().filter(|_| !matches!(state, Application::Disposed(_)));
    kept.ok_or_else(|| wrong_state(state, StateName::Received))
}

fn due(fee: FeeLedger) -> Result<Yen, Rejection> {
    match fee {
        FeeLedger::Assessed(Yen(0)) => Err(Rejection::FeeAlreadySettled),
        FeeLedger::Assessed(due) => Ok(due),
        FeeLedger::Unassessed => Err(Rejection::FeeNotAssessed),
        FeeLedger::Free => Err(Rejection::FeeIsFree),
        FeeLedger::Exempted | FeeLedger::Paid(_) => Err(Rejection::FeeAlreadySettled),
    }
}

/// The first instant after a last day, which must not have passed.
pub(super) fn end_of_day(day: NaiveDate, context: &Context<'_>) -> Result<Timestamp, Rejection> {
    let end = day.succ_opt().and_then(Timestamp::start_of_day);
    end.filter(|end| context.now < *end).ok_or(Rejection::LastDayHasPassed { day })
}

fn is_ready_to_fetch(state: &Application) -> bool {
    let Application::Decided(decided) = state else { return false };
    decided.owes_a_hand_over() && decided.terms().is_fetched_at_the_counter()
}

/// What the tariff says is due at this time; nothing where an officer must assess it.
pub(super) fn fee_at(now: FeeTiming, fee: &Fee, quantity: u32) -> Option<Event> {
    match fee {
        Fee::Due { tariff: Tariff::Each { yen, .. }, timing } if *timing == now => {
            let yen = yen.times(quantity)?;
            Some(Event::FeeAssessed(FeeAssessed { yen, basis: FeeBasis::Tariff { quantity } }))
        }
        Fee::Due { .. } | Fee::Free => None,
    }
}
