//! Where a case stands, in a word.

use super::{Application, Closed, Issued};
use crate::event::CloseReason;
use crate::rejection::StateName;

impl Application {
    /// Where the case stands.
    pub fn name(&self) -> StateName {
        match self {
            Self::Absent => StateName::Absent,
            Self::Draft(_) => StateName::Draft,
            Self::Discarded => StateName::Discarded,
            Self::Arrived(_) => StateName::Arrived,
            Self::Received(_) => StateName::Received,
            Self::UnderReview(_) => StateName::UnderReview,
            Self::AwaitingCorrection(_) => StateName::AwaitingCorrection,
            Self::AwaitingApproval(_) => StateName::AwaitingApproval,
            Self::Forwarded(_) => StateName::Forwarded,
            Self::Decided(_) => StateName::Decided,
            Self::Issued(_) => StateName::Issued,
            Self::Closed(_) => StateName::Closed,
            Self::Disposed(_) => StateName::Disposed,
        }
    }

    /// What the applicant reads: the state, and what is outstanding in it.
    pub fn label(&self) -> &'static str {
        if let Self::Closed(Closed { reason: CloseReason::Withdrawn, .. }) = self {
            return "取下げ済";
        }
        let (pays, fetches) = match self {
            Self::Received(received) => (received.arrived.fee.due().is_some(), false),
            Self::Decided(decided) if decided.is_favourable() => {
                (decided.received.arrived.fee.settled().is_err(), decided.has_deliverable())
            }
            Self::Issued(Issued { decided }) => (decided.is_owed_a_fee(), false),
            Self::Absent
            | Self::Draft(_)
            | Self::Discarded
            | Self::Arrived(_)
            | Self::UnderReview(_)
            | Self::AwaitingCorrection(_)
            | Self::AwaitingApproval(_)
            | Self::Forwarded(_)
            | Self::Decided(_)
            | Self::Closed(_)
            | Self::Disposed(_) => (false, false),
        };
        if pays {
            "手数料の納付待ち"
        } else if fetches {
            "交付準備完了"
        } else {
            self.name().label()
        }
    }
}
