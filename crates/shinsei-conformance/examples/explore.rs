//! Explores the state space of procedures as deep as you like, and says what it found.
//!
//! ```text
//! cargo run --release -p shinsei-conformance --example explore -- --depth 3 [--repeats 2] [--states 200000]
//!     [--catalog FOLDER] [PROCEDURE...]
//! ```
//!
//! FOLDER holds `procedures.csv`, `divisions.csv` and, where forms are checked, `forms.csv`; without it the sample is explored.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use shinsei::catalog_folder;
use shinsei_conformance::explore::{Limits, explore, representatives};
use shinsei_core::catalog::Catalog;
use shinsei_core::procedure::Procedure;

fn main() -> ExitCode {
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
        let number = |text: String| text.parse::<usize>().map_err(|_| format!("{text} is no number"));
        match argument.as_str() {
            "--depth" => limits.depth_max = number(next("a number of steps")?)?,
            "--repeats" => limits.repeats_max = number(next("a number")?)?,
            "--states" => limits.states_max = number(next("a number")?)?,
            "--catalog" => {
                let folder = next("the folder of a catalog")?;
                catalog = Some(catalog_folder::read(folder.as_ref()).map_err(|error| error.to_string())?);
            }
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
