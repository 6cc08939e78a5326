//! Names: whether two are the same, and how one is told to people.

use serde_json::{Value, json};
use x509_parser::prelude::FromDer;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use crate::budget::NAME_ATTRIBUTES_MAX;

/// True when two names, DER, are the same.
///
/// DIFFERENCE: bytes are compared. RFC 5280 section 7.1 also folds case and blanks; no authority of the profiles
/// writes one name in two ways, and a name that is not recognised leads to a refusal, never to a false trust.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    a == b
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

/// The value as text; the string types that are not UTF-8 are brought to it, anything else is shown in hex.
fn text(attribute: &AttributeTypeAndValue<'_>) -> String {
    const BMP_STRING: u32 = 30;
    let bytes = attribute.as_slice();
    if let Ok(text) = attribute.as_str() {
        return text.to_owned();
    }
    if attribute.attr_value().tag().0 == BMP_STRING && bytes.len().is_multiple_of(2) {
        let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        return char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    }
    format!("#{}", hex(bytes))
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
