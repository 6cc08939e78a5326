//! The evidence bundle: everything a verdict rested on, in one value, from which it can be checked again years later.
//!
//! A verdict is reached once, at arrival, and never computed again on replay. What is kept of it is the signed bytes, the
//! certificates, the revocation lists and answers, the time-stamps and the report. A [`Bundle`] holds these, from a verdict
//! just reached ([`Bundle::of`]) or from the documents of a case ([`Bundle::of_case`]), and is written as one JSON value
//! ([`Bundle::to_json`]; `docs/evidence-format.md`). [`Bundle::recheck`] judges it again: offline, at the time it was judged
//! at, by the rules it was judged by, against anchors that the caller vouches for. Trust never comes out of the bundle.
//!
//! What a re-check shows is that the verdict follows from the evidence. That the signature was there at the time of
//! judgement is the city's own word, which its log pins; a time-stamp in the bundle shows it by a third party's.
//!
//! # Example
//! ```
//! use shinsei_cms::anchor::TrustAnchor;
//! use shinsei_cms::evidence::Bundle;
//! use shinsei_cms::profile::Profile;
//! use shinsei_cms::sign::hierarchy::{self, Company};
//! use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
//! use shinsei_cms::sign::{Placement, sign};
//! use shinsei_cms::verify::CmsVerifier;
//! use shinsei_core::signature::SignedBytes;
//! use shinsei_core::time::{Timestamp, Window};
//!
//! let day = |year| Timestamp::from_jst(year, 4, 1, 0, 0).expect("a day");
//! let term = Window::between(day(2025), day(2027));
//! let registrar = hierarchy::registrar(KeyAlgorithm::P256, 1, term)?;
//! let company = Company {
//!     name: "株式会社見本商会",
//!     number: "430001000000",
//!     address: "北海道函館市見本町2番2号",
//!     representative: "見本 太郎",
//!     title: "代表取締役",
//!     registry: "函館地方法務局",
//!     latin: "Mihon",
//! };
//! let key = SigningKey::generate(KeyAlgorithm::P256)?;
//! let signer = hierarchy::commercial_registration(&registrar, key, &[7], &company, term, true)?;
//! let message = sign(b"application", Placement::Attached, &[&signer], &[], None)?;
//! let anchor = || TrustAnchor::new(&registrar.certificate, *Profile::COMMERCIAL_REGISTRATION).expect("an anchor");
//!
//! // 2026: the application arrives and is judged; what the verdict rested on is kept.
//! let signed = SignedBytes { signature: &message, content: None };
//! let verified = CmsVerifier::new(vec![anchor()]).judge(signed, day(2026)).expect("it holds");
//! let kept: Vec<u8> = Bundle::of(signed, day(2026), &verified).to_json();
//!
//! // Years later, offline, with the anchors of then.
//! let recheck = Bundle::from_json(&kept)?.recheck(vec![anchor()], vec![])?;
//! assert_eq!(recheck.differences, []);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod case;
mod format;
pub mod recheck;

use std::fmt;

use shinsei_core::signature::{CertificateKind, Evidence, EvidenceRole, SignedBytes, VerifiedSignature};
use shinsei_core::time::Timestamp;

use crate::reason::Reason;
use crate::timestamp::TimestampProof;
use crate::verdict::Verified;

/// A valid verdict and everything it rested on.
#[derive(Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The signature as received.
    pub signature: Vec<u8>,
    /// The signed content when it is detached.
    pub content: Option<Vec<u8>>,
    /// The time of judgement.
    pub at: Timestamp,
    /// The kind of certificate that the verdict named; `None` under a profile that stands for none.
    pub kind: Option<CertificateKind>,
    /// The profile under which it was judged, by its code.
    pub policy: String,
    /// The pieces: certificates, lists, answers, time-stamps, and the report.
    pub evidence: Vec<Evidence>,
}

