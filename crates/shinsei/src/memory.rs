//! A store in memory: for tests, demonstrations and trying out. It keeps the whole contract except that nothing is durable.

mod access_log;
mod agenda;
mod documents;
mod lane;
mod view;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shinsei_core::agenda::{AgendaRow, Lease, LeaseRequest};
use shinsei_core::document::Document;
use shinsei_core::ids::{CommandId, DocumentId, Municipality, Position, StreamId, Version};
use shinsei_core::port::clock::Clock;
use shinsei_core::port::store::{
    Commit, Found, Guarantees, Outcome, PAGE_RECORDS_MAX, Standing, Store, StoreError, Visit, Writers,
    check_level, recording_time,
};
use shinsei_core::time::Timestamp;
use shinsei_core::tree::{Hash, Head};

use access_log::Accesses;
use lane::{Kept, Lane};

pub use view::MemoryView;

/// How far the clock may step back before a commit is refused, unless it is opened otherwise: ten seconds.
pub const STEP_BACK_MAX_MICROS: i64 = 10_000_000;

/// Keeps records, numbers, commands, documents, the agenda and the access log in memory. Clones share one state.
///
/// # Example
/// ```
/// use std::sync::Arc;
/// use shinsei::memory::MemoryStore;
/// use shinsei_conformance::FakeClock;
/// use shinsei_core::port::store::Store;
///
/// let store = MemoryStore::new(Arc::new(FakeClock::default()));
/// assert_eq!(store.head("012025".parse()?)?.size, 0);
/// assert!(!store.guarantees().durable);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct MemoryStore {
    clock: Arc<dyn Clock>,
    step_back_max_micros: i64,
    lanes: Arc<Mutex<Lanes>>,
    accesses: Arc<Mutex<Accesses>>,
}

type Lanes = BTreeMap<Municipality, Lane>;

impl MemoryStore {
    /// Opens an empty store that records by a clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_step_back_max(clock, STEP_BACK_MAX_MICROS)
    }

    /// Opens an empty store that bears a clock stepping back by so much.
    pub fn with_step_back_max(clock: Arc<dyn Clock>, step_back_max_micros: i64) -> Self {
        Self { clock, step_back_max_micros, lanes: Arc::default(), accesses: Arc::default() }
    }

    /// How many bytes of documents it keeps of a municipality: own, shared (once) and staged.
    pub fn document_bytes(&self, municipality: Municipality) -> u64 {
        self.lanes().get(&municipality).map_or(0, |lane| lane.documents.bytes())
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        // OK because a lane is changed only after everything that could refuse has been asked.
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn accesses(&self) -> MutexGuard<'_, Accesses> {
        // OK because an access has its place before it is kept.
        self.accesses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers from a municipality, or gives what an empty one would answer.
    fn read<T: Default>(&self, municipality: Municipality, answer: impl FnOnce(&Lane) -> T) -> T {
        self.lanes().get(&municipality).map(answer).unwrap_or_default()
    }
}

/// Shows that there is one, and nothing of what it keeps.
impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

impl Store for MemoryStore {
    fn commit(&self, batch: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
        Commit::check_batch(batch)?;
        let mut lanes = self.lanes();
        let now = self.clock.now();
        let mut times = BTreeMap::new();
        for commit in batch {
            let lane = lanes.get(&commit.municipality);
            // A command that is known is answered by any clock.
            if lane.is_some_and(|lane| lane.knows(commit)) {
                continue;
            }
            let last = lane.and_then(Lane::last_recorded_at);
            times.insert(commit.municipality, recording_time(now, last, self.step_back_max_micros)?);
        }
        let settle = |commit: &Commit| {
            let lane = lanes.entry(commit.municipality).or_insert_with(|| Lane::new(commit.municipality));
            lane.commit(commit, times.get(&commit.municipality).copied().unwrap_or(now))
        };
        Ok(batch.iter().map(settle).collect())
    }

    fn read_stream(
        &self,
        municipality: Municipality,
        stream: StreamId,
        after: Version,
        max: usize,
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
        let page = self.read(municipality, |lane| lane.stream(stream, after, max.min(PAGE_RECORDS_MAX)));
        show(municipality, &page, visit);
        Ok(())
    }

