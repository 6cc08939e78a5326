//! The state after an event.

use super::{
    Amending, Annex, Application, Arrived, AwaitingApproval, AwaitingCorrection, Clock, Closed, Decided,
    Desk, Disposed, Draft, FeeLedger, Forwarded, Hold, Issued, Last, PaidFor, Received, UnderReview, Warned,
    Withdrawal,
};
use crate::due::DueDate;
use crate::event::{
    self, AmendmentDrafted, CertificateIssued, Corrected, CorrectionItem, CorrectionRequested,
    DecisionDrafted, DraftSaved, Event, FeePaid, SignatureVerified, Submitted,
};
use crate::ids::StaffId;
use crate::number::ReceiptNumber;
use crate::outcome::{NonEmpty, Outcome, Reason};
use crate::record::Recorded;
use crate::time::Timestamp;

impl Application {
    /// The state after an event. Total: an event for which a state has no place leaves it as it is, so that nothing
    /// recorded later changes an arrival, the judgement of its signature, a settled fee or when its result was told.
    #[must_use]
    pub fn evolve(self, recorded: &Recorded<Event>) -> Self {
        self.with(&recorded.event, recorded.recorded_at)
    }

    /// The same for an event that is recorded at a time, of which nothing else counts.
    pub(crate) fn with(self, event: &Event, at: Timestamp) -> Self {
        match event {
            Event::DraftSaved(saved) => self.saved(saved, at),
            Event::DraftDiscarded(_) => self.discarded(),
            Event::Submitted(submitted) => self.arrived(submitted, at),
            Event::SignatureVerified(signature) => self.with_signature(signature),
            Event::ReceiptIssued(receipt) => self.received(receipt.number, at),
            Event::ClockStarted(started) => self.due(&started.due),
            Event::ClockResumed(resumed) => self.due(&resumed.due),
            Event::DeadlineExtended(extended) => self.with_desk(|desk| desk.extend(&extended.due)),
            Event::DueDateRebased(rebased) => self.rebased_to(&rebased.due),
            Event::DeadlineApproaching(_) => self.with_clock(|clock| clock.warn(Warned::Approaching)),
            Event::DeadlineExceeded(_) => self.with_clock(|clock| clock.warn(Warned::Exceeded)),
            Event::DivisionAssigned(assigned) => self.with_desk(|desk| desk.assign(&assigned.division)),
            Event::OfficerAssigned(assigned) => self.with_officer(&assigned.officer),
            Event::NoteAdded(_) => self.with_desk(|desk| desk.notes += 1),
            Event::ReviewStarted(started) => self.under_review(&started.by),
            Event::CorrectionRequested(request) => self.awaiting_correction(request, at),
            Event::Corrected(corrected) => self.corrected(corrected, at),
            Event::CorrectionOverdue(_) => self.overdue(),
            Event::ReviewResumed(_) => self.resumed(at),
            Event::ConsultationRequested(asked) => self.with_desk(|desk| desk.consult(asked, at)),
            Event::ConsultationAnswered(answered) => self.with_desk(|desk| desk.answer(answered, at)),
            Event::ConsultationOverdue(overdue) => self.with_desk(|desk| desk.overdue(overdue.consultation)),
            Event::Transferred(transferred) => self.with_desk(|desk| desk.transfer(&transferred.to)),
            Event::Forwarded(forwarded) => self.forwarded(forwarded, at),
            Event::DecisionDrafted(drafted) => self.drafted(drafted),
            Event::ApprovalDelegated(delegated) => self.delegated(&delegated.to),
            Event::DecisionSentBack(_) => self.sent_back(),
            Event::Reviewed(reviewed) => self.decided(&reviewed.outcome, at),
            Event::FeeAssessed(assessed) => self.with_fee(|fee| fee.assessed(assessed.yen)),
            Event::FeeExempted(_) => self.with_fee(FeeLedger::exempted),
            Event::FeePaid(paid) => self.paid(paid),
            Event::CertificateIssued(issued) => self.issued(issued),
            Event::ResultTold(_) => self.told(at),
            Event::Closed(closed) => self.closed(closed, at),
            Event::WithdrawalRequested(_) => self.with_withdrawal(Withdrawal::Requested { at }),
            Event::Withdrawn(_) => self.with_withdrawal(Withdrawal::Done { at }),
            Event::WithdrawalDeclined(_) => self.with_annex(Annex::decline_withdrawal),
            Event::AmendmentDrafted(drafted) => self.amending(drafted),
            Event::DecisionCorrected(corrected) => self.mended(&corrected.outcome),
            Event::DecisionRevoked(revoked) => self.revoked(&revoked.reasons),
            Event::AppealFiled(filed) => self.with_annex(|annex| annex.appeal(filed.kind)),
            Event::AppealResolved(resolved) => self.with_annex(|annex| annex.resolve(resolved)),
            Event::Reopened(reopened) => self.reopened(&reopened.by),
            Event::HoldPlaced(_) => self.with_annex(|annex| annex.holds.push(Hold { stands: true })),
            Event::HoldReleased(released) => self.with_annex(|annex| annex.release(released.hold)),
            Event::DisposalFellDue(_) => self.due_for_disposal(),
            Event::Disposed(disposed) => self.disposed(&disposed.by, at),
            Event::FeeNoticeIssued(issued) => self.with_annex(|annex| annex.ask_to_pay(issued.due_on)),
            Event::PaymentFellOverdue(overdue) => self.with_annex(|annex| annex.fall_overdue(overdue.notice)),
            Event::PaymentReversed(reversed) => self.reversed(reversed.payment),
            Event::Refunded(refunded) => self.with_annex(|annex| annex.refund(refunded)),
            Event::RefundDeclined(declined) => self.with_annex(|annex| annex.decline_refund(declined)),
            Event::VisitVerified(_) => self.with_annex(|annex| annex.visitor_is_verified = true),
            Event::VisitRecorded(visit) => self.with_annex(|annex| annex.visits.push(visit.purpose)),
            Event::ElectronicDeliveryAgreed(_) => self.with_electronic_delivery(true),
            Event::ElectronicDeliveryDeclined(_) => self.with_electronic_delivery(false),
            Event::DocumentPublished(published) => self.with_annex(|annex| annex.publish(published)),
            Event::DocumentFetched(fetched) => self.with_annex(|annex| annex.fetch(fetched.publication)),
            Event::FetchExpired(expired) => self.with_annex(|annex| annex.expire(expired.publication)),
            Event::DocumentDelivered(_) => self.with_annex(|annex| annex.document_is_delivered = true),
            Event::CertificateReissued(reissued) => self.with_annex(|annex| annex.reissue(reissued)),
            Event::CertificateVoided(voided) => self.with_annex(|annex| annex.void_one(voided)),
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
        Self::Received(Received { arrived, receipt, received_at, annex: Annex::default() })
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
        let field = |item: &CorrectionItem| item.field.as_deref().and_then(|field| field.parse().ok());
        let items = request.items.as_slice().iter().map(field).collect();
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
        arrived.flaws.clone_from(&corrected.flaws);
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
        } else if let Some(decided) = self.decided_mut()
            && let Some(amending) = &mut decided.received.annex.amending
        {
            amending.approver = to.clone();
        }
        self
    }

