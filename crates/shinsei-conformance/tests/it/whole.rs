//! A store that keeps the whole contract.

use std::sync::Arc;

use shinsei::memory::{MemoryStore, STEP_BACK_MAX_MICROS};
use shinsei_conformance::store::{StoreUnderTest, clauses};
use shinsei_conformance::{FakeClock, Report};
use shinsei_core::ids::Municipality;
use shinsei_core::port::store::Store;

/// The store in memory.
pub(crate) struct InMemory {
    pub(crate) clock: FakeClock,
    pub(crate) store: MemoryStore,
}

impl Default for InMemory {
    fn default() -> Self {
        let clock = FakeClock::default();
        Self { store: MemoryStore::new(Arc::new(clock.clone())), clock }
    }
}

impl StoreUnderTest for InMemory {
    fn open(&self) -> Box<dyn Store + '_> {
        Box::new(self.store.clone())
    }

    fn clock(&self) -> &FakeClock {
        &self.clock
    }

    fn step_back_max_micros(&self) -> i64 {
        STEP_BACK_MAX_MICROS
    }

    fn document_bytes(&self, municipality: Municipality) -> Option<u64> {
        Some(self.store.document_bytes(municipality))
    }
}

#[test]
fn the_store_in_memory_breaks_no_clause() {
    let report = Report::of(&clauses(), || Box::new(InMemory::default()));
    assert_eq!(report.broken(), [] as [&str; 0], "{report}");
}
