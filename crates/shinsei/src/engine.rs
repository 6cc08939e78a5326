//! The engine: commands in, answers out, every acknowledged one durable.

mod shared;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use shinsei_core::actor::{Actor, Staff};
use shinsei_core::agenda::{Channel, EntryState};
use shinsei_core::application::Application;
use shinsei_core::calendar::stream::{CalendarCommand, Calendars};
use shinsei_core::command::Command;
use shinsei_core::decider::Decider;
use shinsei_core::delivery::{Deliveries, Delivery, DeliveryState};
use shinsei_core::event::Event;
use shinsei_core::event_format::EventError;
use shinsei_core::ids::{
    CalendarId, CaseId, CommandId, MandateId, Municipality, ProcedureId, StreamId, UserId,
};
use shinsei_core::mandate::{Mandate, MandateCommand};
use shinsei_core::number::ReceiptNumber;
use shinsei_core::port::access_log::AccessLog;
use shinsei_core::port::clock::Clock;
use shinsei_core::port::entropy::Entropy;
use shinsei_core::port::signature::{SignatureVerifier, VerifierError};
use shinsei_core::port::store::{Store, StoreError};
use shinsei_core::port::view::View;
use shinsei_core::procedure::stream::{Editions, ProcedureCommand};
use shinsei_core::record::Recorded;
use shinsei_core::rejection::Rejection;
use shinsei_core::service_hours::stream::{Service, ServiceCommand};
use shinsei_core::time::Timestamp;
use shinsei_core::user::{User, UserCommand};

use crate::agenda::Bell;
use crate::cache::Cache;
use crate::city_hall::CityHall;
use crate::clock::SystemClock;
use crate::committer::{Bounds, Committer};
use crate::entropy::OsEntropy;
use crate::execution::Execution;
use crate::pending::Pending;
use crate::pool::Pool;
use crate::projection::Projector;

/// The most rows of the agenda that are looked through for the notices about one stream, or for what a calendar moves.
pub(crate) const AGENDA_ROWS_MAX: usize = 100_000;

/// Runs applications to municipalities on a store.
///
/// # Example
/// See `examples/quickstart`: a case from its submission to its certificate.
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
    /// Those that bring work to the committer.
    workers: Mutex<Vec<JoinHandle<()>>>,
    committers: Mutex<Vec<JoinHandle<()>>>,
}

/// What an engine is opened with.
pub struct Settings {
    /// The municipalities that it serves.
    pub cities: Vec<CityHall>,
    /// What time it is, for deciding. The store has its own for recording; give both the same.
    pub clock: Arc<dyn Clock>,
    /// Ids and salts of documents.
    pub entropy: Arc<dyn Entropy>,
    /// The bounds of group commit.
    pub bounds: Bounds,
    /// The most folded states that are kept in memory.
    pub cached_states_max: usize,
    /// The most commands that were polled and are not queued for the writer yet; one more is `Overloaded`.
    pub polled_max: usize,
    /// The engine's own threads for commands that are polled.
    pub threads: usize,
    /// Where it is recorded who reads a case; `None` where no officer reads through this engine.
    pub access_log: Option<Arc<dyn AccessLog>>,
    /// Where the lists of cases are kept: work queues, the applicants' own, what is found by number or name. A disposal is
    /// over when they have forgotten the case's name.
    pub lists: Option<Arc<dyn View>>,
}

impl Settings {
    /// Settings for these municipalities on the system's clock and randomness.
    pub fn new(cities: Vec<CityHall>) -> Self {
        Self {
            cities,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(OsEntropy),
            bounds: Bounds::default(),
            cached_states_max: 10_000,
            polled_max: 4_096,
            threads: std::thread::available_parallelism().map_or(2, usize::from),
            access_log: None,
            lists: None,
        }
    }
}

pub(crate) struct Shared {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) verifier: Arc<dyn SignatureVerifier>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) cache: Cache,
    pub(crate) committer: Committer,
    pub(crate) pool: Pool,
    pub(crate) bell: Bell,
    pub(crate) access_log: Option<Arc<dyn AccessLog>>,
    pub(crate) projector: Option<Arc<Projector>>,
    cities: HashMap<Municipality, CityHall>,
    closing: AtomicBool,
    polled: AtomicUsize,
    polled_max: usize,
}

/// A command with all that must be known of it.
#[derive(Clone)]
pub struct Request<D: Decider> {
    /// Whose log.
    pub municipality: Municipality,
    /// Chosen by the caller: the same id again gets the identical answer.
    pub command_id: CommandId,
    /// Who asks; the embedding service has authenticated them.
    pub actor: Actor,
    /// Of what.
    pub stream: StreamId,
    /// What is asked.
    pub command: D::Command,
}

