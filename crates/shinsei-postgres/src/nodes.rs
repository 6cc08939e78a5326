//! The nodes of the trees, as they were kept when the records were written.

use shinsei_core::ids::Municipality;
use shinsei_core::port::store::{PAGE_RECORDS_MAX, check_level};
use shinsei_core::tree::Hash;

use crate::connection::{Connection, Step};
use crate::error::{Fault, Result};
use crate::rows::{bytes_at, code, count, limit, unsigned_at};

const LEAVES: &str = "SELECT position - 1, leaf FROM records
    WHERE municipality = $1 AND position > $2 ORDER BY position LIMIT $3";

const NODES: &str = "SELECT place, hash FROM nodes
    WHERE municipality = $1 AND place >= $2 AND level = $4 ORDER BY place LIMIT $3";

/// The nodes of a level from one on, none of which may be missing.
pub(crate) fn read(
    connection: &mut Connection,
    municipality: Municipality,
    level: u32,
    first: u64,
    max: usize,
) -> Result<Vec<Hash>> {
    check_level(level)?;
    let (of, from, max) = (code(municipality), count(first), limit(max.min(PAGE_RECORDS_MAX)));
    // OK because a tree of 2^64 leaves has 64 levels.
    let kept = i32::try_from(level).unwrap_or(i32::MAX);
    let step = match level {
        0 => Step::Query(LEAVES, vec![&of, &from, &max]),
        _ => Step::Query(NODES, vec![&of, &from, &max, &kept]),
    };
    let rows = connection.run(&[step])?.remove(0);
    let hash = |(row, wanted)| {
        if unsigned_at(row, 0)? != wanted {
            return Err(Fault::corrupt(format!("the tree lacks its node {wanted} of level {level}")));
        }
        bytes_at(row, 1).map(Hash)
    };
    // The rows first: behind the last of all places there is none to count.
    rows.iter().zip(first..).map(hash).collect()
}
