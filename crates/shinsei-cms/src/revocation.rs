//! What is known of a certificate's revocation (失効), and what the verifier's owner demands to know.
//!
//! # Source
//! RFC 5280 section 6.3. Lists come as bytes: only a registered 署名検証者 may fetch those of JPKI, and nothing is
//! fetched here.

use std::fmt;

use shinsei_core::time::Window;

use crate::anchor::TrustAnchor;
use crate::budget::Work;
use crate::certificate::Certificate;
use crate::crl::{Listed, RevocationList};
use crate::distribution::{Point, Reasons, Scope};
use crate::lists::Lists;
use crate::ocsp::{OcspAnswer, Said};
use crate::path::{Path, Search};
use crate::policy::PolicyRules;
use crate::reason::Reason;

/// What is known of the revocation of the certificates of a path.
///
/// A verdict always carries one of these; what was not looked at, or not found, is never called good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RevocationStatus {
    /// Nobody asked: the policy is [`RevocationPolicy::Off`].
    NotChecked,
    /// At least one certificate is spoken for by no current information.
    Undetermined,
    /// Current information speaks for every certificate, and none is revoked.
    Good,
}

impl RevocationStatus {
    /// The stable code, as it stands in reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotChecked => "not-checked",
            Self::Undetermined => "undetermined",
            Self::Good => "good",
        }
    }
}

impl fmt::Display for RevocationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// How much must be known of revocation for a signature to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RevocationPolicy {
    /// Nothing is looked at, and the report says so.
    #[default]
    Off,
    /// A certificate known to be revoked is refused; one of which nothing is known passes as undetermined.
    IfAvailable,
    /// Every certificate of the path must be known to be good.
    Require,
}

impl RevocationPolicy {
    /// The stable code, as it stands in reports and on command lines.
    pub fn code(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::IfAvailable => "if-available",
            Self::Require => "require",
        }
    }

    /// The policy with a code.
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Off, Self::IfAvailable, Self::Require].into_iter().find(|policy| policy.code() == code)
    }
}

/// How many paths of signers of lists may hang on each other: the signer of a list, and the signer of the list that
/// speaks for that signer.
///
/// Source: PKITS needs 2.
const SIGNER_PATHS_MAX: u8 = 3;

/// What was found of a path, and in what.
#[derive(Debug)]
pub(crate) struct PathRevocation<'p> {
    pub(crate) status: RevocationStatus,
    /// The lists that the status rests on.
    pub(crate) lists: Vec<&'p RevocationList>,
    /// The answers that the status rests on, and the instants for which they speak.
    pub(crate) answers: Vec<(&'p OcspAnswer, Window)>,
    /// What the lists themselves rest on.
    pub(crate) beneath: Beneath,
}

/// What lists rest on that the issuer of the certificates did not sign itself: the certificates of their signers, what
/// speaks of those, and the complete lists that delta lists bring up to date. Kept, so that all can be proved again.
#[derive(Debug, Default)]
pub(crate) struct Beneath {
    pub(crate) certificates: Vec<Certificate>,
    lists: Vec<RevocationList>,
    answers: Vec<OcspAnswer>,
    /// The instants for which all of it holds; a complete list that was brought up to date counts no longer.
    holds: Window,
}

impl Beneath {
    /// What a path of a signer of lists rests on.
    fn of(path: &Path<'_>) -> Self {
        let mut certificates: Vec<_> = path.certificates.iter().copied().cloned().collect();
        certificates.extend_from_slice(&path.revocation.beneath.certificates);
        Self {
            certificates,
            lists: path.revocation.lists(),
            answers: path.revocation.answers(),
            holds: path.holds(),
        }
    }

    fn add(&mut self, other: Self) {
        self.certificates.extend(other.certificates);
        self.lists.extend(other.lists);
        self.answers.extend(other.answers);
        self.holds = self.holds.intersect(other.holds);
    }
}

impl<'p> PathRevocation<'p> {
    /// What is found before anything was looked at.
    pub(crate) fn nothing() -> Self {
        Self {
            status: RevocationStatus::NotChecked,
            lists: Vec::new(),
            answers: Vec::new(),
            beneath: Beneath::default(),
        }
    }

