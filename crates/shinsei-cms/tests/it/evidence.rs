//! The evidence bundle: kept, written, read and judged again, and every difference named.

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::evidence::recheck::Difference;
use shinsei_cms::evidence::{Bundle, BundleError};
use shinsei_cms::pem;
use shinsei_cms::profile::Profile;
use shinsei_cms::reason::Reason;
use shinsei_cms::revocation::RevocationPolicy;
use shinsei_cms::rules::Rules;
use shinsei_cms::timestamp::TimestampPolicy;
use shinsei_cms::timestamp::attach::{attach, signature_of};
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::bytes::Bytes;
use shinsei_core::ids::ProcedureId;
use shinsei_core::port::signature::verify;
use shinsei_core::signature::{CertificateKind, EvidenceRole, Signed, SignedBytes};

use crate::openssl::{Openssl, in_days};
use crate::revocation::{answer, authority_with_lists, index, list};
use crate::timestamp::{add_authority, anchor, list_from, token};

const CONTENT: &[u8] = b"application";

/// A signer whose authority keeps lists, and an authority for time-stamps.
fn town() -> Openssl {
    let openssl = authority_with_lists();
    add_authority(&openssl);
    openssl
}

fn anchors(openssl: &Openssl) -> Vec<TrustAnchor> {
    vec![anchor(openssl, "ca")]
}

fn timestamp_anchors(openssl: &Openssl) -> Vec<TrustAnchor> {
    vec![anchor(openssl, "tsa-ca")]
}

/// The bundle of a detached signature with a list and a time-stamp, judged tomorrow.
fn bundle(openssl: &Openssl) -> Bundle {
    let message = openssl.sign(CONTENT, &[]);
    let stamped = attach(&message, 0, &token(openssl, &signature_of(&message, 0).unwrap())).unwrap();
    let lists = ["ca", "tsa-ca"].map(|ca| list_from(openssl, ca, in_days(-1), 7));
    let verifier = CmsVerifier::new(anchors(openssl))
        .with_revocation(RevocationPolicy::Require, lists.into())
        .with_timestamps(TimestampPolicy::Require, timestamp_anchors(openssl));
    let signed = SignedBytes { signature: &stamped, content: Some(CONTENT) };
    let at = in_days(1);
    let verified = verifier.judge(signed, at).map_err(|failure| failure.reason).unwrap();
    Bundle::of(signed, at, &verified)
}

fn differences(openssl: &Openssl, bundle: &Bundle) -> Vec<Difference> {
    bundle.recheck(anchors(openssl), timestamp_anchors(openssl)).unwrap().differences
}

fn without(bundle: &Bundle, role: EvidenceRole) -> Bundle {
    let mut less = bundle.clone();
    less.evidence.retain(|piece| piece.role != role);
    less
}

#[test]
fn a_bundle_stands_alone_and_is_judged_again_with_the_same_verdict() {
    let openssl = town();
    let bundle = bundle(&openssl);
    let read = Bundle::from_json(&bundle.to_json()).unwrap();
    assert_eq!(read, bundle);
    let roles: Vec<_> = read.evidence.iter().map(|piece| piece.role).collect();
    use EvidenceRole::{AuthorityCertificate, Crl, Report, SignerCertificate, TimeStamp};
    let authorities = [AuthorityCertificate; 3];
    assert_eq!(roles, [&[SignerCertificate][..], &authorities, &[Crl, Crl, TimeStamp, Report]].concat());
    let recheck = read.recheck(anchors(&openssl), timestamp_anchors(&openssl)).unwrap();
    assert_eq!(recheck.differences, []);
    let [proof] = &recheck.timestamps[..] else { panic!("one time-stamp") };
    assert_eq!(recheck.proved_in_force(), Some(proof.existed_by()));
    assert!(recheck.holds.unwrap().contains(bundle.at));
}

