//! The hand-over (交付) of what was granted, and telling the result.

use super::ending::{completed, owes_a_fee, owes_a_hand_over};
use super::{CaseDecision, decided, decided_or_issued, events};
use crate::actor::Role;
use crate::application::{Application, Decided, SettledFee};
use crate::decider::Context;
use crate::event::{CertificateIssued, CertificateSerial, Event, ResultTold, TellingChannel};
use crate::ids::StaffId;
use crate::rejection::Rejection;

/// 交付: of what was granted, at most as many as asked for, once, and never before the fee is settled.
pub(super) fn issue_certificate(state: &Application, copies: u32, context: &Context<'_>) -> CaseDecision {
    let decided = decided(state)?;
    let by = context.actor.counter_of(decided.received.arrived.in_charge())?;
    if !decided.has_deliverable() {
        return Err(Rejection::NothingToIssue);
    }
    if !decided.is_favourable() {
        return Err(Rejection::NotGranted);
    }
    let fee = decided.received.arrived.fee.settled()?;
    let issued = issue(decided, fee, copies, by)?;
    let end = decided.told_at.map(|_| completed());
    events([Event::CertificateIssued(issued)].into_iter().chain(end))
}

/// 結果の通知: by the delivered notice, or by staff in another way, once; a case with nothing else to do ends with it.
pub(super) fn tell_result(state: &Application, how: TellingChannel, context: &Context<'_>) -> CaseDecision {
    let decided = decided_or_issued(state)?;
    let by = context.actor.system_or_staff_of(decided.received.arrived.in_charge())?.cloned();
    if decided.told_at.is_some() {
        return Err(Rejection::AlreadyTold);
    }
    if by.is_none() && how != TellingChannel::Notice {
        return Err(Rejection::NotPermitted { needed: Role::Counter });
    }
    let handed_over = matches!(state, Application::Issued(_)) || !owes_a_hand_over(decided);
    let end = (handed_over && !owes_a_fee(decided)).then(completed);
    events([Event::ResultTold(ResultTold { how, by })].into_iter().chain(end))
}

/// Hands over; the proof that the fee is settled is asked for, so that this cannot be called without it.
fn issue(
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
