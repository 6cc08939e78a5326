//! `cargo xtask witness`: has our heads cosigned by an existing witness, a program that knows nothing of us.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, cargo, root};

/// A witness of C2SP tlog-witness on PyPI, written from the specification by others.
const WITNESS: &str = "aics-witness==0.1.0";

/// The Pythons that it runs on, as they are named on `PATH`.
const PYTHONS: [&str; 4] = ["python3", "python3.14", "python3.13", "python3.12"];

/// Installs the witness into a folder under `target` and runs the desk's test with it.
///
/// # Errors
/// A sentence, when there is no Python that is new enough, the witness cannot be installed, or the test fails.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if let Some(argument) = arguments.first() {
        return Err(format!("it takes no arguments, and {argument} was given"));
    }
    let folder = root().join("target/witness");
    let program = folder.join("bin/aics-witness");
    if !program.is_file() {
        install(&folder)?;
    }
    let mut test = cargo();
    test.args(["test", "--package", "desk", "--test", "foreign"]);
    let status = test.env("SHINSEI_FOREIGN_WITNESS", &program).status();
    let status = status.map_err(|error| format!("cargo did not start: {error}"))?;
    if status.success() { Ok(()) } else { Err("an existing witness did not understand our heads".to_owned()) }
}

fn install(folder: &Path) -> Outcome {
    let new_enough = |python: &&str| {
        let asked = ["-c", "import sys, venv; sys.exit(sys.version_info < (3, 12))"];
        Command::new(python).args(asked).output().is_ok_and(|output| output.status.success())
    };
    let python = PYTHONS.into_iter().find(new_enough);
    let python = python.ok_or("the witness needs Python 3.12 or newer with venv; Debian 13 has it")?;
    let done = |program: PathBuf, arguments: &[&str]| {
        let status = Command::new(&program).args(arguments).status();
        let status = status.map_err(|error| format!("{} did not start: {error}", program.display()))?;
        if status.success() { Ok(()) } else { Err(format!("{} {arguments:?} failed", program.display())) }
    };
    done(python.into(), &["-m", "venv", &folder.to_string_lossy()])?;
    done(folder.join("bin/pip"), &["install", "--quiet", WITNESS])
}
