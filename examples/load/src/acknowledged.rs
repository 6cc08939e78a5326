//! The file of acknowledgements: a line is in it only after its submission was acknowledged.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use shinsei_core::ids::{CaseId, CommandId};
use shinsei_core::number::ReceiptNumber;
use uuid::Uuid;

/// An acknowledged submission: `<command id> <case id> <receipt number>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Acknowledged {
    pub(crate) command: CommandId,
    pub(crate) case: CaseId,
    pub(crate) receipt: ReceiptNumber,
}

impl fmt::Display for Acknowledged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.command, self.case, self.receipt)
    }
}

impl FromStr for Acknowledged {
    type Err = &'static str;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let form = "it is not `<command id> <case id> <receipt number>`";
        let parts: Vec<_> = line.split(' ').collect();
        let [command, case, receipt] = parts[..] else { return Err(form) };
        let id = |text: &str| text.parse::<Uuid>().map_err(|_| form);
        Ok(Self {
            command: CommandId(id(command)?),
            case: CaseId(id(case)?),
            receipt: receipt.parse().map_err(|_| "its receipt number is none")?,
        })
    }
}

/// The file, appended to by many threads.
pub(crate) struct Acknowledgements(Mutex<File>);

impl Acknowledgements {
    pub(crate) fn append_to(path: &Path) -> io::Result<Self> {
        Ok(Self(Mutex::new(OpenOptions::new().create(true).append(true).open(path)?)))
    }

    /// Adds a line, in one write: when this returns the operating system has it, and nothing of it is kept back here.
    pub(crate) fn add(&self, acknowledged: &Acknowledged) -> io::Result<()> {
        let line = format!("{acknowledged}\n");
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written_and_anything_else_is_refused() {
        let line =
            "00000000-0000-0000-0000-000000000001 00000000-0000-0000-0000-000000000002 012025-R08-0001234-7";
        assert_eq!(line.parse::<Acknowledged>().unwrap().to_string(), line);
        assert!(format!("{line} ").parse::<Acknowledged>().is_err());
        assert!(line.replace("1234-7", "1234-8").parse::<Acknowledged>().is_err());
    }
}
