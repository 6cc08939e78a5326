//! `load check`: whether the store has every submission that was acknowledged.

use std::fmt::Write as _;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use shinsei_core::ids::{Position, StreamId};
use shinsei_core::number::ReceiptNumber;
use shinsei_core::port::store::{Store, StoreError};

use crate::Ended;
use crate::acknowledged::Acknowledged;
use crate::store::Location;

/// The most missing lines that are shown one by one.
const SHOWN_MAX: usize = 20;

/// Says that nothing is missing.
///
/// # Errors
/// What is missing, line by line; or why that cannot be found out.
pub(crate) fn check(store: &Location, acks: &Path) -> Result<String, Ended> {
    let text = fs::read_to_string(acks)
        .map_err(|error| Ended::cannot(format!("{} cannot be read: {error}", acks.display())))?;
    let store = store.open_reader().map_err(Ended::cannot)?;
    let mut checked = 0_u64;
    let mut missing = Vec::new();
    for (number, line) in (1_u64..).zip(text.split_inclusive('\n')) {
        let Some(whole) = line.strip_suffix('\n') else {
            // The loader was killed while it wrote: nobody has read this as an acknowledgement.
            continue;
        };
        checked += 1;
        if let Some(why) = wrong(store.as_ref(), whole).map_err(Ended::cannot)? {
            missing.push(format!("line {number}: {why}: {whole}"));
        }
    }
    if missing.is_empty() {
        return Ok(format!("{checked} acknowledged submissions, none missing\n"));
    }
    let mut said = format!("{} of {checked} acknowledged submissions are missing", missing.len());
    for one in missing.iter().take(SHOWN_MAX) {
        // OK because writing to a String cannot fail.
        let _ = write!(said, "\n{one}");
    }
    if missing.len() > SHOWN_MAX {
        said.push_str("\n…");
    }
    Err(Ended::failed(said))
}

/// What is wrong with a line; `None` when the store has exactly what it says.
fn wrong(store: &dyn Store, line: &str) -> Result<Option<&'static str>, StoreError> {
    let Acknowledged { command, case, receipt } = match line.parse() {
        Ok(acknowledged) => acknowledged,
        Err(why) => return Ok(Some(why)),
    };
    let municipality = receipt.municipality();
    let Some(found) = store.find(municipality, command)? else {
        return Ok(Some("the store does not know the command"));
    };
    let records = usize::try_from(found.receipt.records).unwrap_or(usize::MAX);
    let before = Position(found.receipt.first.0.saturating_sub(1));
    let mut recorded = false;
    store.read_log(municipality, before, records, &mut |record| {
        let number = record.number.as_ref().and_then(|drawn| ReceiptNumber::from_drawn(municipality, drawn));
        recorded |=
            record.command == command && record.stream == StreamId::from(case) && number == Some(receipt);
        ControlFlow::Continue(())
    })?;
    Ok((!recorded).then_some("the store has another case or receipt number for this command"))
}
