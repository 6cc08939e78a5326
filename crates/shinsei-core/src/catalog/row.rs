//! One row of a sheet: its cells by column, and the questions that their readers ask of them.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::catalog::columns::{BETWEEN, Closed};
use crate::catalog::defect::{Because, Defect, Expected, Sheet};
use crate::ids::InvalidCode;

/// The cells of a row. Each question answers `None` where the cell is wrong, and keeps the defect.
#[derive(Debug)]
pub(super) struct Row {
    sheet: Sheet,
    pub(super) line: u64,
    cells: BTreeMap<&'static str, String>,
    /// How many cells stand there, and how many the header has, where these are not as many.
    counted: Option<(usize, usize)>,
    pub(super) defects: Vec<Defect>,
}

impl Row {
    pub(super) fn new(sheet: Sheet, line: u64) -> Self {
        Self { sheet, line, cells: BTreeMap::new(), counted: None, defects: Vec::new() }
    }

    /// The row has another number of cells than the header.
    pub(super) fn has_cells(&mut self, found: usize, expected: usize) {
        self.counted = Some((found, expected));
    }

    /// Everything that is wrong with it. Cells too many are, and where cells are missing and that is not right, or what is left
    /// is not, that they are missing says it all: the others stand in wrong places.
    pub(super) fn into_defects(mut self) -> Vec<Defect> {
        if let Some((found, expected)) = self.counted
            && (found > expected || !self.defects.is_empty())
        {
            self.defects.clear();
            self.fault_of_all(Expected::Cells(expected));
            if let Some(defect) = self.defects.last_mut() {
                defect.found = Some(found.to_string());
            }
        }
        self.defects
    }

    pub(super) fn set(&mut self, column: &'static str, cell: impl Into<String>) {
        self.cells.insert(column, cell.into());
    }

    /// The cell; `None` where it could not be decoded, which is a defect already.
    pub(super) fn get(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(String::as_str)
    }

    pub(super) fn fault(&mut self, column: &'static str, expected: Expected) {
        let found = self.get(column).map(str::to_owned);
        let (sheet, line) = (self.sheet, self.line);
        self.defects.push(Defect { sheet, line, column: Some(column), found, expected, because: None });
    }

    /// A defect of no cell alone.
    pub(super) fn fault_of_all(&mut self, expected: Expected) {
        let (sheet, line) = (self.sheet, self.line);
        self.defects.push(Defect { sheet, line, column: None, found: None, expected, because: None });
    }

    /// A defect that follows from another cell.
    pub(super) fn fault_since(&mut self, cause: &'static str, column: &'static str, expected: Expected) {
        self.fault(column, expected);
        let value = self.get(cause).unwrap_or_default().to_owned();
        if let Some(defect) = self.defects.last_mut() {
            defect.because = Some(Because { column: cause, value });
        }
    }

    /// Text that may be blank.
    pub(super) fn text(&mut self, column: &'static str) -> Option<String> {
        let text = self.get(column)?.to_owned();
        let is_plain = !text.contains(|c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER);
        if is_plain && text.trim() == text {
            return Some(text);
        }
        self.fault(column, Expected::PlainText);
        None
    }

    /// Text that must not be blank.
    pub(super) fn some_text(&mut self, column: &'static str) -> Option<String> {
        let text = self.text(column)?;
        if text.is_empty() {
            self.fault(column, Expected::Text);
            return None;
        }
        Some(text)
    }

    /// A cell that must be blank since another cell is what it is.
    pub(super) fn blank_since(&mut self, cause: &'static str, column: &'static str) {
        if self.get(column).is_some_and(|cell| !cell.is_empty()) {
            self.fault_since(cause, column, Expected::Blank);
        }
    }

    /// Text that must not be blank since another cell is what it is.
    pub(super) fn some_text_since(&mut self, cause: &'static str, column: &'static str) -> Option<String> {
        let text = self.text(column)?;
        if text.is_empty() {
            self.fault_since(cause, column, Expected::Text);
            return None;
        }
        Some(text)
    }

    /// A closed value.
    pub(super) fn closed<T: Closed>(&mut self, column: &'static str) -> Option<T> {
        let value = T::from_word(self.get(column)?);
        if value.is_none() {
            self.fault(column, Expected::OneOf(T::words()));
        }
        value
    }

