//! A hand in the SQLite file, with `rusqlite`, behind the store's back.

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::Connection;
use shinsei_conformance::FakeClock;
use shinsei_sqlite::SqliteStore;

use crate::kit::{Closed, Town, desk, sqlite};

/// Ten cases of three records each, witnessed at 20 and at 30.
fn town() -> (Closed, PathBuf) {
    let clock = FakeClock::default();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let store = Arc::new(SqliteStore::open(&path, Arc::new(clock.clone())).unwrap());
    let town = Town::on(store, &clock);
    town.submit(1..=5);
    town.witness();
    town.submit(6..=10);
    town.witness();
    let closed = town.close();
    let kept = closed.path("city.db");
    std::fs::copy(&path, &kept).unwrap();
    (closed, kept)
}

/// What the desk says after statements by hand.
fn after(statements: &str) -> (i32, String) {
    let (town, path) = town();
    let hand = Connection::open(&path).unwrap();
    hand.execute_batch(statements).unwrap();
    drop(hand);
    town.verify_log(&sqlite(&path))
}

#[track_caller]
fn found(statements: &str, said: &str) {
    let (status, told) = after(statements);
    assert_eq!((status, told.lines().next().unwrap_or_default()), (1, said), "{told}");
}

#[test]
fn a_log_that_nobody_touched_is_well_and_says_how_far_it_was_witnessed() {
    let (town, path) = town();
    let store = sqlite(&path);
    let (status, told) = town.verify_log(&store);
    assert_eq!(
        (status, told.trim_end()),
        (0, "012025: nothing was altered in 40 records, as a witnessed head of 40 shows")
    );
    let (status, told) = desk(["--store", &store, "verify-log"]);
    assert_eq!(status, 0);
    assert!(
        told.contains("Without a witnessed head (--head) this shows internal consistency only"),
        "{told}"
    );
    let (status, told) = desk(["--store", &store, "verify-log", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(
        (status, &told["records"], &told["well"], &told["witnessed"]),
        (0, &40.into(), &true.into(), &serde_json::Value::Null)
    );
}

#[test]
fn an_edited_row_is_named() {
    found(
        "UPDATE records SET payload = x'7b7d' WHERE place & 0xffffffffff = 15",
        "012025: record 15 was edited: it is not what was recorded",
    );
    found(
        "UPDATE records SET recorded_at = recorded_at - 1 WHERE place & 0xffffffffff = 3",
        "012025: record 3 was edited: it is not what was recorded",
    );
    found(
        "UPDATE records SET number = 99 WHERE place & 0xffffffffff = 2",
        "012025: record 2 was edited: it is not what was recorded",
    );
    found(
        "UPDATE records SET stream = (SELECT stream FROM records WHERE place & 0xffffffffff = 1), version = 9
         WHERE place & 0xffffffffff = 29",
        "012025: record 29 was edited: it is not what was recorded",
    );
}

#[test]
fn a_deleted_row_is_named_and_so_is_one_whose_neighbours_moved_up() {
    found(
        "DELETE FROM records WHERE place & 0xffffffffff = 12",
        "012025: record 12 cannot be read: the log has no position 12",
    );
    found(
        "DELETE FROM records WHERE place & 0xffffffffff = 12;
         UPDATE records SET place = place - 1 WHERE place & 0xffffffffff > 12;
         UPDATE municipalities SET size = 39, frontier = (SELECT substr(frontier, 1, 128) FROM municipalities)",
        "012025: record 12 was deleted, and those after it moved up",
    );
}

#[test]
fn swapped_and_inserted_rows_are_named() {
    let swap = "UPDATE records SET place = -1 WHERE place & 0xffffffffff = 4 AND place > 0;
        UPDATE records SET place = place - 25 WHERE place & 0xffffffffff = 29;
        UPDATE records SET place = (SELECT max(place) - 11 FROM records) WHERE place = -1";
    found(swap, "012025: record 4 was swapped with record 29");
    let insert = "UPDATE records SET place = -place WHERE place & 0xffffffffff >= 12;
        UPDATE records SET place = 1 - place WHERE place < 0;
        INSERT INTO records SELECT place + 1, municipality, stream, 99, recorded_at, command, kind, NULL, NULL, payload
            FROM records WHERE place & 0xffffffffff = 11";
    found(insert, "012025: record 12 was inserted, and those after it moved down");
}

#[test]
fn what_is_kept_of_the_tree_is_held_against_the_records_too() {
    found(
        "UPDATE commands SET leaves = x'00' WHERE first = 13",
        "012025: record 13 cannot be read: a blob has not 32 bytes for each hash",
    );
    found(
        "UPDATE municipalities SET frontier = x'00'",
        "012025: the head that the log gives for itself cannot be read: the tree in a head row does not fit its size",
    );
    found(
        "UPDATE municipalities SET frontier = zeroblob(64)",
        "012025: the log gives itself a head of 40 records that is not that of its records",
    );
}

#[test]
fn what_is_kept_for_the_next_commit_is_held_against_the_records() {
    let (series, what) = ("receipt-R08", "would not follow");
    let differs = |kept: u64| {
        format!(
            "012025: the last number that is kept of {series} is {kept}, and that of the records is 10: the next one {what}"
        )
    };
    found("UPDATE series SET last = 99", &differs(99));
    found("UPDATE series SET last = 3", &differs(3));
    found("DELETE FROM series", &differs(0));
    found(
        "UPDATE municipalities SET recorded_at = recorded_at + 86400000000",
        "012025: the time that is kept of the last record is 2026-05-08T06:04:00Z, and is not that of record 40",
    );
}

#[test]
fn the_receipt_of_a_command_is_held_against_its_records() {
    let differs = "012025: the receipt that is kept of the command of record 4 is not what its records say";
    let of_record_4 = "(municipality, command) = (
        SELECT municipality, command FROM records WHERE place & 0xffffffffff = 4)";
    let its_row = format!("ordinal = (SELECT ordinal FROM command_ids WHERE {of_record_4})");
    found(&format!("UPDATE commands SET records = 2 WHERE {its_row}"), differs);
    let unkept = "012025: record 4 cannot be read: no command has the leaf of position 4";
    found(&format!("UPDATE commands SET first = 1 WHERE {its_row}"), unkept);
    found(&format!("DELETE FROM commands WHERE {its_row}"), unkept);
    found(&format!("UPDATE command_ids SET ordinal = 1 WHERE {of_record_4}"), differs);
    found(
        &format!("DELETE FROM command_ids WHERE {of_record_4}"),
        "012025: the command of record 4 is not known: sent again, it would take effect again",
    );
}

#[test]
fn a_log_that_was_cut_off_is_told_with_its_head_row_set_back_too() {
    let cut = "DELETE FROM records WHERE place & 0xffffffffff > 20";
    found(cut, "012025: the log was cut off before record 21: a witnessed head has 40 records");
    // A tree of 20 records has two roots, as one of 40 has.
    let set_back = format!("{cut}; UPDATE municipalities SET size = 20");
    found(&set_back, "012025: the log was cut off before record 21: a witnessed head has 40 records");
    found(
        "DELETE FROM records; DELETE FROM municipalities",
        "012025: the log was cut off before record 1: a witnessed head has 20 records",
    );
}

#[test]
fn documents_are_held_against_their_records() {
    let (status, told) = after("UPDATE documents SET content = x'00' WHERE ordinal = 1");
    assert_eq!(status, 1);
    assert!(told.contains("is not the one that record 1 refers to"), "{told}");
    let (status, told) =
        after("UPDATE documents SET stream = x'0100000000000000000000000000000000' WHERE ordinal = 1");
    assert_eq!(status, 1);
    assert!(told.contains("is not kept with the case of record 1, which refers to it"), "{told}");
    let (status, told) = after("UPDATE documents SET erased = 1, salt = zeroblob(16) WHERE ordinal = 1");
    assert_eq!(status, 1);
    assert!(told.contains("of record 1 is missing, and no disposal covers it"), "{told}");
}

#[test]
fn a_schema_that_a_hand_altered_is_named_before_a_record_is_read() {
    for (statements, said) in [
        (
            "CREATE TRIGGER quiet AFTER INSERT ON records BEGIN DELETE FROM records WHERE place = NEW.place; END",
            "city.db was altered: the trigger \"quiet\" was not made by this library; restore it from a backup or by hand, \
             nothing in it was changed",
        ),
        (
            "DROP TABLE nodes",
            "city.db was altered: the table \"nodes\" is missing; restore it from a backup or by hand, nothing in it was changed",
        ),
    ] {
        let (status, told) = after(statements);
        assert_eq!(status, 2, "{told}");
        assert!(told.trim_end().ends_with(said), "{told}");
    }
}

#[test]
fn a_wal_that_was_lost_shows_only_against_a_witnessed_head() {
    let clock = FakeClock::default();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let town = Town::on(Arc::new(SqliteStore::open(&path, Arc::new(clock.clone())).unwrap()), &clock);
    town.submit(1..=5);
    let copied = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
    assert_eq!(Connection::open(&path).unwrap().query_row("PRAGMA wal_checkpoint", [], copied).unwrap(), 0);
    town.submit(6..=10);
    town.witness();
    let alone = folder.path().join("alone.db");
    std::fs::copy(&path, &alone).unwrap();
    let (closed, store) = (town.close(), sqlite(&alone));
    let (status, told) = desk(["--store", &store, "verify-log"]);
    assert_eq!(status, 0, "{told}");
    let (status, told) = closed.verify_log(&store);
    let said = "012025: the log was cut off before record 21: a witnessed head has 40 records";
    assert_eq!((status, told.lines().next().unwrap_or_default()), (1, said), "{told}");
}

#[test]
fn heads_of_others_are_not_believed() {
    let (town, path) = town();
    let store = sqlite(&path);
    let heads = town.path("heads.txt").display().to_string();
    let stranger = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let (status, told) = desk(["--store", &store, "verify-log", "--head", &heads, "--key", stranger]);
    assert_eq!(
        (status, told.trim_end()),
        (2, "desk: head 1 of the file is not signed by any of the keys that were given")
    );
    let (status, told) = desk(["--store", &store, "verify-log", "--head", "/nonexistent"]);
    assert_eq!(status, 2);
    assert!(told.starts_with("desk: /nonexistent could not be read"), "{told}");
}

#[test]
fn what_cannot_be_asked_is_said() {
    for (arguments, said) in [
        (&["verify-log"][..], "desk: --store says where the log is kept; see --help"),
        (&["--store", "city.db", "verify-log"], "desk: a store is sqlite:PATH or postgres:URL, not city.db"),
        (&["--store", "sqlite:x"], "desk: what is to be done? See --help"),
        (&["--store", "sqlite:x", "verify"], "desk: verify is nothing that can be done; see --help"),
        (&["--store", "sqlite:x", "export"], "desk: export says where to: the folder of the bundle"),
        (&["verify-bundle", "a", "b"], "desk: unexpected argument \"b\""),
        (&["--store", "sqlite:x", "verify-log", "b"], "desk: unexpected argument \"b\""),
        (&["--store", "sqlite:x", "verify-bundle", "a"], "desk: verify-bundle has no --store; see --help"),
        (
            &["--store", "sqlite:x", "verify-log", "--years", "5"],
            "desk: verify-log has no --years; see --help",
        ),
        (
            &["--store", "sqlite:x", "forget-accesses", "--years", "five"],
            "desk: --years is a whole number of years, such as 5",
        ),
    ] {
        let (status, told) = desk(arguments);
        assert_eq!((status, told.trim_end()), (2, said));
    }
    let (status, told) = desk(["--help"]);
    assert_eq!((status, told.starts_with("Usage: desk ")), (0, true));
}
