//! Builders of commits, and a check of everything that a log must be.

use std::ops::ControlFlow;
use std::sync::Arc;

use shinsei_conformance::FakeClock;
use shinsei_core::bytes::Bytes;
use shinsei_core::document::{Body, DocumentRef, NewDocument, SaltedDigest, Seed};
use shinsei_core::ids::{CaseId, CommandId, Municipality, Position, Series, StreamId, Version};
use shinsei_core::port::store::{Append, CommandKey, Commit, NewRecord, Outcome, Receipt, Store};
use shinsei_core::record::Codec;
use shinsei_core::time::Window;
use shinsei_core::tree::Frontier;
use shinsei_postgres::PostgresStore;
use uuid::Uuid;

use shinsei_conformance::cluster::Cluster;

pub(crate) fn hakodate() -> Municipality {
    "012025".parse().unwrap()
}

pub(crate) fn sapporo() -> Municipality {
    "011002".parse().unwrap()
}

pub(crate) fn case(n: u128) -> StreamId {
    CaseId(Uuid::from_u128(n)).into()
}

pub(crate) fn command(n: u128) -> CommandId {
    CommandId(Uuid::from_u128(n))
}

/// A store on a new database, by a clock that stands still.
pub(crate) fn new() -> PostgresStore {
    open(&Cluster::shared().database())
}

/// A node on a database.
pub(crate) fn open(address: &str) -> PostgresStore {
    PostgresStore::open(address).unwrap().with_clock(Arc::new(FakeClock::default()))
}

/// A commit that changes nothing yet.
pub(crate) fn empty(id: u128) -> Commit {
    Commit {
        municipality: hakodate(),
        command: Some(CommandKey { id: command(id), digest: [7; 32] }),
        appends: Vec::new(),
        unchanged: Vec::new(),
        documents: Vec::new(),
        agenda: Vec::new(),
        settles: Vec::new(),
        window: Window::ALWAYS,
    }
}

/// A commit of command `id` that appends one event to a case, and draws a receipt number.
pub(crate) fn submit(id: u128, stream: StreamId, expected: u64) -> Commit {
    let record = NewRecord {
        event_type: "Submitted",
        schema_version: 1,
        codec: Codec::Json,
        payload: format!("{{\"command\":{id}}}").into_bytes(),
        number_from: Some(Series::new("receipt-R08").unwrap()),
    };
    Commit {
        appends: vec![Append { stream, expected: Version(expected), records: vec![record] }],
        ..empty(id)
    }
}

pub(crate) fn document(n: u8, stream: StreamId, content: &[u8]) -> (NewDocument, DocumentRef) {
    named(&Seed([n; 32]), stream, content, Body::Inline)
}

/// The first document of a seed, and what an event says of it.
pub(crate) fn named(
    seed: &Seed,
    stream: StreamId,
    content: &[u8],
    body: fn(Bytes) -> Body,
) -> (NewDocument, DocumentRef) {
    let (id, salt) = seed.document(0);
    let reference = DocumentRef { id, digest: SaltedDigest::of(&salt, content) };
    (NewDocument { id, stream, role: "signed-form", salt, body: body(content.into()) }, reference)
}

/// Commits one, and tells what became of it.
pub(crate) fn commit(store: &PostgresStore, commit: Commit) -> Outcome {
    let mut outcomes = store.commit(&[commit]).unwrap();
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0)
}

/// Commits one that is written.
pub(crate) fn done(store: &PostgresStore, one: Commit) -> Receipt {
    match commit(store, one) {
        Outcome::Done(receipt) => receipt,
        refused => panic!("{refused:?}"),
    }
}

/// Reads a whole log, and checks that positions and numbers are gapless and that the tree over it is the head's.
pub(crate) fn check_log(store: &PostgresStore, municipality: Municipality) -> u64 {
    let mut frontier = Frontier::default();
    let mut numbers = 0;
    loop {
        let before = frontier.size();
        store
            .read_log(municipality, Position(before), 1_000, &mut |record| {
                assert_eq!(record.position.0, frontier.size() + 1);
                if let Some(number) = &record.number {
                    numbers += 1;
                    assert_eq!(number.value, numbers);
                }
                frontier.append(record.leaf(), |_| {});
                ControlFlow::Continue(())
            })
            .unwrap();
        if frontier.size() == before {
            break;
        }
    }
    assert_eq!(store.head(municipality).unwrap(), frontier.head());
    frontier.size()
}
