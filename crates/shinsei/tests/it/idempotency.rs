//! Promise 5: a command takes effect once, and its repeat gets the identical answer.

use std::sync::Arc;

use shinsei::engine::{EngineError, Request};
use shinsei_core::actor::Actor;
use shinsei_core::command::Command;
use shinsei_core::ids::CommandId;
use shinsei_core::port::signature::VerifierError;
use shinsei_core::port::store::Store;
use shinsei_core::rejection::Rejection;
use shinsei_core::time::Timestamp;

use crate::rigged::Call;
use crate::town::{
    DEFECT, Mood, Town, case, command, dogs_officer, dogs_road, failure, follow_up, hakodate, payment,
    rejection, signed_submission, submission, user,
};

/// Promise 5, by name.
#[test]
fn a_repeat_that_the_rules_would_now_refuse_gets_the_identical_answer() {
    let town = Town::new();
    let first = town.done(submission(1));
    town.done(follow_up(2, 1, dogs_officer(), Command::StartReview));
    town.clock.set(Timestamp::from_jst(2026, 5, 8, 3, 30).unwrap());
    assert!(matches!(rejection(town.run(submission(3))), Rejection::OutsideServiceHours { .. }));
    assert_eq!(town.done(submission(1)), first);
    assert_eq!(town.other_engine().execute(submission(1)).wait().unwrap(), first);
    assert_eq!(town.store.head(hakodate()).unwrap().size, 3);
}

#[test]
fn every_command_of_a_case_may_be_repeated_at_its_end() {
    let town = Town::new();
    let requests: Vec<_> = [submission(1)].into_iter().chain(dogs_road(10, 1)).collect();
    let first: Vec<_> = requests.iter().map(|request| town.done(request.clone())).collect();
    let again: Vec<_> = requests.iter().map(|request| town.done(request.clone())).collect();
    assert_eq!(again, first);
}

#[test]
fn a_repeat_whose_signature_would_now_be_refused_gets_the_identical_answer() {
    let town = Town::new();
    let first = town.done(signed_submission(1));
    town.verifier.feel(Mood::Refusing);
    assert_eq!(town.done(signed_submission(1)), first);
    assert_eq!(rejection(town.run(signed_submission(2))), Rejection::SignatureInvalid(DEFECT));
    town.verifier.feel(Mood::Silent);
    assert_eq!(town.done(signed_submission(1)), first);
    let failed = failure(town.run(signed_submission(2)));
    assert!(matches!(failed, EngineError::Verifier(VerifierError::Unavailable { .. })), "{failed:?}");
}

#[test]
fn the_same_id_for_something_else_is_refused_and_writes_nothing() {
    let town = Town::new();
    town.done(submission(1));
    let mut other_content = submission(2);
    other_content.command_id = command(1);
    other_content.stream = case(1).into();
    let mut other_case = submission(1);
    other_case.stream = case(2).into();
    let mut other_actor = submission(1);
    other_actor.actor = Actor::Applicant { user: user(2) };
    for request in [other_content, other_case, other_actor] {
        assert!(matches!(failure(town.run(request)), EngineError::CommandReused));
    }
    assert_eq!(town.store.head(hakodate()).unwrap().size, 2);
}

#[test]
fn once_its_digest_is_erased_an_id_still_answers_for_its_own_case_alone() {
    let town = Town::new();
    let first = town.done(submission(1));
    town.store.erase(hakodate(), case(1).into()).unwrap();
    assert_eq!(town.done(submission(1)), first);
    let mut other_case = submission(1);
    other_case.stream = case(2).into();
    assert!(matches!(failure(town.run(other_case)), EngineError::CommandReused));
}

#[test]
fn a_refusal_rests_on_the_store_and_on_find_and_only_refusals_pay_for_it() {
    let town = Town::new();
    town.done(submission(1));
    town.store.take_calls();
    let read = Call::Read(case(1).into());
    let late = follow_up(2, 1, dogs_officer(), Command::IssueCertificate { copies: 1 });
    assert!(matches!(rejection(town.run(late)), Rejection::WrongState { .. }));
    assert_eq!(town.store.take_calls(), [read, Call::Find(command(2))]);
    town.done(follow_up(3, 1, dogs_officer(), Command::StartReview));
    assert_eq!(town.store.take_calls(), [Call::Commit(1)]);
}

