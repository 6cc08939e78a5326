//! Files that come with a form: which one an answer names, what it is by its bytes, and whether its text holds a My Number.

use sha2::{Digest as _, Sha256};

use super::schema::Media;
use crate::bytes::{Bytes, from_hex};
use crate::sheet;
use crate::standard::my_number;

/// What an answer begins with that names a file.
const BY_DIGEST: &str = "sha256:";

/// How many hexadecimal digits a SHA-256 has.
const DIGEST_DIGITS: usize = 64;

/// What an answer says of a file. The signature over the form covers the digest, and with it the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Named<'a> {
    /// The SHA-256 of its bytes.
    pub(super) sha256: [u8; 32],
    /// What the applicant calls it; empty where nothing is said.
    pub(super) name: &'a str,
}

impl<'a> Named<'a> {
    /// Reads `sha256:` with 64 hexadecimal digits and, after a `/`, a file name.
    pub(super) fn parse(answer: &'a str) -> Option<Self> {
        let (digest, rest) = answer.strip_prefix(BY_DIGEST)?.split_at_checked(DIGEST_DIGITS)?;
        let name = match rest {
            "" => "",
            rest => rest.strip_prefix('/')?,
        };
        Some(Self { sha256: from_hex(digest)?, name })
    }
}

/// Names a file in an answer.
///
/// # Example
/// ```
/// use shinsei_core::form::attached::naming;
/// let answer = naming(b"%PDF-1.7", "map.pdf");
/// assert!(answer.starts_with("sha256:") && answer.ends_with("/map.pdf"));
/// ```
pub fn naming(file: &[u8], name: &str) -> String {
    format!("{BY_DIGEST}{}/{name}", crate::bytes::hex(&Sha256::digest(file)))
}

/// The words of an answer: of one that names a file its name alone, since a digest is no text that anybody wrote.
pub(super) fn words(answer: &str) -> &str {
    Named::parse(answer).map_or(answer, |named| named.name)
}

/// A file that came with a form.
pub(super) struct File<'a> {
    pub(super) sha256: [u8; 32],
    pub(super) bytes: &'a Bytes,
}

impl<'a> File<'a> {
    pub(super) fn new(bytes: &'a Bytes) -> Self {
        Self { sha256: bytes.sha256(), bytes }
    }
}

/// What a file is. Its name says nothing: anything can be called `.pdf`.
///
/// # Source
/// ISO 32000 section 7.5.2; ITU-T T.81 annex B; PNG section 5.2; ISO/IEC 29500-2 (a package is a ZIP file)
pub(super) fn media(bytes: &[u8]) -> Option<Media> {
    const SIGNATURES: [(&[u8], Media); 4] = [
        (b"%PDF-", Media::Pdf),
        (b"\xFF\xD8\xFF", Media::Jpeg),
        (b"\x89PNG\r\n\x1A\n", Media::Png),
        (b"PK\x03\x04", Media::Office),
    ];
    let signed = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature));
    signed.map(|(_, media)| *media).or_else(|| sheet::text(bytes).map(|_| Media::Text))
}

/// True when a file that is text holds what looks like a My Number. Pictures, PDF and Office files are not searched: their
/// text is packed, and digits in their bytes are no digits that anybody wrote.
///
/// # Source
/// 番号法 19条, 20条; DOMAIN L22
pub(crate) fn may_hold_my_number(bytes: &[u8]) -> bool {
    media(bytes) == Some(Media::Text)
        && sheet::text(bytes).is_some_and(|text| !my_number::places(&text).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert_eq!(media(b"%PDF-1.7\n\x00"), Some(Media::Pdf));
        assert_eq!(media(b"\xFF\xD8\xFF\xE0\x00\x10JFIF"), Some(Media::Jpeg));
        assert_eq!(media(b"\x89PNG\r\n\x1A\n\x00\x00"), Some(Media::Png));
        assert_eq!(media(b"PK\x03\x04\x14\x00"), Some(Media::Office));
        assert_eq!(media("住所,番号\r\n".as_bytes()), Some(Media::Text));
        assert_eq!(media(b"\x8Fz\x8F\x8A,\x94\xD4\x8D\x86"), Some(Media::Text), "CP932");
        assert_eq!(media(b"MZ\x90\x00\x03"), None);
        assert_eq!(media(b"\xFF\xFE1\x002\x00"), None, "UTF-16");
    }

    #[test]
    fn a_my_number_is_found_in_text_of_both_encodings_and_looked_for_in_nothing_else() {
        assert!(may_hold_my_number("氏名,甲野花子\r\n番号,123456789018".as_bytes()));
        assert!(may_hold_my_number(b"\x94\xD4\x8D\x86 1234-5678-9018"), "CP932");
        assert!(!may_hold_my_number("番号,123456789017".as_bytes()));
        assert!(!may_hold_my_number(b"%PDF-1.7 123456789018"));
    }

    #[test]
    fn an_answer_names_a_file_by_its_digest() {
        let answer = naming(b"%PDF-", "地図 1.pdf");
        let named = Named::parse(&answer).map(|named| (named.sha256, named.name));
        assert_eq!(named, Some((Sha256::digest(b"%PDF-").into(), "地図 1.pdf")));
        assert_eq!((words(&answer), words("sha256:00")), ("地図 1.pdf", "sha256:00"));
        let other = ["map.pdf", "sha256:", "sha256:あ", &answer[..70], &answer.replace('/', " ")];
        assert!(other.iter().all(|answer| Named::parse(answer).is_none()));
    }
}
