//! A form as JSON Schema: for a portal that renders it, and checks it before it is sent.
//!
//! The schema says all that is a matter of shape ([`Fault::is_structural`]), with the same verdict as the dry run. What only a
//! program can say (days of eras, kana, check digits, characters as a reader counts them, files) stands beside it in words of
//! ours: `x-shinsei-kind` as a field of the form has it, `x-shinsei-order` and `x-shinsei-groups` for who renders it.

use serde_json::{Map, Value, json};

use super::flaw::Fault;
use super::path::{FieldId, FieldPath};
use super::schema::{BETWEEN_CHOICES, Condition, Field, FieldKind, FormSchema, Group, Item};
use crate::form::{ANSWERS_MAX, QUANTITY_MAX};
use crate::ids::ProcedureId;

/// Blanks as `str::trim` knows them. Source: Unicode, the property White_Space
const BLANK: &str = r"[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]";

/// What is no blank.
const INK: &str = r"[^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]";

/// A file by its digest, and its name.
const FILE: &str = r"^sha256:[0-9A-Fa-f]{64}(?:/[\s\S]*)?$";

impl Fault {
    /// True for what a [JSON Schema](FormSchema::json_schema) of the form finds as well: a matter of shape.
    pub fn is_structural(self) -> bool {
        match self {
            Self::Missing
            | Self::NotAsked
            | Self::NotApplicable
            | Self::NoNumber
            | Self::NoSuchChoice
            | Self::TooFew
            | Self::TooMany
            | Self::NoFile => true,
            Self::TooShort
            | Self::TooLong
            | Self::NotPlain
            | Self::NotKana
            | Self::NotLatin
            | Self::OutOfRange
            | Self::NoDate
            | Self::InFuture
            | Self::InPast
            | Self::NoPostalCode
            | Self::NoPhone
            | Self::NoMailAddress
            | Self::NoCorporateNumber
            | Self::NoMunicipality
            | Self::FileMissing
            | Self::FileNotAsked
            | Self::FileTooLarge
            | Self::OtherMedia
            | Self::NoReference
            | Self::GlyphCheck => false,
        }
    }
}

impl FormSchema {
    /// The JSON Schema (draft 2020-12) of the form of a procedure, as it stands under the signature.
    ///
    /// A form that can be read is valid by it exactly where the dry run finds nothing [structural](Fault::is_structural), but for
    /// numbers of 20 digits. Every place of a group is named: a catalog has no form with more than [`ANSWERS_MAX`] places. Each has its
    /// `title`, `description` and `x-shinsei-kind`; `x-shinsei-order` names them in the order of the form, and `x-shinsei-groups` what
    /// several are called, and how often they are asked for.
    ///
    /// # Example
    /// ```
    /// use shinsei_core::catalog::Catalog;
    /// use shinsei_core::ids::ProcedureId;
    ///
    /// let catalog = Catalog::sample();
    /// let dog = catalog.procedure(&ProcedureId::new("DO-005")?).ok_or("no such procedure")?;
    /// let schema = dog.form.json_schema(&dog.id);
    /// let name = &schema["properties"]["answers"]["properties"]["犬/1/名前"];
    /// assert_eq!(name["title"], "名前");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Source
    /// JSON Schema Core and Validation 2020-12; docs/forms.md
    pub fn json_schema(&self, procedure: &ProcedureId) -> Value {
        let mut required = vec!["procedure", "applicant"];
        let asks_always = self.items.iter().any(|item| match item {
            Item::Field(field) => field.required && field.when.is_none(),
            Item::Group(group) => group.times_min > 0 && group.when.is_none(),
        });
        if asks_always {
            required.push("answers");
        }
        let mut drawn = Drawn { schema: self, definitions: Map::new() };
        let answers = drawn.answers();
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "required": required,
            "additionalProperties": false,
            "properties": {
                "procedure": { "const": procedure },
                "applicant": { "type": "string", "format": "uuid" },
                "quantity": { "type": "integer", "minimum": 1, "maximum": QUANTITY_MAX, "default": 1 },
                "no_my_number": { "type": "boolean", "default": false },
                "answers": answers,
            },
            "$defs": drawn.definitions,
        })
    }
}

/// A schema that is being drawn up.
struct Drawn<'a> {
    schema: &'a FormSchema,
    /// What is referred to: that so many of several are there.
    definitions: Map<String, Value>,
}

