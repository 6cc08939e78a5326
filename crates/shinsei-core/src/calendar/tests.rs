//! National holidays of every year whose law is known, and calendars of a city.

use std::collections::BTreeMap;

use chrono::Weekday;

use super::national::NationalHoliday;
use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The holidays of a year as `1/1 元日`.
fn of_year(year: i32) -> Vec<String> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    let days = first.iter_days().take_while(|day| day.year() == year);
    let named = days.filter_map(|day| Some((day, NationalHoliday::on(day)?)));
    named.map(|(day, holiday)| format!("{}/{} {}", day.month(), day.day(), holiday.name())).collect()
}

#[track_caller]
fn check(year: i32, expected: &str) {
    assert_eq!(of_year(year).join(", "), expected, "{year}");
}

#[test]
fn the_law_begins_in_july_1948() {
    check(1947, "");
    check(1948, "9/23 秋分の日, 11/3 文化の日, 11/23 勤労感謝の日");
    check(
        1949,
        "1/1 元日, 1/15 成人の日, 3/21 春分の日, 4/29 天皇誕生日, 5/3 憲法記念日, 5/5 こどもの日, 9/23 秋分の日, 11/3 文化の日, \
         11/23 勤労感謝の日",
    );
}

#[test]
fn substitutes_begin_in_april_1973() {
    check(
        1973,
        "1/1 元日, 1/15 成人の日, 2/11 建国記念の日, 3/21 春分の日, 4/29 天皇誕生日, 4/30 振替休日, 5/3 憲法記念日, 5/5 こどもの日, \
         9/15 敬老の日, 9/23 秋分の日, 9/24 振替休日, 10/10 体育の日, 11/3 文化の日, 11/23 勤労感謝の日",
    );
}

#[test]
fn days_between_holidays_begin_in_1986_and_were_none_on_sundays_and_mondays_after_one() {
    assert_eq!(NationalHoliday::on(day("1985-05-04")), None);
    assert_eq!(NationalHoliday::on(day("1986-05-04")), None, "a Sunday");
    assert_eq!(NationalHoliday::on(day("1987-05-04")), Some(NationalHoliday::Substitute));
    assert_eq!(NationalHoliday::on(day("1988-05-04")), Some(NationalHoliday::Between));
}

#[test]
fn the_years_of_the_imperial_house() {
    check(
        1989,
        "1/1 元日, 1/2 振替休日, 1/15 成人の日, 1/16 振替休日, 2/11 建国記念の日, 2/24 皇室の行事による休日, 3/21 春分の日, \
         4/29 みどりの日, 5/3 憲法記念日, 5/4 国民の休日, 5/5 こどもの日, 9/15 敬老の日, 9/23 秋分の日, 10/10 体育の日, 11/3 文化の日, \
         11/23 勤労感謝の日, 12/23 天皇誕生日",
    );
    for (one, weekday) in
        [("1959-04-10", Weekday::Fri), ("1990-11-12", Weekday::Mon), ("1993-06-09", Weekday::Wed)]
    {
        let one = day(one);
        assert_eq!(
            (NationalHoliday::on(one), one.weekday()),
            (Some(NationalHoliday::ImperialHouse), weekday)
        );
    }
}

#[test]
fn the_accession_of_2019_makes_ten_days_and_the_games_of_2020_and_2021_move_three() {
    check(
        2019,
        "1/1 元日, 1/14 成人の日, 2/11 建国記念の日, 3/21 春分の日, 4/29 昭和の日, 4/30 国民の休日, 5/1 皇室の行事による休日, \
         5/2 国民の休日, 5/3 憲法記念日, 5/4 みどりの日, 5/5 こどもの日, 5/6 振替休日, 7/15 海の日, 8/11 山の日, 8/12 振替休日, \
         9/16 敬老の日, 9/23 秋分の日, 10/14 体育の日, 10/22 皇室の行事による休日, 11/3 文化の日, 11/4 振替休日, 11/23 勤労感謝の日",
    );
    check(
        2020,
        "1/1 元日, 1/13 成人の日, 2/11 建国記念の日, 2/23 天皇誕生日, 2/24 振替休日, 3/20 春分の日, 4/29 昭和の日, 5/3 憲法記念日, \
         5/4 みどりの日, 5/5 こどもの日, 5/6 振替休日, 7/23 海の日, 7/24 スポーツの日, 8/10 山の日, 9/21 敬老の日, 9/22 秋分の日, \
         11/3 文化の日, 11/23 勤労感謝の日",
    );
    check(
        2021,
        "1/1 元日, 1/11 成人の日, 2/11 建国記念の日, 2/23 天皇誕生日, 3/20 春分の日, 4/29 昭和の日, 5/3 憲法記念日, 5/4 みどりの日, \
         5/5 こどもの日, 7/22 海の日, 7/23 スポーツの日, 8/8 山の日, 8/9 振替休日, 9/20 敬老の日, 9/23 秋分の日, 11/3 文化の日, \
         11/23 勤労感謝の日",
    );
}

