//! From a certificate to an anchor: building paths within a budget until one holds.
//!
//! # Source
//! RFC 4158 for the order in which issuers are tried.

use shinsei_core::time::{Timestamp, Window};

use crate::anchor::TrustAnchor;
use crate::budget::{PATH_CERTIFICATES_MAX, Work};
use crate::certificate::Certificate;
use crate::policy::{PolicyRules, ValidPolicies};
use crate::pool::Pool;
use crate::reason::Reason;
use crate::revocation::{PathRevocation, Revocation};
use crate::validate::validate;

/// A path that holds.
#[derive(Debug)]
pub(crate) struct Path<'p> {
    /// Where it ends.
    pub(crate) anchor: &'p TrustAnchor,
    /// The certificates, the target first, the anchor left out.
    pub(crate) certificates: Vec<&'p Certificate>,
    /// The policies for which it holds.
    pub(crate) policies: ValidPolicies,
    /// What is known of revocation.
    pub(crate) revocation: PathRevocation<'p>,
}

impl Path<'_> {
    /// The instants at which every certificate of the path, the anchor's too, is valid, and for which the
    /// information on revocation speaks.
    pub(crate) fn holds(&self) -> Window {
        let own = self.certificates.iter().map(|certificate| certificate.validity());
        let validity = own.fold(self.anchor.certificate().validity(), Window::intersect);
        validity.intersect(self.revocation.currency())
    }

    /// The certificates down from the target's, the anchor's last: shared, not copied.
    pub(crate) fn chain(&self) -> Vec<Certificate> {
        let anchor = self.anchor.certificate();
        let mut chain: Vec<_> = self.certificates.iter().copied().cloned().collect();
        if chain.last().is_none_or(|last| last.der() != anchor.der()) {
            chain.push(anchor.clone());
        }
        chain
    }
}

/// Where paths may lead, what they may lead through, by when they are judged, and what more is asked of them.
#[derive(Clone, Copy)]
pub(crate) struct Search<'p> {
    pub(crate) anchors: &'p [TrustAnchor],
    pub(crate) pool: &'p Pool<'p>,
    pub(crate) at: Timestamp,
    pub(crate) policies: &'p PolicyRules,
    pub(crate) revocation: Revocation<'p>,
    /// Asked of a path that holds by the standard; a refusal sends the search on to the next.
    pub(crate) accept: &'p dyn Fn(&Path<'_>) -> Result<(), Reason>,
}

/// One certificate of the path being built, and the issuers not yet tried for it, best last.
struct Step<'p> {
    certificate: &'p Certificate,
    untried: Vec<Issuer<'p>>,
    /// False while only anchors were looked at: most paths need no authority from the pool.
    pool_was_asked: bool,
}

#[derive(Clone, Copy)]
enum Issuer<'p> {
    Anchor(&'p TrustAnchor),
    Authority(&'p Certificate),
}

impl<'p> Issuer<'p> {
    fn certificate(self) -> &'p Certificate {
        match self {
            Self::Anchor(anchor) => anchor.certificate(),
            Self::Authority(certificate) => certificate,
        }
    }
}

impl<'p> Search<'p> {
    /// Finds a path from a certificate to an anchor that holds.
    ///
    /// The walk is depth first with its own stack. A step is taken only when the issuer's key signed the
    /// certificate, so that a dead end costs one public-key operation.
    ///
    /// # Errors
    /// The greatest reason of all paths that were tried, which is [`Reason::PathSearchExhausted`] if nothing came
    /// nearer before the budget ended.
    pub(crate) fn path_from(&self, target: &'p Certificate, work: &mut Work) -> Result<Path<'p>, Reason> {
        let mut nearest = Reason::UntrustedIssuer;
        let mut steps = vec![self.step(target)];
        while let Some(step) = steps.last_mut() {
            let certificate = step.certificate;
            let Some(issuer) = step.untried.pop() else {
                if step.pool_was_asked {
                    steps.pop();
                } else {
                    step.pool_was_asked = true;
                    step.untried = self.authorities_for(certificate);
                }
                continue;
            };
            if !work.spend_candidate() {
                return Err(nearest.max(Reason::PathSearchExhausted));
            }
            match signed_by(certificate, issuer.certificate(), work) {
                Ok(()) => {}
                Err(Reason::PathSearchExhausted) => return Err(nearest.max(Reason::PathSearchExhausted)),
                Err(reason) => {
                    nearest = nearest.max(reason);
                    continue;
                }
            }
            match issuer {
                Issuer::Anchor(anchor) => {
                    match self.judge(anchor, steps.iter().map(|step| step.certificate).collect(), work) {
                        Ok(path) => return Ok(path),
                        Err(reason) => nearest = nearest.max(reason),
                    }
                }
                Issuer::Authority(authority) => {
                    let repeated = steps.iter().any(|step| step.certificate.der() == authority.der());
                    if !repeated && steps.len() < PATH_CERTIFICATES_MAX {
                        steps.push(self.step(authority));
                    }
                }
            }
        }
        Err(nearest)
    }

    /// Validates a path that is complete.
    fn judge(
        &self,
        anchor: &'p TrustAnchor,
        certificates: Vec<&'p Certificate>,
        work: &mut Work,
    ) -> Result<Path<'p>, Reason> {
        let policies = validate(anchor.certificate(), &certificates, self.at, self.policies, work)?;
        let revocation = PathRevocation::nothing();
        let mut path = Path { anchor, certificates, policies, revocation };
        (self.accept)(&path)?;
        path.revocation = self.revocation.check(self, anchor, &path.certificates, work)?;
        Ok(path)
    }

    fn step(&self, certificate: &'p Certificate) -> Step<'p> {
        let issuer = certificate.issuer_name();
        let named = |anchor: &&TrustAnchor| anchor.certificate().subject_name().is_same(&issuer);
        let anchors = self.anchors.iter().filter(named).map(Issuer::Anchor).collect();
        Step { certificate, untried: self.best_last(certificate, anchors), pool_was_asked: false }
    }

    /// The authorities of the pool whose name fits; a copy of an anchor leads nowhere new.
    fn authorities_for(&self, certificate: &'p Certificate) -> Vec<Issuer<'p>> {
        let is_anchor = |authority: &&Certificate| {
            self.anchors.iter().any(|anchor| anchor.certificate().der() == authority.der())
        };
        let named = self.pool.named(certificate.issuer_name()).filter(|authority| !is_anchor(authority));
        self.best_last(certificate, named.map(Issuer::Authority).collect())
    }

    /// Sorts issuers: one whose key identifier fits is tried before one whose does not, one in force before one
    /// that is not.
    fn best_last(&self, certificate: &Certificate, mut issuers: Vec<Issuer<'p>>) -> Vec<Issuer<'p>> {
        issuers.sort_by_key(|issuer| {
            let issuer = issuer.certificate();
            (!certificate.names_another_key_than(issuer), issuer.validity().contains(self.at))
        });
        issuers
    }
}

/// Checks one signature of the path; one that is known already costs nothing.
///
/// A key that the certificate does not even name, and that did not sign it, says nothing: it is another's key.
fn signed_by(certificate: &Certificate, issuer: &Certificate, work: &mut Work) -> Result<(), Reason> {
    if certificate.is_proved_by(issuer) {
        return Ok(());
    }
    if !work.spend_micros(issuer.check_cost_micros(certificate.der().len())) {
        return Err(Reason::PathSearchExhausted);
    }
    certificate.prove(issuer).map_err(|reason| {
        if certificate.names_another_key_than(issuer) { Reason::UntrustedIssuer } else { reason }
    })
}
