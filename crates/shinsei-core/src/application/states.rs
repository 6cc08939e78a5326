//! What is true in each state of a case.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{Annex, Desk, FeeLedger, SettledFee, nth};
use crate::document::DocumentRef;
use crate::due::DueDate;
use crate::event::{Agent, CloseReason, CorrectionKind, FormRef, PaperChannel, SignatureVerified, Submitted};
use crate::form::flaw::Flaw;
use crate::form::path::FieldPath;
use crate::ids::{DivisionId, ProcedureId, StaffId, UserId};
use crate::number::ReceiptNumber;
use crate::outcome::{NonEmpty, Outcome, Reason};
use crate::procedure::filing::LateArrival;
use crate::procedure::{ConsentRule, Fee, Remedy, Terms};
use crate::rejection::Rejection;
use crate::retention::RetentionPeriod;
use crate::time::Timestamp;
use crate::yen::Yen;

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
    /// The terms that govern the case for life, shared by all states that the case goes through.
    pub terms: Arc<Terms>,
    /// The applicant.
    pub applicant: UserId,
    /// The agent who applied in the applicant's name.
    pub agent: Option<Agent>,
    /// How many copies are asked for.
    pub quantity: u32,
    /// The form in force.
    pub form: FormRef,
    /// Which version of the form it is, from 1: each correction makes the next.
    pub form_version: u32,
    /// The fields that the form has for the life of the case; `None` where it is free.
    pub schema: Option<DocumentRef>,
    /// What of the form in force does not fit its fields.
    pub flaws: Vec<Flaw>,
    /// The mail address for notices.
    pub contact: DocumentRef,
    /// What the applicant's registration said at arrival.
    pub profile: Option<DocumentRef>,
    /// When it arrived: by law the time at which it was recorded, or that at which the city had the paper.
    pub arrived_at: Timestamp,
    /// By which way of paper it came; `None` for what came electronically.
    pub paper: Option<PaperChannel>,
    /// That it arrived after its time (期限後).
    pub late: Option<LateArrival>,
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
    /// What lies beside the main road.
    pub annex: Annex,
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
    /// What is to be put right: each thing by its field, `None` for what is no single field.
    pub items: Vec<Option<FieldPath>>,
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
    /// Why the decision was taken back; `None` while it stands.
    pub revocation: Option<NonEmpty<Reason>>,
}

/// A case whose grant was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// What was decided.
    pub decided: Decided,
}

/// A case with nothing left to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// What the case was when it ended.
    pub last: Last,
    /// Why it ended.
    pub reason: CloseReason,
    /// When it ended.
    pub closed_at: Timestamp,
    /// How long it is kept; `None` for good.
    pub retention: Option<RetentionPeriod>,
    /// True once the retention period is over and somebody must confirm the disposal.
    pub disposal_is_due: bool,
}

/// What a case was when it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Last {
    /// Not decided: it was withdrawn.
    Undecided(Received),
    /// Decided.
    Decided(Decided),
}

/// A case whose documents are erased: what is left are codes, times and digests that say nothing any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disposed {
    /// What had ended.
    pub closed: Closed,
    /// When it was disposed of.
    pub disposed_at: Timestamp,
    /// Who confirmed it.
    pub by: StaffId,
}

