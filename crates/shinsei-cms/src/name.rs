//! Names: whether two are the same, and how one is told to people.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::algorithm::Hash;
use crate::ber::{Element, Fault, Reader, tag};
use crate::budget::{NAME_ATTRIBUTES_MAX, NAME_FOLDED_BYTES_MAX};
use crate::json::{Json, ToJson};
use crate::oid::{Oid, known};

/// True when two names, DER, are the same.
///
/// Text is compared without case and with its blanks folded, whatever its string type.
///
/// DIFFERENCE: RFC 5280 section 7.1 also asks for Unicode normalisation (RFC 4518); a name that differs by that alone
/// is taken for another, which leads to a refusal, never to a false trust. So is one of more than
/// [`NAME_FOLDED_BYTES_MAX`] that differs at all.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    let are_folded = a.len().max(b.len()) <= NAME_FOLDED_BYTES_MAX;
    a == b || are_folded && matches!(starts_with(a, b), Ok(Some(rest)) if rest.is_empty())
}

/// True when a name lies in the subtree below another: its first parts are those of the other.
pub(crate) fn lies_below(name: &[u8], base: &[u8]) -> bool {
    matches!(starts_with(name, base), Ok(Some(_)))
}

/// A name of a certificate: compared with many others, and folded at most once.
#[derive(Clone, Copy)]
pub(crate) struct Name<'n> {
    pub(crate) der: &'n [u8],
    pub(crate) folded: &'n OnceLock<Folded>,
}

impl Name<'_> {
    /// True when two names are the same, as [`same`] has it.
    ///
    /// Security: a message can bring many long names that differ by the case of a letter; comparing them one with
    /// each other costs what folding them once does.
    pub(crate) fn is_same(&self, other: &Name<'_>) -> bool {
        if self.der != other.der {
            return self.folded() == other.folded();
        }
        // What one of them has found out, the other need not.
        if let Some(folded) = self.folded.get() {
            other.folded.get_or_init(|| *folded);
        } else if let Some(folded) = other.folded.get() {
            self.folded.get_or_init(|| *folded);
        }
        true
    }

    /// The form in which it is compared.
    pub(crate) fn folded(&self) -> &Folded {
        self.folded.get_or_init(|| Folded::of(self.der))
    }
}

/// The SHA-256 of a name whose text is folded: two names are the same exactly when theirs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Folded([u8; 32]);

impl Folded {
    /// Folds a name; one that breaks its form, or is too long, is the same as itself alone.
    pub(crate) fn of(der: &[u8]) -> Self {
        let mut text = Vec::with_capacity(der.len() + 16);
        let as_it_is = der.len() > NAME_FOLDED_BYTES_MAX || fold(der, &mut text).is_err();
        if as_it_is {
            text.clear();
            text.extend_from_slice(der);
        }
        text.push(u8::from(as_it_is));
        Self(Hash::sha256(&text))
    }
}

