//! Revocation lists, OCSP answers and time-stamps by URL: bytes to hand to a verifier, before anything is judged.
//!
//! # Example
//! Refreshing lists in the background while signatures are verified. A verification takes the lists that are current
//! and never waits for a server; a list that could not be refreshed stays, and the verifier judges whether it still
//! speaks for the time asked. `shinsei-cms` keeps the current lists itself: `CmsVerifier::replace_lists` (the README has it).
//!
//! ```
//! use std::collections::BTreeMap;
//! use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
//! use std::sync::{Arc, PoisonError, RwLock};
//! use std::time::Duration;
//!
//! use shinsei_http::fetch::{FetchSettings, Fetcher};
//! use shinsei_http::tls::Tls;
//!
//! type Lists = BTreeMap<String, Arc<[u8]>>;
//! type Current = RwLock<Arc<Lists>>;
//!
//! fn current(lists: &Current) -> Arc<Lists> {
//!     Arc::clone(&lists.read().unwrap_or_else(PoisonError::into_inner))
//! }
//!
//! /// Runs until the other end of `stop` is dropped.
//! fn refresh(fetcher: &Fetcher, urls: &[String], lists: &Current, stop: Receiver<()>) {
//!     loop {
//!         let mut fresh = Lists::clone(&current(lists));
//!         for url in urls {
//!             match fetcher.crl(url) {
//!                 Ok(fetched) => drop(fresh.insert(url.clone(), fetched.bytes)),
//!                 Err(error) => eprintln!("a revocation list was not refreshed: {error}"),
//!             }
//!         }
//!         *lists.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
//!         if stop.recv_timeout(Duration::from_secs(600)) != Err(RecvTimeoutError::Timeout) {
//!             return;
//!         }
//!     }
//! }
//!
//! # use std::io::{BufRead, BufReader, Write};
//! # let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
//! # let host = listener.local_addr()?.to_string();
//! # let serving = std::thread::spawn(move || -> std::io::Result<()> {
//! #     let mut stream = BufReader::new(listener.accept()?.0);
//! #     let mut line = String::new();
//! #     while stream.read_line(&mut line)? > 2 {
//! #         line.clear();
//! #     }
//! #     stream.get_mut().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\x30\x03\x02\x01\x07")
//! # });
//! # let clock = Arc::new(shinsei_conformance::FakeClock::default());
//! // `host` is what the operator lists, such as `crl.example.lg.jp`.
//! let fetcher = Fetcher::new(FetchSettings::new([host.clone()], Tls::none(), clock))?;
//! let urls = [format!("http://{host}/ca.crl"), "http://elsewhere.example/ca.crl".to_owned()];
//! let lists = Current::default();
//! let (go_on, stop) = channel();
//! std::thread::scope(|scope| {
//!     let refreshing = scope.spawn({
//!         let (fetcher, urls, lists) = (&fetcher, &urls, &lists);
//!         move || refresh(fetcher, urls, lists, stop)
//!     });
//!     let judged_with = current(&lists);
//!     assert!(judged_with.len() <= 1);
//!     drop(go_on);
//!     refreshing.join()
//! })
//! .map_err(|_| "the refreshing broke down")?;
//! assert_eq!(current(&lists)[&urls[0]].len(), 5);
//! assert_eq!(current(&lists).len(), 1);
//! # serving.join().map_err(|_| "the server broke down")??;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use shinsei_core::port::clock::Clock;
use shinsei_core::time::Timestamp;
use ureq::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::address::{Address, Endpoint};
use crate::cache::{Cache, Kept, Validators};
use crate::client::{Client, Patience, Question};
use crate::error::{FetchError, HttpError, SettingError};
use crate::tls::Tls;

/// Until a connection stands.
///
/// Source: as for a remote verifier.
pub const CONNECT_TIMEOUT: Duration = crate::remote::CONNECT_TIMEOUT;

