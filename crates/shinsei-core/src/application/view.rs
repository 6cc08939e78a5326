//! What an applicant may see of the history of a case.

use crate::event::{Event, NoteAdded, Visibility};
use crate::record::Recorded;

impl Event {
    /// True when the applicant may see it, and the documents to which it refers.
    ///
    /// What the city thinks aloud stays with it: notes for its staff, what divisions ask each other, who works on it, and
    /// drafts of decisions.
    pub fn is_for_the_applicant(&self) -> bool {
        match self {
            Self::NoteAdded(NoteAdded { visibility, .. }) => *visibility == Visibility::Public,
            Self::OfficerAssigned(_)
            | Self::ConsultationRequested(_)
            | Self::ConsultationAnswered(_)
            | Self::ConsultationOverdue(_)
            | Self::DecisionDrafted(_)
            | Self::ApprovalDelegated(_)
            | Self::DecisionSentBack(_)
            | Self::AmendmentDrafted(_)
            | Self::DeadlineApproaching(_)
            | Self::HoldPlaced(_)
            | Self::HoldReleased(_)
            | Self::DisposalFellDue(_) => false,
            Self::DraftSaved(_)
            | Self::DraftDiscarded(_)
            | Self::Submitted(_)
            | Self::SignatureVerified(_)
            | Self::ReceiptIssued(_)
            | Self::ClockStarted(_)
            | Self::ClockResumed(_)
            | Self::DeadlineExtended(_)
            | Self::DueDateRebased(_)
            | Self::DeadlineExceeded(_)
            | Self::DivisionAssigned(_)
            | Self::ReviewStarted(_)
            | Self::CorrectionRequested(_)
            | Self::Corrected(_)
            | Self::CorrectionOverdue(_)
            | Self::ReviewResumed(_)
            | Self::Transferred(_)
            | Self::Forwarded(_)
            | Self::Reviewed(_)
            | Self::FeeAssessed(_)
            | Self::FeeExempted(_)
            | Self::FeePaid(_)
            | Self::CertificateIssued(_)
            | Self::ResultTold(_)
            | Self::Closed(_)
            | Self::WithdrawalRequested(_)
            | Self::Withdrawn(_)
            | Self::WithdrawalDeclined(_)
            | Self::DecisionCorrected(_)
            | Self::DecisionRevoked(_)
            | Self::AppealFiled(_)
            | Self::AppealResolved(_)
            | Self::Reopened(_)
            | Self::Disposed(_)
            | Self::FeeNoticeIssued(_)
            | Self::PaymentFellOverdue(_)
            | Self::PaymentReversed(_)
            | Self::Refunded(_)
            | Self::RefundDeclined(_)
            | Self::VisitVerified(_)
            | Self::VisitRecorded(_)
            | Self::ElectronicDeliveryAgreed(_)
            | Self::ElectronicDeliveryDeclined(_)
            | Self::DocumentPublished(_)
            | Self::DocumentFetched(_)
            | Self::FetchExpired(_)
            | Self::DocumentDelivered(_)
            | Self::CertificateReissued(_)
            | Self::CertificateVoided(_) => true,
        }
    }
}

/// The history of a case as its applicant may see it, in order.
pub fn for_the_applicant(history: &[Recorded<Event>]) -> impl Iterator<Item = &Recorded<Event>> {
    history.iter().filter(|recorded| recorded.event.is_for_the_applicant())
}
