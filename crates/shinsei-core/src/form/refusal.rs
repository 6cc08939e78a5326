//! Why a form is not taken at all: it is no application, or the law forbids to take it in.

use super::attached;
use super::path::FieldPath;
use crate::bytes::Bytes;
use crate::form::{Form, FormDefect};
use crate::ids::{ProcedureId, UserId};

/// Why a form does not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It cannot be read.
    Unreadable(FormDefect),
    /// It is for another procedure.
    OtherProcedure {
        /// Which.
        stated: ProcedureId,
    },
    /// It is from another applicant.
    OtherApplicant,
    /// Something in it looks like a My Number.
    MyNumber,
}

impl Refusal {
    /// The stable code, which a program may rely on.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(FormDefect::TooLarge) => "form-too-large",
            Self::Unreadable(FormDefect::Sealed) => "form-sealed",
            Self::Unreadable(FormDefect::Unreadable { .. }) => "form-unreadable",
            Self::Unreadable(FormDefect::Quantity { .. }) => "quantity-out-of-range",
            Self::Unreadable(FormDefect::TooManyAnswers) => "too-many-answers",
            Self::OtherProcedure { .. } => "other-procedure",
            Self::OtherApplicant => "other-applicant",
            Self::MyNumber => "may-hold-my-number",
        }
    }
}

/// Every reason for which a form that has the shape of one is not taken, with its place where it has one.
///
/// # Source
/// 行政手続法 7条 lets an application with formal defects arrive. What is listed here is no application to this procedure by
/// this person, or holds what the law forbids to take in (番号法 20条): docs/adr/0025-form-fields.md.
pub(crate) fn refusals(
    form: &Form,
    procedure: &ProcedureId,
    applicant: UserId,
    attachments: &[Bytes],
) -> Vec<(Refusal, Option<FieldPath>)> {
    let mut refused: Vec<_> =
        form.defects().into_iter().map(|defect| (Refusal::Unreadable(defect), None)).collect();
    if form.procedure != *procedure {
        refused.push((Refusal::OtherProcedure { stated: form.procedure.clone() }, None));
    }
    if form.applicant != applicant {
        refused.push((Refusal::OtherApplicant, None));
    }
    refused.extend(form.my_number_places().map(|name| (Refusal::MyNumber, name.parse().ok())));
    let mut searched = attachments.iter().filter(|_| !form.no_my_number);
    if searched.any(|file| attached::may_hold_my_number(file.as_slice())) {
        refused.push((Refusal::MyNumber, None));
    }
    refused
}
