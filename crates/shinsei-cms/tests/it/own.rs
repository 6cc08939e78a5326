//! What `sign` makes: it holds here and in OpenSSL, and the hierarchies read as the real ones do.

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::profile::{KeyType, Profile};
use shinsei_cms::reason::Reason;
use shinsei_cms::sign::authority::{DistinguishedName, Extension, Identity, Template};
use shinsei_cms::sign::hierarchy::{self, Company, Resident};
use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
use shinsei_cms::sign::{Placement, der, sign};
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::signature::SignedBytes;
use shinsei_core::time::{Timestamp, Window};

use crate::openssl::Openssl;

const CONTENT: &[u8] = b"application";

pub(crate) fn day(year: i32) -> Timestamp {
    Timestamp::from_jst(year, 4, 1, 0, 0).unwrap()
}

pub(crate) fn term() -> Window {
    Window::between(day(2025), day(2030))
}

pub(crate) fn hanako() -> Resident<'static> {
    Resident::SAMPLE
}

pub(crate) fn company() -> Company<'static> {
    Company {
        name: "架空商事株式会社",
        number: "440001000000",
        address: "北海道函館市架空町4-5-6",
        representative: "函館 太郎",
        title: "代表取締役",
        registry: "函館地方法務局",
        latin: "Kaku Shoji K.K.",
    }
}

pub(crate) fn resident(authority: &Identity, algorithm: KeyAlgorithm) -> Identity {
    let key = SigningKey::generate(algorithm).unwrap();
    hierarchy::jpki_signing(authority, key, &[0x80, 1], &hanako(), term()).unwrap()
}

pub(crate) fn trusting(authority: &Identity, profile: &Profile) -> CmsVerifier {
    CmsVerifier::new(vec![TrustAnchor::new(&authority.certificate, *profile).unwrap()])
}

fn attached(message: &[u8]) -> SignedBytes<'_> {
    SignedBytes { signature: message, content: None }
}

#[test]
fn what_we_sign_holds_here_and_in_openssl() {
    let openssl = Openssl::new();
    for algorithm in [KeyAlgorithm::Rsa2048, KeyAlgorithm::P256, KeyAlgorithm::P384] {
        let authority = hierarchy::jpki_authority(algorithm, 1, term()).unwrap();
        let signer = resident(&authority, algorithm);
        openssl.write("ca.der", &authority.certificate);
        openssl.run(&["x509", "-inform", "DER", "-in", "ca.der", "-out", "ca.pem"]);
        let verifier = trusting(&authority, Profile::JPKI_SIGNING);
        for placement in [Placement::Attached, Placement::Detached] {
            let message = sign(CONTENT, placement, &[&signer], &[], Some(day(2026))).unwrap();
            openssl.write("message", &message);
            openssl.write("content", CONTENT);
            let seconds = (day(2026).micros() / 1_000_000).to_string();
            let mut args = vec!["cms", "-verify", "-binary", "-inform", "DER", "-in", "message"];
            args.extend(["-CAfile", "ca.pem", "-attime", &seconds, "-ignore_critical"]);
            let outside = placement == Placement::Detached;
            if outside {
                args.extend(["-content", "content"]);
            }
            assert_eq!(openssl.run(&args), CONTENT);
            let signed = SignedBytes { signature: &message, content: outside.then_some(CONTENT) };
            let verified = verifier.judge(signed, day(2026)).map_err(|failure| failure.reason).unwrap();
            assert_eq!(verified.signers()[0].claimed_at.map(|at| at.to_string()), Some(seconds));
        }
    }
}

#[test]
fn a_jpki_signing_certificate_names_its_resident() {
    let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term()).unwrap();
    let signer = resident(&authority, KeyAlgorithm::P256);
    let message = sign(CONTENT, Placement::Attached, &[&signer], &[], None).unwrap();
    let verifier = trusting(&authority, Profile::JPKI_SIGNING);
    let verified = verifier.judge(attached(&message), day(2026)).map_err(|failure| failure.reason).unwrap();
    let identity = verified.signers()[0].identity();
    let expected = serde_json::json!({
        "name": "函館 花子", "name_substitutes": "00000", "sex": "2", "birth": "319800217",
        "address": "北海道函館市架空町1-2-3", "address_substitutes": "0000000000000000",
    });
    assert_eq!(identity["resident"]["name"], expected["name"]);
    assert_eq!(identity["resident"]["birth"], expected["birth"]);
    assert_eq!(identity["resident"]["sex"], expected["sex"]);
    assert_eq!(identity["resident"]["address"], expected["address"]);
    assert_eq!(identity["resident"]["name_substitutes"], expected["name_substitutes"]);
    assert_eq!(identity["subject"][1], serde_json::json!({ "type": "L", "value": "Hokkaido" }));
    assert_eq!(identity["subject"][2], serde_json::json!({ "type": "L", "value": "Hakodate-shi" }));
    assert_eq!(verified.signers()[0].holds, term());
}

