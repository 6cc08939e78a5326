//! The national holidays of Japan (国民の祝日に関する法律) by rule: every day since the law, as far as law is known.

use chrono::{Datelike, NaiveDate, Weekday};

/// Why a day is a holiday for the whole country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NationalHoliday {
    /// 元日
    NewYearsDay,
    /// 成人の日
    ComingOfAgeDay,
    /// 建国記念の日
    FoundationDay,
    /// 天皇誕生日
    EmperorsBirthday,
    /// 春分の日
    VernalEquinoxDay,
    /// みどりの日
    GreeneryDay,
    /// 昭和の日
    ShowaDay,
    /// 憲法記念日
    ConstitutionDay,
    /// こどもの日
    ChildrensDay,
    /// 海の日
    MarineDay,
    /// 山の日
    MountainDay,
    /// 敬老の日
    RespectForTheAgedDay,
    /// 秋分の日
    AutumnalEquinoxDay,
    /// 体育の日, the name of スポーツの日 before 2020
    HealthAndSportsDay,
    /// スポーツの日
    SportsDay,
    /// 文化の日
    CultureDay,
    /// 勤労感謝の日
    LabourThanksgivingDay,
    /// A wedding, an accession or a funeral of the imperial house, by a law of its own.
    ImperialHouse,
    /// 振替休日: a holiday fell on a Sunday.
    Substitute,
    /// 国民の休日: the day before and the day after are holidays.
    Between,
}

impl NationalHoliday {
    /// Its name in the law, or the usual one where the law has none.
    pub fn name(self) -> &'static str {
        match self {
            Self::NewYearsDay => "元日",
            Self::ComingOfAgeDay => "成人の日",
            Self::FoundationDay => "建国記念の日",
            Self::EmperorsBirthday => "天皇誕生日",
            Self::VernalEquinoxDay => "春分の日",
            Self::GreeneryDay => "みどりの日",
            Self::ShowaDay => "昭和の日",
            Self::ConstitutionDay => "憲法記念日",
            Self::ChildrensDay => "こどもの日",
            Self::MarineDay => "海の日",
            Self::MountainDay => "山の日",
            Self::RespectForTheAgedDay => "敬老の日",
            Self::AutumnalEquinoxDay => "秋分の日",
            Self::HealthAndSportsDay => "体育の日",
            Self::SportsDay => "スポーツの日",
            Self::CultureDay => "文化の日",
            Self::LabourThanksgivingDay => "勤労感謝の日",
            Self::ImperialHouse => "皇室の行事による休日",
            Self::Substitute => "振替休日",
            Self::Between => "国民の休日",
        }
    }

    /// The national holiday on a day, by the law in force then.
    ///
    /// The days of the equinoxes are computed. The official ones are announced in February of the year before by the
    /// National Astronomical Observatory; should one differ, an amended calendar says so. A law to come does so, too.
    ///
    /// # Source
    /// 国民の祝日に関する法律 (昭和23年法律178号) with its amendments of 1966, 1973, 1985, 1989, 1995, 1998, 2001, 2005, 2014, 2017, 2018
    /// and the laws for single years
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use shinsei_core::calendar::national::NationalHoliday;
    /// let day = NaiveDate::from_ymd_opt(2026, 9, 22).ok_or("no such day")?;
    /// assert_eq!(NationalHoliday::on(day), Some(NationalHoliday::Between));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn on(day: NaiveDate) -> Option<Self> {
        named(day).or_else(|| {
            // Either follows a holiday that the law names, which most days do not.
            day.pred_opt().and_then(named)?;
            substitute(day).or_else(|| between(day))
        })
    }
}

/// A holiday in the years in which the law has it there.
struct Rule {
    holiday: NationalHoliday,
    since: i32,
    until: i32,
    on: On,
}

/// Where in its month a holiday lies.
enum On {
    Day(u32),
    /// The n-th Monday.
    Monday(u32),
    VernalEquinox,
    AutumnalEquinox,
}

const fn rule(holiday: NationalHoliday, years: (i32, i32), on: On) -> Rule {
    Rule { holiday, since: years.0, until: years.1, on }
}

/// No end is known.
const OPEN: i32 = i32::MAX;

