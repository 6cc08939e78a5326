//! Reading a case as an officer: it is recorded before anything is shown.

use std::ops::ControlFlow;
use std::sync::Arc;

use shinsei::engine::EngineError;
use shinsei::memory::MemoryStore;
use shinsei::reading::Reading;
use shinsei_conformance::FakeClock;
use shinsei_core::application::Application;
use shinsei_core::event::{Event, FormRef};
use shinsei_core::ids::{DocumentId, Municipality, Purpose, StaffId};
use shinsei_core::port::access_log::{About, Access, AccessLog, Accessed, Question};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::StoreError;
use shinsei_core::time::{Timestamp, Window};

use crate::rigged::unavailable;
use crate::town::{Town, case, dogs_officer, hakodate, submission};

fn town() -> Town {
    let clock = FakeClock::default();
    let store = Arc::new(MemoryStore::new(Arc::new(clock.clone())));
    let log = Arc::clone(&store);
    Town::on(store, clock, move |settings| settings.access_log = Some(log))
}

fn reading(purpose: &str) -> Reading {
    Reading { reader: dogs_officer(), purpose: Purpose::new(purpose).unwrap() }
}

fn form_of(town: &Town, n: u128) -> DocumentId {
    let history = town.engine.history(hakodate(), case(n)).unwrap();
    match &history[0].event {
        Event::Submitted(submitted) => match submitted.form {
            FormRef::Unsigned(form) => form.id,
            _ => panic!("the form is unsigned"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn whoever_reads_a_case_and_its_form_is_on_record() {
    let town = town();
    town.done(submission(1));
    town.done(submission(2));
    let first = town.clock.now();
    let file = town.engine.read_case(hakodate(), case(1), reading("review")).unwrap();
    assert_eq!(file.history, town.engine.history(hakodate(), case(1)).unwrap());
    assert_eq!(file.state, town.engine.case(hakodate(), case(1)).unwrap());
    town.clock.advance(5);
    let form = form_of(&town, 1);
    let document = town.engine.read_document(hakodate(), case(1), form, reading("review")).unwrap().unwrap();
    assert_eq!((document.id, document.role.as_str()), (form, "form"));
    let accessed = |ordinal, at, document| Accessed {
        ordinal,
        at,
        access: Access {
            municipality: hakodate(),
            stream: case(1).into(),
            document,
            reader: dogs_officer(),
            purpose: Purpose::new("review").unwrap(),
        },
    };
    let both = [accessed(1, first, None), accessed(2, first.saturating_add_micros(5), Some(form))];
    assert_eq!(town.engine.who_saw(hakodate(), case(1)).unwrap(), both);
    assert_eq!(town.engine.who_saw(hakodate(), case(2)).unwrap(), []);
    let within = Window { from: Some(both[1].at), until: None };
    let question =
        Question { municipality: hakodate(), about: About::Staff(StaffId::new("s-1").unwrap()), within };
    assert_eq!(town.engine.accesses(&question).unwrap(), both[1..]);
}

#[test]
fn a_document_of_another_case_is_not_shown_and_not_recorded() {
    let town = town();
    town.done(submission(1));
    town.done(submission(2));
    let theirs = form_of(&town, 2);
    assert!(town.engine.read_document(hakodate(), case(1), theirs, reading("review")).unwrap().is_none());
    assert_eq!(town.engine.who_saw(hakodate(), case(1)).unwrap(), []);
    assert_eq!(town.engine.who_saw(hakodate(), case(2)).unwrap(), []);
}

/// An access log that cannot be written to.
struct Full;

impl AccessLog for Full {
    fn record(&self, _: &[Access]) -> Result<Timestamp, StoreError> {
        Err(unavailable())
    }

    fn accesses(
        &self,
        _: &Question,
        _: u64,
        _: usize,
        _: &mut dyn FnMut(Accessed) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    fn forget(&self, _: Municipality, _: Timestamp, _: usize) -> Result<u64, StoreError> {
        Err(unavailable())
    }
}

#[test]
fn what_cannot_be_recorded_is_not_shown() {
    let town = Town::with(|settings| settings.access_log = Some(Arc::new(Full)));
    town.done(submission(1));
    let form = form_of(&town, 1);
    let refused = town.engine.read_case(hakodate(), case(1), reading("review"));
    assert!(matches!(refused, Err(EngineError::Store(_))), "{refused:?}");
    let refused = town.engine.read_document(hakodate(), case(1), form, reading("review"));
    assert!(matches!(refused, Err(EngineError::Store(_))));
}

#[test]
fn without_an_access_log_no_officer_reads() {
    let town = Town::new();
    town.done(submission(1));
    let refused = town.engine.read_case(hakodate(), case(1), reading("review"));
    assert!(matches!(refused, Err(EngineError::NoAccessLog)), "{refused:?}");
    assert!(matches!(town.engine.who_saw(hakodate(), case(1)), Err(EngineError::NoAccessLog)));
    assert_ne!(town.engine.case(hakodate(), case(1)).unwrap(), Application::default());
}
