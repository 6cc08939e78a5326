//! Signs a form as CMS SignedData, with a key in a file or on a card, and puts a time-stamp beside the signature.
//!
//! What is written was read again and verified up to the signer's certificate: a key that does not belong to it is
//! noticed here and not at the city hall. Exit status 0: written. 2: nothing was written, and why.

mod arguments;
mod card;

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use shinsei_cms::certificate::Certificate;
use shinsei_cms::pem;
use shinsei_cms::reason::Reason;
use shinsei_cms::sign::key::SigningKey;
use shinsei_cms::sign::{Placement, Signatory, sign_by, signing_certificate};
use shinsei_cms::timestamp::attach::{attach, signature_of};
use shinsei_cms::timestamp::request::TimestampRequest;
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::signature::SignedBytes;

use crate::arguments::{Form, Held, Task, USAGE};
use crate::card::Card;

fn main() -> ExitCode {
    match arguments::parse(lexopt::Parser::from_env()).and_then(|task| run(&task)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // OK because there is nobody left to tell.
            let _ = writeln!(io::stderr(), "sign: {problem}");
            ExitCode::from(2)
        }
    }
}

fn run(task: &Task) -> Result<(), String> {
    match task {
        Task::Help => writeln!(io::stdout(), "{USAGE}")
            .map_err(|error| format!("the answer cannot be written: {error}")),
        Task::Form(form) => write(&form.out, &signed(form)?),
        Task::Query { signature, out } => {
            let stamped = signature_of(&read(signature)?, 0).map_err(|reason| unusable(signature, reason))?;
            write(out, &TimestampRequest::over(&stamped, None).to_der())
        }
        Task::Stamp { signature, response, out } => {
            let message = read(signature)?;
            let stamped = signature_of(&message, 0).map_err(|reason| unusable(signature, reason))?;
            let token = TimestampRequest::over(&stamped, None).token(&read(response)?);
            let token = token.map_err(|reason| unusable(response, reason))?;
            write(out, &attach(&message, 0, &token).map_err(|reason| unusable(signature, reason))?)
        }
    }
}

/// Signs a form, with the attribute that binds the signature to the certificate.
fn signed(form: &Form) -> Result<Vec<u8>, String> {
    let content = read(&form.content)?;
    let certificate = certificate(&form.certificate)?;
    let beside = form.beside.iter().map(|file| self::certificate(file)).collect::<Result<Vec<_>, _>>()?;
    let beside: Vec<&[u8]> = beside.iter().map(Vec::as_slice).collect();
    let (name, value) = signing_certificate(&certificate);
    let sign = |key| {
        let signatory = Signatory { certificate: certificate.clone(), key };
        let more = [(name, value.as_slice())];
        sign_by(&content, form.placement, &[signatory], &beside, Some(form.at), &more)
    };
    let signed = match &form.key {
        Held::InFile(file) => {
            let key = SigningKey::read(&read(file)?);
            let unusable = |error| {
                format!(
                    "the key {} cannot be used: {error}; it is PKCS #8 without a password",
                    file.display()
                )
            };
            sign(&key.map_err(unusable)?)
        }
        Held::OnCard { module, token, label, pin } => {
            let pin = String::from_utf8(read(pin)?).map_err(|_| format!("{} is no text", pin.display()))?;
            let card = Card::open(module, token, label, pin.trim(), &certificate);
            sign(&card.map_err(|problem| format!("the card cannot be used: {problem}"))?)
        }
    };
    let message = signed.map_err(|error| chain(&error))?;
    let detached = (form.placement == Placement::Detached).then_some(content.as_slice());
    holds(&message, detached, form)?;
    Ok(message)
}

/// Reads the message again: without anchors all must hold but the path.
fn holds(message: &[u8], content: Option<&[u8]>, form: &Form) -> Result<(), String> {
    let signed = SignedBytes { signature: message, content };
    match CmsVerifier::new(vec![]).judge(signed, form.at).err().map(|failure| failure.reason) {
        Some(Reason::UntrustedIssuer) | None => Ok(()),
        Some(Reason::SignatureInvalid) => {
            Err(format!("the key does not belong to the certificate {}", form.certificate.display()))
        }
        Some(reason) => Err(format!("what was signed does not hold: {reason}")),
    }
}

/// An error and what caused it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        told = format!("{told}: {deeper}");
        cause = deeper.source();
    }
    told
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(file, bytes).map_err(|error| format!("{} cannot be written: {error}", file.display()))
}

fn certificate(file: &Path) -> Result<Vec<u8>, String> {
    let bytes = read(file)?;
    let read = pem::certificate(&bytes).and_then(|der| Certificate::from_der(&der));
    Ok(read.map_err(|reason| unusable(file, reason))?.der().to_vec())
}

fn unusable(file: &Path, reason: Reason) -> String {
    format!("{} cannot be used: {reason}", file.display())
}
