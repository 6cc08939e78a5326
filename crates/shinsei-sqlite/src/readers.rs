//! The connections that read: a bounded pool, each lent to one call at a time.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::ErrorKind;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::hooks::Wal;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use shinsei_core::ids::Municipality;

use crate::error::{Fault, OpenError, Result};
use crate::kinds::Kinds;
use crate::lock::beside;
use crate::settings::{self, Settings, driver};

/// A bounded pool of connections that only read.
pub(crate) struct Readers {
    path: PathBuf,
    settings: Settings,
    pool: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Reader>,
    open: usize,
    /// How many wait for one.
    waiting: usize,
}

/// A connection that is read on, with what it has learnt and what never changes.
pub(crate) struct Reader {
    connection: Connection,
    ordinals: RefCell<HashMap<Municipality, i64>>,
    pub(crate) kinds: RefCell<Kinds>,
    /// After how many commits of this process it last read.
    read_after: Cell<u64>,
}

/// A reader for one call; it goes back when dropped.
pub(crate) struct Lent<'p> {
    readers: &'p Readers,
    reader: Option<Reader>,
}

impl Readers {
    /// A pool with one connection open.
    pub(crate) fn open(path: &Path, settings: &Settings) -> std::result::Result<Self, OpenError> {
        let first = Reader::open(path, settings)?;
        Ok(Self {
            path: path.to_owned(),
            settings: settings.clone(),
            pool: Mutex::new(Pool { idle: vec![first], open: 1, waiting: 0 }),
            returned: Condvar::new(),
        })
    }

    /// Where the database stands.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Lends a reader, and waits for one when all are lent.
    pub(crate) fn lend(&self) -> Result<Lent<'_>> {
        let mut pool = self.pool();
        loop {
            if let Some(reader) = pool.idle.pop() {
                return Ok(Lent { readers: self, reader: Some(reader) });
            }
            if pool.open < self.settings.readers_max.max(1) {
                pool.open += 1;
                drop(pool);
                return self.lend_new();
            }
            pool.waiting += 1;
            pool = self.returned.wait(pool).unwrap_or_else(PoisonError::into_inner);
            pool.waiting -= 1;
        }
    }

    fn lend_new(&self) -> Result<Lent<'_>> {
        // When it cannot be opened, dropping `lent` gives its place back.
        let mut lent = Lent { readers: self, reader: None };
        let reader = Reader::open(&self.path, &self.settings)
            .map_err(|source| shinsei_core::port::store::StoreError::Unavailable { source: source.into() })?;
        lent.reader = Some(reader);
        Ok(lent)
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    fn open(path: &Path, settings: &Settings) -> std::result::Result<Self, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = match immutable(path) {
            None => Connection::open_with_flags(path, flags),
            Some(address) => Connection::open_with_flags(address, flags | OpenFlags::SQLITE_OPEN_URI),
        };
        let connection = connection.map_err(|source| driver(path, source))?;
        settings::apply_common(&connection, path, settings)?;
        settings::set(&connection, path, "query_only", 1)?;
        Ok(Self::on(connection))
    }

    /// Reads on a connection, outside of transactions that may be rolled back.
    pub(crate) fn on(connection: Connection) -> Self {
        Self { connection, ordinals: RefCell::default(), kinds: RefCell::default(), read_after: Cell::new(0) }
    }

    /// Has this called after each commit on the connection, with the pages that are in the WAL.
    pub(crate) fn each_commit(&mut self, tell: impl Fn(u32) + Send + 'static) -> rusqlite::Result<()> {
        self.connection.wal_hook(Some(move |_: &mut Wal, pages: i32| {
            tell(u32::try_from(pages).unwrap_or(0));
            Ok(())
        }))
    }

    /// Takes note that it reads after so many commits of this process; true when it has not read since the last of them, so
    /// that its cache is of no use.
    pub(crate) fn reads_after(&self, commits: u64) -> bool {
        self.read_after.replace(commits) != commits
    }

    /// The number that stands for a municipality in the tables; `None` when nothing was ever written for it.
    pub(crate) fn ordinal(&self, municipality: Municipality) -> Result<Option<i64>> {
        if let Some(known) = self.ordinals.borrow().get(&municipality) {
            return Ok(Some(*known));
        }
        let found = ordinal(&self.connection, municipality)?;
        if let Some(found) = found {
            self.ordinals.borrow_mut().insert(municipality, found);
        }
        Ok(found)
    }
}

/// How SQLite is told that nobody can change a database: where its file system is read-only and it was closed in order,
/// as a copy for an auditor is. Else SQLite wants to write beside it before it reads. `None` where somebody can.
///
/// # Source
/// SQLite, "Write-Ahead Logging", section 5, read-only databases; "Uniform Resource Identifiers".
fn immutable(path: &Path) -> Option<String> {
    let written = std::fs::OpenOptions::new().write(true).open(path);
    if written.err()?.kind() != ErrorKind::ReadOnlyFilesystem || beside(path, "-wal").exists() {
        return None;
    }
    let escaped = path.to_str()?.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    Some(format!("file:{escaped}?immutable=1"))
}

/// Looks the number up that stands for a municipality.
pub(crate) fn ordinal(connection: &Connection, municipality: Municipality) -> Result<Option<i64>> {
    connection
        .prepare_cached("SELECT ordinal FROM municipalities WHERE code = ?1")?
        .query_row([municipality.as_str()], |row| row.get(0))
        .optional()
        .map_err(Fault::from)
}

impl Deref for Reader {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl Deref for Lent<'_> {
    type Target = Reader;

    #[expect(clippy::expect_used, reason = "OK because a reader is there from lending to dropping")]
    fn deref(&self) -> &Reader {
        self.reader.as_ref().expect("a reader is lent")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut pool = self.readers.pool();
        match self.reader.take() {
            Some(reader) => pool.idle.push(reader),
            None => pool.open -= 1,
        }
        // Waking asks the kernel, whether somebody waits or not.
        let is_awaited = pool.waiting > 0;
        drop(pool);
        if is_awaited {
            self.readers.returned.notify_one();
        }
    }
}
