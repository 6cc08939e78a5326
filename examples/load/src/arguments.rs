//! What is asked for on the command line.

use std::path::PathBuf;
use std::time::Duration;

use lexopt::prelude::{Long, Short, Value, ValueExt as _};

use residents::road::Signatures;

use crate::store::Location;

pub(crate) const USAGE: &str = "\
Usage: load --store sqlite:PATH|postgres:URL|memory [options]
       load check --store sqlite:PATH|postgres:URL --acks FILE

Drives whole cases of invented residents: submit, review, pay, issue. Several may drive one PostgreSQL at once. A store
that cannot be reached for a while is waited for, one minute at most.

  --store STORE        sqlite:PATH, postgres:URL or memory. URL as PostgreSQL's own programs take it, also of several
                       servers: postgres:postgres://city@one,two/shinsei. Authorities for TLS: PGSSLROOTCERT
  --cases N            how many cases; without a limit when --seconds is given, else 1000
  --concurrency N      how many submit at the same time (default 64)
  --municipalities N   over how many municipalities the cases are spread (default 1)
  --seconds N          begin no case after so many seconds
  --signatures KIND    real: each form is signed by a card of its own; exempt: no signature (default real)
  --acks FILE          append a line `<command id> <case id> <receipt number>` after each acknowledged submission
  --json               one JSON object in place of the sentences

check says which acknowledged line is missing from the store (status 1) or that none is (status 0).
Status 2: what was asked for cannot be done.
";

/// How many cases there are unless it is said.
const CASES: u64 = 1_000;

/// What is to be done.
pub(crate) enum Job {
    Help,
    Drive(Plan),
    Check { store: Location, acks: PathBuf },
}

/// A run of load.
pub(crate) struct Plan {
    pub(crate) store: Location,
    /// `None`: as many as the time allows.
    pub(crate) cases: Option<u64>,
    pub(crate) concurrency: usize,
    pub(crate) municipalities: usize,
    pub(crate) time: Option<Duration>,
    pub(crate) signatures: Signatures,
    pub(crate) acks: Option<PathBuf>,
    pub(crate) json: bool,
}

/// Reads the command line.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub(crate) fn read(mut parser: lexopt::Parser) -> Result<Job, lexopt::Error> {
    let mut store = None;
    let mut check = false;
    let mut plan = Plan {
        store: Location::Memory,
        cases: None,
        concurrency: 64,
        municipalities: 1,
        time: None,
        signatures: Signatures::Real,
        acks: None,
        json: false,
    };
    // Of those that only a run has, the last that was given.
    let mut of_a_run = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Value(word) if word == "check" && !check => check = true,
            Long("store") => store = Some(Location::read(&parser.value()?.string()?)?),
            Long("acks") => plan.acks = Some(parser.value()?.into()),
            Long("help") | Short('h') => return Ok(Job::Help),
            Long("json") => (plan.json, of_a_run) = (true, Some("--json")),
            Long("cases") => {
                (plan.cases, of_a_run) = (Some(at_least_one(&mut parser, "--cases")?), Some("--cases"));
            }
            Long("concurrency") => {
                plan.concurrency = small(&mut parser, "--concurrency")?;
                of_a_run = Some("--concurrency");
            }
            Long("municipalities") => {
                plan.municipalities = small(&mut parser, "--municipalities")?;
                of_a_run = Some("--municipalities");
            }
            Long("seconds") => {
                plan.time = Some(Duration::from_secs(at_least_one(&mut parser, "--seconds")?));
                of_a_run = Some("--seconds");
            }
            Long("signatures") => {
                plan.signatures = match parser.value()?.string()?.as_str() {
                    "real" => Signatures::Real,
                    "exempt" => Signatures::Exempt,
                    other => return Err(format!("--signatures is real or exempt, not {other}").into()),
                };
                of_a_run = Some("--signatures");
            }
            other => return Err(format!("{}; see load --help", other.unexpected()).into()),
        }
    }
    let store = store.ok_or("--store is missing; see load --help")?;
    if check {
        if let Some(option) = of_a_run {
            return Err(format!("check has no {option}").into());
        }
        let acks = plan.acks.ok_or("check needs --acks FILE")?;
        return Ok(Job::Check { store, acks });
    }
    if plan.cases.is_none() && plan.time.is_none() {
        plan.cases = Some(CASES);
    }
    Ok(Job::Drive(Plan { store, ..plan }))
}

fn at_least_one(parser: &mut lexopt::Parser, option: &str) -> Result<u64, lexopt::Error> {
    match parser.value()?.parse() {
        Ok(0) | Err(_) => Err(format!("{option} is a number from 1").into()),
        Ok(number) => Ok(number),
    }
}

/// A number of threads or cities: each costs memory from the beginning.
fn small(parser: &mut lexopt::Parser, option: &str) -> Result<usize, lexopt::Error> {
    const MAX: u64 = 10_000;
    let number = at_least_one(parser, option)?;
    usize::try_from(number)
        .ok()
        .filter(|_| number <= MAX)
        .ok_or_else(|| format!("{option} is at most {MAX}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(arguments: &[&str]) -> String {
        match read(lexopt::Parser::from_args(arguments)) {
            Ok(_) => panic!("{arguments:?} was taken"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_is_wrong_is_said_and_nothing_is_ignored() {
        assert_eq!(refused(&["--cases", "3"]), "--store is missing; see load --help");
        assert_eq!(refused(&["--store", "memory", "--cases", "0"]), "--cases is a number from 1");
        assert_eq!(
            refused(&["--store", "memory", "--concurrency", "10001"]),
            "--concurrency is at most 10000"
        );
        assert_eq!(
            refused(&["--store", "memory", "--signatures", "some"]),
            "--signatures is real or exempt, not some"
        );
        assert_eq!(
            refused(&["check", "--store", "sqlite:x", "--acks", "y", "--cases", "3"]),
            "check has no --cases"
        );
        assert_eq!(refused(&["check", "--store", "sqlite:x"]), "check needs --acks FILE");
        assert_eq!(
            refused(&["--store", "tape:x"]),
            "a store is sqlite:PATH, postgres:URL or memory, not tape:x"
        );
    }

    #[test]
    fn a_database_is_named_by_its_address_with_its_own_scheme_or_without() {
        for (text, address) in [
            ("postgres:postgres://city@one,two/shinsei", "postgres://city@one,two/shinsei"),
            ("postgres://city@one/shinsei", "postgres://city@one/shinsei"),
            ("postgresql://city@one/shinsei", "postgresql://city@one/shinsei"),
            ("postgres:host=/run/postgresql user=city", "host=/run/postgresql user=city"),
        ] {
            assert_eq!(Location::read(text), Ok(Location::Postgres(address.to_owned())), "{text}");
        }
    }

    #[test]
    fn without_a_limit_there_are_a_thousand_cases_and_with_a_time_as_many_as_it_allows() {
        let plan = |arguments: &[&str]| match read(lexopt::Parser::from_args(arguments)) {
            Ok(Job::Drive(plan)) => (plan.cases, plan.time),
            _ => panic!("{arguments:?}"),
        };
        assert_eq!(plan(&["--store", "memory"]), (Some(1_000), None));
        assert_eq!(plan(&["--store", "memory", "--seconds", "5"]), (None, Some(Duration::from_secs(5))));
    }
}
