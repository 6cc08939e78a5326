//! Documents come back byte for byte, large ones in chunks; only what was written whole is linked.

use shinsei_core::document::INLINE_BYTES_MAX;
use shinsei_core::ids::{DocumentId, StreamId};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::{Outcome, Store};

use super::StoreUnderTest;
use super::fixture::{
    SECOND, case, document, done, draft, everything, hakodate, inline, malformed, noise, outcome, quiet,
    salt, sapporo, sha256, shared, staged, staged_to_share,
};
use crate::clause::{Breach, Kept, hold, same};

/// A document in a commit comes back with its bytes, whatever they are, its stream, its role and its salt.
pub fn any_bytes_come_back(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let contents: [Vec<u8>; 6] = [
        vec![],
        vec![0],
        (0..=255).collect(),
        "甲野太郎\r\n\u{feff}".into(),
        vec![0; 1000],
        noise(1, INLINE_BYTES_MAX),
    ];
    for (n, content) in (1..).zip(&contents) {
        let evidence = shared(100 + n, case(n), content);
        done(&*store, draft(n).append(case(n), 0, 1).link(inline(n, case(n), content)).link(evidence))?;
    }
    for (n, content) in (1..).zip(&contents) {
        is_there(&*store, n, case(n), content)?;
        is_there(&*store, 100 + n, case(n), content)?;
    }
    same!(store.document(hakodate(), document(99))?.is_some(), false, "a document that was never linked");
    Ok(())
}

/// A document of several MiB is staged in chunks of any length, and linked it comes back whole.
pub fn staged_chunks_become_one_document(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let content = noise(2, 3 * 1024 * 1024 + 17);
    stage(&*store, 1, &content, 250_001)?;
    stage(&*store, 2, b"small", 1)?;
    stage(&*store, 3, b"", 1)?;
    let all = draft(1)
        .append(case(1), 0, 1)
        .link(staged(1, case(1), &content))
        .link(staged(2, case(1), b"small"))
        .link(staged(3, case(1), b""));
    done(&*store, all)?;
    is_there(&*store, 1, case(1), &content)?;
    is_there(&*store, 2, case(1), b"small")?;
    is_there(&*store, 3, case(1), b"")?;
    Ok(())
}

/// A document of 32 MiB, such as plans or a list of revoked certificates, is staged, linked and comes back whole.
pub fn a_document_of_32_mebibytes_comes_back(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let content = noise(4, 32 * 1024 * 1024);
    stage(&*store, 1, &content, 1024 * 1024)?;
    done(&*store, draft(1).append(case(1), 0, 1).link(staged(1, case(1), &content)))?;
    is_there(&*store, 1, case(1), &content)
}

/// What was staged before the store was reopened goes on where it ended, and is linked.
pub fn what_is_staged_survives_reopening(subject: &dyn StoreUnderTest) -> Kept {
    subject.open().stage(hakodate(), document(1), 0, b"half and ")?;
    subject.open().stage(hakodate(), document(1), 9, b"half")?;
    let store = subject.open();
    done(&*store, quiet().link(staged(1, case(1), b"half and half")))?;
    is_there(&*store, 1, case(1), b"half and half")?;
    Ok(())
}

/// A chunk that does not begin where the one before it ended is malformed and changes nothing; one that begins at 0
/// begins the document anew.
pub fn a_chunk_follows_the_one_before(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let chunk = |offset| store.stage(hakodate(), document(1), offset, b"behind");
    malformed(chunk(6), "a chunk behind nothing")?;
    store.stage(hakodate(), document(1), 0, b"before")?;
    for offset in [1, 5, 7, 12, u64::from(u32::MAX)] {
        malformed(chunk(offset), "a chunk that overlaps or leaves a gap")?;
    }
    chunk(6)?;
    store.stage(hakodate(), document(2), 0, b"a first try that")?;
    store.stage(hakodate(), document(2), 0, b"anew")?;
    let both = quiet().link(staged(1, case(1), b"beforebehind")).link(staged(2, case(1), b"anew"));
    done(&*store, both)?;
    is_there(&*store, 1, case(1), b"beforebehind")?;
    is_there(&*store, 2, case(1), b"anew")?;
    Ok(())
}

