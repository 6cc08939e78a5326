//! What is recorded of consultations (協議・照会) of other divisions.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::document::DocumentRef;
use crate::ids::{DivisionId, StaffId};

/// Another division is asked. Several may be at once, and the review waits for none of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationRequested {
    /// Which division.
    pub division: DivisionId,
    /// What it is asked.
    pub question: DocumentRef,
    /// The last day on which an answer is awaited.
    pub due: NaiveDate,
    /// Who asks.
    pub by: StaffId,
}

/// A division has answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationAnswered {
    /// Which consultation of the case, from 1.
    pub consultation: u32,
    /// What it says.
    pub answer: DocumentRef,
    /// Who answered.
    pub by: StaffId,
}

/// The last day has passed without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationOverdue {
    /// Which consultation of the case, from 1.
    pub consultation: u32,
}
