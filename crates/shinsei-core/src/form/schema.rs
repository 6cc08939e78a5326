//! The fields of a form (様式の項目) as an edition of a procedure states them: data, so that a new form needs no program.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::path::{FieldId, FieldPath};
use crate::form::ANSWERS_MAX;

/// What stands between the values of an answer that picks several.
pub const BETWEEN_CHOICES: char = '・';

/// The fields of a form, in its order. Without any the form is free: its answers have what names the service gives them.
///
/// Whatever a [`Catalog`](crate::catalog::Catalog) holds keeps the rules of docs/catalog.md: codes are unique, conditions
/// speak of fields before them, bounds have room.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormSchema {
    /// The fields and groups.
    pub items: Vec<Item>,
}

/// One thing that a form asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Item {
    /// Once.
    Field(Field),
    /// As often as there is something to say (繰返し), such as each of several dogs.
    Group(Group),
}

/// A field (項目).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its code, by which answers name it.
    pub id: FieldId,
    /// What it is called (項目名).
    pub label: String,
    /// What may be answered.
    pub kind: FieldKind,
    /// True when it must be answered, where it is asked for at all (必須).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Where it is asked for; `None` for always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// What helps to answer (説明).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
}

/// Fields that are asked for together, several times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its code.
    pub id: FieldId,
    /// What it is called (項目名).
    pub label: String,
    /// The fewest times.
    #[serde(default)]
    pub times_min: u32,
    /// The most times.
    pub times_max: u32,
    /// Where it is asked for; `None` for always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// What helps to answer (説明).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// Its fields: at least one, and one of them is always answered.
    pub fields: Vec<Field>,
}

/// Where a field is asked for (条件): where another one before it was answered with one of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The other field: one that picks among choices, of the same group or of none.
    pub field: FieldId,
    /// The choices.
    pub is: Vec<String>,
}

/// The fewest and the most; `None` for no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// The fewest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// The most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

/// What may be answered (種類). Texts are counted in characters as a reader sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldKind {
    /// Text in one line (文字列).
    Text(Bounds),
    /// Text in several lines (文章).
    Prose(Bounds),
    /// A name or an address (氏名等): kept byte for byte, and somebody looks at rare characters before they are printed.
    Name(Bounds),
    /// Full-width katakana (カナ).
    Kana(Bounds),
    /// ASCII letters, digits and signs (英数字).
    Latin(Bounds),
    /// A whole number in ASCII digits (数値).
    Number(Bounds),
    /// A day, as 2026-05-07 or 令和8年5月7日 (日付).
    Date(Days),
    /// One of these (選択).
    Choice(Vec<String>),
    /// Some of these, with `・` between (複数選択).
    Choices(Vec<String>),
    /// A postal code (郵便番号).
    PostalCode,
    /// A telephone number of Japan (電話番号).
    Phone,
    /// A mail address (メールアドレス).
    MailAddress,
    /// A corporate number (法人番号).
    CorporateNumber,
    /// The code of a municipality or a prefecture (団体コード).
    Municipality,
    /// A reference to what the city keeps apart by law, such as a My Number (個人番号参照).
    SensitiveRef,
    /// A file that comes with the form (添付). The answer names it by its digest: `sha256:…` and, after a `/`, its file name.
    Attachment {
        /// The media that are taken: at least one.
        media: Vec<Media>,
        /// The most KiB of it.
        kib_max: u32,
    },
}

/// Which days a date may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Days {
    /// Any (日付).
    Any,
    /// Today or earlier (過去日付).
    UntilToday,
    /// Today or later (未来日付).
    FromToday,
}

/// What an attached file is, told by its bytes and not by its name (添付形式).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Media {
    /// PDF
    Pdf,
    /// JPEG
    Jpeg,
    /// PNG
    Png,
    /// Text in UTF-8 or CP932, CSV among it (テキスト).
    Text,
    /// What word processors and spreadsheets save since 2007: OOXML or OpenDocument (Office).
    Office,
}

