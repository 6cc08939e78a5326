//! Eras (和暦): dates as people write them, read strictly or leniently, and written as documents have them.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::standard::digits;

/// An era of Japan since it counts days as the rest of the world does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// 明治, read from 1873-01-01: before, months were those of the moon.
    Meiji,
    /// 大正, from 1912-07-30.
    Taisho,
    /// 昭和, from 1926-12-25.
    Showa,
    /// 平成, from 1989-01-08.
    Heisei,
    /// 令和, from 2019-05-01.
    Reiwa,
}

/// A day with its era and the year of it.
///
/// # Example
/// ```
/// use shinsei_core::standard::era::{EraDate, Reading};
/// let day = EraDate::parse("令和元年5月1日", Reading::Strict)?;
/// assert_eq!((day.to_string().as_str(), day.to_data().as_str()), ("令和元年5月1日", "R01-05-01"));
/// assert!(EraDate::parse("平成31年5月1日", Reading::Strict).is_err());
/// assert_eq!(EraDate::parse("平成31年5月1日", Reading::Lenient)?, day);
/// # Ok::<(), shinsei_core::standard::era::InvalidEraDate>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EraDate {
    day: NaiveDate,
    era: Era,
    year: u16,
}

/// How a date is read that lies outside its era.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It is refused.
    Strict,
    /// It is the day that it would be: 平成31年5月1日 is 令和元年5月1日, as forms printed in time say.
    Lenient,
}

/// Why a text is no date of an era.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidEraDate {
    /// It has not the form.
    #[error("a date looks like 令和8年5月7日 or R8.5.7")]
    Form,
    /// There is no such day.
    #[error("there is no such day")]
    NoSuchDay,
    /// The day lies in another era.
    #[error("that day is {}", .actual)]
    OtherEra {
        /// The day as it should be written.
        actual: EraDate,
    },
    /// The day lies before 1873, or too far ahead.
    #[error("dates are read from 明治6年1月1日 on")]
    OutOfRange,
}

impl Era {
    /// All, in order.
    pub const ALL: [Self; 5] = [Self::Meiji, Self::Taisho, Self::Showa, Self::Heisei, Self::Reiwa];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meiji => "明治",
            Self::Taisho => "大正",
            Self::Showa => "昭和",
            Self::Heisei => "平成",
            Self::Reiwa => "令和",
        }
    }

    /// Its letter in data.
    pub fn letter(self) -> char {
        match self {
            Self::Meiji => 'M',
            Self::Taisho => 'T',
            Self::Showa => 'S',
            Self::Heisei => 'H',
            Self::Reiwa => 'R',
        }
    }

    /// The year before its first one.
    fn offset(self) -> i32 {
        match self {
            Self::Meiji => 1867,
            Self::Taisho => 1911,
            Self::Showa => 1925,
            Self::Heisei => 1988,
            Self::Reiwa => 2018,
        }
    }

    /// The first day that is read in it.
    fn begins(self) -> Option<NaiveDate> {
        let (year, month, day) = match self {
            Self::Meiji => (1873, 1, 1),
            Self::Taisho => (1912, 7, 30),
            Self::Showa => (1926, 12, 25),
            Self::Heisei => (1989, 1, 8),
            Self::Reiwa => (2019, 5, 1),
        };
        NaiveDate::from_ymd_opt(year, month, day)
    }
}

impl EraDate {
    /// The era of a day; `None` before 1873 and beyond year 65535 of an era.
    pub fn of(day: NaiveDate) -> Option<Self> {
        let mut eras = Era::ALL.into_iter().rev();
        let era = eras.find(|era| era.begins().is_some_and(|first| first <= day))?;
        Some(Self { day, era, year: u16::try_from(day.year() - era.offset()).ok()? })
    }

