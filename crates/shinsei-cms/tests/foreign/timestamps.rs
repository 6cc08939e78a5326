//! The same mutants of time-stamp tokens to us and to `openssl ts`: what we call proof and OpenSSL does not is a defect.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::profile::Profile;
use shinsei_cms::timestamp::TimestampPolicy;
use shinsei_cms::timestamp::attach::signature_of;

use crate::folder::Folder;
use crate::hierarchy::pem;
use crate::mutation::Mutator;
use crate::seeds::seed;
use crate::targets::{day, verifier};

/// Mutants of the token; those that hold here go to OpenSSL.
const MUTANTS: usize = 4_000;

/// How many of them go to OpenSSL whatever we say.
const ALWAYS: usize = 200;

/// Who alone takes a mutant, how to recognise the class (our reason, or a part of what OpenSSL 3.0 says), and why.
const EXPLAINED: &[(&str, &str, &str)] = &[
    ("ours", "Type=X509", "a certificate that is no signer's and no issuer's is not read"),
    ("ours", "PKCS7 routines:pkcs7_bio_add_digest", "a digest algorithm is listed that no signer uses"),
    (
        "openssl",
        "timestamp-signature-invalid",
        "the signed attributes are not DER; OpenSSL encodes them anew",
    ),
    ("openssl", "timestamp-certificate-missing", "the name in the signer's identifier is not DER; the same"),
];

#[test]
fn a_token_that_openssl_refuses_proves_nothing_here() {
    let folder = Folder::new();
    let (authority, token) = (seed("time-authority.der"), seed("timestamp/token"));
    let stamped = signature_of(&seed("cms/ours-p256"), 0).unwrap();
    folder.write("ca.pem", pem("CERTIFICATE", &authority).as_bytes());
    folder.write("stamped", &stamped);
    let at = (day().micros() / 1_000_000).to_string();
    let openssl = |token: &[u8]| {
        folder.write("token", token);
        let args = ["ts", "-verify", "-token_in", "-in", "token", "-data", "stamped", "-CAfile", "ca.pem"];
        let mut command = Command::new("openssl");
        command.args(args).args(["-attime", &at]).current_dir(folder.path()).stdin(Stdio::null());
        let output = command.output().expect("openssl runs: install Debian's package `openssl`");
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    };
    let anchor = TrustAnchor::new(&authority, *Profile::NONE).unwrap();
    let verifier = verifier().with_timestamps(TimestampPolicy::IfPresent, vec![anchor]);
    let ours = |token: &[u8]| {
        verifier.judge_timestamp(token, &stamped, day()).map(|_| ()).map_err(|failure| failure.reason.code())
    };
    assert_eq!((ours(&token), openssl(&token)), (Ok(()), Ok(())));
    let mut mutator = Mutator::new("token");
    let (mut both, mut wrong, mut met) = (0, Vec::new(), BTreeSet::new());
    for number in 0..MUTANTS {
        let mutant = mutator.mutate(&token);
        let ours = ours(&mutant);
        if ours.is_err() && number >= ALWAYS {
            continue;
        }
        let theirs = openssl(&mutant);
        let class = match (&ours, &theirs) {
            (Ok(()), Ok(())) => {
                both += 1;
                continue;
            }
            (Err(_), Err(_)) => continue,
            (Err(reason), Ok(())) => {
                EXPLAINED.iter().position(|(who, what, _)| *who == "openssl" && what == reason)
            }
            (Ok(()), Err(said)) => {
                EXPLAINED.iter().position(|(who, what, _)| *who == "ours" && said.contains(what))
            }
        };
        match class {
            Some(class) => drop(met.insert(class)),
            None => wrong.push(format!("{number}: ours {ours:?}, OpenSSL {theirs:?}")),
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(met.len(), EXPLAINED.len(), "an explanation that nothing needs");
    assert!(both > 20, "mutants that hold, too, are compared: {both}");
}
