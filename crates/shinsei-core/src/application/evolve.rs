//! The state after an event.

use super::{
    Annex, Appeal, Application, Arrived, Closed, Decided, Disposed, Draft, FeeLedger, Hold, Issued, Last,
    Received, UnderReview, Withdrawal,
};
use crate::event::{self, CertificateIssued, DraftSaved, Event, SignatureVerified, Submitted};
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
            Event::CertificateIssued(issued) => self.issued(issued),
            Event::ResultTold(_) => self.told(at),
            Event::Closed(closed) => self.closed(closed, at),
            Event::WithdrawalRequested(_) => {
                self.with_annex(|annex| annex.withdrawal = Withdrawal::Requested { at })
            }
            Event::Withdrawn(_) => self.with_annex(|annex| annex.withdrawal = Withdrawal::Done { at }),
            Event::WithdrawalDeclined(_) => self.with_annex(|annex| annex.withdrawal = Withdrawal::NotWanted),
            Event::DecisionCorrected(corrected) => self.corrected(&corrected.outcome),
            Event::DecisionRevoked(_) => self.revoked(),
            Event::AppealFiled(filed) => {
                self.with_annex(|annex| annex.appeals.push(Appeal { kind: filed.kind, result: None }))
            }
            Event::AppealResolved(resolved) => {
                self.with_annex(|annex| annex.resolve(resolved.appeal, resolved.result))
            }
            Event::Reopened(reopened) => self.reopened(&reopened.by),
            Event::HoldPlaced(_) => self.with_annex(|annex| annex.holds.push(Hold { stands: true })),
            Event::HoldReleased(released) => self.with_annex(|annex| annex.release(released.hold)),
            Event::DisposalFellDue(_) => self.due_for_disposal(),
            Event::Disposed(disposed) => self.disposed(&disposed.by, at),
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
            | Self::Closed(_)
            | Self::Disposed(_) => return self,
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
            | Self::Closed(_)
            | Self::Disposed(_) => self,
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
        Self::Received(Received { arrived, receipt, received_at, annex: Annex::default() })
    }

    fn under_review(self, officer: &StaffId) -> Self {
        let Self::Received(received) = self else { return self };
        Self::UnderReview(UnderReview { received, officer: officer.clone() })
    }

    fn decided(self, outcome: &Outcome, reviewed_at: Timestamp) -> Self {
        let Self::UnderReview(UnderReview { mut received, .. }) = self else { return self };
        received.annex.decisions += 1;
        let outcome = outcome.clone();
        Self::Decided(Decided { received, outcome, reviewed_at, told_at: None, is_revoked: false })
    }

    fn with_fee(mut self, change: impl FnOnce(FeeLedger) -> FeeLedger) -> Self {
        if let Some(arrived) = self.arrived_mut() {
            arrived.fee = change(arrived.fee);
        }
        self
    }

    fn issued(self, issued: &CertificateIssued) -> Self {
        let Self::Decided(mut decided) = self else { return self };
        decided.received.annex.issue(issued.serial, issued.copies);
        Self::Issued(Issued { decided })
    }

    fn told(mut self, at: Timestamp) -> Self {
        if let Self::Decided(decided) | Self::Issued(Issued { decided }) = &mut self {
            decided.told_at.get_or_insert(at);
        }
        self
    }

    fn closed(self, closed: &event::Closed, closed_at: Timestamp) -> Self {
        let last = match self {
            Self::Received(received) | Self::UnderReview(UnderReview { received, .. }) => {
                Last::Undecided(received)
            }
            Self::Decided(decided) | Self::Issued(Issued { decided }) => Last::Decided(decided),
            Self::Absent
            | Self::Draft(_)
            | Self::Discarded
            | Self::Arrived(_)
            | Self::Closed(_)
            | Self::Disposed(_) => return self,
        };
        let &event::Closed { reason, retention } = closed;
        Self::Closed(Closed { last, reason, closed_at, retention, disposal_is_due: false })
    }

    fn corrected(mut self, outcome: &Outcome) -> Self {
        if let Some(decided) = self.decided_mut() {
            decided.outcome = outcome.clone();
        }
        self
    }

    fn revoked(mut self) -> Self {
        if let Some(decided) = self.decided_mut() {
            decided.is_revoked = true;
            decided.received.annex.void_all();
        }
        self
    }

    fn reopened(self, officer: &StaffId) -> Self {
        let Self::Closed(Closed { last: Last::Decided(Decided { received, .. }), .. }) = self else {
            return self;
        };
        Self::UnderReview(UnderReview { received, officer: officer.clone() })
    }

    fn due_for_disposal(mut self) -> Self {
        if let Self::Closed(closed) = &mut self {
            closed.disposal_is_due = true;
        }
        self
    }

    fn disposed(self, by: &StaffId, disposed_at: Timestamp) -> Self {
        let Self::Closed(closed) = self else { return self };
        Self::Disposed(Disposed { closed, disposed_at, by: by.clone() })
    }

    fn with_annex(mut self, change: impl FnOnce(&mut Annex)) -> Self {
        if let Some(received) = self.received_mut() {
            change(&mut received.annex);
        }
        self
    }

    fn arrived_mut(&mut self) -> Option<&mut Arrived> {
        if let Self::Arrived(arrived) = self {
            return Some(arrived);
        }
        self.received_mut().map(|received| &mut received.arrived)
    }

    /// What was received, as long as anything may change in it.
    fn received_mut(&mut self) -> Option<&mut Received> {
        match self {
            Self::Absent | Self::Draft(_) | Self::Discarded | Self::Arrived(_) | Self::Disposed(_) => None,
            Self::Received(received) | Self::UnderReview(UnderReview { received, .. }) => Some(received),
            Self::Decided(decided) | Self::Issued(Issued { decided }) => Some(&mut decided.received),
            Self::Closed(closed) => Some(closed.received_mut()),
        }
    }

    fn decided_mut(&mut self) -> Option<&mut Decided> {
        if let Self::Decided(decided)
        | Self::Issued(Issued { decided })
        | Self::Closed(Closed { last: Last::Decided(decided), .. }) = self
        {
            return Some(decided);
        }
        None
    }
}
