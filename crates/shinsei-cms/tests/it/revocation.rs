//! Revocation lists made by OpenSSL: what they say, and when they say nothing.

use shinsei_cms::certificate::Certificate;
use shinsei_cms::crl::RevocationList;
use shinsei_cms::ocsp::OcspAnswer;
use shinsei_cms::ocsp::request::{NONCE_BYTES, OcspRequest};
use shinsei_cms::pem;
use shinsei_cms::reason::Reason;
use shinsei_cms::revocation::{RevocationPolicy, RevocationStatus};
use shinsei_cms::sign::der;
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::signature::SignedBytes;
use shinsei_core::time::Timestamp;

use crate::openssl::{Openssl, in_days};

const P256: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

/// A folder with a root, a signer, and what `openssl ca` needs to make lists of 30 days.
pub(crate) fn authority_with_lists() -> Openssl {
    let openssl = Openssl::with_signer(P256);
    openssl.write("index.txt", b"");
    openssl.write("crlnumber", b"01\n");
    openssl.write("ca.cnf", b"[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=30\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n");
    openssl
}

pub(crate) fn list(openssl: &Openssl, ca: &str) -> RevocationList {
    let (certificate, key) = (format!("{ca}.pem"), format!("{ca}.key"));
    openssl.run(&[
        "ca",
        "-config",
        "ca.cnf",
        "-gencrl",
        "-cert",
        &certificate,
        "-keyfile",
        &key,
        "-out",
        "crl.pem",
    ]);
    RevocationList::from_der(&shinsei_cms::pem::revocation_list(&openssl.read("crl.pem")).unwrap()).unwrap()
}

fn revoke(openssl: &Openssl) {
    openssl.run(&[
        "ca",
        "-config",
        "ca.cnf",
        "-revoke",
        "signer.pem",
        "-cert",
        "ca.pem",
        "-keyfile",
        "ca.key",
    ]);
}

fn judge(verifier: &CmsVerifier, message: &[u8], at: Timestamp) -> Result<RevocationStatus, Reason> {
    let signed = SignedBytes { signature: message, content: None };
    let verified = verifier.judge(signed, at).map_err(|failure| failure.reason)?;
    Ok(verified.signers()[0].revocation)
}

#[test]
fn a_current_list_says_good_or_revoked_and_bounds_the_verdict() {
    let openssl = authority_with_lists();
    let message = openssl.sign(b"x", &["-nodetach"]);
    let require = |list| openssl.verifier().with_revocation(RevocationPolicy::Require, vec![list]);
    let verifier = require(list(&openssl, "ca"));
    let signed = SignedBytes { signature: &message, content: None };
    let verified = verifier.judge(signed, in_days(1)).map_err(|failure| failure.reason).unwrap();
    let signer = &verified.signers()[0];
    assert_eq!((signer.revocation, signer.lists.len()), (RevocationStatus::Good, 1));
    let until = signer.holds.until.unwrap();
    assert!(in_days(29) < until && until < in_days(31), "the list ends before the certificate: {until}");

    revoke(&openssl);
    let revoked = require(list(&openssl, "ca"));
    assert_eq!(judge(&revoked, &message, in_days(1)), Err(Reason::CertificateRevoked));
    let asked_lightly =
        openssl.verifier().with_revocation(RevocationPolicy::IfAvailable, vec![list(&openssl, "ca")]);
    assert_eq!(judge(&asked_lightly, &message, in_days(1)), Err(Reason::CertificateRevoked));
}

#[test]
fn a_stale_or_strange_list_says_nothing_and_never_good() {
    let openssl = authority_with_lists();
    let message = openssl.sign(b"x", &["-nodetach"]);
    let with = |policy, lists| openssl.verifier().with_revocation(policy, lists);
    let stale = with(RevocationPolicy::Require, vec![list(&openssl, "ca")]);
    assert_eq!(judge(&stale, &message, in_days(31)), Err(Reason::RevocationStale));
    let stale = with(RevocationPolicy::IfAvailable, vec![list(&openssl, "ca")]);
    assert_eq!(judge(&stale, &message, in_days(31)), Ok(RevocationStatus::Undetermined));
    let none = with(RevocationPolicy::Require, Vec::new());
    assert_eq!(judge(&none, &message, in_days(1)), Err(Reason::RevocationUndetermined));
    // A list of the same name under another key could say anything.
    openssl.root("false", "/C=JP/O=Test Authority", P256);
    let strange = with(RevocationPolicy::Require, vec![list(&openssl, "false")]);
    assert_eq!(judge(&strange, &message, in_days(1)), Err(Reason::RevocationUndetermined));
    revoke(&openssl);
    let strange = with(RevocationPolicy::IfAvailable, vec![list(&openssl, "false")]);
    assert_eq!(judge(&strange, &message, in_days(1)), Ok(RevocationStatus::Undetermined));
}

