//! A store with lanes: municipalities do not wait for each other, and none starves another.

use std::thread;

use shinsei::engine::{EngineError, Request};
use shinsei_core::application::Application;
use shinsei_core::port::store::Store;

use crate::executor::{block_on, block_on_all};
use crate::rigged::{Fault, Rigged};
use crate::town::{Executed, Town, command, failure, hakodate, sapporo, submission};

/// A submission to the neighbour.
fn neighbour(n: u128) -> Request<Application> {
    Request { municipality: sapporo(), ..submission(n) }
}

/// Opens the gate in the end, also when something else was found than was wanted: nobody waits at it for ever.
struct OpenInTheEnd<'a>(&'a Rigged);

impl Drop for OpenInTheEnd<'_> {
    fn drop(&mut self) {
        self.0.open_gate();
    }
}

fn sequence(executed: Executed) -> u64 {
    executed.unwrap().receipt().unwrap().sequence()
}

#[test]
fn who_is_held_back_holds_nobody_else_back() {
    let town = Town::with_lanes(|_| {});
    town.store.close_gate_of(hakodate());
    let (first, waiting) = thread::scope(|scope| {
        let _open = OpenInTheEnd(&town.store);
        let first = scope.spawn(|| town.run(submission(1)));
        town.store.await_at_the_gate();
        let waiting = town.queue((2..=20).map(submission));
        for n in 1..=10 {
            assert_eq!(sequence(town.run(neighbour(2 * n - 1))), u64::try_from(2 * n - 1).unwrap());
            let polled = block_on(town.engine.execute(neighbour(2 * n)));
            assert_eq!(sequence(polled), u64::try_from(2 * n).unwrap());
        }
        assert_eq!(town.store.head(hakodate()).unwrap().size, 0);
        town.store.open_gate();
        (first.join().unwrap(), waiting)
    });
    assert_eq!(sequence(first), 1);
    assert!(block_on_all(waiting).into_iter().map(sequence).eq(2..=20));
}

/// A lane that the committer's own threads have taken over and cannot write does not hold up another one.
#[test]
fn what_is_left_behind_in_one_lane_does_not_hold_up_another() {
    let town = Town::with_lanes(|settings| settings.bounds.batch_commits_max = 1);
    let store = std::sync::Arc::clone(&town.store);
    town.store.close_gate();
    thread::scope(|scope| {
        let _open = OpenInTheEnd(&town.store);
        let first = scope.spawn(|| town.run(submission(1)));
        town.store.await_at_the_gate();
        let mine = town.queue([submission(2), submission(3)]);
        // The first one goes through, and the gate closes again before the next batch, which a thread of the
        // committer's own brings, can come to it.
        town.store.spoil([Fault::Meanwhile(Box::new(move || store.close_gate_of(hakodate())))]);
        town.store.open_gate();
        assert_eq!(sequence(first.join().unwrap()), 1);
        town.store.await_at_the_gate();
        let inline = scope.spawn(|| town.run(neighbour(1)));
        assert_eq!(sequence(inline.join().unwrap()), 1);
        let theirs = (2..=9).map(|n| town.engine.execute(neighbour(n))).collect();
        assert!(block_on_all(theirs).into_iter().map(sequence).eq(2..=9));
        assert!(town.store.find(hakodate(), command(2)).unwrap().is_none());
        town.store.open_gate();
        assert!(block_on_all(mine).into_iter().map(sequence).eq([2, 3]));
    });
}

#[test]
fn who_cannot_be_written_leaves_room_for_the_others() {
    let town = Town::with_lanes(|settings| settings.bounds.queue_commits_max = 8);
    town.store.close_gate_of(hakodate());
    let (first, waiting) = thread::scope(|scope| {
        let _open = OpenInTheEnd(&town.store);
        let first = scope.spawn(|| town.run(submission(1)));
        town.store.await_at_the_gate();
        // Four wait, and four more could: as much as they take is left.
        let waiting = town.queue((2..=5).map(submission));
        assert!(matches!(failure(town.run(submission(6))), EngineError::Overloaded));
        assert_eq!(sequence(town.run(neighbour(1))), 1);
        town.store.open_gate();
        (first.join().unwrap(), waiting)
    });
    assert_eq!(sequence(first), 1);
    assert!(block_on_all(waiting).into_iter().map(sequence).eq(2..=5));
    assert_eq!(sequence(town.run(submission(6))), 6);
}

#[test]
fn shutting_down_finishes_every_lane() {
    let town = Town::with_lanes(|settings| settings.bounds.batch_commits_max = 3);
    town.store.close_gate();
    let (inline, waiting) = thread::scope(|scope| {
        let _open = OpenInTheEnd(&town.store);
        let inline = [submission(1), neighbour(1)].map(|one| scope.spawn(|| town.run(one)));
        town.store.await_so_many_at_the_gate(2);
        let waiting = town.queue((2..=30).flat_map(|n| [submission(n), neighbour(n)]));
        let closing = scope.spawn(|| town.engine.shut_down());
        town.await_closing();
        town.store.open_gate();
        closing.join().unwrap();
        (inline.map(|one| one.join().unwrap()), waiting)
    });
    assert_eq!(inline.map(sequence), [1, 1]);
    let numbers: Vec<_> = block_on_all(waiting).into_iter().map(sequence).collect();
    assert!(numbers.into_iter().eq((2..=30).flat_map(|n| [n, n])));
    assert!(matches!(failure(town.run(neighbour(100))), EngineError::ShuttingDown));
}

#[test]
fn sixty_four_threads_over_two_lanes_get_their_numbers_one_by_one() {
    let town = Town::with_lanes(|_| {});
    let mut numbers: Vec<_> = thread::scope(|scope| {
        let town = &town;
        let submitters: Vec<_> = (0..64_u128)
            .map(|thread| {
                scope.spawn(move || {
                    let of = if thread % 2 == 0 { submission } else { neighbour };
                    let own = (1..=20).map(|n| thread * 100 + n);
                    own.map(|n| (thread % 2, sequence(town.run(of(n))))).collect::<Vec<_>>()
                })
            })
            .collect();
        submitters.into_iter().flat_map(|submitter| submitter.join().unwrap()).collect()
    });
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq((0..2).flat_map(|city| (1..=640).map(move |n| (city, n)))));
    let cities = town.store.take_cities();
    assert!(cities.iter().all(|batch| batch.iter().all(|city| *city == batch[0])));
}
