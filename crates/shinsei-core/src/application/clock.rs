//! The clock of a case: when the city must have told the result, and the times in which it stands still.

use crate::application::Application;
use crate::calendar::Calendar;
use crate::due::{DueDate, Pause};
use crate::time::Timestamp;

/// The clock of a case. It runs from the arrival until the result is told, and stands still while a correction is awaited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// The due date in force, with what it was counted from; `None` where the procedure sets no period.
    pub due: Option<DueDate>,
    /// How many due dates the case has had: their deadlines bear these numbers.
    pub dues: u32,
    /// The times in which it stood still, the last one open while it does.
    pub pauses: Vec<Pause>,
    /// What was said of the due date in force.
    pub warned: Warned,
}

/// What was said of a due date: each once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warned {
    /// Nothing.
    #[default]
    Never,
    /// That it comes near.
    Approaching,
    /// That it has passed.
    Exceeded,
}

impl Application {
    /// The due date as this calendar counts it, from what it was counted from; `None` where the day is the same, where none
    /// runs, and while the clock stands still, since it is counted anew when it goes on.
    pub fn rebased(&self, calendar: &Calendar) -> Option<DueDate> {
        self.rebased_from(None, calendar)
    }

    /// The same, counted from another instant, where the city's own clock runs and there is one.
    pub(crate) fn rebased_from(&self, start: Option<Timestamp>, calendar: &Calendar) -> Option<DueDate> {
        if let Self::Forwarded(forwarded) = self {
            let due = forwarded.due.as_ref()?;
            return due.rebased(calendar).filter(|rebased| rebased.day != due.day);
        }
        let due = self.clock()?.running()?;
        let from = DueDate { start: start.unwrap_or(due.start), ..due.clone() };
        from.rebased(calendar).filter(|rebased| rebased.day != due.day)
    }
}

impl Clock {
    /// True while a correction is awaited.
    pub fn stands_still(&self) -> bool {
        self.pauses.last().is_some_and(|pause| pause.until.is_none())
    }

    /// The due date, unless the clock stands still.
    pub fn running(&self) -> Option<&DueDate> {
        self.due.as_ref().filter(|_| !self.stands_still())
    }

    /// The pauses as they are once the clock goes on at an instant.
    pub(crate) fn pauses_until(&self, at: Timestamp) -> Vec<Pause> {
        self.pauses.iter().map(|pause| Pause { from: pause.from, until: pause.until.or(Some(at)) }).collect()
    }

    pub(super) fn set(&mut self, due: &DueDate) {
        self.due = Some(due.clone());
        self.dues += 1;
        self.warned = Warned::Never;
    }

    /// The result was told once: no due date is left of that, until another is set.
    pub(super) fn end(&mut self) {
        self.due = None;
        self.pauses.clear();
        self.warned = Warned::Never;
    }

    pub(super) fn pause(&mut self, from: Timestamp) {
        if !self.stands_still() {
            self.pauses.push(Pause { from, until: None });
        }
    }

    pub(super) fn go_on(&mut self, at: Timestamp) {
        if let Some(pause) = self.pauses.last_mut() {
            pause.until.get_or_insert(at);
        }
    }

    pub(super) fn warn(&mut self, of: Warned) {
        self.warned = self.warned.max(of);
    }
}
