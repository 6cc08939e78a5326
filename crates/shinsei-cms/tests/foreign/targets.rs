//! What the fuzz targets do with any bytes. `fuzz/fuzz_targets` includes this file, and `seeds.rs` replays it.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::certificate::Certificate;
use shinsei_cms::crl::RevocationList;
use shinsei_cms::evidence::Bundle;
use shinsei_cms::ocsp::OcspAnswer;
use shinsei_cms::profile::Profile;
use shinsei_cms::reason::Reason;
use shinsei_cms::revocation::{RevocationPolicy, RevocationStatus};
use shinsei_cms::sign::der;
use shinsei_cms::timestamp::TimestampPolicy;
use shinsei_cms::timestamp::attach::{attach, signature_of};
use shinsei_cms::timestamp::request::TimestampRequest;
use shinsei_cms::verify::{CmsVerifier, SignersRule};
use shinsei_core::bytes::Bytes;
use shinsei_core::ids::ProcedureId;
use shinsei_core::port::signature::Refusal;
use shinsei_core::signature::{CertificateKind, EvidenceRole, Signed, SignedBytes};
use shinsei_core::time::Timestamp;

/// What every seed signs.
pub(crate) const CONTENT: &[u8] = b"application";

const AUTHORITY: &[u8] = include_bytes!("../../../../fuzz/seeds/authority.der");
const TIME_AUTHORITY: &[u8] = include_bytes!("../../../../fuzz/seeds/time-authority.der");
const TOKEN: &[u8] = include_bytes!("../../../../fuzz/seeds/timestamp/token");
const HONEST: &[u8] = include_bytes!("../../../../fuzz/seeds/cms/ours-p256");

static VERIFIER: LazyLock<CmsVerifier> =
    LazyLock::new(|| verifier().with_revocation(RevocationPolicy::IfAvailable, Vec::new()));

static STAMPS: LazyLock<CmsVerifier> =
    LazyLock::new(|| verifier().with_timestamps(TimestampPolicy::IfPresent, timestamp_anchors()));

/// The value of the one signature of the honest message.
static STAMPED: LazyLock<Vec<u8>> = LazyLock::new(|| signature_of(HONEST, 0).expect("it is signed"));

fn anchors(profile: &Profile) -> Vec<TrustAnchor> {
    vec![TrustAnchor::new(AUTHORITY, *profile).expect("the seed is an anchor")]
}

fn timestamp_anchors() -> Vec<TrustAnchor> {
    vec![TrustAnchor::new(TIME_AUTHORITY, *Profile::NONE).expect("the seed is an anchor")]
}

/// A verifier that trusts the authority of the seeds.
pub(crate) fn verifier() -> CmsVerifier {
    CmsVerifier::new(anchors(Profile::NONE))
}

/// A day on which everything in the seeds is in force.
pub(crate) fn day() -> Timestamp {
    Timestamp::from_jst(2027, 4, 1, 0, 0).expect("a day")
}

/// A message: whatever the bytes are, it holds for what its signer saw or for nothing.
pub(crate) fn cms(bytes: &[u8]) {
    let attached = SignedBytes { signature: bytes, content: None };
    if let Ok(verified) = VERIFIER.judge(attached, day()) {
        assert_eq!(verified.content(), Some(CONTENT));
        assert!(!verified.signers().is_empty());
        assert!(verified.report(day())["valid"].as_bool().is_some());
    }
    let detached = SignedBytes { signature: bytes, content: Some(b"another") };
    assert!(VERIFIER.judge(detached, day()).is_err());
}

/// A certificate: what is read is kept byte by byte, and judging it comes to an end.
pub(crate) fn certificate(bytes: &[u8]) {
    let Ok(certificate) = Certificate::from_der(bytes) else { return };
    assert_eq!(certificate.der(), bytes);
    match VERIFIER.judge_path(&certificate, day()) {
        Ok((signer, _)) => assert_eq!(signer.path.first().map(Certificate::der), Some(bytes)),
        Err(failure) => assert!(Reason::ALL.contains(&failure.reason)),
    }
    if let Ok(anchor) = TrustAnchor::new(bytes, *Profile::JPKI_SIGNING) {
        let trusting = CmsVerifier::new(vec![anchor]);
        if let Ok(verified) = trusting.judge(SignedBytes { signature: HONEST, content: None }, day()) {
            assert_eq!(verified.content(), Some(CONTENT));
        }
    }
}

/// A revocation list: it says nothing of a certificate, or what its authority signed.
pub(crate) fn crl(bytes: &[u8]) {
    let Ok(list) = RevocationList::from_der(bytes) else { return };
    assert_eq!(list.der(), bytes);
    assert!(list.entries() <= bytes.len());
    says_nothing_worse_than_revoked(&verifier().with_revocation(RevocationPolicy::IfAvailable, vec![list]));
}

