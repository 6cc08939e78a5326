//! A case: the enum of its states. Each holds only what is true in it; `evolve` cannot fail, for what is recorded has
//! happened.

mod annex;
mod clock;
mod desk;
mod evolve;
mod fee;
mod label;
mod reader;
mod states;
mod status;
mod turn;
mod view;

pub(crate) use annex::nth;
pub use annex::{
    Amending, Annex, Appeal, Certificate, FeeNotice, Fetching, Hold, PaidFor, Payment, Publication, Voided,
    Withdrawal,
};
pub use clock::{Clock, Warned};
pub use desk::{Consultation, ConsultationStanding, Desk};
pub use fee::{FeeLedger, SettledFee};
pub use states::{
    Arrived, AwaitingApproval, AwaitingCorrection, Closed, Decided, Disposed, Draft, Forwarded, Issued, Last,
    Received, UnderReview,
};
pub use status::Status;
pub use turn::Turn;
pub use view::for_the_applicant;

/// A case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Application {
    /// Nothing has happened.
    #[default]
    Absent,
    /// 作成中: a form was put aside; nothing has arrived.
    Draft(Draft),
    /// 破棄: a draft was thrown away.
    Discarded,
    /// 到達: it is in the city's file and has no number yet.
    Arrived(Arrived),
    /// 受付済: it has a number and waits for its review.
    Received(Received),
    /// 審査中: an officer has begun.
    UnderReview(UnderReview),
    /// 補正待ち: the applicant is asked for a correction.
    AwaitingCorrection(AwaitingCorrection),
    /// 決裁待ち: a decision is drafted.
    AwaitingApproval(AwaitingApproval),
    /// 送付済: the agency that decides has it.
    Forwarded(Forwarded),
    /// 審査済: it is decided; a fee, a hand-over or telling the result may be outstanding.
    Decided(Decided),
    /// 交付済: what was granted was handed over.
    Issued(Issued),
    /// 完了: nothing is left to do.
    Closed(Closed),
    /// 廃棄: its documents are erased.
    Disposed(Disposed),
}

impl Application {
    /// What arrived, in every state since.
    pub fn arrival(&self) -> Option<&Arrived> {
        if let Self::Arrived(arrived) = self {
            return Some(arrived);
        }
        self.receipt().map(|received| &received.arrived)
    }

    /// What was received, in every state since.
    pub fn receipt(&self) -> Option<&Received> {
        match self {
            Self::Absent | Self::Draft(_) | Self::Discarded | Self::Arrived(_) => None,
            Self::Received(received)
            | Self::UnderReview(UnderReview { received })
            | Self::AwaitingCorrection(AwaitingCorrection { received, .. })
            | Self::AwaitingApproval(AwaitingApproval { received, .. })
            | Self::Forwarded(Forwarded { received, .. }) => Some(received),
            Self::Decided(decided) | Self::Issued(Issued { decided }) => Some(&decided.received),
            Self::Closed(closed) | Self::Disposed(Disposed { closed, .. }) => Some(closed.received()),
        }
    }

    /// True from the arrival to the end: somebody still has something to do.
    pub fn is_open(&self) -> bool {
        match self {
            Self::Absent | Self::Draft(_) | Self::Discarded | Self::Closed(_) | Self::Disposed(_) => false,
            Self::Arrived(_)
            | Self::Received(_)
            | Self::UnderReview(_)
            | Self::AwaitingCorrection(_)
            | Self::AwaitingApproval(_)
            | Self::Forwarded(_)
            | Self::Decided(_)
            | Self::Issued(_) => true,
        }
    }

    /// What was decided, in every state since.
    pub fn decision(&self) -> Option<&Decided> {
        match self {
            Self::Absent
            | Self::Draft(_)
            | Self::Discarded
            | Self::Arrived(_)
            | Self::Received(_)
            | Self::UnderReview(_)
            | Self::AwaitingCorrection(_)
            | Self::AwaitingApproval(_)
            | Self::Forwarded(_) => None,
            Self::Decided(decided) | Self::Issued(Issued { decided }) => Some(decided),
            Self::Closed(closed) | Self::Disposed(Disposed { closed, .. }) => closed.decision(),
        }
    }
}
