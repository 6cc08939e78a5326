//! Messages put together by an attacker who owns a signed one.

use shinsei_cms::profile::Profile;
use shinsei_cms::reason::Reason;
use shinsei_cms::sign::der;
use shinsei_cms::sign::hierarchy;
use shinsei_cms::sign::key::KeyAlgorithm;
use shinsei_cms::sign::{Placement, sign};
use shinsei_core::signature::SignedBytes;

use crate::own::{day, resident, term, trusting};

const ID_DATA: &str = "1.2.840.113549.1.7.1";

/// Finds the first place of some bytes in others.
fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).position(|window| window == wanted).expect("the bytes are there")
}

/// Falko Strenzke's message: the signed attributes of an honest message become the content of one without
/// attributes. The signature over them then holds for a document its signer never saw.
#[test]
fn attributes_presented_as_content_are_refused() {
    let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term()).unwrap();
    let signer = resident(&authority, KeyAlgorithm::P256);
    let honest = sign(b"honest", Placement::Detached, &[&signer], &[], None).unwrap();
    let digest_set = der::set(&[&KeyAlgorithm::P256.digest_algorithm()]);
    let start = find(&honest, &der::oid("1.2.840.113549.1.9.3")) - 2 - 2;
    assert_eq!(honest[start], 0xa0);
    let length = usize::from(honest[start + 1]);
    let attributes = [&[0x31], &honest[start + 1..start + 2 + length]].concat();
    let after = &honest[start + 2 + length..];

    let version_and_id = {
        let end = start - KeyAlgorithm::P256.digest_algorithm().len();
        let begin = honest[..end].windows(3).rposition(|window| window == [0x02, 0x01, 0x01]).unwrap();
        &honest[begin..end]
    };
    let signer_info = der::sequence(&[version_and_id, &KeyAlgorithm::P256.digest_algorithm(), after]);
    let content = der::sequence(&[&der::oid(ID_DATA), &der::explicit(0, &der::octets(&attributes))]);
    let forged = der::sequence(&[
        &der::oid("1.2.840.113549.1.7.2"),
        &der::explicit(
            0,
            &der::sequence(&[
                &[0x02, 0x01, 0x01],
                &digest_set,
                &content,
                &der::element(0xa0, &signer.certificate),
                &der::element(0x31, &signer_info),
            ]),
        ),
    ]);
    let verifier = trusting(&authority, Profile::JPKI_SIGNING);
    let signed = SignedBytes { signature: &forged, content: None };
    assert_eq!(verifier.judge(signed, day(2026)).unwrap_err().reason, Reason::SignedAttributesMissing);
    let honest = SignedBytes { signature: &honest, content: Some(b"honest") };
    assert_eq!(verifier.judge(honest, day(2026)).unwrap().signers().len(), 1);
}

/// A certificate with the serial and issuer of the victim's, under another key, stands in the message too.
#[test]
fn a_twin_of_the_signers_certificate_changes_nothing() {
    let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term()).unwrap();
    let signer = resident(&authority, KeyAlgorithm::P256);
    let false_authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term()).unwrap();
    let twin = resident(&false_authority, KeyAlgorithm::P256);
    let verifier = trusting(&authority, Profile::JPKI_SIGNING);
    let message = sign(b"x", Placement::Attached, &[&signer], &[&twin.certificate], None).unwrap();
    let signed = SignedBytes { signature: &message, content: None };
    assert_eq!(verifier.judge(signed, day(2026)).unwrap().signers()[0].path[0].der(), signer.certificate);
    let message = sign(b"x", Placement::Attached, &[&twin], &[&signer.certificate], None).unwrap();
    let signed = SignedBytes { signature: &message, content: None };
    assert_eq!(verifier.judge(signed, day(2026)).unwrap_err().reason, Reason::UntrustedIssuer);
}

/// Each part of the message is changed in turn; each change has its own reason.
#[test]
fn every_altered_part_is_noticed() {
    let authority = hierarchy::jpki_authority(KeyAlgorithm::Rsa2048, 1, term()).unwrap();
    let signer = resident(&authority, KeyAlgorithm::Rsa2048);
    let verifier = trusting(&authority, Profile::JPKI_SIGNING);
    let message = sign(b"the content", Placement::Attached, &[&signer], &[], None).unwrap();
    let altered = |at: usize| {
        let mut altered = message.clone();
        altered[at] ^= 1;
        let signed = SignedBytes { signature: &altered, content: None };
        verifier.judge(signed, day(2026)).unwrap_err().reason
    };
    assert_eq!(altered(find(&message, b"the content")), Reason::MessageDigestMismatch);
    assert_eq!(altered(message.len() - 1), Reason::SignatureInvalid);
    let digest = find(&message, &der::oid("1.2.840.113549.1.9.4")) + 11 + 4;
    assert_eq!(altered(digest), Reason::MessageDigestMismatch);
    assert_eq!(altered(find(&message, b"Hakodate-shi")), Reason::CertificateSignatureInvalid);
    let content_type = find(&message, &der::oid("1.2.840.113549.1.9.3")) + 11 + 2 + 10;
    assert_eq!(altered(content_type), Reason::ContentTypeMismatch);
}
