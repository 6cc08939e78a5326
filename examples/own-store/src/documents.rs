//! Documents: staged in chunks, linked by commits, erased with their stream.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use shinsei_core::bytes::hex;
use shinsei_core::document::{Body, Document, NewDocument, Salt};
use shinsei_core::ids::{CommandId, DocumentId, Municipality, StreamId};
use shinsei_core::port::store::StoreError;
use shinsei_core::time::Timestamp;
use uuid::Uuid;

use crate::commit::{Command, Record};
use crate::error::corrupt;
use crate::file::Draft;
use crate::keys;

/// A document that is linked.
#[derive(Serialize, Deserialize)]
struct Linked {
    stream: String,
    role: String,
    salt: String,
    content: Content,
}

/// Where its bytes are.
#[derive(Serialize, Deserialize)]
enum Content {
    Here(String),
    /// In the chunks that were staged under its id.
    InChunks,
    /// Kept once under its SHA-256.
    Shared(String),
}

#[derive(Serialize, Deserialize)]
struct Shared {
    content: String,
    references: u64,
}

/// What is on its way.
#[derive(Serialize, Deserialize)]
struct Staged {
    bytes: u64,
    written_at: i64,
}

pub(crate) fn stage(
    draft: &mut Draft<'_>,
    of: Municipality,
    id: DocumentId,
    offset: u64,
    chunk: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    if draft.has(&keys::document(of, id)) {
        return Err(StoreError::Malformed { rule: "what is linked is never replaced" });
    }
    if offset == 0 {
        take_chunks_away(draft, of, id)?;
    } else {
        let before: Option<Staged> = draft.get(&keys::staged(of, id))?;
        if before.is_none_or(|before| before.bytes != offset) {
            return Err(StoreError::Malformed { rule: "a chunk begins where the one before it ended" });
        }
    }
    draft.put(keys::chunk(of, id, offset), &keys::text(chunk))?;
    draft.put(keys::staged(of, id), &Staged { bytes: offset + chunk.len() as u64, written_at: now.micros() })
}

/// Takes away what was last written to before an instant and never linked; says how many that were.
pub(crate) fn sweep(draft: &mut Draft<'_>, staged_before: Timestamp) -> Result<u64, StoreError> {
    let mut swept = 0;
    for (key, staged) in draft.all::<Staged>(keys::STAGED)? {
        if staged.written_at < staged_before.micros() {
            let chunks = format!("chunk/{}/", key.trim_start_matches(keys::STAGED));
            for (chunk, _) in draft.all::<String>(&chunks)? {
                draft.take_away(chunk);
            }
            draft.take_away(key);
            swept += 1;
        }
    }
    Ok(swept)
}

/// True when a document was staged as it says and its id is not linked.
pub(crate) fn can_link(draft: &Draft<'_>, of: Municipality, new: &NewDocument) -> Result<bool, StoreError> {
    if draft.has(&keys::document(of, new.id)) {
        return Ok(false);
    }
    let Some((bytes, sha256)) = new.body.staged() else { return Ok(true) };
    match draft.get::<Staged>(&keys::staged(of, new.id))? {
        Some(staged) if staged.bytes == bytes => {
            Ok(<[u8; 32]>::from(Sha256::digest(chunks(draft, of, new.id)?)) == sha256)
        }
        _ => Ok(false),
    }
}

/// Links a document that can be linked.
pub(crate) fn link(draft: &mut Draft<'_>, of: Municipality, new: &NewDocument) -> Result<(), StoreError> {
    let content = match &new.body {
        Body::Inline(content) => Content::Here(keys::text(content.as_slice())),
        Body::Shared(content) => share(draft, of, content.as_slice())?,
        Body::Staged { .. } => Content::InChunks,
        Body::StagedShared { .. } => {
            let content = chunks(draft, of, new.id)?;
            take_chunks_away(draft, of, new.id)?;
            share(draft, of, &content)?
        }
    };
    draft.take_away(keys::staged(of, new.id));
    let linked =
        Linked { stream: keys::name(new.stream), role: new.role.to_owned(), salt: hex(&new.salt.0), content };
    draft.put(keys::document(of, new.id), &linked)
}

