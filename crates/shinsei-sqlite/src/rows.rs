//! Values as they stand in rows, and back; what cannot be one is corruption.

use rusqlite::Row;
use shinsei_core::ids::{Position, StreamId};
use shinsei_core::time::Timestamp;

use crate::error::{Fault, Result};

/// The bits of a record's place that hold its position.
const POSITION_BITS: u32 = 40;

/// The bits of a chunk's place that hold which chunk of its body it is.
const CHUNK_BITS: u32 = 24;

/// A count as SQLite keeps it; what is larger than any that was ever written becomes the largest.
pub(crate) fn count(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A length or limit as SQLite keeps it.
pub(crate) fn limit(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The place of a record: its municipality, then its position.
pub(crate) fn record_place(ordinal: i64, position: Position) -> i64 {
    (ordinal << POSITION_BITS) | count(position.0).min((1 << POSITION_BITS) - 1)
}

/// The position of a record in a place.
pub(crate) fn record_position(place: i64) -> Result<Position> {
    unsigned(place & ((1 << POSITION_BITS) - 1)).map(Position)
}

/// The places of the chunks of a body, from the first up to, not including, that of the next body.
pub(crate) fn chunk_places(body: i64) -> std::ops::Range<i64> {
    body << CHUNK_BITS..(body + 1) << CHUNK_BITS
}

/// A count that SQLite keeps.
pub(crate) fn unsigned(value: i64) -> Result<u64> {
    u64::try_from(value).map_err(|_| Fault::corrupt("a count is negative"))
}

/// A count in a column.
pub(crate) fn unsigned_at(row: &Row<'_>, column: usize) -> Result<u64> {
    unsigned(row.get(column)?)
}

/// A time in a column.
pub(crate) fn time_at(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    let micros = row.get(column)?;
    Timestamp::from_micros(micros).ok_or_else(|| Fault::corrupt("a time is beyond all years"))
}

/// A time in a column, or none.
pub(crate) fn optional_time_at(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>> {
    match row.get::<_, Option<i64>>(column)? {
        None => Ok(None),
        Some(_) => time_at(row, column).map(Some),
    }
}

/// A stream in a column.
pub(crate) fn stream_at(row: &Row<'_>, column: usize) -> Result<StreamId> {
    let bytes = row.get_ref(column)?.as_blob().map_err(|_| Fault::corrupt("a stream is no blob"))?;
    StreamId::from_bytes(bytes).ok_or_else(|| Fault::corrupt("a stream is of no known kind"))
}

/// Bytes of a fixed length in a column.
pub(crate) fn bytes_at<const N: usize>(row: &Row<'_>, column: usize) -> Result<[u8; N]> {
    let bytes = row.get_ref(column)?.as_blob().ok();
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| Fault::corrupt(format!("a blob has not {N} bytes")))
}
