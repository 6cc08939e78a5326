//! A folder that goes away, and programs that run in it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A temporary folder.
pub(crate) struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    /// Makes an empty folder.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// Runs a program of a Debian package in the folder and gives what it wrote.
    ///
    /// A machine without it is an error, not a reason to skip.
    pub(crate) fn run(&self, program: &str, package: &str, args: &[&str]) -> Vec<u8> {
        self.run_with(program, package, args, b"")
    }

    /// The same, with bytes to read.
    pub(crate) fn run_with(&self, program: &str, package: &str, args: &[&str], input: &[u8]) -> Vec<u8> {
        self.try_with(program, package, args, input)
            .unwrap_or_else(|said| panic!("{program} {args:?}: {said}"))
    }

    /// The same; a program that fails gives what it said.
    pub(crate) fn try_with(
        &self,
        program: &str,
        package: &str,
        args: &[&str],
        input: &[u8],
    ) -> Result<Vec<u8>, String> {
        let mut command = Command::new(program);
        command.args(args).current_dir(self.path()).env("GNUPGHOME", self.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}; install Debian's package `{package}`"));
        // OK because a program that does not read its input has said why elsewhere.
        let _ = child.stdin.take().expect("it was asked for").write_all(input);
        let output = child.wait_with_output().expect("it ran");
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.file(name), bytes).expect("the folder can be written");
    }

    /// Reads a file.
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Where the folder is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}
