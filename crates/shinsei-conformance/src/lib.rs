//! What every store, signature verifier and notifier must do: one function a clause.

pub mod access_log;
mod clause;
pub mod cluster;
mod kit;
pub mod laws;
pub mod life;
mod noise;
pub mod notifier;
pub mod signature;
pub mod stamp;
pub mod store;
pub mod strategies;
pub mod view;

pub use clause::{Breach, Clause, Kept, Report};
pub use kit::{CountedEntropy, FakeClock};
