//! How many records a second an offline verifier audits, and how much of that is hashing that nobody can save.
//!
//! `cargo bench -p shinsei-benches --bench how_fast_is_a_bundle_verified -- [RECORDS]`. Payloads have 600 bytes; one record
//! in ten refers to a document of 2 KiB in the second line. Floor and verifier alternate; medians and their ratio are told.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "OK because a bench that fails has nothing to tell"
)]

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use shinsei::memory::MemoryStore;
use shinsei_conformance::FakeClock;
use shinsei_core::document::{Body, DocumentRef, NewDocument, SaltedDigest, Seed};
use shinsei_core::ids::{CaseId, CommandId, Municipality, StreamId, Version};
use shinsei_core::port::store::{Append, CommandKey, Commit, NewRecord, Store};
use shinsei_core::record::Codec;
use shinsei_core::tree::{Frontier, Head, leaf_hash};
use shinsei_proof::bundle::Bundle;
use shinsei_proof::export;
use uuid::Uuid;

/// How often each side runs.
const ROUNDS: usize = 9;

/// The bytes of a payload. Source: the work of the stores' benches, an event of about 600 bytes.
const PAYLOAD_BYTES: usize = 600;

/// Records of a case, as a case has them on the main road.
const RECORDS_OF_A_CASE: u64 = 10;

fn main() {
    let records = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(200_000);
    for documents in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bundle");
        let head = write(&path, records, documents);
        let sealed = sealed(records);
        let (mut floor, mut verified) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            floor.push(rate(records, || hash(&sealed)));
            verified.push(rate(records, || verify(&path, head)));
        }
        let ratios = verified.iter().zip(&floor).map(|(verified, floor)| verified / floor);
        let with = if documents { "with documents" } else { "without documents" };
        println!(
            "{records} records {with}: verified {:.0}/s, hashed alone {:.0}/s, ratio {:.2}",
            median(verified.clone()),
            median(floor.clone()),
            median(ratios.collect())
        );
    }
}

fn hakodate() -> Municipality {
    "012025".parse().expect("a municipality")
}

/// Writes a log of so many records, exports it, and gives its head.
fn write(path: &Path, records: u64, documents: bool) -> Head {
    let store = MemoryStore::new(Arc::new(FakeClock::default()));
    let cases: Vec<u64> = (0..records / RECORDS_OF_A_CASE).collect();
    for part in cases.chunks(1_000) {
        let batch: Vec<Commit> = part.iter().map(|case| commit(*case, documents)).collect();
        store.commit(&batch).expect("a batch");
    }
    export::municipality(&store, hakodate(), path).expect("a bundle");
    store.head(hakodate()).expect("a head")
}

fn commit(case: u64, documents: bool) -> Commit {
    let stream: StreamId = CaseId(Uuid::from_u128(u128::from(case) << 64 | 7)).into();
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&case.to_be_bytes());
    let (id, salt) = Seed(seed).document(0);
    let content = vec![b'x'; 2_048];
    let reference = DocumentRef { id, digest: SaltedDigest::of(&salt, &content) };
    let refers = if documents {
        format!(r#""form":{{"id":"{}","digest":"{}"}},"#, id, String::from(reference.digest))
    } else {
        String::new()
    };
    let record = |n: u64| NewRecord {
        event_type: "Submitted",
        schema_version: 1,
        codec: Codec::Json,
        payload: payload(case, n, if n == 0 { &refers } else { "" }),
        number_from: None,
    };
    let kept = NewDocument { id, stream, role: "form", salt, body: Body::Inline(content.into()) };
    Commit {
        command: Some(CommandKey { id: CommandId(stream.id), digest: [0; 32] }),
        appends: vec![Append {
            stream,
            expected: Version(0),
            records: (0..RECORDS_OF_A_CASE).map(record).collect(),
        }],
        documents: if documents { vec![kept] } else { vec![] },
        ..Commit::nothing(hakodate())
    }
}

/// JSON with short strings and numbers, as events have it.
fn payload(case: u64, n: u64, refers: &str) -> Vec<u8> {
    let mut text = format!(r#"{{{refers}"case":{case},"step":{n}"#);
    let mut field = 0;
    while text.len() < PAYLOAD_BYTES - 20 {
        field += 1;
        text += &format!(r#","field-{field}":"value {n}""#);
    }
    (text + "}").into_bytes()
}

/// As many bytes a record as are sealed of one.
fn sealed(records: u64) -> Vec<Vec<u8>> {
    (0..records).map(|n| [&n.to_be_bytes()[..], &[b'x'; PAYLOAD_BYTES + 110]].concat()).collect()
}

fn hash(sealed: &[Vec<u8>]) {
    let mut frontier = Frontier::default();
    sealed.iter().for_each(|record| frontier.append(leaf_hash(record), |_| {}));
    black_box(frontier.head());
}

fn verify(path: &Path, head: Head) {
    let report = Bundle::open(path).expect("a bundle").verify(&[head]).expect("a report").report;
    assert!(report.is_whole() && report.witnessed == Some(head.size), "{report:?}");
}

fn rate(records: u64, work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    // OK because a count of records is exact in a float.
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more digits")]
    let records = records as f64;
    records / start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
