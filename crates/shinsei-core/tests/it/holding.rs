//! How long a decision may wait to be recorded: no longer than all that it rests on stays as it is.
//!
//! The procedures here have no standard period, since a due date that is counted holds for its day alone and would hide the rest.

use chrono::NaiveDate;
use shinsei_conformance::life::{Life, Step};
use shinsei_core::command::{Command, Paper, SealPut};
use shinsei_core::decide::decide;
use shinsei_core::decider::{Context, Decider as _, Decision};
use shinsei_core::event::{ClockStarted, Event, PaperChannel};
use shinsei_core::event_format::Proposed;
use shinsei_core::form::QUANTITY_MAX;
use shinsei_core::form::path::FieldId;
use shinsei_core::form::schema::{Days, Field, FieldKind, Item};
use shinsei_core::ids::{CommandId, Position, ReasonCode, StaffId, Version};
use shinsei_core::procedure::filing::{Filing, FilingTime, LateFiling};
use shinsei_core::procedure::stream::{
    EditionPublished, Editions, IntakePeriod, ProcedureDefined, ProcedureEvent, ProcedureSuspended,
};
use shinsei_core::procedure::{ConsentRule, Procedure};
use shinsei_core::record::Recorded;
use shinsei_core::rejection::Rejection;
use shinsei_core::rejection::StateName::{Decided, UnderReview};
use shinsei_core::time::{Timestamp, Window};
use uuid::Uuid;

use crate::desk::{correct, request_correction};
use crate::kit::{case, submit, written};
use crate::points::{death_of_a_dog, electronic_permit, request_for_documents};

/// An hour of the day on which lives are lived, or of one after it.
fn at(day: u32, hour: u32) -> Timestamp {
    Timestamp::from_jst(2026, 5, day, hour, 0).unwrap()
}

/// What becomes of a procedure's stream, recorded the day before.
fn after(events: impl IntoIterator<Item = ProcedureEvent>) -> Editions {
    events.into_iter().fold(Editions::default(), |editions, event| {
        editions.evolve(&Recorded {
            position: Position(1),
            stream: (&death_of_a_dog().id).into(),
            version: Version(1),
            recorded_at: at(6, 9),
            command: CommandId(Uuid::nil()),
            event,
        })
    })
}

/// Two editions of a procedure, the one in force from noon, the other from eight in the evening.
fn two_editions(procedure: &Procedure) -> Vec<ProcedureEvent> {
    let by = StaffId::new("s-001").unwrap();
    let edition = |edition, from| {
        let procedure = Box::new(Procedure { edition, ..procedure.clone() });
        [
            ProcedureEvent::ProcedureDefined(ProcedureDefined { procedure, by: by.clone() }),
            ProcedureEvent::EditionPublished(EditionPublished { edition, from, by: by.clone() }),
        ]
    };
    [edition(1, at(7, 12)), edition(2, at(7, 20))].concat()
}

/// What is decided where a procedure has these editions.
fn decided(life: &Life, step: &Step, editions: &Editions) -> Result<Decision<Event>, Rejection> {
    let decided = life.in_context(step, |context| {
        decide(life.state(), &step.command, &Context { editions: Some(editions), ..*context })
    });
    decided.unwrap()
}

/// The edition by which something arrived.
fn edition(decision: &Decision<Event>) -> u32 {
    let [Proposed::Event(Event::Submitted(submitted)), ..] = &decision.events[..] else {
        panic!("no arrival")
    };
    submitted.edition
}

#[test]
fn a_submission_holds_as_long_as_its_edition_is_in_force() {
    let editions = after(two_editions(&death_of_a_dog()));
    let submitted = |now| {
        let life = Life::of(death_of_a_dog()).at(now);
        let decision = decided(&life, &Step::new(life.applicant(), submit(&life)), &editions);
        decision.map(|decision| (edition(&decision), decision.window))
    };
    assert_eq!(submitted(at(7, 15)), Ok((1, Window::between(at(7, 12), at(7, 20)))));
    assert_eq!(submitted(at(7, 20)), Ok((2, Window::between(at(7, 20), at(8, 3)))));
    let procedure = death_of_a_dog().id;
    assert_eq!(submitted(at(7, 11)), Err(Rejection::ProcedureUnknown { procedure }));
}

#[test]
fn a_submission_holds_as_long_as_it_is_taken() {
    let intake = vec![IntakePeriod { from: at(7, 14), until: at(7, 18) }];
    let announced = Filing { time: FilingTime::Announced, late: LateFiling::Received, late_effect: None };
    for filing in [None, Some(announced)] {
        let mut procedure = death_of_a_dog();
        procedure.terms.filing = filing;
        let life = Life::of(procedure).at(at(7, 13)).with_intake(intake.clone()).at(at(7, 15));
        let decision = life.clone().ask(&Step::new(life.applicant(), submit(&life))).unwrap();
        assert_eq!(
            decision.window,
            Window::between(at(7, 14), at(7, 18)),
            "{:?}",
            life.procedure().terms.filing
        );
    }
}

