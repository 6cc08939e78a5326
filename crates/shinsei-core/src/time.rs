//! Instants of the log (UTC, microseconds), Japan's wall clock at the edges, and half-open windows.

use std::fmt;

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, SubsecRound, Utc,
};
use serde::{Deserialize, Serialize};

/// Seconds by which Japan Standard Time is ahead of UTC. Japan has no summer time.
const JST_OFFSET_SECONDS: i32 = 9 * 60 * 60;

/// An instant in UTC, cut to microseconds: what a record stores and a leaf hash covers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Cuts an instant to microseconds.
    pub fn from_utc(at: DateTime<Utc>) -> Self {
        Self(at.trunc_subsecs(6))
    }

    /// Reads microseconds since 1970-01-01T00:00:00Z; `None` beyond the years that chrono can hold.
    pub fn from_micros(micros: i64) -> Option<Self> {
        DateTime::from_timestamp_micros(micros).map(Self)
    }

    /// Reads Japan's wall clock; `None` if there is no such day or time.
    pub fn from_jst(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> Option<Self> {
        let local = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(hour, minute, 0)?;
        Self::from_jst_local(local)
    }

    /// Reads a local date and time of Japan.
    pub fn from_jst_local(local: NaiveDateTime) -> Option<Self> {
        Some(Self::from_utc(local.checked_sub_offset(jst())?.and_utc()))
    }

    /// The first instant of a day in Japan.
    pub fn start_of_day(day: NaiveDate) -> Option<Self> {
        Self::from_jst_local(day.and_hms_opt(0, 0, 0)?)
    }

    /// The instant as chrono's type.
    pub fn to_utc(self) -> DateTime<Utc> {
        self.0
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    /// The instant on Japan's wall clock.
    pub fn to_jst(self) -> DateTime<FixedOffset> {
        self.0.with_timezone(&jst())
    }

    /// The day in Japan on which the instant falls.
    pub fn date_jst(self) -> NaiveDate {
        self.to_jst().date_naive()
    }

    /// The first instant after a day in Japan; the end of what chrono can hold where there is none.
    pub fn end_of(day: NaiveDate) -> Self {
        let midnight = day.succ_opt().and_then(|next| Self::from_jst_local(next.and_time(NaiveTime::MIN)));
        midnight.unwrap_or(Self(DateTime::<Utc>::MAX_UTC))
    }

    /// The instant moved by a number of microseconds, held at the ends of what chrono can hold.
    pub fn saturating_add_micros(self, micros: i64) -> Self {
        let end = if micros < 0 { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
        Self(self.0.checked_add_signed(chrono::TimeDelta::microseconds(micros)).unwrap_or(end))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

fn jst() -> FixedOffset {
    #[expect(clippy::expect_used, reason = "OK because nine hours is inside a day")]
    FixedOffset::east_opt(JST_OFFSET_SECONDS).expect("nine hours")
}

/// The interval of recording times for which a decision holds: `from` inside, `until` outside.
///
/// `None` leaves that side open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The first instant inside, or no lower bound.
    pub from: Option<Timestamp>,
    /// The first instant no longer inside, or no upper bound.
    pub until: Option<Timestamp>,
}

impl Window {
    /// The window without bounds.
    pub const ALWAYS: Self = Self { from: None, until: None };

    /// The window from one instant up to, not including, another.
    pub fn between(from: Timestamp, until: Timestamp) -> Self {
        Self { from: Some(from), until: Some(until) }
    }

    /// The window of the day in Japan on which an instant falls.
    pub fn day_of(at: Timestamp) -> Self {
        let day = at.date_jst();
        Self { from: day.pred_opt().map(Timestamp::end_of), until: Some(Timestamp::end_of(day)) }
    }

    /// True when the instant lies inside.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// What lies in both windows.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        let later = |a: Option<Timestamp>, b: Option<Timestamp>| a.max(b);
        let earlier = |a: Option<Timestamp>, b: Option<Timestamp>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self { from: later(self.from, other.from), until: earlier(self.until, other.until) }
    }
}

/// A fiscal year (会計年度): 1 April to 31 March, named by the calendar year in which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FiscalYear(i32);

impl FiscalYear {
    /// The calendar year before 令和元年.
    const REIWA_OFFSET: i32 = 2018;

    /// The fiscal year in which an instant falls in Japan. This is the one place that knows it.
    pub fn of(at: Timestamp) -> Self {
        let day = at.date_jst();
        Self(if day.month() >= 4 { day.year() } else { day.year() - 1 })
    }

    /// Reads a year of 令和 as it stands in a receipt number; 1 is 2019.
    pub fn from_reiwa(year: u8) -> Option<Self> {
        (year >= 1).then(|| Self(i32::from(year) + Self::REIWA_OFFSET))
    }

    /// The year of 令和; `None` before fiscal 2019 and after 令和99年.
    pub fn reiwa(self) -> Option<u8> {
        u8::try_from(self.0 - Self::REIWA_OFFSET).ok().filter(|year| (1..=99).contains(year))
    }

    /// The calendar year in which it begins.
    pub fn begins_in(self) -> i32 {
        self.0
    }

    /// The instants of the fiscal year: midnight of 1 April in Japan to that of the next.
    pub fn window(self) -> Window {
        let first = |year| Timestamp::from_jst(year, 4, 1, 0, 0);
        Window { from: first(self.0), until: first(self.0 + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jst_at(y: i32, m: u32, d: u32, h: u32, min: u32) -> Timestamp {
        Timestamp::from_jst(y, m, d, h, min).unwrap()
    }

    #[test]
    fn the_fiscal_year_turns_at_midnight_of_the_first_of_april_in_japan() {
        let turn = jst_at(2026, 4, 1, 0, 0);
        assert_eq!(FiscalYear::of(turn).reiwa(), Some(8));
        assert_eq!(FiscalYear::of(turn.saturating_add_micros(-1)).reiwa(), Some(7));
        assert_eq!(FiscalYear::of(turn).window().from, Some(turn));
    }

    #[test]
    fn a_window_is_half_open() {
        let (from, until) = (jst_at(2026, 5, 7, 3, 0), jst_at(2026, 5, 7, 4, 0));
        let window = Window::between(from, until);
        assert!(window.contains(from));
        assert!(!window.contains(until));
        assert!(!window.intersect(Window { from: Some(until), until: None }).contains(from));
        assert_eq!(window.intersect(Window::ALWAYS), window);
    }
}
