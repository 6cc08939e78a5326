//! The agenda: entries scheduled, cancelled and settled by commits, leased by workers.

use rusqlite::{Connection, OptionalExtension, Row, params};
use shinsei_core::agenda::{
    AgendaChange, AgendaRow, Channel, Due, Entry, EntryKey, EntryState, Lease, LeaseRequest, Settled,
    Settlement,
};
use shinsei_core::ids::{EntryName, Municipality};
use shinsei_core::port::store::Commit;
use shinsei_core::time::Timestamp;

use crate::error::{Fault, Result};
use crate::readers::Reader;
use crate::rows::{count, limit, optional_time_at, stream_at, time_at, unsigned, unsigned_at};
use crate::writer::Writing;

/// Waiting or leased.
const WAITING: i64 = 1;
/// Parked.
const PARKED: i64 = 2;

/// Selects the entries that may be lent now: ?1 channel, ?2 now, ?3 municipality or NULL, ?4 how many.
const LENDABLE: &str = "
    SELECT entry.municipality, (SELECT code FROM municipalities WHERE ordinal = entry.municipality),
           entry.stream, name, entry.due, task, fence, attempts
    FROM waiting AS entry
    CROSS JOIN streams AS kept
        ON kept.municipality = entry.municipality AND kept.stream = entry.stream AND kept.item = entry.name
    WHERE entry.channel = ?1 AND entry.due <= ?2 AND state = 1 AND (until IS NULL OR until <= ?2)
      AND (?3 IS NULL OR entry.municipality = ?3)
      AND NOT EXISTS (
          SELECT 1 FROM streams AS ahead
          WHERE ahead.municipality = entry.municipality AND ahead.stream = entry.stream AND ahead.item >= ''
            AND ahead.channel = entry.channel AND ahead.task IS NOT NULL
            AND (ahead.place, ahead.turn) < (kept.place, kept.turn))
    ORDER BY entry.due, kept.place, kept.turn LIMIT ?4";

/// Selects the entries of a municipality that are not settled: ?1 its number, ?2 how many. Those that the tail scheduled are
/// among those of the streams that it appended to.
const LISTED: &str = "
    SELECT entry.stream, name, entry.channel, entry.due AS due, attempts, state, until, place, turn
    FROM waiting AS entry
    CROSS JOIN streams AS kept
        ON kept.municipality = entry.municipality AND kept.stream = entry.stream AND kept.item = entry.name
    WHERE entry.municipality = ?1
    UNION ALL
    SELECT kept.stream, item, kept.channel, coalesce(kept.due, place), 0, 1, NULL, place, turn
    FROM (SELECT DISTINCT stream FROM records WHERE place < ((?1 + 1) << 40) AND place >= (?1 << 40 | (
              SELECT min(first) FROM commands
              WHERE ordinal > (SELECT command FROM settled) AND municipality = ?1 AND records > 0))) AS tail
    CROSS JOIN streams AS kept ON kept.municipality = ?1 AND kept.stream = tail.stream AND item >= ''
    WHERE task IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM waiting AS entry WHERE entry.channel = kept.channel AND entry.due = coalesce(kept.due, place)
          AND entry.municipality = ?1 AND entry.stream = kept.stream AND entry.name = item)
    ORDER BY due, place, turn LIMIT ?2";

