//! What is wrong with a form that can be read: recorded as codes, told in sentences.

use serde::{Deserialize, Serialize};

use super::path::FieldPath;

/// Something in a form that does not fit its fields. It names no answer, so that it can stand in an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Flaw {
    /// Where; `None` for the form as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<FieldPath>,
    /// What.
    pub fault: Fault,
}

/// What can be wrong in a place of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Fault {
    /// It must be answered and is not.
    Missing,
    /// Something is answered that the form does not ask for.
    NotAsked,
    /// It is answered though other answers say that it is not asked for here.
    NotApplicable,
    /// It has too few characters.
    TooShort,
    /// It has too many characters.
    TooLong,
    /// It has control characters, line breaks where one line is asked for, or characters that were lost on the way.
    NotPlain,
    /// It is not full-width katakana.
    NotKana,
    /// It is not ASCII.
    NotLatin,
    /// It is no whole number.
    NoNumber,
    /// The number is too small or too large.
    OutOfRange,
    /// It is no day that there is.
    NoDate,
    /// The day is still to come.
    InFuture,
    /// The day has passed.
    InPast,
    /// It is not among the choices, or is there twice.
    NoSuchChoice,
    /// It is no postal code.
    NoPostalCode,
    /// It is no telephone number.
    NoPhone,
    /// It is no mail address.
    NoMailAddress,
    /// It is no corporate number.
    NoCorporateNumber,
    /// It is no code of a municipality.
    NoMunicipality,
    /// It is there too few times.
    TooFew,
    /// It is there too many times.
    TooMany,
    /// It does not name a file by its digest.
    NoFile,
    /// No file with this digest came with the form.
    FileMissing,
    /// A file came with the form that it does not name.
    FileNotAsked,
    /// The file is too large.
    FileTooLarge,
    /// The file is of another kind.
    OtherMedia,
    /// It is no reference to the city's separate store: it may be the very number that must not be here.
    NoReference,
    /// A rare character: somebody looks at it before it is printed (外字). Nothing is wrong with the answer.
    GlyphCheck,
}

/// What follows from something in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Weight {
    /// It cannot be taken: nothing arrives.
    Refused,
    /// It arrives, and this is to be put right (形式上の不備).
    Defect,
    /// It is right, and the city looks at it.
    Notice,
}

impl Fault {
    /// All, in order.
    pub const ALL: [Self; 28] = [
        Self::Missing,
        Self::NotAsked,
        Self::NotApplicable,
        Self::TooShort,
        Self::TooLong,
        Self::NotPlain,
        Self::NotKana,
        Self::NotLatin,
        Self::NoNumber,
        Self::OutOfRange,
        Self::NoDate,
        Self::InFuture,
        Self::InPast,
        Self::NoSuchChoice,
        Self::NoPostalCode,
        Self::NoPhone,
        Self::NoMailAddress,
        Self::NoCorporateNumber,
        Self::NoMunicipality,
        Self::TooFew,
        Self::TooMany,
        Self::NoFile,
        Self::FileMissing,
        Self::FileNotAsked,
        Self::FileTooLarge,
        Self::OtherMedia,
        Self::NoReference,
        Self::GlyphCheck,
    ];

    /// The stable code, which a program may rely on.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotAsked => "not-asked",
            Self::NotApplicable => "not-applicable",
            Self::TooShort => "too-short",
            Self::TooLong => "too-long",
            Self::NotPlain => "not-plain",
            Self::NotKana => "not-kana",
            Self::NotLatin => "not-latin",
            Self::NoNumber => "no-number",
            Self::OutOfRange => "out-of-range",
            Self::NoDate => "no-date",
            Self::InFuture => "in-future",
            Self::InPast => "in-past",
            Self::NoSuchChoice => "no-such-choice",
            Self::NoPostalCode => "no-postal-code",
            Self::NoPhone => "no-phone",
            Self::NoMailAddress => "no-mail-address",
            Self::NoCorporateNumber => "no-corporate-number",
            Self::NoMunicipality => "no-municipality",
            Self::TooFew => "too-few",
            Self::TooMany => "too-many",
            Self::NoFile => "no-file",
            Self::FileMissing => "file-missing",
            Self::FileNotAsked => "file-not-asked",
            Self::FileTooLarge => "file-too-large",
            Self::OtherMedia => "other-media",
            Self::NoReference => "no-reference",
            Self::GlyphCheck => "glyph-check",
        }
    }

    /// What follows from it.
    pub fn weight(self) -> Weight {
        if self == Self::GlyphCheck {
            Weight::Notice
        } else if self == Self::NoReference {
            // Source: 番号法 20条; what stands there and is no reference may be a My Number, whatever the applicant says of it.
            Weight::Refused
        } else {
            Weight::Defect
        }
    }
}

impl Flaw {
    /// A flaw in a place.
    pub fn at(field: FieldPath, fault: Fault) -> Self {
        Self { field: Some(field), fault }
    }

    /// A flaw of the form as a whole.
    pub fn of_all(fault: Fault) -> Self {
        Self { field: None, fault }
    }

    /// True when it is to be put right.
    pub fn is_defect(&self) -> bool {
        self.fault.weight() == Weight::Defect
    }
}
