//! The ports: what the embedding service implements or takes from an adapter. Synchronous, object-safe, bytes only.

pub mod signature;
