//! Certificate revocation lists: read once into sorted serial numbers, proved once against a key.
//!
//! # Source
//! RFC 5280 section 5. The entries are read by our own cursor: a list of a million is one pass and one array.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use shinsei_core::time::{Timestamp, Window};
use x509_parser::extensions::{AuthorityKeyIdentifier, KeyIdentifier};
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;

use crate::algorithm::{AlgorithmId, SignatureAlgorithm};
use crate::ber::{Element, Fault, Reader, tag};
use crate::certificate::Certificate;
use crate::distribution::{PointName, Scope};
use crate::name;
use crate::oid::{self, Oid};
use crate::reason::Reason;

/// Bytes of a serial number kept in line: 20 octets and a sign (RFC 5280 section 4.1.2.2). Longer ones stand apart.
const SERIAL_BYTES: usize = 21;

/// A serial number with its length before and its reason behind it: 23 bytes.
type Entry = [u8; SERIAL_BYTES + 2];

/// reasonCode removeFromCRL: on a delta list the certificate is no longer revoked.
const REMOVE_FROM_CRL: u8 = 8;

/// One list, complete or delta; its form is right, its signature is not proved yet.
pub struct RevocationList {
    der: Box<[u8]>,
    tbs: Range<usize>,
    signature: Range<usize>,
    issuer: Range<usize>,
    algorithm: Result<SignatureAlgorithm, Reason>,
    this_update: i64,
    next_update: Option<i64>,
    extensions: ListExtensions,
    sections: Vec<Section>,
    /// The key that is known to have signed it: a fact that cannot change.
    proved: OnceLock<Box<[u8]>>,
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

/// The entries of the certificates of one issuer; `None` is the issuer of the list.
struct Section {
    issuer: Option<PointName>,
    entries: Vec<Entry>,
    long: Vec<(Vec<u8>, u8)>,
}

/// A cRLNumber.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Number {
    digits: usize,
    value: Vec<u8>,
}

/// What a list says of one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    No,
    Revoked,
    /// Only on a delta list: it was on hold and no longer is.
    Removed,
}

