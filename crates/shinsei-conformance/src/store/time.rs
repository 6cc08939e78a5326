//! Recording times are the clock's and never decrease.

use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::{Outcome, StoreError};
use shinsei_core::time::Timestamp;

use super::StoreUnderTest;
use super::fixture::{SECOND, case, done, draft, hakodate, log, outcome};
use crate::clause::{Breach, Kept, same};

/// A record bears the time of the store's clock to the microsecond, in the receipt as in the log.
pub fn a_record_bears_the_time_of_the_clock(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let mut times = vec![];
    for n in 1..=3 {
        subject.clock().advance(1_234_567);
        let receipt = done(&*store, draft(n).append(case(n), 0, 1))?;
        same!(receipt.recorded_at, subject.clock().now(), "the recording time in the receipt");
        times.push(receipt.recorded_at);
    }
    let read: Vec<Timestamp> = log(&*store, hakodate())?.iter().map(|record| record.recorded_at).collect();
    same!(read, times, "the recording times in the log");
    Ok(())
}

/// When the clock steps back by no more than the store was told to bear, the time of the last record is taken again.
pub fn a_small_step_back_is_borne(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let last = subject.clock().now();
    done(&*store, draft(1).append(case(1), 0, 1))?;
    subject.clock().advance(-subject.step_back_max_micros());
    let receipt = done(&*store, draft(2).append(case(1), 1, 1))?;
    same!(receipt.recorded_at, last, "the recording time after a small step back");
    subject.clock().set(last.saturating_add_micros(SECOND));
    let receipt = done(&*store, draft(3).append(case(1), 2, 1))?;
    same!(
        receipt.recorded_at,
        last.saturating_add_micros(SECOND),
        "the recording time once the clock goes on"
    );
    Ok(())
}

/// When the clock steps back by more, the batch is `ClockSuspect`, nothing is written, and once the clock is right it
/// goes on; reopening the store does not make it forget.
pub fn a_large_step_back_is_suspect(subject: &dyn StoreUnderTest) -> Kept {
    let mut store = subject.open();
    let last = subject.clock().now();
    done(&*store, draft(1).append(case(1), 0, 1))?;
    let before = store.head(hakodate())?;
    subject.clock().advance(-subject.step_back_max_micros() - 1);
    for reopened in [false, true] {
        if reopened {
            drop(store);
            store = subject.open();
        }
        match store.commit(&[draft(2).append(case(1), 1, 1).0]) {
            Err(StoreError::ClockSuspect { now, last: of_last }) => {
                same!(
                    (now, of_last),
                    (subject.clock().now(), last),
                    "the clock and the last record in the error"
                );
            }
            other => return Err(Breach::new(format!("a large step back was answered {other:?}"))),
        }
        same!(store.head(hakodate())?, before, "the head after a suspect clock");
    }
    subject.clock().set(last.saturating_add_micros(SECOND));
    done(&*store, draft(2).append(case(1), 1, 1))?;
    Ok(())
}

/// A command that is known is answered whatever the clock says, since nothing is recorded for it; with one that is not in
/// the same batch, the batch is `ClockSuspect`.
pub fn what_is_known_needs_no_clock(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let known = draft(1).append(case(1), 0, 1);
    let receipt = done(&*store, known.clone())?;
    subject.clock().advance(-subject.step_back_max_micros() - 1);
    match outcome(&*store, known.clone())? {
        Outcome::Again(again) => same!(again.first, receipt.first, "where what is known was recorded"),
        other => return Err(Breach::new(format!("what is known was answered {other:?} by a suspect clock"))),
    }
    let before = store.head(hakodate())?;
    match store.commit(&[known.0, draft(2).append(case(1), 1, 1).0]) {
        Err(StoreError::ClockSuspect { .. }) => {}
        other => return Err(Breach::new(format!("a new command by a suspect clock was answered {other:?}"))),
    }
    same!(store.head(hakodate())?, before, "the head after that");
    Ok(())
}
