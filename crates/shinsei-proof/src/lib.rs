//! What shows that nothing was altered, years later and without the store.
//!
//! [`export`] writes a case or a municipality's whole log into a folder that needs no program of ours to be read:
//! docs/bundle-format.md describes it. [`bundle`] verifies such a folder against heads that were witnessed outside,
//! as [`shinsei_core::audit::log`] does a log in its store; both name the first record that is wrong. [`heads`] reads
//! witnessed heads, and [`file_witness`] witnesses them in a file that stands elsewhere. [`replay`] folds a bundle through
//! the program of today.

pub mod bundle;
mod case;
pub mod error;
pub mod export;
pub mod file_witness;
mod format;
pub mod heads;
pub mod replay;
