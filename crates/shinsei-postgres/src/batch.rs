//! A batch, judged and recorded in memory on what is known of the database: each commit on what those before it left.
//!
//! Nothing here reaches the database. `facts` reads what must be known, under the head rows' locks; `writes` puts down
//! what came of it.

use std::collections::{BTreeMap, HashMap, HashSet};

use shinsei_core::agenda::EntryKey;
use shinsei_core::document::NewDocument;
use shinsei_core::ids::{CommandId, DocumentId, Municipality, Position, Series, StreamId, Version};
use shinsei_core::port::store::{Append, CommandKey, Commit, Found, Outcome, Receipt, recording_time};
use shinsei_core::record::{Number, RawRecord};
use shinsei_core::time::Timestamp;
use shinsei_core::tree::{Frontier, Hash, Node};
use uuid::Uuid;

use crate::entries::Entries;
use crate::error::{Fault, Result};

/// What is known when a batch begins, and changes as its commits are recorded.
pub(crate) struct Known<'b> {
    pub(crate) now: Timestamp,
    pub(crate) step_back_max_micros: i64,
    pub(crate) heads: BTreeMap<Municipality, Head>,
    pub(crate) commands: HashMap<(Municipality, CommandId), Found>,
    pub(crate) versions: HashMap<(Municipality, StreamId), Version>,
    pub(crate) series: HashMap<(Municipality, &'b Series), u64>,
    pub(crate) entries: Entries<'b>,
    pub(crate) linked: HashSet<(Municipality, DocumentId)>,
    pub(crate) staged: HashMap<(Municipality, DocumentId), Staged>,
}

/// The head row of a municipality.
pub(crate) struct Head {
    pub(crate) frontier: Frontier,
    pub(crate) recorded_at: Option<Timestamp>,
    pub(crate) scheduled: u64,
    /// What it says of the kinds of events.
    pub(crate) kinds: i32,
    pub(crate) is_changed: bool,
}

/// What is staged for a document.
#[derive(Clone, Copy)]
pub(crate) struct Staged {
    pub(crate) body: Uuid,
    pub(crate) bytes: u64,
    pub(crate) sha256: [u8; 32],
}

