//! Digits as people type them: half or full width, with signs between.

/// What people put between groups of digits: hyphens, dashes, the long sound that a keyboard in kana gives, blanks.
pub(super) fn is_separator(character: char) -> bool {
    super::name::is_dash(character) || character == ' ' || character == '\u{3000}'
}

/// The value of an ASCII or a full-width digit.
pub(super) fn value(character: char) -> Option<u8> {
    let ascii = match character {
        '０'..='９' => u32::from(character) - u32::from('０') + u32::from('0'),
        _ => u32::from(character),
    };
    char::from_u32(ascii).and_then(|digit| digit.to_digit(10)).and_then(|digit| u8::try_from(digit).ok())
}

/// The digits of a text in which nothing else stands but separators; `None` if something does.
pub(super) fn of(text: &str) -> Option<Vec<u8>> {
    text.chars().filter(|character| !is_separator(*character)).map(value).collect()
}

/// Digits as text.
pub(super) fn text(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(b'0' + digit % 10)).collect()
}
