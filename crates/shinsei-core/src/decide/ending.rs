//! The end of a case (完了): by itself when nothing is left to do, by an officer where something never will be done.

use super::decision::{CaseDecision, after, events};
use super::guard::decided_or_issued;
use crate::application::{Application, Decided, Forwarded};
use crate::decider::{Context, Decision};
use crate::event::{CloseReason, Closed, Event};
use crate::event_format::Proposed;
use crate::rejection::Rejection;

/// 完了: by an officer, of what was never fetched, whose fee is collected elsewhere, or which another agency decides; all
/// else ends by itself.
pub(super) fn close(state: &Application, reason: CloseReason, context: &Context<'_>) -> CaseDecision {
    if let Application::Forwarded(Forwarded { received, .. }) = state {
        context.actor.officer_of(received.arrived.in_charge())?;
        return match reason {
            CloseReason::Completed => events([closed_for(reason)]),
            CloseReason::NotCollected
            | CloseReason::LeftToCollection
            | CloseReason::Withdrawn
            | CloseReason::Revoked => Err(Rejection::StillDue),
        };
    }
    let decided = decided_or_issued(state)?;
    context.actor.officer_of(decided.received.arrived.in_charge())?;
    let is_handed_over = matches!(state, Application::Issued(_));
    let waits_for_the_hand_over = decided.owes_a_hand_over() && !is_handed_over;
    let may = decided.told_at.is_some()
        && !decided.owes_a_document()
        && match reason {
            CloseReason::NotCollected => waits_for_the_hand_over,
            CloseReason::LeftToCollection => {
                !waits_for_the_hand_over
                    && decided.is_owed_a_fee()
                    && decided.received.annex.payment_is_overdue()
            }
            CloseReason::Completed | CloseReason::Withdrawn | CloseReason::Revoked => false,
        };
    if may { events([closed_for(reason)]) } else { Err(Rejection::StillDue) }
}

/// Ends a case whose applicant was told, owes nothing and is owed nothing: one place for all that may happen last.
pub(super) fn end_if_nothing_is_left(
    state: &Application,
    mut decision: Decision<Event>,
    context: &Context<'_>,
) -> Decision<Event> {
    if matches!(state, Application::Decided(_) | Application::Issued(_)) {
        let end = end_of(&after(state.clone(), &decision.events, context));
        decision.events.extend(end.map(|reason| Proposed::Event(closed_for(reason))));
    }
    decision
}

fn end_of(state: &Application) -> Option<CloseReason> {
    let decided = decided_or_issued(state).ok()?;
    let is_handed_over = matches!(state, Application::Issued(_)) || !decided.owes_a_hand_over();
    (is_handed_over && is_idle(decided)).then_some(match decided.revocation {
        Some(_) => CloseReason::Revoked,
        None => CloseReason::Completed,
    })
}

fn is_idle(decided: &Decided) -> bool {
    decided.told_at.is_some() && !decided.is_owed_a_fee() && !decided.owes_a_document()
}

/// The end; how long the case is kept is fixed for all ends in one place, `disposal::begin_retention`.
pub(super) fn closed_for(reason: CloseReason) -> Event {
    Event::Closed(Closed { reason, retention: None })
}
