//! 利用者登録: who may register whom, and once.

use expect_test::expect;
use shinsei_conformance::life::Life;
use shinsei_core::actor::Actor;

use shinsei_core::calendar::Calendar;
use shinsei_core::decider::{Context, Decider as _};
use shinsei_core::document::Seed;
use shinsei_core::event_format::{Proposed, decode};
use shinsei_core::ids::{CommandId, Position, UserId, Version};
use shinsei_core::record::RawRecord;
use shinsei_core::service_hours::ServiceHours;
use shinsei_core::time::Timestamp;
use shinsei_core::user::{User, UserCommand, UserEvent, UserKind};
use shinsei_core::words::Words;
use uuid::Uuid;

use crate::kit::{refused, shown};
use crate::points::death_of_a_dog;

const HANAKO: UserId = UserId(Uuid::from_u128(1));

fn register() -> UserCommand {
    let profile = Words::from(r#"{"name":"甲野 花子","mail":"hanako.kono@example.jp"}"#);
    UserCommand::Register { kind: UserKind::Person, profile, mail: None }
}

fn decide(
    user: &User,
    actor: &Actor,
) -> Result<shinsei_core::decider::Decision<UserEvent>, shinsei_core::rejection::Rejection> {
    let (calendar, hours) = (Calendar::standard(), ServiceHours::daily_three_to_four());
    let context = Context {
        registration_required: true,
        ..Context::bare(
            now(),
            "012025".parse().unwrap(),
            HANAKO.into(),
            actor,
            &calendar,
            &hours,
            Seed([7; 32]),
        )
    };
    user.decide(&register(), &context)
}

fn now() -> Timestamp {
    Timestamp::from_jst(2026, 5, 8, 3, 30).unwrap()
}

fn said(user: &User, actor: &Actor) -> String {
    match decide(user, actor) {
        Ok(decision) => shown(&decision, &serde_json::Value::Bool(false)),
        Err(rejection) => refused(&rejection),
    }
}

fn registered() -> User {
    let decision = decide(&User::Absent, &Actor::Applicant { user: HANAKO }).ok().unwrap();
    let [Proposed::Event(event)] = &decision.events[..] else { panic!("one event") };
    let payload = shinsei_core::event_format::EventFormat::payload(event).unwrap();
    let raw = RawRecord {
        municipality: "012025".parse().unwrap(),
        position: Position(1),
        stream: HANAKO.into(),
        version: Version(1),
        recorded_at: now(),
        command: CommandId(Uuid::from_u128(1)),
        number: None,
        event_type: "UserRegistered",
        schema_version: 1,
        codec: shinsei_core::record::Codec::Json,
        payload: &payload,
    };
    User::Absent.evolve(&decode(&raw).unwrap())
}

#[test]
fn whoever_registers_is_registered_at_any_hour_and_the_profile_stays_beside_the_log() {
    expect![[r#"
        UserRegistered {"dormant_at":"2028-05-06T18:30:00Z","kind":"Person","profile":"document profile"}
        keep profile: {"name":"甲野 花子","mail":"hanako.kono@example.jp"}
        schedule dormancy/0 at 2028-05-07 03:30 in Deadline: dormancy/0
    "#]]
    .assert_eq(&said(&User::Absent, &Actor::Applicant { user: HANAKO }));
    let user = registered();
    let registered = user.registered().unwrap();
    assert_eq!((registered.kind, registered.since), (UserKind::Person, now()));
}

#[test]
fn nobody_registers_twice() {
    expect![[r#"
        refused: UserExists
        この利用者は登録済みです。
    "#]]
    .assert_eq(&said(&registered(), &Actor::Applicant { user: HANAKO }));
}

#[test]
fn nobody_registers_for_somebody_else() {
    let other = Actor::Applicant { user: UserId(Uuid::from_u128(2)) };
    expect![[r#"
        refused: NotPermitted { needed: Applicant }
        この操作をする権限がありません。
    "#]]
    .assert_eq(&said(&User::Absent, &other));
    expect![[r#"
        refused: NotPermitted { needed: Applicant }
        この操作をする権限がありません。
    "#]]
    .assert_eq(&said(&User::Absent, &Life::of(death_of_a_dog()).officer()));
}
