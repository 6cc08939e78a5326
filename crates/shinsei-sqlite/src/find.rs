//! Commands that took effect, and their receipts.

use rusqlite::{Connection, OptionalExtension, params};
use shinsei_core::ids::{CommandId, Municipality, Position, Series};
use shinsei_core::port::store::{CommandKey, Found, Receipt};
use shinsei_core::record::Number;
use shinsei_core::time::Timestamp;

use crate::error::{Fault, Result};
use crate::readers::Reader;
use crate::rows::{bytes_at, count, optional_time_at, record_place, record_position, time_at, unsigned_at};
use crate::writer::Writing;

/// The receipt of a command that took effect.
pub(crate) fn find(reader: &Reader, municipality: Municipality, id: CommandId) -> Result<Option<Found>> {
    let Some(ordinal) = reader.ordinal(municipality)? else { return Ok(None) };
    let snapshot = reader.unchecked_transaction()?;
    let found = match settled(&snapshot, ordinal, id)? {
        None => in_tail(&snapshot, ordinal, id)?,
        settled => settled,
    };
    found.map(|command| read(&snapshot, ordinal, command)).transpose()
}

/// Looks a command up before another is written.
pub(crate) fn command(writing: &mut Writing<'_>, ordinal: i64, id: CommandId) -> Result<Option<Found>> {
    let connection = writing.connection;
    let found = match writing.tail.command(connection, (ordinal, id))? {
        None => settled(connection, ordinal, id)?,
        in_tail => in_tail,
    };
    found.map(|command| read(connection, ordinal, command)).transpose()
}

/// Keeps a command that takes effect, with the hashes of its records in the tree.
pub(crate) fn keep(
    writing: &mut Writing<'_>,
    ordinal: i64,
    command: CommandKey,
    receipt: &Receipt,
    leaves: &[u8],
) -> Result<()> {
    // Its records say it.
    let is_alone = receipt.records == 0;
    writing
        .connection
        .prepare_cached(
            "INSERT INTO commands (municipality, command, first, records, recorded_at, erased, digest, leaves)
             VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7)",
        )?
        .execute(params![
            ordinal,
            is_alone.then_some(command.id.0.as_bytes()),
            count(receipt.first.0),
            count(receipt.records),
            is_alone.then_some(receipt.recorded_at.micros()),
            command.digest,
            leaves
        ])?;
    let row = writing.connection.last_insert_rowid();
    writing.tail.add(writing.connection, (ordinal, command.id), row, receipt)
}

fn settled(connection: &Connection, ordinal: i64, id: CommandId) -> Result<Option<i64>> {
    Ok(connection
        .prepare_cached("SELECT ordinal FROM command_ids WHERE municipality = ?1 AND command = ?2")?
        .query_row(params![ordinal, id.0.as_bytes()], |row| row.get(0))
        .optional()?)
}

fn in_tail(connection: &Connection, ordinal: i64, id: CommandId) -> Result<Option<i64>> {
    Ok(connection
        .prepare_cached(
            "SELECT ordinal FROM commands
             LEFT JOIN records ON place = (commands.municipality << 40 | first) AND records > 0
             WHERE ordinal > (SELECT command FROM settled) AND commands.municipality = ?1
               AND coalesce(commands.command, records.command) = ?2",
        )?
        .query_row(params![ordinal, id.0.as_bytes()], |row| row.get(0))
        .optional()?)
}

fn read(connection: &Connection, ordinal: i64, command: i64) -> Result<Found> {
    let mut statement = connection.prepare_cached(
        "SELECT first, records, recorded_at, erased, digest FROM commands WHERE ordinal = ?1",
    )?;
    let mut rows = statement.query([command])?;
    let row = rows.next()?.ok_or_else(|| Fault::corrupt("a command is missing"))?;
    let (first, records) = (Position(unsigned_at(row, 0)?), unsigned_at(row, 1)?);
    let alone = optional_time_at(row, 2)?;
    let digest = if row.get(3)? { None } else { Some(bytes_at(row, 4)?) };
    Ok(Found { receipt: receipt(connection, ordinal, first, records, alone)?, digest })
}

/// A receipt, with what a command's records alone say: when they were recorded, and the numbers that they were given.
fn receipt(
    connection: &Connection,
    ordinal: i64,
    first: Position,
    records: u64,
    alone: Option<Timestamp>,
) -> Result<Receipt> {
    let mut statement = connection.prepare_cached(
        "SELECT place, recorded_at, series, number FROM records
         WHERE place >= ?1 AND place < ?2 ORDER BY place",
    )?;
    let from = record_place(ordinal, first);
    let mut rows = statement.query(params![from, from + count(records)])?;
    let (mut recorded_at, mut numbers) = (alone, Vec::new());
    while let Some(row) = rows.next()? {
        recorded_at = Some(time_at(row, 1)?);
        if let Some(series) = row.get(2)? {
            numbers.push((record_position(row.get(0)?)?, number(series, unsigned_at(row, 3)?)?));
        }
    }
    let recorded_at = recorded_at.ok_or_else(|| Fault::corrupt("a command has no records"))?;
    Ok(Receipt { first, records, recorded_at, numbers })
}

/// A number from its two columns.
pub(crate) fn number(series: String, value: u64) -> Result<Number> {
    let series = Series::new(series).map_err(|_| Fault::corrupt("the name of a series is no code"))?;
    Ok(Number { series, value })
}
