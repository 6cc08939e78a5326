//! 締切日: where applications are taken up to a day and judged together, the clock starts with that day (DOMAIN L6).

use expect_test::expect;
use proptest::prelude::*;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::calendar::Calendar;
use shinsei_core::command::{AskedItem, Command, CorrectionRequest, Paper};
use shinsei_core::due::DueDate;
use shinsei_core::event::{CorrectionKind, PaperChannel};
use shinsei_core::outcome::NonEmpty;
use shinsei_core::period::{CountedFrom, Holidays, Period, Roll};
use shinsei_core::procedure::filing::{Filing, FilingTime, LateFiling, MonthDay};
use shinsei_core::procedure::stream::IntakePeriod;
use shinsei_core::procedure::{Act, ClockStart, Procedure};
use shinsei_core::rejection::StateName::{AwaitingCorrection, UnderReview};
use shinsei_core::time::Timestamp;

use crate::kit::{after, case, check, said};
use crate::points::death_of_a_dog;

/// 14 days from the day after the closing day, of what is taken in August and judged together.
fn together() -> Procedure {
    let mut procedure = death_of_a_dog();
    procedure.terms.act = Act::Request;
    let (from, until) = (MonthDay { month: 8, day: 1 }, MonthDay { month: 8, day: 31 });
    let time = FilingTime::Yearly { from, until, roll: Roll::None };
    procedure.terms.filing = Some(Filing { time, late: LateFiling::Received, late_effect: None });
    procedure.terms.standard_period = Some(Period::days(14));
    procedure.terms.clock_start = ClockStart::ClosingDay;
    procedure
}

fn at(month: u32, day: u32, hour: u32) -> Timestamp {
    Timestamp::from_jst(2026, month, day, hour, 0).unwrap()
}

fn submitted(procedure: Procedure, at: Timestamp) -> Life {
    let life = Life::of(procedure).at(at);
    let submit = Step::new(life.applicant(), Command::Submit(life.submission()));
    life.run(&[submit])
}

fn expected(life: &Life) -> String {
    life.state().expected().unwrap().to_string()
}

#[test]
fn those_that_come_by_the_closing_day_are_all_expected_on_one_day() {
    for arrives in [at(8, 1, 9), at(8, 17, 23), at(8, 31, 23)] {
        assert_eq!(expected(&submitted(together(), arrives)), "2026-09-14");
    }
    // Each for itself where the terms say nothing else.
    let mut each = together();
    each.terms.clock_start = ClockStart::Arrival;
    assert_eq!(expected(&submitted(each, at(8, 3, 9))), "2026-08-17");
}

#[test]
fn what_is_late_is_judged_for_itself_from_its_arrival() {
    assert_eq!(expected(&submitted(together(), at(9, 1, 9))), "2026-09-15");
    assert_eq!(expected(&submitted(together(), at(10, 1, 9))), "2026-10-15");
}

#[test]
fn the_closing_day_is_the_one_on_which_it_closes_by_the_calendar_or_by_what_was_announced() {
    // 2026-08-30 is a Sunday: it closes on Monday.
    let mut rolled = together();
    let (from, until) = (MonthDay { month: 8, day: 1 }, MonthDay { month: 8, day: 30 });
    let time = FilingTime::Yearly { from, until, roll: Roll::Forward };
    rolled.terms.filing = Some(Filing { time, late: LateFiling::Received, late_effect: None });
    assert_eq!(expected(&submitted(rolled, at(8, 3, 9))), "2026-09-14");
    let announced = IntakePeriod { from: at(5, 1, 0), until: at(5, 25, 0) };
    let life = Life::of(together()).at(at(5, 7, 9)).with_intake(vec![announced]);
    let submit = Step::new(life.applicant(), Command::Submit(life.submission()));
    assert_eq!(expected(&life.run(&[submit])), "2026-06-07", "it closes with the 24th");
}

