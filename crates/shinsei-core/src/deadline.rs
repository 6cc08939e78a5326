//! The deadlines (期限) of a case, as the agenda keeps them: which one, in a name that is never used twice.

use std::str::FromStr;

use serde::Serialize;

use crate::agenda::{AgendaChange, Channel, Due, EntryKey};
use crate::ids::{EntryName, StreamId};
use crate::time::Timestamp;

/// A deadline of a case. What it was counted from stands in the case: when it falls due and the case has moved on, it
/// is moot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Deadline {
    /// A draft is thrown away when nobody goes on with it.
    DraftExpiry {
        /// How often it was saved.
        saves: u32,
    },
    /// The last day of a correction has passed.
    CorrectionDue {
        /// Which request of the case, from 1.
        request: u32,
    },
    /// The last day of a consultation has passed.
    ConsultationDue {
        /// Which consultation of the case, from 1.
        consultation: u32,
    },
    /// The due date of the case comes near.
    Approaching {
        /// Which due date of the case, from 1.
        due: u32,
    },
    /// The due date of the case has passed.
    Exceeded {
        /// Which due date of the case, from 1.
        due: u32,
    },
    /// The retention period is over: somebody must confirm the disposal.
    DisposalDue {
        /// The year in whose April it is over.
        year: u32,
    },
    /// The last day of a request to pay has passed.
    PaymentDue {
        /// Which request.
        notice: u32,
    },
    /// The last day on which a document can be fetched has passed.
    FetchExpiry {
        /// Which publication.
        publication: u32,
    },
    /// The calendar was changed: the due date of the case is to be counted again.
    CalendarChanged {
        /// The version that it has since.
        calendar: u32,
    },
    /// The documents of a case that was disposed of, or of a draft that was thrown away, are to be erased: the engine does so itself, and records nothing.
    Erasure,
}

impl Deadline {
    /// The name of its entry in the case's agenda.
    pub fn entry_name(self) -> EntryName {
        let (kind, ordinal) = self.parts();
        EntryName::numbered(kind, ordinal)
    }

    /// The name of its kind, as it stands in tables and in the agenda.
    pub fn name(self) -> &'static str {
        self.parts().0
    }

    /// The bytes that the agenda keeps.
    pub fn to_bytes(self) -> Vec<u8> {
        self.entry_name().as_str().as_bytes().to_vec()
    }

    /// Reads what the agenda kept.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, ordinal) = std::str::from_utf8(bytes).ok()?.split_once('/')?;
        let ordinal = u32::from_str(ordinal).ok()?;
        let read = match kind {
            "draft-expiry" => Self::DraftExpiry { saves: ordinal },
            "correction-due" => Self::CorrectionDue { request: ordinal },
            "consultation-due" => Self::ConsultationDue { consultation: ordinal },
            "deadline-approaching" => Self::Approaching { due: ordinal },
            "deadline-exceeded" => Self::Exceeded { due: ordinal },
            "disposal-due" => Self::DisposalDue { year: ordinal },
            "payment-due" => Self::PaymentDue { notice: ordinal },
            "fetch-expiry" => Self::FetchExpiry { publication: ordinal },
            "calendar-changed" => Self::CalendarChanged { calendar: ordinal },
            "erasure" => Self::Erasure,
            _ => return None,
        };
        (read.to_bytes() == bytes).then_some(read)
    }

    /// Its entry in the agenda of a case, due at an instant.
    pub(crate) fn at(self, due: Timestamp, stream: StreamId) -> AgendaChange {
        self.scheduled(Due::At(due), stream)
    }

    /// Its entry in the agenda of a case, due as soon as it is scheduled.
    pub fn at_once(self, stream: StreamId) -> AgendaChange {
        self.scheduled(Due::AtOnce, stream)
    }

    fn scheduled(self, due: Due, stream: StreamId) -> AgendaChange {
        AgendaChange::schedule(stream, self.entry_name(), Channel::Deadline, due)
    }

    /// Takes its entry off the agenda of a case.
    pub(crate) fn cancelled(self, stream: StreamId) -> AgendaChange {
        AgendaChange::Cancel(EntryKey { stream, name: self.entry_name() })
    }

    fn parts(self) -> (&'static str, u32) {
        match self {
            Self::DraftExpiry { saves } => ("draft-expiry", saves),
            Self::CorrectionDue { request } => ("correction-due", request),
            Self::ConsultationDue { consultation } => ("consultation-due", consultation),
            Self::Approaching { due } => ("deadline-approaching", due),
            Self::Exceeded { due } => ("deadline-exceeded", due),
            Self::DisposalDue { year } => ("disposal-due", year),
            Self::PaymentDue { notice } => ("payment-due", notice),
            Self::FetchExpiry { publication } => ("fetch-expiry", publication),
            Self::CalendarChanged { calendar } => ("calendar-changed", calendar),
            // OK because a case is disposed of once, and a draft that was thrown away is no case.
            Self::Erasure => ("erasure", 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_read_from_what_the_agenda_kept() {
        let deadlines = [
            Deadline::DraftExpiry { saves: 1 },
            Deadline::DraftExpiry { saves: u32::MAX },
            Deadline::DisposalDue { year: 2032 },
            Deadline::PaymentDue { notice: 2 },
            Deadline::FetchExpiry { publication: 1 },
            Deadline::CalendarChanged { calendar: 3 },
            Deadline::Erasure,
            Deadline::CorrectionDue { request: 2 },
            Deadline::ConsultationDue { consultation: 3 },
            Deadline::Approaching { due: 4 },
            Deadline::Exceeded { due: 5 },
        ];
        for deadline in deadlines {
            assert_eq!(Deadline::from_bytes(&deadline.to_bytes()), Some(deadline));
        }
        for unknown in ["draft-expiry", "draft-expiry/", "draft-expiry/01", "draft-expiry/+1", "x/1"] {
            assert_eq!(Deadline::from_bytes(unknown.as_bytes()), None, "{unknown}");
        }
        assert_eq!(Deadline::from_bytes(&[0xff, b'/', b'1']), None);
    }
}
