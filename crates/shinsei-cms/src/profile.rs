//! What is demanded of a signer's certificate beyond RFC 5280, kind by kind: data, not code.

use const_oid::ObjectIdentifier;
use serde_json::{Value, json};
use shinsei_core::signature::CertificateKind;
use x509_parser::extensions::KeyUsage;

use crate::certificate::Certificate;
use crate::identity;
use crate::name;
use crate::reason::Reason;

/// What a certificate must be to sign an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The stable code, as it stands in reports and on command lines.
    pub code: &'static str,
    /// The kind of certificate that it stands for; `None` when it stands for none that an ordinance knows.
    pub kind: Option<CertificateKind>,
    /// What the key must be allowed to do.
    pub key_usage: KeyUsageRule,
}

/// What the key of a signer's certificate must be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUsageRule {
    /// The extension is there and has nonRepudiation.
    NonRepudiation,
    /// The extension is absent, or has digitalSignature or nonRepudiation.
    SigningIfPresent,
}

impl Profile {
    /// No demand beyond signing at all.
    pub const NONE: &'static Self =
        &Self { code: "none", kind: None, key_usage: KeyUsageRule::SigningIfPresent };

    /// The signing certificate of the public individual authentication service (署名用電子証明書).
    ///
    /// The authentication certificate (利用者証明用) has digitalSignature alone, and so is refused.
    pub const JPKI_SIGNING: &'static Self = &Self {
        code: "jpki-signing",
        kind: Some(CertificateKind::JpkiSigning),
        key_usage: KeyUsageRule::NonRepudiation,
    };

    /// The certificate based on the commercial registration (商業登記電子証明書).
    ///
    /// Certificates issued before March 2026 have no keyUsage, and are valid for up to 27 months.
    pub const COMMERCIAL_REGISTRATION: &'static Self = &Self {
        code: "commercial-registration",
        kind: Some(CertificateKind::CommercialRegistration),
        key_usage: KeyUsageRule::SigningIfPresent,
    };

    /// The certificate of an accredited certification business (認定認証事業者).
    pub const ACCREDITED: &'static Self = &Self {
        code: "accredited",
        kind: Some(CertificateKind::Accredited),
        key_usage: KeyUsageRule::NonRepudiation,
    };

    /// Checks a signer's certificate.
    pub(crate) fn check(&self, signer: &Certificate) -> Result<(), Reason> {
        let usage = signer.key_usage();
        let allowed = match self.key_usage {
            KeyUsageRule::NonRepudiation => usage.is_some_and(KeyUsage::non_repudiation),
            KeyUsageRule::SigningIfPresent => {
                usage.is_none_or(|usage| usage.digital_signature() || usage.non_repudiation())
            }
        };
        if allowed { Ok(()) } else { Err(Reason::KeyUsage) }
    }

    /// Who the signer is, as far as this profile can read it: personal data.
    pub(crate) fn identity(&self, signer: &Certificate) -> Value {
        let mut identity = json!({
            "profile": self.code,
            "subject": name::to_json(signer.subject()),
            "issuer": name::to_json(signer.issuer()),
            "serial": name::hex(signer.serial()),
        });
        let known = match self.kind {
            Some(CertificateKind::JpkiSigning) => identity::resident(signer).map(|value| ("resident", value)),
            Some(CertificateKind::CommercialRegistration) => {
                identity::corporation(signer).map(|value| ("corporation", value))
            }
            Some(CertificateKind::Accredited) | None => None,
        };
        if let (Some((key, value)), Some(fields)) = (known, identity.as_object_mut()) {
            fields.insert(key.to_owned(), value);
        }
        identity
    }
}

/// Private extensions of the certificates above, which may stand critical: policies, registrar, registered corporation.
///
/// Source: SIGNATURES 1.2; arc 1.2.392.100300 of the Ministry of Justice.
pub(crate) const RECOGNISED_EXTENSIONS: [ObjectIdentifier; 3] = [
    ObjectIdentifier::new_unwrap("1.2.392.100300.1.1.1"),
    ObjectIdentifier::new_unwrap("1.2.392.100300.1.1.2"),
    identity::REGISTERED_CORPORATION,
];
