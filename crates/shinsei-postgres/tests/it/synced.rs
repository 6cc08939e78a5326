//! Every acknowledgement follows a sync of the server's WAL: shown by the server's system calls.

use std::path::Path;

use shinsei_conformance::cluster::Cluster;
use shinsei_conformance::sample::{case, done, submit};
use shinsei_conformance::trace::{Acknowledged, STRACE};

use crate::kit::open;

/// A cluster whose server is traced into a file. Nobody but who commits writes the WAL of its own accord.
fn traced(trace: &Path) -> Cluster {
    let trace = trace.display().to_string();
    // -D: the server stays the child of whoever stands over it.
    let wrapper = [&STRACE[..], &["-D", "-o", &trace]].concat();
    Cluster::start_behind(
        &wrapper,
        &["wal_sync_method=fdatasync", "wal_writer_delay=10s", "bgwriter_delay=10s"],
    )
}

/// What a server acknowledged as committed while something was done.
fn acknowledged(what: impl FnOnce(&Cluster)) -> Acknowledged {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    std::fs::write(&trace, "").unwrap();
    let cluster = traced(&trace);
    let address = cluster.database();
    let before = std::fs::read_to_string(&trace).unwrap().len();
    what(&cluster);
    cluster.take_back(address);
    drop(cluster);
    let whole = std::fs::read_to_string(&trace).unwrap();
    // The server answers COMMIT with its name, as a message of the protocol.
    Acknowledged::read(
        &whole[before..],
        |path| path.contains("/pg_wal/"),
        |call| call.starts_with("sendto(") && call.contains(r"C\0\0\0\vCOMMIT\0"),
    )
}

#[test]
fn every_acknowledgement_follows_a_sync() {
    let found = acknowledged(|cluster| {
        let store = open(&cluster.database());
        for n in 1..=30 {
            done(&store, submit(n, case(n), 0));
        }
    });
    assert!(found.all >= 30, "{found:?}");
    assert_eq!(found.unsynced, [] as [&str; 0]);
}

/// The same with a session that does not wait for the sync, which the store refuses: the test above would fail.
#[test]
fn with_synchronous_commit_off_the_acknowledgements_are_found() {
    let found = acknowledged(|cluster| {
        let address = cluster.database();
        cluster.sql(&address, "CREATE TABLE records (n integer)");
        for _ in 0..10 {
            cluster
                .sql(&address, "SET synchronous_commit = off; BEGIN; INSERT INTO records VALUES (1); COMMIT");
        }
    });
    assert_eq!(found.all, 10);
    // OK because the server may sync for reasons of its own, but not each time.
    assert!(found.unsynced.len() > 5, "{}", found.unsynced.len());
}
