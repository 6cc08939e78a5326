//! Stores that are broken in one way each: the store in memory behind a thin wrapper that does one thing wrong.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use shinsei::memory::{MemoryStore, STEP_BACK_MAX_MICROS};
use shinsei_conformance::store::{StoreUnderTest, clauses};
use shinsei_conformance::{FakeClock, Report};
use shinsei_core::agenda::{AgendaRow, Lease, LeaseRequest};
use shinsei_core::document::Document;
use shinsei_core::ids::{CommandId, DocumentId, Municipality, Position, StreamId, Version};
use shinsei_core::port::store::{Commit, Found, Guarantees, Outcome, Standing, Store, StoreError, Visit};
use shinsei_core::record::RawRecord;
use shinsei_core::time::Timestamp;
use shinsei_core::tree::{Hash, Head};

mod agenda;
mod altered;
mod at_once;
mod batches;
mod combined;
mod documents;
mod faults;
mod log;
mod naive;
mod names;
mod receipts;
mod tenancy;
mod tree;

/// A way to be wrong, and the clauses that must find it.
pub(crate) struct Flaw {
    name: &'static str,
    clauses: &'static [&'static str],
    store: fn() -> Broken,
}

impl Flaw {
    const fn new(name: &'static str, clauses: &'static [&'static str], store: fn() -> Broken) -> Self {
        Self { name, clauses, store }
    }
}

type Answer<T> = Result<T, StoreError>;

/// What a broken store does instead; by default what the whole one does.
pub(crate) trait Wrong: Send + Sync {
    /// Called each time the store is opened, with how often it was before.
    fn opened(&self, _whole: &MemoryStore, _before: usize) {}

    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        whole.commit(batch)
    }

    /// Changes what a reader is shown; false hides it.
    fn show(&self, _record: &mut RawRecord<'_>) -> bool {
        true
    }

    fn read_stream(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        stream: StreamId,
        after: Version,
        max: usize,
        visit: Visit<'_>,
    ) -> Answer<()> {
        whole.read_stream(of, stream, after, max, visit)
    }

    fn read_log(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        after: Position,
        max: usize,
        visit: Visit<'_>,
    ) -> Answer<()> {
        whole.read_log(of, after, max, visit)
    }

    fn find(&self, whole: &MemoryStore, of: Municipality, command: CommandId) -> Answer<Option<Found>> {
        whole.find(of, command)
    }

    fn head(&self, whole: &MemoryStore, of: Municipality) -> Answer<Head> {
        whole.head(of)
    }

    fn standing(&self, whole: &MemoryStore, of: Municipality) -> Answer<Standing> {
        whole.standing(of)
    }

    fn nodes(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        level: u32,
        first: u64,
        max: usize,
    ) -> Answer<Vec<Hash>> {
        whole.nodes(of, level, first, max)
    }

    fn municipalities(&self, whole: &MemoryStore) -> Answer<Vec<Municipality>> {
        whole.municipalities()
    }

    fn lease(&self, whole: &MemoryStore, request: &LeaseRequest) -> Answer<Vec<Lease>> {
        whole.lease(request)
    }

    fn agenda(&self, whole: &MemoryStore, of: Municipality, entries_max: usize) -> Answer<Vec<AgendaRow>> {
        whole.agenda(of, entries_max)
    }

    fn stage(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        id: DocumentId,
        offset: u64,
        chunk: &[u8],
    ) -> Answer<()> {
        whole.stage(of, id, offset, chunk)
    }

    fn sweep(&self, whole: &MemoryStore, staged_before: Timestamp) -> Answer<u64> {
        whole.sweep(staged_before)
    }

    fn document(&self, whole: &MemoryStore, of: Municipality, id: DocumentId) -> Answer<Option<Document>> {
        whole.document(of, id)
    }

    fn erase(&self, whole: &MemoryStore, of: Municipality, stream: StreamId) -> Answer<u64> {
        whole.erase(of, stream)
    }
}

/// The store in memory with something wrong in front of it.
pub(crate) struct Broken {
    clock: FakeClock,
    whole: MemoryStore,
    wrong: Box<dyn Wrong>,
    opened: AtomicUsize,
}

impl Broken {
    /// Makes one whose wrong part knows the clock.
    fn with(wrong: impl FnOnce(FakeClock) -> Box<dyn Wrong>) -> Self {
        Self::bearing(STEP_BACK_MAX_MICROS, wrong)
    }

    /// Makes one that bears a clock stepping back by other than it says.
    fn bearing(step_back_max_micros: i64, wrong: impl FnOnce(FakeClock) -> Box<dyn Wrong>) -> Self {
        let clock = FakeClock::default();
        let whole = MemoryStore::with_step_back_max(Arc::new(clock.clone()), step_back_max_micros);
        Self { wrong: wrong(clock.clone()), clock, whole, opened: AtomicUsize::new(0) }
    }

    fn new(wrong: impl Wrong + 'static) -> Self {
        Self::with(|_| Box::new(wrong))
    }
}

