//! What a batch must know of the database: one round trip that locks the head rows and then reads everything else.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shinsei_core::agenda::{AgendaChange, EntryKey};
use shinsei_core::ids::{
    CommandId, DocumentId, EntryName, Municipality, Position, Series, StreamId, Version,
};
use shinsei_core::port::store::{Commit, Found, Receipt};
use shinsei_core::time::Timestamp;
use shinsei_core::tree::Frontier;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::batch::{Head, Known, Staged};
use crate::connection::{BEGIN, Connection, Step};
use crate::entries::{Entries, Slot};
use crate::error::{Fault, Result};
use crate::rows::{
    at, bytes_at, code, municipality_at, number_at, optional_bytes_at, optional_time_at, stream_at, time_at,
    unsigned_at,
};

/// Locks head rows in the order of their codes, whatever the order of a batch: two nodes wait for each other, never in
/// a circle. The server's clock stands beside each, asked when its lock was given: by the latest of them nothing that
/// another wrote is later.
const HEADS: &str = "
    SELECT municipality, size, frontier, recorded_at, scheduled,
           (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
    FROM (SELECT municipality, size, frontier, recorded_at, scheduled FROM municipalities
          WHERE municipality = ANY ($1) ORDER BY municipality FOR UPDATE) AS locked";

/// The server's clock.
pub(crate) const CLOCK: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

/// Commands with their receipts; the numbers stand in the records alone.
pub(crate) const COMMANDS: &str = "
    SELECT known.municipality, known.command, known.first, known.records, known.recorded_at, known.digest,
           record.position, record.series, record.number
    FROM unnest($1::integer[], $2::uuid[]) AS wanted (municipality, command)
    JOIN commands AS known USING (municipality, command)
    LEFT JOIN records AS record ON record.municipality = known.municipality
        AND record.position >= known.first AND record.position < known.first + known.records
        AND record.number IS NOT NULL
    ORDER BY known.municipality, known.command, record.position";

const VERSIONS: &str = "
    SELECT wanted.municipality, wanted.stream, newest.version
    FROM unnest($1::integer[], $2::bytea[]) AS wanted (municipality, stream)
    CROSS JOIN LATERAL (SELECT version FROM records AS record
        WHERE record.municipality = wanted.municipality AND record.stream = wanted.stream
        ORDER BY version DESC LIMIT 1) AS newest";

const SERIES: &str = "
    SELECT municipality, series, last
    FROM unnest($1::integer[], $2::text[]) AS wanted (municipality, series) JOIN series USING (municipality, series)";

/// Entries are locked until the end: one whose lease is settled here is not lent to another meanwhile.
const ENTRIES: &str = "
    SELECT entry.municipality, entry.stream, entry.name, entry.due, entry.state, entry.fence, entry.attempts,
           entry.until IS NOT NULL
    FROM unnest($1::integer[], $2::bytea[], $3::text[]) AS wanted (municipality, stream, name)
    JOIN agenda AS entry USING (municipality, stream, name) FOR UPDATE OF entry";

const LINKED: &str = "
    SELECT municipality, document
    FROM unnest($1::integer[], $2::uuid[]) AS wanted (municipality, document)
    JOIN documents USING (municipality, document)";

/// What is staged is locked until the end: nobody adds to it, begins it anew or sweeps it while it is linked.
const STAGED: &str = "
    SELECT waiting.municipality, waiting.document, waiting.body, waiting.bytes
    FROM unnest($1::integer[], $2::uuid[]) AS wanted (municipality, document)
    JOIN staged AS waiting USING (municipality, document) FOR UPDATE OF waiting";

const DIGESTS: &str = "
    SELECT waiting.municipality, waiting.document, waiting.body, waiting.bytes,
           (SELECT sha256(coalesce(string_agg(content, ''::bytea ORDER BY place), ''::bytea)) FROM chunks
            WHERE chunks.municipality = waiting.municipality AND chunks.body = waiting.body)
    FROM unnest($1::integer[], $2::uuid[]) AS wanted (municipality, document)
    JOIN staged AS waiting USING (municipality, document)";

/// What a batch names, each thing once, as the statements take it.
pub(crate) struct Wanted<'b> {
    batch: &'b [Commit],
    municipalities: Vec<i32>,
    commands: (Vec<i32>, Vec<Uuid>),
    streams: (Vec<i32>, Vec<Vec<u8>>),
    series: (Vec<i32>, Vec<&'b str>),
    entries: (Vec<i32>, Vec<Vec<u8>>, Vec<&'b str>),
    documents: (Vec<i32>, Vec<Uuid>),
    staged: (Vec<i32>, Vec<Uuid>),
}

/// The digests of what is staged, each of a body at one length.
pub(crate) type Digests = HashMap<(Uuid, u64), [u8; 32]>;

impl<'b> Wanted<'b> {
    pub(crate) fn of(batch: &'b [Commit]) -> Self {
        let commands = batch.iter().filter_map(|commit| Some((commit.municipality, commit.command?.id)));
        let streams = batch.iter().flat_map(streams_of);
        let series = batch.iter().flat_map(series_of);
        let documents = batch.iter().flat_map(|commit| {
            commit.documents.iter().map(|document| (commit.municipality, document.id, &document.body))
        });
        let entries: BTreeSet<_> = batch.iter().flat_map(entries_of).collect();
        let of = |each: BTreeSet<(Municipality, DocumentId)>| -> (Vec<i32>, Vec<Uuid>) {
            each.into_iter().map(|(municipality, id)| (code(municipality), id.0)).unzip()
        };
        let staged = documents.clone().filter(|(_, _, body)| body.staged().is_some());
        let municipalities: BTreeSet<_> = batch.iter().map(|commit| code(commit.municipality)).collect();
        let commands: BTreeSet<_> = commands.collect();
        let streams: BTreeSet<_> = streams.collect();
        let series: BTreeSet<_> = series.collect();
        Self {
            batch,
            municipalities: municipalities.into_iter().collect(),
            commands: commands.into_iter().map(|(municipality, id)| (code(municipality), id.0)).unzip(),
            streams: streams.into_iter().map(|(of, stream)| (code(of), stream.to_bytes().to_vec())).unzip(),
            series: series.into_iter().map(|(of, series)| (code(of), series.as_str())).unzip(),
            entries: (
                entries.iter().map(|(municipality, _)| code(*municipality)).collect(),
                entries.iter().map(|(_, key)| key.stream.to_bytes().to_vec()).collect(),
                entries.iter().map(|(_, key)| key.name.as_str()).collect(),
            ),
            documents: of(documents.map(|(municipality, id, _)| (municipality, id)).collect()),
            staged: of(staged.map(|(municipality, id, _)| (municipality, id)).collect()),
        }
    }

    /// Digests what is staged for the batch. It is done before the transaction, so that nobody waits for it.
    pub(crate) fn digests(&self, connection: &mut Connection) -> Result<Digests> {
        let (municipalities, documents) = &self.staged;
        if documents.is_empty() {
            return Ok(Digests::new());
        }
        let rows = connection.run(&[Step::Query(DIGESTS, vec![municipalities, documents])])?.remove(0);
        rows.iter().map(|row| Ok(((at(row, 2)?, unsigned_at(row, 3)?), bytes_at(row, 4)?))).collect()
    }

    /// Begins a transaction, locks the head rows and reads all that the batch must know. `None` when a municipality has
    /// no head row yet.
    pub(crate) fn read(
        &self,
        connection: &mut Connection,
        digests: &Digests,
        now: impl FnOnce() -> Option<Timestamp>,
        step_back_max_micros: i64,
    ) -> Result<Option<Known<'b>>> {
        let steps = self.steps();
        let mut answers = connection.run(&steps)?.into_iter();
        let mut next = || answers.next().unwrap_or_default();
        next();
        let locked = next();
        if locked.len() != self.municipalities.len() {
            return Ok(None);
        }
        let now = match now() {
            Some(now) => now,
            None => latest(&locked)?,
        };
        let heads = heads(&locked)?;
        let commands = if self.commands.0.is_empty() { HashMap::new() } else { commands(&next())? };
        let versions = next();
        let drawn = if self.series.0.is_empty() { Vec::new() } else { next() };
        let series = series(&drawn, self.batch)?;
        let mut known = Known {
            now,
            step_back_max_micros,
            heads,
            commands,
            versions: versions.iter().map(version).collect::<Result<_>>()?,
            series,
            entries: if self.entries.0.is_empty() { Entries::default() } else { entries(&next())? },
            linked: Default::default(),
            staged: HashMap::new(),
        };
        if !self.documents.0.is_empty() {
            known.linked = next().iter().map(linked).collect::<Result<_>>()?;
        }
        if !self.staged.0.is_empty() {
            known.staged = self.staged(connection, &next(), digests)?;
        }
        Ok(Some(known))
    }

    /// Creates the head rows that are missing. It is done in a transaction of its own, in the order of the codes, so
    /// that whoever creates the same ones waits and nobody waits in a circle. An empty head row says nothing.
    pub(crate) fn create_heads(&self, connection: &mut Connection) -> Result<()> {
        let create = "INSERT INTO municipalities (size, recorded_at, scheduled, municipality, frontier)
            SELECT 0, NULL, 0, wanted.code, ''::bytea FROM unnest($1::integer[]) AS wanted (code)
            ON CONFLICT DO NOTHING";
        connection.run(&[Step::Query(create, vec![&self.municipalities])])?;
        Ok(())
    }

    fn steps(&self) -> Vec<Step<'_>> {
        let mut steps = vec![BEGIN, Step::Query(HEADS, vec![&self.municipalities])];
        if !self.commands.0.is_empty() {
            steps.push(Step::Query(COMMANDS, vec![&self.commands.0, &self.commands.1]));
        }
        steps.push(Step::Query(VERSIONS, vec![&self.streams.0, &self.streams.1]));
        if !self.series.0.is_empty() {
            steps.push(Step::Query(SERIES, vec![&self.series.0, &self.series.1]));
        }
        if !self.entries.0.is_empty() {
            steps.push(Step::Query(ENTRIES, vec![&self.entries.0, &self.entries.1, &self.entries.2]));
        }
        if !self.documents.0.is_empty() {
            steps.push(Step::Query(LINKED, vec![&self.documents.0, &self.documents.1]));
        }
        if !self.staged.0.is_empty() {
            steps.push(Step::Query(STAGED, vec![&self.staged.0, &self.staged.1]));
        }
        steps
    }

    /// What is staged, with digests: those that were computed before, and again where it has changed since.
    fn staged(
        &self,
        connection: &mut Connection,
        rows: &[Row],
        digests: &Digests,
    ) -> Result<HashMap<(Municipality, DocumentId), Staged>> {
        let is_known = |row: &Row| Ok(digests.contains_key(&(at(row, 2)?, unsigned_at(row, 3)?)));
        let are_known: Vec<bool> = rows.iter().map(is_known).collect::<Result<_>>()?;
        let again = match are_known.iter().all(|known| *known) {
            true => Digests::new(),
            false => self.digests(connection)?,
        };
        let mut staged = HashMap::new();
        for row in rows {
            let (body, bytes) = (at(row, 2)?, unsigned_at(row, 3)?);
            let sha256 = again.get(&(body, bytes)).or_else(|| digests.get(&(body, bytes))).copied();
            let sha256 =
                sha256.ok_or_else(|| Fault::corrupt("a staged document has gone while it was locked"))?;
            let document = DocumentId(at(row, 1)?);
            staged.insert((municipality_at(row, 0)?, document), Staged { body, bytes, sha256 });
        }
        Ok(staged)
    }
}

