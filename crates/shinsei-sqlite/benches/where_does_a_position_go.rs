//! Where does a position go when 1,741 municipalities share a file: into the rowid, or into an index of its own?
//!
//! `cargo bench -p shinsei-sqlite --bench where_does_a_position_go [-- EVENTS MUNICIPALITIES]`
//!
//! `place`: the rowid is `municipality << 40 | position`. `global`: the rowid counts through the file, and a unique
//! index leads from municipality and position to it. Both are filled with the same events in turns, a block at a time;
//! municipalities are drawn by Zipf's law, cases at random among the latest of a municipality. It prints the ratio
//! place / global of each question: the median of the blocks, and the quarters around it.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};

/// Events in one durable transaction, as group commit makes them under load.
const BATCH: usize = 64;
/// Events between one change of turns and the next.
const BLOCK: usize = 64 * 150;
/// Cases that a turn loads, and events that a turn replays.
const LOADS: usize = 2_000;
/// An event of usual size.
const PAYLOAD: [u8; 600] = [b'x'; 600];
/// Cases of a municipality that still move.
const OPEN_CASES: usize = 200;

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse::<usize>().ok());
    let events = numbers.next().unwrap_or(300_000);
    let municipalities = numbers.next().unwrap_or(1_741);
    let folder = tempfile::tempdir_in(".").expect("a folder");
    let mut place = Layout::open(&folder.path().join("place.db"), PLACE);
    let mut global = Layout::open(&folder.path().join("global.db"), GLOBAL);
    let mut town = Town::new(municipalities);
    let blocks: Vec<Vec<Event>> =
        (0..events / BLOCK).map(|_| (0..BLOCK).map(|_| town.next()).collect()).collect();

    let turns = |left: &mut dyn FnMut(usize) -> Duration, right: &mut dyn FnMut(usize) -> Duration, n| {
        (0..n)
            .map(|turn| match turn % 2 {
                0 => (left(turn), right(turn)),
                _ => {
                    let second = right(turn);
                    (left(turn), second)
                }
            })
            .collect::<Vec<_>>()
    };
    let written = turns(&mut |n| place.write(&blocks[n]), &mut |n| global.write(&blocks[n]), blocks.len());
    report("write, events/s", BLOCK, &written);
    for layout in [&place, &global] {
        layout.settle();
    }
    let all: Vec<&Event> = blocks.iter().flatten().collect();
    let loaded = turns(
        &mut |n| place.load(&mut Draw(n as u64), &all),
        &mut |n| global.load(&mut Draw(n as u64), &all),
        15,
    );
    report("load a case, cases/s", LOADS, &loaded);
    for (name, rank) in [("the largest", 0), ("one in the middle", municipalities / 2)] {
        let size = town.towns[rank].size;
        let replayed = turns(&mut |_| place.replay(rank, size), &mut |_| global.replay(rank, size), 9);
        report(&format!("replay {name}, events/s of {size}"), size, &replayed);
    }
    let bytes = |layout: &Layout| layout.bytes() as f64 / (blocks.len() * BLOCK) as f64;
    let (left, right) = (bytes(&place), bytes(&global));
    say(&format!("bytes an event: place {left:.0}, global {right:.0}, ratio {:.3}", left / right));
}

/// Prints place, global and their ratio of what was done in the same time.
fn report(question: &str, units: usize, turns: &[(Duration, Duration)]) {
    let rate = |time: Duration| units as f64 / time.as_secs_f64();
    let middle = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        [values[values.len() / 4], values[values.len() / 2], values[values.len() * 3 / 4]]
    };
    let [low, ratio, high] =
        middle(turns.iter().map(|(place, global)| global.as_secs_f64() / place.as_secs_f64()).collect());
    let place = middle(turns.iter().map(|(place, _)| rate(*place)).collect())[1];
    let global = middle(turns.iter().map(|(_, global)| rate(*global)).collect())[1];
    say(&format!("{question}: place {place:.0}, global {global:.0}, ratio {ratio:.3} [{low:.3}, {high:.3}]"));
}

#[expect(clippy::print_stdout, reason = "a bench prints what it found")]
fn say(line: &str) {
    println!("{line}");
}

struct Event {
    municipality: usize,
    position: usize,
    stream: [u8; 17],
    version: usize,
    command: [u8; 16],
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

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 11).unwrap_or(0) % end
    }

    fn id(&mut self) -> [u8; 16] {
        (u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes()
    }
}

/// The municipalities and their cases.
struct Town {
    draw: Draw,
    /// The sum of the weights of each and those before it.
    weights: Vec<f64>,
    towns: Vec<Cases>,
}

#[derive(Default)]
struct Cases {
    size: usize,
    open: Vec<([u8; 17], usize)>,
}

impl Town {
    fn new(municipalities: usize) -> Self {
        let mut sum = 0.0;
        let weights = (1..=municipalities)
            .map(|rank| {
                sum += 1.0 / rank as f64;
                sum
            })
            .collect();
        Self { draw: Draw(7), weights, towns: (0..municipalities).map(|_| Cases::default()).collect() }
    }