/// A commit that links what was not staged, or with another length or digest, is `NotStaged` and leaves no trace; what
/// is staged and not linked is no document yet.
pub fn only_what_was_staged_is_linked(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    store.stage(hakodate(), document(1), 0, b"a staged form")?;
    let before = everything(&*store, hakodate())?;
    same!(store.document(hakodate(), document(1))?.is_some(), false, "a document that is only staged");
    let wrong = [(2, "a staged form"), (1, "a staged for"), (1, "a forged form"), (1, "")];
    for (id, (n, content)) in (10..).zip(wrong) {
        let link = staged(n, case(1), content.as_bytes());
        let found = outcome(&*store, draft(id).append(case(1), 0, 1).link(link))?;
        same!(found, Outcome::NotStaged { document: document(n) }, "linking document {n} as {content:?}");
        same!(everything(&*store, hakodate())?, before, "a commit that links what was not staged");
    }
    done(&*store, draft(1).append(case(1), 0, 1).link(staged(1, case(1), b"a staged form")))?;
    let again = outcome(&*store, draft(2).append(case(2), 0, 1).link(staged(1, case(2), b"a staged form")))?;
    same!(again, Outcome::NotStaged { document: document(1) }, "linking a second time what was staged once");
    Ok(())
}

/// A refused commit links none of its documents, and what was staged for it can still be linked.
pub fn a_refused_commit_links_no_document(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    stage(&*store, 1, b"a staged form", 5)?;
    let all = |id| {
        draft(id)
            .append(case(1), 0, 1)
            .link(staged(1, case(1), b"a staged form"))
            .link(inline(2, case(1), b"a form"))
            .link(shared(3, case(1), b"a list"))
    };
    let before = everything(&*store, hakodate())?;
    outcome(&*store, all(1).too_late())?;
    same!(everything(&*store, hakodate())?, before, "the store after a refused commit with documents");
    done(&*store, all(2))?;
    is_there(&*store, 1, case(1), b"a staged form")?;
    Ok(())
}

/// A document that is linked is never replaced: linking its id again is `NotStaged`, staging under it changes nothing.
pub fn what_is_linked_is_never_replaced(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(1), 0, 1).link(inline(1, case(1), b"the form")))?;
    let before = everything(&*store, hakodate())?;
    let again = |n, new| outcome(&*store, draft(n).append(case(2), 0, 1).link(new));
    let taken = Outcome::NotStaged { document: document(1) };
    same!(again(2, inline(1, case(2), b"another form"))?, taken, "linking other bytes under a linked id");
    same!(again(3, shared(1, case(1), b"the form"))?, taken, "linking evidence under a linked id");
    // Whether this is refused or kept apart until it is swept is up to the store.
    let _ = store.stage(hakodate(), document(1), 0, b"another form");
    same!(again(4, staged(1, case(1), b"another form"))?, taken, "linking staged bytes under a linked id");
    same!(everything(&*store, hakodate())?, before, "the store after tries to replace a document");
    Ok(())
}

/// Sweeping removes what was staged before an instant and never linked, and says how many documents that were. What
/// is linked stays, and what got its last chunk later.
pub fn what_was_never_linked_is_swept(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    for n in 1..=4 {
        store.stage(hakodate(), document(n), 0, b"early ")?;
    }
    store.stage(sapporo(), document(3), 0, b"early ")?;
    done(&*store, quiet().link(staged(1, case(1), b"early ")))?;
    subject.clock().advance(SECOND);
    let instant = subject.clock().now();
    store.stage(hakodate(), document(2), 6, b"late")?;
    store.stage(hakodate(), document(5), 0, b"late")?;
    same!(store.sweep(instant)?, 3, "how many of six staged documents are swept, of two municipalities");
    for n in [3, 4] {
        let found = outcome(&*store, quiet().link(staged(n, case(1), b"early ")))?;
        same!(found, Outcome::NotStaged { document: document(n) }, "linking what was swept");
    }
    done(&*store, quiet().link(staged(2, case(1), b"early late")).link(staged(5, case(1), b"late")))?;
    is_there(&*store, 1, case(1), b"early ")?;
    same!(store.sweep(instant.saturating_add_micros(SECOND))?, 0, "how many are swept once all are linked");
    Ok(())
}

