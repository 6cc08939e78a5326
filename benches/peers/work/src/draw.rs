//! Numbers by chance, the same ones for every peer.

use std::ops::Range;

/// A generator of numbers that nobody needs to guess (SplitMix64).
#[derive(Clone, Debug)]
pub struct Draw(u64);

impl Draw {
    /// One that begins at a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another, which is not 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end
    }

    /// One of these, of which there is at least one.
    pub fn among(&mut self, numbers: &Range<u64>) -> u64 {
        numbers.start + self.below(numbers.end - numbers.start)
    }

    /// The bytes of an id.
    pub fn id(&mut self) -> u128 {
        u128::from(self.number()) << 64 | u128::from(self.number())
    }
}
