//! Random operations on a store and on a reference of a few hundred lines: both must say the same of each, and show the
//! same in the end. What differs is shrunk to a short script.

mod operation;
mod reference;

use std::cell::Cell;

use proptest::collection::vec;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use shinsei_core::ids::Municipality;
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::Store;

use self::operation::{DOCUMENTS_MAX, Operation, operation};
use self::reference::Reference;
use super::StoreUnderTest;
use super::fixture::{everything_up_to, request};
use crate::clause::{Breach, Kept, same};
use crate::noise::noise;

/// Scripts that are tried; the variable `PROPTEST_CASES` asks for another number.
const SCRIPTS: u32 = 64;

/// The most operations of a script.
const OPERATIONS_MAX: usize = 24;

/// The most tries to make a script that fails shorter.
const SHRINKS_MAX: u32 = 2_000;

/// Whatever is asked for in any order, the store answers as the reference does, also after reopening, and shows the same
/// records, tree, commands, documents and agenda in the end.
pub fn random_operations_agree_with_the_reference(subject: &dyn StoreUnderTest) -> Kept {
    let default = Config::default();
    let cases = std::env::var_os("PROPTEST_CASES").map_or(SCRIPTS, |_| default.cases);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: SHRINKS_MAX, ..default };
    // The same scripts in each run: what is found can be looked at again.
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let next = Cell::new(1);
    let found = runner.run(&vec(operation(), 1..=OPERATIONS_MAX), |script| {
        // Each script has two municipalities of its own, so that all of them can use one store.
        let cities = [(); 2].map(|()| municipality(&next));
        play(subject, cities, &script).map_err(|breach| TestCaseError::fail(breach.to_string()))
    });
    match found {
        Ok(()) => Ok(()),
        Err(TestError::Fail(why, script)) => Err(Breach::new(format!("{why}, after\n{}", told(&script)))),
        Err(TestError::Abort(why)) => Err(Breach::new(format!("no script could be tried: {why}"))),
    }
}

/// The next code of a municipality that no script has used.
fn municipality(next: &Cell<u32>) -> Municipality {
    loop {
        let digits = next.replace(next.get() + 1);
        if let Some(code) = (0..10).find_map(|check| format!("{digits:05}{check}").parse().ok()) {
            return code;
        }
    }
}

/// A script as it is told to whoever must find the fault.
fn told(script: &[Operation]) -> String {
    let lines: Vec<_> = (1..).zip(script).map(|(n, operation)| format!("{n:4}. {operation:?}")).collect();
    lines.join("\n")
}

/// Does all that a script says, on a store and on the reference.
fn play(subject: &dyn StoreUnderTest, cities: [Municipality; 2], script: &[Operation]) -> Kept {
    let clock = subject.clock();
    let mut store = Some(subject.open());
    let mut reference = Reference::new(cities);
    for (n, operation) in (1..).zip(script) {
        if let Operation::Reopen = operation {
            drop(store.take());
            store = Some(subject.open());
        }
        let Some(store) = &store else { continue };
        match operation {
            Operation::Pass { seconds } => clock.advance(seconds * super::fixture::SECOND),
            Operation::StepBack { seconds } => {
                let back = clock.now().saturating_add_micros(-seconds * super::fixture::SECOND);
                let bearable = reference
                    .last_recorded_at()
                    .map(|last| last.saturating_add_micros(-subject.step_back_max_micros()));
                clock.set(bearable.map_or(back, |bearable| back.max(bearable)));
            }
            Operation::Reopen => {}
            _ => ask(store.as_ref(), &mut reference, operation, clock.now(), n)?,
        }
    }
    let Some(store) = &store else { return Ok(()) };
    compare(store.as_ref(), &reference)
}

/// Asks a store and the reference for the same.
fn ask(
    store: &dyn Store,
    reference: &mut Reference,
    operation: &Operation,
    now: shinsei_core::time::Timestamp,
    n: u64,
) -> Kept {
    match operation {
        Operation::Commit(drafts) => {
            let (batch, wanted) = reference.commit(drafts, now, n);
            same!(store.commit(&batch)?, wanted, "the outcomes of operation {n}");
        }
        Operation::Lease { city, channel, entries_max } => {
            let city = reference.city(*city);
            let asked = shinsei_core::agenda::LeaseRequest {
                municipality: Some(city.municipality()),
                entries_max: *entries_max,
                ..request(*channel, 1)
            };
            let found = store.lease(&asked)?;
            same!(found, city.lease(*channel, *entries_max, now), "what operation {n} is lent");
        }
        Operation::Stage { city, document, anew, bytes } => {
            let city = reference.city(*city);
            if let Some((id, offset)) = city.stage_at(*document, *anew) {
                let chunk = noise(n, *bytes);
                store.stage(city.municipality(), id, offset, &chunk)?;
                city.stage(id, *anew, &chunk, now);
            }
        }
        Operation::Sweep => {
            // How many are swept is not compared: what other scripts have left is swept too.
            store.sweep(now)?;
            reference.sweep(now);
        }
        Operation::Erase { city, stream } => {
            let city = reference.city(*city);
            let stream = super::fixture::case((*stream).into());
            let found = store.erase(city.municipality(), stream)?;
            same!(found, city.erase(stream), "how many documents operation {n} erases");
        }
        Operation::Pass { .. } | Operation::StepBack { .. } | Operation::Reopen => {}
    }
    Ok(())
}

/// Compares all that is shown.
fn compare(store: &dyn Store, reference: &Reference) -> Kept {
    for city in reference.cities() {
        let found = everything_up_to(store, city.municipality(), DOCUMENTS_MAX)?;
        let wanted = city.everything();
        same!(found.log, wanted.log, "the log in the end");
        same!(found.head, wanted.head, "the head in the end");
        same!(
            store.standing(city.municipality())?,
            city.standing(wanted.head),
            "where the log stands in the end"
        );
        same!(found.commands, wanted.commands, "the commands in the end");
        same!(found.documents, wanted.documents, "the documents in the end");
        same!(found.agenda, wanted.agenda, "the agenda in the end");
    }
    Ok(())
}
