//! Signed attributes that bind a signature to one certificate and one algorithm, checked when they are there.
//!
//! # Source
//! RFC 5035 (signing-certificate, version 1 and 2); RFC 6211 (algorithm protection).

use aws_lc_rs::digest::{self, digest};

use crate::algorithm::{AlgorithmId, Hash};
use crate::ber::{Element, Fault, Reader, tag};
use crate::certificate::Certificate;
use crate::crl::minimal;
use crate::distribution::PointName;
use crate::oid;
use crate::reason::Reason;
use crate::signed_data::{SignedAttributes, SignerInfo};

/// Checks that the certificate is the one that the signer bound the signature to.
///
/// # Errors
/// - [`Reason::SigningCertificateMismatch`]: it is another.
/// - [`Reason::SignedAttributesMalformed`], or why the digest is not taken.
pub(crate) fn check_signing_certificate(
    attributes: &SignedAttributes<'_>,
    signer: &Certificate,
) -> Result<(), Reason> {
    if let Some(value) = attributes.single(oid::ID_AA_SIGNING_CERTIFICATE_V_2)? {
        let (hash, id) = first_id_of_version_2(value).map_err(malformed)?;
        let hash = hash.map_or(Ok(Hash::Sha256), Hash::of)?;
        id.check(hash.digest(signer.der()).as_ref(), signer)?;
    }
    if let Some(value) = attributes.single(oid::ID_AA_SIGNING_CERTIFICATE)? {
        // SHA-1 adds nothing to the signature here, and takes nothing from it: the key has verified already.
        let id = CertificateId::read(first_id(value).map_err(malformed)?).map_err(malformed)?;
        id.check(digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, signer.der()).as_ref(), signer)?;
    }
    Ok(())
}

/// Checks that the algorithms that were signed are those that the signer's fields name.
///
/// # Errors
/// [`Reason::AlgorithmProtectionMismatch`] or [`Reason::SignedAttributesMalformed`].
pub(crate) fn check_algorithm_protection(
    attributes: &SignedAttributes<'_>,
    info: &SignerInfo<'_>,
) -> Result<(), Reason> {
    let Some(value) = attributes.single(oid::ID_AA_CMS_ALGORITHM_PROTECTION)? else { return Ok(()) };
    let read = || {
        let mut outside = Reader::der(value.raw);
        let mut fields = outside.sequence()?;
        let digest = AlgorithmId::read(&mut fields)?;
        let signature = fields.optional(tag::context_constructed(1))?;
        // [1] IMPLICIT: the contents are those of the SEQUENCE.
        let signature = signature.map(|element| AlgorithmId::read_fields(element.reader()?)).transpose()?;
        Ok((digest, signature))
    };
    let (digest, signature) = read().map_err(malformed)?;
    if digest.is_same(&info.digest) && signature.is_some_and(|signature| signature.is_same(&info.algorithm)) {
        Ok(())
    } else {
        Err(Reason::AlgorithmProtectionMismatch)
    }
}

/// What identifies a certificate: its digest, and perhaps its issuer and serial number.
struct CertificateId<'a> {
    digest: &'a [u8],
    issuer_and_serial: Option<(Vec<PointName>, &'a [u8])>,
}

impl<'a> CertificateId<'a> {
    /// Reads the fields behind the digest algorithm.
    fn read(mut fields: Reader<'a>) -> Result<Self, Fault> {
        let digest = fields.expect(tag::OCTET_STRING)?.contents;
        let issuer_and_serial = match fields.optional(tag::SEQUENCE)? {
            Some(element) => {
                let mut pair = element.reader()?;
                let names = PointName::read_all(pair.sequence()?)?;
                Some((names, pair.expect(tag::INTEGER)?.contents))
            }
            None => None,
        };
        fields.finish()?;
        Ok(Self { digest, issuer_and_serial })
    }

    fn check(&self, digest: &[u8], signer: &Certificate) -> Result<(), Reason> {
        let is_named = self.issuer_and_serial.as_ref().is_none_or(|(names, serial)| {
            minimal(serial) == minimal(signer.serial())
                && names.iter().any(|name| name.is_directory(signer.issuer()))
        });
        if self.digest == digest && is_named { Ok(()) } else { Err(Reason::SigningCertificateMismatch) }
    }
}

/// Steps to the first certificate identifier, which is the signer's (RFC 5035 sections 3 and 5.4.1).
fn first_id(value: Element<'_>) -> Result<Reader<'_>, Fault> {
    Reader::der(value.raw).sequence()?.sequence()?.sequence()
}

fn first_id_of_version_2(value: Element<'_>) -> Result<(Option<oid::Oid<'_>>, CertificateId<'_>), Fault> {
    let mut fields = first_id(value)?;
    let hash = match fields.optional(tag::SEQUENCE)? {
        Some(element) => Some(AlgorithmId::read_fields(element.reader()?)?.oid),
        None => None,
    };
    Ok((hash, CertificateId::read(fields)?))
}

fn malformed(_: Fault) -> Reason {
    Reason::SignedAttributesMalformed
}
