//! The stored envelope of an event, and its sealed form: the bytes that a leaf of the Merkle tree covers.

use serde::{Deserialize, Serialize};

use crate::ids::{CommandId, Municipality, Position, Series, StreamId, Version};
use crate::time::Timestamp;
use crate::tree::{Hash, leaf_hash};

/// How a payload is written. The numbers are part of the file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// JSON in UTF-8.
    Json,
}

impl Codec {
    /// The number that stands in a record.
    pub fn code(self) -> u8 {
        match self {
            Self::Json => 1,
        }
    }

    /// Reads the number that stands in a record.
    pub fn from_code(code: u8) -> Option<Self> {
        (code == Self::Json.code()).then_some(Self::Json)
    }
}

/// A number of a gapless series, given when the record was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    /// The series.
    pub series: Series,
    /// The place in it, from 1.
    pub value: u64,
}

/// A record as a store holds it: the envelope and the payload in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawRecord<'a> {
    /// Whose log it is in.
    pub municipality: Municipality,
    /// Its place in that log.
    pub position: Position,
    /// The history it belongs to.
    pub stream: StreamId,
    /// Its place in that history.
    pub version: Version,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The command that caused it.
    pub command: CommandId,
    /// The number it was given.
    pub number: Option<Number>,
    /// The type of the event, such as `ReceiptIssued`.
    pub event_type: &'a str,
    /// The version of the payload's shape, from 1.
    pub schema_version: u16,
    /// How the payload is written.
    pub codec: Codec,
    /// The payload.
    pub payload: &'a [u8],
}

impl RawRecord<'_> {
    /// What every sealed record begins with; a second form would begin with another text.
    const SEAL: &'static [u8; 16] = b"shinsei record 1";

    /// The bytes that are sealed: every field of the envelope and the payload, each of fixed length or with its
    /// length before it, so that no two records have the same bytes. Integers are big-endian.
    ///
    /// # Source
    /// docs/event-format.md; the form cannot change, since leaves of it are witnessed outside.
    pub fn sealed(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(128 + self.event_type.len() + self.payload.len());
        bytes.extend_from_slice(Self::SEAL);
        bytes.extend_from_slice(self.municipality.as_bytes());
        bytes.extend_from_slice(&self.position.0.to_be_bytes());
        bytes.extend_from_slice(&self.stream.to_bytes());
        bytes.extend_from_slice(&self.version.0.to_be_bytes());
        bytes.extend_from_slice(&self.recorded_at.micros().to_be_bytes());
        bytes.extend_from_slice(self.command.0.as_bytes());
        let (series, value) = self.number.as_ref().map_or(("", 0), |n| (n.series.as_str(), n.value));
        with_length(&mut bytes, series.as_bytes());
        bytes.extend_from_slice(&value.to_be_bytes());
        with_length(&mut bytes, self.event_type.as_bytes());
        bytes.extend_from_slice(&self.schema_version.to_be_bytes());
        bytes.push(self.codec.code());
        with_length(&mut bytes, self.payload);
        bytes
    }

    /// The leaf of the Merkle tree that stands for this record. This is the one place that seals one.
    pub fn leaf(&self) -> Hash {
        leaf_hash(&self.sealed())
    }
}

fn with_length(bytes: &mut Vec<u8>, field: &[u8]) {
    bytes.extend_from_slice(&(field.len() as u64).to_be_bytes());
    bytes.extend_from_slice(field);
}

/// An event with what only its recording could know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded<E> {
    /// Its place in the municipality's log.
    pub position: Position,
    /// The history it belongs to.
    pub stream: StreamId,
    /// Its place in that history.
    pub version: Version,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The command that caused it.
    pub command: CommandId,
    /// What happened.
    pub event: E,
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use uuid::Uuid;

    use super::*;
    use crate::bytes::hex;
    use crate::ids::CaseId;

    fn record(payload: &[u8]) -> RawRecord<'_> {
        RawRecord {
            municipality: "012025".parse().unwrap(),
            position: Position(3),
            stream: CaseId(Uuid::from_u128(1)).into(),
            version: Version(3),
            recorded_at: Timestamp::from_jst(2026, 5, 7, 15, 4).unwrap(),
            command: CommandId(Uuid::from_u128(2)),
            number: Some(Number { series: Series::new("receipt-2026").unwrap(), value: 1 }),
            event_type: "ReceiptIssued",
            schema_version: 1,
            codec: Codec::Json,
            payload,
        }
    }

    #[test]
    fn the_sealed_form_is_settled_for_ever() {
        expect!["7368696e736569207265636f72642031303132303235000000000000000301000000000000000000000000000000010000000000000003000651340be5740000000000000000000000000000000002000000000000000c726563656970742d323032360000000000000001000000000000000d5265636569707449737375656400010100000000000000027b7d"].assert_eq(&hex(&record(b"{}").sealed()));
        expect!["43172d745aef21128b0657601b31431de2c6d640b3d9c0e0c97f9d6ac6c55715"].assert_eq(&hex(&record(
            b"{}",
        )
        .leaf()
        .0));
    }

    #[test]
    fn every_field_moves_the_leaf() {
        let original = record(b"{}");
        let mut changed = vec![original.clone(); 11];
        changed[0].municipality = "011002".parse().unwrap();
        changed[1].position = Position(4);
        changed[2].stream = CaseId(Uuid::from_u128(9)).into();
        changed[3].version = Version(4);
        changed[4].recorded_at = original.recorded_at.saturating_add_micros(1);
        changed[5].command = CommandId(Uuid::from_u128(3));
        changed[6].number = None;
        changed[7].number = Some(Number { series: Series::new("receipt-2026").unwrap(), value: 2 });
        changed[8].event_type = "Reviewed";
        changed[9].schema_version = 2;
        changed[10].payload = b"{ }";
        for other in changed {
            assert_ne!(other.leaf(), original.leaf(), "{other:?}");
        }
    }
}
