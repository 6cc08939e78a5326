//! Asking an OCSP responder about one certificate: the request as bytes, and what an answer to it must be. Whoever sends
//! it is outside.
//!
//! # Source
//! RFC 6960 section 4.1; RFC 8954 for the nonce.

use aws_lc_rs::digest::{self, digest};

use crate::ber::{element, tag};
use crate::budget::Work;
use crate::certificate::Certificate;
use crate::ocsp::OcspAnswer;
use crate::oid;
use crate::reason::Reason;

/// A question about one certificate.
///
/// It is posted as `application/ocsp-request`; `shinsei-http`'s fetcher does that.
pub struct OcspRequest<'c> {
    certificate: &'c Certificate,
    issuer: &'c Certificate,
    nonce: Option<[u8; NONCE_BYTES]>,
}

/// Bytes of a nonce. Source: RFC 8954 section 2.1 wants 32 from clients, and takes no more.
pub const NONCE_BYTES: usize = 32;

impl<'c> OcspRequest<'c> {
    /// Asks about a certificate of an issuer.
    ///
    /// The nonce is the caller's randomness. Responders that prepare their answers leave it out of them (RFC 5019): then
    /// thisUpdate and nextUpdate alone say that an answer is fresh.
    pub fn about(
        certificate: &'c Certificate,
        issuer: &'c Certificate,
        nonce: Option<[u8; NONCE_BYTES]>,
    ) -> Self {
        Self { certificate, issuer, nonce }
    }

    /// The OCSPRequest, DER; the issuer is named by SHA-1, which every responder knows and nothing rests on.
    pub fn to_der(&self) -> Vec<u8> {
        const NULL: [u8; 2] = [tag::NULL, 0];
        let name = element(tag::OID, oid::ID_SHA_1.contents());
        let hash = element(tag::SEQUENCE, &[&name[..], &NULL].concat());
        let of = |bytes| digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
        let name_hash = element(tag::OCTET_STRING, of(self.certificate.issuer()).as_ref());
        let key_hash = element(tag::OCTET_STRING, of(self.issuer.key_bits()).as_ref());
        let serial = element(tag::INTEGER, self.certificate.serial());
        let id = element(tag::SEQUENCE, &[hash, name_hash, key_hash, serial].concat());
        let list = element(tag::SEQUENCE, &element(tag::SEQUENCE, &id));
        let extensions = self.nonce.map(|nonce| {
            let name = element(tag::OID, oid::ID_PKIX_OCSP_NONCE.contents());
            let value = element(tag::OCTET_STRING, &element(tag::OCTET_STRING, &nonce));
            let extension = element(tag::SEQUENCE, &[name, value].concat());
            element(tag::context_constructed(2), &element(tag::SEQUENCE, &extension))
        });
        let body = element(tag::SEQUENCE, &[list, extensions.unwrap_or_default()].concat());
        element(tag::SEQUENCE, &body)
    }

    /// Reads a response when it answers this question.
    ///
    /// Nothing is proved of it yet: the verifier asks who signed it, and for which times it speaks.
    ///
    /// # Errors
    /// - [`Reason::OcspNonceMismatch`]: it carries another nonce than the question.
    /// - [`Reason::RevocationUndetermined`]: it says nothing of this certificate, as a refusal does.
    /// - [`Reason::OcspMalformed`].
    pub fn answer(&self, response: &[u8]) -> Result<OcspAnswer, Reason> {
        let answer = OcspAnswer::from_der(response)?;
        let is_other = |asked: &[u8; NONCE_BYTES]| answer.nonce().is_some_and(|said| said != asked);
        if self.nonce.as_ref().is_some_and(is_other) {
            return Err(Reason::OcspNonceMismatch);
        }
        if answer.about(self.certificate, self.issuer, &mut Work::new()).is_none() {
            return Err(Reason::RevocationUndetermined);
        }
        Ok(answer)
    }
}
