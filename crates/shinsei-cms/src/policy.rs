//! Certificate policies: the graph of RFC 9618, one node a policy and level, so that its size is that of its input.
//!
//! # Source
//! RFC 5280 section 6.1 as updated by RFC 9618 (CVE-2023-0464: the tree grows exponentially).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use crate::ber::{Fault, Reader, tag};
use crate::certificate::Certificate;
use crate::oid::{
    ANY_POLICY, ID_CE_CERTIFICATE_POLICIES, ID_CE_INHIBIT_ANY_POLICY, ID_CE_POLICY_CONSTRAINTS,
    ID_CE_POLICY_MAPPINGS, Oid, OwnedOid,
};
use crate::reason::Reason;

/// The name of a policy.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyOid(OwnedOid);

impl FromStr for PolicyOid {
    type Err = InvalidPolicyOid;

    fn from_str(dotted: &str) -> Result<Self, Self::Err> {
        OwnedOid::parse(dotted).map(Self).ok_or(InvalidPolicyOid)
    }
}

impl fmt::Display for PolicyOid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.oid(), f)
    }
}

impl fmt::Debug for PolicyOid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text is not an object identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidPolicyOid;

impl fmt::Display for InvalidPolicyOid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an object identifier, which is written as 1.2.392.200149.8.5.1.1.20")
    }
}

impl std::error::Error for InvalidPolicyOid {}

/// What is asked of the policies of a path: the inputs (c) to (f) of RFC 5280 section 6.1.1, and what must come out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyRules {
    /// user-initial-policy-set; empty is any-policy.
    pub initial: Vec<PolicyOid>,
    /// The path must be valid for at least one policy of the initial set.
    pub require_explicit: bool,
    /// anyPolicy in a certificate stands for nothing.
    pub inhibit_any: bool,
    /// Policies are not mapped.
    pub inhibit_mapping: bool,
    /// The path must be valid for one of these, as the anchor's domain names them; empty asks nothing.
    pub required: Vec<PolicyOid>,
}

/// The policies for which a path is valid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValidPolicies {
    /// Those named, in the anchor's domain.
    pub named: BTreeSet<PolicyOid>,
    /// True when every policy is: anyPolicy down to the leaf.
    pub any: bool,
}

/// A node: the nodes above it, by policy; none above stands for anyPolicy.
type Node<'p> = BTreeSet<Oid<'p>>;

/// The nodes of one depth.
#[derive(Clone, Debug, Default)]
struct Level<'p> {
    nodes: BTreeMap<Oid<'p>, Node<'p>>,
    any: bool,
}

/// The state of policy processing along a path, fed with its certificates from the anchor down.
pub(crate) struct PolicyGraph<'p> {
    rules: &'p PolicyRules,
    levels: Vec<Level<'p>>,
    /// What the next certificate is held against: the expected policies of the last level.
    expected: Level<'p>,
    explicit: usize,
    inhibit_any: usize,
    mapping: usize,
}

impl<'p> PolicyGraph<'p> {
    /// The state before the first certificate of a path of this length.
    pub(crate) fn new(rules: &'p PolicyRules, length: usize) -> Self {
        let skip = |now: bool| if now { 0 } else { length + 1 };
        Self {
            rules,
            levels: Vec::new(),
            expected: Level { nodes: BTreeMap::new(), any: true },
            explicit: skip(rules.require_explicit),
            inhibit_any: skip(rules.inhibit_any),
            mapping: skip(rules.inhibit_mapping),
        }
    }

    /// Feeds an authority: steps (d) to (f), then the preparation for the next certificate.
    pub(crate) fn authority(&mut self, certificate: &'p Certificate) -> Result<(), Reason> {
        let self_issued = certificate.is_self_issued();
        self.certificate_policies(certificate, self.inhibit_any > 0 || self_issued)?;
        self.require_graph()?;
        self.map(certificate)?;
        if !self_issued {
            for counter in [&mut self.explicit, &mut self.mapping, &mut self.inhibit_any] {
                *counter = counter.saturating_sub(1);
            }
        }
        self.constrain(certificate)
    }

