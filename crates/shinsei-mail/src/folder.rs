//! A folder that notices are written into, one standard `.eml` file each: for trying out, and for a mail relay that picks up.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use shinsei_core::notice::Notice;
use shinsei_core::port::notifier::{Notifier, NotifierError};
use uuid::Uuid;

use crate::message::{self, Sender};

/// What a file is called while it is being written; whoever picks up mails leaves it alone.
const UNFINISHED: &str = "part";

/// The file whose lock says that somebody writes into the folder.
const LOCK: &str = ".lock";

/// Writes each notice to `<notice id>.eml` in a folder.
///
/// A notice that was delivered is on disk, whole and synced, under its name; delivered again, the same bytes take its
/// place. The files speak of people: the folder needs the access rights that the case files have.
#[derive(Debug)]
pub struct FolderNotifier {
    folder: PathBuf,
    sender: Sender,
    attempts: AtomicU64,
    /// Held for life, together with all others who write here.
    _lock: File,
}

impl FolderNotifier {
    /// Opens a folder that exists, after writing to it once. Several may write into one folder; the first who opens it
    /// removes what a crash left unfinished there.
    ///
    /// # Errors
    /// - [`FolderError::Missing`], [`FolderError::NotAFolder`]: nothing was written.
    /// - [`FolderError::NotWritable`]: a file could not be written, synced or removed.
    pub fn open(folder: impl Into<PathBuf>, sender: Sender) -> Result<Self, FolderError> {
        let folder = folder.into();
        match fs::metadata(&folder) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(FolderError::NotAFolder { folder }),
            Err(source) if source.kind() == io::ErrorKind::NotFound => {
                return Err(FolderError::Missing { folder });
            }
            Err(source) => return Err(FolderError::NotWritable { folder, source }),
        }
        let open = || {
            let _lock = lock(&folder)?;
            let notifier = Self { folder: folder.clone(), sender, attempts: AtomicU64::new(0), _lock };
            notifier.try_out()?;
            Ok(notifier)
        };
        open().map_err(|source| FolderError::NotWritable { folder: folder.clone(), source })
    }

    /// The file that a notice is written to, whether or not it is there yet.
    pub fn path(&self, notice: Uuid) -> PathBuf {
        self.folder.join(format!("{notice}.eml"))
    }

    fn try_out(&self) -> io::Result<()> {
        let (_, probe) = self.create_unfinished()?;
        fs::remove_file(probe)?;
        sync_folder(&self.folder)
    }

    /// Puts bytes under a name so that a reader sees all of them or, before, what was there.
    fn replace(&self, id: Uuid, bytes: &[u8]) -> io::Result<()> {
        let (mut file, unfinished) = self.create_unfinished()?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        let renamed = written.and_then(|()| fs::rename(&unfinished, self.path(id)));
        if let Err(error) = renamed {
            // What stays is removed when the folder is opened again; the error to tell is the first one.
            let _ = fs::remove_file(&unfinished);
            return Err(error);
        }
        sync_folder(&self.folder)
    }

    /// Makes a file that nobody else writes to.
    fn create_unfinished(&self) -> io::Result<(File, PathBuf)> {
        loop {
            let attempt = self.attempts.fetch_add(1, Ordering::Relaxed);
            let path = self.folder.join(format!("{}-{attempt}.{UNFINISHED}", std::process::id()));
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((file, path)),
                // Another notifier of this process, or of one with the same id on another machine, has that number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Notifier for FolderNotifier {
    fn deliver(&self, notice: &Notice) -> Result<(), NotifierError> {
        let bytes = message::compose(notice, &self.sender)?;
        self.replace(notice.id, &bytes)
            .map_err(|source| NotifierError::Unavailable { source: Box::new(source) })
    }
}

/// Why a folder cannot take notices.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// There is nothing of that name.
    #[error("the folder for mails {} does not exist; create it first", folder.display())]
    Missing {
        /// The path.
        folder: PathBuf,
    },
    /// There is something else of that name.
    #[error("{} is not a folder; mails need one to be written into", folder.display())]
    NotAFolder {
        /// The path.
        folder: PathBuf,
    },
    /// It cannot be written to.
    #[error("the folder for mails {} cannot be written to", folder.display())]
    NotWritable {
        /// The path.
        folder: PathBuf,
        /// What the machine said.
        #[source]
        source: io::Error,
    },
}

/// Joins those who write into the folder; whoever finds nobody there removes the leftovers first.
fn lock(folder: &Path) -> io::Result<File> {
    let lock = OpenOptions::new().write(true).create(true).truncate(false).open(folder.join(LOCK))?;
    match lock.try_lock() {
        Ok(()) => {
            remove_unfinished(folder)?;
            lock.unlock()?;
        }
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(error)) => return Err(error),
    }
    lock.lock_shared()?;
    Ok(lock)
}

/// Removes the unfinished files: they hold parts of mails. Nobody may be writing.
fn remove_unfinished(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == UNFINISHED) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Makes the names in a folder durable; elsewhere than on Unix a folder cannot be synced.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
