//! The submitted form (様式): parsed once into typed answers, so that what is decided is what was signed.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

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
/// to [`QUANTITY_MAX`], 1 when absent. `answers`: text by field name. `no_my_number`: true where the applicant says that no
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
    /// The answers: personal data.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
}

fn one() -> u32 {
    1
}

impl Form {
    /// Reads a form.
    ///
    /// # Errors
    /// [`FormDefect`] says what is wrong and where, without repeating an answer.
    pub fn parse(bytes: &[u8]) -> Result<Self, FormDefect> {
        if bytes.len() > FORM_BYTES_MAX {
            return Err(FormDefect::TooLarge);
        }
        let form: Self = serde_json::from_slice(bytes)
            .map_err(|error| FormDefect::Unreadable { line: error.line(), column: error.column() })?;
        if !(1..=QUANTITY_MAX).contains(&form.quantity) {
            return Err(FormDefect::Quantity { asked: form.quantity });
        }
        if form.answers.len() > ANSWERS_MAX {
            return Err(FormDefect::TooManyAnswers);
        }
        Ok(form)
    }

    /// True when a text in it looks like a My Number and the applicant has not said that it is something else.
    ///
    /// # Source
    /// 番号法 19条; DOMAIN L22: no My Number is taken in, and one in eleven numbers of twelve digits only looks like one.
    pub fn may_hold_my_number(&self) -> bool {
        !self.no_my_number && self.answers.values().any(|answer| !my_number::places(answer).is_empty())
    }
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
}
