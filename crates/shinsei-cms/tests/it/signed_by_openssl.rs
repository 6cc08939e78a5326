//! Messages that OpenSSL signed: each algorithm, each form, and what must be refused of them.

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::certificate::Certificate;
use shinsei_cms::profile::Profile;
use shinsei_cms::reason::Reason;
use shinsei_cms::verify::{CmsVerifier, SignersRule};
use shinsei_core::signature::SignedBytes;
use shinsei_core::time::Timestamp;

use crate::openssl::{Openssl, in_days};

const P256: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
const P384: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"];
const P521: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"];
const RSA2048: &[&str] = &["-newkey", "rsa:2048"];
const CONTENT: &[u8] = "住民票の写し 1通".as_bytes();

fn attached(message: &[u8]) -> SignedBytes<'_> {
    SignedBytes { signature: message, content: None }
}

fn detached<'a>(message: &'a [u8], content: &'a [u8]) -> SignedBytes<'a> {
    SignedBytes { signature: message, content: Some(content) }
}

fn reason(verifier: &CmsVerifier, signed: SignedBytes<'_>, at: Timestamp) -> Reason {
    verifier.judge(signed, at).expect_err("it must not hold").reason
}

/// Signs, and expects the content back.
fn holds_attached(openssl: &Openssl, options: &[&str]) {
    let message = openssl.sign(CONTENT, &[options, &["-nodetach"]].concat());
    let verified = openssl.verifier().judge(attached(&message), in_days(1)).map_err(|failure| failure.reason);
    assert_eq!(verified.unwrap().content(), Some(CONTENT), "{options:?}");
}

/// The same, and then the detached form, which must not hold for other content.
fn holds(openssl: &Openssl, options: &[&str]) {
    holds_attached(openssl, options);
    let verifier = openssl.verifier();
    let message = openssl.sign(CONTENT, options);
    let verified = verifier.judge(detached(&message, CONTENT), in_days(1)).map_err(|failure| failure.reason);
    assert_eq!(verified.unwrap().content(), None, "{options:?}");
    let other = reason(&verifier, detached(&message, b"another"), in_days(1));
    assert_eq!(other, Reason::MessageDigestMismatch, "{options:?}");
}

#[test]
fn rsa_pkcs1_holds_with_each_digest() {
    let openssl = Openssl::with_signer(RSA2048);
    for digest in ["sha256", "sha384", "sha512"] {
        holds(&openssl, &["-md", digest]);
    }
}

#[test]
fn rsa_pss_holds_with_each_digest_and_salt() {
    let openssl = Openssl::with_signer(RSA2048);
    for digest in ["sha256", "sha384", "sha512"] {
        for salt in ["digest", "max", "20", "0"] {
            let salt = format!("rsa_pss_saltlen:{salt}");
            let pss = ["-md", digest, "-keyopt", "rsa_padding_mode:pss", "-keyopt", &salt];
            holds(&openssl, &pss);
        }
        holds(&openssl, &["-md", digest, "-keyopt", "rsa_padding_mode:pss"]);
    }
}

#[test]
fn a_key_for_pss_alone_holds() {
    // Without the option OpenSSL 3.0 names rsaEncryption for such a key, and refuses its own message.
    let openssl = Openssl::with_signer(&["-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"]);
    holds(&openssl, &["-md", "sha256", "-keyopt", "rsa_padding_mode:pss"]);
    let message = openssl.sign(CONTENT, &["-md", "sha256", "-nodetach"]);
    assert_eq!(reason(&openssl.verifier(), attached(&message), in_days(1)), Reason::AlgorithmMismatch);
}

#[test]
fn ecdsa_holds_on_each_curve_with_each_digest() {
    for curve in [P256, P384, P521] {
        let openssl = Openssl::with_signer(curve);
        for digest in ["sha256", "sha384", "sha512"] {
            holds(&openssl, &["-md", digest]);
        }
    }
}

