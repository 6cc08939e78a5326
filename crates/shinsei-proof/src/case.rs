//! Audits the bundle of a case: each record by its proof, all of them by their versions.

use shinsei_core::audit::finding::{Defect, Finding};
use shinsei_core::audit::{DISPOSALS, Report};
use shinsei_core::document::DocumentRef;
use shinsei_core::ids::{Municipality, Position, StreamId};
use shinsei_core::record::RawRecord;
use shinsei_core::tree::proof::{consistent, included};
use shinsei_core::tree::{Hash, Head};

use crate::format::{Extends, HexHash, Manifest};

/// Audits the records of one stream, in the order of their versions.
pub(crate) struct CaseAudit {
    municipality: Municipality,
    stream: StreamId,
    head: Head,
    witnessed: Option<u64>,
    position: Position,
    version: u64,
    records: u64,
    missing: Vec<(Position, DocumentRef)>,
    findings: Vec<Finding>,
}

impl CaseAudit {
    pub(crate) fn new(manifest: &Manifest, stream: StreamId, heads: &[Head]) -> Self {
        let head: Head = manifest.head.into();
        let mut audit = Self {
            municipality: manifest.municipality,
            stream,
            head,
            witnessed: None,
            position: Position(0),
            version: 0,
            records: 0,
            missing: Vec::new(),
            findings: Vec::new(),
        };
        audit.witnessed = heads.iter().filter_map(|witnessed| audit.meet(witnessed, &manifest.extends)).max();
        audit
    }

    /// The size of a witnessed head that the bundle's own head is or extends.
    fn meet(&mut self, witnessed: &Head, extends: &Option<Extends>) -> Option<u64> {
        if witnessed.size == self.head.size {
            if *witnessed == self.head {
                return Some(witnessed.size);
            }
            self.find(Position(1), Defect::OtherPast { last: Position(witnessed.size) });
            return None;
        }
        let extends = extends.as_ref().filter(|extends| extends.head.size == witnessed.size)?;
        let proof: Vec<Hash> = extends.proof.iter().map(|hash| hash.0).collect();
        match consistent(witnessed, &self.head, &proof) {
            Ok(()) => Some(witnessed.size),
            Err(_) => {
                self.find(Position(1), Defect::OtherPast { last: Position(witnessed.size) });
                None
            }
        }
    }

    pub(crate) fn record(&mut self, record: &RawRecord<'_>, kept: Option<Hash>, proof: Option<&[HexHash]>) {
        self.records += 1;
        if record.stream != self.stream {
            let why = "it is of another stream than the bundle".to_owned();
            self.find(record.position, Defect::Unreadable { why });
        }
        let expected = self.version + 1;
        if record.version.0 != expected {
            self.find(record.position, Defect::Version { expected, found: record.version.0 });
        }
        if record.position <= self.position {
            self.find(record.position, Defect::OutOfOrder { after: self.position });
        }
        (self.version, self.position) = (record.version.0, record.position);
        let path: Vec<Hash> = proof.unwrap_or_default().iter().map(|hash| hash.0).collect();
        let index = record.position.0.saturating_sub(1);
        let is_in = |leaf: Hash| included(leaf, index, &path, &self.head).is_ok();
        if !is_in(record.leaf()) {
            // What was kept is in the log, so that only what stands here now is not.
            let edited = kept.is_some_and(is_in);
            self.find(record.position, if edited { Defect::Edited } else { Defect::NotInLog });
        }
        if DISPOSALS.contains(&record.event_type) {
            self.missing.clear();
        }
    }

    pub(crate) fn document(&mut self, position: Position, reference: DocumentRef, found: Option<bool>) {
        match found {
            Some(true) => {}
            Some(false) => self.find(position, Defect::DocumentAltered { document: reference.id }),
            None => self.missing.push((position, reference)),
        }
    }

    pub(crate) fn unreadable(&mut self, why: &'static str) {
        self.records += 1;
        self.find(Position(self.position.0 + 1), Defect::Unreadable { why: why.to_owned() });
    }

    /// `records`: how many the bundle says that it has.
    pub(crate) fn finish(mut self, records: u64) -> Report {
        if self.records != records {
            let why = format!("the bundle has {} records and says {records}", self.records);
            self.find(Position(self.position.0 + 1), Defect::Unreadable { why });
        }
        for (position, reference) in std::mem::take(&mut self.missing) {
            self.find(position, Defect::DocumentMissing { document: reference.id, count: 1 });
        }
        self.findings.sort_by_key(|finding| finding.position);
        let found = self.findings.len() as u64;
        Report {
            municipality: self.municipality,
            head: self.head,
            witnessed: self.witnessed,
            findings: self.findings,
            found,
        }
    }

    fn find(&mut self, position: Position, defect: Defect) {
        self.findings.push(Finding { position, defect });
    }
}
