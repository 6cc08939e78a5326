//! Every clause of the lists, on a file of their own; and what opening one refuses.

use std::path::PathBuf;

use shinsei_conformance::view::ViewUnderTest;
use shinsei_core::port::store::StoreError;
use shinsei_core::port::view::View;
use shinsei_sqlite::{OpenError, SchemaDifference, SqliteView};
use tempfile::TempDir;

use crate::kit;
use shinsei_conformance::sample::hakodate;

struct OnDisk {
    folder: TempDir,
}

impl OnDisk {
    fn path(&self) -> PathBuf {
        self.folder.path().join("lists.db")
    }
}

impl ViewUnderTest for OnDisk {
    fn open(&self) -> Box<dyn View + '_> {
        Box::new(SqliteView::open(self.path()).unwrap())
    }

    fn keeps(&self, bytes: &[u8]) -> Option<bool> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        let mut contents = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        Some(contents.any(|content| content.windows(bytes.len()).any(|window| window == bytes)))
    }
}

fn fresh() -> OnDisk {
    OnDisk { folder: tempfile::tempdir().unwrap() }
}

shinsei_conformance::view_suite!(fresh);

#[test]
fn one_process_follows_and_others_ask() {
    let lists = fresh();
    assert!(matches!(SqliteView::open_reader(lists.path()), Err(OpenError::Inaccessible { .. })));
    let writer = SqliteView::open(lists.path()).unwrap();
    assert!(matches!(SqliteView::open(lists.path()), Err(OpenError::InUse { .. })));
    let generation = writer.begin(hakodate(), 3).unwrap();
    let reader = SqliteView::open_reader(lists.path()).unwrap();
    assert_eq!(reader.standing(hakodate()).unwrap().building.unwrap().generation, generation);
    assert!(matches!(reader.begin(hakodate(), 3), Err(StoreError::ReadOnly { .. })));
}

#[test]
fn a_store_is_no_list_and_a_list_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let (store, lists) = (folder.path().join("city.db"), folder.path().join("lists.db"));
    drop((kit::open(&store), SqliteView::open(&lists).unwrap()));
    assert!(matches!(SqliteView::open(&store), Err(OpenError::Foreign { .. })));
    let clock = std::sync::Arc::new(shinsei_conformance::FakeClock::default());
    let refused = shinsei_sqlite::SqliteStore::open(&lists, clock);
    assert!(matches!(refused, Err(OpenError::Foreign { .. })));
}

#[test]
fn lists_that_a_hand_altered_are_refused() {
    use SchemaDifference::{Altered, Foreign, Missing};
    for (statements, difference, name) in [
        ("DROP TABLE generations", Missing, "generations"),
        ("DROP INDEX cases_by_urgency", Missing, "cases_by_urgency"),
        ("DROP TABLE names_1", Missing, "names_1"),
        ("DROP INDEX names_2_of_case", Missing, "names_2_of_case"),
        ("ALTER TABLE names_1 ADD COLUMN theirs TEXT", Altered, "names_1"),
        ("CREATE TABLE names_3 (n INTEGER)", Foreign, "names_3"),
        ("CREATE TRIGGER quiet AFTER INSERT ON names_1 BEGIN DELETE FROM cases; END", Foreign, "quiet"),
    ] {
        let lists = fresh();
        let writer = SqliteView::open(lists.path()).unwrap();
        let generation = writer.begin(hakodate(), 3).unwrap();
        writer.swap(hakodate(), generation).unwrap();
        writer.begin(hakodate(), 3).unwrap();
        drop(writer);
        drop(SqliteView::open_reader(lists.path()).unwrap());
        drop(SqliteView::open(lists.path()).unwrap());
        rusqlite::Connection::open(lists.path()).unwrap().execute_batch(statements).unwrap();
        for refused in [SqliteView::open(lists.path()), SqliteView::open_reader(lists.path())] {
            let Err(OpenError::SchemaDiffers { difference: told, name: of, .. }) = &refused else {
                panic!("{refused:?}")
            };
            assert_eq!((*told, of.as_str()), (difference, name), "{statements}");
        }
    }
}
