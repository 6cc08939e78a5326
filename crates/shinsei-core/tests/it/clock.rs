//! The clock in its corners: instants exactly at a deadline, what a second extension or a reopening leaves of it, who may
//! count it anew.

use chrono::NaiveDate;
use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;
use shinsei_core::application::{Clock, Warned};
use shinsei_core::calendar::Calendar;
use shinsei_core::command::{AskedItem, Command, CorrectionRequest, StatedReason};
use shinsei_core::event::{CorrectionKind, DeadlineApproaching, Event, ReopeningGround};
use shinsei_core::ids::ReasonCode;
use shinsei_core::outcome::NonEmpty;
use shinsei_core::procedure::Procedure;
use shinsei_core::rejection::StateName::{Closed, UnderReview};
use shinsei_core::time::Timestamp;

use crate::desk::{correct, extend, near, passed, request_correction, requested, staff_id};
use crate::kit::{
    after, case, check, clerk_elsewhere, confirmed, granted, notice_delivered, officer_elsewhere, said,
};
use crate::points::{copy_of_residence, death_of_a_dog, request_for_documents};

fn jst(month: u32, day: u32, hour: u32, minute: u32) -> Timestamp {
    Timestamp::from_jst(2026, month, day, hour, minute).unwrap()
}

/// What is asked a minute later is asked at this instant.
fn a_minute_before(at: Timestamp) -> Timestamp {
    at.saturating_add_micros(-60_000_000)
}

fn reopen() -> Command {
    Command::Reopen { ground: ReopeningGround::NewFacts, approver: staff_id("s-001") }
}

#[test]
fn a_deadline_has_come_at_its_very_instant_and_not_before() {
    let life = requested();
    let asked_at = |at: Timestamp| said(life.clone().at(a_minute_before(at)), &Actor::System, passed(1));
    let midnight = jst(5, 5, 0, 0);
    assert_eq!(asked_at(midnight), "yes");
    assert_eq!(
        asked_at(midnight.saturating_add_micros(-1)),
        "DeadlineNotReached { at: 2026-05-04T15:00:00Z }"
    );
}

#[test]
fn a_day_that_has_passed_already_is_no_extension() {
    // The due date was 4 May: what lies between that and today is over as well.
    let life = requested().at(jst(6, 10, 9, 0));
    assert_eq!(said(life.clone(), &life.officer(), extend(&life, -9)), "DueTooEarly { after: 2026-06-10 }");
    assert_eq!(said(life.clone(), &life.officer(), extend(&life, 1)), "yes");
}

