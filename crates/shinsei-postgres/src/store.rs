//! The store: a pool of connections, and the port's operations on them.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use shinsei_core::agenda::{AgendaRow, Lease, LeaseRequest};
use shinsei_core::document::Document;
use shinsei_core::ids::{CommandId, DocumentId, Municipality, Position, StreamId, Version};
use shinsei_core::port::access_log::{Access, AccessLog, Accessed, Question};
use shinsei_core::port::clock::Clock;
use shinsei_core::port::erasure::{ErasureCheck, Remnant};
use shinsei_core::port::store::{
    Commit, Found, Guarantees, Listener, Outcome, Standing, Store, StoreError, Visit, Writers,
};
use shinsei_core::time::Timestamp;
use shinsei_core::tree::{Hash, Head};
use tokio_postgres::Row;

use crate::commit::Doubts;
use crate::error::OpenError;
use crate::hints::Hints;
use crate::kinds::Kinds;
use crate::pool::Pool;
use crate::read::Page;
use crate::schema::STORE;
use crate::settings::{self, Settings};
use crate::tls::Address;
use crate::together::{Together, Wanted};
use crate::{access_log, agenda, commit, documents, erase, erasure_check, facts, find, nodes, read};

/// Keeps municipalities in one PostgreSQL database, which any number of nodes may use at the same time.
///
/// Records take the time of the server's clock. It may be used on any thread; where the thread belongs to an asynchronous
/// runtime, each call costs a thread of its own.
///
/// # Example
/// ```no_run
/// use shinsei_core::port::store::Store;
/// use shinsei_postgres::PostgresStore;
///
/// let store = PostgresStore::open("postgres://city_hall@localhost/shinsei")?;
/// assert_eq!(store.head("012025".parse()?)?.size, 0);
/// assert!(store.guarantees().durable);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PostgresStore {
    pool: Pool,
    together: Together<Row>,
    kinds: Kinds,
    doubts: Doubts,
    /// `None` for who only reads, and where the operator wants none.
    hints: Option<Hints>,
    clock: Option<Arc<dyn Clock>>,
    step_back_max_micros: i64,
}

impl PostgresStore {
    /// Opens a store, and brings its schema up to date if this role may.
    ///
    /// # Errors
    /// Every variant of [`OpenError`] but `TlsRoots` and `Empty`.
    pub fn open(address: &str) -> Result<Self, OpenError> {
        Self::open_with(address, Settings::default())
    }

    /// Opens a store with settings of the operator's.
    ///
    /// # Errors
    /// Every variant of [`OpenError`] but `Empty`.
    pub fn open_with(address: &str, settings: Settings) -> Result<Self, OpenError> {
        let store = Self::assemble(address, settings, settings::Access::Write)?;
        STORE.migrate(&mut store.pool.connect()?)?;
        Ok(store)
    }

    /// Opens a store that exists for reading only, also on a standby. Every operation that writes fails as `ReadOnly`,
    /// whatever the role may do.
    ///
    /// # Errors
    /// Every variant of [`OpenError`] but `NotPermitted`.
    pub fn open_reader(address: &str, settings: Settings) -> Result<Self, OpenError> {
        let store = Self::assemble(address, settings, settings::Access::Read)?;
        STORE.check(&mut store.pool.connect()?)?;
        Ok(store)
    }

    fn assemble(address: &str, settings: Settings, access: settings::Access) -> Result<Self, OpenError> {
        let address = Address::parse(address, &settings, access)?;
        let step_back_max_micros =
            i64::try_from(settings.clock_step_back_max.as_micros()).unwrap_or(i64::MAX);
        let hints =
            (settings.hints && access == settings::Access::Write).then(|| Hints::new(address.clone()));
        let pool = Pool::new(address, settings, access);
        Ok(Self {
            pool,
            together: Together::default(),
            kinds: Kinds::default(),
            doubts: Doubts::default(),
            hints,
            clock: None,
            step_back_max_micros,
        })
    }

    /// How many bytes the tables and indexes have on disk, with what was erased and not filled again. The server's log
    /// is not among them.
    ///
    /// # Errors
    /// [`StoreError`] when there is no answer.
    pub fn bytes_on_disk(&self) -> Result<u64, StoreError> {
        Ok(self.pool.run(read::bytes_on_disk)?)
    }

    /// Records by another clock than the server's: for tests and demonstrations. Nodes that share a database should
    /// share their clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Rewrites the tables of documents and commands, so that no page of theirs keeps what was deleted. Nobody can use them
    /// meanwhile, and the role must own them: it is for the hours after a disposal.
    ///
    /// # Errors
    /// [`StoreError`] when a table could not be rewritten; those before it are.
    pub fn rewrite_documents(&self) -> Result<(), StoreError> {
        Ok(self.pool.run(erasure_check::rewrite)?)
    }

    fn clock(&self) -> Option<&dyn Clock> {
        self.clock.as_deref()
    }
}

/// Shows that there is one, and nothing of what it keeps.
impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

