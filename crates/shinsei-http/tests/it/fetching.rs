//! Lists and OCSP answers: from listed hosts alone, asked for again only when it is time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use shinsei_conformance::FakeClock;
use shinsei_core::port::clock::Clock as _;
use shinsei_http::error::{FetchError, HttpError, SettingError};
use shinsei_http::fetch::{FetchSettings, Fetcher, QUIET, Road};
use shinsei_http::tls::Tls;

use crate::server::{Server, Then, answer};

const MINUTE: i64 = 60_000_000;

/// A list, as far as a client can tell.
fn list(number: u8) -> Vec<u8> {
    vec![0x30, 0x03, 0x02, 0x01, number]
}

/// A server of lists, with a new one at each name ending in `new`, and otherwise the same.
fn lists(validator: &'static str) -> Server {
    let times = AtomicUsize::new(0);
    Server::start(move |asked, out| {
        let is_known = ["if-none-match", "if-modified-since"]
            .iter()
            .any(|name| asked.header(name).is_some_and(|value| validator.ends_with(value)));
        let number = u8::try_from(times.fetch_add(1, Ordering::SeqCst)).unwrap();
        let said = match (is_known, asked.path.ends_with("new")) {
            (true, false) => answer(304, &[], b""),
            (_, false) => answer(200, &[validator], &list(7)),
            (_, true) => answer(200, &[validator], &list(number)),
        };
        out.write_all(&said).map(|()| Then::Keep)
    })
}

fn settings(server: &Server, clock: &FakeClock) -> FetchSettings {
    FetchSettings::new([server.host()], Tls::none(), Arc::new(clock.clone()))
}

fn fetcher(server: &Server, clock: &FakeClock) -> Fetcher {
    Fetcher::new(settings(server, clock)).unwrap()
}

#[test]
fn a_list_is_asked_for_again_after_the_quiet_time_and_confirmed_by_its_validator() {
    for validator in ["ETag: \"seven\"", "Last-Modified: Thu, 07 May 2026 06:00:00 GMT"] {
        let (server, clock) = (lists(validator), FakeClock::default());
        let fetcher = fetcher(&server, &clock);
        let url = server.url("/ca.crl");
        let first = fetcher.crl(&url).unwrap();
        assert_eq!((&*first.bytes, first.confirmed_at, first.road), (&*list(7), clock.now(), Road::Sent));

        clock.advance(i64::try_from(QUIET.as_micros()).unwrap() - 1);
        let again = fetcher.crl(&url).unwrap();
        assert_eq!(
            (&again.bytes, again.confirmed_at, again.road),
            (&first.bytes, first.confirmed_at, Road::Kept)
        );
        assert_eq!(server.asked().len(), 1);

        clock.advance(1);
        let later = fetcher.crl(&url).unwrap();
        assert_eq!(
            (&later.bytes, later.confirmed_at, later.road),
            (&first.bytes, clock.now(), Road::Confirmed)
        );
        assert_eq!(server.asked().len(), 2);
        assert_eq!(fetcher.crl(&url).unwrap().road, Road::Kept);

        clock.advance(-MINUTE);
        assert_eq!(fetcher.crl(&url).unwrap().road, Road::Confirmed);
    }
}

#[test]
fn a_new_list_takes_the_place_of_the_old_one() {
    let (server, clock) = (lists("ETag: \"seven\""), FakeClock::default());
    let fetcher = fetcher(&server, &clock);
    for number in 0..3 {
        let fetched = fetcher.crl(&server.url("/new")).unwrap();
        assert_eq!((&*fetched.bytes, fetched.road), (&*list(number), Road::Sent));
        clock.advance(10 * MINUTE);
    }
    assert_eq!(server.asked()[2].header("if-none-match"), Some("\"seven\""));
    assert_eq!(server.asked()[2].method, "GET");
}