#[test]
fn ed25519_holds() {
    // OpenSSL 3.0 cannot sign CMS with Ed25519; the certificates of the path can use it.
    let openssl = Openssl::new();
    openssl.root("ca", "/C=JP/O=Test Authority", &["-newkey", "ed25519"]);
    openssl.leaf("signer", "ca", "/C=JP/CN=Signer", P256, "");
    holds(&openssl, &["-md", "sha256"]);
}

#[test]
fn each_form_of_the_message_holds() {
    let openssl = Openssl::with_signer(P256);
    for options in [&["-keyid"][..], &["-outform", "PEM"], &["-cades"]] {
        holds(&openssl, options);
    }
    // With these OpenSSL attaches the content in any case.
    for options in [
        &["-stream"][..],
        &["-keyid", "-stream"],
        &["-outform", "PEM", "-stream"],
        &["-econtent_type", "1.2.392.100300.99"],
    ] {
        holds_attached(&openssl, options);
    }
}

#[test]
fn the_identity_and_the_window_are_those_of_the_certificates() {
    let openssl = Openssl::with_signer(P256);
    let message = openssl.sign(CONTENT, &["-nodetach"]);
    let at = in_days(1);
    let verified =
        openssl.verifier().judge(attached(&message), at).map_err(|failure| failure.reason).unwrap();
    let [signer] = verified.signers() else { panic!("one signer") };
    let subject = serde_json::json!([
        { "type": "C", "value": "JP" }, { "type": "O", "value": "Test" }, { "type": "CN", "value": "Signer" }
    ]);
    assert_eq!(signer.identity()["subject"], subject);
    assert_eq!(signer.revocation.code(), "not-checked");
    assert_eq!(signer.path.len(), 2);
    let until = signer.holds.until.unwrap();
    assert!(in_days(2999) < until && until < in_days(3001), "the leaf ends before the root: {until}");
    assert!(signer.holds.contains(at));
}

