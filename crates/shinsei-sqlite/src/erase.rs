//! Erasure: a stream's documents with their salts, and the digests of its commands, gone from the file and the WAL.

use rusqlite::{Connection, params};
use shinsei_core::ids::{Municipality, StreamId};
use shinsei_core::port::store::StoreError;

use crate::documents::delete_body;
use crate::error::Result;
use crate::writer::{Writer, Writing};
use crate::{readers, rows, wal};

/// Erases a stream's documents and the digests of the commands that appended to it, and says how many documents.
///
/// The rows are erased in one transaction that notes what is to be emptied; then the WAL is emptied. When a reading
/// process stands in the way of that, the same call does it later, and says the same number.
pub(crate) fn erase(writer: &Writer, municipality: Municipality, stream: StreamId) -> Result<u64> {
    let stream = stream.to_bytes();
    let erased = writer.write(|writing| match readers::ordinal(writing.connection, municipality)? {
        Some(ordinal) => {
            writing.tail.settle(writing.connection)?;
            erase_rows(writing, ordinal, &stream)
        }
        None => Ok(None),
    })?;
    let Some(documents) = erased else { return Ok(0) };
    let emptied = writer.alone(finish)?;
    if !emptied {
        let source = "a reader holds on to what was erased; the same call will finish it".into();
        return Err(StoreError::Unavailable { source }.into());
    }
    // OK because a WAL that could not be grown is only slower for a while.
    let _ = writer.grow_wal();
    Ok(documents)
}

/// Empties the WAL if an erasure asks for it; false when a reader stood in the way.
pub(crate) fn finish(connection: &Connection) -> Result<bool> {
    let wanted: bool =
        connection.query_row("SELECT EXISTS (SELECT 1 FROM erasures)", [], |row| row.get(0))?;
    if !wanted {
        return Ok(true);
    }
    if !wal::empty(connection)? {
        return Ok(false);
    }
    connection.execute("DELETE FROM erasures", [])?;
    Ok(true)
}

/// Erases the rows; `None` when there was nothing to erase.
fn erase_rows(writing: &Writing<'_>, ordinal: i64, stream: &[u8; 17]) -> Result<Option<u64>> {
    let connection = writing.connection;
    let documents = documents(connection, ordinal, stream)?;
    for (row, _) in &documents {
        // The row keeps its length and is overwritten where it stands.
        connection
            .prepare_cached(
                "UPDATE documents SET erased = 1, salt = zeroblob(length(salt)),
                 content = CASE WHEN content IS NULL THEN NULL ELSE zeroblob(length(content)) END
                 WHERE ordinal = ?1",
            )?
            .execute([row])?;
    }
    for body in documents.iter().filter_map(|(_, body)| *body) {
        if !is_linked(connection, body)? {
            delete_body(connection, body)?;
        }
    }
    let digests = connection
        .prepare_cached(
            "UPDATE commands SET erased = 1, digest = zeroblob(length(digest))
             WHERE erased = 0 AND ordinal IN (
                SELECT ordinal FROM streams
                CROSS JOIN records ON records.place = (streams.municipality << 40 | streams.place)
                CROSS JOIN command_ids ON command_ids.municipality = ?1 AND command_ids.command = records.command
                WHERE streams.municipality = ?1 AND streams.stream = ?2 AND item < '')",
        )?
        .execute(params![ordinal, stream])?;
    if documents.is_empty() && digests == 0 && !is_pending(connection, ordinal, stream)? {
        return Ok(None);
    }
    let total: i64 = connection
        .prepare_cached(
            "INSERT INTO erasures (municipality, stream, documents) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET documents = documents + excluded.documents RETURNING documents",
        )?
        .query_row(params![ordinal, stream, rows::limit(documents.len())], |row| row.get(0))?;
    rows::unsigned(total).map(Some)
}

fn documents(connection: &Connection, ordinal: i64, stream: &[u8; 17]) -> Result<Vec<(i64, Option<i64>)>> {
    let mut statement = connection.prepare_cached(
        "SELECT ordinal, body FROM documents WHERE municipality = ?1 AND stream = ?2 AND erased = 0",
    )?;
    let rows = statement.query_map(params![ordinal, stream], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn is_linked(connection: &Connection, body: i64) -> Result<bool> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM documents WHERE body = ?1 AND body IS NOT NULL AND erased = 0)",
        )?
        .query_row([body], |row| row.get(0))?)
}

fn is_pending(connection: &Connection, ordinal: i64, stream: &[u8; 17]) -> Result<bool> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM erasures WHERE municipality = ?1 AND stream = ?2)")?
        .query_row(params![ordinal, stream], |row| row.get(0))?)
}
