//! The port of whoever can judge a digital signature, and the one door to a [`VerifiedSignature`].

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::bytes::Bytes;
use crate::ids::ProcedureId;
use crate::signature::{CertificateKind, SignatureDefect, SignedBytes, VerifiedSignature};
use crate::time::{Timestamp, Window};

/// Judges whether a document was signed by the holder of a certificate that the city accepts.
///
/// # Contract
/// Each clause is a function of `shinsei_conformance::signature`.
/// - `judges_the_bytes`: a signature over other bytes is invalid.
/// - `judges_at_the_time_asked`: a certificate out of its validity at `at` is invalid, whatever the time is now.
/// - `names_the_kind`: a valid verdict names one of the kinds asked for; another kind is invalid.
/// - `window_holds_the_time`: the window of a valid verdict contains `at`.
/// - `survives_any_bytes`: whatever the bytes, there is an answer, and it is invalid unless it is proved.
/// - `gives_evidence`: a valid verdict carries what it rested on, the signer's certificate among it.
/// - `refuses_what_does_not_hold`: a bad signature is a verdict, not an error.
/// - `says_why`: an invalid verdict has a code and a sentence for each of its readers.
pub trait SignatureVerifier: Send + Sync {
    /// Judges a signature at a time.
    ///
    /// # Errors
    /// [`VerifierError`] when there is no verdict at all, such as a remote service that does not answer. A bad
    /// signature is a verdict, not an error.
    fn verify(&self, request: &SignatureRequest<'_>) -> Result<Verdict, VerifierError>;
}

/// What is to be judged.
#[derive(Clone, Copy)]
pub struct SignatureRequest<'a> {
    /// The bytes as received.
    pub signed: SignedBytes<'a>,
    /// The time of judgement.
    pub at: Timestamp,
    /// The procedure the signature is for.
    pub procedure: &'a ProcedureId,
    /// The kinds of certificate that the procedure accepts.
    pub accepted: &'a [CertificateKind],
}

/// What a verifier says. Anyone may make one; only [`verify`] makes a [`VerifiedSignature`] of it.
#[derive(Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The signature holds.
    Valid(Valid),
    /// The signature does not hold, with the most useful reason.
    Invalid(SignatureDefect),
}

/// What a valid verdict says and rests on.
#[derive(Clone, PartialEq, Eq)]
pub struct Valid {
    /// The kind of certificate.
    pub kind: CertificateKind,
    /// The policy under which it was judged, as a code of the verifier's.
    pub policy: String,
    /// The content found inside the signature; `None` when it was detached, and so in the request.
    pub content: Option<Enclosed>,
    /// Who signed, as the verifier reads it from the certificate: personal data, JSON.
    pub identity: Vec<u8>,
    /// The recording times for which the verdict holds: certificates and revocation answers in force.
    pub holds: Window,
    /// What the verdict rested on.
    pub evidence: Vec<Evidence>,
}

/// Content that travelled inside a signature.
#[derive(Clone, PartialEq, Eq)]
pub enum Enclosed {
    /// In one piece, at these bytes of the signature as it was received: it is large, and not copied.
    At(Range<usize>),
    /// Decoded, or put together from pieces.
    Apart(Bytes),
}

impl Enclosed {
    /// The bytes, in the signature that they travelled in; `None` when that is another one.
    pub fn of<'a>(&'a self, signature: &'a [u8]) -> Option<&'a [u8]> {
        match self {
            Self::At(range) => signature.get(range.clone()),
            Self::Apart(bytes) => Some(bytes.as_slice()),
        }
    }
}

/// One thing that a verdict rested on.
#[derive(Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What it is.
    pub role: EvidenceRole,
    /// The bytes, as they were used; shared, since a revocation list may have many millions.
    pub bytes: Bytes,
}

/// What a piece of evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EvidenceRole {
    /// The signer's certificate, DER: personal data.
    SignerCertificate,
    /// A certificate of the path above the signer's, DER: shared by many cases.
    AuthorityCertificate,
    /// A certificate revocation list, DER: shared by many cases.
    Crl,
    /// An OCSP answer about the signer, DER: personal data.
    Ocsp,
    /// A time-stamp token, DER.
    TimeStamp,
    /// The verdict in the verifier's own words, JSON.
    Report,
}

impl EvidenceRole {
    /// True when many cases rest on the same bytes, so that they are kept once and outlive a disposal.
    pub fn is_shared(self) -> bool {
        match self {
            Self::AuthorityCertificate | Self::Crl => true,
            Self::SignerCertificate | Self::Ocsp | Self::TimeStamp | Self::Report => false,
        }
    }
}

/// There is no verdict.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifierError {
    /// The verifier cannot be reached or did not answer; the same request may succeed later.
    #[error("the signature verifier is not available")]
    Unavailable {
        /// What the machine said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The verdict breaks the contract of [`SignatureVerifier`].
    #[error("the signature verifier broke its contract: {clause}")]
    BrokenContract {
        /// The clause that was broken.
        clause: &'static str,
    },
}

/// Asks a verifier, and binds what it says to the exact bytes, the procedure and the time.
///
/// This alone makes a [`VerifiedSignature`].
///
/// # Errors
/// - [`Refusal::Defect`]: the signature does not hold.
/// - [`Refusal::Verifier`]: there is no verdict, or one that breaks the contract.
pub fn verify(
    verifier: &dyn SignatureVerifier,
    request: SignatureRequest<'_>,
) -> Result<VerifiedSignature, Refusal> {
    let valid = match verifier.verify(&request).map_err(Refusal::Verifier)? {
        Verdict::Valid(valid) => valid,
        Verdict::Invalid(defect) => return Err(Refusal::Defect(defect)),
    };
    let broken = |clause| Err(Refusal::Verifier(VerifierError::BrokenContract { clause }));
    if !request.accepted.contains(&valid.kind) {
        return broken("names_the_kind");
    }
    if !valid.holds.contains(request.at) {
        return broken("window_holds_the_time");
    }
    let enclosed = valid.content.as_ref().map(|content| content.of(request.signed.signature));
    if request.signed.content.is_some() == enclosed.is_some() || enclosed == Some(None) {
        return broken("judges_the_bytes");
    }
    if valid.evidence.is_empty() {
        return broken("gives_evidence");
    }
    Ok(VerifiedSignature::bind(&request, valid))
}

/// Why there is no [`VerifiedSignature`].
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The signature does not hold.
    #[error("the signature does not hold: {0}")]
    Defect(SignatureDefect),
    /// There is no verdict.
    #[error(transparent)]
    Verifier(VerifierError),
}