#[test]
fn what_came_on_paper_before_the_closing_day_waits_for_it_too() {
    let life = Life::of(together()).at(at(9, 2, 9));
    let paper = |arrived_at| {
        let paper = Paper {
            procedure: life.procedure().id.clone(),
            applicant: life.applicant_id(),
            quantity: 1,
            form: "走査した申請書".into(),
            contact: "hanako.kono@example.jp".into(),
            attachments: vec![],
            channel: PaperChannel::Post,
            arrived_at,
        };
        let clerk = life.clerk();
        expected(&life.clone().run(&[Step::new(clerk, Command::RecordPaperArrival(paper))]))
    };
    assert_eq!(paper(at(8, 31, 16)), "2026-09-14");
    assert_eq!(paper(at(9, 1, 9)), "2026-09-15");
}

fn correction(life: &Life) -> Command {
    let item = AskedItem { field: None, text: "地図を添付してください。".into() };
    let due = life.now().date_jst() + chrono::Days::new(60);
    let kind = CorrectionKind::Partial;
    Command::RequestCorrection(CorrectionRequest { items: NonEmpty::one(item), due, kind })
}

#[test]
fn a_correction_that_is_made_before_the_closing_day_moves_nothing() {
    let life = submitted(together(), at(8, 3, 9)).until(UnderReview);
    let officer = life.officer();
    let asked = correction(&life);
    let asked = life.run(&[Step::new(officer.clone(), asked)]);
    assert_eq!(asked.state().name(), AwaitingCorrection);
    let over = |days| {
        let step = after(days, officer.clone(), Command::ResumeReview);
        expected(&asked.clone().run(&[step]))
    };
    assert_eq!((over(10), over(28)), ("2026-09-14".to_owned(), "2026-09-14".to_owned()));
    // Over the closing day: of the days from 1 September on each moves it by one.
    assert_eq!((over(29), over(33)), ("2026-09-15".to_owned(), "2026-09-19".to_owned()));
}

proptest! {
    /// Whatever the period: the due date of each is that of who comes in the last minute.
    #[test]
    fn all_that_come_in_time_have_the_due_date_of_the_closing_day(
        minute in 0_i64..31 * 24 * 60,
        length in 1_u16..200,
        from_the_day in any::<bool>(),
        skipped in any::<bool>(),
    ) {
        let counted_from = if from_the_day { CountedFrom::TheDay } else { CountedFrom::TheNextDay };
        let holidays = if skipped { Holidays::Skipped } else { Holidays::Counted };
        let period = Period { counted_from, holidays, ..Period::days(length) };
        let mut procedure = together();
        procedure.terms.standard_period = Some(period);
        let life = Life::of(procedure).at(at(8, 1, 0).saturating_add_micros(minute * 60_000_000));
        // Outside of the service hours nothing is taken, and the step itself takes a minute.
        let step = Step { after_minutes: 0, ..Step::new(life.applicant(), Command::Submit(life.submission())) };
        let life = life.run(&[step]);
        prop_assume!(life.state().arrival().is_some());
        let closes = DueDate::of(period, at(8, 31, 12), &Calendar::standard(), &[]).unwrap();
        prop_assert_eq!(life.state().expected(), Some(closes.day));
    }
}

#[test]
fn a_case_that_is_reviewed_again_has_a_clock_of_its_own() {
    let closed = case(together(), shinsei_core::rejection::StateName::Closed);
    let reopen = Command::Reopen {
        ground: shinsei_core::event::ReopeningGround::OwnError,
        approver: shinsei_core::ids::StaffId::new("s-001").unwrap(),
    };
    let again = closed.clone().run(&[Step::new(closed.officer(), reopen)]);
    assert_eq!(expected(&again), (closed.now().date_jst() + chrono::Days::new(14)).to_string());
}

/// A case that came on 7 May in an intake that is closed with the 24th, and the procedure with the intake as it was announced since.
fn announced_again(until: Timestamp) -> Life {
    let intake = |until| vec![IntakePeriod { from: at(5, 1, 0), until }];
    let life = Life::of(together()).at(at(5, 7, 9)).with_intake(intake(at(5, 25, 0)));
    let submit = Step::new(life.applicant(), Command::Submit(life.submission()));
    let life = life.run(&[submit]);
    assert_eq!(expected(&life), "2026-06-07");
    life.with_intake(intake(until))
}

