//! The state after an event.

use super::{Application, Arrived, Closed, Decided, Draft, FeeLedger, Issued, Received, UnderReview};
use crate::event::{CertificateSerial, CloseReason, DraftSaved, Event, SignatureVerified, Submitted};
use crate::ids::StaffId;
use crate::number::ReceiptNumber;
use crate::outcome::Outcome;
use crate::record::Recorded;
use crate::time::Timestamp;

impl Application {
    /// The state after an event. Total: an event for which a state has no place leaves it as it is, so that nothing
    /// recorded later changes an arrival, the judgement of its signature, a settled fee or when its result was told.
    #[must_use]
    pub fn evolve(self, recorded: &Recorded<Event>) -> Self {
        let at = recorded.recorded_at;
        match &recorded.event {
            Event::DraftSaved(saved) => self.saved(saved, at),
            Event::DraftDiscarded(_) => self.discarded(),
            Event::Submitted(submitted) => self.arrived(submitted, at),
            Event::SignatureVerified(signature) => self.with_signature(signature),
            Event::ReceiptIssued(receipt) => self.received(receipt.number, at),
            Event::ReviewStarted(started) => self.under_review(&started.by),
            Event::Reviewed(reviewed) => self.decided(&reviewed.outcome, at),
            Event::FeeAssessed(assessed) => self.with_fee(|fee| fee.assessed(assessed.yen)),
            Event::FeeExempted(_) => self.with_fee(FeeLedger::exempted),
            Event::FeePaid(paid) => self.with_fee(|fee| fee.paid(paid.yen)),
            Event::CertificateIssued(issued) => self.issued(issued.serial, issued.copies),
            Event::ResultTold(_) => self.told(at),
            Event::Closed(closed) => self.closed(closed.reason),
        }
    }

    fn saved(self, saved: &DraftSaved, saved_at: Timestamp) -> Self {
        let saves = match &self {
            Self::Absent => 1,
            Self::Draft(draft) => draft.saves + 1,
            Self::Discarded
            | Self::Arrived(_)
            | Self::Received(_)
            | Self::UnderReview(_)
            | Self::Decided(_)
            | Self::Issued(_)
            | Self::Closed(_) => return self,
        };
        let DraftSaved { procedure, applicant, form } = saved.clone();
        Self::Draft(Draft { procedure, applicant, form, saved_at, saves })
    }

    fn discarded(self) -> Self {
        if let Self::Draft(_) = self { Self::Discarded } else { self }
    }

    fn arrived(self, submitted: &Submitted, arrived_at: Timestamp) -> Self {
        match self {
            Self::Absent | Self::Draft(_) => Self::Arrived(Arrived::from(submitted, arrived_at)),
            Self::Discarded
            | Self::Arrived(_)
            | Self::Received(_)
            | Self::UnderReview(_)
            | Self::Decided(_)
            | Self::Issued(_)
            | Self::Closed(_) => self,
        }
    }

    fn with_signature(mut self, signature: &SignatureVerified) -> Self {
        if let Self::Arrived(arrived) = &mut self {
            arrived.signature.get_or_insert_with(|| signature.clone());
        }
        self
    }

    fn received(self, receipt: ReceiptNumber, received_at: Timestamp) -> Self {
        let Self::Arrived(arrived) = self else { return self };
        Self::Received(Received { arrived, receipt, received_at })
    }

    fn under_review(self, officer: &StaffId) -> Self {
        let Self::Received(received) = self else { return self };
        Self::UnderReview(UnderReview { received, officer: officer.clone() })
    }

    fn decided(self, outcome: &Outcome, reviewed_at: Timestamp) -> Self {
        let Self::UnderReview(UnderReview { received, .. }) = self else { return self };
        Self::Decided(Decided { received, outcome: outcome.clone(), reviewed_at, told_at: None })
    }

    fn with_fee(mut self, change: impl FnOnce(FeeLedger) -> FeeLedger) -> Self {
        if let Some(arrived) = self.arrived_mut() {
            arrived.fee = change(arrived.fee);
        }
        self
    }

    fn issued(self, serial: CertificateSerial, copies: u32) -> Self {
        let Self::Decided(decided) = self else { return self };
        Self::Issued(Issued { decided, serial, copies })
    }

    fn told(mut self, at: Timestamp) -> Self {
        if let Self::Decided(decided) | Self::Issued(Issued { decided, .. }) = &mut self {
            decided.told_at.get_or_insert(at);
        }
        self
    }

    fn closed(self, reason: CloseReason) -> Self {
        match self {
            Self::Decided(decided) => Self::Closed(Closed { decided, serial: None, reason }),
            Self::Issued(Issued { decided, serial, .. }) => {
                Self::Closed(Closed { decided, serial: Some(serial), reason })
            }
            Self::Absent
            | Self::Draft(_)
            | Self::Discarded
            | Self::Arrived(_)
            | Self::Received(_)
            | Self::UnderReview(_)
            | Self::Closed(_) => self,
        }
    }

    fn arrived_mut(&mut self) -> Option<&mut Arrived> {
        match self {
            Self::Absent | Self::Draft(_) | Self::Discarded => None,
            Self::Arrived(arrived) => Some(arrived),
            Self::Received(received) | Self::UnderReview(UnderReview { received, .. }) => {
                Some(&mut received.arrived)
            }
            Self::Decided(decided)
            | Self::Issued(Issued { decided, .. })
            | Self::Closed(Closed { decided, .. }) => Some(&mut decided.received.arrived),
        }
    }
}