#[test]
fn an_extension_needs_words() {
    let life = requested();
    let Command::ExtendDeadline { due, .. } = extend(&life, 30) else { unreachable!() };
    let mute = StatedReason { code: ReasonCode::new("R-03").unwrap(), text: " ".into() };
    let said = said(life.clone(), &life.officer(), Command::ExtendDeadline { due, reason: mute });
    assert_eq!(said, r#"ReasonWithoutWords { code: ReasonCode("R-03") }"#);
}

/// Nobody is told that a day comes near which was near when it was set.
#[test]
fn a_due_date_that_is_near_when_it_is_set_is_told_of_only_when_it_has_passed() {
    // At midnight of the 5th, for the 8th: it is near from this very instant on.
    let life = requested().at(a_minute_before(jst(5, 5, 0, 0)));
    let three_days = Command::ExtendDeadline {
        due: NaiveDate::from_ymd_opt(2026, 5, 8).unwrap(),
        reason: crate::desk::reason(),
    };
    check(
        life.clone(),
        life.officer(),
        three_days,
        expect![[r#"
            DeadlineExtended {"by":"s-021","due":{"calendar":0,"day":"2026-05-08","ends_at":"2026-05-08T15:00:00Z","period":{"counted_from":"TheNextDay","holidays":"Counted","length":3,"unit":"Day"},"start":"2026-05-04T15:00:00Z"},"reason":{"code":"R-03","text":"document reason"}}
            keep reason: 所管が異なるため
            schedule extension-notice/1 at once in Notice: extension-notice/1
            schedule deadline-exceeded/2 at 2026-05-09 00:00 in Deadline: deadline-exceeded/2
            cancel deadline-approaching/1
            cancel deadline-exceeded/1
            holds from 2026-05-05 00:00 until 2026-05-06 00:00
        "#]],
    );
}

#[test]
fn every_extension_is_told_of_and_every_due_date_warned_of_anew() {
    let life = requested();
    let life =
        life.clone().run(&[after(11, Actor::System, near(1)), Step::new(life.officer(), extend(&life, 60))]);
    let clock = &life.state().desk().unwrap().clock;
    assert_eq!((clock.warned, clock.dues), (Warned::Never, 2));
    check(
        life.clone(),
        life.officer(),
        extend(&life, 90),
        expect![[r#"
            DeadlineExtended {"by":"s-021","due":{"calendar":0,"day":"2026-07-30","ends_at":"2026-07-30T15:00:00Z","period":{"counted_from":"TheNextDay","holidays":"Counted","length":90,"unit":"Day"},"start":"2026-05-01T00:04:00Z"},"reason":{"code":"R-03","text":"document reason"}}
            keep reason: 所管が異なるため
            schedule extension-notice/2 at once in Notice: extension-notice/2
            schedule deadline-approaching/3 at 2026-07-27 00:00 in Deadline: deadline-approaching/3
            schedule deadline-exceeded/3 at 2026-07-31 00:00 in Deadline: deadline-exceeded/3
            cancel deadline-approaching/2
            cancel deadline-exceeded/2
            holds from 2026-05-01 00:00 until 2026-05-02 00:00
        "#]],
    );
    let later = life.at(jst(7, 1, 0, 0));
    assert_eq!(said(later, &Actor::System, near(2)), "yes");
}

#[test]
fn the_city_counts_a_due_date_anew_and_its_agenda_with_it() {
    let closed = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
    let mut procedure = request_for_documents();
    let period = procedure.terms.standard_period.as_mut().unwrap();
    period.holidays = shinsei_core::period::Holidays::Skipped;
    let life = Life::of(procedure).at(jst(4, 20, 9, 0)).until(UnderReview);
    let life = life.with_calendar(Calendar::standard().amended(&[closed], &[]).unwrap());
    check(
        life.clone(),
        Actor::System,
        Command::RebaseDueDate,
        expect![[r#"
            DueDateRebased {"due":{"calendar":1,"day":"2026-05-15","ends_at":"2026-05-15T15:00:00Z","period":{"counted_from":"TheNextDay","holidays":"Skipped","length":14,"unit":"Day"},"start":"2026-04-20T00:01:00Z"}}
            schedule deadline-approaching/2 at 2026-05-12 00:00 in Deadline: deadline-approaching/2
            schedule deadline-exceeded/2 at 2026-05-16 00:00 in Deadline: deadline-exceeded/2
            cancel deadline-approaching/1
            cancel deadline-exceeded/1
            holds from 2026-04-20 00:00 until 2026-04-21 00:00
        "#]],
    );
    let elsewhere = r#"OtherDivision { in_charge: DivisionId("somu/bunsho") }"#;
    for (by, answer) in [
        (life.clerk(), "yes"),
        (life.applicant(), "NotPermitted { needed: System }"),
        (officer_elsewhere(), elsewhere),
        (clerk_elsewhere(), elsewhere),
    ] {
        assert_eq!(said(life.clone(), &by, Command::RebaseDueDate), answer);
    }
    let waiting = life.clone().run(&[Step::new(life.officer(), request_correction(&life))]);
    assert_eq!(said(waiting.clone(), &waiting.officer(), Command::RebaseDueDate), "ClockStandsStill");
}

/// What was said and stood still before the end has nothing to do with the new review.
#[test]
fn a_reopened_case_has_a_clock_of_its_own_or_none() {
    let lived = |procedure: Procedure, decides: Command| {
        let life = Life::of(procedure).at(jst(4, 20, 9, 0)).until(UnderReview);
        let extended = life.clone().run(&[
            Step::new(life.officer(), extend(&life, 30)),
            Step::new(life.officer(), request_correction(&life)),
            after(2, life.applicant(), correct(&life)),
        ]);
        let dues = extended.state().desk().unwrap().clock.dues;
        let at = jst(6, 10, 9, 0);
        extended.at(at).run(&[
            Step::new(Actor::System, passed(dues)),
            Step::new(life.officer(), decides),
            Step::new(Actor::System, notice_delivered()),
            Step::new(life.officer(), reopen()),
        ])
    };
    let without = lived(death_of_a_dog(), confirmed());
    assert!(without.refusals().is_empty(), "{:?}", without.refusals());
    let none = Clock { due: None, dues: 2, pauses: vec![], warned: Warned::Never };
    assert_eq!(without.state().desk().unwrap().clock, none);
    let with = lived(request_for_documents(), granted());
    assert!(with.refusals().is_empty(), "{:?}", with.refusals());
    let clock = &with.state().desk().unwrap().clock;
    assert_eq!((clock.dues, clock.pauses.as_slice(), clock.warned), (4, &[][..], Warned::Never));
    assert_eq!(with.state().expected(), NaiveDate::from_ymd_opt(2026, 6, 24));
    assert_eq!(with.state().officer(), Some(&staff_id("s-021")));
}

/// An order in which nobody decides them: the graver of the two stays.
#[test]
fn a_warning_does_not_take_back_a_graver_one() {
    let mut life = requested().at(jst(5, 6, 9, 0)).run(&[Step::new(Actor::System, passed(1))]);
    let day = life.state().expected().unwrap();
    life.record(Event::DeadlineApproaching(DeadlineApproaching { day }));
    assert_eq!(life.state().desk().unwrap().clock.warned, Warned::Exceeded);
}

#[test]
fn a_correction_that_is_due_soon_is_not_reminded_of() {
    let ask = |life: &Life, days: u64| {
        let item = AskedItem { field: None, text: "生年月日を直してください".into() };
        let due = life.now().date_jst() + chrono::Days::new(days);
        let request = CorrectionRequest { items: NonEmpty::one(item), due, kind: CorrectionKind::Partial };
        let mut life = life.clone();
        let decision = life.ask(&Step::new(life.officer(), Command::RequestCorrection(request))).unwrap();
        decision.agenda.len()
    };
    let life = case(copy_of_residence(), UnderReview);
    assert_eq!(
        [ask(&life, 2), ask(&life, 4)],
        [2, 3],
        "a notice, a last day, and a reminder where there is time"
    );
    // At midnight, three days before the last one: the reminder would be due with the notice.
    let midnight = life.at(a_minute_before(jst(5, 8, 0, 0)));
    assert_eq!(ask(&midnight, 4), 2);
}

/// The due date of a case that has ended is moot.
#[test]
fn nothing_falls_due_in_a_case_that_has_ended() {
    let life = requested().until(Closed).at(jst(5, 6, 9, 0));
    for deadline in [near(1), passed(1)] {
        assert_eq!(said(life.clone(), &Actor::System, deadline), "DeadlineMoot");
    }
}
