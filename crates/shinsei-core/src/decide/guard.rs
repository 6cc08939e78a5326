//! What must hold before a case says yes: where it stands, which division gets it, who approves.

use crate::application::{
    Application, Arrived, AwaitingApproval, AwaitingCorrection, Decided, Issued, Received, UnderReview,
};
use crate::decider::Context;
use crate::ids::{DivisionId, StaffId};
use crate::rejection::{Rejection, StateName};

pub(super) fn received(state: &Application) -> Result<&Received, Rejection> {
    if let Application::Received(received) = state {
        return Ok(received);
    }
    Err(wrong_state(state, StateName::Received))
}

pub(super) fn under_review(state: &Application) -> Result<&UnderReview, Rejection> {
    if let Application::UnderReview(under_review) = state {
        return Ok(under_review);
    }
    Err(wrong_state(state, StateName::UnderReview))
}

pub(super) fn awaiting_correction(state: &Application) -> Result<&AwaitingCorrection, Rejection> {
    if let Application::AwaitingCorrection(awaiting) = state {
        return Ok(awaiting);
    }
    Err(wrong_state(state, StateName::AwaitingCorrection))
}

pub(super) fn awaiting_approval(state: &Application) -> Result<&AwaitingApproval, Rejection> {
    if let Application::AwaitingApproval(awaiting) = state {
        return Ok(awaiting);
    }
    Err(wrong_state(state, StateName::AwaitingApproval))
}

pub(super) fn decided(state: &Application) -> Result<&Decided, Rejection> {
    if let Application::Decided(decided) = state {
        return Ok(decided);
    }
    Err(wrong_state(state, StateName::Decided))
}

pub(super) fn decided_or_issued(state: &Application) -> Result<&Decided, Rejection> {
    if let Application::Issued(Issued { decided }) = state {
        return Ok(decided);
    }
    decided(state)
}

/// What was received and is not decided yet, wherever it stands in the city hall.
pub(super) fn in_process(state: &Application) -> Result<&Received, Rejection> {
    match state {
        Application::Received(received)
        | Application::UnderReview(UnderReview { received })
        | Application::AwaitingCorrection(AwaitingCorrection { received, .. })
        | Application::AwaitingApproval(AwaitingApproval { received, .. }) => Ok(received),
        Application::Absent
        | Application::Draft(_)
        | Application::Discarded
        | Application::Arrived(_)
        | Application::Forwarded(_)
        | Application::Decided(_)
        | Application::Issued(_)
        | Application::Closed(_)
        | Application::Disposed(_) => Err(wrong_state(state, StateName::UnderReview)),
    }
}

/// What was received, as long as anything is left to do.
pub(super) fn receipt(state: &Application) -> Result<&Received, Rejection> {
    let open = state.receipt().filter(|_| state.is_open());
    open.ok_or_else(|| wrong_state(state, StateName::Received))
}

pub(super) fn wrong_state(state: &Application, needed: StateName) -> Rejection {
    let actual = state.name();
    if actual == StateName::Absent {
        Rejection::CaseUnknown
    } else {
        Rejection::WrongState { needed, actual }
    }
}

/// A division of the catalog that is not in charge already.
pub(super) fn known_division(
    division: &DivisionId,
    arrived: &Arrived,
    context: &Context<'_>,
) -> Result<DivisionId, Rejection> {
    if !context.divisions.iter().any(|known| known.id == *division) {
        return Err(Rejection::DivisionUnknown { division: division.clone() });
    }
    if division == arrived.in_charge() {
        return Err(Rejection::InChargeAlready { division: division.clone() });
    }
    Ok(division.clone())
}

/// Nobody approves what they drafted.
pub(super) fn somebody_else(drafter: &StaffId, approver: &StaffId) -> Result<(), Rejection> {
    if drafter == approver { Err(Rejection::ApproverIsDrafter) } else { Ok(()) }
}
