//! Where the cases are kept.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use shinsei::clock::SystemClock;
use shinsei::memory::MemoryStore;
use shinsei_core::port::store::Store;
use shinsei_postgres::PostgresStore;
use shinsei_sqlite::SqliteStore;

type Opened = Result<Arc<dyn Store>, Box<dyn Error + Send + Sync>>;

/// A store, as it is named on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    /// In this process; gone with it.
    Memory,
    /// In a file.
    Sqlite(PathBuf),
    /// In a database, by its address.
    Postgres(String),
}

impl Location {
    /// Reads `memory`, `sqlite:PATH` or `postgres:URL`.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "memory" => Ok(Self::Memory),
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            // An address that begins with its own scheme needs no other before it.
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Ok(Self::Postgres(text.to_owned()))
            }
            Some(("postgres", address)) if !address.is_empty() => Ok(Self::Postgres(address.to_owned())),
            _ => Err(format!("a store is sqlite:PATH, postgres:URL or memory, not {text}")),
        }
    }

    /// Opens it for writing.
    pub(crate) fn open(&self) -> Opened {
        Ok(match self {
            Self::Memory => Arc::new(MemoryStore::new(Arc::new(SystemClock))),
            Self::Sqlite(path) => Arc::new(SqliteStore::open(path, Arc::new(SystemClock))?),
            Self::Postgres(address) => Arc::new(PostgresStore::open_with(address, settings())?),
        })
    }

    /// Opens what is there for reading.
    pub(crate) fn open_reader(&self) -> Opened {
        Ok(match self {
            Self::Memory => {
                return Err("a store in memory is gone with its process; there is nothing to check".into());
            }
            Self::Sqlite(path) => Arc::new(SqliteStore::open_reader(path, Arc::new(SystemClock))?),
            Self::Postgres(address) => Arc::new(PostgresStore::open_reader(address, settings())?),
        })
    }

    /// How many bytes it has on disk, with what has not been copied into the file yet, or of tables and indexes; `None`
    /// when it is on none or does not say.
    pub(crate) fn bytes(&self) -> Option<u64> {
        match self {
            Self::Memory => None,
            Self::Sqlite(path) => {
                let mut log = path.clone().into_os_string();
                log.push("-wal");
                let size = |path: PathBuf| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
                Some(size(path.clone()) + size(log.into()))
            }
            Self::Postgres(address) => {
                PostgresStore::open_reader(address, settings()).ok()?.bytes_on_disk().ok()
            }
        }
    }

    /// What kind it is.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }
}

/// Settings that find the authorities of the server where PostgreSQL's own programs look for them.
fn settings() -> shinsei_postgres::Settings {
    let tls_roots = std::env::var_os("PGSSLROOTCERT").map(PathBuf::from);
    shinsei_postgres::Settings { tls_roots, ..shinsei_postgres::Settings::default() }
}
