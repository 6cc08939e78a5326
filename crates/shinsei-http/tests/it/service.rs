//! A verification service: any verifier, behind HTTP. And the questions of these tests.

use std::io::{self, Write};
use std::time::Duration;

use shinsei_conformance::FakeClock;
use shinsei_conformance::stamp::StampVerifier;
use shinsei_core::command::SubmittedForm;
use shinsei_core::ids::ProcedureId;
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::signature::{
    Refusal, SignatureRequest, SignatureVerifier, Verdict, VerifierError, verify,
};
use shinsei_core::signature::{CertificateKind, SignatureDefect, VerifiedSignature};
use shinsei_http::error::HttpError;
use shinsei_http::protocol::{MEDIA_TYPE, reply};
use shinsei_http::remote::{RemoteSettings, RemoteVerifier};
use shinsei_http::tls::Tls;

use crate::server::{Asked, Server, Then, answer};

/// Every kind of certificate.
pub(crate) const ALL: [CertificateKind; 3] =
    [CertificateKind::JpkiSigning, CertificateKind::CommercialRegistration, CertificateKind::Accredited];

/// What the handler of a verification service does.
pub(crate) fn judging(
    verifier: impl SignatureVerifier + 'static,
) -> impl Fn(&Asked, &mut dyn Write) -> io::Result<Then> + Send + Sync + 'static {
    move |asked, out| {
        let reply = reply(&verifier, &asked.body);
        let head = format!("Content-Type: {MEDIA_TYPE}");
        out.write_all(&answer(reply.status, &[&head], &reply.body)).map(|()| Then::Keep)
    }
}

/// A service of stamps that are valid always.
pub(crate) fn stamps() -> Server {
    Server::start(judging(StampVerifier::default()))
}

/// Settings for a server of the tests: no answer takes long but one that never comes.
pub(crate) fn settings(server: &Server) -> RemoteSettings {
    RemoteSettings::new(server.url("/v1"), Tls::none())
}

pub(crate) fn client(server: &Server) -> RemoteVerifier {
    RemoteVerifier::new(settings(server)).unwrap()
}

/// As `client`, with little patience.
pub(crate) fn impatient(server: &Server) -> RemoteVerifier {
    let mut settings = settings(server);
    settings.whole_timeout = Duration::from_millis(250);
    RemoteVerifier::new(settings).unwrap()
}

/// Asks about a submitted form, through the core.
pub(crate) fn ask(
    verifier: &dyn SignatureVerifier,
    form: &SubmittedForm,
    accepted: &[CertificateKind],
) -> Result<VerifiedSignature, Refusal> {
    let procedure = ProcedureId::new("juminhyo").unwrap();
    verify(verifier, form.signed().unwrap(), FakeClock::default().now(), (&procedure, accepted))
}

/// Asks about some form, and gives the reason why there is no verdict.
pub(crate) fn failure(verifier: &dyn SignatureVerifier) -> VerifierError {
    let form = shinsei_conformance::stamp::detached(CertificateKind::JpkiSigning, b"application");
    match ask(verifier, &form, &ALL) {
        Err(Refusal::Verifier(error)) => error,
        other => panic!("a verdict: {other:?}"),
    }
}

/// As `failure`, of HTTP.
pub(crate) fn http_failure(verifier: &dyn SignatureVerifier) -> HttpError {
    match failure(verifier) {
        VerifierError::Unavailable { source } => *source.downcast().unwrap(),
        other => panic!("{other:?}"),
    }
}

/// Refuses everything with one code.
pub(crate) struct Refusing(pub(crate) &'static str);

impl SignatureVerifier for Refusing {
    fn verify(&self, _: &SignatureRequest<'_>) -> Result<Verdict, VerifierError> {
        Ok(Verdict::Invalid(SignatureDefect { code: self.0, resident: "函館 花子", operator: "Hanako" }))
    }
}
