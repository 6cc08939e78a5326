//! The days on which the city hall is open (開庁日), in versions: a due date keeps the version it was counted with.

pub mod national;
pub mod stream;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::calendar::national::NationalHoliday;

/// One version of a calendar.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use shinsei_core::calendar::Calendar;
/// let calendar = Calendar::standard();
/// let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).ok_or("no such day");
/// assert!(!calendar.is_open(day(5, 6)?), "a substitute for 3 May, a Sunday");
/// assert_eq!(calendar.open_from(day(5, 2)?), day(5, 7)?);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    version: u32,
    days: OpenDays,
    exceptions: BTreeMap<NaiveDate, Exception>,
}

/// The rules by which a calendar tells open days from closed ones.
///
/// # Source
/// 地方自治法 4条の2: the day of rest of a local body is fixed by its ordinance, out of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDays {
    /// The weekdays on which it is closed (土曜日・日曜日): never all seven.
    pub closed_weekdays: Vec<Weekday>,
    /// Whether it is closed on national holidays (国民の祝日).
    pub national_holidays_closed: bool,
    /// The turn of the year (年末年始), closed from its first to its last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year_end: Option<YearEnd>,
}

/// The turn of the year (年末年始): from a day of December to one of January, both closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearEnd {
    /// The first closed day of December, 1 to 31.
    pub from_december: u8,
    /// The last closed day of January, 1 to 31.
    pub until_january: u8,
}

/// What a calendar says of a single day against its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exception {
    /// Closed, such as the anniversary of the city (臨時休庁).
    Closed,
    /// Open, such as a Sunday in the season of moving (休日開庁).
    Open,
}

/// Why a calendar cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CalendarDefect {
    /// Every weekday is closed.
    #[error("a calendar leaves at least one weekday open")]
    AlwaysClosed,
    /// December and January have 31 days.
    #[error("the turn of the year goes from a day of December to a day of January, each 1 to 31")]
    YearEndOutOfRange,
    /// A day is said to be both closed and open.
    #[error("{day} cannot be closed and open at once")]
    ClosedAndOpen {
        /// Which day.
        day: NaiveDate,
    },
    /// Nothing is amended.
    #[error("an amendment names at least one day")]
    NothingAmended,
    /// More days than a calendar holds.
    #[error("a calendar has at most {EXCEPTIONS_MAX} days against its rules; publish new rules instead")]
    TooManyExceptions,
}

/// The most single days in a calendar: 50 a year for 40 years. With them the search for an open day always ends.
pub const EXCEPTIONS_MAX: usize = 2_000;

impl OpenDays {
    /// Closed on Saturdays, Sundays, national holidays and from 29 December to 3 January.
    ///
    /// # Source
    /// 行政機関の休日に関する法律 1条, which the ordinances of most local bodies follow
    pub fn standard() -> Self {
        Self {
            closed_weekdays: vec![Weekday::Sat, Weekday::Sun],
            national_holidays_closed: true,
            year_end: Some(YearEnd { from_december: 29, until_january: 3 }),
        }
    }

    /// Says what is wrong with them.
    ///
    /// # Errors
    /// [`CalendarDefect`] for the first rule that is broken.
    pub fn check(&self) -> Result<(), CalendarDefect> {
        let open = |weekday: Weekday| !self.closed_weekdays.contains(&weekday);
        if !(0..7).filter_map(|n| Weekday::try_from(n).ok()).any(open) {
            return Err(CalendarDefect::AlwaysClosed);
        }
        let days = 1..=31;
        match self.year_end {
            Some(end) if !days.contains(&end.from_december) || !days.contains(&end.until_january) => {
                Err(CalendarDefect::YearEndOutOfRange)
            }
            Some(_) | None => Ok(()),
        }
    }

    fn are_open_on(&self, day: NaiveDate) -> bool {
        let turn_of_the_year = self.year_end.is_some_and(|end| match day.month() {
            12 => day.day() >= u32::from(end.from_december),
            1 => day.day() <= u32::from(end.until_january),
            _ => false,
        });
        let is_holiday = || self.national_holidays_closed && NationalHoliday::on(day).is_some();
        !turn_of_the_year && !self.closed_weekdays.contains(&day.weekday()) && !is_holiday()
    }
}

impl Calendar {
    /// Version 0, which nobody published: [`OpenDays::standard`] and nothing else.
    pub fn standard() -> Self {
        Self { version: 0, days: OpenDays::standard(), exceptions: BTreeMap::new() }
    }

    /// A version with these rules and no exceptions.
    ///
    /// # Errors
    /// [`CalendarDefect`] when the rules leave nothing open or name days that are none.
    pub fn new(version: u32, days: OpenDays) -> Result<Self, CalendarDefect> {
        days.check()?;
        Ok(Self { version, days, exceptions: BTreeMap::new() })
    }

    /// The next version, in which these days are closed or open whatever was said of them before.
    ///
    /// # Errors
    /// [`CalendarDefect`] when a day is in both lists, none is in either, or there are too many.
    pub fn amended(&self, closed: &[NaiveDate], open: &[NaiveDate]) -> Result<Self, CalendarDefect> {
        if let Some(day) = closed.iter().find(|day| open.contains(day)) {
            return Err(CalendarDefect::ClosedAndOpen { day: *day });
        }
        if closed.is_empty() && open.is_empty() {
            return Err(CalendarDefect::NothingAmended);
        }
        let mut exceptions = self.exceptions.clone();
        exceptions.extend(closed.iter().map(|day| (*day, Exception::Closed)));
        exceptions.extend(open.iter().map(|day| (*day, Exception::Open)));
        if exceptions.len() > EXCEPTIONS_MAX {
            return Err(CalendarDefect::TooManyExceptions);
        }
        Ok(Self { version: self.version + 1, days: self.days.clone(), exceptions })
    }

    /// Which version it is; 0 is the built-in one.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// True on a business day (開庁日).
    pub fn is_open(&self, day: NaiveDate) -> bool {
        match self.exceptions.get(&day) {
            Some(Exception::Open) => true,
            Some(Exception::Closed) => false,
            None => self.days.are_open_on(day),
        }
    }

    /// The first open day from a day on, that day included.
    pub fn open_from(&self, day: NaiveDate) -> NaiveDate {
        // OK because some weekday is open and the exceptions end: only the end of all days stops the search earlier.
        day.iter_days().find(|day| self.is_open(*day)).unwrap_or(day)
    }

    /// The last open day up to a day, that day included.
    pub fn open_until(&self, day: NaiveDate) -> NaiveDate {
        std::iter::successors(Some(day), NaiveDate::pred_opt).find(|day| self.is_open(*day)).unwrap_or(day)
    }
}

#[cfg(test)]
mod tests;
