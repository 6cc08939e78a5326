//! The ports: what the embedding service implements or takes from an adapter. Synchronous, object-safe, bytes only.

pub mod access_log;
pub mod clock;
pub mod entropy;
pub mod erasure;
pub mod notifier;
pub mod signature;
pub mod store;
pub mod view;
pub mod witness;
