//! Fees (手数料): assessed, exempted, asked for, paid.

use chrono::NaiveDate;

use super::{CaseDecision, decision_with, events, notice_at_once, passed, wrong_state};
use crate::application::{
    Application, AwaitingApproval, AwaitingCorrection, FeeLedger, Issued, Received, UnderReview, nth,
};
use crate::command::{PaymentMade, PaymentNumbers};
use crate::deadline::Deadline;
use crate::decider::Context;
use crate::document::{DocumentRef, Documents};
use crate::event::{
    Event, FeeAssessed, FeeBasis, FeeExempted, FeeNoticeIssued, FeePaid, PaymentChannel, PaymentFellOverdue,
    PaymentReversed, ReversalCause,
};
use crate::notice::Task;
use crate::procedure::{ExemptionGround, Fee, FeeTiming, Tariff};
use crate::rejection::{Rejection, Role, StateName};
use crate::time::{Timestamp, Window};
use crate::yen::Yen;

/// 手数料の決定: by an officer, where the tariff leaves it to one and it is time.
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
    let Received { arrived, .. } = payable(state)?;
    let by = context.actor.officer_of(arrived.in_charge())?;
    match arrived.fee {
        FeeLedger::Unassessed | FeeLedger::Assessed(_) => {}
        FeeLedger::Free => return Err(Rejection::FeeIsFree),
        FeeLedger::Exempted | FeeLedger::Paid(_) => return Err(Rejection::FeeAlreadySettled),
    }
    if arrived.terms.exemptions.as_ref().is_some_and(|listed| !listed.contains(&ground)) {
        return Err(Rejection::NoGroundForExemption { ground });
    }
    events([Event::FeeExempted(FeeExempted { by: by.clone(), ground })])
}

/// 納入通知: by an officer, once the amount is fixed; a later notice takes the place of an earlier one.
pub(super) fn issue_notice(
    state: &Application,
    numbers: &Option<PaymentNumbers>,
    due_on: NaiveDate,
    context: &Context<'_>,
) -> CaseDecision {
    let Received { arrived, annex, .. } = payable(state)?;
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
    let Received { arrived, annex, .. } = payable(state).map_err(|_| Rejection::DeadlineMoot)?;
    let is_last = annex.next_fee_notice() == notice.saturating_add(1);
    let waiting = nth(&annex.fee_notices, notice).filter(|one| is_last && !one.is_overdue);
    let (Some(waiting), Some(_)) = (waiting, arrived.fee.due()) else { return Err(Rejection::DeadlineMoot) };
    let from = Timestamp::start_of_day(waiting.due_on + chrono::Days::new(1));
    let overdue = Event::PaymentFellOverdue(PaymentFellOverdue { notice });
    passed(Window { from, until: None }, overdue, context)
}

/// 手数料納付: the whole amount, once; what is paid at the counter was taken by somebody.
pub(super) fn record_payment(state: &Application, made: &PaymentMade, context: &Context<'_>) -> CaseDecision {
    let received = payable(state)?;
    let by = context.actor.system_or_staff_of(received.arrived.in_charge())?.cloned();
    unknown(received, made, context)?;
    let due = due(received.arrived.fee)?;
    if made.yen != due {
        return Err(Rejection::AmountDiffers { due, paid: made.yen });
    }
    if by.is_none() && made.channel == PaymentChannel::Counter {
        return Err(Rejection::NotPermitted { needed: Role::Counter });
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let reference = documents.keep("payment-reference", &made.reference);
    let PaymentMade { yen, channel, .. } = *made;
    let paid = Event::FeePaid(FeePaid { yen, channel, reference, by });
    let mut decision = decision_with([paid], documents)?;
    if channel != PaymentChannel::Counter {
        let payment = received.annex.next_payment();
        decision.agenda.push(notice_at_once(Task::PaymentNotice { payment }, context));
        if is_ready_to_fetch(state) {
            decision.agenda.push(notice_at_once(Task::ReadyNotice { payment }, context));
        }
    }
    Ok(decision)
}

/// 納付の取消し: by the payment service or staff, as long as the case is open; the fee is due again.
pub(super) fn reverse_payment(
    state: &Application,
    payment: u32,
    cause: ReversalCause,
    context: &Context<'_>,
) -> CaseDecision {
    let Received { arrived, annex, .. } = payable(state)?;
    let by = context.actor.system_or_staff_of(arrived.in_charge())?.cloned();
    if by.is_none() && cause == ReversalCause::RecordedInError {
        return Err(Rejection::NotPermitted { needed: Role::Counter });
    }
    match nth(&annex.payments, payment) {
        Some(paid) if !paid.is_reversed && !paid.is_for_a_reissue && paid.refunded == Yen(0) => {
            events([Event::PaymentReversed(PaymentReversed { payment, cause, by })])
        }
        Some(_) | None => Err(Rejection::NoSuchPayment { payment }),
    }
}

/// A payment counts once, whoever records it: what is known by its reference is not recorded again.
pub(super) fn unknown(
    received: &Received,
    made: &PaymentMade,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let is_same = |known: &DocumentRef| context.content(known) == Some(made.reference.as_slice());
    if received.annex.payments.iter().any(|known| is_same(&known.reference)) {
        return Err(Rejection::PaymentKnown);
    }
    Ok(())
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

fn due(fee: FeeLedger) -> Result<Yen, Rejection> {
    match fee {
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
