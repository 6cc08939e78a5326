//! What becomes of certificates later: issued again (再交付), void (失効).

use super::decision::{CaseDecision, decision_with, events};
use super::fee::unknown;
use super::guard::wrong_state;
use super::hand_over::identified;
use crate::application::{Application, Certificate, Decided, Issued, Voided, nth};
use crate::command::{PaymentMade, Reissue};
use crate::decider::Context;
use crate::document::Documents;
use crate::event::{
    CertificateReissued, CertificateSerial, CertificateVoided, Event, PaymentChannel, ReissueCause,
    ReissueFee, VoidCause,
};
use crate::procedure::ReissueRule;
use crate::rejection::{Rejection, Role, StateName};
use crate::yen::Yen;

/// 再交付: by a clerk, of what is in force; the new serial takes the place of the old one, which is void.
pub(super) fn reissue(state: &Application, asked: &Reissue, context: &Context<'_>) -> CaseDecision {
    let &Reissue { of, cause, copies, ref payment } = asked;
    let decided = handed_over(state)?;
    let by = context.actor.counter_of(decided.received.arrived.in_charge())?.clone();
    let old = certificate(decided, of)?;
    if !decided.is_favourable() || !may_be_replaced(old) {
        return Err(Rejection::CertificateNotInForce { certificate: of });
    }
    if !(1..=old.copies).contains(&copies) {
        return Err(Rejection::CopiesOutOfRange { requested: old.copies, copies });
    }
    identified(decided)?;
    let mut documents = Documents::of(&context.seed, context.stream);
    let fee = match (due_for(decided, cause, copies)?, payment) {
        (None, Some(_)) => return Err(Rejection::FeeIsFree),
        (None, None) if cause == ReissueCause::IssuedInError => ReissueFee::Waived,
        (None, None) => ReissueFee::Free,
        (Some(_), None) => return Err(Rejection::FeeUnsettled),
        (Some(due), Some(made)) => {
            unknown(&decided.received, made, context)?;
            paid(due, made, &mut documents)?
        }
    };
    let ordinal = decided.received.annex.next_ordinal();
    let serial = CertificateSerial { receipt: decided.received.receipt, ordinal };
    let reissued = CertificateReissued { serial, of: old.serial, cause, copies, fee, by };
    decision_with([Event::CertificateReissued(reissued)], documents)
}

/// 失効: by an officer.
pub(super) fn void(
    state: &Application,
    ordinal: u32,
    cause: VoidCause,
    context: &Context<'_>,
) -> CaseDecision {
    let decided = handed_over(state)?;
    let by = context.actor.officer_of(decided.received.arrived.in_charge())?.clone();
    let certificate = certificate(decided, ordinal)?;
    if certificate.voided.is_some() {
        return Err(Rejection::CertificateNotInForce { certificate: ordinal });
    }
    events([Event::CertificateVoided(CertificateVoided { serial: certificate.serial, cause, by })])
}

/// What a certificate costs again; `None` when it costs nothing.
fn due_for(decided: &Decided, cause: ReissueCause, copies: u32) -> Result<Option<Yen>, Rejection> {
    match (cause, decided.terms().reissue) {
        (ReissueCause::IssuedInError, _) | (_, ReissueRule::Free) => Ok(None),
        (_, ReissueRule::NotOffered) => Err(Rejection::ReissueNotOffered),
        (_, ReissueRule::Each(yen)) => {
            yen.times(copies).map(Some).ok_or(Rejection::CopiesOutOfRange { requested: 1, copies })
        }
    }
}

fn paid(due: Yen, made: &PaymentMade, documents: &mut Documents<'_>) -> Result<ReissueFee, Rejection> {
    let PaymentMade { yen, channel, reference } = made;
    if *yen != due {
        return Err(Rejection::AmountDiffers { due, paid: *yen });
    }
    if *channel == PaymentChannel::Invoice {
        return Err(Rejection::NotPermitted { needed: Role::Counter });
    }
    let reference = documents.keep("payment-reference", reference);
    Ok(ReissueFee::Paid { yen: *yen, channel: *channel, reference })
}

/// What the city spoilt may be replaced; what was given back or misused may not, nor what was replaced before.
fn may_be_replaced(certificate: &Certificate) -> bool {
    match certificate.voided {
        None | Some(Voided::For(VoidCause::IssuedInError)) => true,
        Some(
            Voided::For(VoidCause::Returned | VoidCause::Misused) | Voided::Replaced | Voided::WithDecision,
        ) => false,
    }
}

fn certificate(decided: &Decided, ordinal: u32) -> Result<&Certificate, Rejection> {
    nth(&decided.received.annex.certificates, ordinal)
        .ok_or(Rejection::NoSuchCertificate { certificate: ordinal })
}

fn handed_over(state: &Application) -> Result<&Decided, Rejection> {
    if let Application::Closed(closed) = state {
        return closed.decision().ok_or(Rejection::NothingDecided);
    }
    if let Application::Issued(Issued { decided }) = state {
        return Ok(decided);
    }
    Err(wrong_state(state, StateName::Issued))
}
