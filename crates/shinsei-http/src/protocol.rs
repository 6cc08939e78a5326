//! What a remote verifier is asked and answers, version 1, and the service's half of it.
//!
//! The shapes, the rules and an exchange by hand stand in `docs/remote-verifier.md`. Bytes are base64, instants are
//! RFC 3339, a field that is not named there is refused: whoever adds one counts up [`VERSION`].

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use shinsei_core::bytes::{Base64, Bytes, hex};
use shinsei_core::ids::ProcedureId;
use shinsei_core::port::signature::{
    Refusal, SignatureRequest, SignatureVerifier, Verdict, VerifierError, verify,
};
use shinsei_core::signature::{
    CertificateKind, Enclosed, Evidence, EvidenceRole, Signed, SignedBytes, Valid, VerifiedSignature,
};
use shinsei_core::time::{Timestamp, Window};

use crate::defect;

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// The media type of questions and answers.
pub const MEDIA_TYPE: &str = "application/json";

/// Characters of a policy code.
///
/// Source: the codes of `shinsei_core::ids`, which end up in events just like a policy.
const POLICY_CHARACTERS_MAX: usize = 64;

/// What the service sends back: a status and, when it is 200, JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Empty unless the status is 200: what went wrong is the service's to know.
    pub body: Vec<u8>,
}

/// Shows how long it is: the body may speak of a person.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("status", &self.status).field("bytes", &self.body.len()).finish()
    }
}

/// Answers one question with a verifier: all of the service but HTTP.
///
/// The caller has read the body of a POST, bounded its length, and knows who asks. The verdict passes through the
/// core's [`verify`], so that one that breaks the contract never leaves. Status 400: the body is no question of this
/// version; 503: the verifier is not available; 500: it broke its contract.
///
/// # Example
/// ```
/// use shinsei_conformance::stamp::StampVerifier;
/// use shinsei_http::protocol::reply;
///
/// assert_eq!(reply(&StampVerifier::default(), b"no question").status, 400);
/// ```
pub fn reply(verifier: &dyn SignatureVerifier, body: &[u8]) -> Reply {
    let none = |status| Reply { status, body: Vec::new() };
    let Ok(Question { version: VERSION, signature, content, at, procedure, accepted }) =
        serde_json::from_slice(body)
    else {
        return none(400);
    };
    let bytes = |sent: Base64<'_>| Bytes::from(sent.0.into_owned());
    let (signature, content) = (bytes(signature), content.map(bytes));
    let signed = Signed { signature: &signature, content: content.as_ref() };
    let judged = verify(verifier, signed, cut(at), (&procedure, &accepted));
    let verdict = match &judged {
        Ok(verified) => Said::Valid(ValidSaid::of(verified, signed.bytes())),
        Err(Refusal::Defect(defect)) => Said::Invalid { code: defect.code.into() },
        Err(Refusal::Verifier(VerifierError::Unavailable { .. })) => return none(503),
        Err(Refusal::Verifier(_)) => return none(500),
    };
    let answer = Answer { version: VERSION, question: digest(body), verdict };
    serde_json::to_vec(&answer).map_or_else(|_| none(500), |body| Reply { status: 200, body })
}

/// The question as it is sent.
pub(crate) fn write_question(request: &SignatureRequest<'_>) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&Question {
        version: VERSION,
        signature: Base64(request.signed.signature.into()),
        content: request.signed.content.map(|content| Base64(content.into())),
        at: request.at,
        procedure: request.procedure.clone(),
        accepted: request.accepted.to_vec(),
    })
}

/// Why an answer is none. It tells where, not what stood there: that may speak of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// Not of the form that the protocol has.
    #[error("the answer is not of the form of the protocol (line {line}, column {column})")]
    Form {
        /// From 1; 0 when the whole is meant.
        line: usize,
        /// From 1; 0 when the whole is meant.
        column: usize,
    },
    /// Of another version.
    #[error("the answer is of version {version} of the protocol")]
    Version {
        /// As the answer says.
        version: u32,
    },
    /// The answer to another question.
    #[error("the answer is to another question")]
    OtherQuestion,
}

