//! Bundles of evidence in any bytes: what is read is written the same, and a verdict that stands is over what was signed.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/shinsei-cms/tests/foreign/targets.rs"]
#[expect(dead_code, reason = "OK because the file serves several targets")]
mod targets;

fuzz_target!(|bytes: &[u8]| targets::evidence(bytes));
