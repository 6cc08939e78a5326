//! No room, or no right to write: a clear error, nothing written by half, nothing acknowledged lost, and work goes on
//! when there is room again.

use std::sync::Arc;

use shinsei_conformance::FakeClock;
use shinsei_conformance::disk::{fill, on_a_small_disk};
use shinsei_conformance::sample::{case, check_log, command, document, done, hakodate, submit};
use shinsei_core::port::store::{Commit, Outcome, Store, StoreError};
use shinsei_sqlite::{OpenError, Settings, SqliteStore};

#[test]
fn a_full_store_says_so_and_works_again_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let open = |pages_max| {
        let settings = Settings { pages_max, ..Settings::default() };
        SqliteStore::open_with(&path, Arc::new(FakeClock::default()), settings).unwrap()
    };
    let store = open(Some(200));
    let written = (1..=100_u8).find_map(|n| match store.commit(&[large(n)]) {
        Ok(_) => None,
        Err(error) => {
            assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
            Some(n - 1)
        }
    });
    let written = written.expect("200 pages are full before 100 documents of 30,000 bytes");
    assert_eq!(check_log(&store, hakodate()), u64::from(written));
    assert!(store.find(hakodate(), command(u128::from(written) + 1)).unwrap().is_none());

    // Room by erasing, in the same process.
    assert_eq!(store.erase(hakodate(), case(1)).unwrap(), 1);
    let receipt = done(&store, large(written + 1));
    assert_eq!(receipt.numbers[0].1.value, u64::from(written) + 1);
    drop(store);

    // Room by a larger limit.
    let store = open(None);
    for n in written + 2..written + 12 {
        done(&store, large(n));
    }
    assert_eq!(check_log(&store, hakodate()), u64::from(written) + 11);
}

/// A commit with a document of 30,000 bytes.
fn large(n: u8) -> Commit {
    let mut one = submit(n.into(), case(n.into()), 0);
    one.documents = vec![document(n, case(n.into()), &[n; 30_000]).0];
    one
}

/// Commits until the store is full; how many were written.
fn until_full(store: &SqliteStore, from: u8) -> u8 {
    for n in from..=u8::MAX {
        match store.commit(&[large(n)]) {
            Ok(outcomes) => assert!(matches!(outcomes[0], Outcome::Done(_)), "{outcomes:?}"),
            Err(full @ StoreError::Full { .. }) => {
                assert_eq!(full.to_string(), "the store is full; make room, then try again");
                return n - 1;
            }
            Err(other) => panic!("{n}: {other:?}"),
        }
    }
    panic!("never full")
}

fn check(store: &SqliteStore, written: u8) {
    assert_eq!(check_log(store, hakodate()), u64::from(written));
    for n in 1..=written {
        let kept = store.document(hakodate(), document(n, case(n.into()), b"").1.id).unwrap().unwrap();
        assert_eq!(kept.content, [n; 30_000]);
    }
    assert!(store.find(hakodate(), command(u128::from(written) + 1)).unwrap().is_none());
}

#[test]
fn a_full_disk_is_said_and_work_goes_on_when_there_is_room() {
    on_a_small_disk("full::a_full_disk_is_said_and_work_goes_on_when_there_is_room", 8, |folder| {
        let path = folder.join("city.db");
        let open = || {
            let settings = Settings { checkpoint_pages: 100, ..Settings::default() };
            SqliteStore::open_with(&path, Arc::new(FakeClock::default()), settings)
        };
        let store = open().unwrap();
        fill(folder, "ballast", 3_000_000);
        let written = until_full(&store, 1);
        assert!(written > 10, "{written}");
        check(&store, written);
        // Asked again, it says so again, and loses nothing.
        assert!(matches!(store.commit(&[large(written + 1)]), Err(StoreError::Full { .. })));
        check(&store, written);
        drop(store);

        // Whoever opens it while it is full either reads all of it or is told why not.
        match open() {
            Ok(store) => check(&store, written),
            Err(error) => assert!(matches!(error, OpenError::Driver { .. }), "{error:?}"),
        }
        std::fs::remove_file(folder.join("ballast")).unwrap();
        let store = open().unwrap();
        check(&store, written);
        for n in written + 1..written + 20 {
            done(&store, large(n));
        }
        check(&store, written + 19);

        // Full again, and room is made while it is open.
        fill(folder, "ballast", 200_000);
        let more = until_full(&store, written + 20);
        std::fs::remove_file(folder.join("ballast")).unwrap();
        done(&store, large(more + 1));
        check(&store, more + 1);
    });
}

#[test]
fn a_read_only_file_system_is_said() {
    on_a_small_disk("full::a_read_only_file_system_is_said", 32, |folder| {
        let path = folder.join("city #1? 100%.db");
        let open = || SqliteStore::open(&path, Arc::new(FakeClock::default()));
        done(&open().unwrap(), large(1));
        let remount = |how: &str| {
            let mut mount = std::process::Command::new("mount");
            assert!(mount.args(["-o", how]).arg(folder).status().unwrap().success());
        };
        remount("remount,ro");
        let refused = open().unwrap_err();
        assert!(matches!(refused, OpenError::ReadOnly { .. }), "{refused:?}");
        // What is there can still be read.
        check(&SqliteStore::open_reader(&path, Arc::new(FakeClock::default())).unwrap(), 1);
        remount("remount,rw");
        let store = open().unwrap();
        check(&store, 1);
        done(&store, large(2));
    });
}
