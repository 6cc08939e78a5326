//! A folder that notices are written into, one standard `.eml` file each: for trying out, and for a mail relay that picks up.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use shinsei_core::notice::Notice;
use shinsei_core::port::notifier::{Notifier, NotifierError};
use uuid::Uuid;

use crate::message::{self, Sender};

/// What a file is called while it is being written; whoever picks up mails leaves it alone.
const UNFINISHED: &str = "part";

/// Writes each notice to `<notice id>.eml` in a folder.
///
/// A notice that was delivered is on disk, whole and synced, under its name; delivered again, the same bytes take its
/// place. The files speak of people: the folder needs the access rights that the case files have.
#[derive(Debug)]
pub struct FolderNotifier {
    folder: PathBuf,
    sender: Sender,
    written: AtomicU64,
}

impl FolderNotifier {
    /// Opens a folder that exists, after writing to it once, and removes what a crash left unfinished there.
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
        let notifier = Self { folder, sender, written: AtomicU64::new(0) };
        match notifier.try_out() {
            Ok(()) => Ok(notifier),
            Err(source) => Err(FolderError::NotWritable { folder: notifier.folder, source }),
        }
    }

    /// The file that a notice is written to, whether or not it is there yet.
    pub fn path(&self, notice: Uuid) -> PathBuf {
        self.folder.join(format!("{notice}.eml"))
    }

    fn try_out(&self) -> io::Result<()> {
        remove_unfinished(&self.folder)?;
        let probe = self.unfinished("probe");
        create(&probe)?;
        fs::remove_file(&probe)?;
        sync_folder(&self.folder)
    }

    /// Puts bytes under a name so that a reader sees all of them or, before, what was there.
    fn replace(&self, id: Uuid, bytes: &[u8]) -> io::Result<()> {
        let unfinished = self.unfinished(&id.to_string());
        let written = write_synced(&unfinished, bytes).and_then(|file| {
            fs::rename(&unfinished, self.path(id))?;
            // Held until now: another process that opens the folder must not take the file for a leftover.
            drop(file);
            sync_folder(&self.folder)
        });
        if written.is_err() {
            // It may be gone or renamed already; the error to tell is the first one.
            let _ = fs::remove_file(&unfinished);
        }
        written
    }

    /// A name that no other thread or process writes to at this time.
    fn unfinished(&self, what: &str) -> PathBuf {
        let attempt = self.written.fetch_add(1, Ordering::Relaxed);
        self.folder.join(format!("{what}.{}-{attempt}.{UNFINISHED}", std::process::id()))
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

fn create(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.lock()?;
    Ok(file)
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut file = create(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(file)
}

/// Removes the unfinished files that nobody is writing any more: they hold parts of mails.
fn remove_unfinished(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != UNFINISHED) {
            continue;
        }
        // A file that another process finished or removed in between is none of ours.
        let Ok(file) = File::open(&path) else { continue };
        if file.try_lock().is_ok() {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Makes the names in a folder durable; elsewhere than on Unix a folder cannot be synced.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
