//! The verifier behind the port of the core.

use shinsei_cms::profile::Profile;
use shinsei_cms::sign::hierarchy;
use shinsei_cms::sign::key::KeyAlgorithm;
use shinsei_cms::sign::{Placement, sign};
use shinsei_core::bytes::Bytes;
use shinsei_core::ids::ProcedureId;
use shinsei_core::port::signature::{Refusal, verify};
use shinsei_core::signature::{CertificateKind, EvidenceRole, Signed};

use crate::own::{day, resident, term, trusting};

#[test]
fn a_verdict_names_kind_window_content_identity_and_evidence() {
    let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term()).unwrap();
    let signer = resident(&authority, KeyAlgorithm::P256);
    let message = sign(b"application", Placement::Attached, &[&signer], &[], None).unwrap();
    let verifier = trusting(&authority, Profile::JPKI_SIGNING);
    let procedure = ProcedureId::new("jumin-hyo").unwrap();
    let received = Bytes::from(&message[..]);
    let signed = Signed { signature: &received, content: None };
    let asked = |kind| verify(&verifier, signed, day(2026), (&procedure, &[kind]));
    let verified = asked(CertificateKind::JpkiSigning).unwrap();
    assert_eq!(verified.kind(), CertificateKind::JpkiSigning);
    assert_eq!(verified.policy(), "jpki-signing");
    assert_eq!(verified.holds(), term());
    assert_eq!(verified.content(&message), Some(&b"application"[..]));
    let identity: serde_json::Value = serde_json::from_slice(verified.identity()).unwrap();
    assert_eq!(identity["resident"]["name"], "函館 花子");
    let roles: Vec<_> = verified.evidence().iter().map(|evidence| evidence.role).collect();
    let expected =
        [EvidenceRole::SignerCertificate, EvidenceRole::AuthorityCertificate, EvidenceRole::Report];
    assert_eq!(roles, expected);
    assert_eq!(verified.evidence()[0].bytes.as_slice(), signer.certificate);
    assert_eq!(verified.evidence()[1].bytes.as_slice(), authority.certificate);
    let report: serde_json::Value = serde_json::from_slice(verified.evidence()[2].bytes.as_slice()).unwrap();
    assert_eq!(report["signers"][0]["revocation"], "not-checked");

    match asked(CertificateKind::CommercialRegistration) {
        Err(Refusal::Defect(defect)) => assert_eq!(defect.code, "certificate-kind-not-accepted"),
        other => panic!("{other:?}"),
    }
}
