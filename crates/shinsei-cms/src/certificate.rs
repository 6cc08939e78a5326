//! One certificate: its bytes, and what path validation asks of them, read once.

use std::fmt;
use std::ops::Range;

use shinsei_core::time::{Timestamp, Window};
use x509_parser::certificate::X509CertificateParser;
use x509_parser::extensions::{AuthorityKeyIdentifier, BasicConstraints, KeyIdentifier, KeyUsage};
use x509_parser::nom::Parser as _;
use x509_parser::prelude::FromDer;

use crate::algorithm::{AlgorithmId, PublicKey, SignatureAlgorithm};
use crate::ber::{Fault, Reader, tag};
use crate::budget::CERTIFICATE_BYTES_MAX;
use crate::distribution::Point;
use crate::name;
use crate::oid::{self, Oid};
use crate::reason::Reason;

/// A certificate whose form is known to be right; nothing is proved of it yet.
pub struct Certificate {
    der: Box<[u8]>,
    tbs: Range<usize>,
    serial: Range<usize>,
    issuer: Range<usize>,
    subject: Range<usize>,
    spki: Range<usize>,
    signature: Range<usize>,
    algorithm: Result<SignatureAlgorithm, Reason>,
    key: Result<PublicKey, Reason>,
    not_before: i64,
    not_after: i64,
    extensions: Extensions,
}

/// What the extensions say.
#[derive(Debug, Default)]
struct Extensions {
    basic_constraints: Option<BasicConstraints>,
    key_usage: Option<KeyUsage>,
    subject_key_id: Option<Range<usize>>,
    authority_key_id: Option<Range<usize>>,
    unprocessed_critical: bool,
    all: Vec<(Oid, bool, Range<usize>)>,
}

/// The critical extensions that are understood: by path validation, by revocation, or by the profile.
const PROCESSED: [Oid; 14] = [
    oid::ID_CE_BASIC_CONSTRAINTS,
    oid::ID_CE_KEY_USAGE,
    oid::ID_CE_CERTIFICATE_POLICIES,
    oid::ID_CE_SUBJECT_KEY_IDENTIFIER,
    oid::ID_CE_AUTHORITY_KEY_IDENTIFIER,
    oid::ID_CE_SUBJECT_ALT_NAME,
    oid::ID_CE_ISSUER_ALT_NAME,
    oid::ID_CE_NAME_CONSTRAINTS,
    oid::ID_CE_POLICY_MAPPINGS,
    oid::ID_CE_POLICY_CONSTRAINTS,
    oid::ID_CE_INHIBIT_ANY_POLICY,
    oid::ID_CE_EXT_KEY_USAGE,
    oid::ID_CE_CRL_DISTRIBUTION_POINTS,
    oid::ID_CE_FRESHEST_CRL,
];

impl Certificate {
    /// Reads one certificate, DER.
    ///
    /// A key or an algorithm that is not supported is no error here: it becomes one when it is needed.
    ///
    /// # Errors
    /// [`Reason::CertificateMalformed`]: it cannot be decoded, has bytes behind it, or has an extension twice.
    pub fn from_der(der: &[u8]) -> Result<Self, Reason> {
        const MALFORMED: Reason = Reason::CertificateMalformed;
        if der.len() > CERTIFICATE_BYTES_MAX {
            return Err(MALFORMED);
        }
        let mut parser = X509CertificateParser::new().with_deep_parse_extensions(false);
        let (rest, parsed) = parser.parse(der).map_err(|_| MALFORMED)?;
        let body = &parsed.tbs_certificate;
        // RFC 5280 section 4.1.1.2: the algorithm stands twice, and is the same.
        if !rest.is_empty() || parsed.signature_algorithm != body.signature {
            return Err(MALFORMED);
        }
        if !body.extensions().is_empty() && body.version.0 != 2 {
            return Err(MALFORMED);
        }
        let within = |slice: &[u8]| range_within(der, slice);
        Ok(Self {
            tbs: within(body.as_ref()),
            serial: within(body.raw_serial()),
            issuer: within(body.issuer.as_raw()),
            subject: within(body.subject.as_raw()),
            spki: within(body.subject_pki.raw),
            signature: within(&parsed.signature_value.data),
            algorithm: signature_algorithm(der)?,
            key: PublicKey::read(body.subject_pki.raw),
            not_before: body.validity.not_before.timestamp(),
            not_after: body.validity.not_after.timestamp(),
            extensions: Extensions::read(der, body.extensions())?,
            der: der.into(),
        })
    }

