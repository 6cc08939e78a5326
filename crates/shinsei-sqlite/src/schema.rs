//! The schema: whose file it is, which version it has, and how it is brought up to date.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::error::OpenError;
use crate::settings::{driver, set};

/// What a kind of file holds: how it is marked, and one script a version, in order; the number of a version is its place,
/// from 1.
pub(crate) struct Schema {
    application_id: i64,
    migrations: &'static [&'static str],
}

/// The store: `shns` in ASCII.
pub(crate) const STORE: Schema = Schema {
    application_id: 0x7368_6e73,
    migrations: &[include_str!("migrations/0001_store.sql"), include_str!("migrations/0002_access_log.sql")],
};

/// The lists of cases: `shnl` in ASCII.
pub(crate) const VIEW: Schema =
    Schema { application_id: 0x7368_6e6c, migrations: &[include_str!("migrations/view_0001_lists.sql")] };

impl Schema {
    /// The version that this library reads and writes.
    #[expect(clippy::cast_possible_wrap, reason = "OK because it counts files of this folder")]
    pub(crate) const fn current(&self) -> i64 {
        self.migrations.len() as i64
    }

    /// The version in a file: 0 for a new one. Changes nothing.
    pub(crate) fn version(&self, connection: &Connection, path: &Path) -> Result<i64, OpenError> {
        let number = |sql: &str| -> Result<i64, OpenError> {
            connection.query_row(sql, [], |row| row.get(0)).map_err(|source| driver(path, source))
        };
        let found = number("PRAGMA user_version")?;
        let owner = number("PRAGMA application_id")?;
        let tables = number("SELECT count(*) FROM sqlite_schema")?;
        let path = path.to_owned();
        if (owner, found, tables) == (0, 0, 0) {
            return Ok(0);
        }
        if owner != self.application_id {
            return Err(OpenError::Foreign { path });
        }
        if found > self.current() {
            return Err(OpenError::SchemaVersion { path, found, known: self.current() });
        }
        Ok(found)
    }

    /// Refuses a file that is not up to date, for whoever may not bring it there.
    pub(crate) fn check_current(&self, connection: &Connection, path: &Path) -> Result<(), OpenError> {
        match self.version(connection, path)? {
            found if found == self.current() => Ok(()),
            0 => Err(OpenError::Empty { path: path.to_owned() }),
            found => Err(OpenError::SchemaVersion { path: path.to_owned(), found, known: self.current() }),
        }
    }

    /// Brings a file up to date, one transaction a version.
    pub(crate) fn migrate(
        &self,
        connection: &mut Connection,
        path: &Path,
        from: i64,
    ) -> Result<(), OpenError> {
        for (version, script) in (1..).zip(self.migrations).filter(|(version, _)| *version > from) {
            let step = connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(|source| driver(path, source))?;
            step.execute_batch(script).map_err(|source| driver(path, source))?;
            set(&step, path, "application_id", self.application_id)?;
            set(&step, path, "user_version", version)?;
            step.commit().map_err(|source| driver(path, source))?;
        }
        Ok(())
    }
}
