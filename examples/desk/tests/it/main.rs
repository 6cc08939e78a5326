//! The desk as whoever uses it sees it: what it says and how it exits, on a store that a hand altered behind its back.

#![expect(clippy::unwrap_used, reason = "OK because in a test an unwrap that fails is the failure")]

mod accesses;
mod bundles;
mod catalog;
mod erasure;
mod kit;
mod list;
mod lists;
mod postgres;
mod sqlite;
mod witness;
