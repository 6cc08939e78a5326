//! Signing, for tests, the load generator and examples: keys, test hierarchies, and CMS SignedData.
//!
//! Feature `sign`. A service that only verifies does not need it.
//!
//! # Example
//! ```
//! use shinsei_cms::anchor::TrustAnchor;
//! use shinsei_cms::profile::Profile;
//! use shinsei_cms::sign::hierarchy::{self, Resident};
//! use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
//! use shinsei_cms::sign::{Placement, sign};
//! use shinsei_cms::verify::CmsVerifier;
//! use shinsei_core::signature::SignedBytes;
//! use shinsei_core::time::{Timestamp, Window};
//!
//! let day = |year| Timestamp::from_jst(year, 4, 1, 0, 0).expect("a day");
//! let term = Window::between(day(2025), day(2030));
//! let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term)?;
//! let key = SigningKey::generate(KeyAlgorithm::P256)?;
//! let hanako = hierarchy::jpki_signing(&authority, key, &[42], &Resident::SAMPLE, term)?;
//! let message = sign(b"application", Placement::Attached, &[&hanako], &[], Some(day(2026)))?;
//!
//! let anchor = TrustAnchor::new(&authority.certificate, *Profile::JPKI_SIGNING).expect("an anchor");
//! let signed = SignedBytes { signature: &message, content: None };
//! let verified = CmsVerifier::new(vec![anchor]).judge(signed, day(2026)).expect("it holds");
//! assert_eq!(verified.content(), Some(&b"application"[..]));
//! # Ok::<(), shinsei_cms::sign::SignError>(())
//! ```

pub mod authority;
pub mod der;
pub mod hierarchy;
pub mod key;
pub mod list;

use ::der::asn1::{Any, OctetString, SetOfVec};
use ::der::{Decode as _, Encode as _, Tag};
use aws_lc_rs::digest::{SHA256, SHA384, digest};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignatureValue, SignedData, SignerIdentifier, SignerInfo,
    SignerInfos,
};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911;
use shinsei_core::time::Timestamp;
use spki::AlgorithmIdentifierOwned;
use x509_cert::attr::Attribute;

use authority::Identity;
use key::{Key, KeyAlgorithm};

/// Where the content goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Placement {
    /// Into the message.
    Attached,
    /// It travels beside the message.
    Detached,
}

/// Why something could not be signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The provider refused the key or the operation.
    #[error("the key could not be made, read or used")]
    Key,
    /// A key that is elsewhere did not sign.
    #[error("the key that is elsewhere did not sign")]
    Elsewhere {
        /// What was said there.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The message could not be put together.
    #[error("the message could not be encoded")]
    Encoding {
        /// What the encoder said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl From<::der::Error> for SignError {
    fn from(error: ::der::Error) -> Self {
        Self::Encoding { source: Box::new(error) }
    }
}

/// Signs content as CMS SignedData, DER, with contentType, messageDigest and, if given, signingTime.
///
/// The certificates of the signers and the ones beside them travel in the message.
///
/// # Errors
/// - [`SignError::Key`]: the provider could not sign.
/// - [`SignError::Encoding`]: a certificate cannot be read, or the message cannot be written.
pub fn sign(
    content: &[u8],
    placement: Placement,
    signers: &[&Identity],
    beside: &[&[u8]],
    signing_time: Option<Timestamp>,
) -> Result<Vec<u8>, SignError> {
    sign_with_attributes(content, placement, signers, beside, signing_time, &[])
}

/// Signs as [`sign`] does, with more signed attributes: each the dotted name of its type and its one value, DER.
///
/// # Errors
/// Those of [`sign`].
pub fn sign_with_attributes(
    content: &[u8],
    placement: Placement,
    signers: &[&Identity],
    beside: &[&[u8]],
    signing_time: Option<Timestamp>,
    more: &[(&str, &[u8])],
) -> Result<Vec<u8>, SignError> {
    let signatories: Vec<_> = signers.iter().map(|signer| signer.signatory()).collect();
    sign_by(content, placement, &signatories, beside, signing_time, more)
}

/// Who signs: a certificate, DER, and its key, wherever that is.
pub struct Signatory<'k> {
    /// The certificate.
    pub certificate: Vec<u8>,
    /// The key.
    pub key: &'k dyn Key,
}

