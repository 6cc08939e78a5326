//! What a verification says: who signed and on what it rests, or why not.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use serde_json::Value;
use shinsei_core::bytes::Bytes;
use shinsei_core::port::signature::SignatureRequest;
use shinsei_core::signature::{Enclosed, Evidence, EvidenceRole, Valid};
use shinsei_core::time::{Timestamp, Window};

use crate::certificate::{Certificate, range_within};
use crate::crl::RevocationList;
use crate::identity::Identity;
use crate::name;
use crate::ocsp::OcspAnswer;
use crate::path::Path;
use crate::policy::ValidPolicies;
use crate::profile::Profile;
use crate::reason::Reason;
use crate::report::{Checks, fingerprint};
use crate::revocation::RevocationStatus;
use crate::rules::Rules;
use crate::timestamp::TimestampProof;

/// A message whose signatures hold.
pub struct Verified<'a> {
    pub(crate) content: Option<Cow<'a, [u8]>>,
    pub(crate) signers: Vec<Signer>,
    /// What was asked of the signatures.
    pub rules: Rules,
    /// What was checked.
    pub checks: Checks,
}

/// One signer whose signature holds.
///
/// Certificates, lists and answers are shared with the verifier and not copied.
#[derive(Debug)]
pub struct Signer {
    /// The profile of the anchor that the path ended at.
    pub profile: Profile,
    /// The instants at which every certificate of the path is valid.
    pub holds: Window,
    /// What is known of revocation.
    pub revocation: RevocationStatus,
    /// The revocation lists that this rests on.
    pub lists: Vec<RevocationList>,
    /// The OCSP answers that this rests on.
    pub answers: Vec<OcspAnswer>,
    /// When the signer says to have signed, in seconds since 1970: reported, never trusted.
    pub claimed_at: Option<u64>,
    /// The time-stamps over the signature that hold: proof that it existed by then, never the time of judgement. Empty
    /// also when nobody asked ([`crate::timestamp::TimestampPolicy::Off`]).
    pub timestamps: Vec<TimestampProof>,
    /// The policies for which the path is valid.
    pub policies: ValidPolicies,
    /// The certificates of the path, the signer's first and the anchor's last.
    pub path: Vec<Certificate>,
    /// The certificates of who signed the lists, and of their paths, where that was not the issuer itself.
    pub list_signers: Vec<Certificate>,
}

/// A message that does not hold.
#[derive(Debug)]
pub struct Failure {
    /// The most useful reason.
    pub reason: Reason,
    /// What was checked until then.
    pub checks: Checks,
}

/// Shows how many signed, and nothing of who or what.
impl fmt::Debug for Verified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").field("signers", &self.signers.len()).finish_non_exhaustive()
    }
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

    /// The verdict in words: what was checked, by when, and what was not looked at.
    pub fn report(&self, at: Timestamp) -> Value {
        // OK because every key of a report is a string, which is all that could be refused.
        serde_json::to_value(self.reported(at)).unwrap_or_default()
    }

    /// The verdict as the core keeps it. The first signer names the kind; the others stand beside.
    pub(crate) fn into_valid(self, request: &SignatureRequest<'_>) -> Option<Valid> {
        let first = self.signers.first()?;
        Some(Valid {
            kind: first.profile.kind?,
            policy: first.profile.code.to_owned(),
            identity: written(&Signatories(&self.signers)),
            holds: self.signers.iter().fold(Window::ALWAYS, |window, signer| window.intersect(signer.holds)),
            evidence: self.evidence(request.at),
            content: self.content.map(|content| enclosed(content, request.signed.signature)),
        })
    }

    /// What the verdict rests on, each thing once, and the report.
    pub(crate) fn evidence(&self, at: Timestamp) -> Vec<Evidence> {
        use EvidenceRole::{AuthorityCertificate, Crl, Ocsp, Report, SignerCertificate, TimeStamp};
        let mut evidence: Vec<Evidence> = Vec::with_capacity(4);
        let mut keep = |role, bytes: Bytes| {
            if !evidence.iter().any(|known| known.bytes == bytes) {
                evidence.push(Evidence { role, bytes });
            }
        };
        for signer in &self.signers {
            let roles = std::iter::once(SignerCertificate).chain(std::iter::repeat(AuthorityCertificate));
            let chain = signer.path.iter().chain(&signer.list_signers);
            roles.zip(chain).for_each(|(role, certificate)| keep(role, certificate.bytes()));
        }
        for stamp in self.signers.iter().flat_map(|signer| &signer.timestamps) {
            let chain = stamp.path.iter().chain(&stamp.list_signers);
            chain.for_each(|certificate| keep(AuthorityCertificate, certificate.bytes()));
        }
        for signer in &self.signers {
            signer.lists.iter().for_each(|list| keep(Crl, list.bytes()));
            signer.answers.iter().for_each(|answer| keep(Ocsp, answer.bytes()));
        }
        for stamp in self.signers.iter().flat_map(|signer| &signer.timestamps) {
            stamp.lists.iter().for_each(|list| keep(Crl, list.bytes()));
            stamp.answers.iter().for_each(|answer| keep(Ocsp, answer.bytes()));
            keep(TimeStamp, stamp.token.clone());
        }
        keep(Report, written(&self.reported(at)).into());
        evidence
    }

    fn reported(&self, at: Timestamp) -> Report<'_> {
        Report {
            verifier: concat!("shinsei-cms ", env!("CARGO_PKG_VERSION")),
            at: at.to_string(),
            valid: true,
            rules: &self.rules,
            checks: &self.checks,
            signers: self.signers.iter().map(Signer::reported).collect(),
        }
    }
}