#[test]
fn a_failure_drives_out_nothing() {
    let times = AtomicUsize::new(0);
    let server = Server::start(move |_, out| {
        let said = match times.fetch_add(1, Ordering::SeqCst) {
            0 => answer(200, &["ETag: \"seven\""], &list(7)),
            1 => answer(500, &[], b""),
            2 => answer(200, &[], b"<html>not found</html>"),
            3 => answer(200, &[], &list(8)[..4]),
            _ => answer(304, &[], b""),
        };
        out.write_all(&said).map(|()| Then::Keep)
    });
    let clock = FakeClock::default();
    let fetcher = fetcher(&server, &clock);
    let url = server.url("/ca.crl");
    let first = fetcher.crl(&url).unwrap();
    clock.advance(10 * MINUTE);
    assert!(matches!(fetcher.crl(&url), Err(FetchError::Http(HttpError::Status { status: 500 }))));
    assert!(matches!(fetcher.crl(&url), Err(FetchError::NotDer)));
    assert!(matches!(fetcher.crl(&url), Err(FetchError::NotDer)));
    let later = fetcher.crl(&url).unwrap();
    assert_eq!((&later.bytes, later.road), (&first.bytes, Road::Confirmed));
}

#[test]
fn not_modified_is_no_answer_to_whoever_has_nothing() {
    let server = Server::saying(answer(304, &[], b""), Then::Keep);
    let fetcher = fetcher(&server, &FakeClock::default());
    let fetched = fetcher.crl(&server.url("/"));
    assert!(matches!(fetched, Err(FetchError::Http(HttpError::Status { status: 304 }))), "{fetched:?}");

    // Nor to whoever named no version, and so did not ask whether it is the current one.
    let times = AtomicUsize::new(0);
    let server = Server::start(move |_, out| {
        let is_first = times.fetch_add(1, Ordering::SeqCst) == 0;
        out.write_all(&answer(
            if is_first { 200 } else { 304 },
            &[],
            if is_first { &[0x30, 0x00] } else { b"" },
        ))
        .map(|()| Then::Keep)
    });
    let clock = FakeClock::default();
    let fetcher = self::fetcher(&server, &clock);
    assert_eq!(fetcher.crl(&server.url("/")).unwrap().road, Road::Sent);
    clock.advance(10 * MINUTE);
    let fetched = fetcher.crl(&server.url("/"));
    assert!(matches!(fetched, Err(FetchError::Http(HttpError::Status { status: 304 }))), "{fetched:?}");
}

#[test]
fn what_is_kept_is_bounded() {
    let (server, clock) = (lists("ETag: \"seven\""), FakeClock::default());
    let mut settings = settings(&server, &clock);
    settings.kept_answers_max = 2;
    let fetcher = Fetcher::new(settings).unwrap();
    let road = |path| fetcher.crl(&server.url(path)).unwrap().road;
    assert_eq!(
        [road("/a"), road("/b"), road("/a"), road("/c")],
        [Road::Sent, Road::Sent, Road::Kept, Road::Sent]
    );
    assert_eq!([road("/a"), road("/c"), road("/b")], [Road::Kept, Road::Kept, Road::Sent]);
}

