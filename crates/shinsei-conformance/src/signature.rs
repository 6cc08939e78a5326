//! The clauses of the port `SignatureVerifier`.
//!
//! A verifier is tested with signatures that its own anchors vouch for, and some that nobody should believe:
//! [`signature_suite!`](crate::signature_suite) makes a test of each clause from a function that gives a
//! [`VerifierUnderTest`].

use shinsei_core::ids::ProcedureId;
use shinsei_core::port::signature::{SignatureRequest, SignatureVerifier, Verdict};
use shinsei_core::signature::{CertificateKind, EvidenceRole, SignatureDefect, SignedBytes, Valid};
use shinsei_core::time::{Timestamp, Window};

use crate::clause::{Breach, Clause, Kept, hold, same};
use crate::noise::noise;

/// Every kind of certificate.
const KINDS: [CertificateKind; 3] =
    [CertificateKind::JpkiSigning, CertificateKind::CommercialRegistration, CertificateKind::Accredited];

/// One second in the unit of the clock: validity in certificates is told in seconds.
const SECOND: i64 = 1_000_000;

/// A verifier, and signatures that it should and should not believe.
pub trait VerifierUnderTest {
    /// The verifier.
    fn verifier(&self) -> Box<dyn SignatureVerifier + '_>;

    /// Signatures that hold: at least two by documents that differ, best of each form and kind that the verifier takes.
    fn good(&self) -> Vec<Good>;

    /// Signatures that do not hold, each with what is wrong with it.
    fn bad(&self) -> Vec<Bad>;
}

/// A signature that holds.
#[derive(Clone)]
pub struct Good {
    /// The signature.
    pub signature: Vec<u8>,
    /// The document that was signed.
    pub document: Vec<u8>,
    /// True when the document lies inside the signature, false when it travels beside it.
    pub enclosed: bool,
    /// The kind of certificate that it was signed with.
    pub kind: CertificateKind,
    /// A time at which it holds.
    pub at: Timestamp,
    /// The times outside of which the certificate is not valid, both ends given.
    pub in_force: Window,
}

/// A signature that does not hold.
#[derive(Clone)]
pub struct Bad {
    /// What is wrong with it, for who reads the report.
    pub what: &'static str,
    /// The signature.
    pub signature: Vec<u8>,
    /// The document, when it does not lie inside.
    pub detached: Option<Vec<u8>>,
    /// The time of judgement.
    pub at: Timestamp,
}

/// Hands the list of all clauses to another macro, behind what is given to it: the one place where they stand.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_signature_clause {
    ($($then:ident)::+ ! ($($given:tt)*)) => {
        $($then)::+! { ($($given)*)
            signature: judges_the_bytes, judges_at_the_time_asked, names_the_kind, window_holds_the_time,
                survives_any_bytes, gives_evidence, refuses_what_does_not_hold, says_why;
        }
    };
}

/// Every clause of a verifier.
pub fn clauses() -> Vec<Clause<dyn VerifierUnderTest>> {
    for_each_signature_clause!(crate::clause::list!(crate))
}

/// Makes one test of each clause from a function that gives a [`VerifierUnderTest`].
///
/// [`VerifierUnderTest`]: crate::signature::VerifierUnderTest
#[macro_export]
macro_rules! signature_suite {
    ($fresh:ident) => {
        $crate::for_each_signature_clause! { $crate::clause_tests!($fresh $crate) }
    };
}

/// A signature holds over its own document and over no other.
pub fn judges_the_bytes(subject: &dyn VerifierUnderTest) -> Kept {
    let verifier = subject.verifier();
    let all = good(subject)?;
    for (n, sample) in all.iter().enumerate() {
        let valid = sample.must_hold(&*verifier)?;
        let inside = sample.enclosed.then_some(&sample.document[..]);
        hold!(
            valid.content.as_ref().map(|content| content.of(&sample.signature)) == inside.map(Some),
            "the content in the verdict on good signature {n} is not what lies inside"
        );
        let other = &all[(n + 1) % all.len()].document;
        hold!(*other != sample.document, "good signatures {n} and the next are of one document: give two");
        for document in [altered(&sample.document), other.clone()] {
            let Some(forged) = sample.with_document(&document) else { continue };
            let verdict = forged.ask(&*verifier, &KINDS)?;
            hold!(!is_valid(&verdict), "good signature {n} was believed over another document");
        }
    }
    Ok(())
}

