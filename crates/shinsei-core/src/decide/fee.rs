//! Fees (手数料): assessed, exempted, paid.

use super::ending::end_once_settled;
use super::{CaseDecision, events, wrong_state};
use crate::actor::Role;
use crate::application::{Application, Arrived, FeeLedger, UnderReview};
use crate::bytes::Bytes;
use crate::decider::{Context, Decision};
use crate::document::Documents;
use crate::event::{Event, ExemptionGround, FeeAssessed, FeeBasis, FeeExempted, FeePaid, PaymentChannel};
use crate::event_format::Proposed;
use crate::procedure::{Fee, FeeTiming, Tariff};
use crate::rejection::{Rejection, StateName};
use crate::yen::Yen;

/// 手数料の決定: by an officer, where the tariff leaves it to one and it is time.
pub(super) fn assess_fee(state: &Application, yen: Yen, context: &Context<'_>) -> CaseDecision {
    let arrived = payable(state)?;
    let by = context.actor.officer_of(arrived.in_charge())?;
    match arrived.fee {
        FeeLedger::Unassessed => {}
        FeeLedger::Free => return Err(Rejection::FeeIsFree),
        FeeLedger::Assessed(_) => return Err(Rejection::FeeAlreadyAssessed),
        FeeLedger::Exempted | FeeLedger::Paid(_) => return Err(Rejection::FeeAlreadySettled),
    }
    if !arrived.terms.fee_precedes_review() && state.decision().is_none() {
        return Err(Rejection::FeeNotDue);
    }
    events([Event::FeeAssessed(FeeAssessed { yen, basis: FeeBasis::Officer { by: by.clone() } })])
}

/// 手数料の免除: by an officer, before it is paid.
pub(super) fn exempt_fee(
    state: &Application,
    ground: ExemptionGround,
    context: &Context<'_>,
) -> CaseDecision {
    let arrived = payable(state)?;
    let by = context.actor.officer_of(arrived.in_charge())?;
    match arrived.fee {
        FeeLedger::Unassessed | FeeLedger::Assessed(_) => {}
        FeeLedger::Free => return Err(Rejection::FeeIsFree),
        FeeLedger::Exempted | FeeLedger::Paid(_) => return Err(Rejection::FeeAlreadySettled),
    }
    let exempted = Event::FeeExempted(FeeExempted { by: by.clone(), ground });
    events([exempted].into_iter().chain(end_once_settled(state)))
}

/// 手数料納付: the whole amount, once; what is paid at the counter was taken by somebody.
pub(super) fn record_payment(
    state: &Application,
    paid: Yen,
    channel: PaymentChannel,
    reference: &Bytes,
    context: &Context<'_>,
) -> CaseDecision {
    let arrived = payable(state)?;
    let by = context.actor.system_or_staff_of(arrived.in_charge())?.cloned();
    let due = match arrived.fee {
        FeeLedger::Assessed(due) => due,
        FeeLedger::Unassessed => return Err(Rejection::FeeNotAssessed),
        FeeLedger::Free => return Err(Rejection::FeeIsFree),
        FeeLedger::Exempted | FeeLedger::Paid(_) => return Err(Rejection::FeeAlreadySettled),
    };
    if paid != due {
        return Err(Rejection::AmountDiffers { due, paid });
    }
    if by.is_none() && channel == PaymentChannel::Counter {
        return Err(Rejection::NotPermitted { needed: Role::Counter });
    }
    let mut documents = Documents::of(&context.seed, context.stream);
    let reference = documents.keep("payment-reference", reference);
    let payment = Event::FeePaid(FeePaid { yen: paid, channel, reference, by });
    let mut decision =
        Decision::of([payment].into_iter().chain(end_once_settled(state)).map(Proposed::Event));
    decision.documents = documents.into_vec();
    Ok(decision)
}

/// The arrival of a case for which a fee may be assessed, exempted or paid: received, open, and not decided against.
fn payable(state: &Application) -> Result<&Arrived, Rejection> {
    match state {
        Application::Received(received) | Application::UnderReview(UnderReview { received, .. }) => {
            Ok(&received.arrived)
        }
        Application::Decided(decided) if decided.is_favourable() => Ok(&decided.received.arrived),
        Application::Decided(_) => Err(Rejection::FeeNotDue),
        Application::Absent
        | Application::Draft(_)
        | Application::Discarded
        | Application::Arrived(_)
        | Application::Issued(_)
        | Application::Closed(_)
        | Application::Disposed(_) => Err(wrong_state(state, StateName::Received)),
    }
}

/// What the tariff says is due at this time; nothing where an officer must assess it.
pub(super) fn fee_at(now: FeeTiming, fee: &Fee, quantity: u32) -> Option<Event> {
    match fee {
        Fee::Due { tariff: Tariff::Each { yen, .. }, timing } if *timing == now => {
            let yen = yen.times(quantity)?;
            Some(Event::FeeAssessed(FeeAssessed { yen, basis: FeeBasis::Tariff { quantity } }))
        }
        Fee::Due { .. } | Fee::Free => None,
    }
}