    /// A closed value that must be there since another cell is what it is.
    pub(super) fn closed_since<T: Closed>(&mut self, cause: &'static str, column: &'static str) -> Option<T> {
        if self.get(column)?.is_empty() {
            self.fault_since(cause, column, Expected::OneOf(T::words()));
            return None;
        }
        self.closed(column)
    }

    /// A list of closed values, blank for none.
    pub(super) fn list<T: Closed>(&mut self, column: &'static str) -> Option<Vec<T>> {
        let cell = self.get(column)?;
        let mut values = Vec::new();
        for word in cell.split(BETWEEN).filter(|_| !cell.is_empty()) {
            match T::from_word(word) {
                Some(value) if !values.contains(&value) => values.push(value),
                Some(_) | None => {
                    self.fault(column, Expected::SomeOf(T::words()));
                    return None;
                }
            }
        }
        Some(values)
    }

    /// A list with at least one value since another cell is what it is.
    pub(super) fn some_list_since<T: Closed>(
        &mut self,
        cause: &'static str,
        column: &'static str,
    ) -> Option<Vec<T>> {
        let values = self.list(column)?;
        if values.is_empty() {
            self.fault_since(cause, column, Expected::SomeOf(T::words()));
            return None;
        }
        Some(values)
    }

    /// A list of texts, blank for none.
    pub(super) fn texts(&mut self, column: &'static str) -> Option<Vec<String>> {
        let cell = self.text(column)?;
        let mut texts: Vec<String> = Vec::new();
        for text in cell.split(BETWEEN).filter(|_| !cell.is_empty()) {
            if text.is_empty() || text.trim() != text || texts.iter().any(|before| before == text) {
                self.fault(column, Expected::Texts { of: vec![] });
                return None;
            }
            texts.push(text.to_owned());
        }
        Some(texts)
    }

    /// A code.
    pub(super) fn code<T>(
        &mut self,
        column: &'static str,
        new: fn(String) -> Result<T, InvalidCode>,
    ) -> Option<T> {
        self.parsed(column, |cell| new(cell.to_owned()).ok(), Expected::Code)
    }

    /// A whole number from 1.
    pub(super) fn count(&mut self, column: &'static str) -> Option<u32> {
        self.parsed(column, |cell| whole(cell).filter(|count| *count > 0), Expected::Count)
    }

    /// What a cell that is not blank holds.
    pub(super) fn optional<T>(
        &mut self,
        column: &'static str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        if self.get(column)?.is_empty() { Some(None) } else { read(self).map(Some) }
    }

    /// A date, as 2026-05-07 or as Japanese Excel saves it again: 2026/5/7.
    pub(super) fn date(&mut self, column: &'static str) -> Option<NaiveDate> {
        let read = |cell: &str| {
            let date: NaiveDate = cell.replace('/', "-").parse().ok()?;
            [date.format("%Y-%m-%d"), date.format("%Y/%-m/%-d")]
                .map(|form| form.to_string())
                .contains(&cell.to_owned())
                .then_some(date)
        };
        self.parsed(column, read, Expected::Date)
    }

    /// An address of the web, or blank.
    pub(super) fn url(&mut self, column: &'static str) -> Option<String> {
        let text = self.text(column)?;
        let is_url = ["https://", "http://"].iter().any(|scheme| {
            text.strip_prefix(scheme)
                .is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
        });
        if is_url || text.is_empty() {
            return Some(text);
        }
        self.fault(column, Expected::Url);
        None
    }

    /// What a function makes of the cell.
    pub(super) fn parsed<T>(
        &mut self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
        expected: Expected,
    ) -> Option<T> {
        let parsed = parse(self.get(column)?);
        if parsed.is_none() {
            self.fault(column, expected);
        }
        parsed
    }
}

/// A whole number in ASCII digits alone: no sign, no separators, and no leading zero, so that it is written back alike.
pub(super) fn whole(cell: &str) -> Option<u32> {
    let number: u32 = cell.parse().ok()?;
    (number.to_string() == cell).then_some(number)
}
