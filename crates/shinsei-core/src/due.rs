//! Due dates (期限): a period counted over a calendar, without the time in which it stood still.

use std::cmp::Ordering;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::period::{CountedFrom, Direction, Holidays, Period, PeriodUnit, Roll};
use crate::time::Timestamp;

/// When a period ends, with everything it was computed from: it can be checked, and computed again when the calendar
/// changes.
///
/// # Source
/// 民法 140条 (初日不算入), 141条 (a period ends with its last day), 143条 (weeks and months); DOMAIN L5, L15 to L17, 9
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use shinsei_core::calendar::Calendar;
/// use shinsei_core::due::{DueDate, Pause};
/// use shinsei_core::period::Period;
/// use shinsei_core::time::Timestamp;
///
/// let at = |month, day| Timestamp::from_jst(2026, month, day, 10, 0).ok_or("no such time");
/// let calendar = Calendar::standard();
/// let due = DueDate::of(Period::days(14), at(4, 20)?, &calendar, &[]).ok_or("it stands still")?;
/// assert_eq!(Some(due.day), NaiveDate::from_ymd_opt(2026, 5, 4));
/// // A correction asked for on the 23rd and made on the 27th: the 24th to the 27th do not count.
/// let pauses = [Pause { from: at(4, 23)?, until: Some(at(4, 27)?) }];
/// let due = DueDate::of(Period::days(14), at(4, 20)?, &calendar, &pauses).ok_or("it stands still")?;
/// assert_eq!(Some(due.day), NaiveDate::from_ymd_opt(2026, 5, 8));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueDate {
    /// The last day.
    pub day: NaiveDate,
    /// The first instant that is too late: the midnight after that day in Japan, or the end of the last hour.
    pub ends_at: Timestamp,
    /// The period.
    pub period: Period,
    /// From when, or up to when, it runs.
    pub start: Timestamp,
    /// The version of the calendar.
    pub calendar: u32,
    /// The pauses that had ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
}

/// A time in which a period stands still, such as that of a correction (補正).
///
/// A period in days does not count the days after the one on which it was stopped, up to and including the one on which
/// it goes on; a period in hours does not count the time itself. Pauses may overlap: no day is left out twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// When it was stopped.
    pub from: Timestamp,
    /// When it goes on; `None` while it stands still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl DueDate {
    /// Counts a period from an instant, or up to one; `None` while it stands still.
    ///
    /// What is to be done before something happens waits for nothing: pauses do not move it.
    pub fn of(period: Period, start: Timestamp, calendar: &Calendar, pauses: &[Pause]) -> Option<Self> {
        let pauses = match period.direction {
            Direction::After => pauses,
            Direction::Before => &[],
        };
        let ended: Vec<(Timestamp, Timestamp)> =
            pauses.iter().map(|pause| Some((pause.from, pause.until?))).collect::<Option<_>>()?;
        let (day, ends_at) = if period.unit == PeriodUnit::Hour {
            let ends_at = after_hours(period, start, union(ended));
            // OK because a period that ends at midnight ended with the day before.
            (ends_at.saturating_add_micros(-1).date_jst(), ends_at)
        } else {
            let days = ended.into_iter().map(|(from, until)| (next(from.date_jst()), next(until.date_jst())));
            let day = rolled(last_day(period, start.date_jst(), calendar, &union(days)), period, calendar);
            (day, Timestamp::from_jst_local(next(day).and_time(NaiveTime::MIN))?)
        };
        Some(Self { day, ends_at, period, start, calendar: calendar.version(), pauses: pauses.to_vec() })
    }

    /// The same, counted over another version of the calendar.
    #[must_use]
    pub fn rebased(&self, calendar: &Calendar) -> Option<Self> {
        Self::of(self.period, self.start, calendar, &self.pauses)
    }

    /// True while what is due can still be done in time.
    pub fn is_in_time(&self, at: Timestamp) -> bool {
        at < self.ends_at
    }
}