    fn note_list(&mut self, list: &'p RevocationList) {
        if !self.lists.iter().any(|used| std::ptr::eq(*used, list)) {
            self.lists.push(list);
        }
    }

    /// The lists that the status rests on: shared, not copied.
    pub(crate) fn lists(&self) -> Vec<RevocationList> {
        let mut all: Vec<_> = self.lists.iter().copied().cloned().collect();
        for list in &self.beneath.lists {
            if !all.iter().any(|known: &RevocationList| known.digest() == list.digest()) {
                all.push(list.clone());
            }
        }
        all
    }

    /// The answers that the status rests on: shared, not copied.
    pub(crate) fn answers(&self) -> Vec<OcspAnswer> {
        self.answers.iter().map(|(answer, _)| *answer).chain(&self.beneath.answers).cloned().collect()
    }

    /// The instants for which the information speaks.
    pub(crate) fn currency(&self) -> Window {
        let lists = self.lists.iter().map(|list| list.currency());
        let answers = self.answers.iter().map(|(_, currency)| *currency);
        lists.chain(answers).fold(self.beneath.holds, Window::intersect)
    }
}

/// What there is to look at.
#[derive(Clone, Copy)]
pub(crate) struct Revocation<'p> {
    pub(crate) policy: RevocationPolicy,
    /// The lists that the verifier holds, and those in the message.
    pub(crate) lists: (&'p Lists, &'p [RevocationList]),
    /// The answers that the verifier holds, and those in the message.
    pub(crate) answers: [&'p [OcspAnswer]; 2],
    /// The signers of lists that are being looked at already.
    under_way: Option<&'p UnderWay<'p>>,
}

/// A signer of a list whose own path is being looked at, and the one for which that is done.
struct UnderWay<'p> {
    signer: &'p Certificate,
    before: Option<&'p UnderWay<'p>>,
    depth: u8,
}

impl UnderWay<'_> {
    fn contains(&self, signer: &Certificate) -> bool {
        let mut link = Some(self);
        while let Some(UnderWay { signer: own, before, .. }) = link {
            if own.der() == signer.der() {
                return true;
            }
            link = *before;
        }
        false
    }
}

/// What is known of one certificate.
enum Known {
    Good,
    Revoked,
    Undetermined(Reason),
}

impl<'p> Revocation<'p> {
    pub(crate) fn new(
        policy: RevocationPolicy,
        lists: (&'p Lists, &'p [RevocationList]),
        answers: [&'p [OcspAnswer]; 2],
    ) -> Self {
        Self { policy, lists, answers, under_way: None }
    }

    /// The same without asking of any of it.
    pub(crate) fn off(self) -> Self {
        Self { policy: RevocationPolicy::Off, ..self }
    }

    /// The lists that may speak for a point.
    fn lists_at(&self, point: &'p Point) -> impl Iterator<Item = &'p RevocationList> + use<'p> {
        let (held, embedded) = self.lists;
        held.at(point).chain(embedded)
    }

    /// Looks at every certificate of a path, from the anchor down.
    ///
    /// # Errors
    /// - [`Reason::CertificateRevoked`], [`Reason::IssuerRevoked`].
    /// - [`Reason::RevocationUndetermined`], [`Reason::RevocationStale`]: nothing current is known, and it is required.
    pub(crate) fn check(
        &self,
        search: &Search<'p>,
        anchor: &'p TrustAnchor,
        certificates: &[&'p Certificate],
        work: &mut Work,
    ) -> Result<PathRevocation<'p>, Reason> {
        let mut found = PathRevocation::nothing();
        if self.policy == RevocationPolicy::Off {
            return Ok(found);
        }
        found.status = RevocationStatus::Good;
        let above = [&certificates[1..], &[anchor.certificate()]].concat();
        for (position, certificate) in certificates.iter().enumerate().rev() {
            if certificate.der() == anchor.certificate().der() {
                continue;
            }
            let mut look =
                Look { revocation: *self, search, anchor, above: &above[position..], found: &mut found };
            match look.at(certificate, work) {
                Known::Good => {}
                Known::Revoked if position == 0 => return Err(Reason::CertificateRevoked),
                Known::Revoked => return Err(Reason::IssuerRevoked),
                Known::Undetermined(reason) if self.policy == RevocationPolicy::Require => {
                    return Err(reason);
                }
                Known::Undetermined(_) => found.status = RevocationStatus::Undetermined,
            }
        }
        Ok(found)
    }
}

/// Looking at one certificate of a path.
struct Look<'l, 'p> {
    revocation: Revocation<'p>,
    search: &'l Search<'p>,
    anchor: &'p TrustAnchor,
    /// The certificates above it, its issuer first, the anchor last.
    above: &'l [&'p Certificate],
    found: &'l mut PathRevocation<'p>,
}

