//! A catalog's folder is checked as an engine would read it.

use std::path::Path;

use shinsei_core::catalog::{SAMPLE_DIVISIONS_CSV, SAMPLE_FORMS_CSV, SAMPLE_PROCEDURES_CSV};

use crate::kit::desk;

/// What is said of a folder with these sheets, without its own name.
fn said(sheets: [&[u8]; 3], how: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in ["procedures.csv", "divisions.csv", "forms.csv"].into_iter().zip(sheets) {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let place = folder.path().display().to_string();
    let (status, said) = desk(["check-catalog", &place].iter().chain(how));
    (status, said.replace(&place, "FOLDER"))
}

#[test]
fn a_catalog_that_is_right_is_counted() {
    let sheets = [SAMPLE_PROCEDURES_CSV, SAMPLE_DIVISIONS_CSV, SAMPLE_FORMS_CSV];
    let counted = "FOLDER: procedures: 61, divisions: 17, forms with fields: 6\n";
    assert_eq!(said(sheets, &[]), (0, counted.to_owned()));
    let (status, json) = said(sheets, &["--json"]);
    assert_eq!((status, json.contains(r#""well":true"#)), (0, true), "{json}");
}

#[test]
fn everything_that_is_wrong_is_named_by_file_line_and_column() {
    let sample = std::str::from_utf8(SAMPLE_PROCEDURES_CSV).unwrap();
    let procedures = sample.replacen(",情報公開関係,", ",情報,", 1).replacen(",法律,", ",民法,", 1);
    let (status, wrong) = said([procedures.as_bytes(), SAMPLE_DIVISIONS_CSV, SAMPLE_FORMS_CSV], &[]);
    let lines: Vec<&str> = wrong.lines().collect();
    assert_eq!((status, lines.len()), (1, 2), "{wrong}");
    assert!(
        lines[0]
            .starts_with("FOLDER/procedures.csv line 2, 分類: found 「情報」, expected one of 情報公開関係")
    );
    assert!(lines[1].contains("根拠区分: found 「民法」, expected one of 法律"), "{wrong}");
}

#[test]
fn a_folder_that_is_not_there_cannot_be_checked() {
    let (status, said) = desk(["check-catalog", "/nowhere/at/all"]);
    assert_eq!(status, 2, "{said}");
    assert!(said.starts_with("desk: /nowhere/at/all/procedures.csv cannot be read"), "{said}");
    assert!(!Path::new("/nowhere/at/all").exists());
}
