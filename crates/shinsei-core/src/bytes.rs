//! Bytes that may speak of a person: cheap to clone, never shown, hashed where they would be written out.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// Bytes from outside, shared by reference and silent in `Debug`.
///
/// They are digested once, however often their SHA-256 is asked for, by whichever of the clones. Serialised it is that digest
/// in hexadecimal, so that a command can be digested without being copied.
#[derive(Clone, Default)]
pub struct Bytes(Arc<Held>);

#[derive(Default)]
struct Held {
    bytes: Vec<u8>,
    sha256: OnceLock<[u8; 32]>,
}

impl Bytes {
    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.0.bytes
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.bytes.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.0.bytes.is_empty()
    }

    /// Their SHA-256.
    pub fn sha256(&self) -> [u8; 32] {
        *self.0.sha256.get_or_init(|| Sha256::digest(&self.0.bytes).into())
    }
}

/// Clones are known without a look at the bytes.
impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.bytes == other.0.bytes
    }
}

impl Eq for Bytes {}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Held { bytes, sha256: OnceLock::new() }))
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        bytes.to_vec().into()
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(&self.sha256()))
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

/// Bytes as they stand in JSON: base64 with padding (RFC 4648 section 4).
///
/// They are decoded out of the text as it stands, which may have a hundred megabytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Base64<'a>(pub Cow<'a, [u8]>);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Base64Display::new(&self.0, &STANDARD))
    }
}

impl<'de> Deserialize<'de> for Base64<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Base64Visitor).map(|bytes| Self(bytes.into()))
    }
}

impl fmt::Debug for Base64<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

struct Base64Visitor;

impl Visitor<'_> for Base64Visitor {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("base64")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Vec<u8>, E> {
        STANDARD.decode(text).map_err(|_| E::custom("no base64"))
    }
}

/// Writes bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value)]);
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 0xf));
    }
    text
}

/// Reads an even number of hexadecimal digits into exactly `N` bytes.
pub fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    let mut bytes = [0; N];
    if digits.len() != N * 2 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |d: u8| char::from(d).to_digit(16);
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_goes_both_ways() {
        assert_eq!(hex(&[0, 0x1f, 0xff]), "001fff");
        assert_eq!(from_hex::<3>("001fff"), Some([0, 0x1f, 0xff]));
        assert_eq!(from_hex::<3>("001ff"), None);
        assert_eq!(from_hex::<2>("00zz"), None);
    }

    #[test]
    fn base64_goes_both_ways_and_takes_nothing_else() {
        let bytes = Base64(Cow::Borrowed(&[0, 0xff, 0x10, 0x83][..]));
        assert_eq!(serde_json::to_string(&bytes).unwrap(), "\"AP8Qgw==\"");
        assert_eq!(serde_json::from_str::<Base64<'_>>("\"AP8Qgw==\"").unwrap(), bytes);
        for other in ["\"AP8Qgw\"", "\"AP8Qgw=\"", "\"AP-Qgw==\"", "\" AP8Qgw==\"", "7", "null"] {
            assert!(serde_json::from_str::<Base64<'_>>(other).is_err(), "{other}");
        }
    }

    #[test]
    fn the_digest_is_that_of_the_bytes_whichever_clone_is_asked_first() {
        let (bytes, other) = (Bytes::from("abc"), Bytes::from("abd"));
        let clone = bytes.clone();
        // Source: FIPS 180-4, the example of one block.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((hex(&clone.sha256()), hex(&bytes.sha256())), (abc.to_owned(), abc.to_owned()));
        assert_eq!(serde_json::to_string(&bytes).unwrap(), format!("\"{abc}\""));
        assert_eq!([bytes == clone, bytes == Bytes::from("abc"), bytes == other], [true, true, false]);
    }

    #[test]
    fn the_bytes_are_never_shown() {
        assert_eq!(format!("{:?}", Base64(Cow::Borrowed("甲野太郎".as_bytes()))), "12 bytes");
        assert_eq!(format!("{:?}", Bytes::from("甲野太郎")), "12 bytes");
    }
}
