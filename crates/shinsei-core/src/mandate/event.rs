//! What happened to a mandate. The shape of each payload is a file format: docs/event-format.md.

use serde::{Deserialize, Serialize};

use crate::document::DocumentRef;
use crate::event::{FormRef, SignatureVerified};
use crate::event_format::events;
use crate::ids::{CaseId, ProcedureId, UserId};
use crate::mandate::MandateTerms;
use crate::time::Timestamp;

events! {
    /// An event of a mandate.
    pub enum MandateEvent {
        /// 委任状の作成: it is drafted.
        MandateDrafted = 1,
        /// 委任状への署名: the principal signed it.
        MandateSigned = 1,
        /// 委任の承諾: the agent accepted it; it is in force.
        MandateAccepted = 1,
        /// 委任による申請: the agent applied by it.
        MandateUsed = 1,
        /// 委任の取消・辞任: one of the two ended it.
        MandateRevoked = 1,
        /// 委任期間の満了: its last day is over.
        MandateExpired = 1,
        /// 委任状の廃棄: its documents are erased.
        MandateDisposed = 1,
    }
}

/// The mandate is drafted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateDrafted {
    /// Who, for what, how long.
    pub terms: MandateTerms,
    /// The principal's name.
    pub principal_name: DocumentRef,
}

/// The principal signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateSigned {
    /// What was signed.
    pub statement: FormRef,
    /// The judgement of the signature.
    pub signature: SignatureVerified,
    /// The SHA-256 of the key, hexadecimal.
    pub key_sha256: String,
}

/// The agent accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateAccepted {}

/// The agent applied by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateUsed {
    /// The case.
    pub case: CaseId,
    /// The procedure.
    pub procedure: ProcedureId,
}

/// One of the two ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateRevoked {
    /// Which one.
    pub by: UserId,
    /// Until when its documents are kept.
    pub kept_until: Timestamp,
}

/// Its last day is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateExpired {
    /// Until when its documents are kept.
    pub kept_until: Timestamp,
}

/// Its documents are erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateDisposed {}
