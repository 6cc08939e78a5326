//! The store in memory keeps what it is given.

use std::ops::ControlFlow;
use std::sync::Arc;

use shinsei::memory::MemoryStore;
use shinsei_conformance::FakeClock;
use shinsei_core::ids::{CaseId, CommandId, Municipality, Position, Series, Version};
use shinsei_core::port::store::{Append, CommandKey, Commit, NewRecord, Outcome, Store};
use shinsei_core::record::Codec;
use shinsei_core::time::Window;
use uuid::Uuid;

fn submission(municipality: Municipality, case: u128, expected: u64) -> Commit {
    let record = NewRecord {
        event_type: "ReceiptIssued",
        schema_version: 1,
        codec: Codec::Json,
        payload: b"{}".to_vec(),
        number_from: Some(Series::new("receipt-R08").expect("a code")),
    };
    Commit {
        municipality,
        command: Some(CommandKey { id: CommandId(Uuid::from_u128(case)), digest: [1; 32] }),
        appends: vec![Append {
            stream: CaseId(Uuid::from_u128(case)).into(),
            expected: Version(expected),
            records: vec![record],
        }],
        unchanged: vec![],
        documents: vec![],
        agenda: vec![],
        settles: vec![],
        window: Window::ALWAYS,
    }
}

#[test]
fn a_submission_gets_the_next_number_and_its_repeat_the_same() {
    let hakodate = "012025".parse().unwrap();
    let store = MemoryStore::new(Arc::new(FakeClock::default()));
    let batch = [submission(hakodate, 1, 0), submission(hakodate, 2, 7), submission(hakodate, 3, 0)];
    let outcomes = store.commit(&batch).unwrap();
    let Outcome::Done(first) = &outcomes[0] else { panic!("{outcomes:?}") };
    assert_eq!(outcomes[1], Outcome::Stale { stream: CaseId(Uuid::from_u128(2)).into(), actual: Version(0) });
    assert_eq!(store.commit(&batch[..1]).unwrap(), [Outcome::Again(first.clone())]);

    let mut numbers = Vec::new();
    let visit = &mut |record: shinsei_core::record::RawRecord<'_>| {
        numbers.push((record.position, record.number.map(|number| number.value)));
        ControlFlow::Continue(())
    };
    store.read_log(hakodate, Position(0), 10, visit).unwrap();
    assert_eq!(numbers, [(Position(1), Some(1)), (Position(2), Some(2))]);
    assert_eq!(store.head(hakodate).unwrap().size, 2);
}
