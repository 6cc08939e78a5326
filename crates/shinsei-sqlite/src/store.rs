//! The store: one writer, a pool of readers, and the port's operations on them.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use shinsei_core::agenda::{AgendaRow, Lease, LeaseRequest};
use shinsei_core::document::Document;
use shinsei_core::ids::{CommandId, DocumentId, Municipality, Position, StreamId, Version};
use shinsei_core::port::access_log::{Access, AccessLog, Accessed, Question};
use shinsei_core::port::clock::Clock;
use shinsei_core::port::erasure::{ErasureCheck, Remnant};
use shinsei_core::port::store::{
    Commit, Found, Guarantees, Outcome, PAGE_RECORDS_MAX, Standing, Store, StoreError, Visit, Writers,
};
use shinsei_core::time::Timestamp;
use shinsei_core::tree::{Hash, Head};

use crate::documents::Digests;
use crate::error::{OpenError, Result};
use crate::readers::{Reader, Readers};
use crate::schema::STORE;
use crate::settings::Settings;
use crate::writer::Writer;
use crate::{access_log, agenda, commit, documents, erase, erasure_check, find, lock, nodes, read};

/// Keeps municipalities in one SQLite file.
///
/// One process writes, and holds a lock on a file beside the database for as long as the store is open; any number of
/// processes read. Dropping the store closes it.
///
/// # Example
/// ```
/// use std::sync::Arc;
/// use shinsei_core::port::clock::Clock;
/// use shinsei_core::port::store::Store;
/// use shinsei_core::time::Timestamp;
/// use shinsei_sqlite::SqliteStore;
///
/// struct Demo;
/// impl Clock for Demo {
///     fn now(&self) -> Timestamp {
///         Timestamp::from_jst(2026, 5, 7, 15, 4).unwrap()
///     }
/// }
///
/// let folder = tempfile::tempdir()?;
/// let store = SqliteStore::open(folder.path().join("city.db"), Arc::new(Demo))?;
/// assert_eq!(store.head("012025".parse()?)?.size, 0);
/// assert!(store.guarantees().durable);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SqliteStore {
    // Dropped in this order: the writer goes last of the connections, so that SQLite copies the WAL into the file.
    readers: Readers,
    /// Those that read the log from one end to the other.
    scanners: Readers,
    writer: Option<Writer>,
    clock: Arc<dyn Clock>,
    step_back_max_micros: i64,
}

impl SqliteStore {
    /// Opens a store for reading and writing, and creates it when the file does not exist.
    ///
    /// # Errors
    /// Every variant of [`OpenError`] but `Empty`.
    pub fn open(path: impl AsRef<Path>, clock: Arc<dyn Clock>) -> std::result::Result<Self, OpenError> {
        Self::open_with(path, clock, Settings::default())
    }

    /// Opens a store for reading and writing with settings of the operator's.
    ///
    /// # Errors
    /// Every variant of [`OpenError`] but `Empty`.
    pub fn open_with(
        path: impl AsRef<Path>,
        clock: Arc<dyn Clock>,
        settings: Settings,
    ) -> std::result::Result<Self, OpenError> {
        let path = lock::resolve(path.as_ref())?;
        let writer = Writer::open(&path, Arc::clone(&clock), &settings)?;
        Self::assemble(&path, Some(writer), clock, &settings)
    }

    /// Opens a store that exists for reading only, beside the process that writes. Every operation that writes fails as
    /// `ReadOnly`.
    ///
    /// # Errors
    /// Every variant of [`OpenError`] but `InUse`.
    pub fn open_reader(
        path: impl AsRef<Path>,
        clock: Arc<dyn Clock>,
    ) -> std::result::Result<Self, OpenError> {
        let path = lock::resolve(path.as_ref())?;
        let settings = Settings::default();
        let store = Self::assemble(&path, None, clock, &settings)?;
        let reader = store.readers.lend().map_err(|fault| OpenError::Driver {
            path: path.clone(),
            source: StoreError::from(fault).into(),
        })?;
        STORE.check_current(&reader, &path)?;
        drop(reader);
        Ok(store)
    }

    fn assemble(
        path: &Path,
        writer: Option<Writer>,
        clock: Arc<dyn Clock>,
        settings: &Settings,
    ) -> std::result::Result<Self, OpenError> {
        let step_back_max_micros =
            i64::try_from(settings.clock_step_back_max.as_micros()).unwrap_or(i64::MAX);
        let readers = Readers::open(path, settings)?;
        let scanners = Readers::open(path, &settings.for_scanning())?;
        Ok(Self { readers, scanners, writer, clock, step_back_max_micros })
    }

    fn writer(&self) -> Result<&Writer> {
        let read_only = || StoreError::ReadOnly { source: "the store was opened for reading only".into() };
        Ok(self.writer.as_ref().ok_or_else(read_only)?)
    }

    fn write_batch(&self, batch: &[Commit]) -> Result<Vec<Outcome>> {
        Commit::check_batch(batch)?;
        let writer = self.writer()?;
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let digests = if Digests::are_wanted(batch) {
            Digests::of(&*self.readers.lend()?, batch)?
        } else {
            Digests::default()
        };
        writer.write(|writing| commit::write(writing, batch, &digests, self.step_back_max_micros))
    }

