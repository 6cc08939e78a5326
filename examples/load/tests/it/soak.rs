//! Kills at random points, again and again: what was acknowledged is there, whole, and the next one goes on.
//!
//! The ordinary run kills a few times. `cargo xtask soak` kills 200 times on each store, or as often as it is told, and
//! says the seed with which the same moments are chosen again.

use std::path::Path;
use std::time::Duration;

use shinsei_conformance::cluster::Cluster;
use shinsei_core::port::store::Store;
use shinsei_postgres::{PostgresStore, Settings};
use shinsei_sqlite::SqliteStore;

use crate::loader::{Loader, acknowledged, cities};
use crate::random::Random;
use crate::whole;

/// How often somebody is killed on each store, unless [`KILLS`] says otherwise.
const KILLS_IN_AN_ORDINARY_RUN: u64 = 6;

/// The number of kills on each store, and the seed: given by `cargo xtask soak`.
const KILLS: &str = "SHINSEI_SOAK_KILLS";
const SEED: &str = "SHINSEI_SOAK_SEED";

/// After so many kills a new store is begun, since each is read from one end to the other after every kill.
const KILLS_OF_A_STORE: u64 = 20;

/// The most acknowledgements between a start and a kill, in bytes of their file.
const BYTES_MAX: u64 = 8_000;

/// The most milliseconds between a start, or the last acknowledgement waited for, and a kill.
const MILLIS_MAX: u64 = 40;

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| text.parse().unwrap())
}

/// One store after another, until there were enough kills.
fn soak(name: &str, mut one_store: impl FnMut(&mut Random, &Path, u64) -> (u64, u64)) {
    let kills = number(KILLS, KILLS_IN_AN_ORDINARY_RUN);
    let seed = number(SEED, 1);
    let mut random = Random(seed);
    let (mut done, mut receipts, mut records) = (0, 0, 0);
    while done < kills {
        let folder = tempfile::tempdir().unwrap();
        let of_this_store = KILLS_OF_A_STORE.min(kills - done);
        eprintln!("{name}, seed {seed}: kills {} to {} of {kills}", done + 1, done + of_this_store);
        let (more_receipts, more_records) = one_store(&mut random, folder.path(), of_this_store);
        done += of_this_store;
        receipts += more_receipts;
        records += more_records;
    }
    eprintln!("{name}, seed {seed}: {kills} kills, {receipts} acknowledged, {records} records, all whole");
    assert!(receipts >= kills, "so few acknowledgements show nothing");
}

/// Starts a loader and lets it work until a random point: while it opens, or after some acknowledgements.
fn load(random: &mut Random, store: &str, acks: &Path) -> Loader {
    let concurrency = (1 + random.below(24)).to_string();
    let options = ["--cases", "1000000", "--municipalities", "3", "--concurrency", &concurrency];
    let mut loader = Loader::start(store, acks, &options);
    if random.below(8) > 0 {
        loader.await_bytes(loader.bytes() + random.below(BYTES_MAX));
    }
    std::thread::sleep(Duration::from_millis(random.below(MILLIS_MAX)));
    loader
}

/// Checks everything; how many acknowledgements and records there are.
fn check(store: &dyn Store, acks: &Path) -> (u64, u64) {
    let lines = acknowledged(acks);
    let logs = whole::check(store, cities(3), &lines);
    (lines.len() as u64, logs.iter().map(whole::Log::records).sum())
}

#[test]
fn on_sqlite_what_was_acknowledged_survives_every_kill() {
    soak("sqlite", |random, folder, kills| {
        let (path, acks) = (folder.join("city.db"), folder.join("acks"));
        let mut found = (0, 0);
        for _ in 0..kills {
            load(random, &format!("sqlite:{}", path.display()), &acks).kill();
            // One that was killed before it had made the file has acknowledged nothing.
            let clock = std::sync::Arc::new(shinsei::clock::SystemClock);
            let store = SqliteStore::open(&path, clock).unwrap();
            found = check(&store, &acks);
        }
        found
    });
}

#[test]
fn on_postgres_what_was_acknowledged_survives_every_kill_of_a_client_or_the_server() {
    let cluster = Cluster::start(&[]);
    soak("postgres", |random, folder, kills| {
        let (address, acks) = (cluster.database(), folder.join("acks"));
        let mut found = (0, 0);
        for _ in 0..kills {
            let begun = std::fs::metadata(&acks).map_or(0, |file| file.len());
            let mut loader = load(random, &format!("postgres:{address}"), &acks);
            if random.below(2) == 0 {
                // One that has not begun says at once that there is no server, and ends.
                loader.await_bytes(begun + 1);
                let before = loader.bytes();
                cluster.kill();
                cluster.wait();
                // It goes on by itself once the server is back.
                loader.await_bytes(before + 1 + random.below(BYTES_MAX));
            }
            loader.kill();
            let store = PostgresStore::open_with(&address, Settings::default()).unwrap();
            found = check(&store, &acks);
        }
        cluster.take_back(address);
        found
    });
}
