//! The fields of a form (様式の項目) that a case keeps for life, and what of its form does not fit them.

use super::partial::{lies_in, stays_within};
use crate::application::Arrived;
use crate::command::CorrectionRequest;
use crate::decider::Context;
use crate::document::{DocumentRef, Documents};
use crate::event::CorrectionKind;
use crate::form::Form;
use crate::form::fields::Fields;
use crate::form::flaw::{Fault, Flaw, Weight};
use crate::form::path::FieldPath;
use crate::form::read::ReadForm;
use crate::form::remark::Remark;
use crate::form::schema::FormSchema;
use crate::lookup::{Lookup, Reading};
use crate::rejection::Rejection;
use crate::time::Window;

/// Keeps the fields as they are at the arrival, once for all cases of the edition: a free form has none to keep.
pub(super) fn keep(fields: &Fields, documents: &mut Documents<'_>) -> Option<DocumentRef> {
    (!fields.is_empty()).then(|| documents.keep_shared("form-fields", fields.document()))
}

/// Where the fields stand that a case keeps, if its form is not free.
pub(super) fn lookup(arrived: &Arrived) -> Option<Lookup> {
    arrived.schema.map(|document| Lookup { document, reading: Reading::Fields })
}

/// The fields that a case keeps; none where its form is free.
pub(super) fn kept<'a>(arrived: &Arrived, context: &Context<'a>) -> Result<Option<&'a Fields>, Rejection> {
    let Some(reference) = &arrived.schema else { return Ok(None) };
    context.fields(reference).map(Some).ok_or(Rejection::FormFieldsMissing)
}

/// The recording times for which it stays right what of a form does not fit.
pub(super) fn holds(schema: &FormSchema, context: &Context<'_>) -> Window {
    if schema.depends_on_the_day() { Window::day_of(context.now) } else { Window::ALWAYS }
}

/// What a form must not bring with it, whatever else is wrong with it: in place of a reference, perhaps the number that it stands for.
///
/// # Source
/// 番号法 20条; DOMAIN L22
pub(super) fn refuse_what_must_not_arrive(flaws: &[Flaw]) -> Result<(), Rejection> {
    let is_refused = flaws.iter().any(|flaw| flaw.fault.weight() == Weight::Refused);
    if is_refused { Err(Rejection::NoSensitiveReference) } else { Ok(()) }
}

/// What is asked for names fields that the form has.
pub(super) fn names_fields(
    request: &CorrectionRequest,
    arrived: &Arrived,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let Some(schema) = kept(arrived, context)? else { return Ok(()) };
    for (item, asked) in (1..).zip(request.items.as_slice()) {
        if asked.field.as_ref().is_some_and(|field| !schema.has(field)) {
            return Err(Rejection::FieldUnknown { item });
        }
    }
    Ok(())
}

/// What of a corrected form still does not fit, and until when that is right. What was asked for and is said to be put right
/// must fit: in part, those fields, and nothing else changes; the whole form, where the whole was asked for.
///
/// # Source
/// 行政手続法 7条. A correction that leaves what was asked for as it is can be refused, for nothing is lost by it: the arrival
/// stands, and no last day has a consequence by itself.
pub(super) fn corrected(
    arrived: &Arrived,
    asked: (CorrectionKind, &[Option<&FieldPath>]),
    (form, read): (&Form, &ReadForm),
    context: &Context<'_>,
) -> Result<(Vec<Flaw>, Window), Rejection> {
    let (kind, fields) = asked;
    let schema = kept(arrived, context)?;
    if kind == CorrectionKind::Partial {
        stays_within(arrived, fields, form, schema, context)?;
    }
    let Some(schema) = schema else { return Ok((vec![], Window::ALWAYS)) };
    let concerns = |flaw: &Flaw| match kind {
        CorrectionKind::Resubmit => true,
        CorrectionKind::Partial => {
            flaw.field.as_ref().is_some_and(|at| fields.iter().flatten().any(|field| lies_in(at, field)))
        }
    };
    let found = read.flaws(schema, context.now.date_jst());
    refuse_what_must_not_arrive(&found)?;
    let (answered, beside): (Vec<Flaw>, Vec<Flaw>) = found.into_iter().partition(concerns);
    let left: Vec<Remark> =
        answered.iter().filter(|flaw| flaw.is_defect()).map(|flaw| Remark::of(flaw, schema)).collect();
    if !left.is_empty() {
        return Err(Rejection::CorrectionDefective { remarks: left });
    }
    // A file that nobody asked for is not sent again: what was found of it stands.
    let (unsent, beside): (Vec<Flaw>, Vec<Flaw>) =
        beside.into_iter().partition(|flaw| flaw.fault == Fault::FileMissing);
    let stands = |flaw: &&Flaw| unsent.iter().any(|unsent| unsent.field == flaw.field);
    let standing = arrived.flaws.iter().filter(stands).cloned();
    Ok((answered.into_iter().chain(beside).chain(standing).collect(), holds(schema, context)))
}