#[test]
fn every_difference_is_named() {
    let openssl = town();
    let bundle = bundle(&openssl);
    let changed = |change: &dyn Fn(&mut Bundle)| {
        let mut other = bundle.clone();
        change(&mut other);
        differences(&openssl, &other)
    };
    let not_valid = |reason| vec![Difference::NotValid { reason }];
    let report = |member: &str| Difference::Report { member: member.to_owned() };
    assert_eq!(changed(&|b| b.content = Some(b"another".to_vec())), not_valid(Reason::MessageDigestMismatch));
    assert_eq!(changed(&|b| b.content = None), not_valid(Reason::ContentMissing));
    assert_eq!(changed(&|b| b.at = in_days(3001)), not_valid(Reason::CertificateExpired));
    assert_eq!(changed(&|b| b.at = in_days(2)), [report("/at")]);
    let kind = Difference::Kind { stored: Some(CertificateKind::JpkiSigning), found: None };
    assert_eq!(changed(&|b| b.kind = Some(CertificateKind::JpkiSigning)), [kind]);
    assert_eq!(changed(&|b| b.policy = "jpki-signing".to_owned()), [Difference::Policy { found: "none" }]);
    let lists = without(&bundle, EvidenceRole::Crl);
    assert_eq!(differences(&openssl, &lists), not_valid(Reason::RevocationUndetermined));

    // Another list of the same authority: the verdict would be the same, the evidence is not.
    let other_list = list(&openssl, "ca").der().to_vec();
    let swapped = changed(&|b| {
        let piece = b.evidence.iter_mut().find(|piece| piece.role == EvidenceRole::Crl);
        piece.unwrap().bytes = other_list.clone().into();
    });
    assert!(swapped.contains(&report("/signers/0/revocation_lists/0")), "{swapped:?}");

    // The report alone was changed.
    let rewritten = |from: &str, to: &str| {
        changed(&|b| {
            let piece = b.evidence.iter_mut().find(|piece| piece.role == EvidenceRole::Report).unwrap();
            let text = String::from_utf8(piece.bytes.as_slice().to_vec()).unwrap();
            assert!(text.contains(from), "{text}");
            piece.bytes = text.replacen(from, to, 1).into_bytes().into();
        })
    };
    assert_eq!(
        rewritten("\"value\":\"Signer\"", "\"value\":\"Another\""),
        [report("/signers/0/identity/subject/2/value")]
    );
    assert_eq!(rewritten("\"valid\":true", "\"valid\":false"), [report("/valid")]);
    assert_eq!(rewritten("\"revocation\":\"good\"", "\"revocation\":\"undetermined\"").len(), 1);

    // Whom the caller trusts.
    let strange = bundle.recheck(timestamp_anchors(&openssl), timestamp_anchors(&openssl)).unwrap();
    assert_eq!(strange.differences, not_valid(Reason::UntrustedIssuer));
    let without_stamps = bundle.recheck(anchors(&openssl), vec![]).unwrap();
    assert_eq!(without_stamps.differences, not_valid(Reason::TimestampUntrusted));
    let as_card = TrustAnchor::new(&openssl.read("ca.pem"), *Profile::COMMERCIAL_REGISTRATION).unwrap();
    let other_profile = bundle.recheck(vec![as_card], timestamp_anchors(&openssl)).unwrap().differences;
    assert_eq!(other_profile[1], Difference::Policy { found: "commercial-registration" });
}

#[test]
fn a_time_stamp_that_comes_after_the_verdict_proves_the_signature_older_than_its_certificate() {
    let openssl = town();
    index(&openssl);
    let message = openssl.sign(CONTENT, &["-nodetach"]);
    let signed = SignedBytes { signature: &message, content: None };
    let verifier = CmsVerifier::new(anchors(&openssl))
        .with_revocation(RevocationPolicy::Require, vec![list_from(&openssl, "tsa-ca", in_days(-1), 7)])
        .with_answers(vec![answer(&openssl, "ca", &["-ndays", "1"])])
        .with_timestamps(TimestampPolicy::IfPresent, timestamp_anchors(&openssl));
    let at = in_days(0).saturating_add_micros(60_000_000);
    let verified = verifier.judge(signed, at).map_err(|failure| failure.reason).unwrap();
    let mut bundle = Bundle::of(signed, at, &verified);
    assert_eq!(bundle.recheck(anchors(&openssl), vec![]).unwrap().proved_in_force(), None);

    let token = token(&openssl, &signature_of(&message, 0).unwrap());
    let proof = verifier
        .judge_timestamp(&token, &signature_of(&message, 0).unwrap(), at)
        .map_err(|failure| failure.reason)
        .unwrap();
    bundle.add_timestamp(&proof);
    assert_eq!(bundle.signature, message, "the signed bytes stay");
    let bundle = Bundle::from_json(&bundle.to_json()).unwrap();
    let recheck = bundle.recheck(anchors(&openssl), timestamp_anchors(&openssl)).unwrap();
    assert_eq!(
        (recheck.differences.as_slice(), recheck.timestamps.as_slice()),
        (&[][..], &[proof.clone()][..])
    );
    assert_eq!(recheck.proved_in_force(), Some(proof.existed_by()));
    // Nobody vouches for an authority of time-stamps: nothing is proved, and nothing is contradicted.
    let alone = bundle.recheck(anchors(&openssl), vec![]).unwrap();
    assert_eq!((alone.differences.as_slice(), alone.proved_in_force()), (&[][..], None));
    let strange = bundle.recheck(anchors(&openssl), anchors(&openssl)).unwrap();
    let reason = Reason::TimestampUntrusted;
    assert_eq!(strange.differences, [Difference::TimestampNotHeld { reason }]);
}

