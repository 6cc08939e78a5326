//! The written form of a bundle, version 1: `docs/evidence-format.md` is its specification.

use serde::{Deserialize, Serialize};
use shinsei_core::bytes::Base64;
use shinsei_core::signature::{CertificateKind, Evidence, EvidenceRole};
use shinsei_core::time::Timestamp;

use super::{Bundle, BundleError};

/// What a bundle calls its format.
const FORMAT: &str = "shinsei-evidence";

/// The version that is written and read.
pub(super) const VERSION: u64 = 1;

/// Bytes of a written bundle that are read.
///
/// Source: a message at its limit (64 MiB) and a revocation list of a million entries (40 MB), in base64.
pub(super) const BUNDLE_BYTES_MAX: usize = 160 * 1024 * 1024;

impl Bundle {
    /// Writes the bundle as JSON: one value, that stands alone.
    pub fn to_json(&self) -> Vec<u8> {
        let pieces = self.evidence.iter();
        let pieces =
            pieces.map(|piece| Piece { role: piece.role, bytes: Base64(piece.bytes.as_slice().into()) });
        let written = Written {
            format: FORMAT.to_owned(),
            version: VERSION,
            signature: Base64(self.signature.as_slice().into()),
            content: self.content.as_deref().map(|content| Base64(content.into())),
            at: self.at,
            kind: self.kind,
            policy: self.policy.clone(),
            evidence: pieces.collect(),
        };
        let written = serde_json::to_vec(&written);
        debug_assert!(written.is_ok());
        // OK because nothing in it can fail: no map with keys that are no text, no number that JSON has not.
        written.unwrap_or_default()
    }

    /// Reads a bundle.
    ///
    /// # Errors
    /// [`BundleError::TooLarge`], [`BundleError::Form`], [`BundleError::Version`].
    pub fn from_json(json: &[u8]) -> Result<Self, BundleError> {
        if json.len() > BUNDLE_BYTES_MAX {
            return Err(BundleError::TooLarge { bytes: json.len() });
        }
        let read: Written<'_> = serde_json::from_slice(json).map_err(|error| fault(&error, json))?;
        if read.format != FORMAT {
            return Err(BundleError::Form { line: 0, column: 0 });
        }
        if read.version != VERSION {
            return Err(BundleError::Version { version: read.version });
        }
        let piece =
            |piece: Piece<'_>| Evidence { role: piece.role, bytes: piece.bytes.0.into_owned().into() };
        Ok(Self {
            signature: read.signature.0.into_owned(),
            content: read.content.map(|content| content.0.into_owned()),
            at: Timestamp::from_utc(read.at.to_utc()),
            kind: read.kind,
            policy: read.policy,
            evidence: read.evidence.into_iter().map(piece).collect(),
        })
    }
}

/// Of a form that is not ours, the version may say why. The text of the error quotes the bundle, and is dropped.
fn fault(error: &serde_json::Error, json: &[u8]) -> BundleError {
    #[derive(Deserialize)]
    struct Versioned {
        format: String,
        version: u64,
    }
    match serde_json::from_slice(json) {
        Ok(Versioned { format, version }) if format == FORMAT && version != VERSION => {
            BundleError::Version { version }
        }
        _ => BundleError::Form { line: error.line(), column: error.column() },
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<'a> {
    format: String,
    version: u64,
    signature: Base64<'a>,
    content: Option<Base64<'a>>,
    at: Timestamp,
    kind: Option<CertificateKind>,
    policy: String,
    evidence: Vec<Piece<'a>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Piece<'a> {
    role: EvidenceRole,
    bytes: Base64<'a>,
}
