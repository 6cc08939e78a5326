//! What is to be paid for a case, and the proof that nothing is.

use crate::procedure::FeeTiming;
use crate::rejection::Rejection;
use crate::yen::Yen;

/// What is to be paid for a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeLedger {
    /// Nothing, by the terms.
    Free,
    /// Something whose amount is not fixed yet.
    Unassessed,
    /// An amount. One of 0 yen is settled as soon as it is fixed: nobody can pay it.
    Assessed(Yen),
    /// Nothing, by exemption.
    Exempted,
    /// Nothing any more.
    Paid(Yen),
}

/// The proof that nothing is to be paid: what handing over asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettledFee(());

impl FeeLedger {
    /// The proof that nothing is to be paid.
    ///
    /// # Errors
    /// [`Rejection::FeeUnsettled`] when something is.
    pub fn settled(self) -> Result<SettledFee, Rejection> {
        match self {
            Self::Free | Self::Assessed(Yen(0)) | Self::Exempted | Self::Paid(_) => Ok(SettledFee(())),
            Self::Unassessed | Self::Assessed(_) => Err(Rejection::FeeUnsettled),
        }
    }

    /// The proof that what was granted may be handed over: nothing is to be paid, or the terms let the payment come after
    /// the decision (後納) and the applicant was asked for it (納入通知).
    ///
    /// # Errors
    /// [`Rejection::FeeUnsettled`] and, where the request to pay is missing, [`Rejection::FeeNotNotified`].
    ///
    /// # Source
    /// docs/adr/0015-payment-after-the-decision.md; 地方自治法 231条.
    pub fn clears(self, timing: Option<FeeTiming>, notified: bool) -> Result<SettledFee, Rejection> {
        match (self, timing) {
            (Self::Assessed(yen), Some(FeeTiming::AfterDecision)) if yen > Yen(0) && !notified => {
                Err(Rejection::FeeNotNotified)
            }
            (Self::Assessed(_), Some(FeeTiming::AfterDecision)) => Ok(SettledFee(())),
            (Self::Free | Self::Unassessed | Self::Assessed(_) | Self::Exempted | Self::Paid(_), _) => {
                self.settled()
            }
        }
    }

    /// What a payment that did not come in leaves due.
    pub(super) fn reversed(self) -> Self {
        match self {
            Self::Paid(yen) => Self::Assessed(yen),
            Self::Free | Self::Unassessed | Self::Assessed(_) | Self::Exempted => self,
        }
    }

    pub(super) fn assessed(self, yen: Yen) -> Self {
        if self == Self::Unassessed { Self::Assessed(yen) } else { self }
    }

    pub(super) fn exempted(self) -> Self {
        match self {
            Self::Unassessed | Self::Assessed(_) => Self::Exempted,
            Self::Free | Self::Exempted | Self::Paid(_) => self,
        }
    }

    pub(super) fn paid(self, yen: Yen) -> Self {
        match self {
            Self::Assessed(_) => Self::Paid(yen),
            Self::Free | Self::Unassessed | Self::Exempted | Self::Paid(_) => self,
        }
    }

    /// What is still to be paid, where an amount is fixed that is not 0.
    pub fn due(self) -> Option<Yen> {
        match self {
            Self::Assessed(yen) if yen > Yen(0) => Some(yen),
            Self::Free | Self::Assessed(_) | Self::Unassessed | Self::Exempted | Self::Paid(_) => None,
        }
    }
}