impl Arrived {
    pub(super) fn from(submitted: &Submitted, recorded_at: Timestamp) -> Self {
        let fee = match submitted.terms.fee {
            Fee::Free => FeeLedger::Free,
            Fee::Due { .. } => FeeLedger::Unassessed,
        };
        Self {
            procedure: submitted.procedure.clone(),
            terms: Arc::new(Terms::clone(&submitted.terms)),
            applicant: submitted.applicant,
            agent: submitted.agent,
            quantity: submitted.quantity,
            form: submitted.form,
            form_version: 1,
            schema: submitted.schema.as_deref().copied(),
            flaws: submitted.flaws.clone(),
            contact: submitted.contact,
            profile: submitted.profile,
            arrived_at: submitted.paper.as_ref().map_or(recorded_at, |paper| paper.arrived_at),
            paper: submitted.paper.as_ref().map(|paper| paper.channel),
            late: submitted.late,
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

impl AwaitingCorrection {
    /// The field of a thing that is to be put right, from 1, if it names one; `None` where there is no such thing.
    pub fn item(&self, ordinal: u32) -> Option<Option<&FieldPath>> {
        Some(nth(&self.items, ordinal)?.as_ref())
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

    /// True when the applicant has, at least in part, what was applied for or filed.
    pub fn is_favourable(&self) -> bool {
        self.outcome.is_favourable() && self.revocation.is_none()
    }

    /// The reasons of what is adverse in what was decided last; none where nothing is.
    pub fn reasons(&self) -> &[Reason] {
        match &self.revocation {
            Some(reasons) => reasons.as_slice(),
            None => self.outcome.reasons(),
        }
    }

    /// The remedy of what was decided last: there is one where it is adverse, at least in part, and a disposition.
    pub fn remedy(&self) -> Option<Remedy> {
        self.terms().remedy.filter(|_| !self.reasons().is_empty())
    }

    /// True when a document with the reasons of what is adverse must still reach the applicant, and with the remedy where
    /// there is one: the mail says no more than that such a document comes.
    pub fn owes_a_document(&self) -> bool {
        !self.reasons().is_empty() && !self.received.annex.document_is_delivered
    }

    /// True when something that was granted must still be handed over.
    pub fn owes_a_hand_over(&self) -> bool {
        self.is_favourable() && self.has_deliverable()
    }

    /// True when the applicant must still pay for what was granted.
    pub fn is_owed_a_fee(&self) -> bool {
        self.is_favourable() && self.received.arrived.fee.settled().is_err()
    }
}

impl Received {
    /// The proof that what was granted may be handed over.
    ///
    /// # Errors
    /// [`Rejection`] when the fee stands in the way.
    pub fn cleared(&self) -> Result<SettledFee, Rejection> {
        self.arrived.fee.clears(self.arrived.terms.fee.timing(), !self.annex.fee_notices.is_empty())
    }

    /// True when documents may reach the applicant electronically (電子交付の同意).
    pub fn agrees_to_electronic_delivery(&self) -> bool {
        match (self.arrived.terms.consent, self.annex.electronic_delivery) {
            (None, _) => false,
            (Some(_), Some(said)) => said,
            (Some(rule), None) => rule == ConsentRule::WithApplication,
        }
    }
}

impl Closed {
    /// True when the fee is still owed: it was left to the collection (徴収), or a payment did not come in after all.
    pub fn is_owed_a_fee(&self) -> bool {
        self.decision().is_some_and(Decided::is_owed_a_fee)
            && match self.reason {
                CloseReason::Completed | CloseReason::LeftToCollection => true,
                CloseReason::NotCollected | CloseReason::Withdrawn | CloseReason::Revoked => false,
            }
    }

    /// True when the division must look at the money of a case that has ended: it has some that was not owed, lacks some that it
    /// had when the case ended, or gave back what was taken back as well. What was left to the collection is in the collection's hands.
    pub fn has_open_money(&self) -> bool {
        let annex = &self.received().annex;
        let was_reversed = self.is_owed_a_fee() && self.reason != CloseReason::LeftToCollection;
        was_reversed
            || annex.has_an_unpaid_reissue()
            || annex.surplus().is_some()
            || self.unpaid_refund().is_some()
    }

    /// The payment of which the city gave back what it does not have any more, and how much the applicant owes for that.
    pub fn unpaid_refund(&self) -> Option<(u32, Yen)> {
        let is_paid_again = matches!(self.received().arrived.fee, FeeLedger::Paid(_));
        self.received().annex.unpaid_refund(is_paid_again || self.is_owed_a_fee())
    }

    /// What was received.
    pub fn received(&self) -> &Received {
        match &self.last {
            Last::Undecided(received) | Last::Decided(Decided { received, .. }) => received,
        }
    }

    /// What was decided, if anything was.
    pub fn decision(&self) -> Option<&Decided> {
        match &self.last {
            Last::Undecided(_) => None,
            Last::Decided(decided) => Some(decided),
        }
    }

    pub(super) fn received_mut(&mut self) -> &mut Received {
        match &mut self.last {
            Last::Undecided(received) | Last::Decided(Decided { received, .. }) => received,
        }
    }
}
