//! Registrations through the engine: confirmed by mail, suspended while somebody submits, dormant and purged.

use std::sync::Arc;

use shinsei::city_hall::CityHall;
use shinsei::engine::{Answer, ExecuteError, Request};
use shinsei_core::actor::Actor;
use shinsei_core::application::Application;
use shinsei_core::command::{Command, SubmittedForm};
use shinsei_core::event::Event;
use shinsei_core::ids::ReasonCode;
use shinsei_core::notice::{ConfirmationToken, Message, Notice, Reader};
use shinsei_core::port::store::Store;
use shinsei_core::rejection::Rejection;
use shinsei_core::signature::CertificateKind;
use shinsei_core::user::{AccountPolicy, PurgeCause, Registered, User, UserCommand, UserEvent, UserKind};

use crate::carrier::Carrier;
use crate::rigged::Fault;
use crate::town::{
    DEFECT, Mood, Town, case, command, follow_up, hakodate, officer, rejection, submission, user,
};

const DAY_MICROS: i64 = 86_400_000_000;
const MAIL: &str = "hanako@example.jp";

/// A town where only registered users with a confirmed address may apply.
pub(crate) fn strict_town() -> Town {
    Town::with(|settings| {
        let city = settings.cities.remove(0);
        settings.cities.push(CityHall {
            registration_required: true,
            accounts: AccountPolicy { confirmed_mail_required: true, ..AccountPolicy::STANDARD },
            confirmation_page: Some("https://shinsei.city.example.lg.jp/confirm/".into()),
            ..city
        });
    })
}

pub(crate) fn ask(town: &Town, n: u128, of: u128, what: UserCommand) -> Result<Answer<User>, ExecuteError> {
    town.engine.execute(Request::user(hakodate(), command(n), user(of), what)).wait()
}

fn by(town: &Town, n: u128, of: u128, actor: Actor, what: UserCommand) -> Result<Answer<User>, ExecuteError> {
    town.engine.execute(Request::of_user(hakodate(), command(n), actor, user(of), what)).wait()
}

fn register(mail: &str) -> UserCommand {
    let profile = r#"{"name":"函館 花子"}"#.into();
    UserCommand::Register { kind: UserKind::Person, profile, mail: Some(mail.into()) }
}

/// Registers a user and confirms the address with the link of the mail; takes the command ids n and n + 1.
pub(crate) fn registered(town: &Town, n: u128, of: u128, mail: &str) {
    ask(town, n, of, register(mail)).unwrap();
    let secret = token(town, mail).secret;
    ask(town, n + 1, of, UserCommand::ConfirmMail { secret }).unwrap();
}

/// The token of the link that was sent to an address.
fn token(town: &Town, to: &str) -> ConfirmationToken {
    let carrier = Carrier::default();
    town.engine.work_agenda(&carrier).unwrap();
    let confirming = |notice: &Notice| matches!(notice.message, Message::Confirmation { .. });
    let notices: Vec<_> = carrier.take_notices().into_iter().filter(confirming).collect();
    let [notice] = &notices[..] else { panic!("{notices:?}") };
    assert_eq!((notice.to.as_str(), notice.reader), (to, Reader::User));
    let Message::Confirmation { url, .. } = &notice.message else { unreachable!() };
    url.strip_prefix("https://shinsei.city.example.lg.jp/confirm/").unwrap().parse().unwrap()
}

pub(crate) fn refused<T: std::fmt::Debug>(executed: Result<T, ExecuteError>) -> Rejection {
    match executed {
        Err(ExecuteError::Rejected(rejection)) => rejection,
        other => panic!("{other:?}"),
    }
}

/// Works off what is due; says how many deadlines have passed.
fn passed(town: &Town) -> usize {
    town.engine.work_agenda(&Carrier::default()).unwrap().passed
}

/// A submission to another case by the same applicant.
fn another(n: u128, by: u128) -> Request<Application> {
    Request { stream: case(n).into(), command_id: command(n), ..submission(by) }
}

fn now(town: &Town, of: u128) -> User {
    town.engine.state::<User>(hakodate(), user(of).into()).unwrap()
}

fn is(town: &Town, of: u128) -> Registered {
    now(town, of).registered().unwrap().clone()
}

fn suspend() -> UserCommand {
    UserCommand::Suspend { ground: ReasonCode::new("misuse").unwrap() }
}

#[test]
fn who_registers_confirms_the_address_with_the_link_of_the_mail_and_may_apply() {
    let town = strict_town();
    assert_eq!(rejection(town.run(submission(1))), Rejection::ApplicantNotRegistered);
    ask(&town, 10, 1, register(MAIL)).unwrap();
    assert_eq!(rejection(town.run(submission(1))), Rejection::MailNotConfirmed);
    let token = token(&town, MAIL);
    assert_eq!(token.user, user(1));
    let other = uuid::Uuid::from_u128(5);
    let wrong = ask(&town, 11, 1, UserCommand::ConfirmMail { secret: other });
    assert_eq!(refused(wrong), Rejection::ConfirmationUnknown);
    ask(&town, 12, 1, UserCommand::ConfirmMail { secret: token.secret }).unwrap();
    let again = ask(&town, 13, 1, UserCommand::ConfirmMail { secret: token.secret });
    assert_eq!(refused(again), Rejection::ConfirmationUnknown);
    town.done(submission(1));
    // What falls due for the link no longer means anything.
    town.clock.advance(2 * DAY_MICROS);
    assert_eq!(passed(&town), 0);
    assert!(is(&town, 1).mail.is_some());
}

