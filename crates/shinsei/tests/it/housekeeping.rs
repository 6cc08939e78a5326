//! What nothing wants any more is cleared away, and nothing else.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use shinsei::housekeeping::{Cleared, STAGED_KEPT_MICROS};
use shinsei::memory::MemoryStore;
use shinsei::reading::Reading;
use shinsei_conformance::FakeClock;
use shinsei_core::ids::{DocumentId, Purpose};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::Store as _;
use shinsei_core::retention::Retention;
use shinsei_core::time::Timestamp;
use uuid::Uuid;

use crate::town::{Town, case, dogs_officer, hakodate, submission};

/// A town that keeps accesses for so long, with its store.
fn town(kept: Retention) -> (Town, Arc<MemoryStore>) {
    let clock = FakeClock::default();
    let store = Arc::new(MemoryStore::new(Arc::new(clock.clone())));
    let log = Arc::clone(&store);
    let town = Town::on(Arc::clone(&store) as _, clock, move |settings| {
        settings.access_log = Some(log);
        settings.cities.iter_mut().for_each(|city| city.accesses_kept = kept);
    });
    (town, store)
}

fn read(town: &Town) {
    let reading = Reading { reader: dogs_officer(), purpose: Purpose::new("review").unwrap() };
    town.engine.read_case(hakodate(), case(1), reading).unwrap();
}

fn jst(year: i32, month: u32, day: u32) -> Timestamp {
    Timestamp::from_jst(year, month, day, 0, 0).unwrap()
}

#[test]
fn accesses_are_forgotten_when_the_years_after_their_fiscal_year_are_over() {
    let (town, _) = town(Retention::Years(1));
    town.done(submission(1));
    read(&town);
    town.clock.set(jst(2027, 4, 1));
    read(&town);
    town.clock.set(jst(2028, 4, 1).saturating_add_micros(-1));
    assert_eq!(town.engine.clear_away().unwrap(), Cleared::default());
    town.clock.set(jst(2028, 4, 1));
    assert_eq!(town.engine.clear_away().unwrap(), Cleared { staged: 0, accesses: 1 });
    let left: Vec<_> = town.engine.who_saw(hakodate(), case(1)).unwrap().iter().map(|one| one.at).collect();
    assert_eq!(left, [jst(2027, 4, 1)]);
}

#[test]
fn whoever_says_nothing_keeps_accesses_for_good() {
    let (town, _) = town(Retention::Permanent);
    town.done(submission(1));
    read(&town);
    town.clock.set(jst(2126, 4, 1));
    assert_eq!(town.engine.clear_away().unwrap(), Cleared::default());
    assert_eq!(town.engine.who_saw(hakodate(), case(1)).unwrap().len(), 1);
}

#[test]
fn a_document_that_was_left_on_its_way_is_swept_after_a_day_by_the_housekeeper() {
    let (town, store) = town(Retention::Permanent);
    let left = |n| store.stage(hakodate(), DocumentId(Uuid::from_u128(n)), 0, b"half of a plan").unwrap();
    left(1);
    town.clock.advance(STAGED_KEPT_MICROS);
    left(2);
    assert_eq!(town.engine.clear_away().unwrap(), Cleared::default(), "a day has not gone by");
    town.clock.advance(1);
    let (tell, told) = mpsc::channel();
    town.engine
        .start_housekeeper(Duration::from_secs(3_600), move |cleared| tell.send(cleared.unwrap()).unwrap())
        .unwrap();
    assert_eq!(told.recv().unwrap(), Cleared { staged: 1, accesses: 0 });
    assert_eq!(store.document_bytes(hakodate()), 14, "what came later is still on its way");
    assert!(town.clock.now() < jst(2026, 5, 9));
}