/// Where a field stands.
#[derive(Clone, Copy)]
enum Scope<'a> {
    /// Once, after these.
    Once { before: &'a [Item] },
    /// In the `nth` of a group, after these fields of it, which stands after those.
    Within { group: &'a Group, nth: u32, before: &'a [Field], once: &'a [Item] },
}

impl<'a> Drawn<'a> {
    fn answers(&mut self) -> Value {
        if self.schema.is_empty() {
            return json!({ "type": "object", "maxProperties": ANSWERS_MAX, "additionalProperties": text() });
        }
        let (mut places, mut rules, mut order, mut groups) = (Map::new(), vec![], vec![], Map::new());
        for (at, item) in self.schema.items.iter().enumerate() {
            let before = &self.schema.items[..at];
            match item {
                Item::Field(field) => {
                    order.push(field.id.as_str().to_owned());
                    places.insert(field.id.as_str().to_owned(), answer(field));
                    rules.extend(rule(field, Scope::Once { before }));
                }
                Item::Group(group) => {
                    for nth in 1..=most(group) {
                        order.extend(group.fields.iter().map(|field| place(group, nth, field)));
                        places.extend(
                            group.fields.iter().map(|field| (place(group, nth, field), answer(field))),
                        );
                    }
                    groups.insert(group.id.as_str().to_owned(), several(group));
                    rules.push(self.rule_of_group(at, group));
                }
            }
        }
        let mut answers = json!({
            "type": "object", "maxProperties": ANSWERS_MAX, "properties": places,
            // An answer that is blank is none, whatever it is called.
            "additionalProperties": { "type": "string", "pattern": all_blank() },
            "x-shinsei-order": order,
            "x-shinsei-groups": groups,
        });
        if !rules.is_empty() {
            answers["allOf"] = rules.into();
        }
        answers
    }

    /// How often a group is there, and what is to be answered in each.
    fn rule_of_group(&mut self, at: usize, group: &'a Group) -> Value {
        let once = &self.schema.items[..at];
        let mut rules = vec![];
        for nth in 1..=most(group) {
            let scope = |before| Scope::Within { group, nth, before, once };
            let members = group.fields.iter().enumerate();
            let members: Vec<Value> =
                members.filter_map(|(place, field)| rule(field, scope(&group.fields[..place]))).collect();
            rules.push(json!({ "if": there(group, nth), "then": all(members) }));
        }
        if group.times_min > 0 {
            rules.push(self.at_least(at, group, group.times_min, 1));
        }
        let asked = all(rules);
        let Some(condition) = &group.when else { return asked };
        let places = (1..=most(group))
            .flat_map(|nth| group.fields.iter().map(move |field| blank(&place(group, nth, field))));
        let none: Vec<Value> = places.collect();
        json!({ "if": holds(condition, Scope::Once { before: once }), "then": asked, "else": all(none) })
    }

    /// That at least so many are there from the `nth` on: JSON Schema counts items of an array, and these are none.
    fn at_least(&mut self, at: usize, group: &Group, times: u32, nth: u32) -> Value {
        if times == 0 {
            return json!(true);
        }
        if nth.saturating_add(times - 1) > most(group) {
            return json!(false);
        }
        let name = format!("{at}-{times}-of-{nth}");
        if !self.definitions.contains_key(&name) {
            self.definitions.insert(name.clone(), Value::Null);
            let with = self.at_least(at, group, times - 1, nth + 1);
            let without = self.at_least(at, group, times, nth + 1);
            let either = json!({ "anyOf": [{ "allOf": [there(group, nth), with] }, without] });
            self.definitions.insert(name.clone(), either);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }
}

/// Where a field is to be answered, and where it is not.
fn rule(field: &Field, scope: Scope<'_>) -> Option<Value> {
    let name = scope.place(&field.id);
    let asked = field.required.then(|| present(&name));
    match &field.when {
        None => asked,
        Some(condition) => {
            let then = asked.unwrap_or(json!(true));
            Some(json!({ "if": holds(condition, scope), "then": then, "else": blank(&name) }))
        }
    }
}

/// That a field is asked for: the other one is answered with one of the choices, and is asked for itself.
fn holds(condition: &Condition, scope: Scope<'_>) -> Value {
    let Some((other, scope)) = scope.before(&condition.field) else { return json!(false) };
    let name = scope.place(&other.id);
    let picked = json!({
        "required": [name],
        "properties": { name: { "pattern": one_of_several(&condition.is) } },
    });
    match &other.when {
        None => picked,
        Some(condition) => json!({ "allOf": [picked, holds(condition, scope)] }),
    }
}

impl<'a> Scope<'a> {
    /// The field that a condition speaks of: one before it of the same group, else one before it that is there once.
    fn before(self, id: &FieldId) -> Option<(&'a Field, Self)> {
        let items = match self {
            Scope::Once { before } => before,
            Scope::Within { group, nth, before, once } => {
                if let Some(at) = before.iter().position(|field| field.id == *id) {
                    return Some((&before[at], Scope::Within { group, nth, before: &before[..at], once }));
                }
                once
            }
        };
        items.iter().enumerate().find_map(|(at, item)| match item {
            Item::Field(field) if field.id == *id => Some((field, Scope::Once { before: &items[..at] })),
            Item::Field(_) | Item::Group(_) => None,
        })
    }

    fn place(self, field: &FieldId) -> String {
        match self {
            Scope::Once { .. } => field.as_str().to_owned(),
            Scope::Within { group, nth, .. } => FieldPath::within(&group.id, nth, field).to_string(),
        }
    }
}

/// How often a group may be there: never more often than a form has answers, whatever fields that no catalog holds say.
fn most(group: &Group) -> u32 {
    group.times_max.min(u32::try_from(ANSWERS_MAX).unwrap_or(u32::MAX))
}

fn place(group: &Group, nth: u32, field: &Field) -> String {
    FieldPath::within(&group.id, nth, &field.id).to_string()
}

fn text() -> Value {
    json!({ "type": "string" })
}

/// What may be answered in a place, if anything is.
fn answer(field: &Field) -> Value {
    let mut answer = json!({ "type": "string", "title": field.label, "x-shinsei-kind": field.kind });
    if let Some(right) = right(&field.kind) {
        answer["anyOf"] = json!([{ "pattern": all_blank() }, right]);
    }
    if !field.hint.is_empty() {
        answer["description"] = field.hint.as_str().into();
    }
    answer
}

/// What several are called, and how often they are asked for.
fn several(group: &Group) -> Value {
    let Group { label, times_min, times_max, hint, .. } = group;
    json!({ "title": label, "description": hint, "minimum": times_min, "maximum": times_max })
}

/// The shape of a right answer, where it has one that a pattern can say.
fn right(kind: &FieldKind) -> Option<Value> {
    match kind {
        FieldKind::Choice(choices) => Some(json!({ "enum": choices })),
        FieldKind::Choices(choices) => {
            let (one, between) = (any_of(choices), BETWEEN_CHOICES);
            let twice = |choice: &String| {
                let choice = escaped(choice);
                json!({ "pattern": format!(r"(?:^|{between}){choice}{between}(?:[\s\S]*{between})?{choice}(?:{between}|$)") })
            };
            let twice: Vec<Value> = choices.iter().map(twice).collect();
            Some(json!({ "pattern": format!("^{one}(?:{between}{one})*$"), "not": { "anyOf": twice } }))
        }
        FieldKind::Number(_) => Some(json!({ "pattern": format!("^{BLANK}*0*[0-9]{{1,19}}{BLANK}*$") })),
        FieldKind::Attachment { .. } => Some(json!({ "pattern": FILE })),
        FieldKind::Text(_)
        | FieldKind::Prose(_)
        | FieldKind::Name(_)
        | FieldKind::Kana(_)
        | FieldKind::Latin(_)
        | FieldKind::Date(_)
        | FieldKind::PostalCode
        | FieldKind::Phone
        | FieldKind::MailAddress
        | FieldKind::CorporateNumber
        | FieldKind::Municipality => None,
        FieldKind::SensitiveRef => Some(json!({ "pattern": "^sref:[a-z]{28}$" })),
    }
}

/// That all of these hold; JSON Schema knows no list of none.
fn all(schemas: Vec<Value>) -> Value {
    if schemas.is_empty() { json!(true) } else { json!({ "allOf": schemas }) }
}

/// That something is answered in a place.
fn present(name: &str) -> Value {
    json!({ "required": [name], "properties": { name: { "pattern": INK } } })
}

/// That nothing is.
fn blank(name: &str) -> Value {
    json!({ "properties": { name: { "pattern": all_blank() } } })
}

/// That something is answered in the `nth` of a group.
fn there(group: &Group, nth: u32) -> Value {
    let members: Vec<Value> = group.fields.iter().map(|field| present(&place(group, nth, field))).collect();
    json!({ "anyOf": members })
}

fn all_blank() -> String {
    format!("^{BLANK}*$")
}

/// An answer that picks one of these, alone or among others.
fn one_of_several(choices: &[String]) -> String {
    let (one, between) = (any_of(choices), BETWEEN_CHOICES);
    format!("(?:^|{between}){BLANK}*{one}{BLANK}*(?:{between}|$)")
}

fn any_of(choices: &[String]) -> String {
    let choices: Vec<String> = choices.iter().map(|choice| escaped(choice)).collect();
    format!("(?:{})", choices.join("|"))
}

/// A text as a pattern that means itself. Source: ECMA-262, SyntaxCharacter and `/`
fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if r"^$\.*+?()[]{}|/".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}
