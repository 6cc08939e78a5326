//! The verifier that stands elsewhere.

use std::fmt;
use std::time::Duration;

use shinsei_core::port::signature::{SignatureRequest, SignatureVerifier, Verdict, VerifierError};
use ureq::http::{HeaderName, HeaderValue, header};

use crate::address::Address;
use crate::client::{Client, Patience, Question};
use crate::defect;
use crate::error::SettingError;
use crate::protocol::{self, MEDIA_TYPE};
use crate::tls::Tls;

/// Until a connection stands, TLS included.
///
/// Source: three tries of TCP to open a connection, at 0, 1 and 3 seconds.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);

/// Until the whole answer is there, repeats included.
///
/// Source: a resident waits behind it; browsers and balancers give up at 30 to 60 seconds.
pub const WHOLE_TIMEOUT: Duration = Duration::from_secs(20);

/// How often a question is asked again after a failure that passes.
///
/// Source: a kept connection that the service closed meanwhile is one failure; more would add to an overload.
pub const REPEATS_MAX: u32 = 1;

/// Bytes of a signature and its content that are sent at all.
///
/// Source: the limit of `shinsei-cms` on a message.
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Bytes of an answer, beyond those of the question.
///
/// Source: a revocation list of 1,000,000 entries of 36 bytes, in base64, with room for certificates.
pub const EVIDENCE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Bytes of a bearer token.
///
/// Source: a signed token (JWT) with a certificate inside stays under this.
const BEARER_BYTES_MAX: usize = 4_096;

/// Where the service stands, how it is reached, and how long it may take.
#[derive(Clone)]
#[non_exhaustive]
pub struct RemoteSettings {
    /// Where questions are posted: https, or http to a loopback address.
    pub url: String,
    /// Whom to trust, and the client's certificate.
    pub tls: Tls,
    /// The token by which the service knows who asks; `None` when it knows by the client's certificate.
    pub bearer: Option<String>,
    /// See [`CONNECT_TIMEOUT`].
    pub connect_timeout: Duration,
    /// See [`WHOLE_TIMEOUT`].
    pub whole_timeout: Duration,
    /// See [`REPEATS_MAX`].
    pub repeats_max: u32,
    /// See [`MESSAGE_BYTES_MAX`].
    pub message_bytes_max: usize,
    /// See [`EVIDENCE_BYTES_MAX`].
    pub evidence_bytes_max: u64,
}

impl RemoteSettings {
    /// The settings for a service, with the limits of this file.
    pub fn new(url: impl Into<String>, tls: Tls) -> Self {
        Self {
            url: url.into(),
            tls,
            bearer: None,
            connect_timeout: CONNECT_TIMEOUT,
            whole_timeout: WHOLE_TIMEOUT,
            repeats_max: REPEATS_MAX,
            message_bytes_max: MESSAGE_BYTES_MAX,
            evidence_bytes_max: EVIDENCE_BYTES_MAX,
        }
    }
}

/// Shows everything but the token.
impl fmt::Debug for RemoteSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteSettings")
            .field("url", &self.url)
            .field("tls", &self.tls)
            .field("has_bearer", &self.bearer.is_some())
            .field("connect_timeout", &self.connect_timeout)
            .field("whole_timeout", &self.whole_timeout)
            .field("repeats_max", &self.repeats_max)
            .field("message_bytes_max", &self.message_bytes_max)
            .field("evidence_bytes_max", &self.evidence_bytes_max)
            .finish()
    }
}

