//! The encoding rules, through the verifier: it reads an octet string as a second, plain reader does.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/shinsei-cms/tests/foreign/targets.rs"]
#[expect(dead_code, reason = "OK because the file serves several targets")]
mod targets;

fuzz_target!(|bytes: &[u8]| targets::ber(bytes));
