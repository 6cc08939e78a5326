//! 締切日: where applications are taken up to a day and judged together, the clock starts with that day (DOMAIN L6).

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

use crate::kit::{after, case};
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
