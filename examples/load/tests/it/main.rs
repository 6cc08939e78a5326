//! The program as others start it: on a file, on a database, beside another one, killed, and while servers are.

#![expect(clippy::unwrap_used, reason = "OK because in a test an unwrap that fails is the failure")]

mod acknowledged;
mod loader;
mod nodes;
mod random;
mod soak;
mod standby;
mod whole;
