//! The log, read by stream and by position. A page is one statement, and so one snapshot; after a lost connection another
//! goes on behind what was visited, which is right because what is recorded never changes.

use std::ops::ControlFlow;
use std::sync::Arc;

use shinsei_core::ids::{CommandId, Municipality, Position, StreamId, Version};
use shinsei_core::port::store::{PAGE_RECORDS_MAX, Standing, Visit};
use shinsei_core::record::RawRecord;
use shinsei_core::tree::{Frontier, Head};
use tokio_postgres::Row;

use crate::connection::{Connection, Step};
use crate::error::{Fault, Result};
use crate::facts::frontier_at;
use crate::kinds::{ATTEMPTS_MAX, Kind, Kinds, Met, changing};
use crate::pool::Pool;
use crate::rows::{
    at, code, count, limit, municipality_at, number, number_at, optional_time_at, small, small_at, stream_at,
    time_at, unsigned_at,
};
use crate::together::Wanted;

/// The columns of a record, in the order in which they are read. Beside the number of its kind stands what the head row says of
/// all kinds, in the upper half: a column of its own would cost the server more, for each record.
macro_rules! select_records {
    ($rest:literal) => {
        concat!(
            "SELECT position, stream, version, recorded_at, command,
                coalesce((SELECT kinds::bigint << 32 FROM municipalities AS head WHERE head.municipality = $1), 0) | kind,
                number, series, payload
            FROM records ",
            $rest
        )
    };
}

const STREAM: &str =
    select_records!("WHERE municipality = $1 AND version > $2 AND stream = $4 ORDER BY version LIMIT $3");

const LOG: &str = select_records!("WHERE municipality = $1 AND position > $2 ORDER BY position LIMIT $3");

/// Many streams in one statement and so in one snapshot, each row with the place of who asked for it.
const STREAMS: &str = "
    SELECT record.position, record.stream, record.version, record.recorded_at, record.command,
        coalesce(head.kinds::bigint << 32, 0) | record.kind, record.number, record.series, record.payload, wanted.place
    FROM unnest($1::integer[], $2::bytea[], $3::integer[], $4::bigint[]) WITH ORDINALITY
        AS wanted (municipality, stream, after, most, place)
    LEFT JOIN municipalities AS head USING (municipality)
    CROSS JOIN LATERAL (
        SELECT * FROM records
        WHERE records.municipality = wanted.municipality AND records.stream = wanted.stream
            AND version > wanted.after
        ORDER BY version LIMIT wanted.most) AS record
    ORDER BY wanted.place, record.version";

const NO_VERSION: &str = "a stream has no version";

/// A stream's first records are read together with those that others want, as many as a usual case has; what comes behind
/// them is not.
const SHORT_RECORDS_MAX: usize = 64;

/// A page that is being read. Read again after a lost connection it goes on behind what was visited.
pub(crate) struct Page {
    municipality: Municipality,
    /// The version or position of the last record that was visited.
    after: u64,
    left: usize,
    /// True once the visitor wants no more.
    is_over: bool,
    /// True when a record was met that is to be understood under other kinds than those that were met.
    is_behind: bool,
}

impl Page {
    /// The page after a version or position, of at most so many records.
    pub(crate) fn after(municipality: Municipality, after: u64, max: usize) -> Self {
        Self { municipality, after, left: max.min(PAGE_RECORDS_MAX), is_over: false, is_behind: false }
    }

    /// What is to be read of a stream together with what others want.
    pub(crate) fn beginning(&self, stream: StreamId) -> Wanted {
        Wanted {
            municipality: code(self.municipality),
            stream: stream.to_bytes().to_vec(),
            after: small(self.after),
            max: limit(self.left.min(SHORT_RECORDS_MAX)),
        }
    }

