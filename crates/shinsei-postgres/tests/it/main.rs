//! What is true of this store alone: its transactions, its locks, its roles, and what it says when the server fails.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod conformance;
mod erase;
mod erasure_check;
mod faults;
mod full;
mod hints;
mod kit;
mod lost;
mod nodes;
mod open;
mod partitioned;
mod proxy;
mod role;
mod set_back;
mod synced;
mod tls;
mod view;
