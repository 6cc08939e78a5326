//! The suites are right: a whole implementation keeps every clause, and each clause finds one that breaks it.

mod access_log;
mod broken;
mod notifier;
mod verifier;
mod view;
mod whole;
