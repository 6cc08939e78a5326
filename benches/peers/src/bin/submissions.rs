//! How many whole submissions a second: a real RSA signature verified, the case decided, recorded with its receipt, on disk.
//!
//! `cargo xtask peers submissions [sqlite|postgres] [--rounds N]`. 64 tasks submit at the same time; every form of a round is
//! signed by a card of its own, which the verifier has never seen. Nothing else is done: `load` drives whole cases.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use lexopt::prelude::{Long, Value, ValueExt as _};
use residents::resident::{Applicant, with_signatures};
use residents::road::{Case, Road, Signatures, time_ordered};
use residents::town::municipalities;
use shinsei::clock::SystemClock;
use shinsei::engine::{Engine, Settings};
use shinsei::entropy::OsEntropy;
use shinsei_benches::paired::Median;
use shinsei_conformance::cluster::Cluster;
use shinsei_core::ids::CaseId;
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::entropy::Entropy as _;
use shinsei_core::port::store::Store;
use shinsei_peers::crew::Crew;
use shinsei_peers::options::folder;
use shinsei_postgres::PostgresStore;
use shinsei_sqlite::SqliteStore;

/// Submissions a second that are aimed at on two processors. Source: the issue of the stores.
const ON_SQLITE_MIN: f64 = 5_000.0;
const ON_POSTGRES_MIN: f64 = 3_000.0;

/// Submissions in a round, half a second of them; and rounds, for which all forms are signed beforehand.
const SUBMISSIONS: u64 = 2_048;
const ROUNDS: u64 = 9;

const STORES: [&str; 2] = ["sqlite", "postgres"];

const USAGE: &str = "submissions [sqlite|postgres] [--rounds N]";

fn main() {
    let (stores, rounds) = asked(lexopt::Parser::from_env()).unwrap_or_else(|error| {
        eprintln!("{error}\n{USAGE}");
        std::process::exit(2);
    });
    for store in stores {
        if store == "sqlite" {
            let folder = folder();
            let store = SqliteStore::open(folder.path().join("city.db"), Arc::new(SystemClock));
            measure("SQLite", Arc::new(store.expect("a store")), rounds, ON_SQLITE_MIN);
        } else {
            let cluster = Cluster::start(&[]);
            let store = PostgresStore::open(&cluster.database()).expect("a store");
            measure("PostgreSQL", Arc::new(store), rounds, ON_POSTGRES_MIN);
        }
    }
}

/// Which stores, both unless one is named, and in how many rounds.
fn asked(mut parser: lexopt::Parser) -> Result<(Vec<String>, u64), lexopt::Error> {
    let (mut stores, mut rounds) = (vec![], ROUNDS);
    while let Some(argument) = parser.next()? {
        match argument {
            Value(name) if STORES.iter().any(|store| name == *store) => stores.push(name.string()?),
            Long("rounds") => rounds = parser.value()?.parse::<u64>()?.max(1),
            other => return Err(other.unexpected()),
        }
    }
    if stores.is_empty() {
        stores = STORES.map(str::to_owned).to_vec();
    }
    Ok((stores, rounds))
}

fn measure(name: &str, store: Arc<dyn Store>, rounds: u64, target: f64) {
    // One round more, which warms up.
    let signed = (rounds + 1) * SUBMISSIONS;
    let (forms, verifier) = with_signatures(signed, SystemClock.now(), &OsEntropy).expect("forms are signed");
    let settings = Settings::new(municipalities(1));
    let engine = Arc::new(Engine::open(store, Arc::new(verifier), settings).expect("an engine"));
    let (forms, crew) = (Arc::new(Mutex::new(forms)), Crew::default());
    let mut rates = Vec::new();
    for round in 0..=rounds {
        let began = Instant::now();
        crew.share(SUBMISSIONS, |share| {
            let (engine, forms) = (Arc::clone(&engine), Arc::clone(&forms));
            move || (0..share).for_each(|_| submit(&engine, &forms))
        });
        if round > 0 {
            rates.push(SUBMISSIONS as f64 / began.elapsed().as_secs_f64());
        }
    }
    println!("{name}: whole submissions, RSA signatures, 64 tasks, {SUBMISSIONS} in each of {rounds} rounds");
    println!("  a second: {}", Median::of(rates).at_least(target));
}

fn submit(engine: &Engine, forms: &Mutex<Vec<Applicant>>) {
    let applicant = forms.lock().unwrap_or_else(PoisonError::into_inner).pop().expect("there are enough");
    let road = Road::of(Signatures::Real).expect("the sample catalog has it");
    let seed = OsEntropy.seed();
    let municipality = municipality();
    let case = Case { municipality, id: CaseId(time_ordered(&seed, "case")), seed };
    let answer = engine.execute(road.submission(&case, &applicant)).wait().expect("it arrives");
    assert!(answer.receipt().is_some());
}

fn municipality() -> shinsei_core::ids::Municipality {
    "012025".parse().expect("a code")
}
