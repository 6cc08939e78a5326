//! Wrong only when several things come together, so that only random operations find it.

use std::collections::HashSet;
use std::sync::Mutex;

use shinsei::memory::MemoryStore;
use shinsei_conformance::store::clauses;
use shinsei_core::agenda::{Lease, LeaseRequest};
use shinsei_core::ids::{Municipality, StreamId};
use shinsei_core::port::store::{Commit, Outcome, Store as _};

use super::log::actual;
use super::{Answer, Broken, Flaw, Wrong, each_is_found};

#[test]
fn each_flaw_of_what_comes_together_is_found() {
    each_is_found(FLAWS);
}

pub(super) const FLAWS: &[Flaw] = &[
    Flaw::new(
        "takes any version of a stream that was erased",
        &["model::random_operations_agree_with_the_reference"],
        || Broken::new(ForgetsVersionsOfTheErased::default()),
    ),
    Flaw::new(
        "lends nothing more once it was reopened twice",
        &["model::random_operations_agree_with_the_reference"],
        || Broken::new(TiresOfLending::default()),
    ),
];

/// The script that is left when everything that does not matter was taken away.
#[test]
fn what_random_operations_find_is_told_as_a_short_script() {
    let store = (FLAWS[0].store)();
    let all = clauses();
    let model = all.iter().find(|clause| FLAWS[0].clauses.contains(&clause.name())).unwrap();
    let told = model.check(&store).unwrap_err().to_string();
    let [differs, erase, commit] = told.lines().collect::<Vec<_>>()[..] else { panic!("{told}") };
    assert!(differs.starts_with("the outcomes of operation 2: wanted [Stale"), "{told}");
    assert!(erase.starts_with("   1. Erase {") && commit.starts_with("   2. Commit([Draft {"), "{told}");
}

#[derive(Default)]
struct ForgetsVersionsOfTheErased(Mutex<HashSet<(Municipality, StreamId)>>);

impl Wrong for ForgetsVersionsOfTheErased {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let erased = self.0.lock().unwrap().clone();
        let settle = |commit: &Commit| {
            let mut commit = commit.clone();
            for append in &mut commit.appends {
                if erased.contains(&(commit.municipality, append.stream)) {
                    append.expected = actual(whole, commit.municipality, append.stream);
                }
            }
            commit
        };
        // One by one where it matters, since each is judged on what those before it left.
        if erased.is_empty() {
            return whole.commit(batch);
        }
        let mut outcomes = vec![];
        for commit in batch {
            outcomes.extend(whole.commit(&[settle(commit)])?);
        }
        Ok(outcomes)
    }

    fn erase(&self, whole: &MemoryStore, of: Municipality, stream: StreamId) -> Answer<u64> {
        self.0.lock().unwrap().insert((of, stream));
        whole.erase(of, stream)
    }
}

#[derive(Default)]
struct TiresOfLending(Mutex<usize>);

impl Wrong for TiresOfLending {
    fn opened(&self, _whole: &MemoryStore, before: usize) {
        *self.0.lock().unwrap() = before;
    }

    fn lease(&self, whole: &MemoryStore, request: &LeaseRequest) -> Answer<Vec<Lease>> {
        let reopened = *self.0.lock().unwrap();
        if reopened < 2 { whole.lease(request) } else { Ok(vec![]) }
    }
}
