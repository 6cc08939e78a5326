//! What falls due for a mandate, as the agenda keeps it. Each happens once, so that its name needs no ordinal.

use serde::Serialize;

use crate::agenda::{AgendaChange, Channel, Due, EntryKey};
use crate::ids::{EntryName, StreamId};

/// What falls due for a mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum MandateDeadline {
    /// Its last day is over.
    Expiry,
    /// The time is over for which it is kept after its end.
    Disposal,
    /// The documents of a mandate that was disposed of are to be erased: the engine does so itself, and records nothing.
    Erasure,
}

impl MandateDeadline {
    /// All that there are.
    pub const ALL: [Self; 3] = [Self::Expiry, Self::Disposal, Self::Erasure];

    /// Reads what the agenda kept.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|deadline| deadline.name().as_bytes() == bytes)
    }

    /// Its entry in the agenda of a mandate.
    pub(super) fn at(self, due: Due, stream: StreamId) -> AgendaChange {
        AgendaChange::schedule(stream, EntryName::constant(self.name()), Channel::Deadline, due)
    }

    /// Takes its entry off the agenda of a mandate.
    pub(super) fn cancelled(self, stream: StreamId) -> AgendaChange {
        AgendaChange::Cancel(EntryKey { stream, name: EntryName::constant(self.name()) })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Expiry => "expiry",
            Self::Disposal => "disposal",
            Self::Erasure => "erasure",
        }
    }
}
