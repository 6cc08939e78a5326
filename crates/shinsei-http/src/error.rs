//! Why there is no client, and why there is no answer. No error repeats what an answer said.

use std::error::Error;
use std::io::ErrorKind;

/// A setting with which no client is made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingError {
    /// The text is no absolute URL of http or https, or it carries a user.
    #[error("a URL must be absolute, http or https, without user and password")]
    Url,
    /// What is sent or believed may not travel in the clear.
    #[error("the URL must be https, or http to a loopback address")]
    PlainHttp,
    /// The text names no host.
    #[error("a host is a name or an address, and a port behind a colon if need be")]
    Host,
    /// The PEM text holds no certificate.
    #[error("there is no certificate in the PEM text")]
    NoCertificate,
    /// A certificate or key cannot be read.
    #[error("item {position} of the PEM text cannot be read")]
    Pem {
        /// Which item, from 1.
        position: usize,
    },
    /// The PEM text of the client's key holds no private key, or one that is not the certificate's.
    #[error("the private key is missing, or not that of the client's certificate")]
    ClientKey,
    /// A bearer token is 1 to 4,096 visible ASCII characters.
    #[error("the bearer token has characters that cannot stand in a header")]
    Bearer,
}

/// There is no answer, or none that can be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The time allowed for the whole, or for connecting, is over.
    #[error("there was no answer within the time allowed")]
    TimedOut,
    /// No connection was made: no such host, nobody listens, or no trust.
    #[error("the server cannot be reached")]
    Unreachable {
        /// What the machine said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The connection ended before the answer did.
    #[error("the connection ended before the answer did")]
    Cut,
    /// The answer is longer than it may be.
    #[error("the answer has more than {bytes_max} bytes")]
    TooLarge {
        /// The limit.
        bytes_max: u64,
    },
    /// The server sends elsewhere, which is never followed.
    #[error("the server redirects (status {status}), which is not followed")]
    Redirected {
        /// The HTTP status.
        status: u16,
    },
    /// The server answered with another status than the one that carries an answer.
    #[error("the server answered with status {status}")]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// What came is not HTTP, or its head is too long.
    #[error("the answer is not HTTP")]
    NotHttp,
}

/// Nothing was fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The text is no URL of http or https.
    #[error("not a URL of http or https")]
    Url,
    /// The operator's list does not name the host with this port.
    #[error("the host is not on the list of hosts to fetch from")]
    HostNotListed,
    /// There is no answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// What came is not one DER value from its first byte to its last.
    #[error("what came is not DER, or not whole")]
    NotDer,
}

impl HttpError {
    /// Sorts what the driver said. The texts of its protocol errors may quote the answer, and are dropped.
    pub(crate) fn from_driver(error: ureq::Error, bytes_max: u64) -> Self {
        match error {
            ureq::Error::Timeout(_) => Self::TimedOut,
            ureq::Error::BodyExceedsLimit(_) => Self::TooLarge { bytes_max },
            ureq::Error::Io(error) => match error.kind() {
                ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::TimedOut,
                ErrorKind::UnexpectedEof
                | ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::BrokenPipe => Self::Cut,
                _ => Self::Unreachable { source: Box::new(error) },
            },
            error @ (ureq::Error::HostNotFound
            | ureq::Error::ConnectionFailed
            | ureq::Error::Tls(_)
            | ureq::Error::Rustls(_)) => Self::Unreachable { source: Box::new(error) },
            _ => Self::NotHttp,
        }
    }

    /// True when another connection may well bring the answer: the server went away, or a balancer found nobody.
    ///
    /// Time that is used up is not tried again, nor is a server that broke down over the request.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Cut | Self::Status { status: 502 | 503 } => true,
            Self::Unreachable { source } => source
                .downcast_ref::<std::io::Error>()
                .is_some_and(|error| error.kind() == ErrorKind::ConnectionRefused),
            Self::TimedOut
            | Self::TooLarge { .. }
            | Self::Redirected { .. }
            | Self::Status { .. }
            | Self::NotHttp => false,
        }
    }
}
