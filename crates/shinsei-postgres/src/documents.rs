//! Documents: staged in chunks, read back, swept when nobody linked them.

use shinsei_core::document::{Document, Salt};
use shinsei_core::ids::{DocumentId, Municipality};
use shinsei_core::port::clock::Clock;
use shinsei_core::time::Timestamp;
use uuid::Uuid;

use crate::connection::{BEGIN, Connection, Step};
use crate::error::{Fault, Result};
use crate::facts::CLOCK;
use crate::rows::{at, bytes_at, code, count, limit, stream_at, unsigned_at};

/// Makes those who stage the same document wait for each other, also before there is a row to lock.
const ALONE: &str = "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))";

const STAGED: &str = "SELECT body, bytes FROM staged WHERE municipality = $1 AND document = $2 FOR UPDATE";

const FORGET: &str = "DELETE FROM chunks WHERE municipality = $1 AND body = $2";

/// A document that is begun, or begun anew, gets a body of its own.
const BEGIN_BODY: &str = "
    WITH begun AS (
        INSERT INTO staged (municipality, document, body, bytes, written_at)
        VALUES ($1, $2, gen_random_uuid(), length($3::bytea), $4)
        ON CONFLICT (municipality, document) DO UPDATE
            SET body = excluded.body, bytes = excluded.bytes, written_at = excluded.written_at
        RETURNING body)
    INSERT INTO chunks (municipality, body, place, content)
    SELECT $1, body, 0, $3 FROM begun WHERE length($3) > 0";

const APPEND: &str = "
    WITH grown AS (
        UPDATE staged SET bytes = bytes + length($3::bytea), written_at = $4
        WHERE municipality = $1 AND document = $2 RETURNING body)
    INSERT INTO chunks (municipality, body, place, content)
    SELECT $1, body, $5, $3 FROM grown WHERE length($3) > 0";

/// Rows that a commit is linking just now, or that a chunk is being added to, are passed over.
const SWEEP: &str = "
    WITH forgotten AS (
        SELECT municipality, document FROM staged WHERE written_at < $1 FOR UPDATE SKIP LOCKED
    ), swept AS (
        DELETE FROM staged USING forgotten
        WHERE staged.municipality = forgotten.municipality AND staged.document = forgotten.document
        RETURNING staged.municipality, staged.body
    ), emptied AS (
        DELETE FROM chunks USING swept
        WHERE chunks.municipality = swept.municipality AND chunks.body = swept.body)
    SELECT count(*) FROM swept";

const DOCUMENT: &str = "
    SELECT document.stream, document.role, document.salt, document.bytes, coalesce(
        document.content,
        (SELECT content FROM evidence
         WHERE evidence.municipality = document.municipality AND sha256 = document.evidence),
        (SELECT string_agg(content, ''::bytea ORDER BY place) FROM chunks
         WHERE chunks.municipality = document.municipality AND chunks.body = document.body),
        ''::bytea)
    FROM documents AS document WHERE document.municipality = $1 AND document.document = $2";

/// A linked document; `None` when there is none or it was erased.
pub(crate) fn read(
    connection: &mut Connection,
    municipality: Municipality,
    id: DocumentId,
) -> Result<Option<Document>> {
    let of = code(municipality);
    let rows = connection.run(&[Step::Query(DOCUMENT, vec![&of, &id.0])])?.remove(0);
    let Some(row) = rows.first() else { return Ok(None) };
    let content: Vec<u8> = at(row, 4)?;
    if limit(content.len()) != at::<i64>(row, 3)? {
        return Err(Fault::corrupt("a document has lost bytes"));
    }
    let (stream, role, salt) = (stream_at(row, 0)?, at(row, 1)?, Salt(bytes_at(row, 2)?));
    Ok(Some(Document { id, stream, role, salt, content }))
}

/// Stages a part of a document.
pub(crate) fn stage(
    connection: &mut Connection,
    municipality: Municipality,
    document: DocumentId,
    offset: u64,
    chunk: &[u8],
    clock: Option<&dyn Clock>,
) -> Result<()> {
    let of = code(municipality);
    let name = format!("{municipality}/{document}");
    let answers = connection.run(&[
        BEGIN,
        Step::Query(ALONE, vec![&name]),
        Step::Query(STAGED, vec![&of, &document.0]),
        Step::Query(CLOCK, Vec::new()),
    ])?;
    let [_, _, staged, server] = answers.as_slice() else {
        return Err(Fault::corrupt("an answer is missing"));
    };
    let before: Option<(Uuid, u64)> = match staged.first() {
        None => None,
        Some(row) => Some((at(row, 0)?, unsigned_at(row, 1)?)),
    };
    let now: i64 = match (clock, server.first()) {
        (Some(clock), _) => clock.now().micros(),
        (None, Some(row)) => at(row, 0)?,
        (None, None) => return Err(Fault::corrupt("the server has no clock")),
    };
    let place = count(offset);
    let mut steps = Vec::new();
    match before {
        _ if offset == 0 => {
            if let Some((body, _)) = &before {
                steps.push(Step::Query(FORGET, vec![&of, body]));
            }
            steps.push(Step::Query(BEGIN_BODY, vec![&of, &document.0, &chunk, &now]));
        }
        Some((_, bytes)) if bytes == offset => {
            steps.push(Step::Query(APPEND, vec![&of, &document.0, &chunk, &now, &place]));
        }
        _ => return Err(Fault::malformed("a chunk begins where the one before it ended")),
    }
    connection.commit(steps)?;
    Ok(())
}

/// Removes what was last written to before an instant and never linked.
pub(crate) fn sweep(connection: &mut Connection, staged_before: Timestamp) -> Result<u64> {
    let before = staged_before.micros();
    let rows = connection.run(&[Step::Query(SWEEP, vec![&before])])?.remove(0);
    rows.first().map_or(Ok(0), |row| unsigned_at(row, 0))
}
