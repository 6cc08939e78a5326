//! How long a completed case is kept (保存期間).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::time::{FiscalYear, Timestamp, Window};

/// How long a procedure lets its completed cases be kept.
///
/// What no rule limits is kept: no case of an edition that says nothing is ever disposed of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Retention {
    /// For good (永年).
    #[default]
    Permanent,
    /// So many years.
    Years(u16),
}

impl Retention {
    /// The period of a case that is completed in a fiscal year; `None` for good.
    ///
    /// # Source
    /// DOMAIN L21: the period begins, as a rule, on the 1 April after the fiscal year of completion (完結).
    ///
    /// # Example
    /// ```
    /// use shinsei_core::retention::Retention;
    /// use shinsei_core::time::{FiscalYear, Timestamp};
    /// let completed = Timestamp::from_jst(2027, 3, 31, 23, 59).ok_or("no such time")?;
    /// let kept = Retention::Years(5).after(FiscalYear::of(completed)).ok_or("for good")?;
    /// assert_eq!((kept.from.to_string(), kept.until.to_string()), ("2027-04-01".into(), "2032-04-01".into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn after(self, completed: FiscalYear) -> Option<RetentionPeriod> {
        let Self::Years(years) = self else { return None };
        let first_of_april = |year| NaiveDate::from_ymd_opt(year, 4, 1);
        let from = completed.begins_in() + 1;
        Some(RetentionPeriod { from: first_of_april(from)?, until: first_of_april(from + i32::from(years))? })
    }

    /// The instant before which everything has been kept long enough by now; `None` for good.
    ///
    /// # Example
    /// ```
    /// use shinsei_core::retention::Retention;
    /// use shinsei_core::time::Timestamp;
    /// let now = Timestamp::from_jst(2032, 3, 31, 23, 59).ok_or("no such time")?;
    /// let ended = Retention::Years(5).ended_by(now).ok_or("for good")?;
    /// assert_eq!(Some(ended), Timestamp::from_jst(2026, 4, 1, 0, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ended_by(self, now: Timestamp) -> Option<Timestamp> {
        let Self::Years(years) = self else { return None };
        // What is of a fiscal year is kept from the next one on.
        let first = FiscalYear::of(now).begins_in() - i32::from(years);
        Timestamp::start_of_day(NaiveDate::from_ymd_opt(first, 4, 1)?)
    }
}

/// The days between which nothing of a completed case is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionPeriod {
    /// The first day of the period.
    pub from: NaiveDate,
    /// The first day after it: the case may be disposed of from then on.
    pub until: NaiveDate,
}

impl RetentionPeriod {
    /// When the period is over.
    pub fn over(&self) -> Window {
        Window { from: Timestamp::start_of_day(self.until), until: None }
    }
}
