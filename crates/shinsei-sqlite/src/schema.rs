//! The schema: whose file it is, which version it has, whether it is as it was made, and how it is brought up to date.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{OpenError, SchemaDifference};
use crate::listed;
use crate::settings::{driver, set};

/// What a kind of file holds: how it is marked, and one script a version, in order; the number of a version is its place,
/// from 1. Files keep the words of the scripts: once released none is edited, not even its comments.
pub(crate) struct Schema {
    application_id: i64,
    migrations: &'static [&'static str],
    /// Makes in the second database what the first must have beside what the scripts make.
    grow: fn(&Connection, &Connection) -> rusqlite::Result<()>,
}

/// The store: `shns` in ASCII.
pub(crate) const STORE: Schema = Schema {
    application_id: 0x7368_6e73,
    migrations: &[include_str!("migrations/0001_store.sql"), include_str!("migrations/0002_access_log.sql")],
    grow: |_, _| Ok(()),
};

/// The lists of cases: `shnl` in ASCII.
pub(crate) const VIEW: Schema = Schema {
    application_id: 0x7368_6e6c,
    migrations: &[include_str!("migrations/view_0001_lists.sql")],
    grow: listed::grow_names,
};

/// A table, an index, a trigger or a view, as `sqlite_schema` has it.
#[derive(PartialEq)]
struct Object {
    kind: String,
    name: String,
    table: String,
    sql: Option<String>,
}

impl Schema {
    /// The version that this library reads and writes.
    #[expect(clippy::cast_possible_wrap, reason = "OK because it counts files of this folder")]
    pub(crate) const fn current(&self) -> i64 {
        self.migrations.len() as i64
    }

    /// The version in a file, whose objects are those that the version has: 0 for a new one. Changes nothing.
    pub(crate) fn version(&self, connection: &Connection, path: &Path) -> Result<i64, OpenError> {
        // One snapshot, so that who makes or drops a table meanwhile makes no difference.
        let snapshot = connection.unchecked_transaction().map_err(|source| driver(path, source))?;
        let found = self.marked(&snapshot, path)?;
        match self.difference(&snapshot, found).map_err(|source| driver(path, source))? {
            None => Ok(found),
            Some((difference, Object { kind, name, .. })) => {
                Err(OpenError::SchemaDiffers { path: path.to_owned(), difference, kind, name })
            }
        }
    }

    /// The version with which a file is marked: 0 for a new one.
    fn marked(&self, connection: &Connection, path: &Path) -> Result<i64, OpenError> {
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

    /// The first object in which a file differs from what the scripts up to a version make: a trigger may keep records from
    /// being written, and without an index or a table what is asked for is not found.
    fn difference(
        &self,
        file: &Connection,
        version: i64,
    ) -> rusqlite::Result<Option<(SchemaDifference, Object)>> {
        let model = Connection::open_in_memory()?;
        for (_, script) in (1..=version).zip(self.migrations) {
            model.execute_batch(script)?;
        }
        let mut found: BTreeMap<_, _> =
            objects(file)?.into_iter().map(|object| (object.of(), object)).collect();
        if let Some(lacking) = lacking(&found, objects(&model)?) {
            return Ok(Some(lacking));
        }
        if version > 0 {
            // Only now is it certain that the tables are there that this asks.
            (self.grow)(file, &model)?;
        }
        if let Some(lacking) = lacking(&found, objects(&model)?) {
            return Ok(Some(lacking));
        }
        objects(&model)?.iter().for_each(|object| _ = found.remove(&object.of()));
        Ok(found.pop_first().map(|(_, object)| (SchemaDifference::Foreign, object)))
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

impl Object {
    /// By what it is known.
    fn of(&self) -> (String, String) {
        (self.kind.clone(), self.name.clone())
    }
}

/// What a database has, in the order of making, but for what SQLite itself keeps there: its counters and statistics, and
/// the indexes that follow from a table's own words.
fn objects(connection: &Connection) -> rusqlite::Result<Vec<Object>> {
    let mut statement = connection.prepare(
        "SELECT type, name, tbl_name, sql FROM main.sqlite_schema
         WHERE NOT (type = 'table' AND name IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4'))
            AND NOT (type = 'index' AND sql IS NULL)
         ORDER BY rowid",
    )?;
    let read = statement.query_map([], |row| {
        Ok(Object { kind: row.get(0)?, name: row.get(1)?, table: row.get(2)?, sql: row.get(3)? })
    })?;
    read.collect()
}

/// The first of the objects that are wanted that is not there, or is another.
fn lacking(
    found: &BTreeMap<(String, String), Object>,
    wanted: Vec<Object>,
) -> Option<(SchemaDifference, Object)> {
    wanted.into_iter().find_map(|object| match found.get(&object.of()) {
        None => Some((SchemaDifference::Missing, object)),
        Some(one) if *one != object => Some((SchemaDifference::Altered, object)),
        Some(_) => None,
    })
}
