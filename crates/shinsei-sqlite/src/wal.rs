//! The write-ahead log as a file: grown once, since syncing a growing file takes twice as long, and emptied when what
//! it still holds was erased.

use std::path::Path;

use rusqlite::Connection;

use crate::error::Result;
use crate::lock::beside;
use crate::schema::VERSION;
use crate::settings::{CHECKPOINT_PAGES, PAGE_BYTES};

/// The length to which the WAL is grown: the pages after which a commit copies them, and a quarter for the batch that
/// crosses that line. A frame is a page and a header of 24 bytes, the file's own header has 32.
const GROWN_BYTES: u64 =
    32 + (CHECKPOINT_PAGES as u64 + CHECKPOINT_PAGES as u64 / 4) * (PAGE_BYTES as u64 + 24);

/// Grows the WAL of a database to its working length, if it is shorter.
///
/// It is filled with frames of the first page, unsynced since they say nothing new, and then copied, so that the next
/// commit starts at its beginning.
pub(crate) fn grow(connection: &Connection, database: &Path) -> Result<()> {
    let wal = beside(database, "-wal");
    let length = || std::fs::metadata(&wal).map_or(0, |metadata| metadata.len());
    if length() >= GROWN_BYTES {
        return Ok(());
    }
    connection.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = OFF;")?;
    let grown = fill(connection, || length() < GROWN_BYTES);
    connection.execute_batch(&format!(
        "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES};"
    ))?;
    grown?;
    checkpoint(connection, "PASSIVE").map(|_| ())
}

/// Writes one frame after another for as long as it is asked to.
fn fill(connection: &Connection, mut more: impl FnMut() -> bool) -> Result<()> {
    let frame = format!("PRAGMA user_version = {VERSION};").repeat(64);
    while more() {
        connection.execute_batch(&frame)?;
    }
    Ok(())
}

/// Copies every page of the WAL into the file and cuts the WAL off; false when a reader stood in the way.
pub(crate) fn empty(connection: &Connection) -> Result<bool> {
    checkpoint(connection, "TRUNCATE")
}

fn checkpoint(connection: &Connection, mode: &str) -> Result<bool> {
    let busy: i64 = connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| row.get(0))?;
    Ok(busy == 0)
}
