//! The files of a bundle, as docs/bundle-format.md describes them.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use shinsei_core::bytes::{from_hex, hex};
use shinsei_core::document::Document;
use shinsei_core::ids::{CommandId, DocumentId, Municipality, Position, StreamId, StreamKind, Version};
use shinsei_core::record::{Codec, Number, RawRecord};
use shinsei_core::time::Timestamp;
use shinsei_core::tree::{Hash, Head};
use uuid::Uuid;

/// What `bundle.json` begins with; another form would have another name.
pub(crate) const FORM: &str = "shinsei bundle 1";

/// The most bytes of a line. Source: a payload refers to what is large; a case has far fewer than 10,000 documents.
pub(crate) const LINE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The files of a bundle.
pub(crate) const MANIFEST: &str = "bundle.json";
pub(crate) const RECORDS: &str = "records.jsonl";
pub(crate) const DOCUMENTS: &str = "documents";

/// `bundle.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) form: String,
    pub(crate) municipality: Municipality,
    /// Absent for a whole log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stream: Option<Stream>,
    /// How many lines `records.jsonl` has.
    pub(crate) records: u64,
    /// The head of the log when it was exported.
    pub(crate) head: HeadText,
    /// That the log of the head begins with one that was witnessed; absent for a whole log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) extends: Option<Extends>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Extends {
    pub(crate) head: HeadText,
    pub(crate) proof: Vec<HexHash>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct HeadText {
    pub(crate) size: u64,
    pub(crate) root: HexHash,
}

/// A line of `records.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line<'l> {
    pub(crate) position: u64,
    pub(crate) stream: Stream,
    pub(crate) version: u64,
    pub(crate) recorded_at: Timestamp,
    pub(crate) command: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<Number>,
    #[serde(borrow)]
    pub(crate) event_type: Cow<'l, str>,
    pub(crate) schema_version: u16,
    #[serde(borrow)]
    pub(crate) codec: Cow<'l, str>,
    /// The payload, byte for byte, where it is JSON on one line.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) payload: Option<&'l RawValue>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) payload_hex: Option<Cow<'l, str>>,
    /// Its hash as it was kept when the record was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) leaf: Option<HexHash>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) documents: Vec<DocumentText>,
    /// In the bundle of a case: the path from the leaf to the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) proof: Option<Vec<HexHash>>,
}

/// A document that a record refers to, beside the file with its bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DocumentText {
    pub(crate) id: Uuid,
    pub(crate) role: String,
    pub(crate) salt: String,
    pub(crate) bytes: u64,
}

/// A hash in hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HexHash(pub(crate) Hash);

/// A stream by the name of its kind and its uuid, such as `case/0197…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stream(pub(crate) StreamId);

/// What kinds of stream are called.
const KINDS: [(StreamKind, &str); 7] = [
    (StreamKind::Case, "case"),
    (StreamKind::User, "user"),
    (StreamKind::Mandate, "mandate"),
    (StreamKind::Procedure, "procedure"),
    (StreamKind::Calendar, "calendar"),
    (StreamKind::Service, "service"),
    (StreamKind::Delivery, "delivery"),
];

/// Where the bytes of a document stand within a bundle: in one of 256 folders, so that none holds too many.
pub(crate) fn document_path(bundle: &Path, id: DocumentId) -> PathBuf {
    let name = id.0.to_string();
    bundle.join(DOCUMENTS).join(&name[..2]).join(name)
}

impl<'l> Line<'l> {
    /// The line of a record; `hexadecimal` is room for a payload that is not JSON on one line.
    pub(crate) fn of(record: &'l RawRecord<'_>, hexadecimal: &'l mut String) -> Self {
        let payload = as_text(record.payload);
        if payload.is_none() {
            *hexadecimal = hex(record.payload);
        }
        let Codec::Json = record.codec;
        Line {
            position: record.position.0,
            stream: Stream(record.stream),
            version: record.version.0,
            recorded_at: record.recorded_at,
            command: record.command.0,
            number: record.number.clone(),
            event_type: Cow::Borrowed(record.event_type),
            schema_version: record.schema_version,
            codec: Cow::Borrowed("json"),
            payload,
            payload_hex: payload.is_none().then_some(Cow::Borrowed(hexadecimal)),
            leaf: None,
            documents: Vec::new(),
            proof: None,
        }
    }

