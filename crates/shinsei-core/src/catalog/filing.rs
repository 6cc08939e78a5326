//! The time of filing in four cells of a row: 受付の時期, 期限日の休日, 期限後, 期限後の効果.

use chrono::NaiveDate;

use crate::catalog::columns::{self as c, Closed};
use crate::catalog::defect::Expected;
use crate::catalog::row::{Row, whole};
use crate::period::{CountedFrom, Direction, Period, PeriodUnit, Roll};
use crate::procedure::filing::{Filing, FilingTime, LateFiling, MonthDay};
use crate::sheet::cell;

/// The word for periods that are announced in the procedure's stream.
const ANNOUNCED: &str = "公示";

/// Reads the four cells; blank where no time is set. `must_be_received`: what is late cannot be refused.
pub(super) fn read(row: &mut Row, must_be_received: bool) -> Option<Option<Filing>> {
    let read = row.optional(c::FILING, |row| row.parsed(c::FILING, time, Expected::FilingTime))?;
    let Some(time) = read else {
        row.blank_since(c::FILING, c::FILING_ROLL);
        row.blank_since(c::FILING, c::LATE);
        row.blank_since(c::FILING, c::LATE_EFFECT);
        return Some(None);
    };
    let time = rolled(row, time);
    let late = row.closed_since(c::FILING, c::LATE)?;
    if late == LateFiling::Refused && must_be_received {
        row.fault_since(c::ACT, c::LATE, Expected::OneOf(vec![LateFiling::Received.word()]));
        return None;
    }
    let effect = row.text(c::LATE_EFFECT)?;
    if late == LateFiling::Refused {
        row.blank_since(c::LATE, c::LATE_EFFECT);
    }
    let late_effect = (!effect.is_empty()).then_some(effect);
    Some(Some(Filing { time: time?, late, late_effect }))
}

/// Writes them.
pub(super) fn write(row: &mut Row, filing: &Filing) {
    row.set(c::FILING, cell::text(&text(&filing.time)));
    row.set(c::FILING_ROLL, roll(&filing.time).map(Roll::word).unwrap_or_default());
    row.set(c::LATE, filing.late.word());
    row.set(c::LATE_EFFECT, cell::text(filing.late_effect.as_deref().unwrap_or_default()));
}

/// What ends with a day says what becomes of it when the city hall is closed then.
fn rolled(row: &mut Row, time: FilingTime) -> Option<FilingTime> {
    if time == FilingTime::Announced {
        row.blank_since(c::FILING, c::FILING_ROLL);
        return Some(time);
    }
    let roll: Roll = row.closed_since(c::FILING, c::FILING_ROLL)?;
    let rolled = match time {
        FilingTime::Announced => FilingTime::Announced,
        FilingTime::Yearly { from, until, .. } => FilingTime::Yearly { from, until, roll },
        FilingTime::Once { from, until, .. } => FilingTime::Once { from, until, roll },
        FilingTime::Counted { from, period } => {
            FilingTime::Counted { from, period: Period { roll, ..period } }
        }
    };
    // What is to be done before something must not be done later than said.
    if rolled.check().is_err() {
        let earlier = [Roll::None, Roll::Backward].map(Roll::word).to_vec();
        row.fault_since(c::FILING, c::FILING_ROLL, Expected::OneOf(earlier));
        return None;
    }
    Some(rolled)
}

fn roll(time: &FilingTime) -> Option<Roll> {
    match time {
        FilingTime::Announced => None,
        FilingTime::Yearly { roll, .. } | FilingTime::Once { roll, .. } => Some(*roll),
        FilingTime::Counted { period, .. } => Some(period.roll),
    }
}

/// What a cell says; `None` for anything that would not be written back alike.
fn time(cell: &str) -> Option<FilingTime> {
    let time = if cell == ANNOUNCED {
        FilingTime::Announced
    } else if let Some(days) = cell.strip_prefix("毎年") {
        let (from, until) = days.strip_suffix("まで")?.split_once("から")?;
        FilingTime::Yearly { from: month_day(from)?, until: month_day(until)?, roll: Roll::None }
    } else if let Some(before) = cell.strip_suffix("前まで") {
        let (from, length) = before.rsplit_once('の')?;
        let period = Period { direction: Direction::Before, ..length_and_unit(length)? };
        FilingTime::Counted { from: from.to_owned(), period }
    } else if let Some(within) = cell.strip_suffix("以内") {
        let (from, length) = within.rsplit_once("から")?;
        let (from, counted_from) = match from.strip_suffix("の翌日") {
            Some(day) => (day, CountedFrom::TheNextDay),
            None => (from, CountedFrom::TheDay),
        };
        FilingTime::Counted {
            from: from.to_owned(),
            period: Period { counted_from, ..length_and_unit(length)? },
        }
    } else {
        let (from, until) = match cell.strip_suffix("まで")?.split_once("から") {
            Some((from, until)) => (Some(from.parse().ok()?), until),
            None => (None, cell.strip_suffix("まで")?),
        };
        FilingTime::Once { from, until: until.parse::<NaiveDate>().ok()?, roll: Roll::None }
    };
    (time.check().is_ok() && text(&time) == cell).then_some(time)
}

/// The cell that says it.
fn text(time: &FilingTime) -> String {
    let day = |day: &MonthDay| format!("{}月{}日", day.month, day.day);
    match time {
        FilingTime::Announced => ANNOUNCED.to_owned(),
        FilingTime::Yearly { from, until, .. } => format!("毎年{}から{}まで", day(from), day(until)),
        FilingTime::Once { from: Some(from), until, .. } => format!("{from}から{until}まで"),
        FilingTime::Once { from: None, until, .. } => format!("{until}まで"),
        FilingTime::Counted { from, period } => {
            let length = format!("{}{}", period.length, unit(period.unit));
            match (period.direction, period.counted_from) {
                (Direction::Before, _) => format!("{from}の{length}前まで"),
                (Direction::After, CountedFrom::TheNextDay) => format!("{from}の翌日から{length}以内"),
                (Direction::After, CountedFrom::TheDay) => format!("{from}から{length}以内"),
            }
        }
    }
}

/// A length of time as one says it, which is longer than the word for its unit.
fn unit(unit: PeriodUnit) -> &'static str {
    match unit {
        PeriodUnit::Day => "日",
        PeriodUnit::Week => "週間",
        PeriodUnit::Month => "か月",
        PeriodUnit::Hour => "時間",
    }
}

fn length_and_unit(cell: &str) -> Option<Period> {
    let digits = cell.find(|character: char| !character.is_ascii_digit())?;
    let (length, name) = cell.split_at(digits);
    let units = [PeriodUnit::Day, PeriodUnit::Week, PeriodUnit::Month];
    let unit = units.into_iter().find(|one| unit(*one) == name)?;
    let length = u16::try_from(whole(length)?).ok()?;
    Some(Period { unit, ..Period::days(length) })
}

fn month_day(cell: &str) -> Option<MonthDay> {
    let (month, day) = cell.strip_suffix('日')?.split_once('月')?;
    let part = |cell| whole(cell).and_then(|number| u8::try_from(number).ok());
    Some(MonthDay { month: part(month)?, day: part(day)? })
}
