//! The batch as one transaction: two round trips, the first of which locks and reads, the second writes and commits.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use shinsei_core::ids::Municipality;
use shinsei_core::port::clock::Clock;
use shinsei_core::port::store::{Commit, Outcome, StoreError};

use crate::batch::Known;
use crate::connection::Connection;
use crate::error::{Fault, Result};
use crate::facts::Wanted;
use crate::kinds::{ATTEMPTS_MAX, Kinds, Numbers, changing};
use crate::statement::{Assembled, Size};
use crate::writes::Writes;

/// Writes a batch, and says of each commit what became of it.
pub(crate) fn write(
    connection: &mut Connection,
    batch: &[Commit],
    kinds: &Kinds,
    clock: Option<&dyn Clock>,
    step_back_max_micros: i64,
) -> Result<Vec<Outcome>> {
    let wanted = Wanted::of(batch);
    let digests = wanted.digests(connection)?;
    let begin = |connection: &mut Connection| {
        wanted.read(connection, &digests, || clock.map(Clock::now), step_back_max_micros)
    };
    let (mut known, numbers) = begun(connection, batch, kinds, &wanted, &begin)?;
    let (outcomes, written) = known.settle(batch)?;
    let writes = Writes::of(&known, &written, &numbers, Size::of(batch));
    if writes.are_none() {
        connection.roll_back()?;
    } else {
        let statements = writes.assembled();
        connection.commit(statements.iter().map(Assembled::step).collect())?;
    }
    Ok(outcomes)
}

/// Begins the transaction: head rows that are missing are created and kinds that are new are numbered before, each in a
/// transaction of its own.
fn begun<'b>(
    connection: &mut Connection,
    batch: &[Commit],
    kinds: &Kinds,
    wanted: &Wanted<'b>,
    begin: &dyn Fn(&mut Connection) -> Result<Option<Known<'b>>>,
) -> Result<(Known<'b>, Numbers)> {
    for _ in 0..ATTEMPTS_MAX {
        let mut numbers = kinds.of(connection, batch)?;
        let known = match begin(connection)? {
            Some(known) => known,
            None => {
                connection.roll_back()?;
                wanted.create_heads(connection)?;
                begin(connection)?.ok_or_else(|| Fault::corrupt("a head row has gone that was created"))?
            }
        };
        if kinds.hold(connection, batch, &known.heads, &mut numbers)? {
            return Ok((known, numbers));
        }
        connection.roll_back()?;
    }
    Err(changing())
}

/// The municipalities of which a commit was lost on its way: it may still be under way in the server.
///
/// Whoever asks next what became of a command waits for the head row first, which such a commit holds to its end.
#[derive(Default)]
pub(crate) struct Doubts(Mutex<HashMap<Municipality, u64>>);

impl Doubts {
    /// Notes a batch whose outcome is unknown.
    pub(crate) fn note(&self, batch: &[Commit], outcome: &Result<Vec<Outcome>>) {
        if let Err(Fault::Store(StoreError::OutcomeUnknown { .. })) = outcome {
            let mut doubts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for commit in batch {
                *doubts.entry(commit.municipality).or_default() += 1;
            }
        }
    }

    /// How many there are of a municipality.
    pub(crate) fn of(&self, municipality: Municipality) -> Option<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&municipality).copied()
    }

    /// Forgets those of a municipality, unless one has come since.
    pub(crate) fn resolve(&self, municipality: Municipality, known: u64) {
        let mut doubts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if doubts.get(&municipality) == Some(&known) {
            doubts.remove(&municipality);
        }
    }
}
