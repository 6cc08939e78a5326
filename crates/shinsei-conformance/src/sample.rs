//! Small commits for a store's own tests, and a check of everything that a log must be.
//!
//! The clauses have builders of their own; these are for what is true of one store alone.

use std::ops::ControlFlow;

use shinsei_core::bytes::Bytes;
use shinsei_core::document::{Body, DocumentRef, NewDocument, SaltedDigest, Seed};
use shinsei_core::ids::{CaseId, CommandId, Municipality, Position, Series, StreamId, Version};
use shinsei_core::port::store::{Append, CommandKey, Commit, NewRecord, Outcome, Receipt, Store};
use shinsei_core::record::Codec;
use shinsei_core::tree::Frontier;
use uuid::Uuid;

/// A municipality.
pub fn hakodate() -> Municipality {
    "012025".parse().expect("a code of a municipality")
}

/// Its neighbour.
pub fn sapporo() -> Municipality {
    "011002".parse().expect("a code of a municipality")
}

/// A case, by its number.
pub fn case(n: u128) -> StreamId {
    CaseId(Uuid::from_u128(n)).into()
}

/// The id of a command, by its number.
pub fn command(n: u128) -> CommandId {
    CommandId(Uuid::from_u128(n))
}

/// A commit that changes nothing yet.
pub fn empty(id: u128) -> Commit {
    Commit {
        command: Some(CommandKey { id: command(id), digest: [7; 32] }),
        appends: Vec::new(),
        ..Commit::nothing(hakodate())
    }
}

/// A commit of command `id` that appends one event to a case, and draws a receipt number.
pub fn submit(id: u128, stream: StreamId, expected: u64) -> Commit {
    let record = NewRecord {
        event_type: "Submitted",
        schema_version: 1,
        codec: Codec::Json,
        payload: format!("{{\"command\":{id}}}").into_bytes(),
        number_from: Some(Series::new("receipt-R08").expect("a code")),
    };
    Commit {
        appends: vec![Append { stream, expected: Version(expected), records: vec![record] }],
        ..empty(id)
    }
}

/// A document of a number for a stream, and what an event says of it.
pub fn document(n: u8, stream: StreamId, content: &[u8]) -> (NewDocument, DocumentRef) {
    named(&Seed([n; 32]), stream, content, Body::Inline)
}

/// The first document of a seed, and what an event says of it.
pub fn named(
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
///
/// # Panics
/// When the store fails.
pub fn commit(store: &dyn Store, commit: Commit) -> Outcome {
    let mut outcomes = store.commit(&[commit]).expect("a store that takes it");
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0)
}

/// Commits one that is written.
///
/// # Panics
/// When it is refused, or the store fails.
pub fn done(store: &dyn Store, one: Commit) -> Receipt {
    match commit(store, one) {
        Outcome::Done(receipt) => receipt,
        refused => panic!("{refused:?}"),
    }
}

/// Reads a whole log, and checks that positions and numbers are gapless and that the tree over it is the head's; says how
/// many records it has.
///
/// # Panics
/// When one of these is not so.
pub fn check_log(store: &dyn Store, municipality: Municipality) -> u64 {
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
            .expect("a log that can be read");
        if frontier.size() == before {
            break;
        }
    }
    assert_eq!(store.head(municipality).expect("a head"), frontier.head());
    frontier.size()
}
