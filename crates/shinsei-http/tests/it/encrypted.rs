//! TLS: who is trusted, and how the client shows who it is.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use shinsei_conformance::stamp::{StampVerifier, detached};
use shinsei_core::signature::CertificateKind;
use shinsei_http::error::{HttpError, SettingError};
use shinsei_http::remote::{RemoteSettings, RemoteVerifier};
use shinsei_http::tls::Tls;

use crate::server::Server;
use crate::service::{ALL, ask, http_failure, judging};

struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
struct Holder {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    fn issue(&self, name: &str) -> Holder {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        Holder { certificate: params.signed_by(&key, &self.0).unwrap(), key }
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(self.0.der().to_vec())).unwrap();
        roots
    }
}

/// A service with a certificate; with an authority, for clients that show one of its certificates.
fn service(holder: &Holder, clients: Option<&Authority>) -> Server {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => builder.with_client_cert_verifier(
            WebPkiClientVerifier::builder_with_provider(Arc::new(authority.roots()), provider)
                .build()
                .unwrap(),
        ),
    };
    let chain = vec![CertificateDer::from(holder.certificate.der().to_vec())];
    let key = PrivatePkcs8KeyDer::from(holder.key.serialize_der());
    let config = builder.with_single_cert(chain, key.into()).unwrap();
    Server::start_tls(config, judging(StampVerifier::default()))
}

fn client(server: &Server, tls: Tls) -> RemoteVerifier {
    RemoteVerifier::new(RemoteSettings::new(server.url("/v1"), tls)).unwrap()
}

fn is_answered(verifier: &RemoteVerifier) -> bool {
    ask(verifier, &detached(CertificateKind::JpkiSigning, b"application"), &ALL).is_ok()
}

#[test]
fn a_service_is_trusted_by_the_root_named_and_by_no_other() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = service(&authority.issue("127.0.0.1"), None);
    assert!(is_answered(&client(&server, Tls::trusting(authority.pem().as_bytes()).unwrap())));
    let both = format!("{}{}", other.pem(), authority.pem());
    assert!(is_answered(&client(&server, Tls::trusting(both.as_bytes()).unwrap())));

    for tls in [Tls::trusting(other.pem().as_bytes()).unwrap(), Tls::none()] {
        assert!(matches!(http_failure(&client(&server, tls)), HttpError::Unreachable { .. }));
    }
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn a_service_with_a_certificate_for_another_name_is_not_trusted() {
    let authority = Authority::new();
    let server = service(&authority.issue("verify.example.lg.jp"), None);
    let verifier = client(&server, Tls::trusting(authority.pem().as_bytes()).unwrap());
    assert!(matches!(http_failure(&verifier), HttpError::Unreachable { .. }));
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn a_service_knows_its_clients_by_their_certificates() {
    let (authority, cities) = (Authority::new(), Authority::new());
    let server = service(&authority.issue("127.0.0.1"), Some(&cities));
    let trusting = || Tls::trusting(authority.pem().as_bytes()).unwrap();
    let showing = |holder: &Holder| {
        let (chain, key) = (holder.certificate.pem(), holder.key.serialize_pem());
        trusting().with_client_certificate(chain.as_bytes(), key.as_bytes()).unwrap()
    };
    let city = showing(&cities.issue("hakodate"));
    assert!(!format!("{city:?}").contains("PRIVATE"));
    assert!(is_answered(&client(&server, city)));
    for tls in [trusting(), showing(&authority.issue("somebody"))] {
        assert!(!is_answered(&client(&server, tls)));
    }
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn what_cannot_be_read_is_told_before_anything_is_asked() {
    let authority = Authority::new();
    let (one, other) = (authority.issue("one"), authority.issue("other"));
    assert!(matches!(Tls::trusting(b""), Err(SettingError::NoCertificate)));
    assert!(matches!(
        Tls::trusting(one.key.serialize_pem().as_bytes()),
        Err(SettingError::Pem { position: 1 })
    ));
    let broken = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    let both = format!("{}{broken}", authority.pem());
    assert!(matches!(Tls::trusting(both.as_bytes()), Err(SettingError::Pem { position: 2 })));

    let chain = one.certificate.pem();
    for key in [other.key.serialize_pem(), String::new(), chain.clone()] {
        let made = Tls::none().with_client_certificate(chain.as_bytes(), key.as_bytes());
        assert!(matches!(made, Err(SettingError::ClientKey)));
    }
}
