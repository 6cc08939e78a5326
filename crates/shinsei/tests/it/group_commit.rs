//! Group commit: who waits while another writes is written together, in order, within bounds, each with its own fate.

use std::thread;

use shinsei::committer::Bounds;
use shinsei::engine::EngineError;
use shinsei_core::port::store::{Store, StoreError};

use crate::executor::{block_on, block_on_all};
use crate::rigged::{Fault, unavailable};
use crate::town::{Executed, Town, failure, hakodate, submission};

/// Holds the writer with command 1 while something is done, then lets go; the answer of command 1.
fn while_the_writer_is_held(town: &Town, meanwhile: impl FnOnce()) -> Executed {
    town.store.close_gate();
    thread::scope(|scope| {
        let first = scope.spawn(|| town.run(submission(1)));
        town.store.await_at_the_gate();
        meanwhile();
        town.store.open_gate();
        first.join().unwrap()
    })
}

fn bounded(change: impl FnOnce(&mut Bounds)) -> Town {
    Town::with(|settings| change(&mut settings.bounds))
}

fn sequence(executed: Executed) -> u64 {
    executed.unwrap().receipt().unwrap().sequence()
}

#[test]
fn what_waits_for_the_writer_is_committed_together_in_its_order() {
    let town = Town::new();
    let mut waiting = vec![];
    let first = while_the_writer_is_held(&town, || waiting = town.queue((2..=101).map(submission)));
    assert_eq!(sequence(first), 1);
    let numbers: Vec<_> = block_on_all(waiting).into_iter().map(sequence).collect();
    assert!(numbers.into_iter().eq(2..=101));
    assert_eq!(town.store.take_batches(), [1, 100]);
}

#[test]
fn a_transaction_has_no_more_commits_than_its_bound() {
    let town = bounded(|bounds| bounds.batch_commits_max = 32);
    let mut waiting = vec![];
    while_the_writer_is_held(&town, || waiting = town.queue((2..=101).map(submission))).unwrap();
    assert!(block_on_all(waiting).into_iter().map(sequence).eq(2..=101));
    assert_eq!(town.store.take_batches(), [1, 32, 32, 32, 4]);
}

#[test]
fn a_transaction_is_full_after_so_many_bytes() {
    let town = bounded(|bounds| bounds.batch_bytes_max = 1);
    let mut waiting = vec![];
    while_the_writer_is_held(&town, || waiting = town.queue((2..=4).map(submission))).unwrap();
    assert!(block_on_all(waiting).into_iter().map(sequence).eq(2..=4));
    assert_eq!(town.store.take_batches(), [1, 1, 1, 1]);
}

#[test]
fn bounds_of_zero_do_not_stop_the_writer() {
    let town = bounded(|bounds| (bounds.batch_commits_max, bounds.batch_bytes_max) = (0, 0));
    assert_eq!(sequence(town.run(submission(1))), 1);
    assert_eq!(sequence(block_on(town.engine.execute(submission(2)))), 2);
}

#[test]
fn a_full_queue_is_said_at_once_and_the_refused_command_may_come_again() {
    let town = bounded(|bounds| bounds.queue_commits_max = 3);
    let mut waiting = vec![];
    while_the_writer_is_held(&town, || {
        waiting = town.queue((2..=4).map(submission));
        assert!(matches!(failure(town.run(submission(5))), EngineError::Overloaded));
        let polled = block_on(town.engine.execute(submission(6)));
        assert!(matches!(failure(polled), EngineError::Overloaded));
    })
    .unwrap();
    assert!(block_on_all(waiting).into_iter().map(sequence).eq(2..=4));
    assert_eq!(sequence(town.run(submission(5))), 5);
}

#[test]
fn the_queue_is_bounded_in_bytes_too_but_takes_what_is_large_when_it_is_empty() {
    let town = bounded(|bounds| bounds.queue_bytes_max = 1);
    let mut waiting = vec![];
    while_the_writer_is_held(&town, || {
        waiting = town.queue([submission(2)]);
        assert!(matches!(failure(town.run(submission(3))), EngineError::Overloaded));
    })
    .unwrap();
    assert!(block_on_all(waiting).into_iter().map(sequence).eq([2]));
}

#[test]
fn more_polled_commands_than_there_are_places_are_overloaded_at_once() {
    let town = Town::with(|settings| settings.polled_max = 0);
    let refused = block_on(town.engine.execute(submission(1)));
    assert!(matches!(failure(refused), EngineError::Overloaded));
    assert_eq!(sequence(town.run(submission(1))), 1);
}

#[test]
fn a_commit_that_breaks_the_contract_does_not_hinder_its_neighbours() {
    let town = Town::new();
    let mut waiting = vec![];
    let malformed = || StoreError::Malformed { rule: "as the test wants it" };
    // The batch of three is refused as a whole; then each goes alone, and the second is the bad one.
    let written = || Fault::Meanwhile(Box::new(|| {}));
    town.store.spoil([written(), Fault::Fails(malformed), written(), Fault::Fails(malformed)]);
    while_the_writer_is_held(&town, || waiting = town.queue((2..=4).map(submission))).unwrap();
    let [one, two, three] = block_on_all(waiting).try_into().unwrap();
    assert_eq!((sequence(one), sequence(three)), (2, 3));
    let EngineError::Store(error) = failure(two) else { panic!("not of the store") };
    assert!(matches!(*error, StoreError::Malformed { .. }));
    assert_eq!(town.store.take_batches(), [1, 3, 1, 1, 1]);
}

#[test]
fn a_failed_batch_fails_everybody_in_it_and_nobody_else() {
    let town = bounded(|bounds| bounds.batch_commits_max = 2);
    let mut waiting = vec![];
    town.store.spoil([Fault::Meanwhile(Box::new(|| {})), Fault::Fails(unavailable)]);
    let first = while_the_writer_is_held(&town, || waiting = town.queue((2..=5).map(submission)));
    let [one, two, three, four] = block_on_all(waiting).try_into().unwrap();
    for failed in [one, two] {
        let EngineError::Store(error) = failure(failed) else { panic!("not of the store") };
        assert!(error.is_transient());
    }
    assert_eq!([first, three, four].map(sequence), [1, 2, 3]);
    assert_eq!(town.store.head(hakodate()).unwrap().size, 6);
}

#[test]
fn sixty_four_threads_that_wait_get_the_numbers_one_by_one() {
    let town = Town::new();
    let mut numbers: Vec<_> = thread::scope(|scope| {
        let town = &town;
        let submitters: Vec<_> = (0..64_u128)
            .map(|thread| {
                scope.spawn(move || {
                    let own = (1..=20).map(|n| thread * 100 + n);
                    own.map(|n| sequence(town.run(submission(n)))).collect::<Vec<_>>()
                })
            })
            .collect();
        submitters.into_iter().flat_map(|submitter| submitter.join().unwrap()).collect()
    });
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(1..=1_280));
    assert_eq!(town.store.take_batches().into_iter().sum::<usize>(), 1_280);
}
