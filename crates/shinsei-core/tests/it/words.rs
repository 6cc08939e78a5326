//! No My Number in what is said to a registration, a mandate or a procedure. What is said to a case is looked through in
//! `shinsei-conformance`, command by command.

use std::sync::LazyLock;

use chrono::NaiveDate;
use shinsei_conformance::life::staff;
use shinsei_core::actor::Actor;
use shinsei_core::calendar::Calendar;
use shinsei_core::catalog::Catalog;
use shinsei_core::decider::{Context, Decider};
use shinsei_core::document::{Body, Seed};
use shinsei_core::event_format::Proposed;
use shinsei_core::ids::{CommandId, FormFileId, MandateId, Position, StreamId, UserId, Version};
use shinsei_core::mandate::{Capacity, Mandate, MandateCommand, MandateTerms};
use shinsei_core::outcome::NonEmpty;
use shinsei_core::procedure::Division;
use shinsei_core::procedure::stream::{Editions, ProcedureCommand};
use shinsei_core::record::Recorded;
use shinsei_core::rejection::Rejection;
use shinsei_core::service_hours::ServiceHours;
use shinsei_core::time::Timestamp;
use shinsei_core::user::{User, UserCommand, UserKind};
use shinsei_core::words::Words;
use uuid::Uuid;

static DIVISIONS: LazyLock<Vec<Division>> = LazyLock::new(|| Catalog::sample().divisions().to_vec());

const HANAKO: UserId = UserId(Uuid::from_u128(1));
const NUMBER: &str = r#"{"name":"甲野 花子","note":"１２３４-5678-9018"}"#;

fn applicant() -> Actor {
    Actor::Applicant { user: HANAKO }
}

/// The words that would be kept, or why nothing is.
fn kept<D: Decider>(state: &D, by: &Actor, command: &D::Command) -> Result<Vec<String>, Rejection>
where
    D::Command: Worded,
{
    let (calendar, hours) = (Calendar::standard(), ServiceHours::daily_three_to_four());
    let context = context(D::Command::stream(), by, &calendar, &hours);
    let text = |body: &Body| match body {
        Body::Inline(content) => String::from_utf8_lossy(content.as_slice()).into_owned(),
        Body::Staged { .. } | Body::Shared(_) | Body::StagedShared { .. } => String::new(),
    };
    let decision = state.decide(command, &context)?;
    Ok(decision.documents.iter().map(|document| text(&document.body)).collect())
}

fn context<'a>(
    stream: StreamId,
    by: &'a Actor,
    calendar: &'a Calendar,
    hours: &'a ServiceHours,
) -> Context<'a> {
    let now = Timestamp::from_jst(2026, 5, 8, 10, 0).unwrap();
    let (hakodate, seed) = ("012025".parse().unwrap(), Seed([7; 32]));
    Context { divisions: &DIVISIONS, ..Context::bare(now, hakodate, stream, by, calendar, hours, seed) }
}

/// What a command brings about.
fn after<D: Decider + Default>(by: &Actor, command: &D::Command) -> D
where
    D::Command: Worded,
    D::Event: Clone,
{
    let (calendar, hours) = (Calendar::standard(), ServiceHours::daily_three_to_four());
    let context = context(D::Command::stream(), by, &calendar, &hours);
    let decision = D::default().decide(command, &context).unwrap();
    decision.events.iter().fold(D::default(), |state, proposed| match proposed {
        Proposed::Event(event) => state.evolve(&Recorded {
            position: Position(1),
            stream: context.stream,
            version: Version(1),
            recorded_at: context.now,
            command: CommandId(Uuid::nil()),
            event: event.clone(),
        }),
        Proposed::Numbered { .. } => state,
    })
}

/// The free text of a command. Every field stands here: the compiler asks of a new one whether it is free text.
trait Worded {
    /// A stream to which it may be said.
    fn stream() -> StreamId;

    fn words(&mut self) -> Option<&mut Words>;
}

impl Worded for UserCommand {
    fn stream() -> StreamId {
        HANAKO.into()
    }

