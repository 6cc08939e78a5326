//! Wrong about documents and erasure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use sha2::{Digest as _, Sha256};
use shinsei::memory::MemoryStore;
use shinsei_core::document::{Body, Document, NewDocument};
use shinsei_core::ids::{CommandId, DocumentId, Municipality, StreamId};
use shinsei_core::port::store::{Commit, Found, Outcome, Store as _, StoreError};
use shinsei_core::record::RawRecord;
use shinsei_core::time::{Timestamp, Window};

use super::log::Edits;
use super::{Answer, Broken, Flaw, Wrong, each_is_found};

#[test]
fn each_flaw_of_documents_and_erasure_is_found() {
    each_is_found(FLAWS);
}

pub(super) const FLAWS: &[Flaw] = &[
    Flaw::new("ends a document at its trailing zeros", &["documents::any_bytes_come_back"], || {
        Broken::new(Shows(|document| {
            let end = document.content.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            document.content.truncate(end);
        }))
    }),
    Flaw::new("gives back a mebibyte at most", &["documents::staged_chunks_become_one_document"], || {
        Broken::new(Shows(|document| document.content.truncate(1024 * 1024)))
    }),
    Flaw::new(
        "gives back sixteen mebibytes at most",
        &["documents::a_document_of_32_mebibytes_comes_back"],
        || Broken::new(Shows(|document| document.content.truncate(16 * 1024 * 1024))),
    ),
    Flaw::new(
        "forgets what is staged when closed",
        &["documents::what_is_staged_survives_reopening"],
        || Broken::new(ForgetsStaged::default()),
    ),
    Flaw::new("puts every chunk at the end", &["documents::a_chunk_follows_the_one_before"], || {
        Broken::new(TakesAnyChunk::default())
    }),
    Flaw::new("links what was staged unseen", &["documents::only_what_was_staged_is_linked"], || {
        Broken::new(LinksUnseen::default())
    }),
    Flaw::new(
        "keeps the documents of refused commits",
        &["documents::a_refused_commit_links_no_document"],
        || Broken::new(KeepsRefused),
    ),
    Flaw::new(
        "replaces what is linked by what is longer",
        &["documents::what_is_linked_is_never_replaced"],
        || Broken::new(Replaces::default()),
    ),
    Flaw::new("sweeps what came later", &["documents::what_was_never_linked_is_swept"], || {
        Broken::new(SweepsAll)
    }),
    Flaw::new("keeps shared evidence for each case", &["documents::shared_evidence_is_kept_once"], || {
        Broken::new(Edits(|commit, _| {
            for document in &mut commit.documents {
                if let Body::Shared(content) = &document.body {
                    document.body = Body::Inline(content.clone());
                }
            }
        }))
    }),
    Flaw::new("keeps staged evidence for each case", &["documents::large_evidence_is_kept_once"], || {
        Broken::new(Edits(|commit, _| {
            for document in &mut commit.documents {
                if let Body::StagedShared { bytes, sha256 } = document.body {
                    document.body = Body::Staged { bytes, sha256 };
                }
            }
        }))
    }),
    Flaw::new(
        "leaves the salt of what it erased",
        &["erasure::erasing_removes_the_documents_of_a_stream"],
        || Broken::new(LeavesSalts::default()),
    ),
    Flaw::new(
        "keeps the digests of commands",
        &["erasure::erasing_forgets_the_contents_of_commands"],
        || Broken::new(KeepsDigests::default()),
    ),
    Flaw::new("erases the payloads too", &["erasure::erasing_leaves_the_log_alone"], || {
        Broken::new(ErasesPayloads::default())
    }),
    Flaw::new(
        "erases shared evidence with the first case",
        &["erasure::shared_evidence_outlives_a_disposal"],
        || Broken::new(ErasesShared::default()),
    ),
    Flaw::new("takes no id again that was erased", &["erasure::what_was_erased_may_be_linked_again"], || {
        Broken::new(RemembersErased::default())
    }),
];

/// The documents that were linked, and whether they are erased.
#[derive(Default)]
struct RemembersErased(Mutex<BTreeMap<(Municipality, DocumentId), (StreamId, bool)>>);

impl Wrong for RemembersErased {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut known = self.0.lock().expect("not poisoned");
        let [commit] = batch else { return whole.commit(batch) };
        let is_erased = |document: &&NewDocument| {
            known.get(&(commit.municipality, document.id)).is_some_and(|(_, erased)| *erased)
        };
        if let Some(document) = commit.documents.iter().find(is_erased) {
            return Ok(vec![Outcome::NotStaged { document: document.id }]);
        }
        for document in &commit.documents {
            known.insert((commit.municipality, document.id), (document.stream, false));
        }
        whole.commit(batch)
    }

    fn erase(&self, whole: &MemoryStore, of: Municipality, stream: StreamId) -> Answer<u64> {
        for ((whose, _), (owner, erased)) in self.0.lock().expect("not poisoned").iter_mut() {
            *erased |= (*whose, *owner) == (of, stream);
        }
        whole.erase(of, stream)
    }
}

