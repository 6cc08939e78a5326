//! Time-stamps by a real authority, `openssl ts`: what they prove, how they are attached, and why a bad one proves nothing.

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::certificate::Certificate;
use shinsei_cms::crl::RevocationList;
use shinsei_cms::pem;
use shinsei_cms::profile::Profile;
use shinsei_cms::reason::Reason;
use shinsei_cms::revocation::{RevocationPolicy, RevocationStatus};
use shinsei_cms::sign::der;
use shinsei_cms::timestamp::attach::{attach, signature_of};
use shinsei_cms::timestamp::request::TimestampRequest;
use shinsei_cms::timestamp::{TimestampPolicy, TimestampProof};
use shinsei_cms::verdict::Failure;
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::signature::SignedBytes;
use shinsei_core::time::Timestamp;

use crate::openssl::{Openssl, in_days};

const P256: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
const CONTENT: &[u8] = b"application";
const STAMPING: &str = "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n";
const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";
const SHA_256: &str = "2.16.840.1.101.3.4.2.1";

/// A folder with a signer, and an authority `tsa` below a root `tsa-ca`.
fn authority() -> Openssl {
    let openssl = Openssl::with_signer(P256);
    add_authority(&openssl);
    openssl
}

/// Makes the authority.
pub(crate) fn add_authority(openssl: &Openssl) {
    openssl.root("tsa-ca", "/C=JP/O=Test Time", P256);
    openssl.leaf("tsa", "tsa-ca", "/C=JP/O=Test Time/CN=TSA", P256, STAMPING);
    openssl.write("serial", b"2a\n");
    openssl.write("ts.cnf", b"[tsa]\ndefault_tsa=x\n[x]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.392.1\ndigests=sha256,sha384\naccuracy=secs:1,millisecs:500\n");
}

/// The answer of the authority to a question.
fn reply(openssl: &Openssl, query: &[u8], options: &[&str]) -> Vec<u8> {
    openssl.write("query", query);
    let args = ["ts", "-reply", "-config", "ts.cnf", "-queryfile", "query", "-out", "reply"];
    openssl.run(&[&args[..], &["-signer", "tsa.pem", "-inkey", "tsa.key"], options].concat());
    openssl.read("reply")
}

pub(crate) fn token(openssl: &Openssl, stamped: &[u8]) -> Vec<u8> {
    reply(openssl, &TimestampRequest::over(stamped, None).to_der(), &["-token_out"])
}

pub(crate) fn anchor(openssl: &Openssl, name: &str) -> TrustAnchor {
    TrustAnchor::new(&openssl.read(&format!("{name}.pem")), *Profile::NONE).unwrap()
}

fn with_policy(openssl: &Openssl, policy: TimestampPolicy) -> CmsVerifier {
    openssl.verifier().with_timestamps(policy, vec![anchor(openssl, "tsa-ca")])
}

fn judge(verifier: &CmsVerifier, message: &[u8]) -> Result<Vec<TimestampProof>, Reason> {
    let signed = SignedBytes { signature: message, content: None };
    let verified = verifier.judge(signed, in_days(1)).map_err(|failure| failure.reason)?;
    Ok(verified.signers().iter().flat_map(|signer| signer.timestamps.clone()).collect())
}

fn why<T>(judged: Result<T, Failure>) -> Option<Reason> {
    judged.err().map(|failure| failure.reason)
}

