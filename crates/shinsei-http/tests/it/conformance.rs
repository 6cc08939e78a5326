//! The clauses of the port, on a verifier that stands behind HTTP.

use shinsei_conformance::FakeClock;
use shinsei_conformance::signature::{Bad, Good, VerifierUnderTest};
use shinsei_conformance::stamp::{StampVerifier, attached, detached};
use shinsei_core::command::SubmittedForm;
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::signature::SignatureVerifier;
use shinsei_core::signature::CertificateKind;
use shinsei_core::time::Window;

use crate::server::Server;
use crate::service::{ALL, client, judging};

/// One day in the unit of the clock.
const DAY: i64 = 86_400_000_000;

struct Remote {
    server: Server,
    in_force: Window,
}

impl VerifierUnderTest for Remote {
    fn verifier(&self) -> Box<dyn SignatureVerifier + '_> {
        Box::new(client(&self.server))
    }

    fn good(&self) -> Vec<Good> {
        let sample = |(kind, n)| {
            let document = format!("application {n}").into_bytes();
            [detached(kind, &document), attached(kind, &document)].map(|form| Good {
                signature: signature(&form),
                enclosed: matches!(form, SubmittedForm::Attached(_)),
                document: document.clone(),
                kind,
                at: FakeClock::default().now(),
                in_force: self.in_force,
            })
        };
        let mut samples: Vec<Good> = ALL.into_iter().zip(0..).flat_map(sample).collect();
        // Detached and attached are of one document: no two of them side by side.
        samples.sort_by_key(|sample| sample.enclosed);
        samples
    }

    fn bad(&self) -> Vec<Bad> {
        let at = FakeClock::default().now();
        let stamp = signature(&detached(CertificateKind::JpkiSigning, b"application"));
        let bad = |what, detached: Option<&[u8]>| Bad {
            what,
            signature: stamp.clone(),
            detached: detached.map(<[u8]>::to_vec),
            at,
        };
        vec![
            bad("of another document", Some(b"another")),
            bad("without its document", None),
            Bad { at: at.saturating_add_micros(DAY), ..bad("after its time", Some(b"application")) },
            Bad { signature: Vec::new(), ..bad("empty", None) },
        ]
    }
}

fn signature(form: &SubmittedForm) -> Vec<u8> {
    match form {
        SubmittedForm::Detached { signature, .. } => signature.as_slice().to_vec(),
        SubmittedForm::Attached(message) => message.as_slice().to_vec(),
        SubmittedForm::Unsigned(_) => Vec::new(),
    }
}

fn remote() -> Remote {
    let now = FakeClock::default().now();
    let in_force = Window::between(now.saturating_add_micros(-DAY), now.saturating_add_micros(DAY));
    Remote { server: Server::start(judging(StampVerifier { valid: in_force })), in_force }
}

shinsei_conformance::signature_suite!(remote);
