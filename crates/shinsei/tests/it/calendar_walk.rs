//! A calendar that was changed visits every open case whose day it moves, also when the engine dies in the middle.

use proptest::prelude::*;
use shinsei::agenda::Worked;
use shinsei::agenda::calendar_walk::{PART_RECORDS_MAX, Rebasing};
use shinsei::engine::{Engine, EngineError, Request};
use shinsei_core::actor::{Actor, Staff};
use shinsei_core::agenda::EntryState;
use shinsei_core::application::Application;
use shinsei_core::calendar::stream::{CalendarCommand, Calendars};
use shinsei_core::calendar::{Calendar, OpenDays};
use shinsei_core::catalog::Catalog;
use shinsei_core::command::{AskedItem, Command, CorrectionRequest, SubmittedForm};
use shinsei_core::due::DueDate;
use shinsei_core::event::{CorrectionKind, Event};
use shinsei_core::ids::{CalendarId, ProcedureId, StaffId, Version};
use shinsei_core::outcome::NonEmpty;
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::{Append, CommandKey, Commit, NewRecord, Store as _};
use shinsei_core::record::Codec;

use crate::carrier::Carrier;
use crate::rigged::{Fault, unavailable};
use crate::town::{
    DOG, Town, case, command, dogs_officer, follow_up, form, hakodate, settings, submit, user, with_periods,
};

/// Due within ten business days.
const CHILD: &str = "JI-005";

/// Due within thirty calendar days.
const CARE: &str = "KA-001";

const PROCEDURES: [&str; 3] = [DOG, CHILD, CARE];

const DAY: i64 = 86_400_000_000;

fn amend(engine: &Engine, n: u128, closed: &[&str]) {
    change(
        engine,
        n,
        CalendarCommand::Amend {
            closed: closed.iter().map(|day| day.parse().unwrap()).collect(),
            open: vec![],
        },
    );
}

fn change(engine: &Engine, n: u128, what: CalendarCommand) {
    let request = Request::calendar(hakodate(), command(n), dogs_officer(), CalendarId::CITY_HALL, what);
    engine.execute(request).wait().unwrap();
}

/// A town that published the standard calendar, which moves nothing.
fn town() -> Town {
    let town = Town::with(with_periods);
    change(&town.engine, 900, CalendarCommand::Publish { days: OpenDays::standard() });
    work(&town.engine).unwrap();
    town
}

fn work(engine: &Engine) -> Result<Worked, EngineError> {
    engine.work_agenda(&Carrier::default())
}

/// The engine died: another one goes on when what it had leased is free again.
fn restarted(town: &Town) -> Engine {
    town.clock.advance(61_000_000);
    let mut settings = settings(&town.clock);
    with_periods(&mut settings);
    town.other_engine_like(settings)
}

fn submitted(town: &Town, n: u128, procedure: &str) {
    let form = form(procedure, n);
    let form = match procedure {
        DOG => SubmittedForm::Unsigned(form.into()),
        _ => SubmittedForm::Attached(form.into()),
    };
    town.done(submit(n, procedure, form));
}

/// The day on which the case is due, and how often the calendar moved it.
fn due(engine: &Engine, n: u128) -> (String, usize) {
    let history = engine.history(hakodate(), case(n)).unwrap();
    let moved = history.iter().filter(|recorded| matches!(recorded.event, Event::DueDateRebased(_))).count();
    let state = engine.case(hakodate(), case(n)).unwrap();
    (state.expected().map_or_else(String::new, |day| day.to_string()), moved)
}

