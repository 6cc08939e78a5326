//! What is recorded of a withdrawal (取下げ).

use serde::{Deserialize, Serialize};

use crate::ids::StaffId;
use crate::outcome::{NonEmpty, Reason};

/// The applicant asks to take the application back; the city must consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalRequested {
    /// Who recorded it from paper (取下書); absent when the applicant asked in person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
}

/// The application is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// Who consented, or recorded it from paper; absent when the applicant took it back at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
}

/// The city does not consent: the review goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalDeclined {
    /// Who declined.
    pub by: StaffId,
    /// Why.
    pub reasons: NonEmpty<Reason>,
}
