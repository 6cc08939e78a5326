//! 暦: who may publish and amend a calendar, and that no version is lost.

use expect_test::expect;
use shinsei_conformance::life::Life;
use shinsei_core::actor::Actor;
use shinsei_core::calendar::stream::{CalendarCommand, CalendarEvent, Calendars};
use shinsei_core::calendar::{Calendar, OpenDays};
use shinsei_core::decider::{Context, Decider as _, Decision};
use shinsei_core::document::Seed;
use shinsei_core::event_format::Proposed;
use shinsei_core::ids::{CalendarId, CommandId, Position, Version};
use shinsei_core::record::Recorded;
use shinsei_core::rejection::Rejection;
use shinsei_core::service_hours::ServiceHours;
use shinsei_core::time::Timestamp;
use uuid::Uuid;

use crate::kit::{refused, shown};
use crate::points::death_of_a_dog;

fn decide(
    calendars: &Calendars,
    actor: &Actor,
    command: &CalendarCommand,
) -> Result<Decision<CalendarEvent>, Rejection> {
    let (calendar, hours) = (Calendar::standard(), ServiceHours::daily_three_to_four());
    let context = Context {
        registration_required: true,
        ..Context::bare(
            now(),
            "012025".parse().unwrap(),
            CalendarId::CITY_HALL.into(),
            actor,
            &calendar,
            &hours,
            Seed([7; 32]),
        )
    };
    calendars.decide(command, &context)
}

fn now() -> Timestamp {
    Timestamp::from_jst(2026, 5, 8, 3, 30).unwrap()
}

fn officer() -> Actor {
    Life::of(death_of_a_dog()).officer()
}

fn said(calendars: &Calendars, actor: &Actor, command: &CalendarCommand) -> String {
    match decide(calendars, actor, command) {
        Ok(decision) => shown(&decision, &serde_json::Value::Bool(false)),
        Err(rejection) => refused(&rejection),
    }
}

/// What becomes of the calendars when an officer asks all this.
fn after(commands: &[CalendarCommand]) -> Calendars {
    commands.iter().fold(Calendars::default(), |calendars, command| {
        let decision = decide(&calendars, &officer(), command).ok().unwrap();
        let [Proposed::Event(event)] = &decision.events[..] else { panic!("one event") };
        calendars.evolve(&Recorded {
            position: Position(1),
            stream: CalendarId::CITY_HALL.into(),
            version: Version(1),
            recorded_at: now(),
            command: CommandId(Uuid::nil()),
            event: event.clone(),
        })
    })
}

fn publish() -> CalendarCommand {
    CalendarCommand::Publish { days: OpenDays::standard() }
}

fn amend(closed: &[&str], open: &[&str]) -> CalendarCommand {
    let days = |days: &[&str]| days.iter().map(|day| day.parse().unwrap()).collect();
    CalendarCommand::Amend { closed: days(closed), open: days(open) }
}

#[test]
fn an_officer_publishes_a_calendar_and_amends_single_days() {
    expect![[r#"
        CalendarPublished {"by":"s-021","days":{"closed_weekdays":["Sat","Sun"],"national_holidays_closed":true,"year_end":{"from_december":29,"until_january":3}},"version":1}
        schedule calendar-walk/1/0 at once in Deadline: calendar-walk/1/0
    "#]]
    .assert_eq(&said(&Calendars::default(), &officer(), &publish()));
    let published = after(&[publish()]);
    expect![[r#"
        CalendarAmended {"by":"s-021","closed":["2026-08-03"],"open":["2026-03-29"],"version":2}
        schedule calendar-walk/2/0 at once in Deadline: calendar-walk/2/0
    "#]]
    .assert_eq(&said(&published, &officer(), &amend(&["2026-08-03"], &["2026-03-29"])));
}

#[test]
fn every_version_that_a_due_date_may_name_is_kept() {
    let calendars = after(&[publish(), amend(&["2026-08-03"], &[]), publish()]);
    let anniversary = "2026-08-03".parse().unwrap();
    let open = |version| calendars.version(version).map(|calendar| calendar.is_open(anniversary));
    assert_eq!(
        [open(0), open(1), open(2), open(3), open(4)],
        [None, Some(true), Some(false), Some(true), None]
    );
    assert_eq!(calendars.current().map(shinsei_core::calendar::Calendar::version), Some(3));
}

#[test]
fn what_was_never_published_cannot_be_amended() {
    expect![[r#"
        refused: CalendarNotPublished
        暦がまだ定められていません。
    "#]]
    .assert_eq(&said(&Calendars::default(), &officer(), &amend(&["2026-08-03"], &[])));
}

#[test]
fn a_calendar_that_cannot_be_is_refused() {
    expect![[r#"
        refused: CalendarDefective(ClosedAndOpen { day: 2026-08-03 })
        暦の内容を確認してください。
    "#]]
    .assert_eq(&said(&after(&[publish()]), &officer(), &amend(&["2026-08-03"], &["2026-08-03"])));
}

#[test]
fn nobody_but_an_officer_says_when_the_city_hall_is_open() {
    let life = Life::of(death_of_a_dog());
    for actor in [life.applicant(), life.clerk(), Actor::System] {
        expect![[r#"
            refused: NotPermitted { needed: Officer }
            この操作をする権限がありません。
        "#]]
        .assert_eq(&said(&Calendars::default(), &actor, &publish()));
    }
}
