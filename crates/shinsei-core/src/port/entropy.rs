//! The port of whoever gives randomness.

use crate::document::Seed;

/// Gives the randomness of commands. Implementors: the operating system's and a counted one for tests and demos.
pub trait Entropy: Send + Sync {
    /// Thirty-two bytes that nobody can guess.
    fn seed(&self) -> Seed;
}
