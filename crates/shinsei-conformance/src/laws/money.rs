//! Laws of money: what was paid counts once, and no more of it is given back.

use std::collections::BTreeMap;

use shinsei_core::application::{Application, FeeLedger};
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
            if paid.repays.is_some() {
                continue;
            }
            let due = state.arrival().and_then(|arrived| arrived.fee.due());
            let is_over = match state {
                Application::Closed(closed) => !closed.is_owed_a_fee(),
                // The city awaits nothing of what another agency decides.
                Application::Forwarded(_) => true,
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

/// What was given back of a payment that was taken back as well is the city's own money: the case shows so much until that much is
/// paid, unless the fee itself is owed again or paid anew. What makes it good is exactly that, once.
///
/// # Panics
/// When it is broken.
pub fn what_was_given_back_twice_is_owed(life: &Life) {
    for (state, recorded) in life.states().iter().zip(life.history()) {
        if let Event::FeePaid(FeePaid { repays: Some(payment), yen, .. }) = &recorded.event {
            let Application::Closed(closed) = state else { panic!("repaid before the end") };
            assert_eq!(closed.unpaid_refund(), Some((*payment, *yen)), "repaid what was not owed");
        }
    }
    let Application::Closed(closed) = life.state() else { return };
    let (payments, mut given_back) = (payments_of(life), BTreeMap::<u32, u32>::new());
    let mut repaid: Vec<u32> = Vec::new();
    let mut taken_back: Vec<u32> = Vec::new();
    for recorded in life.history() {
        match &recorded.event {
            Event::Refunded(refunded) => *given_back.entry(refunded.payment).or_default() += refunded.yen.0,
            Event::PaymentReversed(reversed) => taken_back.push(reversed.payment),
            _ => {}
        }
    }
    for (number, event) in (1..).zip(&payments) {
        if let Event::FeePaid(FeePaid { repays: Some(payment), .. }) = event
            && !taken_back.contains(&number)
        {
            repaid.push(*payment);
        }
    }
    let is_fee = |number: u32| {
        matches!(nth(&payments, number), Some(Event::FeePaid(FeePaid { surplus: false, repays: None, .. })))
    };
    let fee_stands = closed.is_owed_a_fee() || matches!(closed.received().arrived.fee, FeeLedger::Paid(_));
    let owed: Vec<(u32, u32)> = given_back
        .into_iter()
        .filter(|(number, _)| taken_back.contains(number) && !repaid.contains(number))
        .filter(|(number, _)| !(is_fee(*number) && fee_stands))
        .collect();
    let shown = closed.unpaid_refund().map(|(payment, yen)| (payment, yen.0));
    assert_eq!(shown, owed.first().copied(), "money that was given back twice");
    assert!(owed.is_empty() || life.state().has_open_money(), "nobody sees what the city is owed");
}

/// What was paid, in the order in which it was recorded.
fn payments_of(life: &Life) -> Vec<&Event> {
    let is_payment = |event: &&Event| match event {
        Event::FeePaid(_) => true,
        Event::CertificateReissued(reissued) => matches!(reissued.fee, ReissueFee::Paid { .. }),
        _ => false,
    };
    life.history().iter().map(|recorded| &recorded.event).filter(is_payment).collect()
}

fn nth<'a>(payments: &[&'a Event], number: u32) -> Option<&'a Event> {
    payments.get(usize::try_from(number.checked_sub(1)?).ok()?).copied()
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
