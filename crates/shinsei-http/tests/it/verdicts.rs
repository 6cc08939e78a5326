//! What the service says arrives as it was said; what it may not say is refused.

use proptest::prelude::{ProptestConfig, any, proptest};
use shinsei_conformance::FakeClock;
use shinsei_conformance::stamp::{StampVerifier, attached, detached};
use shinsei_core::command::SubmittedForm;
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::signature::{Refusal, SignatureRequest, SignatureVerifier, Verdict, VerifierError};
use shinsei_core::signature::{CertificateKind, Evidence, EvidenceRole, Valid};
use shinsei_core::time::Window;
use shinsei_http::error::{HttpError, SettingError};
use shinsei_http::protocol::reply;
use shinsei_http::remote::{RemoteSettings, RemoteVerifier};
use shinsei_http::tls::Tls;

use crate::server::{Server, Then, answer};
use crate::service::{ALL, Refusing, ask, client, failure, http_failure, judging, settings, stamps};

#[test]
fn a_remote_verdict_is_the_same_as_one_made_here() {
    let now = FakeClock::default().now();
    let here = StampVerifier {
        valid: Window::between(now.saturating_add_micros(-1), now.saturating_add_micros(86_400_000_001)),
    };
    let server = Server::start(judging(here));
    let remote = client(&server);
    for kind in ALL {
        for form in [detached(kind, b"application"), attached(kind, b"application"), attached(kind, b"")] {
            let verified = ask(&remote, &form, &ALL).unwrap();
            assert_eq!(verified, ask(&here, &form, &ALL).unwrap());
            assert_eq!(verified.kind(), kind);
        }
    }
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_code_that_is_known_arrives_with_our_words_and_another_as_unknown() {
    for (said, code, operator) in [
        ("certificate-revoked", "certificate-revoked", "the signer's certificate is revoked"),
        (
            "hanako",
            "refused-by-remote-verifier",
            "the remote verifier refused the signature with a code that is not known here",
        ),
    ] {
        let server = Server::start(judging(Refusing(said)));
        match ask(&client(&server), &detached(CertificateKind::JpkiSigning, b"a"), &ALL) {
            Err(Refusal::Defect(defect)) => assert_eq!((defect.code, defect.operator), (code, operator)),
            other => panic!("{other:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_bytes_there_is_a_verdict_and_it_is_no(signature in any::<Vec<u8>>(), content in any::<Option<Vec<u8>>>()) {
        let server = stamps();
        let form = match content {
            Some(content) => SubmittedForm::Detached { content: content.into(), signature: signature.into() },
            None => SubmittedForm::Attached(signature.into()),
        };
        assert!(matches!(ask(&client(&server), &form, &ALL), Err(Refusal::Defect(_))));
    }

    #[test]
    fn whatever_is_asked_the_service_answers(body in any::<Vec<u8>>()) {
        assert_eq!(reply(&StampVerifier::default(), &body).status, 400);
    }
}

#[test]
fn the_token_is_shown_to_the_service_and_to_nobody_else() {
    let server = Server::start(|asked, out| {
        if asked.header("authorization") == Some("Bearer s3cret") {
            judging(StampVerifier::default())(asked, out)
        } else {
            out.write_all(&answer(401, &[], b"")).map(|()| Then::Keep)
        }
    });
    let mut settings = settings(&server);
    assert!(matches!(
        http_failure(&RemoteVerifier::new(settings.clone()).unwrap()),
        HttpError::Status { status: 401 }
    ));
    settings.bearer = Some("s3cret".to_owned());
    let verifier = RemoteVerifier::new(settings.clone()).unwrap();
    assert!(ask(&verifier, &detached(CertificateKind::JpkiSigning, b"a"), &ALL).is_ok());
    assert!(!format!("{verifier:?} {settings:?}").contains("s3cret"));

    for token in ["", "two words", "line\r\nend", "花子"] {
        settings.bearer = Some(token.to_owned());
        assert!(matches!(RemoteVerifier::new(settings.clone()), Err(SettingError::Bearer)), "{token}");
    }
}

#[test]
fn a_service_that_is_not_on_this_machine_is_asked_by_https_only() {
    for url in ["http://verify.example.lg.jp/", "http://192.168.0.1/", "http://localhost/"] {
        let made = RemoteVerifier::new(RemoteSettings::new(url, Tls::none()));
        assert!(matches!(made, Err(SettingError::PlainHttp)), "{url}");
    }
    for url in ["verify.example.lg.jp", "https://user:word@verify.example.lg.jp/", "file:///v1"] {
        let made = RemoteVerifier::new(RemoteSettings::new(url, Tls::none()));
        assert!(matches!(made, Err(SettingError::Url)), "{url}");
    }
}

#[test]
fn a_message_that_is_too_large_is_refused_before_it_is_sent() {
    let server = stamps();
    let mut settings = settings(&server);
    settings.message_bytes_max = 100;
    let verifier = RemoteVerifier::new(settings).unwrap();
    match ask(&verifier, &detached(CertificateKind::JpkiSigning, &[0; 100]), &ALL) {
        Err(Refusal::Defect(defect)) => assert_eq!(defect.code, "message-too-large"),
        other => panic!("{other:?}"),
    }
    assert_eq!(server.connections(), 0);
}

/// Says what the contract forbids: the verdict of a stamp, changed.
struct Bent(fn(&mut Valid));

impl SignatureVerifier for Bent {
    fn verify(&self, request: &SignatureRequest<'_>) -> Result<Verdict, VerifierError> {
        let Verdict::Valid(mut valid) = StampVerifier::default().verify(request)? else { panic!("no stamp") };
        self.0(&mut valid);
        Ok(Verdict::Valid(valid))
    }
}

/// Rests on one thing of every kind that a verdict can rest on.
const EVERYTHING: fn(&mut Valid) = |valid| {
    use EvidenceRole::{AuthorityCertificate, Crl, Ocsp, Report, SignerCertificate, TimeStamp};
    let roles = [SignerCertificate, AuthorityCertificate, Crl, Ocsp, TimeStamp, Report];
    let piece = |(role, byte)| Evidence { role, bytes: vec![byte; 100 + usize::from(byte)].into() };
    valid.evidence = roles.into_iter().zip(0..).map(piece).collect();
};

#[test]
fn evidence_of_every_kind_arrives_as_it_was_said() {
    let server = Server::start(judging(Bent(EVERYTHING)));
    let form = detached(CertificateKind::JpkiSigning, b"application");
    let verified = ask(&client(&server), &form, &ALL).unwrap();
    assert_eq!(verified, ask(&Bent(EVERYTHING), &form, &ALL).unwrap());
    assert_eq!(verified.evidence()[4].role, EvidenceRole::TimeStamp);
}

#[test]
fn a_verdict_that_breaks_the_contract_does_not_leave_the_service() {
    let server = Server::start(judging(Bent(|valid| valid.evidence.clear())));
    assert!(matches!(http_failure(&client(&server)), HttpError::Status { status: 500 }));
}

/// Takes the right answer of a service, and changes its text.
fn forging(change: fn(String) -> String) -> Server {
    Server::start(move |asked, out| {
        let right = String::from_utf8(reply(&StampVerifier::default(), &asked.body).body).unwrap();
        let wrong = change(right.clone());
        assert_ne!(right, wrong);
        out.write_all(&answer(200, &[], wrong.as_bytes())).map(|()| Then::Keep)
    })
}

#[test]
fn a_verdict_of_a_service_that_breaks_the_contract_is_refused_by_the_core() {
    type Change = fn(String) -> String;
    let forged: [(Change, &str); 4] = [
        (
            |said| said.replace("\"until\":null", "\"until\":\"2026-05-07T06:04:00Z\""),
            "window_holds_the_time",
        ),
        (|said| said.replace("\"content\":null", "\"content\":\"YQ==\""), "judges_the_bytes"),
        (
            |said| {
                let (start, _) = said.split_once("\"evidence\":").unwrap();
                format!("{start}\"evidence\":[]}}}}}}")
            },
            "gives_evidence",
        ),
        (
            |said| {
                let (start, end) = said.split_once("\"question\":\"").unwrap();
                format!("{start}\"question\":\"{}{}", "0".repeat(64), &end[64..])
            },
            "judges_the_bytes",
        ),
    ];
    for (change, broken) in forged {
        match failure(&client(&forging(change))) {
            VerifierError::BrokenContract { clause } => assert_eq!(clause, broken),
            other => panic!("{broken}: {other:?}"),
        }
    }

    let server = forging(|said| said.replace("JpkiSigning", "Accredited"));
    let form = detached(CertificateKind::JpkiSigning, b"application");
    match ask(&client(&server), &form, &[CertificateKind::JpkiSigning]) {
        Err(Refusal::Verifier(VerifierError::BrokenContract { clause })) => {
            assert_eq!(clause, "names_the_kind")
        }
        other => panic!("{other:?}"),
    }
}

/// What an error says, with all that it rests on.
fn told(error: &VerifierError) -> String {
    let VerifierError::Unavailable { source } = error else { return format!("{error:?}") };
    format!("{error:?} / {error} / {source:?} / {source}")
}

#[test]
fn an_answer_of_another_form_is_none_and_nothing_of_it_is_repeated() {
    type Change = fn(String) -> String;
    let forged: [(Change, &str); 9] = [
        (|_| "花子".to_owned(), "not of the form"),
        (|_| String::new() + " ", "not of the form"),
        (|said| said + "花子", "not of the form"),
        (|said| said.replace("\"version\":1", "\"version\":2,\"花子\":1"), "of version 2"),
        (|said| said.replace("\"version\":1", "\"version\":1,\"name\":\"花子\""), "not of the form"),
        (|said| said.replace("\"JpkiSigning\"", "\"花子\""), "not of the form"),
        (|said| said.replace("\"stamp-1\"", "\"花子\""), "not of the form"),
        (|said| said.replace("\"SignerCertificate\"", "\"花子\""), "not of the form"),
        (|said| said.replace("\"identity\":\"", "\"identity\":\"花子"), "not of the form"),
    ];
    for (change, saying) in forged {
        let told = told(&failure(&client(&forging(change))));
        assert!(told.contains(saying), "{told}");
        assert!(!told.contains("花子"), "{told}");
    }
}
