//! A store whose commits can be held, scripted and counted; what it is not told to spoil goes to the one inside.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use shinsei_core::agenda::{AgendaRow, Lease, LeaseRequest};
use shinsei_core::document::Document;
use shinsei_core::ids::{CommandId, DocumentId, Municipality, Position, StreamId, Version};
use shinsei_core::port::store::{
    Commit, Found, Guarantees, Listener, Outcome, Standing, Store, StoreError, Visit,
};
use shinsei_core::time::Timestamp;
use shinsei_core::tree::{Hash, Head};

/// What is done in place of the next commit.
pub(crate) enum Fault {
    /// Something happens just before it is written.
    Meanwhile(Box<dyn FnOnce() + Send>),
    /// Nothing is written, and each commit has this outcome.
    Answers(fn(&Commit) -> Outcome),
    /// Nothing is written, and the batch fails.
    Fails(fn() -> StoreError),
    /// It is written, and the connection is lost.
    LostAfter,
    /// Nothing is written, and the connection is lost.
    LostBefore,
    /// Something happens, nothing is written, and the connection is lost.
    LostMeanwhile(Box<dyn FnOnce() + Send>),
    /// It is written, and an outcome is missing.
    Short,
    /// Nothing is written, and the store panics.
    Panics,
}

/// One call of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// With so many commits.
    Commit(usize),
    /// Of a stream.
    Read(StreamId),
    /// Of a command.
    Find(CommandId),
    /// Of a chunk of so many bytes.
    Stage(usize),
}

/// Whose commits a gate holds back.
#[derive(Clone, Copy)]
enum Gate {
    Everybody,
    Of(Municipality),
}

/// The store.
pub(crate) struct Rigged {
    inner: Arc<dyn Store>,
    state: Mutex<State>,
    changed: Condvar,
    guarantees: Guarantees,
}

#[derive(Default)]
struct State {
    calls: Vec<Call>,
    commits: VecDeque<Fault>,
    finds: VecDeque<Option<Box<dyn FnOnce() + Send>>>,
    /// Whose commits are held back.
    closed: Option<Gate>,
    listeners: Vec<Listener>,
    /// The municipality of each commit, batch by batch.
    batches: Vec<Vec<Municipality>>,
    at_the_gate: usize,
}

impl Rigged {
    pub(crate) fn new(inner: Arc<dyn Store>) -> Self {
        let guarantees = Guarantees { durable: true, ..inner.guarantees() };
        Self { inner, state: Mutex::default(), changed: Condvar::new(), guarantees }
    }

    /// The same, for which municipalities need not wait for each other.
    pub(crate) fn with_lanes(self) -> Self {
        Self { guarantees: Guarantees { lanes: true, ..self.guarantees }, ..self }
    }

    /// Spoils the next commits, one after another.
    pub(crate) fn spoil(&self, faults: impl IntoIterator<Item = Fault>) {
        self.lock().commits.extend(faults);
    }

    /// Spoils nothing any more.
    pub(crate) fn calm(&self) {
        self.lock().commits.clear();
    }

    /// Lets the next look-up of a command fail.
    pub(crate) fn fail_find(&self) {
        self.lock().finds.push_back(None);
    }

    /// Does something just before the next look-up of a command.
    pub(crate) fn before_find(&self, meanwhile: impl FnOnce() + Send + 'static) {
        self.lock().finds.push_back(Some(Box::new(meanwhile)));
    }

    /// Holds commits back until [`Rigged::open_gate`].
    pub(crate) fn close_gate(&self) {
        self.lock().closed = Some(Gate::Everybody);
    }

    /// Holds the commits of a municipality back until [`Rigged::open_gate`].
    pub(crate) fn close_gate_of(&self, municipality: Municipality) {
        self.lock().closed = Some(Gate::Of(municipality));
    }

    pub(crate) fn open_gate(&self) {
        self.lock().closed = None;
        self.changed.notify_all();
    }

    /// Waits until a commit is held back.
    pub(crate) fn await_at_the_gate(&self) {
        self.await_so_many_at_the_gate(1);
    }

    /// Waits until so many commits are held back.
    pub(crate) fn await_so_many_at_the_gate(&self, batches: usize) {
        let state = self.lock();
        drop(self.changed.wait_while(state, |state| state.at_the_gate < batches).unwrap());
    }

    /// Whose commits each batch held since they were last taken, in the order in which they were let through.
    pub(crate) fn take_cities(&self) -> Vec<Vec<Municipality>> {
        std::mem::take(&mut self.lock().batches)
    }

