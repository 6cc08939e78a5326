//! What stores are measured with: the peers beside us, and how they are compared.

pub mod comparison;
pub mod crew;
pub mod filing;
pub mod options;
pub mod ours;
pub mod questions;
pub mod raw_postgres;
pub mod raw_sqlite;
