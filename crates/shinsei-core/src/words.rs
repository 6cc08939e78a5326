//! Free text that comes in with a command: it is searched for My Numbers (個人番号) before anything of it is kept.

use std::fmt;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::bytes::Bytes;
use crate::form::attached;
use crate::rejection::Rejection;
use crate::standard::my_number;

/// What somebody wrote, or a file that may hold such a text, and whether they say that no number in it is a My Number.
///
/// Every command takes free text as this type, and the rules take the text over only where it was searched: what looks like a
/// My Number is refused with [`Rejection::WordsMayHoldMyNumber`] until it is taken out, masked ([`Words::masked`]) or said to
/// be something else ([`Words::with_no_my_number`]). A form says so of itself (`no_my_number`), since it may be signed.
///
/// # Shapes and units
/// Serialised it is the SHA-256 of the text, as [`Bytes`] are; with what is said of it where that is said.
///
/// # Source
/// 番号法 19条, 20条: nobody takes a My Number in but where the law says so. DOMAIN L22
///
/// # Example
/// ```
/// use shinsei_core::words::Words;
/// let note = Words::masked("電話で 1234-5678-9018 と聞いた。");
/// assert_eq!(note, Words::from("電話で ＊＊＊＊-＊＊＊＊-＊＊＊＊ と聞いた。"));
/// let slip = Words::with_no_my_number("伝票 123456789018");
/// assert_eq!(slip.content(), "伝票 123456789018".as_bytes());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Words {
    text: Bytes,
    no_my_number: bool,
}

impl Words {
    /// Words of which their writer says that what looks like a My Number in them is something else.
    pub fn with_no_my_number(text: impl Into<Bytes>) -> Self {
        Self { text: text.into(), no_my_number: true }
    }

    /// Words in which whatever may be a My Number is masked.
    pub fn masked(text: &str) -> Self {
        Self::from(my_number::masked(text).text.as_ref())
    }

    /// The bytes: personal data.
    pub fn content(&self) -> &[u8] {
        self.text.as_slice()
    }

    /// True when their writer says that no number in them is a My Number.
    pub fn is_said_to_hold_no_my_number(&self) -> bool {
        self.no_my_number
    }

    /// True when there is something that somebody can read.
    pub fn are_readable(&self) -> bool {
        self.readable().is_some()
    }

    fn readable(&self) -> Option<&str> {
        std::str::from_utf8(self.text.as_slice()).ok().filter(|words| !words.trim().is_empty())
    }

    /// The words, once they were searched: what is kept under this role can be read and holds no My Number.
    pub(crate) fn read(&self, role: &'static str) -> Result<&Bytes, Rejection> {
        let words = self.readable().ok_or(Rejection::WordsMissing)?;
        self.unless(role, || !my_number::places(words).is_empty())
    }

    /// A file, once it was searched as far as it is text: what is kept under this role holds no My Number that a program can
    /// find. It may be empty.
    pub(crate) fn taken(&self, role: &'static str) -> Result<&Bytes, Rejection> {
        self.unless(role, || attached::may_hold_my_number(self.text.as_slice()))
    }

    fn unless(&self, role: &'static str, found: impl FnOnce() -> bool) -> Result<&Bytes, Rejection> {
        if !self.no_my_number && found() {
            return Err(Rejection::WordsMayHoldMyNumber { role });
        }
        Ok(&self.text)
    }
}

impl From<Bytes> for Words {
    fn from(text: Bytes) -> Self {
        Self { text, no_my_number: false }
    }
}

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&[u8]> for Words {
    fn from(text: &[u8]) -> Self {
        Bytes::from(text).into()
    }
}

impl From<Vec<u8>> for Words {
    fn from(text: Vec<u8>) -> Self {
        Bytes::from(text).into()
    }
}

/// What nobody said anything of has the digest that it always had, so that a command asked again is known again.
impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.no_my_number {
            return self.text.serialize(serializer);
        }
        let mut said = serializer.serialize_struct("Words", 2)?;
        said.serialize_field("text", &self.text)?;
        said.serialize_field("no_my_number", &true)?;
        said.end()
    }
}

/// Shows how many bytes they have, and none of them.
impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "words of {} bytes", self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "番号は１２３４-5678-9018";

    fn refused(words: &Words) -> [Option<Rejection>; 2] {
        [words.read("note").err(), words.taken("note").err()]
    }

    #[test]
    fn what_looks_like_a_my_number_is_not_taken_over_unless_it_is_said_to_be_something_else() {
        let found = || Some(Rejection::WordsMayHoldMyNumber { role: "note" });
        assert_eq!(refused(&NUMBER.into()), [found(), found()]);
        assert_eq!(refused(&Words::with_no_my_number(NUMBER)), [None, None]);
        assert_eq!(refused(&Words::masked(NUMBER)), [None, None]);
        assert_eq!(refused(&"電話 0138-21-3826".into()), [None, None]);
    }

    #[test]
    fn words_can_be_read_and_a_file_may_be_anything() {
        let missing = || Some(Rejection::WordsMissing);
        assert_eq!(refused(&" \n".into()), [missing(), None]);
        assert_eq!(refused(&Words::with_no_my_number("")), [missing(), None]);
        assert_eq!(refused(&b"\xFF\xD8\xFF\xE0 123456789018".as_slice().into()), [missing(), None]);
        let other_encoding = b"\x94\xD4\x8D\x86 1234-5678-9018".as_slice();
        let found = Some(Rejection::WordsMayHoldMyNumber { role: "note" });
        assert_eq!(refused(&other_encoding.into()), [missing(), found]);
    }

    #[test]
    fn what_is_said_of_them_is_part_of_what_is_asked_and_nothing_else_is() {
        let written = |words: &Words| serde_json::to_string(words).unwrap();
        let text = serde_json::to_string(&Bytes::from(NUMBER)).unwrap();
        assert_eq!(written(&NUMBER.into()), text);
        let said = format!(r#"{{"text":{text},"no_my_number":true}}"#);
        assert_eq!(written(&Words::with_no_my_number(NUMBER)), said);
    }
}
