//! Distribution points: which list speaks of which certificates, and for which reasons.
//!
//! # Source
//! RFC 5280 sections 4.2.1.13 (cRLDistributionPoints) and 5.2.5 (issuingDistributionPoint).

use crate::ber::{Fault, Reader, element, tag};
use crate::general_name::GeneralName;
use crate::name::{self, Folded, Name};

/// The reasons for which a list can speak: bits 1 to 8 of ReasonFlags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reasons(u16);

impl Reasons {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ALL: Self = Self(0b1_1111_1110);

    fn read(bits: &[u8]) -> Result<Self, Fault> {
        let (unused, flags) = bits.split_first().ok_or(Fault::Malformed)?;
        if *unused > 7 {
            return Err(Fault::Malformed);
        }
        let bit =
            |number: usize| flags.get(number / 8).is_some_and(|byte| byte & (0x80 >> (number % 8)) != 0);
        Ok(Self((1..=8).filter(|number| bit(*number)).fold(0, |all, number| all | 1 << number)))
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True when there is a reason here that is not there.
    pub(crate) fn adds_to(self, known: Self) -> bool {
        self.0 & !known.0 != 0
    }
}

/// A name of a distribution point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PointName {
    /// A distinguished name, DER.
    Directory(Vec<u8>),
    /// A URI.
    Uri(Vec<u8>),
}

impl PointName {
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Directory(a), Self::Directory(b)) => name::same(a, b),
            (Self::Uri(a), Self::Uri(b)) => a == b,
            _ => false,
        }
    }

    /// True when it is this name, DER.
    pub(crate) fn is_directory(&self, other: &[u8]) -> bool {
        matches!(self, Self::Directory(own) if name::same(own, other))
    }

    /// What it is found by: two names that are the same have the same key.
    pub(crate) fn key(&self) -> PointKey {
        match self {
            Self::Directory(name) => PointKey::Directory(Folded::of(name)),
            Self::Uri(uri) => PointKey::Uri(uri.clone()),
        }
    }

    /// The names of these forms among general names; others are never compared.
    fn of(names: Vec<GeneralName<'_>>) -> Vec<Self> {
        let known = |name| match name {
            GeneralName::Directory(name) => Some(Self::Directory(name.to_vec())),
            GeneralName::Uri(uri) => Some(Self::Uri(uri.to_vec())),
            _ => None,
        };
        names.into_iter().filter_map(known).collect()
    }

    /// The directory names in a run of general names.
    pub(crate) fn read_all(names: Reader<'_>) -> Result<Vec<Self>, Fault> {
        Ok(Self::of(GeneralName::read_all(names)?))
    }
}

/// A name of a distribution point, as it is looked for among many.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PointKey {
    Directory(Folded),
    Uri(Vec<u8>),
}

/// One distribution point of a certificate.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// Its names; empty when it has none.
    pub(crate) names: Vec<PointName>,
    /// The reasons its list speaks for.
    pub(crate) reasons: Reasons,
    /// Who issues its list, when that is not the certificate's issuer.
    pub(crate) list_issuers: Vec<PointName>,
    /// What the lists for it are found by: its names, and who may have issued them.
    pub(crate) keys: Vec<PointKey>,
}

impl Point {
    /// The point that every certificate has unsaid: the lists of its issuer.
    pub(crate) fn implied(issuer: Name<'_>) -> Self {
        Self::new(vec![PointName::Directory(issuer.der.to_vec())], Reasons::ALL, Vec::new(), issuer)
    }

    fn new(names: Vec<PointName>, reasons: Reasons, list_issuers: Vec<PointName>, issuer: Name<'_>) -> Self {
        let mut keys = vec![PointKey::Directory(*issuer.folded())];
        let is_issuer = |name: &&PointName| matches!(name, PointName::Directory(name) if name == issuer.der);
        keys.extend(names.iter().chain(&list_issuers).filter(|name| !is_issuer(name)).map(PointName::key));
        Self { names, reasons, list_issuers, keys }
    }

    /// Reads the points of a certificate of this issuer.
    pub(crate) fn read_all(value: &[u8], issuer: Name<'_>) -> Result<Vec<Self>, Fault> {
        let mut points = Reader::der(value).sequence()?;
        let mut all = Vec::new();
        while !points.is_empty() {
            let mut fields = points.sequence()?;
            let name = fields.optional(tag::context_constructed(0))?;
            let reasons = fields.optional(tag::context(1))?;
            let list_issuers = match fields.optional(tag::context_constructed(2))? {
                Some(names) => PointName::read_all(names.reader()?)?,
                None => Vec::new(),
            };
            fields.finish()?;
            // A relative name is relative to the issuer of the list (RFC 5280 section 4.2.1.13).
            let base = match list_issuers.first() {
                Some(PointName::Directory(own)) => own,
                _ => issuer.der,
            };
            let names = match name {
                Some(name) => point_name(name.reader()?, base)?,
                None => Vec::new(),
            };
            let reasons = reasons.map_or(Ok(Reasons::ALL), |bits| Reasons::read(bits.contents))?;
            all.push(Self::new(names, reasons, list_issuers, issuer));
        }
        Ok(all)
    }
}

/// What a list says of its own scope.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// The names of its distribution point; empty when it has none.
    pub(crate) names: Vec<PointName>,
    pub(crate) only_users: bool,
    pub(crate) only_authorities: bool,
    pub(crate) only_attributes: bool,
    pub(crate) indirect: bool,
    pub(crate) reasons: Reasons,
}

impl Scope {
    /// The scope of a list that says nothing: all certificates of its issuer, all reasons.
    pub(crate) const ALL: Self = Self {
        names: Vec::new(),
        only_users: false,
        only_authorities: false,
        only_attributes: false,
        indirect: false,
        reasons: Reasons::ALL,
    };

    /// Reads an issuingDistributionPoint of a list of this issuer.
    pub(crate) fn read(value: &[u8], issuer: &[u8]) -> Result<Self, Fault> {
        let mut fields = Reader::der(value).sequence()?;
        let names = match fields.optional(tag::context_constructed(0))? {
            Some(name) => point_name(name.reader()?, issuer)?,
            None => Vec::new(),
        };
        let only_users = flag(&mut fields, 1)?;
        let only_authorities = flag(&mut fields, 2)?;
        let reasons = fields.optional(tag::context(3))?;
        let reasons = reasons.map_or(Ok(Reasons::ALL), |bits| Reasons::read(bits.contents))?;
        let indirect = flag(&mut fields, 4)?;
        let only_attributes = flag(&mut fields, 5)?;
        fields.finish()?;
        Ok(Self { names, only_users, only_authorities, only_attributes, indirect, reasons })
    }
}

fn flag(fields: &mut Reader<'_>, number: u8) -> Result<bool, Fault> {
    Ok(fields.optional(tag::context(number))?.is_some_and(|flag| flag.contents != [0]))
}

/// Reads a DistributionPointName: full names, or one part to be put behind a name.
fn point_name(mut choice: Reader<'_>, base: &[u8]) -> Result<Vec<PointName>, Fault> {
    const FULL: u8 = tag::context_constructed(0);
    const RELATIVE: u8 = tag::context_constructed(1);
    let name = choice.read()?;
    choice.finish()?;
    match name.tag {
        FULL => PointName::read_all(name.reader()?),
        RELATIVE => {
            let base = Reader::der(base).expect(tag::SEQUENCE)?.contents;
            let part = element(tag::SET, name.contents);
            Ok(vec![PointName::Directory(element(tag::SEQUENCE, &[base, &part].concat()))])
        }
        _ => Err(Fault::Malformed),
    }
}
