//! Messages of signers that share no code with OpenSSL nor with us: gpgsm, NSS and Bouncy Castle.

use std::io::Write as _;
use std::process::{Command, Stdio};

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::profile::Profile;
use shinsei_cms::reason::Reason;
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::signature::SignedBytes;

use crate::openssl::{Openssl, in_days};

const CONTENT: &[u8] = "転入届 1通".as_bytes();

/// Runs a program in a folder; one that is missing is an error that names its Debian package.
fn run(openssl: &Openssl, package: &str, program: &str, args: &[&str], input: &str) {
    let folder = openssl.folder();
    let mut command = Command::new(program);
    command.args(args).current_dir(folder).env("GNUPGHOME", folder.join("gnupg"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child =
        command.spawn().unwrap_or_else(|_| panic!("{program}: install Debian's package `{package}`"));
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {args:?}: {said}");
}

/// Expects content and signer back from what holds it, and a reason for other content from what does not.
fn holds(anchor: &[u8], attached: &[&[u8]], detached: &[u8]) {
    let verifier = CmsVerifier::new(vec![TrustAnchor::new(anchor, *Profile::NONE).unwrap()]);
    for message in attached {
        let signed = SignedBytes { signature: message, content: None };
        let verified = verifier.judge(signed, in_days(1)).map_err(|failure| failure.reason).unwrap();
        assert_eq!(verified.content(), Some(CONTENT));
        let mut altered = message.to_vec();
        let place = altered.windows(3).position(|window| window == &CONTENT[..3]).unwrap();
        altered[place] ^= 1;
        let signed = SignedBytes { signature: &altered, content: None };
        assert_eq!(verifier.judge(signed, in_days(1)).unwrap_err().reason, Reason::MessageDigestMismatch);
    }
    let signed = |content| SignedBytes { signature: detached, content: Some(content) };
    let verified = verifier.judge(signed(CONTENT), in_days(1)).map_err(|failure| failure.reason).unwrap();
    assert_eq!(verified.signers().len(), 1);
    let other = verifier.judge(signed(b"other"), in_days(1)).unwrap_err();
    assert_eq!(other.reason, Reason::MessageDigestMismatch);
}

#[test]
fn gpgsm_signs_what_holds() {
    let openssl = Openssl::new();
    let rsa = ["-newkey", "rsa:2048"];
    openssl.root("ca", "/C=JP/O=Test Authority", &rsa);
    let subject = "/C=JP/CN=Signer/emailAddress=signer@example.invalid";
    openssl.leaf("signer", "ca", subject, &rsa, "keyUsage=critical,digitalSignature,nonRepudiation\n");
    // The only encryption of PKCS #12 that gpgsm 2.2 reads.
    openssl.run(&[
        "pkcs12",
        "-export",
        "-in",
        "signer.pem",
        "-inkey",
        "signer.key",
        "-certfile",
        "ca.pem",
        "-passout",
        "pass:x",
        "-certpbe",
        "PBE-SHA1-3DES",
        "-keypbe",
        "PBE-SHA1-3DES",
        "-macalg",
        "sha1",
        "-out",
        "signer.p12",
    ]);
    let print = openssl.run(&["x509", "-in", "ca.pem", "-noout", "-fingerprint", "-sha1"]);
    let print = String::from_utf8(print).unwrap().trim().split_once('=').unwrap().1.to_owned();
    std::fs::create_dir(openssl.folder().join("gnupg")).unwrap();
    openssl.write("gnupg/trustlist.txt", format!("{print} S relax\n").as_bytes());
    openssl.write("gnupg/gpgsm.conf", b"disable-crl-checks\ndisable-policy-checks\n");
    openssl.write("gnupg/gpg-agent.conf", b"allow-loopback-pinentry\n");
    openssl.write("content", CONTENT);
    let loopback = ["--batch", "--yes", "--quiet", "--pinentry-mode", "loopback", "--passphrase-fd", "0"];
    let gpgsm = |args: &[&str]| run(&openssl, "gpgsm", "gpgsm", &[&loopback, args].concat(), "x\n");
    gpgsm(&["--import", "ca.pem"]);
    gpgsm(&["--import", "signer.p12"]);
    let user = ["--local-user", "signer@example.invalid", "--output"];
    gpgsm(&[&user[..], &["attached", "--sign", "content"]].concat());
    gpgsm(&[&user[..], &["detached", "--detach-sign", "content"]].concat());
    run(&openssl, "gpgsm", "gpgconf", &["--kill", "all"], "");
    holds(&openssl.read("ca.pem"), &[&openssl.read("attached")], &openssl.read("detached"));
}

#[test]
fn nss_signs_what_holds() {
    let openssl = Openssl::new();
    openssl.write("content", CONTENT);
    openssl.write("noise", &[7; 64]);
    std::fs::create_dir(openssl.folder().join("nss")).unwrap();
    let certutil = |args: &[&str], input| {
        run(&openssl, "libnss3-tools", "certutil", &[args, &["-d", "nss"]].concat(), input)
    };
    certutil(&["-N", "--empty-password"], "");
    let key = ["-z", "noise", "-v", "100", "-k", "rsa", "-g", "2048"];
    let ca = ["-S", "-n", "ca", "-s", "CN=NSS Authority,C=JP", "-x", "-t", "CTu,CTu,CTu", "-m", "1", "-2"];
    certutil(&[&ca[..], &key].concat(), "y\n\ny\n");
    let signer = [
        "-S",
        "-n",
        "signer",
        "-s",
        "CN=Signer,E=signer@example.invalid",
        "-c",
        "ca",
        "-t",
        "u,u,u",
        "-m",
        "2",
    ];
    certutil(&[&signer[..], &key].concat(), "");
    certutil(&["-L", "-n", "ca", "-a", "-o", "ca.pem"], "");
    let cmsutil = |args: &[&str]| {
        let sign = ["-S", "-d", "nss", "-N", "signer", "-H", "SHA256", "-i", "content"];
        run(&openssl, "libnss3-tools", "cmsutil", &[&sign, args].concat(), "");
    };
    cmsutil(&["-o", "attached"]);
    cmsutil(&["-T", "-G", "-o", "detached"]);
    holds(&openssl.read("ca.pem"), &[&openssl.read("attached")], &openssl.read("detached"));
}

#[test]
fn bouncy_castle_signs_what_holds_with_every_algorithm() {
    let openssl = Openssl::new();
    openssl.write("content", CONTENT);
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/Sign.java");
    let jars = ["bcpkix", "bcprov", "bcutil"].map(|jar| format!("/usr/share/java/{jar}.jar")).join(":");
    let algorithms = [
        "SHA256withRSA=2048",
        "SHA256withRSAandMGF1=2048",
        "SHA256withECDSA=P-256",
        "SHA384withECDSA=P-384",
        "SHA512withECDSA=P-521",
        "Ed25519=Ed25519",
    ];
    let args = [&["-cp", &jars, program, "content"][..], &algorithms].concat();
    run(&openssl, "default-jdk-headless and libbcpkix-java", "java", &args, "");
    for algorithm in algorithms {
        let read = |name: &str| openssl.read(&format!("{}/{name}", algorithm.split_once('=').unwrap().0));
        holds(&read("ca.der"), &[&read("attached"), &read("streamed")], &read("detached"));
    }
}
