//! Verifies a CMS signature, a certificate path, or the evidence of an earlier verdict: a small program that others
//! script against.
//!
//! Exit status 0: valid. 1: invalid, with a reason, or evidence from which another verdict follows. 2: it could not be
//! asked, or the file is no signature at all.

mod answer;
mod arguments;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::certificate::Certificate;
use shinsei_cms::crl::RevocationList;
use shinsei_cms::evidence::Bundle;
use shinsei_cms::ocsp::OcspAnswer;
use shinsei_cms::pem;
use shinsei_cms::profile::Profile;
use shinsei_cms::reason::Reason;
use shinsei_cms::timestamp::TimestampPolicy;
use shinsei_cms::verdict::Signer;
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::signature::SignedBytes;

use crate::arguments::{Arguments, Asked, Question, USAGE};

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    let done = arguments::parse(lexopt::Parser::from_env()).and_then(|arguments| match arguments {
        Some(arguments) => ask(&arguments, &mut out),
        None => writeln!(out, "{USAGE}").map(|()| ExitCode::SUCCESS).map_err(untold),
    });
    done.unwrap_or_else(|problem| {
        // OK because there is nobody left to tell.
        let _ = writeln!(io::stderr(), "verify: {problem}");
        ExitCode::from(2)
    })
}

/// Reads the files, asks the verifier and prints what it says.
fn ask(arguments: &Arguments, out: &mut dyn Write) -> Result<ExitCode, String> {
    match &arguments.question {
        Question::Cms { signature, content, evidence, asked } => {
            let verifier = verifier(arguments, asked)?;
            let signature = read(signature)?;
            let content = content.as_deref().map(read).transpose()?;
            let signed = SignedBytes { signature: &signature, content: content.as_deref() };
            let judged = verifier.judge(signed, asked.at);
            if let (Some(file), Ok(verified)) = (evidence, &judged) {
                let written = std::fs::write(file, Bundle::of(signed, asked.at, verified).to_json());
                written.map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
            }
            let told = judged.map(|verified| {
                let signers = verified.signers().iter().map(Signer::report).collect();
                (signers, verified.checks)
            });
            answer::verdict(out, arguments.json, told).map_err(untold)
        }
        Question::Path { target, asked } => {
            let verifier = verifier(arguments, asked)?;
            let target = certificate(target)?;
            let judged = verifier.judge_path(&target, asked.at);
            let told = judged.map(|(signer, checks)| (vec![signer.report()], checks));
            answer::verdict(out, arguments.json, told).map_err(untold)
        }
        Question::Evidence { bundle, profile } => {
            let unusable = |error| format!("the evidence {} cannot be used: {error}", bundle.display());
            let bundle = Bundle::from_json(&read(bundle)?).map_err(unusable)?;
            // The anchors vouch for the profile that judged then, unless another is named.
            let kept = Profile::of_code(&bundle.policy).copied().unwrap_or(*Profile::NONE);
            let anchors = anchors(&arguments.anchors, profile.unwrap_or(kept))?;
            let stamps = anchors_for_timestamps(arguments)?;
            let recheck = bundle.recheck(anchors, stamps).map_err(|error| error.to_string())?;
            answer::recheck(out, arguments.json, &recheck).map_err(untold)
        }
    }
}

fn untold(error: io::Error) -> String {
    format!("the answer cannot be written: {error}")
}

/// A verifier of the rules that were asked for.
fn verifier(arguments: &Arguments, asked: &Asked) -> Result<CmsVerifier, String> {
    let anchors = anchors(&arguments.anchors, asked.profile)?;
    let intermediates = asked.intermediates.iter().map(|file| certificate(file));
    let intermediates = intermediates.collect::<Result<Vec<_>, String>>()?;
    let lists = asked.lists.iter().map(|file| {
        let bytes = read(file)?;
        let read = pem::revocation_list(&bytes).and_then(|der| RevocationList::from_der(&der));
        read.map_err(|reason| format!("the list {} cannot be used: {reason}", file.display()))
    });
    let lists = lists.collect::<Result<Vec<_>, String>>()?;
    let answers = asked.answers.iter().map(|file| {
        let bytes = read(file)?;
        let read = pem::ocsp_response(&bytes).and_then(|der| OcspAnswer::from_der(&der));
        read.map_err(|reason| format!("the answer {} cannot be used: {reason}", file.display()))
    });
    let answers = answers.collect::<Result<Vec<_>, String>>()?;
    let stamps = anchors_for_timestamps(arguments)?;
    let timestamps = if stamps.is_empty() { TimestampPolicy::Off } else { TimestampPolicy::IfPresent };
    Ok(CmsVerifier::new(anchors)
        .with_intermediates(intermediates)
        .with_policies(asked.policies.clone())
        .with_revocation(asked.revocation, lists)
        .with_answers(answers)
        .with_timestamps(timestamps, stamps))
}

fn anchors(files: &[PathBuf], profile: Profile) -> Result<Vec<TrustAnchor>, String> {
    let anchor = |file: &PathBuf| {
        let refused = |reason: Reason| {
            format!(
                "the anchor {} cannot be used: {reason}; it is one certificate, PEM or DER",
                file.display()
            )
        };
        TrustAnchor::new(&read(file)?, profile).map_err(refused)
    };
    files.iter().map(anchor).collect()
}

fn anchors_for_timestamps(arguments: &Arguments) -> Result<Vec<TrustAnchor>, String> {
    anchors(&arguments.timestamp_anchors, *Profile::NONE)
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

fn certificate(file: &Path) -> Result<Certificate, String> {
    let bytes = read(file)?;
    let read = pem::certificate(&bytes).and_then(|der| Certificate::from_der(&der));
    read.map_err(|reason| format!("the certificate {} cannot be used: {reason}", file.display()))
}
