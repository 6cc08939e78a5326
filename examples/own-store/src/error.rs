//! What can go wrong with the file, as the port says it.

use std::io;

use shinsei_core::port::store::StoreError;

/// What an error of the operating system means to whoever uses the store. Nothing was written.
pub fn of_the_file(source: io::Error) -> StoreError {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            StoreError::Full { source: source.into() }
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly { source: source.into() }
        }
        _ => StoreError::Driver { source: source.into() },
    }
}

pub(crate) fn corrupt(what: impl Into<String>) -> StoreError {
    StoreError::Corrupt { what: what.into() }
}
