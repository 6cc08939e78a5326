//! One certificate: its bytes, and what path validation asks of them, read once.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest::Digest;
use shinsei_core::bytes::Bytes;
use shinsei_core::time::Window;

use crate::algorithm::{AlgorithmId, Hash, PublicKey, SignatureAlgorithm, Signed};
use crate::ber::{Fault, Reader, range_within, tag};
use crate::budget::CERTIFICATE_BYTES_MAX;
use crate::distribution::Point;
use crate::extensions::{Extensions, KeyUsage};
use crate::name::{Folded, Name, is_name};
use crate::oid::{self, Oid};
use crate::reason::Reason;
use crate::time;

/// A certificate whose form is known to be right; nothing is proved of it yet, unless `is_proved_by` says so.
///
/// Clones share what was read and what was proved.
#[derive(Clone)]
pub struct Certificate {
    fields: Arc<Fields>,
}

/// What was read, and what was found out since and cannot change.
struct Fields {
    der: Bytes,
    tbs: Range<usize>,
    serial: Range<usize>,
    issuer: Range<usize>,
    subject: Range<usize>,
    spki: Range<usize>,
    signature: Range<usize>,
    algorithm: Result<SignatureAlgorithm, Reason>,
    key: Result<PublicKey, Reason>,
    validity: Window,
    extensions: Extensions,
    digest: OnceLock<[u8; 32]>,
    issuer_folded: OnceLock<Folded>,
    subject_folded: OnceLock<Folded>,
    points: OnceLock<Result<Vec<Point>, Reason>>,
    /// The digest of what its issuer signed.
    signed_digest: OnceLock<Digest>,
    /// The SubjectPublicKeyInfo that is known to have signed it.
    ///
    /// Security: the bytes, and not a name, a number or an identifier of the key, all of which others may choose.
    signed_by: OnceLock<Box<[u8]>>,
}

impl Certificate {
    /// Reads one certificate, DER.
    ///
    /// A key or an algorithm that is not supported is no error here: it becomes one when it is needed.
    ///
    /// # Errors
    /// [`Reason::CertificateMalformed`]: it cannot be decoded, has bytes behind it, or has an extension twice.
    pub fn from_der(der: &[u8]) -> Result<Self, Reason> {
        if der.len() > CERTIFICATE_BYTES_MAX {
            return Err(Reason::CertificateMalformed);
        }
        let fields = Fields::read(der).map_err(|_: Fault| Reason::CertificateMalformed)?;
        Ok(Self { fields: Arc::new(fields) })
    }

    /// The bytes.
    pub fn der(&self) -> &[u8] {
        self.fields.der.as_slice()
    }

    /// The bytes, shared.
    pub(crate) fn bytes(&self) -> Bytes {
        self.fields.der.clone()
    }

    /// The SHA-256 of the bytes.
    pub(crate) fn digest(&self) -> &[u8; 32] {
        self.fields.digest.get_or_init(|| Hash::sha256(self.der()))
    }

    /// The instants at which it is valid: notAfter counts to the end of its second.
    pub fn validity(&self) -> Window {
        self.fields.validity
    }

    /// The serial number, as the bytes of its INTEGER.
    pub(crate) fn serial(&self) -> &[u8] {
        self.part(&self.fields.serial)
    }

    /// The name of the issuer, DER.
    pub(crate) fn issuer(&self) -> &[u8] {
        self.part(&self.fields.issuer)
    }