    fn next(&mut self) -> Event {
        let total = self.weights.last().copied().unwrap_or(1.0);
        let at = self.draw.below(1 << 30) as f64 / f64::from(1 << 30) * total;
        let municipality = self.weights.partition_point(|sum| *sum <= at).min(self.weights.len() - 1);
        let cases = &mut self.towns[municipality];
        cases.size += 1;
        if cases.open.is_empty() || self.draw.below(8) == 0 {
            let mut stream = [1; 17];
            stream[1..].copy_from_slice(&self.draw.id());
            cases.open.push((stream, 0));
            if cases.open.len() > OPEN_CASES {
                cases.open.swap_remove(self.draw.below(OPEN_CASES));
            }
        }
        let case = self.draw.below(cases.open.len());
        let (stream, version) = &mut cases.open[case];
        *version += 1;
        let command = self.draw.id();
        Event { municipality, position: cases.size, stream: *stream, version: *version, command }
    }
}

/// How a layout is laid out.
struct Statements {
    schema: &'static str,
    insert: &'static str,
    load: &'static str,
    replay: &'static str,
}

const PLACE: Statements = Statements {
    schema: "CREATE TABLE records (place INTEGER PRIMARY KEY, municipality INTEGER NOT NULL, stream BLOB NOT NULL,
                version INTEGER NOT NULL, recorded_at INTEGER NOT NULL, command BLOB NOT NULL, kind INTEGER NOT NULL,
                series TEXT, number INTEGER, payload BLOB NOT NULL) STRICT;
             CREATE UNIQUE INDEX of_stream ON records (municipality, stream, version);",
    insert: "INSERT INTO records VALUES (?1 << 40 | ?2, ?1, ?3, ?4, 1778133840000000, ?5, 1, NULL, NULL, ?6)",
    load: "SELECT place, command, payload FROM records
           WHERE municipality = ?1 AND stream = ?2 AND version > 0 ORDER BY version",
    replay: "SELECT place, command, payload FROM records
             WHERE place > ?1 << 40 AND place < (?1 + 1) << 40 ORDER BY place",
};

const GLOBAL: Statements = Statements {
    schema: "CREATE TABLE records (place INTEGER PRIMARY KEY, municipality INTEGER NOT NULL, position INTEGER NOT NULL,
                stream BLOB NOT NULL, version INTEGER NOT NULL, recorded_at INTEGER NOT NULL, command BLOB NOT NULL,
                kind INTEGER NOT NULL, series TEXT, number INTEGER, payload BLOB NOT NULL) STRICT;
             CREATE UNIQUE INDEX of_log ON records (municipality, position);
             CREATE UNIQUE INDEX of_stream ON records (municipality, stream, version);",
    insert: "INSERT INTO records VALUES (NULL, ?1, ?2, ?3, ?4, 1778133840000000, ?5, 1, NULL, NULL, ?6)",
    load: "SELECT position, command, payload FROM records
           WHERE municipality = ?1 AND stream = ?2 AND version > 0 ORDER BY version",
    replay: "SELECT position, command, payload FROM records
             WHERE municipality = ?1 AND position > 0 ORDER BY position",
};

struct Layout {
    writer: Connection,
    reader: Connection,
    statements: Statements,
}

impl Layout {
    fn open(path: &Path, statements: Statements) -> Self {
        let connect = || {
            let connection = Connection::open(path).expect("a database");
            let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;
                            PRAGMA wal_autocheckpoint = 2000; PRAGMA secure_delete = ON;";
            connection.execute_batch(settings).expect("settings");
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).expect("stable plans");
            connection
        };
        let writer = connect();
        writer.execute_batch(statements.schema).expect("a schema");
        Self { writer, reader: connect(), statements }
    }

    fn write(&mut self, block: &[Event]) -> Duration {
        let begun = Instant::now();
        for batch in block.chunks(BATCH) {
            let transaction = self.writer.transaction().expect("a transaction");
            let mut insert = transaction.prepare_cached(self.statements.insert).expect("a statement");
            for event in batch {
                let place = (event.municipality + 1) as i64;
                let row = params![
                    place,
                    event.position as i64,
                    event.stream,
                    event.version as i64,
                    event.command,
                    PAYLOAD
                ];
                insert.execute(row).expect("an event is written");
            }
            drop(insert);
            transaction.commit().expect("a commit");
        }
        begun.elapsed()
    }

    fn settle(&self) {
        self.writer
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
            .expect("a checkpoint");
    }

    fn load(&self, draw: &mut Draw, all: &[&Event]) -> Duration {
        let begun = Instant::now();
        let mut statement = self.reader.prepare_cached(self.statements.load).expect("a statement");
        for _ in 0..LOADS {
            let event = all[draw.below(all.len())];
            let case = params![(event.municipality + 1) as i64, event.stream];
            let mut rows = statement.query(case).expect("a case");
            let mut seen = 0;
            while let Some(row) = rows.next().expect("a row") {
                seen += row.get_ref(2).expect("a payload").as_blob().expect("bytes").len();
            }
            assert!(seen >= PAYLOAD.len());
        }
        begun.elapsed()
    }

    fn replay(&self, rank: usize, size: usize) -> Duration {
        let begun = Instant::now();
        let mut statement = self.reader.prepare_cached(self.statements.replay).expect("a statement");
        let mut rows = statement.query([(rank + 1) as i64]).expect("a log");
        let mut seen = 0;
        while let Some(row) = rows.next().expect("a row") {
            assert_eq!(row.get_ref(2).expect("a payload").as_blob().expect("bytes").len(), PAYLOAD.len());
            seen += 1;
        }
        assert_eq!(seen, size);
        begun.elapsed()
    }

    fn bytes(&self) -> u64 {
        let count = |pragma| -> i64 { self.reader.query_row(pragma, [], |row| row.get(0)).expect("a count") };
        (count("PRAGMA page_count") * count("PRAGMA page_size")).unsigned_abs()
    }
}
