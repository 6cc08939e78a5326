//! The states of a case. Each holds only what is true in it; `evolve` cannot fail, for what is recorded has happened.

use crate::document::DocumentRef;
use crate::event::{CertificateSerial, CloseReason, Event, FormRef, SignatureVerified, Submitted};
use crate::ids::{ProcedureId, StaffId, UserId};
use crate::number::ReceiptNumber;
use crate::outcome::Outcome;
use crate::procedure::{Fee, Terms};
use crate::record::Recorded;
use crate::rejection::{Rejection, StateName};
use crate::time::Timestamp;
use crate::yen::Yen;

/// A case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Application {
    /// Nothing has happened.
    #[default]
    Absent,
    /// 到達: it is in the city's file and has no number yet.
    Arrived(Arrived),
    /// 受付済: it has a number and waits for its review.
    Received(Received),
    /// 審査中: an officer has begun.
    UnderReview(UnderReview),
    /// 審査済: it is decided; a fee, a hand-over or telling the result may be outstanding.
    Decided(Decided),
    /// 交付済: what was granted was handed over.
    Issued(Issued),
    /// 完了: nothing is left to do.
    Closed(Closed),
}

/// A case that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// The procedure.
    pub procedure: ProcedureId,
    /// The terms that govern the case for life.
    pub terms: Box<Terms>,
    /// The applicant.
    pub applicant: UserId,
    /// How many copies are asked for.
    pub quantity: u32,
    /// The form.
    pub form: FormRef,
    /// The mail address for notices.
    pub contact: DocumentRef,
    /// When it arrived: by law the time at which it was recorded.
    pub arrived_at: Timestamp,
    /// The judgement of its signature, where there is one.
    pub signature: Option<SignatureVerified>,
    /// What is to be paid.
    pub fee: FeeLedger,
}

/// A case that has its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// What arrived.
    pub arrived: Arrived,
    /// Its number.
    pub receipt: ReceiptNumber,
    /// When it got it.
    pub received_at: Timestamp,
}

/// A case that an officer has begun to review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnderReview {
    /// What was received.
    pub received: Received,
    /// Who has begun.
    pub officer: StaffId,
}

/// A case that is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What was received.
    pub received: Received,
    /// The outcome.
    pub outcome: Outcome,
    /// When it was decided.
    pub reviewed_at: Timestamp,
    /// When the applicant was told; `None` as long as nobody has.
    pub told_at: Option<Timestamp>,
}

/// A case whose grant was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// What was decided.
    pub decided: Decided,
    /// The certificate's serial.
    pub serial: CertificateSerial,
    /// How many copies.
    pub copies: u32,
}

/// A case with nothing left to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// What was decided.
    pub decided: Decided,
    /// The certificate's serial, where one was handed over.
    pub serial: Option<CertificateSerial>,
    /// Why it ended.
    pub reason: CloseReason,
}

/// What is to be paid for a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeLedger {
    /// Nothing, by the terms.
    Free,
    /// Something whose amount is not fixed yet.
    Unassessed,
    /// An amount.
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
            Self::Free | Self::Exempted | Self::Paid(_) => Ok(SettledFee(())),
            Self::Unassessed | Self::Assessed(_) => Err(Rejection::FeeUnsettled),
        }
    }

    fn assessed(self, yen: Yen) -> Self {
        if self == Self::Unassessed { Self::Assessed(yen) } else { self }
    }

    fn exempted(self) -> Self {
        match self {
            Self::Unassessed | Self::Assessed(_) => Self::Exempted,
            Self::Free | Self::Exempted | Self::Paid(_) => self,
        }
    }

    fn paid(self, yen: Yen) -> Self {
        match self {
            Self::Assessed(_) => Self::Paid(yen),
            Self::Free | Self::Unassessed | Self::Exempted | Self::Paid(_) => self,
        }
    }

    /// What is still to be paid, where the amount is fixed.
    pub fn due(self) -> Option<Yen> {
        match self {
            Self::Assessed(yen) => Some(yen),
            Self::Free | Self::Unassessed | Self::Exempted | Self::Paid(_) => None,
        }
    }
}

impl Application {
    /// The state after an event. Total: an event for which a state has no place leaves it as it is, so that nothing
    /// recorded later changes an arrival, the judgement of its signature, a settled fee or when its result was told.
    #[must_use]
    pub fn evolve(self, recorded: &Recorded<Event>) -> Self {
        let at = recorded.recorded_at;
        match &recorded.event {
            Event::Submitted(submitted) => self.arrived(submitted, at),
            Event::SignatureVerified(signature) => self.with_signature(signature),
            Event::ReceiptIssued(receipt) => self.received(receipt.number, at),
            Event::ReviewStarted(started) => self.under_review(&started.by),
            Event::Reviewed(reviewed) => self.decided(&reviewed.outcome, at),
            Event::FeeAssessed(assessed) => self.with_fee(|fee| fee.assessed(assessed.yen)),
            Event::FeeExempted(_) => self.with_fee(FeeLedger::exempted),
            Event::FeePaid(paid) => self.with_fee(|fee| fee.paid(paid.yen)),
            Event::CertificateIssued(issued) => self.issued(issued.serial, issued.copies),
            Event::ResultTold(_) => self.told(at),
            Event::Closed(closed) => self.closed(closed.reason),
        }
    }

    fn arrived(self, submitted: &Submitted, arrived_at: Timestamp) -> Self {
        if self == Self::Absent { Self::Arrived(Arrived::from(submitted, arrived_at)) } else { self }
    }

