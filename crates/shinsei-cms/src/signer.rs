//! One signature of a message: from the digest to the certificate that made it.

use std::sync::OnceLock;

use aws_lc_rs::digest::Digest;

use crate::algorithm::{Hash, SignatureAlgorithm, Signed};
use crate::attributes::{check_algorithm_protection, check_signing_certificate};
use crate::ber::OctetString;
use crate::budget::Work;
use crate::certificate::Certificate;
use crate::pool::Pool;
use crate::reason::Reason;
use crate::report::Checks;
use crate::signed_data::{SignedAttributes, SignedData, SignerInfo};

/// A signature that its certificate's key has made over the content; no path is known yet.
pub(crate) struct Proved<'c> {
    pub(crate) certificate: &'c Certificate,
    /// When the signer says to have signed, in seconds since 1970.
    pub(crate) claimed_at: Option<u64>,
}

/// Proves one signature of a message: attributes, digest, signature, and what binds it to one certificate.
pub(crate) fn prove<'c>(
    message: &SignedData<'_>,
    pool: &'c Pool<'_>,
    info: &SignerInfo<'_>,
    digests: &mut Digests<'_>,
    work: &mut Work,
    checks: &mut Checks,
) -> Result<Proved<'c>, Reason> {
    let hash = checks.note("digest-algorithm", listed_hash(message, info))?;
    let attributes = checks
        .note("signed-attributes", info.signed_attributes.as_ref().ok_or(Reason::SignedAttributesMissing))?;
    checks.note("content-type", content_type_matches(message, attributes))?;
    let digest = digests.of(hash);
    checks.note("message-digest", message_digest_matches(attributes, digest))?;
    let claimed_at = checks.note("signing-time", attributes.signing_time())?;
    let algorithm =
        checks.note("signature-algorithm", SignatureAlgorithm::of_signer(&info.algorithm, hash))?;
    let certificates = checks.note("signer-certificate", pool.signers(&info.id, work))?;
    let proved = proved_certificate(&certificates, info, attributes, algorithm, work);
    let certificate = checks.note("signature", proved)?;
    checks.note("algorithm-protection", check_algorithm_protection(attributes, info))?;
    checks.note("signing-certificate", check_signing_certificate(attributes, certificate))?;
    Ok(Proved { certificate, claimed_at })
}

/// The digest algorithm of a signer, which the message must list (RFC 5652 section 5.1 lets us insist).
fn listed_hash(message: &SignedData<'_>, info: &SignerInfo<'_>) -> Result<Hash, Reason> {
    let hash = Hash::of(info.digest.oid)?;
    if message.digests.contains(&info.digest.oid) { Ok(hash) } else { Err(Reason::DigestNotListed) }
}

fn content_type_matches(message: &SignedData<'_>, attributes: &SignedAttributes<'_>) -> Result<(), Reason> {
    if attributes.content_type()? == message.content_type { Ok(()) } else { Err(Reason::ContentTypeMismatch) }
}

fn message_digest_matches(attributes: &SignedAttributes<'_>, digest: &[u8]) -> Result<(), Reason> {
    if attributes.message_digest()? == digest { Ok(()) } else { Err(Reason::MessageDigestMismatch) }
}

/// The certificate whose key made the signature.
///
/// Security: a sender may embed several certificates that fit the signer's name for theirs; only the key decides.
fn proved_certificate<'c>(
    certificates: &[&'c Certificate],
    info: &SignerInfo<'_>,
    attributes: &SignedAttributes<'_>,
    algorithm: SignatureAlgorithm,
    work: &mut Work,
) -> Result<&'c Certificate, Reason> {
    let (bytes, digest) = (attributes.signed_bytes(), OnceLock::new());
    let signed = Signed { algorithm, bytes: &bytes, digest: &digest };
    let mut nearest = None;
    for certificate in certificates {
        if !work.spend_micros(certificate.check_cost_micros(bytes.len())) {
            return Err(nearest
                .max(Some(Reason::PathSearchExhausted))
                .unwrap_or(Reason::PathSearchExhausted));
        }
        let checked = certificate.key().and_then(|key| key.verify(&signed, &info.signature));
        match checked {
            Ok(()) => return Ok(certificate),
            Err(reason) => nearest = nearest.max(Some(reason)),
        }
    }
    Err(nearest.unwrap_or(Reason::SignerCertificateMissing))
}

/// The content, wherever it is.
pub(crate) enum Content<'c> {
    Attached(OctetString<'c>),
    Detached(&'c [u8]),
}

impl<'c> Content<'c> {
    pub(crate) fn of(message: &SignedData<'c>, detached: Option<&'c [u8]>) -> Result<Self, Reason> {
        match (message.content, detached) {
            (Some(_), Some(_)) => Err(Reason::ContentTwice),
            (None, None) => Err(Reason::ContentMissing),
            (Some(attached), None) => Ok(Self::Attached(attached)),
            (None, Some(detached)) => Ok(Self::Detached(detached)),
        }
    }
}

impl Content<'_> {
    fn digest(&self, hash: Hash) -> Digest {
        let string = match self {
            Content::Detached(content) => return hash.digest(content),
            Content::Attached(string) => string,
        };
        if let Some(content) = string.in_one_piece() {
            return hash.digest(content);
        }
        let mut pieces = hash.pieces();
        let checked_before = string.for_each_segment(|segment| pieces.update(segment));
        debug_assert!(checked_before.is_ok());
        pieces.finish()
    }
}

/// The digests of the content, each made once, however many signers there are.
pub(crate) struct Digests<'c> {
    content: Content<'c>,
    known: [Option<Digest>; Hash::COUNT],
}

impl<'c> Digests<'c> {
    pub(crate) fn new(content: Content<'c>) -> Self {
        Self { content, known: [None; Hash::COUNT] }
    }
}

impl Digests<'_> {
    fn of(&mut self, hash: Hash) -> &[u8] {
        let digest: &Digest = self.known[hash as usize].get_or_insert_with(|| self.content.digest(hash));
        digest.as_ref()
    }
}
