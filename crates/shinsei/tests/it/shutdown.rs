//! Shutting down finishes what was begun and refuses the rest.

use std::sync::mpsc;
use std::thread;

use shinsei::engine::{Engine, EngineError};
use shinsei::memory::MemoryStore;
use shinsei_conformance::FakeClock;
use shinsei_core::port::store::Store;
use std::sync::Arc;

use crate::executor::{block_on, block_on_all, poll_once};
use crate::town::{Scripted, Town, failure, hakodate, settings, submission};

#[test]
fn what_is_queued_is_finished_and_the_rest_is_refused() {
    let town = Town::new();
    town.store.close_gate();
    let (mut waiting, first) = thread::scope(|scope| {
        let first = scope.spawn(|| town.run(submission(1)));
        town.store.await_at_the_gate();
        let waiting = town.queue((2..=20).map(submission));
        let closing = scope.spawn(|| town.engine.shut_down());
        town.await_closing();
        town.store.open_gate();
        closing.join().unwrap();
        (waiting, first.join().unwrap())
    });
    let answers = [first].into_iter().chain(block_on_all(std::mem::take(&mut waiting)));
    let numbers: Vec<_> = answers.map(|answer| answer.unwrap().receipt().unwrap().sequence()).collect();
    assert!(numbers.into_iter().eq(1..=20));
    assert!(matches!(failure(town.run(submission(100))), EngineError::ShuttingDown));
    let polled = block_on(town.engine.execute(submission(101)));
    assert!(matches!(failure(polled), EngineError::ShuttingDown));
}

#[test]
fn an_engine_that_is_dropped_with_commands_pending_hangs_nobody() {
    let Town { store, engine, .. } = Town::new();
    store.close_gate();
    let mut polled: Vec<_> = (1..=50).map(|n| engine.execute(submission(n))).collect();
    let idle = engine.execute(submission(51));
    for one in &mut polled {
        assert!(poll_once(one).is_pending());
    }
    store.open_gate();
    drop(engine);
    // What was begun was finished; what was not, finds the engine closed.
    for (n, answer) in (1..).zip(block_on_all(polled)) {
        assert_eq!(answer.unwrap().receipt().unwrap().sequence(), n);
    }
    assert!(matches!(failure(idle.wait()), EngineError::ShuttingDown));
    assert_eq!(store.head(hakodate()).unwrap().size, 100);
}

#[test]
fn shutting_down_twice_is_shutting_down_once() {
    let town = Town::new();
    town.done(submission(1));
    town.engine.shut_down();
    town.engine.shut_down();
    assert_eq!(town.store.head(hakodate()).unwrap().size, 2);
}

/// An executor may drop the last handle of the engine while the engine's own thread wakes it.
#[test]
fn an_engine_that_is_dropped_by_its_own_thread_does_not_wait_for_itself() {
    struct Dropper(std::sync::Mutex<Option<Town>>, mpsc::Sender<()>);
    impl std::task::Wake for Dropper {
        fn wake(self: Arc<Self>) {
            drop(self.0.lock().unwrap().take());
            self.1.send(()).unwrap();
        }
    }
    let town = Town::new();
    let (dropped, told) = mpsc::channel();
    town.store.close_gate();
    let store = Arc::clone(&town.store);
    let mut pending = town.engine.execute(submission(1));
    let dropper = Arc::new(Dropper(std::sync::Mutex::new(Some(town)), dropped));
    let waker = std::task::Waker::from(dropper);
    let mut context = std::task::Context::from_waker(&waker);
    assert!(std::pin::Pin::new(&mut pending).poll(&mut context).is_pending());
    store.open_gate();
    told.recv().unwrap();
    assert_eq!(block_on(pending).unwrap().receipt().unwrap().sequence(), 1);
}

#[test]
fn a_store_that_forgets_is_refused_unless_it_is_asked_for_by_name() {
    let clock = FakeClock::default();
    let store = || Arc::new(MemoryStore::new(Arc::new(clock.clone())));
    let opened = Engine::open(store(), Arc::new(Scripted::default()), settings(&clock));
    assert!(matches!(opened.err(), Some(EngineError::NotDurable)));
    let engine = Engine::volatile(store(), Arc::new(Scripted::default()), settings(&clock)).unwrap();
    assert_eq!(engine.execute(submission(1)).wait().unwrap().receipt().unwrap().sequence(), 1);
}

#[test]
fn a_municipality_that_is_not_served_is_named() {
    let town = Town::new();
    let mut request = submission(1);
    request.municipality = "011002".parse().unwrap();
    assert!(matches!(
        failure(town.run(request)),
        EngineError::MunicipalityUnknown { municipality } if municipality.as_str() == "011002"
    ));
}

#[test]
fn hints_of_other_nodes_are_listened_to_until_the_engine_is_gone() {
    let town = Town::new();
    assert_eq!(town.store.hint(hakodate()), 1);
    assert_eq!(town.store.hint("011002".parse().unwrap()), 1, "also of one that is not served");
    let Town { store, engine, .. } = town;
    drop(engine);
    assert_eq!(store.hint(hakodate()), 0);
}
