//! Projections: lists of cases that follow the log. Replaying it sends nothing and decides nothing.

pub mod compared;
mod following;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use serde::Deserialize;
use shinsei_core::application::Application;
use shinsei_core::document::DocumentRef;
use shinsei_core::event::Event;
use shinsei_core::event_format::decode;
use shinsei_core::ids::{CaseId, Municipality, Position, StreamKind, Version};
use shinsei_core::listing::{CaseRow, Listed};
use shinsei_core::port::store::{PAGE_RECORDS_MAX, Store, StoreError};
use shinsei_core::port::view::{Applied, Checkpoint, Page, Parked, View};
use shinsei_core::standard::name::search_key;
use shinsei_core::time::Timestamp;

/// The version of this code, which a generation of a list bears. One that bears another is built anew.
///
/// To be raised whenever a row, or what it is made from, changes.
pub const SHAPE: u32 = 3;

/// The most records of the log that one page of changes speaks of, so that a writer is never held for long.
const RECORDS_MAX: usize = 1_000;

/// Follows the logs of municipalities and keeps their lists of cases.
///
/// Several may follow one log, in one process or in many: a page is written by whoever comes first. A case of which a record
/// cannot be read is parked, keeps its last row, and hinders no other.
///
/// # Example
/// ```
/// use std::sync::Arc;
/// use shinsei::memory::{MemoryStore, MemoryView};
/// use shinsei::projection::Projector;
/// use shinsei_conformance::FakeClock;
///
/// let store = Arc::new(MemoryStore::new(Arc::new(FakeClock::default())));
/// let projector = Projector::new(store, Arc::new(MemoryView::new()));
/// projector.catch_up("012025".parse()?)?;
/// assert_eq!(projector.lag("012025".parse()?)?.records, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Projector {
    store: Arc<dyn Store>,
    view: Arc<dyn View>,
}

/// How far a list is behind its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lag {
    /// Records that it does not speak of yet.
    pub records: u64,
    /// When the first of them was recorded.
    pub since: Option<Timestamp>,
    /// The last position that the list which is being built beside it speaks of, if one is.
    pub rebuilt_to: Option<Position>,
}

impl Projector {
    /// Follows what a store keeps, into a view.
    pub fn new(store: Arc<dyn Store>, view: Arc<dyn View>) -> Self {
        Self { store, view }
    }

    /// Where the lists are asked.
    pub fn view(&self) -> &Arc<dyn View> {
        &self.view
    }

    /// Follows the log of a municipality to its end, on this thread. A list that does not exist yet, was made by another
    /// version of this code, or is to be rebuilt, is built beside the live one and takes its place.
    ///
    /// # Errors
    /// [`StoreError`] when the log could not be read or a page not written; asking again goes on from there.
    pub fn catch_up(&self, municipality: Municipality) -> Result<(), StoreError> {
        let standing = self.view.standing(municipality)?;
        let live = standing.live.filter(|live| live.shape == SHAPE);
        if let Some(live) = live {
            self.follow(municipality, live)?;
        }
        let building = match standing.building.filter(|building| building.shape == SHAPE) {
            Some(building) => building,
            None if live.is_some() => return Ok(()),
            None => {
                let generation = self.view.begin(municipality, SHAPE)?;
                Checkpoint { generation, shape: SHAPE, reached: Position(0) }
            }
        };
        self.follow(municipality, building)?;
        self.view.swap(municipality, building.generation).map(|_| ())
    }

    /// Has the list of a municipality built anew beside the live one, follows the log to its end, and swaps them.
    ///
    /// # Errors
    /// [`StoreError`] as for [`Projector::catch_up`], which then goes on with it.
    pub fn rebuild(&self, municipality: Municipality) -> Result<(), StoreError> {
        self.view.begin(municipality, SHAPE)?;
        self.catch_up(municipality)
    }

    /// Tries to read the parked cases of a municipality once more, and says how many are parked still.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read or not written.
    pub fn retry_parked(&self, municipality: Municipality) -> Result<usize, StoreError> {
        let Some(live) = self.view.standing(municipality)?.live else { return Ok(0) };
        let cases = self.view.parked(municipality)?.into_iter().map(|parked| parked.case);
        self.view.apply(&self.page(municipality, live, cases, live.reached)?)?;
        Ok(self.view.parked(municipality)?.len())
    }

    /// How far the list of a municipality is behind its log.
    ///
    /// # Errors
    /// [`StoreError`] when there is no answer.
    pub fn lag(&self, municipality: Municipality) -> Result<Lag, StoreError> {
        let standing = self.view.standing(municipality)?;
        let reached = standing.live.map_or(Position(0), |live| live.reached);
        let mut since = None;
        self.store.read_log(municipality, reached, 1, &mut |raw| {
            since = Some(raw.recorded_at);
            ControlFlow::Break(())
        })?;
        let records = self.store.head(municipality)?.size.saturating_sub(reached.0);
        Ok(Lag { records, since, rebuilt_to: standing.building.map(|building| building.reached) })
    }