impl RevocationList {
    /// Reads one list, DER.
    ///
    /// # Errors
    /// [`Reason::RevocationListMalformed`]: it cannot be decoded or has bytes behind it.
    pub fn from_der(der: &[u8]) -> Result<Self, Reason> {
        Self::read(der).map_err(|_: Fault| Reason::RevocationListMalformed)
    }

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
        let this_update = time(&fields.read()?)?;
        let next_update = match fields.optional(UTC_TIME)? {
            Some(at) => Some(time(&at)?),
            None => fields.optional(GENERALIZED_TIME)?.map(|at| time(&at)).transpose()?,
        };
        let revoked = fields.optional(tag::SEQUENCE)?;
        let extensions = match fields.optional(tag::context_constructed(0))? {
            Some(explicit) => explicit.reader()?.sequence()?,
            None => Reader::der(&[]),
        };
        fields.finish()?;
        let mut extensions = ListExtensions::read(extensions, issuer)?;
        let mut sections = Sections::default();
        if let Some(revoked) = revoked {
            let mut entries = revoked.reader()?;
            while !entries.is_empty() {
                extensions.unprocessed_critical |= sections.read_entry(entries.sequence()?)?;
            }
        }
        let within = |slice: &[u8]| crate::certificate::range_within(der, slice);
        Ok(Self {
            tbs: within(body.raw),
            signature: within(signature),
            issuer: within(issuer),
            algorithm: SignatureAlgorithm::of(&algorithm),
            this_update,
            next_update,
            extensions,
            sections: sections.sorted(),
            proved: OnceLock::new(),
            der: der.into(),
        })
    }

    /// The bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The name of who issued it, DER.
    pub(crate) fn issuer(&self) -> &[u8] {
        &self.der[self.issuer.clone()]
    }

    pub(crate) fn scope(&self) -> &Scope {
        &self.extensions.scope
    }

    pub(crate) fn is_delta(&self) -> bool {
        self.extensions.delta_base.is_some()
    }

    /// True when it may be used at all: no critical extension of it or its entries is unknown.
    pub(crate) fn is_understood(&self) -> bool {
        !self.extensions.unprocessed_critical
    }

    /// The instants for which it speaks.
    ///
    /// A list without nextUpdate breaks RFC 5280 section 5.1.2.5 and speaks for none: nobody can tell whether it is
    /// the last one.
    pub(crate) fn currency(&self) -> Window {
        let instant = |seconds: i64| Timestamp::from_micros(seconds.saturating_mul(1_000_000));
        let until = self.next_update.unwrap_or(self.this_update);
        Window { from: instant(self.this_update), until: instant(until) }
    }

    /// True when this delta list goes on from that complete one.
    ///
    /// # Source
    /// RFC 5280 section 6.3.3 (c) and section 5.2.4.
    pub(crate) fn continues(&self, complete: &Self) -> bool {
        let (own, other) = (&self.extensions, &complete.extensions);
        let numbers = (&own.delta_base, &own.number, &other.number);
        let (Some(base), Some(number), Some(complete_number)) = numbers else { return false };
        name::same(self.issuer(), complete.issuer())
            && own.scope_value == other.scope_value
            && own.authority_key_id == other.authority_key_id
            && base <= complete_number
            && complete_number <= number
    }

    /// True when it names another key than this certificate's as its signer's.
    pub(crate) fn names_another_key_than(&self, signer: &Certificate) -> bool {
        let named = self.extensions.authority_key_id.as_deref();
        named.zip(signer.subject_key_id()).is_some_and(|(named, own)| named != own)
    }

    /// True when it is already known whether this certificate's key signed it.
    pub(crate) fn is_proved_by(&self, signer: &Certificate) -> bool {
        self.proved.get().is_some_and(|key| **key == *signer.public_key())
    }

    /// Checks that the key of a certificate signed it; what was proved once is not proved again.
    pub(crate) fn prove(&self, signer: &Certificate) -> Result<(), Reason> {
        if self.is_proved_by(signer) {
            return Ok(());
        }
        let signed = &self.der[self.tbs.clone()];
        signer.key()?.verify(self.algorithm?, &[signed], &self.der[self.signature.clone()])?;
        let _: &[u8] = self.proved.get_or_init(|| signer.public_key().into());
        Ok(())
    }

    /// What it says of a certificate; on an indirect list the entries of the certificate's issuer are asked.
    pub(crate) fn lookup(&self, certificate: &Certificate) -> Listed {
        let own_issuer = name::same(self.issuer(), certificate.issuer());
        let is_meant = |section: &&Section| match &section.issuer {
            None => own_issuer,
            Some(PointName::Directory(issuer)) => name::same(issuer, certificate.issuer()),
            Some(PointName::Uri(_)) => false,
        };
        let serial = minimal(certificate.serial());
        let reason = self.sections.iter().filter(is_meant).find_map(|section| section.reason(serial));
        match reason {
            None => Listed::No,
            Some(REMOVE_FROM_CRL) => Listed::Removed,
            Some(_) => Listed::Revoked,
        }
    }

    /// How many certificates it lists.
    pub fn entries(&self) -> usize {
        self.sections.iter().map(|section| section.entries.len() + section.long.len()).sum()
    }
}

/// Shows how many, never whose.
impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevocationList").field("entries", &self.entries()).finish_non_exhaustive()
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
                    let identifier = AuthorityKeyIdentifier::from_der(value).map_err(|_| Fault::Malformed)?.1;
                    read.authority_key_id = identifier.key_identifier.map(|KeyIdentifier(id)| id.to_vec());
                }
                oid::ID_CE_ISSUER_ALT_NAME | oid::ID_CE_FRESHEST_CRL => {}
                _ => read.unprocessed_critical |= critical,
            }
        }
        Ok(read)
    }
}

/// The sections while the entries are read in their order.
#[derive(Default)]
struct Sections {
    all: Vec<Section>,
    current: Option<usize>,
}

impl Sections {
    /// Reads one entry; true when it has a critical extension that is not known.
    ///
    /// A certificateIssuer holds for the entries after it as well (RFC 5280 section 5.3.3).
    fn read_entry(&mut self, mut fields: Reader<'_>) -> Result<bool, Fault> {
        let serial = minimal(fields.expect(tag::INTEGER)?.contents);
        fields.read()?;
        let (mut reason, mut unknown) = (0, false);
        if !fields.is_empty() {
            let mut extensions = fields.sequence()?;
            fields.finish()?;
            while !extensions.is_empty() {
                let (oid, critical, value) = extension(&mut extensions)?;
                match oid {
                    oid::ID_CE_CRL_REASONS => {
                        let code = Reader::der(value).expect(ENUMERATED)?.small_integer()?;
                        reason = u8::try_from(code).map_err(|_| Fault::Malformed)?;
                    }
                    oid::ID_CE_CERTIFICATE_ISSUER => {
                        let names = PointName::read_all(Reader::der(value).sequence()?)?;
                        self.turn_to(names.into_iter().next().ok_or(Fault::Malformed)?);
                    }
                    oid::ID_CE_INVALIDITY_DATE => {}
                    _ => unknown |= critical,
                }
            }
        }
        let section = self.current_section();
        match entry(serial, reason) {
            Some(entry) => section.entries.push(entry),
            None => section.long.push((serial.to_vec(), reason)),
        }
        Ok(unknown)
    }

