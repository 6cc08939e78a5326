//! What is demanded of a signer's certificate beyond RFC 5280, kind by kind: data, not code.

use shinsei_core::signature::CertificateKind;

use crate::algorithm::{KeyKind, PublicKey};
use crate::certificate::Certificate;
use crate::extensions::KeyUsage;
use crate::oid::{self, Oid, OwnedOid, known};
use crate::policy::{self, PolicyOid, ValidPolicies};
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
    /// The path must be valid for one of these policies; empty asks nothing.
    pub policies: &'static [&'static str],
    /// Policies of certificates that are for authentication and may not sign applications.
    pub authentication_policies: &'static [&'static str],
    /// Policies in an extension of the authority's own, which policy processing does not see; `None` asks nothing.
    pub private_policies: Option<PrivatePolicies>,
    /// The kinds of key that the authority certifies; empty asks nothing.
    pub keys: &'static [KeyType],
}

/// An extension that has the form of certificatePolicies and another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrivatePolicies {
    /// Its name.
    pub extension: &'static str,
    /// Where the extension is there, it must name one of these.
    pub policies: &'static [&'static str],
}

/// A kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyType {
    /// RSA, of a length that is verified at all.
    Rsa,
    /// The curve P-256.
    P256,
    /// The curve P-384.
    P384,
    /// The curve P-521.
    P521,
    /// Ed25519.
    Ed25519,
}

impl KeyType {
    fn of(key: &PublicKey) -> Self {
        match key.kind() {
            KeyKind::Rsa { .. } => Self::Rsa,
            KeyKind::P256 => Self::P256,
            KeyKind::P384 => Self::P384,
            KeyKind::P521 => Self::P521,
            KeyKind::Ed25519 => Self::Ed25519,
        }
    }
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
    /// Every profile, none first.
    pub const ALL: &'static [&'static Self] =
        &[Self::NONE, Self::JPKI_SIGNING, Self::COMMERCIAL_REGISTRATION, Self::ACCREDITED];

    /// The profile with a code.
    pub fn of_code(code: &str) -> Option<&'static Self> {
        Self::ALL.iter().copied().find(|profile| profile.code == code)
    }

    /// No demand beyond signing at all.
    pub const NONE: &'static Self = &Self {
        code: "none",
        kind: None,
        key_usage: KeyUsageRule::SigningIfPresent,
        policies: &[],
        authentication_policies: &[],
        private_policies: None,
        keys: &[],
    };

    /// The signing certificate of the public individual authentication service (署名用電子証明書).
    ///
    /// Its policies are those of production and of test cards; which of the two counts is decided by the anchor. Cards of
    /// today have RSA keys of 2048 bits, those of the next generation P-384 with SHA-384: both hold, side by side.
    /// # Source
    /// SIGNATURES 1.1.
    pub const JPKI_SIGNING: &'static Self = &Self {
        code: "jpki-signing",
        kind: Some(CertificateKind::JpkiSigning),
        key_usage: KeyUsageRule::NonRepudiation,
        policies: &["1.2.392.200149.8.5.1.1.20", "1.2.392.200149.8.5.1.0.20"],
        authentication_policies: &[
            "1.2.392.200149.8.5.1.1.30",
            "1.2.392.200149.8.5.1.0.30",
            "1.2.392.200149.8.5.1.3.30",
        ],
        private_policies: None,
        keys: &[],
    };

    /// The certificate based on the commercial registration (商業登記電子証明書).
    ///
    /// Certificates issued before March 2026 have no keyUsage, and are valid for up to 27 months. Their policy stands
    /// in a private extension, which policy processing does not see: the one in use, and the one before it.
    /// # Source
    /// SIGNATURES 1.2.
    pub const COMMERCIAL_REGISTRATION: &'static Self = &Self {
        code: "commercial-registration",
        kind: Some(CertificateKind::CommercialRegistration),
        key_usage: KeyUsageRule::SigningIfPresent,
        policies: &[],
        authentication_policies: &[],
        private_policies: Some(PrivatePolicies {
            extension: "1.2.392.100300.1.1.1",
            policies: &["1.2.392.100300.1.3.4", "1.2.392.100300.1.3.2"],
        }),
        keys: &[],
    };

    /// The certificate of an accredited certification business (認定認証事業者).
    pub const ACCREDITED: &'static Self = &Self {
        code: "accredited",
        kind: Some(CertificateKind::Accredited),
        key_usage: KeyUsageRule::NonRepudiation,
        policies: &[],
        authentication_policies: &[],
        private_policies: None,
        keys: &[],
    };
}

