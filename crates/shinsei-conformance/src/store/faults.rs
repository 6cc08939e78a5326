//! What fails leaves no trace, has its name, and is over when it is over; what was lost on the way is there or is not.

use shinsei_core::document::INLINE_BYTES_MAX;
use shinsei_core::ids::Position;
use shinsei_core::port::store::{Commit, Outcome, Receipt, Store, StoreError};

use super::StoreUnderTest;
use super::fixture::{
    as_done, case, command, done, draft, entry, everything, hakodate, inline, log, noise, numbered, positions,
};
use crate::clause::{Breach, Kept, hold, same};

/// What a store can be made to meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Somebody else holds what a commit needs, for longer than the store waits.
    Busy,
    /// There is no room for another document of 64 KiB.
    Full,
    /// Nothing may be written.
    ReadOnly,
    /// The connection is cut once, before this part of the next commit arrives.
    CutBefore(u32),
    /// The connection is cut once, after this part of the next commit has arrived and before any answer to it.
    CutAfter(u32),
}

impl Fault {
    fn is_a_cut(self) -> bool {
        matches!(self, Self::CutBefore(_) | Self::CutAfter(_))
    }
}

/// A store that can be made to fail.
pub trait StoreWithFaults: StoreUnderTest {
    /// The faults that it can be made to meet, at least one. Of cuts: every part of a commit that is sent alone.
    fn faults(&self) -> Vec<Fault>;

    /// Lets the store, which is open, meet a fault from now on.
    fn inject(&self, fault: Fault);

    /// Ends whatever was injected.
    fn mend(&self);
}

/// A fault has its own error: busy is transient, full is `Full`, read-only is `ReadOnly`.
pub fn a_fault_has_its_name(subject: &dyn StoreWithFaults) -> Kept {
    let store = subject.open();
    for (n, fault) in (1..).zip(lasting(subject)) {
        done(&*store, draft(n * 10).append(case(n), 0, 1))?;
        match (fault, failed(subject, &*store, fault, &batch(n))?) {
            (Fault::Busy, StoreError::Unavailable { .. })
            | (Fault::Full, StoreError::Full { .. })
            | (Fault::ReadOnly, StoreError::ReadOnly { .. }) => {}
            (_, other) => return Err(Breach::new(format!("{fault:?} is told as: {other}"))),
        }
    }
    Ok(())
}

/// A batch that failed has left no trace: neither records nor numbers, documents, agenda or commands.
pub fn what_failed_left_no_trace(subject: &dyn StoreWithFaults) -> Kept {
    let store = subject.open();
    for (n, fault) in (1..).zip(lasting(subject)) {
        done(&*store, draft(n * 10).append_these(case(100 + n), 0, vec![numbered("receipt-R08")]))?;
        let before = everything(&*store, hakodate())?;
        failed(subject, &*store, fault, &batch(n))?;
        same!(everything(&*store, hakodate())?, before, "the store after {fault:?}");
    }
    Ok(())
}

/// Once a fault is over, the same batch is taken by the same open store, and nothing was burned.
pub fn work_goes_on_when_it_is_over(subject: &dyn StoreWithFaults) -> Kept {
    let store = subject.open();
    let mut records = 0;
    for (n, fault) in (1..).zip(lasting(subject)) {
        failed(subject, &*store, fault, &batch(n))?;
        for (receipt, number) in receipts(store.commit(&batch(n))?)?.iter().zip(records + 1..) {
            same!(receipt.first, Position(number), "the position of the first commit after {fault:?}");
            same!(receipt.numbers.first().map(|(_, of)| of.value), Some(number), "its number");
            records = number;
        }
    }
    Ok(())
}

/// A batch whose connection is cut, at whichever part of it, is there whole or not at all: what is said to have failed is
/// not there, what is said to be done is, and of what is said to be unknown `find` knows every command or none.
pub fn a_lost_batch_is_there_whole_or_not_at_all(subject: &dyn StoreWithFaults) -> Kept {
    let store = subject.open();
    for (n, fault) in (1..).zip(subject.faults().into_iter().filter(|fault| fault.is_a_cut())) {
        let batch = batch(n);
        let answer = committed(subject, &*store, fault, &batch);
        let found = found(&*store, &batch)?;
        match answer {
            Ok(outcomes) => {
                let receipts: Vec<_> = receipts(outcomes)?.into_iter().map(Some).collect();
                same!(found, receipts, "what is found of a batch that was done in spite of {fault:?}");
            }
            Err(StoreError::OutcomeUnknown { .. }) => {
                let known = found.iter().flatten().count();
                hold!(
                    known == 0 || known == batch.len(),
                    "{known} of {} commands took effect after {fault:?}",
                    batch.len()
                );
            }
            Err(StoreError::Unavailable { .. }) => {
                same!(found, [None, None], "what is found of a batch that failed by {fault:?}");
            }
            Err(other) => return Err(Breach::new(format!("{fault:?} is told as: {other}"))),
        }
    }
    whole(&*store)
}

