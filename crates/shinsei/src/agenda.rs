//! Agenda workers: what falls due is leased, done outside any transaction, and settled in the group commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use shinsei_core::actor::Actor;
use shinsei_core::agenda::{Channel, Lease, LeaseRequest, Settled, Settlement};
use shinsei_core::application::Application;
use shinsei_core::command::Command;
use shinsei_core::event::TellingChannel;
use shinsei_core::ids::{CommandId, Municipality};
use shinsei_core::notice::{Correspondence, Notice, Task, render};
use shinsei_core::port::notifier::{Notifier, NotifierError};
use shinsei_core::port::store::{Commit, Outcome};
use shinsei_core::time::Window;

use crate::engine::{Engine, EngineError, ExecuteError, Request, Shared};
use crate::execution::{Execution, commit_and_wait};

/// How long a worker has for a notice before another may take it.
const LEASE_MICROS: i64 = 60_000_000;

/// The most notices that a worker leases at once.
const LEASED_MAX: usize = 16;

/// The wait after the first failure; it doubles with each further one.
const BACK_OFF_MICROS: i64 = 60_000_000;

/// The longest wait between two attempts.
const BACK_OFF_MICROS_MAX: i64 = 3_600_000_000;

/// The attempts after which a notice is parked. With the waits between them they span some five hours.
pub const ATTEMPTS_MAX: u32 = 10;

/// How often a worker that was not woken looks whether a retry, or another process's notice, has fallen due.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What a round of work brought about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worked {
    /// Notices that were delivered.
    pub delivered: usize,
    /// Notices that no longer spoke of the case's present.
    pub moot: usize,
    /// Notices that failed and will be tried again.
    pub to_retry: usize,
    /// Notices that a person must look at.
    pub parked: usize,
}

/// Wakes workers when a commit scheduled something.
#[derive(Default)]
pub(crate) struct Bell {
    state: Mutex<BellState>,
    rung: Condvar,
}

#[derive(Default)]
struct BellState {
    rings: u64,
    closed: bool,
}

impl Bell {
    pub(crate) fn ring(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).rings += 1;
        self.rung.notify_all();
    }

    pub(crate) fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.rung.notify_all();
    }

    fn is_closed(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closed
    }

    /// Waits for a ring after the last one heard, or a while; `None` once it is closed.
    fn wait(&self, heard: u64) -> Option<u64> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited =
            self.rung.wait_timeout_while(state, LOOK_EVERY, |state| state.rings == heard && !state.closed);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        (!state.closed).then_some(state.rings)
    }
}

impl Engine {
    /// Delivers notices that are due until none is left, on this thread. A notice that fails is tried again later.
    ///
    /// # Errors
    /// [`EngineError`] when the store could not lease or settle; what was delivered and not settled is delivered again.
    pub fn work_agenda(&self, notifier: &dyn Notifier) -> Result<Worked, EngineError> {
        work(&self.shared, notifier)
    }

    /// Starts a thread that delivers notices as they fall due, until the engine shuts down. A store that fails is asked
    /// again a little later.
    ///
    /// # Errors
    /// [`EngineError::Thread`]: the operating system gives no thread.
    pub fn start_agenda_worker(&self, notifier: Arc<dyn Notifier>) -> Result<(), EngineError> {
        let shared = Arc::clone(&self.shared);
        self.spawn("shinsei-agenda", move || {
            let mut heard = 0;
            loop {
                // OK because what could not be leased or settled stays on the agenda, and is leased again.
                let _ = catch_unwind(AssertUnwindSafe(|| work(&shared, notifier.as_ref())));
                match shared.bell.wait(heard) {
                    Some(rings) => heard = rings,
                    None => return,
                }
            }
        })
    }
}

