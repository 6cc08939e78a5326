//! Agenda workers: what falls due is leased, done outside any transaction, and settled in the group commit.

mod deadline;
mod mailing;
mod notice;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use shinsei_core::agenda::{Channel, Lease, LeaseRequest, Settled, Settlement};
use shinsei_core::ids::Municipality;
use shinsei_core::port::notifier::Notifier;
use shinsei_core::port::store::{Commit, Outcome};
use shinsei_core::time::Window;

use crate::engine::{Engine, EngineError, Shared};
use crate::execution::commit_and_wait;

/// How long a worker has for an entry before another may take it.
const LEASE_MICROS: i64 = 60_000_000;

/// The most entries that a worker leases at once.
const LEASED_MAX: usize = 16;

/// The wait after the first failure; it doubles with each further one.
const BACK_OFF_MICROS: i64 = 60_000_000;

/// The longest wait between two attempts.
const BACK_OFF_MICROS_MAX: i64 = 3_600_000_000;

/// The attempts after which an entry is parked. With the waits between them they span some five hours.
pub const ATTEMPTS_MAX: u32 = 10;

/// How often a worker that was not woken looks whether a retry, or another process's notice, has fallen due.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What a round of work brought about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worked {
    /// Deadlines that passed and were recorded.
    pub passed: usize,
    /// Notices that were delivered.
    pub delivered: usize,
    /// Entries that no longer spoke of the case's present.
    pub moot: usize,
    /// Entries that failed and will be tried again.
    pub to_retry: usize,
    /// Entries that a person must look at.
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

    /// Waits a while; false once it is closed.
    pub(crate) fn rest(&self, a_while: Duration) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.rung.wait_timeout_while(state, a_while, |state| !state.closed);
        !waited.unwrap_or_else(PoisonError::into_inner).0.closed
    }

    /// Waits for a ring after the last one heard, or a while; `None` once it is closed.
    pub(crate) fn wait(&self, heard: u64) -> Option<u64> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited =
            self.rung.wait_timeout_while(state, LOOK_EVERY, |state| state.rings == heard && !state.closed);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        (!state.closed).then_some(state.rings)
    }
}

impl Engine {
    /// Works through what is due until nothing is left, on this thread: deadlines first, then notices. What fails is tried
    /// again later.
    ///
    /// # Errors
    /// [`EngineError`] when the store could not lease or settle; what was delivered and not settled is delivered again.
    pub fn work_agenda(&self, notifier: &dyn Notifier) -> Result<Worked, EngineError> {
        let mut worked = Worked::default();
        work(&self.shared, &Lane::Deadlines, &mut worked)?;
        work(&self.shared, &Lane::Notices(notifier), &mut worked)?;
        Ok(worked)
    }

    /// Starts two threads, until the engine shuts down: one records deadlines as they pass, the other delivers notices as
    /// they fall due, so that no deadline waits for a mail. A store that fails is asked again a little later.
    ///
    /// # Errors
    /// [`EngineError::Thread`]: the operating system gives no thread.
    pub fn start_agenda_worker(&self, notifier: Arc<dyn Notifier>) -> Result<(), EngineError> {
        let shared = Arc::clone(&self.shared);
        self.spawn("shinsei-deadlines", move || go_on(&shared, &Lane::Deadlines))?;
        let shared = Arc::clone(&self.shared);
        self.spawn("shinsei-notices", move || go_on(&shared, &Lane::Notices(notifier.as_ref())))
    }
}

/// What a worker works on.
enum Lane<'a> {
    Deadlines,
    Notices(&'a dyn Notifier),
}

impl Lane<'_> {
    fn channel(&self) -> Channel {
        match self {
            Self::Deadlines => Channel::Deadline,
            Self::Notices(_) => Channel::Notice,
        }
    }

    /// Does what an entry asks for, and settles it.
    fn settle(&self, shared: &Arc<Shared>, lease: &Lease, worked: &mut Worked) -> Result<(), EngineError> {
        let (settled, done) = match self {
            Self::Deadlines => (deadline::pass(shared, lease), &mut worked.passed),
            Self::Notices(notifier) => (notice::deliver(shared, *notifier, lease), &mut worked.delivered),
        };
        match settled {
            Ok(Settled::Done) => *done += 1,
            Ok(Settled::Moot) => worked.moot += 1,
            Ok(Settled::Retry { .. }) => worked.to_retry += 1,
            Ok(Settled::Parked) => worked.parked += 1,
            // Another worker took over: it settles.
            Err(EngineError::LeaseLost) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Works whenever something falls due, until the engine shuts down.
fn go_on(shared: &Arc<Shared>, lane: &Lane<'_>) {
    let mut heard = 0;
    loop {
        // OK because what could not be leased or settled stays on the agenda, and is leased again.
        let _ = catch_unwind(AssertUnwindSafe(|| work(shared, lane, &mut Worked::default())));
        match shared.bell.wait(heard) {
            Some(rings) => heard = rings,
            None => return,
        }
    }
}

/// Works through what is due in every municipality in turn, so that none waits behind another's backlog, until nothing
/// is left or the engine shuts down.
fn work(shared: &Arc<Shared>, lane: &Lane<'_>, worked: &mut Worked) -> Result<(), EngineError> {
    let owner = shared.entropy.seed().id("agenda worker");
    let mut busy: Vec<Municipality> = shared.municipalities().collect();
    while !busy.is_empty() {
        let mut left = Vec::new();
        for municipality in busy {
            let leases = shared.store.lease(&LeaseRequest {
                municipality: Some(municipality),
                channel: lane.channel(),
                owner,
                lasts_micros: LEASE_MICROS,
                entries_max: LEASED_MAX,
            })?;
            if !leases.is_empty() {
                left.push(municipality);
            }
            for lease in leases {
                if shared.bell.is_closed() {
                    return Ok(());
                }
                lane.settle(shared, &lease, worked)?;
            }
        }
        busy = left;
    }
    Ok(())
}

/// Settles an entry alone.
pub(crate) fn settle(shared: &Shared, lease: &Lease, how: Settled) -> Result<Settled, EngineError> {
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

/// How an entry that failed is settled: again after a while, until its attempts are used up.
fn again(shared: &Shared, lease: &Lease) -> Settled {
    if lease.attempt < ATTEMPTS_MAX {
        let at = shared.clock.now().saturating_add_micros(back_off_micros(lease.attempt));
        return Settled::Retry { at };
    }
    Settled::Parked
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
