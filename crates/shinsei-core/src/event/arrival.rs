//! What is recorded when an application arrives.

use serde::{Deserialize, Serialize};

use crate::document::DocumentRef;
use crate::form::flaw::Flaw;
use crate::ids::{MandateId, ProcedureId, StaffId, UserId};
use crate::number::ReceiptNumber;
use crate::procedure::Terms;
use crate::procedure::filing::LateArrival;
use crate::signature::{CertificateKind, EvidenceRole};
use crate::time::Timestamp;

/// The application is recorded in the city's file; `recorded_at` is the time of arrival by law, unless it came on paper.
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
    /// The agent who applied in the applicant's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Agent>,
    /// What the applicant's registration said at arrival: a copy, which stays when the registration goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<DocumentRef>,
    /// How it came, where it came on paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<Box<PaperArrival>>,
    /// The fields that the form has for the life of the case, as they were in force at arrival (様式の項目); absent where
    /// the form is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Box<DocumentRef>>,
    /// What did not fit them at arrival, as codes: what the officer finds without looking (形式上の不備).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flaws: Vec<Flaw>,
    /// That it arrived after its time (期限後): whoever reviews it says what follows from that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<LateArrival>,
}

/// How an application came on paper. It arrived when the city had it, not when somebody recorded it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperArrival {
    /// By which way.
    pub channel: PaperChannel,
    /// When the city had it: not after the recording.
    pub arrived_at: Timestamp,
    /// Who recorded it.
    pub by: StaffId,
}

/// The ways of paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaperChannel {
    /// Handed in at the counter (窓口).
    Counter,
    /// By post (郵送).
    Post,
}

/// An agent (代理人) who acts in an applicant's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Which user.
    pub user: UserId,
    /// By which mandate.
    pub mandate: MandateId,
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
    /// Where the form is that travelled inside the signature; absent where it lies beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enclosed: Option<EnclosedForm>,
}

/// Where a form is that travelled inside a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EnclosedForm {
    /// In one piece, at these bytes of the signed message.
    At {
        /// The first byte.
        from: u64,
        /// The first byte behind it.
        until: u64,
    },
    /// Put together from pieces, as a document of its own.
    Apart(DocumentRef),
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
