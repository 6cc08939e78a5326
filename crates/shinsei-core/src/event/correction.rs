//! What is recorded of corrections (補正).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::FormRef;
use crate::document::DocumentRef;
use crate::form::flaw::Flaw;
use crate::ids::StaffId;
use crate::outcome::NonEmpty;

/// The applicant is asked to put something right; the clock stands still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionRequested {
    /// What: at least one thing.
    pub items: NonEmpty<CorrectionItem>,
    /// The last day on which it is awaited.
    pub due: NaiveDate,
    /// How it is to be put right.
    pub kind: CorrectionKind,
    /// Who asks.
    pub by: StaffId,
}

/// One thing to put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionItem {
    /// The field of the form, as the procedure's schema names it; absent for what is no single field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong with it.
    pub text: DocumentRef,
}

/// How something is to be put right (補正種別).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CorrectionKind {
    /// The faulty places alone (部分補正).
    Partial,
    /// The whole application (再提出).
    Resubmit,
}

/// A new version of the form is in force; the signature of the old one is void, the arrival is what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    /// What of the request was put right, by place in its list, from 1.
    pub items: NonEmpty<u32>,
    /// The form as it now is.
    pub form: FormRef,
    /// How many copies it asks for.
    pub quantity: u32,
    /// Documents attached to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<DocumentRef>,
    /// What still does not fit the fields of the form, as codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flaws: Vec<Flaw>,
}

/// The last day has passed without a correction. Nothing follows by itself: a person decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionOverdue {
    /// Which request of the case, from 1.
    pub request: u32,
}

/// The review goes on without the correction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewResumed {
    /// Who decided that.
    pub by: StaffId,
}
