//! Ids as they come from outside: whatever is read says the same when it is written, and is read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shinsei_core::ids::{Municipality, ProcedureId, StreamId};

fuzz_target!(|bytes: &[u8]| {
    if let Some(stream) = StreamId::from_bytes(bytes) {
        assert_eq!(stream.to_bytes(), bytes);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(municipality) = text.parse::<Municipality>() {
        assert_eq!(municipality.as_str(), text);
    }
    if let Ok(procedure) = ProcedureId::new(text) {
        assert_eq!(procedure.as_str(), text);
    }
});
