//! 利用者登録: who may register whom, and once.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::actor::Actor;

use shinsei_core::calendar::Calendar;
use shinsei_core::command::Command;
use shinsei_core::decide::decide as decide_case;
use shinsei_core::decider::{Context, Decider as _, Decision};
use shinsei_core::document::{DocumentRef, SaltedDigest, Seed};
use shinsei_core::event_format::{Proposed, decode};
use shinsei_core::ids::{CommandId, Position, ReasonCode, StaffId, UserId, Version};
use shinsei_core::record::{RawRecord, Recorded};
use shinsei_core::rejection::Rejection;
use shinsei_core::rejection::StateName::UnderReview;
use shinsei_core::service_hours::ServiceHours;
use shinsei_core::time::Timestamp;
use shinsei_core::user::{
    AccountPolicy, MailConfirmed, MailLapsed, MailNamed, Registered, User, UserCommand, UserDormant,
    UserEvent, UserKind, UserSeen, UserSuspended,
};
use shinsei_core::words::Words;
use uuid::Uuid;

use crate::kit::{case, refused, shown};
use crate::points::death_of_a_dog;

const HANAKO: UserId = UserId(Uuid::from_u128(1));

fn register() -> UserCommand {
    let profile = Words::from(r#"{"name":"甲野 花子","mail":"hanako.kono@example.jp"}"#);
    UserCommand::Register { kind: UserKind::Person, profile, mail: None }
}

fn decide(user: &User, actor: &Actor) -> Result<Decision<UserEvent>, Rejection> {
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

fn document(n: u8) -> DocumentRef {
    let (id, salt) = Seed([n; 32]).document(0);
    DocumentRef { id, digest: SaltedDigest::of(&salt, b"a document") }
}

/// The registration after these events.
fn after(events: impl IntoIterator<Item = UserEvent>) -> Registered {
    let user = events.into_iter().fold(registered(), |user, event| {
        user.evolve(&Recorded {
            position: Position(2),
            stream: HANAKO.into(),
            version: Version(2),
            recorded_at: now(),
            command: CommandId(Uuid::nil()),
            event,
        })
    });
    user.registered().unwrap().clone()
}

fn named(ordinal: u32) -> UserEvent {
    let (mail, secret) = (document(1), document(2));
    UserEvent::MailNamed(MailNamed { ordinal, mail, secret, secret_sha256: "00".repeat(32), until: now() })
}

fn suspended() -> UserEvent {
    let (by, ground) = (StaffId::new("s-021").unwrap(), ReasonCode::new("R-07").unwrap());
    UserEvent::UserSuspended(UserSuspended { by, ground })
}

#[test]
fn an_address_is_confirmed_or_lapses_by_its_own_number_and_no_other() {
    let confirmed = |ordinal| UserEvent::MailConfirmed(MailConfirmed { ordinal });
    let lapsed = |ordinal| UserEvent::MailLapsed(MailLapsed { ordinal });
    let standing = |last: UserEvent| {
        let user = after([named(1), named(2), last]);
        (user.mail, user.unconfirmed.map(|named| named.ordinal))
    };
    assert_eq!(standing(confirmed(1)), (None, Some(2)));
    assert_eq!(standing(confirmed(2)), (Some(document(1)), None));
    assert_eq!(standing(lapsed(1)), (None, Some(2)));
    assert_eq!(standing(lapsed(2)), (None, None));
}

#[test]
fn who_may_not_act_is_told_why_and_who_comes_back_may_act_again() {
    let dormant = || UserEvent::UserDormant(UserDormant { purged_at: now() });
    let seen = UserEvent::UserSeen(UserSeen { dormant_at: now() });
    let confirmed = UserEvent::MailConfirmed(MailConfirmed { ordinal: 1 });
    let [lenient, strict] = [false, true]
        .map(|confirmed_mail_required| AccountPolicy { confirmed_mail_required, ..AccountPolicy::STANDARD });
    let said = |events: Vec<UserEvent>| {
        let user = after(events);
        [lenient, strict].map(|policy| user.may_act(policy).err())
    };
    let suspension = Some(Rejection::UserSuspended);
    assert_eq!(said(vec![suspended()]), [suspension.clone(), suspension]);
    assert_eq!(said(vec![dormant()]), [Some(Rejection::UserDormant), Some(Rejection::UserDormant)]);
    assert_eq!(said(vec![dormant(), seen]), [None, Some(Rejection::MailNotConfirmed)]);
    assert_eq!(said(vec![named(1)]), [None, Some(Rejection::MailNotConfirmed)]);
    assert_eq!(said(vec![named(1), confirmed]), [None, None]);
}

#[test]
fn who_is_suspended_does_nothing_more_in_a_case_that_is_open() {
    let life = case(death_of_a_dog(), UnderReview);
    let step = Step::new(life.applicant(), Command::Withdraw);
    let said = |user: &User| {
        let decided = life.in_context(&step, |context| {
            decide_case(life.state(), &step.command, &Context { applicant: Some(user), ..*context })
        });
        decided.unwrap().map(|_| ()).err()
    };
    assert_eq!(said(&registered()), None);
    assert_eq!(said(&User::Registered(Box::new(after([suspended()])))), Some(Rejection::UserSuspended));
}
