//! The erasure check finds nothing after disposals, and finds what a hand or another program left behind.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use shinsei_core::document::{Body, NewDocument, Seed};
use shinsei_core::ids::StreamId;
use shinsei_core::port::erasure::{ErasureCheck, Remnant};
use shinsei_core::port::store::Store;
use shinsei_sqlite::SqliteStore;

use crate::kit::open;
use shinsei_conformance::sample::{case, command, done, hakodate, named, submit};

fn kept(n: u128, which: u8, stream: StreamId, content: &str) -> NewDocument {
    let mut seed = [which; 32];
    seed[..16].copy_from_slice(&n.to_be_bytes());
    named(&Seed(seed), stream, content.as_bytes(), Body::Inline).0
}

/// A file of a hundred cases with small and large documents of invented residents.
fn filled(path: &Path) -> SqliteStore {
    let store = open(path);
    for n in 1..=100 {
        let mut one = submit(n, case(n), 0);
        let digest: [u8; 32] = std::array::from_fn(|at| u8::try_from((n + at as u128) % 251).unwrap());
        one.command = Some(shinsei_core::port::store::CommandKey { id: command(n), digest });
        one.documents = vec![
            kept(n, 1, case(n), &format!("小さな申請書 {n} of resident {n}")),
            kept(n, 2, case(n), &format!("大きな添付書類 {n} ").repeat(usize::try_from(n).unwrap() * 16)),
            named(
                &Seed([3; 32].map(|b: u8| b ^ u8::try_from(n).unwrap())),
                case(n),
                b"evidence of many",
                Body::Shared,
            )
            .0,
        ];
        done(&store, one);
    }
    store
}

fn what(remnants: &[Remnant]) -> Vec<String> {
    remnants.iter().map(|remnant| format!("{}: {}", remnant.place, remnant.what)).collect()
}

#[test]
fn nothing_is_found_after_disposals_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let store = filled(&path);
    assert_eq!(what(&store.remnants(&[], false).unwrap()), Vec::<String>::new(), "before anything is erased");
    for n in (1..=100).filter(|n| n % 3 != 0) {
        store.erase(hakodate(), case(n)).unwrap();
    }
    // The room is used again, and freed again.
    for n in 300..=340 {
        let mut one = submit(n, case(n), 0);
        one.documents = vec![kept(n, 2, case(n), &"もう一つ ".repeat(5_000))];
        done(&store, one);
    }
    for n in 300..=330 {
        store.erase(hakodate(), case(n)).unwrap();
    }
    let known = ["of resident 1 ", "大きな添付書類 100 ", "もう一つ"].map(|text| text.as_bytes().to_vec());
    let erased = ["小さな申請書 1 ", "大きな添付書類 98 "].map(|text| text.as_bytes().to_vec());
    assert_eq!(what(&store.remnants(&erased, false).unwrap()), Vec::<String>::new());
    let still = what(&store.remnants(&known[2..], false).unwrap());
    assert!(
        still.iter().all(|line| line.ends_with("the known text 1 stands in the file")) && !still.is_empty()
    );
    drop(store);
    let reader =
        SqliteStore::open_reader(&path, std::sync::Arc::new(shinsei_conformance::FakeClock::default()))
            .unwrap();
    assert_eq!(what(&reader.remnants(&erased, false).unwrap()), Vec::<String>::new());
}

/// Another program deletes a case's documents, and does not overwrite them.
#[test]
fn what_another_program_deleted_without_overwriting_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    drop(filled(&path));
    let hand = Connection::open(&path).unwrap();
    hand.execute_batch(
        "PRAGMA secure_delete = OFF;
         DELETE FROM chunks WHERE place >> 24 IN (SELECT body FROM bodies WHERE standing = 2);
         DELETE FROM bodies WHERE standing = 2;
         UPDATE documents SET erased = 1, salt = zeroblob(16), content = CASE WHEN content IS NULL THEN NULL
             ELSE zeroblob(length(content)) END;
         PRAGMA wal_checkpoint(TRUNCATE);",
    )
    .unwrap();
    drop(hand);
    let store = open(&path);
    let found = what(&store.remnants(&["大きな添付書類 99 ".as_bytes().to_vec()], false).unwrap());
    assert!(found.iter().any(|line| line.contains("a free page holds bytes that no row owns")), "{found:?}");
    assert!(found.iter().any(|line| line == "city.db: the known text 1 stands in the file"), "{found:?}");
}

