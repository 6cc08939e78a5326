//! The work that stores are compared by: the same event, the same case, the same questions, whoever does it.

pub mod case;
pub mod draw;
pub mod library;
pub mod memory;
pub mod peer;
pub mod pipe;
