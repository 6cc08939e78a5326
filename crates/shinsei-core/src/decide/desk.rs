//! The work at the desk: who is in charge, what is noted, what is handed on. Number, arrival and clock stay.

use super::decision::{CaseDecision, events, notice_at_once};
use super::guard::{in_process, known_division, receipt, received, under_review, wrong_state};
use super::withdrawal::unanswered;
use super::words::{keep_reason, keep_words};
use crate::application::{Application, UnderReview};
use crate::command::StatedReason;
use crate::decider::{Context, Decision};
use crate::document::Documents;
use crate::due::DueDate;
use crate::event::{DivisionAssigned, Event, Forwarded, NoteAdded, OfficerAssigned, Transferred, Visibility};
use crate::event_format::Proposed;
use crate::ids::{DivisionId, StaffId};
use crate::notice::Task;
use crate::procedure::Jurisdiction;
use crate::rejection::{Rejection, StateName};
use crate::words::Words;

/// 担当課の決定: by the division in charge, before the review begins.
pub(super) fn assign_division(
    state: &Application,
    division: &DivisionId,
    context: &Context<'_>,
) -> CaseDecision {
    let arrived = &received(state)?.arrived;
    let by = context.actor.counter_of(arrived.in_charge())?.clone();
    let division = known_division(division, arrived, context)?;
    events([Event::DivisionAssigned(DivisionAssigned { division, by })])
}

/// 担当者の決定: by an officer of the division in charge, to any of its officers.
pub(super) fn assign_officer(state: &Application, officer: &StaffId, context: &Context<'_>) -> CaseDecision {
    let arrived = &in_process(state)?.arrived;
    let by = context.actor.officer_of(arrived.in_charge())?.clone();
    if arrived.desk.officer.as_ref() == Some(officer) {
        return Err(Rejection::AssignedAlready { officer: officer.clone() });
    }
    events([Event::OfficerAssigned(OfficerAssigned { officer: officer.clone(), by })])
}

/// メモ: by the staff of the division in charge, as long as anything is left to do.
pub(super) fn add_note(
    state: &Application,
    visibility: Visibility,
    text: &Words,
    context: &Context<'_>,
) -> CaseDecision {
    let arrived = &receipt(state)?.arrived;
    let by = context.actor.counter_of(arrived.in_charge())?.clone();
    let mut documents = Documents::of(&context.seed, context.stream);
    let role = match visibility {
        Visibility::Private => "private-note",
        Visibility::Public => "public-note",
    };
    let text = keep_words(role, text, &mut documents)?;
    let mut decision = Decision::of([Proposed::Event(Event::NoteAdded(NoteAdded { visibility, text, by }))]);
    decision.documents = documents.into_vec();
    Ok(decision)
}

/// 移送: by an officer of the division in charge, to another one, with a reason; the applicant is told whom to ask.
pub(super) fn transfer(
    state: &Application,
    division: &DivisionId,
    reason: &StatedReason,
    context: &Context<'_>,
) -> CaseDecision {
    let arrived = &under_review(state)?.received.arrived;
    let by = context.actor.officer_of(arrived.in_charge())?.clone();
    let to = known_division(division, arrived, context)?;
    let mut documents = Documents::of(&context.seed, context.stream);
    let reason = keep_reason(reason, &mut documents)?;
    let mut decision = Decision::of([Proposed::Event(Event::Transferred(Transferred { to, reason, by }))]);
    decision.documents = documents.into_vec();
    let transfer = arrived.desk.transfers + 1;
    decision.agenda = vec![notice_at_once(Task::TransferNotice { transfer }, context)];
    Ok(decision)
}

/// 送付: of what another agency decides. What only had to come through the city is looked at first; what was never its
/// own is sent on as it is. The applicant is told who decides.
pub(super) fn forward(state: &Application, context: &Context<'_>) -> CaseDecision {
    let received = match state {
        Application::UnderReview(UnderReview { received }) => received,
        Application::Received(received)
            if matches!(received.arrived.terms.jurisdiction, Jurisdiction::Foreign { .. }) =>
        {
            received
        }
        Application::Absent
        | Application::Draft(_)
        | Application::Discarded
        | Application::Arrived(_)
        | Application::Received(_)
        | Application::AwaitingCorrection(_)
        | Application::AwaitingApproval(_)
        | Application::Forwarded(_)
        | Application::Decided(_)
        | Application::Issued(_)
        | Application::Closed(_)
        | Application::Disposed(_) => return Err(wrong_state(state, StateName::UnderReview)),
    };
    let terms = &received.arrived.terms;
    let by = context.actor.officer_of(received.arrived.in_charge())?.clone();
    unanswered(received)?;
    let agency = terms.jurisdiction.agency().ok_or(Rejection::DecidedHere)?.to_owned();
    let due = terms.agency_period.and_then(|period| DueDate::of(period, context.now, context.calendar, &[]));
    let mut decision = Decision::of([Proposed::Event(Event::Forwarded(Forwarded { agency, due, by }))]);
    decision.agenda = vec![notice_at_once(Task::ForwardingNotice, context)];
    Ok(decision)
}
