//! Lists of cases in memory: for tests, demonstrations and trying out. They are built anew from the log at each start.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shinsei_core::ids::{CaseId, Municipality, Position};
use shinsei_core::listing::{CaseRow, Count, LISTED_MAX, Listed, Listing};
use shinsei_core::port::store::StoreError;
use shinsei_core::port::view::{Applied, Checkpoint, Generation, Page, Parked, Standing, View};

/// Keeps lists of cases in memory. Clones share one state.
#[derive(Clone, Default)]
pub struct MemoryView {
    lists: Arc<Mutex<Lists>>,
}

#[derive(Default)]
struct Lists {
    begun: u64,
    of: BTreeMap<Municipality, List>,
}

#[derive(Default)]
struct List {
    live: Option<Built>,
    building: Option<Built>,
}

struct Built {
    checkpoint: Checkpoint,
    rows: BTreeMap<CaseId, Listed>,
    parked: BTreeMap<CaseId, Parked>,
}

impl MemoryView {
    /// Keeps nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn lists(&self) -> MutexGuard<'_, Lists> {
        // OK because a list is changed only after everything that could refuse has been asked.
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers from the live generation, or what an empty one would answer.
    fn read<T: Default>(&self, municipality: Municipality, answer: impl FnOnce(&Built) -> T) -> T {
        let lists = self.lists();
        lists.of.get(&municipality).and_then(|list| list.live.as_ref()).map(answer).unwrap_or_default()
    }
}

/// Shows that there is one, and nothing of what it keeps.
impl fmt::Debug for MemoryView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryView").finish_non_exhaustive()
    }
}

impl View for MemoryView {
    fn standing(&self, municipality: Municipality) -> Result<Standing, StoreError> {
        let lists = self.lists();
        let stands = |built: &Option<Built>| built.as_ref().map(|built| built.checkpoint);
        Ok(lists.of.get(&municipality).map_or_else(Standing::default, |list| Standing {
            live: stands(&list.live),
            building: stands(&list.building),
        }))
    }

    fn begin(&self, municipality: Municipality, shape: u32) -> Result<Generation, StoreError> {
        let mut lists = self.lists();
        lists.begun += 1;
        let generation = Generation(lists.begun);
        let checkpoint = Checkpoint { generation, shape, reached: Position(0) };
        let building = Built { checkpoint, rows: BTreeMap::new(), parked: BTreeMap::new() };
        lists.of.entry(municipality).or_default().building = Some(building);
        Ok(generation)
    }

    fn apply(&self, page: &Page) -> Result<Applied, StoreError> {
        page.check()?;
        let mut lists = self.lists();
        let Some(built) = lists.of.get_mut(&page.municipality).and_then(|list| list.named(page.generation))
        else {
            return Ok(Applied::Gone);
        };
        let reached = built.checkpoint.reached;
        if reached != page.after {
            return Ok(Applied::Moved { reached });
        }
        built.checkpoint.reached = page.reached;
        for listed in &page.rows {
            built.parked.remove(&listed.row.case);
            built.rows.insert(listed.row.case, listed.clone());
        }
        for parked in &page.parked {
            built.parked.insert(parked.case, parked.clone());
        }
        Ok(Applied::Done)
    }

    fn swap(&self, municipality: Municipality, generation: Generation) -> Result<Applied, StoreError> {
        let mut lists = self.lists();
        let Some(list) = lists.of.get_mut(&municipality) else { return Ok(Applied::Gone) };
        let Some(built) = list.building.take_if(|built| built.checkpoint.generation == generation) else {
            return Ok(Applied::Gone);
        };
        let live = list.live.as_ref().map_or(Position(0), |live| live.checkpoint.reached);
        if built.checkpoint.reached < live {
            list.building = Some(built);
            return Ok(Applied::Moved { reached: live });
        }
        list.live = Some(built);
        Ok(Applied::Done)
    }

    fn list(&self, listing: &Listing) -> Result<Vec<CaseRow>, StoreError> {
        Ok(self.read(listing.municipality, |built| {
            let question = &listing.question;
            let mut rows: Vec<&CaseRow> = built
                .rows
                .values()
                .filter(|listed| question.holds(listed))
                .map(|listed| &listed.row)
                .collect();
            if question.is_by_urgency() {
                rows.sort_by_key(|row| row.place().urgency());
                rows.retain(|row| listing.after.is_none_or(|after| row.place().urgency() > after.urgency()));
            } else {
                rows.sort_by_key(|row| std::cmp::Reverse(row.place().age()));
                rows.retain(|row| listing.after.is_none_or(|after| row.place().age() < after.age()));
            }
            rows.into_iter().take(listing.rows_max.min(LISTED_MAX)).cloned().collect()
        }))
    }

    fn counts(&self, municipality: Municipality) -> Result<Vec<Count>, StoreError> {
        Ok(self.read(municipality, |built| {
            let mut counted = BTreeMap::new();
            for Listed { row, .. } in built.rows.values() {
                *counted.entry((row.procedure.clone(), row.state)).or_insert(0) += 1;
            }
            counted.into_iter().map(|((procedure, state), cases)| Count { procedure, state, cases }).collect()
        }))
    }

    fn parked(&self, municipality: Municipality) -> Result<Vec<Parked>, StoreError> {
        Ok(self.read(municipality, |built| {
            let mut parked: Vec<_> = built.parked.values().cloned().collect();
            parked.sort_by_key(|parked| parked.position);
            parked
        }))
    }
}

impl List {
    fn named(&mut self, generation: Generation) -> Option<&mut Built> {
        let both = [&mut self.live, &mut self.building];
        both.into_iter().flatten().find(|built| built.checkpoint.generation == generation)
    }
}
