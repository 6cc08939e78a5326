//! Bundles: what is exported verifies, and whatever is done to one is found with the record named.

use std::fs;
use std::path::PathBuf;

use shinsei_core::audit::Report;
use shinsei_core::audit::finding::{Defect, Finding};
use shinsei_core::ids::Position;
use shinsei_core::record::RawRecord;
use shinsei_core::tree::prover::Prover;
use shinsei_core::tree::{Head, leaf_hash};
use shinsei_proof::bundle::Bundle;
use shinsei_proof::error::{BundleError, ExportError};
use shinsei_proof::export;
use tempfile::TempDir;

use crate::kit::{Kept, case, document, hakodate, sapporo};

/// A bundle in a folder of its own.
struct Exported {
    _folder: TempDir,
    path: PathBuf,
    kept: Kept,
}

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle");
    (folder, path)
}

fn whole_log() -> Exported {
    let (folder, path) = place();
    let kept = Kept::of(20);
    export::municipality(&kept, hakodate(), &path).unwrap();
    Exported { _folder: folder, path, kept }
}

/// The bundle of case 7, pinned by a head of so many records.
fn one_case(witnessed: u64) -> (Exported, Head) {
    let (folder, path) = place();
    let kept = Kept::of(20);
    let head = Prover::new(&kept, hakodate()).head_at(witnessed).unwrap();
    export::stream(&kept, hakodate(), case(7), &path, Some(head)).unwrap();
    (Exported { _folder: folder, path, kept }, head)
}

impl Exported {
    fn verify(&self, heads: &[Head]) -> Report {
        Bundle::open(&self.path).unwrap().verify(heads).unwrap().report
    }

    fn lines(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path.join("records.jsonl")).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    fn rewrite(&self, lines: &[String]) {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        fs::write(self.path.join("records.jsonl"), text).unwrap();
    }

    fn file_of(&self, n: u64) -> PathBuf {
        let name = document(n).0.to_string();
        self.path.join("documents").join(&name[..2]).join(name)
    }
}

fn found(position: u64, defect: Defect) -> Finding {
    Finding { position: Position(position), defect }
}

fn first(report: &Report) -> (u64, &'static str) {
    report.findings.first().map_or((0, "whole"), |found| (found.position.0, found.defect.code()))
}

#[test]
fn a_whole_log_verifies_with_a_head_and_without() {
    let exported = whole_log();
    let head = exported.kept.head();
    let older = Prover::new(&exported.kept, hakodate()).head_at(33).unwrap();
    let report = exported.verify(&[head, older]);
    assert_eq!((report.is_whole(), report.witnessed, report.head), (true, Some(80), head), "{report:?}");
    assert_eq!(exported.verify(&[older]).witnessed, Some(33));
    assert_eq!(exported.verify(&[]).witnessed, None);
    let other = Head { root: leaf_hash(b"other"), ..head };
    assert_eq!(exported.verify(&[other]).findings, [found(1, Defect::OtherPast { last: Position(80) })]);
    let longer = Head { size: 81, root: leaf_hash(b"other") };
    assert_eq!(exported.verify(&[head, longer]).findings, [found(81, Defect::CutOff { witnessed: 81 })]);
}

/// What is found first after a change to the lines of a whole log.
fn after(change: impl FnOnce(&mut Vec<String>)) -> (u64, &'static str) {
    let exported = whole_log();
    let mut lines = exported.lines();
    change(&mut lines);
    exported.rewrite(&lines);
    first(&exported.verify(&[exported.kept.head()]))
}

/// The same, of a text that is put in place of another one in line 30.
fn after_writing(to: &str, in_place_of: &str) -> (u64, &'static str) {
    after(|lines| {
        assert!(lines[29].contains(in_place_of), "{}", lines[29]);
        lines[29] = lines[29].replacen(in_place_of, to, 1);
    })
}

