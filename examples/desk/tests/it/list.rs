//! Officers' questions to the lists: what is due, whose case a number is, who is found by a name, how many stand where.

use std::sync::Arc;

use expect_test::expect;
use rusqlite::Connection;
use shinsei_conformance::FakeClock;
use shinsei_conformance::cluster::Cluster;
use shinsei_core::time::Timestamp;
use shinsei_sqlite::SqliteStore;
use tempfile::TempDir;

use crate::kit::{Town, desk, sqlite};

/// A store with cases of 2020, which are past their days whenever this runs, and some of 2090, which are not; and lists of them.
struct Listed {
    town: Town,
    folder: TempDir,
    store: String,
    lists: String,
}

impl Listed {
    fn new(lists: impl FnOnce(&TempDir) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (path, clock) = (folder.path().join("city.db"), FakeClock::default());
        clock.set(Timestamp::from_jst(2020, 4, 1, 9, 0).unwrap());
        let town = Town::on(Arc::new(SqliteStore::open(&path, Arc::new(clock.clone())).unwrap()), &clock);
        town.submit(1..=3);
        clock.set(Timestamp::from_jst(2090, 6, 1, 9, 0).unwrap());
        town.submit(4..=4);
        town.submit_signed(5);
        let listed = Self { town, store: sqlite(&path), lists: lists(&folder), folder };
        assert_eq!(desk(["--store", &listed.store, "check-lists", "--rebuild", &listed.lists]).0, 0);
        listed
    }

    fn ask(&self, question: &[&str]) -> (i32, String) {
        desk([&["--store", &self.store, "list"], question, &[&self.lists]].concat())
    }
}

fn in_a_file(folder: &TempDir) -> String {
    sqlite(&folder.path().join("lists.db"))
}

const NONE: &str = "012025: no case is listed under that\n";
const BEHIND: &str = "012025: records of the log not listed yet: 4, since 2090-06-01T00:00:00Z\n";

