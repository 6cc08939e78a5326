//! The agenda: entries scheduled, cancelled and settled by commits, leased by workers.

use rusqlite::{Connection, OptionalExtension, Row, params};
use shinsei_core::agenda::{
    AgendaChange, AgendaRow, Channel, Due, Entry, EntryKey, EntryState, Lease, LeaseRequest, Settled,
    Settlement,
};
use shinsei_core::ids::{EntryName, Municipality};
use shinsei_core::time::Timestamp;

use crate::error::{Fault, Result};
use crate::readers::Reader;
use crate::rows::{count, limit, optional_time_at, stream_at, time_at, unsigned, unsigned_at};
use crate::writer::Writing;

/// Waiting or leased.
const WAITING: i64 = 1;
/// Parked.
const PARKED: i64 = 2;
/// Done, moot or cancelled: a tombstone.
const SETTLED: i64 = 3;

/// Selects the entries that may be lent now: ?1 channel, ?2 now, ?3 municipality or NULL, ?4 how many.
///
/// Without statistics SQLite would look for what is ahead among all that is due: the index is named where it is wanted, and
/// where it is not, the sign before a column keeps it away.
const LENDABLE: &str = "
    SELECT municipality, (SELECT code FROM municipalities WHERE ordinal = entry.municipality),
           stream, name, due, task, fence, attempts
    FROM agenda AS entry INDEXED BY agenda_by_due
    WHERE channel = ?1 AND due <= ?2 AND state <> 3 AND state = 1 AND (until IS NULL OR until <= ?2)
      AND (?3 IS NULL OR municipality = ?3)
      AND NOT EXISTS (
          SELECT 1 FROM agenda AS ahead
          WHERE ahead.municipality = entry.municipality AND ahead.stream = entry.stream
            AND +ahead.channel = entry.channel AND ahead.state <> 3
            AND (ahead.place, ahead.turn) < (entry.place, entry.turn))
    ORDER BY due, place, turn LIMIT ?4";

/// The first settlement of a commit whose lease has passed to another, was cancelled or settled.
pub(crate) fn first_lost<'s>(
    connection: &Connection,
    ordinal: i64,
    settles: &'s [Settlement],
) -> Result<Option<&'s EntryKey>> {
    for settlement in settles {
        let fence: Option<i64> = connection
            .prepare_cached(
                "SELECT fence FROM agenda WHERE municipality = ?1 AND stream = ?2 AND name = ?3
                 AND state = 1 AND until IS NOT NULL",
            )?
            .query_row(
                params![ordinal, settlement.key.stream.to_bytes(), settlement.key.name.as_str()],
                |row| row.get(0),
            )
            .optional()?;
        if fence != Some(count(settlement.fence)) {
            return Ok(Some(&settlement.key));
        }
    }
    Ok(None)
}

/// Settles an entry whose lease was judged.
pub(crate) fn settle(connection: &Connection, ordinal: i64, settlement: &Settlement) -> Result<()> {
    let (state, due) = match settlement.how {
        Settled::Done | Settled::Moot => (SETTLED, None),
        Settled::Retry { at } => (WAITING, Some(at.micros())),
        Settled::Parked => (PARKED, None),
    };
    connection
        .prepare_cached(
            "UPDATE agenda SET state = ?4, due = coalesce(?5, due), owner = NULL, until = NULL,
                    task = CASE ?4 WHEN 3 THEN NULL ELSE task END
             WHERE municipality = ?1 AND stream = ?2 AND name = ?3 AND state = 1",
        )?
        .execute(params![
            ordinal,
            settlement.key.stream.to_bytes(),
            settlement.key.name.as_str(),
            state,
            due
        ])?;
    Ok(())
}

/// Makes a change of the agenda.
pub(crate) fn change(
    writing: &mut Writing<'_>,
    ordinal: i64,
    change: &AgendaChange,
    at: Timestamp,
) -> Result<()> {
    let connection = writing.connection;
    match change {
        AgendaChange::Schedule(entry) => {
            let turn = writing.tail.turn(connection)?;
            schedule(connection, ordinal, entry, at, turn)
        }
        AgendaChange::Cancel(key) => {
            let cancel = "UPDATE agenda SET state = 3, owner = NULL, until = NULL, task = NULL
                          WHERE municipality = ?1 AND stream = ?2 AND name = ?3 AND state <> 3";
            connection.prepare_cached(cancel)?.execute(params![
                ordinal,
                key.stream.to_bytes(),
                key.name.as_str()
            ])?;
            Ok(())
        }
        AgendaChange::Redrive(key) => {
            let redrive = "UPDATE agenda SET state = 1, due = ?4, attempts = 0
                           WHERE municipality = ?1 AND stream = ?2 AND name = ?3 AND state = 2";
            connection.prepare_cached(redrive)?.execute(params![
                ordinal,
                key.stream.to_bytes(),
                key.name.as_str(),
                at.micros()
            ])?;
            Ok(())
        }
    }
}

