//! OCSP responses in any bytes: what is read keeps its bytes, and says nothing of others.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/shinsei-cms/tests/foreign/targets.rs"]
#[expect(dead_code, reason = "OK because the file serves several targets")]
mod targets;

fuzz_target!(|bytes: &[u8]| targets::ocsp(bytes));
