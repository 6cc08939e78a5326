//! docs/law.md: every rule of the lists has a row, and every test that a row names is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../../../../docs/law.md");

/// The lists: the letter of their rows, how many there are, and the cell that names tests; `None` where names of the code stand beside.
const LISTS: [(char, u32, Option<usize>); 4] =
    [('L', 25, Some(4)), ('A', 31, Some(4)), ('P', 14, Some(3)), ('Z', 18, None)];

/// The rows of a list.
fn rows(letter: char) -> impl Iterator<Item = &'static str> {
    let begins = move |line: &&str| {
        let rest = line.strip_prefix("| ").and_then(|rest| rest.strip_prefix(letter));
        rest.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    };
    PAGE.lines().filter(begins)
}

/// The names of tests and laws in a cell.
fn named(row: &str, cell: usize) -> impl Iterator<Item = &str> {
    let cell = row.split(" | ").nth(cell - 1).unwrap_or_default();
    let names = cell.split('`').skip(1).step_by(2).map(|name| name.trim_start_matches("laws::"));
    names.filter(|name| !name.contains(['/', '.']))
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
    for (letter, count, _) in LISTS {
        let numbers: Vec<_> = rows(letter).map(|row| row[2..].split(' ').next().unwrap()).collect();
        let expected: Vec<_> = (1..=count).map(|number| format!("{letter}{number}")).collect();
        assert_eq!(numbers, expected);
    }
}

#[test]
fn every_test_that_the_table_names_is_there() {
    let crates = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut functions = BTreeSet::new();
    functions_below(&crates, &mut functions);
    let tested = LISTS.iter().filter_map(|(letter, _, cell)| Some((*letter, (*cell)?)));
    for (row, cell) in tested.flat_map(|(letter, cell)| rows(letter).map(move |row| (row, cell))) {
        let names: Vec<_> = named(row, cell).map(|name| name.trim_end_matches(" |")).collect();
        assert!(!names.is_empty(), "{row} names no test");
        for name in names {
            assert!(functions.contains(name), "docs/law.md names {name}, which is no function");
        }
    }
}
