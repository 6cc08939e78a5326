//! A hand in the database, with `psql`, behind the store's back.

use std::sync::Arc;

use shinsei_conformance::FakeClock;
use shinsei_conformance::cluster::Cluster;
use shinsei_postgres::PostgresStore;

use crate::kit::{Closed, Town};

/// Ten cases of three records each, witnessed at the end.
fn town() -> (Closed, String) {
    let address = Cluster::shared().database();
    let clock = FakeClock::default();
    let store = Arc::new(PostgresStore::open(&address).unwrap().with_clock(Arc::new(clock.clone())));
    let town = Town::on(store, &clock);
    town.submit(1..=10);
    town.witness();
    (town.close(), address)
}

#[track_caller]
fn found(statements: &str, said: &str) {
    let (town, address) = town();
    Cluster::shared().sql(&address, statements);
    let (status, told) = town.verify_log(&format!("postgres:{address}"));
    assert_eq!((status, told.lines().next().unwrap_or_default()), (1, said), "{told}");
}

#[test]
fn a_log_that_nobody_touched_is_well() {
    let (town, address) = town();
    let (status, told) = town.verify_log(&format!("postgres:{address}"));
    assert_eq!(
        (status, told.trim_end()),
        (0, "012025: nothing was altered in 40 records, as a witnessed head of 40 shows")
    );
}

#[test]
fn edited_deleted_swapped_inserted_and_cut_rows_are_named() {
    found(
        "UPDATE shinsei.records SET payload = '{}' WHERE position = 15",
        "012025: record 15 was edited: it is not what was recorded",
    );
    found(
        "DELETE FROM shinsei.records WHERE position = 12",
        "012025: record 12 cannot be read: the log has no position 12",
    );
    found(
        "UPDATE shinsei.records SET position = CASE position WHEN 4 THEN 129 ELSE 104 END WHERE position IN (4, 29);
         UPDATE shinsei.records SET position = position - 100 WHERE position > 100",
        "012025: record 4 was swapped with record 29",
    );
    found(
        "UPDATE shinsei.records SET position = position + 1001 WHERE position >= 12;
         UPDATE shinsei.records SET position = position - 1000 WHERE position > 1000;
         INSERT INTO shinsei.records (position, version, recorded_at, municipality, kind, stream, leaf, command, payload)
         SELECT 12, 99, recorded_at, municipality, kind, stream, leaf, command, payload
         FROM shinsei.records WHERE position = 11",
        "012025: record 12 was inserted, and those after it moved down",
    );
    found(
        "DELETE FROM shinsei.records WHERE position > 15",
        "012025: the log was cut off before record 16: a witnessed head has 40 records",
    );
    found(
        "DELETE FROM shinsei.records; DELETE FROM shinsei.municipalities",
        "012025: the log was cut off before record 1: a witnessed head has 40 records",
    );
}

#[test]
fn what_is_kept_beside_the_records_is_held_against_them() {
    found(
        "UPDATE shinsei.series SET last = 99",
        "012025: the last number that is kept of receipt-R08 is 99, and that of the records is 10: the next one would not follow",
    );
    found(
        "UPDATE shinsei.municipalities SET recorded_at = recorded_at + 86400000000",
        "012025: the time that is kept of the last record is 2026-05-08T06:04:00Z, and is not that of record 40",
    );
    let of_record_4 = "command = (SELECT command FROM shinsei.records WHERE position = 4)";
    found(
        &format!("UPDATE shinsei.commands SET first = 1 WHERE {of_record_4}"),
        "012025: the receipt that is kept of the command of record 4 is not what its records say",
    );
    found(
        &format!("DELETE FROM shinsei.commands WHERE {of_record_4}"),
        "012025: the command of record 4 is not known: sent again, it would take effect again",
    );
    found(
        "UPDATE shinsei.municipalities SET size = 20",
        "012025: the log gives itself a head of 20 records that is not that of its records",
    );
}