#[test]
fn a_token_proves_when_the_signature_existed_and_by_whom() {
    let openssl = authority();
    let message = openssl.sign(CONTENT, &["-nodetach"]);
    let token = token(&openssl, &signature_of(&message, 0).unwrap());
    let stamped = attach(&message, 0, &token).unwrap();
    let signed = SignedBytes { signature: &stamped, content: None };
    let verifier = with_policy(&openssl, TimestampPolicy::Require);
    let verified = verifier.judge(signed, in_days(1)).map_err(|failure| failure.reason).unwrap();
    assert_eq!(verified.content(), Some(CONTENT));
    let [proof] = &verified.signers()[0].timestamps[..] else { panic!("one token") };
    assert!(in_days(-1) < proof.at && proof.at < in_days(1));
    assert_eq!(proof.existed_by(), proof.at.saturating_add_micros(1_500_000));
    assert_eq!((proof.policy.as_str(), proof.serial.as_str()), ("1.2.392.1", "2b"));
    assert_eq!(proof.authority[2]["value"], "TSA");
    assert_eq!(proof.revocation, RevocationStatus::NotChecked);
    let own = |name: &str| pem::certificate(&openssl.read(name)).unwrap().into_owned();
    let path: Vec<_> = proof.path.iter().map(Certificate::der).collect();
    assert_eq!(path, [own("tsa.pem"), own("tsa-ca.pem")]);
    assert_eq!(proof.token.as_slice(), token);
    assert_eq!(verified.checks.done().last().unwrap().name, "time-stamp");
    assert_eq!(verified.report(in_days(1))["signers"][0]["timestamps"][0]["serial"], "2b");
    // OpenSSL reads both.
    openssl.write("stamped", &stamped);
    openssl.write("signature", &signature_of(&message, 0).unwrap());
    openssl.write("token", &token);
    openssl.run(&["cms", "-verify", "-binary", "-inform", "DER", "-in", "stamped", "-CAfile", "ca.pem"]);
    let verify =
        ["ts", "-verify", "-data", "signature", "-in", "token", "-token_in", "-CAfile", "tsa-ca.pem"];
    openssl.run(&verify);
}

#[test]
fn a_token_is_attached_to_any_form_and_beside_others() {
    let openssl = authority();
    openssl.leaf("second", "ca", "/C=JP/O=Test/CN=Second", P256, "");
    let two =
        ["-signer", "signer.pem", "-inkey", "signer.key", "-signer", "second.pem", "-inkey", "second.key"];
    for options in [&["-nodetach"][..], &["-stream"], &["-nodetach", "-outform", "PEM"], &two, &["-cades"]] {
        let message = openssl.sign(CONTENT, &[options, &["-nodetach"]].concat());
        let mut stamped = message.clone();
        let signers = if options == two { 2 } else { 1 };
        for signer in 0..signers {
            // Twice: the second token finds the first.
            for _ in 0..2 {
                let signature = signature_of(&stamped, signer).unwrap();
                assert_eq!(signature, signature_of(&message, signer).unwrap());
                stamped = attach(&stamped, signer, &token(&openssl, &signature)).unwrap();
            }
        }
        let proofs = judge(&with_policy(&openssl, TimestampPolicy::Require), &stamped).unwrap();
        assert_eq!(proofs.len(), 2 * signers, "{options:?}");
        assert_eq!(attach(&message, signers, &[]).err(), Some(Reason::NoSigner));
    }
}

#[test]
fn tokens_are_looked_at_as_the_policy_says() {
    let openssl = authority();
    let message = openssl.sign(CONTENT, &["-nodetach"]);
    let signature = signature_of(&message, 0).unwrap();
    let good = attach(&message, 0, &token(&openssl, &signature)).unwrap();
    openssl.root("strange-ca", "/C=JP/O=Test Strange", P256);
    let strange =
        openssl.verifier().with_timestamps(TimestampPolicy::IfPresent, vec![anchor(&openssl, "strange-ca")]);
    let [off, present, require] =
        [TimestampPolicy::Off, TimestampPolicy::IfPresent, TimestampPolicy::Require]
            .map(|policy| with_policy(&openssl, policy));
    let proofs = |verifier, message| judge(verifier, message).map(|proofs| proofs.len());
    assert_eq!(proofs(&off, &good), Ok(0));
    assert_eq!(proofs(&present, &good), Ok(1));
    assert_eq!(proofs(&strange, &good), Err(Reason::TimestampUntrusted));
    assert_eq!(proofs(&present, &message), Ok(0));
    assert_eq!(proofs(&require, &message), Err(Reason::TimestampMissing));
    // The last byte of the message is that of the token's signature.
    let mut damaged = good.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(proofs(&off, &damaged), Ok(0));
    assert_eq!(proofs(&present, &damaged), Err(Reason::TimestampSignatureInvalid));
    // A bad one beside a good one takes nothing from it.
    let both = attach(&damaged, 0, &token(&openssl, &signature)).unwrap();
    assert_eq!(proofs(&present, &both), Ok(1));
    let many =
        (0..5).fold(message.clone(), |stamped, _| attach(&stamped, 0, &token(&openssl, &signature)).unwrap());
    assert_eq!(proofs(&present, &many), Err(Reason::TooManyElements));
    // Half a million of them in one attribute are counted no further than that.
    let mut crowded = good.clone();
    let attribute =
        [&der::oid("1.2.840.113549.1.9.16.2.14")[..], &der::element(0x31, &[0x30, 0].repeat(500_000))];
    add_unsigned(&mut crowded, &der::sequence(&attribute));
    assert_eq!(proofs(&present, &crowded), Err(Reason::TooManyElements));
    assert_eq!(proofs(&off, &crowded), Ok(0));
    // A message is not changed by a token that is not over its signature.
    let other = token(&openssl, b"another signature");
    assert_eq!(attach(&good, 0, &other).err(), Some(Reason::TimestampImprintMismatch));
    assert_eq!(attach(&good, 0, b"none").err(), Some(Reason::TimestampMalformed));
}

