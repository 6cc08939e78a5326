//! What is verified in these benches: a JPKI signer below one authority, a list that speaks of the signer, and the bare
//! arithmetic of it.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::digest::{SHA256, SHA384, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    VerificationAlgorithm,
};
use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::crl::RevocationList;
use shinsei_cms::profile::Profile;
use shinsei_cms::revocation::{RevocationPolicy, RevocationStatus};
use shinsei_cms::sign::authority::Identity;
use shinsei_cms::sign::hierarchy::{self, Resident};
use shinsei_cms::sign::key::SigningKey;
use shinsei_cms::sign::list::ListTemplate;
use shinsei_cms::sign::{Placement, sign};
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::ids::ProcedureId;
use shinsei_core::port::signature::{SignatureRequest, SignatureVerifier, Verdict};
use shinsei_core::signature::{CertificateKind, SignedBytes};
use shinsei_core::time::{Timestamp, Window};

pub use shinsei_cms::sign::key::KeyAlgorithm;

/// Certificates that one subject goes through, so that none is known when its turn comes again.
const LEAVES: u8 = 48;

/// Certificates that the verifier knows which is to see new ones: one set, which they leave before they come again.
const KNOWN_WHEN_COLD: usize = 8;

/// Bytes of a certificate beside what is signed of it and the signature; bytes of the attributes that are signed: content
/// type, digest, time.
const ALGORITHM_AND_HEADERS: usize = 24;
const ATTRIBUTES: usize = 132;

/// Certificates on the revocation list.
const REVOKED: u16 = 1000;

/// One kind of key and one size of content.
pub struct Subject {
    /// What it is called.
    pub name: &'static str,
    /// The anchor.
    pub authority: Identity,
    /// Attached messages over the same content, each of another signer.
    pub messages: Vec<Vec<u8>>,
    /// The revocation list, DER.
    pub list: Vec<u8>,
    cold: CmsVerifier,
    warm: CmsVerifier,
    floor: Floor,
    next: AtomicUsize,
    procedure: ProcedureId,
}

/// The keys parsed, the bytes cut out: what is left is arithmetic.
struct Floor {
    algorithm: KeyAlgorithm,
    issuer: ParsedPublicKey,
    signer: ParsedPublicKey,
    /// What was signed, and the signature: of every certificate, and of every signer's attributes. As many as there are
    /// messages, since some arithmetic is faster on what it has just seen.
    certificates: Vec<(Vec<u8>, Vec<u8>)>,
    attributes: Vec<(Vec<u8>, Vec<u8>)>,
    /// Where the content stands in each message: it is read where the verifier reads it.
    content: Range<usize>,
}

/// A day on which all is in force.
pub fn day() -> Timestamp {
    Timestamp::from_jst(2026, 4, 1, 0, 0).expect("a day")
}

fn term() -> Window {
    let day = |year| Timestamp::from_jst(year, 4, 1, 0, 0).expect("a day");
    Window::between(day(2025), day(2030))
}

impl Subject {
    /// Makes keys, certificates, messages and a list.
    pub fn new(name: &'static str, algorithm: KeyAlgorithm, content_bytes: usize) -> Self {
        let authority = hierarchy::jpki_authority(algorithm, 1, term()).expect("an authority");
        let pkcs8 = SigningKey::generate(algorithm).and_then(|key| key.to_pkcs8()).expect("a key");
        let leaf = |number: u8| {
            let key = SigningKey::from_pkcs8(algorithm, &pkcs8).expect("the key");
            hierarchy::jpki_signing(&authority, key, &[1, number], &Resident::SAMPLE, term()).expect("a leaf")
        };
        let content: Vec<u8> = (0..content_bytes).map(|at| at.to_le_bytes()[0]).collect();
        let signers: Vec<_> = (0..LEAVES).map(leaf).collect();
        let messages = signers.iter().map(|signer| {
            sign(&content, Placement::Attached, &[signer], &[], Some(day())).expect("a message")
        });
        let messages: Vec<_> = messages.collect();
        let begins = messages[0].windows(content_bytes).position(|bytes| bytes == content);
        let begins = begins.expect("the content stands in the message");
        let floor = Floor::new(algorithm, &authority, &signers, begins..begins + content_bytes);
        let revoked = (0..REVOKED).map(|number| [&[2][..], &number.to_be_bytes()].concat()).collect();
        let template = ListTemplate { number: 1, current: term(), revoked, extensions: vec![] };
        let list = authority.revoke(&template).expect("a list");
        let verifier = || {
            let anchor = TrustAnchor::new(&authority.certificate, *Profile::JPKI_SIGNING);
            CmsVerifier::new(vec![anchor.expect("an anchor")]).with_revocation(
                RevocationPolicy::Require,
                vec![RevocationList::from_der(&list).expect("the list")],
            )
        };
        Self {
            name,
            cold: verifier().with_known_certificates(KNOWN_WHEN_COLD),
            warm: verifier(),
            floor,
            messages,
            next: AtomicUsize::new(0),
            procedure: ProcedureId::new("jumin-hyo").expect("a procedure"),
            list,
            authority,
        }
    }

