//! A verifier of a small signature scheme of its own keeps every clause, and each clause finds one that is broken.
//!
//! The scheme seals kind, validity and digest of a document under a secret that signer and verifier share. It stands for
//! a certificate where the port needs one, and is of no use to anybody else.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use shinsei_conformance::signature::{Bad, Good, VerifierUnderTest, clauses};
use shinsei_conformance::{FakeClock, Report};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::signature::{SignatureRequest, SignatureVerifier, Verdict, VerifierError};
use shinsei_core::signature::{CertificateKind, Enclosed, Evidence, EvidenceRole, SignatureDefect, Valid};
use shinsei_core::time::{Timestamp, Window};

shinsei_conformance::signature_suite!(whole);

const MAGIC: &[u8; 6] = b"sealed";

/// Magic, kind, validity, whether the document is enclosed, its digest; then the seal.
const SEALED_BYTES: usize = 6 + 1 + 8 + 8 + 1 + 32;

const KINDS: [CertificateKind; 3] =
    [CertificateKind::JpkiSigning, CertificateKind::CommercialRegistration, CertificateKind::Accredited];

/// What a verifier of the scheme does wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slip {
    Nothing,
    IgnoresTheDocument,
    JudgesNow,
    RemembersVerdicts,
    TakesAnyKind,
    HoldsForEver,
    ReadsBeyondTheEnd,
    IgnoresTheSeal,
    GivesNoCertificate,
    SaysNothingToResidents,
}

struct Scheme {
    slip: Slip,
    clock: FakeClock,
    believed: Mutex<BTreeMap<Vec<u8>, Valid>>,
}

fn whole() -> Scheme {
    with(Slip::Nothing)
}

fn with(slip: Slip) -> Scheme {
    Scheme { slip, clock: FakeClock::default(), believed: Mutex::default() }
}

fn seal(sealed: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(b"a secret of the tests").chain_update(sealed).finalize().into()
}

fn sign(kind: u8, in_force: (i64, i64), enclosed: bool, document: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.push(kind);
    bytes.extend(in_force.0.to_be_bytes());
    bytes.extend(in_force.1.to_be_bytes());
    bytes.push(u8::from(enclosed));
    bytes.extend(Sha256::digest(document));
    bytes.extend(seal(&bytes));
    if enclosed {
        bytes.extend(document);
    }
    bytes
}

impl Scheme {
    fn judge(&self, request: &SignatureRequest<'_>) -> Result<Valid, SignatureDefect> {
        let bytes = request.signed.signature;
        if self.slip == Slip::ReadsBeyondTheEnd {
            assert!(bytes.len() >= SEALED_BYTES, "read beyond the end");
        }
        let (sealed, rest) = bytes.split_at_checked(SEALED_BYTES).ok_or_else(|| self.defect("malformed"))?;
        let (given, enclosed) = rest.split_at_checked(32).ok_or_else(|| self.defect("malformed"))?;
        if !sealed.starts_with(MAGIC) || (given != seal(sealed) && self.slip != Slip::IgnoresTheSeal) {
            return Err(self.defect("seal-broken"));
        }
        let kind = *KINDS.get(usize::from(sealed[6])).ok_or_else(|| self.defect("unknown-kind"))?;
        if !request.accepted.contains(&kind) && self.slip != Slip::TakesAnyKind {
            return Err(self.defect("kind-not-accepted"));
        }
        let instant = |at: usize| {
            let micros = sealed[at..at + 8].try_into().map_or(0, i64::from_be_bytes);
            Timestamp::from_micros(micros)
        };
        let in_force = Window { from: instant(7), until: instant(15) };
        let at = if self.slip == Slip::JudgesNow { self.clock.now() } else { request.at };
        if !in_force.contains(at) {
            return Err(self.defect("certificate-expired"));
        }
        let is_enclosed = sealed[23] == 1;
        let document = if is_enclosed { enclosed } else { request.signed.content.unwrap_or_default() };
        let unseen = self.slip == Slip::IgnoresTheDocument && !is_enclosed;
        if Sha256::digest(document)[..] != sealed[24..] && !unseen {
            return Err(self.defect("document-altered"));
        }
        Ok(Valid {
            kind,
            policy: "the policy of the tests".to_owned(),
            content: is_enclosed.then(|| Enclosed::Apart(document.into())),
            identity: b"{}".to_vec(),
            holds: if self.slip == Slip::HoldsForEver { Window::ALWAYS } else { in_force },
            evidence: self.evidence(sealed),
        })
    }

