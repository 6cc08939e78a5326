//! Wrong about whose things are whose.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Mutex;

use shinsei::memory::{MemoryStore, STEP_BACK_MAX_MICROS};
use shinsei_conformance::FakeClock;
use shinsei_core::agenda::{Lease, LeaseRequest};
use shinsei_core::document::Document;
use shinsei_core::ids::{CommandId, DocumentId, Municipality, StreamId, Version};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::{Commit, Found, Outcome, Store as _, StoreError, Visit, recording_time};
use shinsei_core::time::Timestamp;

use super::{Answer, Broken, Flaw, Wrong, each_is_found};

#[test]
fn each_flaw_of_tenancy_is_found() {
    each_is_found(FLAWS);
}

pub(super) const FLAWS: &[Flaw] = &[
    Flaw::new("shows the neighbour's stream", &["tenancy::logs_are_apart"], || {
        Broken::new(ShowsNeighbours::Stream)
    }),
    Flaw::new("finds the neighbour's commands", &["tenancy::commands_are_apart"], || {
        Broken::new(ShowsNeighbours::Command)
    }),
    Flaw::new("gives the neighbour's documents", &["tenancy::documents_are_apart"], || {
        Broken::new(ShowsNeighbours::Document)
    }),
    Flaw::new("erases the neighbour's too", &["tenancy::erasures_are_apart"], || {
        Broken::new(ShowsNeighbours::Erasure)
    }),
    Flaw::new("lends the neighbour's entries", &["tenancy::agendas_are_apart"], || {
        Broken::new(Asks(|request| request.municipality = None))
    }),
    Flaw::new("lends one municipality's entries alone", &["tenancy::a_worker_may_ask_for_all"], || {
        Broken::new(Asks(|request| request.municipality = request.municipality.or(Some(hakodate()))))
    }),
    Flaw::new(
        "goes through one municipality after the other",
        &["tenancy::a_worker_may_ask_for_all"],
        || Broken::new(OneAfterTheOther),
    ),
    Flaw::new("counts numbers for all together", &["tenancy::numbers_are_apart"], || {
        Broken::new(CountsTogether::default())
    }),
    Flaw::new("keeps one last recording time", &["tenancy::recording_times_are_apart"], || {
        Broken::with(|clock| Box::new(OneTime(clock, Mutex::default())))
    }),
    Flaw::new("lists the one it knows best", &["tenancy::those_that_wrote_are_listed"], || {
        Broken::new(ListsOne)
    }),
    Flaw::new("takes one municipality a batch", &["tenancy::a_batch_may_hold_several"], || {
        Broken::new(OneLane)
    }),
];

fn hakodate() -> Municipality {
    "012025".parse().expect("a municipality")
}

fn neighbour(of: Municipality) -> Municipality {
    if of == hakodate() { "011002".parse().expect("a municipality") } else { hakodate() }
}

struct OneAfterTheOther;

impl Wrong for OneAfterTheOther {
    fn lease(&self, whole: &MemoryStore, request: &LeaseRequest) -> Answer<Vec<Lease>> {
        if request.municipality.is_some() {
            return whole.lease(request);
        }
        let mut lent = vec![];
        for of in [neighbour(hakodate()), hakodate()] {
            let entries_max = request.entries_max - lent.len();
            lent.extend(whole.lease(&LeaseRequest { municipality: Some(of), entries_max, ..*request })?);
        }
        Ok(lent)
    }
}

struct ListsOne;

impl Wrong for ListsOne {
    fn municipalities(&self, whole: &MemoryStore) -> Answer<Vec<Municipality>> {
        let all = whole.municipalities()?;
        Ok(all.into_iter().filter(|listed| *listed == hakodate()).collect())
    }
}

/// Falls back on the neighbour where a municipality has nothing.
enum ShowsNeighbours {
    Stream,
    Command,
    Document,
    Erasure,
}

impl Wrong for ShowsNeighbours {
    fn read_stream(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        stream: StreamId,
        after: Version,
        max: usize,
        visit: Visit<'_>,
    ) -> Answer<()> {
        let mut any = false;
        whole.read_stream(of, stream, Version(0), 1, &mut |_| {
            any = true;
            ControlFlow::Continue(())
        })?;
        let of = if matches!(self, Self::Stream) && !any { neighbour(of) } else { of };
        whole.read_stream(of, stream, after, max, visit)
    }

    fn find(&self, whole: &MemoryStore, of: Municipality, command: CommandId) -> Answer<Option<Found>> {
        match whole.find(of, command)? {
            None if matches!(self, Self::Command) => whole.find(neighbour(of), command),
            found => Ok(found),
        }
    }

    fn document(&self, whole: &MemoryStore, of: Municipality, id: DocumentId) -> Answer<Option<Document>> {
        match whole.document(of, id)? {
            None if matches!(self, Self::Document) => whole.document(neighbour(of), id),
            document => Ok(document),
        }
    }

    fn erase(&self, whole: &MemoryStore, of: Municipality, stream: StreamId) -> Answer<u64> {
        if matches!(self, Self::Erasure) {
            whole.erase(neighbour(of), stream)?;
        }
        whole.erase(of, stream)
    }
}

/// Asks for other entries than the worker did.
struct Asks(fn(&mut LeaseRequest));

impl Wrong for Asks {
    fn lease(&self, whole: &MemoryStore, request: &LeaseRequest) -> Answer<Vec<Lease>> {
        let mut request = *request;
        self.0(&mut request);
        whole.lease(&request)
    }
}

/// How many numbers each municipality drew.
#[derive(Default)]
struct CountsTogether(Mutex<BTreeMap<Municipality, u64>>);

impl Wrong for CountsTogether {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut drawn = self.0.lock().expect("not poisoned");
        let mut outcomes = whole.commit(batch)?;
        for (commit, outcome) in batch.iter().zip(&mut outcomes) {
            if let Outcome::Done(receipt) = outcome {
                let others = drawn.get(&neighbour(commit.municipality)).copied().unwrap_or_default();
                *drawn.entry(commit.municipality).or_default() += receipt.numbers.len() as u64;
                receipt.numbers.iter_mut().for_each(|(_, number)| number.value += others);
            }
        }
        Ok(outcomes)
    }
}

/// The last recording time of all municipalities together.
struct OneTime(FakeClock, Mutex<Option<Timestamp>>);

impl Wrong for OneTime {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut last = self.1.lock().expect("not poisoned");
        if !are_known(whole, batch) {
            recording_time(self.0.now(), *last, STEP_BACK_MAX_MICROS)?;
        }
        let outcomes = whole.commit(batch)?;
        for outcome in &outcomes {
            if let Outcome::Done(receipt) = outcome {
                *last = (*last).max(Some(receipt.recorded_at));
            }
        }
        Ok(outcomes)
    }
}

fn are_known(whole: &MemoryStore, batch: &[Commit]) -> bool {
    batch.iter().all(|commit| {
        let found = commit.command.map(|key| whole.find(commit.municipality, key.id));
        matches!(found, Some(Ok(Some(_))))
    })
}

struct OneLane;

impl Wrong for OneLane {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        if batch.iter().any(|commit| commit.municipality != batch[0].municipality) {
            return Err(StoreError::Malformed { rule: "a batch holds one municipality" });
        }
        whole.commit(batch)
    }
}
