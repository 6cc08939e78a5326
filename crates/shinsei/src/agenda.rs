//! Agenda workers: what falls due is leased, done outside any transaction, and settled in the group commit.

pub mod bounce;
pub mod calendar_walk;
mod deadline;
mod mailing;
mod notice;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use shinsei_core::agenda::{AgendaChange, Channel, Lease, LeaseRequest, Settled, Settlement};
use shinsei_core::ids::Municipality;
use shinsei_core::port::notifier::Notifier;
use shinsei_core::port::store::{Commit, Outcome};

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
pub(crate) const LOOK_EVERY: Duration = Duration::from_secs(1);

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

/// Wakes workers when a commit scheduled something for a municipality, or another node may have.
#[derive(Default)]
pub(crate) struct Bell {
    state: Mutex<BellState>,
    rung: Condvar,
}

#[derive(Default)]
struct BellState {
    rings: u64,
    /// The last ring for each municipality.
    rung: BTreeMap<Municipality, u64>,
    closed: bool,
}

impl Bell {
    pub(crate) fn ring(&self, municipality: Municipality) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.rings += 1;
        let ring = state.rings;
        state.rung.insert(municipality, ring);
        drop(state);
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

    /// Waits for a ring after the last one heard, or a while, and says for whom it rang since; `None` once it is closed.
    pub(crate) fn wait(&self, heard: &mut u64, a_while: Duration) -> Option<Vec<Municipality>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited =
            self.rung.wait_timeout_while(state, a_while, |state| state.rings == *heard && !state.closed);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let since = std::mem::replace(heard, state.rings);
        let rung =
            state.rung.iter().filter(|(_, ring)| **ring > since).map(|(municipality, _)| *municipality);
        (!state.closed).then(|| rung.collect())
    }
}

impl Engine {
    /// Works through what is due until nothing is left, on this thread: deadlines first, then notices, then those of the house. What fails is tried
    /// again later.
    ///
    /// # Errors
    /// [`EngineError`] when the store could not lease or settle; what was delivered and not settled is delivered again.
    pub fn work_agenda(&self, notifier: &dyn Notifier) -> Result<Worked, EngineError> {
        let mut worked = Worked::default();
        for lane in [Lane::Deadlines, Lane::Notices(notifier), Lane::Alerts(notifier)] {
            work(&self.shared, &lane, self.shared.municipalities().collect(), &mut worked)?;
        }
        Ok(worked)
    }

    /// Starts three threads, until the engine shuts down: one records deadlines as they pass, one delivers notices as they fall
    /// due, and one those of the house, so that no deadline waits for a mail. A store that fails is asked again a little later.
    ///
    /// # Errors
    /// [`EngineError::Thread`]: the operating system gives no thread.
    pub fn start_agenda_worker(&self, notifier: Arc<dyn Notifier>) -> Result<(), EngineError> {
        let shared = Arc::clone(&self.shared);
        self.spawn("shinsei-deadlines", move || go_on(&shared, &Lane::Deadlines))?;
        let shared = Arc::clone(&self.shared);
        let letters = Arc::clone(&notifier);
        self.spawn("shinsei-notices", move || go_on(&shared, &Lane::Notices(letters.as_ref())))?;
        let shared = Arc::clone(&self.shared);
        self.spawn("shinsei-alerts", move || go_on(&shared, &Lane::Alerts(notifier.as_ref())))
    }
}

/// What a worker works on.
enum Lane<'a> {
    Deadlines,
    Notices(&'a dyn Notifier),
    Alerts(&'a dyn Notifier),
}

impl Lane<'_> {
    fn channel(&self) -> Channel {
        match self {
            Self::Deadlines => Channel::Deadline,
            Self::Notices(_) => Channel::Notice,
            Self::Alerts(_) => Channel::Alert,
        }
    }

    /// Does what an entry asks for, and settles it.
    fn settle(&self, shared: &Arc<Shared>, lease: &Lease, worked: &mut Worked) -> Result<(), EngineError> {
        let (settled, done) = match self {
            Self::Deadlines => (deadline::pass(shared, lease), &mut worked.passed),
            Self::Notices(notifier) | Self::Alerts(notifier) => (notice::deliver(shared, *notifier, lease), &mut worked.delivered),
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

/// Works whenever something falls due, until the engine shuts down: for whom the bell rang at once, for everybody once in
/// a while, however often it rings.
fn go_on(shared: &Arc<Shared>, lane: &Lane<'_>) {
    let mut heard = 0;
    let mut looked = Instant::now();
    let mut whom: Vec<Municipality> = shared.municipalities().collect();
    loop {
        // OK because what could not be leased or settled stays on the agenda, and is leased again.
        let _ = catch_unwind(AssertUnwindSafe(|| work(shared, lane, whom, &mut Worked::default())));
        let rest = LOOK_EVERY.saturating_sub(looked.elapsed());
        let Some(rung) = shared.bell.wait(&mut heard, rest) else { return };
        whom = if looked.elapsed() < LOOK_EVERY {
            rung.into_iter().filter(|municipality| shared.city(*municipality).is_ok()).collect()
        } else {
            looked = Instant::now();
            shared.municipalities().collect()
        };
    }
}

/// Works through what is due in municipalities in turn, so that none waits behind another's backlog, until nothing is left
/// or the engine shuts down.
fn work(
    shared: &Arc<Shared>,
    lane: &Lane<'_>,
    mut busy: Vec<Municipality>,
    worked: &mut Worked,
) -> Result<(), EngineError> {
    let owner = shared.entropy.seed().id("agenda worker");
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
    settle_and_schedule(shared, lease, how, vec![])
}

/// Settles an entry and changes the agenda, both or neither.
fn settle_and_schedule(
    shared: &Shared,
    lease: &Lease,
    how: Settled,
    agenda: Vec<AgendaChange>,
) -> Result<Settled, EngineError> {
    let settles = vec![settlement(lease, how)];
    let commit = Commit { agenda, settles, ..Commit::nothing(lease.municipality) };
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
        let (bell, mut heard) = (Bell::default(), 0);
        let [hakodate, sapporo] = ["012025", "011002"].map(|code| code.parse().unwrap());
        bell.ring(hakodate);
        bell.ring(sapporo);
        bell.ring(hakodate);
        assert_eq!(bell.wait(&mut heard, LOOK_EVERY), Some(vec![sapporo, hakodate]));
        assert_eq!(bell.wait(&mut heard, Duration::ZERO), Some(vec![]), "nobody rang again");
        bell.ring(sapporo);
        assert_eq!(bell.wait(&mut heard, LOOK_EVERY), Some(vec![sapporo]));
        bell.close();
        assert_eq!(bell.wait(&mut heard, LOOK_EVERY), None);
    }
}