/// Until the whole answer is there.
///
/// Source: a list of [`ANSWER_BYTES_MAX`] at 10 Mbit/s; nobody waits behind it.
pub const WHOLE_TIMEOUT: Duration = Duration::from_secs(60);

/// How often a server is asked again after a failure that passes.
///
/// Source: as for a remote verifier.
pub const REPEATS_MAX: u32 = 1;

/// Bytes of one answer.
///
/// Source: a revocation list of 1,000,000 entries of 36 bytes, and half as much again.
pub const ANSWER_BYTES_MAX: u64 = 54 * 1024 * 1024;

/// How long an answer is given again without asking the server.
///
/// Source: lists are issued daily and, after a revocation, at once; it keeps a busy caller from asking all the time.
pub const QUIET: Duration = Duration::from_secs(5 * 60);

/// Answers that are kept.
///
/// Source: the lists of the paths that one city's verifier trusts, a few for each root.
pub const KEPT_ANSWERS_MAX: usize = 64;

/// Bytes that are kept, URLs included.
///
/// Source: two lists of [`ANSWER_BYTES_MAX`], and many of the usual size.
pub const KEPT_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Bytes of a validator that is sent back.
///
/// Source: an ETag of nginx or Apache stays under 40 bytes.
const VALIDATOR_BYTES_MAX: usize = 256;

/// From where is fetched, how, and what is kept.
#[derive(Clone)]
#[non_exhaustive]
pub struct FetchSettings {
    /// The hosts to fetch from: `crl.example.jp` on the usual ports, `ocsp.example.jp:8080` on that one.
    pub hosts: Vec<String>,
    /// Whom to trust for URLs of https; lists and OCSP answers are signed, and usually come by http.
    pub tls: Tls,
    /// Tells when an answer was confirmed.
    pub clock: Arc<dyn Clock>,
    /// See [`CONNECT_TIMEOUT`].
    pub connect_timeout: Duration,
    /// See [`WHOLE_TIMEOUT`].
    pub whole_timeout: Duration,
    /// See [`REPEATS_MAX`].
    pub repeats_max: u32,
    /// See [`ANSWER_BYTES_MAX`].
    pub answer_bytes_max: u64,
    /// See [`QUIET`].
    pub quiet: Duration,
    /// See [`KEPT_ANSWERS_MAX`].
    pub kept_answers_max: usize,
    /// See [`KEPT_BYTES_MAX`].
    pub kept_bytes_max: usize,
}

impl FetchSettings {
    /// The settings for a list of hosts, with the limits of this file.
    pub fn new<H: Into<String>>(hosts: impl IntoIterator<Item = H>, tls: Tls, clock: Arc<dyn Clock>) -> Self {
        Self {
            hosts: hosts.into_iter().map(Into::into).collect(),
            tls,
            clock,
            connect_timeout: CONNECT_TIMEOUT,
            whole_timeout: WHOLE_TIMEOUT,
            repeats_max: REPEATS_MAX,
            answer_bytes_max: ANSWER_BYTES_MAX,
            quiet: QUIET,
            kept_answers_max: KEPT_ANSWERS_MAX,
            kept_bytes_max: KEPT_BYTES_MAX,
        }
    }
}

/// Fetches by URL from hosts on the operator's list, and keeps revocation lists.
///
/// It says nothing about what it fetched: whether a list is signed, current and about whom is for the verifier. It
/// follows no redirect, and only what is DER from its first byte to its last is taken, so that neither a page that says
/// "not found" nor half a list drives out a list that is good.
///
/// Security: URLs may come from certificates, and so from an attacker, who could make the city's server ask its own
/// network. Only hosts on the list are asked, at the ports named. A name on the list is trusted to resolve to what the
/// operator means by it, private addresses included, since services on LGWAN have those. The path is not checked: a
/// host that does something on a plain GET should not be on the list.
pub struct Fetcher {
    client: Client,
    hosts: Vec<Endpoint>,
    clock: Arc<dyn Clock>,
    answer_bytes_max: u64,
    quiet_micros: i64,
    cache: Mutex<Cache>,
}

