//! Nothing happens until a command is waited for or polled; then it goes on, on any executor or on none.

use shinsei_core::ids::{CalendarId, Position, ProcedureId, StreamId};
use shinsei_core::port::store::Store;

use crate::executor::{block_on, block_on_all, poll_once};
use crate::rigged::Call;
use crate::town::{Town, case, command, hakodate, signed_submission, submission};

#[test]
fn nothing_happens_until_it_is_waited_for_or_polled() {
    let town = Town::new();
    let pending = town.engine.execute(signed_submission(1));
    assert_eq!((town.store.take_calls(), town.verifier.calls()), (vec![], 0));
    drop(pending);
    assert_eq!((town.store.take_calls(), town.verifier.calls()), (vec![], 0));
    assert_eq!(town.store.find(hakodate(), command(1)).unwrap(), None);
}

#[test]
fn dropped_after_its_first_poll_the_command_goes_on_and_the_same_id_gets_its_answer() {
    let town = Town::new();
    let mut dropped = town.engine.execute(submission(1));
    town.store.close_gate();
    assert!(poll_once(&mut dropped).is_pending());
    drop(dropped);
    town.store.open_gate();
    // The engine's one thread takes one after another: this one comes after it.
    let second = block_on(town.engine.execute(submission(2))).unwrap();
    assert_eq!(second.receipt().unwrap().sequence(), 2);
    let found = town.store.find(hakodate(), command(1)).unwrap().unwrap();
    let answer = town.done(submission(1));
    assert_eq!(
        (answer.recorded_at, answer.events[0].position),
        (found.receipt.recorded_at, found.receipt.first)
    );
    assert_eq!(answer.receipt().unwrap().sequence(), 1);
}

#[test]
fn waiting_and_awaiting_give_the_same_answer_as_the_log() {
    let town = Town::new();
    for (n, answer) in
        [(1, town.done(submission(1))), (2, block_on(town.engine.execute(submission(2))).unwrap())]
    {
        assert_eq!(answer.events, town.engine.history(hakodate(), case(n)).unwrap());
        assert_eq!(answer.receipt().unwrap().sequence(), u64::try_from(n).unwrap());
    }
}

#[test]
fn a_thousand_futures_at_once_need_no_runtime() {
    let town = Town::with(|settings| settings.threads = 4);
    let pending = (1..=1_000).map(|n| town.engine.execute(submission(n))).collect();
    let mut numbers: Vec<_> = block_on_all(pending)
        .into_iter()
        .map(|answer| answer.unwrap().receipt().unwrap().sequence())
        .collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(1..=1_000));
    assert_eq!(town.store.head(hakodate()).unwrap().size, 2_000);
}

#[test]
fn an_uncontended_command_commits_on_the_thread_that_waits() {
    let town = Town::with(|settings| settings.threads = 1);
    assert_eq!(town.done(submission(1)).events[0].position, Position(1));
    let stream = case(1).into();
    let applicant = crate::town::user(1).into();
    let procedure = (&ProcedureId::new(crate::town::DOG).unwrap()).into();
    let calendar = CalendarId::CITY_HALL.into();
    let reads = [stream, procedure, applicant, calendar, StreamId::SERVICE].map(Call::Read);
    assert_eq!(town.store.take_calls(), [&reads[..], &[Call::Commit(1)]].concat());
}
