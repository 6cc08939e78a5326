//! The fields of forms that were read lately: cases of one edition keep the same document, and it is read once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use shinsei_core::bytes::Bytes;
use shinsei_core::form::fields::Fields;

/// The most editions whose fields are kept; of more than that all are read anew. Source: ours; a city hall has some 200 forms with
/// fields, and corrects under two editions of a few of them.
const EDITIONS_MAX: usize = 256;

/// Fields by the SHA-256 of the document that they were read from. Whoever looks a document up compares the bytes too.
#[derive(Default)]
pub(crate) struct ReadFields(Mutex<HashMap<[u8; 32], Fields>>);

impl ReadFields {
    /// The fields that a document holds, if it holds any.
    pub(crate) fn of(&self, document: &Bytes) -> Option<Fields> {
        let sha256 = document.sha256();
        if let Some(known) = self.lock().get(&sha256) {
            return Some(known.clone());
        }
        let read = Fields::read(document.clone()).ok()?;
        let mut known = self.lock();
        if known.len() >= EDITIONS_MAX {
            known.clear();
        }
        known.insert(sha256, read.clone());
        Some(read)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], Fields>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use shinsei_conformance::strategies;

    fn kept(cache: &ReadFields) -> usize {
        cache.lock().len()
    }

    proptest! {
        /// However editions follow one another, each document gives its own fields, and those of the edition that was written to it.
        #[test]
        fn no_edition_is_given_the_fields_of_another(
            editions in prop::collection::vec(strategies::form::fields(), 1..8),
            asked in prop::collection::vec(any::<prop::sample::Index>(), 0..24),
        ) {
            let (cache, editions) = (ReadFields::default(), editions.into_iter().map(Fields::from));
            let editions: Vec<Fields> = editions.collect();
            for index in asked {
                let edition = index.get(&editions);
                // As a store gives it: the same bytes, and nothing that remembers what they are.
                let document = Bytes::from(edition.document().as_slice());
                let given = cache.of(&document).unwrap();
                prop_assert_eq!(given.document(), &document);
                prop_assert!(given == *edition);
            }
        }
    }

    #[test]
    fn what_holds_no_fields_gives_none_and_is_not_kept() {
        let cache = ReadFields::default();
        for document in ["", "{}", r#"{"items":[{"Field":{}}]}"#, "[]"] {
            assert!(cache.of(&document.into()).is_none(), "{document}");
        }
        assert_eq!(kept(&cache), 0);
    }

    #[test]
    fn the_number_of_editions_is_bounded() {
        let cache = ReadFields::default();
        let document = |n: usize| Bytes::from(format!("{}{{\"items\":[]}}", " ".repeat(n)).as_str());
        for n in 0..=EDITIONS_MAX {
            assert!(cache.of(&document(n)).is_some_and(|fields| fields.is_empty()));
        }
        assert_eq!(kept(&cache), 1);
    }
}
