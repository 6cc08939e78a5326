//! Names and addresses: kept byte for byte as they are received, with a key beside them by which they are found.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::sheet::Encoding;

/// A name or an address as it was received. Nothing ever changes its bytes: a normalised name is another name, and what
/// is printed on a certificate must be the one in the register.
///
/// # Source
/// DOMAIN 3. Unicode's composition (NFC) folds U+FA19 神 into U+795E 神: never apply it to a name.
///
/// # Example
/// ```
/// use shinsei_core::standard::name::Name;
/// let name = Name::new("髙﨑\u{E0100}　花子");
/// assert_eq!(name.as_received(), "髙﨑\u{E0100}　花子");
/// assert_eq!(name.search_key(), Name::new("高崎花子").search_key());
/// assert_eq!(name.characters(), 5);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name(String);

/// A character of a name that somebody must look at before it is printed: another system may have another glyph for it,
/// or none.
///
/// Security: it has no `Debug`, since it is a piece of a name.
#[derive(Clone, PartialEq, Eq)]
pub struct GlyphConcern {
    /// Which of the user-perceived characters, from 0.
    pub place: usize,
    /// The character, with what belongs to it.
    pub character: String,
    /// Why.
    pub why: Concern,
}

/// Why a character needs a glyph check (外字).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// It is private (私用領域): what it means is settled by a font, such as that of the 行政事務標準文字.
    PrivateUse,
    /// A variation selector (IVS) picks a glyph that only some fonts have.
    Variation,
    /// It was lost on the way here (U+FFFD).
    Lost,
    /// It is beyond CP932, and so older systems, printers and mails have no glyph for it.
    BeyondCp932,
}

impl Name {
    /// Takes a name as it is.
    pub fn new(received: impl Into<String>) -> Self {
        Self(received.into())
    }

    /// The name, byte for byte.
    pub fn as_received(&self) -> &str {
        &self.0
    }

    /// The key by which it is found: [`search_key`].
    pub fn search_key(&self) -> String {
        search_key(&self.0)
    }

    /// How many characters a reader sees: a kana with its voicing mark is one, and so is a kanji with its selector.
    pub fn characters(&self) -> usize {
        self.0.graphemes(true).count()
    }

    /// True for a text of which no character needs a glyph check, as of most: it is told without cutting it into what a
    /// reader sees.
    pub(crate) fn is_common(text: &str) -> bool {
        let is_odd = |character: char| is_private(character) || is_variation_selector(character);
        !text.chars().any(is_odd) && Encoding::Cp932.encode(text).is_ok()
    }

    /// The characters that need a glyph check, in order.
    pub fn glyph_concerns(&self) -> Vec<GlyphConcern> {
        let concern = |(place, character): (usize, &str)| {
            Some(GlyphConcern { place, character: character.to_owned(), why: concern(character)? })
        };
        self.0.graphemes(true).enumerate().filter_map(concern).collect()
    }
}

/// Security: a name speaks of a person.
impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({} characters)", self.characters())
    }
}

fn concern(grapheme: &str) -> Option<Concern> {
    let has = |of: fn(char) -> bool| grapheme.chars().any(of);
    if has(is_private) {
        Some(Concern::PrivateUse)
    } else if has(is_variation_selector) {
        Some(Concern::Variation)
    } else if has(|character| character == char::REPLACEMENT_CHARACTER) {
        Some(Concern::Lost)
    } else {
        Encoding::Cp932.encode(grapheme).err().map(|_| Concern::BeyondCp932)
    }
}

/// The blocks of private use, of which the basic one and the fifteenth plane hold the characters added for registers.
fn is_private(character: char) -> bool {
    matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}')
}

