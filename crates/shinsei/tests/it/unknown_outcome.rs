//! A connection that is lost while committing: what became of it is found out before anybody is answered.

use shinsei::engine::EngineError;
use shinsei_core::port::store::{Store, StoreError};

use crate::executor::block_on_all;
use crate::rigged::{Call, Fault};
use crate::town::{Town, case, command, failure, hakodate, submission};

#[test]
fn what_was_written_before_the_connection_was_lost_is_found_and_answered_as_recorded() {
    let town = Town::new();
    town.store.spoil([Fault::LostAfter]);
    let answer = town.done(submission(1));
    assert_eq!(answer.events, town.engine.history(hakodate(), case(1)).unwrap());
    assert_eq!(town.store.head(hakodate()).unwrap().size, 2);
    assert_eq!(town.done(submission(1)), answer);
}

#[test]
fn what_was_not_written_is_sent_again() {
    let town = Town::new();
    town.store.spoil([Fault::LostBefore, Fault::LostBefore]);
    assert_eq!(town.done(submission(1)).receipt().unwrap().sequence(), 1);
    let find = || Call::Find(command(1));
    assert_eq!(
        town.store.take_calls()[5..],
        [Call::Commit(1), find(), Call::Commit(1), find(), Call::Commit(1)]
    );
}

/// The other one was recorded with documents of its own: the answer must name those.
#[test]
fn what_another_recorded_under_the_same_id_is_answered_as_that_one_recorded_it() {
    let town = Town::new();
    let other = town.other_engine();
    town.store.spoil([Fault::LostMeanwhile(Box::new(move || {
        other.execute(submission(1)).wait().unwrap();
    }))]);
    let answer = town.done(submission(1));
    assert_eq!(answer.events, town.engine.history(hakodate(), case(1)).unwrap());
}

#[test]
fn what_stays_unknown_is_told_as_unknown_and_the_same_id_tells_later() {
    let town = Town::new();
    town.store.spoil([Fault::LostAfter]);
    (0..5).for_each(|_| town.store.fail_find());
    let EngineError::Store(error) = failure(town.run(submission(1))) else { panic!("not of the store") };
    assert!(matches!(*error, StoreError::OutcomeUnknown { .. }), "{error:?}");
    let answer = town.done(submission(1));
    assert_eq!(answer.events, town.engine.history(hakodate(), case(1)).unwrap());
    assert_eq!(town.store.head(hakodate()).unwrap().size, 2);
}

#[test]
fn a_batch_that_was_lost_is_looked_up_one_by_one_and_sent_again_together() {
    let town = Town::new();
    let mut waiting = vec![];
    town.store.close_gate();
    let first = std::thread::scope(|scope| {
        let first = scope.spawn(|| town.run(submission(1)));
        town.store.await_at_the_gate();
        waiting = town.queue((2..=4).map(submission));
        town.store.spoil([Fault::Meanwhile(Box::new(|| {})), Fault::LostBefore]);
        town.store.open_gate();
        first.join().unwrap()
    });
    let answers = [first].into_iter().chain(block_on_all(waiting));
    let numbers: Vec<_> = answers.map(|answer| answer.unwrap().receipt().unwrap().sequence()).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(town.store.take_batches(), [1, 3, 3]);
}

#[test]
fn a_store_that_does_not_answer_for_each_commit_is_asked_what_it_did() {
    let town = Town::new();
    town.store.spoil([Fault::Short]);
    let answer = town.done(submission(1));
    assert_eq!(answer.events, town.engine.history(hakodate(), case(1)).unwrap());
}
