//! What became of commits when the connection was lost while committing: they are there, or they are sent again.

use std::sync::Arc;
use std::time::Duration;

use shinsei_core::port::store::{CommandKey, Commit, Outcome, Receipt, Store, StoreError};

use crate::fate::{Fate, Unwritten, write};

/// The waits before each look. A server that restarts is back within seconds; a caller is not kept for longer.
const WAITS: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_millis(10),
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_millis(1_000),
];

/// Finds out what became of commits. What is still unknown after the last look is told as such, never as anything else.
pub(crate) fn resolve(store: &dyn Store, commits: &[Commit], lost: StoreError) -> Vec<Fate> {
    let mut fates: Vec<Option<Fate>> = commits.iter().map(|_| None).collect();
    let mut unknown = lost;
    for wait in WAITS {
        std::thread::sleep(wait);
        match look(store, commits, &mut fates) {
            Ok(()) => break,
            Err(error) => unknown = error,
        }
    }
    let unknown = Unwritten::Store(Arc::new(unknown));
    fates.into_iter().map(|fate| fate.unwrap_or_else(|| Err(unknown.clone()))).collect()
}

/// Looks the open ones up, and sends again, in one batch, what is not there.
fn look(store: &dyn Store, commits: &[Commit], fates: &mut [Option<Fate>]) -> Result<(), StoreError> {
    let mut absent = Vec::new();
    for (fate, commit) in fates.iter_mut().zip(commits).filter(|(fate, _)| fate.is_none()) {
        match recorded(store, commit) {
            // Whose it was cannot be told from here, another one of the same id or this: what is recorded answers both.
            Ok(Some(receipt)) => *fate = Some(Ok(Outcome::Again(receipt))),
            Ok(None) => absent.push((fate, commit.clone())),
            // A store that cannot be asked has not said that nothing was written.
            Err(error) => return Err(StoreError::OutcomeUnknown { source: Box::new(error) }),
        }
    }
    let (open, again): (Vec<_>, Vec<_>) = absent.into_iter().unzip();
    match write(store, &again) {
        Ok(outcomes) => open.into_iter().zip(outcomes).for_each(|(fate, outcome)| *fate = Some(Ok(outcome))),
        Err(lost @ StoreError::OutcomeUnknown { .. }) => return Err(lost),
        Err(error) => {
            let failed = Unwritten::Store(Arc::new(error));
            open.into_iter().for_each(|fate| *fate = Some(Err(failed.clone())));
        }
    }
    Ok(())
}

/// The receipt of a commit that is there. One without a command only settles leases, which a fence keeps from being
/// settled twice.
fn recorded(store: &dyn Store, commit: &Commit) -> Result<Option<Receipt>, StoreError> {
    let Some(CommandKey { id, digest }) = commit.command else { return Ok(None) };
    let found = store.find(commit.municipality, id)?;
    Ok(found.filter(|found| found.digest == Some(digest)).map(|found| found.receipt))
}
