//! The three encodings in which spreadsheets keep CSV: UTF-8, UTF-8 with BOM, and CP932.

use std::borrow::Cow;
use std::fmt;

use encoding_rs::SHIFT_JIS;

/// U+FEFF in UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// An encoding of a sheet.
///
/// # Source
/// CP932 is the Encoding Standard's `shift_jis`, which is windows-31j: it has 髙, 﨑 and ①.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// UTF-8 with a byte order mark: Japanese Excel opens it as it is.
    #[default]
    Utf8Bom,
    /// UTF-8 without one.
    Utf8,
    /// CP932 (windows-31j), which has far fewer characters.
    Cp932,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8Bom => "UTF-8 with BOM",
            Self::Utf8 => "UTF-8",
            Self::Cp932 => "CP932",
        })
    }
}

impl Encoding {
    /// Reads a cell; `Err` holds what is left of it, with U+FFFD for what could not be read.
    pub(super) fn decode(self, cell: &[u8]) -> Result<String, String> {
        match self {
            Self::Utf8Bom | Self::Utf8 => {
                String::from_utf8(cell.to_vec()).map_err(|_| String::from_utf8_lossy(cell).into_owned())
            }
            Self::Cp932 => match SHIFT_JIS.decode_without_bom_handling(cell) {
                (text, false) => Ok(text.into_owned()),
                (text, true) => Err(text.into_owned()),
            },
        }
    }

    /// What stands before the first cell.
    pub(super) fn prefix(self) -> &'static [u8] {
        match self {
            Self::Utf8Bom => BOM,
            Self::Utf8 | Self::Cp932 => b"",
        }
    }

    /// Writes a text.
    ///
    /// # Errors
    /// The characters, each once, that would be lost or come back as others: the Encoding Standard writes − (U+2212) as
    /// － (U+FF0D) and ¥ (U+00A5) as a backslash.
    pub fn encode(self, text: &str) -> Result<Cow<'_, [u8]>, String> {
        match self {
            Self::Utf8Bom | Self::Utf8 => Ok(Cow::Borrowed(text.as_bytes())),
            Self::Cp932 => cp932(text).ok_or_else(|| {
                let mut lost = String::new();
                for character in text.chars() {
                    if cp932(character.encode_utf8(&mut [0; 4])).is_none() && !lost.contains(character) {
                        lost.push(character);
                    }
                }
                lost
            }),
        }
    }
}

/// Tells the encoding of a sheet and gives its bytes without a BOM: with BOM, else valid UTF-8, else CP932.
///
/// A header in Japanese is never both: the first bytes of 手, 担 or 氏 in CP932 are no UTF-8.
pub(super) fn detect(bytes: &[u8]) -> (Encoding, &[u8]) {
    match bytes.strip_prefix(BOM) {
        Some(rest) => (Encoding::Utf8Bom, rest),
        None if std::str::from_utf8(bytes).is_ok() => (Encoding::Utf8, bytes),
        None => (Encoding::Cp932, bytes),
    }
}

/// The text in CP932; `None` unless it comes back as it was.
fn cp932(text: &str) -> Option<Cow<'_, [u8]>> {
    let (bytes, _, lost) = SHIFT_JIS.encode(text);
    let comes_back = !lost && SHIFT_JIS.decode_without_bom_handling(&bytes) == (Cow::Borrowed(text), false);
    comes_back.then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cp932_keeps_the_characters_of_names_that_strict_shift_jis_lacks() {
        let bytes = Encoding::Cp932.encode("髙﨑①～－").unwrap();
        assert_eq!(Encoding::Cp932.decode(&bytes), Ok("髙﨑①～－".to_owned()));
    }

    #[test]
    fn what_cp932_would_lose_or_turn_into_another_character_is_named_once() {
        assert_eq!(Encoding::Cp932.encode("𠮷野家の𩸽と𠮷"), Err("𠮷𩸽".to_owned()));
        assert_eq!(Encoding::Cp932.encode("−¥‾〜\\"), Err("−¥‾〜".to_owned()));
    }

    #[test]
    fn every_character_that_cp932_accepts_comes_back() {
        let mut kept = 0;
        for character in '\0'..='\u{1FFFF}' {
            let text = character.to_string();
            if let Ok(bytes) = Encoding::Cp932.encode(&text) {
                assert_eq!(Encoding::Cp932.decode(&bytes), Ok(text));
                kept += 1;
            }
        }
        // ASCII and U+0080, half-width kana; JIS X 0208, and what NEC and IBM add to it without repeating it.
        assert_eq!(kept, 129 + 63 + 6879 + 74 + 373);
    }
}
