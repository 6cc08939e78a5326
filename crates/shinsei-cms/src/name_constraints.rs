//! Name constraints: which names an authority may speak for.
//!
//! # Source
//! RFC 5280 sections 4.2.1.10 and 6.1.3 (b), (c).

use crate::ber::{Fault, Reader, tag};
use crate::budget::{NAME_COMPARISON_BYTES, Work};
use crate::certificate::Certificate;
use crate::general_name::GeneralName;
use crate::name;
use crate::oid::{ID_CE_NAME_CONSTRAINTS, ID_CE_SUBJECT_ALT_NAME};
use crate::reason::Reason;

/// The constraints of one authority.
///
/// Those of several authorities of a path are kept side by side: a name must satisfy each, which is what their
/// intersection means.
#[derive(Debug)]
pub(crate) struct NameConstraints<'a> {
    permitted: Vec<GeneralName<'a>>,
    excluded: Vec<GeneralName<'a>>,
}

impl<'a> NameConstraints<'a> {
    /// Reads those of a certificate; `None` when it has none.
    pub(crate) fn of(certificate: &'a Certificate) -> Result<Option<Self>, Reason> {
        let Some(value) = certificate.extension(ID_CE_NAME_CONSTRAINTS) else { return Ok(None) };
        let read = || {
            let mut outside = Reader::der(value);
            let mut fields = outside.sequence()?;
            outside.finish()?;
            let permitted =
                subtrees(fields.optional(tag::context_constructed(0))?.map(|list| list.reader()))?;
            let excluded = subtrees(fields.optional(tag::context_constructed(1))?.map(|list| list.reader()))?;
            fields.finish()?;
            Ok(Some(Self { permitted, excluded }))
        };
        read().map_err(|_: Fault| Reason::CertificateMalformed)
    }

    /// Checks every name of a certificate below the authority.
    ///
    /// # Errors
    /// - [`Reason::NameConstraints`]: a name is excluded, or not permitted, or of a form that is constrained and
    ///   cannot be compared.
    /// - [`Reason::PathSearchExhausted`]: too many names against too many constraints.
    pub(crate) fn check(&self, certificate: &Certificate, work: &mut Work) -> Result<(), Reason> {
        let malformed = |_: Fault| Reason::CertificateMalformed;
        let subject = certificate.subject();
        let alternative = match certificate.extension(ID_CE_SUBJECT_ALT_NAME) {
            Some(value) => {
                Reader::der(value).sequence().and_then(GeneralName::read_all).map_err(malformed)?
            }
            None => Vec::new(),
        };
        let is_empty = Reader::der(subject).sequence().map_err(malformed)?.is_empty();
        if !is_empty {
            self.check_name(GeneralName::Directory(subject), work)?;
        }
        if !alternative.iter().any(|name| matches!(name, GeneralName::Rfc822(_))) {
            for address in name::email_addresses(subject) {
                self.check_name(GeneralName::Rfc822(address), work)?;
            }
        }
        alternative.into_iter().try_for_each(|name| self.check_name(name, work))
    }

    fn check_name(&self, name: GeneralName<'_>, work: &mut Work) -> Result<(), Reason> {
        let each = 1 + name.bytes() / NAME_COMPARISON_BYTES;
        if !work.spend_name_comparisons(each * (self.permitted.len() + self.excluded.len())) {
            return Err(Reason::PathSearchExhausted);
        }
        let within =
            |base: &GeneralName<'_>| lies_within(name, *base).map_err(|Incomparable| Reason::NameConstraints);
        for base in &self.excluded {
            if within(base)? == Some(true) {
                return Err(Reason::NameConstraints);
            }
        }
        let mut constrained = false;
        for base in &self.permitted {
            match within(base)? {
                Some(true) => return Ok(()),
                Some(false) => constrained = true,
                None => {}
            }
        }
        if constrained { Err(Reason::NameConstraints) } else { Ok(()) }
    }
}

/// Reads a list of subtrees; minimum and maximum do not exist in RFC 5280's profile and are refused.
fn subtrees(list: Option<Result<Reader<'_>, Fault>>) -> Result<Vec<GeneralName<'_>>, Fault> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let mut list = list?;
    let mut all = Vec::new();
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        all.push(GeneralName::read(fields.read()?)?);
        fields.finish()?;
    }
    Ok(all)
}

/// Two names of one form that cannot be compared.
struct Incomparable;

/// Whether a name lies in a subtree; `None` when they are of different forms, so that the subtree says nothing of it.
fn lies_within(name: GeneralName<'_>, base: GeneralName<'_>) -> Result<Option<bool>, Incomparable> {
    use GeneralName as N;
    Ok(Some(match (name, base) {
        (N::Directory(name), N::Directory(base)) => name::lies_below(name, base),
        (N::Dns(name), N::Dns(base)) => host_below(name, base),
        (N::Rfc822(name), N::Rfc822(base)) => mailbox_within(name, base),
        (N::Uri(name), N::Uri(base)) => match uri_host(name) {
            Some(host) if base.starts_with(b".") => is_subdomain(host, base),
            Some(host) => host.eq_ignore_ascii_case(base),
            None => return Err(Incomparable),
        },
        (N::Ip(name), N::Ip(base)) => ip_within(name, base)?,
        (N::Other(name), N::Other(base)) if name == base => return Err(Incomparable),
        _ => return Ok(None),
    }))
}

