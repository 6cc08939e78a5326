//! The log, read by stream and by position. A page is one statement, and so one snapshot.

use rusqlite::{CachedStatement, Params, Row, params};
use shinsei_core::ids::{CommandId, Municipality, Position, StreamId, Version};
use shinsei_core::port::store::{PAGE_RECORDS_MAX, Standing, Visit};
use shinsei_core::record::RawRecord;
use shinsei_core::tree::{Frontier, Head};
use uuid::Uuid;

use crate::error::{Fault, Result};
use crate::find::number;
use crate::heads::frontier_at;
use crate::readers::Reader;
use crate::rows::{
    bytes_at, count, limit, optional_time_at, record_place, record_position, stream_at, time_at, unsigned_at,
};

/// The columns of a record, in the order in which they are read.
macro_rules! select_records {
    ($rest:literal) => {
        concat!(
            "SELECT place, stream, version, recorded_at, command, kind, series, number, payload FROM records ",
            $rest
        )
    };
}

/// Visits the records of a stream after a version.
pub(crate) fn stream(
    reader: &Reader,
    municipality: Municipality,
    stream: StreamId,
    after: Version,
    max: usize,
    visit: Visit<'_>,
) -> Result<()> {
    let Some(ordinal) = reader.ordinal(municipality)? else { return Ok(()) };
    let statement = reader.prepare_cached(select_records!(
        "WHERE municipality = ?1 AND stream = ?2 AND version > ?3 ORDER BY version LIMIT ?4"
    ))?;
    let page = params![ordinal, stream.to_bytes(), count(after.0), limit(max.min(PAGE_RECORDS_MAX))];
    let mut before = after;
    let gapless = |record: &RawRecord<'_>| {
        if record.version != before.next() {
            return Err(Fault::corrupt(format!("a stream has no version {}", before.next())));
        }
        before = record.version;
        Ok(())
    };
    visit_page(reader, municipality, statement, page, gapless, visit)
}

/// Visits the records of a municipality after a position.
pub(crate) fn log(
    reader: &Reader,
    municipality: Municipality,
    after: Position,
    max: usize,
    visit: Visit<'_>,
) -> Result<()> {
    let Some(ordinal) = reader.ordinal(municipality)? else { return Ok(()) };
    let statement =
        reader.prepare_cached(select_records!("WHERE place > ?1 AND place < ?2 ORDER BY place LIMIT ?3"))?;
    let (after_place, end) = (record_place(ordinal, after), record_place(ordinal + 1, Position(0)));
    let page = params![after_place, end, limit(max.min(PAGE_RECORDS_MAX))];
    let mut before = after;
    let gapless = |record: &RawRecord<'_>| {
        if record.position != before.next() {
            return Err(Fault::corrupt(format!("the log has no position {}", before.next())));
        }
        before = record.position;
        Ok(())
    };
    visit_page(reader, municipality, statement, page, gapless, visit)
}

/// The size and root of a municipality's tree.
pub(crate) fn head(reader: &Reader, municipality: Municipality) -> Result<Head> {
    let mut statement = reader.prepare_cached("SELECT size, frontier FROM municipalities WHERE code = ?1")?;
    let mut rows = statement.query([municipality.as_str()])?;
    let frontier = match rows.next()? {
        None => Frontier::default(),
        Some(row) => frontier_at(row, 0, 1)?,
    };
    Ok(frontier.head())
}

/// Where the log of a municipality stands: head row and series in one statement, and so one snapshot.
pub(crate) fn standing(reader: &Reader, municipality: Municipality) -> Result<Standing> {
    let mut statement = reader.prepare_cached(
        "SELECT size, frontier, recorded_at, series, last FROM municipalities
         LEFT JOIN series ON series.municipality = ordinal WHERE code = ?1 ORDER BY series",
    )?;
    let mut rows = statement.query([municipality.as_str()])?;
    let mut standing = Standing { head: Frontier::default().head(), recorded_at: None, numbers: Vec::new() };
    while let Some(row) = rows.next()? {
        standing.head = frontier_at(row, 0, 1)?.head();
        standing.recorded_at = optional_time_at(row, 2)?;
        if let Some(series) = row.get::<_, Option<String>>(3)? {
            standing.numbers.push(number(series, unsigned_at(row, 4)?)?);
        }
    }
    Ok(standing)
}

/// The municipalities that have records.
pub(crate) fn municipalities(reader: &Reader) -> Result<Vec<Municipality>> {
    let mut statement =
        reader.prepare_cached("SELECT code FROM municipalities WHERE size > 0 ORDER BY code")?;
    let codes = statement.query_map([], |row| row.get::<_, String>(0))?;
    codes
        .map(|code| code?.parse().map_err(|_| Fault::corrupt("the code of a municipality has a wrong digit")))
        .collect()
}

fn visit_page(
    reader: &Reader,
    municipality: Municipality,
    mut statement: CachedStatement<'_>,
    page: impl Params,
    mut check: impl FnMut(&RawRecord<'_>) -> Result<()>,
    visit: Visit<'_>,
) -> Result<()> {
    let mut rows = statement.query(page)?;
    while let Some(row) = rows.next()? {
        let mut kinds = reader.kinds.borrow_mut();
        let kind = kinds.kind(reader, row.get(5)?)?;
        let record = RawRecord {
            event_type: &kind.event_type,
            schema_version: kind.schema_version,
            codec: kind.codec,
            ..envelope_at(row, municipality)?
        };
        check(&record)?;
        if visit(record).is_break() {
            break;
        }
    }
    Ok(())
}

/// The fields that stand in the row itself.
fn envelope_at<'r>(row: &'r Row<'_>, municipality: Municipality) -> Result<RawRecord<'r>> {
    let number = match row.get::<_, Option<String>>(6)? {
        None => None,
        Some(series) => Some(number(series, unsigned_at(row, 7)?)?),
    };
    Ok(RawRecord {
        municipality,
        position: record_position(row.get(0)?)?,
        stream: stream_at(row, 1)?,
        version: Version(unsigned_at(row, 2)?),
        recorded_at: time_at(row, 3)?,
        command: CommandId(Uuid::from_bytes(bytes_at(row, 4)?)),
        number,
        event_type: "",
        schema_version: 0,
        codec: shinsei_core::record::Codec::Json,
        payload: row.get_ref(8)?.as_blob().map_err(|_| Fault::corrupt("a payload is no blob"))?,
    })
}
