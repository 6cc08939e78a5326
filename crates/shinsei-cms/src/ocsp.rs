//! OCSP answers: who says what of which certificate, and whether they may.
//!
//! # Source
//! RFC 6960; RFC 5019 for answers without nextUpdate. Nothing is asked here: answers come as bytes.

pub mod request;

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest::{self, Digest, digest};
use shinsei_core::bytes::Bytes;
use shinsei_core::time::{Timestamp, Window};

use crate::algorithm::{AlgorithmId, SignatureAlgorithm, Signed};
use crate::ber::{Fault, Reader, range_within, tag};
use crate::budget::{EMBEDDED_CERTIFICATES_MAX, Work};
use crate::certificate::Certificate;
use crate::crl::minimal;
use crate::extensions::extension;
use crate::name;
use crate::oid::{self, Oid};
use crate::reason::Reason;
use crate::time;

/// Answers about certificates in one response.
///
/// Source: an answer is asked for one path.
const ANSWERS_MAX: usize = 64;

/// Seconds after thisUpdate for which an answer without nextUpdate is taken as current.
///
/// Source: RFC 6960 section 4.2.2.1 leaves it open (newer information is available all the time); a day is what a
/// nightly list would give.
const CURRENT_WITHOUT_NEXT_UPDATE_SECONDS: i64 = 24 * 60 * 60;

/// Seconds by which an answer may be younger than the time of judgement: it is fetched after the document arrived.
///
/// Source: a time-out of a minute, retried, and the clocks of two machines.
const YOUNGER_SECONDS_MAX: i64 = 300;

/// One response, its form right, its signature proved when it is first asked.
///
/// Clones share what was read and what was proved.
#[derive(Clone)]
pub struct OcspAnswer {
    fields: Arc<Fields>,
}

/// What was read, and what was found out since and cannot change.
struct Fields {
    der: Bytes,
    tbs: Range<usize>,
    signature: Range<usize>,
    algorithm: Result<SignatureAlgorithm, Reason>,
    responder: Responder,
    certificates: Vec<Certificate>,
    singles: Vec<Single>,
    nonce: Option<Range<usize>>,
    /// The digest of what the responder signed.
    signed_digest: OnceLock<Digest>,
    /// The SubjectPublicKeyInfo that is known to have signed it.
    signed_by: OnceLock<Box<[u8]>>,
}

/// How a response names who signed it.
enum Responder {
    Name(Range<usize>),
    KeyHash(Range<usize>),
}

/// What is said of one certificate.
struct Single {
    /// What the issuer's name and key were digested with; `None` when it is not known here.
    hash: Option<&'static digest::Algorithm>,
    name_hash: Range<usize>,
    key_hash: Range<usize>,
    serial: Range<usize>,
    status: Said,
    this_update: i64,
    next_update: Option<i64>,
}

/// What a response says of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Good,
    Revoked,
    Unknown,
}

