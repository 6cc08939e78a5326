//! The Merkle tree over a municipality's records (RFC 9162): hashes, and the frontier that a store appends to.

pub mod proof;
pub mod prover;

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A store keeps the nodes of every level that is a multiple of this: the leaves, and one hash for 256 records, for 65,536
/// and so on. What lies between is computed again. Source: docs/adr/0002-sealed-record-and-sqlite-schema.md.
pub const KEPT_LEVELS: u32 = 8;

/// A SHA-256 of the tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::bytes::hex(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The hash of a leaf (RFC 9162 section 2.1.1).
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(leaf).finalize().into())
}

/// The hash of an inner node (RFC 9162 section 2.1.1).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// What pins a log: how many leaves, and their root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of records.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

/// The roots of the perfect subtrees that cover the leaves so far, largest first: all that appending needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    roots: Vec<Hash>,
}

/// An inner node that an append completed: it covers the leaves `index << level` to `(index + 1) << level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// The height above the leaves; a leaf has 0.
    pub level: u32,
    /// Its place among the nodes of that height, from 0.
    pub index: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Node {
    /// True for a node above the leaves that a store keeps; the leaf's own hash is kept with its record.
    pub fn is_kept(&self) -> bool {
        self.level > 0 && self.level.is_multiple_of(KEPT_LEVELS)
    }
}

impl Frontier {
    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf and tells every node that it completes, the lowest first, the leaf's own included.
    pub fn append(&mut self, leaf: Hash, mut completed: impl FnMut(Node)) {
        let mut node = Node { level: 0, index: self.size, hash: leaf };
        completed(node);
        while node.index % 2 == 1 {
            // OK because a completed right child has its left sibling in the frontier.
            let Some(left) = self.roots.pop() else { break };
            node = Node { level: node.level + 1, index: node.index / 2, hash: node_hash(&left, &node.hash) };
            completed(node);
        }
        self.roots.push(node.hash);
        self.size += 1;
    }

    /// The size and the root; the root of no leaves is the hash of nothing.
    pub fn head(&self) -> Head {
        let mut roots = self.roots.iter().rev();
        let root = match roots.next() {
            None => Hash(Sha256::digest([]).into()),
            Some(smallest) => roots.fold(*smallest, |right, left| node_hash(left, &right)),
        };
        Head { size: self.size, root }
    }

    /// The roots one after another: what a store keeps beside the size.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.roots.iter().flat_map(|root| root.0).collect()
    }

    /// Reads what a store kept; `None` if the number of roots does not fit the size.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let (roots, rest) = bytes.as_chunks::<32>();
        let fits = rest.is_empty() && u64::from(size.count_ones()) == roots.len() as u64;
        fits.then(|| Self { size, roots: roots.iter().map(|root| Hash(*root)).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of RFC 9162 section 2.1.1, word for word, to compare with.
    fn root_by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash(Sha256::digest([]).into()),
            [leaf] => *leaf,
            _ => {
                let half = leaves.len().next_power_of_two() / 2;
                node_hash(&root_by_definition(&leaves[..half]), &root_by_definition(&leaves[half..]))
            }
        }
    }

    #[test]
    fn the_frontier_has_the_root_of_the_definition() {
        let mut frontier = Frontier::default();
        let mut leaves = Vec::new();
        for n in 0..70_u32 {
            assert_eq!(frontier.head(), Head { size: n.into(), root: root_by_definition(&leaves) });
            assert_eq!(Frontier::from_bytes(n.into(), &frontier.to_bytes()).as_ref(), Some(&frontier));
            let leaf = leaf_hash(&n.to_be_bytes());
            leaves.push(leaf);
            frontier.append(leaf, |node| {
                let first = usize::try_from(node.index << node.level).unwrap();
                assert_eq!(node.hash, root_by_definition(&leaves[first..first + (1 << node.level)]));
            });
        }
    }

    /// The roots of the reference implementation's test vectors (Certificate Transparency, eight leaves).
    #[test]
    fn the_roots_of_certificate_transparency_are_met() {
        let leaves: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let mut frontier = Frontier::default();
        for leaf in leaves {
            frontier.append(leaf_hash(leaf), |_| {});
        }
        assert_eq!(
            frontier.head().root.to_string(),
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        );
        assert_eq!(
            Frontier::default().head().root.to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn a_frontier_of_the_wrong_length_is_not_read() {
        assert_eq!(Frontier::from_bytes(3, &[0; 32]), None);
        assert_eq!(Frontier::from_bytes(1, &[0; 33]), None);
    }
}
