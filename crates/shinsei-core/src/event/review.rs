//! What is recorded of a review.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ids::StaffId;
use crate::outcome::Outcome;

/// An officer has begun the review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewStarted {
    /// Who.
    pub by: StaffId,
}

/// An officer decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// Who.
    pub by: StaffId,
    /// What.
    pub outcome: Outcome,
    /// When the premises were inspected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspected_on: Option<NaiveDate>,
    /// Who drafted it, where somebody else approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drafted_by: Option<StaffId>,
}
