//! What is cleared away as time goes by: documents that were staged and never linked, accesses that were kept long enough.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use shinsei_core::port::access_log::PAGE_ACCESSES_MAX;

use crate::engine::{Engine, EngineError, Shared};

/// How long after its last part a staged document is taken to be on its way: a day. The engine stages and links within one
/// command; what is older was left behind by a command that was refused or by a machine that went down.
pub const STAGED_KEPT_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// What was cleared away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleared {
    /// How many documents that were staged and never linked.
    pub staged: u64,
    /// How many accesses, of all municipalities that say how long they keep them.
    pub accesses: u64,
}

impl Engine {
    /// Clears away what nothing wants any more, on this thread: what was staged a day ago and never linked, and the accesses
    /// that [`CityHall::accesses_kept`](crate::city_hall::CityHall::accesses_kept) no longer keeps.
    ///
    /// # Errors
    /// [`EngineError::Store`]: the store could not, or the role under which the service runs may not forget accesses, as on
    /// PostgreSQL; then whoever owns the tables does it (`desk … forget-accesses`). What was cleared before is.
    pub fn clear_away(&self) -> Result<Cleared, EngineError> {
        clear_away(&self.shared)
    }

    /// Starts a thread that clears away at once and then at an interval, until the engine shuts down, and says what it came
    /// to each time.
    ///
    /// # Errors
    /// [`EngineError::Thread`]: the operating system gives no thread.
    pub fn start_housekeeper(
        &self,
        every: Duration,
        told: impl Fn(Result<Cleared, EngineError>) + Send + 'static,
    ) -> Result<(), EngineError> {
        let shared = Arc::clone(&self.shared);
        self.spawn("shinsei-housekeeper", move || {
            loop {
                // OK because the next round begins anew.
                let _ = catch_unwind(AssertUnwindSafe(|| told(clear_away(&shared))));
                if !shared.bell.rest(every) {
                    return;
                }
            }
        })
    }
}

fn clear_away(shared: &Shared) -> Result<Cleared, EngineError> {
    let now = shared.clock.now();
    let staged = shared.store.sweep(now.saturating_add_micros(-STAGED_KEPT_MICROS))?;
    let mut cleared = Cleared { staged, accesses: 0 };
    let Some(log) = &shared.access_log else { return Ok(cleared) };
    for municipality in shared.municipalities() {
        let Some(before) = shared.city(municipality)?.accesses_kept.ended_by(now) else { continue };
        loop {
            let forgotten = log.forget(municipality, before, PAGE_ACCESSES_MAX)?;
            cleared.accesses += forgotten;
            if forgotten < PAGE_ACCESSES_MAX as u64 {
                break;
            }
        }
    }
    Ok(cleared)
}