/// What was lost on the way may be sent again: it takes effect once, with the receipt that `find` has shown.
pub fn what_was_lost_may_be_sent_again(subject: &dyn StoreWithFaults) -> Kept {
    let store = subject.open();
    // Every third is enough here: where it was cut makes no difference to whoever sends it again.
    let cuts = subject.faults().into_iter().filter(|fault| fault.is_a_cut()).step_by(3);
    for (n, fault) in (1..).zip(cuts) {
        let batch = batch(n);
        // Whatever is said of it is not heard.
        let _ = committed(subject, &*store, fault, &batch);
        let before = found(&*store, &batch)?;
        let again = store.commit(&batch)?;
        for (outcome, before) in again.iter().zip(&before) {
            let wanted = match before {
                Some(receipt) => matches!(outcome, Outcome::Again(again) if again == receipt),
                None => matches!(outcome, Outcome::Done(_)),
            };
            hold!(
                wanted,
                "sent again after {fault:?}, a command that was found as {before:?} is {outcome:?}"
            );
        }
        same!(
            found(&*store, &batch)?,
            receipts(again)?.into_iter().map(Some).collect::<Vec<_>>(),
            "what is found then"
        );
    }
    whole(&*store)
}

/// The faults that last until they are mended.
fn lasting(subject: &dyn StoreWithFaults) -> impl Iterator<Item = Fault> {
    subject.faults().into_iter().filter(|fault| !fault.is_a_cut())
}

/// Two commits of everything that a commit may hold, a large document among it.
fn batch(n: u128) -> [Commit; 2] {
    use shinsei_core::agenda::{Channel, Due};
    let id = 1_000 + 2 * n;
    let one = |id: u128| {
        draft(id)
            .append_these(case(id), 0, vec![numbered("receipt-R08")])
            .link(inline(id, case(id), &noise(7, INLINE_BYTES_MAX)))
            .schedule(&entry(id, "receipt-notice"), Channel::Notice, Due::AtOnce)
            .0
    };
    [one(id), one(id + 1)]
}

fn committed(
    subject: &dyn StoreWithFaults,
    store: &dyn Store,
    fault: Fault,
    batch: &[Commit],
) -> Result<Vec<Outcome>, StoreError> {
    subject.inject(fault);
    let answer = store.commit(batch);
    subject.mend();
    answer
}

/// Why a batch that meets a fault is not written.
fn failed(
    subject: &dyn StoreWithFaults,
    store: &dyn Store,
    fault: Fault,
    batch: &[Commit],
) -> Result<StoreError, Breach> {
    match committed(subject, store, fault, batch) {
        Err(error) => Ok(error),
        Ok(outcomes) => Err(Breach::new(format!("in spite of {fault:?} a batch was answered {outcomes:?}"))),
    }
}

/// The receipts of a batch that is written, now or before.
fn receipts(outcomes: Vec<Outcome>) -> Result<Vec<Receipt>, Breach> {
    let receipt = |outcome| match outcome {
        Outcome::Again(receipt) => Ok(receipt),
        other => as_done(other),
    };
    outcomes.into_iter().map(receipt).collect()
}

/// What `find` says of each command.
fn found(store: &dyn Store, batch: &[Commit]) -> Result<Vec<Option<Receipt>>, Breach> {
    let ids = batch.iter().filter_map(|commit| commit.command);
    ids.map(|key| Ok(store.find(hakodate(), key.id)?.map(|found| found.receipt))).collect()
}

/// Checks that positions and numbers have no gap.
fn whole(store: &dyn Store) -> Kept {
    let read = log(store, hakodate())?;
    let count = read.len() as u64;
    hold!(positions(&read).into_iter().eq(1..=count), "the positions have a gap");
    let numbers = read.iter().filter_map(|record| record.number.as_ref());
    hold!(numbers.map(|number| number.value).eq(1..=count), "the numbers have a gap");
    same!(store.head(hakodate())?.size, count, "the size of the tree");
    same!(store.find(hakodate(), command(1))?, None, "a command that nobody sent");
    Ok(())
}
