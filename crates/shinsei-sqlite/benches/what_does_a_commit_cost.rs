//! What does a commit cost beside the bare insert of the same event: tree, command, head row and all?
//!
//! `cargo bench -p shinsei-sqlite --bench what_does_a_commit_cost [-- SECONDS]`
//!
//! Both load a case first, check its version, append one JSON event of about 600 bytes and are durable; in turns, each a
//! tenth of a second. `one`: a transaction for each; `batch`: 64 in one. It prints the ratio store / raw: the median of
//! the turns, and the quarters around it; once by the clock and once by the time that the thread was on a processor, where
//! the system tells it, since that does not depend on who else is at work.
//!
//! Command ids are drawn at random by `batch` and `one`; `ordered` is `batch` with ids that grow with time (UUID version 7).

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior, params};
use shinsei_core::ids::{CommandId, Municipality, StreamId, StreamKind, Version};
use shinsei_core::port::clock::Clock;
use shinsei_core::port::store::{Append, CommandKey, Commit, NewRecord, Outcome, Store};
use shinsei_core::record::Codec;
use shinsei_core::time::Timestamp;
use shinsei_sqlite::SqliteStore;
use uuid::Uuid;

/// Cases among which each event is drawn.
const CASES: usize = 5_000;
/// Events in a batch.
const BATCH: usize = 64;
/// A turn.
const TURN: Duration = Duration::from_millis(100);

fn main() {
    let seconds = std::env::args().skip(1).find_map(|argument| argument.parse::<u64>().ok()).unwrap_or(10);
    let folder = tempfile::tempdir_in(".").expect("a folder");
    let begun = Instant::now();
    let mut store = Whole::open(&folder.path().join("store.db"));
    say(&format!("opened in {} ms", begun.elapsed().as_millis()));
    let mut raw = Raw::open(&folder.path().join("raw.db"));
    for (name, batch, ordered) in [("batch", BATCH, false), ("ordered", BATCH, true), ("one", 1, false)] {
        store.ordered = ordered;
        let turns = usize::try_from(seconds).unwrap_or(10) * 5;
        compare(name, turns, &mut || rate(batch, &mut || store.append(batch)), &mut || {
            rate(batch, &mut || raw.append(batch))
        });
    }
    compare("replay", 15, &mut || whole(&mut || store.replay()), &mut || whole(&mut || raw.replay()));
    compare("load a case", 31, &mut || rate(1, &mut || store.load()), &mut || rate(1, &mut || raw.load()));
    let (ours, theirs) = (store.bytes(), raw.bytes());
    say(&format!("bytes an event: store {ours:.0}, raw {theirs:.0}, payload {}", payload().len()));
}

/// Events a second, by the clock and by the processor's time.
type Rates = (f64, f64);

/// Measures both in turns, who begins changing, and prints the ratios.
fn compare(name: &str, turns: usize, ours: &mut dyn FnMut() -> Rates, theirs: &mut dyn FnMut() -> Rates) {
    let pairs: Vec<(Rates, Rates)> = (0..turns)
        .map(|turn| {
            if turn % 2 == 0 {
                let ours = ours();
                (ours, theirs())
            } else {
                let theirs = theirs();
                (ours(), theirs)
            }
        })
        .collect();
    let ours = quarters(pairs.iter().map(|(ours, _)| ours.0).collect())[1];
    let theirs = quarters(pairs.iter().map(|(_, theirs)| theirs.0).collect())[1];
    let [low, ratio, high] = quarters(pairs.iter().map(|(ours, theirs)| ours.0 / theirs.0).collect());
    let processor = quarters(pairs.iter().map(|(ours, theirs)| ours.1 / theirs.1).collect())[1];
    say(&format!(
        "{name}: store {ours:.0}/s, raw {theirs:.0}/s, ratio {ratio:.3} [{low:.3}, {high:.3}], of the processor {processor:.3}"
    ));
}

