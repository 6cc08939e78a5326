//! What is recorded of the internal approval (決裁) of a decision.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::document::DocumentRef;
use crate::ids::StaffId;
use crate::outcome::{NonEmpty, Outcome, Reason};

/// A decision was drafted and waits for its approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionDrafted {
    /// What is to be decided.
    pub outcome: Outcome,
    /// When the premises were inspected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspected_on: Option<NaiveDate>,
    /// Who drafted it.
    pub by: StaffId,
    /// Who is to approve it: somebody else.
    pub approver: StaffId,
}

/// Somebody else is to approve, in place of whoever was to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalDelegated {
    /// Who hands it on.
    pub by: StaffId,
    /// To whom.
    pub to: StaffId,
}

/// The draft was sent back: the review goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionSentBack {
    /// Why.
    pub reason: Reason,
    /// Who sent it back.
    pub by: StaffId,
}

/// What was decided is to become another: drafted for somebody else to approve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmendmentDrafted {
    /// What is to become of it.
    pub amendment: Amendment,
    /// Who drafted it.
    pub by: StaffId,
    /// Who is to approve it.
    pub approver: StaffId,
}

/// What is to become of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Amendment {
    /// A clerical error is mended (更正).
    Correction {
        /// What was meant from the beginning.
        outcome: Outcome,
        /// What was wrong, in the officer's words.
        explanation: DocumentRef,
    },
    /// It is taken back (取消し・撤回).
    Revocation {
        /// Why.
        reasons: NonEmpty<Reason>,
    },
}
