//! Folded states of streams that were used lately, so that a command need not read its history again.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use shinsei_core::ids::{Municipality, StreamId, Version};

type Key = (Municipality, StreamId);

/// A state, and the version of the stream that it is the state of: one value, never one without the other.
struct Folded {
    version: Version,
    state: Arc<dyn Any + Send + Sync>,
}

/// States by stream, bounded. What was not used for a whole generation is forgotten.
///
/// A state in it may be old, never wrong: the store refuses a decision made on an old one.
pub(crate) struct Cache {
    generation_max: usize,
    generations: Mutex<Generations>,
}

#[derive(Default)]
struct Generations {
    young: HashMap<Key, Folded>,
    old: HashMap<Key, Folded>,
}

impl Cache {
    /// A cache of at most so many states.
    pub(crate) fn new(states_max: usize) -> Self {
        Self { generation_max: (states_max / 2).max(1), generations: Mutex::default() }
    }

    /// The state of a stream and its version, if it is kept.
    pub(crate) fn find<S: Clone + Send + Sync + 'static>(&self, key: Key) -> Option<(Version, Arc<S>)> {
        let mut generations = self.lock();
        if let Some(folded) = generations.old.remove(&key) {
            self.keep(&mut generations, key, folded);
        }
        let folded = generations.young.get(&key)?;
        Some((folded.version, Arc::clone(&folded.state).downcast().ok()?))
    }

    /// Takes the state that a stream has at a version out of the cache; a state of another version stays.
    pub(crate) fn take<S: Send + Sync + 'static>(&self, key: Key, version: Version) -> Option<Arc<S>> {
        let mut generations = self.lock();
        let Generations { young, old } = &mut *generations;
        let generation = if young.contains_key(&key) { young } else { old };
        let folded = generation.get(&key).filter(|folded| folded.version == version)?;
        let state = Arc::clone(&folded.state).downcast().ok()?;
        generation.remove(&key);
        Some(state)
    }

    /// Keeps a state, unless a later one of the stream is kept already.
    pub(crate) fn put<S: Send + Sync + 'static>(&self, key: Key, version: Version, state: Arc<S>) {
        let mut generations = self.lock();
        let known = generations.young.get(&key).or_else(|| generations.old.get(&key));
        if known.is_none_or(|known| known.version < version) {
            generations.old.remove(&key);
            self.keep(&mut generations, key, Folded { version, state });
        }
    }

    /// Forgets a stream that is known to have moved on.
    pub(crate) fn forget(&self, key: Key) {
        let mut generations = self.lock();
        generations.young.remove(&key);
        generations.old.remove(&key);
    }

    fn keep(&self, generations: &mut Generations, key: Key, folded: Folded) {
        if generations.young.len() >= self.generation_max {
            generations.old = std::mem::take(&mut generations.young);
        }
        generations.young.insert(key, folded);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Generations> {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use shinsei_core::ids::CaseId;

    fn key(n: u128) -> Key {
        ("012025".parse().unwrap(), CaseId(Uuid::from_u128(n)).into())
    }

    #[test]
    fn a_later_state_is_not_replaced_by_an_earlier_one() {
        let cache = Cache::new(10);
        cache.put(key(1), Version(3), Arc::new("three"));
        cache.put(key(1), Version(2), Arc::new("two"));
        assert_eq!(cache.find::<&str>(key(1)), Some((Version(3), Arc::new("three"))));
        assert_eq!(cache.find::<&str>(key(2)), None);
    }

    #[test]
    fn a_state_is_taken_at_its_version_only() {
        let cache = Cache::new(10);
        cache.put(key(1), Version(3), Arc::new("three"));
        assert_eq!(cache.take::<&str>(key(1), Version(2)), None);
        assert_eq!(cache.take::<u64>(key(1), Version(3)), None, "another type");
        assert_eq!(cache.take::<&str>(key(1), Version(3)), Some(Arc::new("three")));
        assert_eq!(cache.find::<&str>(key(1)), None);
    }

    #[test]
    fn what_is_used_stays_and_the_number_is_bounded() {
        let cache = Cache::new(8);
        for n in 0..100 {
            cache.put(key(n), Version(1), Arc::new(n));
            assert_eq!(cache.find::<u128>(key(0)), Some((Version(1), Arc::new(0))));
        }
        let kept = (0..100).filter(|n| cache.find::<u128>(key(*n)).is_some()).count();
        assert!((4..=9).contains(&kept), "{kept}");
    }
}
