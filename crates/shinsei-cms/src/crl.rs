//! Certificate revocation lists: read once into an index of their entries, proved once against a key.
//!
//! # Source
//! RFC 5280 section 5. The entries are read by our own cursor: a list of a million is one pass and one index.

mod entries;

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest::Digest;
use shinsei_core::bytes::Bytes;
use shinsei_core::time::Window;

use crate::algorithm::{AlgorithmId, Hash, SignatureAlgorithm, Signed};
use crate::ber::{Fault, Reader, range_within, tag};
use crate::certificate::Certificate;
use crate::distribution::{PointName, Scope};
use crate::extensions::{authority_key_id, extension};
use crate::name::{Folded, Name};
use crate::oid;
use crate::reason::Reason;
use crate::time::{self, GENERALIZED_TIME, UTC_TIME};

use entries::Entries;
pub(crate) use entries::{Listed, minimal};

/// One list, complete or delta; its form is right, its signature is proved when it is first asked.
///
/// Clones share what was read and what was proved, so that a list that is still current goes from one set of lists into
/// the next at no cost.
#[derive(Clone)]
pub struct RevocationList {
    fields: Arc<Fields>,
}

/// What was read, and what was found out since and cannot change.
struct Fields {
    der: Bytes,
    tbs: Range<usize>,
    signature: Range<usize>,
    issuer: Range<usize>,
    issuer_folded: OnceLock<Folded>,
    digest: OnceLock<[u8; 32]>,
    algorithm: Result<SignatureAlgorithm, Reason>,
    current: Window,
    extensions: ListExtensions,
    revoked: Range<usize>,
    entries: OnceLock<Option<Entries>>,
    /// The digest of what its issuer signed.
    signed_digest: OnceLock<Digest>,
    /// The SubjectPublicKeyInfo that is known to have signed it.
    signed_by: OnceLock<Box<[u8]>>,
}

/// What the extensions of a list say.
struct ListExtensions {
    number: Option<Number>,
    /// Set on a delta list: the number of the list it starts from.
    delta_base: Option<Number>,
    scope: Scope,
    scope_value: Option<Vec<u8>>,
    authority_key_id: Option<Vec<u8>>,
    unprocessed_critical: bool,
}

/// A cRLNumber.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Number {
    digits: usize,
    value: Vec<u8>,
}

impl RevocationList {
    /// Reads one list, DER.
    ///
    /// # Errors
    /// [`Reason::RevocationListMalformed`]: it cannot be decoded or has bytes behind it.
    pub fn from_der(der: &[u8]) -> Result<Self, Reason> {
        let list = Self::from_der_unread(der)?;
        if list.read_entries().is_some() { Ok(list) } else { Err(Reason::RevocationListMalformed) }
    }

    /// Reads one list but for its entries, which are read when they are first asked.
    ///
    /// Security: nobody looks up in a list that is not proved, so that entries which a stranger wrote are never read.
    pub(crate) fn from_der_unread(der: &[u8]) -> Result<Self, Reason> {
        let fields = Fields::read(der).map_err(|_: Fault| Reason::RevocationListMalformed)?;
        Ok(Self { fields: Arc::new(fields) })
    }

    /// The entries, unless they are malformed.
    fn read_entries(&self) -> Option<&Entries> {
        let read = || {
            let revoked = self.part(&self.fields.revoked);
            if revoked.is_empty() {
                return Some(Entries::none());
            }
            Entries::read(self.der(), &Reader::der(revoked).read().ok()?).ok()
        };
        self.fields.entries.get_or_init(read).as_ref()
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

    /// The name of who issued it, DER.
    pub(crate) fn issuer(&self) -> &[u8] {
        self.part(&self.fields.issuer)
    }

    /// The name of who issued it, to be compared.
    pub(crate) fn issuer_name(&self) -> Name<'_> {
        Name { der: self.issuer(), folded: &self.fields.issuer_folded }
    }

    pub(crate) fn scope(&self) -> &Scope {
        &self.fields.extensions.scope
    }

    pub(crate) fn is_delta(&self) -> bool {
        self.fields.extensions.delta_base.is_some()
    }