/// How often a second something happens, `each` at once, in one turn.
fn rate(each: usize, happen: &mut dyn FnMut()) -> Rates {
    let (begun, on_processor) = (Instant::now(), processor_time());
    let mut done = 0_u32;
    while begun.elapsed() < TURN {
        happen();
        done += 1;
    }
    rates(f64::from(done) * each as f64, begun, on_processor)
}

/// How many events a second one pass over all of them sees.
fn whole(pass: &mut dyn FnMut() -> u32) -> Rates {
    let (begun, on_processor) = (Instant::now(), processor_time());
    let seen = pass();
    rates(f64::from(seen), begun, on_processor)
}

fn rates(events: f64, begun: Instant, on_processor: Duration) -> Rates {
    let used = processor_time().saturating_sub(on_processor).as_secs_f64();
    (events / begun.elapsed().as_secs_f64(), events / used.max(1e-9))
}

/// The time that this thread was on a processor; nothing where the system does not tell it.
fn processor_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

fn quarters(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [values[values.len() / 4], values[values.len() / 2], values[values.len() * 3 / 4]]
}

#[expect(clippy::print_stdout, reason = "a bench prints what it found")]
fn say(line: &str) {
    println!("{line}");
}

fn payload() -> Vec<u8> {
    format!("{{\"note\":\"{}\",\"n\":1}}", "x".repeat(580)).into_bytes()
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = std::time::UNIX_EPOCH.elapsed().expect("a time after 1970");
        Timestamp::from_micros(i64::try_from(since.as_micros()).expect("a year that fits")).expect("a time")
    }
}

/// A generator of numbers that nobody needs to guess (SplitMix64).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn id(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.next(), self.next())
    }

    fn case(&mut self) -> usize {
        usize::try_from(self.next() % CASES as u64).unwrap_or(0)
    }
}

struct Whole {
    store: SqliteStore,
    draw: Draw,
    cases: Vec<StreamId>,
    ordered: bool,
    path: std::path::PathBuf,
}

impl Whole {
    fn open(path: &Path) -> Self {
        let store = SqliteStore::open(path, Arc::new(SystemClock)).expect("a store");
        let mut draw = Draw(1);
        let cases = (0..CASES).map(|_| StreamId { kind: StreamKind::Case, id: draw.id() }).collect();
        Self { store, draw, cases, ordered: false, path: path.to_owned() }
    }

    fn command(&mut self) -> CommandId {
        if !self.ordered {
            return CommandId(self.draw.id());
        }
        let since = std::time::UNIX_EPOCH.elapsed().expect("a time after 1970").as_millis();
        let random = self.draw.id().as_u128() >> 48;
        CommandId(Uuid::from_u128(since << 80 | random))
    }

    fn municipality() -> Municipality {
        "012025".parse().expect("a code")
    }

    fn version(&self, stream: StreamId) -> Version {
        let mut version = Version(0);
        self.store
            .read_stream(Self::municipality(), stream, Version(0), 10_000, &mut |record| {
                version = record.version;
                ControlFlow::Continue(())
            })
            .expect("a case");
        version
    }

    fn load(&mut self) {
        let stream = self.cases[self.draw.case()];
        self.version(stream);
    }

    fn append(&mut self, batch: usize) {
        let mut streams: Vec<StreamId> = Vec::with_capacity(batch);
        while streams.len() < batch {
            let stream = self.cases[self.draw.case()];
            if !streams.contains(&stream) {
                streams.push(stream);
            }
        }
        let commits: Vec<Commit> = streams
            .into_iter()
            .map(|stream| {
                let record = NewRecord {
                    event_type: "ReviewStarted",
                    schema_version: 1,
                    codec: Codec::Json,
                    payload: payload(),
                    number_from: None,
                };
                Commit {
                    command: Some(CommandKey { id: self.command(), digest: [7; 32] }),
                    appends: vec![Append { stream, expected: self.version(stream), records: vec![record] }],
                    ..Commit::nothing(Self::municipality())
                }
            })
            .collect();
        let outcomes = self.store.commit(&commits).expect("a commit");
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Done(_))));
    }

    fn replay(&self) -> u32 {
        let mut seen = 0_u32;
        let mut after = shinsei_core::ids::Position(0);
        loop {
            let before = after;
            self.store
                .read_log(Self::municipality(), before, 10_000, &mut |record| {
                    after = record.position;
                    seen += 1;
                    ControlFlow::Continue(())
                })
                .expect("the log");
            if before == after {
                return seen;
            }
        }
    }

    fn bytes(&self) -> f64 {
        let size = self.store.head(Self::municipality()).expect("a head").size;
        bytes(&self.path) / size as f64
    }
}