    fn evidence(&self, sealed: &[u8]) -> Vec<Evidence> {
        let role = match self.slip {
            Slip::GivesNoCertificate => EvidenceRole::Report,
            _ => EvidenceRole::SignerCertificate,
        };
        vec![Evidence { role, bytes: sealed.into() }]
    }

    fn defect(&self, code: &'static str) -> SignatureDefect {
        let resident = if self.slip == Slip::SaysNothingToResidents {
            ""
        } else {
            "署名が正しくありません。"
        };
        SignatureDefect { code, resident, operator: "the signature does not hold" }
    }
}

impl SignatureVerifier for Scheme {
    fn verify(&self, request: &SignatureRequest<'_>) -> Result<Verdict, VerifierError> {
        let mut believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut question = [request.signed.signature, request.signed.content.unwrap_or_default()].concat();
        question.extend(format!("{:?}", request.accepted).bytes());
        if let Some(valid) = believed.get(&question)
            && self.slip == Slip::RemembersVerdicts
        {
            // What it keeps is wrong about nothing but the time.
            return Ok(Verdict::Valid(valid.clone()));
        }
        Ok(match self.judge(request) {
            Ok(valid) => {
                believed.insert(question, valid.clone());
                Verdict::Valid(valid)
            }
            Err(defect) => Verdict::Invalid(defect),
        })
    }
}

impl VerifierUnderTest for Scheme {
    fn verifier(&self) -> Box<dyn SignatureVerifier + '_> {
        Box::new(Borrowed(self))
    }

    fn good(&self) -> Vec<Good> {
        let at = FakeClock::default().now();
        let day = 86_400_000_000;
        let documents = ["first document", "second document", "third document"];
        (0..3_u8)
            .map(|n| {
                let document = documents[usize::from(n)].as_bytes().to_vec();
                let (from, until) = (at.saturating_add_micros(-day), at.saturating_add_micros(day));
                let enclosed = n == 1;
                Good {
                    signature: sign(n, (from.micros(), until.micros()), enclosed, &document),
                    document,
                    enclosed,
                    kind: KINDS[usize::from(n)],
                    at,
                    in_force: Window::between(from, until),
                }
            })
            .collect()
    }

    fn bad(&self) -> Vec<Bad> {
        let good = self.good().remove(0);
        let mut unsealed = good.signature.clone();
        unsealed[SEALED_BYTES] ^= 1;
        let bad = |what, signature: &[u8], document: &[u8]| Bad {
            what,
            signature: signature.to_vec(),
            detached: Some(document.to_vec()),
            at: good.at,
        };
        vec![
            bad("its seal is broken", &unsealed, &good.document),
            bad("it is no signature", &[7; 200], &good.document),
        ]
    }
}

struct Borrowed<'a>(&'a Scheme);

impl SignatureVerifier for Borrowed<'_> {
    fn verify(&self, request: &SignatureRequest<'_>) -> Result<Verdict, VerifierError> {
        self.0.verify(request)
    }
}

#[test]
fn each_clause_finds_a_broken_verifier_that_it_alone_finds() {
    let flaws = [
        (Slip::IgnoresTheDocument, "signature::judges_the_bytes"),
        (Slip::JudgesNow, "signature::judges_at_the_time_asked"),
        (Slip::RemembersVerdicts, "signature::judges_at_the_time_asked"),
        (Slip::TakesAnyKind, "signature::names_the_kind"),
        (Slip::HoldsForEver, "signature::window_holds_the_time"),
        (Slip::ReadsBeyondTheEnd, "signature::survives_any_bytes"),
        (Slip::GivesNoCertificate, "signature::gives_evidence"),
        (Slip::IgnoresTheSeal, "signature::refuses_what_does_not_hold"),
        (Slip::SaysNothingToResidents, "signature::says_why"),
    ];
    for (slip, clause) in flaws {
        let report = Report::of(&clauses(), || Box::new(with(slip)));
        assert_eq!(report.broken(), [clause], "{report}");
        assert!(report.to_string().contains(&format!("BROKEN  {clause}: ")), "{report}");
    }
    let unproved =
        clauses().iter().map(|clause| clause.name()).find(|name| flaws.iter().all(|(_, of)| of != name));
    assert_eq!(unproved, None);
}
