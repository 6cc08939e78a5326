//! One process writes: a lock of the operating system on a file beside the database, which dies with its holder.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use crate::error::OpenError;

/// The right to write, held until it is dropped or the process ends, however it ends.
pub(crate) struct WriterLock {
    _file: File,
    /// Where the file is, if it was not there before.
    made: Option<PathBuf>,
}

impl WriterLock {
    /// Takes the right to write to a database.
    pub(crate) fn take(database: &Path) -> Result<Self, OpenError> {
        let inaccessible = |source: std::io::Error| match source.kind() {
            ErrorKind::ReadOnlyFilesystem => OpenError::ReadOnly { path: database.to_owned() },
            _ => OpenError::Inaccessible { path: database.to_owned(), source: source.into() },
        };
        may_be_a_database(database)?;
        let path = beside(database, ".lock");
        // The file is left where it is when the store is closed: removing it would let two processes lock two files.
        let (file, made) = match OpenOptions::new().create_new(true).read(true).write(true).open(&path) {
            Ok(file) => (file, Some(path)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let mut there = OpenOptions::new();
                (there.read(true).write(true).open(path).map_err(inaccessible)?, None)
            }
            Err(error) => return Err(inaccessible(error)),
        };
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file, made }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: database.to_owned() }),
            Err(TryLockError::Error(source)) => Err(inaccessible(source)),
        }
    }

    /// Leaves no lock beside a database of another application: one that was made for it is taken away.
    ///
    /// OK because nobody of ours writes to such a database: whoever holds another file of that name refuses it as well.
    pub(crate) fn refused(&self, error: OpenError) -> OpenError {
        if let (OpenError::Foreign { .. }, Some(path)) = (&error, &self.made) {
            let _ = std::fs::remove_file(path);
        }
        error
    }
}

/// Refuses what is plainly no database, so that no lock is left beside somebody else's file. What cannot be read is left to the
/// driver, which says why.
///
/// # Source
/// SQLite's file format, section 1.2: a file begins with these bytes, or is empty until something is written
fn may_be_a_database(path: &Path) -> Result<(), OpenError> {
    const MAGIC: &[u8] = b"SQLite format 3\0";
    let mut head = Vec::with_capacity(MAGIC.len());
    let read = File::open(path).and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut head));
    if read.is_ok() && !MAGIC.starts_with(&head) {
        return Err(OpenError::NotADatabase { path: path.to_owned() });
    }
    Ok(())
}

/// The path of a file that stands beside the database.
pub(crate) fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(ending);
    name.into()
}

/// The one absolute path of a database, so that a link to it, or a name that means something to SQLite, does not get
/// another lock.
pub(crate) fn resolve(path: &Path) -> Result<PathBuf, OpenError> {
    let inaccessible =
        |source: std::io::Error| OpenError::Inaccessible { path: path.to_owned(), source: source.into() };
    if let Ok(existing) = path.canonicalize() {
        return Ok(existing);
    }
    let name = path.file_name().ok_or_else(|| inaccessible(std::io::ErrorKind::InvalidFilename.into()))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    Ok(folder.canonicalize().map_err(inaccessible)?.join(name))
}
