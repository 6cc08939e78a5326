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
        // Begins at the block in which the first node lies.
        Broken::new(Nodes(|right, asked| right(Asked { first: asked.first - asked.first % 256, ..asked })))
    }),
    Flaw::new("keeps no node above the second level", &["tree::a_log_of_70_000_records_is_proved"], || {
        Broken::new(Nodes(|right, asked| if asked.level > 8 { Ok(vec![]) } else { right(asked) }))
    }),
    Flaw::new("keeps a node once its neighbour is there", &["tree::every_size_is_proved"], || {
        // Lacks the last node above the leaves when their number is odd.
        Broken::new(Nodes(|right, Asked { level, first, max }| {
            let all = right(Asked { level, first: 0, max: usize::MAX })?.len() as u64;
            let there = if level == 0 { all } else { all - all % 2 };
            let mut nodes = right(Asked { level, first, max })?;
            nodes.truncate(usize::try_from(there.saturating_sub(first)).expect("a page"));
            Ok(nodes)
        }))
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

/// Which nodes are asked for: how many at most of a level, from which one on.
struct Asked {
    level: u32,
    first: u64,
    max: usize,
}

/// The right nodes for a question.
type Right<'w> = dyn Fn(Asked) -> Answer<Vec<Hash>> + 'w;

/// Gives other nodes than those that are asked for.
struct Nodes(fn(&Right<'_>, Asked) -> Answer<Vec<Hash>>);

impl Wrong for Nodes {
    fn nodes(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        level: u32,
        first: u64,
        max: usize,
    ) -> Answer<Vec<Hash>> {
        let right = |Asked { level, first, max }: Asked| whole.nodes(of, level, first, max);
        self.0(&right, Asked { level, first, max })
    }
}
