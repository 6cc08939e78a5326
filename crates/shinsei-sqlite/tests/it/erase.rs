//! Erasure leaves no remnant: the raw bytes of the file, the WAL and everything else in the folder are searched.

use std::path::Path;
use std::sync::Arc;

use shinsei_conformance::FakeClock;
use shinsei_conformance::sample::{case, check_log, command, commit, done, hakodate, named, submit};
use shinsei_core::document::{Body, NewDocument, Salt, Seed};
use shinsei_core::ids::StreamId;
use shinsei_core::port::store::{CommandKey, Outcome, Store, StoreError};
use shinsei_sqlite::{Settings, SqliteStore};

use crate::kit::open;

/// Where a text stands in the files of a folder.
fn remnants(folder: &Path, wanted: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        if bytes.windows(wanted.len()).any(|window| window == wanted) {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found
}

fn seed(n: u32) -> Seed {
    let mut bytes = [0x5a; 32];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    Seed(bytes)
}

fn kept(n: u32, stream: StreamId, content: &str) -> NewDocument {
    named(&seed(n), stream, content.as_bytes(), Body::Inline).0
}

#[test]
fn nothing_of_an_erased_document_stays_in_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("city.db"));
    let digest: [u8; 32] = std::array::from_fn(|n| u8::try_from(n).unwrap() ^ 0xa5);
    let small = kept(1, case(1), "甲野太郎 small");
    let large = kept(2, case(1), &"乙野次郎 large".repeat(3_000));
    let evidence = "丙野三郎 shared";
    let shared = |n, stream| named(&seed(n), stream, evidence.as_bytes(), Body::Shared).0;
    let mut one = submit(1, case(1), 0);
    one.command = Some(CommandKey { id: command(1), digest });
    one.documents = vec![small.clone(), large, shared(3, case(1))];
    let receipt = done(&store, one.clone());
    let mut other = submit(2, case(2), 0);
    other.documents = vec![shared(4, case(2)), kept(5, case(2), "丁野四郎 of another case")];
    done(&store, other);
    let head = store.head(hakodate()).unwrap();

    let texts = ["甲野太郎", "乙野次郎", "丙野三郎", "丁野四郎"];
    for text in texts {
        assert!(!remnants(folder.path(), text.as_bytes()).is_empty(), "{text} is there before");
    }
    assert_eq!(store.erase(hakodate(), case(1)).unwrap(), 3);
    for text in &texts[..2] {
        assert_eq!(remnants(folder.path(), text.as_bytes()), Vec::<String>::new(), "{text}");
    }
    assert_eq!(remnants(folder.path(), &small.salt.0), Vec::<String>::new());
    assert_eq!(remnants(folder.path(), &digest), Vec::<String>::new());
    assert!(!remnants(folder.path(), evidence.as_bytes()).is_empty(), "the other case rests on it");
    assert!(!remnants(folder.path(), "丁野四郎".as_bytes()).is_empty());

    assert_eq!(store.head(hakodate()).unwrap(), head);
    assert_eq!(check_log(&store, hakodate()), 2);
    assert_eq!(store.find(hakodate(), command(1)).unwrap().unwrap().digest, None);
    assert_eq!(store.find(hakodate(), command(2)).unwrap().unwrap().digest, Some([7; 32]));
    one.command = Some(CommandKey { id: command(1), digest: [9; 32] });
    assert_eq!(commit(&store, one), Outcome::Again(receipt));
    assert_eq!(store.erase(hakodate(), case(1)).unwrap(), 0);

    assert_eq!(store.erase(hakodate(), case(2)).unwrap(), 2);
    for text in texts {
        assert_eq!(remnants(folder.path(), text.as_bytes()), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn an_erasure_that_a_reader_hinders_is_finished_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let open = || {
        let settings = Settings { busy_max: std::time::Duration::from_millis(20), ..Settings::default() };
        SqliteStore::open_with(&path, Arc::new(FakeClock::default()), settings).unwrap()
    };
    let store = open();
    for n in 1..=2 {
        let mut one = submit(n.into(), case(n.into()), 0);
        one.documents = vec![kept(n, case(n.into()), "甲野太郎")];
        done(&store, one);
    }
    let reader = rusqlite::Connection::open(&path).unwrap();
    let hold = || {
        reader.execute_batch("BEGIN").unwrap();
        let size: i64 = reader.query_row("SELECT count(*) FROM records", [], |row| row.get(0)).unwrap();
        assert_eq!(size, 2);
    };
    hold();
    let hindered = store.erase(hakodate(), case(1));
    assert!(matches!(hindered, Err(StoreError::Unavailable { .. })), "{hindered:?}");
    assert_eq!(store.document(hakodate(), seed(1).document(0).0).unwrap().map(|_| ()), None);
    reader.execute_batch("ROLLBACK").unwrap();
    assert_eq!(store.erase(hakodate(), case(1)).unwrap(), 1);
    assert_eq!(store.erase(hakodate(), case(1)).unwrap(), 0);

    hold();
    let hindered = store.erase(hakodate(), case(2));
    assert!(matches!(hindered, Err(StoreError::Unavailable { .. })), "{hindered:?}");
    assert!(!remnants(folder.path(), "甲野太郎".as_bytes()).is_empty(), "the WAL still has it");
    drop((reader, store));
    drop(open());
    assert_eq!(remnants(folder.path(), "甲野太郎".as_bytes()), Vec::<String>::new());
}

/// Begins the salt and the digest of every case of the test below; no other bytes begin like it.
const MARK: [u8; 8] = [0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8];

fn marked<const N: usize>(n: u32) -> [u8; N] {
    let mut bytes = [0xee; N];
    bytes[..8].copy_from_slice(&MARK);
    bytes[8..12].copy_from_slice(&n.to_be_bytes());
    bytes
}

/// The cases of which something stands in a file: a content, a salt or a digest.
fn cases_in(bytes: &[u8]) -> Vec<u32> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'<' || *byte == MARK[0]) {
        rest = &rest[at..];
        if rest.starts_with(&MARK) && rest.len() >= 12 {
            found.extend(rest[8..12].try_into().ok().map(u32::from_be_bytes));
        }
        let digits = rest.get(1..9).and_then(|digits| std::str::from_utf8(digits).ok());
        found.extend(digits.and_then(|digits| digits.parse::<u32>().ok()));
        rest = &rest[1..];
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Pages are divided and joined as documents come and go, in an order that a fixed generator draws; no stale copy stays.
#[test]
fn nothing_stays_when_many_cases_come_and_go() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { checkpoint_pages: 100, ..Settings::default() };
    let clock = Arc::new(FakeClock::default());
    let store = SqliteStore::open_with(folder.path().join("city.db"), clock, settings).unwrap();
    let mut drawn = 1_u64;
    let mut draw = |below: usize| {
        drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(drawn >> 33).unwrap() % below
    };
    let mut standing: Vec<u32> = Vec::new();
    for n in 0..160_u32 {
        let stream = case(n.into());
        let mut one = submit(n.into(), stream, 0);
        let id = command(u128::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
        one.command = Some(CommandKey { id, digest: marked(n) });
        one.documents = (0..4)
            .map(|part| {
                let length = [40, 700, 2_600, 9_000][draw(4)] + draw(300);
                let content = format!("<{n:08}>").repeat(length / 10);
                let (mut document, _) = named(&seed(n * 4 + part), stream, content.as_bytes(), Body::Inline);
                document.salt = Salt(marked(n));
                document
            })
            .collect();
        done(&store, one);
        standing.push(n);
        if standing.len() > 30 {
            let gone = standing.swap_remove(draw(standing.len()));
            assert_eq!(store.erase(hakodate(), case(gone.into())).unwrap(), 4);
        }
    }
    standing.sort_unstable();
    assert_eq!(cases_in(&std::fs::read(folder.path().join("city.db")).unwrap()), standing);
    let in_wal = cases_in(&std::fs::read(folder.path().join("city.db-wal")).unwrap());
    assert_eq!(in_wal, Vec::<u32>::new(), "the last thing that happened was an erasure");
}
