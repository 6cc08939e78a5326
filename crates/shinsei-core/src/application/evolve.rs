//! The state after an event.

use super::{
    Application, Arrived, AwaitingApproval, AwaitingCorrection, Clock, Closed, Decided, Desk, Draft,
    FeeLedger, Forwarded, Issued, Received, UnderReview, Warned,
};
use crate::event::{
    self, CertificateSerial, CloseReason, Corrected, CorrectionRequested, DecisionDrafted, DraftSaved, Event,
    SignatureVerified, Submitted,
};
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
            Event::ClockStarted(started) => self.with_clock(|clock| clock.set(&started.due)),
            Event::ClockResumed(resumed) => self.with_clock(|clock| clock.set(&resumed.due)),
            Event::DeadlineExtended(extended) => self.with_desk(|desk| {
                desk.extensions += 1;
                desk.clock.set(&extended.due);
            }),
            Event::DueDateRebased(rebased) => self.with_clock(|clock| clock.set(&rebased.due)),
            Event::DeadlineApproaching(_) => self.with_clock(|clock| clock.warn(Warned::Approaching)),
            Event::DeadlineExceeded(_) => self.with_clock(|clock| clock.warn(Warned::Exceeded)),
            Event::DivisionAssigned(assigned) => self.with_desk(|desk| desk.assign(&assigned.division)),
            Event::OfficerAssigned(assigned) => self.with_officer(&assigned.officer),
            Event::NoteAdded(_) => self,
            Event::ReviewStarted(started) => self.under_review(&started.by),
            Event::CorrectionRequested(request) => self.awaiting_correction(request, at),
            Event::Corrected(corrected) => self.corrected(corrected, at),
            Event::CorrectionOverdue(_) => self.overdue(),
            Event::ReviewResumed(_) => self.resumed(at),
            Event::ConsultationRequested(asked) => self.with_desk(|desk| desk.consult(asked, at)),
            Event::ConsultationAnswered(answered) => {
                self.with_desk(|desk| desk.answer(answered.consultation, at))
            }
            Event::ConsultationOverdue(overdue) => self.with_desk(|desk| desk.overdue(overdue.consultation)),
            Event::Transferred(transferred) => self.with_desk(|desk| desk.transfer(&transferred.to)),
            Event::Forwarded(forwarded) => self.forwarded(forwarded, at),
            Event::DecisionDrafted(drafted) => self.drafted(drafted),
            Event::ApprovalDelegated(delegated) => self.delegated(&delegated.to),
            Event::DecisionSentBack(_) => self.sent_back(),
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
        let before = if let Self::Draft(draft) = &self { Some(draft.saves) } else { None };
        if before.is_none() && self != Self::Absent {
            return self;
        }
        let saves = before.unwrap_or(0) + 1;
        let DraftSaved { procedure, applicant, form } = saved.clone();
        Self::Draft(Draft { procedure, applicant, form, saved_at, saves })
    }

    fn discarded(self) -> Self {
        if let Self::Draft(_) = self { Self::Discarded } else { self }
    }

    fn arrived(self, submitted: &Submitted, recorded_at: Timestamp) -> Self {
        if let Self::Absent | Self::Draft(_) = self {
            return Self::Arrived(Arrived::from(submitted, recorded_at));
        }
        self
    }

    /// Of the form in force: at arrival, or in the commit of a correction.
    fn with_signature(mut self, signature: &SignatureVerified) -> Self {
        if let Some(arrived) = self.arrived_mut() {
            arrived.signature.get_or_insert_with(|| signature.clone());
        }
        self
    }

    fn received(self, receipt: ReceiptNumber, received_at: Timestamp) -> Self {
        let Self::Arrived(arrived) = self else { return self };
        Self::Received(Received { arrived, receipt, received_at })
    }

    fn under_review(self, officer: &StaffId) -> Self {
        let Self::Received(mut received) = self else { return self };
        received.arrived.desk.officer.get_or_insert_with(|| officer.clone());
        Self::UnderReview(UnderReview { received })
    }

    fn awaiting_correction(self, request: &CorrectionRequested, at: Timestamp) -> Self {
        let Self::UnderReview(UnderReview { mut received }) = self else { return self };
        received.arrived.desk.corrections += 1;
        received.arrived.desk.clock.pause(at);
        // OK because a request has far fewer items than that.
        let items = u32::try_from(request.items.as_slice().len()).unwrap_or(u32::MAX);
        let CorrectionRequested { due, kind, .. } = *request;
        Self::AwaitingCorrection(AwaitingCorrection { received, items, due, kind, is_overdue: false })
    }

    /// The signature of the form before is void; that of the new one follows in the same commit.
    fn corrected(self, corrected: &Corrected, at: Timestamp) -> Self {
        let Self::AwaitingCorrection(AwaitingCorrection { mut received, .. }) = self else { return self };
        let arrived = &mut received.arrived;
        arrived.form = corrected.form;
        arrived.form_version += 1;
        arrived.quantity = corrected.quantity;
        arrived.signature = None;
        arrived.desk.clock.go_on(at);
        Self::UnderReview(UnderReview { received })
    }

    fn overdue(mut self) -> Self {
        if let Self::AwaitingCorrection(awaiting) = &mut self {
            awaiting.is_overdue = true;
        }
        self
    }

    fn resumed(self, at: Timestamp) -> Self {
        let Self::AwaitingCorrection(AwaitingCorrection { mut received, .. }) = self else { return self };
        received.arrived.desk.clock.go_on(at);
        Self::UnderReview(UnderReview { received })
    }

    fn forwarded(self, forwarded: &event::Forwarded, forwarded_at: Timestamp) -> Self {
        let (Self::Received(received) | Self::UnderReview(UnderReview { received })) = self else {
            return self;
        };
        let event::Forwarded { agency, due, .. } = forwarded.clone();
        Self::Forwarded(Forwarded { received, agency, forwarded_at, due })
    }

    fn drafted(self, drafted: &DecisionDrafted) -> Self {
        let Self::UnderReview(UnderReview { received }) = self else { return self };
        let DecisionDrafted { outcome, inspected_on, by, approver } = drafted.clone();
        Self::AwaitingApproval(AwaitingApproval { received, outcome, inspected_on, drafted_by: by, approver })
    }

    fn delegated(mut self, to: &StaffId) -> Self {
        if let Self::AwaitingApproval(awaiting) = &mut self {
            awaiting.approver = to.clone();
        }
        self
    }

    fn sent_back(self) -> Self {
        let Self::AwaitingApproval(AwaitingApproval { received, .. }) = self else { return self };
        Self::UnderReview(UnderReview { received })
    }

    fn decided(self, outcome: &Outcome, reviewed_at: Timestamp) -> Self {
        let (Self::UnderReview(UnderReview { received })
        | Self::AwaitingApproval(AwaitingApproval { received, .. })) = self
        else {
            return self;
        };
        Self::Decided(Decided { received, outcome: outcome.clone(), reviewed_at, told_at: None })
    }

    fn with_fee(mut self, change: impl FnOnce(FeeLedger) -> FeeLedger) -> Self {
        if let Some(arrived) = self.arrived_mut() {
            arrived.fee = change(arrived.fee);
        }
        self
    }

    fn with_desk(mut self, change: impl FnOnce(&mut Desk)) -> Self {
        if let Some(arrived) = self.arrived_mut() {
            change(&mut arrived.desk);
        }
        self
    }

    fn with_clock(self, change: impl FnOnce(&mut Clock)) -> Self {
        self.with_desk(|desk| change(&mut desk.clock))
    }

    fn with_officer(self, officer: &StaffId) -> Self {
        self.with_desk(|desk| desk.officer = Some(officer.clone()))
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
        let (decided, serial) = match self {
            Self::Decided(decided) => (decided, None),
            Self::Issued(Issued { decided, serial, .. }) => (decided, Some(serial)),
            Self::Absent
            | Self::Draft(_)
            | Self::Discarded
            | Self::Arrived(_)
            | Self::Received(_)
            | Self::UnderReview(_)
            | Self::AwaitingCorrection(_)
            | Self::AwaitingApproval(_)
            | Self::Forwarded(_)
            | Self::Closed(_) => return self,
        };
        Self::Closed(Closed { decided, serial, reason })
    }

    fn arrived_mut(&mut self) -> Option<&mut Arrived> {
        match self {
            Self::Absent | Self::Draft(_) | Self::Discarded => None,
            Self::Arrived(arrived) => Some(arrived),
            Self::Received(received)
            | Self::UnderReview(UnderReview { received })
            | Self::AwaitingCorrection(AwaitingCorrection { received, .. })
            | Self::AwaitingApproval(AwaitingApproval { received, .. })
            | Self::Forwarded(Forwarded { received, .. }) => Some(&mut received.arrived),
            Self::Decided(decided)
            | Self::Issued(Issued { decided, .. })
            | Self::Closed(Closed { decided, .. }) => Some(&mut decided.received.arrived),
        }
    }
}
