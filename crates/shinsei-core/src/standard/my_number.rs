//! My Numbers (個人番号) where none belongs: found in free text by shape and check digit, and masked.
//!
//! No field of this project takes one. One of eleven numbers of twelve digits passes, and so whoever wrote the text may say
//! that it is something else.

use std::borrow::Cow;
use std::ops::Range;

use crate::standard::digits;

/// What stands in place of each digit.
const MASK: char = '＊';

/// How many digits a My Number has.
const DIGITS: usize = 12;

/// A text in which no My Number is left, and where some may have stood.
///
/// Security: it has no `Debug`, since the text may speak of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Masked<'a> {
    /// The text; where something was found, with a mask for each digit.
    pub text: Cow<'a, str>,
    /// Where in the original they stood, in bytes; empty when nothing was found.
    pub places: Vec<Range<usize>>,
}

impl Masked<'_> {
    /// What the writer is told (マイナンバー); `None` when nothing was found.
    pub fn warning(&self) -> Option<&'static str> {
        (!self.places.is_empty()).then_some(
            "マイナンバー(個人番号)と思われる12桁の数字があったため、伏せ字にしました。マイナンバーは記入しないでください。\
             別の番号であるときは、その旨を選んでから、もう一度記入してください。",
        )
    }
}

/// Masks what may be a My Number: twelve digits, half or full width, alone or in groups, whose last one fits.
///
/// Longer and shorter numbers stay: thirteen digits are a corporate number, and nothing is cut out of a longer one.
///
/// # Source
/// 番号法 19条 (nobody may hand one over but where the law says so); DOMAIN L22
///
/// # Example
/// ```
/// use shinsei_core::standard::my_number::masked;
/// let note = masked("番号は1234-5678-9018です");
/// assert_eq!(note.text, "番号は＊＊＊＊-＊＊＊＊-＊＊＊＊です");
/// assert!(masked("電話 0138-21-3826").places.is_empty());
/// ```
pub fn masked(text: &str) -> Masked<'_> {
    let places = places(text);
    if places.is_empty() {
        return Masked { text: Cow::Borrowed(text), places };
    }
    let is_inside = |at: usize| places.iter().any(|place| place.contains(&at));
    let mask = |(at, character): (usize, char)| match digits::value(character) {
        Some(_) if is_inside(at) => MASK,
        Some(_) | None => character,
    };
    Masked { text: Cow::Owned(text.char_indices().map(mask).collect()), places }
}

/// Where in a text a My Number may stand, in bytes.
pub fn places(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if text.len() < DIGITS {
        return found;
    }
    let mut run = Run::default();
    for (at, character) in text.char_indices() {
        match digits::value(character) {
            Some(digit) => run.push(at..at + character.len_utf8(), digit),
            // One sign between two digits belongs to the number; two end it.
            None if digits::is_separator(character) && !run.is_parted => run.is_parted = true,
            None => found.extend(std::mem::take(&mut run).ended()),
        }
    }
    found.extend(run.ended());
    found
}

/// Digits that stand together, with at most one sign between two of them.
#[derive(Default)]
struct Run {
    place: Option<Range<usize>>,
    digits: [u8; DIGITS],
    /// How many there are, also of a longer number, of which no more is kept.
    length: usize,
    is_parted: bool,
}

impl Run {
    fn push(&mut self, at: Range<usize>, digit: u8) {
        let from = self.place.as_ref().map_or(at.start, |place| place.start);
        self.place = Some(from..at.end);
        self.is_parted = false;
        if let Some(next) = self.digits.get_mut(self.length) {
            *next = digit;
        }
        self.length = self.length.saturating_add(1);
    }

    fn ended(self) -> Option<Range<usize>> {
        let is_one = self.length == DIGITS && self.digits[DIGITS - 1] == check_digit(&self.digits);
        self.place.filter(|_| is_one)
    }
}

/// Eleven less the weighted sum modulo eleven, and 0 where that has two digits. The weights are 2 to 7 and 2 to 6, from
/// the right.
///
/// # Source
/// 行政手続における特定の個人を識別するための番号の利用等に関する法律施行令 8条 and the ministerial order on it
fn check_digit(digits: &[u8; DIGITS]) -> u8 {
    let weights = (2..=7).chain(2..=6);
    let sum: u32 = digits[..DIGITS - 1].iter().rev().zip(weights).map(|(d, w)| u32::from(*d) * w).sum();
    match sum % 11 {
        0 | 1 => 0,
        rest => u8::try_from(11 - rest).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        masked(text).text.into_owned()
    }

    #[test]
    fn twelve_digits_that_fit_are_masked_however_they_are_typed() {
        assert_eq!(shown("123456789018"), "＊＊＊＊＊＊＊＊＊＊＊＊");
        assert_eq!(shown("１２３４５６７８９０１８です"), "＊＊＊＊＊＊＊＊＊＊＊＊です");
        assert_eq!(shown("私は1234 5678 9018、妻は…"), "私は＊＊＊＊ ＊＊＊＊ ＊＊＊＊、妻は…");
        assert_eq!(shown("1234ー5678ー9018"), "＊＊＊＊ー＊＊＊＊ー＊＊＊＊");
        assert_eq!(shown("3人分、123456789018など"), "3人分、＊＊＊＊＊＊＊＊＊＊＊＊など");
        assert_eq!(masked("a123456789018b123456789018").places, [1..13, 14..26]);
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "123456789017",
            "7000012050002",
            "1234567890180",
            "0138-21-3826",
            "2026年5月7日 15時04分",
            "1234--5678--9018",
            "12345678901",
            "012025-R08-0001234-7",
            "",
        ] {
            let other = masked(text);
            assert!(other.text == text && other.places.is_empty() && other.warning().is_none(), "{text}");
        }
    }

    #[test]
    fn a_number_that_ends_in_zero_fits_for_two_remainders() {
        assert_eq!(check_digit(&[0; 12]), 0);
        assert_eq!(check_digit(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0]), 0, "12 leaves 1");
    }

    proptest! {
        #[test]
        fn nothing_is_left_and_nothing_else_is_lost(before in "[^0-9０-９ -]{0,9}", number in 0_u64..10_u64.pow(11)) {
            let mut digits: Vec<u8> = format!("{number:011}0").bytes().map(|digit| digit - b'0').collect();
            digits[11] = check_digit(&digits.clone().try_into().unwrap());
            let text = format!("{before}/{}/{before}", digits::text(&digits));
            let masked = masked(&text);
            prop_assert_eq!(&masked.text, &format!("{before}/＊＊＊＊＊＊＊＊＊＊＊＊/{before}"));
            prop_assert!(masked.warning().is_some());
            prop_assert!(super::masked(&masked.text).places.is_empty());
        }

        #[test]
        fn any_text_is_read(text in "[0-9０-９\\- \u{3000}ー一-三]{0,60}") {
            let masked = masked(&text);
            prop_assert_eq!(masked.text.chars().count(), text.chars().count());
        }
    }
}
