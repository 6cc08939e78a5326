//! Erasure: rows are gone, and what they held is gone from the pages of the tables.

use shinsei_conformance::sample::{case, check_log, command, commit, done, hakodate, named, submit};
use shinsei_core::document::{Body, NewDocument, Seed};
use shinsei_core::ids::StreamId;
use shinsei_core::port::store::{CommandKey, Outcome, Store};

use crate::kit::open;
use shinsei_conformance::cluster::Cluster;

fn kept(n: u8, stream: StreamId, content: &str, body: fn(shinsei_core::bytes::Bytes) -> Body) -> NewDocument {
    named(&Seed([n; 32]), stream, content.as_bytes(), body).0
}

/// How many line pointers of the tables' pages lead to a row, living or dead.
fn rows_in_pages(address: &str) -> String {
    Cluster::shared().sql(
        address,
        "SELECT string_agg(relation || ' ' || (SELECT count(*)
             FROM generate_series(0, pg_relation_size(relation::regclass) / 8192 - 1) AS block,
                  heap_page_items(get_raw_page(relation, block::integer)) AS item
             WHERE item.lp_flags = 1), ', ' ORDER BY relation)
         FROM unnest(ARRAY['shinsei.documents', 'shinsei.chunks', 'shinsei.evidence']) AS relation",
    )
}

#[test]
fn what_is_erased_is_vacuumed_away_and_what_others_rest_on_stays() {
    let address = Cluster::shared().database();
    let store = open(&address);
    Cluster::shared().sql(&address, "CREATE EXTENSION pageinspect");
    let large = "乙野次郎 large".repeat(3_000);
    let mut one = submit(1, case(1), 0);
    one.documents = vec![
        kept(1, case(1), "甲野太郎 small", Body::Inline),
        kept(2, case(1), &large, Body::Inline),
        kept(3, case(1), "丙野三郎 shared", Body::Shared),
    ];
    let receipt = done(&store, one.clone());
    let mut other = submit(2, case(2), 0);
    let theirs = kept(4, case(2), "丙野三郎 shared", Body::Shared);
    other.documents = vec![theirs.clone()];
    done(&store, other);
    let head = store.head(hakodate()).unwrap();
    assert_eq!(rows_in_pages(&address), "shinsei.chunks 0, shinsei.documents 4, shinsei.evidence 1");

    assert_eq!(store.erase(hakodate(), case(1)).unwrap(), 3);
    assert_eq!(rows_in_pages(&address), "shinsei.chunks 0, shinsei.documents 1, shinsei.evidence 1");
    for gone in &one.documents {
        assert!(store.document(hakodate(), gone.id).unwrap().is_none());
    }
    let stays = store.document(hakodate(), theirs.id).unwrap().unwrap();
    assert_eq!(stays.content, "丙野三郎 shared".as_bytes());
    assert_eq!(store.find(hakodate(), command(1)).unwrap().unwrap().digest, None);
    assert_eq!(store.find(hakodate(), command(2)).unwrap().unwrap().digest, Some([7; 32]));
    one.command = Some(CommandKey { id: command(1), digest: [9; 32] });
    assert_eq!(commit(&store, one), Outcome::Again(receipt));
    assert_eq!(store.erase(hakodate(), case(1)).unwrap(), 0);
    assert_eq!(store.erase(hakodate(), case(2)).unwrap(), 1);
    assert_eq!(rows_in_pages(&address), "shinsei.chunks 0, shinsei.documents 0, shinsei.evidence 0");
    assert_eq!(store.head(hakodate()).unwrap(), head);
    assert_eq!(check_log(&store, hakodate()), 2);
}
