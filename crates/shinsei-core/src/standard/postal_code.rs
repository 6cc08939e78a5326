//! Postal codes (郵便番号): seven digits, written `040-8666`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::standard::digits;

/// A postal code (郵便番号), read as people type it and written in one way.
///
/// # Example
/// ```
/// use shinsei_core::standard::postal_code::PostalCode;
/// let code: PostalCode = "〒０４０８６６６".parse()?;
/// assert_eq!(code.to_string(), "040-8666");
/// # Ok::<(), shinsei_core::standard::postal_code::InvalidPostalCode>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PostalCode([u8; 7]);

/// The text is no postal code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a postal code has seven digits, such as 040-8666")]
pub struct InvalidPostalCode;

impl FromStr for PostalCode {
    type Err = InvalidPostalCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let digits = digits::of(text.strip_prefix('〒').unwrap_or(text)).ok_or(InvalidPostalCode)?;
        digits.try_into().map(Self).map_err(|_| InvalidPostalCode)
    }
}

impl TryFrom<String> for PostalCode {
    type Error = InvalidPostalCode;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PostalCode> for String {
    fn from(code: PostalCode) -> Self {
        code.to_string()
    }
}

impl fmt::Display for PostalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", digits::text(&self.0[..3]), digits::text(&self.0[3..]))
    }
}

/// Security: with a few other facts a postal code speaks of a person.
impl fmt::Debug for PostalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostalCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for text in ["040-8666", "0408666", "〒040-8666", "０４０－８６６６", " 〒040 8666 ", "040ー8666"]
        {
            assert_eq!(text.parse::<PostalCode>().unwrap().to_string(), "040-8666", "{text}");
        }
        for text in ["", "040-866", "040-86666", "040-866a", "４０８６６６", "T040-8666"] {
            assert_eq!(text.parse::<PostalCode>(), Err(InvalidPostalCode), "{text}");
        }
    }
}
