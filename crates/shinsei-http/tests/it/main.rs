//! The client against small real servers: what they say, and what goes wrong on the way.

#![expect(clippy::unwrap_used, reason = "OK because in a test an unwrap that fails is the failure")]

mod conformance;
mod encrypted;
mod faults;
mod fetching;
mod server;
mod service;
mod verdicts;
mod witness;
