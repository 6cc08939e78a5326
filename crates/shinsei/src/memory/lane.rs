//! What the store in memory keeps of one municipality.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use shinsei_core::ids::{CommandId, Municipality, Position, Series, StreamId, Version};
use shinsei_core::port::store::{Append, Commit, Found, NewRecord, Outcome, Receipt, Standing};
use shinsei_core::record::{Codec, Number, RawRecord};
use shinsei_core::time::Timestamp;
use shinsei_core::tree::{Frontier, Hash};

use super::agenda::Agenda;
use super::documents::Documents;

/// The records of a municipality and all that goes with them.
pub(super) struct Lane {
    municipality: Municipality,
    records: Vec<Arc<Kept>>,
    streams: HashMap<StreamId, Vec<Arc<Kept>>>,
    commands: HashMap<CommandId, Found>,
    drawn: HashMap<Series, u64>,
    pub(super) tree: Frontier,
    /// The nodes that are kept, by level: the leaves and every eighth level above them.
    nodes: BTreeMap<u32, Vec<Hash>>,
    pub(super) agenda: Agenda,
    pub(super) documents: Documents,
}

/// One record.
pub(super) struct Kept {
    position: Position,
    stream: StreamId,
    version: Version,
    recorded_at: Timestamp,
    command: CommandId,
    number: Option<Number>,
    event_type: &'static str,
    schema_version: u16,
    codec: Codec,
    payload: Vec<u8>,
}

impl Kept {
    pub(super) fn record(&self, municipality: Municipality) -> RawRecord<'_> {
        RawRecord {
            municipality,
            position: self.position,
            stream: self.stream,
            version: self.version,
            recorded_at: self.recorded_at,
            command: self.command,
            number: self.number.clone(),
            event_type: self.event_type,
            schema_version: self.schema_version,
            codec: self.codec,
            payload: &self.payload,
        }
    }
}

impl Lane {
    pub(super) fn new(municipality: Municipality) -> Self {
        Self {
            municipality,
            records: Vec::new(),
            streams: HashMap::new(),
            commands: HashMap::new(),
            drawn: HashMap::new(),
            tree: Frontier::default(),
            nodes: BTreeMap::new(),
            agenda: Agenda::default(),
            documents: Documents::default(),
        }
    }

    pub(super) fn last_recorded_at(&self) -> Option<Timestamp> {
        self.records.last().map(|kept| kept.recorded_at)
    }

    pub(super) fn standing(&self) -> Standing {
        let number = |(series, last): (&Series, &u64)| Number { series: series.clone(), value: *last };
        let mut numbers: Vec<_> = self.drawn.iter().map(number).collect();
        numbers.sort_by(|one, other| one.series.cmp(&other.series));
        Standing { head: self.tree.head(), recorded_at: self.last_recorded_at(), numbers }
    }

    /// True when the command of a commit took effect before.
    pub(super) fn knows(&self, commit: &Commit) -> bool {
        commit.command.is_some_and(|key| self.commands.contains_key(&key.id))
    }

    pub(super) fn log(&self, after: Position, max: usize) -> Vec<Arc<Kept>> {
        page(&self.records, after.0, max)
    }

    pub(super) fn nodes(&self, level: u32, first: u64, max: usize) -> Vec<Hash> {
        self.nodes.get(&level).map(|nodes| page(nodes, first, max)).unwrap_or_default()
    }

    pub(super) fn stream(&self, stream: StreamId, after: Version, max: usize) -> Vec<Arc<Kept>> {
        self.streams.get(&stream).map(|records| page(records, after.0, max)).unwrap_or_default()
    }

    pub(super) fn find(&self, command: CommandId) -> Option<Found> {
        self.commands.get(&command).cloned()
    }

    /// Erases the documents of a stream and the digests of the commands that appended to it.
    pub(super) fn erase(&mut self, stream: StreamId) -> u64 {
        for kept in self.streams.get(&stream).into_iter().flatten() {
            if let Some(found) = self.commands.get_mut(&kept.command) {
                found.digest = None;
            }
        }
        self.documents.erase(stream)
    }

