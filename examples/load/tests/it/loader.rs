//! A running `load`, and what it has acknowledged so far.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use shinsei_core::ids::{CaseId, CommandId, Municipality};
use shinsei_core::number::ReceiptNumber;
use uuid::Uuid;

/// The municipalities over which the cases are spread: as many as are asked for, from the first.
pub(crate) const CITIES: [&str; 3] = ["012025", "012033", "012041"];

/// How long something may take on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(120);

/// The municipalities of a run over so many.
pub(crate) fn cities(number: usize) -> impl Iterator<Item = Municipality> {
    CITIES.into_iter().take(number).map(|code| code.parse().unwrap())
}

/// A submission that was acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Acknowledged {
    pub(crate) command: CommandId,
    pub(crate) case: CaseId,
    pub(crate) receipt: ReceiptNumber,
}

/// Every whole line of a file of acknowledgements. Of a line that was cut off nobody has read anything.
pub(crate) fn acknowledged(acks: &Path) -> Vec<Acknowledged> {
    let text = fs::read_to_string(acks).unwrap_or_default();
    let whole = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
    let read = |line: &str| {
        let parts: Vec<_> = line.split(' ').collect();
        Acknowledged {
            command: CommandId(parts[0].parse::<Uuid>().unwrap()),
            case: CaseId(parts[1].parse::<Uuid>().unwrap()),
            receipt: parts[2].parse().unwrap(),
        }
    };
    whole.map(read).collect()
}

/// A `load` that goes on until it is killed or has done its cases; killed when it is dropped.
pub(crate) struct Loader {
    child: Child,
    acks: PathBuf,
}

impl Loader {
    /// Starts one on a store, with options.
    pub(crate) fn start(store: &str, acks: &Path, options: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_load"));
        command.args(["--store", store, "--signatures", "exempt", "--acks"]).arg(acks).args(options);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        Self { child, acks: acks.to_owned() }
    }

    /// How many bytes of acknowledgements there are.
    pub(crate) fn bytes(&self) -> u64 {
        fs::metadata(&self.acks).map_or(0, |file| file.len())
    }

    /// Waits until there are so many.
    pub(crate) fn await_bytes(&mut self, wanted: u64) {
        let begun = Instant::now();
        while self.bytes() < wanted {
            assert!(begun.elapsed() < PATIENCE, "no more acknowledgements came");
            if self.child.try_wait().unwrap().is_some() {
                panic!("load ended by itself: {}", self.said());
            }
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    /// Kills it with SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until it has done its cases, and gives what it says.
    pub(crate) fn finish(mut self) -> String {
        let status = self.child.wait().unwrap();
        let said = self.said();
        assert!(status.success(), "{said}");
        said
    }

    fn said(&mut self) -> String {
        let mut said = String::new();
        let streams = (self.child.stdout.take(), self.child.stderr.take());
        if let (Some(mut out), Some(mut err)) = streams {
            std::io::Read::read_to_string(&mut out, &mut said).unwrap();
            std::io::Read::read_to_string(&mut err, &mut said).unwrap();
        }
        said
    }
}

impl Drop for Loader {
    fn drop(&mut self) {
        // OK because one that has ended needs no killing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What `load check` says, and with which status.
pub(crate) fn check(store: &str, acks: &Path) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_load"));
    let output = command.args(["check", "--store", store, "--acks"]).arg(acks).output().unwrap();
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}
