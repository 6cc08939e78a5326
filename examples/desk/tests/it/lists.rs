//! A hand in the lists of cases: every row that it touched is named, and building them anew puts all right.

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use shinsei_conformance::FakeClock;
use shinsei_conformance::cluster::Cluster;
use shinsei_sqlite::SqliteStore;

use crate::kit::{Closed, Town, case, desk, sqlite};

/// Ten cases in a store, which is left.
fn town(path: &Path) -> Closed {
    let clock = FakeClock::default();
    let town = Town::on(Arc::new(SqliteStore::open(path, Arc::new(clock.clone())).unwrap()), &clock);
    town.submit(1..=10);
    town.close()
}

fn check(store: &str, lists: &str, rebuild: &[&str]) -> (i32, String) {
    desk([&["--store", store, "check-lists", lists], rebuild].concat())
}

const WELL: &str = "012025: the lists say what the log says\n";
const WRONG: &str = "012025: the lists are NOT what the log says; --rebuild puts them right\n";

#[test]
fn rows_that_a_hand_touched_are_named_and_a_rebuild_puts_them_right() {
    let folder = tempfile::tempdir().unwrap();
    let (path, lists_path) = (folder.path().join("city.db"), folder.path().join("lists.db"));
    let _town = town(&path);
    let (store, lists) = (sqlite(&path), sqlite(&lists_path));
    let (status, told) = check(&store, &lists, &[]);
    assert_eq!(
        (status, told.trim_end().ends_with("lists.db is not there; check-lists --rebuild makes it")),
        (2, true),
        "{told}"
    );
    assert_eq!(check(&store, &lists, &["--rebuild"]), (0, WELL.to_owned()));
    let three = case(3);
    let missing = format!("012025: case {three} is not found where it belongs\n");
    let of_three = "id = x'00000000000000000000000000000003'";
    for (statements, said) in [
        (
            format!("UPDATE cases SET body = replace(body, '審査', '終了') WHERE {of_three}"),
            format!("012025: the row of case {three} is not what the case has become\n"),
        ),
        (format!("UPDATE cases SET division = 'ELSEWHERE' WHERE {of_three}"), missing.clone()),
        (format!("UPDATE cases SET is_open = 0 WHERE {of_three}"), missing.clone()),
        (format!("UPDATE cases SET receipt = NULL WHERE {of_three}"), missing.clone()),
        (format!("UPDATE cases SET applicant = zeroblob(16) WHERE {of_three}"), missing.clone()),
        (
            format!("DELETE FROM cases WHERE {of_three}"),
            format!("{missing}012025: 9 cases of DO-001 are counted as UnderReview, and there are 10\n"),
        ),
        (
            format!("UPDATE cases SET due = due - 1 WHERE {of_three}"),
            format!("012025: case {three} stands at another place of a list\n"),
        ),
        (
            "INSERT INTO cases SELECT generation, zeroblob(16), is_open, division, officer, applicant, receipt, procedure,
                 state, due, arrived_at, replace(body, '000000000003', '000000000000') FROM cases
             WHERE id = x'00000000000000000000000000000003'"
                .to_owned(),
            format!(
                "012025: case {} is found where it does not belong\n\
                 012025: 11 cases of DO-001 are counted as UnderReview, and there are 10\n",
                case(0)
            ),
        ),
    ] {
        Connection::open(&lists_path).unwrap().execute_batch(&statements).unwrap();
        assert_eq!(check(&store, &lists, &[]), (1, format!("{said}{WRONG}")), "{statements}");
        assert_eq!(check(&store, &lists, &["--rebuild"]), (0, WELL.to_owned()), "{statements}");
    }
    assert_eq!(check(&store, &lists, &[]), (0, WELL.to_owned()));
}

#[test]
fn lists_on_postgres_are_held_against_a_log_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let _town = town(&path);
    let address = Cluster::shared().database();
    let (store, lists) = (sqlite(&path), format!("postgres:{address}"));
    assert_eq!(check(&store, &lists, &["--rebuild"]), (0, WELL.to_owned()));
    Cluster::shared()
        .sql(&address, "UPDATE shinsei_lists.cases SET division = 'ELSEWHERE' WHERE id::text LIKE '%3'");
    let missing = format!("012025: case {} is not found where it belongs\n", case(3));
    assert_eq!(check(&store, &lists, &[]), (1, format!("{missing}{WRONG}")));
}