#[test]
fn a_queue_begins_with_what_is_due_first_and_marks_what_is_past_its_day() {
    let listed = Listed::new(in_a_file);
    let (status, told) = listed.ask(&["--division", "HOKENJO-EISEI"]);
    expect![[r#"
        2020-04-01  012025-R02-0000001-3  DO-001 犬の登録申請  審査中  HOKENJO-EISEI s-1  arrived 2020-04-01 09:00  OVERDUE
        2020-04-01  012025-R02-0000002-1  DO-001 犬の登録申請  審査中  HOKENJO-EISEI s-1  arrived 2020-04-01 09:00  OVERDUE
        2020-04-01  012025-R02-0000003-2  DO-001 犬の登録申請  審査中  HOKENJO-EISEI s-1  arrived 2020-04-01 09:00  OVERDUE
        2090-06-01  012025-R72-0000001-6  DO-001 犬の登録申請  審査中  HOKENJO-EISEI s-1  arrived 2090-06-01 09:00
        012025: cases: 4
    "#]].assert_eq(&told);
    assert_eq!(status, 0);
    expect![[r#"
        2020-04-01  012025-R02-0000001-3  DO-001 犬の登録申請  審査中  HOKENJO-EISEI s-1  arrived 2020-04-01 09:00  OVERDUE
        2020-04-01  012025-R02-0000002-1  DO-001 犬の登録申請  審査中  HOKENJO-EISEI s-1  arrived 2020-04-01 09:00  OVERDUE
        012025: cases shown: 2, and there are more; see --rows
    "#]]
        .assert_eq(&listed.ask(&["--division", "HOKENJO-EISEI", "--officer", "s-1", "--rows", "2"]).1);
    expect![[r#"
        012025: no case is listed under that
    "#]]
    .assert_eq(&listed.ask(&["--division", "HOKENJO-EISEI", "--officer", "s-2"]).1);
    expect![[r#"
        {"act":"Application","applicant":"00000000-0000-0000-0000-000000000001","arrived_at":"2020-04-01T00:00:00Z","case":"00000000-0000-0000-0000-000000000001","changed_at":"2020-04-01T00:00:00Z","division":"HOKENJO-EISEI","due":"2020-04-01","form_defects":0,"has_open_money":false,"is_late":false,"is_open":true,"is_overdue":true,"label":"審査中","officer":"s-1","procedure":"DO-001","procedure_name":"犬の登録申請","receipt":"012025-R02-0000001-3","state":"UnderReview","version":4}
        {"listed":1,"more":true,"municipality":"012025"}
        {"behind_since":null,"municipality":"012025","records_behind":0,"unreadable":[],"well":true}
    "#]].assert_eq(&listed.ask(&["--division", "HOKENJO-EISEI", "--rows", "1", "--json"]).1);
}

#[test]
fn a_case_is_found_by_its_number_its_applicant_and_any_part_of_a_name() {
    let listed = Listed::new(in_a_file);
    let own = "00000000-0000-0000-0000-000000000005";
    let (status, told) = listed.ask(&["--receipt", "012025-R72-0000002-8"]);
    expect![[r#"
        2090-06-01  012025-R72-0000002-8  JU-001 住民票の写し交付申請  受付済(審査待ち)  SHIMIN-KOSEKI -  arrived 2090-06-01 09:00
        012025: cases: 1
    "#]].assert_eq(&told);
    assert_eq!(status, 0);
    for question in [["--named", "甲野"], ["--named", "  花　子"], ["--applicant", own]] {
        assert_eq!(listed.ask(&question), (0, told.clone()), "{question:?}");
    }
    assert_eq!(listed.ask(&["--named", "乙"]), (0, NONE.to_owned()));
}

#[test]
fn cases_are_counted_by_procedure_and_state_on_postgres_too() {
    let listed = Listed::new(|_| format!("postgres:{}", Cluster::shared().database()));
    let (status, told) = listed.ask(&["--counts"]);
    expect![[r#"
        DO-001  UnderReview  4
        JU-001  Received  1
        012025: cases: 5
    "#]]
    .assert_eq(&told);
    assert_eq!(status, 0);
    expect![[r#"
        {"cases":4,"municipality":"012025","procedure":"DO-001","state":"UnderReview"}
        {"cases":1,"municipality":"012025","procedure":"JU-001","state":"Received"}
        {"behind_since":null,"municipality":"012025","records_behind":0,"unreadable":[],"well":true}
    "#]]
    .assert_eq(&listed.ask(&["--counts", "--json"]).1);
    expect![[r#"
        2090-06-01  012025-R72-0000002-8  JU-001 住民票の写し交付申請  受付済(審査待ち)  SHIMIN-KOSEKI -  arrived 2090-06-01 09:00
        012025: cases: 1
    "#]].assert_eq(&listed.ask(&["--division", "SHIMIN-KOSEKI"]).1);
}

#[test]
fn what_the_lists_cannot_say_is_told() {
    let listed = Listed::new(in_a_file);
    listed.town.submit_signed(6);
    let lists = Connection::open(listed.folder.path().join("lists.db")).unwrap();
    assert_eq!(listed.ask(&["--named", "乙"]), (0, format!("{NONE}{BEHIND}")));
    let of_one = "WHERE id = x'00000000000000000000000000000001'";
    let park = format!("INSERT INTO parked SELECT generation, id, 4, 'it is torn' FROM cases {of_one}");
    lists.execute_batch(&park).unwrap();
    let (status, told) = listed.ask(&["--counts"]);
    expect![[r#"
        DO-001  UnderReview  4
        JU-001  Received  1
        012025: cases: 5
        012025: case 00000000-0000-0000-0000-000000000001 is shown as it was before record 4: it is torn
        012025: records of the log not listed yet: 4, since 2090-06-01T00:00:00Z
    "#]]
    .assert_eq(&told);
    assert_eq!(status, 1);
    let (status, told) = listed.ask(&["--counts", "--json"]);
    expect![[r#"
        {"cases":4,"municipality":"012025","procedure":"DO-001","state":"UnderReview"}
        {"cases":1,"municipality":"012025","procedure":"JU-001","state":"Received"}
        {"behind_since":"2090-06-01T00:00:00Z","municipality":"012025","records_behind":4,"unreadable":[{"case":"00000000-0000-0000-0000-000000000001","position":4,"why":"it is torn"}],"well":false}
    "#]].assert_eq(&told);
    assert_eq!(status, 1);
    lists.execute_batch("DELETE FROM generations; DROP TABLE names_1").unwrap();
    let (status, told) = listed.ask(&["--counts"]);
    expect![[r#"
        012025: its cases are in no list here yet; let the service that follows the log run, or check-lists --rebuild
    "#]].assert_eq(&told);
    assert_eq!(status, 1);
    let (status, told) = listed.ask(&["--counts", "--json"]);
    expect![[r#"
        {"listed":null,"municipality":"012025","well":false}
    "#]]
    .assert_eq(&told);
    assert_eq!(status, 1);
}

#[test]
fn what_cannot_be_asked_is_said() {
    let none = ["--store", "sqlite:city.db", "list"];
    for (asked, said) in [
        (
            &["sqlite:lists.db"][..],
            "list answers one question: --division, --receipt, --named, --applicant or --counts",
        ),
        (
            &["--counts", "--named", "甲野", "sqlite:lists.db"],
            "list answers one question: --division, --receipt, --named, --applicant or --counts",
        ),
        (
            &["--officer", "s-1", "--counts", "sqlite:lists.db"],
            "an officer is looked for in a division: --division",
        ),
        (&["--named", "　", "sqlite:lists.db"], "--named has nothing in it that a name is found by"),
        (&["--counts"], "list says which lists are asked: sqlite:PATH or postgres:URL"),
        (&["--counts", "--rows", "0", "sqlite:lists.db"], "--rows is a whole number from 1"),
        (&["--counts", "lists.db"], "a store is sqlite:PATH or postgres:URL, not lists.db"),
        (&["--counts", "--rebuild", "sqlite:lists.db"], "list has no --rebuild; see --help"),
        (
            &["--receipt", "012025-R02-0000001-5", "sqlite:lists.db"],
            "cannot parse argument \"012025-R02-0000001-5\": this receipt number has a wrong digit; compare it with the mail",
        ),
    ] {
        assert_eq!(desk([&none, asked].concat()), (2, format!("desk: {said}\n")), "{asked:?}");
    }
    let listed = Listed::new(in_a_file);
    let (status, said) = desk(["--store", &listed.store, "list", "--counts", "sqlite:/nowhere/lists.db"]);
    assert_eq!(
        (status, said.as_str()),
        (2, "desk: /nowhere/lists.db is not there; check-lists --rebuild makes it\n")
    );
}
