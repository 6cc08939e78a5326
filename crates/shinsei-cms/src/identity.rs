//! Who a certificate speaks of, beyond its subject: the resident of a card, the corporation of the register.
//!
//! # Source
//! SIGNATURES 1.1 (a test card, read) and 1.2 (the published vectors of the commercial registration).

use shinsei_core::signature::CertificateKind;

use crate::ber::{Element, Fault, Reader, tag};
use crate::certificate::Certificate;
use crate::extensions::REGISTERED_CORPORATION;
use crate::json::{Json, ToJson};
use crate::name;
use crate::oid::{ID_CE_SUBJECT_ALT_NAME, Oid, known};
use crate::profile::Profile;

/// The otherNames of a JPKI signing certificate: 氏名, its substitute characters, 性別, 生年月日, 住所, its substitutes.
///
/// Where a digit of `*_substitutes` is 1, the character is a substitute, and the text is not that of the register.
const RESIDENT: [(Oid<'static>, &str); 6] = [
    (known!("1.2.392.200149.8.5.5.1"), "name"),
    (known!("1.2.392.200149.8.5.5.2"), "name_substitutes"),
    (known!("1.2.392.200149.8.5.5.3"), "sex"),
    (known!("1.2.392.200149.8.5.5.4"), "birth"),
    (known!("1.2.392.200149.8.5.5.5"), "address"),
    (known!("1.2.392.200149.8.5.5.6"), "address_substitutes"),
];

/// The fields of registeredCorporationInfo by tag: 商号, 会社法人等番号, 本店, 代表者氏名, 資格, 登記所.
const CORPORATION: [(u8, &str); 6] =
    [(0, "name"), (1, "number"), (2, "address"), (3, "representative"), (4, "title"), (6, "registry")];

/// Who a signer is, as far as a profile can read it: personal data.
pub(crate) struct Identity<'c> {
    pub(crate) profile: &'c Profile,
    pub(crate) signer: &'c Certificate,
}

impl ToJson for Identity<'_> {
    fn write(&self, json: &mut Json) {
        json.object(|json| self.write_members(json));
    }
}

impl Identity<'_> {
    /// Writes the members of an object that may have more.
    pub(crate) fn write_members(&self, json: &mut Json) {
        json.member("profile").text(self.profile.code);
        name::Attributes(self.signer.subject()).write(json.member("subject"));
        name::Attributes(self.signer.issuer()).write(json.member("issuer"));
        json.member("serial").hex(self.signer.serial());
        let known = match self.profile.kind {
            Some(CertificateKind::JpkiSigning) => resident(self.signer).map(|fields| ("resident", fields)),
            Some(CertificateKind::CommercialRegistration) => {
                corporation(self.signer).map(|fields| ("corporation", fields))
            }
            Some(CertificateKind::Accredited) | None => None,
        };
        if let Some((whose, fields)) = known {
            json.member(whose).object(|json| {
                fields.iter().for_each(|(field, text)| json.member(field).text(text));
            });
        }
    }
}

/// Fields with their texts, in the order of the certificate.
type Fields<'c> = Vec<(&'static str, &'c str)>;

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
    let mut all = Fields::with_capacity(CORPORATION.len());
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
    (!all.is_empty()).then_some(all)
}