    fn words(&mut self) -> Option<&mut Words> {
        match self {
            Self::Register { kind: _, profile, mail: _ } | Self::ChangeProfile { profile } => Some(profile),
            Self::NameMail { mail: _ }
            | Self::ConfirmMail { secret: _ }
            | Self::BindCertificate { statement: _ }
            | Self::Suspend { ground: _ }
            | Self::Reinstate
            | Self::SignIn
            | Self::Leave
            | Self::PassDeadline(_) => None,
        }
    }
}

impl Worded for MandateCommand {
    fn stream() -> StreamId {
        MandateId(Uuid::from_u128(3)).into()
    }

    fn words(&mut self) -> Option<&mut Words> {
        match self {
            Self::Draft { terms: _, principal_name } => Some(principal_name),
            Self::Sign { statement: _, key: _ }
            | Self::Accept { key: _ }
            | Self::Revoke
            | Self::PassDeadline(_) => None,
        }
    }
}

impl Worded for ProcedureCommand {
    fn stream() -> StreamId {
        (&Catalog::sample().procedures()[0].id).into()
    }

    fn words(&mut self) -> Option<&mut Words> {
        match self {
            Self::AddFormFile { file: _, title: _, content } => Some(content),
            Self::Draft(_)
            | Self::Publish { edition: _, from: _ }
            | Self::Load(_)
            | Self::Suspend { ground: _ }
            | Self::Resume
            | Self::AnnounceIntake { periods: _ } => None,
        }
    }
}

/// A number that may be one is refused under this role, and taken over once it is said to be something else.
#[track_caller]
fn searched<D: Decider>(state: &D, by: &Actor, role: &'static str, mut command: D::Command)
where
    D::Command: Worded,
{
    let mut with = |words| {
        *command.words().unwrap() = words;
        kept(state, by, &command)
    };
    assert_eq!(with(NUMBER.into()), Err(Rejection::WordsMayHoldMyNumber { role }));
    assert_eq!(with(Words::with_no_my_number(NUMBER)).unwrap()[0], NUMBER);
    let masked = r#"{"name":"甲野 花子","note":"＊＊＊＊-＊＊＊＊-＊＊＊＊"}"#;
    assert_eq!(with(Words::masked(NUMBER)).unwrap()[0], masked);
}

#[test]
fn no_my_number_stands_in_a_profile() {
    let register = UserCommand::Register { kind: UserKind::Person, profile: "{}".into(), mail: None };
    searched(&User::Absent, &applicant(), "profile", register.clone());
    let user: User = after(&applicant(), &register);
    searched(&user, &applicant(), "profile", UserCommand::ChangeProfile { profile: "{}".into() });
}

#[test]
fn no_my_number_stands_in_the_name_of_a_principal() {
    let day = |day| NaiveDate::from_ymd_opt(2026, 5, day).unwrap();
    let terms = MandateTerms {
        principal: HANAKO,
        agent: UserId(Uuid::from_u128(2)),
        capacity: Capacity::Professional,
        procedures: NonEmpty::one(Catalog::sample().procedures()[0].id.clone()),
        from: day(8),
        until: day(20),
    };
    let draft = MandateCommand::Draft { terms, principal_name: "甲野 花子".into() };
    searched(&Mandate::default(), &applicant(), "principal-name", draft);
}

#[test]
fn no_my_number_stands_in_a_form_file_or_in_its_title() {
    let procedure = Catalog::sample().procedures()[0].clone();
    let officer = Actor::Officer(staff("s-021", &procedure.terms.division));
    let editions: Editions = after(&officer, &ProcedureCommand::Load(Box::new(procedure)));
    let titled = |title: &str| ProcedureCommand::AddFormFile {
        file: FormFileId::new("application.csv").unwrap(),
        title: title.to_owned(),
        content: "氏名,住所".into(),
    };
    searched(&editions, &officer, "form-file", titled("申請書"));
    // A title stands in an event, which is never erased: there nobody may say that it is something else.
    let refused = kept(&editions, &officer, &titled("申請書 1234-5678-9018"));
    assert_eq!(refused, Err(Rejection::WordsMayHoldMyNumber { role: "title" }));
}