impl Bundle {
    /// The bundle of a verdict just reached over these bytes at this time.
    pub fn of(signed: SignedBytes<'_>, at: Timestamp, verified: &Verified<'_>) -> Self {
        let first = verified.signers().first();
        Self {
            signature: signed.signature.to_vec(),
            content: signed.content.map(<[u8]>::to_vec),
            at,
            kind: first.and_then(|signer| signer.profile.kind),
            policy: first.map_or_else(String::new, |signer| signer.profile.code.to_owned()),
            evidence: verified.evidence(at),
        }
    }

    /// The bundle of a verdict as the core keeps it; these are the bytes that were judged.
    pub fn of_verified(signed: SignedBytes<'_>, verified: &VerifiedSignature) -> Self {
        Self {
            signature: signed.signature.to_vec(),
            content: signed.content.map(<[u8]>::to_vec),
            at: verified.at(),
            kind: Some(verified.kind()),
            policy: verified.policy().to_owned(),
            evidence: verified.evidence().to_vec(),
        }
    }

    /// The bytes that were judged.
    pub fn signed(&self) -> SignedBytes<'_> {
        SignedBytes { signature: &self.signature, content: self.content.as_deref() }
    }

    /// Adds a time-stamp over one of the signatures, proved by [`crate::verify::CmsVerifier::judge_timestamp`] after the
    /// verdict, with what its proof rests on. The signed bytes stay as they are.
    pub fn add_timestamp(&mut self, proof: &TimestampProof) {
        let above = proof.path.iter().chain(&proof.list_signers);
        let above = above.map(|own| (EvidenceRole::AuthorityCertificate, own.bytes()));
        let lists = proof.lists.iter().map(|list| (EvidenceRole::Crl, list.bytes()));
        let answers = proof.answers.iter().map(|answer| (EvidenceRole::Ocsp, answer.bytes()));
        let token = std::iter::once((EvidenceRole::TimeStamp, proof.token.clone()));
        for (role, bytes) in above.chain(lists).chain(answers).chain(token) {
            if !self.evidence.iter().any(|known| known.bytes == bytes) {
                self.evidence.push(Evidence { role, bytes });
            }
        }
    }

    /// The pieces of one role.
    pub(crate) fn pieces(&self, role: EvidenceRole) -> impl Iterator<Item = &[u8]> {
        self.evidence.iter().filter(move |piece| piece.role == role).map(|piece| piece.bytes.as_slice())
    }
}

/// Shows when it was judged, and nothing of whose signature it is.
impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundle")
            .field("at", &self.at)
            .field("policy", &self.policy)
            .field("pieces", &self.evidence.len())
            .finish_non_exhaustive()
    }
}

/// Why a bundle cannot be read or checked again. None of it quotes the bundle: it speaks of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// Not of the form that the format has.
    #[error("the bundle is not JSON as its format wants it (line {line}, column {column})")]
    Form {
        /// From 1; 0 when the whole is meant.
        line: usize,
        /// From 1; 0 when the whole is meant.
        column: usize,
    },
    /// Of another version.
    #[error(
        "the bundle is of version {version} of the format; this library reads version {}",
        format::VERSION
    )]
    Version {
        /// As the bundle says.
        version: u64,
    },
    /// Longer than is read.
    #[error("the bundle has {bytes} bytes, and at most {} are read", format::BUNDLE_BYTES_MAX)]
    TooLarge {
        /// How many it has.
        bytes: usize,
    },
    /// A piece cannot be read as what it is.
    #[error("a piece of evidence ({role:?}) cannot be used: {reason}")]
    Piece {
        /// What it should be.
        role: EvidenceRole,
        /// Why not.
        reason: Reason,
    },
    /// There is no report, or it does not say by which rules was judged: another verifier wrote it, or a later version.
    #[error(
        "the report does not say by which rules the signature was judged; a verifier other than this wrote it"
    )]
    RulesUnknown,
}
