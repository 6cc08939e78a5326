//! Where the database is and how to speak with it in secret: TLS by rustls, on the one provider of cryptography.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::OpenError;
use crate::settings::{Access, Settings};

/// How to reach a database.
#[derive(Clone)]
pub(crate) struct Address {
    pub(crate) config: Config,
    /// `None` when the server is this machine, or the operator wants it so.
    pub(crate) tls: Option<MakeRustlsConnect>,
}

impl Address {
    /// Reads an address as PostgreSQL's own programs write it.
    pub(crate) fn parse(address: &str, settings: &Settings, access: Access) -> Result<Self, OpenError> {
        let mut config: Config = address
            .parse()
            .map_err(|source: tokio_postgres::Error| OpenError::Address { source: source.into() })?;
        config.connect_timeout(settings.wait_max);
        config.tcp_user_timeout(settings.wait_max);
        config.keepalives(true);
        config.keepalives_idle(Duration::from_secs(10));
        config.keepalives_interval(Duration::from_secs(3));
        config.keepalives_retries(3);
        // Of several servers one is the primary, and after another was promoted it is another one: whoever writes looks
        // for it, unless the address says otherwise.
        let servers = config.get_hosts().len().max(config.get_hostaddrs().len());
        if access == Access::Write
            && servers > 1
            && config.get_target_session_attrs() == TargetSessionAttrs::Any
        {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        if config.get_application_name().is_none() {
            config.application_name("shinsei");
        }
        let tls = match &settings.tls_roots {
            Some(path) => {
                config.ssl_mode(SslMode::Require);
                Some(connector(path)?)
            }
            None if config.get_ssl_mode() == SslMode::Disable || is_this_machine(&config) => {
                config.ssl_mode(SslMode::Disable);
                None
            }
            None => return Err(OpenError::TlsRootsMissing),
        };
        Ok(Self { config, tls })
    }
}

/// True when no byte leaves this machine.
fn is_this_machine(config: &Config) -> bool {
    let hosts = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        Host::Unix(_) => true,
    });
    hosts && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

fn connector(path: &Path) -> Result<MakeRustlsConnect, OpenError> {
    let refused = |source| OpenError::TlsRoots { path: path.to_owned(), source };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| refused(error.into()))? {
        let certificate = certificate.map_err(|error| refused(error.into()))?;
        roots.add(certificate).map_err(|error| refused(error.into()))?;
    }
    if roots.is_empty() {
        return Err(refused("there is no certificate in it".into()));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(error.into()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(client))
}
