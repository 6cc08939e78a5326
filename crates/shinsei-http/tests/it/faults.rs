//! Servers that are slow, break off, say too much, send elsewhere, or say nothing that makes sense.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use shinsei_conformance::stamp::{StampVerifier, detached};
use shinsei_core::signature::CertificateKind;
use shinsei_http::error::HttpError;
use shinsei_http::remote::{RemoteSettings, RemoteVerifier};
use shinsei_http::tls::Tls;

use crate::server::{Server, Then, answer};
use crate::service::{ALL, ask, client, http_failure, impatient, judging, settings, stamps};

#[test]
fn a_server_that_falls_silent_is_given_up_and_not_asked_again() {
    let whole = answer(200, &[], &[b' '; 100]);
    for said in [0, 5, 40, whole.len() - 1] {
        let server = Server::saying(&whole[..said], Then::Hold);
        assert!(matches!(http_failure(&impatient(&server)), HttpError::TimedOut), "after {said} bytes");
        assert_eq!(server.asked().len(), 1, "after {said} bytes");
    }
}

#[test]
fn a_server_that_trickles_is_given_up_after_the_whole_time() {
    // Each byte comes in time for a limit on single reads; only one on the whole ends this before a minute is over.
    let server = Server::start(|_, out| {
        out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 60000000\r\n\r\n")?;
        loop {
            out.write_all(b" ")?;
            out.flush()?;
        }
    });
    assert!(matches!(http_failure(&impatient(&server)), HttpError::TimedOut));
}

#[test]
fn a_server_that_never_shakes_hands_is_given_up_after_the_time_to_connect() {
    // The kernel takes the connection; nobody speaks TLS on it.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut settings = RemoteSettings::new(format!("https://{}/", silent.local_addr().unwrap()), Tls::none());
    settings.connect_timeout = Duration::from_millis(100);
    let whole = settings.whole_timeout;
    let start = Instant::now();
    assert!(matches!(http_failure(&RemoteVerifier::new(settings).unwrap()), HttpError::TimedOut));
    assert!(start.elapsed() < whole);
}

#[test]
fn nobody_listening_is_unreachable() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let settings = RemoteSettings::new(format!("http://{gone}/"), Tls::none());
    assert!(matches!(http_failure(&RemoteVerifier::new(settings).unwrap()), HttpError::Unreachable { .. }));
}

#[test]
fn an_answer_that_breaks_off_is_none_and_is_asked_for_once_more() {
    let whole = answer(200, &[], &[b' '; 100]);
    for said in [0, 5, 40, whole.len() - 1] {
        let server = Server::saying(&whole[..said], Then::Close);
        assert!(matches!(http_failure(&client(&server)), HttpError::Cut), "after {said} bytes");
        assert_eq!(server.asked().len(), 2, "after {said} bytes");
    }
}

#[test]
fn a_failure_that_passes_is_not_seen() {
    let broken: [&[u8]; 3] =
        [b"", b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Le"];
    for said in broken {
        let times = AtomicUsize::new(0);
        let server = Server::start(move |asked, out| match times.fetch_add(1, Ordering::SeqCst) {
            0 => out.write_all(said).map(|()| Then::Close),
            _ => judging(StampVerifier::default())(asked, out),
        });
        assert!(ask(&client(&server), &detached(CertificateKind::JpkiSigning, b"a"), &ALL).is_ok());
        let asked = server.asked();
        assert_eq!(asked.len(), 2);
        assert_eq!(asked[0].body, asked[1].body);
    }
}

#[test]
fn a_connection_that_was_closed_meanwhile_is_made_anew() {
    let server =
        Server::start(|asked, out| judging(StampVerifier::default())(asked, out).map(|_| Then::Close));
    let verifier = client(&server);
    for _ in 0..3 {
        assert!(ask(&verifier, &detached(CertificateKind::JpkiSigning, b"a"), &ALL).is_ok());
    }
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_status_is_told_and_only_a_passing_one_is_asked_again() {
    for (status, times) in
        [(204, 1), (304, 1), (400, 1), (403, 1), (404, 1), (413, 1), (500, 1), (502, 2), (503, 2), (504, 1)]
    {
        let server = Server::saying(answer(status, &[], b""), Then::Keep);
        match http_failure(&client(&server)) {
            HttpError::Status { status: told } => assert_eq!(told, status),
            HttpError::Redirected { status: told } => assert_eq!((told, status), (304, 304)),
            other => panic!("{status}: {other:?}"),
        }
        assert_eq!(server.asked().len(), times, "{status}");
    }
}

/// Security: the application and the token would go to whoever the redirect names.
#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = stamps();
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: {}", elsewhere.url("/v1"));
        let server = Server::saying(answer(status, &[&location], b""), Then::Keep);
        match http_failure(&client(&server)) {
            HttpError::Redirected { status: told } => assert_eq!(told, status),
            other => panic!("{status}: {other:?}"),
        }
        assert_eq!(server.asked().len(), 1);
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let server = Server::start(|_, out| {
        out.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        loop {
            out.write_all(b"1000\r\n")?;
            out.write_all(&[b' '; 0x1000])?;
            out.write_all(b"\r\n")?;
        }
    });
    let mut settings = settings(&server);
    settings.evidence_bytes_max = 100_000;
    match http_failure(&RemoteVerifier::new(settings.clone()).unwrap()) {
        HttpError::TooLarge { bytes_max } => assert!((100_000..101_000).contains(&bytes_max), "{bytes_max}"),
        other => panic!("{other:?}"),
    }

    let server = Server::saying(answer(200, &[], &[b' '; 200_000]), Then::Keep);
    settings.url = server.url("/v1");
    assert!(matches!(http_failure(&RemoteVerifier::new(settings).unwrap()), HttpError::TooLarge { .. }));
}

#[test]
fn a_head_without_end_is_cut_off() {
    let server = Server::start(|_, out| {
        out.write_all(b"HTTP/1.1 200 OK\r\n")?;
        loop {
            out.write_all(b"X-More: and more and more and more and more and more\r\n")?;
        }
    });
    assert!(matches!(http_failure(&client(&server)), HttpError::NotHttp));
}

#[test]
fn a_length_that_is_too_short_gives_no_verdict() {
    let server = Server::start(|asked, out| {
        let right = shinsei_http::protocol::reply(&StampVerifier::default(), &asked.body).body;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", right.len() - 1);
        out.write_all(&[head.as_bytes(), &right].concat()).map(|()| Then::Keep)
    });
    let error = crate::service::failure(&client(&server));
    assert!(format!("{error:?}").contains("Form"), "{error:?}");
}

#[test]
fn what_is_not_http_is_no_answer() {
    for said in ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 9999 Odd\r\n\r\n", "\u{0}\u{0}\u{0}\r\n\r\n"] {
        let server = Server::saying(said, Then::Close);
        assert!(matches!(http_failure(&client(&server)), HttpError::NotHttp), "{said}");
    }
    let server = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}", Then::Close);
    assert!(matches!(http_failure(&client(&server)), HttpError::NotHttp));
}
