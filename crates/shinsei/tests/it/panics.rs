//! A panic in what the engine calls hangs nobody and poisons nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use shinsei::engine::EngineError;
use shinsei_core::port::store::{Store, StoreError};

use crate::executor::block_on;
use crate::rigged::Fault;
use crate::town::{Mood, Town, case, failure, hakodate, signed_submission, submission};

#[test]
fn a_verifier_that_panics_hangs_nobody_and_the_engine_goes_on() {
    let town = Town::new();
    town.verifier.feel(Mood::Panicking);
    let polled = block_on(town.engine.execute(signed_submission(1)));
    assert!(matches!(failure(polled), EngineError::Abandoned));
    assert!(catch_unwind(AssertUnwindSafe(|| town.run(signed_submission(1)))).is_err());
    town.verifier.feel(Mood::Trusting);
    assert_eq!(block_on(town.engine.execute(signed_submission(1))).unwrap().receipt().unwrap().sequence(), 1);
    assert_eq!(town.done(signed_submission(2)).receipt().unwrap().sequence(), 2);
}

#[test]
fn a_store_that_panics_while_committing_is_asked_what_it_did() {
    let town = Town::new();
    town.store.spoil([Fault::Panics]);
    let answer = town.done(submission(1));
    assert_eq!(answer.events, town.engine.history(hakodate(), case(1)).unwrap());
}

#[test]
fn a_store_that_panics_each_time_leaves_the_outcome_unknown_and_the_writer_free() {
    let town = Town::new();
    town.store.spoil((0..6).map(|_| Fault::Panics));
    let EngineError::Store(error) = failure(block_on(town.engine.execute(submission(1)))) else {
        panic!("not of the store")
    };
    assert!(matches!(*error, StoreError::OutcomeUnknown { .. }));
    assert_eq!(town.store.head(hakodate()).unwrap().size, 0);
    assert_eq!(town.done(submission(1)).receipt().unwrap().sequence(), 1);
}

struct Bomb;

impl Wake for Bomb {
    fn wake(self: Arc<Self>) {
        panic!("the waker panics, as it was told to");
    }
}

#[test]
fn a_waker_that_panics_does_not_keep_others_from_their_answers() {
    let town = Town::new();
    let waker = Waker::from(Arc::new(Bomb));
    town.store.close_gate();
    std::thread::scope(|scope| {
        let first = scope.spawn(|| town.run(submission(1)));
        town.store.await_at_the_gate();
        let mut bomb = town.engine.execute(submission(2));
        assert!(Pin::new(&mut bomb).poll(&mut Context::from_waker(&waker)).is_pending());
        let waiting = town.queue([submission(3)]);
        town.store.open_gate();
        assert_eq!(first.join().unwrap().unwrap().receipt().unwrap().sequence(), 1);
        // Told after the bomb went off; only then may the bomb get another waker.
        for (n, pending) in (2..).zip([bomb].into_iter().chain(waiting)).collect::<Vec<_>>().into_iter().rev()
        {
            assert_eq!(block_on(pending).unwrap().receipt().unwrap().sequence(), n);
        }
    });
}
