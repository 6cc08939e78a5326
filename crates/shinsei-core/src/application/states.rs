//! What is true in each state of a case.

use super::FeeLedger;
use crate::document::DocumentRef;
use crate::event::{CertificateSerial, CloseReason, FormRef, SignatureVerified, Submitted};
use crate::ids::{ProcedureId, StaffId, UserId};
use crate::number::ReceiptNumber;
use crate::outcome::Outcome;
use crate::procedure::{Fee, Terms};
use crate::time::Timestamp;

/// A form that was put aside before it was submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The procedure it is for.
    pub procedure: ProcedureId,
    /// Whose draft it is.
    pub applicant: UserId,
    /// The form as far as it is filled in.
    pub form: DocumentRef,
    /// When it was saved last.
    pub saved_at: Timestamp,
    /// How often it was saved.
    pub saves: u32,
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

impl Arrived {
    pub(super) fn from(submitted: &Submitted, arrived_at: Timestamp) -> Self {
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
