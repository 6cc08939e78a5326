//! A small DER writer: enough for test certificates, and for writing wrong ones on purpose.

use shinsei_core::time::Timestamp;

use crate::oid::OwnedOid;

/// An element of this tag with these contents.
pub fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    crate::ber::element(tag, contents)
}

/// A SEQUENCE of encoded elements.
pub fn sequence(elements: &[&[u8]]) -> Vec<u8> {
    element(0x30, &elements.concat())
}

/// A SET OF encoded elements, in the order DER asks for.
pub fn set(elements: &[&[u8]]) -> Vec<u8> {
    let mut sorted = elements.to_vec();
    sorted.sort_unstable();
    element(0x31, &sorted.concat())
}

/// `[number] EXPLICIT` around an encoded element.
pub fn explicit(number: u8, inner: &[u8]) -> Vec<u8> {
    element(0xa0 | number, inner)
}

/// An object identifier in its dotted form.
///
/// # Panics
/// If it is not one: these are written in tests and tables.
#[expect(clippy::expect_used, reason = "OK because the argument is a literal of a test or a table")]
pub fn oid(dotted: &str) -> Vec<u8> {
    element(0x06, OwnedOid::parse(dotted).expect("a dotted identifier").oid().contents())
}

/// A positive INTEGER from its digits to the base of 256.
pub fn integer(digits: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = digits.iter().copied().skip_while(|digit| *digit == 0).collect();
    let sign: &[u8] = if digits.first().is_none_or(|first| first & 0x80 != 0) { &[0] } else { &[] };
    element(0x02, &[sign, &digits].concat())
}

/// An OCTET STRING.
pub fn octets(bytes: &[u8]) -> Vec<u8> {
    element(0x04, bytes)
}

/// A BIT STRING without unused bits.
pub fn bits(bytes: &[u8]) -> Vec<u8> {
    element(0x03, &[&[0], bytes].concat())
}

/// A UTF8String.
pub fn utf8(text: &str) -> Vec<u8> {
    element(0x0c, text.as_bytes())
}

/// A PrintableString.
pub fn printable(text: &str) -> Vec<u8> {
    element(0x13, text.as_bytes())
}

/// A UTCTime until 2049, a GeneralizedTime after it (RFC 5280 section 4.1.2.5).
pub fn time(at: Timestamp) -> Vec<u8> {
    let full = at.to_utc().format("%Y%m%d%H%M%SZ").to_string();
    if full.as_str() < "2050" { element(0x17, &full.as_bytes()[2..]) } else { element(0x18, full.as_bytes()) }
}