/// The demands of a profile, its policies read once.
#[derive(Debug)]
pub(crate) struct Demands {
    key_usage: KeyUsageRule,
    any_policy: bool,
    policies: Vec<PolicyOid>,
    authentication_policies: Vec<PolicyOid>,
    /// A private extension, and the policies of which it must name one.
    private_policies: Option<(OwnedOid, Vec<PolicyOid>)>,
    keys: &'static [KeyType],
}

impl Demands {
    /// Reads them; a policy that is no identifier is met by none.
    pub(crate) fn of(profile: &Profile) -> Self {
        let read = |dotted: &[&str]| dotted.iter().filter_map(|dotted| dotted.parse().ok()).collect();
        let private =
            |private: PrivatePolicies| Some((OwnedOid::parse(private.extension)?, read(private.policies)));
        Self {
            key_usage: profile.key_usage,
            any_policy: profile.policies.is_empty(),
            policies: read(profile.policies),
            authentication_policies: read(profile.authentication_policies),
            private_policies: profile.private_policies.and_then(private),
            keys: profile.keys,
        }
    }

    /// Checks a signer's certificate whose path holds for these policies.
    ///
    /// # Errors
    /// [`Reason::AuthenticationCertificate`], [`Reason::KeyUsage`], [`Reason::ExtendedKeyUsage`],
    /// [`Reason::ProfileKey`] or [`Reason::ProfilePolicy`].
    pub(crate) fn check(&self, signer: &Certificate, valid: &ValidPolicies) -> Result<(), Reason> {
        if self.is_for_authentication(signer)? {
            return Err(Reason::AuthenticationCertificate);
        }
        let usage = signer.key_usage();
        let allowed = match self.key_usage {
            KeyUsageRule::NonRepudiation => usage.is_some_and(KeyUsage::non_repudiation),
            KeyUsageRule::SigningIfPresent => {
                usage.is_none_or(|usage| usage.digital_signature() || usage.non_repudiation())
            }
        };
        if !allowed {
            return Err(Reason::KeyUsage);
        }
        if !extended_usage_allows_signing(signer)? {
            return Err(Reason::ExtendedKeyUsage);
        }
        if !self.keys.is_empty() && !self.keys.contains(&KeyType::of(signer.key()?)) {
            return Err(Reason::ProfileKey);
        }
        if let Some((extension, policies)) = &self.private_policies
            && policy::asserts_one_of(signer, extension.oid(), policies)? == Some(false)
        {
            return Err(Reason::ProfilePolicy);
        }
        if self.any_policy || self.policies.iter().any(|policy| valid.named.contains(policy)) {
            Ok(())
        } else {
            Err(Reason::ProfilePolicy)
        }
    }

    /// True when a certificate is one for authentication (利用者証明用), whoever issued it.
    pub(crate) fn is_for_authentication(&self, signer: &Certificate) -> Result<bool, Reason> {
        if self.authentication_policies.is_empty() {
            return Ok(false);
        }
        let asserted =
            policy::asserts_one_of(signer, oid::ID_CE_CERTIFICATE_POLICIES, &self.authentication_policies)?;
        Ok(asserted.unwrap_or(false))
    }
}

/// The extended key usages that signing a document is within.
///
/// Source: RFC 5280 section 4.2.1.12 (any, e-mail protection), RFC 9336 (document signing), and the two that vendors
/// used before it.
const SIGNING_USAGES: [Oid<'static>; 5] = [
    oid::ANY_EXTENDED_KEY_USAGE,
    oid::ID_KP_EMAIL_PROTECTION,
    known!("1.3.6.1.5.5.7.3.36"),
    known!("1.3.6.1.4.1.311.10.3.12"),
    known!("1.2.840.113583.1.1.5"),
];

/// True when the extended key usages are absent or name one that signing is within.
fn extended_usage_allows_signing(signer: &Certificate) -> Result<bool, Reason> {
    Ok(signer
        .extended_key_usages()?
        .is_none_or(|usages| usages.iter().any(|own| SIGNING_USAGES.contains(own))))
}
