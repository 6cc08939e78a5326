//! A witness over HTTP keeps every clause, against a small server that says what C2SP tlog-witness says.

use std::sync::Arc;
use std::time::Duration;

use shinsei_conformance::FakeClock;
use shinsei_conformance::witness::{MemoryWitness, WitnessUnderTest, log_keys};
use shinsei_core::checkpoint::{Checkpoint, root_from_base64};
use shinsei_core::note::{Cosigner, LogSigner, Note, Signature, VerifierKey};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::witness::{Submission, Witness, WitnessError};
use shinsei_core::tree::{Frontier, leaf_hash};
use shinsei_http::error::{HttpError, SettingError};
use shinsei_http::tls::Tls;
use shinsei_http::witness::{HttpWitness, WitnessSettings};

use crate::server::{Asked, Server, Then, answer};

const NAME: &str = "witness.example.lg.jp/w1";

/// A service that witnesses: the server's half, written from the specification.
struct Service {
    server: Server,
    key: VerifierKey,
}

impl Service {
    fn start() -> Self {
        let witness = Arc::new(MemoryWitness::new(NAME, log_keys(), FakeClock::default()));
        let key = witness.key().clone();
        let server = Server::start(move |asked, out| {
            let (status, headers, body) = said(&*witness, asked);
            out.write_all(&answer(status, &headers, body.as_bytes())).map(|()| Then::Keep)
        });
        Self { server, key }
    }
}

impl WitnessUnderTest for Service {
    fn open(&self) -> Box<dyn Witness + '_> {
        Box::new(client(&self.server, self.key.clone()))
    }
}

fn client(server: &Server, key: VerifierKey) -> HttpWitness {
    HttpWitness::new(WitnessSettings::new(server.url("/w1/"), key, Tls::none())).unwrap()
}

/// What a service says to a request.
fn said(witness: &dyn Witness, asked: &Asked) -> (u16, Vec<&'static str>, String) {
    let none = |status| (status, vec![], String::new());
    if asked.method != "POST" || asked.path != "/w1/add-checkpoint" {
        return none(405);
    }
    let Some((old, proof, note)) = read(&asked.body) else { return none(400) };
    match witness.add(&Submission { old, proof: &proof, checkpoint: &note }) {
        // A witness may sign with several keys; the client takes the one it knows.
        Ok(signature) => {
            let other = Cosigner::new("witness.example.lg.jp/w2", &[77; 32]).unwrap();
            let other = other.cosign(&note, FakeClock::default().now());
            (200, vec![], format!("{other}\n{signature}\n"))
        }
        Err(WitnessError::Conflict { size }) => {
            (409, vec!["Content-Type: text/x.tlog.size"], format!("{size}\n"))
        }
        Err(WitnessError::UnknownLog) => none(404),
        Err(WitnessError::NotSigned) => none(403),
        Err(WitnessError::Inconsistent { .. }) => none(422),
        Err(_) => none(400),
    }
}

fn read(body: &[u8]) -> Option<(u64, Vec<shinsei_core::tree::Hash>, Note)> {
    let text = std::str::from_utf8(body).ok()?;
    let (head, note) = text.split_once("\n\n")?;
    let mut lines = head.lines();
    let old = lines.next()?.strip_prefix("old ")?.parse().ok()?;
    let proof = lines.map(root_from_base64).collect::<Option<_>>()?;
    Some((old, proof, note.parse().ok()?))
}

fn fresh() -> Service {
    Service::start()
}

shinsei_conformance::witness_suite!(fresh);

fn checkpoint() -> Note {
    let origin = "city.example.lg.jp/shinsei/012025";
    let mut frontier = Frontier::default();
    frontier.append(leaf_hash(b"one"), |_| {});
    let note = Checkpoint::new(origin, frontier.head()).unwrap().to_note().unwrap();
    let signature = LogSigner::new(origin, &[11; 32]).unwrap().sign(&note);
    note.with(signature)
}

fn cosigner() -> Cosigner {
    Cosigner::new(NAME, &[23; 32]).unwrap()
}

fn add(server: &Server) -> Result<Signature, WitnessError> {
    let note = checkpoint();
    client(server, cosigner().verifier_key()).add(&Submission { old: 0, proof: &[], checkpoint: &note })
}

#[test]
fn what_is_sent_is_what_the_specification_says() {
    let service = Service::start();
    add(&service.server).unwrap();
    let asked = service.server.asked();
    assert_eq!(
        (asked.len(), asked[0].method.as_str(), asked[0].path.as_str()),
        (1, "POST", "/w1/add-checkpoint")
    );
    assert_eq!(String::from_utf8(asked[0].body.clone()).unwrap(), format!("old 0\n\n{}", checkpoint()));
}

#[test]
fn an_answer_counts_by_the_cosignature_of_the_key_alone() {
    let note = checkpoint();
    let at = FakeClock::default().now();
    let stranger = Cosigner::new("stranger", &[1; 32]).unwrap().cosign(&note, at);
    let impostor = Cosigner::new(NAME, &[1; 32]).unwrap().cosign(&note, at);
    let of_another_head = note.text().replace("\n1\n", "\n2\n");
    let moved = cosigner().cosign(&Note::new(of_another_head).unwrap(), at);
    for body in
        ["", "no signature\n", &format!("{stranger}\n"), &format!("{impostor}\n"), &format!("{moved}\n")]
    {
        let server = Server::saying(answer(200, &[], body.as_bytes()), Then::Close);
        let refused = add(&server);
        assert!(matches!(refused, Err(WitnessError::NotCosigned { .. })), "{body:?}: {refused:?}");
    }
    let right = cosigner().cosign(&note, at);
    let server = Server::saying(answer(200, &[], format!("{stranger}\n{right}\n").as_bytes()), Then::Close);
    assert_eq!(add(&server).unwrap(), right);
}

#[test]
fn what_goes_wrong_on_the_way_is_unavailable() {
    let failure = |server: &Server| match add(server) {
        Err(WitnessError::Unavailable { source }) => *source.downcast::<HttpError>().unwrap(),
        other => panic!("{other:?}"),
    };
    for (status, body) in [(409, "01\n"), (409, ""), (409, "three\n"), (500, ""), (429, "")] {
        let server = Server::saying(answer(status, &[], body.as_bytes()), Then::Close);
        assert!(
            matches!(failure(&server), HttpError::Status { status: found } if found == status),
            "{status} {body:?}"
        );
    }
    let endless = "x".repeat(70_000);
    let server = Server::saying(answer(200, &[], endless.as_bytes()), Then::Close);
    assert!(matches!(failure(&server), HttpError::TooLarge { .. }));
    let server = Server::saying(answer(302, &["Location: http://example.com/"], b""), Then::Close);
    assert!(matches!(failure(&server), HttpError::Redirected { status: 302 }));
    let silent = Server::start(|_, _| Ok(Then::Hold));
    let mut settings = WitnessSettings::new(silent.url("/w1"), cosigner().verifier_key(), Tls::none());
    settings.whole_timeout = Duration::from_millis(200);
    let note = checkpoint();
    let answer =
        HttpWitness::new(settings).unwrap().add(&Submission { old: 0, proof: &[], checkpoint: &note });
    assert!(matches!(answer, Err(WitnessError::Unavailable { .. })), "{answer:?}");
    let refused =
        HttpWitness::new(WitnessSettings::new("witness.example", cosigner().verifier_key(), Tls::none()));
    assert!(matches!(refused, Err(SettingError::Url)));
}