/// Signs as [`sign_with_attributes`] does, by keys that may be elsewhere, such as on a card.
///
/// # Errors
/// Those of [`sign`], and [`SignError::Elsewhere`].
pub fn sign_by(
    content: &[u8],
    placement: Placement,
    signers: &[Signatory<'_>],
    beside: &[&[u8]],
    signing_time: Option<Timestamp>,
    more: &[(&str, &[u8])],
) -> Result<Vec<u8>, SignError> {
    let mut infos = Vec::new();
    let mut digests: Vec<AlgorithmIdentifierOwned> = Vec::new();
    for signer in signers {
        let info = signer_info(content, signer, signing_time, more)?;
        if !digests.contains(&info.digest_alg) {
            digests.push(info.digest_alg.clone());
        }
        infos.push(info);
    }
    let mut certificates: Vec<&[u8]> = signers.iter().map(|signer| &signer.certificate[..]).collect();
    certificates.extend(beside);
    certificates.sort_unstable();
    certificates.dedup();
    let certificate =
        |der: &&[u8]| Ok(CertificateChoices::Certificate(x509_cert::Certificate::from_der(der)?));
    let certificates = certificates.iter().map(certificate).collect::<Result<Vec<_>, ::der::Error>>()?;
    let econtent = match placement {
        Placement::Attached => Some(Any::new(Tag::OctetString, content)?),
        Placement::Detached => None,
    };
    let signed_data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(digests)?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: rfc5911::ID_DATA, econtent },
        certificates: Some(CertificateSet(SetOfVec::try_from(certificates)?)),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from(infos)?),
    };
    let content = Any::from_der(&signed_data.to_der()?)?;
    Ok(ContentInfo { content_type: rfc5911::ID_SIGNED_DATA, content }.to_der()?)
}

/// The attribute that binds a signature to one certificate (signing-certificate version 2, RFC 5035), as CAdES asks for it.
pub fn signing_certificate(certificate: &[u8]) -> (&'static str, Vec<u8>) {
    let digest = der::octets(digest(&SHA256, certificate).as_ref());
    ("1.2.840.113549.1.9.16.2.47", der::sequence(&[&der::sequence(&[&der::sequence(&[&digest])])]))
}

fn signer_info(
    content: &[u8],
    signer: &Signatory<'_>,
    signing_time: Option<Timestamp>,
    more: &[(&str, &[u8])],
) -> Result<SignerInfo, SignError> {
    let algorithm = signer.key.algorithm();
    let digested = match algorithm {
        KeyAlgorithm::Rsa2048 | KeyAlgorithm::P256 => digest(&SHA256, content),
        KeyAlgorithm::P384 => digest(&SHA384, content),
    };
    let mut attributes = vec![
        attribute(rfc5911::ID_CONTENT_TYPE, &rfc5911::ID_DATA.to_der()?)?,
        attribute(rfc5911::ID_MESSAGE_DIGEST, &OctetString::new(digested.as_ref())?.to_der()?)?,
    ];
    if let Some(at) = signing_time {
        attributes.push(attribute(rfc5911::ID_SIGNING_TIME, &der::time(at))?);
    }
    for (oid, value) in more {
        attributes.push(attribute(ObjectIdentifier::new(oid).map_err(::der::Error::from)?, value)?);
    }
    let signed_attrs = SetOfVec::try_from(attributes)?;
    let signature = signer.key.sign(&signed_attrs.to_der()?)?;
    let certificate = x509_cert::Certificate::from_der(&signer.certificate)?;
    Ok(SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: certificate.tbs_certificate.issuer,
            serial_number: certificate.tbs_certificate.serial_number,
        }),
        digest_alg: AlgorithmIdentifierOwned::from_der(&algorithm.digest_algorithm())?,
        signed_attrs: Some(signed_attrs),
        signature_algorithm: AlgorithmIdentifierOwned::from_der(&algorithm.signature_algorithm())?,
        signature: SignatureValue::new(signature)?,
        unsigned_attrs: None,
    })
}

fn attribute(oid: ObjectIdentifier, value: &[u8]) -> Result<Attribute, ::der::Error> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![Any::from_der(value)?])? })
}
