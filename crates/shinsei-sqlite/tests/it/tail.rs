//! What follows from the log is written for many commits at once: nobody sees a difference, not even when the process was
//! killed before, and a hand that cuts off what is not settled is found as any other.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use shinsei_conformance::FakeClock;
use shinsei_conformance::sample::{case, check_log, command, commit, done, empty, hakodate, sapporo, submit};
use shinsei_core::agenda::{AgendaChange, Channel, Due, Entry, EntryKey, LeaseRequest, Settled, Settlement};
use shinsei_core::ids::{EntryName, Position, Version};
use shinsei_core::port::store::{Commit, Outcome, Store, StoreError};
use shinsei_core::time::Timestamp;
use shinsei_sqlite::SqliteStore;
use tempfile::TempDir;
use uuid::Uuid;

use crate::kit::open;

/// More commands than are settled at once, and a tail behind them.
const COMMANDS: u128 = 300;

/// A store of two municipalities, and the files as a process leaves them that is killed after its last commit.
fn killed() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (path, left) = (folder.path().join("city.db"), folder.path().join("left.db"));
    let store = open(&path);
    for n in 1..=COMMANDS {
        done(&store, submit(n, case(n), 0));
    }
    done(&store, empty(COMMANDS + 1));
    done(&store, Commit { municipality: sapporo(), ..submit(1, case(1), 0) });
    copy(&path, &left);
    (folder, left)
}

fn copy(from: &Path, to: &Path) {
    for suffix in ["", "-wal"] {
        let name = |path: &Path| format!("{}{suffix}", path.display());
        std::fs::copy(name(from), name(to)).unwrap();
    }
}

fn read_only(path: &Path) -> SqliteStore {
    SqliteStore::open_reader(path, Arc::new(FakeClock::default())).unwrap()
}

fn number(path: &Path, sql: &str) -> i64 {
    Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

/// All that is known of the commands and the log.
fn check(store: &SqliteStore) {
    assert_eq!(check_log(store, hakodate()), 300);
    assert_eq!(check_log(store, sapporo()), 1);
    assert_eq!(store.municipalities().unwrap(), [sapporo(), hakodate()]);
    for n in 1..=COMMANDS {
        let found = store.find(hakodate(), command(n)).unwrap().unwrap();
        let (first, value) = (found.receipt.first, found.receipt.numbers[0].1.value);
        assert_eq!((u128::from(first.0), u128::from(value), found.receipt.records), (n, n, 1));
        assert_eq!(found.digest, Some([7; 32]));
    }
    let alone = store.find(hakodate(), command(COMMANDS + 1)).unwrap().unwrap();
    assert_eq!((alone.receipt.first.0, alone.receipt.records), (300, 0));
    assert_eq!(store.find(hakodate(), command(COMMANDS + 2)).unwrap(), None);
    assert_eq!(store.find(sapporo(), command(2)).unwrap(), None);
}

#[test]
fn what_a_killed_process_left_is_read_as_it_stands_and_settled_at_open() {
    let (_folder, left) = killed();
    check(&read_only(&left));
    let behind = "SELECT count(*) FROM commands WHERE ordinal > (SELECT command FROM settled)";
    assert!(number(&left, behind) > 0, "there is a tail");
    let store = open(&left);
    assert_eq!(number(&left, behind), 0);
    assert_eq!(number(&left, "SELECT count(*) FROM command_ids"), 302);
    assert_eq!(number(&left, "SELECT max(size) FROM municipalities"), 300);
    assert_eq!(number(&left, "SELECT max(last) FROM series"), 300);
    check(&store);
    assert!(matches!(commit(&store, submit(300, case(300), 0)), Outcome::Again(_)));
    let next = done(&store, submit(400, case(400), 0));
    assert_eq!((next.first.0, next.numbers[0].1.value), (301, 301));
}

#[test]
fn closing_leaves_no_tail() {
    let (_folder, left) = killed();
    let store = open(&left);
    done(&store, submit(400, case(400), 0));
    drop(store);
    assert_eq!(number(&left, "SELECT count(*) FROM command_ids"), 303);
    assert_eq!(number(&left, "SELECT max(size) FROM municipalities"), 301);
    assert_eq!(number(&left, "SELECT max(last) FROM series"), 301);
}

#[test]
fn a_tail_that_a_hand_cut_off_is_missed() {
    let (_folder, left) = killed();
    let cut = "DELETE FROM records WHERE place & 0xffffffffff = 300";
    Connection::open(&left).unwrap().execute_batch(cut).unwrap();
    let missed = |error: StoreError| {
        let said = "the store is corrupt: the log has no position 300; restore it from a backup";
        assert_eq!(error.to_string(), said);
    };
    missed(read_only(&left).head(hakodate()).unwrap_err());
    let store = open(&left);
    missed(store.head(hakodate()).unwrap_err());
    let refused = store.commit(&[submit(400, case(400), 0)]).unwrap_err();
    assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused:?}");
}