    /// Visits the first records of a stream, none of which may be missing; true when more may stand behind them.
    pub(crate) fn begin(
        &mut self,
        pool: &Pool,
        kinds: &Kinds,
        rows: &[Row],
        visit: Visit<'_>,
    ) -> Result<bool> {
        let of = self.municipality;
        let mut rest = rows.iter().peekable();
        let learn = |pool: &mut &Pool| pool.run(|connection| kinds.learn(connection, of));
        self.read(kinds.met(of), &mut { pool }, learn, |page, _, met| {
            while let Some(row) = rest.peek() {
                if page.visit(row, met, visit, NO_VERSION, |record| record.version.0)?.is_break() {
                    break;
                }
                rest.next();
            }
            Ok(())
        })?;
        Ok(!self.is_over && self.left > 0 && rows.len() == SHORT_RECORDS_MAX)
    }

    /// Visits the records of a stream, none of which may be missing.
    pub(crate) fn stream(
        &mut self,
        connection: &mut Connection,
        kinds: &Kinds,
        stream: StreamId,
        visit: Visit<'_>,
    ) -> Result<()> {
        let of = self.municipality;
        let stream = stream.to_bytes().to_vec();
        let learn = |connection: &mut Connection| kinds.learn(connection, of);
        self.read(kinds.met(of), connection, learn, |page, connection, met| {
            let (of, after, max) = (code(page.municipality), small(page.after), limit(page.left));
            connection.visit(STREAM, &[&of, &after, &max, &stream], |row| {
                page.visit(row, met, visit, NO_VERSION, |record| record.version.0)
            })
        })
    }

    /// Visits the records of a log, none of which may be missing.
    pub(crate) fn log(&mut self, connection: &mut Connection, kinds: &Kinds, visit: Visit<'_>) -> Result<()> {
        let of = self.municipality;
        let learn = |connection: &mut Connection| kinds.learn(connection, of);
        self.read(kinds.met(of), connection, learn, |page, connection, met| {
            let (of, after, max) = (code(page.municipality), count(page.after), limit(page.left));
            connection.visit(LOG, &[&of, &after, &max], |row| {
                page.visit(row, met, visit, "the log has no position", |record| record.position.0)
            })
        })
    }

    /// Reads on, each time with the kinds that there are by then.
    fn read<S>(
        &mut self,
        mut met: Arc<Met>,
        source: &mut S,
        learn: impl Fn(&mut S) -> Result<Arc<Met>>,
        mut rest: impl FnMut(&mut Self, &mut S, &Met) -> Result<()>,
    ) -> Result<()> {
        for _ in 0..ATTEMPTS_MAX {
            self.is_behind = false;
            rest(self, source, &met)?;
            if !self.is_behind {
                return Ok(());
            }
            met = learn(source)?;
        }
        Err(changing())
    }

