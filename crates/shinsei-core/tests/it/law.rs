//! docs/law.md: every rule of the list has a row, and every test that a row names is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../../../../docs/law.md");

/// The rows of the table, without its two first lines.
fn rows() -> impl Iterator<Item = &'static str> {
    PAGE.lines().filter(|line| line.starts_with("| L"))
}

/// The names of the last column.
fn named(row: &str) -> impl Iterator<Item = &str> {
    let last = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
    last.split('`').skip(1).step_by(2).map(|name| name.trim_start_matches("laws::"))
}

#[expect(clippy::disallowed_methods, reason = "OK because a test reads its own sources")]
fn functions_below(folder: &Path, functions: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            functions_below(&path, functions);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let names = text.split("fn ").skip(1).filter_map(|rest| rest.split('(').next());
            functions.extend(names.map(str::to_owned));
        }
    }
}

#[test]
fn every_rule_of_the_list_has_a_row_in_its_order() {
    let numbers: Vec<_> = rows().map(|row| row[2..].split(' ').next().unwrap()).collect();
    let expected: Vec<_> = (1..=25).map(|number| format!("L{number}")).collect();
    assert_eq!(numbers, expected);
}

#[test]
fn every_test_that_the_table_names_is_there() {
    let crates = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut functions = BTreeSet::new();
    functions_below(&crates, &mut functions);
    for row in rows() {
        let names: Vec<_> = named(row).collect();
        assert!(!names.is_empty(), "{row} names no test");
        for name in names {
            assert!(functions.contains(name), "docs/law.md names {name}, which is no function");
        }
    }
}
