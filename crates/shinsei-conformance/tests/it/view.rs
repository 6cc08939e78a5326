//! A view in memory keeps every clause, and each clause finds one that is broken.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use shinsei::memory::MemoryView;
use shinsei_conformance::Report;
use shinsei_conformance::view::{ViewUnderTest, clauses};
use shinsei_core::ids::{CaseId, Municipality};
use shinsei_core::listing::{CaseRow, Count, LISTED_MAX, Listing, Place, Question};
use shinsei_core::port::store::StoreError;
use shinsei_core::port::view::{Applied, Generation, Page, Parked, Standing, View};
use shinsei_core::rejection::StateName;

shinsei_conformance::view_suite!(whole);

/// What a view does wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slip {
    Nothing,
    WritesTheBeginningOfAMalformedPage,
    TakesAPageFromAnywhere,
    HidesWhatIsBeingBuilt,
    SwapsInWhatIsBehind,
    SwapsTwice,
    ShowsEverybodysQueue,
    HidesOpenMoney,
    HidesWhatHasEnded,
    LosesTheOfficer,
    TakesLettersForPatterns,
    FindsANameAtAnyPlace,
    GivesMoreThanAsked,
    CountsOneTooMany,
    KeepsTheFormerName,
    KeepsThemParked,
    KeepsErasedNames,
    FindsTheNeighboursNames,
    ForgetsTheParkedWhenReopened,
}

struct Subject {
    slip: Slip,
    whole: MemoryView,
    opened: AtomicUsize,
    names: Mutex<BTreeMap<(Generation, CaseId), String>>,
    parked: Mutex<Vec<Parked>>,
}

fn whole() -> Subject {
    with(Slip::Nothing)
}

fn with(slip: Slip) -> Subject {
    let (opened, names, parked) = Default::default();
    Subject { slip, whole: MemoryView::new(), opened, names, parked }
}

struct Opened<'a>(&'a Subject);

impl ViewUnderTest for Subject {
    fn open(&self) -> Box<dyn View + '_> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        Box::new(Opened(self))
    }
}

impl Opened<'_> {
    /// The page as this view takes it.
    fn altered(&self, page: &Page) -> Result<Page, StoreError> {
        let mut page = page.clone();
        if self.0.slip == Slip::TakesAPageFromAnywhere && page.check().is_ok() {
            let both = self.0.whole.standing(page.municipality)?;
            let named = [both.live, both.building].into_iter().flatten();
            page.after = named
                .filter(|stands| stands.generation == page.generation)
                .fold(page.after, |_, stands| stands.reached);
            page.reached = page.reached.max(page.after);
        }
        let mut names = self.0.names.lock().expect("not poisoned");
        for listed in &mut page.rows {
            let known = names.get(&(page.generation, listed.row.case)).cloned();
            let keeps = match (&listed.name_key, self.0.slip) {
                (Some(_), Slip::KeepsTheFormerName) | (None, Slip::KeepsErasedNames) => known.is_some(),
                _ => false,
            };
            if keeps {
                listed.name_key = known;
            }
            if let Some(name) = &listed.name_key {
                names.insert((page.generation, listed.row.case), name.clone());
            }
        }
        Ok(page)
    }
}

