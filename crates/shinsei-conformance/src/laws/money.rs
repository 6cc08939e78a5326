//! Laws of money: what was paid counts once, and no more of it is given back.

use std::collections::BTreeMap;

use shinsei_core::application::Application;
use shinsei_core::document::DocumentRef;
use shinsei_core::event::{Event, FeePaid, RefundGround, ReissueFee};
use shinsei_core::procedure::RefundRule;

use crate::life::{Life, content_of};

/// The refunds of a payment are at most what was paid, of a payment that came in, and as the terms allow them.
///
/// # Panics
/// When it is broken.
pub fn no_more_is_given_back_than_was_paid(life: &Life) {
    let mut left: BTreeMap<u32, u64> = BTreeMap::new();
    let mut payments = 0;
    let surplus = surplus_of(life);
    for recorded in life.history() {
        let paid = match &recorded.event {
            Event::FeePaid(paid) => Some(paid.yen),
            Event::CertificateReissued(reissued) => match reissued.fee {
                ReissueFee::Paid { yen, .. } => Some(yen),
                ReissueFee::Free | ReissueFee::Waived => None,
            },
            _ => None,
        };
        if let Some(yen) = paid {
            payments += 1;
            left.insert(payments, yen.0.into());
        }
        if let Event::PaymentReversed(reversed) = &recorded.event {
            assert!(left.remove(&reversed.payment).is_some(), "reversed what had not come in");
        }
        if let Event::Refunded(refunded) = &recorded.event {
            let terms = &life.state().arrival().expect("what was paid had arrived").terms;
            let is_owed_back = refunded.ground == RefundGround::NotOwed;
            assert_eq!(is_owed_back, surplus.contains(&refunded.payment), "given back by another rule");
            assert!(is_owed_back || terms.refund != RefundRule::Never, "given back against the terms");
            let left = left.get_mut(&refunded.payment).expect("given back what had not come in");
            *left = left.checked_sub(refunded.yen.0.into()).expect("more was given back than was paid");
        }
    }
}

/// What came in is the fee where one was owed, and what goes back where none was; nothing of that is left when a case is disposed
/// of.
///
/// # Panics
/// When it is broken.
pub fn what_was_not_owed_is_kept_for_nobody(life: &Life) {
    for (state, recorded) in life.states().iter().zip(life.history()) {
        if let Event::FeePaid(paid) = &recorded.event {
            let due = state.arrival().and_then(|arrived| arrived.fee.due());
            let is_over = match state {
                Application::Closed(closed) => !closed.is_owed_a_fee(),
                _ => state.decision().is_some_and(|decided| !decided.is_favourable()),
            };
            assert_eq!(
                paid.surplus,
                due.is_none() || is_over,
                "{due:?} was due of a case that is {}",
                state.name()
            );
        }
        if let (Event::Disposed(_), Some(received)) = (&recorded.event, state.receipt()) {
            assert_eq!(received.annex.surplus(), None, "disposed of with money that is not the city's");
        }
    }
}

/// The payments of what was not owed, by their numbers.
fn surplus_of(life: &Life) -> Vec<u32> {
    let payments = life.history().iter().filter_map(|recorded| match &recorded.event {
        Event::FeePaid(FeePaid { surplus, .. }) => Some(*surplus),
        Event::CertificateReissued(reissued) => {
            matches!(reissued.fee, ReissueFee::Paid { .. }).then_some(false)
        }
        _ => None,
    });
    (1..).zip(payments).filter(|(_, surplus)| *surplus).map(|(payment, _)| payment).collect()
}

/// No two payments of a case have the same reference.
///
/// # Panics
/// When it is broken.
pub fn a_payment_counts_once(life: &Life) {
    let mut known: Vec<&[u8]> = Vec::new();
    for reference in life.history().iter().filter_map(|recorded| reference_of(&recorded.event)) {
        let document = life.document(&reference).and_then(content_of).unwrap_or_default();
        assert!(!known.contains(&document), "a payment was recorded twice");
        known.push(document);
    }
}

fn reference_of(event: &Event) -> Option<DocumentRef> {
    match event {
        Event::FeePaid(paid) => Some(paid.reference),
        Event::CertificateReissued(reissued) => match reissued.fee {
            ReissueFee::Paid { reference, .. } => Some(reference),
            ReissueFee::Free | ReissueFee::Waived => None,
        },
        _ => None,
    }
}