#[test]
fn an_invalid_signature_is_judged_once_and_looked_up() {
    let town = Town::new();
    town.verifier.feel(Mood::Refusing);
    assert_eq!(rejection(town.run(signed_submission(1))), Rejection::SignatureInvalid(DEFECT));
    // Nobody is refused on what an engine remembers: the streams are read again, the same bytes are not judged again.
    let once = [case(1).into(), residence_stream()].map(Call::Read);
    let reads = [&once[..], &once].concat();
    assert_eq!(town.store.take_calls(), [&reads[..], &[Call::Find(command(1))]].concat());
    assert_eq!(town.verifier.calls(), 1);
}

#[test]
fn a_stale_cache_refuses_nobody() {
    let town = Town::new();
    let other = town.other_engine();
    town.done(submission(1));
    assert!(town.run(dogs_road(10, 1).remove(1)).is_err());
    // Now this engine has the case cached, and the other one moves it on.
    other.execute(dogs_road(10, 1).remove(0)).wait().unwrap();
    let granted = town.done(dogs_road(10, 1).remove(1));
    assert_eq!(granted.events[0].version.0, 4);
}

#[test]
fn what_took_effect_between_the_decision_and_the_answer_is_not_refused() {
    let town = Town::new();
    town.done(submission(1));
    let other = Arc::new(town.other_engine());
    let repeated = || dogs_road(10, 1).remove(1);
    assert!(matches!(rejection(town.run(repeated())), Rejection::WrongState { .. }));
    let meanwhile = Arc::clone(&other);
    town.store.before_find(move || {
        for request in dogs_road(10, 1).into_iter().take(2) {
            meanwhile.execute(request).wait().unwrap();
        }
    });
    let answer = town.done(repeated());
    assert_eq!(answer, other.execute(repeated()).wait().unwrap());
}

#[test]
fn two_who_send_the_same_command_at_once_both_get_its_answer() {
    let town = Town::with(|settings| settings.threads = 2);
    let other = town.other_engine();
    for n in 1..=200 {
        let (one, two) = std::thread::scope(|scope| {
            let one = scope.spawn(|| town.done(submission(n)));
            let two = scope.spawn(|| other.execute(submission(n)).wait().unwrap());
            (one.join().unwrap(), two.join().unwrap())
        });
        assert_eq!(one, two);
    }
    assert_eq!(town.store.head(hakodate()).unwrap().size, 400);
}

#[test]
fn a_refused_command_may_succeed_later_under_its_id_and_burns_no_number() {
    let town = Town::new();
    town.verifier.feel(Mood::Refusing);
    rejection(town.run(signed_submission(1)));
    town.verifier.feel(Mood::Trusting);
    assert_eq!(town.done(submission(2)).receipt().unwrap().sequence(), 1);
    assert_eq!(town.done(signed_submission(1)).receipt().unwrap().sequence(), 2);
}

fn residence_stream() -> shinsei_core::ids::StreamId {
    (&shinsei_core::ids::ProcedureId::new(crate::town::RESIDENCE).unwrap()).into()
}

#[test]
fn a_payment_that_would_be_credited_to_two_cases_is_noticed_and_a_file_may_be_read_twice() {
    let town = Town::new();
    for n in [1, 2] {
        town.done(submission(n));
        for request in dogs_road(100 * n, n).into_iter().take(2) {
            town.done(request);
        }
    }
    let key = [7; 32];
    let line = |of, yen| {
        let id = CommandId::of_payment(&key, hakodate(), "12345", b"R-1");
        Request { command_id: id, ..follow_up(0, of, dogs_officer(), payment(yen)) }
    };
    let first = town.done(line(1, 3_000));
    assert_eq!(town.done(line(1, 3_000)), first);
    assert!(matches!(failure(town.run(line(2, 3_000))), EngineError::CommandReused));
    let other = CommandId::of_payment(&key, hakodate(), "12345", b"R-2");
    town.done(Request { command_id: other, ..line(2, 3_000) });
    // Nobody without the key knows the id, and no two collectors share a reference by accident.
    let ids = [
        CommandId::of_payment(&key, hakodate(), "12345", b"R-1"),
        CommandId::of_payment(&[8; 32], hakodate(), "12345", b"R-1"),
        CommandId::of_payment(&key, hakodate(), "1234", b"5R-1"),
        other,
    ];
    assert_eq!(ids.into_iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
}
