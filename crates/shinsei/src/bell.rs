//! What wakes the engine's threads: a commit that scheduled something, here or on another node, and the end.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use shinsei_core::ids::Municipality;

/// How often a worker that was not woken looks whether a retry, or another process's notice, has fallen due.
pub(crate) const LOOK_EVERY: Duration = Duration::from_secs(1);

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

    pub(crate) fn is_closed(&self) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

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
