//! Commands that took effect, and their receipts.

use rusqlite::{Connection, params};
use shinsei_core::ids::{CommandId, Municipality, Position, Series};
use shinsei_core::port::store::{CommandKey, Found, Receipt};
use shinsei_core::record::Number;

use crate::error::{Fault, Result};
use crate::readers::Reader;
use crate::rows::{bytes_at, count, record_place, record_position, time_at, unsigned_at};

/// The receipt of a command that took effect.
pub(crate) fn find(reader: &Reader, municipality: Municipality, id: CommandId) -> Result<Option<Found>> {
    let Some(ordinal) = reader.ordinal(municipality)? else { return Ok(None) };
    let snapshot = reader.unchecked_transaction()?;
    command(&snapshot, ordinal, id)
}

/// Looks a command up.
pub(crate) fn command(connection: &Connection, ordinal: i64, id: CommandId) -> Result<Option<Found>> {
    let mut statement = connection.prepare_cached(
        "SELECT first, records, recorded_at, erased, digest FROM commands
         WHERE municipality = ?1 AND command = ?2",
    )?;
    let mut rows = statement.query(params![ordinal, id.0.as_bytes()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let (first, records) = (Position(unsigned_at(row, 0)?), unsigned_at(row, 1)?);
    let numbers = numbers(connection, ordinal, first, records)?;
    let receipt = Receipt { first, records, recorded_at: time_at(row, 2)?, numbers };
    let digest = if row.get(3)? { None } else { Some(bytes_at(row, 4)?) };
    Ok(Some(Found { receipt, digest }))
}

/// Keeps a command that takes effect.
pub(crate) fn keep(
    connection: &Connection,
    ordinal: i64,
    command: CommandKey,
    receipt: &Receipt,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO commands (municipality, command, first, records, recorded_at, erased, digest)
             VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6)",
        )?
        .execute(params![
            ordinal,
            command.id.0.as_bytes(),
            count(receipt.first.0),
            count(receipt.records),
            receipt.recorded_at.micros(),
            command.digest
        ])?;
    Ok(())
}

/// The numbers that a command's records were given: they stand in the records alone.
fn numbers(
    connection: &Connection,
    ordinal: i64,
    first: Position,
    records: u64,
) -> Result<Vec<(Position, Number)>> {
    let mut statement = connection.prepare_cached(
        "SELECT place, series, number FROM records
         WHERE place >= ?1 AND place < ?2 AND number IS NOT NULL ORDER BY place",
    )?;
    let from = record_place(ordinal, first);
    let mut rows = statement.query(params![from, from + count(records)])?;
    let mut numbers = Vec::new();
    while let Some(row) = rows.next()? {
        numbers.push((record_position(row.get(0)?)?, number(row.get(1)?, unsigned_at(row, 2)?)?));
    }
    Ok(numbers)
}

/// A number from its two columns.
pub(crate) fn number(series: String, value: u64) -> Result<Number> {
    let series = Series::new(series).map_err(|_| Fault::corrupt("the name of a series is no code"))?;
    Ok(Number { series, value })
}