impl OcspAnswer {
    /// Reads one response, DER.
    ///
    /// # Errors
    /// [`Reason::OcspMalformed`]: it cannot be decoded or has bytes behind it.
    pub fn from_der(der: &[u8]) -> Result<Self, Reason> {
        let fields = Fields::read(der).map_err(|_: Fault| Reason::OcspMalformed)?;
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

    /// The nonce that it carries.
    fn nonce(&self) -> Option<&[u8]> {
        self.fields.nonce.clone().map(|range| &self.der()[range])
    }

    /// What is said of a certificate of this issuer, and the instants for which it is said.
    pub(crate) fn about(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        work: &mut Work,
    ) -> Option<(Said, Window)> {
        let bytes = |range: &Range<usize>| &self.der()[range.clone()];
        // Security: a sender writes many answers about one serial number; the issuer is digested once for each algorithm.
        let mut digested: Vec<(&digest::Algorithm, [Digest; 2])> = Vec::new();
        let mut is_meant = |single: &&Single| {
            let Some(hash) = single.hash else { return false };
            if minimal(bytes(&single.serial)) != minimal(certificate.serial()) {
                return false;
            }
            if !digested.iter().any(|(known, _)| *known == hash) {
                if !work.spend_micros(ISSUER_DIGESTS_MICROS) {
                    return false;
                }
                let of_issuer = [certificate.issuer(), issuer.key_bits()];
                digested.push((hash, of_issuer.map(|bytes| digest(hash, bytes))));
            }
            let named = [&single.name_hash, &single.key_hash].map(bytes);
            digested
                .iter()
                .any(|(known, [name, key])| *known == hash && [name.as_ref(), key.as_ref()] == named)
        };
        let single =
            self.fields.singles.iter().filter(&mut is_meant).max_by_key(|single| single.this_update)?;
        Some((single.status, single.currency()))
    }

    /// Checks that who signed it may speak for an issuer: the issuer, or whom the issuer certified for it.
    ///
    /// DIFFERENCE: whether a delegated responder's certificate was revoked is not asked, with id-pkix-ocsp-nocheck or
    /// without it; section 4.2.2.2.1 leaves that to the verifier, and OpenSSL does not ask either.
    /// # Errors
    /// [`Reason::RevocationUndetermined`], or [`Reason::PathSearchExhausted`]: the budget ended before.
    /// # Source
    /// RFC 6960 section 4.2.2.2.
    pub(crate) fn prove(&self, issuer: &Certificate, at: Timestamp, work: &mut Work) -> Result<(), Reason> {
        match self.is_signed_by(issuer, work) {
            Err(Reason::PathSearchExhausted) => return Err(Reason::PathSearchExhausted),
            Err(_) => {}
            Ok(()) => return Ok(()),
        }
        let delegated = |responder: &&Certificate| {
            name::same(responder.issuer(), issuer.subject())
                && responder.validity().contains(at)
                && !responder.has_unprocessed_critical_extension()
                && matches!(responder.extended_key_usages(), Ok(Some(usages)) if usages.contains(&oid::ID_KP_OCSP_SIGNING))
        };
        for responder in self.fields.certificates.iter().filter(delegated).take(RESPONDERS_MAX) {
            let is_paid = responder.is_proved_by(issuer)
                || work.spend_micros(issuer.check_cost_micros(responder.der().len()));
            if !is_paid {
                return Err(Reason::PathSearchExhausted);
            }
            if responder.prove(issuer).is_ok() && self.is_signed_by(responder, work).is_ok() {
                return Ok(());
            }
        }
        Err(Reason::RevocationUndetermined)
    }

    /// Checks that a certificate is the one named as the signer, and that its key signed.
    fn is_signed_by(&self, signer: &Certificate, work: &mut Work) -> Result<(), Reason> {
        let is_named = match &self.fields.responder {
            Responder::Name(name) => name::same(&self.der()[name.clone()], signer.subject()),
            Responder::KeyHash(hash) => {
                let own = digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, signer.key_bits());
                own.as_ref() == &self.der()[hash.clone()]
            }
        };
        if !is_named {
            return Err(Reason::RevocationUndetermined);
        }
        if self.fields.signed_by.get().is_some_and(|key| **key == *signer.public_key()) {
            return Ok(());
        }
        let (key, algorithm) = (signer.key()?, self.fields.algorithm?);
        let bytes = &self.der()[self.fields.tbs.clone()];
        if !work.spend_micros(signer.check_cost_micros(bytes.len())) {
            return Err(Reason::PathSearchExhausted);
        }
        let signed = Signed { algorithm, bytes, digest: &self.fields.signed_digest };
        key.verify(&signed, &self.der()[self.fields.signature.clone()])?;
        let _: &[u8] = self.fields.signed_by.get_or_init(|| signer.public_key().into());
        Ok(())
    }
}

