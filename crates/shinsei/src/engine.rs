//! The engine: commands in, answers out, every acknowledged one durable.

mod error;
mod request;
mod shared;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use shinsei_core::agenda::{Channel, EntryState};
use shinsei_core::application::Application;
use shinsei_core::decider::Decider;
use shinsei_core::delivery::{Deliveries, Delivery, DeliveryState};
use shinsei_core::event::Event;
use shinsei_core::ids::{CaseId, Municipality, StreamId};
use shinsei_core::port::access_log::AccessLog;
use shinsei_core::port::clock::Clock;
use shinsei_core::port::entropy::Entropy;
use shinsei_core::port::signature::SignatureVerifier;
use shinsei_core::port::store::Store;
use shinsei_core::port::view::View;
use shinsei_core::record::Recorded;

use crate::bell::Bell;
use crate::cache::Cache;
use crate::city_hall::CityHall;
use crate::clock::SystemClock;
use crate::committer::{Bounds, Committer};
use crate::entropy::OsEntropy;
use crate::execution::Execution;
use crate::fields::ReadFields;
use crate::inquiry::WrongKeys;
use crate::pending::Pending;
use crate::pool::Pool;
use crate::projection::Projector;

pub use error::{EngineError, ExecuteError};
pub use request::{Answer, Request};
pub(crate) use shared::Shared;

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
            fields: ReadFields::default(),
            pool: Pool::new(),
            bell: Bell::default(),
            access_log: settings.access_log,
            cities: settings.cities.into_iter().map(|city| (city.municipality, city)).collect(),
            closing: AtomicBool::new(false),
            wrong_keys: WrongKeys::default(),
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
        for row in rows.into_iter().filter(|row| row.key.stream == about && row.channel != Channel::Deadline)
        {
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