#[test]
fn a_closed_day_moves_the_cases_whose_time_it_takes_and_no_other() {
    let town = town();
    // Thursday 7 May 2026.
    for (n, procedure) in (1..).zip(PROCEDURES) {
        submitted(&town, n, procedure);
    }
    work(&town.engine).unwrap();
    amend(&town.engine, 901, &["2026-05-08"]);
    let records = town.store.head(hakodate()).unwrap().size;
    assert_eq!(town.engine.rebasing(hakodate()).unwrap(), Rebasing { records, ..Rebasing::default() });
    let worked = work(&town.engine).unwrap();
    assert_eq!(worked, Worked { passed: 2, ..Worked::default() }, "the walk, and the one case that moves");
    let dues = [1, 2, 3].map(|n| due(&town.engine, n));
    assert_eq!(dues, [("2026-05-07".into(), 0), ("2026-05-21".into(), 1), ("2026-06-06".into(), 0)]);
    assert!(town.engine.rebasing(hakodate()).unwrap().is_done());
    assert_eq!(work(&town.engine).unwrap(), Worked::default());
}

#[test]
fn a_case_that_comes_after_the_change_rests_on_it_already() {
    let town = town();
    amend(&town.engine, 901, &["2026-05-08"]);
    submitted(&town, 2, CHILD);
    work(&town.engine).unwrap();
    assert_eq!(due(&town.engine, 2), ("2026-05-21".into(), 0));
}

#[test]
fn a_calendar_that_is_changed_again_on_the_way_is_walked_once_by_its_last_version() {
    let town = town();
    submitted(&town, 2, CHILD);
    work(&town.engine).unwrap();
    amend(&town.engine, 901, &["2026-05-08"]);
    amend(&town.engine, 902, &["2026-05-11"]);
    let worked = work(&town.engine).unwrap();
    assert_eq!((worked.passed, worked.moot), (2, 1));
    assert_eq!(due(&town.engine, 2), ("2026-05-22".into(), 1));
}

#[test]
fn a_long_log_is_walked_part_by_part_and_a_crash_repeats_no_part_that_was_written() {
    let town = town();
    let cases = u128::try_from(PART_RECORDS_MAX / 3 + 50).unwrap();
    (1..=cases).for_each(|n| submitted(&town, n, CHILD));
    work(&town.engine).unwrap();
    amend(&town.engine, 999_999, &["2026-05-08"]);
    let of_the_log = town.store.head(hakodate()).unwrap().size;
    // The first part is written; the second is not, and the engine dies with it.
    town.store.spoil([Fault::Meanwhile(Box::new(|| {})), Fault::Fails(unavailable)]);
    work(&town.engine).unwrap_err();
    let lag = town.engine.rebasing(hakodate()).unwrap();
    assert_eq!(lag.records, of_the_log - u64::try_from(PART_RECORDS_MAX).unwrap());
    assert_eq!(lag.cases, 250, "each case has four records");
    let other = restarted(&town);
    work(&other).unwrap();
    assert!((1..=cases).all(|n| due(&other, n) == ("2026-05-21".into(), 1)));
    assert!(other.rebasing(hakodate()).unwrap().is_done());
}

#[test]
fn a_case_that_cannot_be_read_shows_and_holds_up_none() {
    let town = town();
    let broken = NewRecord {
        event_type: "FromTheFuture",
        schema_version: 1,
        codec: Codec::Json,
        payload: b"{}".to_vec(),
        number_from: None,
    };
    let append = Append { stream: case(7).into(), expected: Version(0), records: vec![broken] };
    let key = CommandKey { id: command(7), digest: [0; 32] };
    let commit = Commit { command: Some(key), appends: vec![append], ..Commit::nothing(hakodate()) };
    town.store.commit(&[commit]).unwrap();
    submitted(&town, 8, CHILD);
    work(&town.engine).unwrap();
    amend(&town.engine, 901, &["2026-05-08"]);
    let worked = work(&town.engine).unwrap();
    assert_eq!((worked.passed, worked.parked), (2, 1));
    assert_eq!(due(&town.engine, 8), ("2026-05-21".into(), 1));
    assert_eq!(town.engine.rebasing(hakodate()).unwrap(), Rebasing { parked: 1, ..Rebasing::default() });
    let rows = town.store.agenda(hakodate(), 100).unwrap();
    let parked = rows.iter().filter(|row| row.state == EntryState::Parked);
    assert_eq!(parked.map(|row| row.key.stream).collect::<Vec<_>>(), [case(7).into()]);
}

