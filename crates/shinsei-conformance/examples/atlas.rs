//! Writes the states of a case and the table of its commands into a folder; with `--check` says which of them is stale.
//!
//! `cargo xtask diagram` runs it.

use std::path::PathBuf;
use std::process::ExitCode;

use shinsei_conformance::atlas::Atlas;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, checks) = match &arguments[..] {
        [folder] => (PathBuf::from(folder), false),
        [folder, check] if check == "--check" => (PathBuf::from(folder), true),
        _ => {
            eprintln!("usage: atlas FOLDER [--check]");
            return ExitCode::from(2);
        }
    };
    let mut ends = ExitCode::SUCCESS;
    for (name, content) in Atlas::of_the_sample().documents() {
        let path = folder.join(name);
        if checks {
            if std::fs::read_to_string(&path).ok().as_deref() != Some(&content) {
                eprintln!("{} is stale", path.display());
                ends = ExitCode::FAILURE;
            }
        } else if let Err(error) = std::fs::write(&path, content) {
            eprintln!("cannot write {}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    ends
}