    /// True when it may be used: it has no critical extension that is not known.
    pub(crate) fn is_understood(&self) -> bool {
        !self.fields.extensions.unprocessed_critical
    }

    /// The instants for which it speaks.
    ///
    /// A list without nextUpdate breaks RFC 5280 section 5.1.2.5 and speaks for none: nobody can tell whether it is
    /// the last one.
    pub fn currency(&self) -> Window {
        self.fields.current
    }

    /// True when another list is of the same issuer and key, speaks of the same certificates, and is not older.
    ///
    /// Nothing is proved by it of either: whoever replaces lists by this trusts where they come from.
    pub fn is_succeeded_by(&self, other: &Self) -> bool {
        let (own, theirs) = (&self.fields.extensions, &other.fields.extensions);
        self.issuer_name().is_same(&other.issuer_name())
            && own.authority_key_id == theirs.authority_key_id
            && own.scope_value == theirs.scope_value
            && self.is_delta() == other.is_delta()
            && self.fields.current.from <= other.fields.current.from
            && own.number <= theirs.number
    }

    /// True when this delta list goes on from that complete one.
    ///
    /// # Source
    /// RFC 5280 section 6.3.3 (c) and section 5.2.4.
    pub(crate) fn continues(&self, complete: &Self) -> bool {
        let (own, other) = (&self.fields.extensions, &complete.fields.extensions);
        let numbers = (&own.delta_base, &own.number, &other.number);
        let (Some(base), Some(number), Some(complete_number)) = numbers else { return false };
        self.issuer_name().is_same(&complete.issuer_name())
            && own.scope_value == other.scope_value
            && own.authority_key_id == other.authority_key_id
            && base <= complete_number
            && complete_number <= number
    }

    /// True when it names another key than this certificate's as its signer's.
    pub(crate) fn names_another_key_than(&self, signer: &Certificate) -> bool {
        let named = self.fields.extensions.authority_key_id.as_deref();
        named.zip(signer.subject_key_id()).is_some_and(|(named, own)| named != own)
    }

    /// True when it is known already that this certificate's key signed it.
    pub(crate) fn is_proved_by(&self, signer: &Certificate) -> bool {
        self.fields.signed_by.get().is_some_and(|key| **key == *signer.public_key())
    }

    /// Checks that the key of a certificate signed it; what was proved once is not proved again.
    pub(crate) fn prove(&self, signer: &Certificate) -> Result<(), Reason> {
        if self.is_proved_by(signer) {
            return Ok(());
        }
        let (key, algorithm) = (signer.key()?, self.fields.algorithm?);
        let signed =
            Signed { algorithm, bytes: self.part(&self.fields.tbs), digest: &self.fields.signed_digest };
        key.verify(&signed, self.part(&self.fields.signature))?;
        let _: &[u8] = self.fields.signed_by.get_or_init(|| signer.public_key().into());
        Ok(())
    }

    /// What it says of a certificate; on an indirect list the entries of the certificate's issuer are asked.
    ///
    /// `None` when its entries cannot be read, or one has a critical extension that is not known: nothing of it may be
    /// used then (RFC 5280 section 5.3). It must have been proved before.
    pub(crate) fn lookup(&self, certificate: &Certificate) -> Option<Listed> {
        let entries = self.read_entries().filter(|entries| !entries.has_unprocessed_critical_extension())?;
        let is_meant = |issuer: Option<&PointName>| match issuer {
            None => self.issuer_name().is_same(&certificate.issuer_name()),
            Some(issuer) => issuer.is_directory(certificate.issuer()),
        };
        Some(entries.lookup(self.der(), minimal(certificate.serial()), is_meant))
    }

    /// True when it lists a certificate of its own issuer with this serial number, the contents of an INTEGER.
    ///
    /// Nothing is proved of it by this; a verdict rests on more.
    pub fn revokes(&self, serial: &[u8]) -> bool {
        let of_issuer = |issuer: Option<&PointName>| issuer.is_none();
        let lookup = |entries: &Entries| entries.lookup(self.der(), minimal(serial), of_issuer);
        self.read_entries().map(lookup) == Some(Listed::Revoked)
    }

    /// How many certificates it lists.
    pub fn entries(&self) -> usize {
        self.read_entries().map_or(0, Entries::len)
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        &self.der()[range.clone()]
    }
}

