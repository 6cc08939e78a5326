//! The port of whoever can judge a digital signature, and the one door to a [`VerifiedSignature`].

use crate::ids::ProcedureId;
use crate::signature::{CertificateKind, SignatureDefect, Signed, SignedBytes, Valid, VerifiedSignature};
use crate::time::Timestamp;

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
/// This alone makes a [`VerifiedSignature`]. The rule is for which procedure, and by which kinds of certificate, as
/// [`Signing::under`](crate::decider::Signing::under) says.
///
/// # Errors
/// - [`Refusal::Defect`]: the signature does not hold.
/// - [`Refusal::Verifier`]: there is no verdict, or one that breaks the contract.
pub fn verify(
    verifier: &dyn SignatureVerifier,
    signed: Signed<'_>,
    at: Timestamp,
    rule: (&ProcedureId, &[CertificateKind]),
) -> Result<VerifiedSignature, Refusal> {
    let (procedure, accepted) = rule;
    let request = SignatureRequest { signed: signed.bytes(), at, procedure, accepted };
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
    Ok(VerifiedSignature::bind(signed, procedure, at, valid))
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
