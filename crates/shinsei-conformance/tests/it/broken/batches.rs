//! Wrong about batches.

use shinsei::memory::MemoryStore;
use shinsei_core::port::store::{Append, Commit, Outcome, Store as _, StoreError};

use super::log::actual;
use super::{Answer, Broken, Flaw, Wrong, each_is_found};

#[test]
fn each_flaw_of_batches_is_found() {
    each_is_found(FLAWS);
}

pub(super) const FLAWS: &[Flaw] = &[
    Flaw::new("stops at the first refusal", &["batches::a_refused_commit_hinders_no_other"], || {
        Broken::new(StopsAtRefusal)
    }),
    Flaw::new("judges a batch on what was before it", &["batches::a_case_twice_in_a_batch_goes_on"], || {
        Broken::new(JudgesBefore)
    }),
    Flaw::new("refuses an empty batch", &["batches::an_empty_batch_is_nothing"], || {
        Broken::new(Limits(|batch| !batch.is_empty()))
    }),
    Flaw::new("takes no batch above 9,999", &["batches::ten_thousand_commits_are_one_batch"], || {
        Broken::new(Limits(|batch| batch.len() <= 9_999 || batch.len() > 10_000))
    }),
    Flaw::new("takes batches of any size", &["batches::too_many_commits_are_refused"], || {
        Broken::new(Splits)
    }),
    Flaw::new("leaves malformed commits out", &["batches::a_malformed_commit_refuses_the_batch"], || {
        Broken::new(LeavesOut)
    }),
    Flaw::new("panics", &["tree::the_head_is_that_of_rfc_9162"], || {
        Broken::new(Limits(|batch| !batch.iter().any(|commit| commit.appends.iter().any(panics))))
    }),
];

/// Stands for a bug that nobody expected: it hits the payloads of one clause.
fn panics(append: &Append) -> bool {
    assert!(append.records.iter().all(|record| record.payload != [19]), "a bug nobody expected");
    false
}

struct StopsAtRefusal;

impl Wrong for StopsAtRefusal {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        // What is malformed or too large is refused as a whole.
        if batch.iter().any(|commit| commit.check().is_err()) || batch.len() > 9_999 {
            return whole.commit(batch);
        }
        let mut outcomes: Vec<Outcome> = vec![];
        for commit in batch {
            match outcomes.last() {
                Some(last) if !matches!(last, Outcome::Done(_) | Outcome::Again(_)) => {
                    outcomes.push(last.clone());
                }
                _ => outcomes.extend(whole.commit(std::slice::from_ref(commit))?),
            }
        }
        Ok(outcomes)
    }
}

struct JudgesBefore;

impl Wrong for JudgesBefore {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        // One alone would be judged on what was before it locks, which is another flaw.
        if batch.len() < 2 {
            return whole.commit(batch);
        }
        let stale: Vec<Option<Outcome>> = batch
            .iter()
            .map(|commit| {
                let known = commit.command.and_then(|key| whole.find(commit.municipality, key.id).ok()?);
                let moved = commit.appends.iter().find_map(|append| {
                    let actual = actual(whole, commit.municipality, append.stream);
                    (actual != append.expected).then_some(Outcome::Stale { stream: append.stream, actual })
                });
                if known.is_none() { moved } else { None }
            })
            .collect();
        let outcomes = whole.commit(batch)?;
        Ok(outcomes.into_iter().zip(stale).map(|(outcome, stale)| stale.unwrap_or(outcome)).collect())
    }
}

/// Calls every batch malformed that is not within its own limits.
struct Limits(fn(&[Commit]) -> bool);

impl Wrong for Limits {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        if self.0(batch) {
            whole.commit(batch)
        } else {
            Err(StoreError::Malformed { rule: "a limit that the port does not know" })
        }
    }
}

struct Splits;

impl Wrong for Splits {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let (first, rest) = batch.split_at(batch.len().min(10_000));
        let mut outcomes = whole.commit(first)?;
        if !rest.is_empty() {
            outcomes.extend(whole.commit(rest)?);
        }
        Ok(outcomes)
    }
}

struct LeavesOut;

impl Wrong for LeavesOut {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let good: Vec<Commit> = batch.iter().filter(|commit| commit.check().is_ok()).cloned().collect();
        if good.len() < batch.len() {
            whole.commit(&good)?;
        }
        whole.commit(batch)
    }
}
