//! The end of a case (完了): by itself when nothing is left to do, by an officer where something never will be done.

use super::decision::{CaseDecision, after, events};
use super::guard::decided_or_issued;
use crate::application::{Application, Decided, Forwarded};
use crate::decider::{Context, Decision};
use crate::event::{CloseReason, Closed, Event};
use crate::event_format::Proposed;
use crate::rejection::Rejection;

/// 完了: by an officer, of what was never fetched, whose fee is collected elsewhere, or which another agency decides; all
/// else ends by itself.
pub(super) fn close(state: &Application, reason: CloseReason, context: &Context<'_>) -> CaseDecision {
    if let Application::Forwarded(Forwarded { received, .. }) = state {
        context.actor.officer_of(received.arrived.in_charge())?;
        return match reason {
            CloseReason::Completed => events([closed_for(reason)]),
            CloseReason::NotCollected
            | CloseReason::LeftToCollection
            | CloseReason::Withdrawn
            | CloseReason::Revoked => Err(Rejection::StillDue),
        };
    }
    let decided = decided_or_issued(state)?;
    context.actor.officer_of(decided.received.arrived.in_charge())?;
    let is_handed_over = matches!(state, Application::Issued(_));
    let waits_for_the_hand_over = decided.owes_a_hand_over() && !is_handed_over;
    let may = decided.told_at.is_some()
        && !decided.owes_a_document()
        && match reason {
            CloseReason::NotCollected => waits_for_the_hand_over,
            CloseReason::LeftToCollection => {
                !waits_for_the_hand_over
                    && decided.is_owed_a_fee()
                    && decided.received.annex.payment_is_overdue()
            }
            CloseReason::Completed | CloseReason::Withdrawn | CloseReason::Revoked => false,
        };
    if may { events([closed_for(reason)]) } else { Err(Rejection::StillDue) }
}

/// Ends a case whose applicant was told, owes nothing and is owed nothing: one place for all that may happen last.
///
/// The case is folded once more only where each thing that it waits for may come with the decision: most commands to a decided
/// case bring none of them.
pub(super) fn end_if_nothing_is_left(
    state: &Application,
    mut decision: Decision<Event>,
    context: &Context<'_>,
) -> Decision<Event> {
    if may_end(state, &decision.events) {
        end(&after(state.clone(), &decision.events, context), &mut decision);
    }
    decision
}

/// Ends a case that has come to this, if nothing is left.
pub(super) fn end(reached: &Application, decision: &mut Decision<Event>) {
    decision.events.extend(end_of(reached).map(|reason| Proposed::Event(closed_for(reason))));
}

/// False where something is left whatever these events make of the case, or where they end it themselves.
fn may_end(state: &Application, events: &[Proposed<Event>]) -> bool {
    let Ok(decided) = decided_or_issued(state) else { return false };
    let comes = |awaited: Brings| {
        events.iter().any(|event| match event {
            Proposed::Event(event) => [awaited, Brings::AnotherRuling].contains(&brings(event)),
            Proposed::Numbered { .. } => false,
        })
    };
    let is_handed_over = matches!(state, Application::Issued(_)) || !decided.owes_a_hand_over();
    let ends_itself = matches!(events.last(), Some(Proposed::Event(Event::Closed(_))));
    !ends_itself
        && (decided.told_at.is_some() || comes(Brings::Telling))
        && (is_handed_over || comes(Brings::HandOver))
        && (!decided.is_owed_a_fee() || comes(Brings::Settlement))
        && (!decided.owes_a_document() || comes(Brings::Document))
}

/// What a decided case may wait for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Brings {
    /// That the applicant is told.
    Telling,
    /// What was granted.
    HandOver,
    /// That no fee is owed any more.
    Settlement,
    /// The document with the reasons.
    Document,
    /// Another ruling, with which the case may wait for other things.
    AnotherRuling,
    /// None of it.
    Nothing,
}

fn brings(event: &Event) -> Brings {
    match event {
        Event::ResultTold(_) => Brings::Telling,
        Event::CertificateIssued(_) => Brings::HandOver,
        Event::FeeAssessed(_) | Event::FeeExempted(_) | Event::FeePaid(_) => Brings::Settlement,
        Event::DocumentDelivered(_) | Event::DocumentFetched(_) => Brings::Document,
        Event::Reviewed(_) | Event::DecisionCorrected(_) | Event::DecisionRevoked(_) | Event::Reopened(_) => {
            Brings::AnotherRuling
        }
        Event::DraftSaved(_)
        | Event::DraftDiscarded(_)
        | Event::Submitted(_)
        | Event::SignatureVerified(_)
        | Event::ReceiptIssued(_)
        | Event::DivisionAssigned(_)
        | Event::OfficerAssigned(_)
        | Event::NoteAdded(_)
        | Event::ReviewStarted(_)
        | Event::CorrectionRequested(_)
        | Event::Corrected(_)
        | Event::CorrectionOverdue(_)
        | Event::ReviewResumed(_)
        | Event::ConsultationRequested(_)
        | Event::ConsultationAnswered(_)
        | Event::ConsultationOverdue(_)
        | Event::Transferred(_)
        | Event::Forwarded(_)
        | Event::ClockStarted(_)
        | Event::ClockResumed(_)
        | Event::DeadlineExtended(_)
        | Event::DueDateRebased(_)
        | Event::DeadlineApproaching(_)
        | Event::DeadlineExceeded(_)
        | Event::DecisionDrafted(_)
        | Event::ApprovalDelegated(_)
        | Event::DecisionSentBack(_)
        | Event::AmendmentDrafted(_)
        | Event::FeeNoticeIssued(_)
        | Event::PaymentFellOverdue(_)
        | Event::PaymentReversed(_)
        | Event::Refunded(_)
        | Event::RefundDeclined(_)
        | Event::VisitVerified(_)
        | Event::VisitRecorded(_)
        | Event::ElectronicDeliveryAgreed(_)
        | Event::ElectronicDeliveryDeclined(_)
        | Event::DocumentPublished(_)
        | Event::FetchExpired(_)
        | Event::CertificateReissued(_)
        | Event::CertificateVoided(_)
        | Event::WithdrawalRequested(_)
        | Event::Withdrawn(_)
        | Event::WithdrawalDeclined(_)
        | Event::AppealFiled(_)
        | Event::AppealResolved(_)
        | Event::HoldPlaced(_)
        | Event::HoldReleased(_)
        | Event::DisposalFellDue(_)
        | Event::Disposed(_)
        | Event::Closed(_) => Brings::Nothing,
    }
}

fn end_of(state: &Application) -> Option<CloseReason> {
    let decided = decided_or_issued(state).ok()?;
    let is_handed_over = matches!(state, Application::Issued(_)) || !decided.owes_a_hand_over();
    (is_handed_over && is_idle(decided)).then_some(match decided.revocation {
        Some(_) => CloseReason::Revoked,
        None => CloseReason::Completed,
    })
}

fn is_idle(decided: &Decided) -> bool {
    decided.told_at.is_some() && !decided.is_owed_a_fee() && !decided.owes_a_document()
}

/// The end; how long the case is kept is fixed for all ends in one place, `disposal::begin_retention`.
pub(super) fn closed_for(reason: CloseReason) -> Event {
    Event::Closed(Closed { reason, retention: None })
}
