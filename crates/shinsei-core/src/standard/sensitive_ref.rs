//! References to what a city keeps apart by law (特定個人情報の参照): a My Number stands in a store of its own, and in a form stands its
//! name there.

use std::fmt;
use std::str::FromStr;

/// What every reference begins with.
const BEGIN: &str = "sref:";

/// How many letters follow: 28 of 26 are 131 bits, so that nobody finds one by trying.
const LETTERS: usize = 28;

/// The name of something in the city's separate store, such as the My Number (個人番号) of an applicant.
///
/// Security: it has letters alone, so that no number can hide in it; it has no `Display`, and its `Debug` does not show it, since whoever
/// has the name can ask for what it names. Whether there is such a thing, that store alone knows.
///
/// # Source
/// 番号法 12条, 20条, 29条; DOMAIN L22; docs/forms.md, "My Numbers"
///
/// # Example
/// ```
/// use shinsei_core::standard::sensitive_ref::SensitiveRef;
/// let reference: SensitiveRef = "sref:abcdefghijklmnopqrstuvwxyzab".parse()?;
/// assert_eq!(format!("{reference:?}"), "SensitiveRef(..)");
/// assert_eq!(reference.reveal(), "sref:abcdefghijklmnopqrstuvwxyzab");
/// assert!("123456789018".parse::<SensitiveRef>().is_err());
/// # Ok::<(), shinsei_core::standard::sensitive_ref::InvalidSensitiveRef>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SensitiveRef(String);

/// The text is no reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a reference is sref: and 28 small letters, as the city's separate store gives it")]
pub struct InvalidSensitiveRef;

impl SensitiveRef {
    /// As the separate store knows it: for the request to that store, and for nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for SensitiveRef {
    type Err = InvalidSensitiveRef;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let letters = text.strip_prefix(BEGIN).ok_or(InvalidSensitiveRef)?;
        let fits = letters.len() == LETTERS && letters.bytes().all(|byte| byte.is_ascii_lowercase());
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidSensitiveRef) }
    }
}

impl fmt::Debug for SensitiveRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SensitiveRef(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_letters_of_one_length_and_nothing_else() {
        let right = format!("sref:{}", "k".repeat(28));
        assert_eq!(right.parse::<SensitiveRef>().unwrap().reveal(), right);
        let one_short = &right[..right.len() - 1];
        for wrong in [
            "",
            "sref:",
            one_short,
            &format!("{right}k"),
            &format!(" {right}"),
            &right.to_uppercase(),
            &right["sref:".len()..],
            &format!("sref:{}", "1".repeat(28)),
            "sref:123456789018kkkkkkkkkkkkkkkk",
            &format!("sref:{}", "ｋ".repeat(28)),
        ] {
            assert_eq!(wrong.parse::<SensitiveRef>(), Err(InvalidSensitiveRef), "{wrong}");
        }
    }
}
