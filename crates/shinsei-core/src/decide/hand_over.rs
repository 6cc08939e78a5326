//! The hand-over (交付) of what was granted, and telling the result.

use super::decision::{CaseDecision, events};
use super::guard::{decided, decided_or_issued};
use crate::application::{Application, Decided, SettledFee};
use crate::decider::Context;
use crate::event::{CertificateIssued, CertificateSerial, Event, ResultTold, TellingChannel};
use crate::ids::StaffId;
use crate::rejection::{Rejection, Role};

/// 交付: of what was granted, at most as many as asked for, once, never before the fee clears it, and to who was identified.
pub(super) fn issue_certificate(state: &Application, copies: u32, context: &Context<'_>) -> CaseDecision {
    let decided = decided(state)?;
    let by = context.actor.counter_of(decided.received.arrived.in_charge())?;
    let fee = may_be_handed_over(decided)?;
    identified(decided)?;
    events([Event::CertificateIssued(issue(decided, fee, copies, by)?)])
}

/// 結果の通知: by the delivered notice, or by staff in another way, once.
pub(super) fn tell_result(state: &Application, how: TellingChannel, context: &Context<'_>) -> CaseDecision {
    let decided = decided_or_issued(state)?;
    let by = context.actor.system_or_staff_of(decided.received.arrived.in_charge())?.cloned();
    if decided.told_at.is_some() {
        return Err(Rejection::AlreadyTold);
    }
    if how == TellingChannel::Document {
        return Err(Rejection::DocumentTellsItself);
    }
    if by.is_none() && how != TellingChannel::Notice {
        return Err(Rejection::NotPermitted { needed: Role::Counter });
    }
    events([Event::ResultTold(ResultTold { how, by })])
}

/// What was granted may be handed over: there is something, it was granted, and the fee clears it.
pub(super) fn may_be_handed_over(decided: &Decided) -> Result<SettledFee, Rejection> {
    if !decided.has_deliverable() {
        return Err(Rejection::NothingToIssue);
    }
    if !decided.is_favourable() {
        return Err(Rejection::NotGranted);
    }
    decided.received.cleared()
}

/// 本人確認: where the terms ask for it, and somebody comes.
pub(super) fn identified(decided: &Decided) -> Result<(), Rejection> {
    let terms = decided.terms();
    let needed = terms.identification && terms.is_fetched_at_the_counter();
    if needed && !decided.received.annex.visitor_is_verified {
        return Err(Rejection::VisitorNotVerified);
    }
    Ok(())
}

/// Hands over; the proof that the fee clears it is asked for, so that this cannot be called without it.
pub(super) fn issue(
    decided: &Decided,
    _: SettledFee,
    copies: u32,
    by: &StaffId,
) -> Result<CertificateIssued, Rejection> {
    let requested = decided.received.arrived.quantity;
    if !(1..=requested).contains(&copies) {
        return Err(Rejection::CopiesOutOfRange { requested, copies });
    }
    let ordinal = decided.received.annex.next_ordinal();
    let serial = CertificateSerial { receipt: decided.received.receipt, ordinal };
    Ok(CertificateIssued { serial, copies, by: by.clone() })
}
