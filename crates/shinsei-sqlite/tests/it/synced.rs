//! Every acknowledgement follows a sync of the WAL: shown by the system calls, since killing does not show it.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use rusqlite::Connection;
use shinsei_conformance::sample::{case, done, submit};
use shinsei_conformance::trace::{Acknowledged, STRACE};

use crate::kit::open;

/// Names the folder to the traced process, which runs the same test.
const FOLDER: &str = "SHINSEI_SQLITE_SYNCED_FOLDER";

/// How many commits are acknowledged.
const COMMITS: u128 = 30;

/// Runs a test of this file as a process of its own under strace; what it acknowledged.
fn traced(test: &str) -> Acknowledged {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let [strace, options @ ..] = STRACE;
    let output = Command::new(strace)
        .args(options)
        .arg("-o")
        .arg(&trace)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", &format!("synced::{test}"), "--nocapture"])
        .env(FOLDER, folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let trace = std::fs::read_to_string(trace).unwrap();
    Acknowledged::read(&trace, |path| path.ends_with("city.db-wal"), |call| call.contains("/acks>, "))
}

/// Does something again and again, and acknowledges it each time.
fn acknowledge_each(folder: &Path, mut one: impl FnMut(u128)) {
    let mut acks = File::create(folder.join("acks")).unwrap();
    for n in 1..=COMMITS {
        one(n);
        acks.write_all(format!("{n}\n").as_bytes()).unwrap();
    }
}

#[test]
fn every_acknowledgement_follows_a_sync() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let folder = Path::new(&folder);
        let store = open(&folder.join("city.db"));
        return acknowledge_each(folder, |n| {
            done(&store, submit(n, case(n), 0));
        });
    }
    let found = traced("every_acknowledgement_follows_a_sync");
    assert_eq!(found, Acknowledged { all: 30, unsynced: vec![] });
}

/// The same with a connection that does not sync: the test above would fail.
#[test]
fn without_syncs_every_acknowledgement_is_found() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let folder = Path::new(&folder);
        let connection = Connection::open(folder.join("city.db")).unwrap();
        let set = "PRAGMA journal_mode = wal; PRAGMA synchronous = OFF; CREATE TABLE records (n INTEGER)";
        connection.execute_batch(set).unwrap();
        return acknowledge_each(folder, |_| {
            connection.execute("INSERT INTO records VALUES (1)", []).unwrap();
        });
    }
    let found = traced("without_syncs_every_acknowledgement_is_found");
    assert_eq!((found.all, found.unsynced.len()), (30, 30));
}