fn schedule(connection: &Connection, ordinal: i64, entry: &Entry, at: Timestamp, turn: i64) -> Result<()> {
    let due = match entry.due {
        Due::AtOnce => at,
        Due::At(due) => due,
    };
    connection
        .prepare_cached(
            "INSERT INTO agenda
                (municipality, stream, name, channel, place, turn, due, state, fence, attempts, task)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5, 1, 0, 0, ?7) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            ordinal,
            entry.key.stream.to_bytes(),
            entry.key.name.as_str(),
            entry.channel.code(),
            due.micros(),
            turn,
            entry.task
        ])?;
    Ok(())
}

/// True when something may be lent: asked of a reader, so that an idle worker does not hinder whoever writes.
pub(crate) fn is_lendable(reader: &Reader, request: &LeaseRequest, now: Timestamp) -> Result<bool> {
    let Some(municipality) = ordinal_of(reader, request.municipality)? else { return Ok(false) };
    let mut statement = reader.prepare_cached(LENDABLE)?;
    Ok(statement.exists(params![request.channel.code(), now.micros(), municipality, 1])?)
}

/// Lends due entries to a worker.
pub(crate) fn lease(writing: &Writing<'_>, request: &LeaseRequest) -> Result<Vec<Lease>> {
    let connection = writing.connection;
    let municipality = match request.municipality {
        None => None,
        Some(code) => match crate::readers::ordinal(connection, code)? {
            None => return Ok(Vec::new()),
            known => known,
        },
    };
    let until = writing.now.saturating_add_micros(request.lasts_micros);
    let mut statement = connection.prepare_cached(LENDABLE)?;
    let mut rows = statement.query(params![
        request.channel.code(),
        writing.now.micros(),
        municipality,
        limit(request.entries_max)
    ])?;
    let mut leases = Vec::new();
    while let Some(row) = rows.next()? {
        leases.push((row.get::<_, i64>(0)?, lease_at(row, request.channel, until)?));
    }
    for (ordinal, lease) in &leases {
        connection
            .prepare_cached(
                "UPDATE agenda SET fence = ?4, attempts = ?5, owner = ?6, until = ?7
                 WHERE municipality = ?1 AND stream = ?2 AND name = ?3",
            )?
            .execute(params![
                ordinal,
                lease.key.stream.to_bytes(),
                lease.key.name.as_str(),
                count(lease.fence),
                lease.attempt,
                request.owner.as_bytes(),
                until.micros()
            ])?;
    }
    Ok(leases.into_iter().map(|(_, lease)| lease).collect())
}

/// The entries of a municipality that are not settled, the earliest first.
pub(crate) fn list(
    reader: &Reader,
    municipality: Municipality,
    entries_max: usize,
) -> Result<Vec<AgendaRow>> {
    let Some(ordinal) = reader.ordinal(municipality)? else { return Ok(Vec::new()) };
    let mut statement = reader.prepare_cached(
        "SELECT stream, name, channel, due, attempts, state, until
         FROM agenda INDEXED BY agenda_by_due
         WHERE municipality = ?1 AND state <> 3 ORDER BY due, place, turn LIMIT ?2",
    )?;
    let mut rows = statement.query(params![ordinal, limit(entries_max)])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(AgendaRow {
            key: key_at(row, 0, 1)?,
            channel: Channel::from_code(row.get(2)?)
                .ok_or_else(|| Fault::corrupt("an agenda entry is in no known channel"))?,
            due: time_at(row, 3)?,
            attempts: row.get(4)?,
            state: state_at(row, 5, 6)?,
        });
    }
    Ok(entries)
}

/// The ordinal to filter by, `Some(None)` for all municipalities; `None` when the one asked for is unknown.
fn ordinal_of(reader: &Reader, municipality: Option<Municipality>) -> Result<Option<Option<i64>>> {
    match municipality {
        None => Ok(Some(None)),
        Some(code) => Ok(reader.ordinal(code)?.map(Some)),
    }
}

fn lease_at(row: &Row<'_>, channel: Channel, until: Timestamp) -> Result<Lease> {
    let code: String = row.get(1)?;
    let attempts: u32 = row.get(7)?;
    Ok(Lease {
        municipality: code
            .parse()
            .map_err(|_| Fault::corrupt("the code of a municipality has a wrong digit"))?,
        key: key_at(row, 2, 3)?,
        channel,
        due: time_at(row, 4)?,
        task: row.get(5)?,
        fence: unsigned_at(row, 6)? + 1,
        attempt: attempts.saturating_add(1),
        until,
    })
}

fn key_at(row: &Row<'_>, stream: usize, name: usize) -> Result<EntryKey> {
    let name = EntryName::new(row.get::<_, String>(name)?)
        .map_err(|_| Fault::corrupt("the name of an agenda entry is no code"))?;
    Ok(EntryKey { stream: stream_at(row, stream)?, name })
}

fn state_at(row: &Row<'_>, state: usize, until: usize) -> Result<EntryState> {
    match (row.get::<_, i64>(state)?, optional_time_at(row, until)?) {
        (WAITING, None) => Ok(EntryState::Waiting),
        (WAITING, Some(until)) => Ok(EntryState::Leased { until }),
        (PARKED, _) => Ok(EntryState::Parked),
        (SETTLED, _) => Ok(EntryState::Settled),
        (state, _) => Err(Fault::corrupt(format!("an agenda entry is in the state {}", unsigned(state)?))),
    }
}
