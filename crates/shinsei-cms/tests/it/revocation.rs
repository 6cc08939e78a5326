//! Revocation lists made by OpenSSL: what they say, and when they say nothing.

use shinsei_cms::crl::RevocationList;
use shinsei_cms::reason::Reason;
use shinsei_cms::revocation::{RevocationPolicy, RevocationStatus};
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::signature::SignedBytes;
use shinsei_core::time::Timestamp;

use crate::openssl::{Openssl, in_days};

const P256: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

/// A folder with a root, a signer, and what `openssl ca` needs to make lists of 30 days.
fn authority() -> Openssl {
    let openssl = Openssl::with_signer(P256);
    openssl.write("index.txt", b"");
    openssl.write("crlnumber", b"01\n");
    openssl.write("ca.cnf", b"[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=30\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n");
    openssl
}

fn list(openssl: &Openssl, ca: &str) -> RevocationList {
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
    let openssl = authority();
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
    let openssl = authority();
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
    let openssl = authority();
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
