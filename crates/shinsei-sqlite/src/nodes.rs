//! The nodes of the trees, as they were kept when the records were written.

use rusqlite::{Connection, Row, params};
use shinsei_core::ids::Municipality;
use shinsei_core::port::store::{PAGE_RECORDS_MAX, check_level};
use shinsei_core::tree::Hash;

use crate::error::{Fault, Result};
use crate::readers::Reader;
use crate::rows::{bytes_at, count, limit, unsigned, unsigned_at};

/// The nodes of a level from one on, none of which may be missing.
pub(crate) fn read(
    reader: &Reader,
    municipality: Municipality,
    level: u32,
    first: u64,
    max: usize,
) -> Result<Vec<Hash>> {
    check_level(level)?;
    let Some(ordinal) = reader.ordinal(municipality)? else { return Ok(Vec::new()) };
    let snapshot = reader.unchecked_transaction()?;
    let mut nodes = Nodes { hashes: Vec::new(), next: first, max: max.min(PAGE_RECORDS_MAX) };
    if level == 0 {
        leaves(&snapshot, ordinal, &mut nodes)?;
        return Ok(nodes.hashes);
    }
    let mut statement = snapshot.prepare_cached(
        "SELECT place, hash FROM nodes
         WHERE municipality = ?1 AND level = ?2 AND place >= ?3 ORDER BY place LIMIT ?4",
    )?;
    let mut rows = statement.query(params![ordinal, level, count(first), limit(nodes.max)])?;
    while let Some(row) = rows.next()? {
        nodes.push(unsigned(row.get(0)?)?, bytes_at(row, 1).map(Hash)?, |index| {
            format!("the tree lacks its node {index} of a level")
        })?;
    }
    Ok(nodes.hashes)
}

/// The hashes in a column, one after another.
pub(crate) fn leaves_at(row: &Row<'_>, column: usize) -> Result<Vec<Hash>> {
    let bytes = row.get_ref(column)?.as_blob().ok();
    let hashes = bytes.map(<[u8]>::as_chunks).filter(|(_, rest)| rest.is_empty());
    let (hashes, _) = hashes.ok_or_else(|| Fault::corrupt("a blob has not 32 bytes for each hash"))?;
    Ok(hashes.iter().map(|hash| Hash(*hash)).collect())
}

/// A page of nodes, which follow each other.
struct Nodes {
    hashes: Vec<Hash>,
    next: u64,
    max: usize,
}

impl Nodes {
    fn is_full(&self) -> bool {
        self.hashes.len() >= self.max
    }

    fn push(&mut self, index: u64, hash: Hash, missing: impl FnOnce(u64) -> String) -> Result<()> {
        if index != self.next {
            return Err(Fault::corrupt(missing(self.next)));
        }
        self.hashes.push(hash);
        self.next += 1;
        Ok(())
    }
}

/// Reads leaves from the commands that recorded them: from stretch to stretch, then from the tail.
fn leaves(snapshot: &Connection, ordinal: i64, nodes: &mut Nodes) -> Result<()> {
    let mut statement = snapshot.prepare_cached(
        "SELECT begins, ends, first FROM stretches WHERE municipality = ?1 AND first >= coalesce((
             SELECT max(first) FROM stretches WHERE municipality = ?1 AND first <= ?2), 0)
         UNION ALL SELECT command + 1, ?3, ?3 FROM settled ORDER BY first",
    )?;
    let mut stretches = statement.query([ordinal, count(nodes.next.saturating_add(1)), i64::MAX])?;
    while !nodes.is_full()
        && let Some(stretch) = stretches.next()?
    {
        leaves_of_stretch(snapshot, [stretch.get(0)?, stretch.get(1)?, ordinal], nodes)?;
    }
    Ok(())
}

fn leaves_of_stretch(snapshot: &Connection, stretch: [i64; 3], nodes: &mut Nodes) -> Result<()> {
    let [begins, ends, ordinal] = stretch;
    let mut statement = snapshot.prepare_cached(
        "SELECT first, leaves FROM commands
         WHERE ordinal >= ?1 AND ordinal <= ?2 AND municipality = ?3 AND records > 0 AND first + records > ?4
         ORDER BY ordinal",
    )?;
    let mut rows = statement.query([begins, ends, ordinal, count(nodes.next.saturating_add(1))])?;
    while !nodes.is_full()
        && let Some(row) = rows.next()?
    {
        let first = unsigned_at(row, 0)?.saturating_sub(1);
        for (index, leaf) in (first..).zip(leaves_at(row, 1)?) {
            if index >= nodes.next && !nodes.is_full() {
                nodes.push(index, leaf, |index| {
                    format!("no command has the leaf of position {}", index + 1)
                })?;
            }
        }
    }
    Ok(())
}