impl Request<Application> {
    /// A command to a case.
    pub fn case(
        municipality: Municipality,
        command_id: CommandId,
        actor: Actor,
        case: CaseId,
        command: Command,
    ) -> Self {
        Self { municipality, command_id, actor, stream: case.into(), command }
    }
}

impl Request<User> {
    /// A command to a user's registration, by that user.
    pub fn user(
        municipality: Municipality,
        command_id: CommandId,
        user: UserId,
        command: UserCommand,
    ) -> Self {
        Self::of_user(municipality, command_id, Actor::Applicant { user }, user, command)
    }

    /// A command to a user's registration, by an officer or the service.
    pub fn of_user(
        municipality: Municipality,
        command_id: CommandId,
        actor: Actor,
        user: UserId,
        command: UserCommand,
    ) -> Self {
        Self { municipality, command_id, actor, stream: user.into(), command }
    }
}

impl Request<Mandate> {
    /// A command to a mandate, by one of the two between whom it is.
    pub fn mandate(
        municipality: Municipality,
        command_id: CommandId,
        user: UserId,
        mandate: MandateId,
        command: MandateCommand,
    ) -> Self {
        Self { municipality, command_id, actor: Actor::Applicant { user }, stream: mandate.into(), command }
    }
}

impl Request<Editions> {
    /// A command to a procedure, by an officer.
    pub fn procedure(
        municipality: Municipality,
        command_id: CommandId,
        officer: Staff,
        procedure: &ProcedureId,
        command: ProcedureCommand,
    ) -> Self {
        let actor = Actor::Officer(officer);
        Self { municipality, command_id, actor, stream: procedure.into(), command }
    }
}

impl Request<Calendars> {
    /// A command to a calendar.
    pub fn calendar(
        municipality: Municipality,
        command_id: CommandId,
        actor: Actor,
        calendar: CalendarId,
        command: CalendarCommand,
    ) -> Self {
        Self { municipality, command_id, actor, stream: calendar.into(), command }
    }
}

impl Request<Service> {
    /// A command to the service of a municipality: its maintenance and outages.
    pub fn service(
        municipality: Municipality,
        command_id: CommandId,
        actor: Actor,
        command: ServiceCommand,
    ) -> Self {
        Self { municipality, command_id, actor, stream: StreamId::SERVICE, command }
    }
}

/// What a command brought about, as it was recorded: the same however often it is asked for.
pub struct Answer<D: Decider> {
    /// When it was recorded: of a submission, the time of arrival by law.
    pub recorded_at: Timestamp,
    /// What happened.
    pub events: Vec<Recorded<D::Event>>,
}

impl<D: Decider> PartialEq for Answer<D> {
    fn eq(&self, other: &Self) -> bool {
        self.recorded_at == other.recorded_at && self.events == other.events
    }
}

impl<D: Decider> fmt::Debug for Answer<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("recorded_at", &self.recorded_at)
            .field("events", &self.events)
            .finish()
    }
}

impl Answer<Application> {
    /// The receipt number, where one was issued.
    pub fn receipt(&self) -> Option<ReceiptNumber> {
        self.events.iter().find_map(|recorded| match &recorded.event {
            Event::ReceiptIssued(receipt) => Some(receipt.number),
            _ => None,
        })
    }
}

/// Why a command has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    /// The rules said no: the person who asked can read it and act on it.
    #[error(transparent)]
    Rejected(Rejection),
    /// The machine could not.
    #[error(transparent)]
    Failed(#[from] EngineError),
}

