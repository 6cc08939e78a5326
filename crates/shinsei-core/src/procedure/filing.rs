//! When a procedure may be applied for (受付の時期), as a value, and what becomes of what comes too late.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::form::path::FieldId;
use crate::period::{Holidays, Period, PeriodDefect, PeriodUnit, Roll};
use crate::time::{Timestamp, Window};

/// When a procedure may be applied for, and what becomes of what comes later.
///
/// What is too early is refused, with the time at which it will be taken. What is too late has arrived all the same, unless
/// the procedure is none that the law makes the city receive.
///
/// # Source
/// 行政手続法 7条: that an application came in its time is a requirement of its form, and one that does not meet it is dismissed,
/// which only what was received can be; 37条: a filing is fulfilled when it arrives. 地方自治法 4条の2 第4項: what is to be done by a
/// closed day may be done on the next open one. DOMAIN 9, L16, L17; docs/adr/0022
///
/// # Example
/// ```
/// use shinsei_core::calendar::Calendar;
/// use shinsei_core::period::{Period, Roll};
/// use shinsei_core::procedure::filing::{Filing, FilingTime, LateFiling};
/// use shinsei_core::time::Timestamp;
///
/// // 死亡日の翌日から30日以内, on the next open day where that is none.
/// let period = Period { roll: Roll::Forward, ..Period::days(30) };
/// let time = FilingTime::Counted { from: "死亡日".into(), period };
/// let filing = Filing { time, late: LateFiling::Received, late_effect: None };
/// let died = "2026-04-03".parse()?;
/// let at = |day, hour| Timestamp::from_jst(2026, 5, day, hour, 0).ok_or("no such time");
/// let judged = |at| filing.judge(at, &[], &Calendar::standard(), Some(died));
/// assert!(!judged(at(7, 23)?)?.is_late(), "3 to 6 May are closed");
/// assert!(judged(at(8, 0)?)?.is_late());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    /// When.
    pub time: FilingTime,
    /// What becomes of what comes later.
    pub late: LateFiling,
    /// What follows for whoever is late, in a sentence that they read (期限後の効果), such as 翌月分からの適用になります。 `None` where nothing
    /// is known beforehand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_effect: Option<String>,
}

/// When a procedure may be applied for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FilingTime {
    /// In the periods that are announced in its stream (公示), and not before any is.
    Announced,
    /// Every year from one day to another (毎年…から…まで), over the turn of the year where the second comes first.
    Yearly {
        /// The first day.
        from: MonthDay,
        /// The last day.
        until: MonthDay,
        /// Where it ends when the city hall is closed on the last day.
        roll: Roll,
    },
    /// Once, up to a day (…まで).
    Once {
        /// The first day; `None` for any time before the last.
        from: Option<NaiveDate>,
        /// The last day.
        until: NaiveDate,
        /// Where it ends when the city hall is closed on the last day.
        roll: Roll,
    },
    /// Within a period of something whose day the form states (…から…以内, …の…前まで). What has happened is filed from its day on.
    Counted {
        /// The field of the form that states the day, such as 死亡日.
        from: String,
        /// The period.
        period: Period,
    },
}

/// What becomes of what comes too late (期限後).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LateFiling {
    /// It is received, and whoever reviews it sees that it is late (受け付ける): what follows from that is theirs to say.
    Received,
    /// It is not (受け付けない).
    Refused,
}

/// A day of every year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MonthDay {
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, as far as February has it in a year that is no leap year.
    pub day: u8,
}

/// That something arrived after its time (期限後).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateArrival {
    /// The first instant that was too late. `None` where it was counted from a day that the form states: that day speaks of a
    /// person, and an event must not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// That something may be received now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InTime {
    /// The instants for which that is so.
    pub holds: Window,
    /// That it is late, if it is.
    pub late: Option<LateArrival>,
}

impl InTime {
    /// True when it is late.
    pub fn is_late(&self) -> bool {
        self.late.is_some()
    }

    /// The last day of the time in which it is received (締切日); `None` for what is late, and where no such day is set.
    pub fn closing_day(&self) -> Option<NaiveDate> {
        let until = self.holds.until.filter(|_| !self.is_late())?;
        // OK because a time that ends at midnight ended with the day before.
        Some(until.saturating_add_micros(-1).date_jst())
    }
}

/// Why a time of filing cannot be meant as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FilingDefect {
    /// There is no such day in every year.
    #[error("a day of every year has a month from 1 to 12 and a day that this month has in every year")]
    NoSuchDay,
    /// It ends before it begins.
    #[error("the last day is not before the first")]
    EndsBeforeItBegins,
    /// No field states the day.
    #[error("a field of the form states the day from which it counts")]
    NoField,
    /// The period makes no sense.
    #[error(transparent)]
    Period(#[from] PeriodDefect),
    /// It is counted in hours, or by open days.
    #[error("a time of filing is counted in calendar days, weeks or months")]
    NotInDays,
}

impl Filing {
    /// The field of the form that states the day from which it counts.
    pub fn day_field(&self) -> Option<&str> {
        match &self.time {
            FilingTime::Counted { from, .. } => Some(from),
            FilingTime::Announced | FilingTime::Yearly { .. } | FilingTime::Once { .. } => None,
        }
    }
}

impl FilingTime {
    /// Says what is wrong with it.
    ///
    /// # Errors
    /// [`FilingDefect`] for the first rule that is broken.
    pub fn check(&self) -> Result<(), FilingDefect> {
        match self {
            Self::Announced => Ok(()),
            Self::Yearly { from, until, .. } => {
                let exist = [from, until].iter().all(|day| day.in_year(EVERY_YEAR).is_some());
                if exist { Ok(()) } else { Err(FilingDefect::NoSuchDay) }
            }
            Self::Once { from, until, .. } if from.is_some_and(|from| from > *until) => {
                Err(FilingDefect::EndsBeforeItBegins)
            }
            Self::Once { .. } => Ok(()),
            Self::Counted { from, .. } if FieldId::new(from.as_str()).is_err() => Err(FilingDefect::NoField),
            Self::Counted { period, .. } => {
                period.check()?;
                let is_plain = period.unit != PeriodUnit::Hour && period.holidays == Holidays::Counted;
                if is_plain { Ok(()) } else { Err(FilingDefect::NotInDays) }
            }
        }
    }
}

/// A year that is no leap year: what it has, every year has.
const EVERY_YEAR: i32 = 2025;

impl MonthDay {
    /// The day in a year, if it has it.
    pub fn in_year(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.month.into(), self.day.into())
    }
}
