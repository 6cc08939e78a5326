//! Opening: what is refused, and with which words.

use std::sync::Arc;

use rusqlite::Connection;
use shinsei_conformance::FakeClock;
use shinsei_conformance::sample::{case, check_log, command, done, hakodate, submit};
use shinsei_core::port::store::{Guarantees, Store, StoreError, Writers};
use shinsei_sqlite::{OpenError, SchemaDifference, Settings, SqliteStore, SqliteView};

use crate::kit::open;

fn refused(path: &std::path::Path) -> OpenError {
    SqliteStore::open(path, Arc::new(FakeClock::default())).expect_err("it is refused")
}

#[test]
fn a_new_file_takes_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let store = open(&path);
    assert_eq!(store.guarantees(), Guarantees { durable: true, lanes: false, writers: Writers::One });
    let beside = Connection::open(&path).unwrap();
    let text = |pragma: &str| -> String { beside.query_row(pragma, [], |row| row.get(0)).unwrap() };
    let number = |pragma: &str| -> i64 { beside.query_row(pragma, [], |row| row.get(0)).unwrap() };
    assert_eq!(text("PRAGMA journal_mode"), "wal");
    assert_eq!(number("PRAGMA page_size"), 4096);
    assert_eq!(number("PRAGMA auto_vacuum"), 0);
    assert_eq!(number("PRAGMA user_version"), 2);
    assert_eq!(text("PRAGMA integrity_check"), "ok");
}

#[test]
fn the_wal_is_grown_at_open_and_does_not_grow_under_load() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let store = open(&path);
    let wal = folder.path().join("city.db-wal");
    let length = || wal.metadata().unwrap().len();
    let grown = length();
    assert!(grown >= 2_000 * 4_096, "{grown}");
    for n in 0..300 {
        done(&store, submit(n, case(n), 0));
    }
    assert_eq!(length(), grown);
}

/// Commits until the WAL is begun anew, which changes the salt in its header; false when that does not happen.
fn begins_anew(store: &SqliteStore, wal: &std::path::Path, from: u128, commits_max: u128) -> bool {
    let salt = || std::fs::read(wal).unwrap()[16..24].to_vec();
    let before = salt();
    (from..from + commits_max).any(|n| {
        done(store, submit(n, case(n), 0));
        n % 64 == 0 && salt() != before
    })
}

#[test]
fn the_wal_is_copied_beside_the_commits_and_waits_for_who_reads_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let settings = Settings { checkpoint_pages: 100, ..Settings::default() };
    let store = SqliteStore::open_with(&path, Arc::new(FakeClock::default()), settings).unwrap();
    let wal = folder.path().join("city.db-wal");
    assert!(begins_anew(&store, &wal, 0, 20_000));
    let beside = Connection::open(&path).unwrap();
    beside.execute_batch("BEGIN; SELECT count(*) FROM records").unwrap();
    assert!(!begins_anew(&store, &wal, 20_000, 300));
    beside.execute_batch("COMMIT").unwrap();
    assert!(begins_anew(&store, &wal, 30_000, 20_000));
}

#[test]
fn reopening_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let store = open(&path);
    let receipts: Vec<_> = (0..20).map(|n| done(&store, submit(n, case(n), 0))).collect();
    let head = store.head(hakodate()).unwrap();
    drop(store);
    let store = open(&path);
    assert_eq!(store.head(hakodate()).unwrap(), head);
    assert_eq!(check_log(&store, hakodate()), 20);
    for (n, receipt) in (0..).zip(receipts) {
        let found = store.find(hakodate(), command(n)).unwrap().unwrap();
        assert_eq!((found.receipt, found.digest), (receipt, Some([7; 32])));
    }
    let next = done(&store, submit(20, case(20), 0));
    assert_eq!((next.first.0, next.numbers[0].1.value), (21, 21));
}

#[test]
fn a_second_writer_is_refused_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let store = open(&path);
    let error = refused(&path);
    assert!(matches!(error, OpenError::InUse { .. }), "{error:?}");
    assert!(error.to_string().ends_with("is already open for writing; one process at a time may write"));
    let link = folder.path().join("link.db");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(matches!(refused(&link), OpenError::InUse { .. }));
    }
    drop(store);
    assert_eq!(open(&path).head(hakodate()).unwrap().size, 0);
}

#[test]
fn a_reader_reads_beside_the_writer_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let clock = || Arc::new(FakeClock::default());
    let absent = SqliteStore::open_reader(&path, clock()).expect_err("it is refused");
    assert!(matches!(absent, OpenError::Inaccessible { .. }), "{absent:?}");
    let store = open(&path);
    let reader = SqliteStore::open_reader(&path, clock()).unwrap();
    let receipt = done(&store, submit(1, case(1), 0));
    assert_eq!(reader.find(hakodate(), command(1)).unwrap().unwrap().receipt, receipt);
    let refused = reader.commit(&[submit(2, case(2), 0)]);
    assert!(matches!(refused, Err(StoreError::ReadOnly { .. })), "{refused:?}");
    drop((reader, store));
    let alone = SqliteStore::open_reader(&path, clock()).unwrap();
    assert_eq!(alone.find(hakodate(), command(1)).unwrap().unwrap().receipt, receipt);
}

