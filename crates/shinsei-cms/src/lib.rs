//! The signature verifier: CMS SignedData, X.509 paths and time-stamps, judged at a given time against given anchors.
//!
//! It reads no clock, no file and no network. Bad input of any kind gives a [`reason::Reason`], never a panic, within
//! the limits of [`budget`].

mod algorithm;
pub mod anchor;
mod attributes;
mod ber;
pub mod budget;
mod cache;
pub mod certificate;
pub mod crl;
mod current;
mod distribution;
pub mod evidence;
mod extensions;
mod general_name;
mod identity;
mod lists;
mod name;
mod name_constraints;
pub mod ocsp;
mod oid;
mod path;
pub mod pem;
pub mod policy;
mod pool;
pub mod profile;
pub mod reason;
pub mod report;
pub mod revocation;
pub mod rules;
#[cfg(feature = "sign")]
pub mod sign;
mod signed_data;
mod signer;
mod time;
pub mod timestamp;
mod validate;
pub mod verdict;
pub mod verify;
