//! Corporate numbers (法人番号): thirteen digits, the first a check digit.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::Municipality;

/// A corporate number (法人番号). It is public, and kept as text since spreadsheets turn it into `7.00002E+12`.
///
/// # Source
/// 法人番号の指定等に関する省令 2条. The check digit does not find 0 and 9 mixed up.
///
/// # Example
/// ```
/// use shinsei_core::standard::corporate_number::CorporateNumber;
/// let tax_agency: CorporateNumber = "7000012050002".parse()?;
/// assert_eq!(tax_agency.to_string(), "7000012050002");
/// assert!("7000012050003".parse::<CorporateNumber>().is_err());
/// # Ok::<(), shinsei_core::standard::corporate_number::InvalidCorporateNumber>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CorporateNumber([u8; 13]);

/// Why a text is no corporate number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCorporateNumber {
    /// It has not thirteen ASCII digits.
    #[error("a corporate number has thirteen digits, such as 7000012050002")]
    Form,
    /// The first digit does not fit the others.
    #[error("the check digit of this corporate number would be {expected}: compare the digits")]
    CheckDigit {
        /// The digit that would fit.
        expected: char,
    },
}

impl CorporateNumber {
    /// The thirteen digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The number of a local public body: 000020 and its code, as they were all given.
    pub fn of(municipality: Municipality) -> Self {
        let mut digits = *b"0000020000000";
        digits[7..].copy_from_slice(municipality.as_bytes());
        digits[0] = check_digit(&digits);
        Self(digits)
    }
}

/// Nine less the weighted sum modulo nine; the weights are 1 and 2 in turn, from the right.
fn check_digit(digits: &[u8; 13]) -> u8 {
    let weighted = digits[1..].iter().rev().zip([1, 2].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    b'0' + u8::try_from(9 - sum % 9).unwrap_or(0)
}

impl FromStr for CorporateNumber {
    type Err = InvalidCorporateNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: [u8; 13] = text.as_bytes().try_into().map_err(|_| InvalidCorporateNumber::Form)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(InvalidCorporateNumber::Form);
        }
        let expected = check_digit(&digits);
        if digits[0] != expected {
            return Err(InvalidCorporateNumber::CheckDigit { expected: char::from(expected) });
        }
        Ok(Self(digits))
    }
}

impl TryFrom<String> for CorporateNumber {
    type Error = InvalidCorporateNumber;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CorporateNumber> for String {
    fn from(number: CorporateNumber) -> Self {
        number.as_str().to_owned()
    }
}

impl fmt::Display for CorporateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CorporateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_numbers_are_read_and_written() {
        for number in ["7000012050002", "4011001098993", "7123456789012", "7000020010006", "9000020012025"] {
            assert_eq!(number.parse::<CorporateNumber>().unwrap().to_string(), number);
        }
    }

    #[test]
    fn the_number_of_a_local_body_follows_from_its_code() {
        let of = |code: &str| CorporateNumber::of(code.parse().unwrap()).to_string();
        assert_eq!((of("010006").as_str(), of("012025").as_str()), ("7000020010006", "9000020012025"));
    }

    #[test]
    fn a_wrong_digit_is_named_with_the_right_one() {
        let refused = |text: &str| text.parse::<CorporateNumber>().unwrap_err();
        assert_eq!(refused("8000012050002"), InvalidCorporateNumber::CheckDigit { expected: '7' });
        for text in ["", "700001205000", "70000120500022", "７000012050002", "7000-12050002"] {
            assert_eq!(refused(text), InvalidCorporateNumber::Form, "{text}");
        }
    }

    #[test]
    fn every_wrong_digit_is_found_but_a_zero_for_a_nine() {
        let right = *b"7000012050002";
        for place in 0..13 {
            for digit in b'0'..=b'9' {
                let mut wrong = right;
                wrong[place] = digit;
                let mixed_up = [right[place], digit].iter().all(|digit| [b'0', b'9'].contains(digit));
                let is_read = std::str::from_utf8(&wrong).unwrap().parse::<CorporateNumber>().is_ok();
                assert_eq!(is_read, digit == right[place] || (mixed_up && place > 0), "{place} {digit}");
            }
        }
    }
}
