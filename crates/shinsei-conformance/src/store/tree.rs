//! The head of a municipality pins its log.

use sha2::{Digest as _, Sha256};
use shinsei_core::tree::{Hash, Head, node_hash};

use super::StoreUnderTest;
use super::fixture::{case, done, draft, event, hakodate, log};
use crate::clause::{Kept, same};

/// The head has the size of the log and the root of RFC 9162 over the leaves of the records as they are read, at every
/// size, whatever the commits were.
pub fn the_head_is_that_of_rfc_9162(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let mut size = 0;
    for n in 0_u8..20 {
        let leaves: Vec<Hash> = log(&*store, hakodate())?.iter().map(|record| record.leaf).collect();
        same!(store.head(hakodate())?, Head { size, root: root(&leaves) }, "the head over {size} records");
        let records = u64::from(n % 3 + 1);
        let events = (0..records).map(|_| event([n]));
        done(&*store, draft(u128::from(n) + 1).append_these(case(n.into()), 0, events.collect()))?;
        size += records;
    }
    Ok(())
}

/// The definition of RFC 9162 section 2.1.1.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash(Sha256::digest([]).into()),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&root(left), &root(right))
        }
    }
}
