//! Bundles exported and verified by the desk.

use std::fs;
use std::sync::Arc;

use shinsei_conformance::FakeClock;
use shinsei_sqlite::SqliteStore;

use crate::kit::{Closed, Town, case, desk, sqlite};

/// Three cases, witnessed after the second.
fn town() -> (Closed, String) {
    let clock = FakeClock::default();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let store = Arc::new(SqliteStore::open(&path, Arc::new(clock.clone())).unwrap());
    let town = Town::on(store, &clock);
    town.submit(1..=2);
    town.witness();
    town.submit(3..=3);
    let closed = town.close();
    fs::copy(&path, closed.path("city.db")).unwrap();
    let store = sqlite(&closed.path("city.db"));
    (closed, store)
}

fn verify(town: &Closed, bundle: &str) -> (i32, String) {
    let arguments = ["verify-bundle", bundle].map(str::to_owned).into_iter();
    desk(arguments.chain(town.witnessed()))
}

#[test]
fn a_whole_log_is_exported_and_verified_without_its_store() {
    let (town, store) = town();
    let bundle = town.path("bundle").display().to_string();
    let (status, told) = desk(["--store", &store, "export", &bundle]);
    assert_eq!(status, 0, "{told}");
    assert!(
        told.starts_with(&format!("{bundle}: 12 records and 6 documents, under the head of 12 records ")),
        "{told}"
    );
    fs::remove_file(town.path("city.db")).unwrap();
    let (status, told) = verify(&town, &bundle);
    let said = "012025: nothing was altered up to record 8, as a witnessed head shows; the 4 after it are consistent in \
                themselves and not witnessed yet\n";
    assert_eq!((status, told.as_str()), (0, said));
    let lines = fs::read_to_string(town.path("bundle/records.jsonl")).unwrap();
    fs::write(town.path("bundle/records.jsonl"), lines.replacen("\"quantity\":1", "\"quantity\":9", 1))
        .unwrap();
    let (status, told) = verify(&town, &bundle);
    assert_eq!(status, 1);
    assert!(told.starts_with("012025: record 1 was edited: it is not what was recorded\n"), "{told}");
    let (status, told) = desk(["verify-bundle", &bundle, "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((status, &told["findings"][0]["code"]), (1, &"edited".into()));
}

#[test]
fn a_case_is_exported_pinned_by_the_last_head_and_verified() {
    let (town, store) = town();
    let bundle = town.path("bundle").display().to_string();
    let case = case(2).to_string();
    let export = ["--store", &store, "export", "--case", &case, &bundle].map(str::to_owned).into_iter();
    let (status, told) = desk(export.chain(town.witnessed()));
    assert_eq!(status, 0, "{told}");
    let (status, told) = verify(&town, &bundle);
    assert_eq!(status, 0, "{told}");
    assert!(told.contains("as a witnessed head shows"), "{told}");
    let unpinned = town.path("unpinned").display().to_string();
    assert_eq!(desk(["--store", &store, "export", "--case", &case, &unpinned]).0, 0);
    let (status, told) = verify(&town, &unpinned);
    assert_eq!(status, 1, "{told}");
    assert!(told.contains("no witnessed head that was given is of it"), "{told}");
    assert_eq!(desk(["verify-bundle", &unpinned]).0, 0);
}

#[test]
fn what_cannot_be_exported_is_said() {
    let (town, store) = town();
    let bundle = town.path("bundle").display().to_string();
    let unknown = case(99).to_string();
    let (status, told) = desk(["--store", &store, "export", "--case", &unknown, &bundle]);
    assert_eq!((status, told.as_str()), (2, "desk: the store has no records of what was asked for\n"));
    fs::create_dir(town.path("bundle")).unwrap();
    let (status, told) = desk(["--store", &store, "export", &bundle]);
    assert_eq!(
        (status, told),
        (2, format!("desk: {bundle} is there already; choose another place or move it away\n"))
    );
    let (status, told) = desk(["verify-bundle", &bundle]);
    assert_eq!(status, 2, "{told}");
}
