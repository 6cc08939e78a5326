//! Periods (期間) as data: how long, in what unit, counted from which day, holidays counted or not, rolled or not.

use serde::{Deserialize, Serialize};

use crate::event_format::is_default;

/// A period as a procedure states it. How it is counted belongs to it: there is no rule for all procedures.
///
/// [`crate::due::DueDate`] counts it.
///
/// # Source
/// DOMAIN findings 4 and 5; 民法 138 to 143条, from which a municipality's own rules may differ (138条).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// How many.
    pub length: u16,
    /// Of what.
    pub unit: PeriodUnit,
    /// The first day that counts.
    pub counted_from: CountedFrom,
    /// Whether days on which the city hall is closed count.
    pub holidays: Holidays,
    /// Where it ends when its last day is closed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub roll: Roll,
    /// Which way it runs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub direction: Direction,
}

/// The unit of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PeriodUnit {
    /// Days (日).
    Day,
    /// Weeks (週).
    Week,
    /// Months (月).
    Month,
    /// Hours (時間): they run from the instant itself and never roll.
    Hour,
}

/// The first day that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CountedFrom {
    /// The day itself (到達日): the first day counts.
    TheDay,
    /// The next day (翌日): the first day does not count. Of a period that runs backward, the day before.
    TheNextDay,
}

/// Whether days on which the city hall is closed count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Holidays {
    /// They count (含む): calendar days.
    Counted,
    /// They do not (除く): business days.
    Skipped,
}

/// Where a period ends when the city hall is closed on its last day.
///
/// # Source
/// 地方自治法 4条の2 第4項: what applicants must do by a closed day may be done on the next open one. It does not move the
/// city's own deadlines: those stay (DOMAIN L16).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Roll {
    /// On that day all the same.
    #[default]
    None,
    /// On the next open day (翌開庁日).
    Forward,
    /// On the last open day before.
    Backward,
}

/// Which way a period runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// After something happened (…から…以内).
    #[default]
    After,
    /// Before something is to happen (…の…前まで), such as 30 days before works begin.
    Before,
}

/// Why a period cannot be meant as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeriodDefect {
    /// It has no length.
    #[error("a period is at least 1 long")]
    Empty,
    /// Only days can be skipped one by one.
    #[error("holidays can be left out of a period in days only")]
    HolidaysSkipped,
    /// Hours run from the instant itself.
    #[error("a period in hours runs from the instant itself")]
    HoursFromTheNextDay,
    /// Hours do not roll.
    #[error("a period in hours is not moved to another day")]
    HoursRolled,
    /// A period before something would become shorter.
    #[error("a period that runs backward may roll backward only: forward it would be shorter")]
    Shortened,
}

impl Period {
    /// A period of calendar days after a day, that day not counted: the civil code's rule.
    ///
    /// # Source
    /// 民法 140条 (初日不算入), 141条
    pub const fn days(length: u16) -> Self {
        Self {
            length,
            unit: PeriodUnit::Day,
            counted_from: CountedFrom::TheNextDay,
            holidays: Holidays::Counted,
            roll: Roll::None,
            direction: Direction::After,
        }
    }

    /// Says what is wrong with it.
    ///
    /// A period that came from elsewhere is counted all the same: of a part that makes no sense nothing follows.
    ///
    /// # Errors
    /// [`PeriodDefect`] for the first rule that is broken.
    pub fn check(&self) -> Result<(), PeriodDefect> {
        let in_hours = self.unit == PeriodUnit::Hour;
        if self.length == 0 {
            return Err(PeriodDefect::Empty);
        }
        if self.holidays == Holidays::Skipped && self.unit != PeriodUnit::Day {
            return Err(PeriodDefect::HolidaysSkipped);
        }
        if in_hours && self.counted_from == CountedFrom::TheNextDay {
            return Err(PeriodDefect::HoursFromTheNextDay);
        }
        if in_hours && self.roll != Roll::None {
            return Err(PeriodDefect::HoursRolled);
        }
        if self.direction == Direction::Before && self.roll == Roll::Forward {
            return Err(PeriodDefect::Shortened);
        }
        Ok(())
    }
}
