//! Names of things: municipalities, streams, commands, documents, people; and counts that must not be mixed up.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

/// A municipality by its code (全国地方公共団体コード): six digits, the last a check digit.
///
/// It is kept as text, since a leading zero belongs to it.
///
/// # Example
/// ```
/// use shinsei_core::ids::Municipality;
/// let hakodate: Municipality = "012025".parse()?;
/// assert_eq!(hakodate.as_str(), "012025");
/// assert!("012026".parse::<Municipality>().is_err());
/// # Ok::<(), shinsei_core::ids::InvalidMunicipality>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Municipality([u8; 6]);

impl Municipality {
    /// The six digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("000000")
    }

    /// The prefecture (都道府県コード, JIS X 0401): the first two digits.
    pub fn prefecture(&self) -> &str {
        &self.as_str()[..2]
    }

    /// The municipality within its prefecture (市区町村コード, JIS X 0402): the next three digits; 000 is the prefecture.
    pub fn within_prefecture(&self) -> &str {
        &self.as_str()[2..5]
    }

    /// The six digits as bytes: what a leaf hash covers.
    pub fn as_bytes(&self) -> &[u8; 6] {
        &self.0
    }

    /// The check digit of the first five: weights 6 to 2, modulo 11.
    fn check_digit(digits: &[u8; 6]) -> u8 {
        let weighted: u32 =
            digits[..5].iter().zip([6, 5, 4, 3, 2]).map(|(d, w)| u32::from(d - b'0') * w).sum();
        b'0' + u8::try_from((11 - weighted % 11) % 10).unwrap_or(0)
    }
}

impl FromStr for Municipality {
    type Err = InvalidMunicipality;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: [u8; 6] = text.as_bytes().try_into().map_err(|_| InvalidMunicipality::Form)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(InvalidMunicipality::Form);
        }
        let expected = Self::check_digit(&digits);
        if digits[5] != expected {
            return Err(InvalidMunicipality::CheckDigit { expected: char::from(expected) });
        }
        Ok(Self(digits))
    }
}

impl TryFrom<String> for Municipality {
    type Error = InvalidMunicipality;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Municipality> for String {
    fn from(code: Municipality) -> Self {
        code.as_str().to_owned()
    }
}

impl fmt::Display for Municipality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Municipality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text is no municipality code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidMunicipality {
    /// It has not six ASCII digits.
    #[error("a municipality code has six digits, such as 012025")]
    Form,
    /// The last digit does not fit the others.
    #[error("the check digit of this municipality code would be {expected}")]
    CheckDigit {
        /// The digit that would fit.
        expected: char,
    },
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

uuid_id! {
    /// A case (申請・届出 that was made), chosen by whoever opens it.
    CaseId
}
uuid_id! {
    /// A command, chosen by the caller: the same id again gets the identical answer.
    CommandId
}
uuid_id! {
    /// A registered user (利用者), a person or a company.
    UserId
}
uuid_id! {
    /// A mandate (委任), chosen by whoever drafts it; as text it is its number (委任状番号).
    MandateId
}
uuid_id! {
    /// A document beside the log.
    DocumentId
}
uuid_id! {
    /// A calendar (開庁日の暦) in its versions.
    CalendarId
}

impl CommandId {
    /// The id under which a payment is recorded that a collector tells of: the same for the same reference, whatever the case.
    ///
    /// Give it to the `RecordPayment` that follows from a line of a collector's file. The file may be read twice: the second time
    /// gets the answer of the first. A line that would credit another case, or another amount, with the same payment is refused,
    /// since the id was used for another command.
    ///
    /// Security: an id stands in the log for good, and a reference leads to one person's payment. `key` is a secret of the
    /// municipality's; without it nobody finds the reference by trying all of them. SHA-256 cut to 128 bits cannot be extended.
    pub fn of_payment(key: &[u8; 32], municipality: Municipality, collector: &str, reference: &[u8]) -> Self {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(key)
            .chain_update(municipality.as_bytes())
            .chain_update((collector.len() as u64).to_be_bytes())
            .chain_update(collector)
            .chain_update(reference)
            .finalize()
            .into();
        let half = <[u8; 16]>::try_from(&digest[..16]).unwrap_or_default();
        Self(uuid::Builder::from_custom_bytes(half).into_uuid())
    }
}

impl CalendarId {
    /// The calendar of the city hall itself: the one that periods are counted over.
    pub const CITY_HALL: Self = Self(Uuid::nil());
}

/// What kind of thing a stream tells the history of. The numbers are part of the file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum StreamKind {
    /// A case.
    Case = 1,
    /// A registered user.
    User = 2,
    /// A mandate (委任).
    Mandate = 3,
    /// A procedure in its editions.
    Procedure = 4,
    /// A calendar in its versions.
    Calendar = 5,
    /// The service: its maintenance and outages.
    Service = 6,
    /// What became of the notices about another stream (送達状況).
    Delivery = 7,
}

impl StreamKind {
    /// The number that stands in a record.
    pub fn code(self) -> u8 {
        match self {
            Self::Case => 1,
            Self::User => 2,
            Self::Mandate => 3,
            Self::Procedure => 4,
            Self::Calendar => 5,
            Self::Service => 6,
            Self::Delivery => 7,
        }
    }

