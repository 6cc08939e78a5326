//! What is true of this store alone: its transactions, its locks, its roles, and what it says when the server fails.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod batch;
mod conformance;
mod erase;
mod erasure_check;
mod faults;
mod kit;
mod later;
mod lost;
mod nodes;
mod open;
mod role;
mod tls;