    /// Writes one page after another until the generation has reached the end of the log or is gone.
    fn follow(&self, municipality: Municipality, mut at: Checkpoint) -> Result<(), StoreError> {
        while let Some((touched, reached)) = self.touched(municipality, at.reached)? {
            at.reached = match self.view.apply(&self.page(municipality, at, touched, reached)?)? {
                Applied::Done => reached,
                Applied::Moved { reached } => reached,
                Applied::Gone => return Ok(()),
            };
        }
        Ok(())
    }

    /// The cases that the next records of the log speak of, and the position of the last; `None` at its end.
    fn touched(
        &self,
        municipality: Municipality,
        after: Position,
    ) -> Result<Option<(BTreeSet<CaseId>, Position)>, StoreError> {
        let (mut touched, mut reached) = (BTreeSet::new(), after);
        self.store.read_log(municipality, after, RECORDS_MAX, &mut |raw| {
            reached = raw.position;
            if raw.stream.kind == StreamKind::Case {
                touched.insert(CaseId(raw.stream.id));
            }
            ControlFlow::Continue(())
        })?;
        Ok((reached > after).then_some((touched, reached)))
    }

    /// What these cases have become by a position.
    fn page(
        &self,
        municipality: Municipality,
        at: Checkpoint,
        cases: impl IntoIterator<Item = CaseId>,
        reached: Position,
    ) -> Result<Page, StoreError> {
        let (mut rows, mut parked) = (Vec::new(), Vec::new());
        for case in cases {
            match self.folded(municipality, case, reached)? {
                Ok(folded) => rows.extend(self.listed(municipality, case, &folded)?),
                Err(unreadable) => parked.push(unreadable),
            }
        }
        Ok(Page { municipality, generation: at.generation, after: at.reached, reached, rows, parked })
    }

    /// Folds the events of a case up to a position, or says which of them cannot be read.
    fn folded(
        &self,
        municipality: Municipality,
        case: CaseId,
        until: Position,
    ) -> Result<Result<Folded, Parked>, StoreError> {
        let mut folded = Folded::default();
        loop {
            let (mut unreadable, mut seen) = (None, 0);
            let after = folded.version;
            self.store.read_stream(municipality, case.into(), after, PAGE_RECORDS_MAX, &mut |raw| {
                if raw.position > until {
                    return ControlFlow::Break(());
                }
                match decode::<Event>(&raw) {
                    Ok(recorded) => {
                        seen += 1;
                        folded.state = std::mem::take(&mut folded.state).evolve(&recorded);
                        (folded.version, folded.changed_at) = (raw.version, Some(raw.recorded_at));
                        ControlFlow::Continue(())
                    }
                    Err(error) => {
                        let why = error.to_string();
                        unreadable = Some(Parked { case, position: raw.position, why });
                        ControlFlow::Break(())
                    }
                }
            })?;
            match unreadable {
                Some(unreadable) => return Ok(Err(unreadable)),
                None if seen < PAGE_RECORDS_MAX => return Ok(Ok(folded)),
                None => {}
            }
        }
    }

    /// The row of a case, with the applicant's name as a key as long as it is not erased.
    fn listed(
        &self,
        municipality: Municipality,
        case: CaseId,
        folded: &Folded,
    ) -> Result<Option<Listed>, StoreError> {
        let row = folded.changed_at.and_then(|at| CaseRow::of(case, &folded.state, folded.version, at));
        let Some(row) = row else { return Ok(None) };
        let name_key = match speaks_of_the_applicant(&folded.state) {
            Some(document) => {
                let document = self.store.document(municipality, document.id)?;
                document.and_then(|document| name(&document.content)).map(|name| search_key(&name))
            }
            None => None,
        };
        Ok(Some(Listed { row, name_key }))
    }
}

/// What a case has become, by which event.
#[derive(Default)]
struct Folded {
    state: Application,
    version: Version,
    changed_at: Option<Timestamp>,
}

/// The document in which the applicant's name stands; `None` where there is none, or it is to be erased.
fn speaks_of_the_applicant(state: &Application) -> Option<DocumentRef> {
    if matches!(state, Application::Disposed(_)) {
        return None;
    }
    let arrived = state.arrival()?;
    arrived.signature.as_ref().map(|signature| signature.identity).or(arrived.profile)
}

/// The member `name` of a JSON object: what a verifier found in the certificate, or what the applicant registered.
fn name(document: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    serde_json::from_slice(document).ok().map(|Named { name }| name)
}
