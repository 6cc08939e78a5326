//! Promise 6: nothing is sent before it is true, nothing true is left unsent.

use std::sync::{Arc, mpsc};
use std::thread;

use shinsei::agenda::{ATTEMPTS_MAX, Worked};
use shinsei::engine::EngineError;
use shinsei_core::agenda::{Channel, EntryState};
use shinsei_core::command::Command;
use shinsei_core::event::{Event, ResultTold, TellingChannel};
use shinsei_core::ids::{StreamId, Version};
use shinsei_core::notice::Task;
use shinsei_core::port::store::{Append, CommandKey, Commit, NewRecord, Store};
use shinsei_core::record::Codec;

use crate::carrier::{Carrier, Trip};
use crate::rigged::{Fault, unavailable};
use crate::town::{
    Mood, Town, case, command, dogs_officer, dogs_road, follow_up, hakodate, rejection, signed_submission,
    submission,
};

const MINUTE: i64 = 60_000_000;

fn work(town: &Town, carrier: &Carrier) -> Worked {
    town.engine.work_agenda(carrier).unwrap()
}

/// Submits a case and decides it; nothing is delivered yet.
fn decided(town: &Town, n: u128) {
    town.done(submission(n));
    for request in dogs_road(n * 100, n).into_iter().take(2) {
        town.done(request);
    }
}

/// How the result was told, each time.
fn told(town: &Town, n: u128) -> Vec<ResultTold> {
    let history = town.engine.history(hakodate(), case(n)).unwrap();
    let told = |event| if let Event::ResultTold(told) = event { Some(told) } else { None };
    history.into_iter().filter_map(|recorded| told(recorded.event)).collect()
}

/// The notices that wait; the clock of a case has entries of its own.
fn states(town: &Town) -> Vec<(EntryState, u32)> {
    let rows = town.store.agenda(hakodate(), 100).unwrap();
    let notices = rows.into_iter().filter(|row| row.channel == Channel::Notice);
    notices.map(|row| (row.state, row.attempts)).collect()
}

#[test]
fn a_notice_is_delivered_once_its_cause_is_recorded_and_never_for_what_was_refused() {
    let (town, carrier) = (Town::new(), Carrier::default());
    town.verifier.feel(Mood::Refusing);
    rejection(town.run(signed_submission(1)));
    assert_eq!(work(&town, &carrier), Worked::default());
    town.done(submission(2));
    assert_eq!(work(&town, &carrier), Worked { delivered: 1, ..Worked::default() });
    let [mail] = carrier.take().try_into().unwrap();
    assert_eq!((mail.mail, mail.sequence, mail.to.as_str()), ("M2", 1, "hanako@example.jp"));
    town.done(submission(2));
    assert_eq!(work(&town, &carrier), Worked::default());
}

#[test]
fn a_notice_that_was_delivered_and_not_settled_is_delivered_again_with_the_same_id() {
    let (town, carrier) = (Town::new(), Carrier::default());
    town.done(submission(1));
    town.store.spoil([Fault::Fails(unavailable)]);
    assert!(matches!(town.engine.work_agenda(&carrier), Err(EngineError::Store(_))));
    let first = carrier.take();
    // The machine went down here. Its lease runs out; another one takes over.
    let other = town.other_engine();
    assert_eq!(other.work_agenda(&carrier).unwrap(), Worked::default());
    town.clock.advance(MINUTE);
    assert_eq!(other.work_agenda(&carrier).unwrap().delivered, 1);
    assert_eq!(carrier.take(), first);
    assert_eq!(states(&town), []);
}

#[test]
fn a_carrier_that_does_not_answer_is_asked_again_less_and_less_often_then_a_person_must_look() {
    let (town, carrier) = (Town::new(), Carrier::default());
    town.done(submission(1));
    carrier.expect((0..ATTEMPTS_MAX).map(|_| Trip::Unavailable));
    let retried = Worked { to_retry: 1, ..Worked::default() };
    for minutes in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
        assert_eq!(work(&town, &carrier), retried);
        town.clock.advance(minutes * MINUTE - 1);
        assert_eq!(work(&town, &carrier), Worked::default());
        town.clock.advance(1);
    }
    assert_eq!(work(&town, &carrier), Worked { parked: 1, ..Worked::default() });
    assert_eq!(states(&town), [(EntryState::Parked, ATTEMPTS_MAX)]);
    town.clock.advance(24 * 60 * MINUTE);
    assert_eq!(work(&town, &carrier), Worked::default());
}