/// A filing whose form asks for a day that is not to come.
fn of_a_day() -> Procedure {
    let mut procedure = death_of_a_dog();
    let id = FieldId::new("死亡日").unwrap();
    let kind = FieldKind::Date(Days::UntilToday);
    let field =
        Field { id, label: "死亡日".to_owned(), kind, required: false, when: None, hint: String::new() };
    procedure.form = procedure.form.with(|form| form.items.push(Item::Field(field)));
    procedure
}

#[test]
fn what_is_found_of_a_day_is_not_recorded_on_the_next() {
    let day = Window::between(at(7, 4), at(8, 0));
    let holds =
        |life: &Life, command| life.clone().ask(&Step::new(life.applicant(), command)).unwrap().window;
    let free = Life::of(death_of_a_dog());
    assert_eq!(holds(&free, submit(&free)), Window::between(at(7, 4), at(8, 3)));
    let submitted = Life::of(of_a_day());
    assert_eq!(holds(&submitted, submit(&submitted)), day);
    let reviewed = case(of_a_day(), UnderReview);
    let waiting = reviewed.clone().run(&[Step::new(reviewed.officer(), request_correction(&reviewed))]);
    assert_eq!(holds(&waiting, correct(&waiting)), day);
}

#[test]
fn a_suspended_procedure_takes_nothing_but_what_is_there_on_paper() {
    let ground = ReasonCode::new("R-09").unwrap();
    let suspended = ProcedureSuspended { ground, by: StaffId::new("s-001").unwrap() };
    let events = two_editions(&death_of_a_dog());
    let editions = after(events.into_iter().chain([ProcedureEvent::ProcedureSuspended(suspended)]));
    let life = Life::of(death_of_a_dog());
    let submitted = decided(&life, &Step::new(life.applicant(), submit(&life)), &editions);
    assert_eq!(submitted.err(), Some(Rejection::ProcedureSuspended));
    let on_paper = decided(&life, &Step::new(life.clerk(), paper(&life, at(7, 13), 1)), &editions);
    assert_eq!(on_paper.map(|decision| edition(&decision)), Ok(1));
}

fn paper(life: &Life, arrived_at: Timestamp, quantity: u32) -> Command {
    Command::RecordPaperArrival(Paper {
        procedure: life.procedure().id.clone(),
        applicant: life.applicant_id(),
        quantity,
        form: "手書きの申請書".into(),
        contact: "函館市架空町1番".into(),
        attachments: vec![],
        channel: PaperChannel::Counter,
        arrived_at,
    })
}

#[test]
fn paper_is_governed_and_counted_by_the_moment_at_which_it_arrived() {
    let editions = after(two_editions(&request_for_documents()));
    let life = Life::of(request_for_documents()).at(at(7, 21));
    let recorded = |arrived_at, quantity| {
        let decision =
            decided(&life, &Step::new(life.clerk(), paper(&life, arrived_at, quantity)), &editions)?;
        let start = decision.events.iter().find_map(|proposed| match proposed {
            Proposed::Event(Event::ClockStarted(ClockStarted { due })) => Some(due.start),
            _ => None,
        });
        Ok::<_, Rejection>((edition(&decision), start))
    };
    assert_eq!(recorded(at(7, 13), 1), Ok((1, Some(at(7, 13)))));
    assert_eq!(recorded(at(7, 21), QUANTITY_MAX), Ok((2, Some(at(7, 21)))), "at this very moment");
    assert_eq!(recorded(at(7, 21).saturating_add_micros(1), 1), Err(Rejection::ArrivalInFuture));
    let asked = QUANTITY_MAX + 1;
    assert_eq!(recorded(at(7, 21), asked), Err(Rejection::QuantityOutOfRange { asked }));
}

#[test]
fn a_document_is_fetched_before_its_last_day_is_over() {
    let mut permit = electronic_permit();
    permit.terms.consent = Some(ConsentRule::WithApplication);
    let life = case(permit, Decided);
    let mut document = written("許可します。");
    document.seal = SealPut::None;
    let expires_on = NaiveDate::from_ymd_opt(2026, 6, 6).unwrap();
    let publish = Command::PublishDocument { document, expires_on };
    let published = life.clone().run(&[Step::new(life.officer(), publish)]);
    let fetched = published.clone().ask(&Step::new(life.applicant(), Command::FetchDocument)).unwrap();
    assert_eq!(fetched.window, Window { from: None, until: Timestamp::from_jst(2026, 6, 7, 0, 0) });
}
