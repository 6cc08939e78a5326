//! Test authorities: self-signed roots, intermediates and the certificates they issue.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use shinsei_core::time::Window;

use super::key::{KeyAlgorithm, SigningKey};
use super::{SignError, Signatory, der};

/// A name as a list of attributes, in order: type, value, and whether it is written as PrintableString.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DistinguishedName(Vec<u8>);

impl DistinguishedName {
    /// The empty name.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds C, which is always a PrintableString.
    #[must_use]
    pub fn country(self, code: &str) -> Self {
        self.attribute("2.5.4.6", der::printable(code))
    }

    /// Adds L.
    #[must_use]
    pub fn locality(self, text: &str) -> Self {
        self.attribute("2.5.4.7", der::utf8(text))
    }

    /// Adds O.
    #[must_use]
    pub fn organization(self, text: &str) -> Self {
        self.attribute("2.5.4.10", der::utf8(text))
    }

    /// Adds OU.
    #[must_use]
    pub fn unit(self, text: &str) -> Self {
        self.attribute("2.5.4.11", der::utf8(text))
    }

    /// Adds CN.
    #[must_use]
    pub fn common_name(self, text: &str) -> Self {
        self.attribute("2.5.4.3", der::utf8(text))
    }

    /// Adds an attribute of any type with an encoded value.
    #[must_use]
    pub fn attribute(mut self, oid: &str, value: Vec<u8>) -> Self {
        self.0.extend(der::set(&[&der::sequence(&[&der::oid(oid), &value])]));
        self
    }

    /// The name, DER.
    pub fn to_der(&self) -> Vec<u8> {
        der::element(0x30, &self.0)
    }
}

/// One extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    oid: &'static str,
    critical: bool,
    value: Vec<u8>,
}

impl Extension {
    /// An extension of any kind with an encoded value.
    pub fn new(oid: &'static str, critical: bool, value: Vec<u8>) -> Self {
        Self { oid, critical, value }
    }

    /// basicConstraints of an authority, critical.
    pub fn authority(path_length: Option<u8>) -> Self {
        let length = path_length.map(|length| der::integer(&[length])).unwrap_or_default();
        Self::new("2.5.29.19", true, der::sequence(&[&[0x01, 0x01, 0xff], &length]))
    }

    /// keyUsage, critical, from the bits of RFC 5280, digitalSignature (0) first.
    pub fn key_usage(named_bits: &[u8]) -> Self {
        let flags = named_bits.iter().fold(0u8, |flags, bit| flags | 0x80 >> bit);
        let unused = u8::try_from(flags.trailing_zeros().min(7)).unwrap_or(7);
        Self::new("2.5.29.15", true, der::element(0x03, &[unused, flags]))
    }

    /// certificatePolicies with one policy and where its statement is published.
    pub fn policy(critical: bool, oid: &str, statement_url: &str) -> Self {
        Self::new("2.5.29.32", critical, policies(oid, statement_url))
    }

    pub(super) fn to_der(&self) -> Vec<u8> {
        let critical: &[u8] = if self.critical { &[0x01, 0x01, 0xff] } else { &[] };
        der::sequence(&[&der::oid(self.oid), critical, &der::octets(&self.value)])
    }
}

/// The value of certificatePolicies, which the commercial registration writes into an extension of its own too.
pub(super) fn policies(oid: &str, statement_url: &str) -> Vec<u8> {
    let statement =
        der::sequence(&[&der::oid("1.3.6.1.5.5.7.2.1"), &der::element(0x16, statement_url.as_bytes())]);
    der::sequence(&[&der::sequence(&[&der::oid(oid), &der::sequence(&[&statement])])])
}

/// What a certificate shall say.
#[derive(Clone, Debug)]
pub struct Template {
    /// The digits of the serial number.
    pub serial: Vec<u8>,
    /// The subject.
    pub subject: DistinguishedName,
    /// notBefore is `from`, notAfter the second before `until`; an open side becomes the end of what X.509 can say.
    pub validity: Window,
    /// The extensions beside the key identifiers.
    pub extensions: Vec<Extension>,
}

