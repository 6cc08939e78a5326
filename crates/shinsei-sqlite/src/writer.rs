//! The one connection that writes, and its transactions.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};
use shinsei_core::port::clock::Clock;
use shinsei_core::time::Timestamp;

use crate::error::{Fault, OpenError, Result};
use crate::kinds::KindNumbers;
use crate::lock::WriterLock;
use crate::schema::STORE;
use crate::settings::{self, Settings, driver};
use crate::wal;

/// The one connection that writes.
pub(crate) struct Writer {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    checkpoint_pages: u32,
    held: Mutex<Held>,
    _lock: WriterLock,
}

/// What only the holder of the mutex may touch.
struct Held {
    connection: Connection,
    numbers: KindNumbers,
    /// False while it is not certain that a commit is synced.
    synced: bool,
}

/// An open transaction.
pub(crate) struct Writing<'w> {
    pub(crate) connection: &'w Connection,
    pub(crate) numbers: &'w mut KindNumbers,
    /// What the clock said after the transaction began: nothing that another wrote is later by that clock.
    pub(crate) now: Timestamp,
}

impl Writer {
    /// Opens a database for writing: takes the lock, brings the schema up to date, grows the WAL.
    pub(crate) fn open(
        path: &Path,
        clock: Arc<dyn Clock>,
        settings: &Settings,
    ) -> std::result::Result<Self, OpenError> {
        let lock = WriterLock::take(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection =
            Connection::open_with_flags(path, flags).map_err(|source| driver(path, source))?;
        connection.busy_timeout(settings.busy_max).map_err(|source| driver(path, source))?;
        let version = STORE.version(&connection, path)?;
        if connection.is_readonly("main").map_err(|source| driver(path, source))? {
            return Err(OpenError::ReadOnly { path: path.to_owned() });
        }
        settings::apply_common(&connection, path, settings)?;
        // A file that has another one already keeps it, and is refused.
        settings::set(&connection, path, "page_size", i64::from(settings::PAGE_BYTES))?;
        settings::apply_durable(&connection, path, settings)?;
        STORE.migrate(&mut connection, path, version)?;
        let writer = Self {
            path: path.to_owned(),
            clock,
            checkpoint_pages: settings.checkpoint_pages,
            held: Mutex::new(Held { connection, numbers: KindNumbers::default(), synced: false }),
            _lock: lock,
        };
        writer.finish_opening(settings)?;
        Ok(writer)
    }

    /// Finishes what a process before this one may have left undone, and reads the settings back a last time.
    fn finish_opening(&self, settings: &Settings) -> std::result::Result<(), OpenError> {
        let failed = |fault| match fault {
            Fault::Sqlite(source) => driver(&self.path, source),
            Fault::Store(error) => OpenError::Driver { path: self.path.clone(), source: error.into() },
        };
        self.alone(crate::erase::finish).map_err(failed)?;
        self.grow_wal().map_err(failed)?;
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        settings::apply_durable(&held.connection, &self.path, settings)
    }

    /// Does work in a transaction that is on disk when this returns, or leaves no trace of it.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&mut Writing<'_>) -> Result<T>) -> Result<T> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Held { connection, numbers, synced } = &mut *held;
        if !*synced {
            wal::sync_commits(connection, self.checkpoint_pages)?;
            *synced = true;
        }
        let transaction = Transaction::begin(connection)?;
        let now = self.clock.now();
        let done = work(&mut Writing { connection: transaction.0, numbers, now });
        let committed = done.and_then(|value| transaction.commit().map(|()| value));
        drop(transaction);
        if committed.is_err() {
            numbers.forget();
        }
        committed
    }

    /// Grows the WAL to its working length, if it is shorter.
    pub(crate) fn grow_wal(&self) -> Result<()> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.synced = false;
        wal::grow(&held.connection, &self.path, self.checkpoint_pages)?;
        wal::sync_commits(&held.connection, self.checkpoint_pages)?;
        held.synced = true;
        Ok(())
    }

    /// Does work on the connection outside a transaction, while nobody writes.
    pub(crate) fn alone<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        work(&held.connection)
    }
}

/// A transaction that is rolled back when dropped before it was committed, by an error or by a panic of the caller's.
struct Transaction<'c>(&'c Connection);

impl<'c> Transaction<'c> {
    fn begin(connection: &'c Connection) -> Result<Self> {
        // One that could not be rolled back when its disk failed is rolled back now, or nothing is written.
        if !connection.is_autocommit() {
            connection.execute_batch("ROLLBACK")?;
        }
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(Self(connection))
    }

    fn commit(&self) -> Result<()> {
        self.0
            .prepare_cached("COMMIT")
            .and_then(|mut commit| commit.execute([]))
            .map_err(|error| Fault::from(error).while_committing())?;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.0.is_autocommit() {
            // OK because `begin` tries again, and nothing is written while it fails.
            let _ = self.0.execute_batch("ROLLBACK");
        }
    }
}