/// Evidence that several cases share takes its room once. Where nobody can look at the room, this says nothing.
pub fn shared_evidence_is_kept_once(subject: &dyn StoreUnderTest) -> Kept {
    const BYTES: u64 = 40_000;
    let store = subject.open();
    let content = noise(3, 40_000);
    let mut kept = vec![];
    for n in 1..=3 {
        done(&*store, draft(n).append(case(n), 0, 1).link(shared(n, case(n), &content)))?;
        is_there(&*store, n, case(n), &content)?;
        kept.extend(subject.document_bytes(hakodate()));
    }
    hold!(
        kept.iter().all(|bytes| *bytes == BYTES),
        "the same {BYTES} bytes of evidence, linked by one case after another, take {kept:?} bytes"
    );
    Ok(())
}

/// Evidence that is too large for a commit is staged by each case, and takes its room once too; it outlives the disposal
/// of the case that brought it.
pub fn large_evidence_is_kept_once(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let (large, small) = (noise(5, 3 * INLINE_BYTES_MAX), noise(6, 1_000));
    for n in 2..=4 {
        stage(&*store, n, &large, INLINE_BYTES_MAX)?;
        stage(&*store, 10 + n, &small, 400)?;
        let both = [staged_to_share(n, case(n), &large), staged_to_share(10 + n, case(n), &small)];
        let found = outcome(&*store, quiet().link(staged_to_share(n, case(n), &large[1..])))?;
        same!(found, Outcome::NotStaged { document: document(n) }, "sharing what was not staged");
        let linked = both.into_iter().fold(draft(n).append(case(n), 0, 1), |draft, one| draft.link(one));
        done(&*store, linked)?;
        let room = subject.document_bytes(hakodate());
        let once = (large.len() + small.len()) as u64;
        hold!(room.is_none_or(|bytes| bytes == once), "{once} bytes of evidence take {room:?} in {n} cases");
    }
    same!(store.erase(hakodate(), case(2))?, 2, "how many documents of the first case are erased");
    for n in 3..=4 {
        is_there(&*store, n, case(n), &large)?;
        is_there(&*store, 10 + n, case(n), &small)?;
    }
    for n in 3..=4 {
        store.erase(hakodate(), case(n))?;
    }
    let left = subject.document_bytes(hakodate());
    hold!(left.is_none_or(|bytes| bytes == 0), "{left:?} bytes are left when no case refers to them");
    Ok(())
}

fn is_there(store: &dyn Store, n: u128, stream: StreamId, content: &[u8]) -> Kept {
    let Some(found) = store.document(hakodate(), document(n))? else {
        return Err(Breach::new(format!("document {n}, which was linked, is not there")));
    };
    same!(
        (found.id, found.stream, &*found.role),
        (document(n), stream, "signed-form"),
        "what document {n} is"
    );
    same!(found.salt.0, salt(n).0, "the salt of document {n}");
    same!(found.content.len(), content.len(), "the length of document {n}");
    same!(sha256(&found.content), sha256(content), "the SHA-256 of document {n}");
    Ok(())
}

/// Stages a document in chunks of one length, the last one shorter; an empty one in one empty chunk.
fn stage(store: &dyn Store, n: u128, content: &[u8], chunk: usize) -> Kept {
    let id: DocumentId = document(n);
    if content.is_empty() {
        store.stage(hakodate(), id, 0, content)?;
    }
    let mut offset = 0;
    for chunk in content.chunks(chunk) {
        store.stage(hakodate(), id, offset, chunk)?;
        offset += chunk.len() as u64;
    }
    Ok(())
}
