//! Judging a bundle again, and naming what comes out otherwise.

use std::fmt;

use serde_json::Value;
use shinsei_core::signature::{CertificateKind, EvidenceRole};
use shinsei_core::time::{Timestamp, Window};

use super::{Bundle, BundleError};
use crate::anchor::TrustAnchor;
use crate::certificate::Certificate;
use crate::crl::RevocationList;
use crate::ocsp::OcspAnswer;
use crate::reason::Reason;
use crate::report::Checks;
use crate::rules::Rules;
use crate::timestamp::TimestampProof;
use crate::timestamp::attach::signature_of;
use crate::verdict::Verified;
use crate::verify::CmsVerifier;

/// The members of a report that say what the verdict was. The others say how it was reached, and by what version.
const COMPARED: [&str; 4] = ["at", "valid", "rules", "signers"];

/// What judging a bundle again came to.
#[derive(Debug)]
pub struct Recheck {
    /// What comes out otherwise than it is kept; empty when the verdict stands.
    pub differences: Vec<Difference>,
    /// The time-stamps in the bundle that hold.
    pub timestamps: Vec<TimestampProof>,
    /// The times for which the verdict holds; nothing when it does not.
    pub holds: Option<Window>,
    /// What was checked.
    pub checks: Checks,
}

/// One thing that comes out otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The signature does not hold.
    NotValid {
        /// Why not.
        reason: Reason,
    },
    /// The certificate is of another kind.
    Kind {
        /// As it is kept.
        stored: Option<CertificateKind>,
        /// As it comes out.
        found: Option<CertificateKind>,
    },
    /// Another profile judged: the anchors vouch for another.
    Policy {
        /// As it comes out; what is kept stands in the bundle.
        found: &'static str,
    },
    /// A member of the report has another value.
    Report {
        /// Where, as a JSON pointer (RFC 6901).
        member: String,
    },
    /// A time-stamp that was kept proves nothing.
    TimestampNotHeld {
        /// Why not.
        reason: Reason,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotValid { reason } => write!(f, "the signature does not hold: {reason}"),
            Self::Kind { stored, found } => {
                write!(f, "the kind of certificate is {found:?}; it is kept as {stored:?}")
            }
            Self::Policy { found } => write!(f, "the profile {found} judged; another is kept"),
            Self::Report { member } => write!(f, "the report has another value at {member}"),
            Self::TimestampNotHeld { reason } => write!(f, "a time-stamp does not hold: {reason}"),
        }
    }
}

impl Recheck {
    /// The earliest time by which a time-stamp shows the signature to have existed, if the certificates were in force and
    /// not revoked then: proof by a third party that the signature is older than their end.
    pub fn proved_in_force(&self) -> Option<Timestamp> {
        let holds = self.holds?;
        let proved = self.timestamps.iter().map(TimestampProof::existed_by);
        proved.filter(|at| holds.contains(*at)).min()
    }
}

impl Bundle {
    /// Judges the signature again: at the time and by the rules of the verdict, on the evidence in the bundle, against
    /// these anchors, which the caller vouches for. It needs no network, no file and no clock.
    ///
    /// Without anchors for time-stamps, tokens that the rules did not ask for are left aside.
    ///
    /// # Errors
    /// [`BundleError::Piece`], [`BundleError::RulesUnknown`]. That the verdict comes out otherwise is no error: it is a
    /// [`Difference`].
    pub fn recheck(
        &self,
        anchors: Vec<TrustAnchor>,
        timestamp_anchors: Vec<TrustAnchor>,
    ) -> Result<Recheck, BundleError> {
        let report = self.report().ok_or(BundleError::RulesUnknown)?;
        let rules = Rules::from_json(&report["rules"]).ok_or(BundleError::RulesUnknown)?;
        self.judge_again(rules, Some(&report), anchors, timestamp_anchors)
    }

    /// Judges the signature again by rules of the caller's: for the evidence of another verifier, such as a remote one,
    /// whose report does not say by which it judged. Compared is that it holds, and the kind of certificate.
    ///
    /// # Errors
    /// [`BundleError::Piece`].
    pub fn recheck_by(
        &self,
        rules: Rules,
        anchors: Vec<TrustAnchor>,
        timestamp_anchors: Vec<TrustAnchor>,
    ) -> Result<Recheck, BundleError> {
        self.judge_again(rules, None, anchors, timestamp_anchors)
    }