/// Edits a document before it is given back.
struct Shows(fn(&mut Document));

impl Wrong for Shows {
    fn document(&self, whole: &MemoryStore, of: Municipality, id: DocumentId) -> Answer<Option<Document>> {
        let mut document = whole.document(of, id)?;
        document.iter_mut().for_each(self.0);
        Ok(document)
    }
}

/// What was staged since the store was last opened.
#[derive(Default)]
struct ForgetsStaged(Mutex<BTreeSet<DocumentId>>);

impl Wrong for ForgetsStaged {
    fn opened(&self, _: &MemoryStore, _: usize) {
        self.0.lock().expect("not poisoned").clear();
    }

    fn stage(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        id: DocumentId,
        offset: u64,
        chunk: &[u8],
    ) -> Answer<()> {
        let mut staged = self.0.lock().expect("not poisoned");
        if !staged.contains(&id) && offset > 0 {
            return Err(StoreError::Malformed { rule: "a chunk begins where the one before it ended" });
        }
        whole.stage(of, id, offset, chunk)?;
        staged.insert(id);
        Ok(())
    }
}

#[derive(Default)]
struct TakesAnyChunk(Mutex<BTreeMap<(Municipality, DocumentId), u64>>);

impl Wrong for TakesAnyChunk {
    fn stage(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        id: DocumentId,
        offset: u64,
        chunk: &[u8],
    ) -> Answer<()> {
        let mut staged = self.0.lock().expect("not poisoned");
        let end = staged.entry((of, id)).or_insert(0);
        let offset = if offset == 0 { 0 } else { *end };
        whole.stage(of, id, offset, chunk)?;
        *end = offset + chunk.len() as u64;
        Ok(())
    }
}

/// The contents that were staged.
#[derive(Default)]
struct LinksUnseen(Mutex<BTreeMap<(Municipality, DocumentId), Vec<u8>>>);

impl Wrong for LinksUnseen {
    fn stage(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        id: DocumentId,
        offset: u64,
        chunk: &[u8],
    ) -> Answer<()> {
        whole.stage(of, id, offset, chunk)?;
        let mut staged = self.0.lock().expect("not poisoned");
        let content = staged.entry((of, id)).or_default();
        if offset == 0 {
            content.clear();
        }
        content.extend_from_slice(chunk);
        Ok(())
    }

    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let staged = self.0.lock().expect("not poisoned");
        let mut batch = batch.to_vec();
        for commit in &mut batch {
            for document in &mut commit.documents {
                if let Body::Staged { bytes, sha256 } = &mut document.body
                    && let Some(content) = staged.get(&(commit.municipality, document.id))
                {
                    (*bytes, *sha256) = (content.len() as u64, Sha256::digest(content).into());
                }
            }
        }
        whole.commit(&batch)
    }
}

struct KeepsRefused;

impl Wrong for KeepsRefused {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let outcomes = whole.commit(batch)?;
        for (commit, outcome) in batch.iter().zip(&outcomes) {
            if matches!(outcome, Outcome::OutsideWindow { .. }) {
                let inline = |document: &&NewDocument| matches!(document.body, Body::Inline(_));
                let documents = commit.documents.iter().filter(inline).cloned().collect();
                let window = Window::ALWAYS;
                let kept = Commit { command: None, appends: vec![], documents, window, ..commit.clone() };
                whole.commit(&[kept])?;
            }
        }
        Ok(outcomes)
    }
}

/// What was put in the place of what is linked.
#[derive(Default)]
struct Replaces(Mutex<BTreeMap<DocumentId, Vec<u8>>>);

impl Wrong for Replaces {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut outcomes = whole.commit(batch)?;
        for (commit, outcome) in batch.iter().zip(&mut outcomes) {
            let Some(NewDocument { id, body: Body::Inline(content), .. }) = commit.documents.first() else {
                continue;
            };
            let old = whole.document(commit.municipality, *id)?.map(|document| document.content.len());
            let is_longer = old.is_some_and(|bytes| content.len() > bytes);
            if matches!(outcome, Outcome::NotStaged { .. }) && is_longer {
                self.0.lock().expect("not poisoned").insert(*id, content.as_slice().to_vec());
                *outcome = whole.commit(&[Commit { documents: vec![], ..commit.clone() }])?.remove(0);
            }
        }
        Ok(outcomes)
    }

    fn document(&self, whole: &MemoryStore, of: Municipality, id: DocumentId) -> Answer<Option<Document>> {
        let mut document = whole.document(of, id)?;
        if let (Some(document), Some(content)) =
            (&mut document, self.0.lock().expect("not poisoned").get(&id))
        {
            document.content.clone_from(content);
        }
        Ok(document)
    }
}

