//! Why nothing was exported, and why a bundle, a file of heads or a witness's file cannot be read.

use std::path::{Path, PathBuf};

use shinsei_core::ids::Municipality;
use shinsei_core::note::NoteError;
use shinsei_core::port::store::StoreError;

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// Something stands where the bundle is to be written.
    #[error("{} is there already; choose another place or move it away", path.display())]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// Nothing was recorded for what is to be exported.
    #[error("nothing was recorded for {what}")]
    Nothing {
        /// For what.
        what: String,
    },
    /// The store could not be read.
    #[error("the log could not be read")]
    Store(#[from] StoreError),
    /// The file system said no.
    #[error("{} could not be written", path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What it said.
        #[source]
        source: std::io::Error,
    },
}

/// Why a bundle cannot be verified. What is wrong within it is a finding, not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// A file of it could not be read.
    #[error("{} could not be read", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What was said.
        #[source]
        source: std::io::Error,
    },
    /// `bundle.json` is not what it must be.
    #[error("{} does not describe a bundle of this form", path.display())]
    Manifest {
        /// Which.
        path: PathBuf,
        /// What serde says.
        #[source]
        source: serde_json::Error,
    },
    /// The bundle is of a form that this program does not know.
    #[error("the bundle is of the form {found:?}; this program knows {known:?}")]
    Form {
        /// Which.
        found: String,
        /// The one that is known.
        known: &'static str,
    },
}

/// Why a file of witnessed heads cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeadsError {
    /// It could not be read.
    #[error("{} could not be read", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What was said.
        #[source]
        source: std::io::Error,
    },
    /// It is no file of signed notes.
    #[error("{} holds no signed notes as a witness writes them", path.display())]
    Note {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: NoteError,
    },
    /// A head is not signed by any key that was given.
    #[error("head {number} of the file is not signed by any of the keys that were given")]
    NotSigned {
        /// Which, from 1.
        number: usize,
    },
    /// It holds no head of the municipality.
    #[error("the file holds no head of municipality {municipality}")]
    NoHead {
        /// Of which.
        municipality: Municipality,
    },
}

/// Why a witness in a file cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file could not be read or made.
    #[error("{} could not be opened", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What was said.
        #[source]
        source: std::io::Error,
    },
    /// The file holds something else than heads.
    #[error("{} holds something else than heads from byte {byte} on", path.display())]
    Foreign {
        /// Which.
        path: PathBuf,
        /// From where on.
        byte: u64,
    },
}

pub(crate) fn write_failed(path: &Path) -> impl FnOnce(std::io::Error) -> ExportError {
    let path = path.to_owned();
    |source| ExportError::Io { path, source }
}

pub(crate) fn read_failed(path: &Path) -> impl FnOnce(std::io::Error) -> BundleError {
    let path = path.to_owned();
    |source| BundleError::Io { path, source }
}
