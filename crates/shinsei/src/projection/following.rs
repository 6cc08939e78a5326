//! The engine's lists: they follow the logs of the municipalities that it serves.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use shinsei_core::ids::Municipality;

use crate::bell::LOOK_EVERY;
use crate::engine::{Engine, EngineError, Shared};
use crate::projection::Projector;

impl Engine {
    /// Follows the logs of all municipalities that are served to their end, on this thread.
    ///
    /// # Errors
    /// - [`EngineError::NoLists`]: the engine was opened without [`Settings::lists`](crate::engine::Settings::lists).
    /// - [`EngineError::Store`]: a log could not be read or a page not written.
    pub fn follow_lists(&self) -> Result<(), EngineError> {
        follow_all(&self.shared, self.projector()?)
    }

    /// Starts a thread that follows the logs until the engine shuts down. A store that fails is asked again a little later.
    ///
    /// # Errors
    /// - [`EngineError::NoLists`]: the engine was opened without [`Settings::lists`](crate::engine::Settings::lists).
    /// - [`EngineError::Thread`]: the operating system gives no thread.
    pub fn start_projector(&self) -> Result<(), EngineError> {
        let projector = Arc::clone(self.projector()?);
        let shared = Arc::clone(&self.shared);
        self.spawn("shinsei-lists", move || {
            let mut heard = 0;
            loop {
                // OK because what could not be written now is written in the next round, and the lag shows it.
                let _ = catch_unwind(AssertUnwindSafe(|| follow_all(&shared, &projector)));
                if shared.bell.wait(&mut heard, LOOK_EVERY).is_none() {
                    return;
                }
            }
        })
    }

    /// Whatever keeps the lists, to rebuild them, to see their lag or to try parked cases again.
    ///
    /// # Errors
    /// [`EngineError::NoLists`]: the engine was opened without [`Settings::lists`](crate::engine::Settings::lists).
    pub fn projector(&self) -> Result<&Arc<Projector>, EngineError> {
        self.shared.projector.as_ref().ok_or(EngineError::NoLists)
    }
}

impl Shared {
    /// Brings the lists of a municipality up to date, so that they forget what the store has erased.
    pub(crate) fn project(&self, municipality: Municipality) -> Result<(), EngineError> {
        Ok(self.projector.as_ref().map_or(Ok(()), |projector| projector.catch_up(municipality))?)
    }
}

fn follow_all(shared: &Shared, projector: &Projector) -> Result<(), EngineError> {
    let mut failed = None;
    for municipality in shared.municipalities() {
        // One that fails must not hold up the others.
        failed = projector.catch_up(municipality).err().or(failed);
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}