#[test]
fn a_year_with_a_substitute_behind_three_holidays_and_a_day_between_two() {
    check(
        2026,
        "1/1 元日, 1/12 成人の日, 2/11 建国記念の日, 2/23 天皇誕生日, 3/20 春分の日, 4/29 昭和の日, 5/3 憲法記念日, 5/4 みどりの日, \
         5/5 こどもの日, 5/6 振替休日, 7/20 海の日, 8/11 山の日, 9/21 敬老の日, 9/22 国民の休日, 9/23 秋分の日, 10/12 スポーツの日, \
         11/3 文化の日, 11/23 勤労感謝の日",
    );
}

/// How often each is met from 1948 to 2099, and the digest of all their days, one a line as `2026/9/22`.
///
/// The same digest is that of the days in 0.109 of `holidays`, a Python library whose rules were written by others.
#[test]
fn no_holiday_of_one_and_a_half_centuries_moves_unseen() {
    let mut kinds = BTreeMap::new();
    let mut listed = String::new();
    for year in 1948..=2099 {
        for line in of_year(year) {
            listed += &format!("{year}/{}\n", line.split_once(' ').unwrap().0);
            *kinds.entry(line.split_once(' ').unwrap().1.to_owned()).or_insert(0) += 1;
        }
    }
    expect_test::expect![[r#"
        {
            "こどもの日": 151,
            "みどりの日": 111,
            "スポーツの日": 80,
            "体育の日": 54,
            "元日": 151,
            "勤労感謝の日": 152,
            "国民の休日": 31,
            "天皇誕生日": 150,
            "山の日": 84,
            "建国記念の日": 133,
            "憲法記念日": 151,
            "成人の日": 151,
            "振替休日": 220,
            "敬老の日": 134,
            "文化の日": 152,
            "春分の日": 151,
            "昭和の日": 93,
            "海の日": 104,
            "皇室の行事による休日": 6,
            "秋分の日": 152,
        }"#]]
    .assert_eq(&format!("{kinds:#?}"));
    let digest = <sha2::Sha256 as sha2::Digest>::digest(listed.as_bytes());
    expect_test::expect!["43393deb94dcef93062d5316d552a3eb89b86c623258e1435eccefe6d27a6d01"]
        .assert_eq(&crate::bytes::hex(&digest));
}

#[test]
fn a_city_closes_and_opens_single_days_and_the_last_word_counts() {
    let standard = Calendar::standard();
    let (anniversary, sunday) = (day("2026-08-03"), day("2026-03-29"));
    let amended = standard.amended(&[anniversary], &[sunday]).unwrap();
    let open = |calendar: &Calendar| [anniversary, sunday].map(|day| calendar.is_open(day));
    assert_eq!((open(&standard), open(&amended)), ([true, false], [false, true]));
    let undone = amended.amended(&[sunday], &[anniversary]).unwrap();
    assert_eq!((open(&undone), undone.version()), ([true, false], 2));
    assert_eq!(amended.open_from(day("2026-08-01")), day("2026-08-04"));
    assert_eq!(amended.open_until(day("2026-03-29")), sunday);
}

#[test]
fn the_turn_of_the_year_is_closed_from_its_first_to_its_last_day() {
    let calendar = Calendar::standard();
    let closed: Vec<u32> = (21..=31)
        .filter(|date| !calendar.is_open(NaiveDate::from_ymd_opt(2026, 12, *date).unwrap()))
        .collect();
    assert_eq!(closed, [26, 27, 29, 30, 31]);
    assert_eq!(calendar.open_from(day("2026-12-29")), day("2027-01-04"));
    // 3 January 2025 was a Friday.
    assert_eq!(calendar.open_from(day("2024-12-28")), day("2025-01-06"));
}

#[test]
fn a_city_may_be_open_on_national_holidays() {
    let days = OpenDays { national_holidays_closed: false, ..OpenDays::standard() };
    let holiday = day("2026-05-04");
    let open = |calendar: Calendar| calendar.is_open(holiday);
    assert_eq!([open(Calendar::new(1, days).unwrap()), open(Calendar::standard())], [true, false]);
}

#[test]
fn what_is_no_calendar_says_why() {
    let all = (0..7).map(|n| Weekday::try_from(n).unwrap()).collect();
    let shut = OpenDays { closed_weekdays: all, ..OpenDays::standard() };
    assert_eq!(Calendar::new(1, shut), Err(CalendarDefect::AlwaysClosed));
    let end = YearEnd { from_december: 29, until_january: 32 };
    let long = OpenDays { year_end: Some(end), ..OpenDays::standard() };
    assert_eq!(Calendar::new(1, long), Err(CalendarDefect::YearEndOutOfRange));
    let one = day("2026-05-07");
    let standard = Calendar::standard();
    assert_eq!(standard.amended(&[one], &[one]), Err(CalendarDefect::ClosedAndOpen { day: one }));
    assert_eq!(standard.amended(&[], &[]), Err(CalendarDefect::NothingAmended));
    let years: Vec<NaiveDate> = one.iter_days().take(EXCEPTIONS_MAX + 1).collect();
    assert_eq!(standard.amended(&years, &[]), Err(CalendarDefect::TooManyExceptions));
    assert!(standard.amended(&years[1..], &[]).is_ok());
}
