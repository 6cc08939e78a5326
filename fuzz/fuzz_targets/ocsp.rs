//! OCSP responses in any bytes: what is read keeps the bytes it was read from.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shinsei_cms::ocsp::OcspAnswer;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(read) = OcspAnswer::from_der(bytes) {
        assert_eq!(read.der(), bytes);
    }
});
