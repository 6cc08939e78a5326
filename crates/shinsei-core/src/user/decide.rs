//! What a registration says to a command.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::actor::Actor;
use crate::agenda::{AgendaChange, Due};
use crate::bytes::{Bytes, hex};
use crate::command::SubmittedForm;
use crate::decide::form::{keep_form, keep_verdict, signed_statement};
use crate::decide::submit::usable_contact;
use crate::decider::{Context, Decider, Decision, Needs, Signing, SigningRule};
use crate::document::Documents;
use crate::event_format::Proposed;
use crate::ids::{Municipality, ReasonCode, StreamKind, UserId};
use crate::notice::UserTask;
use crate::record::Recorded;
use crate::rejection::{Rejection, Role};
use crate::signature::CertificateKind;
use crate::time::{Timestamp, Window};
use crate::user::{
    BINDING, CertificateBound, MailConfirmed, MailLapsed, MailNamed, ProfileChanged, PurgeCause, Registered,
    User, UserCommand, UserDeadline, UserDormant, UserEvent, UserKind, UserPurged, UserRegistered,
    UserReinstated, UserSeen, UserSuspended,
};
use crate::words::Words;

const HOUR_MICROS: i64 = 3_600_000_000;
const DAY_MICROS: i64 = 24 * HOUR_MICROS;

/// How long after one signing-in another is worth recording: a day says enough of two years.
const SEEN_EVERY_MICROS: i64 = DAY_MICROS;

type UserDecision = Result<Decision<UserEvent>, Rejection>;

impl Decider for User {
    type Command = UserCommand;
    type Event = UserEvent;
    const KIND: StreamKind = StreamKind::User;

    fn needs<'a>(&'a self, command: &'a UserCommand) -> Needs<'a> {
        let signed = match (command, self.registered()) {
            (UserCommand::BindCertificate { statement }, Some(user)) => statement.signed().map(|signed| {
                let accepted = certificates_of(user.kind);
                Signing { signed, rule: SigningRule::Fixed { procedure: &BINDING, accepted } }
            }),
            _ => None,
        };
        Needs { signed, ..Needs::default() }
    }

    fn falls_due(task: &[u8]) -> Option<UserCommand> {
        UserDeadline::from_bytes(task).map(UserCommand::PassDeadline)
    }

    fn decide(&self, command: &UserCommand, context: &Context<'_>) -> Result<Decision<UserEvent>, Rejection> {
        decide(self, command, context)
    }

    fn evolve(self, recorded: &Recorded<UserEvent>) -> Self {
        self.after(recorded)
    }
}

/// Decides on a command to a registration.
fn decide(state: &User, command: &UserCommand, context: &Context<'_>) -> UserDecision {
    match command {
        UserCommand::Register { kind, profile, mail } => {
            register(state, *kind, profile, mail.as_ref(), context)
        }
        UserCommand::NameMail { mail } => name_mail(registered(state)?, mail, context),
        UserCommand::ConfirmMail { secret } => confirm_mail(registered(state)?, *secret, context),
        UserCommand::ChangeProfile { profile } => change_profile(registered(state)?, profile, context),
        UserCommand::BindCertificate { statement } => bind(registered(state)?, statement, context),
        UserCommand::Suspend { ground } => suspend(registered(state)?, ground, context),
        UserCommand::Reinstate => reinstate(registered(state)?, context),
        UserCommand::SignIn => sign_in(registered(state)?, context),
        UserCommand::Leave => leave(registered(state)?, context),
        UserCommand::PassDeadline(deadline) => pass(state, *deadline, context),
    }
}

