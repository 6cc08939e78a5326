//! The desk of whoever must show that nothing was altered, keeps the catalog, or looks for a case.

mod arguments;
mod list;
mod store;
mod tell;
mod witness;

use std::collections::BTreeSet;
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use shinsei::catalog_folder::{self, CatalogFolderError};
use shinsei::clock::SystemClock;
use shinsei::projection::Projector;
use shinsei_core::ids::{CaseId, Municipality, StreamId, Version};
use shinsei_core::port::access_log::PAGE_ACCESSES_MAX;
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::Store;
use shinsei_core::retention::Retention;
use shinsei_core::tree::Head;
use shinsei_proof::bundle::Bundle;
use shinsei_proof::error::HeadsError;
use shinsei_proof::{export, heads};

use crate::arguments::{Arguments, Task, USAGE};
use crate::store::Location;
use crate::tell::Teller;

/// Nothing was found to be shown.
const NO_RECORDS: &str = "the store holds no records of what was asked for";

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    let done = arguments::read(lexopt::Parser::from_env())
        .map_err(Box::<dyn Error>::from)
        .and_then(|arguments| run(&arguments, &mut out));
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            let mut said = error.to_string();
            let mut cause = error.source();
            while let Some(error) = cause {
                // Some errors say what their source says.
                if !said.ends_with(&error.to_string()) {
                    said = format!("{said}: {error}");
                }
                cause = error.source();
            }
            let _ = writeln!(io::stderr(), "desk: {said}");
            ExitCode::from(2)
        }
    }
}

/// Does what was asked for; true when all is well.
fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<bool, Box<dyn Error>> {
    let mut teller = Teller { json: arguments.json, out };
    match &arguments.task {
        Task::Help => {
            write!(teller.out, "{USAGE}")?;
            Ok(true)
        }
        Task::VerifyLog { store, municipality } => verify_log(arguments, store, *municipality, &mut teller),
        Task::Export { store, municipality, case, destination } => {
            export(arguments, store, *municipality, *case, destination, &mut teller)
        }
        Task::VerifyBundle { bundle } => verify_bundle(arguments, bundle, &mut teller),
        Task::CheckCatalog { folder } => check_catalog(folder, &mut teller),
        Task::Witness { store, municipality, witnesses, heads } => {
            witness::witness(&store.open()?, *municipality, witnesses, heads, &mut teller)
        }
        Task::CheckLists { store, municipality, lists, rebuild } => {
            check_lists(store, *municipality, lists, *rebuild, &mut teller)
        }
        Task::List { store, municipality, lists, asked, rows_max } => {
            let (view, store) = (lists.lists(false)?, store.open()?.into_store());
            list::list(store, view, *municipality, asked, *rows_max, &mut teller)
        }
        Task::ErasureCheck { store, known, rows_only, rewrite } => {
            let needles = known.as_deref().map(needles).transpose()?.unwrap_or_default();
            if *rewrite {
                store.rewrite()?;
            }
            let opened = store.open()?;
            let remnants = opened.erasure_check().remnants(&needles, *rows_only)?;
            Ok(teller.remnants(&remnants)?)
        }
        Task::ForgetAccesses { store, municipality, kept } => {
            forget_accesses(store, *municipality, *kept, &mut teller)
        }
    }
}

fn verify_log(
    arguments: &Arguments,
    store: &Location,
    only: Option<Municipality>,
    teller: &mut Teller<'_>,
) -> Result<bool, Box<dyn Error>> {
    let opened = store.open()?;
    let store = opened.store();
    let mut all: BTreeSet<Municipality> = store.municipalities()?.into_iter().collect();
    // A municipality that was taken away altogether stands in the heads alone.
    if let Some(file) = &arguments.head {
        all.extend(heads::municipalities(file)?);
    }
    all.retain(|municipality| only.is_none_or(|only| only == *municipality));
    if all.is_empty() {
        return Err(NO_RECORDS.into());
    }
    let mut well = true;
    for municipality in all {
        let heads = witnessed(arguments, municipality)?;
        let report = shinsei_core::audit::log::verify(store, municipality, &heads)?;
        well &= teller.report(municipality.as_str(), &report, arguments.head.is_some())?;
    }
    Ok(well)
}