    /// Judges a commit and, when nothing speaks against it, writes it.
    pub(super) fn commit(&mut self, commit: &Commit, at: Timestamp) -> Outcome {
        match self.refusal(commit, at) {
            Some(outcome) => outcome,
            None => Outcome::Done(self.write(commit, at)),
        }
    }

    fn refusal(&self, commit: &Commit, at: Timestamp) -> Option<Outcome> {
        if let Some(key) = commit.command
            && let Some(found) = self.commands.get(&key.id)
        {
            return Some(found.clone().outcome(key));
        }
        if !commit.window.contains(at) {
            return Some(Outcome::OutsideWindow { at });
        }
        let appended = commit.appends.iter().map(|append| (append.stream, append.expected));
        for (stream, expected) in appended.chain(commit.unchanged.iter().copied()) {
            let actual = self.version(stream);
            if actual != expected {
                return Some(Outcome::Stale { stream, actual });
            }
        }
        if let Some(lost) = commit.settles.iter().find(|settlement| !self.agenda.is_held(settlement)) {
            return Some(Outcome::LeaseLost { key: lost.key.clone() });
        }
        let missing = commit.documents.iter().find(|document| !self.documents.can_link(document));
        missing.map(|document| Outcome::NotStaged { document: document.id })
    }

    fn version(&self, stream: StreamId) -> Version {
        Version(self.streams.get(&stream).map_or(0, |records| records.len() as u64))
    }

    fn write(&mut self, commit: &Commit, at: Timestamp) -> Receipt {
        let before = self.tree.size();
        let mut numbers = Vec::new();
        for Append { stream, records, .. } in &commit.appends {
            for record in records {
                // OK because a commit that appends names its command, which `Commit::check` has made sure of.
                let Some(command) = commit.command else { continue };
                let kept = self.append(*stream, record, command.id, at);
                numbers.extend(kept.number.clone().map(|number| (kept.position, number)));
            }
        }
        for document in &commit.documents {
            self.documents.link(document);
        }
        for settlement in &commit.settles {
            self.agenda.settle(settlement);
        }
        for change in &commit.agenda {
            self.agenda.change(change, at);
        }
        let records = self.tree.size() - before;
        let first = Position(if records == 0 { before } else { before + 1 });
        let receipt = Receipt { first, records, recorded_at: at, numbers };
        if let Some(command) = commit.command {
            let found = Found { receipt: receipt.clone(), digest: Some(command.digest) };
            self.commands.insert(command.id, found);
        }
        receipt
    }

    fn append(
        &mut self,
        stream: StreamId,
        record: &NewRecord,
        command: CommandId,
        at: Timestamp,
    ) -> Arc<Kept> {
        let number = record.number_from.clone().map(|series| {
            let drawn = self.drawn.entry(series.clone()).or_default();
            *drawn += 1;
            Number { series, value: *drawn }
        });
        let kept = Arc::new(Kept {
            position: Position(self.tree.size()).next(),
            stream,
            version: self.version(stream).next(),
            recorded_at: at,
            command,
            number,
            event_type: record.event_type,
            schema_version: record.schema_version,
            codec: record.codec,
            payload: record.payload.clone(),
        });
        self.tree.append(kept.record(self.municipality).leaf(), |node| {
            if node.level == 0 || node.is_kept() {
                self.nodes.entry(node.level).or_default().push(node.hash);
            }
        });
        self.records.push(Arc::clone(&kept));
        self.streams.entry(stream).or_default().push(Arc::clone(&kept));
        kept
    }
}

/// What comes after the first `after` of them.
fn page<T: Clone>(all: &[T], after: u64, max: usize) -> Vec<T> {
    let from = usize::try_from(after).unwrap_or(usize::MAX).min(all.len());
    all[from..].iter().take(max).cloned().collect()
}