    fn with_signature(mut self, signature: &SignatureVerified) -> Self {
        if let Self::Arrived(arrived) = &mut self {
            arrived.signature.get_or_insert_with(|| signature.clone());
        }
        self
    }

    fn received(self, receipt: ReceiptNumber, received_at: Timestamp) -> Self {
        let Self::Arrived(arrived) = self else { return self };
        Self::Received(Received { arrived, receipt, received_at })
    }

    fn under_review(self, officer: &StaffId) -> Self {
        let Self::Received(received) = self else { return self };
        Self::UnderReview(UnderReview { received, officer: officer.clone() })
    }

    fn decided(self, outcome: &Outcome, reviewed_at: Timestamp) -> Self {
        let Self::UnderReview(UnderReview { received, .. }) = self else { return self };
        Self::Decided(Decided { received, outcome: outcome.clone(), reviewed_at, told_at: None })
    }

    fn with_fee(mut self, change: impl FnOnce(FeeLedger) -> FeeLedger) -> Self {
        if let Some(arrived) = self.arrived_mut() {
            arrived.fee = change(arrived.fee);
        }
        self
    }

    fn issued(self, serial: CertificateSerial, copies: u32) -> Self {
        let Self::Decided(decided) = self else { return self };
        Self::Issued(Issued { decided, serial, copies })
    }

    fn told(mut self, at: Timestamp) -> Self {
        if let Self::Decided(decided) | Self::Issued(Issued { decided, .. }) = &mut self {
            decided.told_at.get_or_insert(at);
        }
        self
    }

    fn closed(self, reason: CloseReason) -> Self {
        match self {
            Self::Decided(decided) => Self::Closed(Closed { decided, serial: None, reason }),
            Self::Issued(Issued { decided, serial, .. }) => {
                Self::Closed(Closed { decided, serial: Some(serial), reason })
            }
            Self::Absent | Self::Arrived(_) | Self::Received(_) | Self::UnderReview(_) | Self::Closed(_) => {
                self
            }
        }
    }

    fn arrived_mut(&mut self) -> Option<&mut Arrived> {
        match self {
            Self::Absent => None,
            Self::Arrived(arrived) => Some(arrived),
            Self::Received(received) | Self::UnderReview(UnderReview { received, .. }) => {
                Some(&mut received.arrived)
            }
            Self::Decided(decided)
            | Self::Issued(Issued { decided, .. })
            | Self::Closed(Closed { decided, .. }) => Some(&mut decided.received.arrived),
        }
    }

    /// What arrived, in every state since.
    pub fn arrival(&self) -> Option<&Arrived> {
        match self {
            Self::Absent => None,
            Self::Arrived(arrived) => Some(arrived),
            Self::Received(_)
            | Self::UnderReview(_)
            | Self::Decided(_)
            | Self::Issued(_)
            | Self::Closed(_) => self.receipt().map(|received| &received.arrived),
        }
    }

    /// What was received, in every state since.
    pub fn receipt(&self) -> Option<&Received> {
        match self {
            Self::Absent | Self::Arrived(_) => None,
            Self::Received(received) | Self::UnderReview(UnderReview { received, .. }) => Some(received),
            Self::Decided(_) | Self::Issued(_) | Self::Closed(_) => {
                self.decision().map(|decided| &decided.received)
            }
        }
    }

    /// What was decided, in every state since.
    pub fn decision(&self) -> Option<&Decided> {
        match self {
            Self::Absent | Self::Arrived(_) | Self::Received(_) | Self::UnderReview(_) => None,
            Self::Decided(decided)
            | Self::Issued(Issued { decided, .. })
            | Self::Closed(Closed { decided, .. }) => Some(decided),
        }
    }

    /// Where the case stands.
    pub fn name(&self) -> StateName {
        match self {
            Self::Absent => StateName::Absent,
            Self::Arrived(_) => StateName::Arrived,
            Self::Received(_) => StateName::Received,
            Self::UnderReview(_) => StateName::UnderReview,
            Self::Decided(_) => StateName::Decided,
            Self::Issued(_) => StateName::Issued,
            Self::Closed(_) => StateName::Closed,
        }
    }

    /// What the applicant reads: the state, and what is outstanding in it.
    pub fn label(&self) -> &'static str {
        let (pays, fetches) = match self {
            Self::Received(received) => (received.arrived.fee.due().is_some(), false),
            Self::Decided(decided) if decided.outcome.is_favourable() => {
                (decided.received.arrived.fee.settled().is_err(), decided.has_deliverable())
            }
            Self::Absent
            | Self::Arrived(_)
            | Self::UnderReview(_)
            | Self::Decided(_)
            | Self::Issued(_)
            | Self::Closed(_) => (false, false),
        };
        if pays {
            "手数料の納付待ち"
        } else if fetches {
            "交付準備完了"
        } else {
            self.name().label()
        }
    }
}

impl Arrived {
    fn from(submitted: &Submitted, arrived_at: Timestamp) -> Self {
        let fee = match submitted.terms.fee {
            Fee::Free => FeeLedger::Free,
            Fee::Due { .. } => FeeLedger::Unassessed,
        };
        Self {
            procedure: submitted.procedure.clone(),
            terms: submitted.terms.clone(),
            applicant: submitted.applicant,
            quantity: submitted.quantity,
            form: submitted.form,
            contact: submitted.contact,
            arrived_at,
            signature: None,
            fee,
        }
    }
}

impl Decided {
    /// The terms of the case.
    pub fn terms(&self) -> &Terms {
        &self.received.arrived.terms
    }

    /// True when the procedure hands something over.
    pub fn has_deliverable(&self) -> bool {
        self.terms().has_deliverable()
    }
}
