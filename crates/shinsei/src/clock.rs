//! Clocks: the system's, and one that stands where it is put.

use std::sync::Mutex;

use shinsei_core::port::clock::Clock;
use shinsei_core::time::Timestamp;

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_utc(chrono::Utc::now())
    }
}

/// A clock that stands where it is put: for demonstrations at a stated time.
#[derive(Debug)]
pub struct StatedClock(Mutex<Timestamp>);

impl StatedClock {
    /// A clock that says this.
    pub fn new(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Puts it to another time.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = now;
    }
}

impl Clock for StatedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