/// 利用者登録: by oneself, once, free and at any hour.
fn register(
    state: &User,
    kind: UserKind,
    profile: &Words,
    mail: Option<&Bytes>,
    context: &Context<'_>,
) -> UserDecision {
    oneself(context)?;
    match state {
        User::Absent => {}
        User::Registered(_) => return Err(Rejection::UserExists),
        User::Purged(_) => return Err(Rejection::UserPurged),
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let profile = documents.keep("profile", profile.taken("profile")?);
    let dormant_at = after_days(context, context.accounts.dormancy_days);
    let registered = UserRegistered { kind, profile, dormant_at: Some(dormant_at) };
    let mut decision = Decision::of([Proposed::Event(UserEvent::UserRegistered(registered))]);
    decision.agenda.push(UserDeadline::Dormancy { sightings: 0 }.at(Due::At(dormant_at), context.stream));
    if let Some(mail) = mail {
        name(1, mail, &mut documents, &mut decision, context)?;
    }
    decision.documents = documents.into_vec();
    Ok(decision)
}

/// メールアドレスの届出: another address, in force once it is confirmed; one that was waiting waits no longer.
fn name_mail(user: &Registered, mail: &Bytes, context: &Context<'_>) -> UserDecision {
    oneself(context)?;
    let mut documents = Documents::of(&context.seed, context.stream);
    let mut decision = Decision::of([]);
    decision.agenda.extend(no_longer_waiting(user, context));
    name(user.mails + 1, mail, &mut documents, &mut decision, context)?;
    decision.documents = documents.into_vec();
    Ok(decision)
}

fn name(
    ordinal: u32,
    mail: &Bytes,
    documents: &mut Documents<'_>,
    decision: &mut Decision<UserEvent>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    // Security: 122 random bits, of which the log has a digest only; the mail has them, and whoever reads the mail.
    let secret = context.seed.id("confirmation");
    let hours = i64::from(context.accounts.confirmation_hours);
    let until = context.now.saturating_add_micros(hours * HOUR_MICROS);
    let named = MailNamed {
        ordinal,
        mail: documents.keep("mail", usable_contact(mail)?),
        secret: documents.keep("confirmation-secret", &secret.as_bytes().as_slice().into()),
        secret_sha256: sha256(secret),
        until,
    };
    decision.events.push(Proposed::Event(UserEvent::MailNamed(named)));
    decision.agenda.push(UserTask::Confirmation { ordinal }.at_once(context.stream));
    decision.agenda.push(UserDeadline::Confirmation { ordinal }.at(Due::At(until), context.stream));
    Ok(())
}

/// メールアドレスの確認: by whoever has the link, in time. Who has it need not be signed in: the service asks for them.
fn confirm_mail(user: &Registered, secret: Uuid, context: &Context<'_>) -> UserDecision {
    oneself(context).map(drop).or_else(|_| context.actor.engine())?;
    let waiting = user
        .unconfirmed
        .as_ref()
        .filter(|waiting| waiting.secret_sha256 == sha256(secret))
        .ok_or(Rejection::ConfirmationUnknown)?;
    if context.now >= waiting.until {
        return Err(Rejection::ConfirmationExpired { at: waiting.until });
    }
    let ordinal = waiting.ordinal;
    let mut decision = event(UserEvent::MailConfirmed(MailConfirmed { ordinal }));
    decision.agenda = vec![UserDeadline::Confirmation { ordinal }.cancelled(context.stream)];
    decision.window = Window { from: None, until: Some(waiting.until) };
    Ok(decision)
}

/// 登録内容の変更.
fn change_profile(_: &Registered, profile: &Words, context: &Context<'_>) -> UserDecision {
    oneself(context)?;
    let mut documents = Documents::of(&context.seed, context.stream);
    let profile = documents.keep("profile", profile.taken("profile")?);
    let changed = event(UserEvent::ProfileChanged(ProfileChanged { profile }));
    Ok(Decision { documents: documents.into_vec(), ..changed })
}

/// 電子証明書の登録: what is signed names this very user.
fn bind(user: &Registered, statement: &SubmittedForm, context: &Context<'_>) -> UserDecision {
    let user_id = oneself(context)?;
    let (bytes, signature) = signed_statement(statement, &BINDING, certificates_of(user.kind), context)?;
    let stated: BindingStatement = serde_json::from_slice(bytes).map_err(|_| Rejection::StatementOfOther)?;
    if stated != (BindingStatement { user: user_id, municipality: context.municipality }) {
        return Err(Rejection::StatementOfOther);
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let bound = CertificateBound {
        statement: keep_form(statement, &mut documents),
        signature: keep_verdict(signature, &mut documents),
    };
    let decision = event(UserEvent::CertificateBound(bound));
    Ok(Decision { documents: documents.into_vec(), window: signature.holds(), ..decision })
}

/// What a user signs to show that a certificate is theirs: JSON, `{"user":"<uuid>","municipality":"012025"}`.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BindingStatement {
    user: UserId,
    municipality: Municipality,
}

/// The kinds of certificate that a person or a company has.
fn certificates_of(kind: UserKind) -> &'static [CertificateKind] {
    match kind {
        UserKind::Person => &[CertificateKind::JpkiSigning, CertificateKind::Accredited],
        UserKind::Company => &[CertificateKind::CommercialRegistration, CertificateKind::Accredited],
    }
}

/// 利用停止: by an officer.
fn suspend(user: &Registered, ground: &ReasonCode, context: &Context<'_>) -> UserDecision {
    let by = context.actor.officer()?.clone();
    if user.suspended.is_some() {
        return Err(Rejection::UserSuspended);
    }
    Ok(event(UserEvent::UserSuspended(UserSuspended { by, ground: ground.clone() })))
}

/// 利用再開: by an officer.
fn reinstate(user: &Registered, context: &Context<'_>) -> UserDecision {
    let by = context.actor.officer()?.clone();
    if user.suspended.is_none() {
        return Err(Rejection::UserNotSuspended);
    }
    Ok(event(UserEvent::UserReinstated(UserReinstated { by })))
}

