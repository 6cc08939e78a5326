//! Does a commit cost more, or take more memory, when the log has grown a hundred times?
//!
//! `cargo xtask peers growth [sqlite|postgres] [--rounds N] [--kept FOLDER [--fill]]`. Two stores are filled, one of 50,000 records and
//! one of 5,000,000; with `--kept` they are looked for in a folder and stay there, as filling takes minutes; `--fill` ends when they are filled. Each is served
//! by a process of its own, whose memory is told; the same commands go to both in every round.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lexopt::prelude::{Long, Value, ValueExt as _};
use shinsei::clock::SystemClock;
use shinsei_benches::paired::{Median, Paired};
use shinsei_conformance::cluster::Cluster;
use shinsei_peers::options::folder;
use shinsei_peers::ours::{Ours, States};
use shinsei_peers::raw_sqlite::bytes_of_file;
use shinsei_peers_work::peer::Peer as _;
use shinsei_peers_work::pipe::{Piped, serve};
use shinsei_postgres::PostgresStore;
use shinsei_sqlite::SqliteStore;

/// Records in the logs that are compared, and how much more the larger may cost.
const SMALL: u64 = 50_000;
const LARGE: u64 = 5_000_000;
const GROWTH_MAX: f64 = 1.2;

/// Mebibytes that the process of the larger may have had more: the page caches of a writer and a reader, which a small log
/// does not fill. What grew with the log would be a hundred times as much.
const MEMORY_MORE_MAX: f64 = 64.0;

/// Events of a case; with its numbers twelve records.
const EVENTS: u64 = 10;
const RECORDS_OF_A_CASE: u64 = 12;

/// Cases that are open: the last that were opened.
const OPEN: u64 = 4_000;

const APPENDS: u64 = 200;
const ROUNDS: usize = 31;

const STORES: [&str; 2] = ["sqlite", "postgres"];

const USAGE: &str = "growth [sqlite|postgres] [--rounds N] [--kept FOLDER [--fill]]";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [serving, store, place] = arguments.as_slice()
        && serving == "serve"
    {
        return serve(&mut open(store, place));
    }
    let plan = Plan::read(lexopt::Parser::from_args(&arguments)).unwrap_or_else(|error| {
        eprintln!("{error}\n{USAGE}");
        std::process::exit(2);
    });
    let passing = folder();
    let kept = plan.kept.as_deref().unwrap_or(passing.path());
    for store in &plan.stores {
        println!("{store}");
        if store == "sqlite" {
            let place = |size: u64| kept.join(format!("{size}.db")).display().to_string();
            let places = [place(SMALL), place(LARGE)];
            fill_both(store, &places);
            if !plan.fills_alone {
                compare(store, plan.rounds, places);
            }
        } else {
            let cluster = match &plan.kept {
                Some(kept) => Cluster::kept(&kept.join("cluster")),
                None => Cluster::start(&[]),
            };
            let place = |size: u64| cluster.database_named(&format!("records{size}"));
            let places = [place(SMALL), place(LARGE)];
            fill_both(store, &places);
            if !plan.fills_alone {
                compare(store, plan.rounds, places);
            }
        }
    }
}

struct Plan {
    stores: Vec<String>,
    rounds: usize,
    kept: Option<PathBuf>,
    /// Nothing is measured.
    fills_alone: bool,
}

impl Plan {
    fn read(mut parser: lexopt::Parser) -> Result<Self, lexopt::Error> {
        let (mut stores, mut rounds, mut kept, mut fills_alone) = (vec![], ROUNDS, None, false);
        while let Some(argument) = parser.next()? {
            match argument {
                Value(name) if STORES.iter().any(|store| name == *store) => stores.push(name.string()?),
                Long("rounds") => rounds = parser.value()?.parse()?,
                Long("kept") => kept = Some(parser.value()?.into()),
                Long("fill") => fills_alone = true,
                other => return Err(other.unexpected()),
            }
        }
        if fills_alone && kept.is_none() {
            return Err("--fill wants a folder in which what is filled is --kept".into());
        }
        if stores.is_empty() {
            stores = STORES.map(str::to_owned).to_vec();
        }
        Ok(Self { stores, rounds, kept, fills_alone })
    }
}

fn open(store: &str, place: &str) -> Ours {
    if store == "postgres" {
        let store = Arc::new(PostgresStore::open(place).expect("a store"));
        let asked = Arc::clone(&store);
        return Ours::new(store, States::Loaded, move || asked.bytes_on_disk().expect("a size"));
    }
    let path = PathBuf::from(place);
    let store = SqliteStore::open(&path, Arc::new(SystemClock)).expect("a store");
    Ours::new(Arc::new(store), States::Loaded, move || bytes_of_file(&path))
}

fn compare(store: &str, rounds: usize, places: [String; 2]) {
    let program = std::env::current_exe().expect("this program");
    let mut peers = places.map(|place| Piped::start(&program, &["serve", store, &place]));
    let cases = [SMALL, LARGE].map(|records| records.div_ceil(RECORDS_OF_A_CASE));
    for peer in &mut peers {
        println!("{} records, {:.1} MiB", peer.events(), mebibytes(peer.bytes()));
    }
    let [small, large] = &mut peers;
    for (title, from) in [("an open case", cases.map(|cases| cases - OPEN)), ("a case of any age", [0, 0])] {
        let told = Paired::run(
            rounds,
            &mut [&mut || small.one(from[0]..cases[0], APPENDS), &mut || {
                large.one(from[1]..cases[1], APPENDS)
            }],
        );
        let times = usize::try_from(APPENDS).expect("a few");
        let [at_small, at_large] = [0, 1].map(|peer| told.micros(peer, times));
        println!("W1 of {title}: {at_small} µs beside {at_large} µs");
        println!("  large / small {}", told.ratio(1, 0).at_most(GROWTH_MAX));
    }
    memory("after these commands", small, large);
    for peer in [&mut *small, &mut *large] {
        assert_eq!(peer.verify(), peer.events());
    }
    memory("after the whole log was verified", small, large);
}

/// Fills what is not filled yet.
fn fill_both(store: &str, places: &[String; 2]) {
    let program = std::env::current_exe().expect("this program");
    for (place, records) in places.iter().zip([SMALL, LARGE]) {
        fill(&program, store, place, records);
    }
}

fn fill(program: &Path, store: &str, place: &str, records: u64) {
    let mut peer = Piped::start(program, &["serve", store, place]);
    let there = peer.events();
    if there == 0 {
        println!("filling {place}");
        peer.fill(0..records.div_ceil(RECORDS_OF_A_CASE), EVENTS);
    }
    assert!(peer.events() >= records, "{place} was filled by half; delete it");
}

fn memory(when: &str, small: &mut Piped, large: &mut Piped) {
    let [at_small, at_large] = [small, large].map(|peer| mebibytes(peer.peak_memory()));
    println!("Memory {when}, at most: {at_small:.1} MiB beside {at_large:.1} MiB");
    println!("  large - small in MiB {}", Median::of_one(at_large - at_small).at_most(MEMORY_MORE_MAX));
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
