//! What moved on meanwhile is decided again, a bounded number of times.

use std::sync::Arc;

use shinsei::engine::EngineError;
use shinsei_conformance::FakeClock;
use shinsei_core::command::Command;
use shinsei_core::ids::Version;
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::{Commit, Outcome, Store};
use shinsei_core::rejection::Rejection;
use shinsei_core::time::Timestamp;
use shinsei_core::yen::Yen;

use crate::rigged::Fault;
use crate::town::{
    DEFECT, Mood, Town, case, dogs_officer, dogs_road, failure, follow_up, hakodate, payment, rejection,
    signed_submission, submission,
};

fn stale(commit: &Commit) -> Outcome {
    Outcome::Stale { stream: commit.appends[0].stream, actual: Version(99) }
}

fn jst(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> Timestamp {
    Timestamp::from_jst(year, month, day, hour, minute).unwrap()
}

#[test]
fn a_case_that_moved_on_is_decided_again_on_what_it_became() {
    let town = Town::new();
    town.done(submission(1));
    for request in dogs_road(10, 1).into_iter().take(2) {
        town.done(request);
    }
    let other = Arc::new(town.other_engine());
    let meanwhile = Arc::clone(&other);
    town.store.spoil([Fault::Meanwhile(Box::new(move || {
        meanwhile.execute(follow_up(20, 1, dogs_officer(), payment(3_000))).wait().unwrap();
    }))]);
    // Recorded at two counters at once: the second is told so, not recorded.
    let second = town.run(follow_up(21, 1, dogs_officer(), payment(3_000)));
    assert_eq!(rejection(second), Rejection::PaymentKnown { payment: 1, yen: Yen(3_000) });
}

#[test]
fn a_case_that_never_rests_is_contended_after_a_bounded_number_of_decisions() {
    let town = Town::new();
    town.store.spoil((0..16).map(|_| Fault::Answers(stale)));
    assert!(matches!(failure(town.run(submission(1))), EngineError::Contended { decisions: 16 }));
    assert_eq!(town.store.take_batches(), [1; 16]);
    town.store.spoil((0..15).map(|_| Fault::Answers(stale)));
    assert_eq!(town.done(submission(1)).receipt().unwrap().sequence(), 1);
}

#[test]
fn a_submission_that_is_recorded_within_an_outage_is_refused_with_the_time_it_ends() {
    let town = Town::new();
    town.clock.set(jst(2026, 5, 8, 2, 59));
    let clock = town.clock.clone();
    town.store.spoil([Fault::Meanwhile(Box::new(move || clock.set(jst(2026, 5, 8, 3, 0))))]);
    let opens_at = Some(jst(2026, 5, 8, 4, 0));
    assert_eq!(rejection(town.run(submission(1))), Rejection::OutsideServiceHours { opens_at });
    assert_eq!(town.store.head(hakodate()).unwrap().size, 0);
    town.clock.set(jst(2026, 5, 8, 4, 0));
    assert_eq!(town.done(submission(1)).recorded_at, jst(2026, 5, 8, 4, 0));
}

#[test]
fn a_submission_at_the_turn_of_the_fiscal_year_gets_a_number_of_the_year_in_which_it_is_recorded() {
    let town = Town::new();
    town.clock.set(jst(2027, 3, 31, 23, 59));
    assert_eq!(town.done(submission(1)).receipt().unwrap().to_string()[..18], *"012025-R08-0000001");
    let clock = town.clock.clone();
    town.store.spoil([Fault::Meanwhile(Box::new(move || clock.set(jst(2027, 4, 1, 0, 0))))]);
    assert_eq!(town.done(submission(2)).receipt().unwrap().to_string()[..18], *"012025-R09-0000001");
}

#[test]
fn what_counts_is_the_clock_by_which_it_is_recorded() {
    let recording = FakeClock::at(jst(2026, 5, 8, 3, 0));
    let store = shinsei::memory::MemoryStore::new(Arc::new(recording.clone()));
    let town = Town::on(Arc::new(store), FakeClock::at(jst(2026, 5, 8, 2, 59)), |_| {});
    let opens_at = Some(jst(2026, 5, 8, 4, 0));
    assert_eq!(rejection(town.run(submission(1))), Rejection::OutsideServiceHours { opens_at });
    recording.set(jst(2026, 5, 8, 4, 0));
    assert_eq!(town.done(submission(1)).recorded_at, recording.now());
}

#[test]
fn a_signature_is_judged_again_once_its_verdict_no_longer_holds() {
    let town = Town::new();
    town.verifier.hold_for(60_000_000);
    let clock = town.clock.clone();
    town.store.spoil([Fault::Meanwhile(Box::new(move || clock.advance(60_000_000)))]);
    let answer = town.done(signed_submission(1));
    assert_eq!(town.verifier.calls(), 2);
    let shinsei_core::event::Event::SignatureVerified(verified) = &answer.events[1].event else {
        panic!("{answer:?}")
    };
    assert_eq!(verified.judged_at, answer.recorded_at);
}

#[test]
fn a_signature_whose_certificate_expired_meanwhile_is_refused() {
    let town = Town::new();
    town.verifier.hold_for(60_000_000);
    let (clock, verifier) = (town.clock.clone(), Arc::clone(&town.verifier));
    town.store.spoil([Fault::Meanwhile(Box::new(move || {
        clock.advance(60_000_000);
        verifier.feel(Mood::Refusing);
    }))]);
    assert_eq!(rejection(town.run(signed_submission(1))), Rejection::SignatureInvalid(DEFECT));
    assert_eq!(town.store.head(hakodate()).unwrap().size, 0);
}

#[test]
fn a_signature_is_not_judged_again_while_its_verdict_holds() {
    let town = Town::new();
    town.store.spoil([Fault::Answers(stale), Fault::Answers(stale)]);
    town.done(signed_submission(1));
    assert_eq!(town.verifier.calls(), 1);
}

#[test]
fn a_polled_command_is_decided_again_too() {
    let town = Town::new();
    town.store.spoil([Fault::Answers(stale)]);
    let answer = crate::executor::block_on(town.engine.execute(submission(1))).unwrap();
    assert_eq!(answer.events, town.engine.history(hakodate(), case(1)).unwrap());
    town.store.spoil((0..16).map(|_| Fault::Answers(stale)));
    let review = follow_up(2, 1, dogs_officer(), Command::StartReview);
    let contended = crate::executor::block_on(town.engine.execute(review));
    assert!(matches!(failure(contended), EngineError::Contended { decisions: 16 }));
}