fn export(
    arguments: &Arguments,
    store: &Location,
    municipality: Option<Municipality>,
    case: Option<CaseId>,
    destination: &Path,
    teller: &mut Teller<'_>,
) -> Result<bool, Box<dyn Error>> {
    let opened = store.open()?;
    let store = opened.store();
    let municipality = match municipality {
        Some(municipality) => municipality,
        None => only_one(store, case)?,
    };
    let last = witnessed(arguments, municipality)?.pop();
    let exported = match case {
        Some(case) => export::stream(store, municipality, case.into(), destination, last)?,
        None => export::municipality(store, municipality, destination)?,
    };
    teller.exported(&destination.display().to_string(), &exported, last.is_some())?;
    Ok(true)
}

/// Holds the lists of cases against the log, or builds them anew; true when they say what it says.
fn check_lists(
    store: &Location,
    only: Option<Municipality>,
    lists: &Location,
    rebuild: bool,
    teller: &mut Teller<'_>,
) -> Result<bool, Box<dyn Error>> {
    let store = store.open()?.into_store();
    let all = match only {
        Some(only) => vec![only],
        None => store.municipalities()?,
    };
    let projector = Projector::new(store, lists.lists(rebuild)?);
    let mut well = true;
    for municipality in all {
        if rebuild {
            projector.rebuild(municipality)?;
        }
        well &= teller.compared(municipality, projector.compare(municipality)?)?;
    }
    Ok(well)
}

/// The only municipality that there is, or that has the case.
fn only_one(store: &dyn Store, case: Option<CaseId>) -> Result<Municipality, Box<dyn Error>> {
    let mut found = Vec::new();
    for municipality in store.municipalities()? {
        match case {
            None => found.push(municipality),
            Some(case) if has(store, municipality, case.into())? => found.push(municipality),
            Some(_) => {}
        }
    }
    match found[..] {
        [one] => Ok(one),
        [] => Err("the store has no records of what was asked for".into()),
        _ => Err("there are several; --municipality says which".into()),
    }
}

fn has(store: &dyn Store, municipality: Municipality, stream: StreamId) -> Result<bool, Box<dyn Error>> {
    let mut is_there = false;
    store.read_stream(municipality, stream, Version(0), 1, &mut |_| {
        is_there = true;
        std::ops::ControlFlow::Break(())
    })?;
    Ok(is_there)
}

fn verify_bundle(
    arguments: &Arguments,
    path: &Path,
    teller: &mut Teller<'_>,
) -> Result<bool, Box<dyn Error>> {
    let bundle = Bundle::open(path)?;
    let heads = witnessed(arguments, bundle.municipality())?;
    let verified = bundle.verify(&heads)?;
    let what = match verified.stream {
        None => bundle.municipality().to_string(),
        Some(stream) => format!("{} of {}", stream.id, bundle.municipality()),
    };
    Ok(teller.report(&what, &verified.report, arguments.head.is_some())?)
}

/// Reads a catalog as an engine would: what is wrong with it is an answer, what cannot be read is not.
fn check_catalog(folder: &Path, teller: &mut Teller<'_>) -> Result<bool, Box<dyn Error>> {
    match catalog_folder::read(folder) {
        Ok(catalog) => Ok(teller.catalog(folder, &catalog)?),
        Err(CatalogFolderError::Defective { folder, error }) => Ok(teller.defects(&folder, &error)?),
        Err(error) => Err(error.into()),
    }
}

/// Forgets the accesses of one municipality or of all that were kept long enough.
fn forget_accesses(
    store: &Location,
    only: Option<Municipality>,
    kept: Retention,
    teller: &mut Teller<'_>,
) -> Result<bool, Box<dyn Error>> {
    let before = kept.ended_by(SystemClock.now()).ok_or("there is no such year")?;
    let all = match only {
        Some(only) => vec![only],
        None => store.open()?.store().municipalities()?,
    };
    let log = store.open_to_write()?;
    for municipality in all {
        let mut forgotten = 0;
        loop {
            let some = log.forget(municipality, before, PAGE_ACCESSES_MAX)?;
            forgotten += some;
            if some == 0 {
                break;
            }
        }
        teller.forgotten(municipality, before, forgotten)?;
    }
    Ok(true)
}

/// The witnessed heads of a municipality; none where the file has none of it, which the report then says.
fn witnessed(arguments: &Arguments, municipality: Municipality) -> Result<Vec<Head>, Box<dyn Error>> {
    let Some(file) = &arguments.head else { return Ok(vec![]) };
    match heads::read(file, municipality, &arguments.keys) {
        Err(HeadsError::NoHead { .. }) => Ok(vec![]),
        read => Ok(read?),
    }
}

/// Texts that are known to have been erased.
fn needles(path: &Path) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let text = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let lines = text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    Ok(lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect())
}
