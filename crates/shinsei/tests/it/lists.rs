//! Lists of cases follow the log: what they show, how they are rebuilt, what is parked, and what a disposal takes from them.

use std::sync::Arc;

use chrono::NaiveDate;
use shinsei::engine::{EngineError, Request};
use shinsei::memory::MemoryView;
use shinsei::projection::{Lag, Projector, SHAPE};
use shinsei_core::actor::Actor;
use shinsei_core::application::Application;
use shinsei_core::command::{Command, PaymentMade, SubmittedForm, Visitor};
use shinsei_core::event::{Identification, PaymentChannel};
use shinsei_core::ids::{DivisionId, Municipality, Position, StaffId, Version};
use shinsei_core::listing::{CaseRow, Count, LISTED_MAX, Listing, Question};
use shinsei_core::port::store::{Append, CommandKey, Commit, NewRecord, Outcome, Store as _, StoreError};
use shinsei_core::port::view::{Applied, Generation, Page, Parked, Standing, View};
use shinsei_core::record::Codec;
use shinsei_core::rejection::StateName;
use shinsei_core::standard::name::search_key;
use shinsei_core::yen::Yen;

use crate::carrier::Carrier;
use crate::rigged::unavailable;
use crate::town::{
    Town, case, command, dogs_officer, dogs_road, follow_up, form, grant, hakodate, officer, payment,
    sapporo, signed_submission, submission, submit, user, with_periods,
};

/// A town that keeps lists, and the lists.
fn town() -> (Town, MemoryView) {
    let view = MemoryView::new();
    let town = Town::with(|settings| {
        settings.lists = Some(Arc::new(view.clone()));
        with_periods(settings);
    });
    (town, view)
}

fn ask(view: &dyn View, question: Question) -> Vec<CaseRow> {
    let listing = Listing { municipality: hakodate(), question, after: None, rows_max: LISTED_MAX };
    view.list(&listing).unwrap()
}

fn queue(division: &str) -> Question {
    Question::WorkQueue { division: DivisionId::new(division).unwrap(), officer: None }
}

fn named(name: &str) -> Question {
    Question::Named { name_key: search_key(name) }
}

/// Case and state of each row.
fn states(rows: &[CaseRow]) -> Vec<(u128, StateName)> {
    rows.iter().map(|row| (row.case.0.as_u128(), row.state)).collect()
}

fn residents(id: u128, what: Command) -> Request<Application> {
    follow_up(id, 1, officer("SHIMIN-KOSEKI"), what)
}

/// Everything that can be asked of the lists.
fn everything(view: &dyn View) -> ([Vec<CaseRow>; 3], Vec<Count>, Vec<Parked>) {
    let questions = [queue("HOKENJO-EISEI"), Question::OfApplicant { user: user(2) }, named("甲野")];
    (
        questions.map(|question| ask(view, question)),
        view.counts(hakodate()).unwrap(),
        view.parked(hakodate()).unwrap(),
    )
}

#[test]
fn officers_and_applicants_find_their_cases_by_division_number_and_name() {
    let (town, view) = town();
    let receipt = town.done(signed_submission(1)).receipt().unwrap();
    town.done(submission(2));
    assert_eq!(ask(&view, queue("HOKENJO-EISEI")), []);
    let recorded = town.store.head(hakodate()).unwrap().size;
    assert_eq!(town.engine.projector().unwrap().lag(hakodate()).unwrap().records, recorded);
    town.engine.follow_lists().unwrap();

    let found = ask(&view, Question::WithReceipt { receipt });
    assert_eq!(states(&found), [(1, StateName::Received)]);
    assert_eq!((found[0].label.as_str(), found[0].is_open), ("受付済(審査待ち)", true));
    assert_eq!(states(&ask(&view, queue("HOKENJO-EISEI"))), [(2, StateName::Received)]);
    assert_eq!(states(&ask(&view, Question::OfApplicant { user: user(2) })), [(2, StateName::Received)]);
    // As the certificate writes it, and as an officer may type it.
    for typed in ["甲野 花子", "甲野花子", "花子"] {
        assert_eq!(states(&ask(&view, named(typed))), [(1, StateName::Received)], "{typed}");
    }

    dogs_road(10, 2).into_iter().for_each(|step| drop(town.done(step)));
    town.engine.work_agenda(&Carrier::default()).unwrap();
    town.engine.follow_lists().unwrap();
    assert_eq!(ask(&view, queue("HOKENJO-EISEI")), []);
    assert_eq!(states(&ask(&view, Question::OfApplicant { user: user(2) })), [(2, StateName::Closed)]);
    let counted: Vec<_> =
        view.counts(hakodate()).unwrap().into_iter().map(|count| (count.state, count.cases)).collect();
    assert_eq!(counted, [(StateName::Closed, 1), (StateName::Received, 1)]);
    let caught_up = Lag { records: 0, since: None, rebuilt_to: None };
    assert_eq!(town.engine.projector().unwrap().lag(hakodate()).unwrap(), caught_up);
}

