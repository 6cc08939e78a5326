//! The submitted form (様式): parsed once into typed answers, so that what is decided is what was signed, and held against
//! the fields that its procedure asks for.

pub mod attached;
mod check;
pub mod fields;
pub mod flaw;
mod json_schema;
pub mod path;
pub(crate) mod read;
pub(crate) mod refusal;
pub mod remark;
pub mod report;
pub mod schema;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::ids::{ProcedureId, UserId};
use crate::standard::my_number;

/// The most bytes of a form. Attachments travel beside it. Source: ours; a form of 200 answers has some 20 KiB.
pub const FORM_BYTES_MAX: usize = 1024 * 1024;

/// The most answers in a form.
pub const ANSWERS_MAX: usize = 1_000;

/// The most copies (通数) that one application may ask for.
pub const QUANTITY_MAX: u32 = 100;

/// A form that could be read. What it says stands under the signature, so it names procedure and applicant itself.
///
/// # Shapes and units
/// JSON in UTF-8: `{"procedure":"JU-001","applicant":"<uuid>","quantity":1,"answers":{"…":"…"}}`. `quantity`: copies, 1
/// to [`QUANTITY_MAX`], 1 when absent. `answers`: text by the place it stands in, each once. `no_my_number`: true where the applicant says that no
/// number in it is a My Number, though one looks like it; false when absent.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The procedure it is for.
    pub procedure: ProcedureId,
    /// The applicant it is from.
    pub applicant: UserId,
    /// How many copies it asks for.
    #[serde(default = "one")]
    pub quantity: u32,
    /// True where the applicant says that what looks like a My Number (個人番号) is something else.
    #[serde(default)]
    pub no_my_number: bool,
    /// The answers by their [place](path::FieldPath): personal data.
    #[serde(default, deserialize_with = "each_once")]
    pub answers: BTreeMap<String, String>,
}

fn one() -> u32 {
    1
}

impl Form {
    /// Reads a form.
    ///
    /// # Errors
    /// [`FormDefect`] says what is wrong first and where, without repeating an answer;
    /// [`FormReport`](report::FormReport) says everything.
    pub fn parse(bytes: &[u8]) -> Result<Self, FormDefect> {
        let form = Self::read(bytes)?;
        form.defects().first().map_or(Ok(()), |defect| Err(*defect))?;
        Ok(form)
    }

    /// Reads what has the shape of a form, whatever its numbers are.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, FormDefect> {
        if bytes.len() > FORM_BYTES_MAX {
            return Err(FormDefect::TooLarge);
        }
        serde_json::from_slice(bytes)
            .map_err(|error| FormDefect::Unreadable { line: error.line(), column: error.column() })
    }

    /// What keeps it from being a form, though it has the shape of one.
    fn defects(&self) -> Vec<FormDefect> {
        let quantity = (!(1..=QUANTITY_MAX).contains(&self.quantity))
            .then_some(FormDefect::Quantity { asked: self.quantity });
        let answers = (self.answers.len() > ANSWERS_MAX).then_some(FormDefect::TooManyAnswers);
        quantity.into_iter().chain(answers).collect()
    }

    /// The names of the answers that look like a My Number, or of files that are called so; none where the applicant has said
    /// that it is something else.
    ///
    /// # Source
    /// 番号法 19条; DOMAIN L22: no My Number is taken in, and one in eleven numbers of twelve digits only looks like one.
    fn my_number_places(&self) -> impl Iterator<Item = &str> {
        let searched = self.answers.iter().filter(|_| !self.no_my_number);
        let found = searched.filter(|(_, answer)| !my_number::places(attached::words(answer)).is_empty());
        found.map(|(name, _)| name.as_str())
    }
}

/// Reads answers, each once: of two under one name readers would take different ones, and only one was meant.
///
/// # Source
/// RFC 8259 section 4: what becomes of repeated names is unpredictable
fn each_once<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    struct Answers;

    impl<'de> Visitor<'de> for Answers {
        type Value = BTreeMap<String, String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("answers by name")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut answers = BTreeMap::new();
            while let Some((name, answer)) = map.next_entry()? {
                if answers.insert(name, answer).is_some() {
                    return Err(A::Error::custom("a name is there twice"));
                }
            }
            Ok(answers)
        }
    }

    deserializer.deserialize_map(Answers)
}

/// Shows which procedure it is for and no answer.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("procedure", &self.procedure)
            .field("quantity", &self.quantity)
            .finish_non_exhaustive()
    }
}

/// Why a form could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormDefect {
    /// It has more than [`FORM_BYTES_MAX`] bytes.
    #[error("a form has at most 1 MiB")]
    TooLarge,
    /// It lies inside a signature that nobody judges, since the procedure needs none.
    #[error("this procedure needs no signature; send the form itself")]
    Sealed,
    /// It is not JSON of the form's shape.
    #[error("the form cannot be read at line {line}, column {column}")]
    Unreadable {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// It asks for none or too many.
    #[error("{asked} copies are asked for; 1 to 100 are possible")]
    Quantity {
        /// How many.
        asked: u32,
    },
    /// It has more than [`ANSWERS_MAX`] answers.
    #[error("a form has at most 1000 answers")]
    TooManyAnswers,
}

impl FormDefect {
    /// What the person who sent the form reads, in Japanese.
    pub fn resident(&self) -> &'static str {
        match self {
            Self::TooLarge => "申請書のデータが大きすぎます(1MiBまで)。",
            Self::Sealed => "この手続に電子署名は不要です。申請書をそのまま送信してください。",
            Self::Unreadable { .. } => "申請書の内容を読み取れません。様式を確認してください。",
            Self::Quantity { .. } => "通数は1から100までで指定してください。",
            Self::TooManyAnswers => "記入された項目が多すぎます(1000項目まで)。",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_with_one_copy_unless_it_says_otherwise() {
        let text = r#"{"procedure":"JU-001","applicant":"00000000-0000-0000-0000-000000000001"}"#;
        let form = Form::parse(text.as_bytes()).unwrap();
        assert_eq!((form.procedure.as_str(), form.quantity), ("JU-001", 1));
    }

    #[test]
    fn what_is_no_form_says_where() {
        assert_eq!(Form::parse(b"{"), Err(FormDefect::Unreadable { line: 1, column: 1 }));
        let text =
            r#"{"procedure":"JU-001","applicant":"00000000-0000-0000-0000-000000000001","quantity":101}"#;
        assert_eq!(Form::parse(text.as_bytes()), Err(FormDefect::Quantity { asked: 101 }));
        let unknown = r#"{"procedure":"JU-001","applicant":"00000000-0000-0000-0000-000000000001","x":1}"#;
        assert!(matches!(Form::parse(unknown.as_bytes()), Err(FormDefect::Unreadable { line: 1, .. })));
        assert_eq!(Form::parse(&vec![b' '; FORM_BYTES_MAX + 1]), Err(FormDefect::TooLarge));
    }

    #[test]
    fn of_two_answers_under_one_name_none_is_taken() {
        let form = |answers: &str| {
            let head = r#""procedure":"JU-001","applicant":"00000000-0000-0000-0000-000000000001""#;
            Form::parse(format!("{{{head},\"answers\":{{{answers}}}}}").as_bytes())
        };
        assert!(form(r#""通数":"1","氏名":"甲""#).is_ok());
        assert!(matches!(form(r#""通数":"1","通数":"2""#), Err(FormDefect::Unreadable { line: 1, .. })));
        assert!(matches!(form(r#""通数":"1","\u901a数":"2""#), Err(FormDefect::Unreadable { line: 1, .. })));
    }
}
