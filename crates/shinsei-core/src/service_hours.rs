//! Service hours (利用時間): outages that recur or happen once, half-open, on Japan's wall clock.

pub mod stream;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};

use crate::time::{Timestamp, Window};

/// The longest recurring outage, in hours: how many days back an outage that still lasts may have begun.
pub const OUTAGE_HOURS_MAX: u16 = 7 * 24;

/// Within how many days the n-th or the last of a weekday recurs: a fifth one may be missing for three months on end.
const MONTHLY_DAYS_MAX: u64 = 119;

/// How many outages that touch each other are followed before the service counts as closed for good.
const TOUCHING_OUTAGES_MAX: usize = 64;

/// When applications are not accepted. Outages are unions of half-open intervals: closed at their start, open at their end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceHours {
    outages: Vec<Outage>,
}

/// A time in which the service is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outage {
    /// Every day (毎日), such as 3:00 to 4:00.
    Daily(Daily),
    /// Every week on a weekday (毎週).
    Weekly {
        /// The weekday on which it begins.
        weekday: Weekday,
        /// When on that day, and how long.
        hours: Daily,
    },
    /// Every month on the n-th weekday (第n曜日), such as the last Wednesday from 22:30 for 9.5 hours.
    Monthly {
        /// Which one of the month.
        nth: Nth,
        /// The weekday on which it begins.
        weekday: Weekday,
        /// When on that day, and how long.
        hours: Daily,
    },
    /// Once (メンテナンス): announced maintenance.
    Once {
        /// The first instant that is closed.
        from: Timestamp,
        /// The first instant that is open again.
        until: Timestamp,
    },
}

/// When on a day an outage begins, and how long it lasts; it may go on past midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Daily {
    /// When it begins, on Japan's wall clock.
    pub from: NaiveTime,
    /// How long it lasts, in minutes; at most [`OUTAGE_HOURS_MAX`] hours.
    pub minutes: u16,
}

/// Which one of a month's weekdays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nth {
    /// The n-th from the beginning, 1 to 5.
    FromStart(u8),
    /// The last (最終).
    Last,
}

impl ServiceHours {
    /// Service hours with these outages.
    pub fn new(outages: Vec<Outage>) -> Self {
        Self { outages }
    }

    /// Those of the source page: closed every day from 3:00 to 4:00.
    pub fn daily_three_to_four() -> Self {
        let from = NaiveTime::from_hms_opt(3, 0, 0).unwrap_or(NaiveTime::MIN);
        Self::new(vec![Outage::Daily(Daily { from, minutes: 60 })])
    }

    /// The same with one more outage.
    #[must_use]
    pub fn with(mut self, outage: Outage) -> Self {
        self.outages.push(outage);
        self
    }

    /// The open interval in which an instant lies.
    ///
    /// # Errors
    /// [`Closed`] when the service is closed then; it says when it opens.
    ///
    /// # Example
    /// ```
    /// use shinsei_core::service_hours::ServiceHours;
    /// use shinsei_core::time::Timestamp;
    /// let hours = ServiceHours::daily_three_to_four();
    /// let at = |hour, minute| Timestamp::from_jst(2026, 5, 7, hour, minute);
    /// let closed = hours.open_at(at(3, 0).unwrap()).unwrap_err();
    /// assert_eq!(closed.opens_at, at(4, 0));
    /// assert!(hours.open_at(at(4, 0).unwrap()).is_ok());
    /// ```
    pub fn open_at(&self, at: Timestamp) -> Result<Window, Closed> {
        let around = self.outages.iter().map(|outage| outage.open_around(at));
        let open = around.reduce(|one, other| Some(one?.intersect(other?))).unwrap_or(Some(Window::ALWAYS));
        open.ok_or_else(|| Closed { opens_at: self.next_open(at) })
    }

    /// The first open instant from `at` on; `None` if the outages never leave one.
    pub fn next_open(&self, at: Timestamp) -> Option<Timestamp> {
        let mut open = at;
        for _ in 0..TOUCHING_OUTAGES_MAX {
            match self.closed_until(open) {
                None => return Some(open),
                Some(until) => open = until,
            }
        }
        None
    }

    fn closed_until(&self, at: Timestamp) -> Option<Timestamp> {
        let holding = self.outages.iter().flat_map(|outage| outage.intervals_near(at));
        holding.filter(|interval| interval.contains(at)).filter_map(|interval| interval.until).max()
    }
}