    fn judge_again(
        &self,
        rules: Rules,
        report: Option<&Value>,
        anchors: Vec<TrustAnchor>,
        timestamp_anchors: Vec<TrustAnchor>,
    ) -> Result<Recheck, BundleError> {
        let stamps_are_judged = !timestamp_anchors.is_empty();
        let verifier = self.verifier(rules, anchors, timestamp_anchors)?;
        let verified = match verifier.judge(self.signed(), self.at) {
            Ok(verified) => verified,
            Err(failure) => {
                let differences = vec![Difference::NotValid { reason: failure.reason }];
                return Ok(Recheck { differences, timestamps: vec![], holds: None, checks: failure.checks });
            }
        };
        let mut differences = self.differences(report, &verified);
        let mut timestamps: Vec<_> =
            verified.signers().iter().flat_map(|signer| signer.timestamps.clone()).collect();
        if stamps_are_judged {
            for token in self.pieces(EvidenceRole::TimeStamp) {
                if timestamps.iter().any(|known| known.token.as_slice() == token) {
                    continue;
                }
                match self.judge_stamp(&verifier, token, verified.signers().len()) {
                    Ok(proof) => timestamps.push(proof),
                    Err(reason) => differences.push(Difference::TimestampNotHeld { reason }),
                }
            }
        }
        let windows = verified.signers().iter().map(|signer| signer.holds);
        let holds = Some(windows.fold(Window::ALWAYS, Window::intersect));
        Ok(Recheck { differences, timestamps, holds, checks: verified.checks })
    }

    /// The report that the verifier wrote.
    fn report(&self) -> Option<Value> {
        serde_json::from_slice(self.pieces(EvidenceRole::Report).next()?).ok()
    }

    /// A verifier of the rules and the evidence in the bundle.
    fn verifier(
        &self,
        rules: Rules,
        anchors: Vec<TrustAnchor>,
        timestamp_anchors: Vec<TrustAnchor>,
    ) -> Result<CmsVerifier, BundleError> {
        let certificates = self.read(EvidenceRole::AuthorityCertificate, Certificate::from_der)?;
        let signers = self.read(EvidenceRole::SignerCertificate, Certificate::from_der)?;
        let lists = self.read(EvidenceRole::Crl, RevocationList::from_der)?;
        let answers = self.read(EvidenceRole::Ocsp, OcspAnswer::from_der)?;
        Ok(CmsVerifier::new(anchors)
            .with_intermediates(certificates.into_iter().chain(signers).collect())
            .with_revocation(rules.revocation, lists)
            .with_answers(answers)
            .with_policies(rules.policies)
            .with_signers(rules.signers)
            .with_timestamps(rules.timestamps, timestamp_anchors))
    }

    fn read<T>(
        &self,
        role: EvidenceRole,
        read: impl Fn(&[u8]) -> Result<T, Reason>,
    ) -> Result<Vec<T>, BundleError> {
        let piece = |der: &[u8]| read(der).map_err(|reason| BundleError::Piece { role, reason });
        self.pieces(role).map(piece).collect()
    }

    /// Compares what came out with what is kept.
    fn differences(&self, report: Option<&Value>, verified: &Verified<'_>) -> Vec<Difference> {
        let mut differences = Vec::new();
        let profile = verified.signers().first().map(|signer| signer.profile);
        let kind = profile.and_then(|profile| profile.kind);
        if kind != self.kind {
            differences.push(Difference::Kind { stored: self.kind, found: kind });
        }
        // Another verifier has codes of its own.
        let Some(report) = report else { return differences };
        if let Some(profile) = profile.filter(|profile| profile.code != self.policy) {
            differences.push(Difference::Policy { found: profile.code });
        }
        let found = verified.report(self.at);
        for member in COMPARED {
            compare(&report[member], &found[member], &format!("/{member}"), &mut differences);
        }
        differences
    }

    /// Judges a token over the signature of whichever signer it is over.
    fn judge_stamp(
        &self,
        verifier: &CmsVerifier,
        token: &[u8],
        signers: usize,
    ) -> Result<TimestampProof, Reason> {
        let mut nearest = Reason::TimestampImprintMismatch;
        for signer in 0..signers {
            let stamped = signature_of(&self.signature, signer)?;
            match verifier.judge_timestamp(token, &stamped, self.at) {
                Ok(proof) => return Ok(proof),
                Err(failure) if failure.reason == Reason::TimestampImprintMismatch => {}
                Err(failure) => nearest = failure.reason,
            }
        }
        Err(nearest)
    }
}

/// Names every member that is kept and comes out otherwise; what a later version says beside it is no difference.
fn compare(stored: &Value, found: &Value, member: &str, differences: &mut Vec<Difference>) {
    match (stored, found) {
        (Value::Object(stored), Value::Object(found)) => {
            for (name, value) in stored {
                let found = found.get(name).unwrap_or(&Value::Null);
                compare(value, found, &format!("{member}/{name}"), differences);
            }
        }
        (Value::Array(stored), Value::Array(found)) if stored.len() == found.len() => {
            for (place, (stored, found)) in stored.iter().zip(found).enumerate() {
                compare(stored, found, &format!("{member}/{place}"), differences);
            }
        }
        _ if stored == found => {}
        _ => differences.push(Difference::Report { member: member.to_owned() }),
    }
}
