//! URLs and hosts, read once, so that what was checked is what is connected to.

use std::net::IpAddr;

use ureq::http::Uri;
use ureq::http::uri::Scheme;

use crate::error::SettingError;

/// Bytes of a URL.
///
/// Source: URLs of distribution points stay under 200 bytes; RFC 9110 section 4.1 asks for 8,000 at least to be
/// handled, and this crate reads no more from anybody.
const URL_BYTES_MAX: usize = 8_000;

/// An absolute URL of http or https.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    uri: Uri,
    endpoint: Endpoint,
    is_encrypted: bool,
}

/// A host and a port: what the operator's list of hosts names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// In lower case; an IPv6 address in its brackets.
    host: String,
    /// `None` in a list: the port that belongs to the scheme.
    port: Option<u16>,
}

impl Address {
    /// Reads a URL.
    ///
    /// Security: the text may come from a certificate, and so from an attacker. What is compared with the list of hosts
    /// is taken from the very value that the connection is made from; a user part (`https://good@bad/`), a
    /// fragment, odd characters and an unreadable port are refused, so that no two readers can differ about the host.
    pub(crate) fn parse(text: &str) -> Result<Self, SettingError> {
        if text.len() > URL_BYTES_MAX || text.contains('#') {
            return Err(SettingError::Url);
        }
        let uri: Uri = text.parse().map_err(|_| SettingError::Url)?;
        let is_encrypted = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err(SettingError::Url),
        };
        let authority = uri.authority().ok_or(SettingError::Url)?;
        let endpoint = Endpoint::parse(authority.as_str()).map_err(|_| SettingError::Url)?;
        Ok(Self { uri, endpoint, is_encrypted })
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.uri
    }

    /// True when nobody on the way can read or change what is said.
    pub(crate) fn is_private(&self) -> bool {
        let host = self.endpoint.host.trim_start_matches('[').trim_end_matches(']');
        self.is_encrypted || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }

    /// True when the operator's list names this host and port.
    pub(crate) fn is_on(&self, list: &[Endpoint]) -> bool {
        let own = if self.is_encrypted { 443 } else { 80 };
        let port = self.endpoint.port.unwrap_or(own);
        list.iter().any(|known| known.host == self.endpoint.host && known.port.unwrap_or(own) == port)
    }
}

impl Endpoint {
    /// Reads `host` or `host:port`.
    pub(crate) fn parse(text: &str) -> Result<Self, SettingError> {
        let end = if text.starts_with('[') { text.find(']').map(|at| at + 1) } else { text.find(':') };
        let (host, rest) = text.split_at(end.unwrap_or(text.len()));
        let port = match rest.strip_prefix(':') {
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(digits.parse().map_err(|_| SettingError::Host)?)
            }
            Some(_) => return Err(SettingError::Host),
            None if rest.is_empty() => None,
            None => return Err(SettingError::Host),
        };
        if !is_host(host) {
            return Err(SettingError::Host);
        }
        Ok(Self { host: host.to_ascii_lowercase(), port })
    }
}

fn is_host(text: &str) -> bool {
    match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
            !text.is_empty() && text.bytes().all(allowed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_on_list(url: &str) -> bool {
        let list: Vec<Endpoint> = ["crl.example.lg.jp", "ocsp.example.lg.jp:8080", "[::1]:8081"]
            .iter()
            .map(|host| Endpoint::parse(host).unwrap())
            .collect();
        Address::parse(url).is_ok_and(|address| address.is_on(&list))
    }

    #[test]
    fn a_host_on_the_list_is_allowed_on_its_port_alone() {
        for url in [
            "http://crl.example.lg.jp/ca.crl",
            "https://crl.example.lg.jp/ca.crl?issue=1",
            "http://CRL.Example.lg.jp:80/ca.crl",
            "https://crl.example.lg.jp:443/",
            "http://ocsp.example.lg.jp:8080",
            "http://[::1]:8081/",
        ] {
            assert!(is_on_list(url), "{url}");
        }
    }

    /// Security: each of these is a way to make one reader see a host that another does not connect to.
    #[test]
    fn nothing_else_is_taken_for_a_host_on_the_list() {
        for url in [
            "",
            "crl.example.lg.jp",
            "//crl.example.lg.jp/ca.crl",
            "/ca.crl",
            "ftp://crl.example.lg.jp/ca.crl",
            "ldap://crl.example.lg.jp/cn=ca",
            "file:///etc/passwd",
            "http://crl.example.lg.jp:8080/",
            "https://crl.example.lg.jp:80/",
            "http://ocsp.example.lg.jp/",
            "http://crl.example.lg.jp@evil.example/",
            "http://evil.example@crl.example.lg.jp/",
            "http://crl.example.lg.jp:80@evil.example/",
            "http://crl.example.lg.jp\\@evil.example/",
            "http://crl.example.lg.jp#@evil.example/",
            "http://crl.example.lg.jp.evil.example/",
            "http://evil.example/crl.example.lg.jp",
            "http://crl.example.lg.jp./",
            "http://crl.example.lg.jp%2eevil.example/",
            "http://crl.example.lg.jp:/",
            "http://crl.example.lg.jp:65616/",
            "http://crl.example.lg.jp:080x/",
            "http://crl.example.lg.jp /",
            "http://crl.example.lg.jp\r\nHost: evil.example/",
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]:8081/",
            "http://169.254.169.254/latest/meta-data/",
        ] {
            assert!(!is_on_list(url), "{url}");
        }
    }

    #[test]
    fn what_is_no_host_is_not_listed() {
        for text in
            ["", "*", "*.example.jp", "http://example.jp", "example.jp/", "example.jp:", "a:b", "[::1", "::1"]
        {
            assert!(matches!(Endpoint::parse(text), Err(SettingError::Host)), "{text}");
        }
    }

    #[test]
    fn plain_http_is_private_on_the_own_machine_only() {
        let is_private = |url| Address::parse(url).unwrap().is_private();
        assert!(is_private("https://verify.example.lg.jp/"));
        assert!(is_private("http://127.0.0.1:8080/") && is_private("http://[::1]/"));
        // OK because a name is what a resolver says it is.
        assert!(!is_private("http://localhost/"));
        assert!(!is_private("http://verify.example.lg.jp/") && !is_private("http://192.168.0.1/"));
    }
}
