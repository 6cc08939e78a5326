//! Giving a fee back (還付), by the rule of the procedure.

use super::decision::{CaseDecision, decision_with, notice_at_once};
use super::fee::accounted;
use super::guard::wrong_state;
use super::words::keep_reasons;
use crate::application::{Application, Closed, PaidFor, Payment, Received, nth};
use crate::command::StatedReason;
use crate::decider::{Context, Decision};
use crate::document::Documents;
use crate::event::{Event, RefundDeclined, RefundGround, Refunded};
use crate::event_format::Proposed;
use crate::notice::Task;
use crate::outcome::NonEmpty;
use crate::procedure::RefundRule;
use crate::rejection::{Rejection, StateName};
use crate::yen::Yen;

/// 還付: by an officer, as the terms allow it, never more than was paid. What was not owed (過誤納) is given back whatever they say, and
/// at any time: the case has no claim on it.
pub(super) fn refund(state: &Application, payment: u32, yen: Yen, context: &Context<'_>) -> CaseDecision {
    let received = accounted(state)?;
    let by = context.actor.officer_of(received.arrived.in_charge())?.clone();
    let (paid, ground) = match nth(&received.annex.payments, payment) {
        Some(Payment { purpose: PaidFor::Nothing, .. }) => (paid(received, payment)?, RefundGround::NotOwed),
        // What makes good a refund is no fee, of which the ordinance speaks.
        Some(Payment { purpose: PaidFor::Refund { .. }, .. }) => return Err(Rejection::RefundExcluded),
        Some(_) | None => {
            let closed = ended(state)?;
            let ground = ground(closed)?;
            (paid(closed.received(), payment)?, ground)
        }
    };
    let left = paid.left();
    if yen == Yen(0) || yen > left {
        return Err(Rejection::RefundOutOfRange { left });
    }
    let mut decision =
        Decision::of([Proposed::Event(Event::Refunded(Refunded { payment, yen, ground, by }))]);
    let refund = received.annex.next_refund();
    decision.agenda = vec![notice_at_once(Task::RefundNotice { refund }, context)];
    Ok(decision)
}

fn ground(closed: &Closed) -> Result<RefundGround, Rejection> {
    match closed.received().arrived.terms.refund {
        RefundRule::IfNotAccepted if was_not_accepted(closed) => Ok(RefundGround::NotAccepted),
        RefundRule::Never | RefundRule::IfNotAccepted => Err(Rejection::RefundExcluded),
        RefundRule::MayorsDiscretion => Ok(RefundGround::MayorsDiscretion),
    }
}

/// 還付しない決定: by an officer, with reasons; never of what was not owed.
pub(super) fn decline(
    state: &Application,
    payment: u32,
    reasons: &NonEmpty<StatedReason>,
    context: &Context<'_>,
) -> CaseDecision {
    let closed = ended(state)?;
    let by = context.actor.officer_of(closed.received().arrived.in_charge())?.clone();
    if paid(closed.received(), payment)?.purpose == PaidFor::Nothing {
        return Err(Rejection::SurplusHeld { payment });
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let reasons = keep_reasons(reasons, &mut documents)?;
    decision_with([Event::RefundDeclined(RefundDeclined { payment, reasons, by })], documents)
}

/// Nothing is given back while the case may still cost something.
fn ended(state: &Application) -> Result<&Closed, Rejection> {
    if let Application::Closed(closed) = state {
        return Ok(closed);
    }
    Err(wrong_state(state, StateName::Closed))
}

/// A payment that came in, and on whose refund nobody has decided against.
fn paid(received: &Received, payment: u32) -> Result<&Payment, Rejection> {
    nth(&received.annex.payments, payment)
        .filter(|paid| !paid.is_reversed && !paid.refund_is_declined)
        .ok_or(Rejection::NoSuchPayment { payment })
}

fn was_not_accepted(closed: &Closed) -> bool {
    closed.decision().is_some_and(|decided| decided.outcome.is_formal())
}