#[test]
fn the_authentication_certificate_may_not_sign() {
    let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term()).unwrap();
    let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
    let signer = hierarchy::jpki_authentication(&authority, key, &[7], "CARD", term()).unwrap();
    let message = sign(CONTENT, Placement::Attached, &[&signer], &[], None).unwrap();
    let verifier = trusting(&authority, Profile::JPKI_SIGNING);
    let failure = verifier.judge(attached(&message), day(2026)).unwrap_err();
    assert_eq!(failure.reason, Reason::AuthenticationCertificate);
    assert_eq!(failure.checks.done().last().unwrap().name, "profile");

    // Its own authority is no anchor; the reason is the same, since that is what helps.
    let other = hierarchy::jpki_authentication_authority(KeyAlgorithm::P256, 1, term()).unwrap();
    let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
    let signer = hierarchy::jpki_authentication(&other, key, &[7], "CARD", term()).unwrap();
    let message = sign(CONTENT, Placement::Attached, &[&signer], &[], None).unwrap();
    let failure = verifier.judge(attached(&message), day(2026)).unwrap_err();
    assert_eq!(failure.reason, Reason::AuthenticationCertificate);
}

/// A leaf of the JPKI test authority with these extensions, judged as a signing certificate.
fn judged_as_card(extensions: Vec<Extension>) -> Option<Reason> {
    let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term()).unwrap();
    let subject = DistinguishedName::new().country("JP").common_name("CARD");
    let template = Template { serial: vec![1], subject, validity: term(), extensions };
    let signer = authority.issue(SigningKey::generate(KeyAlgorithm::P256).unwrap(), &template).unwrap();
    let message = sign(CONTENT, Placement::Attached, &[&signer], &[], None).unwrap();
    let verifier = trusting(&authority, Profile::JPKI_SIGNING);
    verifier.judge(attached(&message), day(2026)).err().map(|failure| failure.reason)
}

#[test]
fn a_card_that_is_not_for_signing_says_why() {
    let policy = || Extension::policy(true, hierarchy::JPKI_TEST_SIGNING_POLICY, "http://example.invalid/");
    let usage = || Extension::key_usage(&[0, 1]);
    let extended = |oid| Extension::new("2.5.29.37", false, der::sequence(&[&der::oid(oid)]));
    assert_eq!(judged_as_card(vec![policy(), usage()]), None);
    assert_eq!(judged_as_card(vec![policy(), usage(), extended("1.3.6.1.5.5.7.3.4")]), None);
    assert_eq!(judged_as_card(vec![policy()]), Some(Reason::KeyUsage));
    assert_eq!(judged_as_card(vec![policy(), Extension::key_usage(&[0])]), Some(Reason::KeyUsage));
    assert_eq!(judged_as_card(vec![usage()]), Some(Reason::ProfilePolicy));
    let other = Extension::policy(true, "1.2.3", "http://example.invalid/");
    assert_eq!(judged_as_card(vec![other, usage()]), Some(Reason::ProfilePolicy));
    let client = extended("1.3.6.1.5.5.7.3.2");
    assert_eq!(judged_as_card(vec![policy(), usage(), client]), Some(Reason::ExtendedKeyUsage));
}

#[test]
fn a_commercial_registration_names_the_corporation_with_or_without_key_usage() {
    let registrar = hierarchy::registrar(KeyAlgorithm::P256, 1, term()).unwrap();
    let company = company();
    for key_usage in [false, true] {
        let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
        let signer =
            hierarchy::commercial_registration(&registrar, key, &[9], &company, term(), key_usage).unwrap();
        let message = sign(CONTENT, Placement::Attached, &[&signer], &[], None).unwrap();
        let verifier = trusting(&registrar, Profile::COMMERCIAL_REGISTRATION);
        let verified =
            verifier.judge(attached(&message), day(2026)).map_err(|failure| failure.reason).unwrap();
        let corporation = serde_json::json!({
            "name": company.name, "number": company.number, "address": company.address,
            "representative": company.representative, "title": company.title, "registry": company.registry,
        });
        assert_eq!(verified.signers()[0].identity()["corporation"], corporation);
        let as_card = trusting(&registrar, Profile::JPKI_SIGNING).judge(attached(&message), day(2026));
        assert_eq!(
            as_card.err().map(|failure| failure.reason),
            Some(if key_usage { Reason::ProfilePolicy } else { Reason::KeyUsage })
        );
    }
}