impl Fields {
    fn read(der: &[u8]) -> Result<Self, Fault> {
        const ENUMERATED: u8 = 0x0a;
        const SUCCESSFUL: u32 = 0;
        let within = |slice: &[u8]| range_within(der, slice);
        let mut outside = Reader::der(der);
        let mut fields = outside.sequence()?;
        outside.finish()?;
        if fields.expect(ENUMERATED)?.small_integer()? != SUCCESSFUL {
            fields.finish()?;
            return Ok(Self::refusal(der));
        }
        let mut bytes = fields.expect(tag::context_constructed(0))?.reader()?.sequence()?;
        fields.finish()?;
        if bytes.oid()? != oid::ID_PKIX_OCSP_BASIC {
            return Err(Fault::Malformed);
        }
        let mut basic = Reader::der(bytes.expect(tag::OCTET_STRING)?.contents);
        let mut fields = basic.sequence()?;
        basic.finish()?;
        let body = fields.expect(tag::SEQUENCE)?;
        let algorithm = AlgorithmId::read(&mut fields)?;
        let signature = fields.expect(tag::BIT_STRING)?;
        let Some((0, signature)) = signature.contents.split_first() else { return Err(Fault::Malformed) };
        let certificates = embedded_certificates(&mut fields)?;
        fields.finish()?;

        let mut fields = body.reader()?;
        fields.optional(tag::context_constructed(0))?;
        let responder = match fields.optional(tag::context_constructed(1))? {
            Some(name) => Responder::Name(within(name.reader()?.expect(tag::SEQUENCE)?.raw)),
            None => {
                let hash = fields.expect(tag::context_constructed(2))?.reader()?.expect(tag::OCTET_STRING)?;
                Responder::KeyHash(within(hash.contents))
            }
        };
        time::seconds(&fields.read()?)?;
        let mut all = fields.sequence()?;
        let mut singles = Vec::new();
        while !all.is_empty() && singles.len() < ANSWERS_MAX {
            singles.extend(Single::read(all.sequence()?, &within)?);
        }
        let nonce = nonce(&mut fields, der)?;
        fields.finish()?;
        Ok(Self {
            tbs: within(body.raw),
            signature: within(signature),
            algorithm: SignatureAlgorithm::of(&algorithm),
            responder,
            certificates,
            singles,
            nonce,
            signed_digest: OnceLock::new(),
            signed_by: OnceLock::new(),
            der: der.into(),
        })
    }

    /// A responder's refusal to answer, such as tryLater: it says nothing of any certificate.
    fn refusal(der: &[u8]) -> Self {
        Self {
            tbs: 0..0,
            signature: 0..0,
            algorithm: Err(Reason::RevocationUndetermined),
            responder: Responder::KeyHash(0..0),
            certificates: Vec::new(),
            singles: Vec::new(),
            nonce: None,
            signed_digest: OnceLock::new(),
            signed_by: OnceLock::new(),
            der: der.into(),
        }
    }
}

/// What it costs to digest an issuer's name and key. Source: measured with SHA-1 and keys of 4,096 bits, rounded up.
const ISSUER_DIGESTS_MICROS: u32 = 1;

/// Certificates of one response that are tried as its signer's.
///
/// Source: one is there, or two while the responder's key changes.
const RESPONDERS_MAX: usize = 4;

/// Equal when their bytes are.
impl PartialEq for OcspAnswer {
    fn eq(&self, other: &Self) -> bool {
        self.der() == other.der()
    }
}

impl Eq for OcspAnswer {}

/// Shows how many, never whose.
impl fmt::Debug for OcspAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OcspAnswer").field("answers", &self.fields.singles.len()).finish_non_exhaustive()
    }
}