/// Keeps a content once for all that rest on it.
fn share(draft: &mut Draft<'_>, of: Municipality, content: &[u8]) -> Result<Content, StoreError> {
    let sha256 = hex(&Sha256::digest(content));
    let key = keys::shared(of, &sha256);
    let references = draft.get::<Shared>(&key)?.map_or(0, |shared| shared.references) + 1;
    draft.put(key, &Shared { content: keys::text(content), references })?;
    Ok(Content::Shared(sha256))
}

pub(crate) fn read(
    map: &BTreeMap<String, Value>,
    of: Municipality,
    id: DocumentId,
) -> Result<Option<Document>, StoreError> {
    let draft = Draft::on(map);
    let Some(linked) = draft.get::<Linked>(&keys::document(of, id))? else { return Ok(None) };
    let content = match linked.content {
        Content::Here(text) => keys::bytes(&text)?,
        Content::InChunks => chunks(&draft, of, id)?,
        Content::Shared(sha256) => {
            let shared: Option<Shared> = draft.get(&keys::shared(of, &sha256))?;
            keys::bytes(&shared.ok_or_else(|| corrupt("a document has no content"))?.content)?
        }
    };
    let (stream, salt) = (keys::stream_named(&linked.stream)?, Salt(keys::fixed(&linked.salt)?));
    Ok(Some(Document { id, stream, role: linked.role, salt, content }))
}

/// Takes away the documents of a stream, and the digests of the commands that appended to it; says how many documents.
pub(crate) fn erase(draft: &mut Draft<'_>, of: Municipality, stream: StreamId) -> Result<u64, StoreError> {
    let name = keys::name(stream);
    let mut erased = 0;
    for (key, linked) in draft.all::<Linked>(&keys::documents(of))? {
        if linked.stream != name {
            continue;
        }
        match linked.content {
            Content::Here(_) => {}
            Content::InChunks => {
                let id: Uuid =
                    keys::last(&key).parse().map_err(|_| corrupt("a key of a document is none"))?;
                take_chunks_away(draft, of, DocumentId(id))?;
            }
            Content::Shared(sha256) => release(draft, keys::shared(of, &sha256))?,
        }
        draft.take_away(key);
        erased += 1;
    }
    for (_, position) in draft.all::<u64>(&keys::versions(of, stream))? {
        let Some(record) = draft.get::<Record>(&keys::record(of, position))? else { continue };
        let key = keys::command(of, CommandId(record.command));
        if let Some(mut command) = draft.get::<Command>(&key)?
            && command.digest.take().is_some()
        {
            draft.put(key, &command)?;
        }
    }
    Ok(erased)
}

fn release(draft: &mut Draft<'_>, key: String) -> Result<(), StoreError> {
    match draft.get::<Shared>(&key)? {
        Some(shared) if shared.references > 1 => {
            draft.put(key, &Shared { references: shared.references - 1, ..shared })
        }
        _ => {
            draft.take_away(key);
            Ok(())
        }
    }
}

fn chunks(draft: &Draft<'_>, of: Municipality, id: DocumentId) -> Result<Vec<u8>, StoreError> {
    let mut content = Vec::new();
    for (_, chunk) in draft.all::<String>(&keys::chunks(of, id))? {
        content.extend(keys::bytes(&chunk)?);
    }
    Ok(content)
}

fn take_chunks_away(draft: &mut Draft<'_>, of: Municipality, id: DocumentId) -> Result<(), StoreError> {
    for (chunk, _) in draft.all::<String>(&keys::chunks(of, id))? {
        draft.take_away(chunk);
    }
    Ok(())
}
