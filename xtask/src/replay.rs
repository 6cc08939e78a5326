//! `cargo xtask replay [--write] BUNDLE...`: folds exported logs through the program of today, and shows any difference.

use crate::{Outcome, cargo, root};

/// Folds bundles and compares with their `states.jsonl`; with `--write` writes that file.
///
/// # Errors
/// A sentence, when something is not as it was, or cannot be read.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut replay = cargo();
    replay.args(["run", "--quiet", "--release", "--package", "shinsei-proof", "--example", "replay"]);
    // The bundles are named from where the caller stands.
    replay.current_dir(".").arg("--manifest-path").arg(root().join("Cargo.toml")).arg("--");
    let status = replay.args(arguments).status().map_err(|error| format!("cargo did not start: {error}"))?;
    if status.success() { Ok(()) } else { Err("see above".to_owned()) }
}
