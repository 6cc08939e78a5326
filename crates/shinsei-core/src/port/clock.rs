//! The port of whoever knows what time it is.

use crate::time::Timestamp;

/// Tells the time.
///
/// The engine's is used to decide; a store's own to record. Implementors: the system's clock and the demo clock.
pub trait Clock: Send + Sync {
    /// The time now, UTC.
    fn now(&self) -> Timestamp;
}
