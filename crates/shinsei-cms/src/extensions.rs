//! The extensions of a certificate, and how one is read wherever it stands.
//!
//! # Source
//! RFC 5280 section 4.2.

use std::ops::Range;

use crate::ber::{Fault, Reader, range_within, tag};
use crate::budget::EXTENSIONS_MAX;
use crate::oid::{self, Oid, known};

/// What the extensions say.
#[derive(Debug, Default)]
pub(crate) struct Extensions {
    /// Whether it is an authority, and how many may follow it.
    pub(crate) basic_constraints: Option<(bool, Option<u32>)>,
    pub(crate) key_usage: Option<KeyUsage>,
    pub(crate) subject_key_id: Option<Range<usize>>,
    pub(crate) authority_key_id: Option<Range<usize>>,
    pub(crate) unprocessed_critical: bool,
    all: Vec<Extension>,
}

/// One extension: where its name and its value stand.
#[derive(Debug)]
pub(crate) struct Extension {
    oid: Range<usize>,
    /// The last byte of its name: most differ in it, and few in their length.
    last: Option<u8>,
    pub(crate) critical: bool,
    pub(crate) value: Range<usize>,
}

/// What a key may be used for: the bits of RFC 5280 section 4.2.1.3, the first one lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyUsage(u16);

/// The critical extensions that are understood: by path validation, by revocation, or by the profile.
const PROCESSED: [Oid<'static>; 14] = [
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

/// registeredCorporationInfo of the commercial registration.
pub(crate) const REGISTERED_CORPORATION: Oid<'static> = known!("1.2.392.100300.1.1.3");

/// Private extensions of the certificates of profiles, which may stand critical: policies, registrar, registered corporation.
///
/// Source: SIGNATURES 1.2; arc 1.2.392.100300 of the Ministry of Justice.
const RECOGNISED: [Oid<'static>; 3] =
    [known!("1.2.392.100300.1.1.1"), known!("1.2.392.100300.1.1.2"), REGISTERED_CORPORATION];

impl Extensions {
    /// Reads the list, which stands in these bytes; each stands once.
    pub(crate) fn read(mut list: Reader<'_>, der: &[u8]) -> Result<Self, Fault> {
        let within = |slice| range_within(der, slice);
        let mut read = Self { all: Vec::with_capacity(EXTENSIONS_USUAL), ..Self::default() };
        while !list.is_empty() {
            let (oid, critical, value) = extension(&mut list)?;
            if read.all.len() == EXTENSIONS_MAX || read.find(der, oid).is_some() {
                return Err(Fault::Malformed);
            }
            match oid {
                oid::ID_CE_BASIC_CONSTRAINTS => read.basic_constraints = Some(basic_constraints(value)?),
                oid::ID_CE_KEY_USAGE => read.key_usage = Some(KeyUsage::read(value)?),
                oid::ID_CE_SUBJECT_KEY_IDENTIFIER => {
                    let mut outside = Reader::der(value);
                    read.subject_key_id = Some(within(outside.expect(tag::OCTET_STRING)?.contents));
                    outside.finish()?;
                }
                oid::ID_CE_AUTHORITY_KEY_IDENTIFIER => {
                    read.authority_key_id = authority_key_id(value)?.map(within);
                }
                _ => {}
            }
            read.unprocessed_critical |= critical && !PROCESSED.contains(&oid) && !RECOGNISED.contains(&oid);
            let (last, value) = (oid.contents().last().copied(), within(value));
            read.all.push(Extension { oid: within(oid.contents()), last, critical, value });
        }
        Ok(read)
    }

    /// The extension of this name in the bytes that they were read from.
    pub(crate) fn find(&self, der: &[u8], oid: Oid<'_>) -> Option<&Extension> {
        let last = oid.contents().last().copied();
        self.all.iter().find(|own| own.last == last && der[own.oid.clone()] == *oid.contents())
    }
}

/// Room for the extensions that a certificate usually has. Source: a JPKI leaf has 9.
const EXTENSIONS_USUAL: usize = 12;

/// Reads an Extension.
pub(crate) fn extension<'a>(extensions: &mut Reader<'a>) -> Result<(Oid<'a>, bool, &'a [u8]), Fault> {
    let mut fields = extensions.sequence()?;
    let oid = fields.oid()?;
    let critical = match fields.optional(tag::BOOLEAN)? {
        Some(flag) => flag.boolean()?,
        None => false,
    };
    let value = fields.expect(tag::OCTET_STRING)?.contents;
    fields.finish()?;
    Ok((oid, critical, value))
}

/// Reads basicConstraints: whether it is an authority, and how many may follow it.
fn basic_constraints(value: &[u8]) -> Result<(bool, Option<u32>), Fault> {
    let mut outside = Reader::der(value);
    let mut fields = outside.sequence()?;
    outside.finish()?;
    let is_authority = match fields.optional(tag::BOOLEAN)? {
        Some(flag) => flag.boolean()?,
        None => false,
    };
    let length = fields.optional(tag::INTEGER)?.map(|length| length.small_integer()).transpose()?;
    fields.finish()?;
    Ok((is_authority, length))
}

/// Reads an authorityKeyIdentifier as far as the identifier of the key.
pub(crate) fn authority_key_id(value: &[u8]) -> Result<Option<&[u8]>, Fault> {
    let mut outside = Reader::der(value);
    let mut fields = outside.sequence()?;
    outside.finish()?;
    let id = fields.optional(tag::context(0))?;
    fields.optional(tag::context_constructed(1))?;
    fields.optional(tag::context(2))?;
    fields.finish()?;
    Ok(id.map(|id| id.contents))
}

impl KeyUsage {
    /// Reads the named bits; those behind the ninth mean nothing.
    fn read(value: &[u8]) -> Result<Self, Fault> {
        let mut outside = Reader::der(value);
        let bits = outside.expect(tag::BIT_STRING)?;
        outside.finish()?;
        match bits.contents {
            [0..=7, flags @ ..] => {
                let byte = |at: usize| flags.get(at).copied().unwrap_or(0).reverse_bits();
                Ok(Self(u16::from_le_bytes([byte(0), byte(1)])))
            }
            _ => Err(Fault::Malformed),
        }
    }

    pub(crate) fn digital_signature(self) -> bool {
        self.0 & 1 != 0
    }

    pub(crate) fn non_repudiation(self) -> bool {
        self.0 & 1 << 1 != 0
    }

    pub(crate) fn key_cert_sign(self) -> bool {
        self.0 & 1 << 5 != 0
    }

    pub(crate) fn crl_sign(self) -> bool {
        self.0 & 1 << 6 != 0
    }
}