#[test]
fn a_notice_that_cannot_be_delivered_is_parked_at_once() {
    let (town, carrier) = (Town::new(), Carrier::default());
    town.done(submission(1));
    carrier.expect([Trip::Undeliverable]);
    assert_eq!(work(&town, &carrier), Worked { parked: 1, ..Worked::default() });
    assert_eq!(states(&town), [(EntryState::Parked, 1)]);
}

#[test]
fn a_carrier_that_panics_is_asked_again() {
    let (town, carrier) = (Town::new(), Carrier::default());
    town.done(submission(1));
    carrier.expect([Trip::Panics]);
    assert_eq!(work(&town, &carrier).to_retry, 1);
    town.clock.advance(MINUTE);
    assert_eq!(work(&town, &carrier).delivered, 1);
}

#[test]
fn a_result_never_overtakes_the_receipt_and_holds_up_no_other_case() {
    let (town, carrier) = (Town::new(), Carrier::default());
    decided(&town, 1);
    carrier.expect([Trip::Unavailable]);
    assert_eq!(work(&town, &carrier), Worked { to_retry: 1, ..Worked::default() });
    town.done(submission(2));
    assert_eq!(work(&town, &carrier).delivered, 1);
    assert_eq!(carrier.take_mails(), [("M2", 2)]);
    town.clock.advance(MINUTE);
    assert_eq!(work(&town, &carrier).delivered, 2);
    assert_eq!(carrier.take_mails(), [("M2", 1), ("M4", 1)]);
}

#[test]
fn the_commit_that_settles_a_delivered_result_records_that_it_was_told() {
    let (town, carrier) = (Town::new(), Carrier::default());
    decided(&town, 1);
    town.store.take_calls();
    assert_eq!(work(&town, &carrier).delivered, 2);
    assert_eq!(told(&town, 1), [ResultTold { how: TellingChannel::Notice, by: None }]);
    // One for the receipt, one for the result with its event.
    assert_eq!(town.store.take_batches(), [1, 1]);
    assert_eq!(states(&town), []);
}

#[test]
fn a_result_whose_telling_was_lost_on_the_way_is_recorded_once() {
    let (town, carrier) = (Town::new(), Carrier::default());
    decided(&town, 1);
    let written = Fault::Meanwhile(Box::new(|| {}));
    town.store.spoil([written, Fault::LostAfter]);
    assert_eq!(work(&town, &carrier).delivered, 2);
    assert_eq!((told(&town, 1).len(), states(&town)), (1, vec![]));
}

#[test]
fn a_result_that_the_clerk_told_first_is_told_once() {
    let (town, carrier) = (Town::new(), Carrier::default());
    decided(&town, 1);
    let at_the_counter = Command::TellResult { how: TellingChannel::Counter };
    town.done(follow_up(7, 1, dogs_officer(), at_the_counter));
    assert_eq!(work(&town, &carrier).delivered, 2);
    let how: Vec<_> = told(&town, 1).into_iter().map(|told| told.how).collect();
    assert_eq!(how, [TellingChannel::Counter]);
    assert_eq!(states(&town), []);
}

#[test]
fn a_notice_about_a_case_whose_documents_were_erased_is_moot() {
    let (town, carrier) = (Town::new(), Carrier::default());
    decided(&town, 1);
    town.store.erase(hakodate(), case(1).into()).unwrap();
    assert_eq!(work(&town, &carrier), Worked { moot: 2, ..Worked::default() });
    assert_eq!((carrier.take(), states(&town)), (vec![], vec![]));
}

#[test]
fn a_worker_that_was_overtaken_settles_nothing() {
    let town = Town::new();
    let carrier = Arc::new(Carrier::default());
    town.done(submission(1));
    let (other, clock, same) = (town.other_engine(), town.clock.clone(), Arc::clone(&carrier));
    carrier.expect([Trip::Meanwhile(Box::new(move || {
        clock.advance(MINUTE);
        assert_eq!(other.work_agenda(same.as_ref()).unwrap().delivered, 1);
    }))]);
    assert_eq!(work(&town, &carrier), Worked::default());
    let [one, two] = carrier.take().try_into().unwrap();
    assert_eq!(one, two);
}

