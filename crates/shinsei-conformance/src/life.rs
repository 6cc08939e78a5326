//! A case lived through `decide` and `evolve` alone: no engine, no store, and every event through its stored form.

use std::fmt;
use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};
use shinsei_core::actor::{Actor, Staff};
use shinsei_core::application::{
    Application, AwaitingApproval, Decided, FeeLedger, Issued, Received, UnderReview, Withdrawal,
};
use shinsei_core::bytes::Bytes;
use shinsei_core::calendar::Calendar;
use shinsei_core::catalog::Catalog;
use shinsei_core::command::{
    ApplicationFinding, Command, DocumentWritten, FilingFinding, Finding, PaperDelivery, Review, SealPut,
    Submit, SubmittedForm,
};
use shinsei_core::decide::{CaseDecision, decide};
use shinsei_core::decider::{Context, Decider as _, Decision};
use shinsei_core::document::{Body, Document, DocumentRef, NewDocument, SaltedDigest, Seed};
use shinsei_core::event::{CloseReason, Event, Identification, PaymentChannel, TellingChannel};
use shinsei_core::event_format::{Proposed, decode};
use shinsei_core::form::Form;
use shinsei_core::ids::{
    CaseId, CommandId, DivisionId, DocumentId, Municipality, Position, StaffId, UserId, Version,
};
use shinsei_core::number::ReceiptNumber;
use shinsei_core::port::signature::{Refusal, SignatureRequest, verify};
use shinsei_core::procedure::{Act, Applicants, Division, Procedure};
use shinsei_core::record::{Number, RawRecord, Recorded};
use shinsei_core::rejection::{Rejection, StateName};
use shinsei_core::service_hours::ServiceHours;
use shinsei_core::signature::VerifiedSignature;
use shinsei_core::time::Timestamp;
use shinsei_core::user::{Registered, User, UserKind};
use shinsei_core::yen::Yen;
use uuid::Uuid;

use crate::stamp::{StampVerifier, detached};

/// The divisions of the sample catalog.
static DIVISIONS: LazyLock<Vec<Division>> = LazyLock::new(|| Catalog::sample().divisions().to_vec());

/// What an officer assesses on the road that a life takes by itself.
const ASSESSED: Yen = Yen(4_500);

/// Who approves on the road that a life takes by itself.
const APPROVER: &str = "s-001";

