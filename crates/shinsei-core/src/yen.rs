//! Money: whole yen.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount in yen. There is no negative amount and no fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Yen(pub u32);

impl Yen {
    /// The amount a number of times; `None` if it is more than 4,294,967,295 yen.
    pub fn times(self, quantity: u32) -> Option<Self> {
        self.0.checked_mul(quantity).map(Self)
    }
}

/// Writes `1,800円`.
impl fmt::Display for Yen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (place, digit) in digits.char_indices() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        f.write_str("円")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        let shown: Vec<_> = [0, 300, 1800, 17_500, 1_234_567].map(|yen| Yen(yen).to_string()).into();
        assert_eq!(shown, ["0円", "300円", "1,800円", "17,500円", "1,234,567円"]);
        assert_eq!(Yen(u32::MAX).times(2), None);
    }
}
