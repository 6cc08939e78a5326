//! Programs that the tests call, and the Debian packages that hold them.

use std::path::Path;
use std::process::Command;

use crate::Outcome;

/// A program that the tests call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    /// Its name on `PATH`, or the path of a file that is no program.
    pub(crate) name: &'static str,
    /// The Debian package that holds it.
    pub(crate) package: &'static str,
    /// What the tests want it for.
    pub(crate) purpose: &'static str,
}

/// Makes sure that every program is there: root on Debian gets what is missing installed.
///
/// # Errors
/// A sentence that names the packages to install, when they cannot be installed from here.
pub(crate) fn provide(programs: &[Program]) -> Outcome {
    let absent = missing(programs, is_installed);
    if absent.is_empty() {
        return Ok(());
    }
    if !is_on_path("apt-get") || !is_root() {
        return Err(advice(&absent));
    }
    for program in &absent {
        eprintln!("installing the Debian package {}: {}", program.package, program.purpose);
    }
    // OK because an outdated list of packages is no reason to stop: the installation says what it lacks.
    let _ = apt(&["update", "--quiet"]);
    let mut install = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
    install.extend(absent.iter().map(|program| program.package));
    let installed = apt(&install);
    let absent = missing(programs, is_installed);
    if installed && absent.is_empty() { Ok(()) } else { Err(advice(&absent)) }
}

fn missing(programs: &[Program], is_there: impl Fn(&str) -> bool) -> Vec<Program> {
    programs.iter().copied().filter(|program| !is_there(program.name)).collect()
}

fn advice(absent: &[Program]) -> String {
    let wanted: Vec<String> = absent
        .iter()
        .map(|program| {
            format!("`{}` from the Debian package {}: {}", program.name, program.package, program.purpose)
        })
        .collect();
    let packages: Vec<&str> = absent.iter().map(|program| program.package).collect();
    format!("missing {}; run as root: apt-get install {}", wanted.join("; "), packages.join(" "))
}

/// Where Debian keeps the programs of PostgreSQL's server: a folder for each version, none of them on `PATH`.
const POSTGRES_VERSIONS: &str = "/usr/lib/postgresql";

fn is_installed(name: &str) -> bool {
    is_on_path(name) || is_of_a_version(Path::new(POSTGRES_VERSIONS), name)
}

/// Whether a program is in the folder of one of the versions in a folder.
fn is_of_a_version(versions: &Path, name: &str) -> bool {
    let versions = std::fs::read_dir(versions).into_iter().flatten().flatten();
    versions.into_iter().any(|version| version.path().join("bin").join(name).is_file())
}

fn is_on_path(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

fn is_root() -> bool {
    let status = std::fs::read_to_string(Path::new("/proc/self/status")).unwrap_or_default();
    effective_user(&status) == Some("0")
}

/// The effective user in the text of `/proc/self/status`.
///
/// # Source
/// proc(5): "Uid: Real, effective, saved set, and filesystem UIDs".
fn effective_user(status: &str) -> Option<&str> {
    let users = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    users.split_whitespace().nth(1)
}

fn apt(arguments: &[&str]) -> bool {
    let status = Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive").status();
    status.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENSSL: Program = Program { name: "openssl", package: "openssl", purpose: "signs" };
    const POSTGRES: Program = Program { name: "initdb", package: "postgresql", purpose: "stores" };

    #[test]
    fn only_what_is_missing_is_wanted() {
        let absent = missing(&[OPENSSL, POSTGRES], |name| name == "openssl");
        assert_eq!(absent, [POSTGRES]);
    }

    #[test]
    fn the_advice_names_the_package_to_install() {
        assert_eq!(
            advice(&[POSTGRES]),
            "missing `initdb` from the Debian package postgresql: stores; run as root: apt-get install postgresql"
        );
    }

    #[test]
    fn a_program_of_a_version_is_found() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(!is_of_a_version(here, "initdb"));
        assert!(!is_of_a_version(&here.join("nowhere"), "initdb"));
    }

    #[test]
    fn the_effective_user_is_the_second_number() {
        assert_eq!(effective_user("Name:\txtask\nUid:\t1000\t0\t0\t0\n"), Some("0"));
        assert_eq!(effective_user("Name:\txtask\n"), None);
    }
}