    /// Reads a date: `令和8年5月7日`, `令和元年5月7日`, `R8.5.7`, `R08-05-07`, `R080507`, half or full width.
    ///
    /// # Errors
    /// [`InvalidEraDate`] when it is none; strictly read, also when the day lies in another era.
    pub fn parse(text: &str, reading: Reading) -> Result<Self, InvalidEraDate> {
        let (era, rest) = era_of(text.trim()).ok_or(InvalidEraDate::Form)?;
        let [year, month, day] = parts(rest).ok_or(InvalidEraDate::Form)?;
        if year == 0 {
            return Err(InvalidEraDate::NoSuchDay);
        }
        let western = era.offset() + i32::from(year);
        let day =
            NaiveDate::from_ymd_opt(western, month.into(), day.into()).ok_or(InvalidEraDate::NoSuchDay)?;
        let actual = Self::of(day).ok_or(InvalidEraDate::OutOfRange)?;
        if actual.era != era && reading == Reading::Strict {
            return Err(InvalidEraDate::OtherEra { actual });
        }
        Ok(actual)
    }

    /// The day.
    pub fn day(self) -> NaiveDate {
        self.day
    }

    /// The era.
    pub fn era(self) -> Era {
        self.era
    }

    /// The year of the era, from 1.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The date in data: `R01-05-01`, the first year as 1.
    pub fn to_data(self) -> String {
        format!("{}{:02}-{:02}-{:02}", self.era.letter(), self.year, self.day.month(), self.day.day())
    }
}

/// Writes 令和元年5月1日: the first year has a name in text.
impl fmt::Display for EraDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.era.name())?;
        match self.year {
            1 => f.write_str("元")?,
            year => write!(f, "{year}")?,
        }
        write!(f, "年{}月{}日", self.day.month(), self.day.day())
    }
}

/// Reads a day as people write one: 2026-05-07, or of an era, strictly.
///
/// # Example
/// ```
/// use shinsei_core::standard::era::day;
/// assert_eq!(day("2026-05-07"), day("令和8年5月7日"));
/// assert_eq!((day("2026-5-7"), day("平成31年5月1日")), (None, None));
/// ```
pub fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let by_iso = || text.parse::<NaiveDate>().ok().filter(|day| day.format("%Y-%m-%d").to_string() == text);
    let begins_with_an_era = text.starts_with(|first: char| first.is_alphabetic());
    let by_iso = if begins_with_an_era { None } else { by_iso() };
    by_iso.or_else(|| EraDate::parse(text, Reading::Strict).ok().map(EraDate::day))
}

fn era_of(text: &str) -> Option<(Era, &str)> {
    Era::ALL.into_iter().find_map(|era| {
        let letter = era.letter();
        let full_width = char::from_u32(u32::from(letter) - u32::from('A') + u32::from('Ａ'))?;
        let by_letter = [letter, letter.to_ascii_lowercase(), full_width];
        let rest = text.strip_prefix(era.name()).or_else(|| text.strip_prefix(by_letter))?;
        Some((era, rest))
    })
}