/// An OCSP response: the same.
pub(crate) fn ocsp(bytes: &[u8]) {
    let Ok(answer) = OcspAnswer::from_der(bytes) else { return };
    assert_eq!(answer.der(), bytes);
    let verifier = verifier().with_revocation(RevocationPolicy::IfAvailable, Vec::new());
    says_nothing_worse_than_revoked(&verifier.with_answers(vec![answer]));
}

fn says_nothing_worse_than_revoked(verifier: &CmsVerifier) {
    match verifier.judge(SignedBytes { signature: HONEST, content: None }, day()) {
        Ok(verified) => assert!(verified.signers()[0].revocation != RevocationStatus::NotChecked),
        Err(failure) => assert_eq!(failure.reason, Reason::CertificateRevoked),
    }
}

/// A time-stamp: as a token, it proves what its authority signed or nothing; as an answer, the same; and put beside a
/// signature, or a good one put into any message, it changes nothing of what was signed.
pub(crate) fn timestamp(bytes: &[u8]) {
    if let Ok(proof) = STAMPS.judge_timestamp(bytes, &STAMPED, day()) {
        assert_eq!(proof.token.as_slice(), bytes);
        assert!(proof.at <= proof.existed_by());
    }
    assert!(STAMPS.judge_timestamp(bytes, b"another", day()).is_err());
    if let Ok(token) = TimestampRequest::over(&STAMPED, None).token(bytes) {
        let stamped = attach(HONEST, 0, &token).expect("it is over this signature");
        let verified = VERIFIER.judge(SignedBytes { signature: &stamped, content: None }, day());
        assert_eq!(verified.expect("nothing that was signed changed").content(), Some(CONTENT));
    }
    if let Ok(stamped) = attach(bytes, 0, TOKEN) {
        let judged = |message| {
            let judged = VERIFIER.judge(SignedBytes { signature: message, content: None }, day());
            judged.map(|verified| verified.content().map(<[u8]>::to_vec)).map_err(|failure| failure.reason)
        };
        assert_eq!(judged(&stamped), judged(bytes));
    }
}

/// A bundle of evidence: what is read is written as something that is read as the same, and a verdict that stands is over
/// what was signed.
pub(crate) fn evidence(bytes: &[u8]) {
    let Ok(bundle) = Bundle::from_json(bytes) else { return };
    assert!(Bundle::from_json(&bundle.to_json()) == Ok(bundle.clone()));
    let Ok(recheck) = bundle.recheck(anchors(Profile::COMMERCIAL_REGISTRATION), timestamp_anchors()) else {
        return;
    };
    if recheck.holds.is_some() {
        // Asked for less it holds as well, by the certificates beside it.
        let certificates =
            bundle.evidence.iter().filter(|piece| piece.role == EvidenceRole::SignerCertificate);
        let certificates = certificates.map(|piece| Certificate::from_der(piece.bytes.as_slice()));
        let lax = verifier().with_signers(SignersRule::Any);
        let lax = lax.with_intermediates(certificates.collect::<Result<_, _>>().expect("they were read"));
        let verified = lax.judge(bundle.signed(), bundle.at).expect("it holds");
        assert_eq!(verified.content().or(bundle.content.as_deref()), Some(CONTENT));
    }
}

