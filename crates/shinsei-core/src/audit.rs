//! Audits a log, record by record: was anything altered, and what. It needs no store and no program that wrote the log.

pub mod finding;
pub mod log;
mod misplaced;
mod receipts;
pub mod references;

use std::collections::BTreeMap;

use crate::audit::finding::{Defect, Finding};
use crate::audit::misplaced::Misplaced;
use crate::document::DocumentRef;
use crate::ids::{Municipality, Position, Series, StreamId};
use crate::port::store::Standing;
use crate::record::RawRecord;
use crate::time::Timestamp;
use crate::tree::{Frontier, Hash, Head};

/// The most findings that an audit keeps; what comes after is counted. The first is what matters.
pub const FINDINGS_MAX: usize = 1_000;

/// The types of events that erase the documents of their stream: each covers every document that a record of the stream
/// before it refers to.
pub const DISPOSALS: [&str; 4] = ["Disposed", "DraftDiscarded", "UserPurged", "MandateDisposed"];

/// Audits the log of a municipality from its first record on, in order.
///
/// Memory grows with the number of streams, not with that of records.
pub struct Audit {
    municipality: Municipality,
    /// Heads that were witnessed outside, the smallest first; those that were not reached yet.
    heads: Vec<Head>,
    position: u64,
    recomputed: Frontier,
    /// The tree over the leaves as they were kept, from the first record on that is not what was kept.
    kept: Option<Frontier>,
    /// A position is missing or doubled: from there on no tree can be built.
    is_torn: bool,
    /// The size of the largest witnessed head that was met.
    witnessed: u64,
    streams: BTreeMap<StreamId, u64>,
    series: BTreeMap<Series, u64>,
    recorded_at: Option<Timestamp>,
    misplaced: Misplaced,
    missing: BTreeMap<StreamId, Missing>,
    /// Where the documents of a stream were last erased.
    disposed: BTreeMap<StreamId, Position>,
    findings: Vec<Finding>,
    found: u64,
}

/// Documents of a stream that are not there, until a disposal covers them.
struct Missing {
    position: Position,
    document: DocumentRef,
    count: u64,
}

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whose log.
    pub municipality: Municipality,
    /// How many records were read, and the root over them as they are.
    pub head: Head,
    /// The size of the largest witnessed head that the log agrees with; `None` without one: then it was shown to be
    /// consistent in itself, and nothing more.
    pub witnessed: Option<u64>,
    /// What is wrong, the first record first.
    pub findings: Vec<Finding>,
    /// How many there were, those included that were not kept.
    pub found: u64,
}

impl Report {
    /// True when nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.found == 0
    }
}

impl Audit {
    /// Begins an audit against heads that were witnessed outside, in any order; against none it shows that the log is
    /// consistent in itself.
    pub fn new(municipality: Municipality, heads: &[Head]) -> Self {
        let mut heads = heads.to_vec();
        heads.sort_by_key(|head| head.size);
        heads.dedup();
        let mut audit = Self {
            municipality,
            heads,
            position: 0,
            recomputed: Frontier::default(),
            kept: None,
            is_torn: false,
            witnessed: 0,
            streams: BTreeMap::new(),
            series: BTreeMap::new(),
            recorded_at: None,
            misplaced: Misplaced::default(),
            missing: BTreeMap::new(),
            disposed: BTreeMap::new(),
            findings: Vec::new(),
            found: 0,
        };
        audit.meet_heads();
        audit
    }

    /// Takes the next record, and the leaf hash that was kept when it was written, where that is known.
    pub fn record(&mut self, record: &RawRecord<'_>, kept: Option<Hash>) {
        if record.municipality != self.municipality {
            self.find(record.position, Defect::OtherMunicipality { found: record.municipality });
        }
        self.place(record.position);
        let leaf = record.leaf();
        self.misplaced.pass(record.position.0, leaf);
        let kept = kept.unwrap_or(leaf);
        if kept != leaf {
            self.kept.get_or_insert_with(|| self.recomputed.clone());
            self.misplaced.add(record, kept);
        }
        self.recomputed.append(leaf, |_| {});
        if let Some(tree) = &mut self.kept {
            tree.append(kept, |_| {});
        }
        self.envelope(record);
        self.meet_heads();
        if DISPOSALS.contains(&record.event_type) {
            self.missing.remove(&record.stream);
            self.disposed.insert(record.stream, record.position);
        }
    }

    /// Takes what was found of a document that a record refers to: `None` when it is not there, else whether it is the one.
    /// It may come later than records behind it.
    pub fn document(
        &mut self,
        position: Position,
        stream: StreamId,
        reference: DocumentRef,
        found: Option<bool>,
    ) {
        match found {
            Some(true) => {}
            Some(false) => self.find(position, Defect::DocumentAltered { document: reference.id }),
            None if self.disposed.get(&stream).is_some_and(|disposed| position < *disposed) => {}
            None => {
                let new = Missing { position, document: reference, count: 0 };
                self.missing.entry(stream).or_insert(new).count += 1;
            }
        }
    }

