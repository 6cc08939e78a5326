//! Any bytes get an answer, and changed bytes never the right one.

use std::sync::LazyLock;

use proptest::prelude::*;
use shinsei_cms::certificate::Certificate;
use shinsei_cms::profile::Profile;
use shinsei_cms::reason::Reason;
use shinsei_cms::sign::hierarchy;
use shinsei_cms::sign::key::KeyAlgorithm;
use shinsei_cms::sign::{Placement, der, sign};
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::signature::SignedBytes;

use crate::own::{day, resident, term, trusting};

const CONTENT: &[u8] = b"application";

struct Sample {
    verifier: CmsVerifier,
    message: Vec<u8>,
    certificate: Vec<u8>,
}

static SAMPLE: LazyLock<Sample> = LazyLock::new(|| {
    let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term()).unwrap();
    let signer = resident(&authority, KeyAlgorithm::P256);
    let beside = [&authority.certificate[..]];
    let message = sign(CONTENT, Placement::Attached, &[&signer], &beside, Some(day(2026))).unwrap();
    let verifier = trusting(&authority, Profile::JPKI_SIGNING);
    Sample { verifier, message, certificate: signer.certificate }
});

fn judge(message: &[u8]) -> Result<Vec<u8>, Reason> {
    let signed = SignedBytes { signature: message, content: None };
    let verified = SAMPLE.verifier.judge(signed, day(2026)).map_err(|failure| failure.reason)?;
    Ok(verified.content().unwrap_or_default().to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_mutated_message_never_holds_for_other_content(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut message = SAMPLE.message.clone();
        for (index, byte) in edits {
            let at = index.index(message.len());
            message[at] = byte;
        }
        if let Ok(content) = judge(&message) {
            prop_assert_eq!(content, CONTENT);
        }
    }

    #[test]
    fn a_cut_or_spliced_message_never_holds(cut in any::<prop::sample::Index>(), tail in proptest::collection::vec(any::<u8>(), 0..16)) {
        let at = cut.index(SAMPLE.message.len());
        let message = [&SAMPLE.message[..at], &tail].concat();
        prop_assume!(message != SAMPLE.message);
        prop_assert!(judge(&message).is_err());
    }

    #[test]
    fn a_mutated_certificate_is_read_or_refused(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut certificate = SAMPLE.certificate.clone();
        for (index, byte) in edits {
            let at = index.index(certificate.len());
            certificate[at] = byte;
        }
        match Certificate::from_der(&certificate) {
            Ok(read) => prop_assert_eq!(read.der(), &certificate[..]),
            Err(reason) => prop_assert_eq!(reason, Reason::CertificateMalformed),
        }
    }
}

/// Wraps members into the frame of signed data.
fn signed_data(digests: &[u8], certificates: &[u8], signers: &[u8]) -> Vec<u8> {
    let content = der::sequence(&[&der::oid("1.2.840.113549.1.7.1"), &der::explicit(0, &der::octets(b"x"))]);
    let fields = [
        der::integer(&[1]),
        der::element(0x31, digests),
        content,
        der::element(0xa0, certificates),
        der::element(0x31, signers),
    ];
    let fields = der::element(0x30, &fields.concat());
    der::sequence(&[&der::oid("1.2.840.113549.1.7.2"), &der::explicit(0, &fields)])
}

#[test]
fn over_budget_is_a_reason_of_its_own() {
    let certificates = SAMPLE.certificate.repeat(65);
    assert_eq!(judge(&signed_data(&[], &certificates, &[])), Err(Reason::TooManyElements));
    let digests = KeyAlgorithm::P256.digest_algorithm().repeat(17);
    assert_eq!(judge(&signed_data(&digests, &[], &[])), Err(Reason::TooManyElements));
    assert_eq!(judge(&signed_data(&[], &[], &[])), Err(Reason::NoSigner));
    let deep = [&[0x30, 0x80], &der::oid("1.2.840.113549.1.7.2")[..], &[0xa0, 0x80].repeat(40)].concat();
    assert_eq!(judge(&deep), Err(Reason::NestingTooDeep));
    let large = vec![0; shinsei_cms::budget::MESSAGE_BYTES_MAX + 1];
    assert_eq!(judge(&large), Err(Reason::MessageTooLarge));
}
