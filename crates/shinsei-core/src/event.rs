//! What happened to a case. The shape of each payload is a file format: docs/event-format.md.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::document::DocumentRef;
use crate::event_format::events;
use crate::ids::{ProcedureId, StaffId, UserId};
use crate::number::ReceiptNumber;
use crate::outcome::Outcome;
use crate::port::signature::EvidenceRole;
use crate::procedure::Terms;
use crate::signature::CertificateKind;
use crate::time::Timestamp;
use crate::yen::Yen;

events! {
    /// An event of a case. The six of the main road are `Submitted`, `SignatureVerified`, `ReceiptIssued`, `Reviewed`,
    /// `FeePaid` and `CertificateIssued`.
    pub enum Event {
        /// 到達: the application is in the city's file.
        Submitted = 1,
        /// 署名検証: whose kind of signature it is, judged at arrival.
        SignatureVerified = 1,
        /// 審査開始: an officer has begun.
        ReviewStarted = 1,
        /// 審査: an officer decided.
        Reviewed = 1,
        /// 手数料の決定: the amount is fixed.
        FeeAssessed = 1,
        /// 手数料の免除: nothing is to be paid.
        FeeExempted = 1,
        /// 手数料納付: the fee was paid.
        FeePaid = 1,
        /// 交付: what was granted was handed over.
        CertificateIssued = 1,
        /// 結果の通知: the applicant was told the result.
        ResultTold = 1,
        /// 完了: nothing is left to do.
        Closed = 1,
    }
    /// 受付: the receipt number; it stands in the envelope, given when the event was recorded.
    numbered ReceiptIssued = 1
}

/// The application is recorded in the city's file; `recorded_at` is the time of arrival by law.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// The procedure.
    pub procedure: ProcedureId,
    /// Its edition in force at arrival.
    pub edition: u32,
    /// The terms of that edition, which govern the case for life.
    pub terms: Box<Terms>,
    /// The applicant.
    pub applicant: UserId,
    /// How many copies are asked for.
    pub quantity: u32,
    /// The form, as it was received.
    pub form: FormRef,
    /// The mail address for notices.
    pub contact: DocumentRef,
    /// Documents attached to the form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<DocumentRef>,
}

/// Where the bytes of a form are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FormRef {
    /// Without a signature.
    Unsigned(DocumentRef),
    /// Signed, the signature beside it.
    Detached {
        /// The form.
        content: DocumentRef,
        /// The CMS message.
        signature: DocumentRef,
    },
    /// Signed, the form inside the CMS message.
    Attached(DocumentRef),
}

/// The signature holds. Who signed is in the documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureVerified {
    /// The kind of certificate.
    pub kind: CertificateKind,
    /// The policy under which it was judged.
    pub policy: String,
    /// When it was judged.
    pub judged_at: Timestamp,
    /// Who signed.
    pub identity: DocumentRef,
    /// What the verdict rested on.
    pub evidence: Vec<EvidenceRef>,
}

/// A piece of evidence beside the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRef {
    /// What it is.
    pub role: EvidenceRole,
    /// The document.
    pub document: DocumentRef,
}

/// The application has a receipt number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptIssued {
    /// The number.
    pub number: ReceiptNumber,
}

/// An officer has begun the review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewStarted {
    /// Who.
    pub by: StaffId,
}

/// An officer decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// Who.
    pub by: StaffId,
    /// What.
    pub outcome: Outcome,
    /// When the premises were inspected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspected_on: Option<NaiveDate>,
}

/// The amount is fixed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeAssessed {
    /// The whole amount.
    pub yen: Yen,
    /// How it came about.
    pub basis: FeeBasis,
}

/// How an amount came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeeBasis {
    /// By the tariff, so many times.
    Tariff {
        /// How many.
        quantity: u32,
    },
    /// By an officer.
    Officer {
        /// Who.
        by: StaffId,
    },
}

/// Nothing is to be paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeExempted {
    /// Who said so.
    pub by: StaffId,
    /// Why.
    pub ground: ExemptionGround,
}

/// Why a fee is not taken (免除事由).
///
/// # Source
/// DOMAIN 1.4; the ordinances of 村上市 and others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExemptionGround {
    /// Public assistance (生活保護).
    PublicAssistance,
    /// The state or another municipality asks (国・地方公共団体).
    PublicBody,
    /// A law makes it free (法令).
    Statute,
    /// A pensioner needs it for the pension (年金受給者).
    Pension,
    /// The mayor's discretion (市長が特に認める).
    MayorsDiscretion,
}

/// The fee was paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeePaid {
    /// The amount.
    pub yen: Yen,
    /// How.
    pub channel: PaymentChannel,
    /// The payment's reference.
    pub reference: DocumentRef,
    /// Who took it; `None` when the system recorded an electronic payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
}

/// How a fee is paid (納付方法).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaymentChannel {
    /// At the counter (窓口).
    Counter,
    /// Electronically (電子納付).
    Electronic,
    /// By invoice (納入通知書).
    Invoice,
}

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
}

/// Nothing is left to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Why.
    pub reason: CloseReason,
}

/// Why a case ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CloseReason {
    /// All that was due was done.
    Completed,
    /// What was granted was never fetched (受領なし).
    NotCollected,
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
