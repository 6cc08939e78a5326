//! `cargo xtask fuzz [--seconds N] [target..]`: runs cargo-fuzz on each target from its seeds, for a limited time.

use std::process::{Command, Stdio};

use crate::debian::{self, Program};
use crate::{Outcome, root};

/// Seconds for each target, unless said otherwise.
const SECONDS: &str = "60";

/// Seconds for one input, and MiB for a run: beyond them libFuzzer reports a finding.
const LIMITS: [&str; 2] = ["-timeout=10", "-rss_limit_mb=2048"];

const PROGRAMS: &[Program] =
    &[Program { name: "g++", package: "g++", purpose: "libFuzzer is written in C++" }];

/// Fuzzes the targets named, or all.
///
/// # Errors
/// A sentence, when cargo-fuzz is not installed, a target does not exist, or one found something.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let all = targets()?;
    let (seconds, named) = asked(arguments)?;
    if let Some(unknown) = named.iter().find(|name| !all.contains(name)) {
        return Err(format!("no target {unknown}; there are {}", all.join(" ")));
    }
    let installed = Command::new("cargo").args(["fuzz", "--version"]).stdout(Stdio::null()).status();
    if !installed.is_ok_and(|status| status.success()) {
        return Err("cargo-fuzz is missing: cargo install cargo-fuzz --locked".to_owned());
    }
    debian::provide(PROGRAMS)?;
    let chosen = if named.is_empty() { all } else { named };
    let mut found = Vec::new();
    for target in chosen {
        eprintln!("fuzzing {target} for {seconds} s");
        if !fuzz(&target, &seconds)? {
            found.push(target);
        }
    }
    if found.is_empty() {
        Ok(())
    } else {
        Err(format!("ended early: {}; what was found lies in fuzz/artifacts", found.join(" ")))
    }
}

/// The seconds and the targets that were asked for.
fn asked(arguments: &[String]) -> Result<(String, Vec<String>), String> {
    match arguments {
        [option, seconds, named @ ..] if option == "--seconds" => {
            seconds.parse::<u32>().map_err(|_| format!("--seconds wants a number, not {seconds}"))?;
            Ok((seconds.clone(), named.to_vec()))
        }
        named => Ok((SECONDS.to_owned(), named.to_vec())),
    }
}

/// The names of the files in `fuzz/fuzz_targets`.
fn targets() -> Result<Vec<String>, String> {
    let folder = root().join("fuzz/fuzz_targets");
    let entries = std::fs::read_dir(&folder);
    let entries = entries.map_err(|error| format!("cannot list {}: {error}", folder.display()))?;
    let stem = |path: std::path::PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    let mut targets: Vec<_> = entries.flatten().filter_map(|entry| stem(entry.path())).collect();
    targets.sort_unstable();
    Ok(targets)
}

/// Fuzzes one target; false when it found something.
fn fuzz(target: &str, seconds: &str) -> Result<bool, String> {
    let corpus = root().join("fuzz/corpus").join(target);
    std::fs::create_dir_all(&corpus).map_err(|error| format!("cannot make {}: {error}", corpus.display()))?;
    let seeds = root().join("fuzz/seeds").join(target);
    let mut command = Command::new("cargo");
    // A stable compiler takes the flags of cargo-fuzz with this; there is no unsafe code of ours to sanitize.
    command.env("RUSTC_BOOTSTRAP", "1").args(["fuzz", "run", "-s", "none", target]).arg(&corpus);
    if seeds.is_dir() {
        command.arg(&seeds);
    }
    command.arg("--").args(LIMITS).arg(format!("-max_total_time={seconds}")).current_dir(root());
    let status = command.status().map_err(|error| format!("cargo fuzz did not start: {error}"))?;
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn the_time_comes_before_the_targets() {
        assert_eq!(asked(&[]), Ok((SECONDS.to_owned(), Vec::new())));
        assert_eq!(asked(&words(&["--seconds", "5", "cms"])), Ok(("5".to_owned(), words(&["cms"]))));
        assert_eq!(
            asked(&words(&["--seconds", "long"])),
            Err("--seconds wants a number, not long".to_owned())
        );
    }

    #[test]
    fn every_target_is_a_file_and_a_binary() {
        let manifest = std::fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
        for target in targets().unwrap() {
            assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target}");
        }
    }

    #[test]
    fn a_target_that_does_not_exist_is_named() {
        let refused = run(&words(&["nothing"])).unwrap_err();
        assert!(refused.starts_with("no target nothing; there are ber bounce certificate"), "{refused}");
    }
}
