//! Telephone numbers (電話番号) of Japan: read as people type them, with their groups kept.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::standard::digits;

/// A telephone number of Japan with its leading zero. The groups are those that were typed: where an area code ends
/// cannot be told from the digits.
///
/// # Example
/// ```
/// use shinsei_core::standard::phone::PhoneNumber;
/// let phone: PhoneNumber = "０１３８－２１－３８２６".parse()?;
/// assert_eq!((phone.to_string().as_str(), phone.digits().as_str()), ("0138-21-3826", "0138213826"));
/// # Ok::<(), shinsei_core::standard::phone::InvalidPhoneNumber>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

/// The text is no telephone number of Japan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a telephone number has ten or eleven digits and begins with 0, such as 0138-21-3826")]
pub struct InvalidPhoneNumber;

impl PhoneNumber {
    /// The digits alone: by them two numbers are compared.
    pub fn digits(&self) -> String {
        self.0.chars().filter(char::is_ascii_digit).collect()
    }
}

impl FromStr for PhoneNumber {
    type Err = InvalidPhoneNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut groups: Vec<String> = vec![];
        let national = national(text.trim());
        let is_between = |c: char| digits::is_separator(c) || matches!(c, '(' | ')' | '（' | '）');
        for group in national.split(is_between).filter(|group| !group.is_empty()) {
            groups.push(digits::text(&digits::of(group).ok_or(InvalidPhoneNumber)?));
        }
        let length: usize = groups.iter().map(String::len).sum();
        let begins = groups.first().is_some_and(|group| group.starts_with('0'));
        // Source: 電気通信番号規則: ten digits of a place, eleven of a mobile or an IP telephone, each with its 0.
        if !begins || !(10..=11).contains(&length) {
            return Err(InvalidPhoneNumber);
        }
        Ok(Self(groups.join("-")))
    }
}

/// The number with its leading zero: +81 stands for it abroad.
fn national(text: &str) -> String {
    let abroad = text.strip_prefix("+81").or_else(|| text.strip_prefix("＋８１"));
    match abroad.map(|rest| rest.trim_start_matches(digits::is_separator)) {
        Some(rest) => format!("0{rest}"),
        None => text.to_owned(),
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = InvalidPhoneNumber;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PhoneNumber> for String {
    fn from(phone: PhoneNumber) -> Self {
        phone.0
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Security: it speaks of a person.
impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_type_it() {
        let read = |text: &str| text.parse::<PhoneNumber>().map(|phone| phone.to_string());
        assert_eq!(read("0138-21-3826").as_deref(), Ok("0138-21-3826"));
        assert_eq!(read("0138213826").as_deref(), Ok("0138213826"));
        assert_eq!(read("0138(21)3826").as_deref(), Ok("0138-21-3826"));
        assert_eq!(read("０９０ー１２３４ー５６７８").as_deref(), Ok("090-1234-5678"));
        assert_eq!(read("+81 138-21-3826").as_deref(), Ok("0138-21-3826"));
        for text in ["", "138-21-3826", "0138-21-382", "0138-21-382699", "内線123", "0138-21-382x", "+81"] {
            assert_eq!(read(text), Err(InvalidPhoneNumber), "{text}");
        }
    }

    #[test]
    fn a_number_shows_itself_to_nobody() {
        let phone: PhoneNumber = "0138-21-3826".parse().unwrap();
        assert_eq!(format!("{phone:?}"), "PhoneNumber(…)");
    }
}
