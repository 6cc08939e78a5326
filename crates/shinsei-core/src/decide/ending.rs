//! The end of a case (完了), and what stands in its way.

use super::{CaseDecision, decided, events};
use crate::application::{Application, Decided};
use crate::decider::Context;
use crate::event::{CloseReason, Closed, Event};
use crate::rejection::Rejection;

/// 完了: by an officer, of what was never fetched; all else ends by itself.
pub(super) fn close(state: &Application, reason: CloseReason, context: &Context<'_>) -> CaseDecision {
    let decided = decided(state)?;
    context.actor.officer_of(decided.received.arrived.in_charge())?;
    if reason == CloseReason::NotCollected && owes_a_hand_over(decided) && decided.told_at.is_some() {
        return events([closed_for(reason)]);
    }
    Err(Rejection::StillDue)
}

pub(super) fn owes_a_hand_over(decided: &Decided) -> bool {
    decided.is_favourable() && decided.has_deliverable()
}

pub(super) fn owes_a_fee(decided: &Decided) -> bool {
    decided.is_favourable() && decided.received.arrived.fee.settled().is_err()
}

/// The end of a case that waited for nothing but its fee.
pub(super) fn end_once_settled(state: &Application) -> Option<Event> {
    let decided = decided(state).ok()?;
    (decided.told_at.is_some() && !owes_a_hand_over(decided)).then(completed)
}

pub(super) fn completed() -> Event {
    closed_for(CloseReason::Completed)
}

/// The end; how long the case is kept is fixed for all ends in one place, `disposal::begin_retention`.
pub(super) fn closed_for(reason: CloseReason) -> Event {
    Event::Closed(Closed { reason, retention: None })
}
