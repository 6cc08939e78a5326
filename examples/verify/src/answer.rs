//! What is printed: the answer's one word on the last line, or one object of JSON, and the exit status that goes with it.

use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::{Value, json};
use shinsei_cms::evidence::recheck::{Difference, Recheck};
use shinsei_cms::reason::Reason;
use shinsei_cms::report::Checks;
use shinsei_cms::timestamp::TimestampProof;
use shinsei_cms::verdict::Failure;

/// Prints a verdict.
pub(crate) fn verdict(
    out: &mut dyn Write,
    as_json: bool,
    outcome: Result<(Vec<Value>, Checks), Failure>,
) -> io::Result<ExitCode> {
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
        writeln!(out, "{answer}")?;
    } else {
        tell_checks(out, &checks)?;
        for signer in &signers {
            writeln!(out, "signer: {signer}")?;
        }
        tell_reason(out, reason)?;
    }
    Ok(status(reason))
}

/// Prints what judging the evidence again came to.
pub(crate) fn recheck(out: &mut dyn Write, as_json: bool, recheck: &Recheck) -> io::Result<ExitCode> {
    let reason = recheck.differences.iter().find_map(|difference| match difference {
        Difference::NotValid { reason } => Some(*reason),
        _ => None,
    });
    let stands = recheck.differences.is_empty();
    let proved = recheck.proved_in_force().map(|at| at.to_string());
    if as_json {
        let answer = json!({
            "valid": stands,
            "reason": reason.map(Reason::code),
            "differences": recheck.differences.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "timestamps": recheck.timestamps.iter().map(TimestampProof::report).collect::<Vec<_>>(),
            "proved_in_force": proved,
            "checks": recheck.checks.to_json(),
        });
        writeln!(out, "{answer}")?;
    } else {
        tell_checks(out, &recheck.checks)?;
        if let Some(at) = proved {
            writeln!(
                out,
                "a time-stamp shows that the signature existed by {at}, while its certificates were in force"
            )?;
        }
        for difference in &recheck.differences {
            writeln!(out, "difference: {difference}")?;
        }
        match reason {
            None if !stands => writeln!(out, "differs")?,
            reason => tell_reason(out, reason)?,
        }
    }
    Ok(if stands { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell_checks(out: &mut dyn Write, checks: &Checks) -> io::Result<()> {
    for check in checks.done() {
        writeln!(out, "{}: {}", check.name, check.failure.map_or("passed", Reason::code))?;
    }
    Ok(())
}

fn tell_reason(out: &mut dyn Write, reason: Option<Reason>) -> io::Result<()> {
    if let Some(reason) = reason {
        writeln!(out, "{}", reason.resident())?;
        writeln!(out, "{}", reason.operator())?;
    }
    writeln!(out, "{}", reason.map_or("valid".to_owned(), |reason| format!("invalid: {}", reason.code())))
}

fn status(reason: Option<Reason>) -> ExitCode {
    match reason {
        None => ExitCode::SUCCESS,
        Some(Reason::NotSignedData) => ExitCode::from(2),
        Some(_) => ExitCode::FAILURE,
    }
}