/// Reads the answer to a question.
pub(crate) fn read_answer(question: &[u8], answer: &[u8]) -> Result<Verdict, Fault> {
    let Answer { version, question: answered, verdict } =
        serde_json::from_slice(answer).map_err(|error| fault(&error, answer))?;
    if version != VERSION {
        return Err(Fault::Version { version });
    }
    if answered != digest(question) {
        return Err(Fault::OtherQuestion);
    }
    match verdict {
        Said::Valid(valid) => Ok(Verdict::Valid(valid.read()?)),
        Said::Invalid { code } => Ok(Verdict::Invalid(defect::of(&code))),
    }
}

/// Of a form that is not ours, the version may say why. The text of the error quotes the answer, and is dropped.
fn fault(error: &serde_json::Error, answer: &[u8]) -> Fault {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    match serde_json::from_slice(answer) {
        Ok(Versioned { version }) if version != VERSION => Fault::Version { version },
        _ => Fault::Form { line: error.line(), column: error.column() },
    }
}

/// The SHA-256 of a question as it was sent, in hexadecimal digits: what binds the answer to all of it.
fn digest(question: &[u8]) -> String {
    hex(&Sha256::digest(question))
}

/// Drops what the log cannot hold.
fn cut(at: Timestamp) -> Timestamp {
    Timestamp::from_utc(at.to_utc())
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question<'a> {
    version: u32,
    signature: Base64<'a>,
    content: Option<Base64<'a>>,
    at: Timestamp,
    procedure: ProcedureId,
    accepted: Vec<CertificateKind>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer<'a> {
    version: u32,
    question: String,
    #[serde(borrow)]
    verdict: Said<'a>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Said<'a> {
    #[serde(borrow)]
    Valid(ValidSaid<'a>),
    Invalid {
        code: Cow<'a, str>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ValidSaid<'a> {
    kind: CertificateKind,
    policy: Cow<'a, str>,
    content: Option<Base64<'a>>,
    identity: Base64<'a>,
    holds: Holds,
    evidence: Vec<Piece<'a>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holds {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Piece<'a> {
    role: EvidenceRole,
    bytes: Base64<'a>,
}

impl<'a> ValidSaid<'a> {
    fn of(verified: &'a VerifiedSignature, signed: SignedBytes<'a>) -> Self {
        let piece = |evidence: &'a Evidence| Piece {
            role: evidence.role,
            bytes: Base64(evidence.bytes.as_slice().into()),
        };
        Self {
            kind: verified.kind(),
            policy: verified.policy().into(),
            content: verified.content(signed.signature).map(|content| Base64(content.into())),
            identity: Base64(verified.identity().into()),
            holds: Holds { from: verified.holds().from, until: verified.holds().until },
            evidence: verified.evidence().iter().map(piece).collect(),
        }
    }

    fn read(self) -> Result<Valid, Fault> {
        // Security: a policy ends up in an event, which holds codes and nobody's words.
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
        if self.policy.is_empty()
            || self.policy.len() > POLICY_CHARACTERS_MAX
            || !self.policy.bytes().all(allowed)
        {
            return Err(Fault::Form { line: 0, column: 0 });
        }
        let piece =
            |piece: Piece<'_>| Evidence { role: piece.role, bytes: piece.bytes.0.into_owned().into() };
        Ok(Valid {
            kind: self.kind,
            policy: self.policy.into_owned(),
            content: self.content.map(|content| Enclosed::Apart(content.0.into_owned().into())),
            identity: self.identity.0.into_owned(),
            holds: Window { from: self.holds.from.map(cut), until: self.holds.until.map(cut) },
            evidence: self.evidence.into_iter().map(piece).collect(),
        })
    }
}
