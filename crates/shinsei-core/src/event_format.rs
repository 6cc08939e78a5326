//! How events become records and records events: type, schema version, payload; old shapes are brought up to date.

use serde_json::Value;

use crate::ids::Series;
use crate::number::ReceiptNumber;
use crate::port::store::NewRecord;
use crate::record::{Codec, RawRecord, Recorded};

/// An event of some kind of stream, as the log keeps it.
pub trait EventFormat: Sized + Clone + PartialEq + std::fmt::Debug + Send + Sync + 'static {
    /// What became of old shapes: see [`Upcaster`].
    const UPCASTERS: &'static [Upcaster];

    /// The type and the schema version under which it is written.
    fn event_type(&self) -> (&'static str, u16);

    /// The payload.
    ///
    /// # Errors
    /// serde's, for a payload that JSON cannot hold.
    fn payload(&self) -> Result<Vec<u8>, serde_json::Error>;

    /// Reads a payload of the current shape.
    ///
    /// # Errors
    /// [`EventError`] when the type is unknown or the payload is not of its shape.
    fn from_payload(event_type: &str, payload: &[u8]) -> Result<Self, EventError>;

    /// The event that a number makes; `None` for a type that has none.
    fn from_number(event_type: &str, number: ReceiptNumber) -> Option<Self>;

    /// The current schema version of a type; `None` for an unknown one.
    fn schema_version(event_type: &str) -> Option<u16>;
}

/// Brings a payload of one old shape to the next.
#[derive(Clone, Copy)]
pub struct Upcaster {
    /// The type.
    pub event_type: &'static str,
    /// The schema version it starts from; the result has the next.
    pub from: u16,
    /// The change.
    pub up: fn(Value) -> Result<Value, EventError>,
}

/// Why a record could not be read as an event: the log is corrupt, or newer than this program.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// No such type is known.
    #[error("the event type {event_type} is unknown; this program may be older than the log")]
    UnknownType {
        /// The type.
        event_type: String,
    },
    /// The schema version is newer than this program, or no upcaster starts from it.
    #[error(
        "version {schema_version} of {event_type} cannot be read; this program may be older than the log"
    )]
    UnknownVersion {
        /// The type.
        event_type: String,
        /// The version.
        schema_version: u16,
    },
    /// The payload is not of its shape.
    #[error("a payload of {event_type} is not of its shape")]
    Payload {
        /// The type.
        event_type: String,
        /// What serde says.
        #[source]
        source: serde_json::Error,
    },
    /// The number in an envelope is no receipt number.
    #[error("the number of a record of {event_type} is no receipt number")]
    NumberUnreadable {
        /// The type.
        event_type: String,
    },
    /// A record has a number in its envelope that its type does not carry.
    #[error("a record of {event_type} has a number, which no event of this type carries")]
    NumberUnexpected {
        /// The type.
        event_type: String,
    },
    /// An event that carries a number has none in its envelope.
    #[error("a record of {event_type} has no number")]
    NumberMissing {
        /// The type.
        event_type: String,
    },
}

/// What a decision wants recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposed<E> {
    /// An event that is complete.
    Event(E),
    /// The event of this type, once it has a number of the series.
    Numbered {
        /// The type.
        event_type: &'static str,
        /// The series.
        series: Series,
    },
}

impl<E: EventFormat> Proposed<E> {
    /// The record to be written.
    ///
    /// # Errors
    /// serde's, for a payload that JSON cannot hold.
    pub fn to_record(&self) -> Result<NewRecord, serde_json::Error> {
        let (event_type, schema_version, payload, number_from) = match self {
            Self::Event(event) => {
                let (event_type, schema_version) = event.event_type();
                (event_type, schema_version, event.payload()?, None)
            }
            Self::Numbered { event_type, series } => (
                *event_type,
                E::schema_version(event_type).unwrap_or(1),
                b"{}".to_vec(),
                Some(series.clone()),
            ),
        };
        Ok(NewRecord { event_type, schema_version, codec: Codec::Json, payload, number_from })
    }
}

/// Reads a record as an event of its stream.
///
/// # Errors
/// [`EventError`] when it cannot be read: corruption, or a log newer than this program.
pub fn decode<E: EventFormat>(raw: &RawRecord<'_>) -> Result<Recorded<E>, EventError> {
    decode_with(E::UPCASTERS, raw)
}

/// Reads a record as an event of its stream, with these upcasters in place of the type's own.
///
/// # Errors
/// [`EventError`] as [`decode`].
pub fn decode_with<E: EventFormat>(
    upcasters: &[Upcaster],
    raw: &RawRecord<'_>,
) -> Result<Recorded<E>, EventError> {
    let Codec::Json = raw.codec;
    let current = E::schema_version(raw.event_type)
        .ok_or_else(|| EventError::UnknownType { event_type: raw.event_type.to_owned() })?;
    let upcasted = if raw.schema_version == current { None } else { Some(upcast(upcasters, raw, current)?) };
    let payload = upcasted.as_deref().unwrap_or(raw.payload);
    let event = match &raw.number {
        None => E::from_payload(raw.event_type, payload)?,
        Some(drawn) => {
            let number = ReceiptNumber::from_drawn(raw.municipality, drawn)
                .ok_or_else(|| EventError::NumberUnreadable { event_type: raw.event_type.to_owned() })?;
            E::from_number(raw.event_type, number)
                .ok_or_else(|| EventError::NumberUnexpected { event_type: raw.event_type.to_owned() })?
        }
    };
    Ok(Recorded {
        position: raw.position,
        stream: raw.stream,
        version: raw.version,
        recorded_at: raw.recorded_at,
        command: raw.command,
        event,
    })
}

