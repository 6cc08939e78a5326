//! The schema: which version a database has, and how it is brought up to date.

use tokio_postgres::error::SqlState;

use crate::connection::{BEGIN, Connection, Step};
use crate::error::{Fault, OpenError, Result, said};

/// One script a version, in order; the number of a version is its place, from 1.
const MIGRATIONS: [&str; 4] = [
    include_str!("migrations/0001_store.sql"),
    include_str!("migrations/0002_application_role.sql"),
    include_str!("migrations/0003_access_log.sql"),
    include_str!("migrations/0004_partitions.sql"),
];

/// The version that this library reads and writes.
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "OK because it counts files")]
const VERSION: i32 = MIGRATIONS.len() as i32;

/// Held while the schema is brought up to date, so that of many nodes that start one does it: `shinsei` in ASCII.
const LOCK: Step<'static> = Step::Plain("SELECT pg_advisory_xact_lock(32484424355636585)");

const CREATE: Step<'static> = Step::Plain(
    "CREATE SCHEMA IF NOT EXISTS shinsei;
     CREATE TABLE IF NOT EXISTS shinsei.migrations (
         version integer PRIMARY KEY,
         applied timestamptz NOT NULL DEFAULT now());
     SET LOCAL search_path = shinsei, pg_catalog",
);

/// Brings a database up to date if it is behind, and reads the version back.
pub(crate) fn migrate(connection: &mut Connection) -> std::result::Result<(), OpenError> {
    let found = version(connection).map_err(opening)?;
    if found < VERSION {
        match upgrade(connection) {
            Ok(()) => {}
            Err(Fault::Postgres(error)) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                return Err(OpenError::NotPermitted { found, known: VERSION, source: said(error) });
            }
            Err(fault) => return Err(opening(fault)),
        }
    }
    match version(connection).map_err(opening)? {
        VERSION => Ok(()),
        found => Err(OpenError::SchemaVersion { found, known: VERSION }),
    }
}

/// Refuses a database that a reader cannot read.
pub(crate) fn check(connection: &mut Connection) -> std::result::Result<(), OpenError> {
    match version(connection).map_err(opening)? {
        VERSION => Ok(()),
        0 => Err(OpenError::Empty),
        found => Err(OpenError::SchemaVersion { found, known: VERSION }),
    }
}

/// The version of a database: 0 for one that has none.
fn version(connection: &mut Connection) -> Result<i32> {
    let there = connection
        .run(&[Step::Query("SELECT to_regclass('shinsei.migrations') IS NOT NULL", Vec::new())])?
        .remove(0);
    if !there[0].try_get::<_, bool>(0)? {
        return Ok(0);
    }
    let found = connection
        .run(&[Step::Query("SELECT coalesce(max(version), 0) FROM shinsei.migrations", Vec::new())])?
        .remove(0);
    Ok(found[0].try_get(0)?)
}

fn upgrade(connection: &mut Connection) -> Result<()> {
    connection.run(&[BEGIN, LOCK, CREATE])?;
    let from = version(connection)?;
    for (version, script) in (1..).zip(MIGRATIONS).filter(|(version, _)| *version > from) {
        connection.run(&[
            Step::Plain(script),
            Step::Query("INSERT INTO shinsei.migrations (version) VALUES ($1)", vec![&version]),
        ])?;
    }
    connection.commit(Vec::new())?;
    Ok(())
}

fn opening(fault: Fault) -> OpenError {
    OpenError::Driver { source: shinsei_core::port::store::StoreError::from(fault).into() }
}