/// Puts an attribute behind the unsigned ones, which end the message, and makes the lengths around it right.
fn add_unsigned(message: &mut Vec<u8>, attribute: &[u8]) {
    // ContentInfo, [0], SignedData, signerInfos, SignerInfo, [1]: each the last part of the one before it.
    let mut starts = vec![0];
    for _ in 0..5 {
        let (mut at, end) = contents(message, starts[starts.len() - 1]);
        let mut last = at;
        while at < end {
            last = at;
            at = contents(message, at).1;
        }
        starts.push(last);
    }
    let mut inner = attribute.to_vec();
    let mut end = message.len();
    for start in starts.into_iter().rev() {
        let (from, _) = contents(message, start);
        inner = der::element(message[start], &[&message[from..end], &inner].concat());
        end = start;
    }
    *message = inner;
}

/// Where the contents of a definite element begin and end.
fn contents(bytes: &[u8], at: usize) -> (usize, usize) {
    let first = usize::from(bytes[at + 1]);
    let digits = if first < 0x80 { 0 } else { first & 0x7f };
    let length = if first < 0x80 {
        first
    } else {
        bytes[at + 2..at + 2 + digits].iter().fold(0, |length, digit| length << 8 | usize::from(*digit))
    };
    (at + 2 + digits, at + 2 + digits + length)
}

#[test]
fn an_answer_is_to_its_question_or_refused() {
    let openssl = authority();
    let question = TimestampRequest::over(b"stamped", Some(0xfedc_ba98_7654_3210));
    let answer = reply(&openssl, &question.to_der(), &[]);
    let token = question.token(&answer).unwrap();
    let verifier = with_policy(&openssl, TimestampPolicy::IfPresent);
    assert_eq!(why(verifier.judge_timestamp(&token, b"stamped", in_days(1))), None);
    let other = |stamped, nonce| TimestampRequest::over(stamped, nonce).token(&answer).err();
    assert_eq!(other(b"stamped", None), None);
    assert_eq!(other(b"stamped", Some(1)), Some(Reason::TimestampNonceMismatch));
    assert_eq!(other(b"another", None), Some(Reason::TimestampImprintMismatch));
    let configuration = String::from_utf8(openssl.read("ts.cnf")).unwrap();
    openssl.write("ts.cnf", configuration.replace("sha256,", "").as_bytes());
    let refusal = reply(&openssl, &question.to_der(), &[]);
    assert_eq!(question.token(&refusal).err(), Some(Reason::TimestampRefused));
    for cut in 0..answer.len() {
        assert_eq!(question.token(&answer[..cut]).err(), Some(Reason::TimestampMalformed), "{cut}");
    }
}

/// A TSTInfo over `stamped`, its fields replaced as wanted.
fn tst_info(version: u8, hash: &str, digest: &[u8], at: &str, more: &[u8]) -> Vec<u8> {
    let imprint = der::sequence(&[&der::sequence(&[&der::oid(hash)]), &der::octets(digest)]);
    der::sequence(&[
        &der::integer(&[version]),
        &der::oid("1.2.392.1"),
        &imprint,
        &der::integer(&[7]),
        &der::element(0x18, at.as_bytes()),
        more,
    ])
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().to_vec()
}

/// A time at which all that is issued while the test runs is in force.
fn tomorrow() -> String {
    in_days(1).to_utc().format("%Y%m%d%H%M%SZ").to_string()
}

/// A token over `stamped` as OpenSSL's CMS makes it, which asks nothing of the signer's certificate.
fn made(openssl: &Openssl, info: &[u8], options: &[&str]) -> Vec<u8> {
    openssl.sign(info, &[&["-nodetach", "-econtent_type", TST_INFO], options].concat())
}

