//! Who is measured, and what is asked of it.

use std::ops::Range;

use crate::case::Case;
use crate::memory::peak_bytes;

/// How many tasks append at the same time where many do.
pub const TASKS: u64 = 64;

/// How many cases are open at the same time while a log is filled; their events are mixed, as in a city hall.
pub const OPEN_CASES: u64 = 5_000;

/// Keeps cases, each by its number. An append loads the case, folds it, decides, and writes one event under the version
/// that was loaded; it is on disk when this returns. Where somebody else was faster the append begins again.
pub trait Peer {
    /// Opens these cases and brings each to so many events, as fast as it can.
    fn fill(&mut self, cases: Range<u64>, events: u64);

    /// Appends so many events one after another, each to one of these cases.
    fn one(&mut self, cases: Range<u64>, appends: u64);

    /// Appends so many events by [`TASKS`] tasks, each to one of these cases.
    fn many(&mut self, cases: Range<u64>, appends: u64);

    /// Loads and folds one of these cases, so many times; each has so many events.
    fn load(&mut self, cases: Range<u64>, events: u64, times: u64);

    /// Reads every event there is, in the order of the log, decodes it, and says how many there were.
    fn replay(&mut self) -> u64;

    /// What [`Peer::replay`] does, and where the log proves its own integrity, the proof computed again on the way.
    fn verify(&mut self) -> u64 {
        self.replay()
    }

    /// How many bytes it has on disk.
    fn bytes(&mut self) -> u64;

    /// How many events it has.
    fn events(&mut self) -> u64 {
        0
    }

    /// The most memory that its process has had, in bytes.
    fn peak_memory(&mut self) -> u64 {
        peak_bytes()
    }
}

/// Deals so many appends out to [`TASKS`] tasks: how many each has.
pub fn shares(appends: u64) -> impl Iterator<Item = u64> {
    (0..TASKS).map(move |task| appends / TASKS + u64::from(task < appends % TASKS))
}

/// Goes through so many events of each of these cases as they come in a city hall: the cases that are open have each its
/// next one in turn, then others are opened. What is called makes the next event of a case and brings the case on.
pub fn mixed(cases: Range<u64>, events: u64, mut next: impl FnMut(u64, &mut Case)) {
    let mut from = cases.start;
    while from < cases.end {
        let to = cases.end.min(from + OPEN_CASES);
        let mut open = vec![Case::default(); usize::try_from(to - from).expect("a few")];
        for _ in 0..events {
            (from..to).zip(&mut open).for_each(|(number, case)| next(number, case));
        }
        from = to;
    }
}

/// True for a case that is to have a number behind its next event: one in five events has.
pub fn is_numbered(case: &Case) -> bool {
    case.events.is_multiple_of(5)
}
