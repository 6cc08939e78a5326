//! Exports, verifying, and witnesses in files; on a store in memory that a test can tamper with.

#![expect(clippy::unwrap_used, reason = "OK because in a test an unwrap that fails is the failure")]

mod bundles;
mod file_witness;
mod foreign;
mod heads;
mod kit;
mod logs;
mod replay;