/// Writes the parts of a name in the form in which they are compared.
fn fold(der: &[u8], text: &mut Vec<u8>) -> Result<(), Fault> {
    let mut parts = Reader::der(der).sequence()?;
    while !parts.is_empty() {
        fold_part(&parts.expect(tag::SET)?, text)?;
    }
    Ok(())
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

fn same_part(a: &Element<'_>, b: &Element<'_>) -> Result<bool, Fault> {
    if a.raw == b.raw {
        return Ok(true);
    }
    let (mut one, mut other) = (Vec::new(), Vec::new());
    fold_part(a, &mut one)?;
    fold_part(b, &mut other)?;
    Ok(one == other)
}

/// Writes a relative distinguished name as the set that it is, up to [`NAME_ATTRIBUTES_MAX`] attributes.
fn fold_part(part: &Element<'_>, text: &mut Vec<u8>) -> Result<(), Fault> {
    let mut members = part.reader()?;
    let begins = text.len();
    text.push(0);
    let mut all = Vec::new();
    while !members.is_empty() {
        if usize::from(text[begins]) == NAME_ATTRIBUTES_MAX {
            return Err(Fault::Malformed);
        }
        text[begins] += 1;
        let mut fields = members.sequence()?;
        let (of, value) = (fields.expect(tag::OID)?.contents, fields.read()?);
        fields.finish()?;
        let is_alone = text[begins] == 1 && members.is_empty();
        if is_alone {
            fold_attribute(of, &value, text);
        } else {
            let mut one = Vec::new();
            fold_attribute(of, &value, &mut one);
            all.push(one);
        }
    }
    all.sort_unstable();
    all.into_iter().for_each(|one| text.extend(one));
    Ok(())
}

/// Writes an attribute, its type and its value, each behind its length.
fn fold_attribute(of: &[u8], value: &Element<'_>, text: &mut Vec<u8>) {
    text.extend(of.len().to_be_bytes());
    text.extend_from_slice(of);
    let length_at = text.len();
    text.extend(0usize.to_be_bytes());
    let begins = text.len();
    fold_value(value, text);
    let length = (text.len() - begins).to_be_bytes();
    text[length_at..begins].copy_from_slice(&length);
}

/// Writes a value in the form in which values are compared: text with its words in lower case and one blank between them,
/// or the encoding of what is no text.
fn fold_value(value: &Element<'_>, folded: &mut Vec<u8>) {
    let Some(text) = decode(value.tag, value.contents) else { return folded.extend_from_slice(value.raw) };
    let begins = folded.len();
    let mut between_words = false;
    for character in text.chars() {
        if character.is_whitespace() {
            between_words = true;
            continue;
        }
        if between_words && folded.len() > begins {
            folded.push(b' ');
        }
        between_words = false;
        match u8::try_from(character) {
            Ok(byte) if byte.is_ascii() => folded.push(byte.to_ascii_lowercase()),
            _ => character.to_lowercase().for_each(|lower| {
                folded.extend_from_slice(lower.encode_utf8(&mut [0; 4]).as_bytes());
            }),
        }
    }
}

/// The text of a string type; `None` when it is none, or not well formed.
fn decode(string_tag: u8, bytes: &[u8]) -> Option<Cow<'_, str>> {
    const UTF8: u8 = 0x0c;
    const NUMERIC: u8 = 0x12;
    const PRINTABLE: u8 = 0x13;
    const IA5: u8 = 0x16;
    const UNIVERSAL: u8 = 0x1c;
    const BMP: u8 = 0x1e;
    match string_tag {
        UTF8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        NUMERIC | PRINTABLE | IA5 if bytes.is_ascii() => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        BMP if bytes.len().is_multiple_of(2) => {
            let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).collect::<Result<_, _>>().ok().map(Cow::Owned)
        }
        UNIVERSAL if bytes.len().is_multiple_of(4) => {
            let points = bytes.chunks_exact(4).map(|p| u32::from_be_bytes([p[0], p[1], p[2], p[3]]));
            points.map(char::from_u32).collect::<Option<String>>().map(Cow::Owned)
        }
        _ => None,
    }
}

/// Visits the attributes of a name, each its type and its value, in their order.
fn for_each_attribute<'n>(der: &'n [u8], mut visit: impl FnMut(&'n [u8], Element<'n>)) -> Result<(), Fault> {
    let mut outside = Reader::der(der);
    let mut parts = outside.sequence()?;
    outside.finish()?;
    while !parts.is_empty() {
        let mut attributes = parts.expect(tag::SET)?.reader()?;
        while !attributes.is_empty() {
            let mut fields = attributes.sequence()?;
            visit(fields.expect(tag::OID)?.contents, fields.read()?);
            fields.finish()?;
        }
    }
    Ok(())
}

/// True when the bytes are a name: sets of pairs of a type and a value.
pub(crate) fn is_name(der: &[u8]) -> bool {
    for_each_attribute(der, |_, _| ()).is_ok()
}

