//! The head of a municipality pins its log, and the nodes that are kept prove it.

use sha2::{Digest as _, Sha256};
use shinsei_core::ids::Position;
use shinsei_core::port::store::NewRecord;
use shinsei_core::tree::proof::{consistent, included};
use shinsei_core::tree::prover::Prover;
use shinsei_core::tree::{Hash, Head, node_hash};

use super::StoreUnderTest;
use super::fixture::{as_done, case, done, draft, event, hakodate, log, malformed, outcomes};
use crate::clause::{Kept, hold, same};

/// The head has the size of the log and the root of RFC 9162 over the leaves of the records as they are read, at every
/// size, whatever the commits were.
pub fn the_head_is_that_of_rfc_9162(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let mut size = 0;
    for n in 0_u8..20 {
        let leaves: Vec<Hash> = log(&*store, hakodate())?.iter().map(|record| record.leaf).collect();
        same!(store.head(hakodate())?, Head { size, root: root(&leaves) }, "the head over {size} records");
        let records = u64::from(n % 3 + 1);
        // Every other time a batch of three commits, the order of whose records counts.
        let commits = if n.is_multiple_of(2) { 1 } else { 3 };
        let batch = (0..commits).map(|k| {
            let id = u128::from(n) * 3 + k;
            draft(id + 1).append_these(case(id), 0, events(n, records))
        });
        for outcome in outcomes(&*store, batch.collect())? {
            size += as_done(outcome)?.records;
        }
    }
    Ok(())
}

/// The nodes are the leaf hashes and, over each 256 of them, their root; as many as were asked for, from where they were
/// asked for, and none that is not complete. Another level is malformed.
pub fn nodes_are_kept_as_they_were(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    same!(store.nodes(hakodate(), 0, 0, 10)?, [], "the nodes before anything was recorded");
    done(&*store, draft(1).append(case(1), 0, 600))?;
    let leaves: Vec<Hash> = log(&*store, hakodate())?.iter().map(|record| record.leaf).collect();
    let blocks = [root(&leaves[..256]), root(&leaves[256..512])];
    let all = store.nodes(hakodate(), 0, 0, usize::MAX)?;
    hold!(all == leaves, "the {} leaf hashes that are kept are not those of the 600 records", all.len());
    same!(store.nodes(hakodate(), 0, 300, 7)?, leaves[300..307], "seven leaf hashes from the 300th on");
    same!(store.nodes(hakodate(), 0, 599, 7)?, leaves[599..], "the last leaf hash");
    same!(store.nodes(hakodate(), 0, 600, 7)?, [], "the leaf hashes behind the last");
    same!(store.nodes(hakodate(), 8, 0, usize::MAX)?, blocks, "the roots over each 256 of 600 records");
    same!(store.nodes(hakodate(), 8, 1, 1)?, blocks[1..], "the second of them");
    same!(store.nodes(hakodate(), 8, 0, 1)?, blocks[..1], "the first of them alone");
    same!(store.nodes(hakodate(), 16, 0, 7)?, [], "the roots over each 65,536 of 600 records");
    malformed(store.nodes(hakodate(), 4, 0, 1), "asking for nodes of level 4")
}

/// From the nodes follows, at every size, that each record is in the log and that the log only grew.
pub fn every_size_is_proved(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let mut heads = vec![];
    for (n, records) in [(1_u8, 1), (2, 2), (3, 4), (4, 200), (5, 49), (6, 1), (7, 30)] {
        done(&*store, draft(n.into()).append_these(case(n.into()), 0, events(n, records)))?;
        let head = store.head(hakodate())?;
        let mut prover = Prover::new(&*store, hakodate());
        for old in &heads {
            let Head { size, .. } = *old;
            same!(prover.head_at(size)?, *old, "the head that the log had at {size} records");
            let proof = prover.consistency(size, head.size)?;
            same!(consistent(old, &head, &proof), Ok(()), "that {size} records became {}", head.size);
        }
        let leaves: Vec<Hash> = log(&*store, hakodate())?.iter().map(|record| record.leaf).collect();
        for (index, leaf) in (0..).zip(leaves).step_by(37) {
            let path = prover.inclusion(Position(index + 1), head.size)?;
            same!(included(leaf, index, &path, &head), Ok(()), "record {} of {}", index + 1, head.size);
        }
        heads.push(head);
    }
    Ok(())
}

/// Over 65,536 records there is a node of level 16, kept when the last of them is written and not before, and proofs go
/// through it.
pub fn a_log_of_70_000_records_is_proved(subject: &dyn StoreUnderTest) -> Kept {
    const PART: u64 = 4_096;
    let store = subject.open();
    let mut heads = vec![];
    for n in 1_u8..=17 {
        same!(
            store.nodes(hakodate(), 16, 0, 7)?.len(),
            usize::from(n > 16),
            "the nodes over each 65,536 of {} records",
            u64::from(n - 1) * PART
        );
        let records = if n == 16 { PART - 1 } else { PART };
        done(&*store, draft(n.into()).append_these(case(n.into()), 0, events(n, records)))?;
        if n == 16 {
            // The last one of the 65,536 comes alone.
            heads.push(store.head(hakodate())?);
            same!(store.nodes(hakodate(), 16, 0, 7)?, [], "the nodes over each 65,536 of 65,535 records");
            done(&*store, draft(100).append(case(100), 0, 1))?;
        }
        if n >= 15 {
            heads.push(store.head(hakodate())?);
        }
    }
    let leaves: Vec<Hash> = log(&*store, hakodate())?.iter().map(|record| record.leaf).collect();
    let (full, last) = leaves.split_at(65_536);
    same!(
        store.nodes(hakodate(), 16, 0, 7)?,
        [root(full)],
        "the root over 65,536 of {} records",
        leaves.len()
    );
    let blocks: Vec<Hash> = leaves.chunks_exact(256).map(root).collect();
    hold!(
        store.nodes(hakodate(), 8, 0, usize::MAX)? == blocks,
        "the {} roots over each 256 records are others",
        blocks.len()
    );
    let head = store.head(hakodate())?;
    same!(head.root, node_hash(&root(full), &root(last)), "the root over {} records", leaves.len());
    let mut prover = Prover::new(&*store, hakodate());
    for old in &heads {
        same!(prover.head_at(old.size)?, *old, "the head that the log had at {} records", old.size);
        let proof = prover.consistency(old.size, head.size)?;
        same!(consistent(old, &head, &proof), Ok(()), "that {} records became {}", old.size, head.size);
    }
    for (index, leaf) in (0..).zip(&leaves).step_by(9_973).chain((65_534..).zip(&leaves[65_534..65_538])) {
        let path = prover.inclusion(Position(index + 1), head.size)?;
        same!(included(*leaf, index, &path, &head), Ok(()), "record {} of {}", index + 1, head.size);
    }
    Ok(())
}

/// So many events with a payload of their commit's.
fn events(n: u8, records: u64) -> Vec<NewRecord> {
    (0..records).map(|_| event([n])).collect()
}

/// The definition of RFC 9162 section 2.1.1.
pub(super) fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash(Sha256::digest([]).into()),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&root(left), &root(right))
        }
    }
}
