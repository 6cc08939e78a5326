//! The verifier against implementations that nobody here wrote: OpenSSL, NSS, gpgsm and Bouncy Castle sign, and what we
//! sign is verified by them.
//!
//! Each is called in a folder that goes away. A program that is missing is an error that names its Debian package;
//! `cargo xtask test` installs them all.

#![expect(clippy::unwrap_used, reason = "OK because in a test an unwrap that fails is the failure")]

mod altered;
mod bouncy_castle;
mod differential;
mod folder;
mod gpgsm;
mod hierarchy;
mod hostile_size;
mod mutation;
mod nss;
mod openssl;
mod reproduction;
mod seeds;
mod targets;
mod timestamps;
mod tree;
