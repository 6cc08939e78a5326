//! What is recorded of the end of a case.

use serde::{Deserialize, Serialize};

/// Nothing is left to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Why.
    pub reason: CloseReason,
}

/// Why a case ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CloseReason {
    /// All that was due was done.
    Completed,
    /// What was granted was never fetched (受領なし).
    NotCollected,
}
