//! SQLite with nothing above it: a table, an index, the version checked, every append on disk. In three ways.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::SystemTime;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, TransactionBehavior, params};
use shinsei_peers_work::case::{Case, PapersFiled, case_id};
use shinsei_peers_work::draw::Draw;
use shinsei_peers_work::peer::{Peer, is_numbered, mixed};

use crate::crew::Crew;

/// The settings of our store, its grown WAL included.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;
    PRAGMA wal_autocheckpoint = 2000;";
const SCHEMA: &str = "
    CREATE TABLE records (position INTEGER PRIMARY KEY, stream BLOB NOT NULL, version INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL, kind INTEGER NOT NULL, payload BLOB NOT NULL) STRICT;
    CREATE UNIQUE INDEX records_of_stream ON records (stream, version);
    CREATE TABLE filler (content BLOB);
    INSERT INTO filler VALUES (zeroblob(8000000));
    DELETE FROM filler;";

const FILED: i64 = 1;
const NUMBERED: i64 = 2;

/// As many readers as our store keeps.
const READERS: usize = 8;

/// Events written in one transaction where nothing is measured.
const FILL_BATCH: usize = 1_000;

/// How appends reach the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Each in a transaction, with its case loaded within it.
    Alone,
    /// Queued; whoever finds the writer free commits what is queued.
    Drained,
    /// Queued; a thread of its own commits what is queued.
    Handed,
}

/// SQLite with nothing above it.
pub struct RawSqlite {
    path: PathBuf,
    writer: Arc<dyn Writer>,
    readers: Vec<Arc<Mutex<Connection>>>,
    crew: Crew,
    draw: Draw,
}

/// An event that is to be written under a version, and who is told whether it was.
struct New {
    case: u64,
    version: i64,
    filed: PapersFiled,
    told: Sender<bool>,
}

/// Appends in one of the ways.
trait Writer: Send + Sync {
    fn append(&self, reader: &Mutex<Connection>, case: u64, seed: u64, own: &(Sender<bool>, Receiver<bool>));
}

impl RawSqlite {
    /// In a new file.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn open(path: &Path, way: Way) -> Self {
        let connection = connect(path);
        connection.execute_batch(SCHEMA).expect("a schema");
        let writer: Arc<dyn Writer> = match way {
            Way::Alone => Arc::new(Alone(Mutex::new(connection))),
            Way::Drained => Arc::new(Drained { queue: Mutex::default(), writer: Mutex::new(connection) }),
            Way::Handed => Arc::new(Handed::start(connection)),
        };
        let readers = (0..READERS).map(|_| Arc::new(Mutex::new(connect(path)))).collect();
        Self { path: path.to_owned(), writer, readers, crew: Crew::default(), draw: Draw::new(1) }
    }
}

impl Peer for RawSqlite {
    fn fill(&mut self, cases: Range<u64>, events: u64) {
        let mut connection = connect(&self.path);
        let mut batch = Vec::new();
        let mut write = |batch: &mut Vec<(u64, i64, Option<PapersFiled>)>| {
            let transaction = begin(&mut connection);
            for (case, version, filed) in batch.drain(..) {
                insert(&transaction, case, version, filed.as_ref()).expect("an event is written");
            }
            transaction.commit().expect("a commit");
        };
        mixed(cases, events, |number, case| {
            let filed = case.file(&mut self.draw);
            // The log of our engine has records of numbers too, one behind the first event of each five.
            let version = i64::try_from(case.events + case.events.div_ceil(5) + 1).expect("a small number");
            let is_numbered = is_numbered(case);
            *case = std::mem::take(case).evolve(&filed);
            batch.push((number, version, Some(filed)));
            if is_numbered {
                batch.push((number, version + 1, None));
            }
            if batch.len() >= FILL_BATCH {
                write(&mut batch);
            }
        });
        write(&mut batch);
    }

    fn one(&mut self, cases: Range<u64>, appends: u64) {
        let own = channel();
        for _ in 0..appends {
            self.writer.append(&self.readers[0], self.draw.among(&cases), self.draw.number(), &own);
        }
    }

    fn many(&mut self, cases: Range<u64>, appends: u64) {
        let mut readers = self.readers.iter().cycle();
        self.crew.share(appends, |share| {
            let (writer, cases) = (Arc::clone(&self.writer), cases.clone());
            let reader = Arc::clone(readers.next().expect("there are some"));
            let mut draw = Draw::new(self.draw.number());
            move || {
                let own = channel();
                for _ in 0..share {
                    writer.append(&reader, draw.among(&cases), draw.number(), &own);
                }
            }
        });
    }

    fn load(&mut self, cases: Range<u64>, events: u64, times: u64) {
        for _ in 0..times {
            let (_, case) = load(&lock(&self.readers[0]), self.draw.among(&cases));
            assert_eq!(case.events, events);
        }
    }

    fn replay(&mut self) -> u64 {
        let reader = lock(&self.readers[0]);
        let sql =
            "SELECT position, stream, version, recorded_at, kind, payload FROM records ORDER BY position";
        let mut statement = reader.prepare_cached(sql).expect("a statement");
        let mut rows = statement.query([]).expect("the log");
        let (mut seen, mut papers) = (0, 0);
        while let Some(row) = rows.next().expect("a row") {
            if row.get_ref(4).expect("a kind").as_i64() == Ok(FILED) {
                let payload = row.get_ref(5).expect("a payload");
                papers += PapersFiled::from_json(payload.as_blob().expect("bytes")).papers.len();
            }
            seen += 1;
        }
        assert!(papers > 0);
        seen
    }

    fn bytes(&mut self) -> u64 {
        bytes_of_file(&self.path)
    }
}

