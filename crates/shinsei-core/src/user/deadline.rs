//! What falls due for a registration, as the agenda keeps it.

use serde::Serialize;

use crate::agenda::{AgendaChange, Channel, Due, EntryKey};
use crate::ids::{EntryName, StreamId};

/// What falls due for a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum UserDeadline {
    /// The link that confirms an address works no longer.
    Confirmation {
        /// Which address.
        ordinal: u32,
    },
    /// The user has not signed in for long.
    Dormancy {
        /// How often they had.
        sightings: u32,
    },
    /// The dormant user has not come back.
    Purge {
        /// How often they had signed in.
        sightings: u32,
    },
    /// The documents of a registration that is gone are to be erased: the engine does so itself, and records nothing.
    Erasure,
}

impl UserDeadline {
    /// The bytes that the agenda keeps.
    pub fn to_bytes(self) -> Vec<u8> {
        self.name().as_str().as_bytes().to_vec()
    }

    /// Reads what the agenda kept.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, ordinal) = std::str::from_utf8(bytes).ok()?.split_once('/')?;
        let ordinal = ordinal.parse().ok()?;
        let read = match kind {
            "confirmation" => Self::Confirmation { ordinal },
            "dormancy" => Self::Dormancy { sightings: ordinal },
            "purge" => Self::Purge { sightings: ordinal },
            "erasure" => Self::Erasure,
            _ => return None,
        };
        (read.to_bytes() == bytes).then_some(read)
    }

    /// Its entry in the agenda of a user.
    pub(super) fn at(self, due: Due, stream: StreamId) -> AgendaChange {
        AgendaChange::schedule(stream, self.name(), Channel::Deadline, due)
    }

    /// Takes its entry off the agenda of a user.
    pub(super) fn cancelled(self, stream: StreamId) -> AgendaChange {
        AgendaChange::Cancel(EntryKey { stream, name: self.name() })
    }

    fn name(self) -> EntryName {
        match self {
            Self::Confirmation { ordinal } => EntryName::numbered("confirmation", ordinal),
            Self::Dormancy { sightings } => EntryName::numbered("dormancy", sightings),
            Self::Purge { sightings } => EntryName::numbered("purge", sightings),
            Self::Erasure => EntryName::numbered("erasure", 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_falls_due_is_read_from_what_the_agenda_kept() {
        for deadline in [
            UserDeadline::Confirmation { ordinal: 1 },
            UserDeadline::Dormancy { sightings: 0 },
            UserDeadline::Purge { sightings: u32::MAX },
            UserDeadline::Erasure,
        ] {
            assert_eq!(UserDeadline::from_bytes(&deadline.to_bytes()), Some(deadline));
        }
        for unknown in ["dormancy", "dormancy/01", "erasure/2", "x/1", ""] {
            assert_eq!(UserDeadline::from_bytes(unknown.as_bytes()), None, "{unknown}");
        }
    }
}