/// The e-mail addresses that stand in a name (PKCS #9 emailAddress).
pub(crate) fn email_addresses(der: &[u8]) -> Vec<&[u8]> {
    const EMAIL_ADDRESS: Oid<'static> = known!("1.2.840.113549.1.9.1");
    let mut found = Vec::new();
    // OK because a certificate whose names break off was refused when it was read.
    let _: Result<(), Fault> = for_each_attribute(der, |of, value| {
        if of == EMAIL_ADDRESS.contents() {
            found.push(value.contents);
        }
    });
    found
}

/// The attributes of a name in their order, each with its usual short type: an attribute may stand several times,
/// as the two L of a JPKI subject do.
pub(crate) struct Attributes<'n>(pub(crate) &'n [u8]);

impl ToJson for Attributes<'_> {
    fn write(&self, json: &mut Json) {
        let mut all = Vec::with_capacity(ATTRIBUTES_USUAL);
        // OK because a certificate whose names break off was refused when it was read.
        let _: Result<(), Fault> = for_each_attribute(self.0, |of, value| {
            if all.len() < NAME_ATTRIBUTES_MAX {
                all.push((of, value));
            }
        });
        json.list(all, |json, (of, value)| {
            json.object(|json| {
                json.member("type").text(&short_type(of));
                json.member("value").text(&text(&value));
            });
        });
    }
}

/// Room for the attributes that a name usually has.
const ATTRIBUTES_USUAL: usize = 8;

/// The short type of RFC 4519, or the numbers.
fn short_type(of: &[u8]) -> Cow<'static, str> {
    Cow::Borrowed(match of {
        [0x55, 4, 3] => "CN",
        [0x55, 4, 4] => "SN",
        [0x55, 4, 5] => "serialNumber",
        [0x55, 4, 6] => "C",
        [0x55, 4, 7] => "L",
        [0x55, 4, 8] => "ST",
        [0x55, 4, 9] => "street",
        [0x55, 4, 10] => "O",
        [0x55, 4, 11] => "OU",
        [0x55, 4, 12] => "title",
        [0x55, 4, 42] => "GN",
        [0x55, 4, 97] => "organizationIdentifier",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19] => "DC",
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01] => "emailAddress",
        // An identifier that cannot be read is shown as the bytes it is.
        _ => return Cow::Owned(Oid::from_contents(of).map_or_else(|| hex(of), |oid| oid.to_string())),
    })
}

/// The value as text; anything that is none is shown in hex.
fn text<'v>(value: &Element<'v>) -> Cow<'v, str> {
    decode(value.tag, value.contents).unwrap_or_else(|| Cow::Owned(format!("#{}", hex(value.contents))))
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| DIGITS[usize::from(digit)]).collect()
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
    fn the_folded_form_agrees_with_the_comparison() {
        let texts: [(u8, &[u8]); 9] = [
            (0x13, b"Test CA"),
            (0x0c, b" test\t ca"),
            (0x1e, b"\0T\0e\0s\0t\0 \0C\0A"),
            (0x13, b"TestCA"),
            (0x0c, "北見市".as_bytes()),
            (0x1e, &[0x53, 0x17, 0x89, 0x8b, 0x5e, 0x02]),
            (0x0c, b"\xff"),
            (0x04, b"Test CA"),
            (0x0c, b""),
        ];
        let broken = [&[0x30, 0x02, 0x31][..], &[0x30, 0x00, 0x00], &[0x05, 0x00], &[]];
        let pairs = texts.iter().flat_map(|a| texts.iter().map(move |b| name(&[*a, *b])));
        let names: Vec<_> =
            texts.iter().map(|text| name(&[*text])).chain(pairs).chain(broken.map(<[u8]>::to_vec)).collect();
        for a in &names {
            for b in &names {
                assert_eq!(same(a, b), Folded::of(a) == Folded::of(b), "{a:02x?} {b:02x?}");
            }
        }
        assert!(same(&names[0], &names[2]) && same(&names[4], &names[5]), "some of them are the same");
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
