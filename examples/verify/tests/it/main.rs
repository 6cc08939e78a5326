//! The program as others call it: exit status, last line, JSON.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use shinsei_cms::sign::authority::Identity;
use shinsei_cms::sign::hierarchy::{self, Resident};
use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
use shinsei_cms::sign::{Placement, sign};
use shinsei_cms::timestamp::attach::{attach, signature_of};
use shinsei_cms::timestamp::request::TimestampRequest;
use shinsei_core::time::{Timestamp, Window};

const AT: [&str; 2] = ["--at", "2026-05-07T15:04:00+09:00"];

fn signer_and_authority() -> (Identity, Identity) {
    let day = |year| Timestamp::from_jst(year, 4, 1, 0, 0);
    let term = Window { from: day(2025), until: day(2030) };
    let authority = hierarchy::jpki_authority(KeyAlgorithm::P256, 1, term).expect("an authority");
    let key = SigningKey::generate(KeyAlgorithm::P256).expect("a key");
    let signer =
        hierarchy::jpki_signing(&authority, key, &[5], &Resident::SAMPLE, term).expect("a certificate");
    (signer, authority)
}

/// A folder with `ca.der`, `signer.der`, `content`, `attached.p7m` and `detached.p7s`.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (signer, authority) = signer_and_authority();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("written");
    write("ca.der", &authority.certificate);
    write("signer.der", &signer.certificate);
    write("content", b"application");
    let message = |placement| sign(b"application", placement, &[&signer], &[], None).expect("a message");
    write("attached.p7m", &message(Placement::Attached));
    write("detached.p7s", &message(Placement::Detached));
    write("longer.p7m", &[message(Placement::Attached), vec![0]].concat());
    folder
}

/// Runs the program and gives its status, its last line and what it said of problems.
fn run(folder: &Path, arguments: &[&[&str]]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_verify"))
        .args(arguments.concat())
        .current_dir(folder)
        .output()
        .expect("the program runs");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    let problem = String::from_utf8(output.stderr).expect("UTF-8");
    let last = said.lines().last().unwrap_or_default().to_owned();
    (output.status.code().expect("a status"), last, problem)
}

#[test]
fn a_signature_is_valid_invalid_or_none_at_all() {
    let folder = folder();
    let cms = |signature: &str, more: &[&str]| {
        let (status, last, _) =
            run(folder.path(), &[&["cms", "--signature", signature, "--anchor", "ca.der"], &AT, more]);
        (status, last)
    };
    let valid = (0, "valid".to_owned());
    assert_eq!(cms("attached.p7m", &[]), valid);
    assert_eq!(cms("attached.p7m", &["--profile", "jpki-signing", "--revocation", "off"]), valid);
    assert_eq!(cms("detached.p7s", &["--content", "content"]), valid);
    assert_eq!(cms("detached.p7s", &[]), (1, "invalid: content-missing".to_owned()));
    let other = cms("detached.p7s", &["--content", "ca.der"]);
    assert_eq!(other, (1, "invalid: message-digest-mismatch".to_owned()));
    assert_eq!(cms("longer.p7m", &[]), (1, "invalid: trailing-bytes".to_owned()));
    assert_eq!(cms("content", &[]), (2, "invalid: not-signed-data".to_owned()));
}

#[test]
fn a_path_is_judged_at_the_time_asked() {
    let folder = folder();
    let path = |target: &str, at: &str| {
        let (status, last, _) =
            run(folder.path(), &[&["path", "--target", target, "--anchor", "ca.der", "--at", at]]);
        (status, last)
    };
    assert_eq!(path("signer.der", "2026-05-07T00:00:00Z"), (0, "valid".to_owned()));
    assert_eq!(path("signer.der", "2031-05-07T00:00:00Z"), (1, "invalid: issuer-expired".to_owned()));
    assert_eq!(path("content", "2026-05-07T00:00:00Z").0, 2);
}

#[test]
fn policies_and_revocation_are_asked_for() {
    let folder = folder();
    let path = |more: &[&str]| {
        let (status, last, _) =
            run(folder.path(), &[&["path", "--target", "signer.der", "--anchor", "ca.der"], &AT, more]);
        (status, last)
    };
    let valid = (0, "valid".to_owned());
    let policy = (1, "invalid: policy".to_owned());
    let own = "1.2.392.200149.8.5.1.0.20";
    assert_eq!(path(&["--policy", "1.2.3", "--policy", own]), valid);
    assert_eq!(path(&["--policy", "1.2.3"]), policy);
    assert_eq!(path(&["--initial-policy", "1.2.3"]), valid);
    assert_eq!(path(&["--initial-policy", "1.2.3", "--require-explicit-policy"]), policy);
    assert_eq!(path(&["--initial-policy", own, "--require-explicit-policy"]), valid);
    assert_eq!(path(&["--inhibit-any-policy", "--inhibit-policy-mapping"]), valid);
    let unknown = (1, "invalid: revocation-undetermined".to_owned());
    assert_eq!(path(&["--revocation", "require"]), unknown);
    assert_eq!(path(&["--revocation", "if-available"]), valid);
}

