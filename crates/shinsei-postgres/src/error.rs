//! What can go wrong: at open as [`OpenError`], afterwards as the port's `StoreError`, both judged by code alone.

use std::error::Error as _;
use std::io;
use std::path::PathBuf;

use shinsei_core::port::store::{BoxError, StoreError};
use tokio_postgres::Error;
use tokio_postgres::error::{Severity, SqlState};

/// Why a database cannot be opened as a store. Nothing of what it holds was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The address of the database cannot be read.
    #[error("the address of the database cannot be read; it looks like postgres://user@host/database")]
    Address {
        /// What the driver said.
        #[source]
        source: BoxError,
    },
    /// The server is another machine and no authorities were named by which to know it.
    #[error(
        "the connection to another machine needs TLS; name a file with the authorities that vouch for it"
    )]
    TlsRootsMissing,
    /// The authorities that vouch for the server cannot be read.
    #[error("{} does not hold certificates in PEM", path.display())]
    TlsRoots {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: BoxError,
    },
    /// The server cannot be reached, does not know us, or is not whom its certificate should name.
    #[error("the database cannot be reached; check its address, its certificate and our rights")]
    Unreachable {
        /// What the driver said.
        #[source]
        source: BoxError,
    },
    /// The server is too old.
    #[error("the server has version {found}, it must be at least {wanted}")]
    ServerVersion {
        /// Its version, as in `server_version_num`.
        found: i32,
        /// The oldest that will do.
        wanted: i32,
    },
    /// A setting on which the store's promises rest is another one.
    #[error("the server does not keep what it acknowledged: {setting} is {found}, it must be {wanted}")]
    SettingRefused {
        /// The setting.
        setting: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        found: String,
    },
    /// There is no store in the database yet, and it was to be opened for reading only.
    #[error("the database does not hold a store yet; open it for writing first")]
    Empty,
    /// The schema was written by a newer version of this library, or for a reader, must first be brought up to date.
    #[error("the database has schema version {found}, this library knows {known}; use a matching version")]
    SchemaVersion {
        /// The version in the database.
        found: i32,
        /// The version that this library writes.
        known: i32,
    },
    /// The schema is missing or behind, and this role may not bring it up to date.
    #[error(
        "the schema has version {found} and must have {known}; open the store once as the role that owns it"
    )]
    NotPermitted {
        /// The version in the database, 0 for none.
        found: i32,
        /// The version that this library writes.
        known: i32,
        /// What the driver said.
        #[source]
        source: BoxError,
    },
    /// The driver failed in another way.
    #[error("the database cannot be opened")]
    Driver {
        /// What the driver said.
        #[source]
        source: BoxError,
    },
}

/// A connection that is lost while it is opened leads to a server that is stopping: it cannot be reached.
impl From<Error> for OpenError {
    fn from(error: Error) -> Self {
        match is_lost(&error) {
            true => Self::Unreachable { source: said(error) },
            false => Self::Driver { source: said(error) },
        }
    }
}

/// What goes wrong inside: the driver's error until it leaves, or one that is already the port's.
#[derive(Debug)]
pub(crate) enum Fault {
    /// PostgreSQL or the way to it failed.
    Postgres(Error),
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

    /// The same fault met while COMMIT was on its way: without an answer nobody knows whether it took effect.
    pub(crate) fn while_committing(error: Error) -> Self {
        if is_lost(&error) {
            return Self::Store(StoreError::OutcomeUnknown { source: said(error) });
        }
        Self::Postgres(error)
    }

    /// True when nothing was written and the same work may well succeed on another connection or a moment later.
    pub(crate) fn is_worth_another_try(&self) -> bool {
        match self {
            Self::Postgres(error) => {
                is_lost(error)
                    || matches!(
                        error.code(),
                        Some(&(SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED))
                    )
            }
            Self::Store(_) => false,
        }
    }

    /// True when the connection on which it was met should not be used again: it is gone, or leads to a server that
    /// takes nothing, such as one that another has taken over from.
    pub(crate) fn spoils_the_connection(error: &Error) -> bool {
        is_lost(error) || error.code() == Some(&SqlState::READ_ONLY_SQL_TRANSACTION)
    }
}

/// True when the connection is gone: no answer came, or the server said that it was its last word.
fn is_lost(error: &Error) -> bool {
    if let Some(said) = error.as_db_error() {
        return matches!(said.parsed_severity(), Some(Severity::Fatal | Severity::Panic));
    }
    error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<io::Error>)
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Postgres(error)
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
            Fault::Postgres(error) => error,
        };
        let Some(code) = error.code().cloned() else {
            return match is_lost(&error) {
                true => Self::Unavailable { source: said(error) },
                false => Self::Driver { source: said(error) },
            };
        };
        match code {
            SqlState::DISK_FULL => Self::Full { source: said(error) },
            SqlState::READ_ONLY_SQL_TRANSACTION | SqlState::INSUFFICIENT_PRIVILEGE => {
                Self::ReadOnly { source: said(error) }
            }
            SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => {
                Self::Corrupt { what: "PostgreSQL found a damaged page".into() }
            }
            SqlState::T_R_SERIALIZATION_FAILURE
            | SqlState::T_R_DEADLOCK_DETECTED
            | SqlState::LOCK_NOT_AVAILABLE
            | SqlState::QUERY_CANCELED
            | SqlState::OUT_OF_MEMORY
            | SqlState::TOO_MANY_CONNECTIONS
            | SqlState::CANNOT_CONNECT_NOW => Self::Unavailable { source: said(error) },
            _ if is_lost(&error) => Self::Unavailable { source: said(error) },
            _ => Self::Driver { source: said(error) },
        }
    }
}

/// What the server said, without what it said of the row in question: that may speak of a person.
#[derive(Debug, thiserror::Error)]
#[error("{message} (SQLSTATE {code})")]
struct Said {
    code: String,
    message: String,
}

/// The driver's error as others may see it.
pub(crate) fn said(error: Error) -> BoxError {
    match error.as_db_error() {
        None => error.into(),
        Some(server) => {
            Said { code: server.code().code().to_owned(), message: server.message().to_owned() }.into()
        }
    }
}

/// What a connection that could not be opened means for whoever wanted to use the store.
impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        Self::Store(match error {
            OpenError::Unreachable { source } => StoreError::Unavailable { source },
            other => StoreError::Driver { source: other.into() },
        })
    }
}
