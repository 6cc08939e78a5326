//! The golden vectors of the domain, and what holds for every period and every pause.

use proptest::prelude::*;

use super::*;
use crate::calendar::OpenDays;
use crate::period::PeriodDefect;

fn at(year: i32, month: u32, day: u32, hour: u32) -> Timestamp {
    Timestamp::from_jst(year, month, day, hour, 0).unwrap()
}

fn noon(day: &str) -> Timestamp {
    Timestamp::from_jst_local(day.parse::<NaiveDate>().unwrap().and_hms_opt(12, 0, 0).unwrap()).unwrap()
}

fn due_on(period: Period, start: Timestamp, pauses: &[Pause]) -> String {
    DueDate::of(period, start, &Calendar::standard(), pauses).unwrap().day.to_string()
}

fn business_days(length: u16, counted_from: CountedFrom) -> Period {
    Period { counted_from, holidays: Holidays::Skipped, ..Period::days(length) }
}

fn rolling(length: u16) -> Period {
    Period { roll: Roll::Forward, ..Period::days(length) }
}

#[test]
fn ten_days_without_holidays_from_the_arrival() {
    let ten = business_days(10, CountedFrom::TheDay);
    assert_eq!(due_on(ten, noon("2026-05-01"), &[]), "2026-05-19");
    assert_eq!(due_on(business_days(10, CountedFrom::TheNextDay), noon("2026-05-01"), &[]), "2026-05-20");
    // An arrival in the night of a Sunday: 7 May is the first day that counts.
    assert_eq!(due_on(ten, at(2026, 5, 3, 22), &[]), "2026-05-20");
    assert_eq!(due_on(business_days(1, CountedFrom::TheDay), at(2026, 5, 3, 22), &[]), "2026-05-07");
}

#[test]
fn days_between_holidays_and_the_turn_of_the_year_are_left_out() {
    assert_eq!(due_on(business_days(3, CountedFrom::TheDay), noon("2026-09-18"), &[]), "2026-09-25");
    assert_eq!(due_on(business_days(5, CountedFrom::TheDay), noon("2026-12-28"), &[]), "2027-01-07");
}

#[test]
fn fourteen_calendar_days_from_the_next_day_end_on_a_holiday_unless_they_roll() {
    assert_eq!(due_on(Period::days(14), noon("2026-04-20"), &[]), "2026-05-04");
    assert_eq!(due_on(rolling(14), noon("2026-04-20"), &[]), "2026-05-07");
    assert_eq!(due_on(Period { roll: Roll::Backward, ..rolling(14) }, noon("2026-04-20"), &[]), "2026-05-01");
}

#[test]
fn the_days_of_a_correction_are_left_out() {
    let pause = Pause { from: noon("2026-04-23"), until: Some(noon("2026-04-27")) };
    assert_eq!(due_on(Period::days(14), noon("2026-04-20"), &[pause]), "2026-05-08");
}

#[test]
fn thirty_calendar_days_for_long_term_care() {
    assert_eq!(due_on(Period::days(30), noon("2026-01-31"), &[]), "2026-03-02");
}

#[test]
fn what_applicants_must_do_by_a_closed_day_may_be_done_on_the_next_open_one() {
    assert_eq!(due_on(rolling(14), noon("2026-04-19"), &[]), "2026-05-07");
    assert_eq!(due_on(rolling(30), noon("2026-04-03"), &[]), "2026-05-07");
}

#[test]
fn months_end_the_day_before_the_one_that_corresponds_or_with_the_month() {
    let months = |length| Period {
        unit: PeriodUnit::Month,
        counted_from: CountedFrom::TheDay,
        ..Period::days(length)
    };
    assert_eq!(due_on(months(1), noon("2026-01-31"), &[]), "2026-02-28");
    assert_eq!(due_on(months(1), noon("2028-01-31"), &[]), "2028-02-29");
    assert_eq!(due_on(months(2), noon("2026-01-20"), &[]), "2026-03-19");
    assert_eq!(due_on(months(1), noon("2026-04-01"), &[]), "2026-04-30");
    assert_eq!(due_on(months(12), noon("2028-02-29"), &[]), "2029-02-28");
    let weeks = Period { unit: PeriodUnit::Week, ..Period::days(2) };
    assert_eq!(due_on(weeks, noon("2026-04-20"), &[]), due_on(Period::days(14), noon("2026-04-20"), &[]));
    // Weeks and months take the closed days with them: that days alone can be skipped is said by `check`.
    let skipping = Period { holidays: Holidays::Skipped, ..weeks };
    assert_eq!(due_on(skipping, noon("2026-04-20"), &[]), due_on(weeks, noon("2026-04-20"), &[]));
    let pause = Pause { from: noon("2026-02-01"), until: Some(noon("2026-02-04")) };
    assert_eq!(due_on(skipping, noon("2026-01-20"), &[pause]), "2026-02-06");
    assert_eq!(due_on(months(2), noon("2026-01-20"), &[pause]), "2026-03-22");
}

