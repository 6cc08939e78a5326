//! `cargo xtask peers [peer..]`: runs the programs of `benches/peers`, which measure others beside us.

use crate::{Outcome, cargo, root};

/// Runs the peers named, or all.
///
/// # Errors
/// A sentence, when a peer does not exist, cannot be built, or ends early.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let all = peers()?;
    if let Some(unknown) = arguments.iter().find(|name| !all.contains(name)) {
        return Err(format!("no peer {unknown}; there are {}", all.join(" ")));
    }
    let chosen = if arguments.is_empty() { all } else { arguments.to_vec() };
    for peer in chosen {
        // One folder for both, so that what they share is built once.
        let mut command = cargo();
        command.args(["run", "--release", "--manifest-path", "benches/peers/Cargo.toml"]);
        command.args(["--target-dir", "target", "--bin", &peer]);
        let status = command.status().map_err(|error| format!("cargo did not start: {error}"))?;
        if !status.success() {
            return Err(format!("{peer} ended early"));
        }
    }
    Ok(())
}

/// The names of the programs: a file each.
fn peers() -> Result<Vec<String>, String> {
    let folder = root().join("benches/peers/src/bin");
    let entries = std::fs::read_dir(&folder);
    let entries = entries.map_err(|error| format!("cannot list {}: {error}", folder.display()))?;
    let stem = |path: std::path::PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    let mut peers: Vec<_> = entries.flatten().filter_map(|entry| stem(entry.path())).collect();
    peers.sort_unstable();
    Ok(peers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_is_a_file_and_a_program() {
        let manifest = std::fs::read_to_string(root().join("benches/peers/Cargo.toml")).unwrap();
        let peers = peers().unwrap();
        assert!(peers.contains(&"openssl".to_owned()));
        for peer in peers {
            assert!(manifest.contains(&format!("path = \"src/bin/{peer}.rs\"")), "{peer}");
        }
    }

    #[test]
    fn a_peer_that_does_not_exist_is_named() {
        let refused = run(&["nothing".to_owned()]).unwrap_err();
        assert!(refused.starts_with("no peer nothing; there are "), "{refused}");
    }
}
