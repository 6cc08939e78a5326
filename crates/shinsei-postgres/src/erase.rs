//! Erasure: a stream's documents with their salts, and the digests of its commands, deleted and vacuumed away.

use shinsei_core::ids::{Municipality, StreamId};

use crate::connection::{BEGIN, Connection, Step};
use crate::error::Result;
use crate::rows::{code, unsigned_at};

const HEAD: &str = "SELECT 1 FROM municipalities WHERE municipality = $1 FOR UPDATE";

/// Deletes under the head row's lock, so that no commit links shared bytes that are about to go.
const ERASE: &str = "
    WITH gone AS (
        DELETE FROM documents WHERE municipality = $1 AND stream = $2 RETURNING body, evidence
    ), emptied AS (
        DELETE FROM chunks USING gone WHERE chunks.municipality = $1 AND chunks.body = gone.body
    ), released AS (
        DELETE FROM evidence USING (SELECT DISTINCT evidence AS sha256 FROM gone) AS once
        WHERE evidence.municipality = $1 AND evidence.sha256 = once.sha256 AND NOT EXISTS (
            SELECT FROM documents AS other
            WHERE other.municipality = $1 AND other.evidence = once.sha256 AND other.stream <> $2)
    ), forgotten AS (
        UPDATE commands SET digest = NULL
        WHERE municipality = $1 AND digest IS NOT NULL AND command IN (
            SELECT command FROM records WHERE municipality = $1 AND stream = $2))
    SELECT count(*) FROM gone";

/// What deleting leaves in the pages until it is vacuumed. A role that may not vacuum is warned by the server and nothing
/// else; then PostgreSQL's own vacuum does it, which the schema asks to come after the first deletion.
const VACUUM: [Step<'static>; 4] = [
    Step::Plain("VACUUM documents"),
    Step::Plain("VACUUM chunks"),
    Step::Plain("VACUUM evidence"),
    Step::Plain("VACUUM commands"),
];

/// Erases a stream's documents and the digests of the commands that appended to it, and says how many documents.
pub(crate) fn erase(
    connection: &mut Connection,
    municipality: Municipality,
    stream: StreamId,
) -> Result<u64> {
    let (of, stream) = (code(municipality), stream.to_bytes().to_vec());
    connection.run(&[BEGIN, Step::Query(HEAD, vec![&of])])?;
    let answers = connection.commit(vec![Step::Query(ERASE, vec![&of, &stream])])?;
    let erased = answers.first().and_then(|rows| rows.first()).map_or(Ok(0), |row| unsigned_at(row, 0))?;
    // OK because it is erased already, and what could not be vacuumed now will be soon.
    let _ = connection.run(&VACUUM);
    Ok(erased)
}
