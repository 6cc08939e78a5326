//! The nodes of the trees, as they were kept when the records were written.

use rusqlite::{Params, Row, params};
use shinsei_core::ids::{Municipality, Position};
use shinsei_core::port::store::{PAGE_RECORDS_MAX, check_level};
use shinsei_core::tree::Hash;

use crate::error::{Fault, Result};
use crate::readers::Reader;
use crate::rows::{bytes_at, count, limit, record_place, record_position, unsigned};

/// The nodes of a level from one on, none of which may be missing.
pub(crate) fn read(
    reader: &Reader,
    municipality: Municipality,
    level: u32,
    first: u64,
    max: usize,
) -> Result<Vec<Hash>> {
    check_level(level)?;
    let Some(ordinal) = reader.ordinal(municipality)? else { return Ok(Vec::new()) };
    let max = limit(max.min(PAGE_RECORDS_MAX));
    if level == 0 {
        let (after, end) = (record_place(ordinal, Position(first)), record_place(ordinal + 1, Position(0)));
        let sql = "SELECT place, leaf FROM records WHERE place > ?1 AND place < ?2 ORDER BY place LIMIT ?3";
        let index = |place| Ok(record_position(place)?.0.saturating_sub(1));
        return page(reader, sql, params![after, end, max], first, index);
    }
    let sql = "SELECT place, hash FROM nodes
        WHERE municipality = ?1 AND level = ?2 AND place >= ?3 ORDER BY place LIMIT ?4";
    page(reader, sql, params![ordinal, level, count(first), max], first, unsigned)
}

fn page(
    reader: &Reader,
    sql: &str,
    values: impl Params,
    first: u64,
    index: impl Fn(i64) -> Result<u64>,
) -> Result<Vec<Hash>> {
    let mut statement = reader.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let mut hashes = Vec::new();
    let mut next = first;
    while let Some(row) = rows.next()? {
        hashes.push(hash(row, next, &index)?);
        next += 1;
    }
    Ok(hashes)
}

fn hash(row: &Row<'_>, wanted: u64, index: impl Fn(i64) -> Result<u64>) -> Result<Hash> {
    if index(row.get(0)?)? != wanted {
        return Err(Fault::corrupt(format!("the tree lacks its node {wanted} of a level")));
    }
    bytes_at(row, 1).map(Hash)
}