/// A revocation list as it was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The list, DER.
    pub bytes: Arc<[u8]>,
    /// When the server last said that this is the current one.
    pub confirmed_at: Timestamp,
    /// What was done to get it.
    pub road: Road,
}

/// What was done to get an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Road {
    /// The server sent it.
    Sent,
    /// The server said that what is kept is current.
    Confirmed,
    /// The server was not asked: it was a short while ago.
    Kept,
}

impl Fetcher {
    /// Makes the client; nothing is connected yet.
    ///
    /// # Errors
    /// [`SettingError::Host`]: an entry of the list is no host.
    pub fn new(settings: FetchSettings) -> Result<Self, SettingError> {
        let patience = Patience {
            connect: settings.connect_timeout,
            whole: settings.whole_timeout,
            repeats_max: settings.repeats_max,
        };
        Ok(Self {
            client: Client::new(&settings.tls, patience),
            hosts: settings.hosts.iter().map(|host| Endpoint::parse(host)).collect::<Result<_, _>>()?,
            clock: settings.clock,
            answer_bytes_max: settings.answer_bytes_max,
            quiet_micros: i64::try_from(settings.quiet.as_micros()).unwrap_or(i64::MAX),
            cache: Mutex::new(Cache::new(settings.kept_answers_max, settings.kept_bytes_max)),
        })
    }

    /// Fetches a revocation list, unless the server confirmed it a short while ago or confirms it now.
    ///
    /// # Errors
    /// [`FetchError`]. What is kept of this URL stays, and is given by a later call that the server confirms.
    pub fn crl(&self, url: &str) -> Result<Fetched, FetchError> {
        let address = self.address(url)?;
        let known = self.cache().find(url);
        let now = self.clock.now();
        if let Some(kept) = &known
            && self.is_quiet(kept.confirmed_at, now)
        {
            return Ok(fetched(kept, Road::Kept));
        }
        let answer = self.client.ask(&Question {
            address: &address,
            headers: &conditions(known.as_ref()),
            body: None,
            answer_bytes_max: self.answer_bytes_max,
            also: None,
        })?;
        let (kept, road) = match (answer.status, known) {
            (200, _) => {
                let bytes = der(answer.body)?.into();
                let validators = validators(&answer.headers);
                (Kept { bytes, validators, confirmed_at: now }, Road::Sent)
            }
            (_, Some(known)) if known.validators != Validators::default() => {
                (Kept { confirmed_at: now, ..known }, Road::Confirmed)
            }
            (status, _) => return Err(HttpError::Status { status }.into()),
        };
        let fetched = fetched(&kept, road);
        self.cache().keep(url, kept);
        Ok(fetched)
    }

    /// Asks an OCSP responder, by POST. The answer is about a person, and is not kept.
    ///
    /// `request`: an `OCSPRequest`, DER.
    ///
    /// # Errors
    /// [`FetchError`].
    ///
    /// # Source
    /// RFC 6960 appendix A.1
    pub fn ocsp(&self, url: &str, request: &[u8]) -> Result<Vec<u8>, FetchError> {
        self.post(url, request, ["application/ocsp-request", "application/ocsp-response"])
    }

    /// Asks a time-stamp authority, by POST. Asked twice after a lost connection, it issues two tokens; either is good.
    ///
    /// `request`: a `TimeStampReq`, DER. What comes back is a `TimeStampResp`, refusals included.
    ///
    /// # Errors
    /// [`FetchError`].
    ///
    /// # Source
    /// RFC 3161 section 3.4
    pub fn timestamp(&self, url: &str, request: &[u8]) -> Result<Vec<u8>, FetchError> {
        self.post(url, request, ["application/timestamp-query", "application/timestamp-reply"])
    }