/// Year, month and day: with 年月日, with a sign between them, or six digits together.
fn parts(text: &str) -> Option<[u16; 3]> {
    let text = text.replacen('元', "1", 1);
    let together =
        digits::of(&text).filter(|digits| digits.len() == 6 && !text.contains(digits::is_separator));
    let groups: Vec<Vec<u8>> = match together {
        Some(digits) => digits.chunks(2).map(<[u8]>::to_vec).collect(),
        None => {
            let text = text.strip_suffix('日').unwrap_or(&text);
            let between =
                |c: char| digits::is_separator(c) || matches!(c, '年' | '月' | '.' | '/' | '．' | '／');
            text.split(between).map(digits::of).collect::<Option<_>>()?
        }
    };
    let number = |digits: &Vec<u8>| {
        let number = digits.iter().fold(0_u16, |number, digit| number * 10 + u16::from(*digit));
        (1..=3).contains(&digits.len()).then_some(number)
    };
    let [year, month, day] = &groups[..] else { return None };
    Some([number(year)?, number(month)?, number(day)?])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn eras_change_on_their_days() {
        let written = |year, month, date| EraDate::of(day(year, month, date)).map(|date| date.to_string());
        assert_eq!(written(2019, 4, 30).as_deref(), Some("平成31年4月30日"));
        assert_eq!(written(2019, 5, 1).as_deref(), Some("令和元年5月1日"));
        assert_eq!(written(1989, 1, 7).as_deref(), Some("昭和64年1月7日"));
        assert_eq!(written(1989, 1, 8).as_deref(), Some("平成元年1月8日"));
        assert_eq!(written(1926, 12, 24).as_deref(), Some("大正15年12月24日"));
        assert_eq!(written(1926, 12, 25).as_deref(), Some("昭和元年12月25日"));
        assert_eq!(written(1912, 7, 29).as_deref(), Some("明治45年7月29日"));
        assert_eq!(written(1912, 7, 30).as_deref(), Some("大正元年7月30日"));
        assert_eq!(written(1873, 1, 1).as_deref(), Some("明治6年1月1日"));
        assert_eq!(written(1872, 12, 31), None);
    }

    #[test]
    fn a_date_is_read_as_people_write_it() {
        for text in [
            "令和8年5月7日",
            "令和８年５月７日",
            "令和08年05月07日",
            "R8.5.7",
            "r8/5/7",
            "R08-05-07",
            "R080507",
            "Ｒ８．５．７",
            " 令和8年5月7日 ",
        ] {
            let read = EraDate::parse(text, Reading::Strict).map(EraDate::day);
            assert_eq!(read, Ok(day(2026, 5, 7)), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_says_why() {
        let refused = |text: &str| EraDate::parse(text, Reading::Lenient).unwrap_err();
        for text in [
            "",
            "8年5月7日",
            "令和",
            "令和8年5月",
            "R8.5.7.1",
            "2026-05-07",
            "Q8.5.7",
            "令和八年5月7日",
            "R0000008.5.7",
            "R08-0507",
        ] {
            assert_eq!(refused(text), InvalidEraDate::Form, "{text}");
        }
        for text in ["令和8年2月29日", "令和0年5月7日", "令和8年13月1日"] {
            assert_eq!(refused(text), InvalidEraDate::NoSuchDay, "{text}");
        }
        assert_eq!(refused("明治5年12月31日"), InvalidEraDate::OutOfRange);
    }

    #[test]
    fn a_day_outside_its_era_is_refused_strictly_and_mapped_leniently() {
        let actual = EraDate::of(day(2019, 5, 1)).unwrap();
        let strict = EraDate::parse("平成31年5月1日", Reading::Strict);
        assert_eq!(strict, Err(InvalidEraDate::OtherEra { actual }));
        assert_eq!(strict.unwrap_err().to_string(), "that day is 令和元年5月1日");
        assert_eq!(EraDate::parse("平成38年5月7日", Reading::Lenient).map(EraDate::day), Ok(day(2026, 5, 7)));
        assert_eq!(
            EraDate::parse("昭和100年1月1日", Reading::Lenient).map(EraDate::day),
            Ok(day(2025, 1, 1))
        );
        assert_eq!(
            EraDate::parse("令和元年4月30日", Reading::Lenient).map(|date| date.era()),
            Ok(Era::Heisei)
        );
    }

    proptest! {
        #[test]
        fn every_day_comes_back_in_text_and_in_data(days in 0_i64..80_000) {
            let date = EraDate::of(day(1873, 1, 1) + chrono::TimeDelta::days(days)).unwrap();
            prop_assert_eq!(EraDate::parse(&date.to_string(), Reading::Strict), Ok(date));
            prop_assert_eq!(EraDate::parse(&date.to_data(), Reading::Strict), Ok(date));
        }
    }
}
