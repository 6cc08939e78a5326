//! The whole of verifying in any bytes, rules and material included: what is valid was signed, and follows from its evidence alone.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/shinsei-cms/tests/foreign/targets.rs"]
#[expect(dead_code, reason = "OK because the file serves several targets")]
mod targets;

fuzz_target!(|bytes: &[u8]| targets::verify(bytes));