/// The last day of a period in days, weeks or months, days left out taken off, before it rolls.
fn last_day(
    period: Period,
    start: NaiveDate,
    calendar: &Calendar,
    left_out: &[(NaiveDate, NaiveDate)],
) -> NaiveDate {
    let step = match period.direction {
        Direction::After => next,
        Direction::Before => previous,
    };
    let every_day_counts = period.holidays == Holidays::Counted || !in_days(period);
    let counts = |day: NaiveDate| every_day_counts || calendar.is_open(day);
    let first = match period.counted_from {
        CountedFrom::TheDay => start,
        CountedFrom::TheNextDay => step(start),
    };
    let length = u64::from(period.length);
    let last = match (period.unit, period.direction) {
        (PeriodUnit::Month, direction) => months_from(first, period.length, direction),
        (PeriodUnit::Week, direction) => days_from(first, length * 7, direction),
        (PeriodUnit::Day | PeriodUnit::Hour, direction) if every_day_counts => {
            days_from(first, length, direction)
        }
        (PeriodUnit::Day | PeriodUnit::Hour, _) => nth(first, length, step, counts),
    };
    let is_left_out = |day: NaiveDate| left_out.iter().any(|(from, until)| (*from..*until).contains(&day));
    let lost =
        first.iter_days().take_while(|day| *day <= last).filter(|day| counts(*day) && is_left_out(*day));
    let lost = if left_out.is_empty() { 0 } else { lost.map(|_| 1_u64).sum() };
    if lost == 0 { last } else { nth(next(last), lost, step, |day| counts(day) && !is_left_out(day)) }
}

/// Whether its days are counted one by one: weeks and months take the days off with them.
fn in_days(period: Period) -> bool {
    match period.unit {
        PeriodUnit::Day => true,
        PeriodUnit::Week | PeriodUnit::Month | PeriodUnit::Hour => false,
    }
}

/// The n-th day from a day on, where every day counts, as [`nth`] would find it.
fn days_from(first: NaiveDate, n: u64, direction: Direction) -> NaiveDate {
    let days = Days::new(n.saturating_sub(1));
    match direction {
        Direction::After => first.checked_add_days(days).unwrap_or(NaiveDate::MAX),
        Direction::Before => first.checked_sub_days(days).unwrap_or(NaiveDate::MIN),
    }
}

/// The n-th day that counts, from a day on; the first that does for n = 0.
fn nth(
    first: NaiveDate,
    n: u64,
    step: fn(NaiveDate) -> NaiveDate,
    counts: impl Fn(NaiveDate) -> bool,
) -> NaiveDate {
    let mut day = first;
    let mut left = n;
    loop {
        if counts(day) {
            left = left.saturating_sub(1);
        }
        // The last day of all that chrono knows is where any period ends at the latest.
        if left == 0 || step(day) == day {
            return day;
        }
        day = step(day);
    }
}

/// The end of a period of months that begins with a day: the day before the one that corresponds to it, or the last of
/// the month where none does.
///
/// # Source
/// 民法 143条 2項. Backward it is the same in a mirror; where no day corresponds, the earlier day is taken.
fn months_from(first: NaiveDate, months: u16, direction: Direction) -> NaiveDate {
    let months = Months::new(months.into());
    let (there, back): (_, fn(NaiveDate) -> NaiveDate) = match direction {
        Direction::After => (first.checked_add_months(months), previous),
        Direction::Before => (first.checked_sub_months(months), next),
    };
    match there {
        Some(day) if day.day() == first.day() => back(day),
        Some(end_of_month) => end_of_month,
        None => first,
    }
}

fn rolled(day: NaiveDate, period: Period, calendar: &Calendar) -> NaiveDate {
    match (period.roll, period.direction) {
        (Roll::Forward, Direction::After) => calendar.open_from(day),
        (Roll::Backward, _) => calendar.open_until(day),
        (Roll::None, _) | (Roll::Forward, Direction::Before) => day,
    }
}

fn after_hours(period: Period, start: Timestamp, pauses: Vec<(Timestamp, Timestamp)>) -> Timestamp {
    let micros = |hours: u16| TimeDelta::hours(hours.into()).num_microseconds().unwrap_or(i64::MAX);
    match period.direction {
        Direction::Before => start.saturating_add_micros(-micros(period.length)),
        Direction::After => {
            let end = start.saturating_add_micros(micros(period.length));
            pauses.into_iter().fold(end, |end, (from, until)| {
                let lost = until.micros() - from.max(start).micros();
                if from < end && lost > 0 { end.saturating_add_micros(lost) } else { end }
            })
        }
    }
}

/// Half-open intervals, in order, those that overlap or touch made one.
fn union<T: Copy + Ord>(intervals: impl IntoIterator<Item = (T, T)>) -> Vec<(T, T)> {
    let mut sorted: Vec<(T, T)> = intervals.into_iter().filter(|(from, until)| from < until).collect();
    sorted.sort_unstable();
    let mut apart: Vec<(T, T)> = Vec::with_capacity(sorted.len());
    for (from, until) in sorted {
        match apart.last_mut() {
            Some(last) if last.1.cmp(&from) != Ordering::Less => last.1 = last.1.max(until),
            Some(_) | None => apart.push((from, until)),
        }
    }
    apart
}

fn next(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

fn previous(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(day)
}

#[cfg(test)]
mod tests;
