//! What was found, in sentences or as JSON.

use std::io::{self, Write};
use std::path::Path;

use chrono::NaiveDate;
use serde_json::json;
use shinsei::projection::Lag;
use shinsei::projection::compared::Difference;
use shinsei::witnessing::{Refused, Witnessed};
use shinsei_core::audit::Report;
use shinsei_core::catalog::{Catalog, CatalogError, Defect};
use shinsei_core::ids::Municipality;
use shinsei_core::listing::{CaseRow, Count};
use shinsei_core::note::VerifierKey;
use shinsei_core::port::erasure::Remnant;
use shinsei_core::port::view::Parked;
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

    /// Tells in what lists differ from their log. True when in nothing.
    pub(crate) fn compared(
        &mut self,
        municipality: Municipality,
        compared: Option<Vec<Difference>>,
    ) -> io::Result<bool> {
        let well = compared.as_ref().is_some_and(Vec::is_empty);
        if self.json {
            let differences: Option<Vec<_>> =
                compared.map(|all| all.iter().map(Difference::to_string).collect());
            let told = json!({"municipality": municipality, "well": well, "differences": differences});
            writeln!(self.out, "{told}")?;
            return Ok(well);
        }
        match compared {
            None => writeln!(
                self.out,
                "{municipality}: no list was there to be compared: it was not built yet, it is of another version, or it moved \
                 on meanwhile; try again, or --rebuild"
            )?,
            Some(differences) if differences.is_empty() => {
                writeln!(self.out, "{municipality}: the lists say what the log says")?;
            }
            Some(differences) => {
                for difference in differences.iter().take(TOLD_MAX) {
                    writeln!(self.out, "{municipality}: {difference}")?;
                }
                if differences.len() > TOLD_MAX {
                    writeln!(self.out, "{municipality}: and {} more", differences.len() - TOLD_MAX)?;
                }
                writeln!(
                    self.out,
                    "{municipality}: the lists are NOT what the log says; --rebuild puts them right"
                )?;
            }
        }
        Ok(well)
    }

    /// Tells that there is no list to be asked. Never well.
    pub(crate) fn no_lists(&mut self, municipality: Municipality) -> io::Result<bool> {
        if self.json {
            writeln!(self.out, "{}", json!({"municipality": municipality, "well": false, "listed": null}))?;
        } else {
            let how = "let the service that follows the log run, or check-lists --rebuild";
            writeln!(self.out, "{municipality}: its cases are in no list here yet; {how}")?;
        }
        Ok(false)
    }

    /// Tells of cases, one a line, and whether there are more.
    pub(crate) fn cases(
        &mut self,
        municipality: Municipality,
        rows: &[CaseRow],
        is_cut: bool,
        today: NaiveDate,
    ) -> io::Result<()> {
        for row in rows {
            let is_overdue = row.is_open && row.due.is_some_and(|due| due < today);
            if self.json {
                let mut told = serde_json::to_value(row)?;
                told["is_overdue"] = is_overdue.into();
                writeln!(self.out, "{told}")?;
            } else {
                writeln!(self.out, "{}", line(row, is_overdue))?;
            }
        }
        if self.json {
            let told = json!({"municipality": municipality, "listed": rows.len(), "more": is_cut});
            return writeln!(self.out, "{told}");
        }
        match (rows.len(), is_cut) {
            (0, _) => writeln!(self.out, "{municipality}: no case is listed under that"),
            (shown, true) => {
                writeln!(self.out, "{municipality}: cases shown: {shown}, and there are more; see --rows")
            }
            (shown, false) => writeln!(self.out, "{municipality}: cases: {shown}"),
        }
    }

    /// Tells how many cases stand where.
    pub(crate) fn counts(&mut self, municipality: Municipality, counts: &[Count]) -> io::Result<()> {
        for Count { procedure, state, cases } in counts {
            if self.json {
                let told = json!({"municipality": municipality, "procedure": procedure,
                                  "state": state, "cases": cases});
                writeln!(self.out, "{told}")?;
            } else {
                writeln!(self.out, "{procedure}  {state}  {cases}")?;
            }
        }
        if self.json {
            return Ok(());
        }
        let all: u64 = counts.iter().map(|count| count.cases).sum();
        writeln!(self.out, "{municipality}: cases: {all}")
    }

    /// Tells which cases lists cannot show as they are, and how far they are behind the log. True when every case could be read:
    /// lists are always behind by moments while a service runs.
    pub(crate) fn left_out(
        &mut self,
        municipality: Municipality,
        parked: &[Parked],
        lag: &Lag,
    ) -> io::Result<bool> {
        let well = parked.is_empty();
        if self.json {
            let one = |Parked { case, position, why }: &Parked| json!({"case": case, "position": position.0, "why": why});
            let parked: Vec<_> = parked.iter().map(one).collect();
            let since = lag.since.map(|since| since.to_string());
            let told = json!({"municipality": municipality, "well": well, "records_behind": lag.records,
                              "behind_since": since, "unreadable": parked});
            writeln!(self.out, "{told}")?;
            return Ok(well);
        }
        for Parked { case, position, why } in parked {
            let position = position.0;
            writeln!(
                self.out,
                "{municipality}: case {case} is shown as it was before record {position}: {why}"
            )?;
        }
        if let Some(since) = lag.since {
            let records = lag.records;
            writeln!(
                self.out,
                "{municipality}: records of the log not listed yet: {records}, since {since}"
            )?;
        }
        Ok(well)
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

/// A case in one line: by when, its number, what it is, where it stands and with whom, when it arrived, and what to look at.
fn line(row: &CaseRow, is_overdue: bool) -> String {
    let due = row.due.map_or_else(|| "-".to_owned(), |day| day.to_string());
    let receipt = row.receipt.map_or_else(|| "-".to_owned(), |receipt| receipt.to_string());
    let officer = row.officer.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    let arrived = row.arrived_at.to_jst().format("%Y-%m-%d %H:%M");
    let CaseRow { procedure, procedure_name, label, division, form_defects, .. } = row;
    let mut line = format!(
        "{due:10}  {receipt}  {procedure} {procedure_name}  {label}  {division} {officer}  arrived {arrived}"
    );
    let mut mark = |holds: bool, words: &str| {
        if holds {
            line += "  ";
            line += words;
        }
    };
    mark(is_overdue, "OVERDUE");
    mark(row.is_late, "arrived late");
    mark(row.has_open_money, "money is open");
    mark(*form_defects > 0, &format!("to be put right in its form: {form_defects}"));
    line
}
