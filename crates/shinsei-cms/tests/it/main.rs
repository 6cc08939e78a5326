//! The verifier against messages that OpenSSL made, against our own, against forged ones and against any bytes.

#![expect(clippy::unwrap_used, reason = "OK because in a test an unwrap that fails is the failure")]

mod attributes;
mod conformance;
mod evidence;
mod forged;
mod hostile;
mod known;
mod openssl;
mod own;
mod port;
mod revocation;
mod signed_by_openssl;
mod timestamp;
