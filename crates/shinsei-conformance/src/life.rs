//! A case lived through `decide` and `evolve` alone: no engine, no store, and every event through its stored form.

mod road;
mod secrets;
pub mod texts;

use std::fmt;
use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};
use shinsei_core::actor::{Actor, Staff};
use shinsei_core::application::Application;
use shinsei_core::calendar::Calendar;
use shinsei_core::catalog::Catalog;
use shinsei_core::command::Command;
use shinsei_core::decide::{CaseDecision, decide};
use shinsei_core::decider::{Context, Decider as _, Decision};
use shinsei_core::document::{Body, Document, DocumentRef, NewDocument, SaltedDigest, Seed};
use shinsei_core::event::Event;
use shinsei_core::event_format::{Proposed, decode};
use shinsei_core::ids::{
    CaseId, CommandId, DivisionId, Municipality, Position, ProcedureId, StaffId, UserId, Version,
};
use shinsei_core::lookup::{LookedUp, Lookup};
use shinsei_core::number::ReceiptNumber;
use shinsei_core::port::signature::{Refusal, verify};
use shinsei_core::procedure::filing::Filing;
use shinsei_core::procedure::stream::{
    EditionPublished, Editions, IntakeAnnounced, IntakePeriod, ProcedureDefined, ProcedureEvent,
};
use shinsei_core::procedure::{Applicants, Division, Procedure};
use shinsei_core::record::{Number, RawRecord, Recorded};
use shinsei_core::rejection::Rejection;
use shinsei_core::service_hours::ServiceHours;
use shinsei_core::signature::{CertificateKind, Signed, VerifiedSignature};
use shinsei_core::time::Timestamp;
use shinsei_core::user::{Registered, User, UserKind};
use uuid::Uuid;

use crate::life::secrets::{said_to_hold_no_my_number, secrets_of};
use crate::stamp::StampVerifier;

/// The divisions of the sample catalog.
static DIVISIONS: LazyLock<Vec<Division>> = LazyLock::new(|| Catalog::sample().divisions().to_vec());

/// One thing that somebody asks of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How long after the step before.
    pub after_minutes: u32,
    /// Who asks.
    pub by: Actor,
    /// What.
    pub command: Command,
}

impl Step {
    /// A step one minute after the one before.
    pub fn new(by: Actor, command: Command) -> Self {
        Self { after_minutes: 1, by, command }
    }
}

/// One case of one procedure, from before its arrival on.
///
/// Time advances with the steps; positions, versions and numbers are counted as a store counts them. What a life is
/// asked is decided twice and must be decided alike.
///
/// # Example
/// ```
/// use proptest::prelude::*;
/// use shinsei_conformance::life::Life;
/// use shinsei_conformance::{laws, strategies};
///
/// # fn my_procedure() -> impl Strategy<Value = shinsei_core::procedure::Procedure> { strategies::procedure() }
/// let lives = my_procedure().prop_flat_map(|procedure| {
///     strategies::steps(&procedure).prop_map(move |steps| Life::of(procedure.clone()).run(&steps))
/// });
/// proptest!(ProptestConfig::with_cases(8), |(life in lives)| laws::hold(&life));
/// ```
#[derive(Clone)]
pub struct Life {
    procedure: Procedure,
    applicant: UserId,
    user: User,
    registration_required: bool,
    hours: ServiceHours,
    calendar: Calendar,
    editions: Option<Editions>,
    verifier: StampVerifier,
    now: Timestamp,
    asked: u64,
    state: Application,
    history: Vec<Recorded<Event>>,
    documents: Vec<NewDocument>,
    secrets: Vec<Vec<u8>>,
    confirmed: Vec<Vec<u8>>,
    refusals: Vec<(Step, Rejection)>,
}

impl Life {
    /// A case of this procedure that nobody has submitted yet, by a registered user whom it admits, on Thursday 7 May
    /// 2026 at 15:04 in Japan, with the service hours of the source page.
    pub fn of(procedure: Procedure) -> Self {
        let now = Timestamp::from_jst(2026, 5, 7, 15, 4).expect("a day and a time that exist");
        let kind = match procedure.applicants {
            Applicants::Individuals | Applicants::Both => UserKind::Person,
            Applicants::Corporations => UserKind::Company,
        };
        Self {
            procedure,
            applicant: UserId(Uuid::from_u128(0x5a)),
            user: registered(kind, now),
            registration_required: true,
            hours: ServiceHours::daily_three_to_four(),
            calendar: Calendar::standard(),
            editions: None,
            verifier: StampVerifier::default(),
            now,
            asked: 0,
            state: Application::Absent,
            history: vec![],
            documents: vec![],
            secrets: vec![],
            confirmed: vec![],
            refusals: vec![],
        }
    }

