//! A batch is one transaction of commits, each judged on what those before it left.

use shinsei_core::agenda::{Settled, Settlement};
use shinsei_core::document::INLINE_BYTES_MAX;
use shinsei_core::ids::{Position, Version};
use shinsei_core::port::store::{BATCH_COMMITS_MAX, Commit, Outcome};

use super::StoreUnderTest;
use super::fixture::{
    Draft, as_done, case, document, done, draft, entry, everything, hakodate, inline, log, malformed,
    numbered, outcome, outcomes, positions, quiet, shared,
};
use crate::clause::{Kept, hold, same};

/// A refused commit in a batch does not hinder those before and behind it, and the outcomes stand in their order.
pub fn a_refused_commit_hinders_no_other(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let batch = vec![
        draft(1).append(case(1), 0, 1),
        draft(2).append(case(2), 1000, 1),
        draft(3).append(case(3), 0, 1),
        draft(4).append(case(4), 0, 1).too_late(),
        draft(5).append(case(5), 0, 1),
    ];
    let found = outcomes(&*store, batch)?;
    let ahead = Outcome::Stale { stream: case(2), actual: Version(0) };
    same!(found[1], ahead, "the second outcome, of a stale commit");
    hold!(
        matches!(found[3], Outcome::OutsideWindow { .. }),
        "the fourth commit is too late, not {:?}",
        found[3]
    );
    for n in [0, 2, 4] {
        as_done(found[n].clone())?;
    }
    let streams: Vec<_> = log(&*store, hakodate())?.iter().map(|record| record.stream).collect();
    same!(streams, [case(1), case(3), case(5)], "what is written of a batch with two refused commits");
    Ok(())
}

/// Commits to one case in one batch follow each other: each sees the versions that those before it left.
pub fn a_case_twice_in_a_batch_goes_on(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let batch = vec![
        draft(1).append(case(1), 0, 2),
        draft(2).append(case(1), 2, 1),
        draft(3).append(case(2), 0, 1).unchanged(case(1), 3),
        draft(4).append(case(1), 2, 1),
    ];
    let found = outcomes(&*store, batch)?;
    let receipts = [as_done(found[0].clone())?, as_done(found[1].clone())?, as_done(found[2].clone())?];
    same!(receipts.map(|receipt| receipt.first.0), [1, 3, 4], "the positions of a case twice in a batch");
    let stale = Outcome::Stale { stream: case(1), actual: Version(3) };
    same!(found[3], stale, "a commit that has not seen the one before it in the batch");
    Ok(())
}

/// An empty batch has no outcomes and leaves no trace.
pub fn an_empty_batch_is_nothing(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(1), 0, 1))?;
    let before = everything(&*store, hakodate())?;
    same!(store.commit(&[])?, [], "the outcomes of an empty batch");
    same!(everything(&*store, hakodate())?, before, "an empty batch leaves no trace");
    Ok(())
}

/// A commit without records is written too; its receipt shows the position of the last record before it.
pub fn a_commit_without_records_has_a_receipt(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let first = done(&*store, draft(1))?;
    same!((first.first, first.records), (Position(0), 0), "a command without records before every record");
    done(&*store, draft(2).append(case(1), 0, 3))?;
    let receipt = done(&*store, quiet())?;
    same!((receipt.first, receipt.records), (Position(3), 0), "a commit without records behind three");
    same!(receipt.numbers, [], "the numbers of a commit without records");
    same!(outcome(&*store, draft(1))?, Outcome::Again(first), "a command without records, once more");
    Ok(())
}

/// Ten thousand commits, [`BATCH_COMMITS_MAX`] of them, are one batch, each with its own receipt and each judged on those
/// before it, a hundred of them to each case.
pub fn ten_thousand_commits_are_one_batch(subject: &dyn StoreUnderTest) -> Kept {
    const CASES: u64 = 100;
    let commits = BATCH_COMMITS_MAX as u64;
    let store = subject.open();
    let batch = (0..commits).map(|n| {
        let receipt = vec![numbered("receipt-R08")];
        draft(u128::from(n) + 1).append_these(case((n % CASES).into()), n / CASES, receipt)
    });
    for (n, outcome) in (1..).zip(outcomes(&*store, batch.collect())?) {
        let receipt = as_done(outcome)?;
        same!(receipt.first, Position(n), "the position of the {n}th commit of a batch");
        same!(receipt.numbers.first().map(|(_, number)| number.value), Some(n), "its number");
    }
    outcomes(&*store, vec![quiet(); BATCH_COMMITS_MAX])?;
    let gapless = positions(&log(&*store, hakodate())?).into_iter().eq(1..=commits);
    hold!(gapless, "the positions of {commits} commits of one batch are not gapless from 1");
    Ok(())
}

/// A batch of more than [`BATCH_COMMITS_MAX`] commits is malformed, and nothing of it is written.
pub fn too_many_commits_are_refused(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let before = everything(&*store, hakodate())?;
    let mut batch: Vec<Commit> = vec![quiet().0; BATCH_COMMITS_MAX];
    batch[0] = draft(1).append(case(1), 0, 1).0;
    batch.push(quiet().0);
    malformed(store.commit(&batch), "a batch of too many commits")?;
    same!(everything(&*store, hakodate())?, before, "a malformed batch leaves no trace");
    Ok(())
}

/// A batch in which one commit breaks a rule of the port is malformed, and nothing of it is written.
pub fn a_malformed_commit_refuses_the_batch(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let before = everything(&*store, hakodate())?;
    let too_large = vec![0; INLINE_BYTES_MAX + 1];
    let settlement = Settlement { key: entry(1, "receipt-notice"), fence: 1, how: Settled::Done };
    let mut settled_twice = draft(2);
    settled_twice.0.settles = vec![settlement.clone(), settlement];
    let broken: [(&str, Draft); 7] = [
        ("an append without a command", quiet().append(case(2), 0, 1)),
        ("an append of nothing", draft(2).append(case(2), 0, 0)),
        ("two appends to one stream", draft(2).append(case(2), 0, 1).append(case(2), 1, 1)),
        ("a large document in a commit", draft(2).link(inline(2, case(2), &too_large))),
        ("large evidence in a commit", draft(2).link(shared(2, case(2), &too_large))),
        ("a document twice", draft(2).link(inline(2, case(2), b"")).link(inline(2, case(3), b""))),
        ("an entry settled twice", settled_twice),
    ];
    for (what, draft_of_it) in broken {
        let good = draft(1).append(case(1), 0, 1).link(inline(1, case(1), b"form"));
        malformed(store.commit(&[good.0, draft_of_it.0]), what)?;
        same!(everything(&*store, hakodate())?, before, "a batch with {what} leaves no trace");
    }
    hold!(store.document(hakodate(), document(1))?.is_none(), "a malformed batch linked a document");
    Ok(())
}
