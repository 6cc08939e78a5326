//! The schema: which version a database has, and how it is brought up to date.

use tokio_postgres::error::SqlState;

use crate::connection::{BEGIN, Connection, Step};
use crate::error::{Fault, OpenError, Result, said};

/// What a schema of the database holds: one script a version, in order; the number of a version is its place, from 1.
pub(crate) struct Schema {
    migrations: &'static [&'static str],
    create: &'static str,
    is_there: &'static str,
    version: &'static str,
    note: &'static str,
}

macro_rules! schema {
    ($name:literal, [$($script:literal),+]) => {
        Schema {
            migrations: &[$(include_str!(concat!("migrations/", $script))),+],
            create: concat!(
                "CREATE SCHEMA IF NOT EXISTS ", $name, ";
                 CREATE TABLE IF NOT EXISTS ", $name, ".migrations (
                     version integer PRIMARY KEY,
                     applied timestamptz NOT NULL DEFAULT now());
                 SET LOCAL search_path = ", $name, ", pg_catalog",
            ),
            is_there: concat!("SELECT to_regclass('", $name, ".migrations') IS NOT NULL"),
            version: concat!("SELECT coalesce(max(version), 0) FROM ", $name, ".migrations"),
            note: concat!("INSERT INTO ", $name, ".migrations (version) VALUES ($1)"),
        }
    };
}

/// The store.
pub(crate) const STORE: Schema = schema!(
    "shinsei",
    ["0001_store.sql", "0002_application_role.sql", "0003_access_log.sql", "0004_partitions.sql"]
);

/// The lists of cases.
pub(crate) const LISTS: Schema = schema!("shinsei_lists", ["lists_0001_lists.sql"]);

/// Held while a schema is brought up to date, so that of many nodes that start one does it: `shinsei` in ASCII.
const LOCK: Step<'static> = Step::Plain("SELECT pg_advisory_xact_lock(32484424355636585)");

impl Schema {
    /// The version that this library reads and writes.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "OK because it counts files"
    )]
    const fn current(&self) -> i32 {
        self.migrations.len() as i32
    }

    /// Brings a database up to date if it is behind, and reads the version back.
    pub(crate) fn migrate(&self, connection: &mut Connection) -> std::result::Result<(), OpenError> {
        let known = self.current();
        let found = self.version(connection).map_err(opening)?;
        if found < known {
            match self.upgrade(connection) {
                Ok(()) => {}
                Err(Fault::Postgres(error)) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                    return Err(OpenError::NotPermitted { found, known, source: said(error) });
                }
                Err(fault) => return Err(opening(fault)),
            }
        }
        match self.version(connection).map_err(opening)? {
            found if found == known => Ok(()),
            found => Err(OpenError::SchemaVersion { found, known }),
        }
    }

    /// Refuses a database that a reader cannot read.
    pub(crate) fn check(&self, connection: &mut Connection) -> std::result::Result<(), OpenError> {
        match self.version(connection).map_err(opening)? {
            found if found == self.current() => Ok(()),
            0 => Err(OpenError::Empty),
            found => Err(OpenError::SchemaVersion { found, known: self.current() }),
        }
    }

    /// The version of a database: 0 for one that has none.
    fn version(&self, connection: &mut Connection) -> Result<i32> {
        let there = connection.run(&[Step::Query(self.is_there, Vec::new())])?.remove(0);
        if !there[0].try_get::<_, bool>(0)? {
            return Ok(0);
        }
        let found = connection.run(&[Step::Query(self.version, Vec::new())])?.remove(0);
        Ok(found[0].try_get(0)?)
    }

    fn upgrade(&self, connection: &mut Connection) -> Result<()> {
        connection.run(&[BEGIN, LOCK, Step::Plain(self.create)])?;
        let from = self.version(connection)?;
        for (version, script) in (1..).zip(self.migrations).filter(|(version, _)| *version > from) {
            connection.run(&[Step::Plain(script), Step::Query(self.note, vec![&version])])?;
        }
        connection.commit(Vec::new())?;
        Ok(())
    }
}

fn opening(fault: Fault) -> OpenError {
    OpenError::Driver { source: shinsei_core::port::store::StoreError::from(fault).into() }
}
