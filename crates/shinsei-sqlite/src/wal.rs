//! The write-ahead log as a file: grown once, since syncing a growing file takes twice as long, and emptied when what
//! it still holds was erased.

use std::path::Path;

use rusqlite::Connection;
use shinsei_core::port::store::StoreError;

use crate::error::Result;
use crate::lock::beside;
use crate::schema::STORE;
use crate::settings::PAGE_BYTES;

/// How SQLite says that commits are synced.
const FULL: i64 = 2;

/// The length to which the WAL is grown: the pages after which they are copied, and three quarters for what is written while
/// they are. A frame is a page and a header of 24 bytes, the file's own header has 32.
fn grown_bytes(checkpoint_pages: u32) -> u64 {
    let pages = u64::from(checkpoint_pages);
    32 + (pages + pages * 3 / 4) * (u64::from(PAGE_BYTES) + 24)
}

/// Grows the WAL of a database to its working length, if it is shorter.
///
/// It is filled with frames of the first page, unsynced since they say nothing new, and then copied, so that the next
/// commit starts at its beginning. Whatever comes of it, the caller makes sure of [`sync_commits`] afterwards.
pub(crate) fn grow(connection: &Connection, database: &Path, checkpoint_pages: u32) -> Result<()> {
    let wal = beside(database, "-wal");
    let is_short =
        || std::fs::metadata(&wal).map_or(0, |metadata| metadata.len()) < grown_bytes(checkpoint_pages);
    if !is_short() {
        return Ok(());
    }
    connection.execute_batch("PRAGMA synchronous = OFF;")?;
    fill(connection, is_short)?;
    sync_commits(connection)?;
    copy(connection, "PASSIVE").map(|_| ())
}

/// Sees to it that each commit is synced before it returns.
pub(crate) fn sync_commits(connection: &Connection) -> Result<()> {
    connection.execute_batch("PRAGMA synchronous = FULL;")?;
    let synchronous: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
    if synchronous != FULL {
        let source = "commits cannot be synced".into();
        return Err(StoreError::Driver { source }.into());
    }
    Ok(())
}

/// Writes one frame after another for as long as it is asked to.
fn fill(connection: &Connection, mut more: impl FnMut() -> bool) -> Result<()> {
    let frame = format!("PRAGMA user_version = {};", STORE.current()).repeat(64);
    while more() {
        connection.execute_batch(&frame)?;
    }
    Ok(())
}

/// Copies every page of the WAL into the file and cuts the WAL off; false when a reader stood in the way.
pub(crate) fn empty(connection: &Connection) -> Result<bool> {
    copy(connection, "TRUNCATE").map(|copied| copied.is_whole)
}

/// What became of copying the WAL.
pub(crate) struct Copied {
    /// Nobody stood in the way.
    pub(crate) is_whole: bool,
    /// The pages of the WAL that stand in the file.
    pub(crate) copied: u32,
}

/// Copies pages of the WAL into the file, in one of SQLite's modes.
pub(crate) fn copy(connection: &Connection, mode: &str) -> Result<Copied> {
    let row = |row: &rusqlite::Row<'_>| {
        Ok(Copied {
            is_whole: row.get::<_, i64>(0)? == 0,
            copied: row.get::<_, i64>(2)?.try_into().unwrap_or(0),
        })
    };
    Ok(connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], row)?)
}
