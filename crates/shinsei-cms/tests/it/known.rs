//! What a verifier knows of certificates it has seen: it saves work and changes no verdict.
//!
//! Each test has the verifier prove a certificate, then offers what might pass for it, or takes away what the verdict
//! rested on.

use std::sync::atomic::{AtomicBool, Ordering};

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::crl::RevocationList;
use shinsei_cms::profile::Profile;
use shinsei_cms::reason::Reason;
use shinsei_cms::revocation::{RevocationPolicy, RevocationStatus};
use shinsei_cms::sign::authority::{DistinguishedName, Extension, Identity, Template};
use shinsei_cms::sign::hierarchy;
use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
use shinsei_cms::sign::list::ListTemplate;
use shinsei_cms::sign::{Placement, sign};
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::signature::SignedBytes;
use shinsei_core::time::{Timestamp, Window};

use crate::own::{day, hanako, term, trusting};

const SERIAL: &[u8] = &[0x80, 1];

fn authority(serial: u8) -> Identity {
    hierarchy::jpki_authority(KeyAlgorithm::P256, serial, Window::between(day(2020), day(2049))).unwrap()
}

fn resident(authority: &Identity) -> Identity {
    let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
    hierarchy::jpki_signing(authority, key, SERIAL, &hanako(), term()).unwrap()
}

fn message(signer: &Identity, beside: &[&[u8]]) -> Vec<u8> {
    sign(b"application", Placement::Attached, &[signer], beside, None).unwrap()
}

fn anchor(authority: &Identity) -> TrustAnchor {
    TrustAnchor::new(&authority.certificate, *Profile::JPKI_SIGNING).unwrap()
}

fn judge(verifier: &CmsVerifier, message: &[u8], at: Timestamp) -> Result<RevocationStatus, Reason> {
    let judged = verifier.judge(SignedBytes { signature: message, content: None }, at);
    judged.map(|verified| verified.signers()[0].revocation).map_err(|failure| failure.reason)
}

/// A verifier that has just proved the certificate of this signer, twice.
fn verifier_that_knows(authority: &Identity, signer: &Identity) -> CmsVerifier {
    let verifier = trusting(authority, Profile::JPKI_SIGNING);
    for _ in 0..2 {
        assert_eq!(judge(&verifier, &message(signer, &[]), day(2026)), Ok(RevocationStatus::NotChecked));
    }
    verifier
}

/// The certificate of another authority's making for another key, beside the message that key signed.
fn forged(by: &Identity) -> Vec<u8> {
    message(&resident(by), &[&by.certificate])
}

#[test]
fn a_certificate_of_the_same_serial_and_another_key_is_not_the_one_that_is_known() {
    let authority = authority(1);
    let verifier = verifier_that_knows(&authority, &resident(&authority));
    // By the same authority: another certificate, which holds by itself.
    assert_eq!(
        judge(&verifier, &message(&resident(&authority), &[]), day(2026)),
        Ok(RevocationStatus::NotChecked)
    );
    // By somebody who took the authority's name, its serial number and the resident's names.
    let stranger = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, Window::between(day(2020), day(2049)));
    assert_eq!(
        judge(&verifier, &forged(&stranger.unwrap()), day(2026)),
        Err(Reason::CertificateSignatureInvalid)
    );
}

#[test]
fn a_known_certificate_does_not_lend_its_proof_to_another_key() {
    let authority = authority(1);
    let hanako = resident(&authority);
    let verifier = verifier_that_knows(&authority, &hanako);
    // The certificate that is known, and a signature of another key.
    let mut stolen = resident(&authority);
    stolen.certificate.clone_from(&hanako.certificate);
    assert_eq!(judge(&verifier, &message(&stolen, &[]), day(2026)), Err(Reason::SignatureInvalid));
    // The certificate that is known, but for one bit, anywhere.
    let genuine = message(&hanako, &[]);
    let begins =
        genuine.windows(hanako.certificate.len()).position(|bytes| bytes == hanako.certificate).unwrap();
    for at in 0..hanako.certificate.len() {
        let mut altered = genuine.clone();
        altered[begins + at] ^= 1;
        assert!(judge(&verifier, &altered, day(2026)).is_err(), "{at}");
    }
    assert_eq!(judge(&verifier, &genuine, day(2026)), Ok(RevocationStatus::NotChecked));
}

#[test]
fn an_authority_of_the_same_name_and_another_key_inherits_nothing() {
    let (old, new) = (authority(1), authority(2));
    let hanako = resident(&old);
    let verifier = verifier_that_knows(&old, &hanako);
    verifier.replace_anchors(vec![anchor(&new)]);
    // What the old key signed is known to be signed by the old key, which nobody trusts now.
    assert_eq!(judge(&verifier, &message(&hanako, &[]), day(2026)), Err(Reason::UntrustedIssuer));
    let with_authority = message(&hanako, &[&old.certificate]);
    assert_eq!(judge(&verifier, &with_authority, day(2026)), Err(Reason::CertificateSignatureInvalid));
    assert_eq!(judge(&verifier, &message(&resident(&new), &[]), day(2026)), Ok(RevocationStatus::NotChecked));
}

