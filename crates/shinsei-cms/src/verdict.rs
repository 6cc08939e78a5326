//! What a verification says: who signed and on what it rests, or why not.

use std::borrow::Cow;

use serde_json::{Value, json};
use shinsei_core::port::signature::{Evidence, EvidenceRole, SignatureRequest, Valid};
use shinsei_core::time::{Timestamp, Window};

use crate::path::Path;
use crate::policy::ValidPolicies;
use crate::profile::Profile;
use crate::reason::Reason;
use crate::report::{Checks, fingerprint};
use crate::revocation::RevocationStatus;
use crate::timestamp::TimestampProof;

/// A message whose signatures hold.
#[derive(Debug)]
pub struct Verified<'a> {
    pub(crate) content: Option<Cow<'a, [u8]>>,
    pub(crate) signers: Vec<Signer>,
    /// What was checked.
    pub checks: Checks,
}

/// One signer whose signature holds.
#[derive(Debug)]
pub struct Signer {
    /// The profile of the anchor that the path ended at.
    pub profile: Profile,
    /// Who it is, as the profile reads it: personal data.
    pub identity: Value,
    /// The instants at which every certificate of the path is valid.
    pub holds: Window,
    /// What is known of revocation.
    pub revocation: RevocationStatus,
    /// The revocation lists that this rests on, DER.
    pub lists: Vec<Vec<u8>>,
    /// The OCSP answers that this rests on, DER.
    pub answers: Vec<Vec<u8>>,
    /// When the signer says to have signed, in seconds since 1970: reported, never trusted.
    pub claimed_at: Option<u64>,
    /// The time-stamps over the signature that hold: proof that it existed by then, never the time of judgement. Empty
    /// also when nobody asked ([`crate::timestamp::TimestampPolicy::Off`]).
    pub timestamps: Vec<TimestampProof>,
    /// The policies for which the path is valid.
    pub policies: ValidPolicies,
    /// The certificates of the path, DER, the signer's first and the anchor's last.
    pub path: Vec<Vec<u8>>,
}

/// A message that does not hold.
#[derive(Debug)]
pub struct Failure {
    /// The most useful reason.
    pub reason: Reason,
    /// What was checked until then.
    pub checks: Checks,
}

impl Verified<'_> {
    /// Who signed, in the order of the message; there is at least one.
    pub fn signers(&self) -> &[Signer] {
        &self.signers
    }

    /// The content that travelled inside the signature; `None` when it was detached.
    pub fn content(&self) -> Option<&[u8]> {
        self.content.as_deref()
    }
}

impl Verified<'_> {
    /// The verdict as the core keeps it. The first signer names the kind; the others stand beside.
    pub(crate) fn into_valid(self, request: &SignatureRequest<'_>) -> Option<Valid> {
        let first = self.signers.first()?;
        let mut identity = first.identity.clone();
        if let (Some(fields), [_, others @ ..]) = (identity.as_object_mut(), &self.signers[..])
            && !others.is_empty()
        {
            fields.insert("cosigners".into(), others.iter().map(|signer| signer.identity.clone()).collect());
        }
        Some(Valid {
            kind: first.profile.kind?,
            policy: first.profile.code.to_owned(),
            identity: identity.to_string().into_bytes(),
            holds: self.signers.iter().fold(Window::ALWAYS, |window, signer| window.intersect(signer.holds)),
            evidence: self.evidence(request.at),
            content: self.content.map(Cow::into_owned),
        })
    }

    /// What the verdict rests on, each thing once, and the report.
    fn evidence(&self, at: Timestamp) -> Vec<Evidence> {
        use EvidenceRole::{AuthorityCertificate, Crl, Ocsp, SignerCertificate, TimeStamp};
        let mut evidence: Vec<Evidence> = Vec::new();
        let mut keep = |role, all: &[Vec<u8>]| {
            for bytes in all {
                if !evidence.iter().any(|known| known.bytes == *bytes) {
                    evidence.push(Evidence { role, bytes: bytes.clone() });
                }
            }
        };
        for signer in &self.signers {
            let (own, above) = signer.path.split_at(signer.path.len().min(1));
            keep(SignerCertificate, own);
            keep(AuthorityCertificate, above);
        }
        for stamp in self.signers.iter().flat_map(|signer| &signer.timestamps) {
            keep(AuthorityCertificate, &stamp.path);
        }
        for signer in &self.signers {
            keep(Crl, &signer.lists);
            keep(Ocsp, &signer.answers);
        }
        for stamp in self.signers.iter().flat_map(|signer| &signer.timestamps) {
            keep(Crl, &stamp.lists);
            keep(Ocsp, &stamp.answers);
            keep(TimeStamp, std::slice::from_ref(&stamp.token));
        }
        let report = self.report(at).to_string().into_bytes();
        keep(EvidenceRole::Report, &[report]);
        evidence
    }

    /// The verdict in words: what was checked, by when, and what was not looked at.
    pub fn report(&self, at: Timestamp) -> Value {
        json!({
            "verifier": concat!("shinsei-cms ", env!("CARGO_PKG_VERSION")),
            "at": at.to_string(),
            "valid": true,
            "checks": self.checks.to_json(),
            "signers": self.signers.iter().map(Signer::report).collect::<Value>(),
        })
    }
}

impl Signer {
    /// What is told of a path that holds.
    pub(crate) fn of(path: &Path<'_>, claimed_at: Option<u64>, timestamps: Vec<TimestampProof>) -> Self {
        let profile = *path.anchor.profile();
        let anchor = path.anchor.certificate();
        let mut chain: Vec<_> =
            path.certificates.iter().map(|certificate| certificate.der().to_vec()).collect();
        if chain.last().is_none_or(|last| last != anchor.der()) {
            chain.push(anchor.der().to_vec());
        }
        Self {
            profile,
            identity: path.certificates.first().map_or(Value::Null, |signer| profile.identity(signer)),
            holds: path.holds(),
            revocation: path.revocation.status,
            answers: path.revocation.answers.iter().map(|(answer, _)| answer.der().to_vec()).collect(),
            lists: path.revocation.lists.iter().map(|list| list.der().to_vec()).collect(),
            claimed_at,
            timestamps,
            policies: path.policies.clone(),
            path: chain,
        }
    }

    /// The signer as JSON: profile, identity, digests of the path, revocation, the time it claims.
    pub fn report(&self) -> Value {
        let digest = |der: &Vec<u8>| fingerprint(der);
        json!({
            "profile": self.profile.code,
            "identity": self.identity,
            "path": self.path.iter().map(digest).collect::<Vec<_>>(),
            "policies": self.policies.named.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "any_policy": self.policies.any,
            "valid_from": self.holds.from.map(|at| at.to_string()),
            "valid_until": self.holds.until.map(|at| at.to_string()),
            "revocation": self.revocation.code(),
            "ocsp_answers": self.answers.iter().map(digest).collect::<Vec<_>>(),
            "revocation_lists": self.lists.iter().map(digest).collect::<Vec<_>>(),
            "claimed_signing_time": self.claimed_at,
            "timestamps": self.timestamps.iter().map(TimestampProof::report).collect::<Vec<_>>(),
        })
    }
}