#[test]
fn a_damaged_list_is_refused_whole() {
    let openssl = authority_with_lists();
    revoke(&openssl);
    let whole = list(&openssl, "ca");
    assert_eq!(whole.entries(), 1);
    for cut in 0..whole.der().len() {
        assert_eq!(
            RevocationList::from_der(&whole.der()[..cut]).err(),
            Some(Reason::RevocationListMalformed)
        );
    }
    let longer = [whole.der(), &[0]].concat();
    assert_eq!(RevocationList::from_der(&longer).err(), Some(Reason::RevocationListMalformed));
}

/// Asks `openssl ocsp` for an answer about the signer, by who holds `responder`.
pub(crate) fn answer(openssl: &Openssl, responder: &str, more: &[&str]) -> OcspAnswer {
    let (certificate, key) = (format!("{responder}.pem"), format!("{responder}.key"));
    let mut args =
        vec!["ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", &certificate, "-rkey", &key];
    args.extend(more);
    args.extend(["-issuer", "ca.pem", "-cert", "signer.pem", "-respout", "answer.der", "-noverify"]);
    openssl.run(&args);
    OcspAnswer::from_der(&openssl.read("answer.der")).unwrap()
}

/// Writes the signer into the index as valid, as `openssl ca` would have.
pub(crate) fn index(openssl: &Openssl) {
    let serial = openssl.run(&["x509", "-in", "signer.pem", "-noout", "-serial"]);
    let serial = String::from_utf8(serial).unwrap().trim().trim_start_matches("serial=").to_owned();
    openssl.write(
        "index.txt",
        format!("V\t400101000000Z\t\t{serial}\tunknown\t/C=JP/O=Test/CN=Signer\n").as_bytes(),
    );
}

#[test]
fn an_answer_of_the_issuer_or_its_delegate_says_good_or_revoked() {
    let openssl = authority_with_lists();
    index(&openssl);
    openssl.leaf("responder", "ca", "/CN=Responder", P256, "extendedKeyUsage=OCSPSigning\nnoCheck=NULL\n");
    openssl.leaf("stranger", "ca", "/CN=Stranger", P256, "");
    let message = openssl.sign(b"x", &["-nodetach"]);
    let with =
        |policy, answer| openssl.verifier().with_revocation(policy, Vec::new()).with_answers(vec![answer]);
    let require = |answer| judge(&with(RevocationPolicy::Require, answer), &message, in_days(0));
    for more in [&[][..], &["-ndays", "1"], &["-resp_key_id"], &["-sha256"], &["-no_nonce"]] {
        assert_eq!(require(answer(&openssl, "ca", more)), Ok(RevocationStatus::Good), "{more:?}");
        assert_eq!(require(answer(&openssl, "responder", more)), Ok(RevocationStatus::Good), "{more:?}");
    }
    let of_a_stranger = answer(&openssl, "stranger", &[]);
    assert_eq!(require(of_a_stranger), Err(Reason::RevocationUndetermined));
    let lightly = with(RevocationPolicy::IfAvailable, answer(&openssl, "stranger", &[]));
    assert_eq!(judge(&lightly, &message, in_days(0)), Ok(RevocationStatus::Undetermined));

    let verifier = with(RevocationPolicy::Require, answer(&openssl, "ca", &["-ndays", "1"]));
    assert_eq!(judge(&verifier, &message, in_days(2)), Err(Reason::RevocationStale));
    let verifier = with(RevocationPolicy::Require, answer(&openssl, "ca", &[]));
    assert_eq!(judge(&verifier, &message, in_days(2)), Err(Reason::RevocationStale));
    let signed = SignedBytes { signature: &message, content: None };
    let verified = verifier.judge(signed, in_days(0)).map_err(|failure| failure.reason).unwrap();
    let signer = &verified.signers()[0];
    assert_eq!((signer.answers.len(), signer.lists.len()), (1, 0));
    assert!(signer.holds.until.unwrap() < in_days(2));

    revoke(&openssl);
    assert_eq!(require(answer(&openssl, "responder", &[])), Err(Reason::CertificateRevoked));
    openssl.write("index.txt", b"");
    assert_eq!(require(answer(&openssl, "ca", &[])), Err(Reason::RevocationUndetermined));
}

