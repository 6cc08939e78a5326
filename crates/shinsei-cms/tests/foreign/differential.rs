//! The same mutants to us and to OpenSSL: what we call valid and OpenSSL does not is a defect, and so is other content.
//!
//! Where only one of the two takes a message, `differential.tsv` explains the class: what OpenSSL alone takes by our
//! reason for refusing it, what we alone take by a part of what OpenSSL says. A class that is not explained fails, and
//! so does an explanation that nothing needs: the mutants are the same in every run.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use shinsei_core::signature::SignedBytes;

use crate::folder::Folder;
use crate::hierarchy::pem;
use crate::mutation::Mutator;
use crate::seeds;
use crate::targets::{CONTENT, day, verifier};

/// Mutants of each message; those that hold here go to OpenSSL, which takes 5 ms and more to start.
const MUTANTS: usize = 1_000;

/// How many of them go to OpenSSL whatever we say.
const ALWAYS: usize = 200;

/// Who alone takes a message, and how to recognise the class.
type Class<'t> = (&'t str, &'t str);

fn explained() -> Vec<Class<'static>> {
    let rows = include_str!("differential.tsv").lines().filter(|line| !line.starts_with('#'));
    let row = |line: &'static str| {
        let [who, what, why] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert!(why.len() > 10, "a class has a reason: {line}");
        (who, what)
    };
    rows.map(row).collect()
}

/// What OpenSSL says of a message: its content, or why not.
fn openssl(folder: &Folder, name: &str, message: &[u8]) -> Result<Vec<u8>, String> {
    folder.write(name, message);
    let at = (day().micros() / 1_000_000).to_string();
    let mut command = Command::new("openssl");
    command.args(["cms", "-verify", "-binary", "-inform", "DER", "-in", name, "-CAfile", "ca.pem"]);
    // The policies of these certificates are critical; OpenSSL looks at policies only when asked to.
    command.args(["-no-CApath", "-no-CAstore", "-purpose", "any", "-policy_check", "-attime", &at]);
    let output = command.current_dir(folder.path()).stdin(Stdio::null()).output();
    let output = output.expect("openssl runs: install Debian's package `openssl`");
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn ours(message: &[u8]) -> Result<Vec<u8>, &'static str> {
    let verified = verifier().judge(SignedBytes { signature: message, content: None }, day());
    let verified = verified.map_err(|failure| failure.reason.code())?;
    Ok(verified.content().expect("it was attached").to_vec())
}

#[test]
fn what_openssl_refuses_never_holds_here() {
    let folder = &Folder::new();
    let authority = include_bytes!("../../../../fuzz/seeds/authority.der");
    folder.write("ca.pem", pem("CERTIFICATE", authority).as_bytes());
    let (messages, explained) = (seeds::messages(), &explained());
    let parts: Vec<Outcome> = std::thread::scope(|scope| {
        let part = |messages| scope.spawn(move || compare(folder, messages, explained));
        let running: Vec<_> = messages.chunks(messages.len().div_ceil(2)).map(part).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let wrong: Vec<&str> = parts.iter().flat_map(|part| &part.wrong).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    let valid: usize = parts.iter().map(|part| part.valid).sum();
    assert!(valid > 50, "mutants that hold, too, are compared: {valid}");
    let met: BTreeSet<Class<'_>> = parts.iter().flat_map(|part| part.met.iter().copied()).collect();
    let unneeded: Vec<_> = explained.iter().filter(|class| !met.contains(*class)).collect();
    assert!(unneeded.is_empty(), "never met: {unneeded:?}");
}

/// What came out of some of the messages.
#[derive(Default)]
struct Outcome {
    wrong: Vec<String>,
    met: BTreeSet<Class<'static>>,
    valid: usize,
}

fn compare(folder: &Folder, messages: &[(String, Vec<u8>)], explained: &[Class<'static>]) -> Outcome {
    let mut outcome = Outcome::default();
    for (name, message) in messages {
        assert_eq!(openssl(folder, name, message).as_deref(), Ok(CONTENT), "{name}");
        let mut mutator = Mutator::new(name);
        for number in 0..MUTANTS {
            let mutant = mutator.mutate(message);
            let ours = ours(&mutant);
            if ours.is_err() && number >= ALWAYS {
                continue;
            }
            let theirs = openssl(folder, name, &mutant);
            let class = match (&ours, &theirs) {
                (Ok(ours), Ok(theirs)) if ours == CONTENT && theirs == CONTENT => {
                    outcome.valid += 1;
                    continue;
                }
                (Err(_), Err(_)) => continue,
                (Err(reason), Ok(_)) => explained.iter().find(|class| **class == ("openssl", *reason)),
                (Ok(ours), Err(said)) if ours == CONTENT => {
                    explained.iter().find(|(who, part)| *who == "ours" && said.contains(part))
                }
                (Ok(_), _) => None,
            };
            match class {
                Some(class) => {
                    outcome.met.insert(*class);
                }
                None => outcome.wrong.push(format!("{name} {number}: ours {ours:?}, OpenSSL {theirs:?}")),
            }
        }
    }
    outcome
}
