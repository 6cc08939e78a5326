//! The erasure check looks into PostgreSQL's pages: what deleting leaves there is found, and gone once they are rewritten.

use shinsei_conformance::cluster::Cluster;
use shinsei_core::document::{Body, NewDocument, Seed};
use shinsei_core::ids::StreamId;
use shinsei_core::port::erasure::{ErasureCheck, Remnant};
use shinsei_core::port::store::{Store, StoreError};
use shinsei_postgres::PostgresStore;

use crate::kit::open;
use shinsei_conformance::sample::{case, check_log, done, hakodate, named, submit};

fn kept(n: u8, stream: StreamId, content: &str) -> NewDocument {
    named(&Seed([n; 32]), stream, content.as_bytes(), Body::Inline).0
}

fn what(remnants: &[Remnant]) -> Vec<String> {
    remnants.iter().map(|remnant| format!("{}: {}", remnant.place, remnant.what)).collect()
}

fn filled(address: &str) -> PostgresStore {
    let store = open(address);
    for n in 1..=20_u8 {
        let mut one = submit(n.into(), case(n.into()), 0);
        one.documents = vec![
            kept(n, case(n.into()), &format!("小さな申請書 {n}.")),
            kept(n + 100, case(n.into()), &format!("大きな添付書類 {n}.").repeat(1_000)),
            named(&Seed([n + 200; 32]), case(n.into()), b"evidence of many", Body::Shared).0,
        ];
        done(&store, one);
    }
    store
}

#[test]
fn what_deleting_leaves_in_pages_is_found_and_gone_once_they_are_rewritten() {
    let address = Cluster::shared().database();
    let store = filled(&address);
    let known = ["小さな申請書 7.", "大きな添付書類 7."].map(|text| text.as_bytes().to_vec());
    store.erase(hakodate(), case(7)).unwrap();
    assert_eq!(what(&store.remnants(&known, true).unwrap()), Vec::<String>::new(), "no row is left");
    let found = what(&store.remnants(&known, false).unwrap());
    assert!(
        found.contains(&"documents (long values): the known text 2 stands in a page".to_owned()),
        "{found:?}"
    );
    assert!(found.iter().any(|line| line.ends_with("rewrite the table: VACUUM (FULL)")), "{found:?}");
    store.rewrite_documents().unwrap();
    assert_eq!(what(&store.remnants(&known, false).unwrap()), Vec::<String>::new());
    assert_eq!(check_log(&store, hakodate()), 20);
    assert!(store.document(hakodate(), kept(8, case(8), "").id).unwrap().is_some());
    assert!(store.document(hakodate(), kept(7, case(7), "").id).unwrap().is_none());
}

#[test]
fn rows_that_a_disposal_should_have_emptied_are_found() {
    let found_after = |statements: &str| {
        let address = Cluster::shared().database();
        let store = filled(&address);
        store.erase(hakodate(), case(7)).unwrap();
        Cluster::shared().sql(&address, statements);
        what(&store.remnants(&[], true).unwrap())
    };
    assert_eq!(found_after("SELECT 1"), Vec::<String>::new());
    assert_eq!(
        found_after("DELETE FROM shinsei.documents WHERE evidence IS NOT NULL"),
        ["evidence: 1 contents belong to no document"]
    );
    assert_eq!(
        found_after("INSERT INTO shinsei.chunks VALUES (0, 12025, gen_random_uuid(), 'x')"),
        ["chunks: 1 parts of contents belong to none"]
    );
}

#[test]
fn documents_of_a_disposed_case_that_were_not_erased_are_found() {
    let address = Cluster::shared().database();
    let store = filled(&address);
    let mut disposal = submit(900, case(7), 1);
    disposal.appends[0].records[0].event_type = "Disposed";
    disposal.appends[0].records[0].number_from = None;
    done(&store, disposal);
    assert_eq!(
        what(&store.remnants(&[], true).unwrap()),
        [
            "documents: 3 documents of disposed streams are not erased; erase their streams",
            "commands: 1 commands still have a digest that should be erased",
        ]
    );
    store.erase(hakodate(), case(7)).unwrap();
    assert_eq!(what(&store.remnants(&[], true).unwrap()), Vec::<String>::new());
}

#[test]
fn a_row_that_was_deleted_and_not_vacuumed_is_found() {
    let address = Cluster::shared().database();
    let store = filled(&address);
    // What a transaction might still see is taken away by nobody, neither by vacuuming nor by a reader that comes by.
    let mut looking = Cluster::shared().session(&address);
    looking.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM shinsei.documents");
    Cluster::shared().sql(
        &address,
        "DELETE FROM shinsei.documents WHERE document IN (SELECT document FROM shinsei.documents WHERE length(content) < 100 LIMIT 2)",
    );
    let found = what(&store.remnants(&[], false).unwrap());
    let of_documents: Vec<_> = found.iter().filter(|line| line.starts_with("documents: ")).collect();
    assert_eq!(of_documents, ["documents: 2 deleted rows are not vacuumed; VACUUM the table"]);
}

#[test]
fn a_role_that_may_not_look_into_files_is_told_so_and_may_look_at_rows() {
    let owner = Cluster::shared().database();
    drop(filled(&owner));
    Cluster::shared().sql(&owner, "CREATE ROLE looks LOGIN; SELECT shinsei.grant_application('looks')");
    let store = open(&owner.replace("user=postgres", "user=looks"));
    let refused = store.remnants(&[], false);
    assert!(matches!(refused, Err(StoreError::ReadOnly { .. })), "{refused:?}");
    assert_eq!(store.remnants(&[], true).unwrap(), []);
}
