//! The log, read by stream and by position. A page is one statement, and so one snapshot.

use std::ops::{ControlFlow, Range};

use rusqlite::{CachedStatement, Params, Row, params};
use shinsei_core::ids::{CommandId, Municipality, Position, StreamId, Version};
use shinsei_core::port::store::{PAGE_RECORDS_MAX, Standing, Visit};
use shinsei_core::record::{Codec, RawRecord};
use shinsei_core::tree::Head;
use uuid::Uuid;

use crate::error::{Fault, Result};
use crate::find::number;
use crate::heads::HeadRow;
use crate::kinds::Kind;
use crate::readers::Reader;
use crate::rows::{bytes_at, count, limit, record_place, record_position, stream_at, time_at, unsigned_at};

/// The columns of a record, in the order in which they are read.
macro_rules! select_records {
    ($rest:literal) => {
        concat!(
            "SELECT records.place, records.stream, version, recorded_at, command, kind, series, number, payload ",
            $rest
        )
    };
}

/// What a case has: some ten records of some 600 bytes. Source: PERFORMANCE, a typical case has 6 to 12 events.
const USUAL_RECORDS: usize = 12;
const USUAL_BYTES: usize = 600;

/// The most records of a stream that are copied on the connection that writes, and the bytes of payload after which no
/// more are, since nobody commits meanwhile.
const BRIEF_RECORDS_MAX: usize = 64;
const BRIEF_BYTES_MAX: usize = 64 * 1024;

/// The first records of a page, copied so that they hold no connection while they are visited.
pub(crate) struct Brief {
    records: Vec<(RawRecord<'static>, Kind, Range<usize>)>,
    payloads: Vec<u8>,
    is_whole: bool,
}

impl Brief {
    /// Visits them. Where the page goes on behind them: the version of the last one, and how many they were.
    pub(crate) fn visit(self, visit: Visit<'_>) -> Option<(Version, usize)> {
        let visited = self.records.len();
        let mut last = None;
        for (envelope, kind, payload) in self.records {
            last = Some(envelope.version);
            if visit(whole(envelope, &kind, &self.payloads[payload])).is_break() {
                return None;
            }
        }
        last.filter(|_| !self.is_whole).map(|last| (last, visited))
    }
}

/// Copies the first records of a stream after a version.
pub(crate) fn brief(
    reader: &Reader,
    municipality: Municipality,
    stream: StreamId,
    after: Version,
    max: usize,
) -> Result<Brief> {
    let mut brief = Brief {
        records: Vec::with_capacity(USUAL_RECORDS),
        payloads: Vec::with_capacity(USUAL_RECORDS * USUAL_BYTES),
        is_whole: true,
    };
    each_of_stream(reader, municipality, stream, after, max, |envelope, kind, payload| {
        let from = brief.payloads.len();
        if brief.records.len() == BRIEF_RECORDS_MAX || from + payload.len() > BRIEF_BYTES_MAX {
            brief.is_whole = false;
            return ControlFlow::Break(());
        }
        brief.payloads.extend_from_slice(payload);
        brief.records.push((envelope, kind.clone(), from..brief.payloads.len()));
        ControlFlow::Continue(())
    })?;
    Ok(brief)
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
    let each = |envelope, kind: &Kind, payload: &[u8]| visit(whole(envelope, kind, payload));
    each_of_stream(reader, municipality, stream, after, max, each)
}

fn each_of_stream(
    reader: &Reader,
    municipality: Municipality,
    stream: StreamId,
    after: Version,
    max: usize,
    each: impl FnMut(RawRecord<'static>, &Kind, &[u8]) -> ControlFlow<()>,
) -> Result<()> {
    let Some(ordinal) = reader.ordinal(municipality)? else { return Ok(()) };
    let statement = reader.prepare_cached(select_records!(
        "FROM streams CROSS JOIN records ON records.place = (?1 << 40 | streams.place)
         WHERE streams.municipality = ?1 AND streams.stream = ?2 AND item > ?3 AND item < '' ORDER BY item LIMIT ?4"
    ))?;
    let page = params![ordinal, stream.to_bytes(), count(after.0), limit(max.min(PAGE_RECORDS_MAX))];
    let mut before = after;
    let gapless = |record: &RawRecord<'_>| {
        if record.version != before.next() || record.stream != stream {
            return Err(Fault::corrupt(format!("a stream has no version {}", before.next())));
        }
        before = record.version;
        Ok(())
    };
    each_of_page(reader, municipality, statement, page, gapless, each)
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
    let statement = reader.prepare_cached(select_records!(
        "FROM records WHERE place > ?1 AND place < ?2 ORDER BY place LIMIT ?3"
    ))?;
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
    let each = |envelope, kind: &Kind, payload: &[u8]| visit(whole(envelope, kind, payload));
    each_of_page(reader, municipality, statement, page, gapless, each)
}

/// The size and root of a municipality's tree.
pub(crate) fn head(reader: &Reader, municipality: Municipality) -> Result<Head> {
    let snapshot = reader.unchecked_transaction()?;
    Ok(HeadRow::read(&snapshot, municipality)?.frontier.head())
}

/// Where the log of a municipality stands: head row, series and tail in one snapshot.
pub(crate) fn standing(reader: &Reader, municipality: Municipality) -> Result<Standing> {
    let snapshot = reader.unchecked_transaction()?;
    HeadRow::read(&snapshot, municipality)?.standing(&snapshot)
}

/// The municipalities that have records.
pub(crate) fn municipalities(reader: &Reader) -> Result<Vec<Municipality>> {
    let mut statement = reader.prepare_cached(
        "SELECT code FROM municipalities WHERE size > 0 OR ordinal IN (
             SELECT municipality FROM commands WHERE ordinal > (SELECT command FROM settled) AND records > 0)
         ORDER BY code",
    )?;
    let codes = statement.query_map([], |row| row.get::<_, String>(0))?;
    codes
        .map(|code| code?.parse().map_err(|_| Fault::corrupt("the code of a municipality has a wrong digit")))
        .collect()
}

fn each_of_page(
    reader: &Reader,
    municipality: Municipality,
    mut statement: CachedStatement<'_>,
    page: impl Params,
    mut check: impl FnMut(&RawRecord<'_>) -> Result<()>,
    mut each: impl FnMut(RawRecord<'static>, &Kind, &[u8]) -> ControlFlow<()>,
) -> Result<()> {
    let mut kinds = reader.kinds.borrow_mut();
    let mut rows = statement.query(page)?;
    while let Some(row) = rows.next()? {
        let envelope = envelope_at(row, municipality)?;
        check(&envelope)?;
        let kind = kinds.kind(reader, row.get(5)?)?;
        let payload = row.get_ref(8)?.as_blob().map_err(|_| Fault::corrupt("a payload is no blob"))?;
        if each(envelope, kind, payload).is_break() {
            break;
        }
    }
    Ok(())
}

/// A record of its envelope, its kind and its payload.
fn whole<'r>(envelope: RawRecord<'static>, kind: &'r Kind, payload: &'r [u8]) -> RawRecord<'r> {
    RawRecord {
        event_type: &kind.event_type,
        schema_version: kind.schema_version,
        codec: kind.codec,
        payload,
        ..envelope
    }
}

/// The fields of a record that stand in the row itself and are not its payload.
fn envelope_at(row: &Row<'_>, municipality: Municipality) -> Result<RawRecord<'static>> {
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
        codec: Codec::Json,
        payload: &[],
    })
}