#[test]
fn what_must_be_done_before_something_is_never_due_later_for_a_holiday() {
    let before = |roll| Period { direction: Direction::Before, roll, ..Period::days(30) };
    // 30 days before works that begin on Friday 3 July: Wednesday 3 June.
    assert_eq!(due_on(before(Roll::None), noon("2026-07-03"), &[]), "2026-06-03");
    // Before Tuesday 2 June: Sunday 3 May, a holiday; the last open day before it is Friday 1 May.
    assert_eq!(due_on(before(Roll::None), noon("2026-06-02"), &[]), "2026-05-03");
    assert_eq!(due_on(before(Roll::Backward), noon("2026-06-02"), &[]), "2026-05-01");
    assert_eq!(due_on(before(Roll::Forward), noon("2026-06-02"), &[]), "2026-05-03");
    let open_pause = Pause { from: noon("2026-05-01"), until: None };
    assert_eq!(due_on(before(Roll::None), noon("2026-06-02"), &[open_pause]), "2026-05-03");
    let months =
        |length| Period { unit: PeriodUnit::Month, direction: Direction::Before, ..Period::days(length) };
    assert_eq!(due_on(months(1), noon("2026-06-30"), &[]), "2026-05-30");
    assert_eq!(due_on(months(1), noon("2026-03-31"), &[]), "2026-02-28");
    let skipped = Period { holidays: Holidays::Skipped, ..before(Roll::None) };
    assert_eq!(due_on(Period { length: 3, ..skipped }, noon("2026-05-08"), &[]), "2026-04-30");
}

#[test]
fn hours_run_day_and_night_and_do_not_roll() {
    let hours =
        |length| Period { unit: PeriodUnit::Hour, counted_from: CountedFrom::TheDay, ..Period::days(length) };
    let of = |period, pauses: &[Pause]| {
        DueDate::of(period, at(2026, 5, 2, 10), &Calendar::standard(), pauses).unwrap()
    };
    let due = of(hours(24), &[]);
    assert_eq!((due.day.to_string().as_str(), due.ends_at), ("2026-05-03", at(2026, 5, 3, 10)));
    let moved = of(Period { roll: Roll::Forward, holidays: Holidays::Skipped, ..hours(24) }, &[]);
    assert_eq!(moved.ends_at, due.ends_at);
    let pauses = [(11, 13), (12, 14), (1, 11)];
    let pauses =
        pauses.map(|(from, until)| Pause { from: at(2026, 5, 2, from), until: Some(at(2026, 5, 2, until)) });
    assert_eq!(of(hours(24), &pauses).ends_at, at(2026, 5, 3, 14));
    let afterwards = Pause { from: at(2026, 5, 3, 10), until: Some(at(2026, 5, 3, 20)) };
    assert_eq!(of(hours(24), &[afterwards]).ends_at, due.ends_at, "it was over before");
    assert_eq!(of(hours(14), &[]).day.to_string(), "2026-05-02", "midnight belongs to the day before");
    assert_eq!(of(Period { direction: Direction::Before, ..hours(48) }, &[]).ends_at, at(2026, 4, 30, 10));
}