/// Someone with a key and a certificate: an authority, or the holder of a leaf.
#[derive(Debug)]
pub struct Identity {
    /// The key.
    pub key: SigningKey,
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    name: DistinguishedName,
    issuer: DistinguishedName,
    serial: Vec<u8>,
}

impl Identity {
    /// Makes a self-signed certificate for a key.
    ///
    /// # Errors
    /// [`SignError::Key`]: the provider could not sign.
    pub fn self_signed(key: SigningKey, template: &Template) -> Result<Self, SignError> {
        let public = key.public_key()?;
        let name = template.subject.clone();
        let certificate = certificate(&key, &name, template, &public, None)?;
        let issuer = name.clone();
        Ok(Self { key, certificate, name, issuer, serial: template.serial.clone() })
    }

    /// Issues a certificate for another key.
    ///
    /// # Errors
    /// [`SignError::Key`]: the provider could not sign.
    pub fn issue(&self, key: SigningKey, template: &Template) -> Result<Self, SignError> {
        let public = key.public_key()?;
        let certificate = certificate(&self.key, &self.name, template, &public, Some(self))?;
        Ok(Self {
            key,
            certificate,
            name: template.subject.clone(),
            issuer: self.name.clone(),
            serial: template.serial.clone(),
        })
    }

    /// The one who signs with this key.
    pub fn signatory(&self) -> Signatory<'_> {
        Signatory { certificate: self.certificate.clone(), key: &self.key }
    }

    /// The subject.
    pub fn name(&self) -> &DistinguishedName {
        &self.name
    }

    /// The identifier of its key: SHA-1 of the public key (RFC 5280 section 4.2.1.2, method 1).
    ///
    /// # Errors
    /// [`SignError::Key`]: the provider could not.
    pub fn key_id(&self) -> Result<Vec<u8>, SignError> {
        key_id(&self.key.public_key()?)
    }
}

fn key_id(public: &[u8]) -> Result<Vec<u8>, SignError> {
    let read = || -> Result<&[u8], crate::ber::Fault> {
        let mut fields = crate::ber::Reader::der(public).sequence()?;
        fields.read()?;
        Ok(fields.read()?.contents)
    };
    let bits = read().map_err(|_| SignError::Key)?;
    Ok(digest(&SHA1_FOR_LEGACY_USE_ONLY, bits.get(1..).unwrap_or_default()).as_ref().to_vec())
}

fn certificate(
    key: &SigningKey,
    issuer: &DistinguishedName,
    template: &Template,
    public: &[u8],
    authority: Option<&Identity>,
) -> Result<Vec<u8>, SignError> {
    let mut extensions = vec![Extension::new("2.5.29.14", false, der::octets(&key_id(public)?)).to_der()];
    if let Some(authority) = authority {
        let issuer_name = der::element(0xa4, &authority.issuer.to_der());
        let serial = der::integer(&authority.serial);
        let serial_contents = crate::ber::Reader::der(&serial).read().map_err(|_| SignError::Key)?.contents;
        let value = der::sequence(&[
            &der::element(0x80, &authority.key_id()?),
            &der::element(0xa1, &issuer_name),
            &der::element(0x82, serial_contents),
        ]);
        extensions.push(Extension::new("2.5.29.35", false, value).to_der());
    }
    extensions.extend(template.extensions.iter().map(Extension::to_der));
    let algorithm: KeyAlgorithm = key.algorithm();
    let body = der::sequence(&[
        &der::explicit(0, &der::integer(&[2])),
        &der::integer(&template.serial),
        &algorithm.signature_algorithm(),
        &issuer.to_der(),
        &validity(template.validity),
        &template.subject.to_der(),
        public,
        &der::explicit(3, &der::element(0x30, &extensions.concat())),
    ]);
    Ok(der::sequence(&[&body, &algorithm.signature_algorithm(), &der::bits(&key.sign(&body)?)]))
}

fn validity(window: Window) -> Vec<u8> {
    let from = window.from.map_or_else(|| der::element(0x17, b"500101000000Z"), der::time);
    let until = window.until.map(|until| until.saturating_add_micros(-1_000_000));
    let until = until.map_or_else(|| der::element(0x18, b"99991231235959Z"), der::time);
    der::sequence(&[&from, &until])
}