#[test]
fn json_is_one_object_with_four_members() {
    let folder = folder();
    let ask = |signature: &str| {
        let arguments =
            ["cms", "--signature", signature, "--anchor", "ca.der", "--profile", "jpki-signing", "--json"];
        let (status, last, _) = run(folder.path(), &[&arguments, &AT]);
        (status, serde_json::from_str::<Value>(&last).expect("JSON"))
    };
    let (status, answer) = ask("attached.p7m");
    assert_eq!((status, &answer["valid"], &answer["reason"]), (0, &Value::from(true), &Value::Null));
    assert_eq!(answer["signer"]["identity"]["resident"]["name"], "函館 花子");
    assert_eq!(answer["signer"]["revocation"], "not-checked");
    assert_eq!(answer["checks"][0]["check"], "encoding");
    let (status, answer) = ask("detached.p7s");
    assert_eq!((status, answer["valid"].as_bool()), (1, Some(false)));
    assert_eq!(answer["reason"], "content-missing");
}

#[test]
fn what_cannot_be_honoured_is_refused() {
    let folder = folder();
    let base = ["cms", "--signature", "attached.p7m", "--anchor", "ca.der"];
    for (more, said) in [
        (&["--ocsp", "content"][..], "the answer content cannot be used"),
        (&["--timestamp-anchor", "content"], "the anchor content cannot be used"),
        (&["--evidence", "absent/kept.json"], "absent/kept.json cannot be written"),
        (&["--target", "content"], "--target is no option of `verify cms`"),
        (&["--bundle", "content"], "--bundle is no option of `verify cms`"),
        (&["--crl", "content"], "the list content cannot be used"),
        (&["--policy", "x"], "x: not an object identifier"),
        (&["--revocation", "maybe"], "--revocation maybe"),
        (&["--profile", "other"], "--profile other"),
        (&["--colour"], "--colour"),
        (&["--json", "--at", "2026-01-01T00:00:00Z"], "--at stands twice"),
        (&["--anchor", "content"], "the anchor content cannot be used"),
        (&["--anchor", "absent"], "absent cannot be read"),
    ] {
        let (status, last, problem) = run(folder.path(), &[&base, &AT, more]);
        assert_eq!((status, last.as_str()), (2, ""), "{more:?}");
        assert!(problem.contains(said), "{more:?}: {problem}");
    }
    for (arguments, said) in [
        (&["evidence", "--anchor", "ca.der"][..], "--bundle is required"),
        (&["evidence", "--bundle", "content", "--anchor", "ca.der"], "the evidence content cannot be used"),
        (&["cms", "--signature", "attached.p7m", AT[0], AT[1]], "--anchor is required"),
        (&["evidence", "--bundle", "content"], "--anchor is required"),
        (&["evidence", "--bundle", "content", "--crl", "x"], "--crl is no option of `verify evidence`"),
        (&["path", "--target", "signer.der", "--timestamp-anchor", "ca.der"], "no option of `verify path`"),
        (&["seal"], "say `cms`, `path` or `evidence` first"),
        (&[], "say `cms`, `path` or `evidence` first"),
    ] {
        let (status, last, problem) = run(folder.path(), &[arguments]);
        assert_eq!((status, last.as_str()), (2, ""), "{arguments:?}");
        assert!(problem.contains(said), "{arguments:?}: {problem}");
    }
    let (status, _, problem) = run(folder.path(), &[&base]);
    assert!(status == 2 && problem.contains("--at is required"), "{problem}");
    let (status, _, problem) = run(folder.path(), &[&base, &["--at", "yesterday"]]);
    assert!(status == 2 && problem.contains("--at yesterday"), "{problem}");
}

