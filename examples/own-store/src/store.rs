//! The store: the port's operations, one at a time, each a transaction of the file.

use std::fmt;
use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::de::DeserializeOwned;
use serde_json::Value;
use shinsei_core::agenda::{AgendaRow, Lease, LeaseRequest};
use shinsei_core::document::Document;
use shinsei_core::ids::{CommandId, DocumentId, Municipality, Position, Series, StreamId, Version};
use shinsei_core::port::clock::Clock;
use shinsei_core::port::store::{
    Commit, Found, Guarantees, Outcome, PAGE_RECORDS_MAX, Standing, Store, StoreError, Visit, Writers,
    check_level,
};
use shinsei_core::record::Number;
use shinsei_core::time::Timestamp;
use shinsei_core::tree::{Frontier, Hash, Head as TreeHead};

use crate::commit::{Command, Head, Record};
use crate::error::corrupt;
use crate::file::{self, Draft, File};
use crate::{agenda, commit, documents, keys};

/// Keeps municipalities in one file of lines.
///
/// # Example
/// ```
/// use std::sync::Arc;
/// use own_store::store::FileStore;
/// use shinsei_conformance::FakeClock;
/// use shinsei_core::port::store::Store;
///
/// let folder = tempfile::tempdir()?;
/// let store = FileStore::open(folder.path().join("village.jsonl"), Arc::new(FakeClock::default()), 10_000_000)?;
/// assert_eq!(store.head("012025".parse()?)?.size, 0);
/// assert!(store.guarantees().durable);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FileStore {
    file: Mutex<File>,
    clock: Arc<dyn Clock>,
    step_back_max_micros: i64,
}

impl FileStore {
    /// Opens a store, or makes one. It records by this clock and bears it stepping back by so much.
    ///
    /// # Errors
    /// [`io::Error`]: the file cannot be read or written, or another process has it open.
    pub fn open(
        path: impl Into<PathBuf>,
        clock: Arc<dyn Clock>,
        step_back_max_micros: i64,
    ) -> io::Result<Self> {
        Ok(Self { file: Mutex::new(File::open(path)?), clock, step_back_max_micros })
    }

    fn file(&self) -> MutexGuard<'_, File> {
        // OK because a transaction changes the map in one step, after everything that could fail.
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a transaction together on the file as it is, and writes it.
    fn write<T>(&self, work: impl FnOnce(&mut Draft<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut file = self.file();
        let mut draft = Draft::on(file.map());
        let done = work(&mut draft)?;
        let changes = draft.into_changes();
        file.write(changes)?;
        Ok(done)
    }

    /// The same, and leaves nothing in the file of what it takes away.
    fn erase_from_file<T>(
        &self,
        work: impl FnOnce(&mut Draft<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut file = self.file();
        let mut draft = Draft::on(file.map());
        let done = work(&mut draft)?;
        let changes = draft.into_changes();
        if !changes.is_empty() {
            file.rewrite(changes)?;
        }
        Ok(done)
    }

    /// Reads one value.
    fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        Draft::on(self.file().map()).get(key)
    }

    /// Copies a page out, so that a slow visitor hinders nobody.
    fn page(&self, prefix: &str, first: &str, max: usize) -> Vec<(String, Value)> {
        let file = self.file();
        let page = file::from(file.map(), prefix, first).take(max.min(PAGE_RECORDS_MAX));
        page.map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

/// Shows that there is one, and nothing of what it keeps.
impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore").finish_non_exhaustive()
    }
}

impl Store for FileStore {
    fn commit(&self, batch: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
        Commit::check_batch(batch)?;
        self.write(|draft| {
            let now = self.clock.now();
            batch.iter().map(|one| commit::settle(draft, one, now, self.step_back_max_micros)).collect()
        })
    }

