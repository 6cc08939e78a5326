//! What is recorded when a decision does not stay as it was: corrected, revoked, appealed against, reopened.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::document::DocumentRef;
use crate::ids::StaffId;
use crate::outcome::{NonEmpty, Outcome, Reason};
use crate::procedure::Remedy;

/// The decision said something else than was decided (更正): a clerical error is mended, the decision stays what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionCorrected {
    /// Who corrected it.
    pub by: StaffId,
    /// What was meant from the beginning.
    pub outcome: Outcome,
    /// What was wrong, in the officer's words.
    pub explanation: DocumentRef,
    /// Who drafted it, where somebody else approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drafted_by: Option<StaffId>,
}

/// A grant is taken back (取消し・撤回): an adverse act of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRevoked {
    /// Who revoked it.
    pub by: StaffId,
    /// Why.
    pub reasons: NonEmpty<Reason>,
    /// The remedy; `None` where the act is no disposition.
    pub remedy: Option<Remedy>,
    /// Who drafted it, where somebody else approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drafted_by: Option<StaffId>,
}

/// Somebody contests the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealFiled {
    /// Which appeal of the case, from 1.
    pub appeal: u32,
    /// How.
    pub kind: AppealKind,
    /// The day on which it was brought.
    pub filed_on: NaiveDate,
    /// The paper of it.
    pub paper: DocumentRef,
    /// Who recorded it.
    pub by: StaffId,
}

/// How a decision is contested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppealKind {
    /// By a request for review (審査請求).
    RequestForReview,
    /// By a suit for revocation (取消訴訟).
    Suit,
}

/// An appeal has come to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealResolved {
    /// Which appeal.
    pub appeal: u32,
    /// How it ended.
    pub result: AppealResult,
    /// Who recorded it.
    pub by: StaffId,
}

/// How an appeal ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppealResult {
    /// The decision does not stand (認容).
    Upheld,
    /// The decision stands (棄却).
    Rejected,
    /// The appeal was not admissible (却下).
    Dismissed,
    /// Whoever brought it took it back (取下げ).
    Withdrawn,
}

/// A case that had ended is reviewed again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopened {
    /// Why.
    pub ground: ReopeningGround,
    /// Who reviews it.
    pub by: StaffId,
    /// Who approved, another than who reviews.
    pub approver: StaffId,
}

/// Why a case is reviewed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReopeningGround {
    /// An appeal was upheld (認容).
    AppealUpheld,
    /// The city found its own error (職権).
    OwnError,
    /// Facts came to light that were not known (新たな事実).
    NewFacts,
}
