//! Full-width katakana (全角カタカナ), as readings of names are written.

/// True when a text is full-width katakana, with the long sound, `・` and blanks between.
///
/// # Example
/// ```
/// use shinsei_core::standard::kana::is_full_width_katakana;
/// assert!(is_full_width_katakana("コウノ　ハナコ"));
/// assert!(!is_full_width_katakana("ｺｳﾉ") && !is_full_width_katakana("こうの"));
/// ```
pub fn is_full_width_katakana(text: &str) -> bool {
    let is_blank = |character: char| matches!(character, ' ' | '\u{3000}');
    text.chars().all(|character| is_katakana(character) || is_blank(character))
}

/// True for a character of full-width katakana, the long sound and `・` among them.
pub(crate) fn is_katakana(character: char) -> bool {
    matches!(character, 'ァ'..='ヺ' | 'ー' | '・')
}
