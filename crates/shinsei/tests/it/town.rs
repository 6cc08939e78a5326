//! A town with an engine, a clock and people, as the tests of the engine need it.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use shinsei::city_hall::CityHall;
use shinsei::engine::{Answer, Engine, EngineError, ExecuteError, Request, Settings};
use shinsei::memory::MemoryStore;
use shinsei_conformance::{CountedEntropy, FakeClock};
use shinsei_core::actor::{Actor, Staff};
use shinsei_core::application::Application;
use shinsei_core::catalog::{Catalog, SAMPLE_DIVISIONS_CSV, SAMPLE_PROCEDURES_CSV};
use shinsei_core::command::{
    ApplicationFinding, Command, Finding, PaymentMade, Review, Submit, SubmittedForm,
};
use shinsei_core::event::PaymentChannel;
use shinsei_core::ids::{CaseId, CommandId, DivisionId, Municipality, ProcedureId, StaffId, UserId};
use shinsei_core::port::signature::{SignatureRequest, SignatureVerifier, Verdict, VerifierError};
use shinsei_core::port::store::Store;
use shinsei_core::rejection::Rejection;
use shinsei_core::signature::{CertificateKind, Enclosed, Evidence, EvidenceRole, SignatureDefect, Valid};
use shinsei_core::time::Window;
use shinsei_core::yen::Yen;
use uuid::Uuid;

use crate::executor::{block_on, poll_once};
use crate::rigged::Rigged;

/// What a command to a case comes to.
pub(crate) type Executed = Result<Answer<Application>, ExecuteError>;

/// Needs no signature, costs 3,000 yen at the hand-over of a tag.
pub(crate) const DOG: &str = "DO-001";

/// Needs a signature, costs 300 yen a copy at the hand-over.
pub(crate) const RESIDENCE: &str = "JU-001";

/// The town, its store rigged.
pub(crate) struct Town {
    pub(crate) clock: FakeClock,
    pub(crate) store: Arc<Rigged>,
    pub(crate) verifier: Arc<Scripted>,
    pub(crate) engine: Engine,
}

impl Town {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    /// A town whose engine has other settings.
    pub(crate) fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let clock = FakeClock::default();
        let store = Arc::new(MemoryStore::new(Arc::new(clock.clone())));
        Self::on(store, clock, change)
    }

    /// A town on a store.
    pub(crate) fn on(store: Arc<dyn Store>, clock: FakeClock, change: impl FnOnce(&mut Settings)) -> Self {
        Self::rigged(Rigged::new(store), clock, change)
    }

    /// A town and its neighbour on a store for which they need not wait for each other.
    pub(crate) fn with_lanes(change: impl FnOnce(&mut Settings)) -> Self {
        let clock = FakeClock::default();
        let store = Arc::new(MemoryStore::new(Arc::new(clock.clone())));
        Self::rigged(Rigged::new(store).with_lanes(), clock, |settings| {
            let neighbour = CityHall::new(sapporo(), "札幌市", catalog());
            settings.cities.push(CityHall { registration_required: false, ..neighbour });
            change(settings);
        })
    }

    fn rigged(store: Rigged, clock: FakeClock, change: impl FnOnce(&mut Settings)) -> Self {
        let store = Arc::new(store);
        let verifier = Arc::new(Scripted::default());
        let mut settings = settings(&clock);
        change(&mut settings);
        let engine = Engine::open(Arc::clone(&store) as _, Arc::clone(&verifier) as _, settings).unwrap();
        Self { clock, store, verifier, engine }
    }

    /// Another engine on the same store, as after a restart or on another node: it has its own cache.
    pub(crate) fn other_engine(&self) -> Engine {
        self.other_engine_like(settings(&self.clock))
    }

    /// The same with other settings.
    pub(crate) fn other_engine_like(&self, settings: Settings) -> Engine {
        let settings = Settings { entropy: Arc::new(CountedEntropy::new(2)), ..settings };
        Engine::open(Arc::clone(&self.store) as _, Arc::clone(&self.verifier) as _, settings).unwrap()
    }

    /// Executes on this thread.
    pub(crate) fn run(&self, request: Request<Application>) -> Executed {
        self.engine.execute(request).wait()
    }

    /// Executes what must succeed.
    pub(crate) fn done(&self, request: Request<Application>) -> Answer<Application> {
        self.run(request).unwrap()
    }

    /// Polls commands and returns when all of them are queued for the writer; the engine must have one thread.
    pub(crate) fn queue(
        &self,
        requests: impl IntoIterator<Item = Request<Application>>,
    ) -> Vec<shinsei::pending::Pending<Answer<Application>>> {
        let mut pending: Vec<_> = requests.into_iter().map(|request| self.engine.execute(request)).collect();
        for one in &mut pending {
            assert!(poll_once(one).is_pending());
        }
        // Its one thread has gone through all before it when this is answered, which needs no writer.
        assert_eq!(rejection(self.probe()), Rejection::CaseUnknown);
        pending
    }

    /// Returns once the engine refuses new commands.
    pub(crate) fn await_closing(&self) {
        while !matches!(self.probe(), Err(ExecuteError::Failed(EngineError::ShuttingDown))) {
            std::thread::yield_now();
        }
    }

    /// A command that the engine's threads answer without writing.
    fn probe(&self) -> Executed {
        let unknown = follow_up(u128::MAX, u128::MAX, officer("X"), Command::StartReview);
        block_on(self.engine.execute(unknown))
    }
}