#[test]
fn a_certificate_that_expired_since_is_refused() {
    let authority = authority(1);
    let hanako = resident(&authority);
    let verifier = verifier_that_knows(&authority, &hanako);
    let message = message(&hanako, &[]);
    assert_eq!(judge(&verifier, &message, day(2030)), Err(Reason::CertificateExpired));
    assert_eq!(judge(&verifier, &message, day(2024)), Err(Reason::CertificateNotYetValid));
    assert_eq!(judge(&verifier, &message, day(2050)), Err(Reason::IssuerExpired));
    assert_eq!(judge(&verifier, &message, day(2026)), Ok(RevocationStatus::NotChecked));
}

fn list(authority: &Identity, number: u8, revoked: &[&[u8]]) -> RevocationList {
    let revoked = revoked.iter().map(|serial| serial.to_vec()).collect();
    let current = Window::between(day(2025), day(2027));
    let template = ListTemplate { number, current, revoked, extensions: vec![] };
    RevocationList::from_der(&authority.revoke(&template).unwrap()).unwrap()
}

#[test]
fn a_certificate_that_was_revoked_since_is_refused() {
    let authority = authority(1);
    let hanako = resident(&authority);
    let verifier = trusting(&authority, Profile::JPKI_SIGNING)
        .with_revocation(RevocationPolicy::Require, vec![list(&authority, 1, &[])]);
    let message = message(&hanako, &[]);
    for _ in 0..2 {
        assert_eq!(judge(&verifier, &message, day(2026)), Ok(RevocationStatus::Good));
    }
    verifier.replace_lists(vec![list(&authority, 2, &[&[7], SERIAL])]);
    assert_eq!(judge(&verifier, &message, day(2026)), Err(Reason::CertificateRevoked));
    verifier.replace_lists(Vec::new());
    assert_eq!(judge(&verifier, &message, day(2026)), Err(Reason::RevocationUndetermined));
    // A list of the right name that another key signed is no list of this authority.
    let stranger = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, Window::between(day(2020), day(2049)));
    verifier.replace_lists(vec![list(&stranger.unwrap(), 3, &[])]);
    assert_eq!(judge(&verifier, &message, day(2026)), Err(Reason::RevocationUndetermined));
}

#[test]
fn an_anchor_that_was_removed_is_trusted_no_more() {
    let (ours, other) = (authority(1), authority(2));
    let hanako = resident(&ours);
    let verifier = verifier_that_knows(&ours, &hanako);
    let message = message(&hanako, &[]);
    verifier.replace_anchors(Vec::new());
    assert_eq!(judge(&verifier, &message, day(2026)), Err(Reason::UntrustedIssuer));
    verifier.replace_anchors(vec![anchor(&other), anchor(&ours)]);
    assert_eq!(judge(&verifier, &message, day(2026)), Ok(RevocationStatus::NotChecked));
}

#[test]
fn an_intermediate_that_is_known_is_judged_again() {
    let root = authority(1);
    let template = |serial, name: &str, extensions| Template {
        serial: vec![serial],
        subject: DistinguishedName::new().common_name(name),
        validity: term(),
        extensions,
    };
    let issue = |by: &Identity, template: &Template| {
        by.issue(SigningKey::generate(KeyAlgorithm::P256).unwrap(), template).unwrap()
    };
    let between = issue(&root, &template(3, "Intermediate", vec![Extension::authority(None)]));
    let leaf = issue(&between, &template(4, "Leaf", vec![Extension::key_usage(&[1])]));
    let message = message(&leaf, &[&between.certificate]);
    let verifier = trusting(&root, Profile::NONE);
    for _ in 0..2 {
        assert_eq!(judge(&verifier, &message, day(2026)), Ok(RevocationStatus::NotChecked));
    }
    // Without it in the message there is no path: what is known is not looked up by name.
    let bare = sign(b"application", Placement::Attached, &[&leaf], &[], None).unwrap();
    assert_eq!(judge(&verifier, &bare, day(2026)), Err(Reason::UntrustedIssuer));
    let verifier = verifier.with_revocation(RevocationPolicy::IfAvailable, vec![list(&root, 1, &[&[3]])]);
    assert_eq!(judge(&verifier, &message, day(2026)), Err(Reason::IssuerRevoked));
}

#[test]
fn lists_are_replaced_while_others_verify() {
    let authority = authority(1);
    let hanako = resident(&authority);
    let (clean, revoking) = (list(&authority, 1, &[]), list(&authority, 2, &[SERIAL]));
    let verifier = trusting(&authority, Profile::JPKI_SIGNING)
        .with_revocation(RevocationPolicy::Require, vec![clean.clone()]);
    let message = message(&hanako, &[]);
    let done = AtomicBool::new(false);
    let (mut good, mut revoked) = (0, 0);
    std::thread::scope(|scope| {
        let judging = scope.spawn(|| {
            let mut all = Vec::new();
            while !done.load(Ordering::Relaxed) {
                all.push(judge(&verifier, &message, day(2026)));
            }
            all
        });
        for n in 0..200 {
            let list = if n % 2 == 0 { &revoking } else { &clean };
            verifier.replace_lists(vec![list.clone()]);
            let now = judge(&verifier, &message, day(2026));
            assert_eq!(now.is_err(), n % 2 == 0, "who has replaced the lists sees the new ones");
        }
        done.store(true, Ordering::Relaxed);
        for judged in judging.join().unwrap() {
            match judged {
                Ok(RevocationStatus::Good) => good += 1,
                Err(Reason::CertificateRevoked) => revoked += 1,
                neither => panic!("neither list says {neither:?}"),
            }
        }
    });
    assert!(good + revoked > 0);
}
