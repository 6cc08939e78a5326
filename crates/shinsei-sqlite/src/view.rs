//! The lists of cases, in a file of their own beside the store's: losing it costs the time to build it again.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params};
use shinsei_core::ids::{Municipality, Position};
use shinsei_core::listing::{CaseRow, Count, Listing, Place};
use shinsei_core::port::store::StoreError;
use shinsei_core::port::view::{Applied, Checkpoint, Generation, Page, Parked, Standing, View};

use crate::error::{Fault, OpenError, Result};
use crate::lock::{WriterLock, resolve};
use crate::readers::Readers;
use crate::rows::{count, unsigned_at};
use crate::schema::VIEW;
use crate::settings::{self, Settings, driver};
use crate::{listed, wal};

/// Keeps the lists of cases of municipalities in one SQLite file.
///
/// One process follows the log and writes; any number of processes ask. A name that is erased is overwritten in the file
/// and the WAL before [`View::apply`] returns.
///
/// # Example
/// ```
/// use shinsei_core::port::view::{Standing, View};
/// use shinsei_sqlite::SqliteView;
///
/// let folder = tempfile::tempdir()?;
/// let view = SqliteView::open(folder.path().join("lists.db"))?;
/// assert_eq!(view.standing("012025".parse()?)?, Standing::default());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SqliteView {
    // Dropped in this order: the writer goes last of the connections, so that SQLite copies the WAL into the file.
    readers: Readers,
    writer: Option<Writer>,
}

struct Writer {
    held: Mutex<Held>,
    _lock: WriterLock,
}

struct Held {
    connection: Connection,
    /// True while the WAL may still hold what was erased.
    unclean: bool,
}

impl SqliteView {
    /// Opens lists for following and asking, and creates the file when it does not exist.
    ///
    /// # Errors
    /// Every variant of [`OpenError`] but `Empty`.
    pub fn open(path: impl AsRef<Path>) -> std::result::Result<Self, OpenError> {
        let path = resolve(path.as_ref())?;
        let settings = Settings::default();
        let writer = Writer::open(&path, &settings)?;
        Ok(Self { readers: Readers::open(&path, &settings)?, writer: Some(writer) })
    }

    /// Opens lists that exist for asking only, beside the process that follows the log. Every operation that writes fails
    /// as `ReadOnly`.
    ///
    /// # Errors
    /// Every variant of [`OpenError`] but `InUse`.
    pub fn open_reader(path: impl AsRef<Path>) -> std::result::Result<Self, OpenError> {
        let path = resolve(path.as_ref())?;
        let readers = Readers::open(&path, &Settings::default())?;
        let reader = readers.lend().map_err(|fault| opening(&path, fault))?;
        VIEW.check_current(&reader, &path)?;
        drop(reader);
        Ok(Self { readers, writer: None })
    }

    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<(T, Erased)>) -> Result<T> {
        let read_only = || StoreError::ReadOnly { source: "the lists were opened for asking only".into() };
        self.writer.as_ref().ok_or_else(read_only)?.write(work)
    }

    /// Answers from one snapshot.
    fn read<T>(&self, answer: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let reader = self.readers.lend()?;
        let snapshot = reader.unchecked_transaction()?;
        answer(&snapshot)
    }
}

/// Whether something was erased that the WAL may still hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Erased {
    /// Nothing.
    Nothing,
    /// A name, or a table of names.
    Names,
}

impl Writer {
    fn open(path: &Path, settings: &Settings) -> std::result::Result<Self, OpenError> {
        let lock = WriterLock::take(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection =
            Connection::open_with_flags(path, flags).map_err(|source| driver(path, source))?;
        let version = VIEW.version(&connection, path).map_err(|error| lock.refused(error))?;
        if connection.is_readonly("main").map_err(|source| driver(path, source))? {
            return Err(OpenError::ReadOnly { path: path.to_owned() });
        }
        settings::apply_common(&connection, path, settings)?;
        settings::apply_durable(&connection, path, settings, settings.checkpoint_pages)?;
        VIEW.migrate(&mut connection, path, version)?;
        // What a process before this one erased last may still stand in the WAL.
        let writer = Self { held: Mutex::new(Held { connection, unclean: true }), _lock: lock };
        writer.held().clean().map_err(|fault| opening(path, fault))?;
        Ok(writer)
    }

    /// Does work in a transaction that is on disk when this returns, and overwrites what it erased.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<(T, Erased)>) -> Result<T> {
        let mut held = self.held();
        held.clean()?;
        let transaction = held.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (done, erased) = work(&transaction)?;
        transaction.commit()?;
        held.unclean = erased == Erased::Names;
        held.clean()?;
        Ok(done)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // OK because a transaction that was not committed is rolled back when it is dropped.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Empties the WAL if it may hold what was erased.
    fn clean(&mut self) -> Result<()> {
        if self.unclean && !wal::empty(&self.connection)? {
            let source = "a reader holds on to what was erased; the next call will finish it".into();
            return Err(StoreError::Unavailable { source }.into());
        }
        self.unclean = false;
        Ok(())
    }
}

impl View for SqliteView {
    fn standing(&self, municipality: Municipality) -> std::result::Result<Standing, StoreError> {
        if let Some(writer) = &self.writer {
            writer.held().clean()?;
        }
        Ok(self.read(|connection| standing(connection, municipality))?)
    }

