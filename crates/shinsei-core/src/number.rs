//! Receipt numbers (受付番号): their form, their check digit, and the series they are drawn from.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::{Municipality, Series};
use crate::record::Number;
use crate::time::FiscalYear;

/// A receipt number: municipality, fiscal year in 令和, gapless sequence, check digit.
///
/// # Shapes and units
/// The sequence has seven digits, more when it needs them. The check digit is Verhoeff's over the code of the
/// municipality, the calendar year in which the fiscal year begins, and the sequence: it finds every single wrong digit
/// and every pair of neighbours swapped.
///
/// # Example
/// ```
/// use shinsei_core::number::ReceiptNumber;
/// let number: ReceiptNumber = "012025-R08-0001234-7".parse()?;
/// assert_eq!(number.sequence(), 1234);
/// assert_eq!(number.to_string(), "012025-R08-0001234-7");
/// # Ok::<(), shinsei_core::number::InvalidReceiptNumber>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReceiptNumber {
    municipality: Municipality,
    year: FiscalYear,
    reiwa: u8,
    sequence: u64,
}

impl ReceiptNumber {
    /// The series from which the numbers of a fiscal year are drawn; `None` outside 令和.
    pub fn series(year: FiscalYear) -> Option<Series> {
        Series::new(format!("receipt-R{:02}", year.reiwa()?)).ok()
    }

    /// The receipt number that a number drawn by a store makes; `None` if it is not of such a series.
    pub fn from_drawn(municipality: Municipality, drawn: &Number) -> Option<Self> {
        let reiwa: u8 = drawn.series.as_str().strip_prefix("receipt-R")?.parse().ok()?;
        let year = FiscalYear::from_reiwa(reiwa)?;
        (drawn.value > 0).then_some(Self { municipality, year, reiwa, sequence: drawn.value })
    }

    /// The municipality that gave it.
    pub fn municipality(&self) -> Municipality {
        self.municipality
    }

    /// The fiscal year in which it was given.
    pub fn fiscal_year(&self) -> FiscalYear {
        self.year
    }

    /// Its place among the receipts of that municipality and fiscal year, from 1.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    fn check_digit(&self) -> u8 {
        verhoeff(&format!("{}{}{:07}", self.municipality, self.year.begins_in(), self.sequence))
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-R{:02}-{:07}-{}", self.municipality, self.reiwa, self.sequence, self.check_digit())
    }
}

impl fmt::Debug for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ReceiptNumber {
    type Err = InvalidReceiptNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = InvalidReceiptNumber::Form;
        let parts: Vec<&str> = text.split('-').collect();
        let [municipality, year, sequence, check] = parts[..] else { return Err(form) };
        let digits =
            |text: &str, least: usize| text.len() >= least && text.bytes().all(|b| b.is_ascii_digit());
        let year = year.strip_prefix('R').filter(|year| year.len() == 2 && digits(year, 2)).ok_or(form)?;
        if !digits(sequence, 7) || (sequence.len() > 7 && sequence.starts_with('0')) || check.len() != 1 {
            return Err(form);
        }
        let reiwa = year.parse().map_err(|_| form)?;
        let number = Self {
            municipality: municipality.parse().map_err(|_| InvalidReceiptNumber::Municipality)?,
            year: FiscalYear::from_reiwa(reiwa).ok_or(form)?,
            reiwa,
            sequence: sequence.parse().ok().filter(|sequence| *sequence > 0).ok_or(form)?,
        };
        if check.as_bytes() != [b'0' + number.check_digit()] {
            return Err(InvalidReceiptNumber::CheckDigit);
        }
        Ok(number)
    }
}

impl TryFrom<String> for ReceiptNumber {
    type Error = InvalidReceiptNumber;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ReceiptNumber> for String {
    fn from(number: ReceiptNumber) -> Self {
        number.to_string()
    }
}

/// Why a text is no receipt number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidReceiptNumber {
    /// It has not the form.
    #[error("a receipt number looks like 012025-R08-0001234-7")]
    Form,
    /// Its first part is no municipality code.
    #[error("the first part of this receipt number is no municipality code")]
    Municipality,
    /// Its last digit does not fit the others: a digit is wrong or two are swapped.
    #[error("this receipt number has a wrong digit; compare it with the mail")]
    CheckDigit,
}

/// Verhoeff's check digit of a text of decimal digits.
///
/// # Source
/// J. Verhoeff, Error Detecting Decimal Codes, Mathematical Centre Tract 29, 1969: multiplication in the dihedral group
/// of order ten, the digits permuted by their place.
fn verhoeff(digits: &str) -> u8 {
    /// The permutation of the first place; that of place n is its n-th power.
    const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let product = |a: u8, b: u8| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b) % 5,
        (false, true) => 5 + (a + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let permuted =
        |place: usize, digit: u8| (0..place % 8).fold(digit, |digit, _| PERMUTATION[usize::from(digit % 10)]);
    let places = digits.bytes().rev().enumerate();
    let sum = places.fold(0, |sum, (place, digit)| product(sum, permuted(place + 1, digit - b'0')));
    (0..10).find(|check| product(sum, *check) == 0).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn verhoeff_has_its_published_value() {
        assert_eq!(verhoeff("236"), 3);
        assert_eq!(verhoeff("12345"), 1);
    }

    #[test]
    fn what_is_no_receipt_number_says_why() {
        let refused = |text: &str| text.parse::<ReceiptNumber>().unwrap_err();
        assert_eq!(refused("012025-R08-0001234-8"), InvalidReceiptNumber::CheckDigit);
        assert_eq!(refused("012024-R08-0001234-7"), InvalidReceiptNumber::Municipality);
        for text in [
            "",
            "012025-R08-1234-7",
            "012025-H08-0001234-7",
            "012025-R8-0001234-7",
            "012025-R00-0001234-7",
            "012025-R08-00001234-7",
            "012025-R08-0000000-0",
            "012025-R08-0001234-7-",
            "012025-R08-0001234-７",
        ] {
            assert_eq!(refused(text), InvalidReceiptNumber::Form, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_number_survives_being_written(reiwa in 1_u8..=99, sequence in 1_u64..10_000_000_000) {
            let series = ReceiptNumber::series(FiscalYear::from_reiwa(reiwa).unwrap()).unwrap();
            let drawn = Number { series, value: sequence };
            let number = ReceiptNumber::from_drawn("012025".parse().unwrap(), &drawn).unwrap();
            prop_assert_eq!(number.to_string().parse(), Ok(number));
        }

        #[test]
        fn a_wrong_digit_is_always_found(sequence in 1_u64..9_999_999, place in 0_usize..7, other in 0_u8..10) {
            let drawn = Number { series: Series::new("receipt-R08").unwrap(), value: sequence };
            let number = ReceiptNumber::from_drawn("012025".parse().unwrap(), &drawn).unwrap();
            let mut text = number.to_string().into_bytes();
            prop_assume!(text[11 + place] != b'0' + other);
            text[11 + place] = b'0' + other;
            prop_assert!(String::from_utf8(text).unwrap().parse::<ReceiptNumber>().is_err());
        }
    }
}
