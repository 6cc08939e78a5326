//! `cargo xtask pkits`: fetches the path validation test suite of NIST into `target/` and runs it.

use std::path::PathBuf;
use std::process::Command;

use crate::debian::{self, Program};
use crate::{Outcome, cargo, root};

/// The package of the Python index that carries the suite, at the version whose data the tables were made for.
const PACKAGE: &str = "cryptography-vectors==50.0.2";

/// Where the suite lies inside the package.
const INSIDE: &str = "cryptography_vectors/x509/PKITS_data";

const PROGRAMS: &[Program] = &[
    Program { name: "python3", package: "python3", purpose: "unpacks the suite" },
    Program { name: "pip3", package: "python3-pip", purpose: "fetches the suite" },
];

/// Fetches the suite if it is not there, and runs it.
///
/// # Errors
/// A sentence, when the suite cannot be fetched or a case ends otherwise than the tables say.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    provide()?;
    let mut test = cargo();
    test.args(["test", "--package", "shinsei-cms", "--test", "pkits"]).args(arguments);
    let status = test.status().map_err(|error| format!("cargo did not start: {error}"))?;
    if status.success() { Ok(()) } else { Err("cases end otherwise than the tables say".to_owned()) }
}

/// Fetches the suite if it is not there.
///
/// # Errors
/// A sentence, when it cannot be fetched.
pub(crate) fn provide() -> Outcome {
    let folder = root().join("target/pkits");
    if folder.join(INSIDE).is_dir() {
        return Ok(());
    }
    debian::provide(PROGRAMS)?;
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let download = ["download", "--quiet", "--no-deps", "--no-binary", ":none:", "--dest"];
    ran(Command::new("pip3").args(download).arg(&folder).arg(PACKAGE), "pip3 could not fetch the suite")?;
    let package = downloaded(&folder)?;
    ran(
        Command::new("python3").args(["-m", "zipfile", "-e"]).arg(package).arg(&folder),
        "python3 could not unpack the suite",
    )
}

fn downloaded(folder: &std::path::Path) -> Result<PathBuf, String> {
    let unreadable = |error| format!("cannot list {}: {error}", folder.display());
    let mut found = std::fs::read_dir(folder).map_err(unreadable)?.flatten().map(|entry| entry.path());
    found
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| format!("pip3 left no wheel in {}", folder.display()))
}

fn ran(command: &mut Command, otherwise: &str) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{otherwise}: {status}")),
        Err(error) => Err(format!("{otherwise}: {error}")),
    }
}
