//! The lives of streams that are no cases: what the rules decide, one command after another.

use std::collections::BTreeMap;
use std::error::Error;

use sha2::{Digest as _, Sha256};
use shinsei_conformance::life::staff;
use shinsei_conformance::stamp::{StampVerifier, attached};
use shinsei_core::actor::Actor;
use shinsei_core::calendar::stream::{CalendarCommand, Calendars};
use shinsei_core::calendar::{Calendar, OpenDays};
use shinsei_core::catalog::Catalog;
use shinsei_core::decider::{Context, Decider};
use shinsei_core::delivery::{Deliveries, DeliveryCommand, DeliveryFailure};
use shinsei_core::document::Seed;
use shinsei_core::event_format::Proposed;
use shinsei_core::ids::{
    CalendarId, CaseId, CommandId, DivisionId, EntryName, FormFileId, MailCode, MandateId, Position,
    ReasonCode, StreamId, UserId, Version,
};
use shinsei_core::mandate::{
    Capacity, Mandate, MandateCommand, MandateDeadline, MandateEvent, MandateTerms, MandateUsed,
};
use shinsei_core::outcome::NonEmpty;
use shinsei_core::port::signature::verify;
use shinsei_core::procedure::stream::{Editions, IntakePeriod, ProcedureCommand};
use shinsei_core::procedure::{Division, Procedure};
use shinsei_core::record::Recorded;
use shinsei_core::service_hours::ServiceHours;
use shinsei_core::service_hours::stream::{Service, ServiceCommand};
use shinsei_core::signature::CertificateKind;
use shinsei_core::time::Timestamp;
use shinsei_core::user::{User, UserCommand, UserDeadline, UserKind};
use uuid::Uuid;

use crate::{Log, MUNICIPALITY};

type Done<T = ()> = Result<T, Box<dyn Error>>;

/// The life of a stream, lived in a town.
type Live = fn(&mut Town) -> Done;

const HANAKO: UserId = UserId(Uuid::from_u128(0x5a));
const AGENT: UserId = UserId(Uuid::from_u128(0xa9e));
const KEY: &str = "0123456789abcdef";
const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// All of them, by their names.
pub(crate) fn all() -> Done<Vec<(String, Log)>> {
    let lives: [(&str, Live); 9] = [
        ("user-purged-after-dormancy", purged_after_dormancy),
        ("user-who-left", left),
        ("mandate-used-and-revoked", used_and_revoked),
        ("mandate-expired", expired),
        ("mandate-never-signed", never_signed),
        ("service-maintained-and-out-of-order", maintained),
        ("calendar-amended", amended),
        ("procedure-in-editions", in_editions),
        ("notices-delivered-and-given-up", told),
    ];
    let mut all = vec![];
    for (name, live) in lives {
        let mut town = Town::new()?;
        live(&mut town).map_err(|error| format!("{name}: {error}"))?;
        all.push((name.to_owned(), town.log));
    }
    Ok(all)
}

/// A town as far as these streams know one: its time, and what was recorded.
struct Town {
    now: Timestamp,
    asked: u64,
    recorded: u64,
    versions: BTreeMap<StreamId, u64>,
    divisions: Vec<Division>,
    log: Log,
}

impl Town {
    fn new() -> Done<Self> {
        let now = Timestamp::from_jst(2026, 5, 7, 15, 4).ok_or("a day and a time that exist")?;
        let divisions = Catalog::sample().divisions().to_vec();
        let (asked, recorded, versions) = (0, 0, BTreeMap::new());
        Ok(Self { now, asked, recorded, versions, divisions, log: Log::default() })
    }

    fn pause(&mut self, micros: i64) {
        self.now = self.now.saturating_add_micros(micros);
    }

    /// The randomness of the next command.
    fn seed(&self) -> Seed {
        Seed(Sha256::digest((self.asked + 1).to_be_bytes()).into())
    }

