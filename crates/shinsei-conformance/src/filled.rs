//! Forms filled in as their fields ask for it: to try a procedure of your own with, and to break in one place.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;
use shinsei_core::bytes::Bytes;
use shinsei_core::form::attached::naming;
use shinsei_core::form::path::{FieldId, FieldPath};
use shinsei_core::form::schema::{
    BETWEEN_CHOICES, Bounds, Condition, Field, FieldKind, FormSchema, Item, Media,
};
use shinsei_core::standard::era::EraDate;

/// The answers of a form and the files that go with it.
#[derive(Clone, PartialEq, Eq)]
pub struct Filled {
    /// The answers by their place.
    pub answers: BTreeMap<String, String>,
    /// The files.
    pub files: Vec<Bytes>,
}

impl Filled {
    /// Answers of a form that has no fields.
    pub fn free() -> Self {
        Self { answers: [("氏名".to_owned(), "甲野 花子".to_owned())].into(), files: vec![] }
    }

    /// Answers everything that is asked for, rightly, and groups as often as they may be there, up to twice.
    pub fn right(schema: &FormSchema, today: NaiveDate) -> Self {
        let mut filled = Self { answers: BTreeMap::new(), files: vec![] };
        let mut once = BTreeMap::new();
        for item in &schema.items {
            match item {
                Item::Field(field) => filled.answer(FieldPath::of(&field.id), field, &mut once, today),
                Item::Group(group) if applies(group.when.as_ref(), &once) => {
                    for nth in 1..=group.times_max.min(group.times_min.max(2)) {
                        // What is answered within one of them says nothing about the next.
                        let mut beside = once.clone();
                        for field in &group.fields {
                            let path = FieldPath::within(&group.id, nth, &field.id);
                            filled.answer(path, field, &mut beside, today);
                        }
                    }
                }
                Item::Group(_) => {}
            }
        }
        filled
    }

    /// The answers as they stand in a form: a JSON object.
    ///
    /// # Panics
    /// Never: text can always be written.
    pub fn to_json(&self) -> String {
        let answers =
            self.answers.iter().map(|(place, answer)| (place.clone(), Value::from(answer.as_str())));
        Value::Object(answers.collect()).to_string()
    }

    fn answer(
        &mut self,
        path: FieldPath,
        field: &Field,
        beside: &mut BTreeMap<FieldId, String>,
        today: NaiveDate,
    ) {
        if !applies(field.when.as_ref(), beside) {
            // What stands elsewhere under the same code is hidden all the same.
            beside.remove(&field.id);
            return;
        }
        let answer = match &field.kind {
            FieldKind::Attachment { media, .. } => self.file(media, &path),
            kind => answer_of(kind, today),
        };
        beside.insert(field.id.clone(), answer.clone());
        self.answers.insert(path.to_string(), answer);
    }

    /// A file of its own for each place, so that none is named twice.
    fn file(&mut self, media: &[Media], path: &FieldPath) -> String {
        let (begins, name): (&[u8], _) = match media.first() {
            Some(Media::Pdf) | None => (b"%PDF-1.7\n", "file.pdf"),
            Some(Media::Jpeg) => (b"\xFF\xD8\xFF\xE0", "file.jpg"),
            Some(Media::Png) => (b"\x89PNG\r\n\x1A\n", "file.png"),
            Some(Media::Text) => (b"", "file.txt"),
            Some(Media::Office) => (b"PK\x03\x04", "file.docx"),
        };
        let file = [begins, path.to_string().as_bytes()].concat();
        let answer = naming(&file, name);
        self.files.push(file.into());
        answer
    }
}

fn applies(when: Option<&Condition>, beside: &BTreeMap<FieldId, String>) -> bool {
    when.is_none_or(|condition| {
        let answer = beside.get(&condition.field);
        answer.is_some_and(|answer| {
            answer.split(BETWEEN_CHOICES).any(|one| condition.is.iter().any(|is| is == one))
        })
    })
}

fn answer_of(kind: &FieldKind, today: NaiveDate) -> String {
    let repeated = |character: &str, bounds: &Bounds| {
        character.repeat(usize::try_from(bounds.min.unwrap_or(1).max(1)).unwrap_or(1))
    };
    match kind {
        FieldKind::Text(bounds) | FieldKind::Prose(bounds) | FieldKind::Name(bounds) => {
            repeated("花", bounds)
        }
        FieldKind::Kana(bounds) => repeated("ハ", bounds),
        FieldKind::Latin(bounds) => repeated("A", bounds),
        FieldKind::Number(bounds) => bounds.min.unwrap_or(0).to_string(),
        // As people write it; no event writes a day so.
        FieldKind::Date(_) => EraDate::of(today).map_or_else(|| today.to_string(), |day| day.to_string()),
        FieldKind::Choice(choices) => choices.first().cloned().unwrap_or_default(),
        FieldKind::Choices(choices) => choices.join(&BETWEEN_CHOICES.to_string()),
        FieldKind::PostalCode => "040-8666".to_owned(),
        FieldKind::Phone => "0138-21-3826".to_owned(),
        FieldKind::MailAddress => "hanako.kono@example.jp".to_owned(),
        FieldKind::CorporateNumber => "7000012050002".to_owned(),
        FieldKind::Municipality => "012025".to_owned(),
        FieldKind::SensitiveRef => format!("sref:{}", "k".repeat(28)),
        // Named by its bytes where it is attached.
        FieldKind::Attachment { .. } => String::new(),
    }
}
