//! Agenda workers: what falls due is leased, done outside any transaction, and settled in the group commit.

pub mod bounce;
pub mod calendar_walk;
mod deadline;
mod mailing;
mod notice;
pub(crate) mod settling;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use shinsei_core::agenda::{Channel, Lease, LeaseRequest, Settled};
use shinsei_core::ids::Municipality;
use shinsei_core::port::notifier::Notifier;

use crate::bell::LOOK_EVERY;
use crate::engine::{Engine, EngineError, Shared};

pub use crate::agenda::settling::ATTEMPTS_MAX;

/// How long a worker has for an entry before another may take it.
const LEASE_MICROS: i64 = 60_000_000;

/// The most entries that a worker leases at once.
const LEASED_MAX: usize = 16;

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

impl Engine {
    /// Works through what is due until nothing is left, on this thread: deadlines first, then notices to applicants, then
    /// internal ones. What fails is tried again later.
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

    /// Starts three threads, until the engine shuts down: one records deadlines as they pass, one delivers notices to applicants
    /// as they fall due, and one internal ones, so that no deadline waits for a mail, and no applicant for a division's. A store that fails is asked again a little later.
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
            Self::Notices(notifier) | Self::Alerts(notifier) => {
                (notice::deliver(shared, *notifier, lease), &mut worked.delivered)
            }
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
