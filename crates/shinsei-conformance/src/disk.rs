//! A file system so small that it is full, for a test that is run again on it in a process of its own.

use std::path::Path;
use std::process::Command;

/// Names the folder to the process that runs the test on it.
const FOLDER: &str = "SHINSEI_SMALL_DISK";

/// Mounts, then becomes the test: `$0` is the folder, `$1` the size, the rest the test's command line.
const MOUNT: &str = r#"size=$1; shift; mount -t tmpfs -o "size=$size,mode=0777" tmpfs "$0" && exec "$@""#;

/// Runs a test, named as the test runner names it, in a process for which a folder is a file system of so many MiB, and
/// the folder for temporary files too. The test calls this with its own name: there `body` runs.
///
/// # Panics
/// When the test fails on the small file system, with what it said; or when there can be none.
pub fn on_a_small_disk(test: &str, mebibytes: u32, body: impl FnOnce(&Path)) {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return body(Path::new(&folder));
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new("unshare");
    // Mounts of its own; whoever is not root becomes so in a world of its own.
    command.arg(if crate::cluster::is_root() { "-m" } else { "-Urm" });
    command.args(["sh", "-c", MOUNT]).arg(folder.path()).arg(format!("{mebibytes}m"));
    command.arg(std::env::current_exe().expect("this program has a path"));
    command.args(["--exact", test, "--nocapture"]).env(FOLDER, folder.path()).env("TMPDIR", folder.path());
    let output = command.output().expect("`unshare` starts; it is in the Debian package util-linux");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "on a file system of {mebibytes} MiB: {said}"
    );
}

/// Fills the file system of a folder but for so many bytes, with a file of this name; removing that makes room.
///
/// # Panics
/// When the file cannot be written.
pub fn fill(folder: &Path, name: &str, but_for_bytes: u64) {
    let said = Command::new("df").args(["--output=avail", "-B1"]).arg(folder).output().expect("`df` runs");
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let free: u64 = said.lines().last().and_then(|line| line.trim().parse().ok()).expect("a number of bytes");
    let length = usize::try_from(free.saturating_sub(but_for_bytes)).unwrap_or(0);
    std::fs::write(folder.join(name), vec![0x5a; length]).expect("there was room for it");
}
