//! Notices over SMTP: to the city's mail server, encrypted, and what its answers mean for the notice.

use std::fmt;
use std::io;
use std::time::Duration;

use lettre::Transport as _;
use lettre::address::{Address, Envelope};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, SmtpTransport};
use shinsei_core::notice::Notice;
use shinsei_core::port::notifier::{Notifier, NotifierError};

use crate::message::{self, Sender};

/// How long a server may take for an answer. Source: ours; a worker has a lease of a minute for a notice.
const ANSWER_SECONDS_MAX: u64 = 20;

/// The replies that speak of this mail or its reader and not of the server, its settings or the line.
///
/// DIFFERENCE: RFC 5321 says of every 5yz that the client should not repeat it. A server that wants to be signed in to, or
/// knows not a command, refuses every mail alike: that is for the operator to mend, and the notices wait.
///
/// # Source
/// RFC 5321 section 4.2.3: 550 to 554; RFC 7504: 556; 501 is an address that the server cannot read.
const OF_THE_MAIL: [u16; 8] = [501, 550, 551, 552, 553, 554, 555, 556];

/// Sends each notice to a mail server, which carries it on.
///
/// A notice that was delivered was accepted by the server. Whether its reader got it, the server knows: what it says later,
/// it says to the sender's address.
pub struct SmtpNotifier {
    transport: SmtpTransport,
    sender: Sender,
}

/// Where the mail server is and how it is spoken to.
#[derive(Clone)]
pub struct SmtpSettings {
    server: String,
    port: u16,
    encryption: Encryption,
    signed_in: Option<Credentials>,
}

#[derive(Clone)]
enum Encryption {
    None,
    StartTls(Vec<u8>),
    Tls(Vec<u8>),
}

impl SmtpSettings {
    /// A server that switches to TLS when asked (STARTTLS), as on port 587. Without TLS nothing is sent.
    ///
    /// `roots_pem` are the certificates that are trusted, one or a bundle: neither roots compiled in nor those of the
    /// machine are, since mail servers on LGWAN have roots of their own.
    pub fn starttls(server: impl Into<String>, port: u16, roots_pem: &[u8]) -> Self {
        let encryption = Encryption::StartTls(roots_pem.to_vec());
        Self { server: server.into(), port, encryption, signed_in: None }
    }

    /// A server that speaks TLS from the first byte on, as on port 465.
    pub fn tls(server: impl Into<String>, port: u16, roots_pem: &[u8]) -> Self {
        let encryption = Encryption::Tls(roots_pem.to_vec());
        Self { server: server.into(), port, encryption, signed_in: None }
    }

    /// A server on this machine or in its own network, without encryption and without signing in.
    pub fn plain(server: impl Into<String>, port: u16) -> Self {
        Self { server: server.into(), port, encryption: Encryption::None, signed_in: None }
    }

    /// Signs in to the server (AUTH), which is only done encrypted.
    #[must_use]
    pub fn signed_in(self, name: impl Into<String>, password: impl Into<String>) -> Self {
        Self { signed_in: Some(Credentials::new(name.into(), password.into())), ..self }
    }
}

/// Shows where the server is, and no password.
impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("server", &self.server)
            .field("port", &self.port)
            .field("encrypted", &!matches!(self.encryption, Encryption::None))
            .field("signs_in", &self.signed_in.is_some())
            .finish()
    }
}

impl SmtpNotifier {
    /// Takes the settings; no connection is made before a notice is delivered. Each notice has a connection of its own.
    ///
    /// # Errors
    /// - [`SmtpError::PasswordInClear`]: it would be signed in to without encryption.
    /// - [`SmtpError::Roots`]: a certificate that is to be trusted cannot be read, or there is none.
    pub fn new(settings: SmtpSettings, sender: Sender) -> Result<Self, SmtpError> {
        let SmtpSettings { server, port, encryption, signed_in } = settings;
        let tls = match &encryption {
            Encryption::None if signed_in.is_some() => return Err(SmtpError::PasswordInClear),
            Encryption::None => Tls::None,
            Encryption::StartTls(roots) => Tls::Required(trusting(&server, roots)?),
            Encryption::Tls(roots) => Tls::Wrapper(trusting(&server, roots)?),
        };
        // OK because the transport is told above what it may send in the clear: nothing, or all of it to a plain server.
        let mut transport = SmtpTransport::builder_dangerous(server)
            .port(port)
            .tls(tls)
            .hello_name(ClientId::Domain(sender.domain().to_owned()))
            .timeout(Some(Duration::from_secs(ANSWER_SECONDS_MAX)));
        if let Some(credentials) = signed_in {
            transport = transport.credentials(credentials);
        }
        Ok(Self { transport: transport.build(), sender })
    }
}