#[test]
fn rows_that_a_disposal_should_have_emptied_are_found() {
    let found_after = |statements: &str| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("city.db");
        let store = filled(&path);
        store.erase(hakodate(), case(3)).unwrap();
        drop(store);
        let hand = Connection::open(&path).unwrap();
        hand.execute_batch(statements).unwrap();
        drop(hand);
        what(&open(&path).remnants(&[], true).unwrap())
    };
    assert_eq!(found_after("SELECT 1"), Vec::<String>::new());
    assert_eq!(
        found_after("UPDATE documents SET content = x'01' WHERE erased = 1 AND content IS NOT NULL"),
        ["documents: 2 erased documents still have a salt or a content"]
    );
    assert_eq!(
        found_after("UPDATE commands SET digest = x'01' WHERE erased = 1"),
        ["commands: 1 commands still have a digest that should be erased"]
    );
    assert_eq!(
        found_after("DELETE FROM documents WHERE body = (SELECT min(body) FROM bodies WHERE standing = 2)"),
        ["bodies: 1 contents belong to no document"]
    );
    assert_eq!(
        found_after("DELETE FROM bodies WHERE body = (SELECT min(body) FROM bodies WHERE standing = 2);
                     UPDATE documents SET erased = 1, salt = zeroblob(16) WHERE body NOT IN (SELECT body FROM bodies)"),
        ["chunks: 1 parts of contents belong to none"]
    );
    let disposed = "INSERT INTO kinds (event_type, schema_version, codec) VALUES ('Disposed', 1, 1);
        UPDATE records SET kind = (SELECT kind FROM kinds WHERE event_type = 'Disposed') WHERE version = 2";
    assert_eq!(found_after(disposed), Vec::<String>::new(), "nothing of the stream was recorded before");
}

#[test]
fn documents_of_a_disposed_case_that_were_not_erased_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let store = filled(&path);
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
    assert_eq!(what(&store.remnants(&[], false).unwrap()), Vec::<String>::new());
}

/// Whatever byte of a page lies outside the rows, changed it is found.
#[test]
fn a_byte_planted_outside_the_rows_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let store = filled(&path);
    for n in (1..=100).filter(|n| n % 2 == 0) {
        assert_eq!(store.erase(hakodate(), case(n)).unwrap(), 3);
    }
    drop(store);
    let hand = Connection::open(&path).unwrap();
    let last_leaf =
        "SELECT max(pageno) FROM dbstat WHERE name = 'documents' AND pagetype = 'leaf' AND unused > 100";
    let leaf: Option<i64> = hand.query_row(last_leaf, [], |row| row.get(0)).unwrap();
    let free: i64 = hand.query_row("PRAGMA freelist_count", [], |row| row.get(0)).unwrap();
    assert!(free > 3, "{free}");
    drop(hand);
    let whole = fs::read(&path).unwrap();
    let first_free = usize::try_from(u32::from_be_bytes(whole[32..36].try_into().unwrap())).unwrap();
    let mut places = vec![first_free * 4096 - 4];
    if let Some(leaf) = leaf {
        let page = (usize::try_from(leaf).unwrap() - 1) * 4096;
        let cells = usize::from(u16::from_be_bytes([whole[page + 3], whole[page + 4]]));
        places.push(page + 8 + 2 * cells);
    }
    for place in places {
        let mut planted = whole.clone();
        assert_eq!(planted[place], 0);
        planted[place] = 0xee;
        fs::write(&path, planted).unwrap();
        let found = what(&open(&path).remnants(&[], false).unwrap());
        assert_eq!(found.len(), 1, "{place}: {found:?}");
        assert!(found[0].ends_with("holds bytes that no row owns"), "{found:?}");
    }
}