    /// Reads the number that stands in a record.
    pub fn from_code(code: u8) -> Option<Self> {
        [
            Self::Case,
            Self::User,
            Self::Mandate,
            Self::Procedure,
            Self::Calendar,
            Self::Service,
            Self::Delivery,
        ]
        .into_iter()
        .find(|kind| kind.code() == code)
    }
}

/// One history within a municipality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// What it is the history of.
    pub kind: StreamKind,
    /// Which one.
    pub id: Uuid,
}

impl StreamId {
    /// The seventeen bytes under which a store may keep it: the kind, then the id.
    pub fn to_bytes(self) -> [u8; 17] {
        let mut bytes = [0; 17];
        bytes[0] = self.kind.code();
        bytes[1..].copy_from_slice(self.id.as_bytes());
        bytes
    }

    /// The stream that tells what became of the notices about this one: its id follows from this one's.
    #[must_use]
    pub fn deliveries(self) -> Self {
        let digest: [u8; 32] =
            Sha256::new().chain_update(b"deliveries").chain_update(self.to_bytes()).finalize().into();
        let first = <[u8; 16]>::try_from(&digest[..16]).unwrap_or_default();
        Self { kind: StreamKind::Delivery, id: Builder::from_custom_bytes(first).into_uuid() }
    }

    /// Reads the seventeen bytes; `None` if the length or the kind is unknown.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, id) = bytes.split_first()?;
        Some(Self { kind: StreamKind::from_code(*kind)?, id: Uuid::from_slice(id).ok()? })
    }
}

impl From<CaseId> for StreamId {
    fn from(case: CaseId) -> Self {
        Self { kind: StreamKind::Case, id: case.0 }
    }
}

impl StreamId {
    /// The stream of the municipality's service: it has one.
    pub const SERVICE: Self = Self { kind: StreamKind::Service, id: Uuid::nil() };
}

impl From<CalendarId> for StreamId {
    fn from(calendar: CalendarId) -> Self {
        Self { kind: StreamKind::Calendar, id: calendar.0 }
    }
}

impl From<MandateId> for StreamId {
    fn from(mandate: MandateId) -> Self {
        Self { kind: StreamKind::Mandate, id: mandate.0 }
    }
}

impl From<&ProcedureId> for StreamId {
    /// The stream of a procedure's editions: its id follows from the code, so that nobody needs to keep a list.
    fn from(procedure: &ProcedureId) -> Self {
        let digest: [u8; 32] = Sha256::digest(procedure.as_str()).into();
        let first = <[u8; 16]>::try_from(&digest[..16]).unwrap_or_default();
        Self { kind: StreamKind::Procedure, id: Builder::from_custom_bytes(first).into_uuid() }
    }
}

impl From<UserId> for StreamId {
    fn from(user: UserId) -> Self {
        Self { kind: StreamKind::User, id: user.0 }
    }
}