impl FormSchema {
    /// True when the form is free.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The item of a code.
    pub fn item(&self, id: &FieldId) -> Option<&Item> {
        self.items.iter().find(|item| item.id() == id)
    }

    /// The field that a place names, if the form has the place.
    pub fn field(&self, path: &FieldPath) -> Option<&Field> {
        match (self.item(&path.field)?, &path.within) {
            (Item::Field(field), None) => Some(field),
            (Item::Group(group), Some((nth, member))) if *nth <= group.times_max => {
                group.fields.iter().find(|field| field.id == *member)
            }
            (Item::Field(_), Some(_)) | (Item::Group(_), _) => None,
        }
    }

    /// True when the form has this place: a field, a field within one of a group, or a group as a whole.
    pub fn has(&self, path: &FieldPath) -> bool {
        let is_group = path.within.is_none() && matches!(self.item(&path.field), Some(Item::Group(_)));
        is_group || self.field(path).is_some()
    }

    /// What a place is called, as a reader of the form finds it.
    pub fn label(&self, path: &FieldPath) -> Option<String> {
        match (self.item(&path.field)?, &path.within) {
            (Item::Group(group), Some((nth, _))) => {
                Some(format!("{}({nth}件目)の{}", group.label, self.field(path)?.label))
            }
            (Item::Group(group), None) => Some(group.label.clone()),
            (Item::Field(_), _) => self.field(path).map(|field| field.label.clone()),
        }
    }

    /// How many places it has at most; never more than [`ANSWERS_MAX`] in a catalog.
    pub fn places(&self) -> u64 {
        let of = |item: &Item| match item {
            Item::Field(_) => 1,
            // OK because a length is at most 64 bits long.
            Item::Group(group) => {
                u64::from(group.times_max) * u64::try_from(group.fields.len()).unwrap_or(u64::MAX)
            }
        };
        self.items.iter().map(of).fold(0, u64::saturating_add)
    }

    /// True when no form of it can have more answers than a form may have.
    pub fn fits(&self) -> bool {
        usize::try_from(self.places()).is_ok_and(|places| places <= ANSWERS_MAX)
    }

    /// True when what is right depends on the day.
    pub(crate) fn depends_on_the_day(&self) -> bool {
        self.fields().any(|field| matches!(field.kind, FieldKind::Date(Days::UntilToday | Days::FromToday)))
    }

    /// All fields, those of groups once.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.items.iter().flat_map(|item| match item {
            Item::Field(field) => std::slice::from_ref(field),
            Item::Group(group) => group.fields.as_slice(),
        })
    }
}

/// Shows a free form as what it is, and no more.
impl fmt::Debug for FormSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("free");
        }
        f.debug_struct("FormSchema").field("items", &self.items).finish()
    }
}

impl FieldKind {
    /// The choices, where it picks among some.
    pub fn choices(&self) -> Option<&[String]> {
        if let Self::Choice(choices) | Self::Choices(choices) = self { Some(choices) } else { None }
    }
}

impl Media {
    /// All, in order.
    pub const ALL: [Self; 5] = [Self::Pdf, Self::Jpeg, Self::Png, Self::Text, Self::Office];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Text => "テキスト",
            Self::Office => "Office",
        }
    }
}

impl Item {
    /// Its code.
    pub fn id(&self) -> &FieldId {
        match self {
            Self::Field(field) => &field.id,
            Self::Group(group) => &group.id,
        }
    }
}

impl Bounds {
    /// True when a number lies within.
    pub fn contain(self, number: u64) -> bool {
        self.min.is_none_or(|min| number >= u64::from(min))
            && self.max.is_none_or(|max| number <= u64::from(max))
    }
}

impl Condition {
    /// True when an answer is one of those.
    pub(super) fn holds(&self, answer: Option<&str>) -> bool {
        let picked =
            |answer: &str| answer.split(BETWEEN_CHOICES).any(|one| self.is.iter().any(|is| is == one.trim()));
        answer.is_some_and(picked)
    }
}