/// A signature holds while its certificate is valid, and neither before nor after, whatever was asked before.
pub fn judges_at_the_time_asked(subject: &dyn VerifierUnderTest) -> Kept {
    let verifier = subject.verifier();
    for (n, sample) in good(subject)?.into_iter().enumerate() {
        let (Some(from), Some(until)) = (sample.in_force.from, sample.in_force.until) else {
            return Err(Breach::new(format!(
                "good signature {n} does not say when its certificate is valid"
            )));
        };
        sample.must_hold(&*verifier)?;
        for at in [from.saturating_add_micros(-SECOND), until.saturating_add_micros(SECOND)] {
            let verdict = Good { at, ..sample.clone() }.ask(&*verifier, &KINDS)?;
            hold!(
                !is_valid(&verdict),
                "good signature {n} was believed at {at}, out of its certificate's validity"
            );
        }
        sample.must_hold(&*verifier)?;
    }
    Ok(())
}

/// A valid verdict names the kind of certificate; where that kind is not accepted the signature does not hold.
pub fn names_the_kind(subject: &dyn VerifierUnderTest) -> Kept {
    let verifier = subject.verifier();
    for (n, sample) in good(subject)?.into_iter().enumerate() {
        same!(
            sample.must_hold(&*verifier)?.kind,
            sample.kind,
            "the kind of certificate of good signature {n}"
        );
        let alone = sample.ask(&*verifier, &[sample.kind])?;
        hold!(is_valid(&alone), "good signature {n} does not hold where its kind alone is accepted");
        let others: Vec<_> = KINDS.into_iter().filter(|kind| *kind != sample.kind).collect();
        for accepted in [&others[..], &[]] {
            let verdict = sample.ask(&*verifier, accepted)?;
            hold!(
                !is_valid(&verdict),
                "good signature {n}, {:?}, was believed where {accepted:?} are",
                sample.kind
            );
        }
    }
    Ok(())
}

/// The times for which a verdict holds contain the one asked for and lie within the certificate's validity.
pub fn window_holds_the_time(subject: &dyn VerifierUnderTest) -> Kept {
    let verifier = subject.verifier();
    for (n, sample) in good(subject)?.into_iter().enumerate() {
        let holds = sample.must_hold(&*verifier)?.holds;
        hold!(
            holds.contains(sample.at),
            "the verdict on good signature {n} holds {holds:?}, not at {}",
            sample.at
        );
        same!(
            holds.intersect(sample.in_force),
            holds,
            "what of {holds:?} lies in the validity of the certificate"
        );
    }
    Ok(())
}

/// Whatever the bytes are, there is an answer: signatures cut off, changed in places, and noise. What is cut off does
/// not hold, and what is changed proves no other document.
pub fn survives_any_bytes(subject: &dyn VerifierUnderTest) -> Kept {
    let verifier = subject.verifier();
    for (n, sample) in (0..).zip(good(subject)?) {
        let length = sample.signature.len();
        for end in (0..length).step_by(length / 50 + 1) {
            let cut = Good { signature: sample.signature[..end].to_vec(), ..sample.clone() };
            let verdict = cut.ask(&*verifier, &KINDS)?;
            hold!(!is_valid(&verdict), "good signature {n} was believed when cut off at byte {end}");
        }
        for (at, flip) in (0..length).step_by(length / 100 + 1).zip(noise(n, length)) {
            let mut changed = sample.clone();
            changed.signature[at] ^= flip | 1;
            if let Verdict::Valid(valid) = changed.ask(&*verifier, &KINDS)? {
                let inside = valid.content.as_ref().map(|content| content.of(&changed.signature));
                hold!(
                    inside.is_none_or(|proved| proved == Some(&sample.document[..])),
                    "good signature {n}, changed at byte {at}, proves another document"
                );
            }
        }
        for bytes in [0, 1, 2, 100, 10_000] {
            let noisy = Good { signature: noise(n, bytes), ..sample.clone() };
            hold!(!is_valid(&noisy.ask(&*verifier, &KINDS)?), "{bytes} bytes of noise were believed");
        }
    }
    Ok(())
}