#[test]
fn a_link_works_for_a_day_and_the_address_lapses() {
    let town = strict_town();
    ask(&town, 10, 1, register(MAIL)).unwrap();
    let token = token(&town, MAIL);
    town.clock.advance(DAY_MICROS);
    let late = refused(ask(&town, 11, 1, UserCommand::ConfirmMail { secret: token.secret }));
    assert!(matches!(late, Rejection::ConfirmationExpired { .. }), "{late:?}");
    assert_eq!(passed(&town), 1);
    assert_eq!(is(&town, 1).unconfirmed, None);
    // Named again, it is another link.
    ask(&town, 12, 1, UserCommand::NameMail { mail: MAIL.into() }).unwrap();
    assert_eq!(is(&town, 1).unconfirmed.unwrap().ordinal, 2);
}

#[test]
fn nothing_that_is_recorded_of_an_address_confirms_it() {
    let town = strict_town();
    let answer = ask(&town, 10, 1, register(MAIL)).unwrap();
    let token = token(&town, MAIL);
    let written = format!("{answer:?}");
    for secret in [token.secret.to_string(), token.secret.simple().to_string(), MAIL.to_owned()] {
        assert!(!written.contains(&secret));
    }
    let UserEvent::MailNamed(named) = &answer.events[1].event else { panic!("{answer:?}") };
    assert_eq!(named.secret_sha256.len(), 64);
}

#[test]
fn a_changed_address_is_in_force_once_it_is_confirmed() {
    let town = strict_town();
    registered(&town, 10, 1, MAIL);
    let before = is(&town, 1).mail;
    ask(&town, 20, 1, UserCommand::NameMail { mail: "new@example.jp".into() }).unwrap();
    assert_eq!(is(&town, 1).mail, before);
    let secret = token(&town, "new@example.jp").secret;
    by(&town, 21, 1, Actor::System, UserCommand::ConfirmMail { secret }).unwrap();
    assert_ne!(is(&town, 1).mail, before);
}

#[test]
fn who_is_suspended_while_submitting_has_submitted_before_or_not_at_all() {
    let town = strict_town();
    registered(&town, 10, 1, MAIL);
    // The submission was decided; before it is written an officer suspends the user on another node.
    let other = Arc::new(town.other_engine_like(strict_settings(&town)));
    town.store.spoil([Fault::Meanwhile(Box::new(move || {
        let request = Request::of_user(hakodate(), command(20), officer("HOKENJO-EISEI"), user(1), suspend());
        other.execute(request).wait().unwrap();
    }))]);
    assert_eq!(rejection(town.run(submission(1))), Rejection::UserSuspended);
    assert_eq!(town.engine.case(hakodate(), case(1)).unwrap(), Application::Absent);
    let reinstate = UserCommand::Reinstate;
    by(&town, 21, 1, officer("HOKENJO-EISEI"), reinstate).unwrap();
    // Refusals are not recorded: the same command succeeds now.
    let answer = town.done(submission(1));
    // The other way round, the case stays and its officer goes on.
    by(&town, 22, 1, officer("HOKENJO-EISEI"), suspend()).unwrap();
    assert_eq!(town.done(submission(1)), answer);
    town.done(follow_up(30, 1, crate::town::dogs_officer(), Command::StartReview));
    assert_eq!(
        refused(town.run(follow_up(31, 1, Actor::Applicant { user: user(1) }, Command::Withdraw))),
        Rejection::UserSuspended
    );
}

fn strict_settings(town: &Town) -> shinsei::engine::Settings {
    let mut settings = crate::town::settings(&town.clock);
    let city = settings.cities.remove(0);
    settings.cities.push(CityHall { registration_required: true, ..city });
    settings
}

#[test]
fn only_an_officer_suspends_and_nobody_acts_on_anothers_registration() {
    let town = strict_town();
    registered(&town, 10, 1, MAIL);
    for (n, actor) in (20..).zip([Actor::Applicant { user: user(1) }, Actor::Applicant { user: user(2) }]) {
        let refusal = refused(by(&town, n, 1, actor, suspend()));
        assert!(matches!(refusal, Rejection::NotPermitted { .. }), "{refusal:?}");
    }
    let commands = [
        UserCommand::NameMail { mail: "thief@example.jp".into() },
        UserCommand::ChangeProfile { profile: "{}".into() },
        UserCommand::SignIn,
        UserCommand::Leave,
    ];
    for (n, what) in (30..).zip(commands) {
        let refusal = refused(by(&town, n, 1, Actor::Applicant { user: user(2) }, what));
        assert!(matches!(refusal, Rejection::NotPermitted { .. }), "{refusal:?}");
    }
}

