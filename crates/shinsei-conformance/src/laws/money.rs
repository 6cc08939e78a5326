//! Laws of money: what was paid counts once, and no more of it is given back.

use std::collections::BTreeMap;

use shinsei_core::document::DocumentRef;
use shinsei_core::event::{Event, ReissueFee};
use shinsei_core::procedure::RefundRule;

use crate::life::{Life, content_of};

/// The refunds of a payment are at most what was paid, of a payment that came in, and as the terms allow them.
///
/// # Panics
/// When it is broken.
pub fn no_more_is_given_back_than_was_paid(life: &Life) {
    let mut left: BTreeMap<u32, u64> = BTreeMap::new();
    let mut payments = 0;
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
            assert_ne!(terms.refund, RefundRule::Never, "given back against the terms");
            let left = left.get_mut(&refunded.payment).expect("given back what had not come in");
            *left = left.checked_sub(refunded.yen.0.into()).expect("more was given back than was paid");
        }
    }
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