/// Where an entry that is not settled stands in `waiting`, beside its key: its channel and when it is due.
fn waiting(connection: &Connection, ordinal: i64, key: &EntryKey) -> Result<Option<(i64, i64)>> {
    Ok(connection
        .prepare_cached(
            "SELECT channel, coalesce(due, place) FROM streams
             WHERE municipality = ?1 AND stream = ?2 AND item = ?3 AND task IS NOT NULL",
        )?
        .query_row(params![ordinal, key.stream.to_bytes(), key.name.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?)
}

/// The first settlement of a commit whose lease has passed to another, was cancelled or settled.
pub(crate) fn first_lost<'s>(
    connection: &Connection,
    ordinal: i64,
    settles: &'s [Settlement],
) -> Result<Option<&'s EntryKey>> {
    for settlement in settles {
        let key = &settlement.key;
        let Some((channel, due)) = waiting(connection, ordinal, key)? else { return Ok(Some(key)) };
        let fence: Option<i64> = connection
            .prepare_cached(
                "SELECT fence FROM waiting WHERE channel = ?1 AND due = ?2
                 AND municipality = ?3 AND stream = ?4 AND name = ?5 AND state = 1 AND until IS NOT NULL",
            )?
            .query_row(params![channel, due, ordinal, key.stream.to_bytes(), key.name.as_str()], |row| {
                row.get(0)
            })
            .optional()?;
        if fence != Some(count(settlement.fence)) {
            return Ok(Some(key));
        }
    }
    Ok(None)
}

/// Settles an entry whose lease was judged.
pub(crate) fn settle(connection: &Connection, ordinal: i64, settlement: &Settlement) -> Result<()> {
    let key = &settlement.key;
    let Some((channel, due)) = waiting(connection, ordinal, key)? else { return Ok(()) };
    let (state, then) = match settlement.how {
        Settled::Done | Settled::Moot => return end(connection, ordinal, key, (channel, due)),
        Settled::Retry { at } => (WAITING, at.micros()),
        Settled::Parked => (PARKED, due),
    };
    connection
        .prepare_cached(
            "UPDATE waiting SET state = ?6, due = ?7, owner = NULL, until = NULL
             WHERE channel = ?1 AND due = ?2 AND municipality = ?3 AND stream = ?4 AND name = ?5",
        )?
        .execute(params![channel, due, ordinal, key.stream.to_bytes(), key.name.as_str(), state, then])?;
    put_off(connection, ordinal, key, then)
}

/// Takes an entry off the agenda. It stays without its task, so that its key is taken.
fn end(connection: &Connection, ordinal: i64, key: &EntryKey, (channel, due): (i64, i64)) -> Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM waiting
             WHERE channel = ?1 AND due = ?2 AND municipality = ?3 AND stream = ?4 AND name = ?5",
        )?
        .execute(params![channel, due, ordinal, key.stream.to_bytes(), key.name.as_str()])?;
    connection
        .prepare_cached(
            "UPDATE streams SET task = NULL, due = NULL WHERE municipality = ?1 AND stream = ?2 AND item = ?3",
        )?
        .execute(params![ordinal, key.stream.to_bytes(), key.name.as_str()])?;
    Ok(())
}

/// Notes when an entry is due now.
fn put_off(connection: &Connection, ordinal: i64, key: &EntryKey, due: i64) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE streams SET due = ?4
             WHERE municipality = ?1 AND stream = ?2 AND item = ?3 AND coalesce(due, place) <> ?4",
        )?
        .execute(params![ordinal, key.stream.to_bytes(), key.name.as_str(), due])?;
    Ok(())
}

/// Makes a change of the agenda, as part of a commit.
pub(crate) fn change(
    writing: &mut Writing<'_>,
    ordinal: i64,
    commit: &Commit,
    change: &AgendaChange,
    at: Timestamp,
) -> Result<()> {
    let connection = writing.connection;
    match change {
        AgendaChange::Schedule(entry) => schedule(writing, ordinal, commit, entry, at),
        AgendaChange::Cancel(key) => {
            let Some(place) = waiting(connection, ordinal, key)? else { return Ok(()) };
            writing.tail.forget(&Waiting { ordinal, key: key.clone() });
            end(connection, ordinal, key, place)
        }
        AgendaChange::Redrive(key) => {
            let Some((channel, due)) = waiting(connection, ordinal, key)? else { return Ok(()) };
            let redriven = connection
                .prepare_cached(
                    "UPDATE waiting SET state = 1, due = ?6, attempts = 0 WHERE channel = ?1 AND due = ?2
                     AND municipality = ?3 AND stream = ?4 AND name = ?5 AND state = 2",
                )?
                .execute(params![
                    channel,
                    due,
                    ordinal,
                    key.stream.to_bytes(),
                    key.name.as_str(),
                    at.micros()
                ])?;
            if redriven == 0 { Ok(()) } else { put_off(connection, ordinal, key, at.micros()) }
        }
    }
}