impl<'p> Look<'_, 'p> {
    /// Asks answers and lists: whoever knows of a revocation is believed before who does not.
    fn at(&mut self, certificate: &'p Certificate, work: &mut Work) -> Known {
        match self.in_answers(certificate, work) {
            Known::Revoked => Known::Revoked,
            Known::Good => match self.in_lists(certificate, work) {
                Known::Revoked => Known::Revoked,
                Known::Good | Known::Undetermined(_) => Known::Good,
            },
            Known::Undetermined(of_answers) => match self.in_lists(certificate, work) {
                Known::Undetermined(of_lists) => Known::Undetermined(of_answers.max(of_lists)),
                known => known,
            },
        }
    }

    /// RFC 6960 section 3.2: an answer about this certificate, current, by one who may give it.
    fn in_answers(&mut self, certificate: &'p Certificate, work: &mut Work) -> Known {
        let mut known = Known::Undetermined(Reason::RevocationUndetermined);
        let Some(issuer) = self.above.first().copied() else { return known };
        for answer in self.revocation.answers.into_iter().flatten() {
            let Some((said, currency)) = answer.about(certificate, issuer, work) else { continue };
            if !currency.contains(self.search.at) {
                known = Known::Undetermined(Reason::RevocationStale);
                continue;
            }
            match answer.prove(issuer, self.search.at, work) {
                Err(Reason::PathSearchExhausted) => return Known::Undetermined(Reason::PathSearchExhausted),
                Err(_) => continue,
                Ok(()) => {}
            }
            let of_it = match said {
                Said::Good => Known::Good,
                Said::Revoked => Known::Revoked,
                Said::Unknown => continue,
            };
            self.found.answers.push((answer, currency));
            return of_it;
        }
        known
    }

    /// RFC 5280 section 6.3.3: every distribution point, then the lists of the issuer that no point names.
    fn in_lists(&mut self, certificate: &'p Certificate, work: &mut Work) -> Known {
        let Ok(points) = certificate.distribution_points() else {
            return Known::Undetermined(Reason::RevocationUndetermined);
        };
        let mut known = Reasons::NONE;
        let mut nearest = Reason::RevocationUndetermined;
        for point in points {
            for list in self.revocation.lists_at(point) {
                let speaks_for = match scope_of(list, point, certificate) {
                    Some(reasons) if reasons.adds_to(known) => reasons,
                    _ => continue,
                };
                match self.ask(list, point, certificate, work) {
                    Ok(Listed::Revoked) => return Known::Revoked,
                    Ok(Listed::No | Listed::Removed) => known = known.or(speaks_for),
                    Err(reason) => nearest = nearest.max(reason),
                }
            }
        }
        if Reasons::ALL.adds_to(known) { Known::Undetermined(nearest) } else { Known::Good }
    }

    /// Steps (c), (f) to (k): asks a complete list, brought up to date by a delta list if there is one.
    fn ask(
        &mut self,
        list: &'p RevocationList,
        point: &'p Point,
        certificate: &Certificate,
        work: &mut Work,
    ) -> Result<Listed, Reason> {
        let at = self.search.at;
        let continues = |delta: &&'p RevocationList| {
            delta.is_delta()
                && delta.is_understood()
                && delta.currency().contains(at)
                && delta.continues(list)
        };
        let delta =
            self.revocation.lists_at(point).filter(continues).max_by_key(|delta| delta.currency().from);
        let begun = list.currency().from.is_some_and(|from| from <= at);
        if !begun || delta.is_none() && !list.currency().contains(at) {
            return Err(Reason::RevocationStale);
        }
        let mut beneath = self.prove(list, work)?;
        let mut listed = list.lookup(certificate).ok_or(Reason::RevocationUndetermined)?;
        if let Some(delta) = delta {
            beneath.add(self.prove(delta, work)?);
            match delta.lookup(certificate).ok_or(Reason::RevocationUndetermined)? {
                Listed::No => {}
                changed => listed = changed,
            }
            self.found.note_list(delta);
            // A complete list that was brought up to date is kept as evidence, but its own end no longer counts.
            beneath.lists.push(list.clone());
        } else {
            self.found.note_list(list);
        }
        self.found.beneath.add(beneath);
        Ok(listed)
    }

    /// Steps (f) to (h): finds who signed a list, with a path to the same anchor, checks the signature, and says what the
    /// signer rests on.
    fn prove(&self, list: &RevocationList, work: &mut Work) -> Result<Beneath, Reason> {
        let mut nearest = Reason::RevocationUndetermined;
        let named = |signer: &&&'p Certificate| {
            signer.subject_name().is_same(&list.issuer_name()) && signer.may_sign_lists()
        };
        for signer in self.above.iter().filter(named) {
            match proved_by(list, signer, work) {
                Ok(()) => return Ok(Beneath::default()),
                Err(reason) => nearest = nearest.max(reason),
            }
        }
        let under_way = self.revocation.under_way;
        let depth = under_way.map_or(0, |link| link.depth) + 1;
        let same_anchor = |path: &Path<'_>| {
            let same = path.anchor.certificate().der() == self.anchor.certificate().der();
            if same { Ok(()) } else { Err(Reason::UntrustedIssuer) }
        };
        let rules = PolicyRules::default();
        for signer in self.search.pool.named(list.issuer_name()).filter(|signer| signer.may_sign_lists()) {
            if proved_by(list, signer, work).is_err() {
                continue;
            }
            // An issuer may leave the revocation of a signer of lists to that signer's own list (PKITS 4.14.30): then
            // there is no other list to ask, and the one it signed is believed of itself.
            if under_way.is_some_and(|link| link.contains(signer)) {
                return Ok(Beneath::default());
            }
            if depth > SIGNER_PATHS_MAX {
                continue;
            }
            let link = UnderWay { signer, before: under_way, depth };
            let deeper = Revocation { under_way: Some(&link), ..self.revocation };
            let search =
                Search { policies: &rules, accept: &same_anchor, revocation: deeper, ..*self.search };
            if let Ok(path) = search.path_from(signer, work) {
                return Ok(Beneath::of(&path));
            }
        }
        Err(nearest)
    }
}

