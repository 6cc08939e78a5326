//! The documents of one municipality: linked, shared and staged.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};
use shinsei_core::bytes::Bytes;
use shinsei_core::document::{Body, Document, NewDocument, Salt};
use shinsei_core::ids::{DocumentId, StreamId};
use shinsei_core::port::store::StoreError;
use shinsei_core::time::Timestamp;

/// The documents of one municipality.
#[derive(Default)]
pub(super) struct Documents {
    linked: HashMap<DocumentId, Linked>,
    of_stream: HashMap<StreamId, Vec<DocumentId>>,
    shared: HashMap<[u8; 32], Shared>,
    staged: HashMap<DocumentId, Staged>,
}

struct Linked {
    stream: StreamId,
    role: &'static str,
    salt: Salt,
    content: Content,
}

enum Content {
    Own(Bytes),
    /// Kept once under its SHA-256.
    Shared([u8; 32]),
}

struct Shared {
    content: Bytes,
    references: u64,
}

struct Staged {
    content: Vec<u8>,
    last_chunk_at: Timestamp,
}

impl Documents {
    pub(super) fn bytes(&self) -> u64 {
        let own = self.linked.values().map(|linked| match &linked.content {
            Content::Own(content) => content.len(),
            Content::Shared(_) => 0,
        });
        let shared = self.shared.values().map(|shared| shared.content.len());
        let staged = self.staged.values().map(|staged| staged.content.len());
        own.chain(shared).chain(staged).map(|bytes| bytes as u64).sum()
    }

    pub(super) fn linked(&self, id: DocumentId) -> Option<Document> {
        let Linked { stream, role, salt, content } = self.linked.get(&id)?;
        let content = match content {
            Content::Own(content) => content,
            Content::Shared(digest) => &self.shared.get(digest)?.content,
        };
        Some(Document {
            id,
            stream: *stream,
            role: (*role).to_owned(),
            salt: *salt,
            content: content.as_slice().to_vec(),
        })
    }

    pub(super) fn stage(
        &mut self,
        id: DocumentId,
        offset: u64,
        chunk: &[u8],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if offset == 0 {
            self.staged.insert(id, Staged { content: chunk.to_vec(), last_chunk_at: now });
            return Ok(());
        }
        match self.staged.get_mut(&id) {
            Some(staged) if staged.content.len() as u64 == offset => {
                staged.content.extend_from_slice(chunk);
                staged.last_chunk_at = now;
                Ok(())
            }
            _ => Err(StoreError::Malformed { rule: "a chunk begins where the one before it ended" }),
        }
    }

    pub(super) fn sweep(&mut self, staged_before: Timestamp) -> u64 {
        let before = self.staged.len();
        self.staged.retain(|_, staged| staged.last_chunk_at >= staged_before);
        (before - self.staged.len()) as u64
    }

    pub(super) fn can_link(&self, document: &NewDocument) -> bool {
        let there = document.body.staged().is_none_or(|(bytes, sha256)| {
            self.staged.get(&document.id).is_some_and(|staged| {
                staged.content.len() as u64 == bytes && digest(&staged.content) == sha256
            })
        });
        there && !self.linked.contains_key(&document.id)
    }

    /// Links a document that [`Self::can_link`].
    pub(super) fn link(&mut self, document: &NewDocument) {
        let content = match &document.body {
            Body::Inline(content) => Content::Own(content.clone()),
            Body::Shared(content) => self.share(content.clone()),
            Body::Staged { .. } | Body::StagedShared { .. } => {
                let Some(staged) = self.staged.remove(&document.id) else { return };
                match document.body {
                    Body::StagedShared { .. } => self.share(staged.content.into()),
                    _ => Content::Own(staged.content.into()),
                }
            }
        };
        let linked = Linked { stream: document.stream, role: document.role, salt: document.salt, content };
        self.linked.insert(document.id, linked);
        self.of_stream.entry(document.stream).or_default().push(document.id);
    }

    /// Keeps a content once for all that rest on it.
    fn share(&mut self, content: Bytes) -> Content {
        let digest = content.sha256();
        let shared = self.shared.entry(digest).or_insert_with(|| Shared { content, references: 0 });
        shared.references += 1;
        Content::Shared(digest)
    }

    pub(super) fn erase(&mut self, stream: StreamId) -> u64 {
        let ids = self.of_stream.remove(&stream).unwrap_or_default();
        for id in &ids {
            if let Some(Linked { content: Content::Shared(digest), .. }) = self.linked.remove(id) {
                self.release(digest);
            }
        }
        ids.len() as u64
    }

    fn release(&mut self, digest: [u8; 32]) {
        if let Some(shared) = self.shared.get_mut(&digest) {
            shared.references -= 1;
            if shared.references == 0 {
                self.shared.remove(&digest);
            }
        }
    }
}

fn digest(content: &[u8]) -> [u8; 32] {
    Sha256::digest(content).into()
}