#[test]
fn a_due_date_ends_with_its_day_and_keeps_what_it_was_computed_from() {
    let pause = Pause { from: noon("2026-04-23"), until: Some(noon("2026-04-27")) };
    let due = DueDate::of(Period::days(14), noon("2026-04-20"), &Calendar::standard(), &[pause]).unwrap();
    assert_eq!(due.ends_at, at(2026, 5, 9, 0));
    assert!(due.is_in_time(due.ends_at.saturating_add_micros(-1)) && !due.is_in_time(due.ends_at));
    let written = serde_json::to_string(&due).unwrap();
    expect_test::expect![[r#"{"day":"2026-05-08","ends_at":"2026-05-08T15:00:00Z","period":{"length":14,"unit":"Day","counted_from":"TheNextDay","holidays":"Counted"},"start":"2026-04-20T03:00:00Z","calendar":0,"pauses":[{"from":"2026-04-23T03:00:00Z","until":"2026-04-27T03:00:00Z"}]}"#]]
        .assert_eq(&written);
    assert_eq!(serde_json::from_str::<DueDate>(&written).unwrap(), due);
    assert_eq!(due.rebased(&Calendar::standard()), Some(due));
}

#[test]
fn a_calendar_that_was_amended_moves_what_is_rebased_on_it() {
    let three = business_days(3, CountedFrom::TheNextDay);
    let due = DueDate::of(three, noon("2026-05-11"), &Calendar::standard(), &[]).unwrap();
    let anniversary = "2026-05-13".parse().unwrap();
    let amended = Calendar::standard().amended(&[anniversary], &[]).unwrap();
    let rebased = due.rebased(&amended).unwrap();
    assert_eq!((due.day.to_string().as_str(), due.calendar), ("2026-05-14", 0));
    assert_eq!((rebased.day.to_string().as_str(), rebased.calendar), ("2026-05-15", 1));
}

#[test]
fn what_stands_still_is_due_on_no_day() {
    let open = Pause { from: noon("2026-04-23"), until: None };
    assert_eq!(DueDate::of(Period::days(14), noon("2026-04-20"), &Calendar::standard(), &[open]), None);
}

#[test]
fn a_period_that_makes_no_sense_says_why() {
    let hours = Period { unit: PeriodUnit::Hour, counted_from: CountedFrom::TheDay, ..Period::days(48) };
    let week = Period { unit: PeriodUnit::Week, ..Period::days(2) };
    let before = Period { direction: Direction::Before, ..Period::days(30) };
    assert_eq!(Period::days(0).check(), Err(PeriodDefect::Empty));
    assert_eq!(Period { holidays: Holidays::Skipped, ..week }.check(), Err(PeriodDefect::HolidaysSkipped));
    assert_eq!(
        Period { counted_from: CountedFrom::TheNextDay, ..hours }.check(),
        Err(PeriodDefect::HoursFromTheNextDay)
    );
    assert_eq!(Period { roll: Roll::Forward, ..hours }.check(), Err(PeriodDefect::HoursRolled));
    assert_eq!(Period { roll: Roll::Forward, ..before }.check(), Err(PeriodDefect::Shortened));
    for right in [hours, week, before, rolling(14), Period { roll: Roll::Backward, ..before }] {
        assert_eq!(right.check(), Ok(()));
    }
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..30_000).prop_map(|days| NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + Days::new(days))
}

fn any_period() -> impl Strategy<Value = Period> {
    let unit = prop_oneof![Just(PeriodUnit::Day), Just(PeriodUnit::Week), Just(PeriodUnit::Month)];
    let from = prop_oneof![Just(CountedFrom::TheDay), Just(CountedFrom::TheNextDay)];
    let holidays = prop_oneof![Just(Holidays::Counted), Just(Holidays::Skipped)];
    (1_u16..90, unit, from, holidays).prop_map(|(length, unit, counted_from, holidays)| Period {
        unit,
        counted_from,
        holidays: if unit == PeriodUnit::Day { holidays } else { Holidays::Counted },
        ..Period::days(length)
    })
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let days = (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(weekend, national, year_end)| {
        let standard = OpenDays::standard();
        OpenDays {
            closed_weekdays: if weekend { standard.closed_weekdays } else { vec![chrono::Weekday::Mon] },
            national_holidays_closed: national,
            year_end: standard.year_end.filter(|_| year_end),
        }
    });
    let exceptions = prop::collection::btree_map(any_day(), any::<bool>(), 1..40);
    (days, exceptions).prop_map(|(days, exceptions)| {
        let of =
            |kind| exceptions.iter().filter(move |one| *one.1 == kind).map(|one| *one.0).collect::<Vec<_>>();
        Calendar::new(1, days).unwrap().amended(&of(true), &of(false)).unwrap()
    })
}

/// Pauses as days after the start and lengths: they may overlap, touch, lie before the start or beyond the end.
fn pauses_of(start: NaiveDate, spans: &[(i64, i64)]) -> Vec<Pause> {
    let at = |days: i64| Timestamp::from_jst_local((start + TimeDelta::days(days)).and_hms_opt(9, 30, 0)?);
    let pause =
        |&(after, lasts): &(i64, i64)| Some(Pause { from: at(after)?, until: Some(at(after + lasts)?) });
    spans.iter().map(|span| pause(span).unwrap()).collect()
}

fn counted_days(
    period: Period,
    calendar: &Calendar,
    from: NaiveDate,
    until: NaiveDate,
    left_out: &[Pause],
) -> usize {
    let counts = |day: NaiveDate| {
        let open = period.holidays == Holidays::Counted || calendar.is_open(day);
        let stands_still =
            |pause: &Pause| day > pause.from.date_jst() && day <= pause.until.unwrap().date_jst();
        open && !left_out.iter().any(stands_still)
    };
    from.iter_days().take_while(|day| *day <= until).filter(|day| counts(*day)).count()
}

proptest! {
    /// The rule of the domain: whatever the pauses, as many days count as without any. A pause of k counted days moves
    /// the due date by k counted days, and pauses that overlap are not counted twice.
    #[test]
    fn a_pause_of_k_counted_days_moves_the_due_date_by_k_counted_days(
        period in any_period(),
        calendar in any_calendar(),
        start in any_day(),
        spans in prop::collection::vec((-5_i64..60, 0_i64..30), 0..5),
    ) {
        let at = noon(&start.to_string());
        let pauses = pauses_of(start, &spans);
        let first = if period.counted_from == CountedFrom::TheDay { start } else { start + Days::new(1) };
        let plain = DueDate::of(period, at, &calendar, &[]).unwrap();
        let moved = DueDate::of(period, at, &calendar, &pauses).unwrap();
        let without = counted_days(period, &calendar, first, plain.day, &[]);
        let with = counted_days(period, &calendar, first, moved.day, &pauses);
        prop_assert_eq!(without, with);
        // And it ends as soon as they have passed.
        if moved.day != plain.day {
            let sooner = moved.day.pred_opt().unwrap();
            prop_assert_eq!(counted_days(period, &calendar, first, sooner, &pauses), with - 1);
        }
        let lost = counted_days(period, &calendar, first, moved.day, &[]) - with;
        prop_assert_eq!(lost, counted_days(period, &calendar, first, moved.day, &[]) - without);
    }

    #[test]
    fn the_order_and_the_splitting_of_pauses_do_not_matter(
        period in any_period(),
        start in any_day(),
        spans in prop::collection::vec((-5_i64..60, 0_i64..30), 1..5),
        cut in 0_i64..30,
    ) {
        let calendar = Calendar::standard();
        let at = noon(&start.to_string());
        let of = |spans: &[(i64, i64)]| DueDate::of(period, at, &calendar, &pauses_of(start, spans)).unwrap().day;
        let whole = of(&spans);
        let mut split: Vec<_> = spans.iter().rev().copied().collect();
        let (from, lasts) = split[0];
        let cut = cut.min(lasts);
        split[0] = (from, cut);
        split.push((from + cut, lasts - cut));
        prop_assert_eq!(of(&split), whole);
    }

    #[test]
    fn a_due_date_that_rolls_is_open_and_the_nearest_such_day(
        period in any_period(),
        calendar in any_calendar(),
        start in any_day(),
    ) {
        let at = noon(&start.to_string());
        let of = |roll| DueDate::of(Period { roll, ..period }, at, &calendar, &[]).unwrap().day;
        let (stays, forward, backward) = (of(Roll::None), of(Roll::Forward), of(Roll::Backward));
        prop_assert!(backward <= stays && stays <= forward);
        prop_assert!(calendar.is_open(forward) && calendar.is_open(backward));
        let between = backward.iter_days().skip(1).take_while(|day| *day < forward);
        let nearer: Vec<NaiveDate> = between.filter(|day| calendar.is_open(*day) && *day != stays).collect();
        prop_assert_eq!(nearer, vec![]);
        prop_assert_eq!(calendar.is_open(stays), forward == stays && backward == stays);
    }

    #[test]
    fn a_longer_period_never_ends_sooner(period in any_period(), start in any_day(), more in 1_u16..9) {
        let of = |length| {
            let at = noon(&start.to_string());
            DueDate::of(Period { length, ..period }, at, &Calendar::standard(), &[]).unwrap().day
        };
        prop_assert!(of(period.length) < of(period.length + more));
    }
}