    fn visit(
        &mut self,
        row: &Row,
        met: &Met,
        visit: Visit<'_>,
        missing: &str,
        place: impl Fn(&RawRecord<'_>) -> u64,
    ) -> Result<ControlFlow<()>> {
        let (drawn, kind) = halves(at(row, 5)?);
        if !met.are_those(drawn) {
            self.is_behind = true;
            return Ok(ControlFlow::Break(()));
        }
        let record = record(row, self.municipality, met.kind(kind)?)?;
        if place(&record) != self.after + 1 {
            return Err(Fault::corrupt(format!("{missing} {}", self.after + 1)));
        }
        self.after += 1;
        self.left -= 1;
        let flow = visit(record);
        self.is_over = flow.is_break();
        Ok(flow)
    }
}

/// The first records of many streams, a part for each.
pub(crate) fn streams(connection: &mut Connection, wanted: &[Wanted]) -> Result<Vec<Vec<Row>>> {
    if let [one] = wanted {
        let step = Step::Query(STREAM, vec![&one.municipality, &one.after, &one.max, &one.stream]);
        return connection.run(&[step]);
    }
    let municipalities: Vec<i32> = wanted.iter().map(|wanted| wanted.municipality).collect();
    let streams: Vec<&[u8]> = wanted.iter().map(|wanted| wanted.stream.as_slice()).collect();
    let after: Vec<i32> = wanted.iter().map(|wanted| wanted.after).collect();
    let most: Vec<i64> = wanted.iter().map(|wanted| wanted.max).collect();
    let rows = connection.run(&[Step::Query(STREAMS, vec![&municipalities, &streams, &after, &most])])?;
    let mut parts: Vec<Vec<Row>> = wanted.iter().map(|_| Vec::new()).collect();
    for row in rows.into_iter().flatten() {
        let place: usize = usize::try_from(at::<i64>(&row, 9)?).unwrap_or_default();
        let part = place.checked_sub(1).and_then(|place| parts.get_mut(place));
        part.ok_or_else(|| Fault::corrupt("the server answered for a stream that nobody wants"))?.push(row);
    }
    Ok(parts)
}

/// The upper and the lower half of what stands in one column.
fn halves(both: i64) -> (i32, i32) {
    let [upper @ .., a, b, c, d] = both.to_be_bytes();
    (i32::from_be_bytes(upper), i32::from_be_bytes([a, b, c, d]))
}

/// The size and root of a municipality's tree.
pub(crate) fn head(connection: &mut Connection, municipality: Municipality) -> Result<Head> {
    let sql = "SELECT size, frontier FROM municipalities WHERE municipality = $1";
    let of = code(municipality);
    let rows = connection.run(&[Step::Query(sql, vec![&of])])?.remove(0);
    let frontier = match rows.first() {
        None => Frontier::default(),
        Some(row) => frontier_at(row, 0, 1)?,
    };
    Ok(frontier.head())
}

/// Where the log of a municipality stands: head row and series in one statement, and so one snapshot.
pub(crate) fn standing(connection: &mut Connection, municipality: Municipality) -> Result<Standing> {
    let sql = "SELECT size, frontier, recorded_at, series, last FROM municipalities LEFT JOIN series USING (municipality)
        WHERE municipality = $1";
    let of = code(municipality);
    let rows = connection.run(&[Step::Query(sql, vec![&of])])?.remove(0);
    let mut standing = Standing { head: Frontier::default().head(), recorded_at: None, numbers: Vec::new() };
    for row in &rows {
        standing.head = frontier_at(row, 0, 1)?.head();
        standing.recorded_at = optional_time_at(row, 2)?;
        if let Some(series) = at::<Option<&str>>(row, 3)? {
            standing.numbers.push(number(series, unsigned_at(row, 4)?)?);
        }
    }
    // Not in the server's order, which is that of its language.
    standing.numbers.sort_by(|one, other| one.series.cmp(&other.series));
    Ok(standing)
}

/// The municipalities that have records.
pub(crate) fn municipalities(connection: &mut Connection) -> Result<Vec<Municipality>> {
    let sql = "SELECT municipality FROM municipalities WHERE size > 0 ORDER BY municipality";
    let rows = connection.run(&[Step::Query(sql, Vec::new())])?.remove(0);
    rows.iter().map(|row| municipality_at(row, 0)).collect()
}

/// How many bytes the tables and indexes of the store have on disk.
pub(crate) fn bytes_on_disk(connection: &mut Connection) -> Result<u64> {
    let sql = "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
        WHERE relnamespace = 'shinsei'::regnamespace AND relkind IN ('r', 'm')";
    let rows = connection.run(&[Step::Query(sql, Vec::new())])?.remove(0);
    rows.first().map_or(Ok(0), |row| unsigned_at(row, 0))
}

fn record<'r>(row: &'r Row, municipality: Municipality, kind: &'r Kind) -> Result<RawRecord<'r>> {
    Ok(RawRecord {
        municipality,
        position: Position(unsigned_at(row, 0)?),
        stream: stream_at(row, 1)?,
        version: Version(small_at(row, 2)?),
        recorded_at: time_at(row, 3)?,
        command: CommandId(at(row, 4)?),
        number: number_at(row, 6, 7)?,
        event_type: &kind.event_type,
        schema_version: kind.schema_version,
        codec: kind.codec,
        payload: at(row, 8)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_in_a_column_are_told_apart() {
        for (upper, lower) in [(0, 1), (7, 12), (-1, 3), (i32::MIN, i32::MAX)] {
            assert_eq!(halves((i64::from(upper) << 32) | i64::from(lower)), (upper, lower));
        }
    }
}