    /// The name of the issuer, to be compared.
    pub(crate) fn issuer_name(&self) -> Name<'_> {
        Name { der: self.issuer(), folded: &self.fields.issuer_folded }
    }

    /// The name of the subject, DER.
    pub(crate) fn subject(&self) -> &[u8] {
        self.part(&self.fields.subject)
    }

    /// The name of the subject, to be compared.
    pub(crate) fn subject_name(&self) -> Name<'_> {
        Name { der: self.subject(), folded: &self.fields.subject_folded }
    }

    /// The key, or why it cannot be used.
    pub(crate) fn key(&self) -> Result<&PublicKey, Reason> {
        self.fields.key.as_ref().map_err(|reason| *reason)
    }

    /// What one check with its key over so many bytes costs, in microseconds; nothing when it cannot be used.
    pub(crate) fn check_cost_micros(&self, bytes: usize) -> u32 {
        self.key().map_or(0, |key| key.cost_micros(bytes))
    }

    /// The SubjectPublicKeyInfo.
    pub(crate) fn public_key(&self) -> &[u8] {
        self.part(&self.fields.spki)
    }

    /// What its key may be used for in applications; `None` when it says nothing.
    pub(crate) fn extended_key_usages(&self) -> Result<Option<Vec<Oid<'_>>>, Reason> {
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

    /// The distribution points of the lists that speak of it; the one that every certificate has unsaid stands last.
    pub(crate) fn distribution_points(&self) -> Result<&[Point], Reason> {
        let read = || {
            let mut points = match self.extension(oid::ID_CE_CRL_DISTRIBUTION_POINTS) {
                Some(value) => {
                    Point::read_all(value, self.issuer_name()).map_err(|_| Reason::CertificateMalformed)?
                }
                None => Vec::new(),
            };
            points.push(Point::implied(self.issuer_name()));
            Ok(points)
        };
        self.fields.points.get_or_init(read).as_deref().map_err(|reason| *reason)
    }

    /// The identifier of its own key.
    pub(crate) fn subject_key_id(&self) -> Option<&[u8]> {
        self.fields.extensions.subject_key_id.as_ref().map(|range| self.part(range))
    }

    /// True when the issuer's key identifier in this certificate and the other's own are both there and differ.
    pub(crate) fn names_another_key_than(&self, issuer: &Self) -> bool {
        let named = self.fields.extensions.authority_key_id.as_ref().map(|range| self.part(range));
        named.zip(issuer.subject_key_id()).is_some_and(|(named, own)| named != own)
    }

    /// True when issuer and subject are the same name.
    pub(crate) fn is_self_issued(&self) -> bool {
        self.issuer_name().is_same(&self.subject_name())
    }

    /// Whether it says it is an authority; `None` when it says nothing.
    pub(crate) fn is_authority(&self) -> Option<bool> {
        self.fields.extensions.basic_constraints.map(|(is_authority, _)| is_authority)
    }

    /// How many authorities may follow it.
    pub(crate) fn path_length_max(&self) -> Option<u32> {
        self.fields.extensions.basic_constraints.and_then(|(_, length)| length)
    }

    /// What its key may be used for; `None` when it says nothing.
    pub(crate) fn key_usage(&self) -> Option<KeyUsage> {
        self.fields.extensions.key_usage
    }

    /// True when a critical extension is not understood, the ones a profile knows left aside.
    pub(crate) fn has_unprocessed_critical_extension(&self) -> bool {
        self.fields.extensions.unprocessed_critical
    }

    /// The value of an extension.
    pub(crate) fn extension(&self, oid: Oid<'_>) -> Option<&[u8]> {
        self.fields.extensions.find(self.der(), oid).map(|found| self.part(&found.value))
    }

    /// True when an extension is there and critical.
    pub(crate) fn is_critical(&self, oid: Oid<'_>) -> bool {
        self.fields.extensions.find(self.der(), oid).is_some_and(|found| found.critical)
    }

    /// True when it is known already that the key of an issuer signed it.
    pub(crate) fn is_proved_by(&self, issuer: &Self) -> bool {
        self.fields.signed_by.get().is_some_and(|key| **key == *issuer.public_key())
    }

    /// Checks that the key of an issuer signed it; what was proved once is not proved again.
    ///
    /// # Errors
    /// [`Reason::CertificateSignatureInvalid`], or why the key or the algorithm cannot be used.
    pub(crate) fn prove(&self, issuer: &Self) -> Result<(), Reason> {
        if self.is_proved_by(issuer) {
            return Ok(());
        }
        let (key, algorithm) = (issuer.key()?, self.fields.algorithm?);
        let signed =
            Signed { algorithm, bytes: self.part(&self.fields.tbs), digest: &self.fields.signed_digest };
        let checked = key.verify(&signed, self.part(&self.fields.signature));
        checked.map_err(|reason| match reason {
            Reason::SignatureInvalid => Reason::CertificateSignatureInvalid,
            other => other,
        })?;
        let _: &[u8] = self.fields.signed_by.get_or_init(|| issuer.public_key().into());
        Ok(())
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        &self.der()[range.clone()]
    }
}