    /// Verifies a message whose signer the verifier has not seen, and reads who signed.
    pub fn cold(&self) {
        self.judge(&self.cold, self.next_message());
    }

    /// Verifies a message whose signer the verifier knows, and reads who signed.
    pub fn warm(&self) {
        self.warm_message(&self.messages[0]);
    }

    /// The same as [`Self::cold`], up to the verdict that the core keeps: evidence, identity and report as bytes.
    pub fn cold_verdict(&self) {
        self.verdict(&self.cold, self.next_message());
    }

    /// The same as [`Self::warm`], up to the verdict that the core keeps.
    pub fn warm_verdict(&self) {
        self.verdict(&self.warm, &self.messages[0]);
    }

    /// Two verifications and one digest.
    pub fn floor(&self) {
        let number = self.next_number();
        self.digest_content(&self.messages[number]);
        self.floor.verify(&self.floor.issuer, &self.floor.certificates[number]);
        self.floor.verify(&self.floor.signer, &self.floor.attributes[number]);
    }

    /// One verification and one digest.
    pub fn floor_of_one(&self) {
        self.digest_content(&self.messages[0]);
        self.floor.verify(&self.floor.signer, &self.floor.attributes[0]);
    }

    fn digest_content(&self, message: &[u8]) {
        std::hint::black_box(self.floor.digest(&message[self.floor.content.clone()]));
    }

    /// The next message of another signer.
    pub fn next_message(&self) -> &[u8] {
        &self.messages[self.next_number()]
    }

    fn next_number(&self) -> usize {
        self.next.fetch_add(1, Ordering::Relaxed) % self.messages.len()
    }

    /// Verifies one of the messages with the verifier that knows their signers once it has seen them.
    pub fn warm_message(&self, message: &[u8]) {
        self.judge(&self.warm, message);
    }

    fn judge(&self, verifier: &CmsVerifier, message: &[u8]) {
        let judged = verifier.judge(SignedBytes { signature: message, content: None }, day());
        let verified = judged.expect("it holds");
        assert_eq!(verified.signers()[0].revocation, RevocationStatus::Good);
        std::hint::black_box(verified.signers()[0].identity_json());
        std::hint::black_box(verified);
    }

    fn verdict(&self, verifier: &CmsVerifier, message: &[u8]) {
        let request = SignatureRequest {
            signed: SignedBytes { signature: message, content: None },
            at: day(),
            procedure: &self.procedure,
            accepted: &[CertificateKind::JpkiSigning],
        };
        let verdict = verifier.verify(&request).expect("a verdict");
        assert!(matches!(std::hint::black_box(verdict), Verdict::Valid(_)));
    }
}

impl Floor {
    fn new(
        algorithm: KeyAlgorithm,
        authority: &Identity,
        signers: &[Identity],
        content: Range<usize>,
    ) -> Self {
        let parsed = |identity: &Identity| {
            let key = identity.key.public_key().expect("a key");
            ParsedPublicKey::new(arithmetic(algorithm), key).expect("a key")
        };
        // As long as the TBSCertificate, and as the attributes that were signed: signed anew, since only the length counts.
        let signed = |identity: &Identity, bytes: Vec<u8>| {
            let signature = identity.key.sign(&bytes).expect("a signature");
            (bytes, signature)
        };
        let certificate = |signer: &Identity| {
            let signature = authority.key.sign(b"").expect("a signature");
            let body = signer.certificate.len() - signature.len() - ALGORITHM_AND_HEADERS;
            signed(authority, signer.certificate[..body].to_vec())
        };
        let attributes = |signer: &Identity| signed(signer, signer.certificate[..ATTRIBUTES].to_vec());
        Self {
            algorithm,
            issuer: parsed(authority),
            signer: parsed(&signers[0]),
            certificates: signers.iter().map(certificate).collect(),
            attributes: signers.iter().map(attributes).collect(),
            content,
        }
    }

    fn digest(&self, bytes: &[u8]) -> aws_lc_rs::digest::Digest {
        match self.algorithm {
            KeyAlgorithm::Rsa2048 | KeyAlgorithm::P256 => digest(&SHA256, bytes),
            KeyAlgorithm::P384 => digest(&SHA384, bytes),
        }
    }

    fn verify(&self, key: &ParsedPublicKey, (bytes, signature): &(Vec<u8>, Vec<u8>)) {
        key.verify_digest_sig(&self.digest(bytes), signature).expect("the signature holds");
    }
}

fn arithmetic(algorithm: KeyAlgorithm) -> &'static dyn VerificationAlgorithm {
    match algorithm {
        KeyAlgorithm::Rsa2048 => &RSA_PKCS1_2048_8192_SHA256,
        KeyAlgorithm::P256 => &ECDSA_P256_SHA256_ASN1,
        KeyAlgorithm::P384 => &ECDSA_P384_SHA384_ASN1,
    }
}