    /// The bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The instants at which it is valid: notAfter counts to the end of its second.
    pub fn validity(&self) -> Window {
        let instant = |seconds: i64| Timestamp::from_micros(seconds.saturating_mul(1_000_000));
        Window { from: instant(self.not_before), until: instant(self.not_after.saturating_add(1)) }
    }

    /// The serial number, as the bytes of its INTEGER.
    pub(crate) fn serial(&self) -> &[u8] {
        &self.der[self.serial.clone()]
    }

    /// The name of the issuer, DER.
    pub(crate) fn issuer(&self) -> &[u8] {
        &self.der[self.issuer.clone()]
    }

    /// The name of the subject, DER.
    pub(crate) fn subject(&self) -> &[u8] {
        &self.der[self.subject.clone()]
    }

    /// The key, or why it cannot be used.
    pub(crate) fn key(&self) -> Result<&PublicKey, Reason> {
        self.key.as_ref().map_err(|reason| *reason)
    }

    /// The SubjectPublicKeyInfo.
    pub(crate) fn public_key(&self) -> &[u8] {
        &self.der[self.spki.clone()]
    }

    /// What its key may be used for in applications; `None` when it says nothing.
    pub(crate) fn extended_key_usages(&self) -> Result<Option<Vec<Oid>>, Reason> {
        let Some(value) = self.extension(oid::ID_CE_EXT_KEY_USAGE) else { return Ok(None) };
        let read = || {
            let mut usages = Reader::der(value).sequence()?;
            let mut all = Vec::new();
            while !usages.is_empty() {
                all.push(usages.oid()?);
            }
            Ok(Some(all))
        };
        read().map_err(|_: Fault| Reason::CertificateMalformed)
    }

    /// The bits of the public key, without the algorithm before them: what OCSP identifies an issuer by.
    pub(crate) fn key_bits(&self) -> &[u8] {
        let read = || -> Result<&[u8], Fault> {
            let mut fields = Reader::der(self.public_key()).sequence()?;
            fields.read()?;
            Ok(fields.read()?.contents)
        };
        read().unwrap_or_default().get(1..).unwrap_or_default()
    }

    /// True unless its key usage says that it may not sign revocation lists.
    pub(crate) fn may_sign_lists(&self) -> bool {
        self.key_usage().is_none_or(KeyUsage::crl_sign)
    }

    /// The distribution points of the lists that speak of it.
    pub(crate) fn distribution_points(&self) -> Result<Vec<Point>, Reason> {
        let Some(value) = self.extension(oid::ID_CE_CRL_DISTRIBUTION_POINTS) else {
            return Ok(Vec::new());
        };
        Point::read_all(value, self.issuer()).map_err(|_| Reason::CertificateMalformed)
    }

    /// The identifier of its own key.
    pub(crate) fn subject_key_id(&self) -> Option<&[u8]> {
        self.extensions.subject_key_id.clone().map(|range| &self.der[range])
    }

    /// True when the issuer's key identifier in this certificate and the other's own are both there and differ.
    pub(crate) fn names_another_key_than(&self, issuer: &Self) -> bool {
        let named = self.extensions.authority_key_id.clone().map(|range| &self.der[range]);
        named.zip(issuer.subject_key_id()).is_some_and(|(named, own)| named != own)
    }

    /// True when issuer and subject are the same name.
    pub(crate) fn is_self_issued(&self) -> bool {
        name::same(self.issuer(), self.subject())
    }

    /// Whether it says it is an authority; `None` when it says nothing.
    pub(crate) fn is_authority(&self) -> Option<bool> {
        self.extensions.basic_constraints.as_ref().map(|constraints| constraints.ca)
    }

    /// How many authorities may follow it.
    pub(crate) fn path_length_max(&self) -> Option<u32> {
        self.extensions.basic_constraints.as_ref().and_then(|constraints| constraints.path_len_constraint)
    }

    /// What its key may be used for; `None` when it says nothing.
    pub(crate) fn key_usage(&self) -> Option<&KeyUsage> {
        self.extensions.key_usage.as_ref()
    }