#[test]
fn each_bad_token_has_a_reason_of_its_own() {
    let openssl = authority();
    let verifier = with_policy(&openssl, TimestampPolicy::IfPresent);
    let reason = |token: &[u8]| why(verifier.judge_timestamp(token, b"stamped", in_days(1)));
    let (now, digest) = (tomorrow(), sha256(b"stamped"));
    let good = tst_info(1, SHA_256, &digest, &now, b"");
    let tsa = ["-cades", "-signer", "tsa.pem", "-inkey", "tsa.key"];
    assert_eq!(reason(&made(&openssl, &good, &tsa)), None);

    // What it says.
    let said = |info: &[u8]| reason(&made(&openssl, info, &tsa));
    assert_eq!(said(&tst_info(1, SHA_256, &sha256(b"x"), &now, b"")), Some(Reason::TimestampImprintMismatch));
    assert_eq!(said(&tst_info(2, SHA_256, &digest, &now, b"")), Some(Reason::TimestampUnsupported));
    let extension = |critical: &[u8]| {
        der::element(0xa1, &der::sequence(&[&der::oid("1.2.3"), critical, &der::octets(b"")]))
    };
    assert_eq!(said(&tst_info(1, SHA_256, &digest, &now, &extension(b""))), None);
    let critical = extension(&[0x01, 0x01, 0xff]);
    assert_eq!(said(&tst_info(1, SHA_256, &digest, &now, &critical)), Some(Reason::TimestampUnsupported));
    let sha1 = tst_info(1, "1.3.14.3.2.26", &[0; 20], &now, b"");
    assert_eq!(said(&sha1), Some(Reason::TimestampBroken));
    let sha3 = tst_info(1, "2.16.840.1.101.3.4.2.8", &[0; 32], &now, b"");
    assert_eq!(said(&sha3), Some(Reason::TimestampUnsupported));
    assert_eq!(said(b"no TSTInfo"), Some(Reason::TimestampMalformed));
    let early = tst_info(1, SHA_256, &digest, "20200101000000Z", b"");
    assert_eq!(said(&early), Some(Reason::TimestampCertificateNotInForce));
    let late = tst_info(1, SHA_256, &digest, "20990101000000Z", b"");
    assert_eq!(said(&late), Some(Reason::TimestampCertificateNotInForce));

    // Who says it.
    let by = |name: &str, extensions: &str| {
        openssl.leaf(name, "tsa-ca", "/C=JP/O=Test Time/CN=Other", P256, extensions);
        let (certificate, key) = (format!("{name}.pem"), format!("{name}.key"));
        reason(&made(&openssl, &good, &["-cades", "-signer", &certificate, "-inkey", &key]))
    };
    assert_eq!(by("other", STAMPING), None);
    assert_eq!(by("no-usage", ""), Some(Reason::TimestampKeyUsage));
    assert_eq!(by("lax", "extendedKeyUsage=timeStamping\n"), Some(Reason::TimestampKeyUsage));
    let mixed = by("mixed", "extendedKeyUsage=critical,timeStamping,emailProtection\n");
    assert_eq!(mixed, Some(Reason::TimestampKeyUsage));
    let agreement = by("agreement", "extendedKeyUsage=critical,timeStamping\nkeyUsage=keyAgreement\n");
    assert_eq!(agreement, Some(Reason::TimestampKeyUsage));
    openssl.leaf("strange", "ca", "/C=JP/O=Test/CN=Strange", P256, STAMPING);
    let strange = made(&openssl, &good, &["-cades", "-signer", "strange.pem", "-inkey", "strange.key"]);
    assert_eq!(reason(&strange), Some(Reason::TimestampUntrusted));

    // How it is signed.
    let unbound = made(&openssl, &good, &tsa[1..]);
    assert_eq!(reason(&unbound), Some(Reason::TimestampSigningCertificate));
    let two = made(&openssl, &good, &[&tsa[..], &["-signer", "other.pem", "-inkey", "other.key"]].concat());
    assert_eq!(reason(&two), Some(Reason::TimestampSigners));
    let alone = made(&openssl, &good, &[&tsa[..], &["-nocerts"]].concat());
    assert_eq!(reason(&alone), Some(Reason::TimestampCertificateMissing));
    let supplied = Certificate::from_der(&pem::certificate(&openssl.read("tsa.pem")).unwrap()).unwrap();
    let supplying = with_policy(&openssl, TimestampPolicy::IfPresent).with_intermediates(vec![supplied]);
    assert_eq!(why(supplying.judge_timestamp(&alone, b"stamped", in_days(1))), None);
    let mut damaged = made(&openssl, &good, &tsa);
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(reason(&damaged), Some(Reason::TimestampSignatureInvalid));
    let sha1 = made(&openssl, &good, &[&tsa[..], &["-md", "sha1"]].concat());
    assert_eq!(reason(&sha1), Some(Reason::TimestampBroken));
    assert_eq!(reason(&openssl.sign(CONTENT, &["-nodetach"])), Some(Reason::TimestampMalformed));
    assert_eq!(reason(b""), Some(Reason::TimestampMalformed));
    // What the authority signed as plain data is no token, whatever it says.
    let as_data = openssl.sign(&good, &[&["-nodetach"], &tsa[..]].concat());
    assert_eq!(reason(&as_data), Some(Reason::TimestampMalformed));
    let whole = made(&openssl, &good, &tsa);
    assert_eq!(reason(&[&whole[..], &[0]].concat()), Some(Reason::TimestampMalformed));
}

