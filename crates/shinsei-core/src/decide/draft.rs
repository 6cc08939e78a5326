//! Drafts (下書き): a form put aside before it is submitted. Nothing of it arrives, and it does not stay for ever.

use super::decision::CaseDecision;
use super::guard::wrong_state;
use super::party::acts_for;
use crate::application::{Application, Draft};
use crate::bytes::Bytes;
use crate::deadline::Deadline;
use crate::decider::{Context, Decision};
use crate::document::Documents;
use crate::event::{DiscardCause, DraftDiscarded, DraftSaved, Event};
use crate::event_format::Proposed;
use crate::form::refusal::draft_may_hold_my_number;
use crate::form::{FORM_BYTES_MAX, FormDefect};
use crate::ids::{ProcedureId, UserId};
use crate::rejection::{Rejection, StateName};
use crate::time::Timestamp;

/// How long a draft is kept that nobody goes on with. Source: ours; a month is time to fetch a missing paper.
const DRAFT_KEPT_MICROS: i64 = 30 * 24 * 60 * 60 * 1_000_000;

/// 下書き保存: by whoever may apply, as often as they like; each time the month begins anew.
pub(super) fn save_draft(
    state: &Application,
    procedure: &ProcedureId,
    form: &Bytes,
    context: &Context<'_>,
) -> CaseDecision {
    let (user, _) = context.applicant()?;
    let procedure =
        context.procedure.ok_or_else(|| Rejection::ProcedureUnknown { procedure: procedure.clone() })?;
    let saved = draft_of(state, user, &procedure.id)?;
    if form.len() > FORM_BYTES_MAX {
        return Err(FormDefect::TooLarge.into());
    }
    if draft_may_hold_my_number(form.as_slice()) {
        return Err(Rejection::MayHoldMyNumber);
    }
    if procedure.form.lacks_a_reference(form.as_slice()) {
        return Err(Rejection::NoSensitiveReference);
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let form = documents.keep("draft", form);
    let event = DraftSaved { procedure: procedure.id.clone(), applicant: user, form };
    let mut decision = Decision::of([Proposed::Event(Event::DraftSaved(event))]);
    decision.documents = documents.into_vec();
    let saves = saved.map_or(1, |draft| draft.saves + 1);
    decision.agenda = vec![Deadline::DraftExpiry { saves }.at(expires_at(context.now), context.stream)];
    Ok(decision)
}

/// 下書き破棄: by the applicant, or by their agent.
pub(super) fn discard_draft(state: &Application, context: &Context<'_>) -> CaseDecision {
    let draft = draft(state)?;
    let may = acts_for(draft.applicant, &draft.procedure, context)?;
    Ok(Decision { window: may, ..discarded(DiscardCause::ByApplicant, context) })
}

/// 保存期限: of the draft as it was saved last.
pub(super) fn expire(state: &Application, saves: u32, context: &Context<'_>) -> CaseDecision {
    let draft = draft(state).ok().filter(|draft| draft.saves == saves).ok_or(Rejection::DeadlineMoot)?;
    let at = expires_at(draft.saved_at);
    if context.now < at {
        return Err(Rejection::DeadlineNotReached { at });
    }
    Ok(discarded(DiscardCause::Expired, context))
}

/// The draft that goes with a submission or another saving: none, or one of the same applicant for the same procedure. A draft
/// for another one is neither turned into something else nor lost with the submission: whoever has it throws it away.
pub(super) fn draft_of<'a>(
    state: &'a Application,
    user: UserId,
    procedure: &ProcedureId,
) -> Result<Option<&'a Draft>, Rejection> {
    match state {
        Application::Absent => Ok(None),
        Application::Draft(draft) => belongs_to(draft, user, procedure).map(|()| Some(draft)),
        Application::Discarded
        | Application::Arrived(_)
        | Application::Received(_)
        | Application::UnderReview(_)
        | Application::AwaitingCorrection(_)
        | Application::AwaitingApproval(_)
        | Application::Forwarded(_)
        | Application::Decided(_)
        | Application::Issued(_)
        | Application::Closed(_)
        | Application::Disposed(_) => Err(Rejection::CaseExists),
    }
}

/// What was put aside is erased as soon as it is thrown away: nothing of it has arrived, and nobody needs it.
fn discarded(cause: DiscardCause, context: &Context<'_>) -> Decision<Event> {
    let mut decision = Decision::of([Proposed::Event(Event::DraftDiscarded(DraftDiscarded { cause }))]);
    decision.agenda = vec![Deadline::Erasure.at(context.now, context.stream)];
    decision
}

fn draft(state: &Application) -> Result<&Draft, Rejection> {
    if let Application::Draft(draft) = state {
        return Ok(draft);
    }
    Err(wrong_state(state, StateName::Draft))
}

fn belongs_to(draft: &Draft, user: UserId, procedure: &ProcedureId) -> Result<(), Rejection> {
    if draft.applicant != user {
        return Err(Rejection::OtherApplicant);
    }
    if draft.procedure != *procedure {
        return Err(Rejection::DraftOfOtherProcedure { saved_for: draft.procedure.clone() });
    }
    Ok(())
}

fn expires_at(saved_at: Timestamp) -> Timestamp {
    saved_at.saturating_add_micros(DRAFT_KEPT_MICROS)
}
