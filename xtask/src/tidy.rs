//! `cargo xtask tidy`: the rules of this repository that neither the compiler nor clippy checks.
//!
//! It is a test as well, so that `cargo xtask test` covers it. One file a kind of input; each rule has a test
//! that shows it a broken one.

mod document;
mod manifest;
mod source;
mod text;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, cargo, root};

/// The law's words, and where they stand in the code.
const GLOSSARY: &str = "docs/glossary.md";

/// One place that breaks a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    file: String,
    line: usize,
    what: String,
}

impl Finding {
    fn new(file: &str, line: usize, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, what: what.into() }
    }
}

/// Checks every rule and prints what breaks one.
///
/// # Errors
/// A sentence, when a rule is broken or the repository cannot be read.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if let Some(argument) = arguments.first() {
        return Err(format!("it takes no arguments, and {argument} was given"));
    }
    let findings = check(root())?;
    for Finding { file, line, what } in &findings {
        eprintln!("{file}:{line}: {what}");
    }
    if findings.is_empty() { Ok(()) } else { Err(format!("{} places to mend", findings.len())) }
}

fn check(root: &Path) -> Result<Vec<Finding>, String> {
    let mut findings = manifest::check(&metadata()?)?;
    let mut lengths = Vec::new();
    let mut words = BTreeSet::new();
    let mut glossary = None;
    for file in files(root)? {
        let path = root.join(&file);
        let bytes =
            std::fs::read(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let Ok(content) = String::from_utf8(bytes) else { continue };
        findings.extend(text::check(&file, &content));
        findings.extend(manifest::check_text(&file, &content));
        if file.ends_with(".rs") {
            findings.extend(source::check(&file, &content));
            if file.starts_with("crates/") {
                words.extend(document::words(&content));
            }
            lengths.push((file, content.lines().count()));
        } else if file.ends_with(".md") {
            findings.extend(document::check_links(&file, &content, &|path| root.join(path).exists()));
            if file == GLOSSARY {
                glossary = Some(content);
            }
        }
    }
    findings.extend(source::check_sizes(&lengths, source::LONG_FILES));
    let glossary = glossary.ok_or_else(|| format!("{GLOSSARY} is missing"))?;
    findings.extend(document::check_glossary(GLOSSARY, &glossary, &words));
    findings.sort();
    Ok(findings)
}

fn metadata() -> Result<serde_json::Value, String> {
    let output = cargo()
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .map_err(|error| format!("cargo did not start: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata is no JSON: {error}"))
}

/// The files of the repository, relative to its root: those git knows or would take; without a repository, all.
fn files(root: &Path) -> Result<Vec<String>, String> {
    if !root.join(".git").exists() {
        let mut files = Vec::new();
        walk(root, Path::new(""), &mut files)?;
        return Ok(files);
    }
    // OK because nothing of the repository is run: whose files they are does not matter for reading their names.
    let output = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("git did not start ({error}); install the Debian package git"))?;
    if !output.status.success() {
        return Err(format!("git ls-files: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let names = String::from_utf8(output.stdout).map_err(|_| "a file name is not UTF-8".to_owned())?;
    let files = names.split_terminator('\0').map(str::to_owned);
    Ok(files.filter(|file| root.join(file).is_file()).collect())
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<String>) -> Outcome {
    let whole = root.join(folder);
    let entries =
        std::fs::read_dir(&whole).map_err(|error| format!("cannot read {}: {error}", whole.display()))?;
    for entry in entries {
        let entry = entry.map_err(|error| format!("cannot read {}: {error}", whole.display()))?;
        let name: PathBuf = folder.join(entry.file_name());
        if entry.path().is_dir() {
            if entry.file_name() != "target" {
                walk(root, &name, files)?;
            }
        } else {
            files.push(name.to_string_lossy().into_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        assert_eq!(check(root()).unwrap(), []);
    }

    #[test]
    fn git_and_a_walk_find_the_same_sources() {
        let mut walked = Vec::new();
        walk(root(), Path::new("xtask"), &mut walked).unwrap();
        let mut listed = files(root()).unwrap();
        listed.retain(|file| file.starts_with("xtask/"));
        walked.sort();
        listed.sort();
        assert_eq!(walked, listed);
    }
}