fn counted_again(life: &Life) -> String {
    let step = Step::new(life.clerk(), Command::RebaseDueDate);
    expected(&life.clone().run(&[step]))
}

#[test]
fn an_intake_that_is_extended_moves_the_day_of_those_who_came_before_by_an_event_of_their_own() {
    let life = announced_again(at(6, 1, 0));
    assert_eq!(expected(&life), "2026-06-07", "nothing moves behind anybody's back");
    check(
        life.clone(),
        life.clerk(),
        Command::RebaseDueDate,
        expect![[r#"
            DueDateRebased {"due":{"calendar":0,"day":"2026-06-14","ends_at":"2026-06-14T15:00:00Z","period":{"counted_from":"TheNextDay","holidays":"Counted","length":14,"unit":"Day"},"start":"2026-05-30T15:00:00Z"}}
            schedule deadline-approaching/2 at 2026-06-11 00:00 in Deadline: deadline-approaching/2
            schedule deadline-exceeded/2 at 2026-06-15 00:00 in Deadline: deadline-exceeded/2
            cancel deadline-approaching/1
            cancel deadline-exceeded/1
            holds from 2026-05-07 00:00 until 2026-05-08 00:00
        "#]],
    );
    assert_eq!(counted_again(&life), "2026-06-14");
    // What was put off is counted from there when a correction has taken its days.
    let reviewed = life.clone().run(&[Step::new(life.clerk(), Command::RebaseDueDate)]).until(UnderReview);
    let asked = correction(&reviewed);
    let officer = reviewed.officer();
    let asked = reviewed.run(&[Step::new(officer.clone(), asked)]);
    let resumed = asked.run(&[after(2, officer, Command::ResumeReview)]);
    assert_eq!(expected(&resumed), "2026-06-14", "before the closing day nothing is lost");
}

#[test]
fn an_intake_that_says_nothing_of_a_case_leaves_its_day() {
    let unchanged = |life: &Life| said(life.clone(), &life.clerk(), Command::RebaseDueDate);
    // As it was; other times altogether, such as those of the next year; a day that an officer has told since.
    assert_eq!(unchanged(&announced_again(at(5, 25, 0))), "CalendarUnchanged");
    let next = IntakePeriod { from: at(8, 1, 0), until: at(9, 1, 0) };
    assert_eq!(unchanged(&announced_again(at(5, 25, 0)).with_intake(vec![next])), "CalendarUnchanged");
    let life = announced_again(at(6, 1, 0)).until(UnderReview);
    let extend = crate::desk::extend(&life, 60);
    let officer = life.officer();
    let told = life.run(&[Step::new(officer, extend)]);
    assert_eq!(unchanged(&told), "CalendarUnchanged");
    // Each that is judged for itself.
    let mut each = together();
    each.terms.clock_start = ClockStart::Arrival;
    let intake = |until| vec![IntakePeriod { from: at(5, 1, 0), until }];
    let life = Life::of(each).at(at(5, 7, 9)).with_intake(intake(at(5, 25, 0)));
    let submit = Step::new(life.applicant(), Command::Submit(life.submission()));
    let life = life.run(&[submit]).with_intake(intake(at(6, 1, 0)));
    assert_eq!(unchanged(&life), "CalendarUnchanged");
}

proptest! {
    /// However often an intake is extended: who came before is expected with who comes after.
    #[test]
    fn all_that_came_are_expected_with_those_who_come_after_the_intake_was_extended(days in prop::collection::vec(1_u32..40, 1..4)) {
        let mut until = at(5, 25, 0);
        let mut life = announced_again(until);
        for more in days {
            until = until.saturating_add_micros(i64::from(more) * 86_400_000_000);
            let intake = vec![IntakePeriod { from: at(5, 1, 0), until }];
            life = life.with_intake(intake.clone());
            life = life.clone().run(&[Step::new(life.clerk(), Command::RebaseDueDate)]);
            let other = Life::of(together()).at(at(5, 24, 9)).with_intake(intake);
            let submit = Step::new(other.applicant(), Command::Submit(other.submission()));
            prop_assert_eq!(expected(&life), expected(&other.run(&[submit])));
        }
    }
}
