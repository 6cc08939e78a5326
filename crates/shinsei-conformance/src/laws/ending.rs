//! Laws of the end of a case: withdrawal, what may come after, retention, disposal.

use shinsei_core::application::{Application, Withdrawal};
use shinsei_core::event::Event;
use shinsei_core::time::FiscalYear;

use super::before;
use crate::life::Life;

/// After `Closed` a case is contested, corrected, served again, paid for late, kept or reopened, and nothing else; after `Disposed`, and after a draft
/// was thrown away, nothing at all.
///
/// # Panics
/// When it is broken.
pub fn nothing_happens_after_the_end(life: &Life) {
    for (state, recorded) in life.states().into_iter().zip(life.history()) {
        let may_come = match state {
            Application::Closed(_) => comes_after_the_end(&recorded.event),
            Application::Disposed(_) | Application::Discarded => false,
            Application::Absent
            | Application::Draft(_)
            | Application::Arrived(_)
            | Application::Received(_)
            | Application::UnderReview(_)
            | Application::AwaitingCorrection(_)
            | Application::AwaitingApproval(_)
            | Application::Forwarded(_)
            | Application::Decided(_)
            | Application::Issued(_) => true,
        };
        assert!(may_come, "something happened after the end: {:?}", recorded.event);
    }
}

fn comes_after_the_end(event: &Event) -> bool {
    match event {
        Event::AmendmentDrafted(_)
        | Event::ApprovalDelegated(_)
        | Event::DecisionSentBack(_)
        | Event::DecisionCorrected(_)
        | Event::DecisionRevoked(_)
        | Event::AppealFiled(_)
        | Event::AppealResolved(_)
        | Event::Reopened(_)
        | Event::HoldPlaced(_)
        | Event::HoldReleased(_)
        | Event::DisposalFellDue(_)
        | Event::FeePaid(_)
        | Event::FeeExempted(_)
        | Event::FeeNoticeIssued(_)
        | Event::PaymentFellOverdue(_)
        | Event::PaymentReversed(_)
        | Event::Refunded(_)
        | Event::RefundDeclined(_)
        | Event::VisitVerified(_)
        | Event::DocumentDelivered(_)
        | Event::DocumentPublished(_)
        | Event::DocumentFetched(_)
        | Event::FetchExpired(_)
        | Event::CertificateReissued(_)
        | Event::CertificateVoided(_)
        | Event::Disposed(_) => true,
        Event::ClockStarted(_)
        | Event::ClockResumed(_)
        | Event::DeadlineExtended(_)
        | Event::DueDateRebased(_)
        | Event::DeadlineApproaching(_)
        | Event::DeadlineExceeded(_)
        | Event::DivisionAssigned(_)
        | Event::OfficerAssigned(_)
        | Event::NoteAdded(_)
        | Event::CorrectionRequested(_)
        | Event::Corrected(_)
        | Event::CorrectionOverdue(_)
        | Event::ReviewResumed(_)
        | Event::ConsultationRequested(_)
        | Event::ConsultationAnswered(_)
        | Event::ConsultationOverdue(_)
        | Event::Transferred(_)
        | Event::Forwarded(_)
        | Event::DecisionDrafted(_)
        | Event::DraftSaved(_)
        | Event::DraftDiscarded(_)
        | Event::Submitted(_)
        | Event::SignatureVerified(_)
        | Event::ReceiptIssued(_)
        | Event::ReviewStarted(_)
        | Event::Reviewed(_)
        | Event::FeeAssessed(_)
        | Event::CertificateIssued(_)
        | Event::ResultTold(_)
        | Event::Closed(_)
        | Event::WithdrawalRequested(_)
        | Event::Withdrawn(_)
        | Event::WithdrawalDeclined(_)
        | Event::VisitRecorded(_)
        | Event::ElectronicDeliveryAgreed(_)
        | Event::ElectronicDeliveryDeclined(_) => false,
    }
}

/// A withdrawal comes before every decision, and no decision passes a request that nobody has answered.
///
/// # Panics
/// When it is broken.
pub fn what_is_decided_is_not_withdrawn(life: &Life) {
    for state in before(life, |event| matches!(event, Event::WithdrawalRequested(_) | Event::Withdrawn(_))) {
        let received = state.receipt().expect("what is withdrawn was received");
        assert_eq!((state.decision(), received.annex.decisions), (None, 0), "a decision was withdrawn");
    }
    for state in before(life, |event| matches!(event, Event::Reviewed(_))) {
        let received = state.receipt().expect("what is decided was received");
        assert_eq!(received.annex.withdrawal, Withdrawal::NotWanted, "a request to withdraw was passed over");
    }
}

/// The retention period of a completed case is that of its terms, counted from the fiscal year in which it was recorded.
///
/// # Panics
/// When it is broken.
pub fn a_case_is_kept_as_its_terms_say(life: &Life) {
    for recorded in life.history() {
        let Event::Closed(closed) = &recorded.event else { continue };
        let terms = &life.state().arrival().expect("what ended had arrived").terms;
        assert_eq!(
            closed.retention,
            terms.retention.after(FiscalYear::of(recorded.recorded_at)),
            "retention"
        );
    }
}

/// A case is disposed of after its retention period, under no hold, and while no appeal is pending.
///
/// # Panics
/// When it is broken.
pub fn nothing_is_disposed_of_before_its_time(life: &Life) {
    for (state, recorded) in life.states().into_iter().zip(life.history()) {
        if !matches!(recorded.event, Event::Disposed(_)) {
            continue;
        }
        let Application::Closed(closed) = state else { panic!("disposed of, yet not closed") };
        let retention = closed.retention.expect("what is kept for good is not disposed of");
        assert!(recorded.recorded_at.date_jst() >= retention.until, "disposed of before its time");
        assert_eq!(closed.received().annex.may_be_disposed_of(), Ok(()), "something stood in the way");
    }
}

/// A disposed case says the same of itself as before: its number, its times, its outcome.
///
/// # Panics
/// When it is broken.
pub fn a_disposed_case_still_reads(life: &Life) {
    for (before, after) in life.states().iter().zip(life.states().iter().skip(1)) {
        if let (Application::Closed(closed), Application::Disposed(disposed)) = (before, after) {
            assert_eq!(*closed, disposed.closed, "a disposal changed what is recorded");
            assert_eq!((before.receipt(), before.decision()), (after.receipt(), after.decision()));
        }
    }
}

/// Whoever approved a reopening is another person than who reviews.
///
/// # Panics
/// When it is broken.
pub fn whoever_reopens_is_not_alone(life: &Life) {
    for recorded in life.history() {
        let Event::Reopened(reopened) = &recorded.event else { continue };
        assert_ne!(reopened.by, reopened.approver, "who reviews approved the reopening");
    }
}
