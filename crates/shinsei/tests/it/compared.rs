//! A list is held against its log in little memory, and whatever was done to its rows is named.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use shinsei::memory::MemoryView;
use shinsei::projection::Projector;
use shinsei::projection::compared::Difference;
use shinsei_core::ids::{DivisionId, Municipality, Position, Version};
use shinsei_core::listing::{CaseRow, Count, LISTED_MAX, Listed, Listing, Question};
use shinsei_core::port::store::StoreError;
use shinsei_core::port::view::{Applied, Generation, Page, Parked, Standing, View};
use shinsei_core::rejection::StateName;

use crate::town::{Town, case, dogs_officer, follow_up, hakodate, submission};

const CASES: u128 = 60;

/// A view that remembers the most rows that it ever gave at once.
struct Watched {
    view: MemoryView,
    rows_max: AtomicUsize,
}

impl View for Watched {
    fn standing(&self, municipality: Municipality) -> Result<Standing, StoreError> {
        self.view.standing(municipality)
    }

    fn begin(&self, municipality: Municipality, shape: u32) -> Result<Generation, StoreError> {
        self.view.begin(municipality, shape)
    }

    fn apply(&self, page: &Page) -> Result<Applied, StoreError> {
        self.view.apply(page)
    }

    fn swap(&self, municipality: Municipality, generation: Generation) -> Result<Applied, StoreError> {
        self.view.swap(municipality, generation)
    }

    fn list(&self, listing: &Listing) -> Result<Vec<CaseRow>, StoreError> {
        let rows = self.view.list(listing)?;
        self.rows_max.fetch_max(rows.len(), Ordering::SeqCst);
        Ok(rows)
    }

    fn counts(&self, municipality: Municipality) -> Result<Vec<Count>, StoreError> {
        self.view.counts(municipality)
    }

    fn parked(&self, municipality: Municipality) -> Result<Vec<Parked>, StoreError> {
        self.view.parked(municipality)
    }
}

/// Sixty cases in one queue, arrived at different times, and their list.
fn listed() -> (Town, MemoryView) {
    let town = Town::new();
    for n in 1..=CASES {
        // Not in the order of their ids.
        town.done(submission(n * 7 % (CASES + 1)));
        town.clock.advance(1_000);
    }
    let view = MemoryView::new();
    Projector::new(Arc::clone(&town.store) as _, Arc::new(view.clone())).catch_up(hakodate()).unwrap();
    (town, view)
}

fn compared(town: &Town, view: &MemoryView) -> Vec<Difference> {
    Projector::new(Arc::clone(&town.store) as _, Arc::new(view.clone())).compare(hakodate()).unwrap().unwrap()
}

fn queue() -> Question {
    Question::WorkQueue { division: DivisionId::new("HOKENJO-EISEI").unwrap(), officer: None }
}

/// The row of a case, as the list shows it.
fn row(view: &MemoryView, n: u128) -> CaseRow {
    let question = queue();
    let listing = Listing { municipality: hakodate(), question, after: None, rows_max: LISTED_MAX };
    view.list(&listing).unwrap().into_iter().find(|row| row.case == case(n)).unwrap()
}

/// Puts a row into the live list as if the log had said so.
fn put(view: &MemoryView, row: CaseRow) {
    let live = view.standing(hakodate()).unwrap().live.unwrap();
    let page = Page {
        municipality: hakodate(),
        generation: live.generation,
        after: live.reached,
        reached: live.reached,
        rows: vec![Listed { row, name_key: None }],
        parked: vec![],
    };
    assert_eq!(view.apply(&page).unwrap(), Applied::Done);
}

#[test]
fn a_list_of_any_length_is_compared_two_rows_at_a_time() {
    let (town, view) = listed();
    let watched = Arc::new(Watched { view, rows_max: AtomicUsize::new(0) });
    let projector = Projector::new(Arc::clone(&town.store) as _, Arc::clone(&watched) as _);
    assert_eq!(projector.compare(hakodate()).unwrap(), Some(vec![]));
    assert_eq!(watched.rows_max.load(Ordering::SeqCst), 2);
}

#[test]
fn what_was_done_to_a_row_is_named_wherever_it_stands() {
    let (town, view) = listed();
    for n in [1, 7, 30, CASES] {
        let right = row(&view, n);
        let altered = |alter: &dyn Fn(&mut CaseRow)| {
            let mut row = right.clone();
            alter(&mut row);
            put(&view, row);
            let found = compared(&town, &view);
            put(&view, right.clone());
            found
        };
        let wrong = vec![Difference::Altered { case: case(n) }];
        assert_eq!(altered(&|row| row.label.push('!')), wrong, "another label of {n}");
        assert_eq!(altered(&|row| row.version = Version(9)), wrong, "another version of {n}");
        let missing = vec![Difference::Missing { case: case(n) }];
        let elsewhere = |row: &mut CaseRow| row.division = DivisionId::new("ELSEWHERE").unwrap();
        // In the queue it is not found; among the applicant's cases it is another.
        assert_eq!(altered(&elsewhere), [missing, wrong.clone()].concat(), "another division of {n}");
        let moved = |row: &mut CaseRow| row.arrived_at = row.arrived_at.saturating_add_micros(-1_000_000_000);
        assert_eq!(altered(&moved), wrong, "another time of arrival of {n}");
    }
    // No name is searched: its key went with the rows that were put.
    assert_eq!(compared(&town, &view), []);
}

#[test]
fn a_row_of_no_case_is_named_at_the_beginning_in_the_middle_and_at_the_end() {
    let (town, view) = listed();
    let model = row(&view, 30);
    for (n, micros) in [(900, -1_000_000_000), (901, 1), (902, 1_000_000_000)] {
        let arrived_at = model.arrived_at.saturating_add_micros(micros);
        put(&view, CaseRow { case: case(n), arrived_at, receipt: None, ..model.clone() });
        let found = compared(&town, &view);
        let [Difference::Stranger { case: stranger }, Difference::Counted { counted, cases, .. }] = found[..]
        else {
            panic!("{found:?}")
        };
        assert_eq!((stranger, counted, cases), (case(n), 61, 60));
        Projector::new(Arc::clone(&town.store) as _, Arc::new(view.clone())).rebuild(hakodate()).unwrap();
    }
    assert_eq!(compared(&town, &view), []);
}

#[test]
fn rows_of_parked_cases_stand_in_nobodys_way() {
    let (town, view) = listed();
    let live = view.standing(hakodate()).unwrap().live.unwrap();
    let why = "it cannot be read".to_owned();
    let parked = [1, 2, 30, CASES].map(|n| Parked { case: case(n), position: Position(1), why: why.clone() });
    let page = Page {
        municipality: hakodate(),
        generation: live.generation,
        after: live.reached,
        reached: live.reached,
        rows: vec![],
        parked: parked.to_vec(),
    };
    assert_eq!(view.apply(&page).unwrap(), Applied::Done);
    assert_eq!(compared(&town, &view), []);
    let mut altered = row(&view, 31);
    altered.state = StateName::Closed;
    put(&view, altered);
    assert_eq!(compared(&town, &view), [Difference::Altered { case: case(31) }]);
}

/// What came behind the list is no difference.
#[test]
fn a_list_that_is_behind_is_compared_with_the_log_that_it_speaks_of() {
    let (town, view) = listed();
    town.done(follow_up(500, 3, dogs_officer(), shinsei_core::command::Command::StartReview));
    town.done(submission(CASES + 5));
    assert_eq!(compared(&town, &view), []);
}
