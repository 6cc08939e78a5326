//! What was fetched last from each URL, bounded in number and bytes.

use std::sync::Arc;

use shinsei_core::time::Timestamp;
use ureq::http::HeaderValue;

/// What a server said of the version of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Validators {
    pub(crate) etag: Option<HeaderValue>,
    pub(crate) last_modified: Option<HeaderValue>,
}

/// One answer that is kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) validators: Validators,
    /// When the server last said that this is the current one.
    pub(crate) confirmed_at: Timestamp,
}

/// The answers that are kept, the one used last at the end.
///
/// A list, not a map: it holds a few dozen URLs, those of the lists that a city's verifier needs.
#[derive(Debug)]
pub(crate) struct Cache {
    entries: Vec<(String, Kept)>,
    entries_max: usize,
    bytes_max: usize,
}

impl Cache {
    pub(crate) fn new(entries_max: usize, bytes_max: usize) -> Self {
        Self { entries: Vec::new(), entries_max, bytes_max }
    }

    /// What is kept of a URL, which thereby was used last.
    pub(crate) fn find(&mut self, url: &str) -> Option<Kept> {
        let position = self.entries.iter().position(|(known, _)| known == url)?;
        self.entries[position..].rotate_left(1);
        self.entries.last().map(|(_, kept)| kept.clone())
    }

    /// Keeps an answer, and drops those used longest ago until all fits. One that is too large alone is not kept.
    pub(crate) fn keep(&mut self, url: &str, kept: Kept) {
        self.entries.retain(|(known, _)| known != url);
        self.entries.push((url.to_owned(), kept));
        while self.entries.len() > self.entries_max || self.bytes() > self.bytes_max {
            self.entries.remove(0);
        }
    }

    /// Security: the URLs count, since an attacker may choose their length.
    fn bytes(&self) -> usize {
        self.entries.iter().map(|(url, kept)| url.len() + kept.bytes.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(len: usize) -> Kept {
        let confirmed_at = Timestamp::from_micros(0).unwrap();
        Kept { bytes: vec![0; len].into(), validators: Validators::default(), confirmed_at }
    }

    fn urls(cache: &Cache) -> Vec<&str> {
        cache.entries.iter().map(|(url, _)| url.as_str()).collect()
    }

    #[test]
    fn what_was_used_longest_ago_makes_room() {
        let mut cache = Cache::new(2, 100);
        cache.keep("a", kept(10));
        cache.keep("b", kept(10));
        assert_eq!(cache.find("a").unwrap().bytes.len(), 10);
        cache.keep("c", kept(10));
        assert_eq!(urls(&cache), ["a", "c"]);
        cache.keep("a", kept(20));
        assert_eq!(urls(&cache), ["c", "a"]);
        assert_eq!(cache.find("a").unwrap().bytes.len(), 20);
        assert!(cache.find("b").is_none());
    }

    #[test]
    fn bytes_are_bounded_and_those_of_the_urls_count() {
        let mut cache = Cache::new(10, 100);
        cache.keep("a", kept(50));
        cache.keep("b", kept(50));
        assert_eq!(urls(&cache), ["b"]);
        cache.keep("c", kept(100));
        assert_eq!(urls(&cache), [""; 0]);
    }
}