    /// Takes a finding of whoever reads the records, such as a line that cannot be read.
    pub fn find(&mut self, position: Position, defect: Defect) {
        self.found += 1;
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding { position, defect });
        }
    }

    /// True when this is the head of the records so far, and no witnessed head has more.
    fn has_head(&self, head: &Head) -> bool {
        self.heads.is_empty() && *head == self.recomputed.head()
    }

    /// Takes what is kept for the next commit of a log whose records end here, and holds it against them.
    fn stands(&mut self, standing: &Standing) {
        let last = self.position();
        if standing.recorded_at != self.recorded_at {
            self.find(last, Defect::TimeDiffers { kept: standing.recorded_at });
        }
        let mut series: BTreeMap<Series, (u64, u64)> = BTreeMap::new();
        for (one, given) in &self.series {
            series.entry(one.clone()).or_default().0 = *given;
        }
        for number in &standing.numbers {
            series.entry(number.series.clone()).or_default().1 = number.value;
        }
        for (series, (given, kept)) in series {
            if given != kept {
                self.find(last, Defect::SeriesDiffers { series, given, kept });
            }
        }
    }

    /// True when nothing is found as yet.
    fn is_clear(&self) -> bool {
        self.found == 0 && self.misplaced.is_empty()
    }

    /// Takes it that the next record is there and cannot be read, or is not there, for a reason that its store gives.
    pub fn unreadable(&mut self, why: impl Into<String>) {
        self.position += 1;
        self.is_torn = true;
        self.find(Position(self.position), Defect::Unreadable { why: why.into() });
    }

    /// Whose log it is.
    pub fn municipality(&self) -> Municipality {
        self.municipality
    }

    /// The position of the last record that was taken.
    pub fn position(&self) -> Position {
        Position(self.position)
    }

    /// Ends the audit; `claimed` is the head that the log gives for itself.
    pub fn finish(self, claimed: Head) -> Report {
        self.end(Ok(claimed))
    }

    /// Ends the audit of a log that gives a head for itself, or one that cannot be read.
    fn end(mut self, claimed: Result<Head, String>) -> Report {
        let head = Head { size: self.position, ..self.recomputed.head() };
        for head in std::mem::take(&mut self.heads) {
            self.find(Position(self.position + 1), Defect::CutOff { witnessed: head.size });
        }
        for (position, defect) in std::mem::take(&mut self.misplaced).told() {
            self.find(position, defect);
        }
        for (_, missing) in std::mem::take(&mut self.missing) {
            let Missing { position, document, count } = missing;
            self.find(position, Defect::DocumentMissing { document: document.id, count });
        }
        // What is wrong with the records says why the head is not theirs.
        match claimed {
            _ if self.found > 0 => {}
            Ok(claimed) if claimed == head => {}
            Ok(claimed) => self.find(Position(head.size), Defect::HeadDiffers { claimed: claimed.size }),
            Err(why) => self.find(Position(head.size), Defect::HeadUnreadable { why }),
        }
        self.findings.sort_by_key(|finding| finding.position);
        let witnessed = (self.witnessed > 0).then_some(self.witnessed);
        Report {
            municipality: self.municipality,
            head,
            witnessed,
            findings: self.findings,
            found: self.found,
        }
    }

    /// Holds the position against the one before.
    fn place(&mut self, position: Position) {
        let expected = self.position + 1;
        if position.0 > expected {
            let last = Position(position.0 - 1);
            self.find(Position(expected), Defect::Missing { last });
            self.is_torn = true;
        } else if position.0 < expected {
            self.find(position, Defect::OutOfOrder { after: Position(self.position) });
            self.is_torn = true;
        }
        self.position = self.position.max(position.0);
    }

    /// Holds version, number and time against those before; what was altered already tells nothing new by them.
    fn envelope(&mut self, record: &RawRecord<'_>) {
        let is_damaged = self.is_torn || self.kept.is_some();
        let version = self.streams.entry(record.stream).or_default();
        let expected = std::mem::replace(version, record.version.0) + 1;
        if record.version.0 != expected && !is_damaged {
            self.find(record.position, Defect::Version { expected, found: record.version.0 });
        }
        if let Some(number) = &record.number {
            let last = match self.series.get_mut(&number.series) {
                Some(last) => last,
                None => self.series.entry(number.series.clone()).or_default(),
            };
            let expected = std::mem::replace(last, number.value) + 1;
            if number.value != expected && !is_damaged {
                let series = number.series.clone();
                self.find(record.position, Defect::Number { series, expected, found: number.value });
            }
        }
        let before = self.recorded_at.replace(record.recorded_at);
        if before.is_some_and(|before| record.recorded_at < before) && !is_damaged {
            self.find(record.position, Defect::TimeDecreases);
        }
    }

    /// True when something behind a position is found already.
    fn is_told_since(&self, position: u64) -> bool {
        self.misplaced.reaches_beyond(position)
            || self.findings.iter().any(|finding| finding.position.0 > position)
    }

    /// Holds the trees against the witnessed heads of this size.
    fn meet_heads(&mut self) {
        let size = self.position;
        while self.heads.first().is_some_and(|head| head.size <= size) {
            let head = self.heads.remove(0);
            if self.is_torn {
                // What is missing or doubled is found already; no root can be compared.
                continue;
            }
            let kept = self.kept.as_ref().map(Frontier::head);
            if self.recomputed.head() == head {
                self.witnessed = size;
            } else if kept != Some(head) && !self.is_told_since(self.witnessed) {
                // The kept leaves were rewritten as well: only the heads narrow it down.
                let from = Position(self.witnessed + 1);
                self.find(from, Defect::OtherPast { last: Position(size) });
            }
        }
    }
}
