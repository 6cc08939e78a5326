//! The schema: whose file it is, which version it has, and how it is brought up to date.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::error::OpenError;
use crate::settings::{driver, set};

/// Marks a file as one of shinsei: `shns` in ASCII.
const APPLICATION_ID: i64 = 0x7368_6e73;

/// One script a version, in order; the number of a version is its place, from 1.
const MIGRATIONS: [&str; 2] =
    [include_str!("migrations/0001_store.sql"), include_str!("migrations/0002_access_log.sql")];

/// The version that this library reads and writes.
#[expect(clippy::cast_possible_wrap, reason = "OK because it counts files of this folder")]
pub(crate) const VERSION: i64 = MIGRATIONS.len() as i64;

/// The version in a file: 0 for a new one. Changes nothing.
pub(crate) fn version(connection: &Connection, path: &Path) -> Result<i64, OpenError> {
    let number = |sql: &str| -> Result<i64, OpenError> {
        connection.query_row(sql, [], |row| row.get(0)).map_err(|source| driver(path, source))
    };
    let found = number("PRAGMA user_version")?;
    let owner = number("PRAGMA application_id")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    let path = path.to_owned();
    match (owner, found, tables) {
        (0, 0, 0) => Ok(0),
        (APPLICATION_ID, found, _) if found > VERSION => {
            Err(OpenError::SchemaVersion { path, found, known: VERSION })
        }
        (APPLICATION_ID, found, _) => Ok(found),
        _ => Err(OpenError::Foreign { path }),
    }
}

/// Brings a file up to date, one transaction a version.
pub(crate) fn migrate(connection: &mut Connection, path: &Path, from: i64) -> Result<(), OpenError> {
    for (version, script) in (1..).zip(MIGRATIONS).filter(|(version, _)| *version > from) {
        let step = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|source| driver(path, source))?;
        step.execute_batch(script).map_err(|source| driver(path, source))?;
        set(&step, path, "application_id", APPLICATION_ID)?;
        set(&step, path, "user_version", version)?;
        step.commit().map_err(|source| driver(path, source))?;
    }
    Ok(())
}
