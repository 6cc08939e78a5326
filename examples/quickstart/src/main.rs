//! From a signed application to a certificate, and what is refused on the way: the main road of shinsei on one SQLite
//! file, told like a story. It runs on a stated clock, 2026-05-07 15:04 JST, so that it works at any hour of any year.

mod city;
mod demo;
mod story;
mod teller;
mod verification;

use std::error::Error;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::teller::Teller;

const USAGE: &str = "\
Usage: quickstart [--db FILE] [--json]

  --db FILE   keep the database in FILE, the mails in the folder FILE-mails, and go on from them
              (default: fresh ones, removed at the end)
  --json      one JSON object a line instead of the story
";

struct Arguments {
    db: Option<PathBuf>,
    json: bool,
}

fn main() -> ExitCode {
    let asked = arguments().map_err(|error| format!("{error}; see quickstart --help").into());
    match asked.and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // OK because there is nobody left to tell.
            let _ = writeln!(io::stderr(), "quickstart: {}", sentence(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Option<Arguments>, lexopt::Error> {
    use lexopt::prelude::{Long, Short, ValueExt as _};
    let mut arguments = Arguments { db: None, json: false };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("db") => arguments.db = Some(parser.value()?.parse()?),
            Long("json") => arguments.json = true,
            Long("help") | Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(arguments))
}

fn run(arguments: Option<Arguments>) -> Result<(), Box<dyn Error>> {
    let Some(arguments) = arguments else {
        return Ok(Teller::usage(USAGE)?);
    };
    let scratch = tempfile::tempdir()?;
    let db = arguments.db.unwrap_or_else(|| scratch.path().join("hakodate.db"));
    let mut mails = db.clone().into_os_string();
    mails.push("-mails");
    story::tell(&mut Teller::new(arguments.json), &db, mails.as_ref())
}

/// An error and its causes as one sentence.
fn sentence(error: &dyn Error) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {}", sentence(cause)))
}