/// Steps (b), (d): whether a complete list speaks of this certificate at this point, and for which reasons.
fn scope_of(list: &RevocationList, point: &Point, certificate: &Certificate) -> Option<Reasons> {
    let scope: &Scope = list.scope();
    let is_authority = certificate.is_authority() == Some(true);
    let by_right_issuer = if point.list_issuers.is_empty() {
        list.issuer_name().is_same(&certificate.issuer_name())
    } else {
        scope.indirect && point.list_issuers.iter().any(|issuer| issuer.is_directory(list.issuer()))
    };
    let names = if point.names.is_empty() { &point.list_issuers } else { &point.names };
    let at_this_point =
        scope.names.is_empty() || scope.names.iter().any(|own| names.iter().any(|name| name.is_same(own)));
    let of_another_kind = scope.only_attributes
        || (scope.only_users && is_authority)
        || (scope.only_authorities && !is_authority);
    let usable = !list.is_delta() && list.is_understood();
    (usable && by_right_issuer && at_this_point && !of_another_kind).then(|| scope.reasons.and(point.reasons))
}

/// Checks the signature of a list against one possible signer.
fn proved_by(list: &RevocationList, signer: &Certificate, work: &mut Work) -> Result<(), Reason> {
    if list.is_proved_by(signer) {
        return Ok(());
    }
    if list.names_another_key_than(signer) {
        return Err(Reason::RevocationUndetermined);
    }
    if !work.spend_micros(signer.check_cost_micros(list.der().len())) {
        return Err(Reason::PathSearchExhausted);
    }
    list.prove(signer).map_err(|_| Reason::RevocationUndetermined)
}