    fn read_log(
        &self,
        municipality: Municipality,
        after: Position,
        max: usize,
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
        let page = self.read(municipality, |lane| lane.log(after, max.min(PAGE_RECORDS_MAX)));
        show(municipality, &page, visit);
        Ok(())
    }

    fn find(&self, municipality: Municipality, command: CommandId) -> Result<Option<Found>, StoreError> {
        Ok(self.read(municipality, |lane| lane.find(command)))
    }

    fn head(&self, municipality: Municipality) -> Result<Head, StoreError> {
        Ok(self.read(municipality, |lane| lane.tree.clone()).head())
    }

    fn standing(&self, municipality: Municipality) -> Result<Standing, StoreError> {
        // One that nobody wrote to stands where an empty one does.
        Ok(self.lanes().get(&municipality).map_or_else(|| Lane::new(municipality).standing(), Lane::standing))
    }

    fn nodes(
        &self,
        municipality: Municipality,
        level: u32,
        first: u64,
        max: usize,
    ) -> Result<Vec<Hash>, StoreError> {
        check_level(level)?;
        Ok(self.read(municipality, |lane| lane.nodes(level, first, max.min(PAGE_RECORDS_MAX))))
    }

    fn municipalities(&self) -> Result<Vec<Municipality>, StoreError> {
        let lanes = self.lanes();
        Ok(lanes
            .iter()
            .filter(|(_, lane)| lane.tree.size() > 0)
            .map(|(municipality, _)| *municipality)
            .collect())
    }

    fn lease(&self, request: &LeaseRequest) -> Result<Vec<Lease>, StoreError> {
        let mut lanes = self.lanes();
        let now = self.clock.now();
        let asked =
            |municipality: &Municipality| request.municipality.is_none_or(|only| only == *municipality);
        let mut due: Vec<_> = lanes
            .iter()
            .filter(|(municipality, _)| asked(municipality))
            .flat_map(|(municipality, lane)| {
                lane.agenda
                    .lendable(request.channel, now, request.entries_max)
                    .map(|(at, key)| (at, *municipality, key.clone()))
            })
            .collect();
        due.sort_by_key(|(at, municipality, _)| (*at, *municipality));
        due.truncate(request.entries_max);
        let until = now.saturating_add_micros(request.lasts_micros);
        let lend =
            |(_, municipality, key)| lanes.get_mut(&municipality)?.agenda.lend(municipality, key, until);
        Ok(due.into_iter().filter_map(lend).collect())
    }

    fn agenda(&self, municipality: Municipality, entries_max: usize) -> Result<Vec<AgendaRow>, StoreError> {
        Ok(self.read(municipality, |lane| lane.agenda.rows(entries_max)))
    }

    fn stage(
        &self,
        municipality: Municipality,
        document: DocumentId,
        offset: u64,
        chunk: &[u8],
    ) -> Result<(), StoreError> {
        let mut lanes = self.lanes();
        let lane = lanes.entry(municipality).or_insert_with(|| Lane::new(municipality));
        lane.documents.stage(document, offset, chunk, self.clock.now())
    }

    fn sweep(&self, staged_before: Timestamp) -> Result<u64, StoreError> {
        Ok(self.lanes().values_mut().map(|lane| lane.documents.sweep(staged_before)).sum())
    }

    fn document(&self, municipality: Municipality, id: DocumentId) -> Result<Option<Document>, StoreError> {
        Ok(self.read(municipality, |lane| lane.documents.linked(id)))
    }

    fn erase(&self, municipality: Municipality, stream: StreamId) -> Result<u64, StoreError> {
        Ok(self.lanes().get_mut(&municipality).map_or(0, |lane| lane.erase(stream)))
    }

    fn guarantees(&self) -> Guarantees {
        Guarantees { durable: false, lanes: false, writers: Writers::One }
    }
}

/// Visits a page without holding the lock, so that a slow visitor hinders nobody.
fn show(municipality: Municipality, page: &[Arc<Kept>], visit: Visit<'_>) {
    for kept in page {
        if visit(kept.record(municipality)) == ControlFlow::Break(()) {
            return;
        }
    }
}
