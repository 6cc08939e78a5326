//! What is recorded of the work at the desk: who is in charge, what is noted, what is sent on.

use serde::{Deserialize, Serialize};

use crate::document::DocumentRef;
use crate::due::DueDate;
use crate::ids::{DivisionId, StaffId};
use crate::outcome::Reason;

/// Another division is in charge, before the review begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DivisionAssigned {
    /// Which one.
    pub division: DivisionId,
    /// Who said so.
    pub by: StaffId,
}

/// One officer is to work on the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficerAssigned {
    /// Who.
    pub officer: StaffId,
    /// Who said so.
    pub by: StaffId,
}

/// Another division goes on with the review: number, arrival and clock stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transferred {
    /// Which one.
    pub to: DivisionId,
    /// Why.
    pub reason: Reason,
    /// Who said so.
    pub by: StaffId,
}

/// Something was noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteAdded {
    /// Who may read it.
    pub visibility: Visibility,
    /// The words.
    pub text: DocumentRef,
    /// Who noted it.
    pub by: StaffId,
}

/// Who may read a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Visibility {
    /// The city's staff alone (庁内限り).
    Private,
    /// The applicant, too (申請者に公開).
    Public,
}

/// The application was sent on to the agency that decides: the city's part has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarded {
    /// The agency, as the catalog names it.
    pub agency: String,
    /// By when that agency is to decide, where its period is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DueDate>,
    /// Who sent it.
    pub by: StaffId,
}