/// Asks a verification service, as a city does that is no 署名検証者 itself.
///
/// It believes the service: the verdict, the identity and the evidence are what the service says, over a connection
/// that the service's certificate vouches for. It checks that the answer is to this very question; the rest of the
/// contract is checked by the core's `verify`, as for every verifier. Judging is asked for again when the connection
/// was lost or a balancer found nobody (502, 503), since it changes nothing; never when time is used up.
///
/// # Errors
/// - [`VerifierError::Unavailable`]: no answer of the protocol came. The source is an
///   [`HttpError`](crate::error::HttpError), or says where the answer leaves the form of the protocol.
/// - [`VerifierError::BrokenContract`]: the answer is to another question.
///
/// # Example
/// ```
/// use shinsei_http::remote::{RemoteSettings, RemoteVerifier};
/// use shinsei_http::tls::Tls;
///
/// # fn roots() -> Vec<u8> {
/// #     rcgen::generate_simple_self_signed(["verify.example.lg.jp".to_owned()]).unwrap().cert.pem().into_bytes()
/// # }
/// let mut settings =
///     RemoteSettings::new("https://verify.example.lg.jp/v1", Tls::trusting(&roots())?);
/// settings.bearer = Some("the token that the service gave out".replace(' ', "-"));
/// let verifier = RemoteVerifier::new(settings)?;
/// assert!(!format!("{verifier:?}").contains("token"));
/// # Ok::<(), shinsei_http::error::SettingError>(())
/// ```
pub struct RemoteVerifier {
    client: Client,
    address: Address,
    headers: Vec<(HeaderName, HeaderValue)>,
    message_bytes_max: usize,
    evidence_bytes_max: u64,
}

impl RemoteVerifier {
    /// Makes the client; nothing is connected yet.
    ///
    /// # Errors
    /// - [`SettingError::Url`]: the URL cannot be read.
    /// - [`SettingError::PlainHttp`]: it is http, and leads off the own machine.
    /// - [`SettingError::Bearer`]: the token cannot stand in a header.
    pub fn new(settings: RemoteSettings) -> Result<Self, SettingError> {
        let address = Address::parse(&settings.url)?;
        // Security: applications go out and verdicts come back; in the clear anybody on the way could read and forge.
        if !address.is_private() {
            return Err(SettingError::PlainHttp);
        }
        let json = HeaderValue::from_static(MEDIA_TYPE);
        let mut headers = vec![(header::CONTENT_TYPE, json.clone()), (header::ACCEPT, json)];
        if let Some(token) = &settings.bearer {
            headers.push((header::AUTHORIZATION, bearer(token)?));
        }
        let patience = Patience {
            connect: settings.connect_timeout,
            whole: settings.whole_timeout,
            repeats_max: settings.repeats_max,
        };
        Ok(Self {
            client: Client::new(&settings.tls, patience),
            address,
            headers,
            message_bytes_max: settings.message_bytes_max,
            evidence_bytes_max: settings.evidence_bytes_max,
        })
    }
}

impl SignatureVerifier for RemoteVerifier {
    fn verify(&self, request: &SignatureRequest<'_>) -> Result<Verdict, VerifierError> {
        let content_bytes = request.signed.content.map_or(0, <[u8]>::len);
        if request.signed.signature.len().saturating_add(content_bytes) > self.message_bytes_max {
            return Ok(Verdict::Invalid(defect::of(defect::TOO_LARGE)));
        }
        let question = protocol::write_question(request).map_err(unavailable)?;
        let question_bytes = u64::try_from(question.len()).unwrap_or(u64::MAX);
        let answer = self
            .client
            .ask(&Question {
                address: &self.address,
                headers: &self.headers,
                body: Some(&question),
                // The content comes back when it travelled inside the signature.
                answer_bytes_max: self.evidence_bytes_max.saturating_add(question_bytes),
                also: None,
            })
            .map_err(unavailable)?;
        protocol::read_answer(&question, &answer.body).map_err(|fault| match fault {
            protocol::Fault::OtherQuestion => VerifierError::BrokenContract { clause: "judges_the_bytes" },
            protocol::Fault::Form { .. } | protocol::Fault::Version { .. } => unavailable(fault),
        })
    }
}

/// Shows where it asks.
impl fmt::Debug for RemoteVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteVerifier").field("url", self.address.uri()).finish_non_exhaustive()
    }
}

fn unavailable(source: impl std::error::Error + Send + Sync + 'static) -> VerifierError {
    VerifierError::Unavailable { source: Box::new(source) }
}

fn bearer(token: &str) -> Result<HeaderValue, SettingError> {
    let is_visible = token.bytes().all(|byte| byte.is_ascii_graphic());
    if token.is_empty() || token.len() > BEARER_BYTES_MAX || !is_visible {
        return Err(SettingError::Bearer);
    }
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| SettingError::Bearer)?;
    value.set_sensitive(true);
    Ok(value)
}
