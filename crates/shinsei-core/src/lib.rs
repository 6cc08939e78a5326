//! Decisions and ports of shinsei: no I/O, no clock, no randomness, no runtime. Adapters depend on this crate alone.

pub mod agenda;
pub mod bytes;
pub mod catalog;
pub mod document;
pub mod ids;
pub mod notice;
pub mod number;
pub mod period;
pub mod port;
pub mod procedure;
pub mod record;
pub mod signature;
pub mod time;
pub mod tree;
pub mod yen;