/// The service is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    /// When it opens; `None` if it never does.
    pub opens_at: Option<Timestamp>,
}

impl Outage {
    /// The intervals of this outage that hold an instant, precede it or follow it.
    fn intervals_near(&self, at: Timestamp) -> impl Iterator<Item = Window> {
        let (once, recurring) = match self {
            Self::Once { from, until } => (Some(Window::between(*from, *until)), None),
            Self::Daily(hours) => (None, Some((1, hours))),
            Self::Weekly { hours, .. } => (None, Some((7, hours))),
            Self::Monthly { hours, .. } => (None, Some((MONTHLY_DAYS_MAX, hours))),
        };
        let recurs = recurring.into_iter().flat_map(move |(recurs_within, hours)| {
            let today = at.date_jst();
            let back = recurs_within + u64::from(hours.minutes.div_ceil(24 * 60));
            let from = today.checked_sub_days(Days::new(back)).unwrap_or(today);
            let until = today.checked_add_days(Days::new(recurs_within)).unwrap_or(today);
            let days = from.iter_days().take_while(move |day| *day <= until);
            days.filter(|day| self.begins_on(*day)).filter_map(|day| hours.on(day))
        });
        once.into_iter().chain(recurs)
    }

    /// What this outage leaves open around an instant; `None` within it.
    fn open_around(&self, at: Timestamp) -> Option<Window> {
        let mut open = Window::ALWAYS;
        for interval in self.intervals_near(at) {
            if interval.contains(at) {
                return None;
            }
            open.from = open.from.max(interval.until.filter(|until| *until <= at));
            let begins = interval.from.filter(|from| *from > at);
            open.until = open.until.min(begins).or(open.until).or(begins);
        }
        Some(open)
    }

    fn begins_on(&self, day: NaiveDate) -> bool {
        match self {
            Self::Daily(_) => true,
            Self::Weekly { weekday, .. } => day.weekday() == *weekday,
            Self::Monthly { nth, weekday, .. } => day.weekday() == *weekday && nth.is(day),
            Self::Once { .. } => false,
        }
    }
}

impl Daily {
    fn on(&self, day: NaiveDate) -> Option<Window> {
        let from: NaiveDateTime = day.and_time(self.from);
        let until =
            from.checked_add_signed(TimeDelta::minutes(self.minutes.min(OUTAGE_HOURS_MAX * 60).into()))?;
        Some(Window::between(Timestamp::from_jst_local(from)?, Timestamp::from_jst_local(until)?))
    }
}

