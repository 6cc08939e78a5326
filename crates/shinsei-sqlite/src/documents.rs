//! Documents: staged in chunks, linked by commits, read back.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};
use shinsei_core::bytes::Bytes;
use shinsei_core::document::{Body, Document, NewDocument, Salt};
use shinsei_core::ids::{DocumentId, Municipality};
use shinsei_core::port::store::Commit;
use shinsei_core::time::Timestamp;

use crate::chunks;
use crate::error::{Fault, Result};
use crate::readers::Reader;
use crate::rows::{bytes_at, count, stream_at, unsigned};
use crate::writer::Writing;

/// The most bytes of a content that stands in its document's row, overwritten when it is erased; the space of a larger
/// one is given back.
const IN_ROW_BYTES_MAX: usize = 2_048;

/// Where the bytes of a body stand. The numbers are those of the table.
#[derive(Clone, Copy)]
enum Standing {
    Staged = 1,
    Own = 2,
    Shared = 3,
}

/// What was staged for a document. A body that has grown or was begun anew is another one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Staged {
    pub(crate) body: i64,
    bytes: u64,
}

/// The digests of what a batch will link, computed before its transaction so that nobody waits for them.
#[derive(Default)]
pub(crate) struct Digests(HashMap<i64, (Staged, [u8; 32])>);

impl Digests {
    /// Digests what is staged for the commits of a batch.
    pub(crate) fn of(reader: &Reader, batch: &[Commit]) -> Result<Self> {
        let mut digests = HashMap::new();
        for (municipality, document) in batch.iter().flat_map(staged_documents) {
            let Some(ordinal) = reader.ordinal(municipality)? else { continue };
            let snapshot = reader.unchecked_transaction()?;
            if let Some(staged) = staged(&snapshot, ordinal, document.id)? {
                digests.insert(staged.body, (staged, chunks::digest(&snapshot, staged.body)?));
            }
        }
        Ok(Self(digests))
    }

    /// True when a batch has nothing to digest.
    pub(crate) fn are_wanted(batch: &[Commit]) -> bool {
        batch.iter().any(|commit| staged_documents(commit).next().is_some())
    }

    fn digest(&self, connection: &Connection, staged: Staged) -> Result<[u8; 32]> {
        match self.0.get(&staged.body) {
            Some((digested, digest)) if *digested == staged => Ok(*digest),
            _ => chunks::digest(connection, staged.body),
        }
    }
}

fn staged_documents(commit: &Commit) -> impl Iterator<Item = (Municipality, &NewDocument)> {
    let staged = |document: &&NewDocument| document.body.staged().is_some();
    commit.documents.iter().filter(staged).map(|document| (commit.municipality, document))
}

/// The first document of a commit that was not staged as it says, or whose id is linked already.
pub(crate) fn first_not_linkable(
    connection: &Connection,
    ordinal: i64,
    documents: &[NewDocument],
    digests: &Digests,
) -> Result<Option<DocumentId>> {
    for document in documents {
        let there = match document.body.staged() {
            None => true,
            Some((bytes, sha256)) => {
                let found = staged(connection, ordinal, document.id)?;
                match found.filter(|staged| staged.bytes == bytes) {
                    Some(staged) => digests.digest(connection, staged)? == sha256,
                    None => false,
                }
            }
        };
        if !there || is_linked(connection, ordinal, document.id)? {
            return Ok(Some(document.id));
        }
    }
    Ok(None)
}

fn is_linked(connection: &Connection, ordinal: i64, document: DocumentId) -> Result<bool> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM documents WHERE municipality = ?1 AND document = ?2 AND erased = 0")?
        .exists(params![ordinal, document.0.as_bytes()])?)
}

/// Links a document of a commit that was judged.
pub(crate) fn link(
    connection: &Connection,
    ordinal: i64,
    document: &NewDocument,
    at: Timestamp,
) -> Result<()> {
    let id = document.id.0.as_bytes();
    let (body, content) = match &document.body {
        Body::Inline(bytes) if bytes.len() <= IN_ROW_BYTES_MAX => (None, Some(bytes.as_slice())),
        Body::Inline(bytes) => {
            (Some(new_body(connection, ordinal, Standing::Own, id, bytes.as_slice(), at)?), None)
        }
        Body::Shared(bytes) => (Some(shared(connection, ordinal, bytes, at)?), None),
        Body::Staged { .. } => (Some(take_staged(connection, ordinal, document.id)?), None),
        Body::StagedShared { sha256, .. } => {
            (Some(share_staged(connection, ordinal, document.id, sha256)?), None)
        }
    };
    connection
        .prepare_cached(
            "INSERT INTO documents (municipality, document, stream, role, erased, salt, body, content)
             VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7)",
        )?
        .execute(params![
            ordinal,
            id,
            document.stream.to_bytes(),
            document.role,
            document.salt.0,
            body,
            content
        ])?;
    Ok(())
}