fn streams_of(commit: &Commit) -> impl Iterator<Item = (Municipality, StreamId)> {
    let appended = commit.appends.iter().map(|append| append.stream);
    let read = commit.unchanged.iter().map(|(stream, _)| *stream);
    appended.chain(read).map(|stream| (commit.municipality, stream))
}

fn series_of(commit: &Commit) -> impl Iterator<Item = (Municipality, &Series)> {
    let records = commit.appends.iter().flat_map(|append| &append.records);
    records.filter_map(|record| Some((commit.municipality, record.number_from.as_ref()?)))
}

fn entries_of(commit: &Commit) -> impl Iterator<Item = (Municipality, &EntryKey)> {
    let settled = commit.settles.iter().map(|settlement| &settlement.key);
    let changed = commit.agenda.iter().map(|change| match change {
        AgendaChange::Schedule(entry) => &entry.key,
        AgendaChange::Cancel(key) | AgendaChange::Redrive(key) => key,
    });
    settled.chain(changed).map(|key| (commit.municipality, key))
}

/// The latest of the clocks beside locked head rows.
fn latest(locked: &[Row]) -> Result<Timestamp> {
    let clocks: Vec<Timestamp> = locked.iter().map(|row| time_at(row, 5)).collect::<Result<_>>()?;
    clocks.into_iter().max().ok_or_else(|| Fault::corrupt("the server has no clock"))
}

