//! Verifies a bundle: no store, no network, no program that wrote it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use shinsei_core::audit::references::references;
use shinsei_core::audit::{Audit, Report};
use shinsei_core::bytes::from_hex;
use shinsei_core::document::{DocumentRef, SaltedDigest};
use shinsei_core::ids::{Municipality, StreamId};
use shinsei_core::record::RawRecord;
use shinsei_core::tree::{Hash, Head};

use crate::case::CaseAudit;
use crate::error::{BundleError, read_failed};
use crate::format::{DocumentText, FORM, LINE_BYTES_MAX, Line, MANIFEST, Manifest, RECORDS, document_path};

/// What is said of a line that is no record.
const NO_LINE: &str = "its line is not of the form of a record";

/// What was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The case or other stream; `None` for the whole log.
    pub stream: Option<StreamId>,
    /// How many records were read.
    pub records: u64,
    /// What was found.
    pub report: Report,
}

/// A bundle that can be verified.
#[derive(Debug)]
pub struct Bundle {
    path: PathBuf,
    manifest: Manifest,
}

impl Bundle {
    /// Opens a bundle.
    ///
    /// # Errors
    /// [`BundleError`] when its `bundle.json` cannot be read or describes another form.
    pub fn open(path: &Path) -> Result<Self, BundleError> {
        let file = path.join(MANIFEST);
        let text = std::fs::read(&file).map_err(read_failed(&file))?;
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|source| BundleError::Manifest { path: file, source })?;
        if manifest.form != FORM {
            return Err(BundleError::Form { found: manifest.form, known: FORM });
        }
        Ok(Self { path: path.to_owned(), manifest })
    }

    /// Whose log it is of.
    pub fn municipality(&self) -> Municipality {
        self.manifest.municipality
    }

    /// Verifies it against heads that were witnessed outside; without one it is shown to be consistent in itself.
    ///
    /// # Errors
    /// [`BundleError::Io`] when its records cannot be read. A document that cannot be read is missing, which is a finding.
    pub fn verify(&self, heads: &[Head]) -> Result<Verified, BundleError> {
        let head = self.manifest.head.into();
        let mut auditor = match self.manifest.stream {
            None => Auditor::Log(Audit::new(self.manifest.municipality, heads)),
            Some(stream) => Auditor::Case(CaseAudit::new(&self.manifest, stream.0, heads)),
        };
        let mut records = 0;
        self.lines(|line| {
            records += 1;
            self.line(line, &mut auditor);
        })?;
        let stream = self.manifest.stream.map(|stream| stream.0);
        let report = match auditor {
            Auditor::Log(audit) => audit.finish(head),
            Auditor::Case(audit) => audit.finish(self.manifest.records),
        };
        Ok(Verified { stream, records, report })
    }

    /// Visits the records as they stand in the bundle, without verifying them; a line that is none with why it is none.
    ///
    /// # Errors
    /// [`BundleError::Io`] when they cannot be read.
    pub fn records(
        &self,
        each: &mut dyn FnMut(Result<RawRecord<'_>, &'static str>),
    ) -> Result<(), BundleError> {
        self.lines(|text| {
            let mut room = Vec::new();
            match serde_json::from_slice::<Line<'_>>(text) {
                Ok(line) => each(line.record(self.manifest.municipality, &mut room)),
                Err(_) => each(Err(NO_LINE)),
            }
        })
    }

    fn line(&self, line: &[u8], auditor: &mut Auditor) {
        let line: Line<'_> = match serde_json::from_slice(line) {
            Ok(line) => line,
            Err(_) => return auditor.unreadable(NO_LINE),
        };
        let mut room = Vec::new();
        let record = match line.record(self.manifest.municipality, &mut room) {
            Ok(record) => record,
            Err(why) => return auditor.unreadable(why),
        };
        let leaf = line.leaf.map(|leaf| leaf.0);
        auditor.record(&record, leaf, &line);
        for reference in references(record.payload) {
            let found = line.documents.iter().find(|document| document.id == reference.id.0);
            let found = found.and_then(|document| self.is_the_one(document, &reference));
            auditor.document(&record, reference, found);
        }
    }

    /// Whether a document is the one that a record refers to; `None` when its bytes are not there.
    fn is_the_one(&self, document: &DocumentText, reference: &DocumentRef) -> Option<bool> {
        let mut file = File::open(document_path(&self.path, reference.id)).ok()?;
        let Some(salt) = from_hex::<16>(&document.salt) else { return Some(false) };
        let mut digest = Sha256::new().chain_update(salt);
        std::io::copy(&mut file, &mut digest).ok()?;
        Some(SaltedDigest(digest.finalize().into()) == reference.digest)
    }

    fn lines(&self, mut each: impl FnMut(&[u8])) -> Result<(), BundleError> {
        let path = self.path.join(RECORDS);
        let failed = |source| BundleError::Io { path: path.clone(), source };
        let mut file = BufReader::with_capacity(1 << 20, File::open(&path).map_err(failed)?);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = (&mut file).take(LINE_BYTES_MAX).read_until(b'\n', &mut line).map_err(failed)?;
            match line.strip_suffix(b"\n") {
                _ if read == 0 => return Ok(()),
                Some(whole) => each(whole),
                // Torn or too long: what there is of it is no record.
                None => {
                    each(&line);
                    if read as u64 == LINE_BYTES_MAX {
                        file.skip_until(b'\n').map_err(failed)?;
                    }
                }
            }
        }
    }
}

/// Whoever takes the records of a bundle.
enum Auditor {
    Log(Audit),
    Case(CaseAudit),
}

impl Auditor {
    fn record(&mut self, record: &RawRecord<'_>, leaf: Option<Hash>, line: &Line<'_>) {
        match self {
            Self::Log(audit) => audit.record(record, leaf),
            Self::Case(audit) => audit.record(record, leaf, line.proof.as_deref()),
        }
    }

    fn document(&mut self, record: &RawRecord<'_>, reference: DocumentRef, found: Option<bool>) {
        match self {
            Self::Log(audit) => audit.document(record.position, record.stream, reference, found),
            Self::Case(audit) => audit.document(record.position, reference, found),
        }
    }

    fn unreadable(&mut self, why: &'static str) {
        match self {
            Self::Log(audit) => audit.unreadable(why),
            Self::Case(audit) => audit.unreadable(why),
        }
    }
}