/// Makes an authority for time-stamps, `tsa-ca.pem`, and puts its token over the signature of a message.
fn stamp(folder: &Path, message: &str, stamped: &str) {
    let openssl = |arguments: &[&str]| {
        let output = Command::new("openssl").args(arguments).current_dir(folder).output();
        let output = output.expect("openssl runs: install Debian's package `openssl`");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).expect("written");
    let read = |name: &str| std::fs::read(folder.join(name)).expect("read");
    let key = ["-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    let root =
        ["req", "-x509", "-days", "9000", "-subj", "/CN=Time", "-keyout", "tsa-ca.key", "-out", "tsa-ca.pem"];
    openssl(&[&root[..], &key].concat());
    openssl(&[&["req", "-subj", "/CN=TSA", "-keyout", "tsa.key", "-out", "tsa.csr"][..], &key].concat());
    write("tsa.ext", b"extendedKeyUsage=critical,timeStamping\n");
    let issue =
        ["x509", "-req", "-in", "tsa.csr", "-CA", "tsa-ca.pem", "-CAkey", "tsa-ca.key", "-CAcreateserial"];
    openssl(&[&issue[..], &["-days", "9000", "-extfile", "tsa.ext", "-out", "tsa.pem"]].concat());
    write("serial", b"01\n");
    write("ts.cnf", b"[tsa]\ndefault_tsa=x\n[x]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.3\ndigests=sha256\n");
    let signature = signature_of(&read(message), 0).expect("a signature");
    write("query", &TimestampRequest::over(&signature, None).to_der());
    let reply = ["ts", "-reply", "-config", "ts.cnf", "-queryfile", "query", "-signer", "tsa.pem"];
    openssl(&[&reply[..], &["-inkey", "tsa.key", "-token_out", "-out", "token"]].concat());
    write(stamped, &attach(&read(message), 0, &read("token")).expect("a stamped message"));
}

#[test]
fn time_stamps_are_judged_by_their_own_anchors() {
    let folder = folder();
    stamp(folder.path(), "detached.p7s", "stamped.p7s");
    let cms = |signature: &str, more: &[&str]| {
        let base = ["cms", "--signature", signature, "--content", "content", "--anchor", "ca.der"];
        let (status, last, _) = run(folder.path(), &[&base, &AT, more]);
        (status, last)
    };
    let valid = (0, "valid".to_owned());
    let good = ["--timestamp-anchor", "tsa-ca.pem"];
    assert_eq!(cms("stamped.p7s", &good), valid);
    assert_eq!(cms("detached.p7s", &good), valid);
    assert_eq!(cms("stamped.p7s", &[]), valid);
    let untrusted = (1, "invalid: timestamp-untrusted".to_owned());
    assert_eq!(cms("stamped.p7s", &["--timestamp-anchor", "ca.der"]), untrusted);
    assert_eq!(
        cms("stamped.p7s", &["--timestamp-anchor", "ca.der", "--timestamp-anchor", "tsa-ca.pem"]),
        valid
    );
    let (_, answer) = cms("stamped.p7s", &[&good[..], &["--json"]].concat());
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(answer["signer"]["timestamps"][0]["policy"], "1.2.3");
    assert_eq!(
        answer["checks"].as_array().and_then(|all| all.last()).expect("checks")["check"],
        "time-stamp"
    );
}

#[test]
fn evidence_is_written_and_judged_again() {
    let folder = folder();
    stamp(folder.path(), "attached.p7m", "stamped.p7m");
    let stamps = ["--timestamp-anchor", "tsa-ca.pem"];
    let base = ["cms", "--signature", "stamped.p7m", "--anchor", "ca.der", "--profile", "jpki-signing"];
    let (status, ..) = run(folder.path(), &[&base, &AT, &stamps, &["--evidence", "kept.json"]]);
    assert_eq!(status, 0);
    let again = |bundle: &str, anchor: &str, more: &[&str]| {
        let (status, last, _) =
            run(folder.path(), &[&["evidence", "--bundle", bundle, "--anchor", anchor], more]);
        (status, last)
    };
    assert_eq!(again("kept.json", "ca.der", &stamps), (0, "valid".to_owned()));
    let untrusted = (1, "invalid: untrusted-issuer".to_owned());
    assert_eq!(again("kept.json", "tsa-ca.pem", &stamps), untrusted);
    assert_eq!(again("kept.json", "ca.der", &[]), (1, "invalid: timestamp-untrusted".to_owned()));
    let other_profile = [&stamps[..], &["--profile", "none"]].concat();
    assert_eq!(again("kept.json", "ca.der", &other_profile), (1, "differs".to_owned()));
    let kept = std::fs::read_to_string(folder.path().join("kept.json")).expect("kept");
    std::fs::write(
        folder.path().join("moved.json"),
        kept.replace("2026-05-07T06:04:00", "2026-05-08T06:04:00"),
    )
    .expect("written");
    assert_eq!(again("moved.json", "ca.der", &stamps), (1, "differs".to_owned()));
    let (_, answer) = again("moved.json", "ca.der", &[&stamps[..], &["--json"]].concat());
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(answer["differences"], serde_json::json!(["the report has another value at /at"]));
    assert_eq!((answer["valid"].as_bool(), &answer["reason"]), (Some(false), &Value::Null));
    let (_, answer) = again("kept.json", "ca.der", &[&stamps[..], &["--json"]].concat());
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(answer["timestamps"].as_array().map(Vec::len), Some(1));
    // What is refused leaves no evidence.
    let refused = ["cms", "--signature", "longer.p7m", "--anchor", "ca.der", "--evidence", "none.json"];
    assert_eq!(run(folder.path(), &[&refused, &AT]).0, 1);
    assert!(!folder.path().join("none.json").exists());
}
