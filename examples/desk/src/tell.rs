//! What was found, in sentences or as JSON.

use std::io::{self, Write};
use std::path::Path;

use serde_json::json;
use shinsei::witnessing::{Refused, Witnessed};
use shinsei_core::audit::Report;
use shinsei_core::catalog::{Catalog, CatalogError, Defect};
use shinsei_core::ids::Municipality;
use shinsei_core::note::VerifierKey;
use shinsei_core::port::erasure::Remnant;
use shinsei_core::port::witness::WitnessError;
use shinsei_core::time::Timestamp;
use shinsei_proof::export::Exported;

/// The most findings that are told in sentences.
const TOLD_MAX: usize = 20;

/// Who tells what was found, to whom.
pub(crate) struct Teller<'o> {
    pub(crate) json: bool,
    pub(crate) out: &'o mut dyn Write,
}

impl Teller<'_> {
    /// Tells of a log or a case; `asked` is true when it was to be held against a witnessed head. True when all is well.
    pub(crate) fn report(&mut self, what: &str, report: &Report, asked: bool) -> io::Result<bool> {
        let well = report.is_whole() && (!asked || report.witnessed.is_some());
        if self.json {
            let finding = |found: &shinsei_core::audit::finding::Finding| json!({"position": found.position.0, "code": found.defect.code(), "text": found.to_string()});
            let findings: Vec<_> = report.findings.iter().map(finding).collect();
            let told = json!({
                "of": what, "municipality": report.municipality, "well": well, "records": report.head.size,
                "root": report.head.root.to_string(), "witnessed": report.witnessed, "findings": findings,
                "found": report.found,
            });
            writeln!(self.out, "{told}")?;
            return Ok(well);
        }
        for found in report.findings.iter().take(TOLD_MAX) {
            writeln!(self.out, "{what}: {found}")?;
        }
        let told = report.findings.len().min(TOLD_MAX) as u64;
        if report.found > told {
            writeln!(self.out, "{what}: and {} more", report.found - told)?;
        }
        let size = report.head.size;
        match (report.is_whole(), report.witnessed) {
            (false, _) => writeln!(self.out, "{what}: NOT as it was recorded")?,
            (true, Some(witnessed)) if witnessed < size => writeln!(
                self.out,
                "{what}: nothing was altered up to record {witnessed}, as a witnessed head shows; the {} after it are \
                 consistent in themselves and not witnessed yet",
                size - witnessed
            )?,
            (true, Some(witnessed)) => writeln!(
                self.out,
                "{what}: nothing was altered in {size} records, as a witnessed head of {witnessed} shows"
            )?,
            (true, None) if asked => writeln!(
                self.out,
                "{what}: consistent in itself, but no witnessed head that was given is of it: nothing more is shown"
            )?,
            (true, None) => writeln!(
                self.out,
                "{what}: {size} records, consistent in themselves. Without a witnessed head (--head) this shows internal \
                 consistency only: whoever altered the log may have altered its hashes as well"
            )?,
        }
        Ok(well)
    }

    /// Tells of a catalog that was read: all is well.
    pub(crate) fn catalog(&mut self, folder: &Path, catalog: &Catalog) -> io::Result<bool> {
        let (procedures, divisions) = (catalog.procedures().len(), catalog.divisions().len());
        let forms = catalog.procedures().iter().filter(|procedure| !procedure.form.is_empty()).count();
        if self.json {
            let told = json!({"catalog": folder, "well": true, "procedures": procedures, "divisions": divisions,
                              "forms": forms});
            writeln!(self.out, "{told}")?;
        } else {
            writeln!(
                self.out,
                "{}: procedures: {procedures}, divisions: {divisions}, forms with fields: {forms}",
                folder.display()
            )?;
        }
        Ok(true)
    }

    /// Tells everything that is wrong with a catalog.
    pub(crate) fn defects(&mut self, folder: &Path, error: &CatalogError) -> io::Result<bool> {
        for defect in &error.defects {
            let file = folder.join(defect.sheet.file_name());
            if self.json {
                let Defect { line, column, found, .. } = defect;
                let (text, expected) = (defect.to_string(), defect.expected.to_string());
                let told = json!({"file": file, "line": line, "column": column, "found": found,
                                  "expected": expected, "text": text});
                writeln!(self.out, "{told}")?;
            } else {
                writeln!(self.out, "{} {}", file.display(), defect.within_its_file())?;
            }
        }
        Ok(false)
    }

    /// Tells of a bundle that was written.
    pub(crate) fn exported(&mut self, place: &str, exported: &Exported, pinned: bool) -> io::Result<()> {
        let Exported { records, documents, head } = exported;
        if self.json {
            let told = json!({"bundle": place, "records": records, "documents": documents, "size": head.size,
                              "root": head.root.to_string(), "pinned": pinned});
            return writeln!(self.out, "{told}");
        }
        writeln!(
            self.out,
            "{place}: {records} records and {documents} documents, under the head of {} records {}",
            head.size, head.root
        )
    }

    /// Tells of a head that was witnessed, and by which key it is verified; where a witness does not know the log, which key it
    /// must be told.
    pub(crate) fn witnessed(
        &mut self,
        witnessed: &Witnessed,
        key: &VerifierKey,
        log_key: &VerifierKey,
    ) -> io::Result<bool> {
        let Witnessed { municipality, head, refused, .. } = witnessed;
        if self.json {
            let refused: Vec<_> =
                refused.iter().map(|(by, why)| json!({"by": by, "why": why.to_string()})).collect();
            let told = json!({"municipality": municipality, "records": head.size, "root": head.root.to_string(),
                              "key": key.to_string(), "log_key": log_key.to_string(), "refused": refused});
            writeln!(self.out, "{told}")?;
            return Ok(witnessed.refused.is_empty());
        }
        if refused.iter().all(|(by, _)| by != key.name()) {
            writeln!(
                self.out,
                "{municipality}: the head of {} records is witnessed; --key {key}",
                head.size
            )?;
        }
        for (by, why) in refused {
            writeln!(
                self.out,
                "{municipality}: the head of {} records is NOT witnessed by {by}: {why}",
                head.size
            )?;
            if matches!(why, Refused::Witness(WitnessError::UnknownLog | WitnessError::NotSigned)) {
                writeln!(self.out, "{municipality}: the log is {}, its key {log_key}", log_key.name())?;
            }
        }
        Ok(refused.is_empty())
    }

    /// Tells how many accesses of a municipality were forgotten.
    pub(crate) fn forgotten(
        &mut self,
        municipality: Municipality,
        before: Timestamp,
        accesses: u64,
    ) -> io::Result<()> {
        if self.json {
            let told =
                json!({"municipality": municipality, "before": before.to_string(), "forgotten": accesses});
            return writeln!(self.out, "{told}");
        }
        writeln!(self.out, "{municipality}: {accesses} accesses of before {before} were forgotten")
    }

    /// Tells of an erasure check. True when nothing was found.
    pub(crate) fn remnants(&mut self, remnants: &[Remnant]) -> io::Result<bool> {
        for remnant in remnants {
            if self.json {
                writeln!(self.out, "{}", json!({"place": remnant.place, "what": remnant.what}))?;
            } else {
                writeln!(self.out, "{}: {}", remnant.place, remnant.what)?;
            }
        }
        if remnants.is_empty() && !self.json {
            writeln!(self.out, "no remnant of what was erased was found")?;
        }
        Ok(remnants.is_empty())
    }
}
