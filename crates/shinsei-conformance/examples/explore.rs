//! Explores the state space of procedures as deep as you like, and says what it found.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use shinsei::catalog_folder;
use shinsei_conformance::explore::{Limits, explore, representatives};
use shinsei_core::catalog::Catalog;
use shinsei_core::procedure::Procedure;

const USAGE: &str = "\
Usage: cargo run --release -p shinsei-conformance --example explore -- [OPTION...] [PROCEDURE...]

Lives every road of procedures up to a depth, and says which end nowhere, break a law or lose a clock.

  PROCEDURE         its code, such as JU-001; without any those that represent the rest, or all of --catalog
  --catalog FOLDER  procedures.csv, divisions.csv and, where forms are checked, forms.csv; without it the sample
  --depth N         so many steps deep
  --repeats N       one kind of step so often on a road
  --states N        and no more states than that

Status 0: nothing is wrong. 1: something is. 2: what was asked for cannot be done.
";

fn main() -> ExitCode {
    if std::env::args().any(|argument| ["--help", "-h"].contains(&&*argument)) {
        return match std::io::stdout().write_all(USAGE.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(2),
        };
    }
    match run() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(sentence) => {
            eprintln!("explore: {sentence}");
            ExitCode::from(2)
        }
    }
}

/// Explores and tells; how many things are wrong.
fn run() -> Result<usize, String> {
    let (limits, procedures) = arguments()?;
    let mut out = std::io::stdout().lock();
    let mut wrong = 0;
    for procedure in procedures {
        let begun = Instant::now();
        let explored = explore(&procedure, limits);
        let rest = if explored.is_complete { "nothing left" } else { "more beyond" };
        let told = format!(
            "{} {}: {} states, {} steps deep, {rest}; {} of {} requests granted, {} kinds of step, {:.1} s\n",
            procedure.id,
            procedure.terms.name,
            explored.states,
            explored.depth,
            explored.granted,
            explored.asked,
            explored.edges.len(),
            begun.elapsed().as_secs_f64(),
        );
        out.write_all(told.as_bytes()).map_err(|error| error.to_string())?;
        let mut told = BTreeMap::<&str, (usize, &[String])>::new();
        for finding in &explored.findings {
            told.entry(&finding.what).or_insert((0, &finding.road)).0 += 1;
        }
        for (what, (times, road)) in told {
            let told = format!("  {what} ({times} states)\n    {}\n", road.join("\n    "));
            out.write_all(told.as_bytes()).map_err(|error| error.to_string())?;
        }
        wrong += explored.findings.len();
    }
    Ok(wrong)
}

fn arguments() -> Result<(Limits, Vec<Procedure>), String> {
    let mut limits = Limits { states_max: usize::MAX, ..Limits::default() };
    let (mut catalog, mut ids) = (None, vec![]);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut next = |what: &str| arguments.next().ok_or(format!("{argument} needs {what}"));
        let number = |text: String| text.parse::<usize>().map_err(|_| format!("{text} is no whole number"));
        match argument.as_str() {
            "--depth" => limits.depth_max = number(next("a number of steps")?)?,
            "--repeats" => limits.repeats_max = number(next("a number")?)?,
            "--states" => limits.states_max = number(next("a number")?)?,
            "--catalog" => {
                let folder = next("the folder of a catalog")?;
                catalog = Some(catalog_folder::read(folder.as_ref()).map_err(|error| error.to_string())?);
            }
            option if option.starts_with('-') => return Err(format!("there is no {option}; see --help")),
            _ => ids.push(argument),
        }
    }
    let Some(all) = catalog.map(|catalog| catalog.procedures().to_vec()).or((!ids.is_empty()).then(sample))
    else {
        return Ok((limits, representatives()));
    };
    if let Some(unknown) = ids.iter().find(|id| all.iter().all(|one| one.id.as_str() != *id)) {
        return Err(format!("the catalog has no procedure {unknown}"));
    }
    let chosen = all.into_iter().filter(|one| ids.is_empty() || ids.iter().any(|id| one.id.as_str() == id));
    Ok((limits, chosen.collect()))
}

fn sample() -> Vec<Procedure> {
    Catalog::sample().procedures().to_vec()
}
