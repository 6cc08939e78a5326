//! Many lists, found by who issued them and by the distribution points they are for.
//!
//! JPKI has a list for each municipality, all of one issuer: of two thousand, two are looked at for a certificate.

use std::collections::HashMap;

use crate::certificate::Certificate;
use crate::crl::RevocationList;
use crate::distribution::{Point, PointKey};

/// Lists that do not change; other lists are another one of these.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    all: Vec<RevocationList>,
    by_key: HashMap<PointKey, Vec<usize>>,
}

impl Lists {
    /// Sorts lists by what they are found by: the names of their point, or without these their issuer.
    pub(crate) fn new(all: Vec<RevocationList>) -> Self {
        let mut by_key = HashMap::<_, Vec<_>>::new();
        for (number, list) in all.iter().enumerate() {
            let names = &list.scope().names;
            if names.is_empty() {
                by_key.entry(PointKey::Directory(*list.issuer_name().folded())).or_default().push(number);
            }
            for name in names {
                by_key.entry(name.key()).or_default().push(number);
            }
        }
        Self { all, by_key }
    }

    /// All of them, as they were given.
    pub(crate) fn all(&self) -> &[RevocationList] {
        &self.all
    }

    /// Those that may speak for a point, complete and delta; whether they do is to be asked.
    pub(crate) fn at<'l>(&'l self, point: &'l Point) -> impl Iterator<Item = &'l RevocationList> {
        let numbers = point.keys.iter().filter_map(|key| self.by_key.get(key)).flatten();
        numbers.map(|number| &self.all[*number])
    }

    /// Proves what can be proved with these certificates now, so that nobody waits for it later.
    pub(crate) fn prove<'c>(&self, signers: impl Iterator<Item = &'c Certificate> + Clone) {
        for list in &self.all {
            let mut named = signers.clone().filter(|signer| {
                signer.subject_name().is_same(&list.issuer_name()) && !list.names_another_key_than(signer)
            });
            // One that is not proved here is asked again when a path needs it, and refused there with a reason.
            let _: bool = named.any(|signer| list.prove(signer).is_ok());
        }
    }
}
