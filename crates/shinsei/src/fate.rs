//! What becomes of the commits that a store is asked for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use shinsei_core::port::store::{Commit, Outcome, Store, StoreError};

/// What became of a commit.
pub(crate) type Fate = Result<Outcome, Unwritten>;

/// Why a commit has no outcome.
#[derive(Clone)]
pub(crate) enum Unwritten {
    /// The queue is full.
    Overloaded,
    /// The engine is shutting down.
    Closed,
    /// The store could not; see whether something was written.
    Store(Arc<StoreError>),
}

/// Asks a store to commit. One that panics, or does not answer for each commit, has not said what became of them.
pub(crate) fn write(store: &dyn Store, commits: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
    let unknown = |what: &str| Err(StoreError::OutcomeUnknown { source: what.into() });
    match catch_unwind(AssertUnwindSafe(|| store.commit(commits))) {
        Ok(Ok(outcomes)) if outcomes.len() != commits.len() => unknown("an outcome is missing"),
        Ok(answer) => answer,
        Err(_) => unknown("the store panicked while committing"),
    }
}
