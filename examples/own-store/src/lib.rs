//! A store of one's own: one file that is only appended to, and all of it in memory while it is open.
//!
//! It is what somebody writes who reads `docs/own-store.md` and has another database than SQLite or PostgreSQL. Here that
//! is the least there can be: keys and values in a sorted map, each transaction a line of JSON in a file. [`file::File`] is
//! that database; the rest keeps the port `Store` on it and would look much the same on another one. `tests/it.rs` is the
//! whole test: every clause of the contract, by one macro.
//!
//! It serves a village, not a city: opening reads the whole file, and whatever it holds must fit into memory.

mod agenda;
mod commit;
mod documents;
pub mod error;
pub mod file;
mod keys;
pub mod store;
