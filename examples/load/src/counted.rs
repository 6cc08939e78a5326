//! A store that counts what is written through it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use shinsei_core::agenda::{AgendaRow, Lease, LeaseRequest};
use shinsei_core::document::Document;
use shinsei_core::ids::{CommandId, DocumentId, Municipality, Position, StreamId, Version};
use shinsei_core::port::store::{Commit, Found, Guarantees, Outcome, Standing, Store, StoreError, Visit};
use shinsei_core::time::Timestamp;
use shinsei_core::tree::{Hash, Head};

/// The store, and what was written through it.
pub(crate) struct Counted {
    inner: Arc<dyn Store>,
    transactions: AtomicU64,
    records: AtomicU64,
}

impl Counted {
    pub(crate) fn new(inner: Arc<dyn Store>) -> Self {
        Self { inner, transactions: AtomicU64::new(0), records: AtomicU64::new(0) }
    }

    /// The transactions that wrote something.
    pub(crate) fn transactions(&self) -> u64 {
        self.transactions.load(Ordering::Relaxed)
    }

    /// The records that were appended.
    pub(crate) fn records(&self) -> u64 {
        self.records.load(Ordering::Relaxed)
    }
}

impl Store for Counted {
    fn commit(&self, batch: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
        let outcomes = self.inner.commit(batch)?;
        let written = outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Done(receipt) => Some(receipt.records),
            _ => None,
        });
        let (commits, records) = written.fold((0, 0), |(commits, sum), records| (commits + 1, sum + records));
        self.records.fetch_add(records, Ordering::Relaxed);
        self.transactions.fetch_add(u64::from(commits > 0), Ordering::Relaxed);
        Ok(outcomes)
    }

    fn read_stream(
        &self,
        municipality: Municipality,
        stream: StreamId,
        after: Version,
        max: usize,
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
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

    fn guarantees(&self) -> Guarantees {
        self.inner.guarantees()
    }
}
