//! What was checked, in the order it was checked, and how it came out.

use serde_json::{Value, json};

use crate::algorithm::Hash;
use crate::name::hex;
use crate::reason::Reason;

/// The steps of one verification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checks {
    done: Vec<Check>,
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was checked, as a stable code.
    pub name: &'static str,
    /// Why it failed; `None` when it passed.
    pub failure: Option<Reason>,
}

impl Checks {
    /// The steps in order; the last one failed when the signature does not hold.
    pub fn done(&self) -> &[Check] {
        &self.done
    }

    /// Notes how a step came out and hands its value on.
    pub(crate) fn note<T>(&mut self, name: &'static str, outcome: Result<T, Reason>) -> Result<T, Reason> {
        self.done.push(Check { name, failure: outcome.as_ref().err().copied() });
        outcome
    }

    /// The steps as JSON: `[{"check": "message-digest", "result": "passed"}, ..]`, a failed one with its `reason`.
    pub fn to_json(&self) -> Value {
        let check = |check: &Check| match check.failure {
            None => json!({ "check": check.name, "result": "passed" }),
            Some(reason) => json!({ "check": check.name, "result": "failed", "reason": reason.code() }),
        };
        Value::Array(self.done.iter().map(check).collect())
    }
}

/// The SHA-256 by which a report names a certificate, a list, an answer or a token, in hexadecimal digits.
pub(crate) fn fingerprint(bytes: &[u8]) -> String {
    hex(Hash::Sha256.digest(&[bytes]).as_ref())
}