/// A case whose only record nobody can read, with a notice that is due.
fn unreadable(n: u128) -> Commit {
    let stream = StreamId::from(case(n));
    let record = NewRecord {
        event_type: "FromTheFuture",
        schema_version: 1,
        codec: Codec::Json,
        payload: b"{}".to_vec(),
        number_from: None,
    };
    let entry = shinsei_core::agenda::Entry {
        key: shinsei_core::agenda::EntryKey { stream, name: Task::ReceiptNotice.entry_name() },
        channel: shinsei_core::agenda::Channel::Notice,
        due: shinsei_core::agenda::Due::AtOnce,
        task: Task::ReceiptNotice.to_bytes(),
    };
    Commit {
        command: Some(CommandKey { id: command(n), digest: [0; 32] }),
        appends: vec![Append { stream, expected: Version(0), records: vec![record] }],
        agenda: vec![shinsei_core::agenda::AgendaChange::Schedule(entry)],
        ..Commit::nothing(hakodate())
    }
}

#[test]
fn a_case_that_cannot_be_read_holds_up_no_other() {
    let (town, carrier) = (Town::new(), Carrier::default());
    town.store.commit(&[unreadable(1)]).unwrap();
    town.done(submission(2));
    assert_eq!(work(&town, &carrier), Worked { delivered: 1, parked: 1, ..Worked::default() });
    assert_eq!(carrier.take_mails(), [("M2", 1)]);
}

#[test]
fn what_is_due_elsewhere_is_left_to_the_engine_that_serves_it() {
    let (town, carrier) = (Town::new(), Carrier::default());
    let elsewhere = Commit { municipality: "011002".parse().unwrap(), ..unreadable(1) };
    town.store.commit(&[elsewhere]).unwrap();
    assert_eq!(work(&town, &carrier), Worked::default());
    let rows = town.store.agenda("011002".parse().unwrap(), 10).unwrap();
    assert_eq!((rows.len(), rows[0].attempts), (1, 0));
}

#[test]
fn a_worker_delivers_what_commands_cause_and_ends_with_the_engine() {
    let town = Town::new();
    let carrier = Arc::new(Carrier::default());
    let (arrived, told) = mpsc::channel();
    carrier.expect((0..3).map(|_| {
        let arrived = arrived.clone();
        Trip::Meanwhile(Box::new(move || arrived.send(()).unwrap()))
    }));
    town.engine.start_agenda_worker(Arc::clone(&carrier) as _).unwrap();
    town.done(submission(1));
    told.recv().unwrap();
    decided(&town, 2);
    told.recv().unwrap();
    told.recv().unwrap();
    // What is being delivered is settled before the thread ends.
    town.engine.shut_down();
    assert_eq!(carrier.take_mails(), [("M2", 1), ("M2", 2), ("M4", 2)]);
    assert_eq!((self::told(&town, 2).len(), states(&town)), (1, vec![]));
}

/// Shuts the engine down while the notice after so many others is on its way.
fn shut_down_during_a_delivery(town: &Town, carrier: &Arc<Carrier>, others: usize) {
    let (on_its_way, arrived) = mpsc::channel();
    let (go, gate) = mpsc::channel::<()>();
    carrier.expect((0..others).map(|_| Trip::Meanwhile(Box::new(|| {}))));
    carrier.expect([Trip::Meanwhile(Box::new(move || {
        on_its_way.send(()).unwrap();
        gate.recv().unwrap();
    }))]);
    town.engine.start_agenda_worker(Arc::clone(carrier) as _).unwrap();
    arrived.recv().unwrap();
    thread::scope(|scope| {
        let closing = scope.spawn(|| town.engine.shut_down());
        town.await_closing();
        go.send(()).unwrap();
        closing.join().unwrap();
    });
}

#[test]
fn a_result_that_is_being_delivered_when_the_engine_shuts_down_is_still_recorded_as_told() {
    let (town, carrier) = (Town::new(), Arc::new(Carrier::default()));
    decided(&town, 1);
    shut_down_during_a_delivery(&town, &carrier, 1);
    assert_eq!((told(&town, 1).len(), carrier.take_mails()), (1, vec![("M2", 1), ("M4", 1)]));
}

#[test]
fn what_is_due_when_the_engine_shuts_down_is_left_to_the_next_one() {
    let (town, carrier) = (Town::new(), Arc::new(Carrier::default()));
    (1..=3).for_each(|n| drop(town.done(submission(n))));
    shut_down_during_a_delivery(&town, &carrier, 0);
    assert_eq!(carrier.take_mails().len(), 1);
    town.clock.advance(MINUTE);
    assert_eq!(town.other_engine().work_agenda(carrier.as_ref()).unwrap().delivered, 2);
    assert_eq!(states(&town), []);
}