    /// Feeds the last certificate and says which policies the path is valid for.
    ///
    /// # Errors
    /// [`Reason::Policy`]: for none, and one is asked for.
    pub(crate) fn target(mut self, certificate: &'p Certificate) -> Result<ValidPolicies, Reason> {
        self.certificate_policies(certificate, self.inhibit_any > 0)?;
        self.require_graph()?;
        self.explicit = self.explicit.saturating_sub(1);
        if constraints(certificate)?.explicit == Some(0) {
            self.explicit = 0;
        }
        let last = std::mem::take(&mut self.expected);
        self.levels.push(last);
        let valid = self.valid_policies();
        if self.explicit == 0 && valid.named.is_empty() && !valid.any {
            return Err(Reason::Policy);
        }
        let required = &self.rules.required;
        if !required.is_empty() && !valid.any && !required.iter().any(|policy| valid.named.contains(policy)) {
            return Err(Reason::Policy);
        }
        Ok(valid)
    }

    /// Steps (d) and (e): keeps of the expected policies those the certificate asserts.
    fn certificate_policies(
        &mut self,
        certificate: &'p Certificate,
        any_allowed: bool,
    ) -> Result<(), Reason> {
        let Some(asserted) = asserted(certificate)? else {
            self.expected = Level::default();
            return Ok(());
        };
        let any = asserted.contains(&ANY_POLICY) && any_allowed;
        if !any {
            self.expected.nodes.retain(|policy, _| asserted.contains(policy));
        }
        if self.expected.any {
            for policy in asserted.iter().filter(|policy| **policy != ANY_POLICY) {
                self.expected.nodes.entry(*policy).or_default();
            }
        }
        self.expected.any &= any;
        Ok(())
    }

    /// Step (f).
    fn require_graph(&self) -> Result<(), Reason> {
        let is_null = self.expected.nodes.is_empty() && !self.expected.any;
        if is_null && self.explicit == 0 { Err(Reason::Policy) } else { Ok(()) }
    }

    /// Closes the level of an authority and makes what the next certificate is held against (steps (a) and (b)).
    fn map(&mut self, certificate: &'p Certificate) -> Result<(), Reason> {
        let mut mappings = mappings(certificate)?;
        let mut level = std::mem::take(&mut self.expected);
        if self.mapping == 0 {
            for (issuer, _) in mappings.drain(..) {
                level.nodes.remove(&issuer);
            }
        } else if level.any {
            for (issuer, _) in &mappings {
                level.nodes.entry(*issuer).or_default();
            }
        }
        let mapped: BTreeSet<_> = mappings.iter().map(|(issuer, _)| *issuer).collect();
        let mut next = Level { nodes: BTreeMap::new(), any: level.any };
        let unmapped =
            level.nodes.keys().filter(|policy| !mapped.contains(policy)).map(|policy| (*policy, *policy));
        for (issuer, subject) in unmapped.chain(mappings) {
            if level.nodes.contains_key(&issuer) {
                next.nodes.entry(subject).or_default().insert(issuer);
            }
        }
        self.levels.push(level);
        self.expected = next;
        Ok(())
    }

    /// Steps (i) and (j): the constraints of an authority on what follows it.
    fn constrain(&mut self, certificate: &Certificate) -> Result<(), Reason> {
        let constraints = constraints(certificate)?;
        let lower =
            |counter: &mut usize, to: Option<usize>| *counter = to.map_or(*counter, |to| to.min(*counter));
        lower(&mut self.explicit, constraints.explicit);
        lower(&mut self.mapping, constraints.mapping);
        lower(&mut self.inhibit_any, inhibit_any(certificate)?);
        Ok(())
    }

    /// Step (g): from the leaf's policies up to the names they have in the anchor's domain.
    fn valid_policies(&self) -> ValidPolicies {
        let initial: BTreeSet<_> = self.rules.initial.iter().map(|policy| policy.0.oid()).collect();
        let takes_any = initial.is_empty() || initial.contains(&ANY_POLICY);
        let mut valid = ValidPolicies::default();
        let mut reached: Option<BTreeSet<Oid<'_>>> = None;
        for (depth, level) in self.levels.iter().enumerate().rev() {
            let is_leaf = depth + 1 == self.levels.len();
            if is_leaf && level.any {
                valid.any = takes_any;
                let named = initial.iter().filter(|policy| **policy != ANY_POLICY);
                valid.named.extend(named.map(|policy| PolicyOid(policy.owned())));
            }
            let mut above = BTreeSet::new();
            for (policy, parents) in &level.nodes {
                if reached.as_ref().is_some_and(|reached| !reached.contains(policy)) {
                    continue;
                }
                if parents.is_empty() {
                    if takes_any || initial.contains(policy) {
                        valid.named.insert(PolicyOid(policy.owned()));
                    }
                } else {
                    above.extend(parents.iter().copied());
                }
            }
            reached = Some(above);
        }
        valid
    }
}