    /// True when a critical extension is not understood, the ones a profile knows left aside.
    pub(crate) fn has_unprocessed_critical_extension(&self) -> bool {
        self.extensions.unprocessed_critical
    }

    /// The value of an extension.
    pub(crate) fn extension(&self, oid: Oid) -> Option<&[u8]> {
        let found = self.extensions.all.iter().find(|(own, ..)| *own == oid)?;
        Some(&self.der[found.2.clone()])
    }

    /// True when an extension is there and critical.
    pub(crate) fn is_critical(&self, oid: Oid) -> bool {
        self.extensions.all.iter().any(|(own, critical, _)| *own == oid && *critical)
    }

    /// Checks that a key signed this certificate.
    ///
    /// # Errors
    /// [`Reason::CertificateSignatureInvalid`], or why the key or the algorithm cannot be used.
    pub(crate) fn is_signed_by(&self, key: &PublicKey) -> Result<(), Reason> {
        let signed = &self.der[self.tbs.clone()];
        key.verify(self.algorithm?, &[signed], &self.der[self.signature.clone()]).map_err(|reason| {
            match reason {
                Reason::SignatureInvalid => Reason::CertificateSignatureInvalid,
                other => other,
            }
        })
    }
}

/// Shows that there is one, and nothing of whose it is.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("bytes", &self.der.len()).finish_non_exhaustive()
    }
}

impl Extensions {
    fn read(der: &[u8], extensions: &[x509_parser::extensions::X509Extension<'_>]) -> Result<Self, Reason> {
        const MALFORMED: Reason = Reason::CertificateMalformed;
        let mut read = Self::default();
        for extension in extensions {
            let oid = Oid::from_contents(extension.oid.as_bytes()).ok_or(MALFORMED)?;
            if read.all.iter().any(|(own, ..)| *own == oid) {
                return Err(MALFORMED);
            }
            let value = extension.value;
            match oid {
                oid::ID_CE_BASIC_CONSTRAINTS => {
                    read.basic_constraints = Some(whole(BasicConstraints::from_der(value))?);
                }
                oid::ID_CE_KEY_USAGE => read.key_usage = Some(whole(KeyUsage::from_der(value))?),
                oid::ID_CE_SUBJECT_KEY_IDENTIFIER => {
                    read.subject_key_id = Some(range_within(der, whole(KeyIdentifier::from_der(value))?.0));
                }
                oid::ID_CE_AUTHORITY_KEY_IDENTIFIER => {
                    let identifier = whole(AuthorityKeyIdentifier::from_der(value))?;
                    read.authority_key_id = identifier.key_identifier.map(|id| range_within(der, id.0));
                }
                _ => {}
            }
            read.unprocessed_critical |= extension.critical
                && !PROCESSED.contains(&oid)
                && !crate::profile::RECOGNISED_EXTENSIONS.contains(&oid);
            read.all.push((oid, extension.critical, range_within(der, value)));
        }
        Ok(read)
    }
}

/// Takes a value that was read to its last byte.
fn whole<T, E>(read: Result<(&[u8], T), E>) -> Result<T, Reason> {
    match read {
        Ok(([], value)) => Ok(value),
        _ => Err(Reason::CertificateMalformed),
    }
}

/// Reads the outer algorithm of a certificate; one that is not supported is said when it is needed.
fn signature_algorithm(der: &[u8]) -> Result<Result<SignatureAlgorithm, Reason>, Reason> {
    let read = || {
        let mut fields = Reader::der(der).sequence()?;
        fields.read()?;
        let algorithm = AlgorithmId::read(&mut fields)?;
        fields.expect(tag::BIT_STRING)?;
        // Security: what stands behind the signature is signed by nobody; the parser above does not look there.
        fields.finish()?;
        Ok(algorithm)
    };
    read().map(|id| SignatureAlgorithm::of(&id)).map_err(|_: Fault| Reason::CertificateMalformed)
}

/// Where a slice lies in the bytes it was cut from.
pub(crate) fn range_within(whole: &[u8], slice: &[u8]) -> Range<usize> {
    let start = slice.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    if start + slice.len() <= whole.len() { start..start + slice.len() } else { 0..0 }
}
