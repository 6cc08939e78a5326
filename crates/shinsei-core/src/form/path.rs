//! Where in a form: the codes of its fields, and the places that an answer, a flaw or a correction names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The most characters of a field's code. Source: ours; a key of JSON, a cell of a sheet.
pub const FIELD_ID_CHARACTERS_MAX: usize = 64;

/// What stands between the parts of a place.
const BETWEEN: char = '/';

/// The code of a field (項目コード): 1 to 64 letters or digits of any script, `-`, `_` or `・`. It comes from the procedure,
/// never from an applicant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FieldId(String);

/// A place in a form: a field, such as `氏名`, or a field within one of several like it, such as `犬/2/名前`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FieldPath {
    /// The field, or the group of fields that may be there several times.
    pub field: FieldId,
    /// Which of several, from 1, and which field of it.
    pub within: Option<(u32, FieldId)>,
}

/// The text names no field, and no place in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a field's code has 1 to 64 letters, digits, '-', '_' or '・'; one of several is named as 犬/2/名前")]
pub struct InvalidField;

impl FieldId {
    /// Takes a code.
    ///
    /// # Errors
    /// [`InvalidField`] for anything else.
    pub fn new(code: impl Into<String>) -> Result<Self, InvalidField> {
        let code = code.into();
        if is_code(&code) { Ok(Self(code)) } else { Err(InvalidField) }
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FieldPath {
    /// The place of a field that is there once.
    pub fn of(field: &FieldId) -> Self {
        Self { field: field.clone(), within: None }
    }

    /// The place of a field within the `nth` of a group, from 1.
    pub fn within(group: &FieldId, nth: u32, field: &FieldId) -> Self {
        Self { field: group.clone(), within: Some((nth, field.clone())) }
    }
}

impl FromStr for FieldPath {
    type Err = InvalidField;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split(BETWEEN);
        let field = FieldId::new(parts.next().unwrap_or_default())?;
        let within = match (parts.next(), parts.next(), parts.next()) {
            (None, None, None) => None,
            (Some(nth), Some(member), None) => Some((ordinal(nth)?, FieldId::new(member)?)),
            _ => return Err(InvalidField),
        };
        Ok(Self { field, within })
    }
}

fn is_code(text: &str) -> bool {
    let allowed = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '・');
    !text.is_empty() && text.chars().count() <= FIELD_ID_CHARACTERS_MAX && text.chars().all(allowed)
}

/// From 1, in one way only: `02` and `+2` would be other names of one place.
fn ordinal(text: &str) -> Result<u32, InvalidField> {
    if text.starts_with(['0', '+']) {
        return Err(InvalidField);
    }
    text.parse().map_err(|_| InvalidField)
}

/// Which of several, and the code of a field of it, as they stand behind the code of a group: `/2/名前`.
pub(super) fn within(behind: &str) -> Option<(u32, &str)> {
    let (nth, member) = behind.strip_prefix(BETWEEN)?.split_once(BETWEEN)?;
    Some((ordinal(nth).ok()?, Some(member).filter(|member| is_code(member))?))
}

impl TryFrom<String> for FieldId {
    type Error = InvalidField;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::new(code)
    }
}

impl From<FieldId> for String {
    fn from(field: FieldId) -> Self {
        field.0
    }
}

impl TryFrom<String> for FieldPath {
    type Error = InvalidField;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<FieldPath> for String {
    fn from(path: FieldPath) -> Self {
        path.to_string()
    }
}

impl fmt::Display for FieldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.field.0)?;
        match &self.within {
            None => Ok(()),
            Some((nth, member)) => write!(f, "{BETWEEN}{nth}{BETWEEN}{member}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_written_and_in_no_other_way() {
        for text in ["氏名", "tel_2", "フリガナ", "犬/1/名前", "犬/100/生年月日"] {
            assert_eq!(text.parse::<FieldPath>().map(|path| path.to_string()), Ok(text.to_owned()));
        }
        for text in [
            "",
            "/",
            "氏 名",
            "犬/",
            "犬/1",
            "犬/0/名前",
            "犬/01/名前",
            "犬/+1/名前",
            "犬/1/名前/",
            "犬/一/名前",
            "a.b",
        ] {
            assert_eq!(text.parse::<FieldPath>(), Err(InvalidField), "{text}");
        }
        assert!(FieldId::new("項".repeat(FIELD_ID_CHARACTERS_MAX)).is_ok());
        assert_eq!(FieldId::new("項".repeat(FIELD_ID_CHARACTERS_MAX + 1)), Err(InvalidField));
    }
}