#[test]
fn whatever_is_done_to_a_line_is_found_there() {
    assert_eq!(after(|_| {}), (0, "whole"));
    assert_eq!(after_writing(r#""by":"s-11""#, r#""by":"s-10""#), (30, "edited"));
    assert_eq!(after_writing(r#""by": "s-10""#, r#""by":"s-10""#), (30, "edited"));
    assert_eq!(after_writing("2026-05-08T", "2026-05-07T"), (30, "edited"));
    assert_eq!(after_writing("Reviewed", "ReviewStarted"), (30, "edited"));
    assert_eq!(after_writing(r#""version":3"#, r#""version":2"#), (30, "edited"));
    assert_eq!(after_writing(r#""value":11"#, r#""value":10"#), (30, "edited"));
    assert_eq!(after_writing(r#""position":31"#, r#""position":30"#), (30, "missing"));
    assert_eq!(after_writing(r#""pay""#, r#""payload""#), (30, "unreadable"));
    assert_eq!(after_writing(r#""codec":"xml""#, r#""codec":"json""#), (30, "unreadable"));
    assert_eq!(after(|lines| lines[29].truncate(50)), (30, "unreadable"));
    assert_eq!(after(|lines| drop(lines.remove(29))), (30, "missing"));
    assert_eq!(after(|lines| lines.truncate(60)), (61, "cut-off"));
    assert_eq!(after(|lines| lines.swap(29, 30)), (30, "missing"));
    assert_eq!(after(|lines| lines.insert(29, lines[28].clone())), (29, "out-of-order"));
    assert_eq!(after(Vec::clear), (1, "cut-off"));
}

#[test]
fn records_are_read_as_they_stand() {
    let exported = whole_log();
    let mut lines = exported.lines();
    lines[4] = "{}".to_owned();
    exported.rewrite(&lines);
    let (mut positions, mut unreadable) = (vec![], 0);
    let mut each = |record: Result<RawRecord<'_>, &'static str>| match record {
        Ok(record) => {
            let rows = exported.kept.rows.lock().unwrap();
            assert_eq!(record, rows[usize::try_from(record.position.0).unwrap() - 1].record());
            positions.push(record.position.0);
        }
        Err(_) => unreadable += 1,
    };
    Bundle::open(&exported.path).unwrap().records(&mut each).unwrap();
    let all_but_the_fifth: Vec<u64> = (1..=80).filter(|position| *position != 5).collect();
    assert_eq!((positions, unreadable), (all_but_the_fifth, 1));
}

#[test]
fn documents_that_are_not_there_or_not_the_same_are_found() {
    let exported = whole_log();
    fs::write(exported.file_of(3), "another form").unwrap();
    fs::remove_file(exported.file_of(9)).unwrap();
    let mut lines = exported.lines();
    let at = lines[11].find(r#""salt":""#).unwrap() + 8;
    lines[11].replace_range(at..at + 2, "zz");
    exported.rewrite(&lines);
    let report = exported.verify(&[exported.kept.head()]);
    assert_eq!(
        report.findings,
        [
            found(3, Defect::DocumentAltered { document: document(3) }),
            found(9, Defect::DocumentMissing { document: document(9), count: 1 }),
            found(12, Defect::DocumentAltered { document: document(12) }),
        ]
    );
}

#[test]
fn a_payload_that_is_no_json_on_one_line_comes_through() {
    let (folder, path) = place();
    let kept = Kept::of(1);
    for (place, payload) in [&b"\xff\x00 no text"[..], b"{\n}", b" {} "].into_iter().enumerate() {
        kept.rows.lock().unwrap()[place + 1].payload = payload.to_vec();
    }
    kept.grow();
    export::municipality(&kept, hakodate(), &path).unwrap();
    let exported = Exported { _folder: folder, path, kept };
    assert!(exported.verify(&[exported.kept.head()]).is_whole());
}

#[test]
fn a_case_is_proved_by_its_own_head_or_by_one_that_it_extends() {
    let (exported, witnessed) = one_case(50);
    let head = exported.kept.head();
    let report = exported.verify(&[witnessed]);
    assert_eq!((report.is_whole(), report.witnessed), (true, Some(50)), "{report:?}");
    assert_eq!(exported.verify(&[head, witnessed]).witnessed, Some(80));
    let unrelated = Prover::new(&exported.kept, hakodate()).head_at(60).unwrap();
    assert_eq!(exported.verify(&[unrelated]).witnessed, None, "the bundle has no proof from there");
    assert_eq!(exported.verify(&[]).witnessed, None);
    for size in [50, 80] {
        let other = Head { size, root: leaf_hash(b"other") };
        assert_eq!(first(&exported.verify(&[other])), (1, "other-past"));
    }
}

/// What is found first after a change to the lines of case 7, whose records stand at 7, 27, 47 and 67.
fn after_in_a_case(change: impl FnOnce(&mut Vec<String>)) -> (u64, &'static str) {
    let (exported, witnessed) = one_case(50);
    let mut lines = exported.lines();
    change(&mut lines);
    exported.rewrite(&lines);
    first(&exported.verify(&[witnessed]))
}

#[test]
fn whatever_is_done_to_a_case_is_found_at_its_record() {
    assert_eq!(after_in_a_case(|_| {}), (0, "whole"));
    assert_eq!(after_in_a_case(|lines| lines[1] = lines[1].replace("s-7", "s-8")), (27, "edited"));
    let without_leaf = |lines: &mut Vec<String>| {
        lines[1] = lines[1].replace("s-7", "s-8").replacen(r#""leaf":"#, r#""other":"#, 1);
    };
    assert_eq!(after_in_a_case(without_leaf), (27, "not-in-log"));
    assert_eq!(after_in_a_case(|lines| drop(lines.remove(1))), (47, "version"));
    assert_eq!(after_in_a_case(|lines| drop(lines.pop())), (48, "unreadable"));
    assert_eq!(after_in_a_case(|lines| lines.swap(1, 2)), (27, "version"));
    let of_another = |lines: &mut Vec<String>| lines[1] = lines[1].replace("000000000007", "000000000008");
    assert_eq!(after_in_a_case(of_another), (27, "unreadable"));
    let (exported, witnessed) = one_case(50);
    fs::remove_file(exported.file_of(7)).unwrap();
    let missing = Defect::DocumentMissing { document: document(7), count: 1 };
    assert_eq!(exported.verify(&[witnessed]).findings, [found(7, missing)]);
}

#[test]
fn an_edited_store_gives_a_bundle_that_shows_it() {
    let (folder, path) = place();
    let kept = Kept::of(20);
    kept.rows.lock().unwrap()[26].payload = b"{}".to_vec();
    export::stream(&kept, hakodate(), case(7), &path, Some(kept.head())).unwrap();
    let exported = Exported { _folder: folder, path, kept };
    assert_eq!(exported.verify(&[exported.kept.head()]).findings, [found(27, Defect::Edited)]);
}

#[test]
fn a_disposed_case_still_verifies_and_its_documents_are_gone() {
    let (folder, path) = place();
    let kept = Kept::of(20);
    kept.rows.lock().unwrap()[66].event_type = "Disposed";
    kept.grow();
    kept.documents.lock().unwrap().remove(&document(7));
    export::municipality(&kept, hakodate(), &path).unwrap();
    let case_path = folder.path().join("case");
    export::stream(&kept, hakodate(), case(7), &case_path, None).unwrap();
    let whole = Exported { path, _folder: folder, kept };
    assert!(whole.verify(&[whole.kept.head()]).is_whole());
    assert!(!whole.file_of(7).exists() && whole.file_of(8).exists());
    let report = Bundle::open(&case_path).unwrap().verify(&[whole.kept.head()]).unwrap().report;
    assert!(report.is_whole(), "{report:?}");
}

#[test]
fn what_cannot_be_exported_is_said_and_leaves_nothing_under_its_name() {
    let (_folder, path) = place();
    let kept = Kept::of(3);
    let nothing = export::municipality(&kept, sapporo(), &path);
    assert!(matches!(nothing, Err(ExportError::Nothing { .. })), "{nothing:?}");
    let longer = Head { size: 99, root: leaf_hash(b"longer") };
    let cut = export::stream(&kept, hakodate(), case(1), &path, Some(longer));
    assert!(matches!(cut, Err(ExportError::Store(_))), "{cut:?}");
    let unknown = export::stream(&kept, hakodate(), case(9), &path, None);
    assert!(matches!(unknown, Err(ExportError::Nothing { .. })), "{unknown:?}");
    let partial = path.with_extension("partial");
    assert!(!path.exists() && !partial.exists());
    fs::create_dir(&partial).unwrap();
    let stopped = export::municipality(&kept, hakodate(), &path);
    assert!(matches!(stopped, Err(ExportError::Exists { path }) if path == partial));
    fs::remove_dir(partial).unwrap();
    export::municipality(&kept, hakodate(), &path).unwrap();
    let again = export::municipality(&kept, hakodate(), &path);
    assert!(matches!(again, Err(ExportError::Exists { .. })), "{again:?}");
}

#[test]
fn what_is_no_bundle_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let open = |text: &str| {
        fs::write(folder.path().join("bundle.json"), text).unwrap();
        Bundle::open(folder.path())
    };
    assert!(matches!(Bundle::open(folder.path()), Err(BundleError::Io { .. })));
    assert!(matches!(open("{}"), Err(BundleError::Manifest { .. })));
    let root = "0".repeat(64);
    let manifest = |form: &str| {
        format!(
            r#"{{"form":"{form}","municipality":"012025","records":0,"head":{{"size":0,"root":"{root}"}}}}"#
        )
    };
    let other = open(&manifest("shinsei bundle 9"));
    assert!(matches!(other, Err(BundleError::Form { found, .. }) if found == "shinsei bundle 9"));
    let empty = open(&manifest("shinsei bundle 1")).unwrap();
    assert!(matches!(empty.verify(&[]), Err(BundleError::Io { .. })));
}
