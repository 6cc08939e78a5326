//! How the tests open a store.

use std::path::Path;
use std::sync::Arc;

use shinsei_conformance::FakeClock;
use shinsei_sqlite::SqliteStore;

/// A store by a clock that stands still.
pub(crate) fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, Arc::new(FakeClock::default())).unwrap()
}
