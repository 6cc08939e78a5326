//! What a batch must know of the database: one round trip that locks the head rows and then reads everything else.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
    at, bytes_at, code, municipality_at, number_at, optional_bytes_at, optional_time_at, small_at, stream_at,
    time_at, unsigned, unsigned_at,
};
use crate::statement::{Assembled, Part, Rows, Size};

/// Locks a head row.
const HEAD: &str = "
    SELECT municipality, size, frontier, recorded_at, scheduled, kinds FROM municipalities
    WHERE municipality = $1 FOR UPDATE";

/// Locks head rows in the order of their codes, whatever the order of a batch: two nodes wait for each other, never in
/// a circle.
const HEADS: &str = "
    SELECT municipality, size, frontier, recorded_at, scheduled, kinds FROM municipalities
    WHERE municipality = ANY ($1) ORDER BY municipality FOR UPDATE";

/// Creates empty head rows where there are none.
pub(crate) const CREATE_HEADS: &str = "
    INSERT INTO municipalities (size, recorded_at, scheduled, kinds, municipality, frontier)
    SELECT 0, NULL, 0, 0, wanted.code, ''::bytea FROM unnest($1::integer[]) AS wanted (code)
    ON CONFLICT DO NOTHING";

/// The server's clock.
pub(crate) const CLOCK: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

/// Commands with their receipts; what the records say, they alone say.
const COMMANDS: Part = Part {
    before: "
        SELECT known.municipality, known.command, known.first, known.records,
            coalesce(known.recorded_at, begun.recorded_at), known.digest, record.position,
            coalesce(record.number, 0), record.series
        FROM ",
    types: COMMAND,
    after: " AS wanted (municipality, command)
        JOIN commands AS known USING (municipality, command)
        LEFT JOIN records AS begun ON begun.municipality = known.municipality AND begun.position = known.first
        LEFT JOIN records AS record ON record.municipality = known.municipality
            AND record.position >= known.first AND record.position < known.first + known.records
            AND record.number > 0
        ORDER BY known.municipality, known.command, record.position",
};
const COMMAND: &[&str] = &["integer", "uuid"];

/// What is asked of the server in one statement, behind the locks: its clock, so that nothing that another wrote is later;
/// the version of each stream and the last number of each series, 0 where there is none, in the order in which they are
/// asked for, since a subquery is evaluated a row at a time; and whether any command is known, any new entry scheduled or any
/// document linked already, which is seldom so and then asked for in full.
const BEGIN_FACTS: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

const VERSIONS: Part = Part {
    before: ", ARRAY(SELECT coalesce((SELECT version::bigint FROM records AS record
        WHERE record.municipality = wanted.municipality AND record.stream = wanted.stream
        ORDER BY record.version DESC LIMIT 1), 0) FROM ",
    types: &["integer", "bytea"],
    after: " AS wanted (municipality, stream))",
};

const SERIES: Part = Part {
    before: ", ARRAY(SELECT coalesce((SELECT last FROM series AS drawn
        WHERE drawn.municipality = wanted.municipality AND drawn.series = wanted.series), 0) FROM ",
    types: &["integer", "text"],
    after: " AS wanted (municipality, series))",
};
const NO_COUNTS: &str = ", ARRAY[]::bigint[]";

const ANY_COMMAND: Part = Part {
    before: ", EXISTS (SELECT FROM ",
    types: COMMAND,
    after: " AS wanted (municipality, command) JOIN commands USING (municipality, command))",
};

const ANY_ENTRY: Part = Part {
    before: ", EXISTS (SELECT FROM ",
    types: ENTRY,
    after: " AS wanted (municipality, stream, name) JOIN agenda USING (municipality, stream, name))",
};

const ANY_DOCUMENT: Part = Part {
    before: ", EXISTS (SELECT FROM ",
    types: DOCUMENT,
    after: " AS wanted (municipality, document) JOIN documents USING (municipality, document))",
};
const NONE: &str = ", false";

/// Entries are locked until the end: one whose lease is settled here is not lent to another meanwhile.
const ENTRIES: Part = Part {
    before: "
        SELECT entry.municipality, entry.stream, entry.name, entry.due, entry.state, entry.fence, entry.attempts,
            entry.until IS NOT NULL
        FROM ",
    types: ENTRY,
    after: " AS wanted (municipality, stream, name)
        JOIN agenda AS entry USING (municipality, stream, name) FOR UPDATE OF entry",
};
const ENTRY: &[&str] = &["integer", "bytea", "text"];

