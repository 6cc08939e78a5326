//! Test hierarchies with the names and extensions of the real ones, and invented people in them.
//!
//! # Source
//! SIGNATURES 1.1 and 1.2: a JPKI test card, read; the commercial registration's published vectors.

use shinsei_core::time::Window;

use super::authority::{DistinguishedName, Extension, Identity, Template, policies};
use super::key::{KeyAlgorithm, SigningKey};
use super::{SignError, der};

/// The policy under which test cards are issued.
pub const JPKI_TEST_SIGNING_POLICY: &str = "1.2.392.200149.8.5.1.0.20";
/// The policy of the authentication certificate on test cards.
pub const JPKI_TEST_AUTHENTICATION_POLICY: &str = "1.2.392.200149.8.5.1.0.30";
const JPKI_STATEMENT: &str = "http://www.jpki.go.jp/cps.html";
const REGISTRATION_POLICY: &str = "1.2.392.100300.1.3.4";

const DIGITAL_SIGNATURE: u8 = 0;
const NON_REPUDIATION: u8 = 1;
const KEY_CERT_SIGN: u8 = 5;
const CRL_SIGN: u8 = 6;

/// What a card says of its holder.
#[derive(Clone, Debug)]
pub struct Resident<'a> {
    /// 氏名.
    pub name: &'a str,
    /// 性別: 1 man, 2 woman, 9 not applicable.
    pub sex: &'a str,
    /// 生年月日: the era's number and the Gregorian date, such as `319800217`.
    pub birth: &'a str,
    /// 住所.
    pub address: &'a str,
    /// The prefecture and the municipality, in Latin letters.
    pub localities: [&'a str; 2],
    /// The common name of a card: 28 characters.
    pub card: &'a str,
}

impl Resident<'static> {
    /// Somebody who does not exist.
    pub const SAMPLE: Self = Self {
        name: "函館 花子",
        sex: "2",
        birth: "319800217",
        address: "北海道函館市架空町1-2-3",
        localities: ["Hokkaido", "Hakodate-shi"],
        card: "0123456789ABCDEFGHIJKLMNOPQR",
    };
}

/// What the register says of a company.
#[derive(Clone, Debug)]
pub struct Company<'a> {
    /// 商号.
    pub name: &'a str,
    /// 会社法人等番号: 12 digits.
    pub number: &'a str,
    /// 本店.
    pub address: &'a str,
    /// 代表者氏名.
    pub representative: &'a str,
    /// 資格.
    pub title: &'a str,
    /// 登記所.
    pub registry: &'a str,
    /// The name in Latin letters, for the subject.
    pub latin: &'a str,
}

fn root(
    key: SigningKey,
    serial: u8,
    subject: DistinguishedName,
    validity: Window,
) -> Result<Identity, SignError> {
    let extensions = vec![Extension::authority(None), Extension::key_usage(&[KEY_CERT_SIGN, CRL_SIGN])];
    Identity::self_signed(key, &Template { serial: vec![serial], subject, validity, extensions })
}

/// Makes an authority with the name of the JPKI test authority for signing; the serial tells generations apart.
///
/// # Errors
/// [`SignError::Key`]: the provider could not.
pub fn jpki_authority(algorithm: KeyAlgorithm, serial: u8, validity: Window) -> Result<Identity, SignError> {
    let subject = DistinguishedName::new()
        .country("JP")
        .organization("JPKI-TEST")
        .unit("JPKI for digital signature")
        .unit("Japan Agency for Local Authority Information Systems");
    root(SigningKey::generate(algorithm)?, serial, subject, validity)
}

/// Makes an authority with the name of the JPKI test authority for authentication (利用者証明用).
///
/// # Errors
/// [`SignError::Key`]: the provider could not.
pub fn jpki_authentication_authority(
    algorithm: KeyAlgorithm,
    serial: u8,
    validity: Window,
) -> Result<Identity, SignError> {
    let subject = DistinguishedName::new()
        .country("JP")
        .organization("JPKI-TEST")
        .unit("JPKI for user authentication")
        .unit("Japan Agency for Local Authority Information Systems");
    root(SigningKey::generate(algorithm)?, serial, subject, validity)
}

