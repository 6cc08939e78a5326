//! One signer of a message judged: the signature, the path of its certificate, the profile, the time-stamps.

use std::cell::Cell;

use shinsei_core::signature::CertificateKind;
use shinsei_core::time::Timestamp;

use crate::anchor::TrustAnchor;
use crate::budget::Work;
use crate::certificate::Certificate;
use crate::path::{Path, Search};
use crate::policy::PolicyRules;
use crate::pool::Pool;
use crate::reason::Reason;
use crate::report::Checks;
use crate::revocation::Revocation;
use crate::signed_data::{SignedData, SignerInfo};
use crate::signer::{Digests, Proved, prove};
use crate::timestamp::{TimestampPolicy, Timestamps};
use crate::verdict::Signer;

/// What stays the same for all signers of a message.
pub(crate) struct Judgement<'j> {
    pub(crate) anchors: &'j [TrustAnchor],
    pub(crate) policies: &'j PolicyRules,
    pub(crate) revocation: Revocation<'j>,
    pub(crate) message: &'j SignedData<'j>,
    pub(crate) pool: &'j Pool<'j>,
    pub(crate) at: Timestamp,
    pub(crate) accepted: Option<&'j [CertificateKind]>,
    pub(crate) timestamps: Timestamps<'j>,
}

impl<'j> Judgement<'j> {
    /// Judges one signer: attributes, digest, signature, path, profile, time-stamps.
    pub(crate) fn signer(
        &self,
        info: &SignerInfo<'_>,
        digests: &mut Digests<'_>,
        work: &mut Work,
        checks: &mut Checks,
    ) -> Result<Signer, Reason> {
        let Proved { certificate, claimed_at } = prove(self.message, self.pool, info, digests, work, checks)?;
        self.refuse_authentication(certificate, checks)?;
        let (accepted, profile_failure) = (self.accepted, Cell::new(None));
        let accept = |path: &Path<'_>| {
            let checked = accept(path, accepted);
            profile_failure.set(checked.err());
            checked
        };
        let search = Search {
            anchors: self.anchors,
            pool: self.pool,
            at: self.at,
            policies: self.policies,
            revocation: self.revocation,
            accept: &accept,
        };
        let path = search.path_from(certificate, work);
        let step = if path.is_err() && profile_failure.get() == path.as_ref().err().copied() {
            "profile"
        } else {
            "path"
        };
        let path = checks.note(step, path)?;
        self.pool.keep(&path.certificates);
        checks.note("profile", Ok(()))?;
        let timestamps = match self.timestamps.policy {
            TimestampPolicy::Off => Vec::new(),
            _ => checks.note("time-stamp", self.timestamps.of_signer(info, work))?,
        };
        Ok(Signer::of(path, claimed_at, timestamps))
    }

    /// Refuses a certificate for authentication before its path is built: its authority is no anchor, and "untrusted"
    /// would not tell the resident that the other certificate on the card is the right one.
    fn refuse_authentication(&self, signer: &Certificate, checks: &mut Checks) -> Result<(), Reason> {
        for anchor in self.anchors {
            if anchor.demands().is_for_authentication(signer)? {
                return checks.note("profile", Err(Reason::AuthenticationCertificate));
            }
        }
        Ok(())
    }
}

/// What is asked of a path beyond the standard: the profile of its anchor, and a kind the procedure accepts.
fn accept(path: &Path<'_>, accepted: Option<&[CertificateKind]>) -> Result<(), Reason> {
    let profile = path.anchor.profile();
    if let Some(signer) = path.certificates.first() {
        path.anchor.demands().check(signer, &path.policies)?;
    }
    match accepted {
        Some(kinds) if !profile.kind.is_some_and(|kind| kinds.contains(&kind)) => {
            Err(Reason::KindNotAccepted)
        }
        _ => Ok(()),
    }
}