    /// The same with an applicant of this kind.
    #[must_use]
    pub fn with_applicant(self, kind: UserKind) -> Self {
        Self { user: registered(kind, self.now), ..self }
    }

    /// The same with an applicant who has not registered.
    #[must_use]
    pub fn with_stranger(self, registration_required: bool) -> Self {
        Self { user: User::Absent, registration_required, ..self }
    }

    /// The same at another time.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        Self { now, ..self }
    }

    /// The same city hall, open on other days.
    #[must_use]
    pub fn with_calendar(self, calendar: Calendar) -> Self {
        Self { calendar, ..self }
    }

    /// The same procedure, published in its stream at this time, and taken in these periods.
    #[must_use]
    pub fn with_intake(self, periods: Vec<IntakePeriod>) -> Self {
        let by = staff("s-001", &self.procedure.terms.division).id;
        let procedure = Box::new(self.procedure.clone());
        let edition = procedure.edition;
        let published = EditionPublished { edition, from: self.now, by: by.clone() };
        let events = [
            ProcedureEvent::ProcedureDefined(ProcedureDefined { procedure, by: by.clone() }),
            ProcedureEvent::EditionPublished(published),
            ProcedureEvent::IntakeAnnounced(IntakeAnnounced { periods, by }),
        ];
        let editions = events.into_iter().fold(Editions::default(), |editions, event| {
            editions.evolve(&Recorded {
                position: Position(1),
                stream: (&self.procedure.id).into(),
                version: Version(1),
                recorded_at: self.now,
                command: CommandId(Uuid::nil()),
                event,
            })
        });
        Self { editions: Some(editions), ..self }
    }

    /// The same with other service hours.
    #[must_use]
    pub fn with_hours(self, hours: ServiceHours) -> Self {
        Self { hours, ..self }
    }

    /// The same with another verifier.
    #[must_use]
    pub fn with_verifier(self, verifier: StampVerifier) -> Self {
        Self { verifier, ..self }
    }

    /// The same with another edition in the catalog from now on.
    #[must_use]
    pub fn with_edition(self, procedure: Procedure) -> Self {
        Self { procedure, ..self }
    }

    /// Asks all this, one after another; what is refused is remembered and changes nothing else.
    #[must_use]
    pub fn run<'a>(mut self, steps: impl IntoIterator<Item = &'a Step>) -> Self {
        for step in steps {
            let _ = self.ask(step);
        }
        self
    }

    /// Decides on a step and records what it brings about.
    ///
    /// # Errors
    /// [`Rejection`] when the rules say no; the case is then as it was.
    ///
    /// # Panics
    /// When the same is decided differently twice, or does not hold at the time at which it is decided.
    pub fn ask(&mut self, step: &Step) -> Result<Decision<Event>, Rejection> {
        self.now = self.now.saturating_add_micros(i64::from(step.after_minutes) * 60_000_000);
        self.asked += 1;
        self.secrets.extend(secrets_of(&step.command));
        self.confirmed.extend(said_to_hold_no_my_number(&step.command));
        match self.decide(step) {
            Ok(decision) => {
                assert!(decision.window.contains(self.now), "a decision holds when it is made");
                for event in &decision.events {
                    self.append(event);
                }
                self.documents.extend_from_slice(&decision.documents);
                Ok(decision)
            }
            Err(rejection) => {
                self.refusals.push((step.clone(), rejection.clone()));
                Err(rejection)
            }
        }
    }

    /// Records an event that nobody decided: for histories that the rules would not have made.
    pub fn record(&mut self, event: Event) {
        self.asked += 1;
        self.append(&Proposed::Event(event));
    }

    fn decide(&self, step: &Step) -> CaseDecision {
        self.in_context(step, |context| {
            let first = decide(&self.state, &step.command, context);
            assert!(first == decide(&self.state, &step.command, context), "the same is decided alike");
            let unprepared = Context { prepared: None, ..*context };
            assert!(
                first == decide(&self.state, &step.command, &unprepared),
                "prepared or not, it is decided alike"
            );
            first
        })?
    }

    /// Whatever somebody does with all that a decision on a step may look at, now.
    ///
    /// # Errors
    /// [`Rejection`] when the signature of what is submitted does not hold.
    pub fn in_context<T>(&self, step: &Step, then: impl FnOnce(&Context<'_>) -> T) -> Result<T, Rejection> {
        let needs = self.state.needs(&step.command);
        let procedure = needs.procedure.filter(|id| **id == self.procedure.id).map(|_| &self.procedure);
        let signing = needs.signed.and_then(|signing| Some((signing.signed, signing.under(procedure)?)));
        let signature = match signing {
            Some((signed, rule)) => Some(self.judge(signed, rule)?),
            None => None,
        };
        let documents = self.looked_up(&step.command);
        let context = Context {
            procedure,
            editions: self.editions.as_ref(),
            divisions: &DIVISIONS,
            applicant: needs.applicant.then_some(&self.user),
            registration_required: self.registration_required,
            signature: signature.as_ref(),
            documents: &documents,
            ..Context::bare(
                self.now,
                hakodate(),
                self.case().into(),
                &step.by,
                &self.calendar,
                &self.hours,
                Seed(Sha256::digest(self.asked.to_be_bytes()).into()),
            )
        };
        let prepared = self.state.prepare(&step.command, &context);
        Ok(then(&Context { prepared: Some(&prepared), ..context }))
    }

    /// What a decision on a command looks up, as a store would give it back.
    pub fn looked_up(&self, command: &Command) -> Vec<LookedUp> {
        self.look_up(&self.state.looks_up(command))
    }

    fn look_up(&self, wanted: &[Lookup]) -> Vec<LookedUp> {
        let read = |document: &NewDocument| Document {
            id: document.id,
            stream: document.stream,
            role: document.role.to_owned(),
            salt: document.salt,
            content: content_of(document).unwrap_or_default().to_vec(),
        };
        let found = |lookup: &Lookup| {
            let kept = self.documents.iter().find(|document| document.id == lookup.document.id)?;
            // Whatever is known, other fields than those of the document are not taken.
            lookup.found(read(kept), |_| Some(self.procedure.form.clone()))
        };
        wanted.iter().filter_map(found).collect()
    }

    fn judge(
        &self,
        signed: Signed<'_>,
        rule: (&ProcedureId, &[CertificateKind]),
    ) -> Result<VerifiedSignature, Rejection> {
        match verify(&self.verifier, signed, self.now, rule) {
            Ok(signature) => Ok(signature),
            Err(Refusal::Defect(defect)) => Err(Rejection::SignatureInvalid(defect)),
            Err(Refusal::Verifier(error)) => panic!("the verifier of stamps keeps its contract: {error}"),
        }
    }

    /// Records through the stored form, so that what is not written is not lived.
    fn append(&mut self, event: &Proposed<Event>) {
        let place = self.history.len() as u64 + 1;
        let written = event.to_record().expect("every event can be written");
        let number = match event {
            Proposed::Event(Event::ReceiptIssued(receipt)) => {
                let series = ReceiptNumber::series(receipt.number.fiscal_year());
                series.map(|series| Number { series, value: receipt.number.sequence() })
            }
            Proposed::Event(_) | Proposed::Numbered { .. } => {
                written.number_from.map(|series| Number { series, value: 1 })
            }
        };
        let raw = RawRecord {
            municipality: hakodate(),
            position: Position(place),
            stream: self.case().into(),
            version: Version(place),
            recorded_at: self.now,
            command: CommandId(Uuid::from_u128(self.asked.into())),
            number,
            event_type: written.event_type,
            schema_version: written.schema_version,
            codec: written.codec,
            payload: &written.payload,
        };
        let recorded = decode(&raw).expect("what is written can be read");
        self.state = std::mem::take(&mut self.state).evolve(&recorded);
        self.history.push(recorded);
    }

    /// The case as it stands.
    pub fn state(&self) -> &Application {
        &self.state
    }

    /// Everything that happened, in order.
    pub fn history(&self) -> &[Recorded<Event>] {
        &self.history
    }

    /// The case as it stood before anything happened and after each event.
    pub fn states(&self) -> Vec<Application> {
        let mut states = vec![Application::Absent];
        for recorded in &self.history {
            states.push(states.last().cloned().unwrap_or_default().evolve(recorded));
        }
        states
    }

    /// What was refused, and why.
    pub fn refusals(&self) -> &[(Step, Rejection)] {
        &self.refusals
    }

    /// The documents that were kept.
    pub fn documents(&self) -> &[NewDocument] {
        &self.documents
    }

    /// The kept document of which an event speaks, if it is the one with that digest.
    pub fn document(&self, reference: &DocumentRef) -> Option<&NewDocument> {
        let document = self.documents.iter().find(|document| document.id == reference.id)?;
        let content = content_of(document)?;
        (SaltedDigest::of(&document.salt, content) == reference.digest).then_some(document)
    }

    /// What was said to this case and must stand in no event: words of residents and officers, addresses, references.
    pub fn secrets(&self) -> &[Vec<u8>] {
        &self.secrets
    }

    /// What was said to this case and is said to hold no My Number.
    pub fn confirmed(&self) -> &[Vec<u8>] {
        &self.confirmed
    }

    /// The edition in the catalog.
    pub fn procedure(&self) -> &Procedure {
        &self.procedure
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The case's id.
    pub fn case(&self) -> CaseId {
        CaseId(Uuid::from_u128(0xca5e))
    }

    /// The applicant's id.
    pub fn applicant_id(&self) -> UserId {
        self.applicant
    }

    /// The applicant.
    pub fn applicant(&self) -> Actor {
        Actor::Applicant { user: self.applicant }
    }

    /// The division in charge.
    pub fn division(&self) -> &DivisionId {
        self.state.in_charge().unwrap_or(&self.procedure.terms.division)
    }

    /// An officer of the division in charge.
    pub fn officer(&self) -> Actor {
        Actor::Officer(staff("s-021", self.division()))
    }

    /// A clerk of the division in charge.
    pub fn clerk(&self) -> Actor {
        Actor::Clerk(staff("s-107", self.division()))
    }
}

/// Shows the terms, what happened and what was refused.
impl fmt::Debug for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let events: Vec<_> = self.history.iter().map(|recorded| &recorded.event).collect();
        f.debug_struct("Life")
            .field("terms", &self.procedure.terms)
            .field("events", &events)
            .field("refusals", &self.refusals)
            .finish_non_exhaustive()
    }
}

