//! The batch: each commit is judged on what those before it left, then written; all in one transaction.

use rusqlite::params;
use shinsei_core::ids::{Municipality, Position, StreamId, Version};
use shinsei_core::port::store::{Append, CommandKey, Commit, NewRecord, Outcome, Receipt, recording_time};
use shinsei_core::record::{Number, RawRecord};
use shinsei_core::time::Timestamp;

use crate::documents::{self, Digests};
use crate::error::Result;
use crate::heads::HeadRow;
use crate::rows::{count, record_place, unsigned_at};
use crate::writer::Writing;
use crate::{agenda, find};

/// Writes a batch within an open transaction.
pub(crate) fn write(
    writing: &mut Writing<'_>,
    batch: &[Commit],
    digests: &Digests,
    step_back_max_micros: i64,
) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::with_capacity(batch.len());
    for commit in batch {
        let mut head = writing.tail.take(writing.connection, commit.municipality)?;
        let outcome = match judge(writing, &head, commit, digests, step_back_max_micros)? {
            Judgement::Refused(outcome) => outcome,
            Judgement::Written(at) => Outcome::Done(record(writing, &mut head, commit, at)?),
        };
        writing.tail.put(commit.municipality, head);
        outcomes.push(outcome);
    }
    writing.tail.settle_if_long(writing.connection)?;
    Ok(outcomes)
}

/// What is to become of a commit.
enum Judgement {
    /// Nothing is written.
    Refused(Outcome),
    /// All of it is written, recorded at this time.
    Written(Timestamp),
}

/// Judges a commit without writing, so that a refused one leaves no trace.
fn judge(
    writing: &mut Writing<'_>,
    head: &HeadRow,
    commit: &Commit,
    digests: &Digests,
    step_back_max_micros: i64,
) -> Result<Judgement> {
    let connection = writing.connection;
    if let Some(command) = commit.command
        && let Some(found) = find::command(writing, head.ordinal, command.id)?
    {
        return Ok(Judgement::Refused(found.outcome(command)));
    }
    let at = recording_time(writing.now, head.recorded_at, step_back_max_micros)?;
    if !commit.window.contains(at) {
        return Ok(Judgement::Refused(Outcome::OutsideWindow { at }));
    }
    let appended = commit.appends.iter().map(|append| (append.stream, append.expected));
    for (stream, expected) in appended.chain(commit.unchanged.iter().copied()) {
        let actual = version(writing, head.ordinal, stream)?;
        if actual != expected {
            return Ok(Judgement::Refused(Outcome::Stale { stream, actual }));
        }
    }
    if let Some(key) = agenda::first_lost(connection, head.ordinal, &commit.settles)? {
        return Ok(Judgement::Refused(Outcome::LeaseLost { key: key.clone() }));
    }
    if let Some(document) =
        documents::first_not_linkable(connection, head.ordinal, &commit.documents, digests)?
    {
        return Ok(Judgement::Refused(Outcome::NotStaged { document }));
    }
    Ok(Judgement::Written(at))
}

/// Writes a commit that was judged.
fn record(writing: &mut Writing<'_>, head: &mut HeadRow, commit: &Commit, at: Timestamp) -> Result<Receipt> {
    let connection = writing.connection;
    head.enter(connection, commit.municipality)?;
    let before = head.position();
    let mut written = Written::default();
    if let Some(command) = commit.command {
        for append in &commit.appends {
            append_records(writing, head, commit.municipality, command, append, at, &mut written)?;
        }
    }
    let Written { numbers, leaves } = written;
    let records = head.position().0 - before.0;
    let first = if records == 0 { before } else { before.next() };
    let receipt = Receipt { first, records, recorded_at: at, numbers };
    if let Some(command) = commit.command {
        find::keep(writing, head.ordinal, command, &receipt, &leaves)?;
    }
    for document in &commit.documents {
        documents::link(connection, head.ordinal, document, at)?;
    }
    for settlement in &commit.settles {
        agenda::settle(connection, head.ordinal, settlement)?;
    }
    for change in &commit.agenda {
        agenda::change(writing, head.ordinal, commit, change, at)?;
    }
    Ok(receipt)
}

/// What is known of the records of a commit once they are written.
#[derive(Default)]
struct Written {
    numbers: Vec<(Position, Number)>,
    /// Their hashes in the tree, one after another.
    leaves: Vec<u8>,
}

fn append_records(
    writing: &mut Writing<'_>,
    head: &mut HeadRow,
    municipality: Municipality,
    command: CommandKey,
    append: &Append,
    at: Timestamp,
    written: &mut Written,
) -> Result<()> {
    let mut version = append.expected;
    for new in &append.records {
        version = version.next();
        let number = match &new.number_from {
            Some(series) => Some(head.draw(writing.connection, series)?),
            None => None,
        };
        let record = RawRecord {
            municipality,
            position: head.position().next(),
            stream: append.stream,
            version,
            recorded_at: at,
            command: command.id,
            number,
            event_type: new.event_type,
            schema_version: new.schema_version,
            codec: new.codec,
            payload: &new.payload,
        };
        let leaf = record.leaf();
        insert(writing, head.ordinal, &record, new)?;
        head.append(writing.connection, leaf, at)?;
        written.leaves.extend_from_slice(&leaf.0);
        if let Some(number) = record.number {
            written.numbers.push((record.position, number));
        }
    }
    Ok(())
}

fn insert(writing: &mut Writing<'_>, ordinal: i64, record: &RawRecord<'_>, new: &NewRecord) -> Result<()> {
    let kind = writing.numbers.number(writing.connection, new)?;
    let number = record.number.as_ref();
    writing
        .connection
        .prepare_cached(
            "INSERT INTO records
                (place, municipality, stream, version, recorded_at, command, kind, series, number, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            record_place(ordinal, record.position),
            ordinal,
            record.stream.to_bytes(),
            count(record.version.0),
            record.recorded_at.micros(),
            record.command.0.as_bytes(),
            kind,
            number.map(|number| number.series.as_str()),
            number.map(|number| count(number.value)),
            record.payload
        ])?;
    writing
        .connection
        .prepare_cached("INSERT INTO streams (municipality, stream, item, place) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            ordinal,
            record.stream.to_bytes(),
            count(record.version.0),
            count(record.position.0)
        ])?;
    Ok(())
}

/// How many events a stream has.
fn version(writing: &Writing<'_>, ordinal: i64, stream: StreamId) -> Result<Version> {
    let mut statement = writing.connection.prepare_cached(
        "SELECT item FROM streams WHERE municipality = ?1 AND stream = ?2 AND item < '' ORDER BY item DESC LIMIT 1",
    )?;
    let mut rows = statement.query(params![ordinal, stream.to_bytes()])?;
    match rows.next()? {
        Some(row) => unsigned_at(row, 0).map(Version),
        None => Ok(Version(0)),
    }
}
