//! The clauses of the port `Store`.
//!
//! A store is tested by saying how it is opened, and one macro makes a test of each clause:
//!
//! ```
//! use std::sync::Arc;
//! use shinsei::memory::{MemoryStore, STEP_BACK_MAX_MICROS};
//! use shinsei_conformance::FakeClock;
//! use shinsei_conformance::store::StoreUnderTest;
//! use shinsei_core::port::store::Store;
//!
//! struct InMemory {
//!     clock: FakeClock,
//!     store: MemoryStore,
//! }
//!
//! impl StoreUnderTest for InMemory {
//!     fn open(&self) -> Box<dyn Store + '_> {
//!         Box::new(self.store.clone())
//!     }
//!     fn clock(&self) -> &FakeClock {
//!         &self.clock
//!     }
//!     fn step_back_max_micros(&self) -> i64 {
//!         STEP_BACK_MAX_MICROS
//!     }
//! }
//!
//! fn in_memory() -> InMemory {
//!     let clock = FakeClock::default();
//!     InMemory { store: MemoryStore::new(Arc::new(clock.clone())), clock }
//! }
//!
//! shinsei_conformance::store_suite!(in_memory);
//! # for clause in shinsei_conformance::store::clauses().iter().take(5) {
//! #     clause.assert(&in_memory());
//! # }
//! ```
//!
//! A store that can be made to fail implements [`faults::StoreWithFaults`] too, and the macro is told how one is made:
//! `store_suite!(on_disk, faults: on_a_failing_disk)`. One whose records a hand can alter implements [`altered::StoreToAlter`]:
//! `store_suite!(on_disk, altered: on_disk)`, or both. `docs/own-store.md` goes through all of it.

mod fixture;
mod suite;

pub mod agenda;
pub mod agenda_order;
pub mod altered;
pub mod at_once;
pub mod batches;
pub mod commands;
pub mod documents;
pub mod erasure;
pub mod faults;
pub mod leases;
pub mod log;
pub mod model;
pub mod names;
pub mod numbers;
pub mod tenancy;
pub mod time;
pub mod tree;
pub mod versions;
pub mod window;

pub use suite::{StoreUnderTest, alteration_clauses, clauses, fault_clauses};
