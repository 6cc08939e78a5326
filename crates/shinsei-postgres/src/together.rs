//! Streams read together: one statement for all who want one at the same moment.
//!
//! When many tasks each want a short stream, one statement a stream costs the server more by waking up for each than by
//! reading it, and connections that read are not there for who writes. So only so many read at a time; whoever comes meanwhile
//! waits, and is served with all others that wait by the next one, as commits are. Nobody waits for company.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::Result;

/// How many read at once: two, so that one slow answer does not hold up everybody. More would read smaller parts each, and leave
/// fewer connections for who writes; what other numbers give was not measured.
const READERS_MAX: usize = 2;

/// How many streams one statement reads: no more than what it answers should take room.
pub(crate) const STREAMS_MAX: usize = 64;

/// Which records of which stream are wanted.
#[derive(Clone)]
pub(crate) struct Wanted {
    pub(crate) municipality: i32,
    pub(crate) stream: Vec<u8>,
    /// The version after which they begin.
    pub(crate) after: i32,
    pub(crate) max: i64,
}

/// Those who read, and those who wait.
pub(crate) struct Together<R>(Mutex<State<R>>);

struct State<R> {
    readers: usize,
    waiting: VecDeque<Arc<Waiting<R>>>,
}

/// One who waits.
struct Waiting<R> {
    wanted: Wanted,
    told: Mutex<Told<R>>,
    changed: Condvar,
}

/// What one who waits is told.
enum Told<R> {
    Nothing,
    /// It is its turn to read, for itself and for others.
    Read,
    /// Its rows were read by another; `None` when that came to nothing.
    Rows(Option<Vec<R>>),
}

impl<R> Default for Together<R> {
    fn default() -> Self {
        Self(Mutex::new(State { readers: 0, waiting: VecDeque::new() }))
    }
}

impl<R> Together<R> {
    /// The rows of a stream, read by `read` for this one and perhaps for others, a part for each.
    pub(crate) fn rows(
        &self,
        wanted: Wanted,
        read: impl Fn(&[Wanted]) -> Result<Vec<Vec<R>>>,
    ) -> Result<Vec<R>> {
        let mut state = self.state();
        if state.readers == READERS_MAX {
            let waiting =
                Arc::new(Waiting { wanted, told: Mutex::new(Told::Nothing), changed: Condvar::new() });
            state.waiting.push_back(Arc::clone(&waiting));
            drop(state);
            return match waiting.wait() {
                Some(Some(rows)) => Ok(rows),
                Some(None) => one(read(std::slice::from_ref(&waiting.wanted))),
                None => self.lead(waiting.wanted.clone(), read),
            };
        }
        state.readers += 1;
        drop(state);
        self.lead(wanted, read)
    }

    /// Reads for this one and for those who wait.
    fn lead(&self, wanted: Wanted, read: impl Fn(&[Wanted]) -> Result<Vec<Vec<R>>>) -> Result<Vec<R>> {
        let mut turn = Turn { together: self, served: self.company() };
        let all: Vec<Wanted> =
            std::iter::once(wanted).chain(turn.served.iter().map(|waiting| waiting.wanted.clone())).collect();
        let mut parts = match read(&all) {
            // What went wrong may be another's: each asks by itself.
            Err(_) if all.len() > 1 => {
                drop(turn);
                return one(read(&all[..1]));
            }
            parts => parts?.into_iter(),
        };
        let own = parts.next().unwrap_or_default();
        let served = mem::take(&mut turn.served);
        // The next one reads while these are told.
        drop(turn);
        for (waiting, rows) in served.iter().zip(parts) {
            waiting.tell(Told::Rows(Some(rows)));
        }
        Ok(own)
    }

    /// Those who are read for with one that reads.
    fn company(&self) -> Vec<Arc<Waiting<R>>> {
        let mut state = self.state();
        let served = state.waiting.len().min(STREAMS_MAX - 1);
        state.waiting.drain(..served).collect()
    }

    fn state(&self) -> MutexGuard<'_, State<R>> {
        // OK because who waits is put in or taken out by one step.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to read, which goes to one who waits when this is dropped, also by a panic.
struct Turn<'t, R> {
    together: &'t Together<R>,
    /// Those who are read for and have not been told.
    served: Vec<Arc<Waiting<R>>>,
}

