//! What a correction in part (部分補正) may change: what was asked for, what that brings with it, and nothing beside it.

use crate::application::Arrived;
use crate::decider::Context;
use crate::event::{EnclosedForm, FormRef};
use crate::form::Form;
use crate::form::fields::Fields;
use crate::form::path::FieldPath;
use crate::form::schema::{Condition, Item};
use crate::lookup::{Lookup, Reading};
use crate::rejection::Rejection;

/// What the number of copies is called, which every form has.
const COPIES: &str = "通数";

/// Where the form in force stands; `None` where nobody knows any more where it stands in its signature.
pub(super) fn form_in_force(arrived: &Arrived) -> Option<Lookup> {
    let enclosed = arrived.signature.as_ref().and_then(|signature| signature.enclosed);
    let (document, within) = match (arrived.form, enclosed) {
        (FormRef::Unsigned(form) | FormRef::Detached { content: form, .. }, _) => (form, None),
        (FormRef::Attached(_), Some(EnclosedForm::Apart(form))) => (form, None),
        (FormRef::Attached(message), Some(EnclosedForm::At { from, until })) => {
            (message, Some((from, until)))
        }
        (FormRef::Attached(_), None) => return None,
    };
    Some(Lookup { document, reading: Reading::Form { within } })
}

/// A corrected form says what the one before said, but where it was asked to say something else. `asked`: the fields of what is
/// put right; one that names none may mean any place.
///
/// # Source
/// DOMAIN 1.3 (部分補正, 再提出), A (`Corrected` says what changed). 行政手続法 7条: a correction puts the form of an application right;
/// who wants something else applies anew. It can be refused, for nothing is lost by it: the arrival stands.
pub(super) fn stays_within(
    arrived: &Arrived,
    asked: &[Option<&FieldPath>],
    form: &Form,
    schema: Option<&Fields>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let Some(fields) = asked.iter().copied().collect::<Option<Vec<&FieldPath>>>() else { return Ok(()) };
    // None of a picture of a paper.
    let before = form_in_force(arrived).and_then(|before| context.form(&before.document));
    let Some(before) = before else { return Ok(()) };
    let places =
        before.answers.keys().chain(form.answers.keys().filter(|at| !before.answers.contains_key(*at)));
    let differs = |at: &&String| before.answers.get(*at) != form.answers.get(*at);
    let may_change =
        |at: &FieldPath| fields.iter().any(|asked| lies_in(at, asked)) || follows(at, &fields, schema);
    let is_beyond = |at: &&String| !at.parse().is_ok_and(|at| may_change(&at));
    let beyond: Vec<&String> = places.filter(differs).filter(is_beyond).collect();
    let copies = (before.quantity != form.quantity).then(|| COPIES.to_owned());
    let changed = beyond.len() + usize::from(copies.is_some());
    if changed == 0 {
        return Ok(());
    }
    // Security: a place that the form does not have is the applicant's own word.
    let label = |at: &&String| schema?.label(&at.parse().ok()?);
    let labels = beyond.iter().filter_map(label).chain(copies).collect();
    Err(Rejection::CorrectionBeyondAsked { changed, labels })
}

/// True for a place itself and for what lies within a group.
pub(super) fn lies_in(at: &FieldPath, asked: &FieldPath) -> bool {
    at == asked || (asked.within.is_none() && at.field == asked.field)
}

/// True where a place is asked for only if something else was answered, and that is to be put right.
fn follows(at: &FieldPath, fields: &[&FieldPath], schema: Option<&Fields>) -> bool {
    let conditions = schema.and_then(|schema| Some(conditions(schema.item(&at.field)?, at)));
    conditions.into_iter().flatten().flatten().any(|condition| {
        let outside = FieldPath::of(&condition.field);
        let beside = at.within.as_ref().map(|(which, _)| FieldPath {
            field: at.field.clone(),
            within: Some((*which, condition.field.clone())),
        });
        // What depends on another stands below it, so that this ends.
        [Some(outside), beside]
            .into_iter()
            .flatten()
            .any(|on| fields.iter().any(|asked| lies_in(&on, asked)) || follows(&on, fields, schema))
    })
}

/// What a place depends on: its own condition, and that of its group.
fn conditions<'a>(item: &'a Item, at: &FieldPath) -> [Option<&'a Condition>; 2] {
    match item {
        Item::Field(field) => [field.when.as_ref(), None],
        Item::Group(group) => {
            let within = at.within.as_ref();
            let field = within.and_then(|(_, id)| group.fields.iter().find(|field| field.id == *id));
            [group.when.as_ref(), field.and_then(|field| field.when.as_ref())]
        }
    }
}
