//! What every store, signature verifier and notifier must do.

mod kit;

pub use kit::{CountedEntropy, FakeClock};
