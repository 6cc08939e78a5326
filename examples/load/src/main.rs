//! `load` drives whole cases (submit, review, pay, issue) of invented residents through a store and says how fast that
//! was; `load check` says whether the store still has every submission that was acknowledged.

mod acknowledged;
mod arguments;
mod check;
mod counted;
mod drive;
mod latency;
mod progress;
mod report;
mod store;

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::arguments::{Job, USAGE};

/// Something is missing from the store, or the run broke off.
const FAILED: u8 = 1;
/// What was asked for cannot be done: an argument, a file or a store that cannot be used.
const CANNOT: u8 = 2;

/// Why a job ended otherwise than it should, with the status that says so.
struct Ended {
    status: u8,
    why: Box<dyn Error + Send + Sync>,
}

impl Ended {
    fn cannot(why: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { status: CANNOT, why: why.into() }
    }

    fn failed(why: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { status: FAILED, why: why.into() }
    }
}

fn main() -> ExitCode {
    match run() {
        // OK because there is nobody left to tell.
        Ok(text) => drop(io::stdout().lock().write_all(text.as_bytes())),
        Err(Ended { status, why }) => {
            // OK because there is nobody left to tell.
            let _ = writeln!(io::stderr(), "load: {}", sentence(why.as_ref()));
            return ExitCode::from(status);
        }
    }
    ExitCode::SUCCESS
}

/// Does what the command line asks for; what it says in the end.
fn run() -> Result<String, Ended> {
    let job =
        arguments::read(lexopt::Parser::from_env()).map_err(|error| Ended::cannot(error.to_string()))?;
    match job {
        Job::Help => Ok(USAGE.to_owned()),
        Job::Drive(plan) => report::drive(&plan),
        Job::Check { store, acks } => check::check(&store, &acks),
    }
}

/// An error and its causes as one sentence.
fn sentence(error: &dyn Error) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {}", sentence(cause)))
}
