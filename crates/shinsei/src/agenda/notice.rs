//! A notice that is due: rendered from what the case has become, delivered, and settled.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use shinsei_core::actor::Actor;
use shinsei_core::agenda::{Lease, Settled};
use shinsei_core::application::Application;
use shinsei_core::command::Command;
use shinsei_core::event::TellingChannel;
use shinsei_core::ids::CommandId;
use shinsei_core::notice::{CaseFile, Correspondence, Notice, Task, render};
use shinsei_core::port::notifier::{Notifier, NotifierError};

use super::{again, settle, settlement};
use crate::engine::{EngineError, ExecuteError, Request, Shared};
use crate::execution::Execution;

/// Delivers a notice and settles its entry.
pub(super) fn deliver(
    shared: &Arc<Shared>,
    notifier: &dyn Notifier,
    lease: &Lease,
) -> Result<Settled, EngineError> {
    let Some(task) = Task::from_bytes(&lease.task) else { return settle(shared, lease, Settled::Parked) };
    let notice = match notice(shared, lease, task) {
        Ok(Due::Notice(notice)) => notice,
        Ok(Due::Nothing) => return settle(shared, lease, Settled::Moot),
        // A case that cannot be read must not hold up the others.
        Ok(Due::Unaddressed) | Err(EngineError::Log(_)) => return settle(shared, lease, Settled::Parked),
        Err(error) => return Err(error),
    };
    match catch_unwind(AssertUnwindSafe(|| notifier.deliver(&notice))) {
        Ok(Ok(())) if task == Task::ResultNotice => tell_result(shared, lease),
        Ok(Ok(())) => settle(shared, lease, Settled::Done),
        // Whether a notifier that panicked had delivered is not known: at least once, it is tried again.
        Ok(Err(NotifierError::Unavailable { .. })) | Err(_) => settle(shared, lease, again(shared, lease)),
        Ok(Err(_)) => settle(shared, lease, Settled::Parked),
    }
}

/// What an entry has become by the time it is due.
enum Due {
    Notice(Box<Notice>),
    /// It no longer speaks of the case's present, or the case's documents were erased.
    Nothing,
    /// The city's settings no longer name the division that answers.
    Unaddressed,
}

fn notice(shared: &Shared, lease: &Lease, task: Task) -> Result<Due, EngineError> {
    let mut history = Vec::new();
    shared.read::<Application>(lease.municipality, lease.key.stream, |recorded| history.push(recorded))?;
    let case = history.iter().fold(Application::default(), Application::evolve);
    let city = shared.city(lease.municipality)?;
    let Some(arrived) = case.arrival() else { return Ok(Due::Nothing) };
    let Some(contact) = city.catalog.division(&arrived.terms.division) else { return Ok(Due::Unaddressed) };
    let document = shared.store.document(lease.municipality, arrived.contact.id)?;
    let address = document.and_then(|document| String::from_utf8(document.content).ok());
    let Some(to) = address else { return Ok(Due::Nothing) };
    let between = Correspondence { municipality: lease.municipality, city: &city.name, contact, to: &to };
    let id = lease.key.stable_id(lease.municipality, "notice");
    let file = CaseFile { case: &case, history: &history };
    Ok(render(task, id, file, between).map_or(Due::Nothing, |notice| Due::Notice(Box::new(notice))))
}

/// Records that the result was told, in the commit that settles its notice. The command's id follows from the entry,
/// so that it takes effect once. When staff told it first, the notice is settled alone.
fn tell_result(shared: &Arc<Shared>, lease: &Lease) -> Result<Settled, EngineError> {
    let request = Request::<Application> {
        municipality: lease.municipality,
        command_id: CommandId(lease.key.stable_id(lease.municipality, "command")),
        actor: Actor::System,
        stream: lease.key.stream,
        command: Command::TellResult { how: TellingChannel::Notice },
    };
    let execution = Execution::new(Arc::clone(shared), request, vec![settlement(lease, Settled::Done)])?;
    match execution.run() {
        Ok(_) => Ok(Settled::Done),
        Err(ExecuteError::Rejected(_)) => settle(shared, lease, Settled::Done),
        Err(ExecuteError::Failed(error)) => Err(error),
    }
}
