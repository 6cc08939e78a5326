//! Whether what comes is in its time (受付の時期): by the calendar, by what was announced, by the day that a form states.

use chrono::{Datelike, NaiveDate};

use crate::application::{Application, Arrived, Received};
use crate::calendar::Calendar;
use crate::decider::Context;
use crate::due::DueDate;
use crate::form::Form;
use crate::period::{Direction, Period, Roll};
use crate::procedure::filing::{Filing, FilingTime, InTime, LateArrival, LateFiling, MonthDay};
use crate::procedure::stream::{Editions, IntakePeriod};
use crate::procedure::{ClockStart, Terms};
use crate::rejection::Rejection;
use crate::standard::era;
use crate::time::{Timestamp, Window};

/// Whether the procedure takes the form now, and whether it is late: as its terms say, or as was announced.
pub(super) fn taken_now(terms: &Terms, form: &Form, context: &Context<'_>) -> Result<InTime, Rejection> {
    let announced = context.editions.map_or(&[][..], Editions::intake);
    match &terms.filing {
        Some(filing) => filing.judge(context.now, announced, context.calendar, stated_day(filing, form)),
        None => {
            let taken =
                context.editions.map_or(Ok(Window::ALWAYS), |editions| editions.takes_at(context.now));
            Ok(InTime { holds: taken?, late: None })
        }
    }
}

/// In which time what came on paper came, and whether too late. What is there is never sent back: too early or too late, it has
/// arrived. Of a day that stands on the paper alone its reader judges, and of a postmark that counts as the day of filing
/// (地方税法 20条の5の3).
pub(super) fn taken_on_paper(terms: &Terms, arrived_at: Timestamp, context: &Context<'_>) -> Option<InTime> {
    let announced = context.editions.map_or(&[][..], Editions::intake);
    let filing = Filing { late: LateFiling::Received, ..terms.filing.clone()? };
    filing.judge(arrived_at, announced, context.calendar, None).ok()
}

/// From when the standard processing period runs of what arrived: from the beginning of the closing day, where those that come by
/// then are judged together. What is late, or has come before any time began, is judged for itself.
///
/// # Source
/// DOMAIN L6
pub(super) fn clock_starts_at(terms: &Terms, arrived_at: Timestamp, taken: Option<&InTime>) -> Timestamp {
    let closing_day = match terms.clock_start {
        ClockStart::Arrival => None,
        ClockStart::ClosingDay => taken.and_then(InTime::closing_day),
    };
    closing_day.and_then(Timestamp::start_of_day).map_or(arrived_at, |starts| starts.max(arrived_at))
}

/// From when the period runs of a case that waits for the closing day, by what the procedure's stream says of it now: an intake that
/// was extended is closed later for all who applied in it. `None` where nothing of that matters any more: it runs from the arrival, it
/// came late, another day was told by an extension, it is reviewed again, or the times that were announced since are others.
///
/// # Source
/// DOMAIN L6; docs/adr/0027-who-reviews-and-when-the-clock-starts.md
pub(super) fn clock_restarts_at(state: &Application, context: &Context<'_>) -> Option<Timestamp> {
    let Received { arrived, annex, .. } = state.receipt()?;
    let Arrived { terms, arrived_at, desk, .. } = arrived;
    let is_another = arrived.late.is_some() || desk.extensions > 0 || annex.decisions > 0;
    if terms.clock_start != ClockStart::ClosingDay || is_another {
        return None;
    }
    let taken = match &terms.filing {
        Some(_) => taken_on_paper(terms, *arrived_at, context)?,
        None => InTime { holds: context.editions?.takes_at(*arrived_at).ok()?, late: None },
    };
    (!taken.is_late()).then(|| clock_starts_at(terms, *arrived_at, Some(&taken)))
}