/// Issues a signing certificate (署名用) to a resident.
///
/// # Errors
/// [`SignError::Key`]: the provider could not.
pub fn jpki_signing(
    authority: &Identity,
    key: SigningKey,
    serial: &[u8],
    resident: &Resident<'_>,
    validity: Window,
) -> Result<Identity, SignError> {
    let [prefecture, municipality] = resident.localities;
    let subject = DistinguishedName::new()
        .country("JP")
        .locality(prefecture)
        .locality(municipality)
        .common_name(resident.card);
    let plain = |text: &str| "0".repeat(text.chars().count());
    let attributes = [
        (1, resident.name.to_owned()),
        (4, resident.birth.to_owned()),
        (3, resident.sex.to_owned()),
        (5, resident.address.to_owned()),
        (2, plain(resident.name)),
        (6, plain(resident.address)),
    ];
    let names = attributes.map(|(number, text)| {
        let oid = der::oid(&format!("1.2.392.200149.8.5.5.{number}"));
        der::element(0xa0, &[oid, der::explicit(0, &der::utf8(&text))].concat())
    });
    let extensions = vec![
        Extension::key_usage(&[DIGITAL_SIGNATURE, NON_REPUDIATION]),
        Extension::policy(true, JPKI_TEST_SIGNING_POLICY, JPKI_STATEMENT),
        Extension::new("2.5.29.17", false, der::element(0x30, &names.concat())),
    ];
    authority.issue(key, &Template { serial: serial.to_vec(), subject, validity, extensions })
}

/// Issues an authentication certificate (利用者証明用), which may not sign applications.
///
/// # Errors
/// [`SignError::Key`]: the provider could not.
pub fn jpki_authentication(
    authority: &Identity,
    key: SigningKey,
    serial: &[u8],
    card: &str,
    validity: Window,
) -> Result<Identity, SignError> {
    let subject = DistinguishedName::new().country("JP").common_name(card);
    let extensions = vec![
        Extension::key_usage(&[DIGITAL_SIGNATURE]),
        Extension::policy(true, JPKI_TEST_AUTHENTICATION_POLICY, JPKI_STATEMENT),
        Extension::new("2.5.29.37", false, der::sequence(&[&der::oid("1.3.6.1.5.5.7.3.2")])),
    ];
    authority.issue(key, &Template { serial: serial.to_vec(), subject, validity, extensions })
}

/// Makes an authority with the name of the registrar (登記官).
///
/// # Errors
/// [`SignError::Key`]: the provider could not.
pub fn registrar(algorithm: KeyAlgorithm, serial: u8, validity: Window) -> Result<Identity, SignError> {
    let subject = DistinguishedName::new()
        .country("JP")
        .organization("Japanese Government")
        .unit("Ministry of Justice")
        .common_name("Registrar of Tokyo Legal Affairs Bureau");
    root(SigningKey::generate(algorithm)?, serial, subject, validity)
}

/// Issues a certificate of the commercial registration (商業登記電子証明書).
///
/// Without `key_usage` it looks as those issued before March 2026 do.
///
/// # Errors
/// [`SignError::Key`]: the provider could not.
pub fn commercial_registration(
    registrar: &Identity,
    key: SigningKey,
    serial: &[u8],
    company: &Company<'_>,
    validity: Window,
    key_usage: bool,
) -> Result<Identity, SignError> {
    let subject =
        DistinguishedName::new().country("JP").organization(company.latin).common_name(company.number);
    let field = |number, text: &str| der::explicit(number, &der::utf8(text));
    let corporation = der::sequence(&[
        &field(0, company.name),
        &der::explicit(1, &der::printable(company.number)),
        &field(2, company.address),
        &field(3, company.representative),
        &field(4, company.title),
        &field(6, company.registry),
    ]);
    let mut extensions = vec![
        Extension::new(
            "1.2.392.100300.1.1.1",
            false,
            policies(REGISTRATION_POLICY, "http://example.invalid/"),
        ),
        Extension::new("1.2.392.100300.1.1.2", false, der::utf8("東京法務局登記官")),
        Extension::new("1.2.392.100300.1.1.3", false, corporation),
    ];
    if key_usage {
        extensions.push(Extension::key_usage(&[DIGITAL_SIGNATURE, NON_REPUDIATION]));
    }
    registrar.issue(key, &Template { serial: serial.to_vec(), subject, validity, extensions })
}
