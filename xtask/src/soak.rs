//! `cargo xtask soak [--kills N] [--seed N]`: kills a loading process, and PostgreSQL's server, at random points.
//!
//! What is done and checked stands in `examples/load/tests/it/soak.rs`, of which the ordinary run does a little.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::debian::{self, Program};
use crate::{Outcome, cargo};

/// How often somebody is killed on each store, unless said otherwise.
const KILLS: u64 = 200;

const PROGRAMS: &[Program] =
    &[Program { name: "initdb", package: "postgresql", purpose: "the server that is killed" }];

/// Kills, again and again, and checks after each kill that everything acknowledged is there and whole.
///
/// # Errors
/// A sentence, when something was lost, or it could not be tried.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let (kills, seed) = asked(arguments)?;
    let seed = seed.unwrap_or_else(by_chance);
    debian::provide(PROGRAMS)?;
    eprintln!(
        "{kills} kills on each store; the same moments again: cargo xtask soak --kills {kills} --seed {seed}"
    );
    let mut test = cargo();
    test.args([
        "test",
        "--package",
        "load",
        "--test",
        "it",
        "--",
        "soak::",
        "--nocapture",
        "--test-threads=1",
    ]);
    test.env("SHINSEI_SOAK_KILLS", kills.to_string()).env("SHINSEI_SOAK_SEED", seed.to_string());
    let status = test.status().map_err(|error| format!("cargo did not start: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("something was lost, or by half, with the seed {seed}"))
    }
}

/// How many kills were asked for, and the seed if one was.
fn asked(arguments: &[String]) -> Result<(u64, Option<u64>), String> {
    let (mut kills, mut seed) = (KILLS, None);
    for pair in arguments.chunks(2) {
        let [option, value] = pair else { return Err(format!("{} wants a number", pair[0])) };
        let number = || value.parse().map_err(|_| format!("{option} wants a number, not {value}"));
        match option.as_str() {
            "--kills" => kills = number()?,
            "--seed" => seed = Some(number()?),
            other => return Err(format!("no option {other}; there are --kills and --seed")),
        }
    }
    Ok((kills, seed))
}

/// A seed that nobody chose.
fn by_chance() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    now.as_secs().wrapping_mul(1_000_000_007).wrapping_add(u64::from(now.subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn kills_and_seed_may_be_chosen_and_nothing_else() {
        assert_eq!(asked(&[]), Ok((KILLS, None)));
        assert_eq!(asked(&words(&["--seed", "7", "--kills", "3"])), Ok((3, Some(7))));
        assert_eq!(asked(&words(&["--kills", "many"])), Err("--kills wants a number, not many".to_owned()));
        assert_eq!(asked(&words(&["--kills"])), Err("--kills wants a number".to_owned()));
        assert_eq!(
            asked(&words(&["--lives", "9"])),
            Err("no option --lives; there are --kills and --seed".to_owned())
        );
    }
}
