//! A division as a row of its sheet.

use crate::catalog::columns as c;
use crate::catalog::defect::{Expected, Sheet};
use crate::catalog::row::Row;
use crate::ids::DivisionId;
use crate::procedure::Division;
use crate::sheet::cell;

/// Reads a row; `None` where it has defects, which it keeps.
pub(super) fn read(row: &mut Row) -> Option<Division> {
    let id = row.code(c::DIVISION_ID, DivisionId::new);
    let name = row.some_text(c::DIVISION_NAME);
    let phone = row.parsed(c::PHONE, |cell| is_phone(cell).then(|| cell.to_owned()), Expected::Phone);
    let counter = row.some_text(c::COUNTER);
    let hours = row.some_text(c::HOURS);
    Some(Division { id: id?, name: name?, phone: phone?, counter: counter?, hours: hours? })
}

/// Writes a row.
pub(super) fn write(division: &Division, line: u64) -> Row {
    let mut row = Row::new(Sheet::Divisions, line);
    row.set(c::DIVISION_ID, cell::code(division.id.as_str()));
    row.set(c::DIVISION_NAME, cell::text(&division.name));
    row.set(c::PHONE, cell::phone(&division.phone));
    row.set(c::COUNTER, cell::text(&division.counter));
    row.set(c::HOURS, cell::text(&division.hours));
    row
}

fn is_phone(cell: &str) -> bool {
    cell.starts_with(|first: char| first.is_ascii_digit())
        && cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}
