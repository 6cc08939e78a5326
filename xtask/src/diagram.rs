//! `cargo xtask diagram`: writes `docs/generated` from the code; with `--check` fails when something there is stale.
//!
//! States and tables come from running the rules (`shinsei_conformance::atlas`), the shapes of events from the types that they
//! are written by.

mod schema;
mod source;

use std::path::Path;

use crate::{Outcome, cargo, root};

/// Where the documents lie.
const FOLDER: &str = "docs/generated";

/// Writes or checks all of them.
///
/// # Errors
/// A sentence, when one is stale or cannot be made.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let checks = match arguments {
        [] => false,
        [only] if only == "--check" => true,
        _ => return Err("the one argument is --check".to_owned()),
    };
    for (name, content) in schema::documents(root())? {
        put(&root().join(FOLDER).join(name), &content, checks)?;
    }
    let mut atlas = cargo();
    atlas.args(["run", "--quiet", "--package", "shinsei-conformance", "--example", "atlas", "--", FOLDER]);
    let status = atlas.args(arguments).status().map_err(|error| format!("cargo did not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{FOLDER} is stale: run cargo xtask diagram")) }
}

fn put(path: &Path, content: &str, checks: bool) -> Outcome {
    if checks {
        let fresh = std::fs::read_to_string(path).is_ok_and(|there| there == content);
        return if fresh {
            Ok(())
        } else {
            Err(format!("{} is stale: run cargo xtask diagram", path.display()))
        };
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    std::fs::write(path, content).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes from running the rules is compared by a test of `shinsei-conformance`.
    #[test]
    fn the_shapes_of_events_are_written_down_as_they_are() {
        for (name, content) in schema::documents(root()).unwrap() {
            put(&root().join(FOLDER).join(name), &content, true).unwrap();
        }
    }
}