/// Why the machine could not.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// Too much is waiting already. Nothing was written; try again later.
    #[error("the engine is overloaded; try again later")]
    Overloaded,
    /// The engine takes nothing more. Nothing was written; send it to another one.
    #[error("the engine is shutting down")]
    ShuttingDown,
    /// A panic ended the work on this command. Whether it took effect must be looked up: send the same id again.
    #[error(
        "a panic ended the work on this command; send it again with the same id to learn what became of it"
    )]
    Abandoned,
    /// The engine does not serve this municipality.
    #[error("this engine does not serve municipality {municipality}")]
    MunicipalityUnknown {
        /// Which.
        municipality: Municipality,
    },
    /// The command id was used with another content. Nothing was written; choose a new id for a new command.
    #[error("this command id was used for another command; choose a new one")]
    CommandReused,
    /// The streams moved on each time the command was decided. Nothing was written; try again.
    #[error("the case was changed by others {decisions} times while this command was decided; try again")]
    Contended {
        /// How often it was decided.
        decisions: u32,
    },
    /// A decision changes a stream that it did not look at: a rule of the core is broken. Nothing was written.
    #[error("a decision changes a stream that it did not look at")]
    ChangedUnseen {
        /// Which.
        stream: StreamId,
    },
    /// Another worker has the agenda entry now.
    #[error("the agenda entry has passed to another worker")]
    LeaseLost,
    /// There is no verdict on the signature. Nothing was written.
    #[error(transparent)]
    Verifier(VerifierError),
    /// The store could not; see whether something was written.
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// The log cannot be read: it is corrupt, or newer than this program.
    #[error(transparent)]
    Log(#[from] EventError),
    /// The store recorded an event without the number that it wanted.
    #[error("the store gave no number to {event_type}")]
    NumberMissing {
        /// Which type of event.
        event_type: &'static str,
    },
    /// An event or a command cannot be written as JSON.
    #[error("an event or a command cannot be written as JSON")]
    Encode(#[from] serde_json::Error),
    /// The store promises no durability, so an acknowledgement would be no arrival.
    #[error("the store is not durable; open the engine with Engine::volatile if that is what you want")]
    NotDurable,
    /// The engine was opened without an access log, so that nobody may read a case as an officer.
    #[error("there is no access log to record the reading in; open the engine with Settings::access_log")]
    NoAccessLog,
    /// The engine was opened without a place for lists of cases.
    #[error("there is nothing to keep lists of cases in; open the engine with Settings::lists")]
    NoLists,
    /// A thread could not be started.
    #[error("a thread of the engine could not be started")]
    Thread(#[source] std::io::Error),
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl From<StoreError> for ExecuteError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl Engine {
    /// Opens an engine on a durable store: what it acknowledges has arrived (promise 1).
    ///
    /// # Errors
    /// - [`EngineError::NotDurable`]: the store promises no durability.
    /// - [`EngineError::Thread`]: the operating system gives no threads.
    pub fn open(
        store: Arc<dyn Store>,
        verifier: Arc<dyn SignatureVerifier>,
        settings: Settings,
    ) -> Result<Self, EngineError> {
        if !store.guarantees().durable {
            return Err(EngineError::NotDurable);
        }
        Self::volatile(store, verifier, settings)
    }

    /// Opens an engine on any store, also on one that forgets: for tests and trials. What it acknowledges may be lost,
    /// and is then no arrival.
    ///
    /// # Errors
    /// [`EngineError::Thread`]: the operating system gives no threads.
    pub fn volatile(
        store: Arc<dyn Store>,
        verifier: Arc<dyn SignatureVerifier>,
        settings: Settings,
    ) -> Result<Self, EngineError> {
        let follow = |view| Arc::new(Projector::new(Arc::clone(&store), view));
        let shared = Arc::new(Shared {
            projector: settings.lists.map(follow),
            committer: Committer::new(Arc::clone(&store), settings.bounds),
            store,
            verifier,
            clock: settings.clock,
            entropy: settings.entropy,
            cache: Cache::new(settings.cached_states_max),
            pool: Pool::new(),
            bell: Bell::default(),
            access_log: settings.access_log,
            cities: settings.cities.into_iter().map(|city| (city.municipality, city)).collect(),
            closing: AtomicBool::new(false),
            polled: AtomicUsize::new(0),
            polled_max: settings.polled_max,
        });
        let listening = Arc::downgrade(&shared);
        shared.store.overhear(Box::new(move |municipality| {
            let Some(shared) = listening.upgrade() else { return false };
            if shared.cities.contains_key(&municipality) {
                shared.bell.ring(municipality);
            }
            true
        }));
        let engine =
            Self { shared: Arc::clone(&shared), workers: Mutex::default(), committers: Mutex::default() };
        for _ in 0..shared.committer.threads() {
            let shared = Arc::clone(&shared);
            lock(&engine.committers).push(start("shinsei-commit", move || shared.committer.run())?);
        }
        for _ in 0..settings.threads.max(1) {
            engine.spawn("shinsei-work", engine.shared.pool.worker())?;
        }
        Ok(engine)
    }

    /// Executes a command: verifies, loads, decides, commits; again when the case moved on meanwhile. Nothing happens
    /// until the result is waited for or polled.
    ///
    /// # Errors
    /// - [`ExecuteError::Rejected`]: the rules said no. Nothing was written, and the id may succeed later.
    /// - [`ExecuteError::Failed`]: the machine could not; the variants say whether something was written.
    pub fn execute<D: Decider>(&self, request: Request<D>) -> Pending<Answer<D>> {
        match Execution::new(Arc::clone(&self.shared), request, vec![]) {
            Ok(execution) => Pending::new(execution),
            Err(error) => Pending::failed(error),
        }
    }

    /// The state of a case as the store has it. Nobody's reading: what is shown to an officer comes from
    /// [`Engine::read_case`].
    ///
    /// # Errors
    /// [`EngineError::Store`] and [`EngineError::Log`] when it cannot be read.
    pub fn case(&self, municipality: Municipality, case: CaseId) -> Result<Application, EngineError> {
        Ok(self.shared.fold(municipality, case.into())?.1)
    }

    /// The state of any stream as the store has it: a registration, a mandate, the editions of a procedure.
    ///
    /// # Errors
    /// [`EngineError::Store`] and [`EngineError::Log`] when it cannot be read.
    pub fn state<D: Decider>(&self, municipality: Municipality, stream: StreamId) -> Result<D, EngineError> {
        Ok(self.shared.fold(municipality, stream)?.1)
    }

    /// The history of a case as it was recorded.
    ///
    /// # Errors
    /// [`EngineError::Store`] and [`EngineError::Log`] when it cannot be read.
    pub fn history(
        &self,
        municipality: Municipality,
        case: CaseId,
    ) -> Result<Vec<Recorded<Event>>, EngineError> {
        let mut events = Vec::new();
        self.shared.read::<Application>(municipality, case.into(), |recorded| events.push(recorded))?;
        Ok(events)
    }

    /// What became of the notices about a stream (送達状況), for whoever works on it: those that were delivered or given up,
    /// then those that are on their way. It says nothing of whom they went to.
    ///
    /// # Errors
    /// [`EngineError::Store`] and [`EngineError::Log`] when it cannot be read.
    pub fn deliveries(
        &self,
        municipality: Municipality,
        about: StreamId,
    ) -> Result<Vec<Delivery>, EngineError> {
        let recorded = self.state::<Deliveries>(municipality, about.deliveries())?;
        let mut deliveries = recorded.notices().to_vec();
        let rows = self.shared.store.agenda(municipality, AGENDA_ROWS_MAX)?;
        for row in rows.into_iter().filter(|row| row.key.stream == about && row.channel == Channel::Notice) {
            let state = match row.state {
                EntryState::Waiting if row.attempts == 0 => DeliveryState::Created,
                EntryState::Waiting => DeliveryState::TemporaryFailure,
                EntryState::Leased { .. } => DeliveryState::Sending,
                // What is parked was recorded, and what is settled is no row.
                EntryState::Parked | EntryState::Settled => continue,
            };
            let on_its_way =
                Delivery { entry: row.key.name, mail: None, state, attempts: row.attempts, at: None };
            match deliveries.iter_mut().find(|known| known.entry == on_its_way.entry) {
                // Given up once, and put back by a person.
                Some(known) => *known = on_its_way,
                None => deliveries.push(on_its_way),
            }
        }
        Ok(deliveries)
    }

    /// Takes no more commands, finishes those that were begun, and ends the engine's threads. A notice that is being
    /// delivered is waited for; those that are due wait for the next engine. Dropping does the same.
    pub fn shut_down(&self) {
        self.shared.bell.close();
        self.shared.closing.store(true, Ordering::Release);
        self.shared.pool.close();
        std::mem::take(&mut *lock(&self.workers)).into_iter().for_each(join);
        // Last, since the workers still had commits to hand over.
        self.shared.committer.close();
        std::mem::take(&mut *lock(&self.committers)).into_iter().for_each(join);
    }

    pub(crate) fn spawn(&self, name: &str, life: impl FnOnce() + Send + 'static) -> Result<(), EngineError> {
        let thread = start(name, life)?;
        lock(&self.workers).push(thread);
        Ok(())
    }
}

fn start(name: &str, life: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, EngineError> {
    std::thread::Builder::new().name(name.to_owned()).spawn(life).map_err(EngineError::Thread)
}

/// Waits for a thread to end, unless it is this one: a waker that an engine calls may drop that very engine.
fn join(thread: JoinHandle<()>) {
    if thread.thread().id() != std::thread::current().id() {
        // OK because a thread that panicked has nothing left to finish.
        let _ = thread.join();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.shut_down();
    }
}
