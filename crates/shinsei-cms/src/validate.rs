//! Whether a path whose names and signatures hold is valid.
//!
//! # Source
//! RFC 5280 section 6.1, policies as updated by RFC 9618.

use shinsei_core::time::Timestamp;

use crate::budget::Work;
use crate::certificate::Certificate;
use crate::name_constraints::NameConstraints;
use crate::policy::{PolicyGraph, PolicyRules, ValidPolicies};
use crate::reason::Reason;

/// Validates a path from its anchor down to its target, which stands first, and says for which policies it holds.
///
/// DIFFERENCE: the anchor's certificate is judged too (validity, basicConstraints, keyUsage, pathLenConstraint, name
/// constraints), as RFC 5937 allows and OpenSSL does. RFC 5280 takes a name and a key alone.
pub(crate) fn validate(
    anchor: &Certificate,
    certificates: &[&Certificate],
    at: Timestamp,
    rules: &PolicyRules,
    work: &mut Work,
) -> Result<ValidPolicies, Reason> {
    let Some((target, authorities)) = certificates.split_first() else {
        return Err(Reason::UntrustedIssuer);
    };
    in_force(anchor, at, [Reason::IssuerNotYetValid, Reason::IssuerExpired])?;
    let is_its_own_anchor = authorities.is_empty() && target.der() == anchor.der();
    if !is_its_own_anchor {
        if anchor.is_authority() == Some(false) {
            return Err(Reason::IssuerIsNoAuthority);
        }
        may_sign_certificates(anchor)?;
    }
    let mut length_left = anchor.path_length_max();
    let mut constraints: Vec<_> = NameConstraints::of(anchor)?.into_iter().collect();
    let mut policies = PolicyGraph::new(rules, certificates.len());
    for authority in authorities.iter().rev() {
        in_force(authority, at, [Reason::IssuerNotYetValid, Reason::IssuerExpired])?;
        if authority.has_unprocessed_critical_extension() {
            return Err(Reason::CriticalExtension);
        }
        if !authority.is_self_issued() {
            constraints.iter().try_for_each(|constraints| constraints.check(authority, work))?;
        }
        policies.authority(authority)?;
        if authority.is_authority() != Some(true) {
            return Err(Reason::IssuerIsNoAuthority);
        }
        may_sign_certificates(authority)?;
        length_left = length_below(authority, length_left)?;
        constraints.extend(NameConstraints::of(authority)?);
    }
    in_force(target, at, [Reason::CertificateNotYetValid, Reason::CertificateExpired])?;
    if target.has_unprocessed_critical_extension() {
        return Err(Reason::CriticalExtension);
    }
    constraints.iter().try_for_each(|constraints| constraints.check(target, work))?;
    policies.target(target)
}

/// How many authorities may follow this one, of which so many may follow the one above; self-issued ones do not count.
fn length_below(authority: &Certificate, left: Option<u32>) -> Result<Option<u32>, Reason> {
    let left = match left {
        Some(0) if !authority.is_self_issued() => return Err(Reason::PathTooLong),
        Some(left) if !authority.is_self_issued() => Some(left - 1),
        left => left,
    };
    Ok(match (left, authority.path_length_max()) {
        (Some(left), Some(own)) => Some(left.min(own)),
        (left, own) => left.or(own),
    })
}

fn in_force(certificate: &Certificate, at: Timestamp, [early, late]: [Reason; 2]) -> Result<(), Reason> {
    let validity = certificate.validity();
    match (validity.from.is_some_and(|from| at < from), validity.contains(at)) {
        (true, _) => Err(early),
        (false, false) => Err(late),
        (false, true) => Ok(()),
    }
}

fn may_sign_certificates(authority: &Certificate) -> Result<(), Reason> {
    match authority.key_usage() {
        Some(usage) if !usage.key_cert_sign() => Err(Reason::IssuerKeyUsage),
        _ => Ok(()),
    }
}