/// A valid verdict carries what it rested on, the signer's certificate among it, who signed, and under which policy.
pub fn gives_evidence(subject: &dyn VerifierUnderTest) -> Kept {
    let verifier = subject.verifier();
    for (n, sample) in good(subject)?.into_iter().enumerate() {
        let valid = sample.must_hold(&*verifier)?;
        let certificate = |role| role == EvidenceRole::SignerCertificate;
        let has_certificate = valid.evidence.iter().any(|evidence| certificate(evidence.role));
        hold!(has_certificate, "the verdict on good signature {n} does not carry the signer's certificate");
        let empty = valid.evidence.iter().any(|evidence| evidence.bytes.is_empty());
        hold!(!empty, "the verdict on good signature {n} carries evidence of no bytes");
        hold!(!valid.identity.is_empty(), "the verdict on good signature {n} does not say who signed");
        hold!(!valid.policy.is_empty(), "the verdict on good signature {n} does not say under which policy");
    }
    Ok(())
}

/// A signature that does not hold is answered as such, not believed and not an error.
pub fn refuses_what_does_not_hold(subject: &dyn VerifierUnderTest) -> Kept {
    let verifier = subject.verifier();
    let all = subject.bad();
    hold!(!all.is_empty(), "no signature is given that does not hold");
    for bad in all {
        hold!(!is_valid(&bad.ask(&*verifier)?), "a signature was believed that is wrong: {}", bad.what);
    }
    Ok(())
}

/// A signature that does not hold has a code, a sentence for the resident and one for the operator.
pub fn says_why(subject: &dyn VerifierUnderTest) -> Kept {
    let verifier = subject.verifier();
    for bad in subject.bad() {
        if let Verdict::Invalid(SignatureDefect { code, resident, operator }) = bad.ask(&*verifier)? {
            let is_code = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            hold!(!code.is_empty() && code.bytes().all(is_code), "{code:?} is no code, of {}", bad.what);
            hold!(!resident.is_ascii(), "the resident is told in no Japanese what is wrong: {}", bad.what);
            hold!(!operator.is_empty(), "the operator is not told what is wrong: {}", bad.what);
        }
    }
    Ok(())
}

impl Good {
    fn ask(&self, verifier: &dyn SignatureVerifier, accepted: &[CertificateKind]) -> Result<Verdict, Breach> {
        let content = (!self.enclosed).then_some(&*self.document);
        ask(verifier, SignedBytes { signature: &self.signature, content }, self.at, accepted)
    }

    fn must_hold(&self, verifier: &dyn SignatureVerifier) -> Result<Valid, Breach> {
        match self.ask(verifier, &KINDS)? {
            Verdict::Valid(valid) => Ok(valid),
            Verdict::Invalid(defect) => Err(Breach::new(format!("a good signature does not hold: {defect}"))),
        }
    }

    /// The same signature with another document; `None` where the document lies inside and cannot be exchanged.
    fn with_document(&self, document: &[u8]) -> Option<Self> {
        let mut forged = Self { document: document.to_vec(), ..self.clone() };
        if self.enclosed {
            if document.len() != self.document.len() || document.is_empty() {
                return None;
            }
            let at = self.signature.windows(document.len()).position(|part| part == self.document)?;
            forged.signature[at..at + document.len()].copy_from_slice(document);
        }
        Some(forged)
    }
}

impl Bad {
    fn ask(&self, verifier: &dyn SignatureVerifier) -> Result<Verdict, Breach> {
        let signed = SignedBytes { signature: &self.signature, content: self.detached.as_deref() };
        ask(verifier, signed, self.at, &KINDS)
    }
}

fn ask(
    verifier: &dyn SignatureVerifier,
    signed: SignedBytes<'_>,
    at: Timestamp,
    accepted: &[CertificateKind],
) -> Result<Verdict, Breach> {
    let procedure = ProcedureId::new("JU-001")?;
    Ok(verifier.verify(&SignatureRequest { signed, at, procedure: &procedure, accepted })?)
}

fn good(subject: &dyn VerifierUnderTest) -> Result<Vec<Good>, Breach> {
    let all = subject.good();
    hold!(all.len() >= 2, "two signatures that hold are needed at least, not {}", all.len());
    Ok(all)
}

fn is_valid(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Valid(_))
}

/// The same document with its middle byte changed.
fn altered(document: &[u8]) -> Vec<u8> {
    let mut document = document.to_vec();
    let middle = document.len() / 2;
    if let Some(byte) = document.get_mut(middle) {
        *byte ^= 1;
    }
    document
}