/// Security: URLs come from certificates. None of these makes a connection to a server that is not on the list.
#[test]
fn only_listed_hosts_are_asked() {
    let (listed, other) = (lists("ETag: \"seven\""), lists("ETag: \"seven\""));
    let fetcher = fetcher(&listed, &FakeClock::default());
    let port = other.host().rsplit(':').next().unwrap().to_owned();
    for url in [
        other.url("/ca.crl"),
        format!("http://{}@{}/", listed.host(), other.host()),
        format!("http://localhost:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://127.1:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        format!("https://{}", listed.host().rsplit_once(':').unwrap().0),
        format!("ldap://{}/cn=ca", listed.host()),
        "file:///etc/passwd".to_owned(),
        "/ca.crl".to_owned(),
        String::new(),
    ] {
        let refused = |error| matches!(error, FetchError::HostNotListed | FetchError::Url);
        assert!(refused(fetcher.crl(&url).unwrap_err()), "{url}");
        assert!(refused(fetcher.ocsp(&url, &[0x30, 0x00]).unwrap_err()), "{url}");
    }
    assert_eq!((listed.connections(), other.connections()), (0, 0));
    assert!(fetcher.crl(&listed.url("/ca.crl")).is_ok());
}

/// Security: a listed host that is lent to somebody else could send the client into the city's own network.
#[test]
fn a_redirect_is_not_followed() {
    let other = lists("ETag: \"seven\"");
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: {}", other.url("/ca.crl"));
        let listed = Server::saying(answer(status, &[&location], b""), Then::Keep);
        let fetcher = fetcher(&listed, &FakeClock::default());
        for error in [
            fetcher.crl(&listed.url("/")).unwrap_err(),
            fetcher.ocsp(&listed.url("/"), &[0x30, 0x00]).unwrap_err(),
        ] {
            assert!(
                matches!(error, FetchError::Http(HttpError::Redirected { status: told }) if told == status),
                "{error:?}"
            );
        }
    }
    assert_eq!(other.connections(), 0);
}

#[test]
fn size_and_time_are_bounded() {
    let clock = FakeClock::default();
    let server = Server::saying(answer(200, &[], &[0x30; 1_000]), Then::Keep);
    let mut bounded = settings(&server, &clock);
    bounded.answer_bytes_max = 999;
    let fetched = Fetcher::new(bounded).unwrap().crl(&server.url("/"));
    assert!(matches!(fetched, Err(FetchError::Http(HttpError::TooLarge { bytes_max: 999 }))), "{fetched:?}");

    let server = Server::saying(&answer(200, &[], &list(7))[..40], Then::Hold);
    let mut bounded = settings(&server, &clock);
    bounded.whole_timeout = Duration::from_millis(250);
    let fetched = Fetcher::new(bounded).unwrap().crl(&server.url("/"));
    assert!(matches!(fetched, Err(FetchError::Http(HttpError::TimedOut))), "{fetched:?}");
}

#[test]
fn a_responder_is_asked_by_post_every_time() {
    let server = Server::saying(answer(200, &[], &list(6)), Then::Keep);
    let fetcher = fetcher(&server, &FakeClock::default());
    let request = [0x30, 0x02, 0x05, 0x00];
    for _ in 0..2 {
        assert_eq!(fetcher.ocsp(&server.url("/ocsp"), &request).unwrap(), list(6));
    }
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!((asked[1].method.as_str(), asked[1].path.as_str()), ("POST", "/ocsp"));
    assert_eq!(asked[1].header("content-type"), Some("application/ocsp-request"));
    assert_eq!(asked[1].body, request);
}

#[test]
fn a_time_stamp_authority_is_asked_by_post_every_time() {
    let server = Server::saying(answer(200, &[], &list(6)), Then::Keep);
    let fetcher = fetcher(&server, &FakeClock::default());
    let request = [0x30, 0x02, 0x05, 0x00];
    for _ in 0..2 {
        assert_eq!(fetcher.timestamp(&server.url("/tsa"), &request).unwrap(), list(6));
    }
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!((asked[1].method.as_str(), asked[1].path.as_str()), ("POST", "/tsa"));
    assert_eq!(asked[1].header("content-type"), Some("application/timestamp-query"));
    assert_eq!(asked[1].header("accept"), Some("application/timestamp-reply"));
    assert_eq!(asked[1].body, request);
    let strange = fetcher.timestamp("http://elsewhere.example/tsa", &request);
    assert!(matches!(strange, Err(FetchError::HostNotListed)), "{strange:?}");
}

#[test]
fn a_list_of_hosts_holds_hosts() {
    let clock = Arc::new(FakeClock::default());
    let made = Fetcher::new(FetchSettings::new(["http://crl.example.jp/"], Tls::none(), clock));
    assert!(matches!(made, Err(SettingError::Host)));
}
