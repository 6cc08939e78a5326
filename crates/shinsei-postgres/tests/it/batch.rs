//! A batch is one transaction, and each commit in it is judged on what those before it left.

use shinsei_core::ids::{Position, Version};
use shinsei_core::port::store::{CommandKey, Outcome, Store, StoreError};
use shinsei_core::time::Window;

use crate::kit::{case, check_log, command, document, done, empty, hakodate, new, sapporo, submit};

#[test]
fn each_commit_is_judged_on_what_those_before_it_left() {
    let store = new();
    let mut other_content = submit(1, case(1), 0);
    other_content.command = Some(CommandKey { id: command(1), digest: [8; 32] });
    let mut late = submit(4, case(4), 0);
    late.window = Window { from: None, until: Some(shinsei_core::time::Timestamp::from_micros(0).unwrap()) };
    let mut neighbour = submit(1, case(1), 0);
    neighbour.municipality = sapporo();
    let mut watching = submit(6, case(6), 0);
    watching.unchanged = vec![(case(1), Version(1))];
    let outcomes = store
        .commit(&[
            submit(1, case(1), 0),
            submit(1, case(1), 0),
            other_content,
            submit(2, case(1), 0),
            late,
            submit(5, case(1), 1),
            neighbour,
            watching,
        ])
        .unwrap();
    let Outcome::Done(first) = &outcomes[0] else { panic!("{outcomes:?}") };
    assert_eq!((first.first, first.records, first.numbers[0].1.value), (Position(1), 1, 1));
    assert_eq!(outcomes[1], Outcome::Again(first.clone()));
    assert_eq!(outcomes[2], Outcome::KeyReused);
    assert_eq!(outcomes[3], Outcome::Stale { stream: case(1), actual: Version(1) });
    assert_eq!(outcomes[4], Outcome::OutsideWindow { at: first.recorded_at });
    let Outcome::Done(second) = &outcomes[5] else { panic!("{outcomes:?}") };
    assert_eq!((second.first, second.numbers[0].1.value), (Position(2), 2));
    let Outcome::Done(theirs) = &outcomes[6] else { panic!("{outcomes:?}") };
    assert_eq!((theirs.first, theirs.numbers[0].1.value), (Position(1), 1));
    assert_eq!(outcomes[7], Outcome::Stale { stream: case(1), actual: Version(2) });
    assert_eq!(check_log(&store, hakodate()), 2);
    assert_eq!(check_log(&store, sapporo()), 1);
}

#[test]
fn a_malformed_commit_refuses_the_whole_batch() {
    let store = new();
    let mut malformed = submit(2, case(2), 0);
    malformed.command = None;
    let refused = store.commit(&[submit(1, case(1), 0), malformed]);
    assert!(matches!(refused, Err(StoreError::Malformed { .. })));
    assert!(store.find(hakodate(), command(1)).unwrap().is_none());
    assert_eq!(store.commit(&[]).unwrap(), vec![]);
    let ten_thousand: Vec<_> = (0..10_001).map(empty).collect();
    assert!(matches!(store.commit(&ten_thousand), Err(StoreError::Malformed { .. })));
    assert_eq!(check_log(&store, hakodate()), 0);
}

#[test]
fn ten_thousand_commits_are_one_batch() {
    let store = new();
    let batch: Vec<_> =
        (0..10_000).map(|n| submit(n, case(n % 100), u64::try_from(n / 100).unwrap())).collect();
    let outcomes = store.commit(&batch).unwrap();
    for (position, outcome) in (1..).zip(outcomes) {
        assert!(matches!(outcome, Outcome::Done(receipt) if receipt.first == Position(position)));
    }
    assert_eq!(check_log(&store, hakodate()), 10_000);
}

#[test]
fn a_command_without_records_takes_effect_once() {
    let store = new();
    done(&store, submit(1, case(1), 0));
    let receipt = done(&store, empty(2));
    assert_eq!((receipt.first, receipt.records, receipt.numbers.len()), (Position(1), 0, 0));
    assert_eq!(store.commit(&[empty(2)]).unwrap(), vec![Outcome::Again(receipt)]);
}

#[test]
fn a_commit_of_many_kinds_leaves_nothing_when_it_is_refused() {
    let store = new();
    let (kept, reference) = document(1, case(1), b"form");
    let mut refused = submit(1, case(1), 1);
    refused.documents = vec![kept.clone()];
    assert_eq!(
        store.commit(&[refused]).unwrap(),
        vec![Outcome::Stale { stream: case(1), actual: Version(0) }]
    );
    assert!(store.document(hakodate(), reference.id).unwrap().is_none());
    let mut again = submit(1, case(1), 0);
    again.documents = vec![kept];
    done(&store, again);
    assert!(store.document(hakodate(), reference.id).unwrap().unwrap().is(&reference));
}

#[test]
fn many_threads_write_one_gapless_log_while_others_read_it() {
    let store = new();
    std::thread::scope(|threads| {
        for thread in 0..4_u128 {
            let store = &store;
            threads.spawn(move || {
                for n in 0..50 {
                    done(store, submit(thread << 64 | n, case(thread), u64::try_from(n).unwrap()));
                }
            });
        }
        for _ in 0..2 {
            threads.spawn(|| {
                let mut last = 0;
                while last < 200 {
                    let from = Position(last);
                    let see = &mut |record: shinsei_core::record::RawRecord<'_>| {
                        assert_eq!(record.position.0, last + 1);
                        last = record.position.0;
                        std::ops::ControlFlow::Continue(())
                    };
                    store.read_log(hakodate(), from, 7, see).unwrap();
                }
            });
        }
    });
    assert_eq!(check_log(&store, hakodate()), 200);
}
