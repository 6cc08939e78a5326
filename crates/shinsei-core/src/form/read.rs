//! A form that came in, read once: what it says, where it may hold a My Number, and what of it does not fit its fields.

use std::sync::Arc;

use chrono::NaiveDate;

use super::fields::Fields;
use super::flaw::Flaw;
use super::path::FieldPath;
use super::refusal::{Refusal, my_numbers, refusals};
use crate::bytes::Bytes;
use crate::command::SubmittedForm;
use crate::form::{Form, FormDefect};
use crate::ids::{ProcedureId, UserId};
use crate::signature::{Enclosed, VerifiedSignature};

/// A form as it came in, with what was read in it: it travels with the bytes that it was read from, so that it cannot be taken for
/// what other bytes say.
#[derive(Clone)]
pub(crate) struct ReadForm {
    came: SubmittedForm,
    attachments: Vec<Bytes>,
    /// Where in its signature it was found.
    enclosed: Option<Enclosed>,
    form: Result<Arc<Form>, FormDefect>,
    my_numbers: Vec<Option<FieldPath>>,
    held: Option<Held>,
}

/// What of it does not fit these fields on this day.
#[derive(Clone)]
struct Held {
    against: Fields,
    today: NaiveDate,
    flaws: Vec<Flaw>,
}

impl ReadForm {
    /// Reads a form; of one that travelled inside its signature the content that was judged.
    pub(crate) fn of(
        came: &SubmittedForm,
        attachments: &[Bytes],
        signature: Option<&VerifiedSignature>,
    ) -> Self {
        let form = content(came, signature).and_then(Form::read);
        let my_numbers = form.as_ref().map(|form| my_numbers(form, attachments)).unwrap_or_default();
        Self {
            came: came.clone(),
            attachments: attachments.to_vec(),
            enclosed: signature.and_then(VerifiedSignature::enclosed).cloned(),
            form: form.map(Arc::new),
            my_numbers,
            held: None,
        }
    }

    /// True when it was read from exactly these bytes.
    pub(crate) fn is_of(
        &self,
        came: &SubmittedForm,
        attachments: &[Bytes],
        signature: Option<&VerifiedSignature>,
    ) -> bool {
        self.came == *came
            && self.attachments == attachments
            && self.enclosed.as_ref() == signature.and_then(VerifiedSignature::enclosed)
    }

    /// The same, held against these fields beforehand.
    pub(crate) fn held_against(self, fields: &Fields, today: NaiveDate) -> Self {
        let flaws = self.flaws(fields, today);
        Self { held: Some(Held { against: fields.clone(), today, flaws }), ..self }
    }

    /// What it says, if it is an application to this procedure by this person that may be taken in.
    pub(crate) fn taken(&self, procedure: &ProcedureId, applicant: UserId) -> Result<&Form, Refusal> {
        let form = self.form.as_deref().map_err(|defect| Refusal::Unreadable(*defect))?;
        match refusals(form, procedure, applicant, &self.my_numbers).into_iter().next() {
            Some((refusal, _)) => Err(refusal),
            None => Ok(form),
        }
    }

    /// What of it does not fit these fields on this day; nothing where it cannot be read.
    pub(crate) fn flaws(&self, fields: &Fields, today: NaiveDate) -> Vec<Flaw> {
        let is_this = |held: &&Held| held.today == today && held.against == *fields;
        match (self.held.as_ref().filter(is_this), &self.form) {
            (Some(held), _) => held.flaws.clone(),
            (None, Ok(form)) => fields.flaws(form, &self.attachments, today),
            (None, Err(_)) => vec![],
        }
    }
}

/// The bytes of a form.
pub(crate) fn content<'a>(
    form: &'a SubmittedForm,
    signature: Option<&'a VerifiedSignature>,
) -> Result<&'a [u8], FormDefect> {
    match form {
        SubmittedForm::Unsigned(content) | SubmittedForm::Detached { content, .. } => Ok(content.as_slice()),
        SubmittedForm::Attached(message) => {
            signature.and_then(|signature| signature.content(message.as_slice())).ok_or(FormDefect::Sealed)
        }
    }
}