    fn amending(mut self, drafted: &AmendmentDrafted) -> Self {
        if let Some(decided) = self.decided_mut() {
            let AmendmentDrafted { amendment, by: drafted_by, approver } = drafted.clone();
            decided.received.annex.amending = Some(Amending { amendment, drafted_by, approver });
        }
        self
    }

    fn sent_back(mut self) -> Self {
        if let Some(decided) = self.decided_mut() {
            decided.received.annex.amending = None;
        }
        let Self::AwaitingApproval(AwaitingApproval { received, .. }) = self else { return self };
        Self::UnderReview(UnderReview { received })
    }

    fn decided(self, outcome: &Outcome, reviewed_at: Timestamp) -> Self {
        let (Self::UnderReview(UnderReview { mut received })
        | Self::AwaitingApproval(AwaitingApproval { mut received, .. })) = self
        else {
            return self;
        };
        received.annex.decisions += 1;
        // What was handed over upon the decision before goes with it.
        received.annex.void_all();
        received.annex.rule();
        let outcome = outcome.clone();
        Self::Decided(Decided { received, outcome, reviewed_at, told_at: None, revocation: None })
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

    /// A payment for which nothing was due has no place, unless it was recorded as one.
    fn paid(mut self, paid: &FeePaid) -> Self {
        let Some(received) = self.received_mut() else { return self };
        if let Some(payment) = paid.repays {
            received.annex.pay(paid.yen, paid.reference, PaidFor::Refund { payment });
        } else if paid.surplus {
            received.annex.pay(paid.yen, paid.reference, PaidFor::Nothing);
        } else if received.arrived.fee.due().is_some() {
            received.arrived.fee = received.arrived.fee.paid(paid.yen);
            received.annex.pay(paid.yen, paid.reference, PaidFor::Fee);
        }
        self
    }

    fn with_clock(self, change: impl FnOnce(&mut Clock)) -> Self {
        self.with_desk(|desk| change(&mut desk.clock))
    }

    fn due(self, due: &DueDate) -> Self {
        self.with_clock(|clock| clock.set(due))
    }

    /// Of what was forwarded it is the agency's due date.
    fn rebased_to(mut self, due: &DueDate) -> Self {
        if let Self::Forwarded(forwarded) = &mut self {
            forwarded.due = Some(due.clone());
            return self;
        }
        self.due(due)
    }

    fn with_officer(self, officer: &StaffId) -> Self {
        self.with_desk(|desk| desk.officer = Some(officer.clone()))
    }

    fn reversed(mut self, payment: u32) -> Self {
        if let Some(received) = self.received_mut()
            && received.annex.reverse(payment)
        {
            received.arrived.fee = received.arrived.fee.reversed();
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
            Self::Received(received)
            | Self::UnderReview(UnderReview { received })
            | Self::AwaitingCorrection(AwaitingCorrection { received, .. })
            | Self::AwaitingApproval(AwaitingApproval { received, .. })
            | Self::Forwarded(Forwarded { received, .. }) => Last::Undecided(received),
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

    fn mended(mut self, outcome: &Outcome) -> Self {
        if let Some(decided) = self.decided_mut() {
            decided.outcome = outcome.clone();
            decided.received.annex.rule();
        }
        self
    }

    fn revoked(mut self, reasons: &NonEmpty<Reason>) -> Self {
        if let Some(decided) = self.decided_mut() {
            decided.revocation.get_or_insert_with(|| reasons.clone());
            decided.received.annex.rule();
            decided.received.annex.void_all();
        }
        self
    }

    fn reopened(self, officer: &StaffId) -> Self {
        let Self::Closed(Closed { last: Last::Decided(Decided { mut received, .. }), .. }) = self else {
            return self;
        };
        received.arrived.desk.officer = Some(officer.clone());
        received.arrived.desk.clock.end();
        received.annex.amending = None;
        Self::UnderReview(UnderReview { received })
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

    fn with_withdrawal(self, withdrawal: Withdrawal) -> Self {
        self.with_annex(|annex| annex.withdrawal = withdrawal)
    }

    fn with_electronic_delivery(self, agreed: bool) -> Self {
        self.with_annex(|annex| annex.electronic_delivery = Some(agreed))
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
            Self::Received(received)
            | Self::UnderReview(UnderReview { received })
            | Self::AwaitingCorrection(AwaitingCorrection { received, .. })
            | Self::AwaitingApproval(AwaitingApproval { received, .. })
            | Self::Forwarded(Forwarded { received, .. }) => Some(received),
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
