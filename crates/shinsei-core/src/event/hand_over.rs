//! What is recorded of a hand-over and of telling the result.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::StaffId;
use crate::number::ReceiptNumber;

/// What was granted was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateIssued {
    /// Its serial: known before it is recorded.
    pub serial: CertificateSerial,
    /// How many copies.
    pub copies: u32,
    /// Who handed it over.
    pub by: StaffId,
}

/// The serial of a certificate: the receipt number and an ordinal, such as `012025-R08-0001234-7/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CertificateSerial {
    /// The receipt of the case.
    pub receipt: ReceiptNumber,
    /// Which certificate of the case, from 1.
    pub ordinal: u32,
}

impl fmt::Display for CertificateSerial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.receipt, self.ordinal)
    }
}

impl FromStr for CertificateSerial {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = "a certificate's serial looks like 012025-R08-0001234-7/1";
        let (receipt, ordinal) = text.split_once('/').ok_or(form)?;
        let ordinal = ordinal.parse().ok().filter(|ordinal| *ordinal > 0).ok_or(form)?;
        Ok(Self { receipt: receipt.parse().map_err(|_| form)?, ordinal })
    }
}

impl TryFrom<String> for CertificateSerial {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CertificateSerial> for String {
    fn from(serial: CertificateSerial) -> Self {
        serial.to_string()
    }
}

/// The applicant was told the result: the clock of the standard period stops.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultTold {
    /// How.
    pub how: TellingChannel,
    /// Who told it; `None` for a notice that was delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
}

/// How a result is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TellingChannel {
    /// By the result notice (審査結果通知メール).
    Notice,
    /// At the counter (窓口).
    Counter,
    /// By telephone (電話).
    Telephone,
    /// By post (郵送).
    Post,
    /// By the official document that says it (公文書).
    Document,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_its_receipt_and_an_ordinal() {
        let serial: CertificateSerial = "012025-R08-0001234-7/2".parse().unwrap();
        assert_eq!((serial.ordinal, serial.to_string().as_str()), (2, "012025-R08-0001234-7/2"));
        for text in ["012025-R08-0001234-7", "012025-R08-0001234-7/0", "012025-R08-0001234-8/1"] {
            assert!(text.parse::<CertificateSerial>().is_err(), "{text}");
        }
    }
}
