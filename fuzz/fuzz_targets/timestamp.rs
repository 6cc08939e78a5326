//! Time-stamps in any bytes: as token, answer and message. What holds was signed by the authority; attaching changes nothing that was signed.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/shinsei-cms/tests/foreign/targets.rs"]
#[expect(dead_code, reason = "OK because the file serves several targets")]
mod targets;

fuzz_target!(|bytes: &[u8]| targets::timestamp(bytes));
