//! Wrong about the tree.

use std::ops::ControlFlow;

use sha2::{Digest as _, Sha256};
use shinsei::memory::MemoryStore;
use shinsei_core::ids::{Municipality, Position};
use shinsei_core::port::store::Store as _;
use shinsei_core::tree::{Hash, Head, node_hash};

use super::{Answer, Broken, Flaw, Wrong, each_is_found};

#[test]
fn each_flaw_of_the_tree_is_found() {
    each_is_found(FLAWS);
}

pub(super) const FLAWS: &[Flaw] = &[
    Flaw::new(
        "doubles the last leaf of an odd level",
        &["tree::the_head_is_that_of_rfc_9162", "tree::every_size_is_proved"],
        || Broken::new(DoublesLeaves),
    ),
    Flaw::new("gives nodes in whole blocks", &["tree::nodes_are_kept_as_they_were"], || {
        Broken::new(GivesBlocks)
    }),
    Flaw::new("keeps no node above the second level", &["tree::a_log_of_70_000_records_is_proved"], || {
        Broken::new(KeepsTwoLevels)
    }),
    Flaw::new("keeps a node once its neighbour is there", &["tree::every_size_is_proved"], || {
        Broken::new(KeepsPairs)
    }),
];

struct DoublesLeaves;

impl DoublesLeaves {
    fn root(mut level: Vec<Hash>) -> Option<Hash> {
        while level.len() > 1 {
            level =
                level.chunks(2).map(|pair| node_hash(&pair[0], pair.last().unwrap_or(&pair[0]))).collect();
        }
        level.pop()
    }
}

impl Wrong for DoublesLeaves {
    fn head(&self, whole: &MemoryStore, of: Municipality) -> Answer<Head> {
        let mut leaves = vec![];
        whole.read_log(of, Position(0), usize::MAX, &mut |record| {
            leaves.push(record.leaf());
            ControlFlow::Continue(())
        })?;
        let size = leaves.len() as u64;
        Ok(Head { size, root: Self::root(leaves).unwrap_or_else(|| Hash(Sha256::digest([]).into())) })
    }
}

struct KeepsTwoLevels;

impl Wrong for KeepsTwoLevels {
    fn nodes(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        level: u32,
        first: u64,
        max: usize,
    ) -> Answer<Vec<Hash>> {
        let nodes = whole.nodes(of, level, first, max)?;
        Ok(if level > 8 { vec![] } else { nodes })
    }
}

/// Begins at the block in which the first node lies.
struct GivesBlocks;

impl Wrong for GivesBlocks {
    fn nodes(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        level: u32,
        first: u64,
        max: usize,
    ) -> Answer<Vec<Hash>> {
        whole.nodes(of, level, first - first % 256, max)
    }
}

/// Lacks the last node above the leaves when their number is odd.
struct KeepsPairs;

impl Wrong for KeepsPairs {
    fn nodes(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        level: u32,
        first: u64,
        max: usize,
    ) -> Answer<Vec<Hash>> {
        let all = whole.nodes(of, level, 0, usize::MAX)?.len() as u64;
        let there = if level == 0 { all } else { all - all % 2 };
        let nodes = whole.nodes(of, level, first, max)?;
        let keep = usize::try_from(there.saturating_sub(first)).expect("a page").min(nodes.len());
        Ok(nodes[..keep].to_vec())
    }
}