fn is_variation_selector(character: char) -> bool {
    matches!(character, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// What people take for a hyphen: dashes, minus signs, the long sound of kana.
///
/// Source: DOMAIN 3; the keys of a Japanese keyboard give any of them between the parts of an address.
pub(crate) fn is_dash(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30FC}' | '\u{FF0D}' | '\u{FF70}')
}

/// Folds a name or an address into the key by which it is found. It is never shown and never stored in its place.
///
/// Alike become: half and full width, hiragana and katakana, large and small Latin letters; 髙 and 高, 﨑 and 崎 and what
/// else is a form of one character; a kanji with and without its variation selector; all dashes and the long sound; 〜 and
/// ～; ヶ, ケ and が between kanji; 二丁目 and 2丁目; blanks are left out. Whatever is a key is its own key.
///
/// # Example
/// ```
/// use shinsei_core::standard::name::search_key;
/// assert_eq!(search_key("ｶﾀｶﾅ マンション２０１"), search_key("かたかな　まんしょん201"));
/// assert_eq!(search_key("霞ヶ関二丁目１ー２"), search_key("霞が関2丁目1−2"));
/// ```
pub fn search_key(text: &str) -> String {
    let composed = |text: &str| text.chars().filter(|c| !is_passed_over(*c)).nfkc().collect::<String>();
    // Twice: taking a blank away can bring a kana and its voicing mark together.
    let folded: Vec<char> =
        composed(&composed(text)).chars().flat_map(char::to_lowercase).map(fold).collect();
    let numbered = numbers_before_chome(&folded);
    let key = (0..numbered.len()).map(|at| fold_ke(&numbered, at)).collect::<String>();
    key.nfc().collect()
}

fn is_passed_over(character: char) -> bool {
    let is_invisible = matches!(character, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}');
    character.is_whitespace() || character.is_control() || is_invisible || is_variation_selector(character)
}

fn fold(character: char) -> char {
    match character {
        _ if is_dash(character) => '-',
        '〜' => '~',
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(u32::from(character) + 0x60).unwrap_or(character),
        _ => {
            VARIANTS.iter().find(|(variant, _)| *variant == character).map_or(character, |(_, usual)| *usual)
        }
    }
}

/// ヶ, ケ and が between kanji, or between a number and a kanji, are one word: 霞ヶ関, 3ヶ月.
fn fold_ke(text: &[char], at: usize) -> char {
    let is_kanji = |character: &char| matches!(character, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '々');
    let before = at.checked_sub(1).and_then(|at| text.get(at));
    let between = before.is_some_and(|before| is_kanji(before) || before.is_ascii_digit())
        && text.get(at + 1).is_some_and(is_kanji);
    match text[at] {
        'ヶ' | 'ケ' | 'ガ' if between => 'ヶ',
        other => other,
    }
}

/// 二十三丁目 becomes 23丁目.
fn numbers_before_chome(text: &[char]) -> Vec<char> {
    let mut out: Vec<char> = Vec::with_capacity(text.len());
    for (at, character) in text.iter().enumerate() {
        if text[at..].starts_with(&['丁', '目']) {
            let digits = out.iter().rev().take_while(|character| kanji_digit(**character).is_some()).count();
            let from = out.len() - digits;
            if let Some(number) = kanji_number(&out[from..]) {
                out.truncate(from);
                out.extend(number.to_string().chars());
            }
        }
        out.push(*character);
    }
    out
}

/// A number in kanji up to 99, with or without 十: more 丁目 no town has.
fn kanji_number(text: &[char]) -> Option<u32> {
    let digit = |character: &char| kanji_digit(*character).filter(|digit| *digit < 10);
    match text {
        [one] => kanji_digit(*one),
        ['十', ones] => Some(10 + digit(ones)?),
        [tens, '十'] => Some(digit(tens)? * 10),
        [tens, '十', ones] => Some(digit(tens)? * 10 + digit(ones)?),
        [tens, ones] => Some(digit(tens)? * 10 + digit(ones)?),
        _ => None,
    }
}

fn kanji_digit(character: char) -> Option<u32> {
    const DIGITS: [char; 11] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
    DIGITS.iter().position(|digit| *digit == character).and_then(|digit| u32::try_from(digit).ok())
}

/// Forms of one character that a person may have in the register and not on the keyboard, with the usual one.
///
/// Only forms of the same character: 斎 and 斉, 辺 and 部 stay apart.
/// Source: the old forms in 常用漢字表 and 人名用漢字別表, and the forms that CP932 adds from IBM's and NEC's lists.
const VARIANTS: &[(char, char)] = &[
    ('髙', '高'),
    ('﨑', '崎'),
    ('嵜', '崎'),
    ('𠮷', '吉'),
    ('濵', '浜'),
    ('濱', '浜'),
    ('邉', '辺'),
    ('邊', '辺'),
    ('齋', '斎'),
    ('齊', '斉'),
    ('德', '徳'),
    ('栁', '柳'),
    ('桒', '桑'),
    ('槗', '橋'),
    ('嶋', '島'),
    ('嶌', '島'),
    ('廣', '広'),
    ('澤', '沢'),
    ('國', '国'),
    ('圀', '国'),
    ('櫻', '桜'),
    ('瀧', '滝'),
    ('龍', '竜'),
    ('眞', '真'),
    ('惠', '恵'),
    ('藏', '蔵'),
    ('增', '増'),
    ('寬', '寛'),
    ('黑', '黒'),
    ('條', '条'),
    ('靜', '静'),
    ('實', '実'),
    ('壽', '寿'),
    ('學', '学'),
    ('榮', '栄'),
    ('圓', '円'),
    ('應', '応'),
    ('會', '会'),
    ('縣', '県'),
    ('冨', '富'),
    ('峯', '峰'),
    ('舘', '館'),
    ('淸', '清'),
    ('渕', '淵'),
    ('渊', '淵'),
    ('檜', '桧'),
    ('穗', '穂'),
    ('萬', '万'),
    ('豐', '豊'),
    ('與', '与'),
    ('傳', '伝'),
    ('彌', '弥'),
    ('祿', '禄'),
    ('禮', '礼'),
    ('爲', '為'),
    ('緖', '緒'),
    ('遙', '遥'),
    ('堯', '尭'),
    ('槇', '槙'),
    ('瑤', '瑶'),
];

#[cfg(test)]
mod tests;
