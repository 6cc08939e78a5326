//! The suites are right: a whole implementation keeps every clause, and each clause finds one that breaks it.

#![expect(clippy::unwrap_used, reason = "OK because in a test an unwrap that fails is the failure")]

mod access_log;
mod broken;
mod explored;
mod notifier;
mod verifier;
mod view;
mod whole;
mod witness;
mod words;
