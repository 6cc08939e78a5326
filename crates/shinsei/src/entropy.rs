//! Randomness: the operating system's.

use shinsei_core::document::Seed;
use shinsei_core::port::entropy::Entropy;

/// The operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    /// # Panics
    /// When the operating system has no randomness to give: without it documents would be kept under salts that can
    /// be guessed.
    fn seed(&self) -> Seed {
        let mut bytes = [0; 32];
        #[expect(
            clippy::expect_used,
            reason = "OK because going on without randomness would break promise 8"
        )]
        getrandom::fill(&mut bytes).expect("the operating system gives randomness");
        Seed(bytes)
    }
}
