//! Makes proofs from what a store keeps of a tree.

use std::collections::BTreeMap;

use crate::ids::{Municipality, Position};
use crate::port::store::{Store, StoreError};
use crate::tree::proof::{Span, consistency_spans, inclusion_spans};
use crate::tree::{Frontier, Hash, Head, KEPT_LEVELS, node_hash};

/// Nodes are read in blocks of this many: those that one kept node of the next level covers.
const BLOCK: u64 = 1 << KEPT_LEVELS;

/// The most blocks kept in memory, 8 KiB each. A proof needs two for each kept level; neighbours share most of them.
const BLOCKS_MAX: usize = 64;

/// Makes proofs over one municipality's log, as far as it was written when they are asked for.
///
/// What it proves is what was recorded: it reads the hashes that were kept then and looks at no record. A record that was
/// altered since is found when its own leaf is held against its proof.
pub struct Prover<'s> {
    store: &'s dyn Store,
    municipality: Municipality,
    blocks: BTreeMap<(u32, u64), Vec<Hash>>,
}

impl<'s> Prover<'s> {
    /// Makes proofs for a municipality.
    pub fn new(store: &'s dyn Store, municipality: Municipality) -> Self {
        Self { store, municipality, blocks: BTreeMap::new() }
    }

    /// The head that the log had when it was of this size.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the log never was so long or nodes are missing; else when they cannot be read.
    pub fn head_at(&mut self, size: u64) -> Result<Head, StoreError> {
        if size == 0 {
            return Ok(Frontier::default().head());
        }
        Ok(Head { size, root: self.root(Span { first: 0, end: size })? })
    }

    /// The path that shows a record to be in the log of a size: see [`crate::tree::proof::included`].
    ///
    /// # Errors
    /// As [`Self::head_at`].
    pub fn inclusion(&mut self, position: Position, size: u64) -> Result<Vec<Hash>, StoreError> {
        let index = position.0.saturating_sub(1);
        inclusion_spans(index, size).into_iter().map(|span| self.root(span)).collect()
    }

    /// The hashes that show the log of a size to begin with that of an older size: see
    /// [`crate::tree::proof::consistent`].
    ///
    /// # Errors
    /// As [`Self::head_at`].
    pub fn consistency(&mut self, old: u64, new: u64) -> Result<Vec<Hash>, StoreError> {
        consistency_spans(old, new).into_iter().map(|span| self.root(span)).collect()
    }

    /// The root over a span that begins where a perfect tree of its size would.
    fn root(&mut self, span: Span) -> Result<Hash, StoreError> {
        match span.halves() {
            Some((left, right)) if !span.leaves().is_power_of_two() => {
                Ok(node_hash(&self.root(left)?, &self.root(right)?))
            }
            _ => self.perfect(span.leaves().ilog2(), span.first),
        }
    }

    /// The root of the perfect tree of a height that begins with a leaf, from the nearest level below that is kept.
    fn perfect(&mut self, height: u32, first: u64) -> Result<Hash, StoreError> {
        let above = height % KEPT_LEVELS;
        let level = height - above;
        let node = first >> level;
        let block = self.block(level, node / BLOCK)?;
        // OK because a remainder of a block's length fits.
        let from = usize::try_from(node % BLOCK).unwrap_or(usize::MAX);
        let nodes = from.checked_add(1 << above).and_then(|end| block.get(from..end));
        let Some(nodes) = nodes else {
            let what = format!("the tree lacks a node of level {level} over the records from {}", first + 1);
            return Err(StoreError::Corrupt { what });
        };
        let mut frontier = Frontier::default();
        nodes.iter().for_each(|node| frontier.append(*node, |_| {}));
        Ok(frontier.head().root)
    }

    fn block(&mut self, level: u32, block: u64) -> Result<&[Hash], StoreError> {
        if !self.blocks.contains_key(&(level, block)) {
            if self.blocks.len() >= BLOCKS_MAX {
                self.blocks.clear();
            }
            // OK because it is 256.
            let max = usize::try_from(BLOCK).unwrap_or(usize::MAX);
            let nodes = self.store.nodes(self.municipality, level, block * BLOCK, max)?;
            self.blocks.insert((level, block), nodes);
        }
        Ok(self.blocks.get(&(level, block)).map_or(&[], Vec::as_slice))
    }
}