impl View for Opened<'_> {
    fn standing(&self, municipality: Municipality) -> Result<Standing, StoreError> {
        let standing = self.0.whole.standing(municipality)?;
        let hides = self.0.slip == Slip::HidesWhatIsBeingBuilt;
        Ok(Standing { building: standing.building.filter(|_| !hides), ..standing })
    }

    fn begin(&self, municipality: Municipality, shape: u32) -> Result<Generation, StoreError> {
        self.0.whole.begin(municipality, shape)
    }

    fn apply(&self, page: &Page) -> Result<Applied, StoreError> {
        let altered = self.altered(page)?;
        self.0.parked.lock().expect("not poisoned").extend(page.parked.iter().cloned());
        if page.check().is_err() && self.0.slip == Slip::WritesTheBeginningOfAMalformedPage {
            let rows = altered.rows[..1].to_vec();
            self.0.whole.apply(&Page { rows, reached: page.after, ..altered })?;
            return self.0.whole.apply(page);
        }
        self.0.whole.apply(&altered)
    }

    fn swap(&self, municipality: Municipality, generation: Generation) -> Result<Applied, StoreError> {
        let both = self.0.whole.standing(municipality)?;
        if self.0.slip == Slip::SwapsTwice && both.live.is_some_and(|live| live.generation == generation) {
            return Ok(Applied::Done);
        }
        if let (Slip::SwapsInWhatIsBehind, Some(live), Some(building)) =
            (self.0.slip, both.live, both.building)
        {
            let (after, reached) = (building.reached, building.reached.max(live.reached));
            let generation = building.generation;
            self.0.whole.apply(&Page {
                municipality,
                generation,
                after,
                reached,
                rows: vec![],
                parked: vec![],
            })?;
        }
        self.0.whole.swap(municipality, generation)
    }

    fn list(&self, listing: &Listing) -> Result<Vec<CaseRow>, StoreError> {
        let mut asked = listing.clone();
        match (&mut asked.question, self.0.slip) {
            (Question::WorkQueue { officer, .. }, Slip::ShowsEverybodysQueue) => *officer = None,
            (Question::Named { name_key }, Slip::TakesLettersForPatterns) if name_key == "%" => {
                name_key.replace_range(.., "野");
            }
            (Question::Named { .. }, Slip::FindsTheNeighboursNames) => {
                asked.municipality = "012025".parse().expect("a code")
            }
            (_, Slip::GivesMoreThanAsked) => asked.rows_max = LISTED_MAX,
            _ => {}
        }
        let mut rows = self.0.whole.list(&asked)?;
        match (&listing.question, self.0.slip) {
            (Question::OfApplicant { .. }, Slip::HidesWhatHasEnded) => rows.retain(|row| row.is_open),
            (Question::WorkQueue { .. }, Slip::HidesOpenMoney) => rows.retain(|row| row.is_open),
            (_, Slip::LosesTheOfficer) => rows.iter_mut().for_each(|row| row.officer = None),
            _ => {}
        }
        Ok(rows)
    }

    fn is_named(&self, municipality: Municipality, place: Place, name_key: &str) -> Result<bool, StoreError> {
        if self.0.slip != Slip::FindsANameAtAnyPlace {
            return self.0.whole.is_named(municipality, place, name_key);
        }
        let question = Question::Named { name_key: name_key.to_owned() };
        let all = Listing { municipality, question, after: None, rows_max: LISTED_MAX };
        Ok(self.0.whole.list(&all)?.iter().any(|row| row.case == place.case))
    }

    fn counts(&self, municipality: Municipality) -> Result<Vec<Count>, StoreError> {
        let mut counts = self.0.whole.counts(municipality)?;
        let closed = counts.iter_mut().filter(|count| count.state == StateName::Closed);
        if self.0.slip == Slip::CountsOneTooMany {
            closed.for_each(|count| count.cases += 1);
        }
        Ok(counts)
    }

    fn parked(&self, municipality: Municipality) -> Result<Vec<Parked>, StoreError> {
        if self.0.slip == Slip::ForgetsTheParkedWhenReopened && self.0.opened.load(Ordering::Relaxed) > 1 {
            return Ok(Vec::new());
        }
        if self.0.slip == Slip::KeepsThemParked {
            let mut parked = self.0.parked.lock().expect("not poisoned").clone();
            parked.sort_by_key(|parked| parked.position);
            return Ok(parked);
        }
        self.0.whole.parked(municipality)
    }
}

#[test]
fn each_clause_finds_a_broken_view_that_it_alone_finds() {
    let flaws = [
        (Slip::WritesTheBeginningOfAMalformedPage, "view::rows_and_checkpoint_move_together"),
        (Slip::TakesAPageFromAnywhere, "view::a_checkpoint_is_compared_and_set"),
        (Slip::HidesWhatIsBeingBuilt, "view::a_generation_is_built_beside_the_live_one"),
        (Slip::SwapsInWhatIsBehind, "view::what_is_behind_is_not_swapped_in"),
        (Slip::SwapsTwice, "view::what_is_gone_takes_no_page"),
        (Slip::ShowsEverybodysQueue, "view::a_queue_is_in_order_of_its_days"),
        (Slip::HidesOpenMoney, "view::a_queue_is_in_order_of_its_days"),
        (Slip::HidesWhatHasEnded, "view::an_applicant_sees_own_cases"),
        (Slip::LosesTheOfficer, "view::a_receipt_finds_its_case"),
        (Slip::TakesLettersForPatterns, "view::a_name_finds_its_cases"),
        (Slip::FindsANameAtAnyPlace, "view::a_name_finds_its_cases"),
        (Slip::GivesMoreThanAsked, "view::pages_follow_each_other"),
        (Slip::CountsOneTooMany, "view::cases_are_counted"),
        (Slip::KeepsTheFormerName, "view::a_row_is_replaced"),
        (Slip::KeepsThemParked, "view::what_is_parked_is_shown"),
        (Slip::KeepsErasedNames, "view::an_erased_name_is_gone"),
        (Slip::FindsTheNeighboursNames, "view::municipalities_are_apart"),
        (Slip::ForgetsTheParkedWhenReopened, "view::a_list_survives_reopening"),
    ];
    for (slip, clause) in flaws {
        let report = Report::of(&clauses(), || Box::new(with(slip)));
        assert_eq!(report.broken(), [clause], "{report}");
    }
    let unproved =
        clauses().iter().map(|clause| clause.name()).find(|name| flaws.iter().all(|(_, of)| of != name));
    assert_eq!(unproved, None);
}
