//! What every store, signature verifier and notifier must do.

mod kit;
pub mod laws;
pub mod life;
pub mod stamp;
pub mod strategies;

pub use kit::{CountedEntropy, FakeClock};
