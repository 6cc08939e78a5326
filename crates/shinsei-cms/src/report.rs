//! What was checked, in the order it was checked, and how it came out.

use serde_json::Value;

use crate::algorithm::Hash;
use crate::json::{Json, ToJson};
use crate::name::hex;
use crate::reason::Reason;

/// The steps of one verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checks {
    done: Vec<Check>,
}

/// Room for the steps of a message with one signer.
const STEPS_USUAL: usize = 16;

impl Default for Checks {
    fn default() -> Self {
        Self { done: Vec::with_capacity(STEPS_USUAL) }
    }
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
        self.to_json_tree()
    }
}

impl ToJson for Checks {
    fn write(&self, json: &mut Json) {
        json.list(&self.done, |json, check| {
            json.object(|json| {
                json.member("check").text(check.name);
                json.member("result").text(if check.failure.is_none() { "passed" } else { "failed" });
                if let Some(reason) = check.failure {
                    json.member("reason").text(reason.code());
                }
            });
        });
    }
}

/// The SHA-256 by which a report names a certificate, a list, an answer or a token, in hexadecimal digits.
pub(crate) fn fingerprint(bytes: &[u8]) -> String {
    hex(&Hash::sha256(bytes))
}
