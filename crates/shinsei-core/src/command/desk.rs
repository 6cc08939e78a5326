//! What may be asked at the desk: papers that come in, corrections that are asked for and made.

use chrono::NaiveDate;
use serde::Serialize;

use super::SubmittedForm;
use crate::bytes::Bytes;
use crate::event::{CorrectionKind, PaperChannel};
use crate::form::path::FieldPath;
use crate::ids::{ProcedureId, UserId};
use crate::outcome::NonEmpty;
use crate::time::Timestamp;
use crate::words::Words;

/// An application that came on paper, as a clerk records it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// The procedure.
    pub procedure: ProcedureId,
    /// The applicant.
    pub applicant: UserId,
    /// How many copies are asked for.
    pub quantity: u32,
    /// The form as it was scanned: kept as a document.
    pub form: Words,
    /// Where notices go: kept as a document. What is no mail address leaves them to the division.
    pub contact: Words,
    /// Documents attached to the form.
    pub attachments: Vec<Words>,
    /// By which way it came.
    pub channel: PaperChannel,
    /// When the city had it.
    pub arrived_at: Timestamp,
}

/// What is to be put right, as an officer asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CorrectionRequest {
    /// What: at least one thing.
    pub items: NonEmpty<AskedItem>,
    /// The last day on which it is awaited.
    pub due: NaiveDate,
    /// How it is to be put right.
    pub kind: CorrectionKind,
}

/// One thing to put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AskedItem {
    /// The field of the form, as the procedure's schema names it; `None` for what is no single field.
    pub field: Option<FieldPath>,
    /// What is wrong with it, in the officer's words: kept as a document.
    pub text: Words,
}

/// A form that was put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Correction {
    /// What of the request was put right, by place in its list, from 1.
    pub items: NonEmpty<u32>,
    /// The whole form as it now is, signed or not.
    pub form: SubmittedForm,
    /// Documents attached to it.
    pub attachments: Vec<Bytes>,
}