/// No command stands behind it.
#[test]
fn a_record_that_a_hand_put_behind_the_end_is_not_taken_for_a_tail() {
    let (_folder, left) = killed();
    let put = "INSERT INTO records SELECT place + 1, municipality, stream, 2, recorded_at, command, kind, series, number,
        payload FROM records WHERE place & 0xffffffffff = 300";
    Connection::open(&left).unwrap().execute_batch(put).unwrap();
    assert_eq!(read_only(&left).head(hakodate()).unwrap().size, 300);
    let store = open(&left);
    assert_eq!(store.head(hakodate()).unwrap().size, 300);
    drop(store);
    Connection::open(&left)
        .unwrap()
        .execute_batch(&put.replace("300", "301").replace(", 2,", ", 3,"))
        .unwrap();
    assert_eq!(open(&left).standing(hakodate()).unwrap().head.size, 300);
}

/// The writer has the head in its memory; what a hand wrote beside it is met all the same.
#[test]
fn a_hand_that_writes_beside_an_open_store_is_met_by_the_next_commit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let store = open(&path);
    for n in 1..=3 {
        done(&store, submit(n, case(n), 0));
    }
    let hand = Connection::open(&path).unwrap();
    hand.execute_batch("DELETE FROM records WHERE place & 0xffffffffff = 3").unwrap();
    let refused = store.commit(&[submit(4, case(4), 0)]).unwrap_err();
    assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused:?}");
}

fn notice(name: &str) -> Commit {
    let key = EntryKey { stream: case(1), name: EntryName::new(name.to_owned()).unwrap() };
    let entry = Entry { key, channel: Channel::Notice, due: Due::AtOnce, task: vec![] };
    Commit { agenda: vec![AgendaChange::Schedule(entry)], ..Commit::nothing(hakodate()) }
}

/// By a clock that stands still all are due at the same time; none of their names is in the order of scheduling.
#[test]
fn entries_keep_the_order_of_scheduling_across_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let (path, left) = (folder.path().join("city.db"), folder.path().join("left.db"));
    let store = open(&path);
    done(&store, submit(1, case(1), 0));
    for name in ["e", "d"] {
        done(&store, notice(name));
    }
    copy(&path, &left);
    let store = open(&left);
    for name in ["c", "b", "a"] {
        done(&store, notice(name));
    }
    let request = LeaseRequest {
        municipality: None,
        channel: Channel::Notice,
        owner: Uuid::from_u128(1),
        lasts_micros: 1_000_000,
        entries_max: 10,
    };
    let mut order = String::new();
    while let [lent] = store.lease(&request).unwrap().as_slice() {
        order.push_str(lent.key.name.as_str());
        let settled = Settlement { key: lent.key.clone(), fence: lent.fence, how: Settled::Done };
        done(&store, Commit { settles: vec![settled], ..Commit::nothing(hakodate()) });
    }
    assert_eq!(order, "edcba");
}

fn entry(name: &str) -> EntryKey {
    EntryKey { stream: case(1), name: EntryName::new(name.to_owned()).unwrap() }
}