    /// The calls since the last time they were taken.
    pub(crate) fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.lock().calls)
    }

    /// The sizes of the batches since the calls were last taken.
    pub(crate) fn take_batches(&self) -> Vec<usize> {
        let size = |call| if let Call::Commit(size) = call { Some(size) } else { None };
        self.take_calls().into_iter().filter_map(size).collect()
    }

    /// Says that another node may have committed something; how many still want to be told.
    pub(crate) fn hint(&self, municipality: Municipality) -> usize {
        let mut listeners = std::mem::take(&mut self.lock().listeners);
        listeners.retain(|listener| listener(municipality));
        let mut state = self.lock();
        state.listeners.append(&mut listeners);
        state.listeners.len()
    }

    fn call(&self, call: Call) {
        self.lock().calls.push(call);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

/// The error of a connection that was lost while committing.
pub(crate) fn lost() -> StoreError {
    StoreError::OutcomeUnknown { source: "the cable was cut".into() }
}

/// The error of a store that cannot be reached.
pub(crate) fn unavailable() -> StoreError {
    StoreError::Unavailable { source: "nobody answers".into() }
}

impl Store for Rigged {
    fn commit(&self, batch: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
        let mut state = self.lock();
        state.calls.push(Call::Commit(batch.len()));
        state.at_the_gate += 1;
        self.changed.notify_all();
        let is_held = |closed: Option<Gate>| match closed {
            None => false,
            Some(Gate::Everybody) => true,
            Some(Gate::Of(one)) => batch.iter().any(|commit| commit.municipality == one),
        };
        let mut state = self.changed.wait_while(state, |state| is_held(state.closed)).unwrap();
        state.at_the_gate -= 1;
        state.batches.push(batch.iter().map(|commit| commit.municipality).collect());
        let fault = state.commits.pop_front();
        drop(state);
        match fault {
            None => self.inner.commit(batch),
            Some(Fault::Meanwhile(something)) => {
                something();
                self.inner.commit(batch)
            }
            Some(Fault::Answers(outcome)) => Ok(batch.iter().map(outcome).collect()),
            Some(Fault::Fails(error)) => Err(error()),
            Some(Fault::LostAfter) => self.inner.commit(batch).and(Err(lost())),
            Some(Fault::LostBefore) => Err(lost()),
            Some(Fault::LostMeanwhile(something)) => {
                something();
                Err(lost())
            }
            Some(Fault::Short) => self.inner.commit(batch).map(|outcomes| outcomes[1..].to_vec()),
            Some(Fault::Panics) => panic!("the store panics, as it was told to"),
        }
    }

    fn read_stream(
        &self,
        municipality: Municipality,
        stream: StreamId,
        after: Version,
        max: usize,
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
        self.call(Call::Read(stream));
        self.inner.read_stream(municipality, stream, after, max, visit)
    }

    fn read_log(
        &self,
        municipality: Municipality,
        after: Position,
        max: usize,
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
        self.inner.read_log(municipality, after, max, visit)
    }

    fn find(&self, municipality: Municipality, command: CommandId) -> Result<Option<Found>, StoreError> {
        self.call(Call::Find(command));
        let scripted = self.lock().finds.pop_front();
        match scripted {
            Some(None) => return Err(unavailable()),
            Some(Some(meanwhile)) => meanwhile(),
            None => {}
        }
        self.inner.find(municipality, command)
    }

    fn head(&self, municipality: Municipality) -> Result<Head, StoreError> {
        self.inner.head(municipality)
    }

    fn standing(&self, municipality: Municipality) -> Result<Standing, StoreError> {
        self.inner.standing(municipality)
    }

    fn nodes(
        &self,
        municipality: Municipality,
        level: u32,
        first: u64,
        max: usize,
    ) -> Result<Vec<Hash>, StoreError> {
        self.inner.nodes(municipality, level, first, max)
    }

    fn municipalities(&self) -> Result<Vec<Municipality>, StoreError> {
        self.inner.municipalities()
    }

    fn lease(&self, request: &LeaseRequest) -> Result<Vec<Lease>, StoreError> {
        self.inner.lease(request)
    }

    fn agenda(&self, municipality: Municipality, entries_max: usize) -> Result<Vec<AgendaRow>, StoreError> {
        self.inner.agenda(municipality, entries_max)
    }

    fn stage(
        &self,
        municipality: Municipality,
        document: DocumentId,
        offset: u64,
        chunk: &[u8],
    ) -> Result<(), StoreError> {
        self.call(Call::Stage(chunk.len()));
        self.inner.stage(municipality, document, offset, chunk)
    }

    fn sweep(&self, staged_before: Timestamp) -> Result<u64, StoreError> {
        self.inner.sweep(staged_before)
    }

    fn document(&self, municipality: Municipality, id: DocumentId) -> Result<Option<Document>, StoreError> {
        self.inner.document(municipality, id)
    }

    fn erase(&self, municipality: Municipality, stream: StreamId) -> Result<u64, StoreError> {
        self.inner.erase(municipality, stream)
    }

    fn overhear(&self, listener: Listener) {
        self.lock().listeners.push(listener);
    }

    fn guarantees(&self) -> Guarantees {
        self.guarantees
    }
}
