//! Folds bundles through the program of today and tells every difference from what the program of then had made of them.
//!
//! `cargo xtask replay [--write] BUNDLE...` runs it. Exit code 1: there are differences.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use shinsei_proof::replay::{STATES, replay, written};

const USAGE: &str = "\
Usage: cargo xtask replay [--write] BUNDLE...

Folds each bundle through the program of today, and tells every difference from what stands in its states.jsonl: what the program
that wrote that had made of each record.

  --write  writes states.jsonl into a bundle that has none, for later programs to be compared with

Status 0: no difference. Any other: there are some, or what was asked for cannot be done.
";

fn main() -> ExitCode {
    let (options, bundles): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let writes = options.iter().any(|option| option == "--write");
    if options.iter().any(|option| option == "--help") {
        return match std::io::stdout().write_all(USAGE.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(2),
        };
    }
    if let Some(unknown) = options.iter().find(|option| *option != "--write") {
        eprintln!("replay: there is no {unknown}; see --help");
        return ExitCode::from(2);
    }
    if bundles.is_empty() {
        eprintln!("replay: which bundle? See --help");
        return ExitCode::from(2);
    }
    let mut ends = ExitCode::SUCCESS;
    for bundle in &bundles {
        match run(Path::new(bundle), writes) {
            Ok(0) => {}
            Ok(_) => ends = ExitCode::FAILURE,
            Err(error) => {
                eprintln!("{bundle}: {}", sentence(error.as_ref()));
                return ExitCode::from(2);
            }
        }
    }
    ends
}

/// Replays a bundle; how many differences there are.
fn run(bundle: &Path, writes: bool) -> Result<usize, Box<dyn std::error::Error>> {
    let replayed = replay(bundle)?;
    let mut out = std::io::stdout().lock();
    let compared = if bundle.join(STATES).exists() { "compared" } else { "nothing to compare with" };
    writeln!(out, "{}: {} records, {compared}", bundle.display(), replayed.records)?;
    for difference in &replayed.differences {
        writeln!(out, "  {difference}")?;
    }
    if writes {
        // What was written then is what later programs are compared with.
        let file = std::fs::File::options().write(true).create_new(true).open(bundle.join(STATES));
        let mut file = file.map_err(|error| format!("{STATES} cannot be made: {error}"))?;
        file.write_all(written(&replayed.states).as_bytes())?;
    }
    Ok(replayed.differences.len())
}

/// An error and its causes as one sentence.
fn sentence(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {}", sentence(cause)))
}
