//! A commit is written only at a recording time for which it is right.

use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::Outcome;
use shinsei_core::time::Window;

use super::StoreUnderTest;
use super::fixture::{SECOND, case, done, draft, everything, hakodate, outcome};
use crate::clause::{Kept, hold, same};

/// The first instant of a window lies inside, the last outside.
pub fn a_window_is_half_open(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let now = subject.clock().now();
    let around =
        |from, until| Window::between(now.saturating_add_micros(from), now.saturating_add_micros(until));
    let attempt = |n, window| outcome(&*store, draft(n).append(case(n), 0, 1).within(window));
    done(&*store, draft(1).append(case(1), 0, 1).within(around(0, 1)))?;
    for (n, window) in [(2, around(-1, 0)), (3, around(1, 2))] {
        let found = attempt(n, window)?;
        hold!(
            matches!(found, Outcome::OutsideWindow { .. }),
            "a commit at {now} in {window:?} was answered {found:?}"
        );
    }
    Ok(())
}

/// Outside its window nothing of a commit is written, and the outcome says the recording time.
pub fn outside_its_window_nothing_is_written(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(1), 0, 1))?;
    let before = everything(&*store, hakodate())?;
    let now = subject.clock().now();
    let tomorrow = Window { from: Some(now.saturating_add_micros(86_400 * SECOND)), until: None };
    let yesterday = Window { from: None, until: Some(now.saturating_add_micros(-86_400 * SECOND)) };
    for (n, window) in [(2, tomorrow), (3, yesterday)] {
        let draft = draft(n).append(case(1), 1, 1).within(window);
        same!(outcome(&*store, draft)?, Outcome::OutsideWindow { at: now }, "a commit outside {window:?}");
        same!(everything(&*store, hakodate())?, before, "a commit outside its window leaves no trace");
    }
    Ok(())
}

/// The window is compared with the time that stands in the records, even when the clock has stepped back a little.
pub fn the_recording_time_is_what_counts(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let last = subject.clock().now();
    done(&*store, draft(1).append(case(1), 0, 1))?;
    subject.clock().advance(-SECOND);
    let closed = Window { from: None, until: Some(last) };
    let found = outcome(&*store, draft(2).append(case(1), 1, 1).within(closed))?;
    same!(
        found,
        Outcome::OutsideWindow { at: last },
        "a commit whose window closed at the last recording time"
    );
    Ok(())
}
