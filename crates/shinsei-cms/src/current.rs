//! A value that is replaced as a whole while others go on with the one they took.

use std::sync::{Arc, PoisonError, RwLock};

/// Holds the current value; whoever takes it keeps it, unchanged, for as long as they like.
#[derive(Debug, Default)]
pub(crate) struct Current<T>(RwLock<Arc<T>>);

impl<T> Current<T> {
    pub(crate) fn of(value: T) -> Self {
        Self(RwLock::new(Arc::new(value)))
    }

    /// The value of now.
    pub(crate) fn take(&self) -> Arc<T> {
        // OK because nothing that may panic runs while the lock is held.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another in its place; the old one is dropped by whoever uses it last.
    pub(crate) fn replace(&self, value: T) {
        let mut fresh = Arc::new(value);
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut *held, &mut fresh);
        // The old value may be large: it is freed behind the lock, not under it.
        drop(held);
    }
}