/// Works through what is due in every municipality in turn, so that none waits behind another's backlog, until nothing
/// is left or the engine shuts down.
fn work(shared: &Arc<Shared>, notifier: &dyn Notifier) -> Result<Worked, EngineError> {
    let owner = shared.entropy.seed().id("agenda worker");
    let mut worked = Worked::default();
    let mut busy: Vec<Municipality> = shared.municipalities().collect();
    while !busy.is_empty() {
        let mut left = Vec::new();
        for municipality in busy {
            let leases = shared.store.lease(&LeaseRequest {
                municipality: Some(municipality),
                channel: Channel::Notice,
                owner,
                lasts_micros: LEASE_MICROS,
                entries_max: LEASED_MAX,
            })?;
            if !leases.is_empty() {
                left.push(municipality);
            }
            for lease in leases {
                if shared.bell.is_closed() {
                    return Ok(worked);
                }
                worked.count(deliver(shared, notifier, &lease))?;
            }
        }
        busy = left;
    }
    Ok(worked)
}

impl Worked {
    fn count(&mut self, settled: Result<Settled, EngineError>) -> Result<(), EngineError> {
        match settled {
            Ok(Settled::Done) => self.delivered += 1,
            Ok(Settled::Moot) => self.moot += 1,
            Ok(Settled::Retry { .. }) => self.to_retry += 1,
            Ok(Settled::Parked) => self.parked += 1,
            // Another worker took over: it settles.
            Err(EngineError::LeaseLost) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Does what a leased entry asks for, and settles it.
fn deliver(shared: &Arc<Shared>, notifier: &dyn Notifier, lease: &Lease) -> Result<Settled, EngineError> {
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
        Ok(Err(NotifierError::Unavailable { .. })) | Err(_) if lease.attempt < ATTEMPTS_MAX => {
            let at = shared.clock.now().saturating_add_micros(back_off_micros(lease.attempt));
            settle(shared, lease, Settled::Retry { at })
        }
        Ok(Err(_)) | Err(_) => settle(shared, lease, Settled::Parked),
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
    let (_, case) = shared.fold::<Application>(lease.municipality, lease.key.stream)?;
    let city = shared.city(lease.municipality)?;
    let Some(arrived) = case.arrival() else { return Ok(Due::Nothing) };
    let Some(contact) = city.catalog.division(&arrived.terms.division) else { return Ok(Due::Unaddressed) };
    let document = shared.store.document(lease.municipality, arrived.contact.id)?;
    let address = document.and_then(|document| String::from_utf8(document.content).ok());
    let Some(to) = address else { return Ok(Due::Nothing) };
    let between = Correspondence { municipality: lease.municipality, city: &city.name, contact, to: &to };
    let id = lease.key.stable_id(lease.municipality, "notice");
    Ok(render(task, id, &case, between).map_or(Due::Nothing, |notice| Due::Notice(Box::new(notice))))
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

fn settle(shared: &Shared, lease: &Lease, how: Settled) -> Result<Settled, EngineError> {
    let commit = Commit {
        municipality: lease.municipality,
        command: None,
        appends: vec![],
        unchanged: vec![],
        documents: vec![],
        agenda: vec![],
        settles: vec![settlement(lease, how)],
        window: Window::ALWAYS,
    };
    match commit_and_wait(shared, commit)?? {
        Outcome::LeaseLost { .. } => Err(EngineError::LeaseLost),
        _ => Ok(how),
    }
}

fn settlement(lease: &Lease, how: Settled) -> Settlement {
    Settlement { key: lease.key.clone(), fence: lease.fence, how }
}

fn back_off_micros(attempt: u32) -> i64 {
    let doublings = attempt.saturating_sub(1).min(16);
    BACK_OFF_MICROS.saturating_mul(1 << doublings).min(BACK_OFF_MICROS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        let minutes: Vec<_> = (1..=10).map(|attempt| back_off_micros(attempt) / 60_000_000).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    }

    #[test]
    fn a_ring_that_came_while_working_is_heard_at_once() {
        let bell = Bell::default();
        bell.ring();
        bell.ring();
        assert_eq!(bell.wait(0), Some(2));
        bell.close();
        assert_eq!(bell.wait(2), None);
    }
}
