//! The database: a sorted map whose transactions are the lines of a file.
//!
//! A transaction is one line of JSON, `{"key": value, "other key": null}`, where `null` takes a key away. It has taken effect
//! when the line with its line feed is on the disk; what is left of a line that was not finished is cut off at the next
//! open.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shinsei_core::port::store::StoreError;

use crate::error::{corrupt, of_the_file};

/// What a transaction sets, and what it takes away.
pub type Changes = BTreeMap<String, Option<Value>>;

/// A map in a file, which one process has open.
#[derive(Debug)]
pub struct File {
    path: PathBuf,
    file: fs::File,
    /// How long it is, but for what a failed write may have left behind its end.
    bytes: u64,
    is_torn: bool,
    /// It took the name of the one before it, and that is not yet known to be on the disk.
    is_unnamed: bool,
    map: BTreeMap<String, Value>,
}

impl File {
    /// Opens a file or makes one.
    ///
    /// # Errors
    /// [`io::Error`]: it cannot be read or written, another process has it open, or a line of it cannot be read.
    pub fn open(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)?;
        file.try_lock().map_err(io::Error::from)?;
        let content = fs::read(&path)?;
        let mut map = BTreeMap::new();
        let mut bytes = 0;
        for (number, line) in (1..).zip(content.split_inclusive(|byte| *byte == b'\n')) {
            if !line.ends_with(b"\n") {
                break;
            }
            let changes = serde_json::from_slice(line).map_err(|error| {
                io::Error::new(io::ErrorKind::InvalidData, format!("line {number} cannot be read: {error}"))
            })?;
            apply(&mut map, changes);
            bytes += line.len() as u64;
        }
        file.set_len(bytes)?;
        sync_name(&path)?;
        Ok(Self { path, file, bytes, is_torn: false, is_unnamed: false, map })
    }

    /// What is in it.
    pub(crate) fn map(&self) -> &BTreeMap<String, Value> {
        &self.map
    }

    /// Writes a transaction; when this returns it is on the disk.
    pub(crate) fn write(&mut self, changes: Changes) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        if self.is_torn {
            self.file.set_len(self.bytes).map_err(of_the_file)?;
            self.is_torn = false;
        }
        if self.is_unnamed {
            sync_name(&self.path).map_err(of_the_file)?;
            self.is_unnamed = false;
        }
        let line = line(&changes)?;
        let written = self.file.write_all_at(&line, self.bytes).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // A line without its end is cut off: now, or before the next one.
            self.is_torn = self.file.set_len(self.bytes).and_then(|()| self.file.sync_data()).is_err();
            return Err(of_the_file(error));
        }
        self.bytes += line.len() as u64;
        apply(&mut self.map, changes);
        Ok(())
    }

    /// Writes a transaction by writing everything anew, so that nothing is left in the file of what it takes away.
    pub(crate) fn rewrite(&mut self, changes: Changes) -> Result<(), StoreError> {
        let mut map = self.map.clone();
        apply(&mut map, changes);
        let (file, bytes) = self.replace(&map).map_err(of_the_file)?;
        // The name is that of the new file from here on, whatever becomes of its way to the disk: the old one has none.
        (self.file, self.bytes, self.is_torn, self.map) = (file, bytes, false, map);
        let named = sync_name(&self.path);
        self.is_unnamed = named.is_err();
        named.map_err(|source| StoreError::OutcomeUnknown { source: source.into() })
    }

    fn replace(&self, map: &BTreeMap<String, Value>) -> io::Result<(fs::File, u64)> {
        let beside = self.path.with_extension("new");
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&beside)?;
        file.try_lock().map_err(io::Error::from)?;
        let mut line = serde_json::to_vec(map)?;
        line.push(b'\n');
        file.write_all(&line)?;
        file.sync_data()?;
        fs::rename(&beside, &self.path)?;
        Ok((file, line.len() as u64))
    }
}

fn line(changes: &Changes) -> Result<Vec<u8>, StoreError> {
    let mut line =
        serde_json::to_vec(changes).map_err(|error| StoreError::Driver { source: error.into() })?;
    line.push(b'\n');
    Ok(line)
}

fn apply(map: &mut BTreeMap<String, Value>, changes: Changes) {
    for (key, value) in changes {
        match value {
            Some(value) => _ = map.insert(key, value),
            None => _ = map.remove(&key),
        }
    }
}

/// Makes sure that the name of a file is on the disk too.
fn sync_name(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}

/// The map as it will be, while a transaction is put together.
pub(crate) struct Draft<'m> {
    map: &'m BTreeMap<String, Value>,
    changes: Changes,
}

impl<'m> Draft<'m> {
    pub(crate) fn on(map: &'m BTreeMap<String, Value>) -> Self {
        Self { map, changes: Changes::new() }
    }

    pub(crate) fn into_changes(self) -> Changes {
        self.changes
    }

    pub(crate) fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let value = match self.changes.get(key) {
            Some(change) => change.as_ref(),
            None => self.map.get(key),
        };
        value.map(|value| read(key, value)).transpose()
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.changes.get(key).map_or_else(|| self.map.contains_key(key), Option::is_some)
    }

    /// Everything whose key begins with this, in order.
    pub(crate) fn all<T: DeserializeOwned>(&self, prefix: &str) -> Result<Vec<(String, T)>, StoreError> {
        let changed = under(&self.changes, prefix);
        let mut found: BTreeMap<&String, &Value> = under(self.map, prefix).collect();
        for (key, change) in changed {
            match change {
                Some(value) => _ = found.insert(key, value),
                None => _ = found.remove(key),
            }
        }
        found.into_iter().map(|(key, value)| Ok((key.clone(), read(key, value)?))).collect()
    }

    pub(crate) fn put(&mut self, key: String, value: &impl Serialize) -> Result<(), StoreError> {
        let value =
            serde_json::to_value(value).map_err(|error| StoreError::Driver { source: error.into() })?;
        self.changes.insert(key, Some(value));
        Ok(())
    }

    pub(crate) fn take_away(&mut self, key: String) {
        self.changes.insert(key, None);
    }
}

/// What stands under keys that begin with this.
pub(crate) fn under<'m, V>(
    map: &'m BTreeMap<String, V>,
    prefix: &str,
) -> impl Iterator<Item = (&'m String, &'m V)> + use<'m, V> {
    from(map, prefix, prefix)
}

/// What stands under keys that begin with this, from one of them on.
pub(crate) fn from<'m, V>(
    map: &'m BTreeMap<String, V>,
    prefix: &str,
    first: &str,
) -> impl Iterator<Item = (&'m String, &'m V)> + use<'m, V> {
    let prefix = prefix.to_owned();
    map.range(first.to_owned()..).take_while(move |(key, _)| key.starts_with(&prefix))
}

pub(crate) fn read<T: DeserializeOwned>(key: &str, value: &Value) -> Result<T, StoreError> {
    T::deserialize(value).map_err(|error| corrupt(format!("{key} cannot be read: {error}")))
}
