//! What every store, signature verifier and notifier must do: one function a clause.

pub mod access_log;
pub mod atlas;
mod clause;
pub mod cluster;
pub mod disk;
pub mod explore;
pub mod filled;
mod kit;
pub mod laws;
pub mod life;
mod noise;
pub mod notifier;
#[cfg(doctest)]
mod own_store;
pub mod sample;
pub mod signature;
pub mod stamp;
pub mod store;
pub mod strategies;
pub mod trace;
pub mod view;
pub mod witness;

pub use clause::{Breach, Clause, Kept, Report};
pub use kit::{CountedEntropy, FakeClock};