#[test]
fn a_verdict_of_the_port_and_its_bundle_are_the_same() {
    let openssl = town();
    let message = openssl.sign(CONTENT, &["-nodetach"]);
    let signed = SignedBytes { signature: &message, content: None };
    let anchor = || TrustAnchor::new(&openssl.read("ca.pem"), *Profile::COMMERCIAL_REGISTRATION).unwrap();
    let verifier = CmsVerifier::new(vec![anchor()]);
    let (procedure, accepted) =
        (ProcedureId::new("ZE-008").unwrap(), [CertificateKind::CommercialRegistration]);
    let at = in_days(1);
    let received = Bytes::from(&message[..]);
    let sent = Signed { signature: &received, content: None };
    let kept = verify(&verifier, sent, at, (&procedure, &accepted)).unwrap();
    let bundle = Bundle::of_verified(signed, &kept);
    let direct = verifier.judge(signed, at).map_err(|failure| failure.reason).unwrap();
    assert_eq!(bundle, Bundle::of(signed, at, &direct));
    assert_eq!(bundle.recheck(vec![anchor()], vec![]).unwrap().differences, []);
}

#[test]
fn the_evidence_of_another_verifier_is_judged_by_the_rules_of_who_asks() {
    let openssl = town();
    let theirs = Bundle { policy: "theirs".to_owned(), ..without(&bundle(&openssl), EvidenceRole::Report) };
    let by = |bundle: &Bundle, revocation| {
        let rules = Rules { revocation, timestamps: TimestampPolicy::Require, ..Rules::default() };
        let recheck = bundle.recheck_by(rules, anchors(&openssl), timestamp_anchors(&openssl)).unwrap();
        (recheck.differences, recheck.timestamps.len())
    };
    assert_eq!(by(&theirs, RevocationPolicy::Require), (vec![], 1));
    let less = without(&theirs, EvidenceRole::Crl);
    let reason = Reason::RevocationUndetermined;
    assert_eq!(by(&less, RevocationPolicy::Require), (vec![Difference::NotValid { reason }], 0));
    assert_eq!(by(&less, RevocationPolicy::Off), (vec![], 1));
    let (stored, found) = (Some(CertificateKind::Accredited), None);
    let another_kind = Bundle { kind: stored, ..less };
    assert_eq!(by(&another_kind, RevocationPolicy::Off), (vec![Difference::Kind { stored, found }], 1));
}

#[test]
fn what_is_no_bundle_is_refused_without_being_quoted() {
    let openssl = town();
    let bundle = bundle(&openssl);
    let text = String::from_utf8(bundle.to_json()).unwrap();
    let read = |text: &str| Bundle::from_json(text.as_bytes()).err();
    let form = |error: Option<BundleError>| matches!(error, Some(BundleError::Form { .. }));
    assert!(form(read("")) && form(read("{}")) && form(read("函館 花子")));
    let later = text.replace("\"version\":1", "\"version\":2");
    assert_eq!(read(&later), Some(BundleError::Version { version: 2 }));
    let later = later.replacen('{', "{\"archive\":null,", 1);
    assert_eq!(read(&later), Some(BundleError::Version { version: 2 }));
    assert!(form(read(&text.replace("shinsei-evidence", "another"))));
    assert!(form(read(&text.replacen('{', "{\"archive\":null,", 1))));
    assert!(form(read(&text.replace("TimeStamp", "Stamp"))));
    assert!(form(read(&text.replace("\"content\":\"", "\"content\":\"*"))));
    for cut in (0..text.len()).step_by(97) {
        assert!(form(read(&text[..cut])), "{cut}");
    }
    let unread = |role: EvidenceRole| {
        let mut other = bundle.clone();
        other.evidence.iter_mut().find(|piece| piece.role == role).unwrap().bytes = b"x".to_vec().into();
        other.recheck(anchors(&openssl), timestamp_anchors(&openssl)).err()
    };
    let role = EvidenceRole::Crl;
    assert_eq!(unread(role), Some(BundleError::Piece { role, reason: Reason::RevocationListMalformed }));
    let role = EvidenceRole::AuthorityCertificate;
    assert_eq!(unread(role), Some(BundleError::Piece { role, reason: Reason::CertificateMalformed }));
    assert_eq!(unread(EvidenceRole::Report), Some(BundleError::RulesUnknown));
    let none = without(&bundle, EvidenceRole::Report).recheck(anchors(&openssl), vec![]);
    assert_eq!(none.err(), Some(BundleError::RulesUnknown));
    let shown = format!("{bundle:?}");
    assert!(!shown.contains("Signer") && shown.contains("pieces"), "{shown}");
}

/// A bundle that was written by version 0.1.0: whatever is released later reads it and comes to the same verdict.
#[test]
fn a_bundle_of_every_version_is_read_for_good() {
    let bundle = Bundle::from_json(include_bytes!("../golden/evidence-1.json")).unwrap();
    let anchor =
        |pem: &[u8], profile: &Profile| TrustAnchor::new(&pem::certificate(pem).unwrap(), *profile).unwrap();
    let recheck = bundle
        .recheck(
            vec![anchor(include_bytes!("../golden/authority.pem"), Profile::NONE)],
            vec![anchor(include_bytes!("../golden/time-authority.pem"), Profile::NONE)],
        )
        .unwrap();
    assert_eq!(recheck.differences, []);
    assert_eq!(recheck.timestamps.len(), 1);
    assert_eq!(bundle.content.as_deref(), Some(CONTENT));
}