#[test]
fn broken_digests_and_short_keys_have_reasons_of_their_own() {
    let openssl = Openssl::with_signer(RSA2048);
    let message = openssl.sign(CONTENT, &["-md", "sha1", "-nodetach"]);
    assert_eq!(reason(&openssl.verifier(), attached(&message), in_days(1)), Reason::DigestBroken);
    let message = openssl.sign(CONTENT, &["-md", "sha3-256", "-nodetach"]);
    assert_eq!(reason(&openssl.verifier(), attached(&message), in_days(1)), Reason::DigestUnsupported);
    openssl.leaf("short", "ca", "/CN=Short", &["-newkey", "rsa:1024"], "");
    let message = openssl.sign(CONTENT, &["-signer", "short.pem", "-inkey", "short.key", "-nodetach"]);
    assert_eq!(reason(&openssl.verifier(), attached(&message), in_days(1)), Reason::RsaKeyTooShort);
    openssl.leaf("k1", "ca", "/CN=K1", &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"], "");
    let message = openssl.sign(CONTENT, &["-signer", "k1.pem", "-inkey", "k1.key", "-nodetach"]);
    assert_eq!(reason(&openssl.verifier(), attached(&message), in_days(1)), Reason::KeyUnsupported);
}

#[test]
fn signed_attributes_are_mandatory() {
    let openssl = Openssl::with_signer(P256);
    let message = openssl.sign(CONTENT, &["-noattr", "-nodetach"]);
    assert_eq!(reason(&openssl.verifier(), attached(&message), in_days(1)), Reason::SignedAttributesMissing);
}

#[test]
fn a_path_is_judged_at_the_time_asked() {
    let openssl = Openssl::with_signer(P256);
    let message = openssl.sign(CONTENT, &["-nodetach"]);
    let verifier = openssl.verifier();
    assert_eq!(reason(&verifier, attached(&message), in_days(3001)), Reason::CertificateExpired);
    assert_eq!(reason(&verifier, attached(&message), in_days(20_001)), Reason::IssuerExpired);
    assert_eq!(reason(&verifier, attached(&message), in_days(-1)), Reason::IssuerNotYetValid);
}

#[test]
fn an_anchor_of_the_same_name_with_another_key_is_a_stranger() {
    let openssl = Openssl::with_signer(P256);
    let message = openssl.sign(CONTENT, &["-nodetach"]);
    openssl.root("other", "/C=JP/O=Test Authority", P256);
    let other = TrustAnchor::new(&openssl.read("other.pem"), *Profile::NONE).unwrap();
    let ours = TrustAnchor::new(&openssl.read("ca.pem"), *Profile::NONE).unwrap();
    let verifier = CmsVerifier::new(vec![other]);
    assert_eq!(reason(&verifier, attached(&message), in_days(1)), Reason::UntrustedIssuer);
    let other = TrustAnchor::new(&openssl.read("other.pem"), *Profile::NONE).unwrap();
    let both = CmsVerifier::new(vec![other, ours]);
    assert_eq!(both.judge(attached(&message), in_days(1)).unwrap().signers().len(), 1);
}

#[test]
fn intermediates_come_from_the_message_or_from_beside_it() {
    let openssl = Openssl::new();
    openssl.root("ca", "/C=JP/O=Test Authority", P256);
    let authority = "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n";
    openssl.leaf("middle", "ca", "/C=JP/O=Middle", P384, authority);
    openssl.leaf("signer", "middle", "/CN=Signer", P256, "");
    let verifier = openssl.verifier();
    let message = openssl.sign(CONTENT, &["-nodetach", "-certfile", "middle.pem"]);
    let verified = verifier.judge(attached(&message), in_days(1)).map_err(|failure| failure.reason).unwrap();
    assert_eq!(verified.signers()[0].path.len(), 3);
    let message = openssl.sign(CONTENT, &["-nodetach"]);
    assert_eq!(reason(&verifier, attached(&message), in_days(1)), Reason::UntrustedIssuer);
    let pem = openssl.read("middle.pem");
    let middle = Certificate::from_der(&shinsei_cms::pem::certificate(&pem).unwrap()).unwrap();
    let verifier = verifier.with_intermediates(vec![middle]);
    assert_eq!(verifier.judge(attached(&message), in_days(1)).unwrap().signers()[0].path.len(), 3);

    // The middle one may not issue authorities.
    openssl.leaf("deep", "middle", "/CN=Deep", P256, authority);
    openssl.leaf("signer", "deep", "/CN=Signer", P256, "");
    let message = openssl.sign(CONTENT, &["-nodetach", "-certfile", "deep.pem"]);
    assert_eq!(reason(&verifier, attached(&message), in_days(1)), Reason::PathTooLong);

    // A leaf is no authority, whatever it signs.
    openssl.leaf("leaf", "ca", "/CN=Leaf", P256, "basicConstraints=critical,CA:FALSE\n");
    openssl.leaf("signer", "leaf", "/CN=Signer", P256, "");
    let message = openssl.sign(CONTENT, &["-nodetach", "-certfile", "leaf.pem"]);
    assert_eq!(reason(&verifier, attached(&message), in_days(1)), Reason::IssuerIsNoAuthority);

    // An authority without keyCertSign may not sign certificates.
    let no_cert_sign = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign\n";
    openssl.leaf("mute", "ca", "/CN=Mute", P256, no_cert_sign);
    openssl.leaf("signer", "mute", "/CN=Signer", P256, "");
    let message = openssl.sign(CONTENT, &["-nodetach", "-certfile", "mute.pem"]);
    assert_eq!(reason(&verifier, attached(&message), in_days(1)), Reason::IssuerKeyUsage);
}

#[test]
fn a_critical_extension_nobody_knows_is_refused() {
    let openssl = Openssl::new();
    openssl.root("ca", "/C=JP/O=Test Authority", P256);
    openssl.leaf("signer", "ca", "/CN=Signer", P256, "1.2.3.4=critical,ASN1:NULL\n");
    let message = openssl.sign(CONTENT, &["-nodetach"]);
    assert_eq!(reason(&openssl.verifier(), attached(&message), in_days(1)), Reason::CriticalExtension);
    openssl.leaf("signer", "ca", "/CN=Signer", P256, "1.2.3.4=ASN1:NULL\n");
    let message = openssl.sign(CONTENT, &["-nodetach"]);
    assert_eq!(openssl.verifier().judge(attached(&message), in_days(1)).unwrap().signers().len(), 1);
}

#[test]
fn all_signers_must_hold_unless_one_is_enough() {
    let openssl = Openssl::with_signer(P256);
    openssl.leaf("second", "ca", "/CN=Second", RSA2048, "");
    openssl.root("stranger", "/CN=Stranger Authority", P256);
    openssl.leaf("third", "stranger", "/CN=Third", P256, "");
    let two =
        ["-signer", "signer.pem", "-inkey", "signer.key", "-signer", "second.pem", "-inkey", "second.key"];
    let message = openssl.sign(CONTENT, &[&two[..], &["-nodetach"]].concat());
    assert_eq!(openssl.verifier().judge(attached(&message), in_days(1)).unwrap().signers().len(), 2);
    let three = [&two[..], &["-signer", "third.pem", "-inkey", "third.key", "-nodetach"]].concat();
    let message = openssl.sign(CONTENT, &three);
    assert_eq!(reason(&openssl.verifier(), attached(&message), in_days(1)), Reason::UntrustedIssuer);
    let any = openssl.verifier().with_signers(SignersRule::Any);
    assert_eq!(any.judge(attached(&message), in_days(1)).unwrap().signers().len(), 2);
}

#[test]
fn what_stands_around_the_message_or_is_missing_from_it_is_refused() {
    let openssl = Openssl::with_signer(P256);
    let verifier = openssl.verifier();
    let at = in_days(1);
    let whole = openssl.sign(CONTENT, &["-nodetach"]);
    let bare = openssl.sign(CONTENT, &[]);
    let pem = openssl.sign(CONTENT, &["-nodetach", "-outform", "PEM"]);
    let stream = openssl.sign(CONTENT, &["-nodetach", "-stream"]);
    for message in [&whole, &pem, &stream] {
        let longer = [&message[..], b"x"].concat();
        assert_eq!(reason(&verifier, attached(&longer), at), Reason::TrailingBytes);
    }
    for cut in [3, 20, 100, whole.len() - 1] {
        let expected = if cut == 3 { Reason::NotSignedData } else { Reason::MessageMalformed };
        assert_eq!(reason(&verifier, attached(&whole[..cut]), at), expected, "{cut}");
    }
    assert_eq!(reason(&verifier, detached(&whole, CONTENT), at), Reason::ContentTwice);
    assert_eq!(reason(&verifier, attached(&bare), at), Reason::ContentMissing);
    let alone = openssl.sign(CONTENT, &["-nodetach", "-nocerts"]);
    assert_eq!(reason(&verifier, attached(&alone), at), Reason::SignerCertificateMissing);
    let signer = openssl.read("signer.pem");
    let signer = Certificate::from_der(&shinsei_cms::pem::certificate(&signer).unwrap()).unwrap();
    let verifier = verifier.with_intermediates(vec![signer]);
    assert_eq!(verifier.judge(attached(&alone), at).unwrap().signers().len(), 1);
    for bytes in [&b""[..], b"hello", &[0x30, 0x00], b"-----BEGIN CMS-----\n*\n-----END CMS-----\n"] {
        assert_eq!(reason(&verifier, attached(bytes), at), Reason::NotSignedData);
    }
}
