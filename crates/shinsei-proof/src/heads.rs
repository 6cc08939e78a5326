//! Reads heads that were witnessed outside: a witness's file, or a single checkpoint.

use std::path::Path;

use shinsei_core::checkpoint::{Checkpoint, is_of, notes};
use shinsei_core::ids::Municipality;
use shinsei_core::note::{Note, VerifierKey};
use shinsei_core::tree::Head;

use crate::error::HeadsError;

/// Reads the heads of a municipality from a file of signed notes, the oldest first.
///
/// Each must be signed by one of the keys, the log's own or a witness's. Without a key they are taken as they stand: then
/// whoever gives the file must be trusted for it.
///
/// # Errors
/// [`HeadsError`] when the file cannot be read, holds no head of the municipality, or one that no key signed.
pub fn read(path: &Path, municipality: Municipality, keys: &[VerifierKey]) -> Result<Vec<Head>, HeadsError> {
    let notes = all(path)?;
    let mut heads = Vec::new();
    for (number, note) in (1..).zip(&notes) {
        let Ok(checkpoint) = Checkpoint::of(note) else { continue };
        if !is_of(checkpoint.origin(), municipality) {
            continue;
        }
        let is_signed = keys.is_empty() || keys.iter().any(|key| note.signed_by(key).is_ok());
        if !is_signed {
            return Err(HeadsError::NotSigned { number });
        }
        heads.push(checkpoint.head());
    }
    if heads.is_empty() {
        return Err(HeadsError::NoHead { municipality });
    }
    Ok(heads)
}

/// The municipalities of which a file holds heads: those whose code stands at the end of a log's name.
///
/// # Errors
/// [`HeadsError::Io`] and [`HeadsError::Note`].
pub fn municipalities(path: &Path) -> Result<Vec<Municipality>, HeadsError> {
    let codes = all(path)?.into_iter().filter_map(|note| {
        let checkpoint = Checkpoint::of(&note).ok()?;
        checkpoint.origin().rsplit('/').next()?.parse().ok()
    });
    let mut municipalities: Vec<Municipality> = codes.collect();
    municipalities.sort();
    municipalities.dedup();
    Ok(municipalities)
}

fn all(path: &Path) -> Result<Vec<Note>, HeadsError> {
    let io = |source| HeadsError::Io { path: path.to_owned(), source };
    let text = std::fs::read_to_string(path).map_err(io)?;
    notes(&text).map_err(|source| HeadsError::Note { path: path.to_owned(), source })
}