/// Equal when their bytes are.
impl PartialEq for RevocationList {
    fn eq(&self, other: &Self) -> bool {
        self.der() == other.der()
    }
}

impl Eq for RevocationList {}

/// Shows how many, never whose.
impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevocationList").field("entries", &self.entries()).finish_non_exhaustive()
    }
}

impl Fields {
    fn read(der: &[u8]) -> Result<Self, Fault> {
        let mut outside = Reader::der(der);
        let mut fields = outside.sequence()?;
        outside.finish()?;
        let body = fields.expect(tag::SEQUENCE)?;
        let algorithm = AlgorithmId::read(&mut fields)?;
        let signature = fields.expect(tag::BIT_STRING)?;
        fields.finish()?;
        let Some((0, signature)) = signature.contents.split_first() else { return Err(Fault::Malformed) };

        let mut fields = body.reader()?;
        fields.optional(tag::INTEGER)?;
        let inner_algorithm = fields.expect(tag::SEQUENCE)?;
        // RFC 5280 section 5.1.1.2: the algorithm stands twice, and is the same.
        if AlgorithmId::read(&mut Reader::der(inner_algorithm.raw))?.oid != algorithm.oid {
            return Err(Fault::Malformed);
        }
        let issuer = fields.expect(tag::SEQUENCE)?.raw;
        let this_update = time::seconds(&fields.read()?)?;
        let next_update = match fields.optional(UTC_TIME)? {
            Some(at) => Some(time::seconds(&at)?),
            None => fields.optional(GENERALIZED_TIME)?.map(|at| time::seconds(&at)).transpose()?,
        };
        let revoked = fields.optional(tag::SEQUENCE)?.map_or(0..0, |revoked| range_within(der, revoked.raw));
        let extensions = match fields.optional(tag::context_constructed(0))? {
            Some(explicit) => explicit.reader()?.sequence()?,
            None => Reader::der(&[]),
        };
        fields.finish()?;
        let within = |slice: &[u8]| range_within(der, slice);
        Ok(Self {
            tbs: within(body.raw),
            signature: within(signature),
            issuer: within(issuer),
            issuer_folded: OnceLock::new(),
            digest: OnceLock::new(),
            algorithm: SignatureAlgorithm::of(&algorithm),
            current: Window {
                from: time::instant(this_update),
                until: time::instant(next_update.unwrap_or(this_update)),
            },
            extensions: ListExtensions::read(extensions, issuer)?,
            revoked,
            entries: OnceLock::new(),
            signed_digest: OnceLock::new(),
            signed_by: OnceLock::new(),
            der: der.into(),
        })
    }
}

impl ListExtensions {
    fn read(mut extensions: Reader<'_>, issuer: &[u8]) -> Result<Self, Fault> {
        let mut read = Self {
            number: None,
            delta_base: None,
            scope: Scope::ALL,
            scope_value: None,
            authority_key_id: None,
            unprocessed_critical: false,
        };
        while !extensions.is_empty() {
            let (oid, critical, value) = extension(&mut extensions)?;
            match oid {
                oid::ID_CE_CRL_NUMBER => read.number = Some(Number::read(value)?),
                oid::ID_CE_DELTA_CRL_INDICATOR => read.delta_base = Some(Number::read(value)?),
                oid::ID_CE_ISSUING_DISTRIBUTION_POINT => {
                    read.scope = Scope::read(value, issuer)?;
                    read.scope_value = Some(value.to_vec());
                }
                oid::ID_CE_AUTHORITY_KEY_IDENTIFIER => {
                    read.authority_key_id = authority_key_id(value)?.map(<[u8]>::to_vec);
                }
                oid::ID_CE_ISSUER_ALT_NAME | oid::ID_CE_FRESHEST_CRL => {}
                _ => read.unprocessed_critical |= critical,
            }
        }
        Ok(read)
    }
}

impl Number {
    fn read(value: &[u8]) -> Result<Self, Fault> {
        let value = minimal(Reader::der(value).expect(tag::INTEGER)?.contents).to_vec();
        Ok(Self { digits: value.len(), value })
    }
}
