//! The erasure check as the desk says it.

use std::fs;
use std::sync::Arc;

use shinsei_conformance::FakeClock;
use shinsei_conformance::cluster::Cluster;
use shinsei_core::port::store::Store as _;
use shinsei_postgres::PostgresStore;
use shinsei_sqlite::SqliteStore;

use crate::kit::{Town, case, desk, hakodate, sqlite};

#[test]
fn on_sqlite_nothing_is_left_of_an_erased_case() {
    let clock = FakeClock::default();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let store = Arc::new(SqliteStore::open(&path, Arc::new(clock.clone())).unwrap());
    let town = Town::on(Arc::clone(&store) as _, &clock);
    town.submit(1..=3);
    store.erase(hakodate(), case(2).into()).unwrap();
    let known = folder.path().join("known.txt");
    let form = |n: u128| format!(r#""DO-001","applicant":"{}""#, case(n).0);
    fs::write(&known, form(2)).unwrap();
    let check =
        || desk(["--store", &sqlite(&path), "erasure-check", "--known", &known.display().to_string()]);
    assert_eq!(check(), (0, "no remnant of what was erased was found\n".to_owned()));
    fs::write(&known, format!("{}\r\n\n{}\n", form(2), form(1))).unwrap();
    let (status, told) = check();
    assert_eq!(status, 1);
    assert!(told.lines().all(|line| line.ends_with("the known text 2 stands in the file")), "{told}");
    let (status, told) = desk(["--store", &sqlite(&path), "erasure-check", "--json"]);
    assert_eq!((status, told.as_str()), (0, ""));
}

#[test]
fn on_postgresql_the_tables_are_rewritten_first() {
    let address = Cluster::shared().database();
    let clock = FakeClock::default();
    let store = Arc::new(PostgresStore::open(&address).unwrap().with_clock(Arc::new(clock.clone())));
    let town = Town::on(Arc::clone(&store) as _, &clock);
    town.submit(1..=3);
    store.erase(hakodate(), case(2).into()).unwrap();
    let store = format!("postgres:{address}");
    assert_eq!(desk(["--store", &store, "erasure-check", "--rows-only"]).0, 0);
    let (status, told) = desk(["--store", &store, "erasure-check"]);
    assert_eq!(status, 1);
    assert!(told.contains("rewrite the table: VACUUM (FULL)"), "{told}");
    let rewritten = desk(["--store", &store, "erasure-check", "--rewrite"]);
    assert_eq!(rewritten, (0, "no remnant of what was erased was found\n".to_owned()));
}