fn schedule(
    writing: &mut Writing<'_>,
    ordinal: i64,
    commit: &Commit,
    entry: &Entry,
    at: Timestamp,
) -> Result<()> {
    let connection = writing.connection;
    let due = match entry.due {
        Due::AtOnce => at,
        Due::At(due) => due,
    };
    let turn = writing.tail.turn(connection)?;
    let key = &entry.key;
    let is_new = connection
        .prepare_cached(
            "INSERT INTO streams (municipality, stream, item, place, turn, channel, task)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            ordinal,
            key.stream.to_bytes(),
            key.name.as_str(),
            due.micros(),
            turn,
            entry.channel.code(),
            entry.task
        ])?;
    if is_new == 0 {
        return Ok(());
    }
    let waiting = Waiting { ordinal, key: key.clone() };
    // Else nobody would find it behind the records of a command.
    let follows = commit.command.is_some()
        && commit.appends.iter().any(|append| append.stream == key.stream && !append.records.is_empty());
    if follows {
        writing.tail.defer(connection, waiting, entry.channel, due)
    } else {
        wait(connection, &waiting, entry.channel, due)
    }
}

/// The key of an entry that waits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Waiting {
    ordinal: i64,
    key: EntryKey,
}

/// Has an entry wait for its time.
pub(crate) fn wait(
    connection: &Connection,
    waiting: &Waiting,
    channel: Channel,
    due: Timestamp,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO waiting (channel, due, municipality, stream, name, state, fence, attempts)
             VALUES (?1, ?2, ?3, ?4, ?5, 1, 0, 0)",
        )?
        .execute(params![
            channel.code(),
            due.micros(),
            waiting.ordinal,
            waiting.key.stream.to_bytes(),
            waiting.key.name.as_str()
        ])?;
    Ok(())
}

/// Has every entry wait that was scheduled in the tail and does not yet.
pub(crate) fn wait_for_tail(connection: &Connection) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO waiting (channel, due, municipality, stream, name, state, fence, attempts)
             SELECT channel, coalesce(due, streams.place), municipality, stream, item, 1, 0, 0 FROM (
                 SELECT DISTINCT records.municipality, stream FROM commands CROSS JOIN records
                 ON place >= (commands.municipality << 40 | first)
                    AND place < (commands.municipality << 40 | (first + records))
                 WHERE ordinal > (SELECT command FROM settled) AND records > 0)
             CROSS JOIN streams USING (municipality, stream) WHERE item >= '' AND task IS NOT NULL",
        )?
        .execute([])?;
    Ok(())
}

/// True when something may be lent: asked of a reader, so that an idle worker does not hinder whoever writes.
pub(crate) fn is_lendable(reader: &Reader, request: &LeaseRequest, now: Timestamp) -> Result<bool> {
    let Some(municipality) = ordinal_of(reader, request.municipality)? else { return Ok(false) };
    let mut statement = reader.prepare_cached(LENDABLE)?;
    Ok(statement.exists(params![request.channel.code(), now.micros(), municipality, 1])?)
}

/// Lends due entries to a worker.
pub(crate) fn lease(writing: &mut Writing<'_>, request: &LeaseRequest) -> Result<Vec<Lease>> {
    let connection = writing.connection;
    writing.tail.settle_waiting(connection)?;
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
                "UPDATE waiting SET fence = ?6, attempts = ?7, owner = ?8, until = ?9
                 WHERE channel = ?1 AND due = ?2 AND municipality = ?3 AND stream = ?4 AND name = ?5",
            )?
            .execute(params![
                request.channel.code(),
                lease.due.micros(),
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
    let mut statement = reader.prepare_cached(LISTED)?;
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
        (state, _) => Err(Fault::corrupt(format!("an agenda entry is in the state {}", unsigned(state)?))),
    }
}
