//! `cargo xtask peers [PEER [option..]]`: runs the programs of `benches/peers`, which measure others beside us.

use crate::{Outcome, cargo, root};

/// The manifest of the peers, and that of other event stores, which link another SQLite and are asked over a pipe.
const PEERS: &str = "benches/peers/Cargo.toml";
const OTHERS: &str = "benches/peers/others/Cargo.toml";

/// A peer that needs what no other does, by a feature of its name: a C library built from its source.
const OF_ITS_OWN: &str = "openssl";

/// Runs one peer with its options, or all.
///
/// # Errors
/// A sentence, when a peer does not exist, cannot be built, or ends early.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let all = peers()?;
    let Some((chosen, options)) = arguments.split_first() else {
        return all.iter().try_for_each(|peer| measure(peer, &[]));
    };
    if !all.contains(chosen) {
        return Err(format!("no peer {chosen}; there are {}", all.join(" ")));
    }
    measure(chosen, options)
}

fn measure(peer: &str, options: &[String]) -> Outcome {
    if peer != OF_ITS_OWN {
        build(OTHERS, &[])?;
    }
    let features: &[&str] = if peer == OF_ITS_OWN { &["--features", peer] } else { &[] };
    build(PEERS, &[&["--bin", peer], features].concat())?;
    let program = root().join("target/release").join(peer);
    let mut command = std::process::Command::new(&program);
    let status = command.args(options).current_dir(root()).status();
    let status = status.map_err(|error| format!("{} did not start: {error}", program.display()))?;
    if status.success() { Ok(()) } else { Err(format!("{peer} ended early")) }
}

fn build(manifest: &str, what: &[&str]) -> Outcome {
    // One folder for all, so that what they share is built once, and so that they find each other.
    let mut command = cargo();
    command.args(["build", "--release", "--manifest-path", manifest, "--target-dir", "target"]).args(what);
    let status = command.status().map_err(|error| format!("cargo did not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{manifest} could not be built")) }
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
    fn what_a_peer_needs_alone_is_a_feature_of_its_name() {
        let manifest = std::fs::read_to_string(root().join(PEERS)).unwrap();
        assert!(peers().unwrap().contains(&OF_ITS_OWN.to_owned()));
        assert!(manifest.contains(&format!("[features]\n{OF_ITS_OWN} = [")), "{manifest}");
        assert!(manifest.contains(&format!("required-features = [\"{OF_ITS_OWN}\"]")), "{manifest}");
    }

    #[test]
    fn a_peer_that_does_not_exist_is_named() {
        let refused = run(&["nothing".to_owned()]).unwrap_err();
        assert!(refused.starts_with("no peer nothing; there are "), "{refused}");
    }
}