/// What becomes of a case before the calendar is changed.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Received,
    Corrected,
    Withdrawn,
}

fn officer_of(procedure: &str) -> Actor {
    let catalog = Catalog::sample();
    let procedure = catalog.procedure(&ProcedureId::new(procedure).unwrap()).unwrap();
    Actor::Officer(Staff { id: StaffId::new("s-1").unwrap(), division: procedure.terms.division.clone() })
}

fn live(town: &Town, n: u128, procedure: &str, fate: Fate) {
    submitted(town, n, procedure);
    let say = |id: u128, by: Actor, what: Command| {
        town.done(follow_up(n * 1_000 + id, n, by, what));
    };
    match fate {
        Fate::Received => {}
        Fate::Corrected => {
            say(1, officer_of(procedure), Command::StartReview);
            let item = AskedItem { field: None, text: "直してください".into() };
            let due = town.clock.now().date_jst() + chrono::Days::new(40);
            let request = CorrectionRequest {
                items: NonEmpty::try_from(vec![item]).unwrap(),
                due,
                kind: CorrectionKind::Partial,
            };
            say(2, officer_of(procedure), Command::RequestCorrection(request));
        }
        Fate::Withdrawn => say(3, Actor::Applicant { user: user(n) }, Command::Withdraw),
    }
}

/// The due date is the one that the calendar gives from what it was counted from.
fn rests_on(calendar: &Calendar, state: &Application) -> bool {
    let running = state.clock().and_then(|clock| clock.running());
    running.is_none_or(|due| {
        DueDate::of(due.period, due.start, calendar, &due.pauses)
            .is_some_and(|counted| counted.day == due.day)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the cases, the change and the moment of the crash: in the end every due date is that of the calendar, a case
    /// whose day moved says so once, and one whose day stayed says nothing.
    #[test]
    fn after_the_walk_every_due_date_is_that_of_the_calendar(
        lives in prop::collection::vec((0..3_usize, prop::sample::select(vec![Fate::Received, Fate::Corrected, Fate::Withdrawn])), 1..8),
        closed in prop::collection::btree_set(0..30_u64, 1..6),
        survived in 0..10_usize,
        written in any::<bool>(),
    ) {
        let town = town();
        for (n, (procedure, fate)) in (1..).zip(&lives) {
            live(&town, n, PROCEDURES[*procedure], *fate);
            town.clock.advance(DAY / 3);
        }
        work(&town.engine).unwrap();
        let today = town.clock.now().date_jst();
        let closed: Vec<_> = closed.iter().map(|days| today + chrono::Days::new(*days)).collect();
        let before: Vec<_> = (1..).zip(&lives).map(|(n, _)| due(&town.engine, n)).collect();
        change(&town.engine, 901, CalendarCommand::Amend { closed, open: vec![] });
        town.store.spoil((0..survived).map(|_| Fault::Meanwhile(Box::new(|| {}))));
        town.store.spoil([if written { Fault::LostAfter } else { Fault::Fails(unavailable) }]);
        let _ = work(&town.engine);
        town.store.calm();
        let other = restarted(&town);
        work(&other).unwrap();
        let calendars: Calendars = other.state(hakodate(), CalendarId::CITY_HALL.into()).unwrap();
        for (n, before) in (1..).zip(before) {
            let state = other.case(hakodate(), case(n)).unwrap();
            prop_assert!(rests_on(calendars.current().unwrap(), &state), "case {n}: {state:?}");
            let after = due(&other, n);
            prop_assert_eq!(after.1 - before.1, usize::from(after.0 != before.0), "case {}", n);
        }
        prop_assert!(other.rebasing(hakodate()).unwrap().is_done());
    }
}