#[test]
fn a_lock_of_another_process_is_waited_for_and_then_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let settings = Settings { busy_max: std::time::Duration::from_millis(20), ..Settings::default() };
    let store = SqliteStore::open_with(&path, Arc::new(FakeClock::default()), settings).unwrap();
    let hand = Connection::open(&path).unwrap();
    hand.execute_batch("BEGIN IMMEDIATE").unwrap();
    let busy = store.commit(&[submit(1, case(1), 0)]);
    assert!(matches!(&busy, Err(error @ StoreError::Unavailable { .. }) if error.is_transient()), "{busy:?}");
    hand.execute_batch("ROLLBACK").unwrap();
    assert_eq!(done(&store, submit(1, case(1), 0)).first.0, 1);
}

#[test]
fn what_is_no_store_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("letter.txt");
    std::fs::write(&text, "拝啓 ".repeat(1_000)).unwrap();
    assert!(matches!(refused(&text), OpenError::NotADatabase { .. }));
    assert_eq!(std::fs::read_to_string(&text).unwrap(), "拝啓 ".repeat(1_000));
    let beside: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(beside, ["letter.txt"], "nothing is left beside it");

    let foreign = folder.path().join("foreign.db");
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE theirs (n INTEGER)").unwrap();
    let theirs = std::fs::read(&foreign).unwrap();
    assert!(matches!(refused(&foreign), OpenError::Foreign { .. }));
    assert!(matches!(SqliteView::open(&foreign), Err(OpenError::Foreign { .. })));
    assert_eq!(std::fs::read(&foreign).unwrap(), theirs);
    let mut beside: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    beside.sort_unstable();
    assert_eq!(beside, ["foreign.db", "letter.txt"], "nothing is left beside another application's database");

    let nowhere = folder.path().join("no/such/folder/city.db");
    assert!(matches!(refused(&nowhere), OpenError::Inaccessible { .. }));
    assert!(matches!(refused(folder.path()), OpenError::Inaccessible { .. }));
}

#[test]
fn a_damaged_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    drop(open(&path));
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100..4096].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    let error = refused(&path);
    assert!(matches!(error, OpenError::Corrupt { .. }), "{error:?}");
    assert!(error.to_string().ends_with("city.db is corrupt; restore it from a backup"));
}

#[test]
fn a_newer_schema_and_other_pages_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    drop(open(&path));
    let hand = Connection::open(&path).unwrap();
    hand.pragma_update(None, "user_version", 3).unwrap();
    assert!(matches!(refused(&path), OpenError::SchemaVersion { found: 3, known: 2, .. }));
    hand.execute_batch(
        "PRAGMA user_version = 2; PRAGMA journal_mode = DELETE; PRAGMA page_size = 8192; VACUUM",
    )
    .unwrap();
    drop(hand);
    let error = refused(&path);
    assert!(matches!(&error, OpenError::SettingRefused { setting: "page_size", .. }), "{error:?}");
}

#[test]
fn a_clock_that_steps_back_too_far_is_suspect() {
    let folder = tempfile::tempdir().unwrap();
    let clock = FakeClock::default();
    let settings =
        Settings { clock_step_back_max: std::time::Duration::from_millis(500), ..Settings::default() };
    let path = folder.path().join("city.db");
    let store = SqliteStore::open_with(&path, Arc::new(clock.clone()), settings).unwrap();
    let first = done(&store, submit(1, case(1), 0));
    clock.advance(-500_000);
    assert_eq!(done(&store, submit(2, case(2), 0)).recorded_at, first.recorded_at);
    clock.advance(-1);
    let suspect = store.commit(&[submit(3, case(3), 0)]);
    assert!(matches!(suspect, Err(StoreError::ClockSuspect { last, .. }) if last == first.recorded_at));
    assert_eq!(check_log(&store, hakodate()), 2);
}

#[test]
fn a_row_changed_by_hand_is_corruption_or_moves_the_tree() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let store = open(&path);
    for n in 0..5 {
        done(&store, submit(n, case(n), 0));
    }
    let hand = Connection::open(&path).unwrap();
    hand.execute_batch("DELETE FROM records WHERE place & 0xffffffffff = 3").unwrap();
    let gap =
        store.read_log(hakodate(), Default::default(), 10, &mut |_| std::ops::ControlFlow::Continue(()));
    assert_eq!(
        gap.unwrap_err().to_string(),
        "the store is corrupt: the log has no position 3; restore it from a backup"
    );
    hand.execute_batch("UPDATE municipalities SET frontier = x'00'").unwrap();
    assert!(matches!(store.head(hakodate()), Err(StoreError::Corrupt { .. })));
    assert!(matches!(store.commit(&[submit(9, case(9), 0)]), Err(StoreError::Corrupt { .. })));
}

