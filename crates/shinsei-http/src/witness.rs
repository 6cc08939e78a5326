//! A witness that stands elsewhere and speaks the HTTP of C2SP tlog-witness: any existing one.

use std::fmt;
use std::time::Duration;

use shinsei_core::checkpoint::{NoCheckpoint, to_base64};
use shinsei_core::note::{NoteError, Signature, VerifierKey};
use shinsei_core::port::witness::{Submission, Witness, WitnessError};
use shinsei_core::tree::proof::{NotProved, PROOF_HASHES_MAX};
use ureq::http::{HeaderName, HeaderValue, header};

use crate::address::Address;
use crate::client::{Client, Patience, Question};
use crate::error::{HttpError, SettingError};
use crate::tls::Tls;

/// How long connecting may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long an answer may take, from the first attempt to its last byte. Source: a witness syncs a disk once.
pub const WHOLE_TIMEOUT: Duration = Duration::from_secs(20);

/// How often a submission is sent again whose connection was lost. It may be: a head that took effect is witnessed again.
pub const REPEATS_MAX: u32 = 1;

/// The most bytes of an answer: cosignatures of several keys. Source: one of ML-DSA-44 has 3.3 KiB.
pub const ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// What a witness at a URL is reached with.
#[derive(Clone, Debug)]
pub struct WitnessSettings {
    /// The submission prefix: `/add-checkpoint` is put behind it.
    pub url: String,
    /// The witness's key: an answer without its cosignature is none.
    pub key: VerifierKey,
    /// Whom to trust.
    pub tls: Tls,
    /// See [`CONNECT_TIMEOUT`].
    pub connect_timeout: Duration,
    /// See [`WHOLE_TIMEOUT`].
    pub whole_timeout: Duration,
    /// See [`REPEATS_MAX`].
    pub repeats_max: u32,
}

impl WitnessSettings {
    /// The settings for a witness, with the limits of this file.
    pub fn new(url: impl Into<String>, key: VerifierKey, tls: Tls) -> Self {
        Self {
            url: url.into(),
            key,
            tls,
            connect_timeout: CONNECT_TIMEOUT,
            whole_timeout: WHOLE_TIMEOUT,
            repeats_max: REPEATS_MAX,
        }
    }
}

/// Has heads witnessed by a service.
///
/// Plain HTTP will do: what is submitted is no secret, and an answer counts by its signature alone.
pub struct HttpWitness {
    client: Client,
    address: Address,
    headers: Vec<(HeaderName, HeaderValue)>,
    key: VerifierKey,
}

impl HttpWitness {
    /// A client of a witness.
    ///
    /// # Errors
    /// [`SettingError::Url`]: the URL is none.
    pub fn new(settings: WitnessSettings) -> Result<Self, SettingError> {
        let url = format!("{}/add-checkpoint", settings.url.trim_end_matches('/'));
        let patience = Patience {
            connect: settings.connect_timeout,
            whole: settings.whole_timeout,
            repeats_max: settings.repeats_max,
        };
        Ok(Self {
            address: Address::parse(&url)?,
            client: Client::new(&settings.tls, patience),
            headers: vec![(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))],
            key: settings.key,
        })
    }

    fn refused(&self, status: u16, submission: &Submission<'_>) -> WitnessError {
        match status {
            403 => WitnessError::NotSigned,
            404 => WitnessError::UnknownLog,
            // The witness says no more than that; what it compared is what was submitted.
            422 if submission.proof.is_empty() => {
                WitnessError::Inconsistent { source: NotProved::OtherPresent }
            }
            422 => WitnessError::Inconsistent { source: NotProved::OtherPast },
            400 => WitnessError::Malformed { source: None },
            status => unavailable(HttpError::Status { status }),
        }
    }
}

impl Witness for HttpWitness {
    fn key(&self) -> &VerifierKey {
        &self.key
    }

    fn add(&self, submission: &Submission<'_>) -> Result<Signature, WitnessError> {
        if submission.proof.len() > PROOF_HASHES_MAX {
            return Err(WitnessError::Malformed { source: None });
        }
        if submission.checkpoint.signatures().is_empty() {
            return Err(WitnessError::NotSigned);
        }
        let body = body(submission);
        let answer = self.client.ask(&Question {
            address: &self.address,
            headers: &self.headers,
            body: Some(body.as_bytes()),
            answer_bytes_max: ANSWER_BYTES_MAX,
            also: Some(409),
        });
        let answer = answer.map_err(|error| match error {
            HttpError::Status { status } => self.refused(status, submission),
            error => unavailable(error),
        })?;
        let text = std::str::from_utf8(&answer.body).map_err(|_| unavailable(HttpError::NotHttp))?;
        if answer.status == 409 {
            return Err(match size(text) {
                Some(size) => WitnessError::Conflict { size },
                None => unavailable(HttpError::Status { status: 409 }),
            });
        }
        cosignature(text, submission, &self.key)
    }
}

/// Shows where it asks, and by which key it believes an answer.
impl fmt::Debug for HttpWitness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpWitness")
            .field("url", self.address.uri())
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// What is sent. Source: C2SP tlog-witness, "add-checkpoint".
fn body(submission: &Submission<'_>) -> String {
    let proof: String = submission.proof.iter().map(|hash| to_base64(hash) + "\n").collect();
    format!("old {}\n{proof}\n{}", submission.old, submission.checkpoint)
}

/// The size in a conflict's answer: a decimal without leading zeros and a line end.
fn size(text: &str) -> Option<u64> {
    let digits = text.strip_suffix('\n')?;
    let size: u64 = digits.parse().ok()?;
    (size.to_string() == digits).then_some(size)
}

/// The witness's cosignature among the lines of an answer, once it holds; those of other keys are passed over.
fn cosignature(
    text: &str,
    submission: &Submission<'_>,
    key: &VerifierKey,
) -> Result<Signature, WitnessError> {
    let failed = |source| WitnessError::NotCosigned { source };
    let mut last = NoteError::NotSigned;
    for line in text.lines() {
        let signature: Signature = line.parse().map_err(failed)?;
        let bare = shinsei_core::note::Note::new(submission.checkpoint.text())
            .map_err(|source| WitnessError::Malformed { source: Some(NoCheckpoint::Note(source)) })?;
        match bare.with(signature.clone()).signed_by(key) {
            Ok(_) => return Ok(signature),
            Err(NoteError::NotSigned) => {}
            Err(forged) => last = forged,
        }
    }
    Err(failed(last))
}

fn unavailable(error: HttpError) -> WitnessError {
    WitnessError::Unavailable { source: Box::new(error) }
}
