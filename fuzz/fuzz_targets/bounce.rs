//! What comes back to the sender's address, in any bytes: it is read to its end, and twice alike.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use shinsei_mail::bounce::read;
use shinsei_mail::message::Sender;

static SENDER: LazyLock<Sender> =
    LazyLock::new(|| Sender::new("no-reply@city.hakodate.example.jp").expect("an address"));

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(read(bytes, &SENDER), read(bytes, &SENDER));
});
