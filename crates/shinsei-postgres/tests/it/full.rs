//! A server whose disk is full: a clear error, nothing acknowledged lost, and work goes on when there is room again.

use std::sync::Arc;

use shinsei_conformance::FakeClock;
use shinsei_conformance::cluster::Cluster;
use shinsei_conformance::disk::{fill, on_a_small_disk};
use shinsei_conformance::sample::{case, check_log, command, document, done, hakodate, submit};
use shinsei_core::port::store::{Commit, Outcome, Store, StoreError};
use shinsei_postgres::{PostgresStore, Settings};

/// A commit with a document of 60,000 bytes.
fn large(n: u8) -> Commit {
    let mut one = submit(n.into(), case(n.into()), 0);
    one.documents = vec![document(n, case(n.into()), &[n; 60_000]).0];
    one
}

/// Commits until that fails; how many were written, and why no more were.
fn until_it_fails(store: &PostgresStore, from: u8) -> (u8, StoreError) {
    for n in from..=u8::MAX {
        match store.commit(&[large(n)]) {
            Ok(outcomes) => assert!(matches!(outcomes[0], Outcome::Done(_)), "{outcomes:?}"),
            Err(error) => return (n - 1, error),
        }
    }
    panic!("never full")
}

fn check(store: &PostgresStore, written: u8) {
    assert_eq!(check_log(store, hakodate()), u64::from(written));
    for n in 1..=written {
        let kept = store.document(hakodate(), document(n, case(n.into()), b"").1.id).unwrap().unwrap();
        assert_eq!(kept.content, [n; 60_000]);
    }
}

#[test]
fn a_full_disk_is_said_and_work_goes_on_when_there_is_room() {
    on_a_small_disk("full::a_full_disk_is_said_and_work_goes_on_when_there_is_room", 128, |folder| {
        // Nobody but the store writes the server's log, so that it is known whose turn it is to find no room.
        let cluster = Cluster::start(&["autovacuum=off", "wal_level=minimal", "max_wal_senders=0"]);
        let settings = Settings { hints: false, ..Settings::default() };
        let store = PostgresStore::open_with(&cluster.database(), settings).unwrap();
        let store = store.with_clock(Arc::new(FakeClock::default()));
        done(&store, large(1));

        // No room for tables, while the segment of the server's log that was just begun has some.
        cluster.sql("postgres", "SELECT pg_switch_wal()");
        done(&store, large(2));
        fill(folder, "ballast", 2_000_000);
        let (written, full) = until_it_fails(&store, 3);
        assert!(matches!(full, StoreError::Full { .. }), "{full:?}");
        assert_eq!(full.to_string(), "the store is full; make room, then try again");
        check(&store, written);
        assert!(store.find(hakodate(), command(u128::from(written) + 1)).unwrap().is_none());
        std::fs::remove_file(folder.join("ballast")).unwrap();
        done(&store, large(written + 1));
        check(&store, written + 1);

        // No room for the server's log: it stops, and cannot start, with whatever was under way.
        cluster.sql("postgres", "SELECT pg_switch_wal()");
        fill(folder, "ballast", 4_000_000);
        let (written, lost) = until_it_fails(&store, written + 2);
        assert!(
            matches!(lost, StoreError::Unavailable { .. } | StoreError::OutcomeUnknown { .. }),
            "{lost:?}"
        );
        let log = std::fs::read_to_string(cluster.folder().join("log")).unwrap();
        assert!(log.contains("PANIC:  could not write to file \"pg_wal/"), "{log}");
        std::fs::remove_file(folder.join("ballast")).unwrap();
        cluster.kill();
        cluster.wait();
        let again = store.commit(&[large(written + 1)]).unwrap();
        assert!(matches!(again[0], Outcome::Done(_) | Outcome::Again(_)), "{again:?}");
        done(&store, large(written + 2));
        check(&store, written + 2);
    });
}
