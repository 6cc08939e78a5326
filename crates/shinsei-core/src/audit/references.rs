//! The documents that a payload refers to, found in any payload of any event there ever was or will be.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::bytes::from_hex;
use crate::document::{DocumentRef, SaltedDigest};
use crate::ids::DocumentId;

/// The documents that a payload in JSON refers to, in the order in which they stand: each object with an `id` that is a
/// uuid and a `digest` of 64 hexadecimal digits. None for a payload that is no JSON.
///
/// # Source
/// docs/event-format.md, "Payloads"
/// # Example
/// ```
/// use shinsei_core::audit::references::references;
///
/// let digest = "00".repeat(32);
/// let payload = format!(r#"{{"form":{{"id":"00000000-0000-0000-0000-000000000007","digest":"{digest}"}}}}"#);
/// assert_eq!(references(payload.as_bytes())[0].id.0.as_u128(), 7);
/// ```
pub fn references(payload: &[u8]) -> Vec<DocumentRef> {
    let mut found = Vec::new();
    if !may_refer(payload) {
        return found;
    }
    let mut json = serde_json::Deserializer::from_slice(payload);
    match Walk(&mut found).deserialize(&mut json).and_then(|_| json.end()) {
        Ok(()) => found,
        Err(_) => Vec::new(),
    }
}

/// False when the word that every reference has stands nowhere, which is quickly seen.
fn may_refer(payload: &[u8]) -> bool {
    const WORD: &[u8] = b"digest";
    let mut rest = payload;
    while let Some(at) = rest.iter().position(|byte| *byte == b'd' || *byte == b'\\') {
        // A key may be written with escapes.
        if rest[at] == b'\\' || rest[at..].starts_with(WORD) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

/// Walks through a value; gives a string that may be an id or a digest.
struct Walk<'w>(&'w mut Vec<DocumentRef>);

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok((text.len() == 36 || text.len() == 64).then(|| text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element_seed(Walk(&mut *self.0))?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let (mut id, mut digest) = (None, None);
        while let Some(key) = object.next_key::<Cow<'_, str>>()? {
            let value = object.next_value_seed(Walk(&mut *self.0))?;
            match &*key {
                "id" => id = value.and_then(|text| text.parse().ok()),
                "digest" => digest = value.and_then(|text| from_hex(&text)),
                _ => {}
            }
        }
        if let (Some(id), Some(digest)) = (id, digest) {
            self.0.push(DocumentRef { id: DocumentId(id), digest: SaltedDigest(digest) });
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn reference(n: u8) -> DocumentRef {
        DocumentRef { id: DocumentId(Uuid::from_u128(n.into())), digest: SaltedDigest([n; 32]) }
    }

    #[test]
    fn references_are_found_wherever_they_stand() {
        let one = serde_json::to_string(&reference(1)).unwrap();
        let two = serde_json::to_string(&reference(2)).unwrap();
        let payload = format!(
            r#"{{"a":[{{"b":{one}}},7,-1,1.5,true,null,"x"],"form":{{"Detached":{{"content":{two}}}}},"id":"no"}}"#
        );
        assert_eq!(references(payload.as_bytes()), [reference(1), reference(2)]);
        let escaped = one.replace("digest", "\\u0064igest");
        assert_eq!(references(escaped.as_bytes()), [reference(1)]);
    }

    #[test]
    fn what_is_no_reference_is_none() {
        for payload in [
            "",
            "{}",
            "digest",
            r#"{"digest":1}"#,
            r#"{"id":"00000000-0000-0000-0000-000000000007","digest":"00"}"#,
            r#"{"id":7,"digest":"0000000000000000000000000000000000000000000000000000000000000000"}"#,
        ] {
            assert_eq!(references(payload.as_bytes()), [], "{payload}");
        }
    }
}