    fn turn_to(&mut self, issuer: PointName) {
        let known = self.all.iter().position(|section| section.issuer.as_ref() == Some(&issuer));
        self.current = Some(known.unwrap_or_else(|| {
            self.all.push(Section { issuer: Some(issuer), entries: Vec::new(), long: Vec::new() });
            self.all.len() - 1
        }));
    }

    fn current_section(&mut self) -> &mut Section {
        let current = match self.current {
            Some(current) => current,
            None => {
                self.all.push(Section { issuer: None, entries: Vec::new(), long: Vec::new() });
                self.all.len() - 1
            }
        };
        self.current = Some(current);
        &mut self.all[current]
    }

    fn sorted(mut self) -> Vec<Section> {
        for section in &mut self.all {
            section.entries.sort_unstable();
            section.entries.shrink_to_fit();
        }
        self.all
    }
}

impl Section {
    fn reason(&self, serial: &[u8]) -> Option<u8> {
        let Some(wanted) = entry(serial, 0) else {
            return self.long.iter().find(|(own, _)| own == serial).map(|(_, reason)| *reason);
        };
        let (wanted, _) = wanted.split_at(SERIAL_BYTES + 1);
        let found = self.entries.binary_search_by(|own| own[..SERIAL_BYTES + 1].cmp(wanted)).ok()?;
        self.entries[found].last().copied()
    }
}

/// A serial number in the form in which it is sorted; `None` when it is too long for it.
fn entry(serial: &[u8], reason: u8) -> Option<Entry> {
    let mut entry = [0; SERIAL_BYTES + 2];
    entry[0] = u8::try_from(serial.len()).ok()?;
    entry.get_mut(1..=SERIAL_BYTES)?.get_mut(..serial.len())?.copy_from_slice(serial);
    entry[SERIAL_BYTES + 1] = reason;
    Some(entry)
}

/// The contents of an INTEGER without what DER would not have written; the sign stays.
pub(crate) fn minimal(mut contents: &[u8]) -> &[u8] {
    while let [first @ (0x00 | 0xff), second, ..] = contents
        && (*first == 0xff) == (second & 0x80 != 0)
    {
        contents = &contents[1..];
    }
    contents
}

impl Number {
    fn read(value: &[u8]) -> Result<Self, Fault> {
        let value = minimal(Reader::der(value).expect(tag::INTEGER)?.contents).to_vec();
        Ok(Self { digits: value.len(), value })
    }
}

const ENUMERATED: u8 = 0x0a;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Reads an Extension.
pub(crate) fn extension<'a>(extensions: &mut Reader<'a>) -> Result<(Oid, bool, &'a [u8]), Fault> {
    let mut fields = extensions.sequence()?;
    let oid = fields.oid()?;
    let critical = fields.optional(tag::BOOLEAN)?.is_some_and(|flag| flag.contents != [0]);
    let value = fields.expect(tag::OCTET_STRING)?.contents;
    fields.finish()?;
    Ok((oid, critical, value))
}

/// Reads a time, in seconds since 1970.
pub(crate) fn time(element: &Element<'_>) -> Result<i64, Fault> {
    ASN1Time::from_der(element.raw).map(|(_, time)| time.timestamp()).map_err(|_| Fault::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_found_whatever_its_length_and_sign() {
        let serials: [&[u8]; 7] = [&[0], &[0xff], &[0, 0xff], &[1, 2, 3], &[0x7f; 20], &[0; 1], &[0x55; 30]];
        let mut sections = Sections::default();
        for serial in [serials[1], serials[3], serials[4], serials[6]] {
            let section = sections.current_section();
            match entry(serial, 4) {
                Some(entry) => section.entries.push(entry),
                None => section.long.push((serial.to_vec(), 4)),
            }
        }
        let sections = sections.sorted();
        let found: Vec<_> = serials.iter().map(|serial| sections[0].reason(serial).is_some()).collect();
        assert_eq!(found, [false, true, false, true, true, false, true]);
    }

    #[test]
    fn an_integer_loses_what_der_would_not_have_written() {
        for (written, expected) in [
            (&[0u8, 0, 5][..], &[5u8][..]),
            (&[0, 0x80], &[0, 0x80]),
            (&[0xff, 0x80], &[0x80]),
            (&[0xff], &[0xff]),
            (&[0], &[0]),
        ] {
            assert_eq!(minimal(written), expected);
        }
    }
}
