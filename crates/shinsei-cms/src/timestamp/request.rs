//! Asking a time-stamp authority: the request as bytes, and the token out of its answer. Whoever sends it is outside.
//!
//! # Source
//! RFC 3161 sections 2.4.1 and 2.4.2.

use crate::ber::{Fault, Reader, element, tag};
use crate::crl::minimal;
use crate::oid;
use crate::reason::Reason;
use crate::signed_data::SignedData;
use crate::{algorithm::Hash, timestamp::info::TstInfo};

/// A question to a time-stamp authority over some bytes.
///
/// It is posted as `application/timestamp-query`; the answer is `application/timestamp-reply` (RFC 3161 section 3.4).
pub struct TimestampRequest<'s> {
    stamped: &'s [u8],
    nonce: Option<u64>,
}

impl<'s> TimestampRequest<'s> {
    /// Asks for a token over bytes: for CAdES-T, what [`super::attach::signature_of`] gives.
    ///
    /// The nonce is the caller's randomness; with one, an answer that was given before is refused.
    pub fn over(stamped: &'s [u8], nonce: Option<u64>) -> Self {
        Self { stamped, nonce }
    }

    /// The TimeStampReq, DER: the SHA-256 of the bytes, any policy, with the authority's certificate wanted.
    pub fn to_der(&self) -> Vec<u8> {
        const VERSION: &[u8] = &[0x02, 0x01, 0x01];
        const CERTIFICATE_WANTED: &[u8] = &[0x01, 0x01, 0xff];
        let hash = element(tag::SEQUENCE, &element(tag::OID, oid::ID_SHA_256.contents()));
        let digest = element(tag::OCTET_STRING, &Hash::sha256(self.stamped));
        let imprint = element(tag::SEQUENCE, &[hash, digest].concat());
        let nonce = self.nonce.map(|nonce| element(tag::INTEGER, &positive(nonce))).unwrap_or_default();
        element(tag::SEQUENCE, &[VERSION, &imprint, &nonce, CERTIFICATE_WANTED].concat())
    }

    /// Takes the token out of a TimeStampResp when it answers this question.
    ///
    /// Nothing is proved of it yet: [`crate::verify::CmsVerifier::judge_timestamp`] does that.
    ///
    /// # Errors
    /// - [`Reason::TimestampRefused`]: the authority gave none.
    /// - [`Reason::TimestampNonceMismatch`], [`Reason::TimestampImprintMismatch`]: it answers another question.
    /// - [`Reason::TimestampMalformed`], or why it cannot be read.
    pub fn token(&self, response: &[u8]) -> Result<Vec<u8>, Reason> {
        let token = token_of(response).map_err(|_: Fault| Reason::TimestampMalformed)?;
        let token = token.ok_or(Reason::TimestampRefused)?;
        let message = SignedData::read(token).map_err(super::of_token)?;
        let content = super::content_of(&message)?;
        let info = TstInfo::read(&content)?;
        info.is_over(self.stamped).map_err(super::of_token)?;
        if self.nonce.is_some_and(|nonce| info.nonce != Some(minimal(&positive(nonce)))) {
            return Err(Reason::TimestampNonceMismatch);
        }
        Ok(token.to_vec())
    }
}

/// The contents of a positive INTEGER.
fn positive(number: u64) -> Vec<u8> {
    minimal(&[&[0], &number.to_be_bytes()[..]].concat()).to_vec()
}

/// The token of a TimeStampResp; `None` when the authority granted none.
fn token_of(response: &[u8]) -> Result<Option<&[u8]>, Fault> {
    const GRANTED: u32 = 0;
    const GRANTED_WITH_MODIFICATIONS: u32 = 1;
    let mut outside = Reader::ber(response);
    let mut fields = outside.sequence()?;
    outside.finish()?;
    let status = fields.sequence()?.expect(tag::INTEGER)?.small_integer()?;
    let token = fields.optional(tag::SEQUENCE)?.map(|token| token.raw);
    fields.finish()?;
    Ok(token.filter(|_| [GRANTED, GRANTED_WITH_MODIFICATIONS].contains(&status)))
}