#[test]
fn a_case_that_ended_with_money_that_goes_back_is_in_the_queue_of_its_division_until_it_is_gone() {
    let (town, view) = town();
    town.done(submission(2));
    dogs_road(10, 2).into_iter().for_each(|step| drop(town.done(step)));
    town.engine.work_agenda(&Carrier::default()).unwrap();
    let (yen, channel, reference) = (Yen(3_000), PaymentChannel::Electronic, "収納 第0001号".into());
    let payment = PaymentMade { yen, channel, reference };
    town.done(follow_up(20, 2, Actor::System, Command::RecordPayment(payment)));
    town.engine.follow_lists().unwrap();
    let rows = ask(&view, queue("HOKENJO-EISEI"));
    let shown: Vec<_> = rows.iter().map(|row| (row.state, row.is_open, row.has_open_money)).collect();
    assert_eq!(shown, [(StateName::Closed, false, true)]);
    let refund = Command::Refund { payment: 2, yen: Yen(3_000) };
    town.done(follow_up(21, 2, dogs_officer(), refund));
    town.engine.follow_lists().unwrap();
    assert_eq!(ask(&view, queue("HOKENJO-EISEI")), []);
}

#[test]
fn a_list_shows_what_came_late_and_what_of_a_form_is_to_be_put_right() {
    let (town, view) = town();
    let unsigned = |form: String| SubmittedForm::Unsigned(form.as_str().into());
    let of_a_dog = |n, procedure: &str, answers: &str| {
        let applicant = user(n);
        let form =
            format!(r#"{{"procedure":"{procedure}","applicant":"{applicant}","answers":{{{answers}}}}}"#);
        submit(n, procedure, unsigned(form))
    };
    // Thirty days after a dog has died are over.
    town.done(of_a_dog(1, "DO-006", r#""死亡日":"2026-05-06""#));
    town.done(of_a_dog(2, "DO-006", r#""死亡日":"2026-03-06""#));
    town.done(of_a_dog(3, "DO-005", r#""変更日":"2026-05-01","電話番号":"0138""#));
    town.engine.follow_lists().unwrap();
    let shown = |question| {
        let rows = ask(&view, question).into_iter();
        let mut rows: Vec<_> =
            rows.map(|row| (row.case.0.as_u128(), row.is_late, row.form_defects)).collect();
        rows.sort_unstable();
        rows
    };
    assert_eq!(shown(queue("HOKENJO-EISEI")), [(1, false, 0), (2, true, 0), (3, false, 6)]);
    assert_eq!(shown(Question::OfApplicant { user: user(2) }), [(2, true, 0)]);
}

#[test]
fn a_queue_tells_who_works_on_a_case_and_by_when_the_result_is_to_be_told() {
    let (town, view) = town();
    let disclosure = SubmittedForm::Unsigned(form("JK-001", 1).into());
    town.done(submit(1, "JK-001", disclosure));
    let division = {
        let case = town.engine.case(hakodate(), case(1)).unwrap();
        case.in_charge().unwrap().clone()
    };
    let start = follow_up(2, 1, officer(division.as_str()), Command::StartReview);
    town.done(start);
    town.engine.follow_lists().unwrap();
    let row = ask(&view, queue(division.as_str())).remove(0);
    assert_eq!(row.officer, StaffId::new("s-1").ok());
    // Fourteen days from the day after the arrival on 7 May.
    assert_eq!(row.due, NaiveDate::from_ymd_opt(2026, 5, 21));
    let own = Question::WorkQueue { division, officer: StaffId::new("s-1").ok() };
    assert_eq!(states(&ask(&view, own)), [(1, StateName::UnderReview)]);
}

#[test]
fn a_list_followed_step_by_step_is_the_list_built_at_once() {
    let (town, view) = town();
    let requests = [submission(2), signed_submission(1)].into_iter().chain(dogs_road(10, 2));
    for request in requests {
        town.done(request);
        town.engine.follow_lists().unwrap();
        let rebuilt = Arc::new(MemoryView::new());
        Projector::new(Arc::clone(&town.store) as _, Arc::clone(&rebuilt) as _).catch_up(hakodate()).unwrap();
        assert_eq!(everything(&view), everything(&*rebuilt));
    }
}

#[test]
fn a_rebuild_stands_beside_the_live_list_until_it_has_caught_up() {
    let (town, view) = town();
    town.done(submission(2));
    town.engine.follow_lists().unwrap();
    let before = (view.standing(hakodate()).unwrap(), everything(&view));
    town.engine.projector().unwrap().rebuild(hakodate()).unwrap();
    let after = view.standing(hakodate()).unwrap();
    assert!(after.live.unwrap().generation > before.0.live.unwrap().generation);
    assert_eq!((after.building, everything(&view)), (None, before.1));
}

#[test]
fn a_list_made_by_other_code_is_built_anew() {
    let (town, view) = town();
    town.done(submission(2));
    let old = view.begin(hakodate(), SHAPE + 1).unwrap();
    let reached = Position(2);
    let page = Page {
        municipality: hakodate(),
        generation: old,
        after: Position(0),
        reached,
        rows: vec![],
        parked: vec![],
    };
    view.apply(&page).unwrap();
    view.swap(hakodate(), old).unwrap();
    assert_eq!(ask(&view, queue("HOKENJO-EISEI")), []);
    town.engine.follow_lists().unwrap();
    assert_eq!(view.standing(hakodate()).unwrap().live.unwrap().shape, SHAPE);
    assert_eq!(states(&ask(&view, queue("HOKENJO-EISEI"))), [(2, StateName::Received)]);
}

/// Two who follow one log: each page is written once, and neither is in the way of the other.
#[test]
fn a_page_that_another_has_written_is_passed_over() {
    let (town, view) = town();
    town.done(submission(2));
    town.engine.follow_lists().unwrap();
    town.done(submission(3));
    let live = view.standing(hakodate()).unwrap().live.unwrap();
    let others = Page {
        municipality: hakodate(),
        generation: live.generation,
        after: live.reached,
        reached: town.store.head(hakodate()).map(|head| Position(head.size)).unwrap(),
        rows: vec![],
        parked: vec![],
    };
    assert_eq!(view.apply(&others).unwrap(), Applied::Done);
    town.engine.follow_lists().unwrap();
    assert_eq!(states(&ask(&view, queue("HOKENJO-EISEI"))), [(2, StateName::Received)]);
}

#[test]
fn a_record_that_cannot_be_read_parks_its_case_alone() {
    let (town, view) = town();
    town.done(submission(2));
    town.done(submission(3));
    town.engine.follow_lists().unwrap();
    let expected =
        town.engine.history(hakodate(), case(2)).map(|events| Version(events.len() as u64)).unwrap();
    let poison = NewRecord {
        event_type: "FromTheFuture",
        schema_version: 1,
        codec: Codec::Json,
        payload: b"{}".to_vec(),
        number_from: None,
    };
    let commit = Commit {
        command: Some(CommandKey { id: command(77), digest: [7; 32] }),
        appends: vec![Append { stream: case(2).into(), expected, records: vec![poison] }],
        ..Commit::nothing(hakodate())
    };
    let outcomes = town.store.commit(&[commit]).unwrap();
    let [Outcome::Done(receipt)] = &outcomes[..] else { panic!("{outcomes:?}") };
    town.done(follow_up(78, 3, dogs_officer(), Command::StartReview));
    town.engine.follow_lists().unwrap();

    let wanted = [(2, StateName::Received), (3, StateName::UnderReview)];
    assert_eq!(states(&ask(&view, queue("HOKENJO-EISEI"))), wanted);
    let why = "the event type FromTheFuture is unknown; this program may be older than the log".to_owned();
    let parked = Parked { case: case(2), position: receipt.first, why };
    assert_eq!(view.parked(hakodate()).unwrap(), [parked]);
    let projector = town.engine.projector().unwrap();
    assert_eq!(projector.lag(hakodate()).unwrap().records, 0);
    assert_eq!(projector.retry_parked(hakodate()).unwrap(), 1);
    // Built anew, the list lacks the case that nobody can read, and says so.
    projector.rebuild(hakodate()).unwrap();
    assert_eq!(states(&ask(&view, queue("HOKENJO-EISEI"))), [(3, StateName::UnderReview)]);
    assert_eq!(view.parked(hakodate()).unwrap().len(), 1);
}

#[test]
fn a_disposal_takes_the_name_out_of_the_lists() {
    let (town, view) = town();
    town.done(signed_submission(1));
    town.done(residents(10, Command::StartReview));
    town.done(residents(11, grant()));
    let identification = Identification::IndividualNumberCard;
    town.done(residents(15, Command::VerifyVisitor(Visitor { identification, notice_copy: true })));
    town.done(residents(12, payment(300)));
    town.done(residents(13, Command::IssueCertificate { copies: 1 }));
    town.engine.work_agenda(&Carrier::default()).unwrap();
    town.engine.follow_lists().unwrap();
    assert_eq!(states(&ask(&view, named("花子"))), [(1, StateName::Closed)]);

    let Application::Closed(closed) = town.engine.case(hakodate(), case(1)).unwrap() else { unreachable!() };
    let over = closed.retention.unwrap().over().from.unwrap();
    town.clock.advance(over.micros() - closed.closed_at.micros());
    town.engine.dispose(hakodate(), command(14), officer("SHIMIN-KOSEKI"), case(1)).unwrap();
    assert_eq!(ask(&view, named("花子")), []);
    let own = ask(&view, Question::OfApplicant { user: user(1) });
    assert_eq!(states(&own), [(1, StateName::Disposed)]);
    town.engine.projector().unwrap().rebuild(hakodate()).unwrap();
    assert_eq!(ask(&view, named("花子")), []);
}

#[test]
fn a_thread_follows_until_the_engine_shuts_down() {
    let (town, view) = town();
    town.done(submission(2));
    town.engine.start_projector().unwrap();
    while view.standing(hakodate()).unwrap().live.is_none_or(|live| live.reached < Position(2)) {
        std::thread::yield_now();
    }
    assert_eq!(states(&ask(&view, queue("HOKENJO-EISEI"))), [(2, StateName::Received)]);
    town.engine.shut_down();
}

#[test]
fn an_engine_without_lists_says_so() {
    let town = Town::new();
    assert!(matches!(town.engine.follow_lists(), Err(EngineError::NoLists)));
    assert!(matches!(town.engine.start_projector(), Err(EngineError::NoLists)));
}

/// Lists of which those of one municipality cannot be reached.
struct Silent {
    view: MemoryView,
    city: Municipality,
}

impl View for Silent {
    fn standing(&self, of: Municipality) -> Result<Standing, StoreError> {
        if of == self.city { Err(unavailable()) } else { self.view.standing(of) }
    }

    fn begin(&self, of: Municipality, shape: u32) -> Result<Generation, StoreError> {
        self.view.begin(of, shape)
    }

    fn apply(&self, page: &Page) -> Result<Applied, StoreError> {
        self.view.apply(page)
    }

    fn swap(&self, of: Municipality, generation: Generation) -> Result<Applied, StoreError> {
        self.view.swap(of, generation)
    }

    fn list(&self, listing: &Listing) -> Result<Vec<CaseRow>, StoreError> {
        self.view.list(listing)
    }

    fn counts(&self, of: Municipality) -> Result<Vec<Count>, StoreError> {
        self.view.counts(of)
    }

    fn parked(&self, of: Municipality) -> Result<Vec<Parked>, StoreError> {
        self.view.parked(of)
    }
}

#[test]
fn lists_that_cannot_be_reached_hold_up_those_of_no_other_municipality() {
    for (city, other) in [(hakodate(), sapporo()), (sapporo(), hakodate())] {
        let view = MemoryView::new();
        let silent = Silent { view: view.clone(), city };
        let town = Town::with_lanes(|settings| settings.lists = Some(Arc::new(silent)));
        let failed = town.engine.follow_lists().unwrap_err();
        assert!(
            matches!(&failed, EngineError::Store(error) if matches!(**error, StoreError::Unavailable { .. })),
            "{failed:?}"
        );
        let is_live = |of| view.standing(of).unwrap().live.is_some();
        assert_eq!((is_live(city), is_live(other)), (false, true));
    }
}
