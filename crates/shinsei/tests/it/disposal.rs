//! Promise 8: personal data can be erased, and the log still reads and verifies.

use std::ops::ControlFlow;

use shinsei::agenda::Worked;
use shinsei::disposal::Disposal;
use shinsei::engine::{ExecuteError, Request};
use shinsei_core::actor::Actor;
use shinsei_core::application::Application;
use shinsei_core::command::{Command, FilingFinding, Finding, Review, SubmittedForm};
use shinsei_core::event::{Event, FormRef};
use shinsei_core::event_format::EventFormat as _;
use shinsei_core::ids::{DocumentId, Position, ProcedureId};
use shinsei_core::port::store::{PAGE_RECORDS_MAX, Store as _};
use shinsei_core::record::RawRecord;
use shinsei_core::rejection::{Rejection, StateName};
use shinsei_core::tree::{Frontier, Hash};

use crate::carrier::Carrier;
use crate::rigged::{Fault, unavailable};
use crate::town::{Town, case, command, dogs_officer, follow_up, form, hakodate, rejection, submit, user};

/// Needs no signature, costs nothing, hands nothing over: it ends when its result is told. Kept for three years.
const DEATH_OF_A_DOG: &str = "DO-006";

fn request(id: u128, what: Command) -> Request<Application> {
    follow_up(id, 1, dogs_officer(), what)
}

/// A town with a case that has ended, at the time when its retention period is over.
fn town_with_a_case_to_dispose_of() -> Town {
    let town = town_with_a_case_that_ended();
    let Application::Closed(closed) = town.engine.case(hakodate(), case(1)).unwrap() else { unreachable!() };
    let over = closed.retention.unwrap().over().from.unwrap();
    town.clock.advance(over.micros() - closed.closed_at.micros());
    town
}

fn town_with_a_case_that_ended() -> Town {
    let town = Town::new();
    let form = SubmittedForm::Unsigned(form(DEATH_OF_A_DOG, 1).into());
    town.done(submit(1, DEATH_OF_A_DOG, form));
    town.done(request(2, Command::StartReview));
    let finding = Finding::Filing(FilingFinding::Confirmed);
    town.done(request(3, Command::Review(Review { finding, inspected_on: None })));
    town.engine.work_agenda(&Carrier::default()).unwrap();
    town
}

fn dispose(town: &Town, id: u128) -> Disposal {
    town.engine.dispose(hakodate(), command(id), dogs_officer(), case(1)).unwrap()
}

fn types(town: &Town) -> Vec<&'static str> {
    let history = town.engine.history(hakodate(), case(1)).unwrap();
    history.iter().map(|recorded| recorded.event.event_type().0).collect()
}

/// The documents that the submission spoke of, as far as they are still there.
fn documents(town: &Town) -> usize {
    let history = town.engine.history(hakodate(), case(1)).unwrap();
    let Event::Submitted(submitted) = &history[0].event else { unreachable!() };
    let FormRef::Unsigned(form) = submitted.form else { unreachable!() };
    let ids: [DocumentId; 2] = [form.id, submitted.contact.id];
    ids.iter().filter(|id| town.store.document(hakodate(), **id).unwrap().is_some()).count()
}

/// The root of the tree over the log as it is read, which must be the one that the store kept.
fn root_of_the_log(town: &Town) -> Hash {
    let mut tree = Frontier::default();
    let mut leaves = |raw: RawRecord<'_>| {
        tree.append(raw.leaf(), |_| {});
        ControlFlow::Continue(())
    };
    town.store.read_log(hakodate(), Position::default(), PAGE_RECORDS_MAX, &mut leaves).unwrap();
    tree.head().root
}

#[test]
fn a_disposal_erases_the_documents_and_leaves_a_log_that_reads_and_verifies() {
    let town = town_with_a_case_to_dispose_of();
    assert_eq!(documents(&town), 2);
    let before = town.engine.case(hakodate(), case(1)).unwrap();
    assert_eq!(dispose(&town, 9).documents, 2);
    assert_eq!(documents(&town), 0);
    let after = town.engine.case(hakodate(), case(1)).unwrap();
    assert_eq!((after.name(), after.receipt()), (StateName::Disposed, before.receipt()));
    assert_eq!(root_of_the_log(&town), town.store.head(hakodate()).unwrap().root);
}

#[test]
fn a_disposal_falls_due_through_the_agenda_and_waits_for_a_person() {
    let town = town_with_a_case_to_dispose_of();
    let passed = Worked { passed: 1, ..Worked::default() };
    assert_eq!(town.engine.work_agenda(&Carrier::default()).unwrap(), passed);
    assert_eq!(types(&town).last(), Some(&"DisposalFellDue"));
    assert_eq!(documents(&town), 2);
    dispose(&town, 9);
    assert_eq!(types(&town).last(), Some(&"Disposed"));
}

#[test]
fn what_was_recorded_before_the_machine_went_down_is_erased_by_the_agenda() {
    let town = town_with_a_case_to_dispose_of();
    town.done(request(9, Command::Dispose));
    assert_eq!(documents(&town), 2);
    let other = town.other_engine();
    other.work_agenda(&Carrier::default()).unwrap();
    assert_eq!(documents(&town), 0);
    assert_eq!(town.store.agenda(hakodate(), 10).unwrap(), []);
}

#[test]
fn a_draft_that_is_thrown_away_is_erased_by_the_agenda() {
    let town = Town::new();
    let applicant = || Actor::Applicant { user: user(1) };
    let procedure = ProcedureId::new(DEATH_OF_A_DOG).unwrap();
    let save = Command::SaveDraft { procedure, form: form(DEATH_OF_A_DOG, 1).into() };
    let saved = town.done(follow_up(1, 1, applicant(), save));
    let Event::DraftSaved(draft) = &saved.events[0].event else { unreachable!() };
    let kept = || town.store.document(hakodate(), draft.form.id).unwrap().is_some();
    town.done(follow_up(2, 1, applicant(), Command::DiscardDraft));
    assert!(kept());
    town.engine.work_agenda(&Carrier::default()).unwrap();
    assert!(!kept());
    assert_eq!(town.store.agenda(hakodate(), 10).unwrap(), []);
}

#[test]
fn a_disposal_that_is_asked_for_again_has_the_same_answer_and_erases_nothing_more() {
    let town = town_with_a_case_to_dispose_of();
    let first = dispose(&town, 9);
    let again = dispose(&town, 9);
    assert_eq!((again.answer, again.documents), (first.answer, 0));
    assert_eq!(types(&town).iter().filter(|event_type| **event_type == "Disposed").count(), 1);
}

#[test]
fn nothing_is_erased_that_was_not_recorded_as_disposed_of() {
    let town = town_with_a_case_that_ended();
    let early = town.engine.dispose(hakodate(), command(9), dogs_officer(), case(1));
    let Err(ExecuteError::Rejected(Rejection::RetentionRuns { until })) = early else { panic!("{early:?}") };
    assert_eq!(until.to_string(), "2030-04-01");
    assert_eq!(documents(&town), 2);
    let town = town_with_a_case_to_dispose_of();
    town.store.spoil([Fault::Fails(unavailable)]);
    assert!(town.engine.dispose(hakodate(), command(9), dogs_officer(), case(1)).is_err());
    assert_eq!(documents(&town), 2);
}

#[test]
fn nothing_is_asked_of_a_disposed_case() {
    let town = town_with_a_case_to_dispose_of();
    dispose(&town, 9);
    let refused = rejection(town.run(request(10, Command::StartReview)));
    assert_eq!(refused, Rejection::WrongState { needed: StateName::Received, actual: StateName::Disposed });
}
