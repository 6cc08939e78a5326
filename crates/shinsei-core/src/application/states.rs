//! What is true in each state of a case.

use chrono::NaiveDate;

use super::{Desk, FeeLedger};
use crate::document::DocumentRef;
use crate::due::DueDate;
use crate::event::{
    CertificateSerial, CloseReason, CorrectionKind, FormRef, PaperChannel, SignatureVerified, Submitted,
};
use crate::ids::{DivisionId, ProcedureId, StaffId, UserId};
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
    /// The form in force.
    pub form: FormRef,
    /// Which version of the form it is, from 1: each correction makes the next.
    pub form_version: u32,
    /// The mail address for notices.
    pub contact: DocumentRef,
    /// When it arrived: by law the time at which it was recorded, or that at which the city had the paper.
    pub arrived_at: Timestamp,
    /// By which way of paper it came; `None` for what came electronically.
    pub paper: Option<PaperChannel>,
    /// The judgement of the signature of the form in force, where there is one.
    pub signature: Option<SignatureVerified>,
    /// What is to be paid.
    pub fee: FeeLedger,
    /// What the city does with it.
    pub desk: Desk,
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

/// A case that is being reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnderReview {
    /// What was received.
    pub received: Received,
}

/// A case whose applicant is asked for a correction: its clock stands still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitingCorrection {
    /// What was received.
    pub received: Received,
    /// How many things are to be put right.
    pub items: u32,
    /// The last day on which they are awaited.
    pub due: NaiveDate,
    /// How they are to be put right.
    pub kind: CorrectionKind,
    /// True once that day has passed: an officer decides how to go on.
    pub is_overdue: bool,
}

/// A case whose decision is drafted and waits for its approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitingApproval {
    /// What was received.
    pub received: Received,
    /// What is to be decided.
    pub outcome: Outcome,
    /// When the premises were inspected.
    pub inspected_on: Option<NaiveDate>,
    /// Who drafted it.
    pub drafted_by: StaffId,
    /// Who is to approve it.
    pub approver: StaffId,
}

/// A case that was sent on to the agency that decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarded {
    /// What was received.
    pub received: Received,
    /// The agency.
    pub agency: String,
    /// When it was sent: the city's part of the period ended.
    pub forwarded_at: Timestamp,
    /// By when the agency is to decide, where its period is known.
    pub due: Option<DueDate>,
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
    pub(super) fn from(submitted: &Submitted, recorded_at: Timestamp) -> Self {
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
            form_version: 1,
            contact: submitted.contact,
            arrived_at: submitted.paper.as_ref().map_or(recorded_at, |paper| paper.arrived_at),
            paper: submitted.paper.as_ref().map(|paper| paper.channel),
            signature: None,
            fee,
            desk: Desk::of(submitted.terms.division.clone()),
        }
    }

    /// The division in charge.
    pub fn in_charge(&self) -> &DivisionId {
        &self.desk.division
    }
}

impl Decided {
    /// The terms of the case.
    pub fn terms(&self) -> &Terms {
        &self.received.arrived.terms
    }

    /// The division in charge.
    pub fn in_charge(&self) -> &DivisionId {
        self.received.arrived.in_charge()
    }

    /// True when the procedure hands something over.
    pub fn has_deliverable(&self) -> bool {
        self.terms().has_deliverable()
    }
}