fn heads(rows: &[Row]) -> Result<BTreeMap<Municipality, Head>> {
    let head = |row| {
        let frontier = frontier_at(row, 1, 2)?;
        let recorded_at = optional_time_at(row, 3)?;
        let head = Head { frontier, recorded_at, scheduled: unsigned_at(row, 4)?, is_changed: false };
        Ok((municipality_at(row, 0)?, head))
    };
    rows.iter().map(head).collect()
}

/// A frontier in two columns.
pub(crate) fn frontier_at(row: &Row, size: usize, roots: usize) -> Result<Frontier> {
    Frontier::from_bytes(unsigned_at(row, size)?, at(row, roots)?)
        .ok_or_else(|| Fault::corrupt("the tree in a head row does not fit its size"))
}

/// Commands that took effect, from the rows of [`COMMANDS`].
pub(crate) fn commands(rows: &[Row]) -> Result<HashMap<(Municipality, CommandId), Found>> {
    let mut commands: HashMap<_, Found> = HashMap::new();
    for row in rows {
        let key = (municipality_at(row, 0)?, CommandId(at(row, 1)?));
        let found = match commands.entry(key) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(unknown) => unknown.insert(found(row)?),
        };
        if let Some(number) = number_at(row, 7, 8)? {
            found.receipt.numbers.push((Position(unsigned_at(row, 6)?), number));
        }
    }
    Ok(commands)
}

