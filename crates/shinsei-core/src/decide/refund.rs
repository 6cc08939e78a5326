//! Giving a fee back (還付), by the rule of the procedure.

use super::words::keep_reasons;
use super::{CaseDecision, decision_with, events, wrong_state};
use crate::application::{Application, Closed, Payment, Received, nth};
use crate::command::StatedReason;
use crate::decider::Context;
use crate::document::Documents;
use crate::event::{Event, RefundDeclined, RefundGround, Refunded};
use crate::outcome::NonEmpty;
use crate::procedure::RefundRule;
use crate::rejection::{Rejection, StateName};
use crate::yen::Yen;

/// 還付: by an officer, as the terms allow it, never more than was paid.
pub(super) fn refund(state: &Application, payment: u32, yen: Yen, context: &Context<'_>) -> CaseDecision {
    let closed = ended(state)?;
    let Received { arrived, .. } = closed.received();
    let by = context.actor.officer_of(arrived.in_charge())?.clone();
    let ground = match arrived.terms.refund {
        RefundRule::Never => return Err(Rejection::RefundExcluded),
        RefundRule::IfNotAccepted if was_not_accepted(closed) => RefundGround::NotAccepted,
        RefundRule::IfNotAccepted => return Err(Rejection::RefundExcluded),
        RefundRule::MayorsDiscretion => RefundGround::MayorsDiscretion,
    };
    let left = left_of(paid(closed.received(), payment)?);
    if yen == Yen(0) || yen > left {
        return Err(Rejection::RefundOutOfRange { left });
    }
    events([Event::Refunded(Refunded { payment, yen, ground, by })])
}

/// 還付しない決定: by an officer, with reasons.
pub(super) fn decline(
    state: &Application,
    payment: u32,
    reasons: &NonEmpty<StatedReason>,
    context: &Context<'_>,
) -> CaseDecision {
    let closed = ended(state)?;
    let by = context.actor.officer_of(closed.received().arrived.in_charge())?.clone();
    paid(closed.received(), payment)?;
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

fn left_of(payment: &Payment) -> Yen {
    Yen(payment.yen.0.saturating_sub(payment.refunded.0))
}

fn was_not_accepted(closed: &Closed) -> bool {
    closed.decision().is_some_and(|decided| decided.outcome.is_formal())
}