/// Every holiday of the law with a name, month by month. In 2020 and 2021 three were moved for the Games of Tokyo.
///
/// 2019 has no emperor's birthday: between 23 February and 23 December the reign changed.
const RULES: [&[Rule]; 12] = {
    use NationalHoliday as N;
    use On::{AutumnalEquinox, Day, Monday, VernalEquinox};
    [
        &[
            rule(N::NewYearsDay, (1949, OPEN), Day(1)),
            rule(N::ComingOfAgeDay, (1949, 1999), Day(15)),
            rule(N::ComingOfAgeDay, (2000, OPEN), Monday(2)),
        ],
        &[
            rule(N::FoundationDay, (1967, OPEN), Day(11)),
            rule(N::EmperorsBirthday, (2020, OPEN), Day(23)),
            rule(N::ImperialHouse, (1989, 1989), Day(24)), // 大喪の礼
        ],
        &[rule(N::VernalEquinoxDay, (1949, OPEN), VernalEquinox)],
        &[
            rule(N::ImperialHouse, (1959, 1959), Day(10)), // 結婚の儀
            rule(N::EmperorsBirthday, (1949, 1988), Day(29)),
            rule(N::GreeneryDay, (1989, 2006), Day(29)),
            rule(N::ShowaDay, (2007, OPEN), Day(29)),
        ],
        &[
            rule(N::ImperialHouse, (2019, 2019), Day(1)), // 即位の日
            rule(N::ConstitutionDay, (1949, OPEN), Day(3)),
            rule(N::GreeneryDay, (2007, OPEN), Day(4)),
            rule(N::ChildrensDay, (1949, OPEN), Day(5)),
        ],
        &[
            rule(N::ImperialHouse, (1993, 1993), Day(9)), // 結婚の儀
        ],
        &[
            rule(N::MarineDay, (1996, 2002), Day(20)),
            rule(N::MarineDay, (2003, 2019), Monday(3)),
            rule(N::MarineDay, (2020, 2020), Day(23)),
            rule(N::SportsDay, (2020, 2020), Day(24)),
            rule(N::MarineDay, (2021, 2021), Day(22)),
            rule(N::SportsDay, (2021, 2021), Day(23)),
            rule(N::MarineDay, (2022, OPEN), Monday(3)),
        ],
        &[
            rule(N::MountainDay, (2016, 2019), Day(11)),
            rule(N::MountainDay, (2020, 2020), Day(10)),
            rule(N::MountainDay, (2021, 2021), Day(8)),
            rule(N::MountainDay, (2022, OPEN), Day(11)),
        ],
        &[
            rule(N::RespectForTheAgedDay, (1966, 2002), Day(15)),
            rule(N::RespectForTheAgedDay, (2003, OPEN), Monday(3)),
            rule(N::AutumnalEquinoxDay, (1948, OPEN), AutumnalEquinox),
        ],
        &[
            rule(N::HealthAndSportsDay, (1966, 1999), Day(10)),
            rule(N::HealthAndSportsDay, (2000, 2019), Monday(2)),
            rule(N::ImperialHouse, (2019, 2019), Day(22)), // 即位礼正殿の儀
            rule(N::SportsDay, (2022, OPEN), Monday(2)),
        ],
        &[
            rule(N::CultureDay, (1948, OPEN), Day(3)),
            rule(N::ImperialHouse, (1990, 1990), Day(12)), // 即位礼正殿の儀
            rule(N::LabourThanksgivingDay, (1948, OPEN), Day(23)),
        ],
        &[rule(N::EmperorsBirthday, (1989, 2018), Day(23))],
    ]
};

/// The holiday that the law names for a day.
fn named(day: NaiveDate) -> Option<NationalHoliday> {
    let year = day.year();
    let rules = usize::try_from(day.month0()).ok().and_then(|month| RULES.get(month))?;
    let mut rules = rules.iter().filter(|rule| (rule.since..=rule.until).contains(&year));
    rules.find(|rule| rule.on.is(day)).map(|rule| rule.holiday)
}

impl On {
    fn is(&self, day: NaiveDate) -> bool {
        match self {
            Self::Day(of_month) => day.day() == *of_month,
            Self::Monday(nth) => day.weekday() == Weekday::Mon && day.day0() / 7 + 1 == *nth,
            Self::VernalEquinox => {
                i64::from(day.day()) == equinox(day.year(), [20_835_700, 20_843_100, 21_851_000])
            }
            Self::AutumnalEquinox => {
                i64::from(day.day()) == equinox(day.year(), [23_258_800, 23_248_800, 24_248_800])
            }
        }
    }
}

/// The day of the month of an equinox, from its day in 1980 in millionths by the constants of three spans of years:
/// up to 1979, up to 2099, and since.
///
/// Source: 新こよみ便利帳 (恒星社厚生閣, 1991): good from 1851 to 2150, here from 1948. What comes after 2150 is a guess.
fn equinox(year: i32, in_1980: [i64; 3]) -> i64 {
    /// By how much the equinox comes later each year of 365 days, in millionths of a day.
    const YEARLY: i64 = 242_194;
    let (begins, leap_from) = match year {
        ..1980 => (in_1980[0], 1983),
        1980..2100 => (in_1980[1], 1980),
        2100.. => (in_1980[2], 1980),
    };
    let years = i64::from(year) - 1980;
    (begins + YEARLY * years).div_euclid(1_000_000) - (i64::from(year) - leap_from) / 4
}

/// 振替休日. Up to 2006 the Monday after a holiday on a Sunday; since 2007 the next day that no holiday has by name.
fn substitute(day: NaiveDate) -> Option<NationalHoliday> {
    let since = NaiveDate::from_ymd_opt(1973, 4, 12)?;
    let mut before = day.pred_opt().filter(|_| day > since)?;
    while named(before).is_some() {
        if before.weekday() == Weekday::Sun {
            return Some(NationalHoliday::Substitute);
        }
        before = before.pred_opt().filter(|_| day.year() >= 2007)?;
    }
    None
}

/// 国民の休日. Up to 2006 not on a Sunday.
fn between(day: NaiveDate) -> Option<NationalHoliday> {
    let since = NaiveDate::from_ymd_opt(1985, 12, 27)?;
    let lies_between = day > since
        && (day.year() >= 2007 || day.weekday() != Weekday::Sun)
        && named(day.pred_opt()?).is_some()
        && named(day.succ_opt()?).is_some();
    lies_between.then_some(NationalHoliday::Between)
}