    /// Decides on a command a minute later, and records what it brings about. `acting`: the registration of whoever asks.
    fn ask<D: Decider>(
        &mut self,
        state: &mut D,
        stream: StreamId,
        by: &Actor,
        command: &D::Command,
        acting: Option<&User>,
    ) -> Done
    where
        D::Event: Clone,
    {
        let seed = self.seed();
        self.asked += 1;
        self.pause(60_000_000);
        let signing = state.needs(command).signed;
        let signing = signing.and_then(|signing| Some((signing.signed, signing.under(None)?)));
        let judged = signing.map(|(signed, rule)| verify(&StampVerifier::default(), signed, self.now, rule));
        let signature = judged.transpose().map_err(|refusal| format!("{refusal:?}"))?;
        let (calendar, hours) = (Calendar::standard(), ServiceHours::daily_three_to_four());
        let context = Context {
            applicant: acting,
            signature: signature.as_ref(),
            divisions: &self.divisions,
            ..Context::bare(self.now, MUNICIPALITY.parse()?, stream, by, &calendar, &hours, seed)
        };
        let decision = state.decide(command, &context).map_err(|rejection| rejection.to_string())?;
        for proposed in decision.events {
            let Proposed::Event(event) = proposed else {
                return Err("no event of these has a number".into());
            };
            self.record(state, stream, event)?;
        }
        Ok(())
    }

    fn record<D: Decider>(&mut self, state: &mut D, stream: StreamId, event: D::Event) -> Done
    where
        D::Event: Clone,
    {
        self.recorded += 1;
        let version = self.versions.entry(stream).or_default();
        *version += 1;
        let recorded = Recorded {
            position: Position(self.recorded),
            stream,
            version: Version(*version),
            recorded_at: self.now,
            command: CommandId(Uuid::from_u128(self.asked.into())),
            event,
        };
        self.log.append(&recorded)?;
        *state = std::mem::take(state).evolve(&recorded);
        Ok(())
    }
}

fn officer() -> Done<Actor> {
    Ok(Actor::Officer(staff("s-021", &DivisionId::new("SHIMIN-KOSEKI")?)))
}

fn oneself() -> Actor {
    Actor::Applicant { user: HANAKO }
}