impl<R> Drop for Turn<'_, R> {
    fn drop(&mut self) {
        let mut state = self.together.state();
        let next = state.waiting.pop_front();
        state.readers -= usize::from(next.is_none());
        drop(state);
        if let Some(next) = next {
            next.tell(Told::Read);
        }
        for waiting in self.served.drain(..) {
            waiting.tell(Told::Rows(None));
        }
    }
}

impl<R> Waiting<R> {
    fn tell(&self, told: Told<R>) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = told;
        self.changed.notify_one();
    }

    /// Waits for its rows; `None` when it is to read itself.
    fn wait(&self) -> Option<Option<Vec<R>>> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match mem::replace(&mut *told, Told::Nothing) {
                Told::Nothing => told = self.changed.wait(told).unwrap_or_else(PoisonError::into_inner),
                Told::Read => return None,
                Told::Rows(rows) => return Some(rows),
            }
        }
    }
}

/// The rows of the one stream that was asked for.
fn one<R>(parts: Result<Vec<Vec<R>>>) -> Result<Vec<R>> {
    parts.map(|parts| parts.into_iter().next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::error::Fault;

    fn of(after: i32) -> Wanted {
        Wanted { municipality: 12_025, stream: vec![1; 17], after, max: 1 }
    }

    fn echo(wanted: &[Wanted]) -> Vec<Vec<i32>> {
        wanted.iter().map(|wanted| vec![wanted.after]).collect()
    }

    /// Holds all readers until so many wait, then lets them go, and gives how many streams each statement read.
    fn held(waiting: i32, read: impl Fn(&[Wanted]) -> Result<Vec<Vec<i32>>> + Sync) -> Vec<usize> {
        let together = Together::default();
        let sizes = Mutex::new(Vec::new());
        let panicked = AtomicUsize::new(0);
        let begun = Barrier::new(READERS_MAX + 1);
        let released = Barrier::new(READERS_MAX + 1);
        std::thread::scope(|threads| {
            for reader in 0..i32::try_from(READERS_MAX).unwrap() {
                let (together, begun, released) = (&together, &begun, &released);
                threads.spawn(move || {
                    let hold = |wanted: &[Wanted]| {
                        begun.wait();
                        released.wait();
                        Ok(echo(wanted))
                    };
                    assert_eq!(together.rows(of(-1 - reader), hold).unwrap(), [-1 - reader]);
                });
            }
            begun.wait();
            for n in 0..waiting {
                let (together, sizes, read, panicked) = (&together, &sizes, &read, &panicked);
                threads.spawn(move || {
                    let noted = |wanted: &[Wanted]| {
                        sizes.lock().unwrap().push(wanted.len());
                        read(wanted)
                    };
                    let rows = catch_unwind(AssertUnwindSafe(|| together.rows(of(n), noted)));
                    match rows {
                        Ok(rows) => assert_eq!(rows.unwrap(), [n]),
                        Err(_) => assert_eq!(panicked.fetch_add(1, Ordering::Relaxed), 0),
                    }
                });
            }
            while together.state().waiting.len() < usize::try_from(waiting).unwrap() {
                std::thread::yield_now();
            }
            released.wait();
        });
        assert_eq!(together.state().readers, 0);
        sizes.into_inner().unwrap()
    }

    #[test]
    fn who_waits_is_read_for_with_others_and_gets_its_own_rows() {
        let sizes = held(40, |wanted| Ok(echo(wanted)));
        assert_eq!(sizes.iter().sum::<usize>(), 40);
        assert!(sizes.len() <= READERS_MAX + 1, "{sizes:?}");
        let sizes = held(i32::try_from(3 * STREAMS_MAX).unwrap(), |wanted| Ok(echo(wanted)));
        assert!(sizes.iter().all(|size| *size <= STREAMS_MAX), "{sizes:?}");
    }

    /// Then each asks by itself.
    #[test]
    fn what_goes_wrong_for_all_goes_wrong_for_nobody_else() {
        let sizes = held(10, |wanted| match wanted {
            [_] => Ok(echo(wanted)),
            _ => Err(Fault::corrupt("only one at a time")),
        });
        assert!(sizes.len() > 9, "{sizes:?}");
    }

    #[test]
    fn a_reader_that_panics_leaves_its_turn_and_its_company_to_others() {
        let sizes = held(10, |wanted| match wanted {
            [_] => Ok(echo(wanted)),
            _ => panic!("one of many"),
        });
        assert_eq!(sizes.iter().filter(|size| **size > 1).count(), 1, "{sizes:?}");
    }
}
