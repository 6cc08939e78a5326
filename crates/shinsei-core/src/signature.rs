//! What the rules need to know of a signature: whose kind of certificate, why not, and the proof that it was judged.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::bytes::Bytes;
use crate::ids::ProcedureId;
use crate::time::{Timestamp, Window};

/// The kinds of certificate that an ordinance may accept (電子証明書の種類).
///
/// # Source
/// DOMAIN L12; the ordinances of 京田辺市, 余市町 and 北見市 name these three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CertificateKind {
    /// The signing certificate of the public individual authentication service (公的個人認証 署名用電子証明書).
    JpkiSigning,
    /// The certificate based on the commercial registration (商業登記電子証明書).
    CommercialRegistration,
    /// The certificate of an accredited certification business (認定認証事業者).
    Accredited,
}

/// The exact bytes that a signature covers and consists of, borrowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SignedBytes<'a> {
    /// The signature as received: a CMS message, DER, BER or PEM.
    pub signature: &'a [u8],
    /// The signed content when it is detached; `None` when it travels inside the signature.
    pub content: Option<&'a [u8]>,
}

/// A signature and what it covers, as a command brings them: a judgement keeps both, and so is bound to exactly these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed<'a> {
    /// The signature as received.
    pub signature: &'a Bytes,
    /// The signed content when it is detached; `None` when it travels inside the signature.
    pub content: Option<&'a Bytes>,
}

impl<'a> Signed<'a> {
    /// What a verifier sees of it.
    pub fn bytes(self) -> SignedBytes<'a> {
        SignedBytes { signature: self.signature.as_slice(), content: self.content.map(Bytes::as_slice) }
    }
}

/// Why a signature does not hold, in three voices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureDefect {
    /// The stable code, such as `signed-attributes-missing`.
    pub code: &'static str,
    /// A sentence for the resident, in Japanese.
    pub resident: &'static str,
    /// A sentence for the operator, in English.
    pub operator: &'static str,
}

impl fmt::Display for SignatureDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.operator, self.code)
    }
}

/// What a valid verdict says and rests on.
#[derive(Clone, PartialEq, Eq)]
pub struct Valid {
    /// The kind of certificate.
    pub kind: CertificateKind,
    /// The policy under which it was judged, as a code of the verifier's.
    pub policy: String,
    /// The content found inside the signature; `None` when it was detached, and so in the request.
    pub content: Option<Enclosed>,
    /// Who signed, as the verifier reads it from the certificate: personal data, JSON.
    pub identity: Vec<u8>,
    /// The recording times for which the verdict holds: certificates and revocation answers in force.
    pub holds: Window,
    /// What the verdict rested on.
    pub evidence: Vec<Evidence>,
}

/// Content that travelled inside a signature.
#[derive(Clone, PartialEq, Eq)]
pub enum Enclosed {
    /// In one piece, at these bytes of the signature as it was received: it is large, and not copied.
    At(Range<usize>),
    /// Decoded, or put together from pieces.
    Apart(Bytes),
}

impl Enclosed {
    /// The bytes, in the signature that they travelled in; `None` when that is another one.
    pub fn of<'a>(&'a self, signature: &'a [u8]) -> Option<&'a [u8]> {
        match self {
            Self::At(range) => signature.get(range.clone()),
            Self::Apart(bytes) => Some(bytes.as_slice()),
        }
    }
}

/// One thing that a verdict rested on.
#[derive(Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What it is.
    pub role: EvidenceRole,
    /// The bytes, as they were used; shared, since a revocation list may have many millions.
    pub bytes: Bytes,
}

/// What a piece of evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EvidenceRole {
    /// The signer's certificate, DER: personal data.
    SignerCertificate,
    /// A certificate of the path above the signer's, DER: shared by many cases.
    AuthorityCertificate,
    /// A certificate revocation list, DER: shared by many cases.
    Crl,
    /// An OCSP answer about the signer, DER: personal data.
    Ocsp,
    /// A time-stamp token, DER.
    TimeStamp,
    /// The verdict in the verifier's own words, JSON.
    Report,
}

impl EvidenceRole {
    /// True when many cases rest on the same bytes, so that they are kept once and outlive a disposal.
    pub fn is_shared(self) -> bool {
        match self {
            Self::AuthorityCertificate | Self::Crl => true,
            Self::SignerCertificate | Self::Ocsp | Self::TimeStamp | Self::Report => false,
        }
    }
}

/// The proof that a signature was judged and holds. Only [`crate::port::signature::verify`] makes one.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedSignature {
    signature: Bytes,
    content: Option<Bytes>,
    procedure: ProcedureId,
    at: Timestamp,
    valid: Valid,
}

impl VerifiedSignature {
    pub(crate) fn bind(signed: Signed<'_>, procedure: &ProcedureId, at: Timestamp, valid: Valid) -> Self {
        let (signature, content) = (signed.signature.clone(), signed.content.cloned());
        Self { signature, content, procedure: procedure.clone(), at, valid }
    }

    /// True when this is the judgement of exactly these bytes for this procedure.
    pub fn is_for(&self, signed: Signed<'_>, procedure: &ProcedureId) -> bool {
        let judged = Signed { signature: &self.signature, content: self.content.as_ref() };
        judged == signed && self.procedure == *procedure
    }

    /// The kind of certificate.
    pub fn kind(&self) -> CertificateKind {
        self.valid.kind
    }

    /// The policy under which it was judged.
    pub fn policy(&self) -> &str {
        &self.valid.policy
    }

    /// When it was judged.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The recording times for which the judgement holds.
    pub fn holds(&self) -> Window {
        self.valid.holds
    }

    /// Where the content is that was found inside the signature; `None` when it was detached.
    pub fn enclosed(&self) -> Option<&Enclosed> {
        self.valid.content.as_ref()
    }

    /// The content found inside this signature, which must be the one that was judged; `None` when it was detached.
    pub fn content<'a>(&'a self, signature: &'a [u8]) -> Option<&'a [u8]> {
        self.valid.content.as_ref()?.of(signature)
    }

    /// Who signed: personal data, JSON.
    pub fn identity(&self) -> &[u8] {
        &self.valid.identity
    }

    /// What the verdict rested on.
    pub fn evidence(&self) -> &[Evidence] {
        &self.valid.evidence
    }
}

/// Shows that there is one, and nothing of whose it is.
impl fmt::Debug for VerifiedSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedSignature")
            .field("kind", &self.valid.kind)
            .field("procedure", &self.procedure)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}
