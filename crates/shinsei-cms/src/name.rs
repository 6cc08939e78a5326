//! Names: whether two are the same, and how one is told to people.

use serde_json::{Value, json};
use x509_parser::prelude::FromDer;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use crate::ber::{Element, Fault, Reader, tag};
use crate::budget::NAME_ATTRIBUTES_MAX;
use crate::oid::Oid;

/// True when two names, DER, are the same.
///
/// Text is compared without case and with its blanks folded, whatever its string type.
///
/// DIFFERENCE: RFC 5280 section 7.1 also asks for Unicode normalisation (RFC 4518); a name that differs by that alone
/// is taken for another, which leads to a refusal, never to a false trust.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    a == b || matches!(starts_with(a, b), Ok(Some(rest)) if rest.is_empty())
}

/// True when a name lies in the subtree below another: its first parts are those of the other.
pub(crate) fn lies_below(name: &[u8], base: &[u8]) -> bool {
    matches!(starts_with(name, base), Ok(Some(_)))
}

/// Strips the parts of one name from the front of another; gives what is left, or `None` when they differ.
fn starts_with<'a>(name: &'a [u8], base: &[u8]) -> Result<Option<Reader<'a>>, Fault> {
    let (mut name, mut base) = (Reader::der(name).sequence()?, Reader::der(base).sequence()?);
    while !base.is_empty() {
        if name.is_empty() || !same_part(&name.expect(tag::SET)?, &base.expect(tag::SET)?)? {
            return Ok(None);
        }
    }
    Ok(Some(name))
}

/// Compares two relative distinguished names as sets, up to [`NAME_ATTRIBUTES_MAX`] attributes.
fn same_part(a: &Element<'_>, b: &Element<'_>) -> Result<bool, Fault> {
    if a.raw == b.raw {
        return Ok(true);
    }
    let attributes = |part: &Element<'_>| {
        let mut members = part.reader()?;
        let mut all = Vec::new();
        while !members.is_empty() && all.len() < NAME_ATTRIBUTES_MAX {
            let mut fields = members.sequence()?;
            all.push((fields.expect(tag::OID)?.contents.to_vec(), comparable(&fields.read()?)));
            fields.finish()?;
        }
        members.finish()?;
        all.sort_unstable();
        Ok(all)
    };
    Ok(attributes(a)? == attributes(b)?)
}

/// A value in the form in which values are compared: folded text, or the encoding of what is no text.
fn comparable(value: &Element<'_>) -> Vec<u8> {
    let Some(text) = decode(value.tag, value.contents) else { return value.raw.to_vec() };
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ").into_bytes()
}

/// The text of a string type; `None` when it is none, or not well formed.
fn decode(string_tag: u8, bytes: &[u8]) -> Option<String> {
    const UTF8: u8 = 0x0c;
    const NUMERIC: u8 = 0x12;
    const PRINTABLE: u8 = 0x13;
    const IA5: u8 = 0x16;
    const UNIVERSAL: u8 = 0x1c;
    const BMP: u8 = 0x1e;
    match string_tag {
        UTF8 => String::from_utf8(bytes.to_vec()).ok(),
        NUMERIC | PRINTABLE | IA5 => {
            bytes.is_ascii().then(|| bytes.iter().copied().map(char::from).collect())
        }
        BMP if bytes.len().is_multiple_of(2) => {
            let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).collect::<Result<_, _>>().ok()
        }
        UNIVERSAL if bytes.len().is_multiple_of(4) => {
            let points = bytes.chunks_exact(4).map(|p| u32::from_be_bytes([p[0], p[1], p[2], p[3]]));
            points.map(char::from_u32).collect()
        }
        _ => None,
    }
}

/// The e-mail addresses that stand in a name (PKCS #9 emailAddress).
pub(crate) fn email_addresses(der: &[u8]) -> Vec<&[u8]> {
    const EMAIL_ADDRESS: Oid = Oid::known("1.2.840.113549.1.9.1");
    let mut found = Vec::new();
    let mut read = || -> Result<(), Fault> {
        let mut parts = Reader::der(der).sequence()?;
        while !parts.is_empty() {
            let mut attributes = parts.expect(tag::SET)?.reader()?;
            while !attributes.is_empty() {
                let mut fields = attributes.sequence()?;
                if fields.oid()? == EMAIL_ADDRESS {
                    found.push(fields.read()?.contents);
                }
            }
        }
        Ok(())
    };
    // A name that breaks off has been read as far as it goes; certificates with such names are refused earlier.
    let _: Result<(), Fault> = read();
    found
}

/// The attributes of a name in their order, each with its usual short type: an attribute may stand several times,
/// as the two L of a JPKI subject do.
pub(crate) fn to_json(der: &[u8]) -> Value {
    let Ok(([], name)) = X509Name::from_der(der) else { return Value::Null };
    let attribute = |attribute: &AttributeTypeAndValue<'_>| {
        let oid = attribute.attr_type().to_id_string();
        json!({ "type": short_type(&oid), "value": text(attribute) })
    };
    Value::Array(name.iter_attributes().take(NAME_ATTRIBUTES_MAX).map(attribute).collect())
}

/// The short type of RFC 4519, or the numbers.
fn short_type(oid: &str) -> &str {
    match oid {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "street",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.42" => "GN",
        "2.5.4.97" => "organizationIdentifier",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        other => other,
    }
}

/// The value as text; anything that is none is shown in hex.
fn text(attribute: &AttributeTypeAndValue<'_>) -> String {
    let string_tag = u8::try_from(attribute.attr_value().tag().0).unwrap_or(0);
    let bytes = attribute.as_slice();
    decode(string_tag, bytes).unwrap_or_else(|| format!("#{}", hex(bytes)))
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let written = write!(text, "{byte:02x}");
        debug_assert!(written.is_ok());
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(parts: &[(u8, &[u8])]) -> Vec<u8> {
        let element =
            |tag: u8, contents: &[u8]| [&[tag, u8::try_from(contents.len()).unwrap()], contents].concat();
        let part = |(tag, text): &(u8, &[u8])| {
            element(
                0x31,
                &element(0x30, &[&[0x06, 0x03, 0x55, 0x04, 0x03], &element(*tag, text)[..]].concat()),
            )
        };
        element(0x30, &parts.iter().map(part).collect::<Vec<_>>().concat())
    }

    #[test]
    fn case_blanks_and_string_types_do_not_tell_names_apart() {
        let plain = name(&[(0x13, b"Test CA")]);
        assert!(same(&plain, &name(&[(0x0c, b"  test   ca ")])));
        assert!(same(&plain, &name(&[(0x1e, b"\0T\0e\0s\0t\0 \0C\0A")])));
        assert!(!same(&plain, &name(&[(0x13, b"TestCA")])));
        assert!(!same(&plain, &name(&[(0x13, b"Test CA"), (0x13, b"x")])));
        assert!(!same(&plain, &name(&[])));
    }

    #[test]
    fn a_subtree_holds_what_begins_with_its_base() {
        let base = name(&[(0x13, b"a")]);
        assert!(lies_below(&name(&[(0x13, b"A"), (0x13, b"b")]), &base));
        assert!(lies_below(&base, &base));
        assert!(!lies_below(&name(&[(0x13, b"b"), (0x13, b"a")]), &base));
        assert!(lies_below(&base, &name(&[])));
    }
}