impl StoreUnderTest for Broken {
    fn open(&self) -> Box<dyn Store + '_> {
        self.wrong.opened(&self.whole, self.opened.fetch_add(1, Ordering::SeqCst));
        Box::new(Opened(self))
    }

    fn clock(&self) -> &FakeClock {
        &self.clock
    }

    fn step_back_max_micros(&self) -> i64 {
        STEP_BACK_MAX_MICROS
    }

    fn document_bytes(&self, municipality: Municipality) -> Option<u64> {
        Some(self.whole.document_bytes(municipality))
    }
}

struct Opened<'a>(&'a Broken);

impl Opened<'_> {
    /// A visitor that is shown what the wrong part makes of each record.
    fn shown(&self, visit: Visit<'_>) -> impl FnMut(RawRecord<'_>) -> ControlFlow<()> {
        move |mut record| {
            if self.0.wrong.show(&mut record) { visit(record) } else { ControlFlow::Continue(()) }
        }
    }
}

impl Store for Opened<'_> {
    fn commit(&self, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        self.0.wrong.commit(&self.0.whole, batch)
    }

    fn read_stream(
        &self,
        of: Municipality,
        stream: StreamId,
        after: Version,
        max: usize,
        visit: Visit<'_>,
    ) -> Answer<()> {
        self.0.wrong.read_stream(&self.0.whole, of, stream, after, max, &mut self.shown(visit))
    }

    fn read_log(&self, of: Municipality, after: Position, max: usize, visit: Visit<'_>) -> Answer<()> {
        self.0.wrong.read_log(&self.0.whole, of, after, max, &mut self.shown(visit))
    }

    fn find(&self, of: Municipality, command: CommandId) -> Answer<Option<Found>> {
        self.0.wrong.find(&self.0.whole, of, command)
    }

    fn head(&self, of: Municipality) -> Answer<Head> {
        self.0.wrong.head(&self.0.whole, of)
    }

    fn standing(&self, of: Municipality) -> Answer<Standing> {
        self.0.wrong.standing(&self.0.whole, of)
    }

    fn nodes(&self, of: Municipality, level: u32, first: u64, max: usize) -> Answer<Vec<Hash>> {
        self.0.wrong.nodes(&self.0.whole, of, level, first, max)
    }

    fn municipalities(&self) -> Answer<Vec<Municipality>> {
        self.0.wrong.municipalities(&self.0.whole)
    }

    fn lease(&self, request: &LeaseRequest) -> Answer<Vec<Lease>> {
        self.0.wrong.lease(&self.0.whole, request)
    }

    fn agenda(&self, of: Municipality, entries_max: usize) -> Answer<Vec<AgendaRow>> {
        self.0.wrong.agenda(&self.0.whole, of, entries_max)
    }

    fn stage(&self, of: Municipality, id: DocumentId, offset: u64, chunk: &[u8]) -> Answer<()> {
        self.0.wrong.stage(&self.0.whole, of, id, offset, chunk)
    }

    fn sweep(&self, staged_before: Timestamp) -> Answer<u64> {
        self.0.wrong.sweep(&self.0.whole, staged_before)
    }

    fn document(&self, of: Municipality, id: DocumentId) -> Answer<Option<Document>> {
        self.0.wrong.document(&self.0.whole, of, id)
    }

    fn erase(&self, of: Municipality, stream: StreamId) -> Answer<u64> {
        self.0.wrong.erase(&self.0.whole, of, stream)
    }

    fn guarantees(&self) -> Guarantees {
        self.0.whole.guarantees()
    }
}

/// Clauses that take long and find much. They are checked on the flaws that they are named for.
const HEAVY: [&str; 4] = [
    "batches::ten_thousand_commits_are_one_batch",
    "documents::a_document_of_32_mebibytes_comes_back",
    "tree::a_log_of_70_000_records_is_proved",
    "model::random_operations_agree_with_the_reference",
];

/// Checks that each flaw is found by its clauses and by no other, and that the report names them.
fn each_is_found(flaws: &[Flaw]) {
    let mut otherwise = vec![];
    for Flaw { name, clauses: wanted, store } in flaws {
        let mut asked = clauses();
        asked.retain(|clause| wanted.contains(&clause.name()) || !HEAVY.contains(&clause.name()));
        let report = Report::of(&asked, || Box::new(store()));
        let named = |clause: &&str| report.to_string().contains(&format!("BROKEN  {clause}: "));
        if report.broken() != *wanted || !wanted.iter().all(named) {
            otherwise.push(format!("a store that {name} was to break {wanted:?}\n{report}"));
        }
    }
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n\n"));
}

#[test]
fn every_clause_finds_a_broken_store_that_it_alone_finds() {
    let all = [
        log::FLAWS,
        batches::FLAWS,
        receipts::FLAWS,
        agenda::FLAWS,
        documents::FLAWS,
        tenancy::FLAWS,
        combined::FLAWS,
        at_once::FLAWS,
        names::FLAWS,
        tree::FLAWS,
    ];
    let alone = |flaw: &Flaw| if let [clause] = flaw.clauses { Some(*clause) } else { None };
    let alone: Vec<&str> = all.iter().copied().flatten().filter_map(alone).collect();
    let unproved: Vec<_> =
        clauses().iter().map(|clause| clause.name()).filter(|name| !alone.contains(name)).collect();
    assert_eq!(unproved, [] as [&str; 0]);
}