/// The day that forms state where the time of filing counts from one: that on which a [`Life`] begins. In words that no event
/// uses, so that they would be found in one.
pub const FILING_DAY: &str = "令和8年5月7日";

/// The bytes of a form as an applicant would send it; `answers` is a JSON object, to which the day is added that the time of
/// filing counts from.
pub fn form(procedure: &Procedure, applicant: UserId, quantity: u32, answers: &str) -> Vec<u8> {
    let id = &procedure.id;
    let answers = match procedure.terms.filing.as_ref().and_then(Filing::day_field) {
        None => answers.to_owned(),
        Some(field) if answers.contains(&format!("\"{field}\":")) => answers.to_owned(),
        Some(field) if answers == "{}" => format!(r#"{{"{field}":"{FILING_DAY}"}}"#),
        Some(field) => answers.replacen('{', &format!(r#"{{"{field}":"{FILING_DAY}","#), 1),
    };
    format!(r#"{{"procedure":"{id}","applicant":"{applicant}","quantity":{quantity},"answers":{answers}}}"#)
        .into_bytes()
}

/// A member of staff.
///
/// # Panics
/// When the number is no code.
pub fn staff(id: &str, division: &DivisionId) -> Staff {
    Staff { id: StaffId::new(id).expect("a staff number is a code"), division: division.clone() }
}

/// The bytes of a document that travels in the commit.
pub fn content_of(document: &NewDocument) -> Option<&[u8]> {
    match &document.body {
        Body::Inline(content) | Body::Shared(content) => Some(content.as_slice()),
        Body::Staged { .. } | Body::StagedShared { .. } => None,
    }
}

fn hakodate() -> Municipality {
    "012025".parse().expect("the code of Hakodate")
}

fn registered(kind: UserKind, since: Timestamp) -> User {
    let (id, salt) = Seed([0x77; 32]).document(0);
    let profile = DocumentRef { id, digest: SaltedDigest::of(&salt, b"profile") };
    User::Registered(Box::new(Registered::new(kind, profile, since)))
}
