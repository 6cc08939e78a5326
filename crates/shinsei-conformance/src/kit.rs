//! Pieces for tests: a clock that is set by hand and randomness that is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};
use shinsei_core::document::Seed;
use shinsei_core::ids::Municipality;
use shinsei_core::port::clock::Clock;
use shinsei_core::port::entropy::Entropy;
use shinsei_core::time::Timestamp;

/// A clock that stands still until it is moved. Clones are the same clock.
///
/// # Example
/// ```
/// use shinsei_conformance::FakeClock;
/// use shinsei_core::port::clock::Clock;
///
/// let clock = FakeClock::default();
/// let before = clock.now();
/// clock.advance(1_000_000);
/// assert_eq!(clock.now(), before.saturating_add_micros(1_000_000));
/// assert_eq!(before.to_string(), "2026-05-07T06:04:00Z");
/// ```
#[derive(Clone, Debug)]
pub struct FakeClock {
    micros: Arc<AtomicI64>,
}

/// 15:04 on 7 May 2026 in Japan, the time of the demonstrations.
impl Default for FakeClock {
    fn default() -> Self {
        Self { micros: Arc::new(AtomicI64::new(1_778_133_840_000_000)) }
    }
}

impl FakeClock {
    /// A clock that stands at an instant.
    pub fn at(now: Timestamp) -> Self {
        Self { micros: Arc::new(AtomicI64::new(now.micros())) }
    }

    /// Sets it, forwards or back.
    pub fn set(&self, now: Timestamp) {
        self.micros.store(now.micros(), Ordering::SeqCst);
    }

    /// Moves it by so many microseconds; back when they are negative.
    pub fn advance(&self, micros: i64) {
        self.micros.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        let micros = self.micros.load(Ordering::SeqCst);
        #[expect(clippy::expect_used, reason = "a test that sets the clock to the year 262143 is wrong")]
        Timestamp::from_micros(micros).expect("an instant that chrono can hold")
    }
}

/// Randomness that is none: the same seeds in the same order for the same start. Clones draw from the same row.
///
/// # Example
/// ```
/// use shinsei_conformance::CountedEntropy;
/// use shinsei_core::port::entropy::Entropy;
///
/// let (one, other) = (CountedEntropy::new(7), CountedEntropy::new(7));
/// assert!(one.seed() == other.seed());
/// assert!(one.seed() != CountedEntropy::new(7).seed());
/// ```
#[derive(Clone, Debug)]
pub struct CountedEntropy {
    start: u64,
    drawn: Arc<AtomicU64>,
}

impl CountedEntropy {
    /// The row of seeds that belongs to a start.
    pub fn new(start: u64) -> Self {
        Self { start, drawn: Arc::default() }
    }
}

impl Entropy for CountedEntropy {
    fn seed(&self) -> Seed {
        let n = self.drawn.fetch_add(1, Ordering::SeqCst);
        let hash = Sha256::new().chain_update(self.start.to_be_bytes()).chain_update(n.to_be_bytes());
        Seed(hash.finalize().into())
    }
}

/// The municipality of most clauses.
pub(crate) fn hakodate() -> Municipality {
    municipality("012025")
}

/// Its neighbour, who holds the same ids.
pub(crate) fn sapporo() -> Municipality {
    municipality("011002")
}

fn municipality(code: &str) -> Municipality {
    #[expect(clippy::expect_used, reason = "OK because only the two codes above come here")]
    code.parse().expect("a code of a municipality")
}