    fn post(&self, url: &str, body: &[u8], types: [&'static str; 2]) -> Result<Vec<u8>, FetchError> {
        let address = self.address(url)?;
        let [content, accepted] = types.map(HeaderValue::from_static);
        let answer = self.client.ask(&Question {
            address: &address,
            headers: &[(header::CONTENT_TYPE, content), (header::ACCEPT, accepted)],
            body: Some(body),
            answer_bytes_max: self.answer_bytes_max,
            also: None,
        })?;
        der(answer.body)
    }

    fn address(&self, url: &str) -> Result<Address, FetchError> {
        let address = Address::parse(url).map_err(|_| FetchError::Url)?;
        if address.is_on(&self.hosts) { Ok(address) } else { Err(FetchError::HostNotListed) }
    }

    /// A clock that was set back makes nothing quiet.
    fn is_quiet(&self, confirmed_at: Timestamp, now: Timestamp) -> bool {
        confirmed_at <= now && now < confirmed_at.saturating_add_micros(self.quiet_micros)
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        // OK because every step of the cache leaves it whole, or with less in it.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows from where it fetches.
impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher").field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

fn fetched(kept: &Kept, road: Road) -> Fetched {
    Fetched { bytes: Arc::clone(&kept.bytes), confirmed_at: kept.confirmed_at, road }
}

fn conditions(known: Option<&Kept>) -> Vec<(HeaderName, HeaderValue)> {
    let Some(Kept { validators: Validators { etag, last_modified }, .. }) = known else { return Vec::new() };
    let etag = etag.iter().map(|value| (header::IF_NONE_MATCH, value.clone()));
    let last_modified = last_modified.iter().map(|value| (header::IF_MODIFIED_SINCE, value.clone()));
    etag.chain(last_modified).collect()
}

fn validators(headers: &HeaderMap) -> Validators {
    let short = |name| headers.get(name).filter(|value| value.len() <= VALIDATOR_BYTES_MAX).cloned();
    Validators { etag: short(header::ETAG), last_modified: short(header::LAST_MODIFIED) }
}

/// Takes the bytes if they are one SEQUENCE of definite length and nothing else.
///
/// # Source
/// X.690 sections 8.1.3 and 10.1
fn der(bytes: Vec<u8>) -> Result<Vec<u8>, FetchError> {
    let (0x30, rest) = bytes.split_first().map(|(tag, rest)| (*tag, rest)).ok_or(FetchError::NotDer)? else {
        return Err(FetchError::NotDer);
    };
    let (first, rest) = rest.split_first().ok_or(FetchError::NotDer)?;
    let (length, content) = match *first {
        short @ 0..=0x7f => (usize::from(short), rest),
        long @ 0x81..=0x84 => {
            let (digits, content) =
                rest.split_at_checked(usize::from(long & 0x7f)).ok_or(FetchError::NotDer)?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), content)
        }
        _ => return Err(FetchError::NotDer),
    };
    if content.len() == length { Ok(bytes) } else { Err(FetchError::NotDer) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_whole_sequence_is_der_and_nothing_else() {
        let long = [&[0x30, 0x82, 0x01, 0x00][..], &[0; 256]].concat();
        for whole in [&[0x30, 0x00][..], &[0x30, 0x03, 0x0a, 0x01, 0x06], &long] {
            assert_eq!(der(whole.to_vec()).unwrap(), whole);
        }
        let more = [&long[..], &[0]].concat();
        for other in [
            &b""[..],
            b"0",
            b"<html>not found</html>",
            &[0x31, 0x00],
            &[0x30, 0x80, 0x00, 0x00],
            &[0x30, 0x85, 0, 0, 0, 0, 0],
            &[0x30, 0x82, 0x01],
            &long[..long.len() - 1],
            &more,
        ] {
            assert!(matches!(der(other.to_vec()), Err(FetchError::NotDer)), "{other:?}");
        }
    }
}