/// True when a host is the base or has labels before it; an empty base holds every host.
fn host_below(host: &[u8], base: &[u8]) -> bool {
    if base.is_empty() || host.eq_ignore_ascii_case(base) {
        return true;
    }
    if base.starts_with(b".") {
        return is_subdomain(host, base);
    }
    let dot = host.len().checked_sub(base.len() + 1);
    dot.is_some_and(|dot| host[dot] == b'.' && host[dot + 1..].eq_ignore_ascii_case(base))
}

/// True when a host has labels before a base that begins with a dot.
fn is_subdomain(host: &[u8], dotted: &[u8]) -> bool {
    let start = host.len().checked_sub(dotted.len());
    start.is_some_and(|start| start > 0 && host[start..].eq_ignore_ascii_case(dotted))
}

/// A base is a mailbox, a host, or a domain that begins with a dot.
fn mailbox_within(address: &[u8], base: &[u8]) -> bool {
    let Some((local, host)) = split_at_last(address, b'@') else { return false };
    match split_at_last(base, b'@') {
        Some((base_local, base_host)) => local == base_local && host.eq_ignore_ascii_case(base_host),
        None if base.is_empty() => true,
        None if base.starts_with(b".") => is_subdomain(host, base),
        None => host.eq_ignore_ascii_case(base),
    }
}

fn split_at_last(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let position = text.iter().rposition(|byte| *byte == at)?;
    Some((&text[..position], &text[position + 1..]))
}

/// The host of a URI; `None` when it has none or it is an address (RFC 5280 section 4.2.1.10 refuses both).
fn uri_host(uri: &[u8]) -> Option<&[u8]> {
    let colon = uri.iter().position(|byte| *byte == b':')?;
    let authority = uri[colon + 1..].strip_prefix(b"//")?;
    let end = authority.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(authority.len());
    let authority = &authority[..end];
    let host = split_at_last(authority, b'@').map_or(authority, |(_, host)| host);
    let end = host.iter().position(|byte| *byte == b':').unwrap_or(host.len());
    let host = &host[..end];
    let is_address = host.starts_with(b"[") || host.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    (!host.is_empty() && !is_address).then_some(host)
}

fn ip_within(address: &[u8], base: &[u8]) -> Result<bool, Incomparable> {
    if base.len() != 8 && base.len() != 32 || address.len() != 4 && address.len() != 16 {
        return Err(Incomparable);
    }
    let (network, mask) = base.split_at(base.len() / 2);
    if network.len() != address.len() {
        return Ok(false);
    }
    Ok(address.iter().zip(network).zip(mask).all(|((a, n), m)| a & m == n & m))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(name: GeneralName<'_>, base: GeneralName<'_>) -> Option<bool> {
        lies_within(name, base).unwrap_or(None)
    }

    #[test]
    fn hosts_mailboxes_and_addresses_lie_where_the_standard_says() {
        use GeneralName as N;
        for (name, base, expected) in [
            (N::Dns(b"www.Example.jp"), N::Dns(b"example.JP"), Some(true)),
            (N::Dns(b"badexample.jp"), N::Dns(b"example.jp"), Some(false)),
            (N::Dns(b"jp"), N::Dns(b"example.jp"), Some(false)),
            (N::Rfc822(b"a@example.jp"), N::Rfc822(b"example.jp"), Some(true)),
            (N::Rfc822(b"a@www.example.jp"), N::Rfc822(b"example.jp"), Some(false)),
            (N::Rfc822(b"a@www.example.jp"), N::Rfc822(b".example.jp"), Some(true)),
            (N::Rfc822(b"a@example.jp"), N::Rfc822(b".example.jp"), Some(false)),
            (N::Rfc822(b"a@example.jp"), N::Rfc822(b"A@example.jp"), Some(false)),
            (N::Uri(b"http://u@www.example.jp:80/x"), N::Uri(b".example.jp"), Some(true)),
            (N::Uri(b"http://example.jp/x"), N::Uri(b".example.jp"), Some(false)),
            (N::Uri(b"http://192.0.2.1/"), N::Uri(b".example.jp"), None),
            (N::Uri(b"urn:x"), N::Uri(b".example.jp"), None),
            (N::Ip(&[192, 0, 2, 7]), N::Ip(&[192, 0, 2, 0, 255, 255, 255, 0]), Some(true)),
            (N::Ip(&[192, 0, 3, 7]), N::Ip(&[192, 0, 2, 0, 255, 255, 255, 0]), Some(false)),
            (N::Ip(&[192, 0, 2, 7]), N::Dns(b"x"), None),
        ] {
            assert_eq!(within(name, base), expected, "{name:?} {base:?}");
        }
        assert!(lies_within(N::Other(0), N::Other(0)).is_err());
    }
}
