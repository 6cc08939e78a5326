//! Verifies a CMS signature, or a certificate path, at a stated time: a small program that others script against.
//!
//! Exit status 0: valid. 1: invalid, with a reason. 2: it could not be asked, or the file is no signature at all.

#![expect(clippy::print_stdout, reason = "a program's answer goes to its standard output")]

mod arguments;

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};
use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::certificate::Certificate;
use shinsei_cms::crl::RevocationList;
use shinsei_cms::ocsp::OcspAnswer;
use shinsei_cms::pem;
use shinsei_cms::reason::Reason;
use shinsei_cms::report::Checks;
use shinsei_cms::verdict::{Failure, Signer};
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::signature::SignedBytes;

use crate::arguments::{Arguments, Question};

fn main() -> ExitCode {
    match arguments::parse(lexopt::Parser::from_env()).and_then(|arguments| answer(&arguments)) {
        Ok(status) => status,
        Err(problem) => {
            eprintln!("verify: {problem}");
            ExitCode::from(2)
        }
    }
}

/// Reads the files, asks the verifier and prints what it says.
fn answer(arguments: &Arguments) -> Result<ExitCode, String> {
    let anchors = arguments.anchors.iter().map(|file| {
        let refused = |reason: Reason| format!("the anchor {} cannot be used: {reason}", file.display());
        TrustAnchor::new(&read(file)?, arguments.profile).map_err(refused)
    });
    let anchors = anchors.collect::<Result<Vec<_>, String>>()?;
    let intermediates = arguments.intermediates.iter().map(|file| certificate(file));
    let intermediates = intermediates.collect::<Result<Vec<_>, String>>()?;
    let lists = arguments.lists.iter().map(|file| {
        let bytes = read(file)?;
        let read = pem::revocation_list(&bytes).and_then(|der| RevocationList::from_der(&der));
        read.map_err(|reason| format!("the list {} cannot be used: {reason}", file.display()))
    });
    let lists = lists.collect::<Result<Vec<_>, String>>()?;
    let answers = arguments.answers.iter().map(|file| {
        let bytes = read(file)?;
        let read = pem::ocsp_response(&bytes).and_then(|der| OcspAnswer::from_der(&der));
        read.map_err(|reason| format!("the answer {} cannot be used: {reason}", file.display()))
    });
    let answers = answers.collect::<Result<Vec<_>, String>>()?;
    let verifier = CmsVerifier::new(anchors)
        .with_intermediates(intermediates)
        .with_policies(arguments.policies.clone())
        .with_revocation(arguments.revocation, lists)
        .with_answers(answers);
    let outcome = match &arguments.question {
        Question::Cms { signature, content } => {
            let signature = read(signature)?;
            let content = content.as_deref().map(read).transpose()?;
            let signed = SignedBytes { signature: &signature, content: content.as_deref() };
            verifier.judge(signed, arguments.at).map(|verified| {
                let signers = verified.signers().iter().map(Signer::report).collect();
                (signers, verified.checks)
            })
        }
        Question::Path { target } => {
            let target = certificate(target)?;
            verifier.judge_path(&target, arguments.at).map(|(signer, checks)| (vec![signer.report()], checks))
        }
    };
    print(arguments.json, outcome)
}

/// Prints the answer, its one word on the last line, and gives the exit status that goes with it.
fn print(as_json: bool, outcome: Result<(Vec<Value>, Checks), Failure>) -> Result<ExitCode, String> {
    let (reason, mut signers, checks) = match outcome {
        Ok((signers, checks)) => (None, signers, checks),
        Err(failure) => (Some(failure.reason), Vec::new(), failure.checks),
    };
    if as_json {
        let mut signer = if signers.is_empty() { Value::Null } else { signers.remove(0) };
        if let (Some(fields), false) = (signer.as_object_mut(), signers.is_empty()) {
            fields.insert("cosigners".to_owned(), Value::Array(signers));
        }
        let answer = json!({
            "valid": reason.is_none(),
            "reason": reason.map(Reason::code),
            "signer": signer,
            "checks": checks.to_json(),
        });
        println!("{answer}");
    } else {
        for check in checks.done() {
            println!("{}: {}", check.name, check.failure.map_or("passed", Reason::code));
        }
        for signer in &signers {
            println!("signer: {signer}");
        }
        if let Some(reason) = reason {
            println!("{}", reason.resident());
            println!("{}", reason.operator());
        }
        println!("{}", reason.map_or("valid".to_owned(), |reason| format!("invalid: {}", reason.code())));
    }
    Ok(match reason {
        None => ExitCode::SUCCESS,
        Some(Reason::NotSignedData) => ExitCode::from(2),
        Some(_) => ExitCode::FAILURE,
    })
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

fn certificate(file: &Path) -> Result<Certificate, String> {
    let bytes = read(file)?;
    let read = pem::certificate(&bytes).and_then(|der| Certificate::from_der(&der));
    read.map_err(|reason| format!("the certificate {} cannot be used: {reason}", file.display()))
}
