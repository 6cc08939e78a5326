//! The key by which somebody asks about a case without an account (照会キー): with the receipt number it suffices.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::document::Document;

/// The characters of a key: digits and capital letters without I, L, O and U, which are read as 1, 1, 0 and V.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many characters a key has. Source: DOMAIN 3 asks for ten at least; sixteen are 80 bits, so that nobody finds one by trying.
const CHARACTERS: usize = 16;

/// How many stand together when it is written.
const TOGETHER: usize = 4;

/// How many bytes make a key.
const BYTES: usize = 10;

/// What is digested with the salt, so that the digest is of use for nothing else.
const PURPOSE: &[u8] = b"shinsei: the key by which a case is asked about\0";

/// The key by which somebody asks about a case without an account. It follows from the salt of a document of the case, which nobody
/// can guess and no event holds: it is written down nowhere, and dies with the documents.
///
/// # Source
/// 行政手続法 9条 (DOMAIN L9, 3)
///
/// # Example
/// ```
/// use shinsei_core::inquiry::InquiryKey;
///
/// let key: InquiryKey = "60RK-4CSM-6MV3-EE1S".parse()?;
/// // As somebody types it from paper.
/// assert_eq!("６０ｒｋ4csm 6mv3-EEls".parse(), Ok(key));
/// # Ok::<(), shinsei_core::inquiry::InvalidInquiryKey>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct InquiryKey([u8; CHARACTERS]);

/// The text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key has 16 digits and letters, such as 60RK-4CSM-6MV3-EE1S")]
pub struct InvalidInquiryKey;

impl InquiryKey {
    /// The key of the case of which this is the document with the address for notices.
    pub fn of(contact: &Document) -> Self {
        let digest = Sha256::new()
            .chain_update(PURPOSE)
            .chain_update(contact.id.0.as_bytes())
            .chain_update(contact.salt.0);
        let digest: [u8; 32] = digest.finalize().into();
        Self::from_bytes(std::array::from_fn(|n| digest[n]))
    }

    fn from_bytes(bytes: [u8; BYTES]) -> Self {
        let mut characters = [0; CHARACTERS];
        let (mut bits, mut held, mut next) = (0_u32, 0, bytes.into_iter());
        for character in &mut characters {
            if held < 5 {
                bits = (bits << 8) | u32::from(next.next().unwrap_or_default());
                held += 8;
            }
            held -= 5;
            // OK because five bits are one of 32 characters.
            *character = ALPHABET[usize::try_from((bits >> held) & 31).unwrap_or_default()];
        }
        Self(characters)
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for InquiryKey {
    type Err = InvalidInquiryKey;

    fn from_str(text: &str) -> Result<Self, InvalidInquiryKey> {
        let mut characters = [0; CHARACTERS];
        let mut read = text.chars().filter(|character| !is_between(*character)).map(read);
        for character in &mut characters {
            *character = read.next().flatten().ok_or(InvalidInquiryKey)?;
        }
        if read.next().is_some() { Err(InvalidInquiryKey) } else { Ok(Self(characters)) }
    }
}

/// In groups of four, for a person to read.
impl fmt::Display for InquiryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, character) in self.text().char_indices() {
            if n > 0 && n % TOGETHER == 0 {
                f.write_str("-")?;
            }
            write!(f, "{character}")?;
        }
        Ok(())
    }
}

/// Shows nothing of the secret.
impl fmt::Debug for InquiryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InquiryKey")
    }
}

/// What somebody puts between the characters of a number that they read aloud.
fn is_between(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '‐' | '－' | 'ー' | '−')
}

/// A character as it was meant: in half width, capital, not mistaken for a digit.
fn read(character: char) -> Option<u8> {
    let half = match character {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(u32::from(character) - 0xfee0)?,
        other => other,
    };
    let meant = match half.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        'U' => 'V',
        other => other,
    };
    u8::try_from(meant).ok().filter(|byte| ALPHABET.contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_meant_and_shows_itself_nowhere() {
        let key = InquiryKey::from_bytes([0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf]);
        assert_eq!(key.to_string(), "0123-4567-89AB-CDEF");
        assert_eq!("oi23 4567-89ab-cdef".parse(), Ok(key.clone()));
        assert_eq!("0l23４５６７８９ＡＢcdef".parse(), Ok(key.clone()));
        for wrong in
            ["", "0123-4567-89AB-CDE", "0123-4567-89AB-CDEF0", "0123-4567-89AB-CDE!", "0123-4567-89AB-CDEあ"]
        {
            assert_eq!(wrong.parse::<InquiryKey>(), Err(InvalidInquiryKey), "{wrong}");
        }
        assert_eq!(format!("{key:?}"), "InquiryKey");
    }

    #[test]
    fn every_bit_of_the_randomness_is_in_the_key() {
        let zero = InquiryKey::from_bytes([0; BYTES]);
        for bit in 0..8 * BYTES {
            let mut bytes = [0; BYTES];
            bytes[bit / 8] = 1 << (bit % 8);
            assert_ne!(InquiryKey::from_bytes(bytes), zero, "{bit}");
        }
    }
}
