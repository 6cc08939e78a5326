//! What is true of this store alone: its file, its settings, its locks, its crashes and what erasing leaves.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod conformance;
mod crash;
mod erase;
mod erasure_check;
mod full;
mod kit;
mod open;
mod synced;
mod tail;
mod view;