impl ErasureCheck for PostgresStore {
    fn remnants(&self, known: &[Vec<u8>], rows_only: bool) -> Result<Vec<Remnant>, StoreError> {
        Ok(self.pool.run(|connection| erasure_check::remnants(connection, known, rows_only))?)
    }
}

impl AccessLog for PostgresStore {
    fn record(&self, accesses: &[Access]) -> Result<Timestamp, StoreError> {
        Ok(self.pool.run(|connection| access_log::record(connection, accesses, self.clock()))?)
    }

    fn accesses(
        &self,
        question: &Question,
        after: u64,
        max: usize,
        visit: &mut dyn FnMut(Accessed) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let page = self.pool.run(|connection| access_log::read(connection, question, after, max))?;
        let _broken = page.into_iter().try_for_each(visit);
        Ok(())
    }

    fn forget(&self, municipality: Municipality, before: Timestamp, max: usize) -> Result<u64, StoreError> {
        // OK to be tried again after a lost connection: the same call then forgets what the first one did not.
        Ok(self.pool.run(|connection| access_log::forget(connection, municipality, before, max))?)
    }
}

impl Store for PostgresStore {
    fn commit(&self, batch: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
        Commit::check_batch(batch)?;
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let outcome = self.pool.run(|connection| {
            commit::write(connection, batch, &self.kinds, self.clock(), self.step_back_max_micros)
        });
        self.doubts.note(batch, &outcome);
        if let (Some(hints), Ok(outcomes)) = (&self.hints, &outcome) {
            hints.wrote(batch, outcomes);
        }
        Ok(outcome?)
    }

    fn read_stream(
        &self,
        municipality: Municipality,
        stream: StreamId,
        after: Version,
        max: usize,
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
        let mut page = Page::after(municipality, after.0, max);
        let read = |wanted: &[Wanted]| self.pool.run(|connection| read::streams(connection, wanted));
        let rows = self.together.rows(page.beginning(stream), read)?;
        if page.begin(&self.pool, &self.kinds, &rows, visit)? {
            self.pool.run(|connection| page.stream(connection, &self.kinds, stream, visit))?;
        }
        Ok(())
    }

    fn read_log(
        &self,
        municipality: Municipality,
        after: Position,
        max: usize,
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
        let mut page = Page::after(municipality, after.0, max);
        Ok(self.pool.run(|connection| page.log(connection, &self.kinds, visit))?)
    }

    fn find(&self, municipality: Municipality, command: CommandId) -> Result<Option<Found>, StoreError> {
        if let Some(doubts) = self.doubts.of(municipality) {
            self.pool.run(|connection| find::wait(connection, municipality))?;
            self.doubts.resolve(municipality, doubts);
        }
        Ok(self.pool.run(|connection| facts::find(connection, municipality, command))?)
    }

    fn head(&self, municipality: Municipality) -> Result<Head, StoreError> {
        Ok(self.pool.run(|connection| read::head(connection, municipality))?)
    }

    fn standing(&self, municipality: Municipality) -> Result<Standing, StoreError> {
        Ok(self.pool.run(|connection| read::standing(connection, municipality))?)
    }

    fn nodes(
        &self,
        municipality: Municipality,
        level: u32,
        first: u64,
        max: usize,
    ) -> Result<Vec<Hash>, StoreError> {
        Ok(self.pool.run(|connection| nodes::read(connection, municipality, level, first, max))?)
    }

    fn municipalities(&self) -> Result<Vec<Municipality>, StoreError> {
        Ok(self.pool.run(read::municipalities)?)
    }

    fn lease(&self, request: &LeaseRequest) -> Result<Vec<Lease>, StoreError> {
        // OK to be tried again after a lost connection: what that may have lent runs out by itself.
        Ok(self.pool.run(|connection| agenda::lease(connection, request, self.clock().map(Clock::now)))?)
    }

    fn agenda(&self, municipality: Municipality, entries_max: usize) -> Result<Vec<AgendaRow>, StoreError> {
        Ok(self.pool.run(|connection| agenda::list(connection, municipality, entries_max))?)
    }

    fn stage(
        &self,
        municipality: Municipality,
        document: DocumentId,
        offset: u64,
        chunk: &[u8],
    ) -> Result<(), StoreError> {
        Ok(self.pool.run(|connection| {
            documents::stage(connection, municipality, document, offset, chunk, self.clock())
        })?)
    }

    fn sweep(&self, staged_before: Timestamp) -> Result<u64, StoreError> {
        Ok(self.pool.run(|connection| documents::sweep(connection, staged_before))?)
    }

    fn document(&self, municipality: Municipality, id: DocumentId) -> Result<Option<Document>, StoreError> {
        Ok(self.pool.run(|connection| documents::read(connection, municipality, id))?)
    }

    fn erase(&self, municipality: Municipality, stream: StreamId) -> Result<u64, StoreError> {
        Ok(self.pool.run(|connection| erase::erase(connection, municipality, stream))?)
    }

    fn overhear(&self, listener: Listener) {
        if let Some(hints) = &self.hints {
            hints.overhear(listener);
        }
    }

    fn guarantees(&self) -> Guarantees {
        Guarantees { durable: true, lanes: true, writers: Writers::Many }
    }
}
