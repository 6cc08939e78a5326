//! The access log: rows added at the end, read by case or by reader.

use shinsei_core::actor::Actor;
use shinsei_core::ids::{DocumentId, Municipality, Purpose};
use shinsei_core::port::access_log::{About, Access, Accessed, PAGE_ACCESSES_MAX, Question, ReaderColumns};
use shinsei_core::port::clock::Clock;
use shinsei_core::time::Timestamp;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::connection::{BEGIN, Connection, Step};
use crate::error::{Fault, Result};
use crate::facts::CLOCK;
use crate::rows::{at, code, count, limit, stream_at, time_at, unsigned_at};

const RECORD: &str = "
    INSERT INTO accesses (municipality, stream, document, role, reader, division, purpose, at)
    SELECT municipality, stream, document, role, reader, division, purpose, $8
    FROM unnest($1::integer[], $2::bytea[], $3::uuid[], $4::smallint[], $5::text[], $6::text[], $7::text[])
        WITH ORDINALITY AS access (municipality, stream, document, role, reader, division, purpose, place)
    ORDER BY place";

const OF_STREAM: &str = "
    SELECT ordinal, at, stream, document, role, reader, division, purpose FROM accesses
    WHERE municipality = $1 AND stream = $2 AND ordinal > $3 AND at >= $4 AND at < $5 ORDER BY ordinal LIMIT $6";

const OF_READER: &str = "
    SELECT ordinal, at, stream, document, role, reader, division, purpose FROM accesses
    WHERE municipality = $1 AND reader = $2 AND ordinal > $3 AND at >= $4 AND at < $5 AND role = ANY ($7)
    ORDER BY ordinal LIMIT $6";

const FORGET: &str = "
    WITH forgotten AS (
        DELETE FROM accesses WHERE municipality = $1 AND ordinal IN (
            SELECT ordinal FROM accesses WHERE municipality = $1 AND at < $2 ORDER BY at, ordinal LIMIT $3)
        RETURNING ordinal)
    SELECT count(*) FROM forgotten";

/// Records accesses under the time of the clock: the server's, unless another was given.
pub(crate) fn record(
    connection: &mut Connection,
    accesses: &[Access],
    clock: Option<&dyn Clock>,
) -> Result<Timestamp> {
    let mut said = connection.run(&[BEGIN, Step::Query(CLOCK, Vec::new())])?;
    let now = match (clock, said.pop().and_then(|rows| rows.into_iter().next())) {
        (Some(clock), _) => clock.now(),
        (None, Some(row)) => time_at(&row, 0)?,
        (None, None) => return Err(Fault::corrupt("the server has no clock")),
    };
    let readers: Vec<ReaderColumns> = accesses.iter().map(|access| (&access.reader).into()).collect();
    let municipalities: Vec<i32> = accesses.iter().map(|access| code(access.municipality)).collect();
    let streams: Vec<Vec<u8>> = accesses.iter().map(|access| access.stream.to_bytes().to_vec()).collect();
    let documents: Vec<Option<Uuid>> = accesses.iter().map(|access| Some(access.document?.0)).collect();
    let roles: Vec<i16> = readers.iter().map(|columns| columns.role).collect();
    let who: Vec<&str> = readers.iter().map(|columns| columns.reader.as_str()).collect();
    let divisions: Vec<Option<&str>> = readers.iter().map(|columns| columns.division.as_deref()).collect();
    let purposes: Vec<&str> = accesses.iter().map(|access| access.purpose.as_str()).collect();
    let micros = now.micros();
    connection.commit(vec![Step::Query(
        RECORD,
        vec![&municipalities, &streams, &documents, &roles, &who, &divisions, &purposes, &micros],
    )])?;
    Ok(now)
}

/// Forgets what was recorded of a municipality before an instant. The role under which a service runs may not.
pub(crate) fn forget(
    connection: &mut Connection,
    municipality: Municipality,
    before: Timestamp,
    max: usize,
) -> Result<u64> {
    let (of, before, max) = (code(municipality), before.micros(), limit(max.min(PAGE_ACCESSES_MAX)));
    let rows = connection.run(&[Step::Query(FORGET, vec![&of, &before, &max])])?.remove(0);
    rows.first().map_or(Ok(0), |row| unsigned_at(row, 0))
}

/// What a question is about, a page of it.
pub(crate) fn read(
    connection: &mut Connection,
    question: &Question,
    after: u64,
    max: usize,
) -> Result<Vec<Accessed>> {
    let of = code(question.municipality);
    let (after, max) = (count(after), limit(max.min(PAGE_ACCESSES_MAX)));
    let from = question.within.from.map_or(i64::MIN, Timestamp::micros);
    let until = question.within.until.map_or(i64::MAX, Timestamp::micros);
    let rows = match &question.about {
        About::Stream(stream) => {
            let stream = stream.to_bytes().to_vec();
            connection.run(&[Step::Query(OF_STREAM, vec![&of, &stream, &after, &from, &until, &max])])?
        }
        About::Staff(staff) => {
            let (reader, roles) = (staff.as_str(), ReaderColumns::STAFF.to_vec());
            connection
                .run(&[Step::Query(OF_READER, vec![&of, &reader, &after, &from, &until, &max, &roles])])?
        }
        About::User(user) => {
            let (reader, roles) = (user.to_string(), ReaderColumns::USERS.to_vec());
            connection
                .run(&[Step::Query(OF_READER, vec![&of, &reader, &after, &from, &until, &max, &roles])])?
        }
    };
    rows.iter().flatten().map(|row| accessed(row, question.municipality)).collect()
}

fn accessed(row: &Row, municipality: Municipality) -> Result<Accessed> {
    let access = Access {
        municipality,
        stream: stream_at(row, 2)?,
        document: at::<Option<Uuid>>(row, 3)?.map(DocumentId),
        reader: reader_at(row)?,
        purpose: Purpose::new(at::<String>(row, 7)?)
            .map_err(|_| Fault::corrupt("a purpose in the access log is no code"))?,
    };
    Ok(Accessed { ordinal: unsigned_at(row, 0)?, at: time_at(row, 1)?, access })
}

fn reader_at(row: &Row) -> Result<Actor> {
    let columns = ReaderColumns { role: at(row, 4)?, reader: at(row, 5)?, division: at(row, 6)? };
    columns.actor().ok_or_else(|| Fault::corrupt("a reader in the access log is nobody"))
}
