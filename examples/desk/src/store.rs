//! Where the log is kept.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use shinsei::clock::SystemClock;
use shinsei_core::port::access_log::AccessLog;
use shinsei_core::port::erasure::ErasureCheck;
use shinsei_core::port::store::Store;
use shinsei_core::port::view::View;
use shinsei_postgres::{PostgresStore, PostgresView, Settings};
use shinsei_sqlite::{SqliteStore, SqliteView};

/// A store, as it is named on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    /// In a file.
    Sqlite(PathBuf),
    /// In a database, by its address.
    Postgres(String),
}

/// A store that is read.
pub(crate) enum Opened {
    Sqlite(Box<SqliteStore>),
    Postgres(Box<PostgresStore>),
}

impl Location {
    /// Reads `sqlite:PATH` or `postgres:URL`.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            // An address that begins with its own scheme needs no other before it.
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Ok(Self::Postgres(text.to_owned()))
            }
            Some(("postgres", address)) if !address.is_empty() => Ok(Self::Postgres(address.to_owned())),
            _ => Err(format!("a store is sqlite:PATH or postgres:URL, not {text}")),
        }
    }

    /// Opens what is there for reading.
    pub(crate) fn open(&self) -> Result<Opened, Box<dyn Error>> {
        Ok(match self {
            Self::Sqlite(path) => {
                Opened::Sqlite(Box::new(SqliteStore::open_reader(path, Arc::new(SystemClock))?))
            }
            Self::Postgres(address) => {
                Opened::Postgres(Box::new(PostgresStore::open_reader(address, settings())?))
            }
        })
    }

    /// Opens lists of cases that are there; to be written to where they are to be built anew.
    pub(crate) fn lists(&self, to_write: bool) -> Result<Arc<dyn View>, Box<dyn Error>> {
        Ok(match self {
            Self::Sqlite(path) if !to_write && !path.exists() => {
                return Err(format!("{} is not there; check-lists --rebuild makes it", path.display()).into());
            }
            Self::Sqlite(path) if to_write => Arc::new(SqliteView::open(path)?),
            Self::Sqlite(path) => Arc::new(SqliteView::open_reader(path)?),
            Self::Postgres(address) if to_write => Arc::new(PostgresView::open_with(address, settings())?),
            Self::Postgres(address) => Arc::new(PostgresView::open_reader(address, settings())?),
        })
    }

    /// Opens the access log of what is there, to be written to.
    pub(crate) fn open_to_write(&self) -> Result<Box<dyn AccessLog>, Box<dyn Error>> {
        self.is_there()?;
        Ok(match self {
            Self::Sqlite(path) => Box::new(SqliteStore::open(path, Arc::new(SystemClock))?),
            Self::Postgres(address) => Box::new(PostgresStore::open_with(address, settings())?),
        })
    }

    /// Rewrites PostgreSQL's tables of documents; SQLite overwrites what it deletes.
    pub(crate) fn rewrite(&self) -> Result<(), Box<dyn Error>> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(address) => {
                self.is_there()?;
                Ok(PostgresStore::open_with(address, settings())?.rewrite_documents()?)
            }
        }
    }

    /// Makes sure that there is a store of this version: what is opened to be written to is made or brought up to date.
    fn is_there(&self) -> Result<(), Box<dyn Error>> {
        self.open().map(drop)
    }
}

impl Opened {
    pub(crate) fn store(&self) -> &dyn Store {
        match self {
            Self::Sqlite(store) => store.as_ref(),
            Self::Postgres(store) => store.as_ref(),
        }
    }

    pub(crate) fn into_store(self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(store) => Arc::from(store as Box<dyn Store>),
            Self::Postgres(store) => Arc::from(store as Box<dyn Store>),
        }
    }

    pub(crate) fn erasure_check(&self) -> &dyn ErasureCheck {
        match self {
            Self::Sqlite(store) => store.as_ref(),
            Self::Postgres(store) => store.as_ref(),
        }
    }
}

/// Settings that find the authorities of the server where PostgreSQL's own programs look for them.
fn settings() -> Settings {
    let tls_roots = std::env::var_os("PGSSLROOTCERT").map(PathBuf::from);
    Settings { tls_roots, ..Settings::default() }
}
