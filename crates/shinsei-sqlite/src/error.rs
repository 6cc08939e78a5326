//! What can go wrong: at open as [`OpenError`], afterwards as the port's `StoreError`, both judged by code alone.

use std::fmt;
use std::path::PathBuf;

use rusqlite::{Error, ErrorCode};
use shinsei_core::port::store::{BoxError, StoreError};

/// Why a file cannot be opened as a store. Nothing of what it holds was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The folder does not exist, or nothing may be written in it.
    #[error("{} cannot be created or opened; check its folder and permissions", path.display())]
    Inaccessible {
        /// The file that was to be opened.
        path: PathBuf,
        /// What the operating system or the driver said.
        #[source]
        source: BoxError,
    },
    /// Another process has it open for writing, or this one has already.
    #[error("{} is already open for writing; one process at a time may write", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The file is no SQLite database.
    #[error("{} is not a database, and was left as it is; name another file", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file is a database that was damaged.
    #[error("{} is corrupt; restore it from a backup", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What the driver said.
        #[source]
        source: BoxError,
    },
    /// The file is a database, but not one of shinsei.
    #[error("{} is a database of another application", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// There is no store there yet, and it was to be opened for reading only.
    #[error("{} does not hold a store yet; open it for writing first", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer version of this library, or for a reader, must first be brought up to date.
    #[error("{} has schema version {found}, this library knows {known}; use a matching version", path.display())]
    SchemaVersion {
        /// The file.
        path: PathBuf,
        /// The version in the file.
        found: i64,
        /// The version that this library writes.
        known: i64,
    },
    /// A table, an index, a trigger or a view of the file is not what this library made: somebody's hand was in it. Lists of
    /// cases can be built anew in another file.
    #[error(
        "{} was altered: the {kind} {name:?} {difference}; restore it from a backup or by hand, nothing in it was changed",
        path.display()
    )]
    SchemaDiffers {
        /// The file.
        path: PathBuf,
        /// In what way.
        difference: SchemaDifference,
        /// What the first object that differs is: `table`, `index`, `trigger` or `view`.
        kind: String,
        /// What it is called.
        name: String,
    },
    /// The file cannot be written to.
    #[error("{} is read-only; check its permissions", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// A setting on which the store's promises rest did not take.
    #[error("{} does not take the setting {setting} = {wanted}, it says {found}", path.display())]
    SettingRefused {
        /// The file.
        path: PathBuf,
        /// The setting.
        setting: &'static str,
        /// What it was to be.
        wanted: String,
        /// What it is.
        found: String,
    },
    /// The driver failed in another way.
    #[error("{} cannot be opened", path.display())]
    Driver {
        /// The file.
        path: PathBuf,
        /// What the driver said.
        #[source]
        source: BoxError,
    },
}

/// In what way an object of a file is not what this library made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaDifference {
    /// It is not there.
    Missing,
    /// It is there, and is another.
    Altered,
    /// It is there, and this library made none.
    Foreign,
}

impl fmt::Display for SchemaDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "is missing",
            Self::Altered => "is another than was made",
            Self::Foreign => "was not made by this library",
        })
    }
}

/// What goes wrong inside: SQLite's error until it leaves, or one that is already the port's.
#[derive(Debug)]
pub(crate) enum Fault {
    /// SQLite failed.
    Sqlite(Error),
    /// The port's own error.
    Store(StoreError),
}

pub(crate) type Result<T> = std::result::Result<T, Fault>;

impl Fault {
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Store(StoreError::Corrupt { what: what.into() })
    }

    pub(crate) fn malformed(rule: &'static str) -> Self {
        Self::Store(StoreError::Malformed { rule })
    }

    /// The same fault met by COMMIT: when the disk failed there, the pages may or may not have reached it.
    pub(crate) fn while_committing(self) -> Self {
        match self {
            Self::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) => {
                Self::Store(StoreError::OutcomeUnknown { source: error.into() })
            }
            other => other,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        let error = match fault {
            Fault::Store(error) => return error,
            Fault::Sqlite(error) => error,
        };
        match &error {
            Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::CannotOpen => {
                    Self::Unavailable { source: error.into() }
                }
                ErrorCode::DiskFull => Self::Full { source: error.into() },
                ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly { source: error.into() },
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                    Self::Corrupt { what: "the database file is malformed".into() }
                }
                _ => Self::Driver { source: error.into() },
            },
            Error::InvalidColumnType(_, column, _) => {
                Self::Corrupt { what: format!("the column {column} holds a value of the wrong type") }
            }
            Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..) => {
                Self::Corrupt { what: "a column holds a value that was never written".into() }
            }
            _ => Self::Driver { source: error.into() },
        }
    }
}