/// A linked document; `None` when there is none or it was erased.
pub(crate) fn read(reader: &Reader, municipality: Municipality, id: DocumentId) -> Result<Option<Document>> {
    let Some(ordinal) = reader.ordinal(municipality)? else { return Ok(None) };
    let snapshot = reader.unchecked_transaction()?;
    let mut statement = snapshot.prepare_cached(
        "SELECT stream, role, salt, content, documents.body, bytes
         FROM documents LEFT JOIN bodies ON bodies.body = documents.body
         WHERE documents.municipality = ?1 AND document = ?2 AND erased = 0",
    )?;
    let mut rows = statement.query(params![ordinal, id.0.as_bytes()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let content = match (row.get::<_, Option<Vec<u8>>>(3)?, row.get(4)?, row.get::<_, Option<i64>>(5)?) {
        (Some(content), None, None) => content,
        (None, Some(body), Some(bytes)) => chunks::read(&snapshot, body, unsigned(bytes)?)?,
        _ => return Err(Fault::corrupt("a document has no content")),
    };
    Ok(Some(Document {
        id,
        stream: stream_at(row, 0)?,
        role: row.get(1)?,
        salt: Salt(bytes_at(row, 2)?),
        content,
    }))
}

/// Stages a part of a document.
pub(crate) fn stage(
    writing: &Writing<'_>,
    municipality: Municipality,
    document: DocumentId,
    offset: u64,
    chunk: &[u8],
) -> Result<()> {
    let connection = writing.connection;
    let ordinal = crate::heads::ordinal(connection, municipality)?;
    let before = staged(connection, ordinal, document)?;
    if offset == 0 {
        if let Some(before) = before {
            delete_body(connection, before.body)?;
        }
        new_body(connection, ordinal, Standing::Staged, document.0.as_bytes(), chunk, writing.now)?;
        return Ok(());
    }
    let Some(before) = before.filter(|before| before.bytes == offset) else {
        return Err(Fault::malformed("a chunk begins where the one before it ended"));
    };
    chunks::append(connection, before.body, chunk)?;
    connection
        .prepare_cached("UPDATE bodies SET bytes = bytes + ?2, written_at = ?3 WHERE body = ?1")?
        .execute(params![before.body, crate::rows::limit(chunk.len()), writing.now.micros()])?;
    Ok(())
}

/// Removes what was last written to before an instant and never linked.
pub(crate) fn sweep(writing: &Writing<'_>, staged_before: Timestamp) -> Result<u64> {
    let mut statement = writing
        .connection
        .prepare_cached("SELECT body FROM bodies WHERE standing = 1 AND standing <> 2 AND written_at < ?1")?;
    let bodies: Vec<i64> =
        statement.query_map([staged_before.micros()], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for body in &bodies {
        delete_body(writing.connection, *body)?;
    }
    unsigned(crate::rows::limit(bodies.len()))
}

/// Deletes a body with its bytes.
pub(crate) fn delete_body(connection: &Connection, body: i64) -> Result<()> {
    chunks::delete(connection, body)?;
    connection.prepare_cached("DELETE FROM bodies WHERE body = ?1")?.execute([body])?;
    Ok(())
}

fn staged(connection: &Connection, ordinal: i64, document: DocumentId) -> Result<Option<Staged>> {
    let found: Option<(i64, i64)> = named(connection, ordinal, Standing::Staged, document.0.as_bytes())?;
    found.map(|(body, bytes)| Ok(Staged { body, bytes: unsigned(bytes)? })).transpose()
}

fn must_be_staged(connection: &Connection, ordinal: i64, document: DocumentId) -> Result<Staged> {
    staged(connection, ordinal, document)?
        .ok_or_else(|| Fault::corrupt("a staged document has gone within a transaction"))
}

/// Makes what was staged the body that all share; what they have already is not kept twice.
fn share_staged(
    connection: &Connection,
    ordinal: i64,
    document: DocumentId,
    sha256: &[u8; 32],
) -> Result<i64> {
    let staged = must_be_staged(connection, ordinal, document)?;
    if let Some((body, _)) = named(connection, ordinal, Standing::Shared, sha256)? {
        delete_body(connection, staged.body)?;
        return Ok(body);
    }
    connection
        .prepare_cached("UPDATE bodies SET standing = ?2, name = ?3 WHERE body = ?1")?
        .execute(params![staged.body, Standing::Shared as i64, sha256])?;
    Ok(staged.body)
}

fn take_staged(connection: &Connection, ordinal: i64, document: DocumentId) -> Result<i64> {
    let staged = must_be_staged(connection, ordinal, document)?;
    connection
        .prepare_cached("UPDATE bodies SET standing = ?2 WHERE body = ?1")?
        .execute(params![staged.body, Standing::Own as i64])?;
    Ok(staged.body)
}

fn shared(connection: &Connection, ordinal: i64, content: &Bytes, at: Timestamp) -> Result<i64> {
    let sha256 = content.sha256();
    match named(connection, ordinal, Standing::Shared, &sha256)? {
        Some((body, _)) => Ok(body),
        None => new_body(connection, ordinal, Standing::Shared, &sha256, content.as_slice(), at),
    }
}

fn named(
    connection: &Connection,
    ordinal: i64,
    standing: Standing,
    name: &[u8],
) -> Result<Option<(i64, i64)>> {
    connection
        .prepare_cached(
            "SELECT body, bytes FROM bodies
             WHERE municipality = ?1 AND standing = ?2 AND standing <> 2 AND name = ?3",
        )?
        .query_row(params![ordinal, standing as i64, name], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .map_err(Fault::from)
}

fn new_body(
    connection: &Connection,
    ordinal: i64,
    standing: Standing,
    name: &[u8],
    content: &[u8],
    at: Timestamp,
) -> Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO bodies (municipality, standing, name, bytes, written_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            ordinal,
            standing as i64,
            name,
            count(u64::try_from(content.len()).unwrap_or(u64::MAX)),
            at.micros()
        ])?;
    let body = connection.last_insert_rowid();
    chunks::append(connection, body, content)?;
    Ok(body)
}