/// What a batch writes, beside the changes of what is [`Known`].
#[derive(Default)]
pub(crate) struct Written<'b> {
    pub(crate) records: Vec<(RawRecord<'b>, Hash)>,
    pub(crate) commands: Vec<(Municipality, CommandKey, Receipt)>,
    pub(crate) nodes: Vec<(Municipality, Node)>,
    pub(crate) documents: Vec<(Municipality, &'b NewDocument, Option<Staged>)>,
}

impl<'b> Known<'b> {
    /// Judges each commit on what those before it left, and records those against which nothing speaks.
    pub(crate) fn settle(&mut self, batch: &'b [Commit]) -> Result<(Vec<Outcome>, Written<'b>)> {
        let mut written = Written::default();
        let mut outcomes = Vec::with_capacity(batch.len());
        for commit in batch {
            outcomes.push(match self.judge(commit)? {
                Judgement::Refused(outcome) => outcome,
                Judgement::Written(at) => Outcome::Done(self.record(&mut written, commit, at)?),
            });
        }
        Ok((outcomes, written))
    }

    fn head(&mut self, municipality: Municipality) -> Result<&mut Head> {
        self.heads
            .get_mut(&municipality)
            .ok_or_else(|| Fault::corrupt("a head row is missing that was locked"))
    }

    /// Judges a commit, and changes nothing.
    fn judge(&mut self, commit: &'b Commit) -> Result<Judgement> {
        let municipality = commit.municipality;
        let refused = |outcome| Ok(Judgement::Refused(outcome));
        if let Some(command) = commit.command
            && let Some(found) = self.commands.get(&(municipality, command.id))
        {
            return refused(found.clone().outcome(command));
        }
        let last = self.head(municipality)?.recorded_at;
        let at = recording_time(self.now, last, self.step_back_max_micros)?;
        if !commit.window.contains(at) {
            return refused(Outcome::OutsideWindow { at });
        }
        let appended = commit.appends.iter().map(|append| (append.stream, append.expected));
        for (stream, expected) in appended.chain(commit.unchanged.iter().copied()) {
            let actual = self.version(municipality, stream);
            if actual != expected {
                return refused(Outcome::Stale { stream, actual });
            }
        }
        if let Some(key) = self.first_lost(commit) {
            return refused(Outcome::LeaseLost { key: key.clone() });
        }
        let missing = commit.documents.iter().find(|document| !self.can_link(municipality, document));
        match missing {
            Some(document) => refused(Outcome::NotStaged { document: document.id }),
            None => Ok(Judgement::Written(at)),
        }
    }

    fn version(&self, municipality: Municipality, stream: StreamId) -> Version {
        self.versions.get(&(municipality, stream)).copied().unwrap_or_default()
    }

    fn first_lost(&self, commit: &'b Commit) -> Option<&'b EntryKey> {
        let is_held = |key, fence| self.entries.is_held(commit.municipality, key, fence);
        let mut lost = commit.settles.iter().filter(|settlement| !is_held(&settlement.key, settlement.fence));
        lost.next().map(|settlement| &settlement.key)
    }

    fn can_link(&self, municipality: Municipality, document: &NewDocument) -> bool {
        let there = document.body.staged().is_none_or(|(bytes, sha256)| {
            let staged = self.staged.get(&(municipality, document.id));
            staged.is_some_and(|staged| staged.bytes == bytes && staged.sha256 == sha256)
        });
        there && !self.linked.contains(&(municipality, document.id))
    }

    /// Records a commit that was judged.
    fn record(&mut self, written: &mut Written<'b>, commit: &'b Commit, at: Timestamp) -> Result<Receipt> {
        let municipality = commit.municipality;
        let before = Position(self.head(municipality)?.frontier.size());
        let mut numbers = Vec::new();
        if let Some(command) = commit.command {
            for append in &commit.appends {
                self.append(written, municipality, command.id, append, at, &mut numbers)?;
            }
        }
        let records = self.head(municipality)?.frontier.size() - before.0;
        let first = if records == 0 { before } else { before.next() };
        let receipt = Receipt { first, records, recorded_at: at, numbers };
        if let Some(command) = commit.command {
            let found = Found { receipt: receipt.clone(), digest: Some(command.digest) };
            self.commands.insert((municipality, command.id), found);
            written.commands.push((municipality, command, receipt.clone()));
        }
        for document in &commit.documents {
            let staged =
                document.body.staged().and_then(|_| self.staged.remove(&(municipality, document.id)));
            self.linked.insert((municipality, document.id));
            written.documents.push((municipality, document, staged));
        }
        for settlement in &commit.settles {
            self.entries.settle(municipality, settlement);
        }
        for change in &commit.agenda {
            let ordinal = self.head(municipality)?.scheduled + 1;
            if self.entries.change(municipality, change, at, ordinal) {
                let head = self.head(municipality)?;
                head.scheduled = ordinal;
                head.is_changed = true;
            }
        }
        Ok(receipt)
    }

    fn append(
        &mut self,
        written: &mut Written<'b>,
        municipality: Municipality,
        command: CommandId,
        append: &'b Append,
        at: Timestamp,
        numbers: &mut Vec<(Position, Number)>,
    ) -> Result<()> {
        for new in &append.records {
            let number = new.number_from.as_ref().map(|series| self.draw(municipality, series));
            let version = self.version(municipality, append.stream).next();
            self.versions.insert((municipality, append.stream), version);
            let head = self.head(municipality)?;
            let position = Position(head.frontier.size()).next();
            numbers.extend(number.clone().map(|number| (position, number)));
            let record = RawRecord {
                municipality,
                position,
                stream: append.stream,
                version,
                recorded_at: at,
                command,
                number,
                event_type: new.event_type,
                schema_version: new.schema_version,
                codec: new.codec,
                payload: &new.payload,
            };
            let leaf = record.leaf();
            head.append(leaf, at, |node| written.nodes.push((municipality, node)));
            written.records.push((record, leaf));
        }
        Ok(())
    }

    fn draw(&mut self, municipality: Municipality, series: &'b Series) -> Number {
        let last = self.series.entry((municipality, series)).or_default();
        *last += 1;
        Number { series: series.clone(), value: *last }
    }
}

impl Head {
    /// Appends the leaf of a record, and tells the nodes it completes at the levels that are kept.
    fn append(&mut self, leaf: Hash, at: Timestamp, mut keep: impl FnMut(Node)) {
        self.recorded_at = Some(at);
        self.is_changed = true;
        self.frontier.append(leaf, |node| {
            if node.is_kept() {
                keep(node);
            }
        });
    }
}

/// What is to become of a commit.
enum Judgement {
    /// Nothing is written.
    Refused(Outcome),
    /// All of it is written, recorded at this time.
    Written(Timestamp),
}