/// A list of a root, from a time and for so many days.
pub(crate) fn list_from(openssl: &Openssl, ca: &str, from: Timestamp, days: i64) -> RevocationList {
    let format = |at: Timestamp| at.to_utc().format("%Y%m%d%H%M%SZ").to_string();
    let until = format(from.saturating_add_micros(days * 86_400_000_000));
    let from = format(from);
    let (certificate, key) = (format!("{ca}.pem"), format!("{ca}.key"));
    let issuer = ["ca", "-config", "ca.cnf", "-gencrl", "-cert", &certificate, "-keyfile", &key];
    let times = ["-crl_lastupdate", &from, "-crl_nextupdate", &until, "-out", "crl.pem"];
    openssl.run(&[&issuer[..], &times].concat());
    RevocationList::from_der(&pem::revocation_list(&openssl.read("crl.pem")).unwrap()).unwrap()
}

#[test]
fn revocation_is_asked_of_the_time_of_the_token_or_of_judgement() {
    let openssl = authority();
    openssl.write("index.txt", b"");
    openssl.write("crlnumber", b"01\n");
    openssl.write("ca.cnf", b"[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n");
    let token = token(&openssl, b"stamped");
    let judged = |policy, lists, at| {
        let verifier = with_policy(&openssl, TimestampPolicy::IfPresent).with_revocation(policy, lists);
        let judged = verifier.judge_timestamp(&token, b"stamped", at);
        judged.map(|proof| (proof.revocation, proof.lists.len())).map_err(|failure| failure.reason)
    };
    let (require, lightly) = (RevocationPolicy::Require, RevocationPolicy::IfAvailable);
    let good = Ok((RevocationStatus::Good, 1));
    let unknown = Err(Reason::TimestampRevocationUndetermined);
    let then = || list_from(&openssl, "tsa-ca", in_days(-1), 2);
    let now = || list_from(&openssl, "tsa-ca", in_days(9), 2);
    let (of_then, of_now) = (then(), now());
    assert_eq!(judged(require, vec![of_then], in_days(10)), good);
    assert_eq!(judged(require, vec![of_now], in_days(10)), good);
    assert_eq!(judged(require, vec![now()], in_days(20)), unknown);
    assert_eq!(judged(require, Vec::new(), in_days(0)), unknown);
    assert_eq!(judged(lightly, Vec::new(), in_days(0)), Ok((RevocationStatus::Undetermined, 0)));
    let of_then = then();
    openssl.run(&[
        "ca",
        "-config",
        "ca.cnf",
        "-revoke",
        "tsa.pem",
        "-cert",
        "tsa-ca.pem",
        "-keyfile",
        "tsa-ca.key",
    ]);
    let revoked = Err(Reason::TimestampCertificateRevoked);
    assert_eq!(judged(require, vec![then()], in_days(0)), revoked);
    assert_eq!(judged(require, vec![of_then, now()], in_days(10)), revoked);
    assert_eq!(judged(lightly, vec![now()], in_days(10)), revoked);
}
