//! Whose turn it is: every case that has not ended waits for somebody.

use super::{Application, Decided, Received, UnderReview, Withdrawal};

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nobody's: nothing has arrived, or the case has ended and its money is in order.
    Nobody,
    /// The applicant's: something is to be paid or fetched.
    Applicant,
    /// The division's in charge.
    Division,
    /// That of whoever is to approve a drafted decision.
    Approver,
    /// That of the agency to which it was forwarded.
    Agency,
}

impl Application {
    /// True when the case has ended and its money is not in order: see [`Closed::has_open_money`](super::Closed::has_open_money).
    pub fn has_open_money(&self) -> bool {
        matches!(self, Self::Closed(closed) if closed.has_open_money())
    }

    /// Whose turn it is. The division answers for the case even while it waits for the applicant.
    pub fn turn(&self) -> Turn {
        match self {
            Self::Closed(closed) if closed.has_open_money() => Turn::Division,
            Self::Absent | Self::Draft(_) | Self::Discarded | Self::Closed(_) | Self::Disposed(_) => {
                Turn::Nobody
            }
            Self::Arrived(_) => Turn::Division,
            Self::Received(received) => before_the_review(received),
            Self::UnderReview(UnderReview { .. }) => Turn::Division,
            Self::AwaitingCorrection(awaiting)
                if awaiting.is_overdue || asks_to_withdraw(&awaiting.received) =>
            {
                Turn::Division
            }
            Self::AwaitingCorrection(_) => Turn::Applicant,
            Self::AwaitingApproval(_) => Turn::Approver,
            Self::Forwarded(_) => Turn::Agency,
            Self::Decided(decided) => after_the_decision(decided, false),
            Self::Issued(issued) => after_the_decision(&issued.decided, true),
        }
    }
}

fn before_the_review(received: &Received) -> Turn {
    let waits_for_the_fee = received.arrived.terms.fee_precedes_review() && waits_for_the_payment(received);
    if waits_for_the_fee && !asks_to_withdraw(received) { Turn::Applicant } else { Turn::Division }
}

/// The applicant owes a fee, and was not asked for it in vain: else it is for the division to go on.
fn waits_for_the_payment(received: &Received) -> bool {
    let Received { arrived, annex, .. } = received;
    arrived.fee.due().is_some() && !annex.payment_is_overdue() && !annex.fee_notice_is_spent()
}

fn asks_to_withdraw(received: &Received) -> bool {
    matches!(received.annex.withdrawal, Withdrawal::Requested { .. })
}

fn after_the_decision(decided: &Decided, is_handed_over: bool) -> Turn {
    let annex = &decided.received.annex;
    let waits_to_be_fetched = annex.waiting_publication().is_some();
    let waits_for_the_fee = decided.is_favourable() && waits_for_the_payment(&decided.received);
    let waits_at_the_counter =
        decided.owes_a_hand_over() && !is_handed_over && decided.terms().is_fetched_at_the_counter();
    let waits_for_the_city = decided.told_at.is_none() || (decided.owes_a_document() && !waits_to_be_fetched);
    let waits_for_the_applicant = waits_to_be_fetched || waits_for_the_fee || waits_at_the_counter;
    if waits_for_the_applicant && !waits_for_the_city { Turn::Applicant } else { Turn::Division }
}