impl Signer {
    /// What is told of a path that holds.
    pub(crate) fn of(path: Path<'_>, claimed_at: Option<u64>, timestamps: Vec<TimestampProof>) -> Self {
        Self {
            profile: *path.anchor.profile(),
            holds: path.holds(),
            revocation: path.revocation.status,
            answers: path.revocation.answers(),
            lists: path.revocation.lists(),
            claimed_at,
            timestamps,
            path: path.chain(),
            list_signers: path.revocation.beneath.certificates,
            policies: path.policies,
        }
    }

    /// Who it is, as the profile reads it: personal data.
    pub fn identity(&self) -> Value {
        // OK because every key of an identity is a string, which is all that could be refused.
        self.read_identity()
            .map_or(Value::Null, |identity| serde_json::to_value(identity).unwrap_or_default())
    }

    /// The same, written.
    pub fn identity_json(&self) -> Vec<u8> {
        written(&self.read_identity())
    }

    /// The signer as JSON: profile, identity, digests of the path, revocation, the time it claims.
    pub fn report(&self) -> Value {
        // OK because every key of a report is a string, which is all that could be refused.
        serde_json::to_value(self.reported()).unwrap_or_default()
    }

    fn read_identity(&self) -> Option<Identity<'_>> {
        self.path.first().map(|signer| Identity { profile: &self.profile, signer })
    }

    fn reported(&self) -> SignerReport<'_> {
        SignerReport {
            profile: self.profile.code,
            identity: self.read_identity(),
            path: self.path.iter().map(|certificate| name::hex(certificate.digest())).collect(),
            policies: self.policies.named.iter().map(ToString::to_string).collect(),
            any_policy: self.policies.any,
            valid_from: self.holds.from.map(|at| at.to_string()),
            valid_until: self.holds.until.map(|at| at.to_string()),
            revocation: self.revocation.code(),
            ocsp_answers: self.answers.iter().map(|answer| fingerprint(answer.der())).collect(),
            revocation_lists: self.lists.iter().map(|list| name::hex(list.digest())).collect(),
            claimed_signing_time: self.claimed_at,
            timestamps: &self.timestamps,
        }
    }
}

#[derive(Serialize)]
struct Report<'r> {
    verifier: &'static str,
    at: String,
    valid: bool,
    rules: &'r Rules,
    checks: &'r Checks,
    signers: Vec<SignerReport<'r>>,
}

#[derive(Serialize)]
struct SignerReport<'r> {
    profile: &'static str,
    identity: Option<Identity<'r>>,
    path: Vec<String>,
    policies: Vec<String>,
    any_policy: bool,
    valid_from: Option<String>,
    valid_until: Option<String>,
    revocation: &'static str,
    ocsp_answers: Vec<String>,
    revocation_lists: Vec<String>,
    claimed_signing_time: Option<u64>,
    timestamps: &'r [TimestampProof],
}

/// Where content stands in a signature; what was decoded or put together stands apart.
fn enclosed(content: Cow<'_, [u8]>, signature: &[u8]) -> Enclosed {
    match content {
        Cow::Borrowed(content) => Enclosed::At(range_within(signature, content)),
        Cow::Owned(content) => Enclosed::Apart(content.into()),
    }
}

/// All who signed: the first one's identity, the others' inside it as `cosigners`.
struct Signatories<'s>(&'s [Signer]);

impl Serialize for Signatories<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut identities = self.0.iter().filter_map(Signer::read_identity);
        let mut map = serializer.serialize_map(None)?;
        if let Some(first) = identities.next() {
            first.write(&mut map)?;
        }
        let others: Vec<_> = identities.collect();
        if !others.is_empty() {
            map.serialize_entry("cosigners", &others)?;
        }
        map.end()
    }
}

/// JSON, written without a tree in between: a verdict is made for every submission.
fn written(value: &impl Serialize) -> Vec<u8> {
    let mut json = Vec::with_capacity(JSON_USUAL_BYTES);
    let written = serde_json::to_writer(&mut json, value);
    // OK because every key is a string and a Vec takes everything, which is all that could be refused.
    debug_assert!(written.is_ok());
    json
}

/// Room for a report. Source: that of a JPKI signer has 2.1 KB.
const JSON_USUAL_BYTES: usize = 2048;