#[test]
fn who_does_not_come_back_is_dormant_then_purged_and_their_cases_stay() {
    let town = strict_town();
    registered(&town, 10, 1, MAIL);
    let profile = is(&town, 1).profile;
    let submitted = town.done(submission(1));
    town.clock.advance(DAY_MICROS);
    ask(&town, 20, 1, UserCommand::SignIn).unwrap();
    town.clock.advance(729 * DAY_MICROS);
    // The dormancy that was counted from the registration was taken off when they signed in.
    assert_eq!(passed(&town), 0);
    town.clock.advance(DAY_MICROS);
    assert_eq!(passed(&town), 1);
    assert_eq!(rejection(town.run(another(2, 1))), Rejection::UserDormant);
    ask(&town, 21, 1, UserCommand::SignIn).unwrap();
    assert_eq!(is(&town, 1).purged_at, None);
    town.clock.advance(730 * DAY_MICROS);
    passed(&town);
    town.clock.advance(30 * DAY_MICROS);
    passed(&town);
    assert_eq!(now(&town, 1), User::Purged(PurgeCause::Dormancy));
    assert!(town.store.document(hakodate(), profile.id).unwrap().is_none(), "the profile is erased");
    assert_eq!(refused(ask(&town, 22, 1, register(MAIL))), Rejection::UserPurged);

    // The case has its own copy of who applied.
    let Event::Submitted(event) = &submitted.events[0].event else { panic!("{submitted:?}") };
    let copy = town.store.document(hakodate(), event.profile.unwrap().id).unwrap().unwrap();
    assert_eq!(copy.content, r#"{"name":"函館 花子"}"#.as_bytes());
    assert!(copy.is(&event.profile.unwrap()));
    town.done(follow_up(30, 1, crate::town::dogs_officer(), Command::StartReview));
}

#[test]
fn who_leaves_is_erased_at_once() {
    let town = strict_town();
    registered(&town, 10, 1, MAIL);
    let profile = is(&town, 1).profile;
    ask(&town, 20, 1, UserCommand::Leave).unwrap();
    passed(&town);
    assert_eq!(now(&town, 1), User::Purged(PurgeCause::Asked));
    assert!(town.store.document(hakodate(), profile.id).unwrap().is_none());
    town.clock.advance(800 * DAY_MICROS);
    assert_eq!(passed(&town), 0);
}

#[test]
fn signing_in_is_recorded_once_a_day() {
    let town = strict_town();
    registered(&town, 10, 1, MAIL);
    assert_eq!(ask(&town, 20, 1, UserCommand::SignIn).unwrap().events, []);
    town.clock.advance(DAY_MICROS);
    assert_eq!(ask(&town, 21, 1, UserCommand::SignIn).unwrap().events.len(), 1);
    assert_eq!(ask(&town, 22, 1, UserCommand::SignIn).unwrap().events, []);
    assert_eq!(ask(&town, 21, 1, UserCommand::SignIn).unwrap().events.len(), 1, "a repeat");
    assert_eq!(ask(&town, 22, 1, UserCommand::SignIn).unwrap().events, [], "a repeat of nothing");
    // What was to fall due before is taken off: one entry waits for this user, not one for each day of two years.
    let waiting = town.store.agenda(hakodate(), 100).unwrap();
    let names: Vec<_> = waiting.iter().map(|row| row.key.name.as_str()).collect();
    assert_eq!(names, ["dormancy/1"]);
}

fn bind(statement: &str) -> UserCommand {
    UserCommand::BindCertificate { statement: SubmittedForm::Attached(statement.into()) }
}

#[test]
fn a_certificate_is_bound_by_a_signature_that_names_this_user_and_this_city() {
    let town = strict_town();
    registered(&town, 10, 1, MAIL);
    let statement = |of, city| format!(r#"{{"user":"{}","municipality":"{city}"}}"#, user(of));
    for (n, other) in (20..).zip([
        statement(2, "012025"),
        statement(1, "011002"),
        r#"{"procedure":"JU-001"}"#.to_owned(),
        statement(1, "012025").replace('}', r#","and":"more"}"#),
    ]) {
        assert_eq!(refused(ask(&town, n, 1, bind(&other))), Rejection::StatementOfOther, "{other}");
    }
    let unsigned = SubmittedForm::Unsigned(statement(1, "012025").as_str().into());
    let refusal = refused(ask(&town, 30, 1, UserCommand::BindCertificate { statement: unsigned }));
    assert!(matches!(refusal, Rejection::SignatureRequired { .. }), "{refusal:?}");
    town.verifier.feel(Mood::Refusing);
    let bad = refused(ask(&town, 31, 1, bind(&statement(1, "012025"))));
    assert_eq!(bad, Rejection::SignatureInvalid(DEFECT));
    assert_eq!(is(&town, 1).certificate, None);
    town.verifier.feel(Mood::Trusting);
    ask(&town, 32, 1, bind(&statement(1, "012025"))).unwrap();
    let bound = is(&town, 1).certificate.unwrap();
    assert_eq!(bound.kind, CertificateKind::JpkiSigning);
    assert!(town.store.document(hakodate(), bound.identity.id).unwrap().is_some());
}