fn upcast(upcasters: &[Upcaster], raw: &RawRecord<'_>, current: u16) -> Result<Vec<u8>, EventError> {
    let shape = |source| EventError::Payload { event_type: raw.event_type.to_owned(), source };
    let mut payload: Value = serde_json::from_slice(raw.payload).map_err(shape)?;
    let mut version = raw.schema_version;
    while version != current {
        let next = upcasters
            .iter()
            .find(|upcaster| upcaster.event_type == raw.event_type && upcaster.from == version);
        let upcaster = next.ok_or_else(|| EventError::UnknownVersion {
            event_type: raw.event_type.to_owned(),
            schema_version: raw.schema_version,
        })?;
        payload = (upcaster.up)(payload)?;
        version += 1;
    }
    serde_json::to_vec(&payload).map_err(shape)
}

/// Makes the enum of a stream's events and its [`EventFormat`]: each variant is named after its payload, `= n` is the
/// schema version. A `numbered` event has no payload; its number stands in the envelope. `upcasters = [..]` bring old
/// shapes up to date.
macro_rules! events {
    (
        $(#[$doc:meta])*
        pub enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $version:literal,)* }
        $($(#[$numbered_doc:meta])* numbered $numbered:ident = $numbered_version:literal)?
        $(upcasters = [$($upcaster:expr),* $(,)?])?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant($variant),)*
            $($(#[$numbered_doc])* $numbered($numbered),)?
        }

        impl $name {
            /// The names of all types, in the order of the enum.
            pub const TYPES: &'static [&'static str] = &[$(stringify!($variant),)* $(stringify!($numbered),)?];
        }

        impl $crate::event_format::EventFormat for $name {
            const UPCASTERS: &'static [$crate::event_format::Upcaster] = &[$($($upcaster,)*)?];

            fn event_type(&self) -> (&'static str, u16) {
                match self {
                    $(Self::$variant(_) => (stringify!($variant), $version),)*
                    $(Self::$numbered(_) => (stringify!($numbered), $numbered_version),)?
                }
            }

            fn payload(&self) -> Result<Vec<u8>, serde_json::Error> {
                match self {
                    $(Self::$variant(payload) => serde_json::to_vec(payload),)*
                    $(Self::$numbered($numbered { .. }) => Ok(b"{}".to_vec()),)?
                }
            }

            fn from_payload(event_type: &str, payload: &[u8]) -> Result<Self, $crate::event_format::EventError> {
                use $crate::event_format::EventError;
                match event_type {
                    $(stringify!($variant) => serde_json::from_slice(payload)
                        .map(Self::$variant)
                        .map_err(|source| EventError::Payload { event_type: event_type.to_owned(), source }),)*
                    $(stringify!($numbered) => Err(EventError::NumberMissing { event_type: event_type.to_owned() }),)?
                    _ => Err(EventError::UnknownType { event_type: event_type.to_owned() }),
                }
            }

            fn from_number(event_type: &str, number: $crate::number::ReceiptNumber) -> Option<Self> {
                let _ = (event_type, number);
                $(if event_type == stringify!($numbered) {
                    return Some(Self::$numbered($numbered { number }));
                })?
                None
            }

            fn schema_version(event_type: &str) -> Option<u16> {
                match event_type {
                    $(stringify!($variant) => Some($version),)*
                    $(stringify!($numbered) => Some($numbered_version),)?
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use events;

/// Leaves out of an event what says nothing else than its absence.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
#[expect(unreachable_pub, dead_code, reason = "OK because the macro makes what a crate shows to others")]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::ids::{CaseId, CommandId, Position, Version};
    use crate::time::Timestamp;

    /// A desk was moved, in its third shape.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub struct DeskMoved {
        floor: u8,
        room: String,
    }

    events! {
        /// An event of a stream that exists in this test only.
        pub enum DeskEvent {
            /// A desk was moved.
            DeskMoved = 3,
        }
        upcasters = [
            // The first shape was the room alone.
            Upcaster { event_type: "DeskMoved", from: 1, up: |old| Ok(json!({ "room": old })) },
            // The second had no floor: all desks stood on the ground floor.
            Upcaster {
                event_type: "DeskMoved",
                from: 2,
                up: |old| Ok(json!({ "floor": 1, "room": old["room"] })),
            },
        ]
    }

    fn read(schema_version: u16, payload: &[u8]) -> Result<DeskEvent, EventError> {
        let raw = RawRecord {
            municipality: "012025".parse().unwrap(),
            position: Position(1),
            stream: CaseId(Uuid::nil()).into(),
            version: Version(1),
            recorded_at: Timestamp::from_micros(0).unwrap(),
            command: CommandId(Uuid::nil()),
            number: None,
            event_type: "DeskMoved",
            schema_version,
            codec: Codec::Json,
            payload,
        };
        decode::<DeskEvent>(&raw).map(|recorded| recorded.event)
    }

    #[test]
    fn a_shape_of_long_ago_is_brought_up_version_by_version() {
        let moved = |floor| DeskEvent::DeskMoved(DeskMoved { floor, room: "101".to_owned() });
        assert_eq!(read(1, br#""101""#).unwrap(), moved(1));
        assert_eq!(read(2, br#"{"room":"101"}"#).unwrap(), moved(1));
        assert_eq!(read(3, br#"{"floor":2,"room":"101"}"#).unwrap(), moved(2));
        for unknown in [0, 4] {
            let refused = read(unknown, b"{}");
            assert!(
                matches!(refused, Err(EventError::UnknownVersion { schema_version, .. }) if schema_version == unknown)
            );
        }
    }
}