const LINKED: Part = Part {
    before: "SELECT municipality, document FROM ",
    types: DOCUMENT,
    after: " AS wanted (municipality, document) JOIN documents USING (municipality, document)",
};
const DOCUMENT: &[&str] = &["integer", "uuid"];

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

/// What a batch names, each thing once.
pub(crate) struct Wanted<'b> {
    size: Size,
    municipalities: Vec<i32>,
    commands: Vec<(Municipality, CommandId)>,
    streams: Vec<(Municipality, StreamId)>,
    series: Vec<(Municipality, &'b Series)>,
    entries: Vec<(Municipality, &'b EntryKey)>,
    /// True when entries are changed that are there already: those are locked at once.
    changes_entries: bool,
    documents: Vec<(Municipality, DocumentId)>,
    staged: (Vec<i32>, Vec<Uuid>),
}

/// The digests of what is staged, each of a body at one length.
pub(crate) type Digests = HashMap<(Uuid, u64), [u8; 32]>;

impl<'b> Wanted<'b> {
    pub(crate) fn of(batch: &'b [Commit]) -> Self {
        let commands = batch.iter().filter_map(|commit| Some((commit.municipality, commit.command?.id)));
        let documents = batch.iter().flat_map(|commit| {
            commit.documents.iter().map(|document| (commit.municipality, document.id, &document.body))
        });
        let staged = documents.clone().filter(|(_, _, body)| body.staged().is_some());
        let staged: BTreeSet<_> = staged.map(|(municipality, id, _)| (code(municipality), id.0)).collect();
        Self {
            size: Size::of(batch),
            municipalities: once(batch.iter().map(|commit| code(commit.municipality))),
            commands: once(commands),
            streams: once(batch.iter().flat_map(streams_of)),
            series: once(batch.iter().flat_map(series_of)),
            entries: once(batch.iter().flat_map(entries_of)),
            changes_entries: batch.iter().any(changes_entries),
            documents: once(documents.map(|(municipality, id, _)| (municipality, id))),
            staged: staged.into_iter().unzip(),
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
        let (facts, all_entries) =
            (self.facts(), self.changes_entries.then(|| Assembled::all(vec![self.entries(&ENTRIES)])));
        let heads_step = match self.municipalities.as_slice() {
            [one] => Step::Query(HEAD, vec![one]),
            _ => Step::Query(HEADS, vec![&self.municipalities]),
        };
        let mut steps = vec![BEGIN, heads_step, facts.step()];
        steps.extend(all_entries.as_ref().map(Assembled::step));
        if !self.staged.0.is_empty() {
            steps.push(Step::Query(STAGED, vec![&self.staged.0, &self.staged.1]));
        }
        let mut answers = connection.run(&steps)?.into_iter().skip(1);
        let mut next = || answers.next().unwrap_or_default();
        let locked = next();
        if locked.len() != self.municipalities.len() {
            return Ok(None);
        }
        let facts = next();
        let facts = facts.first().ok_or_else(|| Fault::corrupt("the server has no clock"))?;
        let mut known = Known {
            now: now().map_or_else(|| time_at(facts, 0), Ok)?,
            step_back_max_micros,
            heads: heads(&locked)?,
            commands: HashMap::new(),
            versions: counts(&self.streams, at(facts, 1)?)?.map(|(key, last)| (key, Version(last))).collect(),
            series: counts(&self.series, at(facts, 2)?)?.filter(|(_, last)| *last > 0).collect(),
            entries: if self.changes_entries { entries(&next())? } else { Entries::default() },
            linked: HashSet::new(),
            staged: HashMap::new(),
        };
        if !self.staged.0.is_empty() {
            known.staged = self.staged(connection, &next(), digests)?;
        }
        if at(facts, 3)? {
            known.commands = commands(&connection.ask(self.commands(&COMMANDS))?)?;
        }
        if at(facts, 4)? {
            known.entries = entries(&connection.ask(self.entries(&ENTRIES))?)?;
        }
        if at(facts, 5)? {
            let rows = connection.ask(self.documents(&LINKED))?;
            known.linked = rows.iter().map(linked).collect::<Result<_>>()?;
        }
        Ok(Some(known))
    }

    /// The statement behind the locks.
    fn facts(&self) -> Assembled<'_> {
        let mut facts = Assembled::default();
        facts.text(BEGIN_FACTS);
        let streams = Rows::of(&VERSIONS, self.size, self.streams.len()).with(&self.streams, of);
        let streams = streams.with(&self.streams, |(_, stream)| stream.to_bytes().to_vec());
        facts.push_unless(self.streams.is_empty(), streams, NO_COUNTS);
        let series = Rows::of(&SERIES, self.size, self.series.len()).with(&self.series, of);
        let series = series.with(&self.series, |(_, series)| series.as_str());
        facts.push_unless(self.series.is_empty(), series, NO_COUNTS);
        facts.push_unless(self.commands.is_empty(), self.commands(&ANY_COMMAND), NONE);
        facts.push_unless(self.entries.is_empty() || self.changes_entries, self.entries(&ANY_ENTRY), NONE);
        facts.push_unless(self.documents.is_empty(), self.documents(&ANY_DOCUMENT), NONE);
        facts
    }

    fn commands(&self, part: &'static Part) -> Rows<'_> {
        let rows = Rows::of(part, self.size, self.commands.len());
        rows.with(&self.commands, of).with(&self.commands, |(_, id)| id.0)
    }

    fn entries(&self, part: &'static Part) -> Rows<'_> {
        let rows = Rows::of(part, self.size, self.entries.len()).with(&self.entries, of);
        let rows = rows.with(&self.entries, |(_, key)| key.stream.to_bytes().to_vec());
        rows.with(&self.entries, |(_, key)| key.name.as_str())
    }

    fn documents(&self, part: &'static Part) -> Rows<'_> {
        let rows = Rows::of(part, self.size, self.documents.len());
        rows.with(&self.documents, of).with(&self.documents, |(_, id)| id.0)
    }

    /// Creates the head rows that are missing. It is done in a transaction of its own, in the order of the codes, so
    /// that whoever creates the same ones waits and nobody waits in a circle. An empty head row says nothing.
    pub(crate) fn create_heads(&self, connection: &mut Connection) -> Result<()> {
        connection.run(&[Step::Query(CREATE_HEADS, vec![&self.municipalities])])?;
        Ok(())
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

/// The code of whoever a row is of.
fn of<T>(row: &(Municipality, T)) -> i32 {
    code(row.0)
}

/// Each once, in order.
fn once<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<_> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What is counted for each key, in their order.
fn counts<'k, K: Copy>(
    keys: &'k [K],
    counts: Vec<i64>,
) -> Result<impl Iterator<Item = (K, u64)> + use<'k, K>> {
    if counts.len() != keys.len() {
        return Err(Fault::corrupt("the server did not answer for each stream and series"));
    }
    let counts: Vec<u64> = counts.into_iter().map(unsigned).collect::<Result<_>>()?;
    Ok(keys.iter().copied().zip(counts))
}

/// True for a commit that may change entries which are there already.
fn changes_entries(commit: &Commit) -> bool {
    let is_change = |change: &AgendaChange| !matches!(change, AgendaChange::Schedule(_));
    !commit.settles.is_empty() || commit.agenda.iter().any(is_change)
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

fn heads(rows: &[Row]) -> Result<BTreeMap<Municipality, Head>> {
    let head = |row| {
        let frontier = frontier_at(row, 1, 2)?;
        let recorded_at = optional_time_at(row, 3)?;
        let (scheduled, kinds) = (unsigned_at(row, 4)?, at(row, 5)?);
        Ok((municipality_at(row, 0)?, Head { frontier, recorded_at, scheduled, kinds, is_changed: false }))
    };
    rows.iter().map(head).collect()
}

/// A frontier in two columns.
pub(crate) fn frontier_at(row: &Row, size: usize, roots: usize) -> Result<Frontier> {
    Frontier::from_bytes(unsigned_at(row, size)?, at(row, roots)?)
        .ok_or_else(|| Fault::corrupt("the tree in a head row does not fit its size"))
}

/// A command that took effect.
pub(crate) fn find(
    connection: &mut Connection,
    municipality: Municipality,
    command: CommandId,
) -> Result<Option<Found>> {
    let wanted = [(municipality, command)];
    let rows = Rows::of(&COMMANDS, Size::Fitting, 1).with(&wanted, of).with(&wanted, |(_, id)| id.0);
    Ok(commands(&connection.ask(rows)?)?.remove(&(municipality, command)))
}

/// Commands that took effect, from the rows of [`COMMANDS`].
fn commands(rows: &[Row]) -> Result<HashMap<(Municipality, CommandId), Found>> {
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
        records: small_at(row, 3)?,
        recorded_at: time_at(row, 4)?,
        numbers: Vec::new(),
    };
    Ok(Found { receipt, digest: optional_bytes_at(row, 5)? })
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
