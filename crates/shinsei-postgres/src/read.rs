//! The log, read by stream and by position. A page is one statement, and so one snapshot; after a lost connection another
//! goes on behind what was visited, which is right because what is recorded never changes.

use std::ops::ControlFlow;

use shinsei_core::ids::{CommandId, Municipality, Position, StreamId, Version};
use shinsei_core::port::store::{PAGE_RECORDS_MAX, Standing, Visit};
use shinsei_core::record::RawRecord;
use shinsei_core::tree::{Frontier, Head};
use tokio_postgres::Row;

use crate::connection::{Connection, Step};
use crate::error::{Fault, Result};
use crate::facts::frontier_at;
use crate::kinds::{Kind, Kinds, Met};
use crate::rows::{
    at, code, count, limit, municipality_at, number, number_at, optional_time_at, small, small_at, stream_at,
    time_at, unsigned_at,
};

/// The columns of a record, in the order in which they are read.
macro_rules! select_records {
    ($rest:literal) => {
        concat!(
            "SELECT position, stream, version, recorded_at, command, kind, number, series, payload FROM records ",
            $rest
        )
    };
}

const STREAM: &str =
    select_records!("WHERE municipality = $1 AND version > $2 AND stream = $4 ORDER BY version LIMIT $3");

const LOG: &str = select_records!("WHERE municipality = $1 AND position > $2 ORDER BY position LIMIT $3");

/// A page that is being read. Read again after a lost connection it goes on behind what was visited.
pub(crate) struct Page {
    municipality: Municipality,
    /// The version or position of the last record that was visited.
    after: u64,
    left: usize,
    /// A kind of event that was met and is not known.
    unknown: Option<i32>,
}

impl Page {
    /// The page after a version or position, of at most so many records.
    pub(crate) fn after(municipality: Municipality, after: u64, max: usize) -> Self {
        Self { municipality, after, left: max.min(PAGE_RECORDS_MAX), unknown: None }
    }

    /// Visits the records of a stream, none of which may be missing.
    pub(crate) fn stream(
        &mut self,
        connection: &mut Connection,
        kinds: &Kinds,
        stream: StreamId,
        visit: Visit<'_>,
    ) -> Result<()> {
        let stream = stream.to_bytes().to_vec();
        self.read(connection, kinds, &mut |page, connection, met| {
            let (of, after, max) = (code(page.municipality), small(page.after), limit(page.left));
            connection.visit(STREAM, &[&of, &after, &max, &stream], |row| {
                page.visit(row, met, visit, "a stream has no version", |record| record.version.0)
            })
        })
    }

    /// Visits the records of a log, none of which may be missing.
    pub(crate) fn log(&mut self, connection: &mut Connection, kinds: &Kinds, visit: Visit<'_>) -> Result<()> {
        self.read(connection, kinds, &mut |page, connection, met| {
            let (of, after, max) = (code(page.municipality), count(page.after), limit(page.left));
            connection.visit(LOG, &[&of, &after, &max], |row| {
                page.visit(row, met, visit, "the log has no position", |record| record.position.0)
            })
        })
    }

    /// Reads on, once more with all kinds when a record was met of one that was not known.
    fn read(
        &mut self,
        connection: &mut Connection,
        kinds: &Kinds,
        rest: &mut dyn FnMut(&mut Self, &mut Connection, &Met) -> Result<()>,
    ) -> Result<()> {
        let mut met = kinds.met(self.municipality);
        loop {
            let before = self.unknown.take();
            rest(self, connection, &met)?;
            match self.unknown {
                None => return Ok(()),
                unknown if unknown == before => {
                    return Err(Fault::corrupt("a record is of a kind of event that is not there"));
                }
                Some(_) => met = kinds.learn(connection, self.municipality)?,
            }
        }
    }

    fn visit(
        &mut self,
        row: &Row,
        met: &Met,
        visit: Visit<'_>,
        missing: &str,
        place: impl Fn(&RawRecord<'_>) -> u64,
    ) -> Result<ControlFlow<()>> {
        let number = at(row, 5)?;
        let Some(kind) = met.kind(number) else {
            self.unknown = Some(number);
            return Ok(ControlFlow::Break(()));
        };
        let record = record(row, self.municipality, kind)?;
        if place(&record) != self.after + 1 {
            return Err(Fault::corrupt(format!("{missing} {}", self.after + 1)));
        }
        self.after += 1;
        self.left -= 1;
        Ok(visit(record))
    }
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