pub(crate) fn hakodate() -> Municipality {
    "012025".parse().unwrap()
}

pub(crate) fn sapporo() -> Municipality {
    "011002".parse().unwrap()
}

/// The sample procedures without their standard periods, so that an arrival is as few records as it can be.
pub(crate) fn catalog() -> Catalog {
    const COUNTED: [&str; 4] =
        ["到達日起算・休日除く", "到達日起算・休日含む", "翌日起算・休日除く", "翌日起算・休日含む"];
    let mut cells: Vec<_> = std::str::from_utf8(SAMPLE_PROCEDURES_CSV).unwrap().split(',').collect();
    for n in 1..cells.len() {
        if COUNTED.contains(&cells[n]) {
            (cells[n - 1], cells[n]) = ("", "");
        }
    }
    Catalog::read(cells.join(",").as_bytes(), SAMPLE_DIVISIONS_CSV).unwrap()
}

/// Lets the procedures have their standard periods, for tests of what they bring about.
pub(crate) fn with_periods(settings: &mut Settings) {
    settings.cities.iter_mut().for_each(|city| city.catalog = Arc::new(Catalog::sample()));
}

/// Settings of a town where nobody needs to register.
pub(crate) fn settings(clock: &FakeClock) -> Settings {
    let city = CityHall::new(hakodate(), "函館市", catalog());
    Settings {
        clock: Arc::new(clock.clone()),
        entropy: Arc::new(CountedEntropy::new(1)),
        threads: 1,
        ..Settings::new(vec![CityHall { registration_required: false, ..city }])
    }
}

pub(crate) fn command(n: u128) -> CommandId {
    CommandId(Uuid::from_u128(n))
}

pub(crate) fn case(n: u128) -> CaseId {
    CaseId(Uuid::from_u128(n))
}

pub(crate) fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