impl Nth {
    fn is(self, day: NaiveDate) -> bool {
        match self {
            Self::FromStart(n) => u32::from(n) == day.day0() / 7 + 1,
            Self::Last => day.checked_add_days(Days::new(7)).is_none_or(|next| next.month() != day.month()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(y: i32, m: u32, d: u32, h: u32, min: u32) -> Timestamp {
        Timestamp::from_jst(y, m, d, h, min).unwrap()
    }

    /// The source page: every day 3:00 to 4:00, and maintenance from 20:00 on 2017-09-27 to 6:00 the next day.
    fn source_page() -> ServiceHours {
        ServiceHours::daily_three_to_four()
            .with(Outage::Once { from: at(2017, 9, 27, 20, 0), until: at(2017, 9, 28, 6, 0) })
    }

    #[test]
    fn the_maintenance_of_the_source_page_covers_the_daily_outage() {
        let hours = source_page();
        assert_eq!(hours.next_open(at(2017, 9, 27, 21, 0)), Some(at(2017, 9, 28, 6, 0)));
        assert_eq!(hours.next_open(at(2017, 9, 28, 3, 30)), Some(at(2017, 9, 28, 6, 0)));
        let open = Window::between(at(2017, 9, 27, 4, 0), at(2017, 9, 27, 20, 0));
        assert_eq!(hours.open_at(at(2017, 9, 27, 19, 59)), Ok(open));
    }

    #[test]
    fn an_outage_is_closed_at_its_start_and_open_at_its_end() {
        let (hours, three) = (source_page(), at(2026, 5, 7, 3, 0));
        assert_eq!(hours.open_at(three), Err(Closed { opens_at: Some(at(2026, 5, 7, 4, 0)) }));
        let open = Window::between(at(2026, 5, 6, 4, 0), three);
        assert_eq!(hours.open_at(three.saturating_add_micros(-1)), Ok(open));
        assert_eq!(hours.next_open(at(2026, 5, 7, 4, 0)), Some(at(2026, 5, 7, 4, 0)));
    }

    #[test]
    fn the_last_wednesday_may_cross_midnight() {
        let hours = Daily { from: NaiveTime::from_hms_opt(22, 30, 0).unwrap(), minutes: 570 };
        let last = Outage::Monthly { nth: Nth::Last, weekday: Weekday::Wed, hours };
        let second = Outage::Monthly { nth: Nth::FromStart(2), weekday: Weekday::Wed, hours };
        let hours = ServiceHours::new(vec![last, second]);
        assert_eq!(hours.next_open(at(2026, 5, 28, 1, 0)), Some(at(2026, 5, 28, 8, 0)));
        let open = Window::between(at(2026, 5, 14, 8, 0), at(2026, 5, 27, 22, 30));
        assert_eq!(hours.open_at(at(2026, 5, 20, 12, 0)), Ok(open));
    }

    #[test]
    fn a_fifth_weekday_is_waited_for_through_months_that_have_none() {
        let hours = Daily { from: NaiveTime::MIN, minutes: 60 };
        let fifth = Outage::Monthly { nth: Nth::FromStart(5), weekday: Weekday::Wed, hours };
        let open = Window::between(at(2069, 1, 30, 1, 0), at(2069, 5, 29, 0, 0));
        assert_eq!(ServiceHours::new(vec![fifth]).open_at(at(2069, 4, 1, 0, 0)), Ok(open));
    }

    #[test]
    fn a_weekly_outage_recurs_on_its_weekday() {
        let hours = Daily { from: NaiveTime::from_hms_opt(1, 0, 0).unwrap(), minutes: 90 };
        let hours = ServiceHours::new(vec![Outage::Weekly { weekday: Weekday::Sun, hours }]);
        assert_eq!(hours.next_open(at(2026, 5, 10, 2, 0)), Some(at(2026, 5, 10, 2, 30)));
        let open = Window::between(at(2026, 5, 3, 2, 30), at(2026, 5, 10, 1, 0));
        assert_eq!(hours.open_at(at(2026, 5, 7, 2, 0)), Ok(open));
    }

    #[test]
    fn the_second_wednesday_may_be_the_fourteenth() {
        let hours = Daily { from: NaiveTime::from_hms_opt(22, 0, 0).unwrap(), minutes: 60 };
        let second = Outage::Monthly { nth: Nth::FromStart(2), weekday: Weekday::Wed, hours };
        let hours = ServiceHours::new(vec![second]);
        assert_eq!(
            hours.open_at(at(2026, 1, 14, 22, 0)),
            Err(Closed { opens_at: Some(at(2026, 1, 14, 23, 0)) })
        );
        assert!(hours.open_at(at(2026, 1, 21, 22, 0)).is_ok());
    }

    #[test]
    fn no_outage_that_recurs_lasts_longer_than_a_week() {
        let hours = Daily { from: NaiveTime::MIN, minutes: u16::MAX };
        let first = Outage::Monthly { nth: Nth::FromStart(1), weekday: Weekday::Mon, hours };
        let hours = ServiceHours::new(vec![first]);
        assert_eq!(hours.next_open(at(2026, 5, 5, 0, 0)), Some(at(2026, 5, 11, 0, 0)));
    }

    #[test]
    fn outages_that_leave_nothing_open_say_so() {
        let all_day = Outage::Daily(Daily { from: NaiveTime::MIN, minutes: 24 * 60 });
        let closed = ServiceHours::new(vec![all_day]).open_at(at(2026, 5, 7, 12, 0));
        assert_eq!(closed, Err(Closed { opens_at: None }));
    }

    proptest! {
        #[test]
        fn an_open_interval_is_open_throughout_and_closed_at_its_end(minute in 0_i64..5_000_000, step in 1_i64..1000) {
            let (hours, micros) = (source_page(), 60_000_000);
            let at = at(2017, 1, 1, 0, 0).saturating_add_micros(minute * micros);
            match hours.open_at(at) {
                Ok(open) => {
                    let until = open.until.unwrap();
                    prop_assert!(open.contains(at));
                    prop_assert!(hours.open_at(until).is_err());
                    let within = at.saturating_add_micros(step * micros).min(until.saturating_add_micros(-1));
                    prop_assert_eq!(hours.open_at(within), Ok(open));
                }
                Err(closed) => prop_assert!(hours.open_at(closed.opens_at.unwrap()).is_ok()),
            }
        }
    }
}