macro_rules! count {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// The one after this.
            #[must_use]
            pub fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

count! {
    /// The place of a record in its stream, from 1; as an expectation, how many events the stream already has (0 = none).
    Version
}
count! {
    /// The place of a record in its municipality's log, from 1; the leaf of the Merkle tree has the index one less.
    Position
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes a code of 1 to 64 ASCII letters, digits, `-`, `_`, `.` or `/`: never a person's words.
            ///
            /// # Errors
            /// `InvalidCode` for anything else.
            pub fn new(code: impl Into<String>) -> Result<Self, InvalidCode> {
                let code = code.into();
                let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
                if code.is_empty() || code.len() > 64 || !code.bytes().all(allowed) {
                    return Err(InvalidCode);
                }
                Ok(Self(code))
            }

            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidCode;

            fn try_from(code: String) -> Result<Self, Self::Error> {
                Self::new(code)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

code! {
    /// A procedure (手続) of the catalog, such as `JU-001`.
    ProcedureId
}
impl ProcedureId {
    /// Takes a code that stands in the program: of something that is signed and is no procedure.
    pub(crate) fn constant(code: &'static str) -> Self {
        debug_assert!(Self::new(code).is_ok(), "{code}");
        Self(code.to_owned())
    }
}
code! {
    /// A division (所管課) of the city hall, by its code.
    DivisionId
}
code! {
    /// An officer or clerk (担当者), by staff number.
    StaffId
}
code! {
    /// A reason (理由) of the catalog of reasons.
    ReasonCode
}
code! {
    /// A mail of the list of notices, such as `M2`.
    MailCode
}
impl MailCode {
    /// Takes a code that stands in the program.
    pub(crate) fn constant(code: &'static str) -> Self {
        debug_assert!(Self::new(code).is_ok(), "{code}");
        Self(code.to_owned())
    }
}
code! {
    /// A form file (様式) of a procedure, such as `application.pdf`.
    FormFileId
}

code! {
    /// What something is read for, by a code of the city's own list, such as `review`, `counter` or `disclosure/17`.
    Purpose
}

code! {
    /// An agenda entry within its stream, such as `receipt-notice/3`.
    EntryName
}
impl DivisionId {
    /// Takes a code that stands in the program.
    pub(crate) fn constant(code: &'static str) -> Self {
        debug_assert!(Self::new(code).is_ok(), "{code}");
        Self(code.to_owned())
    }
}
impl EntryName {
    /// Takes a name that stands in the program.
    pub(crate) fn constant(name: &'static str) -> Self {
        debug_assert!(Self::new(name).is_ok(), "{name}");
        Self(name.to_owned())
    }

    /// Takes a name that stands in the program, and which one of it.
    pub(crate) fn numbered(name: &'static str, ordinal: u32) -> Self {
        debug_assert!(Self::new(name).is_ok(), "{name}");
        Self(format!("{name}/{ordinal}"))
    }

    /// Takes a name that stands in the program, which one of it, and which page of that.
    pub(crate) fn page(name: &'static str, ordinal: u32, page: u64) -> Self {
        debug_assert!(Self::new(format!("{name}/{}/{}", u32::MAX, u64::MAX)).is_ok(), "{name}");
        Self(format!("{name}/{ordinal}/{page}"))
    }
}

code! {
    /// A series of gapless numbers, such as `receipt-R08`: opaque to a store.
    Series
}

/// The text is no code of a catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code has 1 to 64 ASCII letters, digits, '-', '_', '.' or '/'")]
pub struct InvalidCode;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_municipality_codes_are_read() {
        for code in ["012025", "010006", "011002", "131016", "141003", "271004", "473821", "016951"] {
            assert_eq!(code.parse::<Municipality>().unwrap().as_str(), code);
        }
        let hakodate: Municipality = "012025".parse().unwrap();
        assert_eq!((hakodate.prefecture(), hakodate.within_prefecture()), ("01", "202"));
    }

    #[test]
    fn a_wrong_check_digit_is_named_with_the_right_one() {
        let refused = "012024".parse::<Municipality>().unwrap_err();
        assert_eq!(refused, InvalidMunicipality::CheckDigit { expected: '5' });
        assert_eq!("12025".parse::<Municipality>().unwrap_err(), InvalidMunicipality::Form);
        assert_eq!("01202５".parse::<Municipality>().unwrap_err(), InvalidMunicipality::Form);
    }

    #[test]
    fn a_stream_survives_its_bytes() {
        let stream = StreamId::from(CaseId(Uuid::from_u128(7)));
        assert_eq!(StreamId::from_bytes(&stream.to_bytes()), Some(stream));
        assert_eq!(StreamId::from_bytes(&[9; 17]), None);
    }
}
