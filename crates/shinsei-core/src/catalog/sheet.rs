//! A sheet of the catalog: from records to rows below a fixed header, and back. What the cells mean is settled elsewhere.

use crate::catalog::columns::MAY_BE_MISSING;
use crate::catalog::defect::{CatalogError, Defect, Expected, Sheet};
use crate::catalog::row::Row;
use crate::sheet::{self, Encoding, Record, Records, UnwritableCell, cell};

/// Reads the rows below the header, whose columns may stand in any order. Rows without any text are left out, and so are blank
/// cells behind the last column: spreadsheets append them.
///
/// A cell that cannot be decoded, or whose column is missing, is a defect, and unreadable in its row.
pub(super) fn read(
    sheet: Sheet,
    header: &'static [&'static str],
    bytes: &[u8],
    defects: &mut Vec<Defect>,
) -> Vec<Row> {
    let fault =
        |line, column, found, expected| Defect { sheet, line, column, found, expected, because: None };
    if let Some(format) = sheet::foreign(bytes) {
        defects.push(fault(1, None, Some(format.to_owned()), Expected::Csv));
        return vec![];
    }
    let Records { encoding, records, last_line } = sheet::read(bytes);
    let mut records = records.into_iter();
    let Some(first) = records.next() else {
        defects.push(fault(1, None, None, Expected::HeaderRow(header)));
        return vec![];
    };
    let Columns { places, wrong } = columns(header, &first.cells);
    defects.extend(
        wrong.into_iter().map(|(column, found, expected)| fault(first.line, column, found, expected)),
    );
    if places.iter().all(Option::is_none) {
        return vec![];
    }
    let left_out = header.iter().filter(|column| MAY_BE_MISSING.contains(column));
    let left_out: Vec<_> = left_out.filter(|column| !places.contains(&Some(**column))).collect();
    let mut rows = Vec::new();
    for Record { line, cells } in records {
        let is_blank = |cell: &Result<String, String>| matches!(cell, Ok(text) if text.is_empty());
        if cells.iter().all(is_blank) {
            continue;
        }
        let mut row = Row::new(sheet, line);
        let has_more = !cells.iter().skip(places.len()).all(is_blank);
        if has_more || cells.len() < places.len() {
            if places.len() + left_out.len() != header.len() {
                // It may be the header that has too few or too many: what stands where is not known.
                return vec![];
            }
            row.has_cells(cells.len(), places.len());
        }
        left_out.iter().for_each(|column| row.set(column, ""));
        // Excel leaves out commas behind the last cell of a row that has something in it.
        let behind = std::iter::repeat_with(|| Ok(String::new()));
        for (column, cell) in places.iter().zip(cells.into_iter().chain(behind)) {
            match (column, cell) {
                (Some(column), Ok(text)) => row.set(column, cell::read(&text).to_owned()),
                (Some(column), Err(left)) => {
                    defects.push(fault(line, Some(column), Some(left), Expected::Readable(encoding)));
                }
                (None, _) => {}
            }
        }
        rows.push(row);
    }
    // A catalog may leave all forms free.
    if sheet != Sheet::Forms && rows.is_empty() {
        defects.push(fault(last_line + 1, None, None, Expected::Rows));
    }
    rows
}

/// Which column stands in which place, and what is wrong with the header.
struct Columns {
    places: Vec<Option<&'static str>>,
    wrong: Vec<HeaderDefect>,
}

type HeaderDefect = (Option<&'static str>, Option<String>, Expected);

/// Finds the columns of a header. A line with none of them is no header: another separator, another encoding, or another file.
fn columns(header: &'static [&'static str], cells: &[Result<String, String>]) -> Columns {
    let names = cells.iter().map(|cell| cell.as_ref().unwrap_or_else(|left| left).as_str());
    let mut names: Vec<&str> = names.collect();
    while names.last().is_some_and(|name| name.is_empty()) {
        names.pop();
    }
    let column = |name: &str| header.iter().find(|column| **column == name).copied();
    if !names.iter().any(|name| column(name).is_some()) {
        let is_separated = |by| names.iter().any(|name| name.split(by).any(|part| column(part).is_some()));
        let expected = if is_separated(['\t', ';']) { Expected::Csv } else { Expected::HeaderRow(header) };
        let found = names.first().map(|name| (*name).to_owned());
        return Columns { places: vec![], wrong: vec![(None, found, expected)] };
    }
    let mut wrong: Vec<HeaderDefect> = Vec::new();
    let missing = header.iter().filter(|column| !names.contains(column) && !MAY_BE_MISSING.contains(column));
    wrong.extend(missing.map(|column| (Some(*column), None, Expected::Header)));
    let mut places = Vec::with_capacity(names.len());
    for name in names {
        let column = column(name);
        let is_again = column.is_some() && places.contains(&column);
        if is_again {
            wrong.push((column, Some(name.to_owned()), Expected::HeaderOnce));
        } else if name.is_empty() {
            wrong.push((None, None, Expected::NamedColumn));
        } else if column.is_none() {
            wrong.push((None, Some(name.to_owned()), Expected::NoSuchColumn));
        }
        places.push(column.filter(|_| !is_again));
    }
    Columns { places, wrong }
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
