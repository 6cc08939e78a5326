//! What falls due happens once, whoever works it off, and never waits for a mail.

use std::sync::{Arc, mpsc};

use shinsei::agenda::Worked;
use shinsei::engine::Request;
use shinsei_core::actor::Actor;
use shinsei_core::agenda::{AgendaChange, Channel, Due, Entry, EntryKey, EntryState};
use shinsei_core::application::Application;
use shinsei_core::command::Command;
use shinsei_core::event::{DiscardCause, Event};
use shinsei_core::event_format::EventFormat as _;
use shinsei_core::ids::{EntryName, ProcedureId};
use shinsei_core::port::store::{Commit, Store as _};
use shinsei_core::rejection::StateName;

use crate::carrier::{Carrier, Trip};
use crate::rigged::Fault;
use crate::town::{DOG, Town, case, command, follow_up, hakodate, submission, user, with_periods};

const DAY: i64 = 86_400_000_000;
const PASSED: Worked = Worked { passed: 1, delivered: 0, moot: 0, to_retry: 0, parked: 0 };

/// A draft's last day has passed, and what was put aside is erased.
const EXPIRED_AND_ERASED: Worked = Worked { passed: 2, ..PASSED };

fn draft(id: u128, n: u128) -> Request<Application> {
    let procedure = ProcedureId::new(DOG).unwrap();
    let save = Command::SaveDraft { procedure, form: "half".into() };
    Request::case(hakodate(), command(id), Actor::Applicant { user: user(n) }, case(n), save)
}

fn work(town: &Town) -> Worked {
    town.engine.work_agenda(&Carrier::default()).unwrap()
}

fn types(town: &Town, n: u128) -> Vec<&'static str> {
    let history = town.engine.history(hakodate(), case(n)).unwrap();
    history.iter().map(|recorded| recorded.event.event_type().0).collect()
}

#[test]
fn a_deadline_passes_when_it_is_reached_and_once() {
    let town = Town::new();
    town.done(draft(1, 1));
    town.clock.advance(30 * DAY - 1);
    assert_eq!(work(&town), Worked::default());
    town.clock.advance(1);
    assert_eq!(work(&town), EXPIRED_AND_ERASED);
    assert_eq!(work(&town), Worked::default());
    let history = town.engine.history(hakodate(), case(1)).unwrap();
    let Event::DraftDiscarded(discarded) = &history[1].event else { panic!("{history:?}") };
    assert_eq!((history.len(), discarded.cause), (2, DiscardCause::Expired));
    assert_eq!(town.store.agenda(hakodate(), 10).unwrap(), []);
}

#[test]
fn a_deadline_whose_answer_was_lost_on_the_way_passes_once() {
    let town = Town::new();
    town.done(draft(1, 1));
    town.clock.advance(30 * DAY);
    town.store.spoil([Fault::LostAfter]);
    assert_eq!(work(&town), EXPIRED_AND_ERASED);
    assert_eq!(types(&town, 1), ["DraftSaved", "DraftDiscarded"]);
}

#[test]
fn a_draft_that_was_saved_again_lives_on() {
    let town = Town::new();
    town.done(draft(1, 1));
    town.clock.advance(20 * DAY);
    town.done(draft(2, 1));
    town.clock.advance(20 * DAY);
    assert_eq!(work(&town), Worked::default());
    assert_eq!(town.engine.case(hakodate(), case(1)).unwrap().name(), StateName::Draft);
}

#[test]
fn what_another_node_moved_on_from_is_moot() {
    let town = Town::new();
    town.done(draft(1, 1));
    town.clock.advance(30 * DAY);
    let (other, applicant) = (town.other_engine(), Actor::Applicant { user: user(1) });
    let submitted = submission(1).command;
    // The deadline is being recorded when the applicant submits after all, which takes it off the agenda.
    town.store.spoil([Fault::Meanwhile(Box::new(move || {
        other.execute(follow_up(9, 1, applicant, submitted)).wait().unwrap();
    }))]);
    assert_eq!(work(&town), Worked { delivered: 1, ..Worked::default() });
    assert_eq!(types(&town, 1), ["DraftSaved", "Submitted", "ReceiptIssued"]);
}

#[test]
fn a_deadline_that_this_program_cannot_read_is_parked() {
    let town = Town::new();
    let entry = Entry {
        key: EntryKey { stream: case(1).into(), name: EntryName::new("from-the-future/1").unwrap() },
        channel: Channel::Deadline,
        due: Due::AtOnce,
        task: b"from-the-future/1".to_vec(),
    };
    let scheduled = Commit { agenda: vec![AgendaChange::Schedule(entry)], ..Commit::nothing(hakodate()) };
    town.store.commit(&[scheduled]).unwrap();
    assert_eq!(work(&town), Worked { parked: 1, ..Worked::default() });
    let rows = town.store.agenda(hakodate(), 10).unwrap();
    assert_eq!(rows.iter().map(|row| row.state).collect::<Vec<_>>(), [EntryState::Parked]);
}

#[test]
fn a_deadline_waits_for_no_mail() {
    let town = Town::new();
    town.done(draft(1, 1));
    town.clock.advance(30 * DAY);
    let carrier = Arc::new(Carrier::default());
    let (on_its_way, arrived) = mpsc::channel();
    let (go, gate) = mpsc::channel::<()>();
    carrier.expect([Trip::Meanwhile(Box::new(move || {
        on_its_way.send(()).unwrap();
        gate.recv().unwrap();
    }))]);
    town.done(submission(2));
    town.engine.start_agenda_worker(Arc::clone(&carrier) as _).unwrap();
    arrived.recv().unwrap();
    // The mail of case 2 is still on its way.
    while types(&town, 1).len() < 2 {
        std::thread::yield_now();
    }
    go.send(()).unwrap();
    town.engine.shut_down();
    assert_eq!(carrier.take_mails(), [("M2", 1)]);
}

#[test]
fn a_due_date_is_watched_until_the_result_is_told() {
    let town = Town::with(with_periods);
    town.done(submission(1));
    town.clock.advance(30 * DAY);
    let worked = work(&town);
    assert_eq!((worked.passed, worked.delivered), (1, 1));
    assert_eq!(types(&town, 1), ["Submitted", "ReceiptIssued", "ClockStarted", "DeadlineExceeded"]);
    assert_eq!(work(&town), Worked::default());
}
