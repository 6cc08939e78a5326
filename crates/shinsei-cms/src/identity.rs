//! Who a certificate speaks of, beyond its subject: the resident of a card, the corporation of the register.
//!
//! # Source
//! SIGNATURES 1.1 (a test card, read) and 1.2 (the published vectors of the commercial registration).

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use shinsei_core::signature::CertificateKind;

use crate::ber::{Element, Fault, Reader, tag};
use crate::certificate::Certificate;
use crate::name;
use crate::oid::{ID_CE_SUBJECT_ALT_NAME, Oid};
use crate::profile::Profile;

/// registeredCorporationInfo of the commercial registration.
pub(crate) const REGISTERED_CORPORATION: Oid = Oid::known("1.2.392.100300.1.1.3");

/// The otherNames of a JPKI signing certificate: 氏名, its substitute characters, 性別, 生年月日, 住所, its substitutes.
///
/// Where a digit of `*_substitutes` is 1, the character is a substitute, and the text is not that of the register.
const RESIDENT: [(Oid, &str); 6] = [
    (Oid::known("1.2.392.200149.8.5.5.1"), "name"),
    (Oid::known("1.2.392.200149.8.5.5.2"), "name_substitutes"),
    (Oid::known("1.2.392.200149.8.5.5.3"), "sex"),
    (Oid::known("1.2.392.200149.8.5.5.4"), "birth"),
    (Oid::known("1.2.392.200149.8.5.5.5"), "address"),
    (Oid::known("1.2.392.200149.8.5.5.6"), "address_substitutes"),
];

/// The fields of registeredCorporationInfo by tag: 商号, 会社法人等番号, 本店, 代表者氏名, 資格, 登記所.
const CORPORATION: [(u8, &str); 6] =
    [(0, "name"), (1, "number"), (2, "address"), (3, "representative"), (4, "title"), (6, "registry")];

/// Who a signer is, as far as a profile can read it: personal data.
pub(crate) struct Identity<'c> {
    pub(crate) profile: &'c Profile,
    pub(crate) signer: &'c Certificate,
}

impl Serialize for Identity<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write(&mut map)?;
        map.end()
    }
}

impl Identity<'_> {
    /// Writes the fields into a map that may hold more.
    pub(crate) fn write<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("profile", self.profile.code)?;
        map.serialize_entry("subject", &name::Attributes(self.signer.subject()))?;
        map.serialize_entry("issuer", &name::Attributes(self.signer.issuer()))?;
        map.serialize_entry("serial", &name::hex(self.signer.serial()))?;
        let known = match self.profile.kind {
            Some(CertificateKind::JpkiSigning) => resident(self.signer).map(|fields| ("resident", fields)),
            Some(CertificateKind::CommercialRegistration) => {
                corporation(self.signer).map(|fields| ("corporation", fields))
            }
            Some(CertificateKind::Accredited) | None => None,
        };
        if let Some((key, fields)) = known {
            map.serialize_entry(key, &fields)?;
        }
        Ok(())
    }
}

/// Fields with their texts, in the order of the certificate.
struct Fields<'c>(Vec<(&'static str, &'c str)>);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

/// The resident of a JPKI signing certificate; `None` when it names none.
fn resident(signer: &Certificate) -> Option<Fields<'_>> {
    let names = Reader::der(signer.extension(ID_CE_SUBJECT_ALT_NAME)?).sequence().ok()?;
    fields(names, |name| {
        if name.tag != tag::context_constructed(0) {
            return Ok(None);
        }
        let mut other = name.reader()?;
        let oid = other.oid()?;
        let field = RESIDENT.iter().find(|(known, _)| *known == oid);
        Ok(field.map(|(_, field)| (*field, other)))
    })
}

/// The corporation of a certificate of the commercial registration; `None` when it names none.
fn corporation(signer: &Certificate) -> Option<Fields<'_>> {
    let members = Reader::der(signer.extension(REGISTERED_CORPORATION)?).sequence().ok()?;
    fields(members, |member| {
        let field = CORPORATION.iter().find(|(number, _)| tag::context_constructed(*number) == member.tag);
        Ok(field.map(|(_, field)| (*field, Reader::der(member.raw))))
    })
}

/// Collects the members that are known, each the string inside an explicit tag.
fn fields<'a>(
    mut members: Reader<'a>,
    mut known: impl FnMut(Element<'a>) -> Result<Option<(&'static str, Reader<'a>)>, Fault>,
) -> Option<Fields<'a>> {
    let mut all: Vec<(&'static str, &str)> = Vec::with_capacity(CORPORATION.len());
    while !members.is_empty() {
        let member = members.read().ok()?;
        if let Some((field, mut value)) = known(member).ok()? {
            let text = value.read().ok()?.reader().ok()?.read().ok()?;
            let text = std::str::from_utf8(text.contents).ok()?;
            // A field that stands again takes the place of the one before.
            all.retain(|(known, _)| *known != field);
            all.push((field, text));
        }
    }
    (!all.is_empty()).then_some(Fields(all))
}