    fn read_stream(
        &self,
        municipality: Municipality,
        stream: StreamId,
        after: Version,
        max: usize,
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
        let first = keys::version(municipality, stream, after.0.saturating_add(1));
        for (key, position) in self.page(&keys::versions(municipality, stream), &first, max) {
            let position = file::read(&key, &position)?;
            let record: Option<Record> = self.get(&keys::record(municipality, position))?;
            let record = record.ok_or_else(|| corrupt(format!("there is no record {position}")))?;
            if record.show(municipality, position, visit)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn read_log(
        &self,
        municipality: Municipality,
        after: Position,
        max: usize,
        visit: Visit<'_>,
    ) -> Result<(), StoreError> {
        let first = keys::record(municipality, after.0.saturating_add(1));
        for (key, value) in self.page(&keys::records(municipality), &first, max) {
            let record: Record = file::read(&key, &value)?;
            if record.show(municipality, keys::number(&key)?, visit)? == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    fn find(&self, municipality: Municipality, id: CommandId) -> Result<Option<Found>, StoreError> {
        let command: Option<Command> = self.get(&keys::command(municipality, id))?;
        command.map(|command| command.found()).transpose()
    }

    fn head(&self, municipality: Municipality) -> Result<TreeHead, StoreError> {
        let head: Option<Head> = self.get(&keys::head(municipality))?;
        Ok(head.map_or(Ok(Frontier::default()), |head| head.tree())?.head())
    }

    fn standing(&self, municipality: Municipality) -> Result<Standing, StoreError> {
        let file = self.file();
        let draft = Draft::on(file.map());
        let head: Head = draft.get(&keys::head(municipality))?.unwrap_or_default();
        let mut numbers = Vec::new();
        let prefix = keys::all_series(municipality);
        for (key, value) in draft.all::<u64>(&prefix)? {
            // The name of a series may hold the letter between the parts of a key.
            let series = Series::new(&key[prefix.len()..]).map_err(|_| corrupt("a series has no name"))?;
            numbers.push(Number { series, value });
        }
        Ok(Standing { head: head.tree()?.head(), recorded_at: head.recorded_at()?, numbers })
    }

    fn nodes(
        &self,
        municipality: Municipality,
        level: u32,
        first: u64,
        max: usize,
    ) -> Result<Vec<Hash>, StoreError> {
        check_level(level)?;
        // The leaves stand beside their records, which are counted from 1.
        let (prefix, place) = match level {
            0 => (keys::records(municipality), first.saturating_add(1)),
            _ => (keys::nodes(municipality, level), first),
        };
        let page = self.page(&prefix, &format!("{prefix}{place:020}"), max);
        let node = |((key, value), wanted): (&(String, Value), u64)| {
            if keys::number(key)? != wanted {
                return Err(corrupt(format!("there is no node {wanted} of level {level}")));
            }
            match level {
                0 => file::read::<Record>(key, value)?.leaf(),
                _ => Ok(Hash(keys::fixed(&file::read::<String>(key, value)?)?)),
            }
        };
        // The page first: behind the last of all places there is none to count.
        page.iter().zip(place..).map(node).collect()
    }

    fn municipalities(&self) -> Result<Vec<Municipality>, StoreError> {
        let heads = Draft::on(self.file().map()).all::<Head>(keys::HEADS)?;
        let mut found = Vec::new();
        for (key, head) in heads {
            if head.tree()?.size() > 0 {
                let code = keys::last(&key).parse();
                found.push(code.map_err(|_| corrupt("a head is of no municipality"))?);
            }
        }
        Ok(found)
    }

    fn lease(&self, request: &LeaseRequest) -> Result<Vec<Lease>, StoreError> {
        self.write(|draft| agenda::lease(draft, request, self.clock.now()))
    }

    fn agenda(&self, municipality: Municipality, entries_max: usize) -> Result<Vec<AgendaRow>, StoreError> {
        agenda::rows(&Draft::on(self.file().map()), municipality, entries_max)
    }

    fn stage(
        &self,
        municipality: Municipality,
        document: DocumentId,
        offset: u64,
        chunk: &[u8],
    ) -> Result<(), StoreError> {
        self.write(|draft| documents::stage(draft, municipality, document, offset, chunk, self.clock.now()))
    }

    fn sweep(&self, staged_before: Timestamp) -> Result<u64, StoreError> {
        self.erase_from_file(|draft| documents::sweep(draft, staged_before))
    }

    fn document(&self, municipality: Municipality, id: DocumentId) -> Result<Option<Document>, StoreError> {
        documents::read(self.file().map(), municipality, id)
    }

    fn erase(&self, municipality: Municipality, stream: StreamId) -> Result<u64, StoreError> {
        self.erase_from_file(|draft| documents::erase(draft, municipality, stream))
    }

    fn guarantees(&self) -> Guarantees {
        Guarantees { durable: true, lanes: false, writers: Writers::One }
    }
}
