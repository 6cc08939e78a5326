//! A commit: judged on what those before it left, then written, or nothing of it.

use serde::{Deserialize, Serialize};
use shinsei_core::bytes::hex;
use shinsei_core::ids::{CommandId, Municipality, Position, StreamId, Version};
use shinsei_core::port::store::{
    Append, CommandKey, Commit, Found, NewRecord, Outcome, Receipt, StoreError, recording_time,
};
use shinsei_core::record::{Codec, Number, RawRecord};
use shinsei_core::time::Timestamp;
use shinsei_core::tree::{Frontier, Hash};
use uuid::Uuid;

use crate::error::corrupt;
use crate::file::Draft;
use crate::{agenda, documents, keys};

/// The head of a municipality: what its next record rests on.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Head {
    size: u64,
    frontier: String,
    recorded_at: Option<i64>,
    scheduled: u64,
}

/// A record, with its leaf as it was when the record was written.
#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
    stream: String,
    version: u64,
    recorded_at: i64,
    pub(crate) command: Uuid,
    number: Option<Number>,
    event_type: String,
    schema_version: u16,
    codec: u8,
    payload: String,
    leaf: String,
}

/// A command that took effect.
#[derive(Serialize, Deserialize)]
pub(crate) struct Command {
    first: u64,
    records: u64,
    recorded_at: i64,
    numbers: Vec<(u64, Number)>,
    pub(crate) digest: Option<String>,
}

impl Head {
    pub(crate) fn tree(&self) -> Result<Frontier, StoreError> {
        let frontier = Frontier::from_bytes(self.size, &keys::bytes(&self.frontier)?);
        frontier.ok_or_else(|| corrupt("a head has another number of roots than its size wants"))
    }

    pub(crate) fn recorded_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.recorded_at.map(time).transpose()
    }
}

impl Record {
    pub(crate) fn leaf(&self) -> Result<Hash, StoreError> {
        Ok(Hash(keys::fixed(&self.leaf)?))
    }

    /// Shows the record to a visitor.
    pub(crate) fn show<T>(
        &self,
        municipality: Municipality,
        position: u64,
        visit: &mut dyn FnMut(RawRecord<'_>) -> T,
    ) -> Result<T, StoreError> {
        let payload = keys::bytes(&self.payload)?;
        Ok(visit(RawRecord {
            municipality,
            position: Position(position),
            stream: keys::stream_named(&self.stream)?,
            version: Version(self.version),
            recorded_at: time(self.recorded_at)?,
            command: CommandId(self.command),
            number: self.number.clone(),
            event_type: &self.event_type,
            schema_version: self.schema_version,
            codec: Codec::from_code(self.codec).ok_or_else(|| corrupt("a record has an unknown codec"))?,
            payload: &payload,
        }))
    }
}

impl Command {
    pub(crate) fn found(&self) -> Result<Found, StoreError> {
        let numbers = self.numbers.iter().map(|(at, number)| (Position(*at), number.clone())).collect();
        let (first, recorded_at) = (Position(self.first), time(self.recorded_at)?);
        let receipt = Receipt { first, records: self.records, recorded_at, numbers };
        Ok(Found { receipt, digest: self.digest.as_deref().map(keys::fixed).transpose()? })
    }
}

pub(crate) fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_micros(micros).ok_or_else(|| corrupt(format!("{micros} is no time")))
}

/// Judges a commit and, when nothing speaks against it, writes it into the draft.
pub(crate) fn settle(
    draft: &mut Draft<'_>,
    commit: &Commit,
    now: Timestamp,
    step_back_max_micros: i64,
) -> Result<Outcome, StoreError> {
    let of = commit.municipality;
    if let Some(key) = commit.command
        && let Some(command) = draft.get::<Command>(&keys::command(of, key.id))?
    {
        return Ok(command.found()?.outcome(key));
    }
    let head: Head = draft.get(&keys::head(of))?.unwrap_or_default();
    let last = head.recorded_at()?;
    let at = recording_time(now, last, step_back_max_micros)?;
    match refusal(draft, commit, at)? {
        Some(outcome) => Ok(outcome),
        None => Ok(Outcome::Done(write(draft, head, commit, at)?)),
    }
}