impl Single {
    /// Reads one; `None` when it has a critical extension, none of which is known.
    fn read(mut fields: Reader<'_>, within: &dyn Fn(&[u8]) -> Range<usize>) -> Result<Option<Self>, Fault> {
        let mut id = fields.sequence()?;
        let hash = digest_of(AlgorithmId::read(&mut id)?.oid);
        let name_hash = within(id.expect(tag::OCTET_STRING)?.contents);
        let key_hash = within(id.expect(tag::OCTET_STRING)?.contents);
        let serial = within(id.expect(tag::INTEGER)?.contents);
        id.finish()?;
        let status = match fields.read()?.tag {
            0x80 => Said::Good,
            0xa1 => Said::Revoked,
            0x82 => Said::Unknown,
            _ => return Err(Fault::Malformed),
        };
        let this_update = time::seconds(&fields.read()?)?;
        let next_update = match fields.optional(tag::context_constructed(0))? {
            Some(explicit) => Some(time::seconds(&explicit.reader()?.read()?)?),
            None => None,
        };
        if let Some(explicit) = fields.optional(tag::context_constructed(1))?
            && has_critical(explicit.reader()?.sequence()?)?
        {
            return Ok(None);
        }
        fields.finish()?;
        Ok(Some(Self { hash, name_hash, key_hash, serial, status, this_update, next_update }))
    }

    fn currency(&self) -> Window {
        let unsaid = self.this_update.saturating_add(CURRENT_WITHOUT_NEXT_UPDATE_SECONDS);
        Window {
            from: time::instant(self.this_update.saturating_sub(YOUNGER_SECONDS_MAX)),
            until: time::instant(self.next_update.unwrap_or(unsaid)),
        }
    }
}

/// The digest by which an issuer is named: SHA-1 too, since nothing is proved by it.
fn digest_of(oid: Oid<'_>) -> Option<&'static digest::Algorithm> {
    match oid {
        oid::ID_SHA_1 => Some(&digest::SHA1_FOR_LEGACY_USE_ONLY),
        oid::ID_SHA_256 => Some(&digest::SHA256),
        oid::ID_SHA_384 => Some(&digest::SHA384),
        oid::ID_SHA_512 => Some(&digest::SHA512),
        _ => None,
    }
}

/// The certificates that the responder sends along.
fn embedded_certificates(fields: &mut Reader<'_>) -> Result<Vec<Certificate>, Fault> {
    let mut certificates = Vec::new();
    if let Some(explicit) = fields.optional(tag::context_constructed(0))? {
        let mut all = explicit.reader()?.sequence()?;
        while !all.is_empty() && certificates.len() < EMBEDDED_CERTIFICATES_MAX {
            certificates.extend(Certificate::from_der(all.expect(tag::SEQUENCE)?.raw).ok());
        }
    }
    Ok(certificates)
}

/// Where the nonce stands, by the extensions of the whole answer.
fn nonce(fields: &mut Reader<'_>, der: &[u8]) -> Result<Option<Range<usize>>, Fault> {
    let mut nonce = None;
    if let Some(explicit) = fields.optional(tag::context_constructed(1))? {
        let mut extensions = explicit.reader()?.sequence()?;
        while !extensions.is_empty() {
            match extension(&mut extensions)? {
                (oid::ID_PKIX_OCSP_NONCE, _, value) => nonce = Some(range_within(der, nonce_of(value))),
                (_, true, _) => return Err(Fault::Malformed),
                _ => {}
            }
        }
    }
    Ok(nonce)
}

/// The nonce inside the value of its extension: an OCTET STRING (RFC 8954), or bare, as responders wrote it before.
fn nonce_of(value: &[u8]) -> &[u8] {
    let mut inside = Reader::der(value);
    match inside.expect(tag::OCTET_STRING) {
        Ok(string) if inside.is_empty() => string.contents,
        _ => value,
    }
}

/// True when one of these extensions is critical: none is known.
fn has_critical(mut extensions: Reader<'_>) -> Result<bool, Fault> {
    let mut found = false;
    while !extensions.is_empty() {
        let (_, critical, _) = extension(&mut extensions)?;
        found |= critical;
    }
    Ok(found)
}