fn found(row: &Row) -> Result<Found> {
    let receipt = Receipt {
        first: Position(unsigned_at(row, 2)?),
        records: unsigned_at(row, 3)?,
        recorded_at: time_at(row, 4)?,
        numbers: Vec::new(),
    };
    Ok(Found { receipt, digest: optional_bytes_at(row, 5)? })
}

fn version(row: &Row) -> Result<((Municipality, StreamId), Version)> {
    Ok(((municipality_at(row, 0)?, stream_at(row, 1)?), Version(unsigned_at(row, 2)?)))
}

fn series<'b>(rows: &[Row], batch: &'b [Commit]) -> Result<HashMap<(Municipality, &'b Series), u64>> {
    let mut last = HashMap::new();
    for row in rows {
        let (of, name): (_, &str) = (municipality_at(row, 0)?, at(row, 1)?);
        last.insert((of, name), unsigned_at(row, 2)?);
    }
    let drawn =
        |(of, series): (Municipality, &'b Series)| Some(((of, series), *last.get(&(of, series.as_str()))?));
    Ok(batch.iter().flat_map(series_of).filter_map(drawn).collect())
}

fn entries<'b>(rows: &[Row]) -> Result<Entries<'b>> {
    let mut entries = Entries::default();
    for row in rows {
        let key = EntryKey { stream: stream_at(row, 1)?, name: entry_name_at(row, 2)? };
        let slot = Slot {
            due: at(row, 3)?,
            state: at(row, 4)?,
            fence: unsigned_at(row, 5)?,
            attempts: at(row, 6)?,
            is_leased: at(row, 7)?,
            is_changed: false,
            new: None,
        };
        entries.insert(municipality_at(row, 0)?, key, slot);
    }
    Ok(entries)
}

/// The name of an agenda entry in a column.
pub(crate) fn entry_name_at(row: &Row, column: usize) -> Result<EntryName> {
    EntryName::new(at::<String>(row, column)?)
        .map_err(|_| Fault::corrupt("the name of an agenda entry is no code"))
}

fn linked(row: &Row) -> Result<(Municipality, DocumentId)> {
    Ok((municipality_at(row, 0)?, DocumentId(at(row, 1)?)))
}
