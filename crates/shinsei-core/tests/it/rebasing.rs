//! 期限の再計算: what a changed calendar does to the due date of one case. The walk over all of them is the engine's.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::application::Application;
use shinsei_core::calendar::Calendar;
use shinsei_core::command::Command;
use shinsei_core::deadline::Deadline;
use shinsei_core::procedure::Procedure;
use shinsei_core::rejection::StateName::{Closed, Decided, Forwarded, UnderReview};
use shinsei_core::time::{Timestamp, Window};

use crate::desk::request_correction;
use crate::kit::{check, notice_delivered, said};
use crate::points::{copy_of_residence, licence_of_a_doctor, request_for_documents};

/// A copy that is promised within three business days of its arrival on Thursday 7 May 2026.
fn in_three_business_days() -> Procedure {
    use shinsei_core::period::{CountedFrom, Holidays, Period};
    let mut procedure = copy_of_residence();
    let period = Period { counted_from: CountedFrom::TheDay, holidays: Holidays::Skipped, ..Period::days(3) };
    procedure.terms.standard_period = Some(period);
    procedure
}

/// The standard calendar with Friday 8 May 2026 closed, too.
fn closed_on_friday() -> Calendar {
    Calendar::standard().amended(&["2026-05-08".parse().unwrap()], &[]).unwrap()
}

fn told(version: u32) -> Command {
    Command::PassDeadline(Deadline::CalendarChanged { calendar: version })
}

fn life(procedure: Procedure) -> Life {
    Life::of(procedure).at(Timestamp::from_jst(2026, 5, 7, 9, 0).unwrap())
}

#[test]
fn a_closed_day_moves_the_due_date_and_the_deadlines_with_it() {
    let life = life(in_three_business_days()).until(UnderReview).with_calendar(closed_on_friday());
    check(
        life,
        Actor::System,
        told(1),
        expect![[r#"
            DueDateRebased {"due":{"calendar":1,"day":"2026-05-12","ends_at":"2026-05-12T15:00:00Z","period":{"counted_from":"TheDay","holidays":"Skipped","length":3,"unit":"Day"},"start":"2026-05-07T00:01:00Z"}}
            schedule deadline-approaching/2 at 2026-05-09 00:00 in Deadline: deadline-approaching/2
            schedule deadline-exceeded/2 at 2026-05-13 00:00 in Deadline: deadline-exceeded/2
            cancel deadline-approaching/1
            cancel deadline-exceeded/1
            holds from 2026-05-07 00:00 until 2026-05-08 00:00
        "#]],
    );
}

#[test]
fn a_day_that_stays_is_no_event() {
    let after = Calendar::standard().amended(&["2026-05-13".parse().unwrap()], &[]).unwrap();
    let later = life(in_three_business_days()).until(UnderReview).with_calendar(after);
    assert_eq!(said(later, &Actor::System, told(1)), "CalendarUnchanged");
    // Calendar days do not care which of them are closed.
    let counted = life(request_for_documents()).until(UnderReview).with_calendar(closed_on_friday());
    assert_eq!(said(counted, &Actor::System, told(1)), "CalendarUnchanged");
}

#[test]
fn the_clock_runs_until_the_result_is_told_and_so_does_the_calendar() {
    let decided = life(in_three_business_days()).until(Decided).with_calendar(closed_on_friday());
    assert_eq!(said(decided.clone(), &Actor::System, told(1)), "yes");
    let told_already = decided.run(&[Step::new(Actor::System, notice_delivered())]);
    assert_eq!(said(told_already, &Actor::System, told(1)), "CalendarUnchanged");
    let closed = life(in_three_business_days()).until(Closed).with_calendar(closed_on_friday());
    assert_eq!(said(closed, &Actor::System, told(1)), "CalendarUnchanged");
}

#[test]
fn what_stands_still_is_counted_by_the_calendar_in_force_when_it_goes_on() {
    let life = life(in_three_business_days()).until(UnderReview);
    let waiting = life.clone().run(&[Step::new(life.officer(), request_correction(&life))]);
    let waiting = waiting.with_calendar(closed_on_friday());
    assert_eq!(said(waiting.clone(), &Actor::System, told(1)), "CalendarUnchanged");
    assert_eq!(said(waiting.clone(), &life.officer(), Command::RebaseDueDate), "ClockStandsStill");
    let resumed = waiting.run(&[Step::new(life.officer(), Command::ResumeReview)]);
    let clock = resumed.state().clock().unwrap();
    let due = clock.running().unwrap();
    assert_eq!((due.calendar, due.day.to_string()), (1, "2026-05-12".to_owned()));
}

#[test]
fn the_due_date_of_the_agency_moves_with_the_calendar_too() {
    let mut procedure = licence_of_a_doctor();
    procedure.terms.agency_period = in_three_business_days().terms.standard_period;
    let life = life(procedure).until(Forwarded).with_calendar(closed_on_friday());
    assert_eq!(life.state().expected().unwrap().to_string(), "2026-05-11");
    let counted = life.clone().ask(&Step::new(Actor::System, told(1))).unwrap();
    let at = |day| Timestamp::from_jst(2026, 5, day, 0, 0).unwrap();
    assert_eq!(counted.window, Window::between(at(7), at(8)), "tomorrow it would be counted otherwise");
    let life = life.run(&[Step::new(Actor::System, told(1))]);
    let Application::Forwarded(forwarded) = life.state() else { panic!("{:?}", life.state()) };
    let due = forwarded.due.as_ref().unwrap();
    assert_eq!((due.calendar, due.day.to_string()), (1, "2026-05-12".to_owned()));
    // Nobody here is warned of it, and it moves once.
    assert_eq!(said(life, &Actor::System, told(2)), "CalendarUnchanged");
}

#[test]
fn whoever_is_in_charge_may_ask_for_it_and_nobody_else() {
    let life = life(in_three_business_days()).until(UnderReview).with_calendar(closed_on_friday());
    assert_eq!(said(life.clone(), &life.officer(), Command::RebaseDueDate), "yes");
    assert_eq!(said(life.clone(), &Actor::System, Command::RebaseDueDate), "yes");
    assert!(said(life.clone(), &life.applicant(), Command::RebaseDueDate).starts_with("NotPermitted"));
    assert!(said(life.clone(), &life.officer(), told(1)).starts_with("NotPermitted"));
}
