//! Heads witnessed by the desk itself, with no service at hand.

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use shinsei_conformance::FakeClock;
use shinsei_sqlite::SqliteStore;

use crate::kit::{Town, desk, sqlite};

fn witness(store: &str, folder: &Path) -> (i32, String) {
    let (seed, heads) = (folder.join("seed"), folder.join("heads"));
    desk(["--store", store, "witness", "--seed", &seed.to_string_lossy(), &heads.to_string_lossy()])
}

#[test]
fn a_file_of_heads_is_kept_by_the_desk_and_refuses_a_log_that_was_altered() {
    let (clock, folder) = (FakeClock::default(), tempfile::tempdir().unwrap());
    let path = folder.path().join("city.db");
    let town = Town::on(Arc::new(SqliteStore::open(&path, Arc::new(clock.clone())).unwrap()), &clock);
    let store = sqlite(&path);
    town.submit(1..=2);
    let (status, first) = witness(&store, folder.path());
    let key = first.trim_end().rsplit_once("--key ").unwrap().1.to_owned();
    assert_eq!(
        (status, first.starts_with("012025: the head of 8 records is witnessed; ")),
        (0, true),
        "{first}"
    );
    town.submit(3..=4);
    assert_eq!(witness(&store, folder.path()), (0, first.replace("of 8 records", "of 16 records")));
    let heads = folder.path().join("heads").display().to_string();
    let verify = || desk(["--store", &store, "verify-log", "--head", &heads, "--key", &key]);
    let well = "012025: nothing was altered in 16 records, as a witnessed head of 16 shows\n";
    assert_eq!(verify(), (0, well.to_owned()));
    town.close();
    let hand = Connection::open(&path).unwrap();
    hand.execute_batch(
        "DELETE FROM records WHERE place & 0xffffffffff > 12; UPDATE municipalities SET size = 12",
    )
    .unwrap();
    drop(hand);
    let (status, told) = verify();
    assert_eq!(
        (status, told.lines().next().unwrap()),
        (1, "012025: the log was cut off before record 13: a witnessed head has 16 records")
    );
    let before = std::fs::read(&heads).unwrap();
    let (status, told) = witness(&store, folder.path());
    assert_ne!(status, 0, "{told}");
    assert_eq!(std::fs::read(&heads).unwrap(), before, "nothing was added");
    std::fs::write(folder.path().join("seed"), "no secret").unwrap();
    let (status, told) = witness(&store, folder.path());
    assert_eq!(
        (status, told.trim_end().ends_with("does not hold 64 hexadecimal digits")),
        (2, true),
        "{told}"
    );
}

#[test]
fn a_log_that_was_taken_away_altogether_is_not_passed_over() {
    let (clock, folder) = (FakeClock::default(), tempfile::tempdir().unwrap());
    let path = folder.path().join("city.db");
    let town = Town::on(Arc::new(SqliteStore::open(&path, Arc::new(clock.clone())).unwrap()), &clock);
    town.submit(1..=2);
    assert_eq!(witness(&sqlite(&path), folder.path()).0, 0);
    town.close();
    let hand = Connection::open(&path).unwrap();
    hand.execute_batch("DELETE FROM records; DELETE FROM municipalities").unwrap();
    drop(hand);
    let before = std::fs::read(folder.path().join("heads")).unwrap();
    let (status, told) = witness(&sqlite(&path), folder.path());
    let said = "012025: the head of 0 records is NOT witnessed by desk: \
                8 records were witnessed and 0 are there: the log was cut off\n";
    assert_eq!((status, told.as_str()), (1, said));
    assert_eq!(std::fs::read(folder.path().join("heads")).unwrap(), before);
}

#[test]
fn what_cannot_be_witnessed_is_said_and_leaves_nothing() {
    let (clock, folder) = (FakeClock::default(), tempfile::tempdir().unwrap());
    let path = folder.path().join("city.db");
    let town = Town::on(Arc::new(SqliteStore::open(&path, Arc::new(clock.clone())).unwrap()), &clock);
    town.submit(1..=1);
    let store = sqlite(&path);
    assert_eq!(witness(&store, folder.path()).0, 0);
    let of = |name: &str| folder.path().join(name).display().to_string();
    let (seed, heads, other, nowhere) = (of("seed"), of("heads"), of("other"), of("no folder/seed"));
    let junk = ["--url", "junk", "--key", "desk+24d50943+BIkhPTsebdWe0vibRAcmPCws4erY+eRuEWvWpy6QJykU"];
    let cases: [(&str, &str, &[&str], String); 4] = [
        (
            &seed,
            &other,
            &["--municipality", "011002"],
            "the store holds no records of what was asked for".into(),
        ),
        (&other, &heads, &[], format!("{other} is not there; name the secret of the heads in {heads}")),
        (
            &nowhere,
            &other,
            &[],
            format!("{nowhere} could not be written: No such file or directory (os error 2)"),
        ),
        (
            &seed,
            &other,
            &junk,
            "--url junk: a URL must be absolute, http or https, without user and password".into(),
        ),
    ];
    let before = std::fs::read(&heads).unwrap();
    for (seed, heads, more, said) in cases {
        let (status, told) = desk([&["--store", &store, "witness", "--seed", seed, heads], more].concat());
        assert_eq!((status, told.trim_end()), (2, format!("desk: {said}").as_str()));
        assert!(!folder.path().join("other").exists(), "{said}");
    }
    assert_eq!(std::fs::read(&heads).unwrap(), before);
}
