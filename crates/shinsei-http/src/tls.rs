//! Whom a client trusts, and how it shows who it is.

use std::fmt;
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

use crate::error::SettingError;

/// The roots that a client trusts, and its own certificate if it has one.
///
/// Nothing is trusted that was not named: neither roots compiled in nor those of the machine. Services on LGWAN have
/// roots of their own; a service on the Internet has one that the operator can name as well.
#[derive(Clone, Default)]
pub struct Tls {
    roots: Vec<Certificate<'static>>,
    own: Option<ClientCert>,
}

impl Tls {
    /// Trusts nobody: for plain http alone.
    pub fn none() -> Self {
        Self::default()
    }

    /// Trusts the certificates of a PEM text, such as one root, or a whole bundle.
    ///
    /// # Errors
    /// - [`SettingError::NoCertificate`]: the text holds none.
    /// - [`SettingError::Pem`]: one of them cannot be read.
    pub fn trusting(pem: &[u8]) -> Result<Self, SettingError> {
        let roots = certificates(pem)?;
        let mut store = RootCertStore::empty();
        for (position, root) in (1..).zip(&roots) {
            store
                .add(CertificateDer::from(root.der()).into_owned())
                .map_err(|_| SettingError::Pem { position })?;
        }
        Ok(Self { roots, own: None })
    }

    /// Shows a certificate to servers that ask for one: the chain, the client's own first, and its private key.
    ///
    /// # Errors
    /// - [`SettingError::NoCertificate`], [`SettingError::Pem`]: of the chain.
    /// - [`SettingError::ClientKey`]: the key cannot be read, or is not that of the first certificate.
    pub fn with_client_certificate(mut self, chain_pem: &[u8], key_pem: &[u8]) -> Result<Self, SettingError> {
        let chain = certificates(chain_pem)?;
        let key = PrivateKey::from_pem(key_pem).map_err(|_| SettingError::ClientKey)?;
        // The driver takes for granted that the two fit, and would panic on the first request.
        let der =
            rustls::pki_types::PrivateKeyDer::try_from(key.der()).map_err(|_| SettingError::ClientKey)?;
        let shown = chain.iter().map(|one| CertificateDer::from(one.der()).into_owned()).collect();
        ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|_| SettingError::ClientKey)?
            .with_root_certificates(RootCertStore::empty())
            .with_client_auth_cert(shown, der.clone_key())
            .map_err(|_| SettingError::ClientKey)?;
        self.own = Some(ClientCert::new_with_certs(&chain, key));
        Ok(self)
    }

    pub(crate) fn config(&self) -> TlsConfig {
        TlsConfig::builder()
            .unversioned_rustls_crypto_provider(provider())
            .root_certs(RootCerts::new_with_certs(&self.roots))
            .client_cert(self.own.clone())
            .build()
    }
}

/// Shows how much there is of it: neither certificates nor keys.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("roots", &self.roots.len())
            .field("has_client_certificate", &self.own.is_some())
            .finish()
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, SettingError> {
    let mut found = Vec::new();
    for (position, item) in (1..).zip(parse_pem(pem)) {
        match item.map_err(|_| SettingError::Pem { position })? {
            PemItem::Certificate(certificate) => found.push(certificate),
            _ => return Err(SettingError::Pem { position }),
        }
    }
    if found.is_empty() { Err(SettingError::NoCertificate) } else { Ok(found) }
}
