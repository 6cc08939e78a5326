//! What is recorded of a draft.

use serde::{Deserialize, Serialize};

use crate::document::DocumentRef;
use crate::ids::{ProcedureId, UserId};

/// A form that is being filled in was put aside: no arrival, no number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftSaved {
    /// The procedure.
    pub procedure: ProcedureId,
    /// Whose draft it is.
    pub applicant: UserId,
    /// The form as far as it is filled in.
    pub form: DocumentRef,
}

/// A draft was thrown away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftDiscarded {
    /// Why.
    pub cause: DiscardCause,
}

/// Why a draft was thrown away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DiscardCause {
    /// The applicant wanted it.
    ByApplicant,
    /// Nobody went on with it (保存期限切れ).
    Expired,
}
