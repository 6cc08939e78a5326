//! What is recorded of the clock of a case: its due date, each with the inputs from which it was counted.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::due::DueDate;
use crate::ids::StaffId;
use crate::outcome::Reason;

/// The standard processing period begins with the arrival.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockStarted {
    /// When it ends.
    pub due: DueDate,
}

/// The clock goes on after it stood still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockResumed {
    /// When it ends now.
    pub due: DueDate,
}

/// The city needs longer; the applicant is told why and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineExtended {
    /// Until when.
    pub due: DueDate,
    /// Why.
    pub reason: Reason,
    /// Who decided that.
    pub by: StaffId,
}

/// The due date was counted again over another version of the calendar, which gives another day: that of the city, or of the
/// agency to which the case was forwarded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueDateRebased {
    /// When it ends by that calendar.
    pub due: DueDate,
}

/// The due date comes near.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineApproaching {
    /// The last day.
    pub day: NaiveDate,
}

/// The due date has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineExceeded {
    /// The last day.
    pub day: NaiveDate,
}
