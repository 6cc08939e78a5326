//! Decisions and ports of shinsei: no I/O, no clock, no randomness, no runtime. Adapters depend on this crate alone.

pub mod ids;
pub mod port;
pub mod signature;
pub mod time;