/// Equal when their bytes are.
impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der() == other.der()
    }
}

impl Eq for Certificate {}

/// Shows that there is one, and nothing of whose it is.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("bytes", &self.der().len()).finish_non_exhaustive()
    }
}

impl Fields {
    fn read(der: &[u8]) -> Result<Self, Fault> {
        let within = |slice: &[u8]| range_within(der, slice);
        let mut outside = Reader::der(der);
        let mut fields = outside.sequence()?;
        outside.finish()?;
        let body = fields.expect(tag::SEQUENCE)?;
        let algorithm = fields.expect(tag::SEQUENCE)?;
        let signature = fields.expect(tag::BIT_STRING)?;
        // Security: what stands behind the signature is signed by nobody.
        fields.finish()?;
        let Some((0, signature)) = signature.contents.split_first() else { return Err(Fault::Malformed) };

        let mut fields = body.reader()?;
        let version = version(&mut fields)?;
        let serial = fields.expect(tag::INTEGER)?.contents;
        // RFC 5280 section 4.1.1.2: the algorithm stands twice, and is the same.
        if serial.is_empty() || fields.expect(tag::SEQUENCE)?.raw != algorithm.raw {
            return Err(Fault::Malformed);
        }
        let issuer = fields.expect(tag::SEQUENCE)?.raw;
        let mut validity = fields.sequence()?;
        let (not_before, not_after) = (time::seconds(&validity.read()?)?, time::seconds(&validity.read()?)?);
        validity.finish()?;
        let subject = fields.expect(tag::SEQUENCE)?.raw;
        let spki = fields.expect(tag::SEQUENCE)?.raw;
        for unique_id in [1, 2] {
            fields.optional(tag::context(unique_id))?;
        }
        let extensions = extensions(&mut fields, version, der)?;
        fields.finish()?;
        if version > VERSION_3 || !is_name(issuer) || !is_name(subject) {
            return Err(Fault::Malformed);
        }
        Ok(Self {
            tbs: within(body.raw),
            serial: within(serial),
            issuer: within(issuer),
            subject: within(subject),
            spki: within(spki),
            signature: within(signature),
            algorithm: SignatureAlgorithm::of(&AlgorithmId::read_fields(algorithm.reader()?)?),
            key: PublicKey::read(spki),
            validity: Window {
                from: time::instant(not_before),
                until: time::instant(not_after.saturating_add(1)),
            },
            extensions,
            digest: OnceLock::new(),
            issuer_folded: OnceLock::new(),
            subject_folded: OnceLock::new(),
            points: OnceLock::new(),
            signed_digest: OnceLock::new(),
            signed_by: OnceLock::new(),
            der: der.into(),
        })
    }
}

const VERSION_1: u32 = 0;
const VERSION_3: u32 = 2;

fn version(fields: &mut Reader<'_>) -> Result<u32, Fault> {
    let Some(explicit) = fields.optional(tag::context_constructed(0))? else { return Ok(VERSION_1) };
    let mut inner = explicit.reader()?;
    let version = inner.expect(tag::INTEGER)?.small_integer()?;
    inner.finish()?;
    Ok(version)
}

fn extensions(fields: &mut Reader<'_>, version: u32, der: &[u8]) -> Result<Extensions, Fault> {
    match fields.optional(tag::context_constructed(3))? {
        Some(_) if version != VERSION_3 => Err(Fault::Malformed),
        Some(explicit) => {
            let mut inner = explicit.reader()?;
            let list = inner.sequence()?;
            inner.finish()?;
            Extensions::read(list, der)
        }
        None => Ok(Extensions::default()),
    }
}
