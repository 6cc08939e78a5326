//! How the tests open a store.

use std::sync::Arc;

use shinsei_conformance::FakeClock;
use shinsei_postgres::PostgresStore;

/// A node on a database, by a clock that stands still.
pub(crate) fn open(address: &str) -> PostgresStore {
    PostgresStore::open(address).unwrap().with_clock(Arc::new(FakeClock::default()))
}
