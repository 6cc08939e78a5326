//! Sheets of CSV as spreadsheets keep them: three encodings, cells that are no formulas, and a list of what would be lost.

pub mod cell;
mod encoding;

pub use crate::sheet::encoding::Encoding;

/// The records of a sheet, the header among them, each with the line on which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Records {
    /// The encoding that was found.
    pub encoding: Encoding,
    /// The records.
    pub records: Vec<Record>,
    /// The last line of the file.
    pub last_line: u64,
}

/// One record of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// Its cells as they stand there: [`cell::read`] tells what one means. `Err` holds what is left of a cell that could
    /// not be read, with U+FFFD for what could not.
    pub cells: Vec<Result<String, String>>,
}

/// The encoding cannot hold these cells; nothing was written.
///
/// Security: what a cell loses may be a piece of a name. It is for whoever asked for the sheet, not for a log.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} cells have characters that {encoding} cannot hold; write UTF-8 or replace them", .cells.len())]
pub struct Unwritable {
    /// The encoding.
    pub encoding: Encoding,
    /// The cells, in the order of the sheet: never empty.
    pub cells: Vec<UnwritableCell>,
}

/// A cell that an encoding cannot hold.
#[derive(Clone, PartialEq, Eq)]
pub struct UnwritableCell {
    /// Which record, from 0.
    pub record: usize,
    /// Which cell of it, from 0.
    pub cell: usize,
    /// The characters that would be lost or come back as others, each once.
    pub lost: String,
}

impl std::fmt::Debug for Unwritable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// Reads a sheet of UTF-8 with BOM, UTF-8 or CP932, found out in this order. Any bytes are a sheet.
///
/// # Source
/// RFC 4180; LF is read as CRLF is
pub fn read(bytes: &[u8]) -> Records {
    let (encoding, bytes) = encoding::detect(bytes);
    let mut lines = Lines { bytes, at: 0, line: 1 };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut records = Vec::new();
    // Reading from memory cannot fail, and neither length nor encoding is judged by the reader.
    while let Ok(true) = reader.read_byte_record(&mut record) {
        let line = lines.at(record.position().map_or(0, csv::Position::byte));
        let cells = record.iter().map(|cell| encoding.decode(cell)).collect();
        records.push(Record { line, cells });
    }
    Records { encoding, records, last_line: lines.line }
}

/// What a file is that a spreadsheet wrote and that is no CSV in an encoding that is read; `None` where it may be.
pub(crate) fn foreign(bytes: &[u8]) -> Option<&'static str> {
    // What a ZIP archive, an OLE file, and UTF-16 in either order begin with.
    const FORMATS: [(&[u8], &str); 4] = [
        (b"PK\x03\x04", "a workbook (.xlsx or .ods)"),
        (b"\xD0\xCF\x11\xE0", "a workbook (.xls)"),
        (b"\xFF\xFE", "UTF-16"),
        (b"\xFE\xFF", "UTF-16"),
    ];
    FORMATS.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, name)| *name)
}

/// The text that bytes are, in the encodings of sheets; `None` where they are no text.
pub(crate) fn text(bytes: &[u8]) -> Option<String> {
    let (encoding, bytes) = encoding::detect(bytes);
    let is_text = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{C}');
    encoding.decode(bytes).ok().filter(|text| text.chars().all(is_text))
}

/// Writes a sheet: RFC 4180, with CRLF. The cells are those that [`cell`] makes of what they mean.
///
/// # Errors
/// Every cell that the encoding cannot hold: no character is ever replaced by another.
///
/// # Example
/// ```
/// use shinsei_core::sheet::{self, Encoding, cell};
/// let rows = [
///     vec![cell::text("氏名"), cell::text("番号")],
///     vec![cell::text("髙﨑 =花子"), cell::code("001").into()],
/// ];
/// let bytes = sheet::write(Encoding::Utf8, rows)?;
/// assert_eq!(String::from_utf8(bytes)?, "氏名,番号\r\n髙﨑 =花子,\"=\"\"001\"\"\"\r\n");
/// let refused = sheet::write(Encoding::Cp932, [["𠮷野"]]).unwrap_err();
/// assert_eq!(refused.cells[0].lost, "𠮷");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write<R, C>(encoding: Encoding, records: impl IntoIterator<Item = R>) -> Result<Vec<u8>, Unwritable>
where
    R: IntoIterator<Item = C>,
    C: AsRef<str>,
{
    let mut bytes = encoding.prefix().to_vec();
    let mut cells = Vec::new();
    for (record, row) in records.into_iter().enumerate() {
        for (place, cell) in row.into_iter().enumerate() {
            if place > 0 {
                bytes.push(b',');
            }
            match encoding.encode(&cell::quoted(cell.as_ref())) {
                Ok(encoded) => bytes.extend_from_slice(&encoded),
                Err(lost) => cells.push(UnwritableCell { record, cell: place, lost }),
            }
        }
        bytes.extend_from_slice(b"\r\n");
    }
    if cells.is_empty() { Ok(bytes) } else { Err(Unwritable { encoding, cells }) }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_cell_that_would_be_lost_is_named_and_nothing_is_written() {
        let refused = write(Encoding::Cp932, [vec!["氏名", "住所"], vec!["𠮷野 花子", "〜−"]]).unwrap_err();
        let named: Vec<_> =
            refused.cells.iter().map(|cell| (cell.record, cell.cell, cell.lost.as_str())).collect();
        assert_eq!(named, [(1, 0, "𠮷"), (1, 1, "〜−")]);
        assert_eq!(
            format!("{refused:?}"),
            "2 cells have characters that CP932 cannot hold; write UTF-8 or replace them"
        );
    }

    #[test]
    fn a_sheet_is_read_in_the_encoding_it_is_in() {
        let rows = [["氏名", "番号"], ["髙﨑", "001"]];
        for encoding in [Encoding::Utf8, Encoding::Utf8Bom, Encoding::Cp932] {
            let read = read(&write(encoding, rows).unwrap());
            let cells: Vec<Vec<String>> = read
                .records
                .iter()
                .map(|record| record.cells.iter().cloned().map(Result::unwrap).collect())
                .collect();
            assert_eq!(
                (read.encoding, cells),
                (encoding, rows.map(|row| row.map(str::to_owned).to_vec()).to_vec())
            );
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back_and_none_is_a_formula(
            rows in prop::collection::vec(prop::collection::vec("[-=+@'\",\r\nあ一a0]{0,6}", 2..3), 1..5),
        ) {
            let cells = rows.iter().map(|row| row.iter().map(|text| cell::text(text)));
            let bytes = write(Encoding::Utf8Bom, cells).unwrap();
            let read = read(&bytes);
            for (record, row) in read.records.iter().zip(&rows) {
                for (written, text) in record.cells.iter().zip(row) {
                    let written = written.as_ref().unwrap();
                    prop_assert!(!written.starts_with(['=', '+', '-', '@', '\t', '\r']));
                    prop_assert_eq!(cell::read(written), text);
                }
            }
            prop_assert_eq!(read.records.len(), rows.len());
        }

        #[test]
        fn any_bytes_are_a_sheet(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let read = read(&bytes);
            prop_assert!(read.records.iter().all(|record| record.line <= read.last_line.max(1)));
        }
    }
}