fn refusal(draft: &Draft<'_>, commit: &Commit, at: Timestamp) -> Result<Option<Outcome>, StoreError> {
    let of = commit.municipality;
    if !commit.window.contains(at) {
        return Ok(Some(Outcome::OutsideWindow { at }));
    }
    let appended = commit.appends.iter().map(|append| (append.stream, append.expected));
    for (stream, expected) in appended.chain(commit.unchanged.iter().copied()) {
        let actual = version(draft, of, stream)?;
        if actual != expected {
            return Ok(Some(Outcome::Stale { stream, actual }));
        }
    }
    for settlement in &commit.settles {
        if !agenda::is_held(draft, of, settlement)? {
            return Ok(Some(Outcome::LeaseLost { key: settlement.key.clone() }));
        }
    }
    for document in &commit.documents {
        if !documents::can_link(draft, of, document)? {
            return Ok(Some(Outcome::NotStaged { document: document.id }));
        }
    }
    Ok(None)
}

fn version(draft: &Draft<'_>, of: Municipality, stream: StreamId) -> Result<Version, StoreError> {
    Ok(Version(draft.get(&keys::stream(of, stream))?.unwrap_or(0)))
}

fn write(
    draft: &mut Draft<'_>,
    mut head: Head,
    commit: &Commit,
    at: Timestamp,
) -> Result<Receipt, StoreError> {
    let of = commit.municipality;
    let before = head.size;
    let mut numbers = Vec::new();
    if let Some(command) = commit.command {
        let mut tree = head.tree()?;
        for append in &commit.appends {
            write_records(draft, &mut tree, of, command, append, at, &mut numbers)?;
        }
        if tree.size() > before {
            head.recorded_at = Some(at.micros());
        }
        (head.size, head.frontier) = (tree.size(), keys::text(&tree.to_bytes()));
    }
    for document in &commit.documents {
        documents::link(draft, of, document)?;
    }
    for settlement in &commit.settles {
        agenda::settle(draft, of, settlement)?;
    }
    for change in &commit.agenda {
        head.scheduled += 1;
        agenda::change(draft, of, change, at, head.scheduled)?;
    }
    let records = head.size - before;
    let first = if records == 0 { before } else { before + 1 };
    let command = Command { first, records, recorded_at: at.micros(), numbers, digest: None };
    let receipt = command.found()?.receipt;
    if let Some(CommandKey { id, digest }) = commit.command {
        draft.put(keys::command(of, id), &Command { digest: Some(hex(&digest)), ..command })?;
    }
    draft.put(keys::head(of), &head)?;
    Ok(receipt)
}

fn write_records(
    draft: &mut Draft<'_>,
    tree: &mut Frontier,
    of: Municipality,
    command: CommandKey,
    append: &Append,
    at: Timestamp,
    numbers: &mut Vec<(u64, Number)>,
) -> Result<(), StoreError> {
    let mut version = append.expected;
    for new in &append.records {
        version = version.next();
        let position = tree.size() + 1;
        let number = draw(draft, of, new)?;
        numbers.extend(number.clone().map(|number| (position, number)));
        let raw = RawRecord {
            municipality: of,
            position: Position(position),
            stream: append.stream,
            version,
            recorded_at: at,
            command: command.id,
            number: number.clone(),
            event_type: new.event_type,
            schema_version: new.schema_version,
            codec: new.codec,
            payload: &new.payload,
        };
        let leaf = raw.leaf();
        let record = Record {
            stream: keys::name(append.stream),
            version: version.0,
            recorded_at: at.micros(),
            command: command.id.0,
            number,
            event_type: new.event_type.to_owned(),
            schema_version: new.schema_version,
            codec: new.codec.code(),
            payload: keys::text(&new.payload),
            leaf: leaf.to_string(),
        };
        draft.put(keys::record(of, position), &record)?;
        draft.put(keys::version(of, append.stream, version.0), &position)?;
        let mut kept = Vec::new();
        tree.append(leaf, |node| kept.extend(node.is_kept().then_some(node)));
        for node in kept {
            draft.put(keys::node(of, node.level, node.index), &node.hash.to_string())?;
        }
    }
    draft.put(keys::stream(of, append.stream), &version.0)
}

/// Draws the number that a record wants.
fn draw(draft: &mut Draft<'_>, of: Municipality, new: &NewRecord) -> Result<Option<Number>, StoreError> {
    let Some(series) = &new.number_from else { return Ok(None) };
    let key = keys::series(of, series);
    let value = draft.get::<u64>(&key)?.unwrap_or(0) + 1;
    draft.put(key, &value)?;
    Ok(Some(Number { series: series.clone(), value }))
}
