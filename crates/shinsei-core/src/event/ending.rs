//! What is recorded of the end of a case, of how long it is kept, and of its disposal.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::document::DocumentRef;
use crate::ids::StaffId;
use crate::retention::RetentionPeriod;

/// Nothing is left to do: the case is complete, and its retention period is fixed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Why.
    pub reason: CloseReason,
    /// How long it is kept; `None` for a case that is kept for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<RetentionPeriod>,
}

/// Why a case ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CloseReason {
    /// All that was due was done.
    Completed,
    /// What was granted was never fetched (受領なし).
    NotCollected,
    /// The applicant took the application back (取下げ).
    Withdrawn,
    /// The decision was revoked after it was told (取消し・撤回).
    Revoked,
    /// The fee of what was handed over is collected elsewhere (徴収の引継ぎ).
    LeftToCollection,
}

/// The case must be kept, whatever its retention period says (廃棄の停止).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldPlaced {
    /// Which hold of the case, from 1.
    pub hold: u32,
    /// Why, in the officer's words.
    pub reason: DocumentRef,
    /// Who placed it.
    pub by: StaffId,
}

/// A hold no longer stands in the way of the disposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldReleased {
    /// Which hold.
    pub hold: u32,
    /// Who released it.
    pub by: StaffId,
}

/// The retention period is over: somebody must confirm the disposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisposalFellDue {
    /// The first day on which the case may be disposed of.
    pub since: NaiveDate,
}

/// The documents of the case are erased, those that speak of a person with all others (廃棄).
///
/// It covers every document that a record of the stream before it refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposed {
    /// Who confirmed it.
    pub by: StaffId,
}