struct Raw {
    connection: Connection,
    draw: Draw,
    cases: Vec<[u8; 16]>,
    path: std::path::PathBuf,
}

impl Raw {
    fn open(path: &Path) -> Self {
        let connection = Connection::open(path).expect("a database");
        let schema = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;
            PRAGMA wal_autocheckpoint = 2000;
            CREATE TABLE records (position INTEGER PRIMARY KEY, stream BLOB NOT NULL, version INTEGER NOT NULL,
                recorded_at INTEGER NOT NULL, payload BLOB NOT NULL) STRICT;
            CREATE UNIQUE INDEX of_stream ON records (stream, version);
            CREATE TABLE filler (content BLOB); INSERT INTO filler VALUES (zeroblob(8000000)); DELETE FROM filler;";
        connection.execute_batch(schema).expect("a schema");
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).expect("stable plans");
        let mut draw = Draw(2);
        let cases = (0..CASES).map(|_| *draw.id().as_bytes()).collect();
        Self { connection, draw, cases, path: path.to_owned() }
    }

    fn version(connection: &Connection, case: &[u8; 16]) -> i64 {
        let sql =
            "SELECT position, version, recorded_at, payload FROM records WHERE stream = ?1 ORDER BY version";
        let mut statement = connection.prepare_cached(sql).expect("a statement");
        let mut rows = statement.query([case]).expect("a case");
        let mut version = 0;
        while let Some(row) = rows.next().expect("a row") {
            version = row.get(1).expect("a version");
            assert!(!row.get_ref(3).expect("a payload").as_blob().expect("bytes").is_empty());
        }
        version
    }

    fn load(&mut self) {
        let case = self.cases[self.draw.case()];
        Self::version(&self.connection, &case);
    }

    fn append(&mut self, batch: usize) {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).expect("a transaction");
        for _ in 0..batch {
            let case = self.cases[self.draw.case()];
            let version = Self::version(&transaction, &case);
            transaction
                .prepare_cached("INSERT INTO records VALUES (NULL, ?1, ?2, ?3, ?4)")
                .expect("a statement")
                .execute(params![case, version + 1, SystemClock.now().micros(), payload()])
                .expect("an event is written");
        }
        transaction.commit().expect("a commit");
    }

    fn replay(&self) -> u32 {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT position, stream, version, recorded_at, payload FROM records ORDER BY position",
            )
            .expect("a statement");
        let mut rows = statement.query([]).expect("the log");
        let mut seen = 0_u32;
        while let Some(row) = rows.next().expect("a row") {
            assert!(!row.get_ref(4).expect("a payload").as_blob().expect("bytes").is_empty());
            seen += 1;
        }
        seen
    }

    fn bytes(&self) -> f64 {
        let count: i64 =
            self.connection.query_row("SELECT count(*) FROM records", [], |row| row.get(0)).expect("a count");
        bytes(&self.path) / count as f64
    }
}

/// The bytes of a database that are not in free pages, those in the WAL included.
fn bytes(path: &Path) -> f64 {
    let beside = Connection::open(path).expect("a database");
    let count = |pragma| -> i64 { beside.query_row(pragma, [], |row| row.get(0)).expect("a count") };
    let pages = count("PRAGMA page_count") - count("PRAGMA freelist_count");
    (pages * count("PRAGMA page_size")) as f64
}