/// Alters the schema of a file by hand, has it opened for writing and for reading, and says what both say of it.
fn altered(path: &std::path::Path, statements: &str) -> (SchemaDifference, String, String) {
    drop(open(path));
    let hand = Connection::open(path).unwrap();
    hand.execute_batch(statements).unwrap();
    drop(hand);
    let before = std::fs::read(path).unwrap();
    let to_read = SqliteStore::open_reader(path, Arc::new(FakeClock::default())).expect_err("it is refused");
    let to_write = refused(path);
    assert_eq!(to_read.to_string(), to_write.to_string());
    assert_eq!(std::fs::read(path).unwrap(), before, "nothing in it was changed");
    match to_write {
        OpenError::SchemaDiffers { difference, kind, name, .. } => (difference, kind, name),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_schema_that_a_hand_altered_is_refused() {
    use SchemaDifference::{Altered, Foreign, Missing};
    let folder = tempfile::tempdir().unwrap();
    for (n, (statements, difference, kind, name)) in [
        (
            "CREATE TRIGGER quiet AFTER INSERT ON records BEGIN DELETE FROM records WHERE place = NEW.place; END",
            Foreign,
            "trigger",
            "quiet",
        ),
        (
            "CREATE TRIGGER quiet AFTER INSERT ON records BEGIN SELECT 1; END;
             PRAGMA writable_schema = ON;
             UPDATE sqlite_schema SET name = 'sqlite_quiet', sql = replace(sql, 'quiet', 'sqlite_quiet')
             WHERE name = 'quiet'",
            Foreign,
            "trigger",
            "sqlite_quiet",
        ),
        ("CREATE TABLE theirs (n INTEGER)", Foreign, "table", "theirs"),
        ("CREATE INDEX theirs ON records (stream)", Foreign, "index", "theirs"),
        ("CREATE VIEW theirs AS SELECT payload FROM records", Foreign, "view", "theirs"),
        ("DROP INDEX documents_by_id", Missing, "index", "documents_by_id"),
        ("DROP TABLE waiting", Missing, "table", "waiting"),
        ("DROP TABLE nodes", Missing, "table", "nodes"),
        ("DROP TABLE accesses", Missing, "table", "accesses"),
        ("ALTER TABLE records ADD COLUMN theirs INTEGER", Altered, "table", "records"),
        (
            "DROP INDEX documents_by_id; CREATE INDEX documents_by_id ON documents (municipality, document)",
            Altered,
            "index",
            "documents_by_id",
        ),
        ("ALTER TABLE series RENAME TO theirs", Missing, "table", "series"),
    ]
    .into_iter()
    .enumerate()
    {
        let told = altered(&folder.path().join(format!("{n}.db")), statements);
        assert_eq!(told, (difference, kind.to_owned(), name.to_owned()), "{statements}");
    }
    assert_eq!(
        refused(&folder.path().join("6.db")).to_string(),
        format!(
            "{} was altered: the table \"waiting\" is missing; restore it from a backup or by hand, nothing in it was changed",
            folder.path().join("6.db").display()
        )
    );
}

#[test]
fn statistics_and_an_object_put_right_by_hand_are_no_alteration() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    drop(open(&path));
    let hand = Connection::open(&path).unwrap();
    hand.execute_batch("ANALYZE; VACUUM; CREATE TABLE theirs (n INTEGER)").unwrap();
    assert!(matches!(refused(&path), OpenError::SchemaDiffers { .. }));
    hand.execute_batch("DROP TABLE theirs").unwrap();
    drop(hand);
    assert_eq!(done(&open(&path), submit(1, case(1), 0)).first.0, 1);
}

/// A file of the first version is held against what that version has, and then brought up to date.
#[test]
fn a_file_of_an_earlier_version_is_held_against_that_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    drop(open(&path));
    let hand = Connection::open(&path).unwrap();
    hand.execute_batch("DROP TABLE accesses; PRAGMA user_version = 1; CREATE TABLE accesses (n INTEGER)")
        .unwrap();
    let told = match refused(&path) {
        OpenError::SchemaDiffers { difference, name, .. } => (difference, name),
        other => panic!("{other:?}"),
    };
    assert_eq!(told, (SchemaDifference::Foreign, "accesses".to_owned()));
    hand.execute_batch("DROP TABLE accesses").unwrap();
    drop(open(&path));
    assert_eq!(hand.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)).unwrap(), 2);
}