fn register() -> UserCommand {
    let mail = Some("hanako@example.jp".into());
    UserCommand::Register { kind: UserKind::Person, profile: r#"{"name":"甲野 花子"}"#.into(), mail }
}

/// A registration with everything that may happen to it, until nobody has come for two years, twice.
fn purged_after_dormancy(town: &mut Town) -> Done {
    let (mut user, stream) = (User::Absent, StreamId::from(HANAKO));
    let (own, officer, engine) = (oneself(), officer()?, Actor::System);
    let secret = town.seed().id("confirmation");
    town.ask(&mut user, stream, &own, &register(), None)?;
    town.ask(&mut user, stream, &own, &UserCommand::ConfirmMail { secret }, None)?;
    let profile = r#"{"name":"乙山 花子"}"#.into();
    town.ask(&mut user, stream, &own, &UserCommand::ChangeProfile { profile }, None)?;
    let mail = "hanako.otsuyama@example.jp".into();
    town.ask(&mut user, stream, &own, &UserCommand::NameMail { mail }, None)?;
    town.pause(25 * HOUR);
    let lapsed = UserDeadline::Confirmation { ordinal: 2 };
    town.ask(&mut user, stream, &engine, &UserCommand::PassDeadline(lapsed), None)?;
    let statement = format!(r#"{{"user":"{HANAKO}","municipality":"{MUNICIPALITY}"}}"#);
    let statement = attached(CertificateKind::JpkiSigning, statement.as_bytes());
    town.ask(&mut user, stream, &own, &UserCommand::BindCertificate { statement }, None)?;
    let ground = ReasonCode::new("R-01")?;
    town.ask(&mut user, stream, &officer, &UserCommand::Suspend { ground }, None)?;
    town.ask(&mut user, stream, &officer, &UserCommand::Reinstate, None)?;
    town.ask(&mut user, stream, &own, &UserCommand::SignIn, None)?;
    for sightings in 1..=2 {
        town.pause(731 * DAY);
        let dormant = UserCommand::PassDeadline(UserDeadline::Dormancy { sightings });
        town.ask(&mut user, stream, &engine, &dormant, None)?;
        if sightings == 1 {
            town.ask(&mut user, stream, &own, &UserCommand::SignIn, None)?;
        }
    }
    town.pause(31 * DAY);
    let purge = UserCommand::PassDeadline(UserDeadline::Purge { sightings: 2 });
    town.ask(&mut user, stream, &engine, &purge, None)
}

fn left(town: &mut Town) -> Done {
    let (mut user, stream) = (User::Absent, StreamId::from(HANAKO));
    town.ask(&mut user, stream, &oneself(), &register(), None)?;
    town.ask(&mut user, stream, &oneself(), &UserCommand::Leave, None)
}

/// A mandate of the principal, as far as the steps go.
struct Mandated {
    mandate: Mandate,
    principal: User,
    agent: User,
    terms: MandateTerms,
}

const MANDATE: MandateId = MandateId(Uuid::from_u128(0x3a));

impl Mandated {
    fn drafted(town: &mut Town) -> Done<Self> {
        let (mut principal, mut agent) = (User::Absent, User::Absent);
        town.ask(&mut principal, HANAKO.into(), &oneself(), &register(), None)?;
        town.ask(&mut agent, AGENT.into(), &Actor::Applicant { user: AGENT }, &register(), None)?;
        let terms = MandateTerms {
            principal: HANAKO,
            agent: AGENT,
            capacity: Capacity::Professional,
            procedures: NonEmpty::one("JU-001".to_owned().try_into()?),
            from: "2026-05-01".parse()?,
            until: "2026-05-31".parse()?,
        };
        let mut mandated = Self { mandate: Mandate::default(), principal, agent, terms: terms.clone() };
        let draft = MandateCommand::Draft { terms, principal_name: "甲野 花子".into() };
        mandated.by_principal(town, &draft)?;
        Ok(mandated)
    }

    fn in_force(town: &mut Town) -> Done<Self> {
        let mut mandated = Self::drafted(town)?;
        let statement = mandated.terms.statement(MUNICIPALITY.parse()?, MANDATE)?;
        let statement = attached(CertificateKind::JpkiSigning, &statement);
        mandated.by_principal(town, &MandateCommand::Sign { statement, key: KEY.into() })?;
        let accept = MandateCommand::Accept { key: KEY.into() };
        let agent = Actor::Applicant { user: AGENT };
        town.ask(&mut mandated.mandate, MANDATE.into(), &agent, &accept, Some(&mandated.agent))?;
        Ok(mandated)
    }

    fn by_principal(&mut self, town: &mut Town, command: &MandateCommand) -> Done {
        town.ask(&mut self.mandate, MANDATE.into(), &oneself(), command, Some(&self.principal))
    }

    fn passes(&mut self, town: &mut Town, deadline: MandateDeadline) -> Done {
        let command = MandateCommand::PassDeadline(deadline);
        town.ask(&mut self.mandate, MANDATE.into(), &Actor::System, &command, None)
    }
}

fn used_and_revoked(town: &mut Town) -> Done {
    let mut mandated = Mandated::in_force(town)?;
    // By the submission of a case, in its commit.
    let (case, procedure) = (CaseId(Uuid::from_u128(0xca5e)), "JU-001".to_owned().try_into()?);
    let used = MandateEvent::MandateUsed(MandateUsed { case, procedure });
    town.record(&mut mandated.mandate, MANDATE.into(), used)?;
    mandated.by_principal(town, &MandateCommand::Revoke)?;
    town.pause(5 * 366 * DAY);
    mandated.passes(town, MandateDeadline::Disposal)
}

fn expired(town: &mut Town) -> Done {
    let mut mandated = Mandated::in_force(town)?;
    town.pause(30 * DAY);
    mandated.passes(town, MandateDeadline::Expiry)?;
    town.pause(5 * 366 * DAY);
    mandated.passes(town, MandateDeadline::Disposal)
}

fn never_signed(town: &mut Town) -> Done {
    let mut mandated = Mandated::drafted(town)?;
    town.pause(30 * DAY);
    mandated.passes(town, MandateDeadline::Expiry)
}

/// Maintenance that was called off, maintenance that was not, and an outage that an officer and one that the engine recorded.
fn maintained(town: &mut Town) -> Done {
    let (mut service, stream, officer) = (Service::default(), StreamId::SERVICE, officer()?);
    let from = town.now.saturating_add_micros(10 * DAY);
    let announce = ServiceCommand::AnnounceMaintenance { from, until: from.saturating_add_micros(10 * HOUR) };
    town.ask(&mut service, stream, &officer, &announce, None)?;
    town.ask(&mut service, stream, &officer, &ServiceCommand::CancelMaintenance { ordinal: 1 }, None)?;
    town.ask(&mut service, stream, &officer, &announce, None)?;
    for by in [&officer, &Actor::System] {
        let from = town.now;
        town.pause(HOUR);
        let outage = ServiceCommand::RecordOutage { from, until: town.now };
        town.ask(&mut service, stream, by, &outage, None)?;
    }
    Ok(())
}

fn amended(town: &mut Town) -> Done {
    let (mut calendars, stream) = (Calendars::default(), CalendarId(Uuid::from_u128(0xca1)).into());
    let publish = CalendarCommand::Publish { days: OpenDays::standard() };
    town.ask(&mut calendars, stream, &officer()?, &publish, None)?;
    let amend =
        CalendarCommand::Amend { closed: vec!["2026-08-14".parse()?], open: vec!["2026-05-30".parse()?] };
    town.ask(&mut calendars, stream, &officer()?, &amend, None)
}

/// A notice that was taken, and one that was given up each time for another reason until somebody had put it right.
fn told(town: &mut Town) -> Done {
    let stream = StreamId::from(CaseId(Uuid::from_u128(1))).deliveries();
    let mut deliveries = Deliveries::default();
    let delivered = |entry, mail| {
        let (entry, mail) = (EntryName::new(entry)?, MailCode::new(mail)?);
        Ok::<_, Box<dyn Error>>(DeliveryCommand::RecordDelivery { entry, mail, attempt: 1 })
    };
    town.ask(&mut deliveries, stream, &Actor::System, &delivered("receipt-notice", "M2")?, None)?;
    for failure in [DeliveryFailure::Technical, DeliveryFailure::Permanent, DeliveryFailure::Temporary] {
        let entry = EntryName::new("result-notice")?;
        let failed = DeliveryCommand::RecordFailure { entry, attempt: 10, failure };
        town.ask(&mut deliveries, stream, &Actor::System, &failed, None)?;
    }
    town.ask(&mut deliveries, stream, &Actor::System, &delivered("result-notice", "M3")?, None)?;
    town.ask(&mut deliveries, stream, &Actor::System, &delivered("exceeded-alert/1", "M21")?, None)
}

/// Two editions, the first suspended for a while; intake periods and a form file.
fn in_editions(town: &mut Town) -> Done {
    let first = Catalog::sample().procedures().iter().find(|one| one.id.as_str() == "DO-006").cloned();
    let first = first.ok_or("the sample has no such procedure")?;
    let second = Procedure { edition: first.edition + 1, ..first.clone() };
    let (mut editions, stream, officer) = (Editions::default(), StreamId::from(&first.id), officer()?);
    let edition = first.edition;
    let from = town.now.saturating_add_micros(DAY);
    let steps = [
        ProcedureCommand::Draft(Box::new(first)),
        ProcedureCommand::Publish { edition, from: None },
        ProcedureCommand::Suspend { ground: ReasonCode::new("R-01")? },
        ProcedureCommand::Resume,
        ProcedureCommand::AnnounceIntake {
            periods: vec![IntakePeriod { from, until: from.saturating_add_micros(30 * DAY) }],
        },
        ProcedureCommand::AddFormFile {
            file: FormFileId::new("notification.pdf")?,
            title: "犬の死亡届".to_owned(),
            content: "%PDF-1.7".into(),
        },
        ProcedureCommand::Draft(Box::new(second)),
        ProcedureCommand::Publish { edition: edition + 1, from: Some(from) },
    ];
    steps.iter().try_for_each(|step| town.ask(&mut editions, stream, &officer, step, None))
}