impl fmt::Debug for SmtpNotifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpNotifier").field("sender", &self.sender).finish_non_exhaustive()
    }
}

impl Notifier for SmtpNotifier {
    fn deliver(&self, notice: &Notice) -> Result<(), NotifierError> {
        let bytes = message::compose(notice, &self.sender)?;
        let unusable = |_| NotifierError::Undeliverable { why: "no envelope can be written to this address" };
        let address = |(local, domain): (String, &str)| Address::new(local, domain).map_err(unusable);
        let to = message::envelope_of(&notice.to)
            .map_err(|why| NotifierError::Undeliverable { why: why.as_str() })?;
        let to = address((to.0, &to.1))?;
        let from = address(self.sender.envelope())?;
        let envelope = Envelope::new(Some(from), vec![to])
            .map_err(|_| NotifierError::Undeliverable { why: "the mail has no reader" })?;
        // The driver ends every mail with a line break of its own.
        let bytes = bytes.strip_suffix(b"\r\n").unwrap_or(&bytes);
        self.transport.send_raw(&envelope, bytes).map(drop).map_err(|error| meaning(&error))
    }
}

/// What an error means for the notice.
///
/// Security: the words of a server may repeat the address, so that only its code goes on.
fn meaning(error: &Error) -> NotifierError {
    let code = error.status().map(u16::from);
    if code.is_some_and(|code| OF_THE_MAIL.contains(&code)) {
        return NotifierError::Undeliverable { why: "the mail server refuses this mail or its reader" };
    }
    let fault = match (code, io_kind(error)) {
        (Some(code), _) => Fault::Replied { code },
        // What is no TLS, or not that of the server that is trusted, is told as an error of the line.
        (None, Some(io::ErrorKind::InvalidData)) => Fault::Tls,
        (None, Some(io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)) => Fault::TimedOut,
        (None, _) if error.is_tls() => Fault::Tls,
        (None, _) => Fault::Line,
    };
    NotifierError::Unavailable { source: Box::new(fault) }
}

fn io_kind(error: &Error) -> Option<io::ErrorKind> {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.filter_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind).next()
}

/// Why the mail server did not take a mail that it may take later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("the mail server replied {code}")]
    Replied { code: u16 },
    #[error("the mail server cannot be spoken to encrypted")]
    Tls,
    #[error("the mail server did not answer in time")]
    TimedOut,
    #[error("the mail server cannot be reached, or does not speak SMTP as it must")]
    Line,
}

/// Why there is no notifier over SMTP.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpError {
    /// A password would be sent in the clear.
    #[error("signing in to a mail server needs TLS; use SmtpSettings::starttls or ::tls")]
    PasswordInClear,
    /// The certificates that are to be trusted cannot be read, or there are none.
    #[error("the certificates to trust for {server} cannot be read; give one or more as PEM")]
    Roots {
        /// The server.
        server: String,
    },
}

fn trusting(server: &str, roots_pem: &[u8]) -> Result<TlsParameters, SmtpError> {
    let unreadable = || SmtpError::Roots { server: server.to_owned() };
    if !roots_pem.windows(5).any(|five| five == b"BEGIN") {
        return Err(unreadable());
    }
    let roots = Certificate::from_pem(roots_pem).map_err(|_| unreadable())?;
    TlsParameters::builder(server.to_owned())
        .certificate_store(CertificateStore::None)
        .add_root_certificate(roots)
        .build_rustls()
        .map_err(|_| unreadable())
}