/// The bytes of a file that are not in free pages, those in its WAL included.
///
/// # Panics
/// When it cannot be read.
pub fn bytes_of_file(path: &Path) -> u64 {
    let beside = Connection::open(path).expect("a file");
    let count = |pragma| -> i64 { beside.query_row(pragma, [], |row| row.get(0)).expect("a count") };
    let pages = count("PRAGMA page_count") - count("PRAGMA freelist_count");
    (pages * count("PRAGMA page_size")).unsigned_abs()
}

fn connect(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("a database");
    connection.execute_batch(SETTINGS).expect("settings");
    connection.busy_timeout(std::time::Duration::from_secs(5)).expect("a setting");
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).expect("stable plans");
    connection
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn begin(connection: &mut Connection) -> rusqlite::Transaction<'_> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate).expect("a transaction")
}

/// A case and its version.
fn load(connection: &Connection, case: u64) -> (i64, Case) {
    let sql = "SELECT position, version, recorded_at, kind, payload FROM records WHERE stream = ?1 ORDER BY version";
    let mut statement = connection.prepare_cached(sql).expect("a statement");
    let mut rows = statement.query([case_id(case).to_be_bytes()]).expect("a case");
    let (mut version, mut folded) = (0, Case::default());
    while let Some(row) = rows.next().expect("a row") {
        version = row.get(1).expect("a version");
        if row.get_ref(3).expect("a kind").as_i64() == Ok(FILED) {
            let payload = row.get_ref(4).expect("a payload");
            folded = folded.evolve(&PapersFiled::from_json(payload.as_blob().expect("bytes")));
        }
    }
    (version, folded)
}

/// Writes an event; without one the number that was given.
fn insert(
    connection: &Connection,
    case: u64,
    version: i64,
    filed: Option<&PapersFiled>,
) -> rusqlite::Result<usize> {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    let now = i64::try_from(now.as_micros()).unwrap_or_default();
    let (kind, payload) = filed.map_or((NUMBERED, b"{}".to_vec()), |filed| (FILED, filed.to_json()));
    connection.prepare_cached("INSERT INTO records VALUES (NULL, ?1, ?2, ?3, ?4, ?5)")?.execute(params![
        case_id(case).to_be_bytes(),
        version,
        now,
        kind,
        payload
    ])
}

/// Writes what came in one transaction; tells who was too late.
fn commit(connection: &mut Connection, batch: Vec<New>) {
    let transaction = begin(connection);
    let mut told = Vec::with_capacity(batch.len());
    for new in batch {
        let written = match insert(&transaction, new.case, new.version, Some(&new.filed)) {
            Ok(_) => true,
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => false,
            Err(error) => panic!("SQLite: {error}"),
        };
        told.push((new.told, written));
    }
    transaction.commit().expect("a commit");
    for (told, written) in told {
        // OK because who asked waits for the answer.
        let _ = told.send(written);
    }
}

/// Loads, decides, and has it written; again when somebody else was faster.
fn queued(
    reader: &Mutex<Connection>,
    case: u64,
    seed: u64,
    (told, answer): &(Sender<bool>, Receiver<bool>),
    mut write: impl FnMut(New),
) {
    loop {
        let (version, folded) = load(&lock(reader), case);
        let filed = folded.file(&mut Draw::new(seed));
        write(New { case, version: version + 1, filed, told: told.clone() });
        if answer.recv().expect("an answer") {
            return;
        }
    }
}

struct Alone(Mutex<Connection>);

impl Writer for Alone {
    fn append(&self, _: &Mutex<Connection>, case: u64, seed: u64, _: &(Sender<bool>, Receiver<bool>)) {
        let mut connection = lock(&self.0);
        let transaction = begin(&mut connection);
        let (version, folded) = load(&transaction, case);
        let filed = folded.file(&mut Draw::new(seed));
        insert(&transaction, case, version + 1, Some(&filed)).expect("an event is written");
        transaction.commit().expect("a commit");
    }
}

struct Drained {
    queue: Mutex<Queue>,
    writer: Mutex<Connection>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<New>,
    is_drained: bool,
}

impl Writer for Drained {
    fn append(&self, reader: &Mutex<Connection>, case: u64, seed: u64, own: &(Sender<bool>, Receiver<bool>)) {
        queued(reader, case, seed, own, |new| {
            let mut queue = lock(&self.queue);
            queue.waiting.push(new);
            if queue.is_drained {
                return;
            }
            queue.is_drained = true;
            while !queue.waiting.is_empty() {
                let batch = std::mem::take(&mut queue.waiting);
                drop(queue);
                commit(&mut lock(&self.writer), batch);
                queue = lock(&self.queue);
            }
            queue.is_drained = false;
        });
    }
}

struct Handed {
    work: Option<Sender<New>>,
    thread: Option<JoinHandle<()>>,
}

impl Handed {
    fn start(mut connection: Connection) -> Self {
        let (work, waiting) = channel::<New>();
        let thread = std::thread::spawn(move || {
            while let Ok(first) = waiting.recv() {
                let batch = std::iter::once(first).chain(waiting.try_iter()).collect();
                commit(&mut connection, batch);
            }
        });
        Self { work: Some(work), thread: Some(thread) }
    }
}

impl Writer for Handed {
    fn append(&self, reader: &Mutex<Connection>, case: u64, seed: u64, own: &(Sender<bool>, Receiver<bool>)) {
        queued(reader, case, seed, own, |new| {
            let work = self.work.as_ref().expect("it is there until this is dropped");
            work.send(new).expect("the thread works");
        });
    }
}

impl Drop for Handed {
    fn drop(&mut self) {
        drop(self.work.take());
        // OK because one that panicked has said so.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
