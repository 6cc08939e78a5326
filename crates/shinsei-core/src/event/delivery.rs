//! What is recorded of official documents (公文書), of their delivery, and of what becomes of certificates later.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{CertificateSerial, PaymentChannel};
use crate::document::DocumentRef;
use crate::ids::StaffId;
use crate::procedure::Remedy;
use crate::yen::Yen;

/// The applicant agrees to receive documents of this case electronically.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElectronicDeliveryAgreed {
    /// Who recorded it from paper; absent when the applicant said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
}

/// The applicant does not, or no longer, agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElectronicDeliveryDeclined {
    /// Who recorded it from paper; absent when the applicant said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
}

/// An official document can be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentPublished {
    /// Which publication of the case, from 1.
    pub publication: u32,
    /// The document: its text, with reasons and remedy where it is adverse.
    pub document: DocumentRef,
    /// How it is sealed.
    pub seal: Seal,
    /// The remedy that it states; `None` where it is not adverse or no disposition.
    pub remedy: Option<Remedy>,
    /// The last day on which it can be fetched (取得期限).
    pub expires_on: NaiveDate,
    /// Who published it.
    pub by: StaffId,
}

/// How an official document is sealed (公印).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seal {
    /// By a seal on paper (公印の押印).
    Paper,
    /// By a digital signature of the office (職責証明書による電子署名).
    Electronic {
        /// The signature over the text.
        signature: DocumentRef,
    },
    /// Not at all (公印省略).
    None,
}

/// The applicant has fetched a published document: it is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFetched {
    /// Which publication.
    pub publication: u32,
}

/// Nobody has fetched a published document in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchExpired {
    /// Which publication.
    pub publication: u32,
}

/// An official document was handed over or sent on paper: it is delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentDelivered {
    /// The document: its text, with reasons and remedy where it is adverse.
    pub document: DocumentRef,
    /// How it is sealed.
    pub seal: Seal,
    /// The remedy that it states; `None` where it is not adverse or no disposition.
    pub remedy: Option<Remedy>,
    /// How it went.
    pub way: PaperWay,
    /// Who handed it over or sent it.
    pub by: StaffId,
}

/// How a document on paper reaches the applicant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaperWay {
    /// At the counter (窓口).
    Counter,
    /// By post (郵送).
    Post {
        /// The number under which the post carries it (引受番号).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tracking: Option<DocumentRef>,
    },
}

/// Another certificate takes the place of one that was handed over (再交付).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateReissued {
    /// The serial of the new one.
    pub serial: CertificateSerial,
    /// The serial of the one whose place it takes, and which is void from now on.
    pub of: CertificateSerial,
    /// Why.
    pub cause: ReissueCause,
    /// How many copies.
    pub copies: u32,
    /// What was paid for it.
    pub fee: ReissueFee,
    /// Who handed it over.
    pub by: StaffId,
}

/// Why a certificate is issued again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReissueCause {
    /// It was lost (紛失).
    Lost,
    /// It was damaged (破損・汚損).
    Damaged,
    /// It was stolen (盗難).
    Stolen,
    /// What it says has changed (記載事項の変更).
    Changed,
    /// The city made an error in it (交付の誤り): nothing is to be paid.
    IssuedInError,
}

/// What was paid for a certificate that is issued again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReissueFee {
    /// Nothing, by the terms.
    Free,
    /// Nothing, since the city made the error.
    Waived,
    /// An amount.
    Paid {
        /// How much.
        yen: Yen,
        /// How.
        channel: PaymentChannel,
        /// The payment's reference.
        reference: DocumentRef,
    },
}

/// A certificate is void from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateVoided {
    /// Its serial.
    pub serial: CertificateSerial,
    /// Why.
    pub cause: VoidCause,
    /// Who voided it.
    pub by: StaffId,
}

/// Why a certificate is void.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VoidCause {
    /// The city made an error in it (交付の誤り).
    IssuedInError,
    /// The holder gave it back (返納).
    Returned,
    /// It was misused (不正使用).
    Misused,
}
