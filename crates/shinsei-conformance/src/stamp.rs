//! A signature verifier for tests: a stamp instead of cryptography, as strict about bytes and times as a real one.

use sha2::{Digest as _, Sha256};
use shinsei_core::bytes::hex;
use shinsei_core::command::SubmittedForm;
use shinsei_core::port::signature::{SignatureRequest, SignatureVerifier, Verdict, VerifierError};
use shinsei_core::signature::{CertificateKind, Enclosed, Evidence, EvidenceRole, SignatureDefect, Valid};
use shinsei_core::time::Window;

/// What a stamp begins with.
const PREFIX: &str = "stamp:";

/// The kinds of certificate and the words that stand for them in a stamp.
const KINDS: [(CertificateKind, &str); 3] = [
    (CertificateKind::JpkiSigning, "jpki"),
    (CertificateKind::CommercialRegistration, "registration"),
    (CertificateKind::Accredited, "accredited"),
];

/// What a [`StampVerifier`] reads as the identity of whoever stamped: an invented resident.
pub const IDENTITY: &str = r#"{"name":"甲野 花子","address":"北海道函館市架空町一丁目2番3号"}"#;

/// Whoever stamps a document signs it: `stamp:<kind>:<SHA-256 of the content>`, and the content behind it when attached.
///
/// It proves nothing about anybody, and is for tests alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct StampVerifier {
    /// When every certificate is valid.
    pub valid: Window,
}

/// Stamps a form, the stamp beside it.
pub fn detached(kind: CertificateKind, content: &[u8]) -> SubmittedForm {
    SubmittedForm::Detached { content: content.into(), signature: stamp(kind, content).into_bytes().into() }
}

/// Stamps a form, the form inside the stamp.
pub fn attached(kind: CertificateKind, content: &[u8]) -> SubmittedForm {
    let mut message = stamp(kind, content).into_bytes();
    message.push(b':');
    message.extend_from_slice(content);
    SubmittedForm::Attached(message.into())
}

fn stamp(kind: CertificateKind, content: &[u8]) -> String {
    let word = KINDS.iter().find(|(known, _)| *known == kind).map_or("", |(_, word)| word);
    format!("{PREFIX}{word}:{}", hex(&Sha256::digest(content)))
}

impl SignatureVerifier for StampVerifier {
    fn verify(&self, request: &SignatureRequest<'_>) -> Result<Verdict, VerifierError> {
        Ok(self.judge(request).map_or_else(Verdict::Invalid, Verdict::Valid))
    }
}

impl StampVerifier {
    fn judge(&self, request: &SignatureRequest<'_>) -> Result<Valid, SignatureDefect> {
        let Stamp { kind, digest, inside } = parse(request.signed.signature).ok_or(UNREADABLE)?;
        let content = match (request.signed.content, inside) {
            (Some(beside), None) => beside,
            (None, Some(inside)) => inside,
            (Some(_), Some(_)) | (None, None) => return Err(UNREADABLE),
        };
        if digest != hex(&Sha256::digest(content)).as_bytes() {
            return Err(OTHER_BYTES);
        }
        if !request.accepted.contains(&kind) {
            return Err(OTHER_KIND);
        }
        if !self.valid.contains(request.at) {
            return Err(EXPIRED);
        }
        let piece = |role, bytes: &[u8]| Evidence { role, bytes: bytes.into() };
        Ok(Valid {
            kind,
            policy: "stamp-1".to_owned(),
            content: inside.map(|inside| Enclosed::Apart(inside.into())),
            identity: IDENTITY.as_bytes().to_vec(),
            holds: self.valid,
            evidence: vec![
                piece(EvidenceRole::SignerCertificate, request.signed.signature),
                piece(EvidenceRole::AuthorityCertificate, b"the office of stamps"),
            ],
        })
    }
}

struct Stamp<'a> {
    kind: CertificateKind,
    digest: &'a [u8],
    inside: Option<&'a [u8]>,
}

fn parse(bytes: &[u8]) -> Option<Stamp<'_>> {
    let mut parts = bytes.strip_prefix(PREFIX.as_bytes())?.splitn(3, |byte| *byte == b':');
    let word = parts.next()?;
    let (kind, _) = KINDS.iter().find(|(_, known)| known.as_bytes() == word)?;
    Some(Stamp { kind: *kind, digest: parts.next()?, inside: parts.next() })
}

const UNREADABLE: SignatureDefect = SignatureDefect {
    code: "stamp-unreadable",
    resident: "電子署名を読み取れません。",
    operator: "the bytes are no stamp",
};

const OTHER_BYTES: SignatureDefect = SignatureDefect {
    code: "stamp-of-other-bytes",
    resident: "署名の後に申請書が変わっています。",
    operator: "the stamp is of other bytes",
};

const OTHER_KIND: SignatureDefect = SignatureDefect {
    code: "stamp-of-other-kind",
    resident: "この手続では使えない電子証明書です。",
    operator: "the certificate is of a kind that the procedure does not accept",
};

const EXPIRED: SignatureDefect = SignatureDefect {
    code: "stamp-expired",
    resident: "電子証明書の有効期間外です。",
    operator: "the certificate is not valid at the time of judgement",
};
