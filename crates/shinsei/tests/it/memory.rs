//! The store in memory keeps the whole contract of a store.

use std::sync::Arc;

use shinsei::memory::{MemoryStore, STEP_BACK_MAX_MICROS};
use shinsei_conformance::FakeClock;
use shinsei_conformance::access_log::AccessLogUnderTest;
use shinsei_conformance::store::StoreUnderTest;
use shinsei_core::ids::Municipality;
use shinsei_core::port::access_log::AccessLog;
use shinsei_core::port::store::{Guarantees, Store, Writers};

struct InMemory {
    clock: FakeClock,
    store: MemoryStore,
}

fn in_memory() -> InMemory {
    let clock = FakeClock::default();
    InMemory { store: MemoryStore::new(Arc::new(clock.clone())), clock }
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

impl AccessLogUnderTest for InMemory {
    fn open(&self) -> Box<dyn AccessLog + '_> {
        Box::new(self.store.clone())
    }

    fn clock(&self) -> &FakeClock {
        &self.clock
    }
}

shinsei_conformance::store_suite!(in_memory);
shinsei_conformance::access_log_suite!(in_memory);

#[test]
fn it_promises_nothing_that_it_cannot_keep() {
    let promised = Guarantees { durable: false, lanes: false, writers: Writers::One };
    assert_eq!(in_memory().store.guarantees(), promised);
}

#[test]
fn nothing_of_what_it_keeps_is_shown() {
    assert_eq!(format!("{:?}", in_memory().store), "MemoryStore { .. }");
}