struct SweepsAll;

impl Wrong for SweepsAll {
    fn sweep(&self, whole: &MemoryStore, staged_before: Timestamp) -> Answer<u64> {
        whole.sweep(staged_before.saturating_add_micros(1_000_000))
    }
}

/// Where documents with their bytes in a commit were linked.
#[derive(Default)]
struct LeavesSalts(Mutex<BTreeMap<(Municipality, DocumentId), NewDocument>>);

impl Wrong for LeavesSalts {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let outcomes = whole.commit(batch)?;
        for (commit, outcome) in batch.iter().zip(&outcomes) {
            let done = matches!(outcome, Outcome::Done(_));
            for document in commit.documents.iter().filter(|_| done) {
                if matches!(document.body, Body::Inline(_)) {
                    let key = (commit.municipality, document.id);
                    self.0.lock().expect("not poisoned").insert(key, document.clone());
                }
            }
        }
        Ok(outcomes)
    }

    fn document(&self, whole: &MemoryStore, of: Municipality, id: DocumentId) -> Answer<Option<Document>> {
        let linked = self.0.lock().expect("not poisoned").get(&(of, id)).cloned();
        let left = |NewDocument { id, stream, role, salt, .. }| Document {
            id,
            stream,
            role: str::to_owned(role),
            salt,
            content: vec![],
        };
        Ok(whole.document(of, id)?.or_else(|| linked.map(left)))
    }
}

/// The digests that commands came with.
#[derive(Default)]
struct KeepsDigests(Mutex<BTreeMap<(Municipality, CommandId), [u8; 32]>>);

impl KeepsDigests {
    fn kept(&self, of: Municipality, command: CommandId) -> Option<[u8; 32]> {
        self.0.lock().expect("not poisoned").get(&(of, command)).copied()
    }
}

impl Wrong for KeepsDigests {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        // Held meanwhile, so that who comes at the same time finds the digest of whoever was first.
        let mut kept = self.0.lock().expect("not poisoned");
        let mut outcomes = whole.commit(batch)?;
        for (commit, outcome) in batch.iter().zip(&mut outcomes) {
            let Some(key) = commit.command else { continue };
            let of = commit.municipality;
            if matches!(outcome, Outcome::Done(_)) {
                kept.insert((of, key.id), key.digest);
            } else if matches!(outcome, Outcome::Again(_)) && kept.get(&(of, key.id)) != Some(&key.digest) {
                *outcome = Outcome::KeyReused;
            }
        }
        Ok(outcomes)
    }

    fn find(&self, whole: &MemoryStore, of: Municipality, command: CommandId) -> Answer<Option<Found>> {
        let found = whole.find(of, command)?;
        Ok(found.map(|found| Found { digest: found.digest.or_else(|| self.kept(of, command)), ..found }))
    }
}

/// The streams that were erased.
#[derive(Default)]
struct ErasesPayloads(Mutex<BTreeSet<(Municipality, StreamId)>>);

impl Wrong for ErasesPayloads {
    fn erase(&self, whole: &MemoryStore, of: Municipality, stream: StreamId) -> Answer<u64> {
        self.0.lock().expect("not poisoned").insert((of, stream));
        whole.erase(of, stream)
    }

    fn show(&self, record: &mut RawRecord<'_>) -> bool {
        if self.0.lock().expect("not poisoned").contains(&(record.municipality, record.stream)) {
            record.payload = b"";
        }
        true
    }
}

/// The evidence that was erased with some case, by its bytes.
#[derive(Default)]
struct ErasesShared {
    linked: Mutex<Vec<(Municipality, StreamId, Vec<u8>)>>,
    erased: Mutex<BTreeSet<(Municipality, Vec<u8>)>>,
}

impl Wrong for ErasesShared {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let outcomes = whole.commit(batch)?;
        for commit in batch {
            for document in &commit.documents {
                if let Body::Shared(content) = &document.body {
                    let linked = (commit.municipality, document.stream, content.as_slice().to_vec());
                    self.linked.lock().expect("not poisoned").push(linked);
                }
            }
        }
        Ok(outcomes)
    }

    fn erase(&self, whole: &MemoryStore, of: Municipality, stream: StreamId) -> Answer<u64> {
        let linked = self.linked.lock().expect("not poisoned");
        let of_stream = linked.iter().filter(|(whose, owner, _)| (*whose, *owner) == (of, stream));
        self.erased
            .lock()
            .expect("not poisoned")
            .extend(of_stream.map(|(of, _, bytes)| (*of, bytes.clone())));
        whole.erase(of, stream)
    }

    fn document(&self, whole: &MemoryStore, of: Municipality, id: DocumentId) -> Answer<Option<Document>> {
        let erased = self.erased.lock().expect("not poisoned");
        let document = whole.document(of, id)?;
        Ok(document.filter(|document| !erased.contains(&(of, document.content.clone()))))
    }
}