/// The whole of verifying, through the port: a byte of rules, then parts, each behind its length in two bytes: message,
/// content, list, answer, certificate beside.
///
/// A verdict that is valid is over what was signed, and comes out the same from its evidence alone.
pub(crate) fn verify(bytes: &[u8]) {
    let Some((rules, mut rest)) = bytes.split_first() else { return };
    let mut part = || {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (part, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        rest = after;
        Some(part)
    };
    let (message, content, list) = (part().unwrap_or_default(), part(), part());
    let (answer, beside) = (part(), part());
    let choose = |shift: u8| usize::from(rules >> shift & 3).min(2);
    let revocation =
        [RevocationPolicy::Off, RevocationPolicy::IfAvailable, RevocationPolicy::Require][choose(0)];
    let timestamps = [TimestampPolicy::Off, TimestampPolicy::IfPresent, TimestampPolicy::Require][choose(2)];
    let signers = [SignersRule::All, SignersRule::Any][usize::from(rules >> 4 & 1)];
    let verifier = CmsVerifier::new(anchors(Profile::COMMERCIAL_REGISTRATION))
        .with_signers(signers)
        .with_timestamps(timestamps, timestamp_anchors())
        .with_revocation(
            revocation,
            list.and_then(|list| RevocationList::from_der(list).ok()).into_iter().collect(),
        )
        .with_answers(answer.and_then(|answer| OcspAnswer::from_der(answer).ok()).into_iter().collect())
        .with_intermediates(beside.and_then(|own| Certificate::from_der(own).ok()).into_iter().collect());
    // Empty content stands for none.
    let signed = SignedBytes { signature: message, content: content.filter(|content| !content.is_empty()) };
    let procedure = ProcedureId::new("fuzz").expect("a code");
    let accepted = [CertificateKind::CommercialRegistration];
    let (received, outside) = (Bytes::from(signed.signature), signed.content.map(Bytes::from));
    let sent = Signed { signature: &received, content: outside.as_ref() };
    match shinsei_core::port::signature::verify(&verifier, sent, day(), (&procedure, &accepted)) {
        Ok(verified) => {
            assert_eq!(verified.content(message).or(signed.content), Some(CONTENT));
            assert!(verified.holds().contains(day()));
            let bundle = Bundle::of_verified(signed, &verified);
            let recheck = bundle.recheck(anchors(Profile::COMMERCIAL_REGISTRATION), timestamp_anchors());
            assert_eq!(recheck.expect("its own evidence is read").differences, []);
        }
        Err(Refusal::Defect(defect)) => {
            assert!(Reason::ALL.iter().any(|reason| reason.code() == defect.code));
        }
        Err(Refusal::Verifier(error)) => panic!("{error}"),
    }
}

/// The encoding rules: bytes that stand where the content does are one octet string, or the message is malformed.
///
/// The message digest is made of what a second reader, plain and recursive, finds. The verifier agrees with it when it
/// goes on to look for the signer's certificate, which is not there.
pub(crate) fn ber(bytes: &[u8]) {
    let mut joined = Vec::new();
    let read = octet_string(bytes, 0, &mut joined);
    let expected = match read {
        Some([]) => Reason::SignerCertificateMissing,
        Some(_) | None => Reason::MessageMalformed,
    };
    let attached = SignedBytes { signature: &around(bytes, &joined), content: None };
    let found = VERIFIER.judge(attached, day()).expect_err("nobody signed it").reason;
    // The second reader counts no levels.
    if found != Reason::NestingTooDeep {
        assert_eq!(found, expected);
    }
}

/// A message around content, with a signer that saw these bytes.
fn around(content: &[u8], seen: &[u8]) -> Vec<u8> {
    let (data, sha256) = (der::oid("1.2.840.113549.1.7.1"), der::oid("2.16.840.1.101.3.4.2.1"));
    let attribute = |oid: &str, value: &[u8]| der::sequence(&[&der::oid(oid), &der::set(&[value])]);
    let content_type = attribute("1.2.840.113549.1.9.3", &data);
    let message_digest = attribute("1.2.840.113549.1.9.4", &der::octets(digest(&SHA256, seen).as_ref()));
    let signer = der::sequence(&[
        &der::integer(&[3]),
        &der::element(0x80, b"nobody"),
        &der::sequence(&[&sha256]),
        &der::element(0xa0, &[content_type, message_digest].concat()),
        &der::sequence(&[&der::oid("1.2.840.10045.4.3.2")]),
        &der::octets(b""),
    ]);
    let fields = der::sequence(&[
        &der::integer(&[3]),
        &der::set(&[&der::sequence(&[&sha256])]),
        &der::sequence(&[&data, &der::element(0xa0, content)]),
        &der::set(&[&signer]),
    ]);
    der::sequence(&[&der::oid("1.2.840.113549.1.7.2"), &der::explicit(0, &fields)])
}

/// Reads one octet string as X.690 section 8.7 has it and gives what follows; `None` when there is none.
fn octet_string<'a>(bytes: &'a [u8], depth: usize, joined: &mut Vec<u8>) -> Option<&'a [u8]> {
    let [tag @ (0x04 | 0x24), first, rest @ ..] = bytes else { return None };
    if depth > 1000 {
        return None;
    }
    if *first == 0x80 {
        if *tag == 0x04 {
            return None;
        }
        let mut rest = rest;
        loop {
            match rest {
                [0, 0, after @ ..] => return Some(after),
                _ => rest = octet_string(rest, depth + 1, joined)?,
            }
        }
    }
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        if count > 8 || rest.len() < count {
            return None;
        }
        let (digits, rest) = rest.split_at(count);
        let length = digits
            .iter()
            .try_fold(0usize, |length, digit| length.checked_mul(256)?.checked_add(usize::from(*digit)))?;
        (length, rest)
    };
    if rest.len() < length {
        return None;
    }
    let (mut contents, rest) = rest.split_at(length);
    if *tag == 0x04 {
        joined.extend_from_slice(contents);
        return Some(rest);
    }
    while !contents.is_empty() {
        contents = octet_string(contents, depth + 1, joined)?;
    }
    Some(rest)
}