pub(crate) fn form(procedure: &str, applicant: u128) -> Vec<u8> {
    let day = match procedure {
        "DO-006" => r#","answers":{"死亡日":"2026-05-06"}"#,
        "JI-005" => r#","answers":{"対象となった日":"2026-05-01"}"#,
        _ => "",
    };
    format!(r#"{{"procedure":"{procedure}","applicant":"{}"{day}}}"#, user(applicant)).into_bytes()
}

/// A submission without a signature: command, case and applicant of this number.
pub(crate) fn submission(n: u128) -> Request<Application> {
    submit(n, DOG, SubmittedForm::Unsigned(form(DOG, n).into()))
}

/// A submission that [`Scripted`] finds well signed.
pub(crate) fn signed_submission(n: u128) -> Request<Application> {
    submit(n, RESIDENCE, SubmittedForm::Attached(form(RESIDENCE, n).into()))
}

pub(crate) fn submit(n: u128, procedure: &str, form: SubmittedForm) -> Request<Application> {
    let submit = Submit {
        procedure: ProcedureId::new(procedure).unwrap(),
        form,
        contact: "hanako@example.jp".into(),
        attachments: vec![],
    };
    let actor = Actor::Applicant { user: user(n) };
    Request::case(hakodate(), command(n), actor, case(n), Command::Submit(submit))
}

/// A later command of another number to a case.
pub(crate) fn follow_up(n: u128, of: u128, actor: Actor, what: Command) -> Request<Application> {
    Request::case(hakodate(), command(n), actor, case(of), what)
}

pub(crate) fn officer(division: &str) -> Actor {
    Actor::Officer(Staff { id: StaffId::new("s-1").unwrap(), division: DivisionId::new(division).unwrap() })
}

/// The division in charge of [`DOG`].
pub(crate) fn dogs_officer() -> Actor {
    officer("HOKENJO-EISEI")
}

pub(crate) fn grant() -> Command {
    Command::Review(Review { finding: Finding::Application(ApplicationFinding::Granted), inspected_on: None })
}

pub(crate) fn payment(yen: u32) -> Command {
    Command::RecordPayment(PaymentMade {
        yen: Yen(yen),
        channel: PaymentChannel::Counter,
        reference: "R-1".into(),
    })
}

/// What follows a submission of [`DOG`] up to the hand-over, with command ids from a number on.
pub(crate) fn dogs_road(from: u128, of: u128) -> Vec<Request<Application>> {
    let steps = [Command::StartReview, grant(), payment(3_000), Command::IssueCertificate { copies: 1 }];
    let numbered = (from..).zip(steps);
    numbered.map(|(n, step)| follow_up(n, of, dogs_officer(), step)).collect()
}

pub(crate) fn rejection(executed: Executed) -> Rejection {
    match executed {
        Err(ExecuteError::Rejected(rejection)) => rejection,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn failure(executed: Executed) -> EngineError {
    match executed {
        Err(ExecuteError::Failed(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// How a [`Scripted`] verifier feels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Trusting,
    Refusing,
    Silent,
    Panicking,
}

/// A verifier for which every message is well signed by an invented person, unless it is told otherwise.
pub(crate) struct Scripted {
    mood: Mutex<Mood>,
    holds_micros: AtomicI64,
    calls: AtomicUsize,
    /// The list on which its verdicts rest, beside its report.
    list: Mutex<Option<Vec<u8>>>,
    /// Whom every certificate names.
    named: Mutex<&'static str>,
}

impl Default for Scripted {
    fn default() -> Self {
        let holds_micros = AtomicI64::new(86_400_000_000);
        let (mood, calls) = (Mutex::new(Mood::Trusting), AtomicUsize::new(0));
        let named = Mutex::new(r#"{"name":"甲野 花子"}"#);
        Self { mood, holds_micros, calls, list: Mutex::default(), named }
    }
}

impl Scripted {
    pub(crate) fn feel(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// Lets its verdicts rest on a list of revoked certificates.
    pub(crate) fn rest_on(&self, list: Vec<u8>) {
        *self.list.lock().unwrap() = Some(list);
    }

    /// Lets every certificate name somebody else.
    pub(crate) fn name(&self, identity: &'static str) {
        *self.named.lock().unwrap() = identity;
    }

    /// Lets its verdicts hold for so long from the time of judgement.
    pub(crate) fn hold_for(&self, micros: i64) {
        self.holds_micros.store(micros, Ordering::SeqCst);
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

pub(crate) const DEFECT: SignatureDefect =
    SignatureDefect { code: "tampered", resident: "改ざんされています。", operator: "altered" };

impl SignatureVerifier for Scripted {
    fn verify(&self, request: &SignatureRequest<'_>) -> Result<Verdict, VerifierError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Trusting => {}
            Mood::Refusing => return Ok(Verdict::Invalid(DEFECT)),
            Mood::Silent => return Err(VerifierError::Unavailable { source: "nobody answers".into() }),
            Mood::Panicking => panic!("the verifier panics, as it was told to"),
        }
        let list = self.list.lock().unwrap().clone();
        let until = request.at.saturating_add_micros(self.holds_micros.load(Ordering::SeqCst));
        Ok(Verdict::Valid(Valid {
            kind: CertificateKind::JpkiSigning,
            policy: "test".into(),
            content: request
                .signed
                .content
                .is_none()
                .then_some(Enclosed::At(0..request.signed.signature.len())),
            identity: self.named.lock().unwrap().as_bytes().to_vec(),
            holds: Window::between(request.at, until),
            evidence: [Evidence { role: EvidenceRole::Report, bytes: "{}".into() }]
                .into_iter()
                .chain(list.map(|list| Evidence { role: EvidenceRole::Crl, bytes: list.into() }))
                .collect(),
        }))
    }
}