impl Filing {
    /// Whether something may be received at an instant, and whether it is late then. What was announced in the procedure's
    /// stream takes the place of what is said here.
    ///
    /// # Errors
    /// - [`Rejection::OutsideIntake`] says when it will be taken, if that is known.
    /// - [`Rejection::FilingDayNotStated`]: it counts from a day, and none is stated.
    pub fn judge(
        &self,
        at: Timestamp,
        announced: &[IntakePeriod],
        calendar: &Calendar,
        stated: Option<NaiveDate>,
    ) -> Result<InTime, Rejection> {
        let windows = match &self.time {
            _ if !announced.is_empty() => {
                announced.iter().map(|one| Window::between(one.from, one.until)).collect()
            }
            FilingTime::Announced => vec![],
            FilingTime::Yearly { from, until, roll } => yearly(*from, *until, *roll, at, calendar),
            FilingTime::Once { from, until, roll } => vec![days(*from, *until, *roll, calendar)],
            FilingTime::Counted { from, period } => {
                let day = stated.ok_or_else(|| Rejection::FilingDayNotStated { field: from.clone() })?;
                vec![counted(day, *period, calendar)]
            }
        };
        if let Some(holds) = windows.iter().find(|window| window.contains(at)) {
            return Ok(InTime { holds: *holds, late: None });
        }
        let opens_at = windows.iter().filter_map(|window| window.from).filter(|from| *from > at).min();
        let closed_at = windows.iter().filter_map(|window| window.until).filter(|until| *until <= at).max();
        match (closed_at, self.late) {
            (Some(closed_at), LateFiling::Received) => {
                let is_personal = announced.is_empty() && matches!(self.time, FilingTime::Counted { .. });
                let late = LateArrival { since: (!is_personal).then_some(closed_at) };
                Ok(InTime { holds: Window { from: Some(closed_at), until: opens_at }, late: Some(late) })
            }
            (Some(_), LateFiling::Refused) | (None, _) => Err(Rejection::OutsideIntake { opens_at }),
        }
    }
}

/// The day that a form states for it: 2026-05-07 or 令和8年5月7日.
fn stated_day(filing: &Filing, form: &Form) -> Option<NaiveDate> {
    era::day(form.answers.get(filing.day_field()?)?)
}

/// The periods of the years around an instant: with those of a year before and after, the last that ended and the next that
/// begins are among them.
fn yearly(from: MonthDay, until: MonthDay, roll: Roll, at: Timestamp, calendar: &Calendar) -> Vec<Window> {
    let year = at.date_jst().year();
    let crosses = until < from;
    let of = |year: i32| {
        let last = until.in_year(if crosses { year + 1 } else { year })?;
        Some(days(Some(from.in_year(year)?), last, roll, calendar))
    };
    (year - 1..=year + 1).filter_map(of).collect()
}

/// From the beginning of a day to the end of another, in Japan. The first day is always among them, whatever the calendar makes
/// of the last one: else it would be said that it opens on a day on which nothing is taken.
fn days(from: Option<NaiveDate>, until: NaiveDate, roll: Roll, calendar: &Calendar) -> Window {
    let last = match roll {
        Roll::None => until,
        Roll::Forward => calendar.open_from(until),
        Roll::Backward => calendar.open_until(until),
    };
    let last = from.map_or(last, |from| last.max(from));
    Window { from: from.and_then(Timestamp::start_of_day), until: Some(Timestamp::end_of(last)) }
}

/// Of what has happened from its day on, of what is to happen from ever.
fn counted(day: NaiveDate, period: Period, calendar: &Calendar) -> Window {
    let begins = Timestamp::start_of_day(day).unwrap_or_else(|| Timestamp::end_of(day));
    let due = DueDate::of(period, begins, calendar, &[]);
    let until = due.map_or_else(|| Timestamp::end_of(day), |due| due.ends_at);
    let from = match period.direction {
        Direction::After => Some(begins),
        Direction::Before => None,
    };
    Window { from, until: Some(until) }
}
