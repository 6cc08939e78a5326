//! Proofs over the tree (RFC 9162): that a record is in a log, and that a log only grew. And the verifying side.

use crate::tree::{Frontier, Hash, Head, node_hash};

/// The most hashes of a consistency proof: two for each level of a tree of 2^63 leaves are never needed.
/// Source: C2SP tlog-witness, "add-checkpoint".
pub const PROOF_HASHES_MAX: usize = 63;

/// A run of leaves, from `first` up to, not including, `end`: what one hash of a proof stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The index of its first leaf.
    pub first: u64,
    /// The index behind its last leaf.
    pub end: u64,
}

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotProved {
    /// The proof is of a leaf that the tree does not have.
    #[error("a tree of {size} records has no record {position}")]
    BeyondTheTree {
        /// The position, from 1.
        position: u64,
        /// The size of the tree.
        size: u64,
    },
    /// A log does not become shorter.
    #[error("a log of {new} records does not extend one of {old}")]
    Shorter {
        /// How many records there were.
        old: u64,
        /// How many there are.
        new: u64,
    },
    /// A hash is missing or one too many is there.
    #[error("the proof has {found} hashes, which is not as many as it must have")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// The record leads to another root than the head's.
    #[error("the record is not the one that the head covers")]
    OtherRecord,
    /// The proof does not lead from the old root.
    #[error("what was recorded before is not what the old head covers")]
    OtherPast,
    /// The proof does not lead to the new root.
    #[error("what is recorded now is not what the new head covers")]
    OtherPresent,
}

/// Shows that the leaf of `index` leads to the root of a head by a path of hashes, the lowest first.
///
/// # Errors
/// [`NotProved`] says why it is not shown.
/// # Source
/// RFC 9162 section 2.1.3.2
/// # Example
/// ```
/// use shinsei_core::tree::proof::included;
/// use shinsei_core::tree::{Frontier, leaf_hash};
///
/// let leaves = [leaf_hash(b"one"), leaf_hash(b"two")];
/// let mut log = Frontier::default();
/// leaves.iter().for_each(|leaf| log.append(*leaf, |_| {}));
/// assert_eq!(included(leaves[1], 1, &[leaves[0]], &log.head()), Ok(()));
/// assert!(included(leaves[0], 1, &[leaves[0]], &log.head()).is_err());
/// ```
pub fn included(leaf: Hash, index: u64, path: &[Hash], head: &Head) -> Result<(), NotProved> {
    if index >= head.size {
        return Err(NotProved::BeyondTheTree { position: index.saturating_add(1), size: head.size });
    }
    let length = NotProved::Length { found: path.len() };
    let (mut node, mut last, mut hash) = (index, head.size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return Err(length);
        }
        hash = climb(&mut node, &mut last, sibling, &mut [hash])[0];
    }
    match (last, hash == head.root) {
        (0, true) => Ok(()),
        (0, false) => Err(NotProved::OtherRecord),
        _ => Err(length),
    }
}

/// Shows that the log of one head begins with the whole log of an older one.
///
/// # Errors
/// [`NotProved`] says why it is not shown.
/// # Source
/// RFC 9162 section 2.1.4.2; the empty log is the beginning of every log, without a proof.
pub fn consistent(old: &Head, new: &Head, path: &[Hash]) -> Result<(), NotProved> {
    let length = NotProved::Length { found: path.len() };
    if old.size > new.size {
        return Err(NotProved::Shorter { old: old.size, new: new.size });
    }
    if old.size == 0 && *old != Frontier::default().head() {
        return Err(NotProved::OtherPast);
    }
    if old.size == 0 || old.size == new.size {
        if !path.is_empty() {
            return Err(length);
        }
        let same = old.size == 0 || old.root == new.root;
        return if same { Ok(()) } else { Err(NotProved::OtherPresent) };
    }
    let mut path = path.iter();
    // A perfect tree is itself the node where the two climbs part; else that node comes first.
    let start = if old.size.is_power_of_two() { Some(&old.root) } else { path.next() };
    let Some(start) = start else { return Err(length) };
    let (mut node, mut last) = (old.size - 1, new.size - 1);
    let perfect = node.trailing_ones();
    (node, last) = (node >> perfect, last >> perfect);
    let (mut was, mut is) = (*start, *start);
    for sibling in path {
        if last == 0 {
            return Err(length);
        }
        // What stands to the right of the old log is part of the new one alone.
        if node % 2 == 1 || node == last {
            let mut both = [was, is];
            [was, is] = *climb(&mut node, &mut last, sibling, &mut both);
        } else {
            is = climb(&mut node, &mut last, sibling, &mut [is])[0];
        }
    }
    match (last, was == old.root, is == new.root) {
        (0, true, true) => Ok(()),
        (0, false, _) => Err(NotProved::OtherPast),
        (0, true, false) => Err(NotProved::OtherPresent),
        _ => Err(length),
    }
}

