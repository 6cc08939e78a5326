//! Where the cases are kept.

use std::path::PathBuf;
use std::sync::Arc;

use shinsei::clock::SystemClock;
use shinsei::memory::MemoryStore;
use shinsei_core::port::store::Store;
use shinsei_sqlite::{OpenError, SqliteStore};

/// A store, as it is named on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    /// In this process; gone with it.
    Memory,
    /// In a file.
    Sqlite(PathBuf),
}

impl Location {
    /// Reads `memory` or `sqlite:PATH`.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "memory" => Ok(Self::Memory),
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", _)) => {
                Err("this program does not drive PostgreSQL yet; use sqlite:PATH or memory".into())
            }
            _ => Err(format!("a store is sqlite:PATH or memory, not {text}")),
        }
    }

    /// Opens it for writing.
    pub(crate) fn open(&self) -> Result<Arc<dyn Store>, OpenError> {
        Ok(match self {
            Self::Memory => Arc::new(MemoryStore::new(Arc::new(SystemClock))),
            Self::Sqlite(path) => Arc::new(SqliteStore::open(path, Arc::new(SystemClock))?),
        })
    }

    /// How many bytes it has on disk, with what has not been copied into the file yet; `None` when it is on none.
    pub(crate) fn bytes(&self) -> Option<u64> {
        let Self::Sqlite(path) = self else { return None };
        let mut log = path.clone().into_os_string();
        log.push("-wal");
        let size = |path: PathBuf| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
        Some(size(path.clone()) + size(log.into()))
    }
}
