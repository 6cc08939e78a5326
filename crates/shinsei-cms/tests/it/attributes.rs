//! Attributes that bind a signature to a certificate and to algorithms: right ones hold, wrong ones are refused.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, digest};
use shinsei_cms::profile::Profile;
use shinsei_cms::reason::Reason;
use shinsei_cms::sign::authority::Identity;
use shinsei_cms::sign::key::KeyAlgorithm;
use shinsei_cms::sign::{Placement, der, hierarchy, sign_with_attributes};
use shinsei_core::signature::SignedBytes;

use crate::own::{day, resident, term, trusting};

const SIGNING_CERTIFICATE: &str = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2: &str = "1.2.840.113549.1.9.16.2.47";
const ALGORITHM_PROTECTION: &str = "1.2.840.113549.1.9.52";

/// Signs with one more attribute, whose value is made for the signer, and judges.
fn judged(oid: &str, value: impl Fn(&Identity, &Identity) -> Vec<u8>) -> Option<Reason> {
    let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term()).unwrap();
    let signer = resident(&authority, KeyAlgorithm::P256);
    let value = value(&signer, &authority);
    let message =
        sign_with_attributes(b"x", Placement::Attached, &[&signer], &[], None, &[(oid, &value)]).unwrap();
    let signed = SignedBytes { signature: &message, content: None };
    let judged = trusting(&authority, Profile::JPKI_SIGNING).judge(signed, day(2026));
    judged.err().map(|failure| failure.reason)
}

/// A signing-certificate attribute with one identifier of these fields.
fn naming(fields: &[&[u8]]) -> Vec<u8> {
    der::sequence(&[&der::sequence(&[&der::sequence(fields)])])
}

fn issuer_and_serial(name: &Identity, serial: &[u8]) -> Vec<u8> {
    let names = der::sequence(&[&der::explicit(4, &name.name().to_der())]);
    der::sequence(&[&names, &der::integer(serial)])
}

#[test]
fn a_signing_certificate_is_compared_in_both_versions() {
    let sha256 = |of: &Identity| der::octets(digest(&SHA256, &of.certificate).as_ref());
    let sha384 = |of: &Identity| der::octets(digest(&SHA384, &of.certificate).as_ref());
    let sha1 = |of: &Identity| der::octets(digest(&SHA1_FOR_LEGACY_USE_ONLY, &of.certificate).as_ref());
    let mismatch = Some(Reason::SigningCertificateMismatch);
    assert_eq!(judged(SIGNING_CERTIFICATE_V2, |signer, _| naming(&[&sha256(signer)])), None);
    assert_eq!(judged(SIGNING_CERTIFICATE_V2, |_, other| naming(&[&sha256(other)])), mismatch);
    let of_384 = |signer: &Identity| naming(&[&KeyAlgorithm::P384.digest_algorithm(), &sha384(signer)]);
    assert_eq!(judged(SIGNING_CERTIFICATE_V2, |signer, _| of_384(signer)), None);
    let with_name = |serial: &'static [u8]| {
        judged(SIGNING_CERTIFICATE_V2, move |signer, authority| {
            naming(&[&sha256(signer), &issuer_and_serial(authority, serial)])
        })
    };
    assert_eq!(with_name(&[0x80, 1]), None);
    assert_eq!(with_name(&[0x80, 2]), mismatch);
    assert_eq!(judged(SIGNING_CERTIFICATE, |signer, _| naming(&[&sha1(signer)])), None);
    assert_eq!(judged(SIGNING_CERTIFICATE, |_, other| naming(&[&sha1(other)])), mismatch);
    let malformed = Some(Reason::SignedAttributesMalformed);
    assert_eq!(judged(SIGNING_CERTIFICATE_V2, |_, _| der::sequence(&[])), malformed);
}

#[test]
fn protected_algorithms_are_those_of_the_message() {
    let protection = |digest: KeyAlgorithm, signature: KeyAlgorithm| {
        let mut signature = signature.signature_algorithm();
        signature[0] = 0xa1;
        der::sequence(&[&digest.digest_algorithm(), &signature])
    };
    let judged = |digest, signature| judged(ALGORITHM_PROTECTION, |_, _| protection(digest, signature));
    let mismatch = Some(Reason::AlgorithmProtectionMismatch);
    assert_eq!(judged(KeyAlgorithm::P256, KeyAlgorithm::P256), None);
    assert_eq!(judged(KeyAlgorithm::P384, KeyAlgorithm::P256), mismatch);
    assert_eq!(judged(KeyAlgorithm::P256, KeyAlgorithm::P384), mismatch);
}
