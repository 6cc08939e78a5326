//! How an entry of the agenda is settled: done, moot, again after a while, or parked for a person.

use shinsei_core::agenda::{AgendaChange, Lease, Settled, Settlement};
use shinsei_core::port::store::{Commit, Outcome};

use crate::engine::{EngineError, Shared};
use crate::execution::commit_and_wait;

/// The wait after the first failure; it doubles with each further one.
const BACK_OFF_MICROS: i64 = 60_000_000;

/// The longest wait between two attempts.
const BACK_OFF_MICROS_MAX: i64 = 3_600_000_000;

/// The attempts after which an entry is parked. With the waits between them they span some five hours.
pub const ATTEMPTS_MAX: u32 = 10;

/// Settles an entry alone.
pub(crate) fn settle(shared: &Shared, lease: &Lease, how: Settled) -> Result<Settled, EngineError> {
    settle_and_schedule(shared, lease, how, vec![])
}

/// Settles an entry and changes the agenda, both or neither.
pub(super) fn settle_and_schedule(
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

pub(super) fn settlement(lease: &Lease, how: Settled) -> Settlement {
    Settlement { key: lease.key.clone(), fence: lease.fence, how }
}

/// How an entry that failed is settled: again after a while, until its attempts are used up.
pub(super) fn again(shared: &Shared, lease: &Lease) -> Settled {
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
}