/// Whether a certificate asserts one of these policies in an extension that has the form of certificatePolicies; `None`
/// when it has no such extension.
pub(crate) fn asserts_one_of(
    certificate: &Certificate,
    extension: Oid<'_>,
    wanted: &[PolicyOid],
) -> Result<Option<bool>, Reason> {
    let Some(value) = certificate.extension(extension) else { return Ok(None) };
    let read = || {
        let mut policies = Reader::der(value).sequence()?;
        let mut found = false;
        while !policies.is_empty() {
            let asserted = policies.sequence()?.oid()?;
            found |= wanted.iter().any(|wanted| wanted.0.oid() == asserted);
        }
        Ok(Some(found))
    };
    read().map_err(|_: Fault| Reason::CertificateMalformed)
}

/// The policies that a certificate asserts; `None` when it has no such extension.
fn asserted(certificate: &Certificate) -> Result<Option<BTreeSet<Oid<'_>>>, Reason> {
    let Some(value) = certificate.extension(ID_CE_CERTIFICATE_POLICIES) else { return Ok(None) };
    let read = || {
        let mut policies = Reader::der(value).sequence()?;
        let mut all = BTreeSet::new();
        while !policies.is_empty() {
            // RFC 5280 section 4.2.1.4: a policy stands once.
            if !all.insert(policies.sequence()?.oid()?) {
                return Err(Fault::Malformed);
            }
        }
        Ok(Some(all))
    };
    read().map_err(|_: Fault| Reason::CertificateMalformed)
}

/// The pairs of issuer's and subject's policy; anyPolicy in either place is refused (step (a)).
fn mappings(certificate: &Certificate) -> Result<Vec<(Oid<'_>, Oid<'_>)>, Reason> {
    let Some(value) = certificate.extension(ID_CE_POLICY_MAPPINGS) else { return Ok(Vec::new()) };
    let read = || {
        let mut pairs = Reader::der(value).sequence()?;
        let mut all = Vec::new();
        while !pairs.is_empty() {
            let mut pair = pairs.sequence()?;
            all.push((pair.oid()?, pair.oid()?));
            pair.finish()?;
        }
        Ok(all)
    };
    let all = read().map_err(|_: Fault| Reason::CertificateMalformed)?;
    if all.iter().any(|(issuer, subject)| *issuer == ANY_POLICY || *subject == ANY_POLICY) {
        return Err(Reason::Policy);
    }
    Ok(all)
}

/// The value of policyConstraints.
#[derive(Default)]
struct Constraints {
    explicit: Option<usize>,
    mapping: Option<usize>,
}

fn constraints(certificate: &Certificate) -> Result<Constraints, Reason> {
    let Some(value) = certificate.extension(ID_CE_POLICY_CONSTRAINTS) else {
        return Ok(Constraints::default());
    };
    let read = || {
        let mut fields = Reader::der(value).sequence()?;
        let mut field = |number| match fields.optional(tag::context(number))? {
            Some(element) => Ok(Some(count(element.small_integer()?))),
            None => Ok(None),
        };
        let constraints = Constraints { explicit: field(0)?, mapping: field(1)? };
        fields.finish()?;
        Ok(constraints)
    };
    read().map_err(|_: Fault| Reason::CertificateMalformed)
}

fn inhibit_any(certificate: &Certificate) -> Result<Option<usize>, Reason> {
    let Some(value) = certificate.extension(ID_CE_INHIBIT_ANY_POLICY) else { return Ok(None) };
    let read = || Reader::der(value).expect(tag::INTEGER)?.small_integer();
    read().map(|number| Some(count(number))).map_err(|_: Fault| Reason::CertificateMalformed)
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