#[test]
fn the_policy_in_the_private_extension_of_the_commercial_registration_counts_where_it_is() {
    let registrar = hierarchy::registrar(KeyAlgorithm::P256, 1, term()).unwrap();
    let judged = |extensions| {
        let subject = DistinguishedName::new().country("JP").common_name("440001000000");
        let template = Template { serial: vec![1], subject, validity: term(), extensions };
        let signer = registrar.issue(SigningKey::generate(KeyAlgorithm::P256).unwrap(), &template).unwrap();
        let message = sign(CONTENT, Placement::Attached, &[&signer], &[], None).unwrap();
        let verifier = trusting(&registrar, Profile::COMMERCIAL_REGISTRATION);
        verifier.judge(attached(&message), day(2026)).err().map(|failure| failure.reason)
    };
    let private = |critical, value| Extension::new("1.2.392.100300.1.1.1", critical, value);
    let policy = |oid| der::sequence(&[&der::sequence(&[&der::oid(oid)])]);
    assert_eq!(judged(vec![]), None);
    for critical in [true, false] {
        for own in ["1.2.392.100300.1.3.4", "1.2.392.100300.1.3.2"] {
            assert_eq!(judged(vec![private(critical, policy(own))]), None);
        }
        let other = judged(vec![private(critical, policy("1.2.392.100300.1.3.9"))]);
        assert_eq!(other, Some(Reason::ProfilePolicy));
    }
    assert_eq!(judged(vec![private(false, vec![0x04, 0x00])]), Some(Reason::CertificateMalformed));
}

#[test]
fn nothing_that_is_shown_speaks_of_a_person() {
    let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term()).unwrap();
    let signer = resident(&authority, KeyAlgorithm::P256);
    let message = sign(CONTENT, Placement::Attached, &[&signer], &[], None).unwrap();
    let verifier = trusting(&authority, Profile::JPKI_SIGNING);
    let verified = verifier.judge(attached(&message), day(2026)).map_err(|failure| failure.reason).unwrap();
    let failure = verifier.judge(attached(&message), day(2031)).unwrap_err();
    let shown = format!("{verified:?} {:?} {failure:?} {verifier:?}", verified.signers());
    for personal in
        ["花子", "函館", "319800217", "0123456789ABCDEFGHIJKLMNOPQR", "application", "97, 112, 112"]
    {
        assert!(!shown.contains(personal), "{personal}: {shown}");
    }
}

#[test]
fn a_profile_is_a_table_entry() {
    // What an integrator writes for an authority of their own: a policy and a kind of key are data.
    const OWN: Profile = Profile {
        code: "own",
        policies: &[hierarchy::JPKI_TEST_SIGNING_POLICY],
        keys: &[KeyType::P384, KeyType::Rsa],
        ..*Profile::ACCREDITED
    };
    let judged = |algorithm, profile| {
        let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term()).unwrap();
        let signer = resident(&authority, algorithm);
        let message = sign(CONTENT, Placement::Attached, &[&signer], &[], None).unwrap();
        let judged = trusting(&authority, &profile).judge(attached(&message), day(2026));
        judged.map(|verified| verified.signers()[0].profile.code).map_err(|failure| failure.reason)
    };
    assert_eq!(judged(KeyAlgorithm::P384, OWN), Ok("own"));
    assert_eq!(judged(KeyAlgorithm::Rsa2048, OWN), Ok("own"));
    assert_eq!(judged(KeyAlgorithm::P256, OWN), Err(Reason::ProfileKey));
    let other = Profile { policies: &["1.2.3"], ..OWN };
    assert_eq!(judged(KeyAlgorithm::P384, other), Err(Reason::ProfilePolicy));
}

#[test]
fn the_validity_counts_to_the_end_of_its_last_second() {
    let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term()).unwrap();
    let signer = resident(&authority, KeyAlgorithm::P256);
    let message = sign(CONTENT, Placement::Attached, &[&signer], &[], None).unwrap();
    let anchor = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term()).unwrap();
    assert_ne!(anchor.certificate, authority.certificate);
    let verifier = trusting(&authority, Profile::JPKI_SIGNING);
    let last = day(2030).saturating_add_micros(-1);
    assert_eq!(verifier.judge(attached(&message), last).map(|v| v.signers()[0].holds).unwrap(), term());
    let reason = |at| verifier.judge(attached(&message), at).unwrap_err().reason;
    assert_eq!(reason(day(2030)), Reason::IssuerExpired);
    assert_eq!(reason(day(2025).saturating_add_micros(-1)), Reason::IssuerNotYetValid);
}

#[test]
fn generations_of_one_name_are_told_apart_by_their_keys() {
    let generations: Vec<_> = (1..=3)
        .map(|serial| hierarchy::jpki_authority(KeyAlgorithm::P256, serial, term()).unwrap())
        .collect();
    let anchors =
        generations.iter().map(|a| TrustAnchor::new(&a.certificate, *Profile::JPKI_SIGNING).unwrap());
    let verifier = CmsVerifier::new(anchors.collect());
    for authority in &generations {
        let signer = resident(authority, KeyAlgorithm::P256);
        let message = sign(CONTENT, Placement::Attached, &[&signer], &[], None).unwrap();
        let verified =
            verifier.judge(attached(&message), day(2026)).map_err(|failure| failure.reason).unwrap();
        assert_eq!(verified.signers()[0].path[1].der(), authority.certificate);
    }
}
