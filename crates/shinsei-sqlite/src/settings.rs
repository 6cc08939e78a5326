//! What an operator may choose, and the settings of SQLite on which the store's promises rest: set, then read back.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::error::OpenError;

/// What an operator may choose about a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// By how much the clock may stand before the last record. Records then take the time of the last one; beyond it
    /// a commit fails as `ClockSuspect`.
    pub clock_step_back_max: Duration,
    /// How many threads may read at the same time; more wait.
    pub readers_max: usize,
    /// The page cache of the writer and of each reader, in bytes.
    pub cache_bytes: u32,
    /// After how many pages in the WAL they are copied into the file, beside the commits. The WAL is grown at open to three
    /// quarters more. Source: PERFORMANCE, 1,000 to 4,000.
    pub checkpoint_pages: u32,
    /// How long to wait for a lock that another process holds.
    pub busy_max: Duration,
    /// The most pages of 4,096 bytes that the file may have; `None` for SQLite's own limit.
    pub pages_max: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            // Time servers slew what is less than a second; a step that is larger wants a person's eyes.
            clock_step_back_max: Duration::from_secs(10),
            readers_max: 8,
            cache_bytes: 32 * 1024 * 1024,
            checkpoint_pages: 2_000,
            busy_max: Duration::from_secs(5),
            pages_max: None,
        }
    }
}

impl Settings {
    /// The same for connections that read page after page and come back to none.
    pub(crate) fn for_scanning(&self) -> Self {
        Self { cache_bytes: self.cache_bytes.min(SCAN_CACHE_BYTES), ..self.clone() }
    }
}

/// The page cache of a connection that reads the log: small enough that a page is read into memory that the processor
/// has at hand. `cargo xtask peers sqlite --only W4` measures what it is worth.
const SCAN_CACHE_BYTES: u32 = 1024 * 1024;

/// The size of a page, given to a new file. Source: SQLite's default, at which the layout was measured.
pub(crate) const PAGE_BYTES: u32 = 4096;

/// How many prepared statements a connection keeps: more than this crate has.
const STATEMENTS_MAX: usize = 64;

/// Sets what every connection has in common.
pub(crate) fn apply_common(
    connection: &Connection,
    path: &Path,
    settings: &Settings,
) -> Result<(), OpenError> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.busy_timeout(settings.busy_max).map_err(|source| driver(path, source))?;
    // Else SQLite plans a statement anew whenever it is bound to other values, which costs more than running it.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(|source| driver(path, source))?;
    let kibibytes = i64::from(settings.cache_bytes / 1024);
    set(connection, path, "cache_size", -kibibytes)?;
    set(connection, path, "temp_store", 2)?;
    set(connection, path, "mmap_size", 0)?;
    set(connection, path, "trusted_schema", 0)
}

/// Sets what the writer's promises rest on: a commit is on disk when it returns, and what is deleted is overwritten. At 0
/// pages in the WAL no commit copies them.
pub(crate) fn apply_durable(
    connection: &Connection,
    path: &Path,
    settings: &Settings,
    checkpoint_pages: u32,
) -> Result<(), OpenError> {
    set_text(connection, path, "journal_mode", "wal")?;
    set(connection, path, "synchronous", 2)?;
    set(connection, path, "fullfsync", 1)?;
    set(connection, path, "checkpoint_fullfsync", 1)?;
    set(connection, path, "secure_delete", 1)?;
    set(connection, path, "wal_autocheckpoint", i64::from(checkpoint_pages))?;
    if let Some(pages) = settings.pages_max {
        let taken: i64 = connection
            .pragma_update_and_check(None, "max_page_count", pages, |row| row.get(0))
            .map_err(|source| driver(path, source))?;
        check(path, "max_page_count", i64::from(pages).to_string(), taken.to_string())?;
    }
    Ok(())
}

/// Sets a number and reads it back.
pub(crate) fn set(
    connection: &Connection,
    path: &Path,
    setting: &'static str,
    wanted: i64,
) -> Result<(), OpenError> {
    // OK because a few of these answer with a row, which is read below for all alike.
    connection.pragma(None, setting, wanted, |_| Ok(())).map_err(|source| driver(path, source))?;
    let found: i64 = connection
        .pragma_query_value(None, setting, |row| row.get(0))
        .or_else(
            |error| if matches!(error, rusqlite::Error::QueryReturnedNoRows) { Ok(0) } else { Err(error) },
        )
        .map_err(|source| driver(path, source))?;
    check(path, setting, wanted.to_string(), found.to_string())
}

fn set_text(
    connection: &Connection,
    path: &Path,
    setting: &'static str,
    wanted: &str,
) -> Result<(), OpenError> {
    let found: String = connection
        .pragma_update_and_check(None, setting, wanted, |row| row.get(0))
        .map_err(|source| driver(path, source))?;
    check(path, setting, wanted.to_owned(), found)
}

fn check(path: &Path, setting: &'static str, wanted: String, found: String) -> Result<(), OpenError> {
    if wanted == found {
        return Ok(());
    }
    Err(OpenError::SettingRefused { path: path.to_owned(), setting, wanted, found })
}

/// Says of the driver's error what it means for whoever opens a file.
pub(crate) fn driver(path: &Path, source: rusqlite::Error) -> OpenError {
    use rusqlite::ErrorCode;
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotADatabase { path },
        Some(ErrorCode::DatabaseCorrupt) => OpenError::Corrupt { path, source: source.into() },
        Some(ErrorCode::ReadOnly) => OpenError::ReadOnly { path },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            OpenError::Inaccessible { path, source: source.into() }
        }
        _ => OpenError::Driver { path, source: source.into() },
    }
}