    /// The record of a line; `bytes` is room for a payload that stands in hexadecimal digits.
    pub(crate) fn record<'r>(
        &'r self,
        municipality: Municipality,
        bytes: &'r mut Vec<u8>,
    ) -> Result<RawRecord<'r>, &'static str> {
        let payload = match (self.payload, &self.payload_hex) {
            (Some(payload), None) => payload.get().as_bytes(),
            (None, Some(digits)) => {
                *bytes = from_digits(digits).ok_or("its payload is not hexadecimal")?;
                bytes
            }
            (Some(_), Some(_)) | (None, None) => return Err("it has not one payload"),
        };
        if self.codec != "json" {
            return Err("its codec is unknown");
        }
        Ok(RawRecord {
            municipality,
            position: Position(self.position),
            stream: self.stream.0,
            version: Version(self.version),
            recorded_at: Timestamp::from_utc(self.recorded_at.to_utc()),
            command: CommandId(self.command),
            number: self.number.clone(),
            event_type: &self.event_type,
            schema_version: self.schema_version,
            codec: Codec::Json,
            payload,
        })
    }
}

impl DocumentText {
    pub(crate) fn of(document: &Document) -> Self {
        Self {
            id: document.id.0,
            role: document.role.clone(),
            salt: hex(&document.salt.0),
            bytes: document.content.len() as u64,
        }
    }
}

impl From<Head> for HeadText {
    fn from(head: Head) -> Self {
        Self { size: head.size, root: HexHash(head.root) }
    }
}

impl From<HeadText> for Head {
    fn from(text: HeadText) -> Self {
        Self { size: text.size, root: text.root.0 }
    }
}

/// A payload that may stand in a line as it is: JSON, on one line, with nothing around it.
fn as_text(payload: &[u8]) -> Option<&RawValue> {
    if payload.iter().any(|byte| *byte < b' ') {
        return None;
    }
    let value: &RawValue = serde_json::from_slice(payload).ok()?;
    (value.get().len() == payload.len()).then_some(value)
}

fn from_digits(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| from_hex::<1>(std::str::from_utf8(pair).ok()?).map(|[byte]| byte)).collect()
}

impl Serialize for HexHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(&self.0.0))
    }
}

impl<'de> Deserialize<'de> for HexHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Borrowed, since digits are never escaped.
        let text = <&str>::deserialize(deserializer)?;
        let hash =
            from_hex(text).ok_or_else(|| serde::de::Error::custom("a hash has 64 hexadecimal digits"))?;
        Ok(Self(Hash(hash)))
    }
}

impl Serialize for Stream {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = KINDS.iter().find(|(kind, _)| *kind == self.0.kind).map_or("", |(_, name)| name);
        serializer.collect_str(&format_args!("{name}/{}", self.0.id))
    }
}

impl<'de> Deserialize<'de> for Stream {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        let read = || {
            let (name, id) = text.split_once('/')?;
            let (kind, _) = KINDS.iter().find(|(_, known)| *known == name)?;
            Some(Self(StreamId { kind: *kind, id: id.parse().ok()? }))
        };
        read().ok_or_else(|| serde::de::Error::custom("a stream is a kind, a slash and a uuid"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_stands_as_it_is_or_in_digits() {
        fn is_text(payload: &[u8]) -> Option<&str> {
            as_text(payload).map(RawValue::get)
        }
        assert_eq!(is_text(br#"{"a":1}"#), Some(r#"{"a":1}"#));
        assert_eq!(is_text(br#"{"a": 1.0e3}"#), Some(r#"{"a": 1.0e3}"#));
        for other in [&b" {}"[..], b"{} ", b"{\n}", b"", b"\xff", b"{", b"{}{}"] {
            assert_eq!(is_text(other), None, "{other:?}");
        }
        assert_eq!(from_digits("00ff"), Some(vec![0, 255]));
        assert_eq!((from_digits("0"), from_digits("zz"), from_digits("")), (None, None, Some(vec![])));
    }

    #[test]
    fn every_kind_of_stream_has_a_name() {
        for code in 0..=u8::MAX {
            let Some(kind) = StreamKind::from_code(code) else { continue };
            let stream = Stream(StreamId { kind, id: Uuid::from_u128(7) });
            let text = serde_json::to_string(&stream).unwrap();
            assert_eq!(serde_json::from_str::<Stream>(&text).unwrap(), stream, "{text}");
        }
    }
}
