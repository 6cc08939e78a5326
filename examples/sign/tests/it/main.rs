//! The program as others call it, and what it writes: judged by us, by OpenSSL and by Bouncy Castle.

use std::path::Path;
use std::process::{Command, Output};

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::profile::Profile;
use shinsei_cms::reason::Reason;
use shinsei_cms::sign::authority::Identity;
use shinsei_cms::sign::hierarchy::{self, Resident};
use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
use shinsei_cms::timestamp::TimestampPolicy;
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::signature::SignedBytes;
use shinsei_core::time::{Timestamp, Window};

const CONTENT: &[u8] = br#"{"procedure":"JU-001","applicant":"0190a000-0000-7000-8000-000000000001"}"#;
const AT: &str = "2026-05-07T15:04:00+09:00";
const KINDS: [(&str, KeyAlgorithm); 3] =
    [("rsa", KeyAlgorithm::Rsa2048), ("p256", KeyAlgorithm::P256), ("p384", KeyAlgorithm::P384)];

fn day(year: i32) -> Timestamp {
    Timestamp::from_jst(year, 4, 1, 0, 0).expect("a day")
}

/// A folder with an authority and a signer of each kind.
struct Town {
    folder: tempfile::TempDir,
    authority: Identity,
}

impl Town {
    fn new() -> Self {
        let term = Window::between(day(2025), day(2049));
        let authority = hierarchy::jpki_authority(KeyAlgorithm::Rsa2048, 1, term).expect("an authority");
        let town = Self { folder: tempfile::tempdir().expect("a temporary folder"), authority };
        town.write("form.json", CONTENT);
        town.write("content", CONTENT);
        town.write("ca.crt", &town.authority.certificate);
        for (serial, (name, kind)) in (2..).zip(KINDS) {
            let key = SigningKey::generate(kind).expect("a key");
            let signer = hierarchy::jpki_signing(&town.authority, key, &[serial], &Resident::SAMPLE, term);
            let signer = signer.expect("a certificate");
            town.write(&format!("{name}.crt"), &signer.certificate);
            town.write(&format!("{name}.pk8"), &signer.key.to_pkcs8().expect("PKCS #8"));
        }
        town.openssl(&["x509", "-inform", "DER", "-in", "ca.crt", "-out", "ca.pem"]);
        town
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path().join(name), bytes).expect("written");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).expect("read")
    }

    fn run(&self, program: &str, package: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.path());
        command.env("SOFTHSM2_CONF", self.path().join("softhsm2.conf"));
        let output = command.output();
        output.unwrap_or_else(|error| panic!("{program}: {error}; install Debian's package `{package}`"))
    }

    fn openssl(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.run("openssl", "openssl", arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// The status of the program, and what it said.
    fn sign(&self, arguments: &[&[&str]]) -> (i32, String) {
        let output = self.run(env!("CARGO_BIN_EXE_sign"), "none", &arguments.concat());
        assert!(output.stdout.is_empty());
        (output.status.code().expect("a status"), String::from_utf8(output.stderr).expect("UTF-8"))
    }

    /// Judges here, and by OpenSSL.
    fn judge(&self, message: &str, is_detached: bool) {
        let bytes = self.read(message);
        let anchor =
            TrustAnchor::new(&self.authority.certificate, *Profile::JPKI_SIGNING).expect("an anchor");
        let signed = SignedBytes { signature: &bytes, content: is_detached.then_some(CONTENT) };
        let verified = CmsVerifier::new(vec![anchor]).judge(signed, day(2027));
        let verified = verified.map_err(|failure| failure.reason).expect("it holds");
        assert_eq!(verified.content(), (!is_detached).then_some(CONTENT));
        assert_eq!(verified.signers()[0].claimed_at, Some(1_778_133_840));
        assert_eq!(verified.signers()[0].identity()["resident"]["name"], "函館 花子");
        let verify = ["cms", "-verify", "-binary", "-inform", "DER", "-in", message, "-CAfile", "ca.pem"];
        let at = (day(2027).micros() / 1_000_000).to_string();
        let more: &[&str] = if is_detached { &["-content", "content"] } else { &[] };
        // The policies of these certificates are critical; and CAdES asks for the signing-certificate attribute.
        let policies = ["-purpose", "any", "-policy_check", "-cades", "-attime", &at];
        assert_eq!(self.openssl(&[&verify[..], &policies, more].concat()), CONTENT);
    }
}

#[test]
fn what_is_signed_with_a_key_file_holds_here_in_openssl_and_in_bouncy_castle() {
    let town = Town::new();
    let mut jobs = String::new();
    for (name, _) in KINDS {
        // As OpenSSL writes keys and certificates, and as they stand here.
        town.openssl(&[
            "pkey",
            "-inform",
            "DER",
            "-in",
            &format!("{name}.pk8"),
            "-out",
            &format!("{name}.key"),
        ]);
        let (key, certificate) = (format!("{name}.key"), format!("{name}.crt"));
        for (placement, is_detached) in [("attached", false), ("detached", true)] {
            let message = format!("{name}-{placement}");
            let more: &[&str] = if is_detached { &["--detached"] } else { &[] };
            let form =
                ["form", "--content", "form.json", "--certificate", &certificate, "--beside", "ca.crt"];
            let said = town.sign(&[&form, &["--key", &key, "--at", AT, "--out", &message], more]);
            assert_eq!(said, (0, String::new()));
            town.judge(&message, is_detached);
            jobs.push_str(&format!("verify {message} {placement} {}\n", day(2027).micros() / 1_000_000));
        }
    }
    town.write("jobs", jobs.as_bytes());
    let program = include_bytes!("../../../../crates/shinsei-cms/tests/foreign/BouncyCastle.java");
    town.write("BouncyCastle.java", program);
    let libraries = "/usr/share/java/bcprov.jar:/usr/share/java/bcutil.jar:/usr/share/java/bcpkix.jar";
    let arguments =
        ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", libraries, "BouncyCastle.java", "."];
    let output = town.run("java", "default-jdk-headless` and `libbcpkix-java", &arguments);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said.lines().collect::<Vec<_>>(), ["holds"; 6], "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_is_signed_by_a_card_holds() {
    let town = Town::new();
    town.write("softhsm2.conf", format!("directories.tokendir = {}\n", town.path().display()).as_bytes());
    town.write("pin", b"1234\n");
    let softhsm = |arguments: &[&str]| {
        let output = town.run("softhsm2-util", "softhsm2", arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    softhsm(&["--init-token", "--free", "--label", "card", "--so-pin", "4321", "--pin", "1234"]);
    let module = "/usr/lib/softhsm/libsofthsm2.so";
    for (id, (name, _)) in (1..).zip(KINDS) {
        let (key, id) = (format!("{name}.key"), format!("0{id}"));
        town.openssl(&["pkey", "-inform", "DER", "-in", &format!("{name}.pk8"), "-out", &key]);
        softhsm(&["--import", &key, "--token", "card", "--label", name, "--id", &id, "--pin", "1234"]);
    }
    let form = |certificate: &str, token: &str, label: &str, pin: &str, out: &str| {
        let form = ["form", "--content", "form.json", "--certificate", certificate, "--detached", "--at", AT];
        let card = ["--module", module, "--token", token, "--key-label", label, "--pin-file", pin];
        town.sign(&[&form, &card, &["--out", out]])
    };
    for (name, _) in KINDS {
        assert_eq!(form(&format!("{name}.crt"), "card", name, "pin", "out"), (0, String::new()));
        town.judge("out", true);
    }
    town.write("wrong", b"0000");
    for (certificate, token, label, pin, why) in [
        ("rsa.crt", "purse", "rsa", "pin", "there is none labelled purse"),
        ("rsa.crt", "card", "other", "pin", "it has no private key other"),
        ("rsa.crt", "card", "rsa", "wrong", "PIN"),
        ("p256.crt", "card", "p384", "pin", "p256.crt"),
        ("form.json", "card", "rsa", "pin", "form.json"),
    ] {
        let (status, said) = form(certificate, token, label, pin, "none");
        assert!(status == 2 && said.contains(why), "{why}: {said}");
    }
    assert!(!town.path().join("none").exists());
}

#[test]
fn a_time_stamp_is_asked_for_and_put_beside_the_signature() {
    let town = Town::new();
    let key = ["-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    let root =
        ["req", "-x509", "-days", "9000", "-subj", "/CN=Time", "-keyout", "tsa-ca.key", "-out", "tsa-ca.pem"];
    town.openssl(&[&root[..], &key].concat());
    town.openssl(&[&["req", "-subj", "/CN=TSA", "-keyout", "tsa.key", "-out", "tsa.csr"][..], &key].concat());
    town.write("tsa.ext", b"extendedKeyUsage=critical,timeStamping\n");
    let issue =
        ["x509", "-req", "-in", "tsa.csr", "-CA", "tsa-ca.pem", "-CAkey", "tsa-ca.key", "-CAcreateserial"];
    town.openssl(&[&issue[..], &["-days", "9000", "-extfile", "tsa.ext", "-out", "tsa.pem"]].concat());
    town.write("serial", b"01\n");
    town.write("ts.cnf", b"[tsa]\ndefault_tsa=x\n[x]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.3\ndigests=sha256\n");
    let form = ["form", "--content", "form.json", "--certificate", "p384.crt", "--key", "p384.pk8"];
    assert_eq!(town.sign(&[&form, &["--at", AT, "--out", "signed"]]).0, 0);
    assert_eq!(town.sign(&[&["query", "--signature", "signed", "--out", "query"]]), (0, String::new()));
    let reply = ["ts", "-reply", "-config", "ts.cnf", "-queryfile", "query", "-signer", "tsa.pem"];
    town.openssl(&[&reply[..], &["-inkey", "tsa.key", "-out", "reply"]].concat());
    let stamp = |signature: &str, response: &str| {
        town.sign(&[&["stamp", "--signature", signature, "--response", response, "--out", "stamped"]])
    };
    assert_eq!(stamp("signed", "reply"), (0, String::new()));
    town.judge("stamped", false);
    let anchor =
        |certificate: &[u8], profile: &Profile| TrustAnchor::new(certificate, *profile).expect("an anchor");
    let verifier = CmsVerifier::new(vec![anchor(&town.authority.certificate, Profile::JPKI_SIGNING)])
        .with_timestamps(TimestampPolicy::Require, vec![anchor(&town.read("tsa-ca.pem"), Profile::NONE)]);
    let judged = |message: &str| {
        let message = town.read(message);
        let judged = verifier.judge(SignedBytes { signature: &message, content: None }, day(2027));
        judged.map(|verified| verified.signers()[0].timestamps.len()).map_err(|failure| failure.reason)
    };
    assert_eq!(judged("stamped"), Ok(1));
    assert_eq!(judged("signed"), Err(Reason::TimestampMissing));

    assert_eq!(town.sign(&[&form, &["--at", AT, "--out", "other"]]).0, 0);
    let (status, said) = stamp("other", "reply");
    assert!(status == 2 && said.contains("timestamp-imprint-mismatch"), "{said}");
    let (status, said) = stamp("signed", "query");
    assert!(status == 2 && said.contains("timestamp-malformed"), "{said}");
}

#[test]
fn what_cannot_be_signed_is_said_and_nothing_is_written() {
    let town = Town::new();
    let form =
        |more: &[&str]| town.sign(&[&["form", "--content", "form.json", "--out", "none", "--at", AT], more]);
    let rsa = ["--certificate", "rsa.crt"];
    for (more, why) in [
        (&[&rsa[..], &["--key", "p256.pk8"]].concat()[..], "does not hold"),
        (&[&rsa[..], &["--key", "form.json"]].concat(), "the key form.json cannot be used"),
        (&[&rsa[..], &["--key", "absent"]].concat(), "absent cannot be read"),
        (&["--certificate", "form.json", "--key", "rsa.pk8"], "form.json"),
        (&rsa, "the key is either --key"),
        (&[&rsa[..], &["--key", "rsa.pk8", "--module", "x"]].concat(), "the key is either --key"),
        (&[&rsa[..], &["--key", "rsa.pk8", "--key", "rsa.pk8"]].concat(), "--key stands twice"),
        (&[&rsa[..], &["--response", "x"]].concat(), "--response"),
        (&["--key", "rsa.pk8"], "--certificate is required"),
    ] {
        let (status, said) = form(more);
        assert!(status == 2 && said.contains(why), "{why}: {said}");
    }
    let (status, said) = town.sign(&[&["seal"]]);
    assert!(status == 2 && said.contains("say `form`, `query` or `stamp` first"), "{said}");
    assert!(!town.path().join("none").exists());
}
