//! A sheet as cells: from bytes to rows, and from rows to bytes. What the cells mean is settled elsewhere.

use crate::catalog::cell;
use crate::catalog::defect::{CatalogError, Defect, Expected, Sheet};
use crate::catalog::encoding::{self, Encoding};
use crate::catalog::row::Row;

/// Reads the rows below the header. Rows without any text are left out: spreadsheets append them.
///
/// A cell that cannot be decoded is a defect, and unreadable in its row.
pub(super) fn read(
    sheet: Sheet,
    header: &'static [&'static str],
    bytes: &[u8],
    defects: &mut Vec<Defect>,
) -> Vec<Row> {
    let (encoding, bytes) = encoding::detect(bytes);
    let mut lines = Lines { bytes, at: 0, line: 1 };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut rows = Vec::new();
    let mut header_is_right = None;
    let fault =
        |line, column, found, expected| Defect { sheet, line, column, found, expected, because: None };
    // Reading from memory cannot fail, and neither length nor encoding is judged by the reader.
    while let Ok(true) = reader.read_byte_record(&mut record) {
        let line = lines.at(record.position().map_or(0, csv::Position::byte));
        let cells: Vec<Result<String, String>> =
            record.iter().map(|cell| encoding::decode(encoding, cell)).collect();
        let Some(right) = header_is_right else {
            let before = defects.len();
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
        Some(true) if rows.is_empty() && defects.iter().all(|defect| defect.sheet != sheet) => {
            defects.push(fault(lines.line + 1, None, None, Expected::Rows));
        }
        Some(_) => {}
    }
    rows
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

/// Writes a header and rows: RFC 4180, with CRLF.
///
/// # Errors
/// Every cell that the encoding cannot hold, with the characters that it cannot.
pub(super) fn write(
    sheet: Sheet,
    header: &'static [&'static str],
    rows: &[Row],
    encoding: Encoding,
) -> Result<Vec<u8>, CatalogError> {
    let mut bytes = encoding::prefix(encoding).to_vec();
    let mut defects = Vec::new();
    let mut line = 1;
    let mut put = |line, cells: &mut dyn Iterator<Item = (&'static str, String)>| {
        for (place, (column, cell)) in cells.enumerate() {
            if place > 0 {
                bytes.push(b',');
            }
            match encoding::encode(encoding, &cell::quoted(&cell)) {
                Ok(encoded) => bytes.extend_from_slice(&encoded),
                Err(lost) => defects.push(Defect {
                    sheet,
                    line,
                    column: Some(column),
                    found: Some(lost),
                    expected: Expected::Writable(encoding),
                    because: None,
                }),
            }
        }
        bytes.extend_from_slice(b"\r\n");
    };
    put(line, &mut header.iter().map(|column| (*column, (*column).to_owned())));
    for row in rows {
        line += 1;
        put(line, &mut header.iter().map(|column| (*column, row.get(column).unwrap_or_default().to_owned())));
    }
    if defects.is_empty() { Ok(bytes) } else { Err(CatalogError { defects }) }
}

/// Counts lines up to a byte, going on from the last one asked for.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first byte of a record: the reader gives the end of the record before, whose line feed and
    /// whose blank lines are still to come.
    fn at(&mut self, byte: u64) -> u64 {
        let mut to = usize::try_from(byte).unwrap_or(usize::MAX).min(self.bytes.len());
        to += self.bytes[to..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let newlines = self.bytes[self.at..to].iter().filter(|byte| **byte == b'\n');
        self.line += newlines.map(|_| 1_u64).sum::<u64>();
        self.at = to;
        self.line
    }
}
