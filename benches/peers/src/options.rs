//! What may be asked for on the command line of a comparison, and where its peers live.

use std::path::PathBuf;

use lexopt::prelude::{Long, ValueExt as _};
use shinsei_peers_work::pipe::Piped;
use tempfile::TempDir;

/// Rounds unless said otherwise, and the fewest that may be compared by their median's interval.
const ROUNDS: usize = 31;
const ROUNDS_MIN: usize = 3;

const USAGE: &str = "options:
  --rounds N       how often each is asked (default 31)
  --only W1,W4     these questions: W1 one task, W2 64 tasks, W3 load, W4 replay, W5 bytes
  --without-others our own and the bare databases alone";

/// What was asked for.
pub struct Options {
    /// How often each peer is asked.
    pub rounds: usize,
    only: Option<Vec<String>>,
    /// Whether other event stores are asked too.
    pub others: bool,
}

impl Options {
    /// Reads the command line; says what is wrong with it and ends.
    pub fn read() -> Self {
        Self::parse(lexopt::Parser::from_env()).unwrap_or_else(|error| {
            eprintln!("{error}\n{USAGE}");
            std::process::exit(2);
        })
    }

    fn parse(mut parser: lexopt::Parser) -> Result<Self, lexopt::Error> {
        let mut options = Self { rounds: ROUNDS, only: None, others: true };
        while let Some(argument) = parser.next()? {
            match argument {
                Long("rounds") => {
                    options.rounds = parser.value()?.parse()?;
                    if options.rounds < ROUNDS_MIN {
                        return Err(format!("--rounds is at least {ROUNDS_MIN}").into());
                    }
                }
                Long("only") => {
                    let names = parser.value()?.string()?;
                    options.only = Some(names.split(',').map(str::to_owned).collect());
                }
                Long("without-others") => options.others = false,
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }

    /// The same with one question alone.
    #[must_use]
    pub fn only(&self, question: &str) -> Self {
        Self { rounds: self.rounds, only: Some(vec![question.to_owned()]), others: self.others }
    }

    /// Whether one of these questions is asked.
    pub fn ask(&self, questions: &[&str]) -> bool {
        let Some(only) = &self.only else { return true };
        questions.iter().any(|question| only.iter().any(|name| name == question))
    }
}

/// A folder on the disk on which this program lies: what is elsewhere for passing files may be no disk.
///
/// # Panics
/// When it cannot be made.
pub fn folder() -> TempDir {
    tempfile::tempdir_in(beside("")).expect("a folder")
}

/// Another event store, in a process of its own.
///
/// # Panics
/// When its program was not built.
pub fn other(library: &str, place: &str) -> Piped {
    Piped::start(&beside("shinsei-peers-others"), &[library, place])
}

fn beside(name: &str) -> PathBuf {
    std::env::current_exe().expect("this program").with_file_name(name)
}