    /// Visits a stream. Each commit empties the caches of all readers, not the writer's own: what is read right after one is
    /// copied there, unless somebody writes again.
    fn visit_stream(
        &self,
        municipality: Municipality,
        stream: StreamId,
        after: Version,
        max: usize,
        visit: Visit<'_>,
    ) -> Result<()> {
        let reader = self.readers.lend()?;
        let writer = self.writer.as_ref().filter(|writer| reader.reads_after(writer.commits()));
        let brief = |reader: &Reader| read::brief(reader, municipality, stream, after, max);
        let Some(brief) = writer.and_then(|writer| writer.read_if_free(brief)) else {
            return read::stream(&reader, municipality, stream, after, max, visit);
        };
        drop(reader);
        let Some((last, visited)) = brief?.visit(visit) else { return Ok(()) };
        let left = max.min(PAGE_RECORDS_MAX) - visited;
        read::stream(&*self.readers.lend()?, municipality, stream, last, left, visit)
    }

    fn lend_entries(&self, request: &LeaseRequest) -> Result<Vec<Lease>> {
        let writer = self.writer()?;
        let now = self.clock.now();
        if !writer.may_lend(now) && !agenda::is_lendable(&*self.readers.lend()?, request, now)? {
            return Ok(Vec::new());
        }
        writer.write(|writing| agenda::lease(writing, request))
    }
}

/// Shows that there is one, and nothing of what it keeps.
impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

impl ErasureCheck for SqliteStore {
    fn remnants(&self, known: &[Vec<u8>], rows_only: bool) -> std::result::Result<Vec<Remnant>, StoreError> {
        let reader = self.readers.lend()?;
        Ok(erasure_check::remnants(&reader, self.readers.path(), known, rows_only)?)
    }
}

impl AccessLog for SqliteStore {
    fn record(&self, accesses: &[Access]) -> std::result::Result<Timestamp, StoreError> {
        Ok(self.writer()?.write(|writing| access_log::record(writing, accesses))?)
    }

    fn accesses(
        &self,
        question: &Question,
        after: u64,
        max: usize,
        visit: &mut dyn FnMut(Accessed) -> ControlFlow<()>,
    ) -> std::result::Result<(), StoreError> {
        Ok(access_log::read(&*self.readers.lend()?, question, after, max, visit)?)
    }

    fn forget(
        &self,
        municipality: Municipality,
        before: Timestamp,
        max: usize,
    ) -> std::result::Result<u64, StoreError> {
        Ok(self.writer()?.write(|writing| access_log::forget(writing, municipality, before, max))?)
    }
}

impl Store for SqliteStore {
    fn commit(&self, batch: &[Commit]) -> std::result::Result<Vec<Outcome>, StoreError> {
        Ok(self.write_batch(batch)?)
    }

    fn read_stream(
        &self,
        municipality: Municipality,
        stream: StreamId,
        after: Version,
        max: usize,
        visit: Visit<'_>,
    ) -> std::result::Result<(), StoreError> {
        Ok(self.visit_stream(municipality, stream, after, max, visit)?)
    }

    fn read_log(
        &self,
        municipality: Municipality,
        after: Position,
        max: usize,
        visit: Visit<'_>,
    ) -> std::result::Result<(), StoreError> {
        Ok(read::log(&*self.scanners.lend()?, municipality, after, max, visit)?)
    }

    fn find(
        &self,
        municipality: Municipality,
        command: CommandId,
    ) -> std::result::Result<Option<Found>, StoreError> {
        Ok(find::find(&*self.readers.lend()?, municipality, command)?)
    }

    fn head(&self, municipality: Municipality) -> std::result::Result<Head, StoreError> {
        Ok(read::head(&*self.readers.lend()?, municipality)?)
    }

    fn standing(&self, municipality: Municipality) -> std::result::Result<Standing, StoreError> {
        Ok(read::standing(&*self.readers.lend()?, municipality)?)
    }

    fn nodes(
        &self,
        municipality: Municipality,
        level: u32,
        first: u64,
        max: usize,
    ) -> std::result::Result<Vec<Hash>, StoreError> {
        Ok(nodes::read(&*self.scanners.lend()?, municipality, level, first, max)?)
    }

    fn municipalities(&self) -> std::result::Result<Vec<Municipality>, StoreError> {
        Ok(read::municipalities(&*self.readers.lend()?)?)
    }

    fn lease(&self, request: &LeaseRequest) -> std::result::Result<Vec<Lease>, StoreError> {
        Ok(self.lend_entries(request)?)
    }

    fn agenda(
        &self,
        municipality: Municipality,
        entries_max: usize,
    ) -> std::result::Result<Vec<AgendaRow>, StoreError> {
        Ok(agenda::list(&*self.readers.lend()?, municipality, entries_max)?)
    }

    fn stage(
        &self,
        municipality: Municipality,
        document: DocumentId,
        offset: u64,
        chunk: &[u8],
    ) -> std::result::Result<(), StoreError> {
        Ok(self
            .writer()?
            .write(|writing| documents::stage(writing, municipality, document, offset, chunk))?)
    }

    fn sweep(&self, staged_before: Timestamp) -> std::result::Result<u64, StoreError> {
        Ok(self.writer()?.write(|writing| documents::sweep(writing, staged_before))?)
    }

    fn document(
        &self,
        municipality: Municipality,
        id: DocumentId,
    ) -> std::result::Result<Option<Document>, StoreError> {
        Ok(documents::read(&*self.readers.lend()?, municipality, id)?)
    }

    fn erase(&self, municipality: Municipality, stream: StreamId) -> std::result::Result<u64, StoreError> {
        Ok(erase::erase(self.writer()?, municipality, stream)?)
    }

    fn guarantees(&self) -> Guarantees {
        Guarantees { durable: true, lanes: false, writers: Writers::One }
    }
}
