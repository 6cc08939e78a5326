//! Bouncy Castle: `BouncyCastle.java` beside this file does a list of jobs in one run.

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::profile::Profile;
use shinsei_cms::sign::hierarchy::{self, Resident};
use shinsei_cms::sign::key::{KeyAlgorithm, SigningKey};
use shinsei_cms::sign::{Placement, sign};
use shinsei_cms::timestamp::TimestampPolicy;
use shinsei_cms::timestamp::attach::signature_of;
use shinsei_core::time::Window;

use crate::altered::Foreign;
use crate::folder::Folder;
use crate::hierarchy::{CONTENT, HIERARCHY, day};
use crate::seeds::seed;
use crate::targets::verifier;

/// The libraries of Debian's package `libbcpkix-java`.
const LIBRARIES: &str = "/usr/share/java/bcprov.jar:/usr/share/java/bcutil.jar:/usr/share/java/bcpkix.jar";

/// Does the jobs and gives what was printed, line by line.
fn run(folder: &Folder, jobs: &[String]) -> Vec<String> {
    folder.write("jobs", jobs.join("\n").as_bytes());
    folder.write("BouncyCastle.java", include_bytes!("BouncyCastle.java"));
    // OK because the run lasts seconds: the first stage of the compiler is enough.
    let fast = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"];
    let args = [&fast[..], &["-cp", LIBRARIES, "BouncyCastle.java", "."]].concat();
    let printed = folder.run("java", "default-jdk-headless` and `libbcpkix-java", &args);
    String::from_utf8(printed).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn what_bouncy_castle_signs_holds_and_altered_ones_do_not() {
    let folder = Folder::new();
    HIERARCHY.write(&folder);
    let issued = [("P-521", "p521"), ("Ed25519", "ed25519")];
    let mut jobs: Vec<String> = issued.iter().map(|(kind, name)| format!("issue {kind} {name}")).collect();
    let mut messages = Vec::new();
    for signers in [
        &["SHA256withRSA:rsa"][..],
        &["SHA512withRSAandMGF1:rsa"],
        &["SHA256withECDSA:p256"],
        &["SHA384withECDSA:p384"],
        &["SHA512withECDSA:p521"],
        &["Ed25519:ed25519"],
        &["SHA256withRSA:rsa", "SHA384withECDSA:p384"],
    ] {
        for (form, placement, id) in [
            ("DER", "attached", "serial"),
            ("DER", "detached", "key"),
            ("BER", "attached", "key"),
            ("stream", "attached", "serial"),
            ("stream", "detached", "key"),
        ] {
            let file = format!("message{}", messages.len());
            jobs.push(format!("sign {file} {form} {placement} {id} {}", signers.join(" ")));
            messages.push((file, placement == "detached", signers));
        }
    }
    let printed = run(&folder, &jobs);
    assert_eq!(printed, [""; 0]);
    for ((file, is_detached, signers), job) in messages.into_iter().zip(&jobs[issued.len()..]) {
        let mut signers: Vec<_> = signers.iter().map(|signer| signer.split_once(':').unwrap().1).collect();
        signers.sort_unstable();
        Foreign { name: job, message: &folder.read(&file), is_detached, signers: &signers }.check();
    }
}

#[test]
fn what_we_sign_holds_in_bouncy_castle() {
    let term = Window::between(day(2025), day(2030));
    let folder = Folder::new();
    folder.write("content", CONTENT);
    let authority = hierarchy::jpki_authority(KeyAlgorithm::Rsa2048, 1, term).unwrap();
    folder.write("ca.crt", &authority.certificate);
    let mut signers = Vec::new();
    for (serial, kind) in (1..).zip([KeyAlgorithm::Rsa2048, KeyAlgorithm::P256, KeyAlgorithm::P384]) {
        let key = SigningKey::generate(kind).unwrap();
        signers.push(hierarchy::jpki_signing(&authority, key, &[serial], &Resident::SAMPLE, term).unwrap());
    }
    let [rsa, p256, p384] = &signers[..] else { panic!("three") };
    let (mut jobs, mut expected) = (Vec::new(), Vec::new());
    let seconds = day(2026).micros() / 1_000_000;
    for of in [&[rsa][..], &[p256], &[p384], &[p384, rsa]] {
        for (placement, word) in [(Placement::Attached, "attached"), (Placement::Detached, "detached")] {
            let mut message = sign(CONTENT, placement, of, &[], Some(day(2026))).unwrap();
            folder.write(&format!("ours{}", jobs.len()), &message);
            jobs.push(format!("verify ours{} {word} {seconds}", jobs.len()));
            expected.push("holds");
            // And it notices when we would not sign what we say.
            *message.last_mut().unwrap() ^= 1;
            folder.write(&format!("ours{}", jobs.len()), &message);
            jobs.push(format!("verify ours{} {word} {seconds}", jobs.len()));
            expected.push("signature");
        }
    }
    assert_eq!(run(&folder, &jobs), expected);
}

#[test]
fn a_token_that_we_attach_is_found_and_holds_in_bouncy_castle() {
    let folder = Folder::new();
    let (stamped, token) = (seed("timestamp/message"), seed("timestamp/token"));
    let anchor = TrustAnchor::new(&seed("time-authority.der"), *Profile::NONE).unwrap();
    let verifier = verifier().with_timestamps(TimestampPolicy::Require, vec![anchor]);
    let proof = verifier.judge_timestamp(&token, &signature_of(&stamped, 0).unwrap(), day(2027));
    let proof = proof.map_err(|failure| failure.reason).unwrap();
    folder.write("stamped", &stamped);
    // The last byte of the message is that of the token's signature.
    let mut altered = stamped.clone();
    *altered.last_mut().unwrap() ^= 1;
    folder.write("altered", &altered);
    let printed = run(&folder, &["stamped stamped".to_owned(), "stamped altered".to_owned()]);
    assert_eq!(printed[0], (proof.at.micros() / 1_000_000).to_string());
    assert!(printed[1].contains("signature"), "{printed:?}");
}
