//! A sheet of the catalog: from records to rows below a fixed header, and back. What the cells mean is settled elsewhere.

use crate::catalog::columns::MAY_BE_MISSING;
use crate::catalog::defect::{CatalogError, Defect, Expected, Sheet};
use crate::catalog::row::Row;
use crate::sheet::{self, Encoding, Record, Records, UnwritableCell, cell};

/// Reads the rows below the header. Rows without any text are left out: spreadsheets append them.
///
/// A cell that cannot be decoded is a defect, and unreadable in its row.
pub(super) fn read(
    sheet: Sheet,
    header: &'static [&'static str],
    bytes: &[u8],
    defects: &mut Vec<Defect>,
) -> Vec<Row> {
    let Records { encoding, records, last_line } = sheet::read(bytes);
    let mut rows = Vec::new();
    let mut header_is_right = None;
    let mut header = header;
    let mut left_out: &[&str] = &[];
    let fault =
        |line, column, found, expected| Defect { sheet, line, column, found, expected, because: None };
    for Record { line, cells } in records {
        let Some(right) = header_is_right else {
            let before = defects.len();
            (header, left_out) = without_what_may_be_missing(header, &cells);
            defects.extend(
                header_defects(header, &cells)
                    .into_iter()
                    .map(|(column, found, expected)| fault(line, column, found, expected)),
            );
            header_is_right = Some(defects.len() == before);
            continue;
        };
        if !right {
            break;
        }
        if cells.iter().all(|cell| matches!(cell, Ok(text) if text.is_empty())) {
            continue;
        }
        if cells.len() != header.len() {
            let found = cells.len().to_string();
            defects.push(fault(line, None, Some(found), Expected::Cells(header.len())));
            continue;
        }
        let mut row = Row::new(sheet, line);
        left_out.iter().for_each(|column| row.set(column, ""));
        for (column, cell) in header.iter().zip(cells) {
            match cell {
                Ok(text) => row.set(column, cell::read(&text).to_owned()),
                Err(left) => {
                    defects.push(fault(line, Some(*column), Some(left), Expected::Readable(encoding)));
                }
            }
        }
        rows.push(row);
    }
    match header_is_right {
        None => defects.push(fault(1, None, None, Expected::HeaderRow(header))),
        // A catalog may leave all forms free.
        Some(true)
            if sheet != Sheet::Forms
                && rows.is_empty()
                && defects.iter().all(|defect| defect.sheet != sheet) =>
        {
            defects.push(fault(last_line + 1, None, None, Expected::Rows));
        }
        Some(_) => {}
    }
    rows
}

/// The columns that a sheet has, and those at their end that it leaves out, all of them.
fn without_what_may_be_missing(
    header: &'static [&'static str],
    cells: &[Result<String, String>],
) -> (&'static [&'static str], &'static [&'static str]) {
    let at = header.iter().position(|column| MAY_BE_MISSING.contains(column)).unwrap_or(header.len());
    let (always, sometimes) = header.split_at(at);
    let is_there =
        |cell: &Result<String, String>| cell.as_ref().is_ok_and(|name| sometimes.contains(&name.as_str()));
    if cells.iter().any(is_there) { (header, &[]) } else { (always, sometimes) }
}

type HeaderDefect = (Option<&'static str>, Option<String>, Expected);

/// What is missing and what is too much; only where neither is, the first column out of its place. A line with none of
/// the columns is no header: another separator, another encoding, or another file.
fn header_defects(header: &'static [&'static str], cells: &[Result<String, String>]) -> Vec<HeaderDefect> {
    let found: Vec<&str> =
        cells.iter().map(|cell| cell.as_ref().unwrap_or_else(|left| left).as_str()).collect();
    if !header.iter().any(|column| found.contains(column)) {
        return vec![(None, found.first().map(|name| (*name).to_owned()), Expected::HeaderRow(header))];
    }
    let missing = header.iter().filter(|column| !found.contains(column));
    let mut defects: Vec<HeaderDefect> =
        missing.map(|column| (Some(*column), None, Expected::Header)).collect();
    for (place, name) in found.iter().enumerate() {
        if !header.contains(name) || found[..place].contains(name) {
            defects.push((None, Some((*name).to_owned()), Expected::NoSuchColumn));
        }
    }
    if defects.is_empty() {
        let misplaced = header.iter().zip(&found).find(|(column, name)| column != name);
        defects.extend(
            misplaced.map(|(column, name)| (Some(*column), Some((*name).to_owned()), Expected::Header)),
        );
    }
    defects
}

/// Writes a header and rows.
///
/// # Errors
/// Every cell that the encoding cannot hold, with the characters that it cannot.
pub(super) fn write(
    sheet: Sheet,
    header: &'static [&'static str],
    rows: &[Row],
    encoding: Encoding,
) -> Result<Vec<u8>, CatalogError> {
    let cells = |row: &Row| -> Vec<String> {
        header.iter().map(|column| row.get(column).unwrap_or_default().to_owned()).collect()
    };
    let names = header.iter().map(|column| (*column).to_owned()).collect();
    sheet::write(encoding, [names].into_iter().chain(rows.iter().map(cells))).map_err(|unwritable| {
        let defect = |cell: UnwritableCell| Defect {
            sheet,
            line: cell.record as u64 + 1,
            column: header.get(cell.cell).copied(),
            found: Some(cell.lost),
            expected: Expected::Writable(encoding),
            because: None,
        };
        CatalogError { defects: unwritable.cells.into_iter().map(defect).collect() }
    })
}
