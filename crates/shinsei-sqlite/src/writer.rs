//! The one connection that writes, and its transactions.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};
use shinsei_core::port::clock::Clock;
use shinsei_core::time::Timestamp;

use crate::copier::Copier;
use crate::error::{Fault, OpenError, Result};
use crate::kinds::KindNumbers;
use crate::lock::WriterLock;
use crate::readers::Reader;
use crate::schema::STORE;
use crate::settings::{self, Settings, driver};
use crate::tail::Tail;
use crate::wal;

/// The one connection that writes.
pub(crate) struct Writer {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    checkpoint_pages: u32,
    commits: AtomicU64,
    /// The earliest time at which an entry of the agenda may be due that only the tail has.
    due: AtomicI64,
    /// Ends before the connection does.
    copier: Option<Copier>,
    held: Arc<Mutex<Held>>,
    _lock: WriterLock,
}

/// What only the holder of the mutex may touch.
struct Held {
    connection: Reader,
    numbers: KindNumbers,
    tail: Tail,
    /// False while it is not certain that a commit is synced.
    synced: bool,
}

/// An open transaction.
pub(crate) struct Writing<'w> {
    pub(crate) connection: &'w Connection,
    pub(crate) numbers: &'w mut KindNumbers,
    pub(crate) tail: &'w mut Tail,
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
        let version = STORE.version(&connection, path).map_err(|error| lock.refused(error))?;
        if connection.is_readonly("main").map_err(|source| driver(path, source))? {
            return Err(OpenError::ReadOnly { path: path.to_owned() });
        }
        settings::apply_common(&connection, path, settings)?;
        // A file that has another one already keeps it, and is refused.
        settings::set(&connection, path, "page_size", i64::from(settings::PAGE_BYTES))?;
        settings::apply_durable(&connection, path, settings, 0)?;
        STORE.migrate(&mut connection, path, version)?;
        let mut writer = Self {
            path: path.to_owned(),
            clock,
            checkpoint_pages: settings.checkpoint_pages,
            commits: AtomicU64::new(0),
            due: AtomicI64::new(i64::MIN),
            copier: None,
            held: Arc::new(Mutex::new(Held {
                connection: Reader::on(connection),
                numbers: KindNumbers::default(),
                tail: Tail::default(),
                synced: false,
            })),
            _lock: lock,
        };
        writer.finish_opening(settings)?;
        Ok(writer)
    }

    /// Finishes what a process before this one may have left undone, and reads the settings back a last time.
    fn finish_opening(&mut self, settings: &Settings) -> std::result::Result<(), OpenError> {
        let failed = |fault| match fault {
            Fault::Sqlite(source) => driver(&self.path, source),
            Fault::Store(error) => OpenError::Driver { path: self.path.clone(), source: error.into() },
        };
        self.alone(crate::erase::finish).map_err(failed)?;
        self.grow_wal().map_err(failed)?;
        // OK because what a process that was killed left behind is read as it stands, too, as long as the disk is full.
        let _ = self.settle();
        let copier = Copier::start(&self.path, settings, Arc::clone(&self.held))?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        settings::apply_durable(&held.connection, &self.path, settings, 0)?;
        let copying = copier.copying();
        held.connection
            .each_commit(move |pages| copying.committed(pages))
            .map_err(|source| driver(&self.path, source))?;
        drop(held);
        self.copier = Some(copier);
        Ok(())
    }

    /// Does work in a transaction that is on disk when this returns, or leaves no trace of it.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&mut Writing<'_>) -> Result<T>) -> Result<T> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Held { connection, numbers, tail, synced } = &mut *held;
        if !*synced {
            wal::sync_commits(connection)?;
            *synced = true;
        }
        let transaction = Transaction::begin(connection)?;
        let now = self.clock.now();
        // Taken out and put back only once it is true, so that neither an error nor a panic leaves what was rolled back.
        let (mut kinds, mut known) = (std::mem::take(numbers), std::mem::take(tail));
        let begun = known.begin(transaction.0);
        let done = begun.and_then(|()| {
            work(&mut Writing { connection: transaction.0, numbers: &mut kinds, tail: &mut known, now })
        });
        let committed = done.and_then(|value| transaction.commit().map(|()| value));
        drop(transaction);
        self.commits.fetch_add(1, Ordering::Relaxed);
        if committed.is_ok() {
            self.due.store(known.earliest_due(), Ordering::Relaxed);
            (*numbers, *tail) = (kinds, known);
        }
        committed
    }

    /// Settles what is left of the tail.
    fn settle(&self) -> Result<()> {
        self.write(|writing| writing.tail.settle(writing.connection))
    }

    /// Grows the WAL to its working length, if it is shorter.
    pub(crate) fn grow_wal(&self) -> Result<()> {
        let _paused = self.copier.as_ref().map(Copier::pause);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.synced = false;
        wal::grow(&held.connection, &self.path, self.checkpoint_pages)?;
        wal::sync_commits(&held.connection)?;
        held.synced = true;
        Ok(())
    }

    /// How many transactions there were.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// True when an entry of the agenda may be due that a reader does not find.
    pub(crate) fn may_lend(&self, now: Timestamp) -> bool {
        self.due.load(Ordering::Relaxed) <= now.micros()
    }

    /// Reads on the connection that writes, unless somebody has it: what it wrote lies in its memory, while each of its
    /// commits empties the memory of every other connection. Nobody waits for it, and it must be brief.
    pub(crate) fn read_if_free<T>(&self, read: impl FnOnce(&Reader) -> Result<T>) -> Option<Result<T>> {
        let held = self.held.try_lock().ok()?;
        held.connection.is_autocommit().then(|| read(&held.connection))
    }

    /// Does work on the connection outside a transaction, while nobody writes or copies the WAL.
    pub(crate) fn alone<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let _paused = self.copier.as_ref().map(Copier::pause);
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        work(&held.connection)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.copier.take());
        let is_settled = self.held.lock().is_ok_and(|held| held.tail.is_settled());
        if !is_settled {
            // OK because the next one who opens the file does it.
            let _ = self.settle();
        }
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
