//! What a verification says: who signed and on what it rests, or why not.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;
use shinsei_core::bytes::Bytes;
use shinsei_core::port::signature::SignatureRequest;
use shinsei_core::signature::{Enclosed, Evidence, EvidenceRole, Valid};
use shinsei_core::time::{Timestamp, Window};

use crate::algorithm::Hash;
use crate::ber::range_within;
use crate::certificate::Certificate;
use crate::crl::RevocationList;
use crate::identity::Identity;
use crate::json::{Json, ToJson};
use crate::ocsp::OcspAnswer;
use crate::path::Path;
use crate::policy::ValidPolicies;
use crate::profile::Profile;
use crate::reason::Reason;
use crate::report::Checks;
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
        Report { verified: self, at }.to_json_tree()
    }

    /// The verdict as the core keeps it. The first signer names the kind; the others stand beside.
    pub(crate) fn into_valid(self, request: &SignatureRequest<'_>) -> Option<Valid> {
        let first = self.signers.first()?;
        Some(Valid {
            kind: first.profile.kind?,
            policy: first.profile.code.to_owned(),
            identity: Signatories(&self.signers).to_json_bytes(),
            holds: self.signers.iter().fold(Window::ALWAYS, |window, signer| window.intersect(signer.holds)),
            evidence: self.evidence(request.at),
            content: self.content.map(|content| enclosed(content, request.signed.signature)),
        })
    }

    /// What the verdict rests on, each thing once, and the report.
    pub(crate) fn evidence(&self, at: Timestamp) -> Vec<Evidence> {
        use EvidenceRole::{AuthorityCertificate, Crl, Ocsp, SignerCertificate, TimeStamp};
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
        keep(EvidenceRole::Report, Report { verified: self, at }.to_json_bytes().into());
        evidence
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
        self.read_identity().map_or(Value::Null, |identity| identity.to_json_tree())
    }

    /// The same, written.
    pub fn identity_json(&self) -> Vec<u8> {
        self.read_identity().map_or_else(|| b"null".to_vec(), |identity| identity.to_json_bytes())
    }

    /// The signer as JSON: profile, identity, digests of the path, revocation, the time it claims.
    pub fn report(&self) -> Value {
        self.to_json_tree()
    }

    fn read_identity(&self) -> Option<Identity<'_>> {
        self.path.first().map(|signer| Identity { profile: &self.profile, signer })
    }
}

/// Where content stands in a signature; what was decoded or put together stands apart.
fn enclosed(content: Cow<'_, [u8]>, signature: &[u8]) -> Enclosed {
    match content {
        Cow::Borrowed(content) => Enclosed::At(range_within(signature, content)),
        Cow::Owned(content) => Enclosed::Apart(content.into()),
    }
}

/// The verdict on a message, as of a time.
struct Report<'r> {
    verified: &'r Verified<'r>,
    at: Timestamp,
}

impl ToJson for Report<'_> {
    /// Source: that of a JPKI signer has 2.1 KB.
    const USUAL_BYTES: usize = 2560;

    fn write(&self, json: &mut Json) {
        let Verified { signers, rules, checks, .. } = self.verified;
        json.object(|json| {
            json.member("verifier").text(concat!("shinsei-cms ", env!("CARGO_PKG_VERSION")));
            json.member("at").text(&self.at.to_string());
            json.member("valid").boolean(true);
            rules.write(json.member("rules"));
            checks.write(json.member("checks"));
            json.member("signers").list(signers, |json, signer| signer.write(json));
        });
    }
}

impl ToJson for Signer {
    fn write(&self, json: &mut Json) {
        let instant = |json: &mut Json, at: Timestamp| json.text(&at.to_string());
        json.object(|json| {
            json.member("profile").text(self.profile.code);
            json.member("identity").optional(self.read_identity(), |json, identity| identity.write(json));
            json.member("path").list(&self.path, |json, certificate| json.hex(certificate.digest()));
            json.member("policies").texts(self.policies.named.iter().map(ToString::to_string));
            json.member("any_policy").boolean(self.policies.any);
            json.member("valid_from").optional(self.holds.from, instant);
            json.member("valid_until").optional(self.holds.until, instant);
            json.member("revocation").text(self.revocation.code());
            json.member("ocsp_answers")
                .list(&self.answers, |json, answer| json.hex(&Hash::sha256(answer.der())));
            json.member("revocation_lists").list(&self.lists, |json, list| json.hex(list.digest()));
            json.member("claimed_signing_time").optional(self.claimed_at, Json::number);
            json.member("timestamps").list(&self.timestamps, |json, stamp| stamp.write(json));
        });
    }
}

/// All who signed: the first one's identity, the others' inside it as `cosigners`.
struct Signatories<'s>(&'s [Signer]);

impl ToJson for Signatories<'_> {
    fn write(&self, json: &mut Json) {
        let mut identities = self.0.iter().filter_map(Signer::read_identity);
        let first = identities.next();
        let others: Vec<_> = identities.collect();
        json.object(|json| {
            if let Some(first) = first {
                first.write_members(json);
            }
            if !others.is_empty() {
                json.member("cosigners").list(&others, |json, other| other.write(json));
            }
        });
    }
}
