//! The access log: rows added at the end, read by case or by reader.

use std::ops::ControlFlow;

use rusqlite::{Params, Row, params};
use shinsei_core::actor::Actor;
use shinsei_core::ids::{DocumentId, Municipality, Purpose};
use shinsei_core::port::access_log::{About, Access, Accessed, PAGE_ACCESSES_MAX, Question, ReaderColumns};
use shinsei_core::time::Timestamp;
use uuid::Uuid;

use crate::error::{Fault, Result};
use crate::readers::Reader;
use crate::rows::{bytes_at, count, limit, stream_at, time_at, unsigned_at};
use crate::writer::Writing;

/// Each question has its index; the order is that of the rows.
macro_rules! select_accesses {
    ($about:literal) => {
        concat!(
            "SELECT ordinal, at, stream, document, role, reader, division, purpose FROM accesses
             WHERE municipality = ?1 AND ",
            $about,
            " AND ordinal > ?3 AND at >= ?4 AND at < ?5 ORDER BY ordinal LIMIT ?6"
        )
    };
}

/// Records accesses under the time of the clock.
pub(crate) fn record(writing: &Writing<'_>, accesses: &[Access]) -> Result<Timestamp> {
    let connection = writing.connection;
    for access in accesses {
        let ordinal = crate::heads::ordinal(connection, access.municipality)?;
        let ReaderColumns { role, reader, division } = (&access.reader).into();
        connection
            .prepare_cached(
                "INSERT INTO accesses (municipality, at, stream, document, role, reader, division, purpose)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                ordinal,
                writing.now.micros(),
                access.stream.to_bytes(),
                access.document.map(|document| *document.0.as_bytes()),
                role,
                reader,
                division,
                access.purpose.as_str()
            ])?;
    }
    Ok(writing.now)
}

/// Forgets what was recorded of a municipality before an instant.
pub(crate) fn forget(
    writing: &Writing<'_>,
    municipality: Municipality,
    before: Timestamp,
    max: usize,
) -> Result<u64> {
    let Some(ordinal) = crate::readers::ordinal(writing.connection, municipality)? else { return Ok(0) };
    let forgotten = writing
        .connection
        .prepare_cached(
            "DELETE FROM accesses WHERE ordinal IN (
                 SELECT ordinal FROM accesses WHERE municipality = ?1 AND at < ?2 ORDER BY at, ordinal LIMIT ?3)",
        )?
        .execute(params![ordinal, before.micros(), limit(max.min(PAGE_ACCESSES_MAX))])?;
    Ok(forgotten as u64)
}

/// Visits what a question is about.
pub(crate) fn read(
    reader: &Reader,
    question: &Question,
    after: u64,
    max: usize,
    visit: &mut dyn FnMut(Accessed) -> ControlFlow<()>,
) -> Result<()> {
    let Some(ordinal) = reader.ordinal(question.municipality)? else { return Ok(()) };
    let (after, max) = (count(after), limit(max.min(PAGE_ACCESSES_MAX)));
    let from = question.within.from.map_or(i64::MIN, Timestamp::micros);
    let until = question.within.until.map_or(i64::MAX, Timestamp::micros);
    let mut show = |row: &Row<'_>| Ok(visit(accessed(row, question.municipality)?));
    match &question.about {
        About::Stream(stream) => {
            let values = params![ordinal, stream.to_bytes(), after, from, until, max];
            page(reader, select_accesses!("stream = ?2"), values, &mut show)
        }
        About::Staff(staff) => {
            let [officer, clerk] = ReaderColumns::STAFF;
            let values = params![ordinal, staff.as_str(), after, from, until, max, officer, clerk];
            page(reader, select_accesses!("reader = ?2 AND role IN (?7, ?8)"), values, &mut show)
        }
        About::User(user) => {
            let [applicant, agent] = ReaderColumns::USERS;
            let values = params![ordinal, user.to_string(), after, from, until, max, applicant, agent];
            page(reader, select_accesses!("reader = ?2 AND role IN (?7, ?8)"), values, &mut show)
        }
    }
}

fn page(
    reader: &Reader,
    sql: &str,
    values: impl Params,
    show: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let mut statement = reader.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    while let Some(row) = rows.next()? {
        if show(row)?.is_break() {
            break;
        }
    }
    Ok(())
}

fn accessed(row: &Row<'_>, municipality: Municipality) -> Result<Accessed> {
    let document = match row.get_ref(3)?.as_blob_or_null() {
        Ok(None) => None,
        _ => Some(DocumentId(Uuid::from_bytes(bytes_at(row, 3)?))),
    };
    let access = Access {
        municipality,
        stream: stream_at(row, 2)?,
        document,
        reader: reader_at(row)?,
        purpose: Purpose::new(row.get::<_, String>(7)?)
            .map_err(|_| Fault::corrupt("a purpose in the access log is no code"))?,
    };
    Ok(Accessed { ordinal: unsigned_at(row, 0)?, at: time_at(row, 1)?, access })
}

fn reader_at(row: &Row<'_>) -> Result<Actor> {
    let columns = ReaderColumns { role: row.get(4)?, reader: row.get(5)?, division: row.get(6)? };
    columns.actor().ok_or_else(|| Fault::corrupt("a reader in the access log is nobody"))
}