#[test]
fn a_revocation_in_either_place_is_believed() {
    let openssl = authority_with_lists();
    index(&openssl);
    let message = openssl.sign(b"x", &["-nodetach"]);
    let good = answer(&openssl, "ca", &["-ndays", "5"]);
    revoke(&openssl);
    let verifier = openssl
        .verifier()
        .with_revocation(RevocationPolicy::Require, vec![list(&openssl, "ca")])
        .with_answers(vec![good]);
    assert_eq!(judge(&verifier, &message, in_days(1)), Err(Reason::CertificateRevoked));
}

#[test]
fn a_damaged_answer_is_refused_or_says_nothing() {
    let openssl = authority_with_lists();
    index(&openssl);
    let message = openssl.sign(b"x", &["-nodetach"]);
    let whole = answer(&openssl, "ca", &["-resp_no_certs"]).der().to_vec();
    let judged = |answer| {
        let verifier = openssl.verifier().with_revocation(RevocationPolicy::Require, Vec::new());
        judge(&verifier.with_answers(vec![answer]), &message, in_days(0))
    };
    assert_eq!(judged(OcspAnswer::from_der(&whole).unwrap()), Ok(RevocationStatus::Good));
    for position in 0..whole.len() {
        assert_eq!(OcspAnswer::from_der(&whole[..position]).err(), Some(Reason::OcspMalformed));
        let mut altered = whole.clone();
        altered[position] ^= 1;
        if let Ok(altered) = OcspAnswer::from_der(&altered) {
            let reason = judged(altered).unwrap_err();
            let says_nothing = [Reason::RevocationUndetermined, Reason::RevocationStale].contains(&reason);
            assert!(says_nothing, "{position}: {reason}");
        }
    }
}

#[test]
fn a_responder_answers_our_question_and_another_answer_is_refused() {
    let openssl = authority_with_lists();
    index(&openssl);
    let read = |name: &str| Certificate::from_der(&pem::certificate(&openssl.read(name)).unwrap()).unwrap();
    let (signer, issuer) = (read("signer.pem"), read("ca.pem"));
    let respond = |question: &OcspRequest<'_>, more: &[&str]| {
        openssl.write("request.der", &question.to_der());
        let ours = ["ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "ca.pem", "-rkey", "ca.key"];
        openssl.run(&[&ours[..], &["-reqin", "request.der", "-respout", "answer.der"], more].concat());
        openssl.read("answer.der")
    };
    let (one, other) = ([1; NONCE_BYTES], [0x81; NONCE_BYTES]);
    let question = OcspRequest::about(&signer, &issuer, Some(one));
    let response = respond(&question, &[]);
    let message = openssl.sign(b"x", &["-nodetach"]);
    let verifier = openssl
        .verifier()
        .with_revocation(RevocationPolicy::Require, vec![])
        .with_answers(vec![question.answer(&response).unwrap()]);
    assert_eq!(judge(&verifier, &message, in_days(0)), Ok(RevocationStatus::Good));
    let asked = |nonce| OcspRequest::about(&signer, &issuer, nonce).answer(&response).err();
    assert_eq!(asked(None), None);
    assert_eq!(asked(Some(other)), Some(Reason::OcspNonceMismatch));
    let about_another = OcspRequest::about(&issuer, &issuer, Some(one));
    assert_eq!(about_another.answer(&response).err(), Some(Reason::RevocationUndetermined));
    // A responder that prepares its answers leaves the nonce out.
    let prepared = respond(&OcspRequest::about(&signer, &issuer, None), &[]);
    assert_eq!(question.answer(&prepared).err(), None);
    let try_later = der::sequence(&[&[0x0a, 0x01, 0x03]]);
    assert_eq!(question.answer(&try_later).err(), Some(Reason::RevocationUndetermined));
    assert_eq!(question.answer(b"an error page").err(), Some(Reason::OcspMalformed));
}