    fn begin(&self, municipality: Municipality, shape: u32) -> std::result::Result<Generation, StoreError> {
        Ok(self.write(|transaction| {
            let given_up = standing(transaction, municipality)?.building;
            let erased = given_up.map_or(Ok(Erased::Nothing), |old| remove(transaction, old.generation))?;
            transaction
                .prepare_cached(
                    "INSERT INTO generations (municipality, live, shape, reached) VALUES (?1, 0, ?2, 0)",
                )?
                .execute(params![municipality.as_str(), shape])?;
            let generation = Generation(crate::rows::unsigned(transaction.last_insert_rowid())?);
            listed::create_names(transaction, generation)?;
            Ok((generation, erased))
        })?)
    }

    fn apply(&self, page: &Page) -> std::result::Result<Applied, StoreError> {
        page.check()?;
        Ok(self.write(|transaction| {
            let both = standing(transaction, page.municipality)?;
            let named = |stands: &&Checkpoint| stands.generation == page.generation;
            let Some(stands) = [&both.live, &both.building].into_iter().flatten().find(named) else {
                return Ok((Applied::Gone, Erased::Nothing));
            };
            if stands.reached != page.after {
                return Ok((Applied::Moved { reached: stands.reached }, Erased::Nothing));
            }
            transaction
                .prepare_cached("UPDATE generations SET reached = ?2 WHERE generation = ?1")?
                .execute([count(page.generation.0), count(page.reached.0)])?;
            Ok((Applied::Done, listed::write(transaction, page)?))
        })?)
    }

    fn swap(
        &self,
        municipality: Municipality,
        generation: Generation,
    ) -> std::result::Result<Applied, StoreError> {
        Ok(self.write(|transaction| {
            let both = standing(transaction, municipality)?;
            let Some(built) = both.building.filter(|built| built.generation == generation) else {
                return Ok((Applied::Gone, Erased::Nothing));
            };
            let erased = match both.live {
                Some(live) if built.reached < live.reached => {
                    return Ok((Applied::Moved { reached: live.reached }, Erased::Nothing));
                }
                Some(live) => remove(transaction, live.generation)?,
                None => Erased::Nothing,
            };
            transaction
                .prepare_cached("UPDATE generations SET live = 1 WHERE generation = ?1")?
                .execute([count(generation.0)])?;
            Ok((Applied::Done, erased))
        })?)
    }

    fn list(&self, listing: &Listing) -> std::result::Result<Vec<CaseRow>, StoreError> {
        Ok(self.read(|connection| match standing(connection, listing.municipality)?.live {
            Some(live) => listed::answer(connection, live.generation, listing),
            None => Ok(Vec::new()),
        })?)
    }

    fn is_named(
        &self,
        municipality: Municipality,
        place: Place,
        name_key: &str,
    ) -> std::result::Result<bool, StoreError> {
        Ok(self.read(|connection| match standing(connection, municipality)?.live {
            Some(live) => listed::is_named(connection, live.generation, place, name_key),
            None => Ok(false),
        })?)
    }

    fn counts(&self, municipality: Municipality) -> std::result::Result<Vec<Count>, StoreError> {
        Ok(self.read(|connection| match standing(connection, municipality)?.live {
            Some(live) => listed::counts(connection, live.generation),
            None => Ok(Vec::new()),
        })?)
    }

    fn parked(&self, municipality: Municipality) -> std::result::Result<Vec<Parked>, StoreError> {
        Ok(self.read(|connection| match standing(connection, municipality)?.live {
            Some(live) => listed::parked(connection, live.generation),
            None => Ok(Vec::new()),
        })?)
    }
}

/// Shows that there is one, and nothing of what it keeps.
impl fmt::Debug for SqliteView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteView").finish_non_exhaustive()
    }
}

fn standing(connection: &Connection, municipality: Municipality) -> Result<Standing> {
    let stands = |live: i64| -> Result<Option<Checkpoint>> {
        let mut statement = connection.prepare_cached(
            "SELECT generation, shape, reached FROM generations WHERE municipality = ?1 AND live = ?2",
        )?;
        let mut rows = statement.query(params![municipality.as_str(), live])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Some(Checkpoint {
            generation: Generation(unsigned_at(row, 0)?),
            shape: row.get(1)?,
            reached: Position(unsigned_at(row, 2)?),
        }))
    };
    Ok(Standing { live: stands(1)?, building: stands(0)? })
}

/// Removes a generation with all that is in it.
fn remove(transaction: &Transaction<'_>, generation: Generation) -> Result<Erased> {
    for of in ["generations", "cases", "parked"] {
        let sql = format!("DELETE FROM {of} WHERE generation = ?1");
        transaction.prepare_cached(&sql)?.execute([count(generation.0)])?;
    }
    listed::drop_names(transaction, generation)?;
    Ok(Erased::Names)
}

fn opening(path: &Path, fault: Fault) -> OpenError {
    let path: PathBuf = path.to_owned();
    match fault {
        Fault::Sqlite(source) => driver(&path, source),
        Fault::Store(error) => OpenError::Driver { path, source: error.into() },
    }
}