/// Joins hashes with their sibling, and goes up to the level of the next one.
fn climb<'h, const N: usize>(
    node: &mut u64,
    last: &mut u64,
    sibling: &Hash,
    hashes: &'h mut [Hash; N],
) -> &'h [Hash; N] {
    if *node % 2 == 1 || *node == *last {
        for hash in hashes.iter_mut() {
            *hash = node_hash(sibling, hash);
        }
        // A last node without a sibling stands for its parents as well.
        while node.is_multiple_of(2) && *node != 0 {
            (*node, *last) = (*node >> 1, *last >> 1);
        }
    } else {
        for hash in hashes.iter_mut() {
            *hash = node_hash(hash, sibling);
        }
    }
    (*node, *last) = (*node >> 1, *last >> 1);
    hashes
}

/// The runs of leaves whose hashes make the path of a leaf in a tree, in the order of the path; none when the tree has no
/// such leaf.
///
/// # Source
/// RFC 9162 section 2.1.3.1
pub fn inclusion_spans(index: u64, size: u64) -> Vec<Span> {
    let mut spans = Vec::new();
    if index < size {
        path_to(index, Span { first: 0, end: size }, &mut spans);
    }
    spans
}

/// The runs of leaves whose hashes prove that a tree begins with a smaller one, in the order of the proof; none when the
/// smaller one is empty or as large.
///
/// # Source
/// RFC 9162 section 2.1.4.1
pub fn consistency_spans(old: u64, new: u64) -> Vec<Span> {
    let mut spans = Vec::new();
    if 0 < old && old < new {
        from_old(old, Span { first: 0, end: new }, true, &mut spans);
    }
    spans
}

impl Span {
    /// How many leaves it has.
    pub fn leaves(&self) -> u64 {
        self.end - self.first
    }

    /// The perfect left part and the rest; `None` for a single leaf.
    ///
    /// # Source
    /// RFC 9162 section 2.1.1: the left part has the largest power of two that is less than the whole.
    pub fn halves(&self) -> Option<(Self, Self)> {
        let rest = self.leaves().checked_sub(2)? + 1;
        let middle = self.first + (1 << rest.ilog2());
        Some((Self { first: self.first, end: middle }, Self { first: middle, end: self.end }))
    }
}

fn path_to(leaf: u64, within: Span, spans: &mut Vec<Span>) {
    let Some((left, right)) = within.halves() else { return };
    let (inside, sibling) = if leaf < left.end { (left, right) } else { (right, left) };
    path_to(leaf, inside, spans);
    spans.push(sibling);
}

/// `is_old`: the old tree begins where this span begins, so that its own root need not be told.
fn from_old(old: u64, within: Span, is_old: bool, spans: &mut Vec<Span>) {
    let (left, right) = match within.halves() {
        Some(halves) if within.end != old => halves,
        _ if is_old => return,
        _ => return spans.push(within),
    };
    if old <= left.end {
        from_old(old, left, is_old, spans);
        spans.push(right);
    } else {
        from_old(old, right, false, spans);
        spans.push(left);
    }
}

#[cfg(test)]
mod tests;
