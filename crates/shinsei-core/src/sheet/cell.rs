//! A cell between what it means and what a spreadsheet must find in it.

use std::borrow::Cow;

/// What begins a formula in some spreadsheet, half or full width.
///
/// Security: whoever opens the public sheet must not run what somebody wrote into it.
/// Source: OWASP, CSV Injection.
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// What is put before a text that a spreadsheet would take for a formula.
const GUARD: char = '\'';

/// The cell for a text.
pub fn text(text: &str) -> Cow<'_, str> {
    if text.trim_start_matches(GUARD).starts_with(FORMULA_STARTS) {
        Cow::Owned(format!("{GUARD}{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The cell for a code: `="0012"` where a spreadsheet would make a number or a date of it.
///
/// A code has no quotation marks and no brackets, and so the formula can be nothing but that text.
pub fn code(code: &str) -> String {
    if is_kept_as_text(code) { code.to_owned() } else { format!("=\"{code}\"") }
}

fn is_kept_as_text(code: &str) -> bool {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = code.to_ascii_lowercase();
    let is_month = MONTHS.iter().any(|month| lower.starts_with(month));
    let is_truth = ["true", "false"].contains(&lower.as_str());
    code.starts_with(|first: char| first.is_ascii_alphabetic()) && !is_month && !is_truth
}

/// The cell for a telephone number: `="0138210000"` where it would lose its leading zero.
pub fn phone(phone: &str) -> String {
    if phone.contains('-') && !phone.starts_with('-') { phone.to_owned() } else { format!("=\"{phone}\"") }
}

/// What a cell means, whichever of the three wrote it.
pub fn read(cell: &str) -> &str {
    let as_text = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let guarded =
        cell.strip_prefix(GUARD).filter(|rest| rest.trim_start_matches(GUARD).starts_with(FORMULA_STARTS));
    as_text.or(guarded).unwrap_or(cell)
}

/// The cell as RFC 4180 writes it.
pub(crate) fn quoted(cell: &str) -> Cow<'_, str> {
    if cell.contains(['"', ',', '\r', '\n']) {
        Cow::Owned(format!("\"{}\"", cell.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_a_formula_and_every_text_comes_back() {
        let texts =
            ["=1+1", "+81", "-5", "@SUM", "\tx", "\rx", "＝1", "'=1", "''-1", "'90年代", "=\"001\"", ""];
        let cells = texts.map(|text| super::text(text).into_owned());
        let expected = [
            "'=1+1",
            "'+81",
            "'-5",
            "'@SUM",
            "'\tx",
            "'\rx",
            "'＝1",
            "''=1",
            "'''-1",
            "'90年代",
            "'=\"001\"",
            "",
        ];
        assert_eq!(cells, expected);
        assert_eq!(cells.each_ref().map(|cell| read(cell)), texts);
    }

    #[test]
    fn codes_that_a_spreadsheet_would_change_are_kept_as_text() {
        let codes = ["JU-001", "001", "1-2", "1E5", "MAR-1", "-a", "true"];
        let cells = codes.map(code);
        assert_eq!(
            cells,
            ["JU-001", "=\"001\"", "=\"1-2\"", "=\"1E5\"", "=\"MAR-1\"", "=\"-a\"", "=\"true\""]
        );
        assert_eq!(cells.each_ref().map(|cell| read(cell)), codes);
        assert_eq!(phone("0138000001"), "=\"0138000001\"");
        assert_eq!(phone("0138-00-0001"), "0138-00-0001");
    }
}