/// The most steps from any state to the end of a case on the main road, with one to spare.
const ROAD_STEPS_MAX: usize = 16;

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
    verifier: StampVerifier,
    now: Timestamp,
    asked: u64,
    state: Application,
    history: Vec<Recorded<Event>>,
    documents: Vec<NewDocument>,
    secrets: Vec<Vec<u8>>,
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
            verifier: StampVerifier::default(),
            now,
            asked: 0,
            state: Application::Absent,
            history: vec![],
            documents: vec![],
            secrets: vec![],
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

    /// Goes the main road until the case stands there, by whatever the procedure asks for on the way.
    ///
    /// # Panics
    /// When the road does not lead there.
    #[must_use]
    pub fn until(mut self, state: StateName) -> Self {
        for _ in 0..ROAD_STEPS_MAX {
            if self.state.name() == state {
                return self;
            }
            if let (StateName::Disposed, Application::Closed(closed)) = (state, &self.state) {
                let over = closed.retention.and_then(|retention| retention.over().from);
                self.now = over.expect("a case that is not kept for good").max(self.now);
                let disposed = Step::new(self.officer(), Command::Dispose);
                self.ask(&disposed).expect("nothing stands in the way of the disposal");
                continue;
            }
            // OK because a case is Issued only while its applicant was not told: telling it would end it.
            let step = self.step(state != StateName::Issued).expect("a step that goes on");
            let asked_at = self.now.saturating_add_micros(i64::from(step.after_minutes) * 60_000_000);
            if let (Command::Submit(_), Err(closed)) = (&step.command, self.hours.open_at(asked_at)) {
                self.now = closed.opens_at.expect("a service that opens again");
            }
            self.ask(&step).expect("the main road is open");
        }
        panic!("the main road does not lead to {state}: the case is {}", self.state.name());
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
        let needs = self.state.needs(&step.command);
        let procedure = needs.procedure.filter(|id| **id == self.procedure.id).map(|_| &self.procedure);
        let signing = needs.signed.and_then(|signing| Some((signing.bytes, signing.under(procedure)?)));
        let signature = match signing {
            Some((signed, (procedure, accepted))) => {
                Some(self.judge(SignatureRequest { signed, at: self.now, procedure, accepted })?)
            }
            None => None,
        };
        let documents = self.read(&self.state.reads(&step.command));
        let context = Context {
            procedure,
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
        let first = decide(&self.state, &step.command, &context);
        assert!(first == decide(&self.state, &step.command, &context), "the same is decided alike");
        first
    }

    /// The kept documents of these ids, as a store would give them back.
    fn read(&self, ids: &[DocumentId]) -> Vec<Document> {
        let kept = self.documents.iter().filter(|document| ids.contains(&document.id));
        let read = |document: &NewDocument| Document {
            id: document.id,
            stream: document.stream,
            role: document.role.to_owned(),
            salt: document.salt,
            content: content_of(document).unwrap_or_default().to_vec(),
        };
        kept.map(read).collect()
    }

    fn judge(&self, request: SignatureRequest<'_>) -> Result<VerifiedSignature, Rejection> {
        match verify(&self.verifier, request) {
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

    /// The next step of the main road from here; `None` when the case has ended.
    pub fn next_step(&self) -> Option<Step> {
        self.step(true)
    }

    fn step(&self, tells_first: bool) -> Option<Step> {
        let withdrawal = self.state.receipt().map(|received| received.annex.withdrawal);
        if let Some(Withdrawal::Requested { .. }) = withdrawal {
            return Some(Step::new(self.officer(), Command::AcceptWithdrawal));
        }
        let (by, command) = match &self.state {
            Application::Absent => (self.applicant(), Command::Submit(self.submission())),
            Application::Draft(draft) => {
                let by = Actor::Applicant { user: draft.applicant };
                (by, Command::Submit(self.submission_of(draft.applicant)))
            }
            Application::Discarded
            | Application::Arrived(_)
            | Application::Closed(_)
            | Application::Disposed(_) => return None,
            Application::Received(received) if received.arrived.terms.is_foreign() => {
                (self.officer(), Command::ForwardToAgency)
            }
            Application::Received(received) => match self.settle_first(received) {
                Some(settling) => settling,
                None => (self.officer(), Command::StartReview),
            },
            Application::UnderReview(UnderReview { received }) => self.conclude(received),
            Application::AwaitingCorrection(_) => (self.officer(), Command::ResumeReview),
            Application::AwaitingApproval(awaiting) => self.approve(awaiting),
            Application::Forwarded(_) => (self.officer(), Command::Close { reason: CloseReason::Completed }),
            Application::Decided(decided) | Application::Issued(Issued { decided }) => {
                self.after_the_decision(decided, tells_first)
            }
        };
        Some(Step::new(by, command))
    }

    /// Forwards what another agency decides; settles what comes first, meets whom it must, and decides, by a draft where
    /// that is needed.
    fn conclude(&self, received: &Received) -> (Actor, Command) {
        let terms = &received.arrived.terms;
        if terms.jurisdiction.agency().is_some() {
            return (self.officer(), Command::ForwardToAgency);
        }
        let first = self.settle_first(received).or_else(|| self.meet(received));
        first.unwrap_or_else(|| {
            let review = self.favourable();
            let approver = StaffId::new(APPROVER).expect("a staff number is a code");
            let decides = if terms.approval {
                Command::DraftDecision { review, approver }
            } else {
                Command::Review(review)
            };
            (self.officer(), decides)
        })
    }

    /// By whoever was named, once a fee that comes first is settled.
    fn approve(&self, awaiting: &AwaitingApproval) -> (Actor, Command) {
        let approver = staff(awaiting.approver.as_str(), self.division());
        self.settle_first(&awaiting.received).unwrap_or((Actor::Officer(approver), Command::Approve))
    }

    /// Tells, delivers what must be delivered, settles the fee, hands over: whatever is left.
    fn after_the_decision(&self, decided: &Decided, tells_first: bool) -> (Actor, Command) {
        let is_handed_over = matches!(self.state, Application::Issued(_));
        if decided.told_at.is_none() && (tells_first || is_handed_over) {
            return (Actor::System, tell());
        }
        if decided.owes_a_document() {
            return (self.clerk(), deliver());
        }
        let needs_a_visitor = decided.terms().identification && decided.terms().is_fetched_at_the_counter();
        match self.settle(&decided.received) {
            Some(settling) => settling,
            None if needs_a_visitor && !decided.received.annex.visitor_is_verified => {
                (self.clerk(), verify_visitor())
            }
            None => (self.clerk(), Command::IssueCertificate { copies: 1 }),
        }
    }

    fn settle_first(&self, received: &Received) -> Option<(Actor, Command)> {
        self.settle(received).filter(|_| received.arrived.terms.fee_precedes_review())
    }

    fn settle(&self, received: &Received) -> Option<(Actor, Command)> {
        match received.arrived.fee {
            FeeLedger::Free | FeeLedger::Exempted | FeeLedger::Paid(_) => None,
            FeeLedger::Unassessed => Some((self.officer(), Command::AssessFee { yen: ASSESSED })),
            FeeLedger::Assessed(yen) => Some((self.clerk(), pay(yen, received.annex.payments.len()))),
        }
    }

    fn meet(&self, received: &Received) -> Option<(Actor, Command)> {
        let mut needed = received.arrived.terms.visits_before_decision();
        let purpose = needed.find(|needed| !received.annex.visits.contains(needed))?;
        Some((self.clerk(), Command::RecordVisit { purpose, on: self.now.date_jst() }))
    }

    /// A submission that this procedure accepts: one copy, stamped where it must be.
    pub fn submission(&self) -> Submit {
        self.submission_of(self.applicant)
    }

    fn submission_of(&self, applicant: UserId) -> Submit {
        let form = form(&self.procedure, applicant, 1, r#"{"氏名":"甲野 花子"}"#);
        let form = match self.procedure.terms.signature.accepted().first() {
            None => SubmittedForm::Unsigned(form.as_slice().into()),
            Some(kind) => detached(*kind, &form),
        };
        Submit {
            procedure: self.procedure.id.clone(),
            form,
            contact: Bytes::from("hanako.kono@example.jp"),
            attachments: vec![],
        }
    }

    fn favourable(&self) -> Review {
        let finding = match self.procedure.terms.act {
            Act::Filing => Finding::Filing(FilingFinding::Confirmed),
            Act::Application | Act::Request => Finding::Application(ApplicationFinding::Granted),
        };
        let inspected_on = self.procedure.terms.needs_inspection().then(|| self.now.date_jst());
        Review { finding, inspected_on }
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

/// The bytes of a form as an applicant would send it; `answers` is a JSON object.
pub fn form(procedure: &Procedure, applicant: UserId, quantity: u32, answers: &str) -> Vec<u8> {
    let id = &procedure.id;
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

fn tell() -> Command {
    Command::TellResult { how: TellingChannel::Notice }
}

fn pay(yen: Yen, before: usize) -> Command {
    let reference = format!("領収 第{:04}号", before + 42);
    let reference = Bytes::from(reference.as_str());
    Command::RecordPayment { yen, channel: PaymentChannel::Counter, reference }
}

fn deliver() -> Command {
    let document =
        DocumentWritten { body: Bytes::from("次のとおり決定しました。"), seal: SealPut::Paper };
    Command::DeliverDocument { document, way: PaperDelivery::Post { tracking: None } }
}

fn verify_visitor() -> Command {
    Command::VerifyVisitor { identification: Identification::IndividualNumberCard, notice_copy: true }
}

fn hakodate() -> Municipality {
    "012025".parse().expect("the code of Hakodate")
}

fn registered(kind: UserKind, since: Timestamp) -> User {
    let (id, salt) = Seed([0x77; 32]).document(0);
    let profile = DocumentRef { id, digest: SaltedDigest::of(&salt, b"profile") };
    User::Registered(Box::new(Registered::new(kind, profile, since)))
}

/// The form, wherever it is: inside a stamp it begins with the first brace.
fn form_within(form: &SubmittedForm) -> &[u8] {
    match form {
        SubmittedForm::Unsigned(content) | SubmittedForm::Detached { content, .. } => content.as_slice(),
        SubmittedForm::Attached(message) => {
            let start = message.as_slice().iter().position(|byte| *byte == b'{');
            &message.as_slice()[start.unwrap_or_default()..]
        }
    }
}

/// The words in a command that speak of a person: whole texts, and each answer of a form that can be read.
fn secrets_of(command: &Command) -> Vec<Vec<u8>> {
    let words = |bytes: &Bytes| bytes.as_slice().to_vec();
    match command {
        Command::SaveDraft { form, .. } => vec![words(form)],
        Command::Submit(submit) => {
            let mut secrets = vec![words(&submit.contact), crate::stamp::IDENTITY.as_bytes().to_vec()];
            secrets.extend(submit.attachments.iter().map(words));
            let parsed = Form::parse(form_within(&submit.form));
            secrets.extend(parsed.into_iter().flat_map(|form| form.answers).map(|(_, answer)| answer.into()));
            secrets
        }
        Command::Review(review) => review.finding.reasons().iter().map(|one| words(&one.text)).collect(),
        Command::RecordPayment { reference, .. } => vec![words(reference)],
        Command::ServeAtCounter(service) => {
            service.payment.iter().map(|made| words(&made.reference)).collect()
        }
        Command::Reissue { payment, .. } => payment.iter().map(|made| words(&made.reference)).collect(),
        Command::IssueFeeNotice { numbers, .. } => {
            numbers.iter().map(|numbers| numbers.payment.as_bytes().to_vec()).collect()
        }
        Command::PublishDocument { document, .. } => vec![words(&document.body)],
        Command::DeliverDocument { document, way } => {
            let tracking = match way {
                PaperDelivery::Post { tracking: Some(number) } => vec![words(number)],
                PaperDelivery::Post { tracking: None } | PaperDelivery::Counter => vec![],
            };
            tracking.into_iter().chain([words(&document.body)]).collect()
        }
        Command::DeclineWithdrawal { reasons }
        | Command::DeclineRefund { reasons, .. }
        | Command::RevokeDecision { reasons } => {
            reasons.as_slice().iter().map(|one| words(&one.text)).collect()
        }
        Command::CorrectDecision { finding, explanation } => {
            let reasons = finding.reasons().iter().map(|one| words(&one.text));
            reasons.chain([words(explanation)]).collect()
        }
        Command::RecordPaperArrival(paper) => {
            paper.attachments.iter().chain([&paper.form, &paper.contact]).map(words).collect()
        }
        Command::Correct(correction) => correction.attachments.iter().map(words).collect(),
        Command::RequestCorrection(request) => {
            request.items.as_slice().iter().map(|item| words(&item.text)).collect()
        }
        Command::AddNote { text: said, .. }
        | Command::Consult { question: said, .. }
        | Command::AnswerConsultation { answer: said, .. } => vec![words(said)],
        Command::Transfer { reason, .. }
        | Command::ExtendDeadline { reason, .. }
        | Command::SendBack { reason } => vec![words(&reason.text)],
        Command::DraftDecision { review, .. } => {
            review.finding.reasons().iter().map(|one| words(&one.text)).collect()
        }
        Command::RecordAppeal { paper, .. } => vec![words(paper)],
        Command::PlaceHold { reason } => vec![words(reason)],
        Command::AssignDivision { .. }
        | Command::AssignOfficer { .. }
        | Command::ResumeReview
        | Command::ForwardToAgency
        | Command::RebaseDueDate
        | Command::DelegateApproval { .. }
        | Command::Approve
        | Command::Withdraw
        | Command::AcceptWithdrawal
        | Command::ResolveAppeal { .. }
        | Command::Reopen { .. }
        | Command::ReleaseHold { .. }
        | Command::Dispose
        | Command::ReversePayment { .. }
        | Command::Refund { .. }
        | Command::VerifyVisitor { .. }
        | Command::RecordVisit { .. }
        | Command::ChooseElectronicDelivery { .. }
        | Command::FetchDocument
        | Command::Void { .. }
        | Command::DiscardDraft
        | Command::PassDeadline(_)
        | Command::StartReview
        | Command::AssessFee { .. }
        | Command::ExemptFee { .. }
        | Command::IssueCertificate { .. }
        | Command::TellResult { .. }
        | Command::Close { .. } => vec![],
    }
}