/// ログイン: keeps the registration from becoming dormant, and wakes a dormant one. Recorded once a day at most.
fn sign_in(user: &Registered, context: &Context<'_>) -> UserDecision {
    oneself(context)?;
    if user.suspended.is_some() {
        return Err(Rejection::UserSuspended);
    }
    let again = user.seen_at.saturating_add_micros(SEEN_EVERY_MICROS);
    if user.purged_at.is_none() && context.now < again {
        return Ok(Decision::of([]));
    }
    let dormant_at = after_days(context, context.accounts.dormancy_days);
    let mut decision = event(UserEvent::UserSeen(UserSeen { dormant_at }));
    decision.agenda = vec![no_longer_idle(user, context)];
    let sightings = user.sightings + 1;
    decision.agenda.push(UserDeadline::Dormancy { sightings }.at(Due::At(dormant_at), context.stream));
    Ok(decision)
}

/// 退会: the registration goes, the cases stay.
fn leave(user: &Registered, context: &Context<'_>) -> UserDecision {
    oneself(context)?;
    let mut decision = purged(PurgeCause::Asked, context);
    decision.agenda.push(no_longer_idle(user, context));
    decision.agenda.extend(no_longer_waiting(user, context));
    Ok(decision)
}

/// What falls due for a registration.
fn pass(state: &User, deadline: UserDeadline, context: &Context<'_>) -> UserDecision {
    context.actor.engine()?;
    let user = state.registered().ok_or(Rejection::DeadlineMoot)?;
    let reached = |at: Option<Timestamp>| match at {
        None => Err(Rejection::DeadlineMoot),
        Some(at) if context.now < at => Err(Rejection::DeadlineNotReached { at }),
        Some(_) => Ok(()),
    };
    match deadline {
        UserDeadline::Confirmation { ordinal } => {
            let waiting = user.unconfirmed.as_ref().filter(|waiting| waiting.ordinal == ordinal);
            reached(waiting.map(|waiting| waiting.until))?;
            Ok(event(UserEvent::MailLapsed(MailLapsed { ordinal })))
        }
        UserDeadline::Dormancy { sightings } => {
            reached(user.dormant_at.filter(|_| user.sightings == sightings && user.purged_at.is_none()))?;
            let purged_at = after_days(context, context.accounts.purge_days);
            let mut decision = event(UserEvent::UserDormant(UserDormant { purged_at }));
            decision.agenda = vec![UserDeadline::Purge { sightings }.at(Due::At(purged_at), context.stream)];
            Ok(decision)
        }
        UserDeadline::Purge { sightings } => {
            reached(user.purged_at.filter(|_| user.sightings == sightings))?;
            let mut decision = purged(PurgeCause::Dormancy, context);
            decision.agenda.extend(no_longer_waiting(user, context));
            Ok(decision)
        }
        // Nothing happens to the registration: the engine erases, and asks nobody.
        UserDeadline::Erasure => Err(Rejection::DeadlineMoot),
    }
}

fn purged(cause: PurgeCause, context: &Context<'_>) -> Decision<UserEvent> {
    let mut decision = event(UserEvent::UserPurged(UserPurged { cause }));
    decision.agenda = vec![UserDeadline::Erasure.at(Due::AtOnce, context.stream)];
    decision
}

/// Takes off the agenda what waits for this user to be idle for too long.
fn no_longer_idle(user: &Registered, context: &Context<'_>) -> AgendaChange {
    let sightings = user.sightings;
    let idle = match user.purged_at {
        None => UserDeadline::Dormancy { sightings },
        Some(_) => UserDeadline::Purge { sightings },
    };
    idle.cancelled(context.stream)
}

/// Takes off the agenda what waits for an address to be confirmed.
fn no_longer_waiting(user: &Registered, context: &Context<'_>) -> Option<AgendaChange> {
    let waiting = user.unconfirmed.as_ref()?;
    Some(UserDeadline::Confirmation { ordinal: waiting.ordinal }.cancelled(context.stream))
}

fn registered(state: &User) -> Result<&Registered, Rejection> {
    match state {
        User::Registered(registered) => Ok(registered),
        User::Absent => Err(Rejection::ApplicantNotRegistered),
        User::Purged(_) => Err(Rejection::UserPurged),
    }
}

/// The user, if it is they themself who ask.
fn oneself(context: &Context<'_>) -> Result<UserId, Rejection> {
    match context.actor {
        Actor::Applicant { user } if user.0 == context.stream.id => Ok(*user),
        Actor::Applicant { .. }
        | Actor::Agent { .. }
        | Actor::Officer(_)
        | Actor::Clerk(_)
        | Actor::System => Err(Rejection::NotPermitted { needed: Role::Applicant }),
    }
}

fn event(event: UserEvent) -> Decision<UserEvent> {
    Decision::of([Proposed::Event(event)])
}

fn after_days(context: &Context<'_>, days: u16) -> Timestamp {
    context.now.saturating_add_micros(i64::from(days) * DAY_MICROS)
}

fn sha256(secret: Uuid) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}
