//! 受付の時期: what comes too early is told when it will be taken, what comes too late has arrived and says so.

use chrono::NaiveDate;
use expect_test::expect;
use proptest::prelude::*;
use shinsei_conformance::life::{Life, form};
use shinsei_core::calendar::Calendar;
use shinsei_core::command::{Command, Paper, Submit, SubmittedForm};
use shinsei_core::event::{Event, PaperChannel};
use shinsei_core::period::{Direction, Period, PeriodUnit, Roll};
use shinsei_core::procedure::Procedure;
use shinsei_core::procedure::filing::{Filing, FilingTime, InTime, LateArrival, LateFiling, MonthDay};
use shinsei_core::procedure::stream::IntakePeriod;
use shinsei_core::rejection::Rejection;
use shinsei_core::time::{Timestamp, Window};

use crate::kit::{check, sample};

/// The sample's procedure of a code, and when it may be applied for.
fn row(id: &str) -> (Procedure, Filing) {
    let procedure = sample(id);
    let filing = procedure.terms.filing.clone().unwrap();
    (procedure, filing)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn starts(text: &str) -> Timestamp {
    Timestamp::start_of_day(day(text)).unwrap()
}

fn judged(filing: &Filing, at: Timestamp, stated: Option<&str>) -> Result<InTime, Rejection> {
    filing.judge(at, &[], &Calendar::standard(), stated.map(day))
}

/// The last day on which something is in time, seen from both sides of its midnight.
#[track_caller]
fn ends_with(filing: &Filing, stated: Option<&str>, last: &str) {
    let over = Timestamp::end_of(day(last));
    let in_time = judged(filing, over.saturating_add_micros(-1), stated).unwrap();
    assert_eq!((in_time.late, in_time.holds.until), (None, Some(over)));
    assert!(judged(filing, over, stated).unwrap().is_late());
}

#[test]
fn the_golden_vectors_of_applicants_deadlines_are_the_days_on_which_they_end() {
    // DOMAIN 9: both last days are Sundays in a row of holidays.
    ends_with(&row("JI-005").1, Some("2026-04-19"), "2026-05-07");
    ends_with(&row("DO-006").1, Some("2026-04-03"), "2026-05-07");
    // 30 days before works begin, that day not counted, and not later for a holiday.
    ends_with(&row("KE-007").1, Some("2026-06-02"), "2026-05-03");
    ends_with(&row("HO-006").1, Some("2026-05-21"), "2026-05-07");
    ends_with(&row("JI-003").1, None, "2025-04-16");
    // 31 August 2025 was a Sunday.
    ends_with(&row("JI-007").1, None, "2025-09-01");
}

#[test]
fn what_has_not_happened_yet_is_too_early() {
    let filing = row("DO-006").1;
    let opens = Rejection::OutsideIntake { opens_at: Some(starts("2026-05-08")) };
    let before = starts("2026-05-08").saturating_add_micros(-1);
    assert_eq!(judged(&filing, before, Some("2026-05-08")), Err(opens));
    assert!(judged(&filing, starts("2026-05-08"), Some("2026-05-08")).is_ok());
    // What is to be done before something is never too early.
    assert!(judged(&row("KE-007").1, before, Some("2027-05-08")).is_ok());
}

#[test]
fn between_two_years_what_is_filed_is_late_for_the_year_before() {
    let filing = row("JI-007").1;
    let late = judged(&filing, starts("2026-07-31"), None).unwrap();
    let since = starts("2025-09-02");
    let holds = Window::between(since, starts("2026-08-01"));
    assert_eq!(late, InTime { holds, late: Some(LateArrival { since: Some(since) }) });
    assert_eq!(judged(&filing, starts("2026-08-01"), None).unwrap().late, None);
    // Over the turn of the year.
    let [from, until] = [(12, 1), (1, 31)].map(|(month, day)| MonthDay { month, day });
    let winter = Filing { time: FilingTime::Yearly { from, until, roll: Roll::None }, ..filing };
    ends_with(&winter, None, "2027-01-31");
    let holds = Window::between(starts("2026-12-01"), starts("2027-02-01"));
    assert_eq!(judged(&winter, starts("2027-01-01"), None), Ok(InTime { holds, late: None }));
}

#[test]
fn a_call_that_takes_nothing_late_says_when_it_opens_and_when_it_will_again() {
    let (from, until) = (MonthDay { month: 4, day: 1 }, MonthDay { month: 5, day: 31 });
    let time = FilingTime::Yearly { from, until, roll: Roll::Forward };
    let call = Filing { time, late: LateFiling::Refused, late_effect: None };
    let opens = |at| Err(Rejection::OutsideIntake { opens_at: Some(starts(at)) });
    assert_eq!(judged(&call, starts("2026-03-31"), None), opens("2026-04-01"));
    // 31 May 2026 is a Sunday.
    assert!(judged(&call, starts("2026-06-02").saturating_add_micros(-1), None).is_ok());
    assert_eq!(judged(&call, starts("2026-06-02"), None), opens("2027-04-01"));
}

/// 2 October 2027 is a Saturday: the open day before it comes before the first day.
#[test]
fn a_call_of_one_day_is_not_closed_on_the_day_on_which_it_says_that_it_opens() {
    let day = MonthDay { month: 10, day: 2 };
    let time = FilingTime::Yearly { from: day, until: day, roll: Roll::Backward };
    let call = Filing { time, late: LateFiling::Refused, late_effect: None };
    let opens = Rejection::OutsideIntake { opens_at: Some(starts("2027-10-02")) };
    assert_eq!(judged(&call, starts("2026-10-03"), None), Err(opens));
    let holds = Window::between(starts("2027-10-02"), starts("2027-10-03"));
    assert_eq!(judged(&call, starts("2027-10-02"), None), Ok(InTime { holds, late: None }));
}

#[test]
fn what_is_announced_governs_and_nothing_is_taken_before_it_is() {
    let filing = row("ZE-007").1;
    let at = |text| starts(text);
    let nothing = filing.judge(at("2026-05-07"), &[], &Calendar::standard(), None);
    assert_eq!(nothing, Err(Rejection::OutsideIntake { opens_at: None }));
    let announced = [IntakePeriod { from: at("2026-04-10"), until: at("2026-06-02") }];
    let judge = |filing: &Filing, text| filing.judge(at(text), &announced, &Calendar::standard(), None);
    assert_eq!(
        judge(&filing, "2026-04-09"),
        Err(Rejection::OutsideIntake { opens_at: Some(at("2026-04-10")) })
    );
    assert_eq!(judge(&filing, "2026-04-10").unwrap().late, None);
    let late = Some(LateArrival { since: Some(at("2026-06-02")) });
    assert_eq!(judge(&filing, "2026-06-02").unwrap().late, late);
    // What is announced this year takes the place of what the edition says of every year.
    assert_eq!(judge(&row("JI-007").1, "2026-05-01").unwrap().late, None);
}

#[test]
fn what_is_announced_tells_of_nobody_and_says_since_when_it_is_late() {
    let (_, counted) = row("DO-006");
    let announced = [IntakePeriod { from: starts("2026-04-01"), until: starts("2026-05-01") }];
    let late = |announced: &[IntakePeriod]| {
        let judged =
            counted.judge(starts("2026-05-07"), announced, &Calendar::standard(), Some(day("2026-03-01")));
        judged.unwrap().late
    };
    assert_eq!(late(&announced), Some(LateArrival { since: Some(starts("2026-05-01")) }));
    assert_eq!(late(&[]), Some(LateArrival { since: None }), "the day of a death speaks of a person");
}

#[test]
fn a_last_day_may_be_the_open_one_before() {
    // 3 May 2026 is a Sunday in a row of holidays, and the 2nd a Saturday.
    let until = day("2026-05-03");
    let time = FilingTime::Once { from: None, until, roll: Roll::Backward };
    ends_with(&Filing { time, late: LateFiling::Received, late_effect: None }, None, "2026-05-01");
}

fn submit_saying(life: &Life, answers: &str) -> Command {
    let content = form(&life.procedure().clone(), life.applicant_id(), 1, "{}");
    let text = String::from_utf8(content).unwrap().replace(r#"{"死亡日":"令和8年5月7日"}"#, answers);
    let form = SubmittedForm::Unsigned(text.as_str().into());
    Command::Submit(Submit { form, ..life.submission() })
}

#[test]
fn a_late_filing_has_arrived_and_its_event_says_nothing_of_the_day_that_the_form_states() {
    let life = Life::of(row("DO-006").0);
    let late = submit_saying(&life, r#"{"死亡日":"令和8年4月1日"}"#);
    check(
        life.clone(),
        life.applicant(),
        late,
        expect![[r#"
        Submitted {"applicant":"00000000-0000-0000-0000-00000000005a","contact":"document contact","edition":1,"form":{"Unsigned":"document form"},"late":{},"procedure":"DO-006","quantity":1,"terms":"those of the procedure"}
        ReceiptIssued numbered from receipt-R08
        keep form: {"procedure":"DO-006","applicant":"00000000-0000-0000-0000-00000000005a","quantity":1,"answers":{"死亡日":"令和8年4月1日"}}
        keep contact: hanako.kono@example.jp
        schedule receipt-notice at once in Notice: receipt-notice
        holds from 2026-05-07 04:00 until 2026-05-08 03:00
    "#]],
    );
}

#[test]
fn a_form_that_does_not_state_the_day_is_told_what_to_fill_in() {
    let life = Life::of(row("DO-006").0);
    for answers in ["{}", r#"{"死亡日":"先月"}"#] {
        check(
            life.clone(),
            life.applicant(),
            submit_saying(&life, answers),
            expect![[r#"
                refused: FilingDayNotStated { field: "死亡日" }
                「死亡日」に日付を入力してください(例: 令和8年5月7日)。
            "#]],
        );
    }
}

#[test]
fn paper_is_never_sent_back_and_says_that_it_is_late_where_the_calendar_tells() {
    let arrived = |id: &str, at: &str| {
        let mut life = Life::of(row(id).0);
        let paper = Paper {
            procedure: life.procedure().id.clone(),
            applicant: life.applicant_id(),
            quantity: 1,
            form: "写し".into(),
            contact: "函館市架空町1番".into(),
            attachments: vec![],
            channel: PaperChannel::Post,
            arrived_at: starts(at),
        };
        let step = shinsei_conformance::life::Step::new(life.clerk(), Command::RecordPaperArrival(paper));
        life.ask(&step).unwrap();
        life.state().arrival().unwrap().late
    };
    assert_eq!(arrived("JI-003", "2025-04-16"), None);
    assert_eq!(arrived("JI-003", "2025-04-17"), Some(LateArrival { since: Some(starts("2025-04-17")) }));
    // Nothing was announced; and the day stands on the paper alone.
    assert_eq!([arrived("ZE-007", "2026-04-01"), arrived("DO-006", "2026-04-01")], [None, None]);
}

#[test]
fn the_officer_sees_that_it_is_late_in_every_state_until_the_end() {
    let mut life = Life::of(row("JI-003").0);
    while let Some(step) = life.next_step() {
        life.ask(&step).unwrap();
        assert!(life.state().status().unwrap().is_late, "{}", life.state().name());
    }
    let Event::Submitted(submitted) = &life.history()[0].event else { panic!("it has arrived") };
    assert_eq!(submitted.late, Some(LateArrival { since: Some(starts("2025-04-17")) }));
}

/// Any time of filing around May 2026.
fn filings() -> impl Strategy<Value = Filing> {
    let roll = || prop::sample::select(vec![Roll::None, Roll::Forward, Roll::Backward]);
    let month_day = || (1_u8..=12, 1_u8..=28).prop_map(|(month, day)| MonthDay { month, day });
    let yearly = (month_day(), month_day(), roll()).prop_map(|(from, until, roll)| FilingTime::Yearly {
        from,
        until,
        roll,
    });
    let once = (0_u64..200, prop::option::of(0_u64..90), roll()).prop_map(|(day, length, roll)| {
        let until = self::day("2026-02-01") + chrono::Days::new(day);
        FilingTime::Once { from: length.map(|length| until - chrono::Days::new(length)), until, roll }
    });
    let units = vec![PeriodUnit::Day, PeriodUnit::Week, PeriodUnit::Month];
    let counted =
        (1_u16..40, prop::sample::select(units), any::<bool>()).prop_map(|(length, unit, before)| {
            let direction = if before { Direction::Before } else { Direction::After };
            FilingTime::Counted {
                from: "日".into(),
                period: Period { unit, direction, ..Period::days(length) },
            }
        });
    let late = prop::sample::select(vec![LateFiling::Received, LateFiling::Refused]);
    (prop_oneof![yearly, once, counted], late).prop_map(|(time, late)| Filing {
        time,
        late,
        late_effect: None,
    })
}

proptest! {
    /// A judgement holds for the instants of its window and for no other: what is decided at one of them is decided alike at
    /// each, and at both ends something else is.
    #[test]
    fn a_judgement_holds_as_long_as_it_says(
        filing in filings(),
        hours in 0_i64..24 * 400,
        stated in 0_u64..200,
        inside in 0_i64..1_000,
    ) {
        let stated = Some(day("2026-01-15") + chrono::Days::new(stated));
        let judge = |at| filing.judge(at, &[], &Calendar::standard(), stated);
        let at = starts("2026-01-01").saturating_add_micros(hours * 3_600_000_000);
        match judge(at) {
            Ok(judgement) => {
                prop_assert!(judgement.holds.contains(at));
                let end = |end: Option<Timestamp>, days: i64| end.unwrap_or_else(|| at.saturating_add_micros(days * 86_400_000_000));
                let (from, until) = (end(judgement.holds.from, -900), end(judgement.holds.until, 900));
                let span = until.micros() - from.micros();
                let between = from.saturating_add_micros(span / 1_000 * inside);
                prop_assert_eq!(judge(between), Ok(judgement));
                if let Some(from) = judgement.holds.from {
                    prop_assert_ne!(judge(from.saturating_add_micros(-1)), Ok(judgement));
                }
                if let Some(until) = judgement.holds.until {
                    prop_assert_ne!(judge(until), Ok(judgement));
                }
            }
            Err(Rejection::OutsideIntake { opens_at: Some(opens_at) }) => {
                prop_assert!(opens_at > at);
                prop_assert_eq!(judge(opens_at).map(|judged| judged.late), Ok(None));
                prop_assert!(judge(opens_at.saturating_add_micros(-1)).is_err());
            }
            Err(Rejection::OutsideIntake { opens_at: None }) => prop_assert_eq!(filing.late, LateFiling::Refused),
            Err(other) => prop_assert!(false, "{other:?}"),
        }
    }
}
