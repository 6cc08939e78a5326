//! Disposal erases what speaks of a person and leaves the log as it was.

use shinsei_core::port::store::{Outcome, Store};

use super::StoreUnderTest;
use super::fixture::{
    Draft, case, command, document, done, draft, hakodate, inline, log, noise, outcome, sha256, shared,
    staged,
};
use crate::clause::{Kept, hold, same};

/// Erasing a stream removes its documents, inline, staged and shared ones, with their salts, and says how many; those
/// of other streams stay. Erasing again finds none.
pub fn erasing_removes_the_documents_of_a_stream(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    store.stage(hakodate(), document(2), 0, b"a staged form")?;
    let all = draft(1)
        .append(case(1), 0, 1)
        .link(inline(1, case(1), b"a form"))
        .link(staged(2, case(1), b"a staged form"))
        .link(shared(3, case(1), b"a list"))
        .link(inline(4, case(2), b"a form"));
    done(&*store, all)?;
    same!(store.erase(hakodate(), case(1))?, 3, "how many documents of a stream are erased");
    let there: Vec<_> = (1..=4).filter(|n| is_there(&*store, *n)).collect();
    same!(there, [4], "the documents that are there after the stream of three of them was erased");
    if let Some(bytes) = subject.document_bytes(hakodate()) {
        same!(bytes, 6, "the bytes of documents that are kept after erasing");
    }
    same!(store.erase(hakodate(), case(1))?, 0, "how many documents are erased the second time");
    same!(store.erase(hakodate(), case(9))?, 0, "how many documents of an unknown stream are erased");
    Ok(())
}

/// Erasing a stream forgets the content digests of the commands that appended to it: their receipts stay, and their
/// ids alone make a repeat. Other commands keep theirs.
pub fn erasing_forgets_the_contents_of_commands(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let first = done(&*store, draft(1).append(case(1), 0, 1).append(case(2), 0, 1))?;
    done(&*store, draft(2).append(case(2), 1, 1))?;
    store.erase(hakodate(), case(1))?;
    let known = |n| -> Result<_, crate::Breach> {
        Ok(store.find(hakodate(), command(n))?.map(|found| (found.receipt.first.0, found.digest.is_some())))
    };
    same!(known(1)?, Some((1, false)), "position and digest of a command that appended to the erased stream");
    same!(known(2)?, Some((3, true)), "position and digest of a command that did not");
    let repeat = draft(1).with_digest(sha256(b"unlike the first")).append(case(1), 0, 1);
    same!(outcome(&*store, repeat)?, Outcome::Again(first), "a repeat of a command whose digest was erased");
    let reused = outcome(&*store, draft(2).with_digest(sha256(b"unlike the first")))?;
    same!(reused, Outcome::KeyReused, "another content under the id of a command that keeps its digest");
    Ok(())
}

/// Erasing changes neither the records nor the head, so that the log still verifies, and the stream goes on.
pub fn erasing_leaves_the_log_alone(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(1), 0, 2).link(inline(1, case(1), b"a form")))?;
    let before = (log(&*store, hakodate())?, store.head(hakodate())?);
    store.erase(hakodate(), case(1))?;
    same!((log(&*store, hakodate())?, store.head(hakodate())?), before, "log and head after erasing");
    done(&*store, draft(2).append(case(1), 2, 1).link(inline(2, case(1), b"a list of what was disposed")))?;
    hold!(is_there(&*store, 2), "a document that was linked after its stream was erased is not there");
    Ok(())
}

/// Shared evidence stays with the other cases that rest on it when one is erased, and goes with the last.
pub fn shared_evidence_outlives_a_disposal(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let content = noise(4, 10_000);
    for n in 1..=2 {
        done(&*store, draft(n).append(case(n), 0, 1).link(shared(n, case(n), &content)))?;
    }
    for (n, wanted) in [(1, [false, true]), (2, [false, false])] {
        same!(store.erase(hakodate(), case(n))?, 1, "how many documents of case {n} are erased");
        same!(
            [1, 2].map(|n| is_there(&*store, n)),
            wanted,
            "whose evidence is there after case {n} was erased"
        );
    }
    if let Some(bytes) = subject.document_bytes(hakodate()) {
        same!(bytes, 0, "the bytes of documents that are kept after the last case was erased");
    }
    done(&*store, draft(3).append(case(3), 0, 1).link(shared(3, case(3), &content)))?;
    let again = store.document(hakodate(), document(3))?.map(|document| document.content);
    hold!(again == Some(content), "evidence that was erased and linked anew is not what was linked");
    Ok(())
}

/// An id whose document was erased is as one that was never used: it is linked again, by its own stream or another one, with
/// whatever bytes.
pub fn what_was_erased_may_be_linked_again(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    store.stage(hakodate(), document(2), 0, b"a staged form")?;
    let both = [inline(1, case(1), b"a form"), staged(2, case(1), b"a staged form")];
    done(&*store, both.into_iter().fold(draft(1).append(case(1), 0, 1), Draft::link))?;
    store.erase(hakodate(), case(1))?;
    store.stage(hakodate(), document(2), 0, b"another staged form")?;
    let anew = [inline(1, case(1), b"another form"), staged(2, case(2), b"another staged form")];
    done(&*store, anew.into_iter().fold(draft(2).append(case(2), 0, 1), Draft::link))?;
    for (n, content) in [(1, &b"another form"[..]), (2, b"another staged form")] {
        let found = store.document(hakodate(), document(n))?.map(|document| document.content);
        same!(found.as_deref(), Some(content), "document {n}, linked again after it was erased");
    }
    same!(store.erase(hakodate(), case(1))?, 1, "how many documents are erased then");
    Ok(())
}

/// True when there is anything at all under the id.
fn is_there(store: &dyn Store, n: u128) -> bool {
    store.document(hakodate(), document(n)).is_ok_and(|found| found.is_some())
}
