//! Periods (期間) as data: how long, in what unit, counted from which day, holidays counted or not.

use serde::{Deserialize, Serialize};

/// A period as a procedure states it. How it is counted belongs to it: there is no rule for all procedures.
///
/// # Source
/// DOMAIN findings 4; 民法 140 to 143条, from which a municipality's own rules may differ (138条).
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
}

/// The first day that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CountedFrom {
    /// The day itself (到達日): the first day counts.
    TheDay,
    /// The next day (翌日): the first day does not count.
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
