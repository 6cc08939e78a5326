//! Why a form is not taken at all: it is no application, or the law forbids to take it in.

use serde_json::Value;

use super::attached;
use super::path::FieldPath;
use super::schema::{FieldKind, FormSchema};
use crate::bytes::Bytes;
use crate::form::{Form, FormDefect};
use crate::ids::{ProcedureId, UserId};
use crate::standard::my_number;
use crate::standard::sensitive_ref::SensitiveRef;

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
    my_numbers: &[Option<FieldPath>],
) -> Vec<(Refusal, Option<FieldPath>)> {
    let mut refused: Vec<_> =
        form.defects().into_iter().map(|defect| (Refusal::Unreadable(defect), None)).collect();
    if form.procedure != *procedure {
        refused.push((Refusal::OtherProcedure { stated: form.procedure.clone() }, None));
    }
    if form.applicant != applicant {
        refused.push((Refusal::OtherApplicant, None));
    }
    refused.extend(my_numbers.iter().map(|place| (Refusal::MyNumber, place.clone())));
    refused
}

/// Where a form and the files that come with it may hold a My Number: each place of an answer, and no place for a file or for an
/// answer that has none.
pub(super) fn my_numbers(form: &Form, attachments: &[Bytes]) -> Vec<Option<FieldPath>> {
    let mut found: Vec<Option<FieldPath>> = form.my_number_places().map(|name| name.parse().ok()).collect();
    let mut searched = attachments.iter().filter(|_| !form.no_my_number);
    if searched.any(|file| attached::may_hold_my_number(file.as_slice())) {
        found.push(None);
    }
    found
}

/// True when a form that is not complete yet holds what looks like a My Number, unless it says that it is something else. What
/// it says of procedure and applicant is no answer; of what is no JSON everything is searched.
///
/// # Source
/// 番号法 20条: what is put aside is kept as well. DOMAIN L22
pub(crate) fn draft_may_hold_my_number(draft: &[u8]) -> bool {
    const NOT_WRITTEN: [&str; 2] = ["procedure", "applicant"];
    let Ok(Value::Object(draft)) = serde_json::from_slice(draft) else {
        return attached::may_hold_my_number(draft);
    };
    let is_something_else = draft.get("no_my_number") == Some(&Value::Bool(true));
    let mut searched = draft.iter().filter(|(name, _)| !NOT_WRITTEN.contains(&name.as_str()));
    !is_something_else && searched.any(|(name, answer)| may_be_one(name) || holds_one(answer))
}

impl FormSchema {
    /// True when in a draft something stands where a reference belongs and is none: it may be the number itself, whatever is said of it.
    pub(crate) fn lacks_a_reference(&self, draft: &[u8]) -> bool {
        let Ok(Value::Object(draft)) = serde_json::from_slice(draft) else { return false };
        let Some(Value::Object(answers)) = draft.get("answers") else { return false };
        let is_of_a_reference = |place: &str| {
            let path: Option<FieldPath> = place.parse().ok();
            path.and_then(|path| self.field(&path).map(|field| field.kind == FieldKind::SensitiveRef))
        };
        answers.iter().any(|(place, answer)| {
            let is_right = |text: &str| text.trim().is_empty() || text.parse::<SensitiveRef>().is_ok();
            is_of_a_reference(place) == Some(true) && !answer.as_str().is_some_and(is_right)
        })
    }

    /// The references of a form to what the city keeps apart by law, each with its place: what an officer's page asks the separate
    /// store for. A form that cannot be read has none.
    pub fn sensitive_refs(&self, form: &Form) -> Vec<(FieldPath, SensitiveRef)> {
        let references = form.answers.iter().filter_map(|(place, answer)| {
            let path: FieldPath = place.parse().ok()?;
            let is_one = self.field(&path)?.kind == FieldKind::SensitiveRef;
            Some((path, answer.parse().ok().filter(|_| is_one)?))
        });
        references.collect()
    }
}

fn may_be_one(text: &str) -> bool {
    !my_number::places(attached::words(text)).is_empty()
}

fn holds_one(answer: &Value) -> bool {
    match answer {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => may_be_one(&number.to_string()),
        Value::String(text) => may_be_one(text),
        Value::Array(answers) => answers.iter().any(holds_one),
        Value::Object(answers) => answers.iter().any(|(name, answer)| may_be_one(name) || holds_one(answer)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::attached::naming;

    #[test]
    fn a_draft_is_searched_whatever_shape_it_has() {
        for draft in [
            r#"{"answers":{"連絡先":"1234-5678-9018"}}"#,
            r#"{"answers":{"連絡先":123456789018},"no_my_number":false}"#,
            r#"{"answers":{"同居者":[{"続柄":"妻","番号":"１２３４５６７８９０１８"}]}}"#,
            r#"{"answers":{"123456789018":""}}"#,
            r#"["123456789018"]"#,
            "連絡先=123456789018",
        ] {
            assert!(draft_may_hold_my_number(draft.as_bytes()), "{draft}");
        }
        let named = naming(b"%PDF-1.7 123456789018", "map.pdf");
        for draft in [
            r#"{"answers":{"連絡先":"1234-5678-9018"},"no_my_number":true}"#.to_owned(),
            r#"{"applicant":"ab123456-7890-48bb-8000-000000000000"}"#.to_owned(),
            format!(r#"{{"answers":{{"地図":"{named}"}}}}"#),
            "{}".to_owned(),
            String::new(),
        ] {
            assert!(!draft_may_hold_my_number(draft.as_bytes()), "{draft}");
        }
    }
}
