//! How a decision on a case is put together.

use crate::agenda::{AgendaChange, Due};
use crate::application::Application;
use crate::decider::{Context, Decision};
use crate::document::Documents;
use crate::event::Event;
use crate::event_format::Proposed;
use crate::notice::Task;
use crate::rejection::Rejection;
use crate::time::Window;

/// What is decided on a case.
pub type CaseDecision = Result<Decision<Event>, Rejection>;

pub(super) fn events(events: impl IntoIterator<Item = Event>) -> CaseDecision {
    Ok(Decision::of(events.into_iter().map(Proposed::Event)))
}

pub(super) fn decision_with(
    events: impl IntoIterator<Item = Event>,
    documents: Documents<'_>,
) -> CaseDecision {
    let decision = Decision::of(events.into_iter().map(Proposed::Event));
    Ok(Decision { documents: documents.into_vec(), ..decision })
}

/// What happens when a last day is over, and that it holds from then on; before that the deadline has not come.
pub(super) fn passed(over: Window, event: Event, context: &Context<'_>) -> CaseDecision {
    match over.from {
        Some(at) if context.now < at => Err(Rejection::DeadlineNotReached { at }),
        Some(_) | None => Ok(Decision { window: over, ..Decision::of([Proposed::Event(event)]) }),
    }
}

/// What a case becomes when these events are recorded now. What only recording can know is of no account here.
pub(super) fn after(state: Application, proposed: &[Proposed<Event>], context: &Context<'_>) -> Application {
    proposed.iter().fold(state, |state, proposed| match proposed {
        Proposed::Event(event) => state.with(event, context.now),
        Proposed::Numbered { .. } => state,
    })
}

pub(super) fn notice_at_once(task: Task, context: &Context<'_>) -> AgendaChange {
    notice_at(task, Due::AtOnce, context)
}

pub(super) fn notice_at(task: Task, due: Due, context: &Context<'_>) -> AgendaChange {
    AgendaChange::schedule(context.stream, task.entry_name(), task.channel(), due)
}