/// They are found behind the records of their command, without the one that was cancelled.
#[test]
fn entries_of_a_tail_are_listed_as_it_stands_and_lent_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let (path, left) = (folder.path().join("city.db"), folder.path().join("left.db"));
    let store = open(&path);
    let schedule = |name| {
        let due = Due::At(Timestamp::from_jst(2020, 1, 1, 0, 0).unwrap());
        AgendaChange::Schedule(Entry { key: entry(name), channel: Channel::Notice, due, task: vec![] })
    };
    // The first commit after opening settles.
    done(&store, submit(9, case(9), 0));
    let agenda = ["b", "a", "c"].map(schedule).to_vec();
    done(&store, Commit { agenda, ..submit(1, case(1), 0) });
    done(&store, Commit { agenda: vec![AgendaChange::Cancel(entry("a"))], ..submit(2, case(1), 1) });
    copy(&path, &left);
    assert_eq!(number(&left, "SELECT count(*) FROM waiting"), 0, "they are in the tail");
    let names = |store: &SqliteStore| -> String {
        store.agenda(hakodate(), 10).unwrap().iter().map(|row| row.key.name.as_str().to_owned()).collect()
    };
    assert_eq!((names(&store), names(&read_only(&left))), ("bc".to_owned(), "bc".to_owned()));
    drop(store);
    for file in [&path, &left] {
        let store = open(file);
        assert_eq!(number(file, "SELECT count(*) FROM waiting"), 2);
        assert_eq!(names(&store), "bc");
        let request = LeaseRequest {
            municipality: Some(hakodate()),
            channel: Channel::Notice,
            owner: Uuid::from_u128(1),
            lasts_micros: 1_000_000,
            entries_max: 10,
        };
        let lent: Vec<_> = store.lease(&request).unwrap().into_iter().map(|lease| lease.key).collect();
        assert_eq!(lent, [entry("b")]);
        done(&store, Commit { agenda: vec![schedule("b"), schedule("d")], ..submit(3, case(1), 2) });
        let settled = Settlement { key: entry("b"), fence: 1, how: Settled::Done };
        done(&store, Commit { settles: vec![settled], ..Commit::nothing(hakodate()) });
        let lent: Vec<_> = store.lease(&request).unwrap().into_iter().map(|lease| lease.key).collect();
        assert_eq!((lent, names(&store)), (vec![entry("c")], "cd".to_owned()));
    }
}

/// Two municipalities take turns, so that what one looks for lies among what is the other's.
#[test]
fn the_leaf_of_every_record_is_found_in_stretches_and_in_the_tail() {
    let folder = tempfile::tempdir().unwrap();
    let (path, left) = (folder.path().join("city.db"), folder.path().join("left.db"));
    let store = open(&path);
    for n in 0..700 {
        let municipality = if n % 5 == 0 { sapporo() } else { hakodate() };
        done(&store, Commit { municipality, ..submit(n, case(n), 0) });
    }
    copy(&path, &left);
    assert!(number(&left, "SELECT count(*) FROM stretches") >= 4);
    for store in [&store, &read_only(&left)] {
        for (municipality, records) in [(hakodate(), 560), (sapporo(), 140)] {
            let mut leaves = vec![];
            let each = &mut |record: shinsei_core::record::RawRecord<'_>| {
                leaves.push(record.leaf());
                ControlFlow::Continue(())
            };
            store.read_log(municipality, Position(0), 1_000, each).unwrap();
            assert_eq!(leaves.len(), records);
            for first in (0..records).step_by(7) {
                for max in [1, 3, 1_000] {
                    let found = store.nodes(municipality, 0, first as u64, max).unwrap();
                    assert_eq!(found, leaves[first..records.min(first + max)], "{max} from {first}");
                }
            }
        }
    }
}

/// Short streams are read on the connection that writes, long ones partly: each page is the same.
#[test]
fn a_stream_is_read_whole_whatever_its_length() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("city.db"));
    for n in 0..150 {
        let mut one = submit(u128::from(n), case(1), n);
        if n == 20 {
            one.appends[0].records[0].payload = vec![b' '; 100_000];
        }
        done(&store, one);
    }
    let read = |after, max| {
        let mut seen = vec![];
        let visit = &mut |record: shinsei_core::record::RawRecord<'_>| {
            seen.push((record.version.0, record.payload.len()));
            ControlFlow::Continue(())
        };
        store.read_stream(hakodate(), case(1), Version(after), max, visit).unwrap();
        seen
    };
    let payload = |n: u64| if n == 20 { 100_000 } else { format!("{{\"command\":{n}}}").len() };
    for (after, max) in
        [(0, 1), (0, 20), (0, 21), (0, 64), (30, 64), (30, 65), (30, 100), (0, 1_000), (149, 9)]
    {
        let last = (after + max).min(150);
        let wanted: Vec<_> = (after..last).map(|n| (n + 1, payload(n))).collect();
        assert_eq!(read(after, usize::try_from(max).unwrap()), wanted, "{max} after {after}");
    }
    assert_eq!(read(150, 10), []);
}

/// A visitor must not call the store; one that does waits for nobody all the same.
#[test]
fn a_visitor_that_calls_the_store_does_not_wait_for_itself() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("city.db"));
    for n in 0..100 {
        done(&store, submit(u128::from(n), case(1), n));
    }
    let mut seen = 0;
    store
        .read_stream(hakodate(), case(1), Version(0), 1_000, &mut |record| {
            seen += 1;
            done(&store, submit(1_000 + u128::from(record.version.0), case(2), record.version.0 - 1));
            let inner =
                store.read_stream(hakodate(), case(2), Version(0), 1, &mut |_| ControlFlow::Break(()));
            inner.unwrap();
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!((seen, check_log(&store, hakodate())), (100, 200));
}
