//! A command takes effect once, and everybody who asks again gets the answer of that time.

use shinsei_core::agenda::{Channel, Due, Settled};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::{CommandKey, Found, Outcome};
use shinsei_core::time::Window;

use super::StoreUnderTest;
use super::fixture::{
    Draft, SECOND, as_done, case, command, document, done, draft, entry, everything, hakodate, lease,
    numbered, only, outcome, outcomes, sha256, staged,
};
use crate::clause::{Kept, hold, same};

/// A command that comes again is answered `Again` with the receipt of the first time, whatever happened since.
pub fn a_repeat_gets_the_same_receipt(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let submission = submission();
    let first = done(&*store, submission.clone())?;
    let empty = done(&*store, draft(2))?;
    subject.clock().advance(SECOND);
    done(&*store, draft(3).append_these(case(3), 0, vec![numbered("receipt-R08")]))?;
    let before = everything(&*store, hakodate())?;
    same!(outcome(&*store, submission)?, Outcome::Again(first), "a submission that comes again");
    same!(outcome(&*store, draft(2))?, Outcome::Again(empty), "a command without events that comes again");
    same!(everything(&*store, hakodate())?, before, "a repeat writes nothing");
    Ok(())
}

/// A command that comes again after the store was reopened gets the receipt of the first time, and `find` has it.
pub fn a_repeat_after_reopening_gets_it(subject: &dyn StoreUnderTest) -> Kept {
    let first = done(&*subject.open(), submission())?;
    let store = subject.open();
    hold!(store.find(hakodate(), command(1))?.is_some(), "`find` has not a command from before reopening");
    same!(outcome(&*store, submission())?, Outcome::Again(first), "a submission again after reopening");
    let other = submission().with_digest(sha256(b"other content"));
    same!(outcome(&*store, other)?, Outcome::KeyReused, "a command id with other content after reopening");
    Ok(())
}

/// Two commits of one command in one batch take effect once: the second gets the receipt of the first.
pub fn a_repeat_within_a_batch_gets_it(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let other = submission().with_digest(sha256(b"other content"));
    let found = outcomes(&*store, vec![submission(), submission(), other])?;
    let [first, again, reused] = &found[..] else { return Ok(()) };
    let first = as_done(first.clone())?;
    same!(*again, Outcome::Again(first), "a command again in the same batch");
    same!(*reused, Outcome::KeyReused, "a command id with other content in the same batch");
    same!(store.head(hakodate())?.size, 2, "records of a command that came twice in a batch");
    Ok(())
}

/// A known command id with another content is `KeyReused`, and nothing is written.
pub fn other_content_is_refused(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, submission())?;
    let before = everything(&*store, hakodate())?;
    let other = draft(1).with_digest(sha256(b"other content")).append(case(2), 0, 1);
    same!(outcome(&*store, other)?, Outcome::KeyReused, "a command id with other content");
    same!(everything(&*store, hakodate())?, before, "a reused command id leaves no trace");
    Ok(())
}

/// Whether a command is known comes before all that could be said against it now: its window has closed, its streams
/// have moved, its lease is settled, its staged document is linked.
pub fn a_repeat_is_known_before_it_is_judged(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let notice = entry(1, "receipt-notice");
    done(&*store, draft(1).append(case(1), 0, 1).schedule(&notice, Channel::Notice, Due::AtOnce))?;
    let lease = only(lease(&*store, Channel::Notice)?)?;
    store.stage(hakodate(), document(1), 0, b"a staged form")?;
    let now = subject.clock().now();
    let whole = draft(2)
        .append(case(1), 1, 1)
        .unchanged(case(2), 0)
        .link(staged(1, case(1), b"a staged form"))
        .settle(&lease, Settled::Done)
        .within(Window { from: None, until: Some(now.saturating_add_micros(SECOND)) });
    done(&*store, whole.clone())?;
    done(&*store, draft(3).append(case(2), 0, 1))?;
    subject.clock().advance(SECOND);
    let again = outcome(&*store, whole)?;
    hold!(matches!(again, Outcome::Again(_)), "a repeat that would now be refused was answered {again:?}");
    Ok(())
}

/// A refusal is not remembered: the same command id takes effect when it comes again and is right, even with another
/// content.
pub fn a_refused_command_may_come_again(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    for refused in [submission().too_late(), draft(1).append(case(1), 1000, 1)] {
        outcome(&*store, refused)?;
        same!(store.find(hakodate(), command(1))?, None, "what `find` has of a refused command");
    }
    done(&*store, submission().with_digest(sha256(b"mended content")))?;
    Ok(())
}

/// `find` has the receipt and the digest of each command that took effect, and nothing of any other.
pub fn find_knows_what_took_effect(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    same!(store.find(hakodate(), command(1))?, None, "what `find` has in an empty store");
    let receipt = done(&*store, submission())?;
    let digest = submission().0.command.map(|CommandKey { digest, .. }| digest);
    same!(
        store.find(hakodate(), command(1))?,
        Some(Found { receipt, digest }),
        "what `find` has of a command"
    );
    same!(store.find(hakodate(), command(2))?, None, "what `find` has of a command that never came");
    Ok(())
}

fn submission() -> Draft {
    draft(1).append_these(case(1), 0, vec![numbered("receipt-R08"), numbered("receipt-R08")])
}
