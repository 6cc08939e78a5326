//! Exports a case or a municipality's whole log as a bundle, a page at a time.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use shinsei_core::audit::references::references;
use shinsei_core::ids::{DocumentId, Municipality, Position, StreamId, Version};
use shinsei_core::port::store::{Store, StoreError};
use shinsei_core::record::RawRecord;
use shinsei_core::tree::prover::Prover;
use shinsei_core::tree::{Hash, Head};

use crate::error::{ExportError, write_failed};
use crate::format::{
    DOCUMENTS, DocumentText, Extends, FORM, HexHash, Line, MANIFEST, Manifest, RECORDS, Stream, document_path,
};

/// How many records are held in memory at once.
const PAGE_RECORDS: usize = 1_000;

/// What was exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// How many records.
    pub records: u64,
    /// How many documents.
    pub documents: u64,
    /// The head of the log at that time.
    pub head: Head,
}

/// Exports the whole log of a municipality, as far as it was written at the beginning, with all documents.
///
/// The bundle is a folder; it is there as a whole or not at all. It speaks of persons as the store does: keep it as such.
///
/// # Errors
/// [`ExportError`] when there is no bundle; after a crash a folder whose name ends with `.partial` may be left, to be deleted.
pub fn municipality(
    store: &dyn Store,
    municipality: Municipality,
    destination: &Path,
) -> Result<Exported, ExportError> {
    let head = store.head(municipality)?;
    if head.size == 0 {
        return Err(ExportError::Nothing { what: format!("municipality {municipality}") });
    }
    let mut bundle = Bundle::begin(store, municipality, destination)?;
    let mut after = Position(0);
    while after.0 < head.size {
        let max = PAGE_RECORDS.min(usize::try_from(head.size - after.0).unwrap_or(PAGE_RECORDS));
        let page = page(|visit| store.read_log(municipality, after, max, visit))?;
        let leaves = store.nodes(municipality, 0, after.0, page.len())?;
        let Some(last) = page.last() else {
            return Err(ended_early(after, head).into());
        };
        after = last.position;
        for (record, leaf) in page.iter().zip(leaves) {
            bundle.add(record, leaf, None)?;
        }
    }
    bundle.end(None, head, None)
}

/// Exports a case, or another stream, with a proof for each record that it is in the log, and its documents.
///
/// `witnessed` is a head that was witnessed outside and pins the bundle: the bundle then shows that its own head extends
/// it. Without one the bundle is pinned only if its head itself was witnessed.
///
/// # Errors
/// As [`municipality`]; [`StoreError::Corrupt`] too when the witnessed head is of a longer log.
pub fn stream(
    store: &dyn Store,
    municipality: Municipality,
    stream: StreamId,
    destination: &Path,
    witnessed: Option<Head>,
) -> Result<Exported, ExportError> {
    let head = store.head(municipality)?;
    let mut prover = Prover::new(store, municipality);
    let extends = match witnessed {
        Some(witnessed) if witnessed.size > head.size => {
            let what =
                format!("a head of {} records was witnessed, and {} are there", witnessed.size, head.size);
            return Err(StoreError::Corrupt { what }.into());
        }
        Some(witnessed) => {
            let proof = prover.consistency(witnessed.size, head.size)?;
            Some(Extends { head: witnessed.into(), proof: proof.into_iter().map(HexHash).collect() })
        }
        None => None,
    };
    let mut bundle = Bundle::begin(store, municipality, destination)?;
    let mut after = Version(0);
    loop {
        let page = page(|visit| store.read_stream(municipality, stream, after, PAGE_RECORDS, visit))?;
        // What was recorded since the head was read has no proof under it.
        let proved = page.iter().take_while(|record| record.position.0 <= head.size);
        for record in proved {
            let index = record.position.0.saturating_sub(1);
            let leaf = store.nodes(municipality, 0, index, 1)?.pop();
            let leaf = leaf.ok_or_else(|| ended_early(Position(index), head))?;
            let path = prover.inclusion(record.position, head.size)?;
            bundle.add(record, leaf, Some(path))?;
        }
        match page.last() {
            Some(last) if page.len() == PAGE_RECORDS && last.position.0 <= head.size => after = last.version,
            _ => break,
        }
    }
    if bundle.records == 0 {
        return Err(ExportError::Nothing { what: format!("stream {} of {municipality}", stream.id) });
    }
    bundle.end(Some(stream), head, extends)
}

fn ended_early(after: Position, head: Head) -> StoreError {
    let what = format!("the log ends at position {after} and its head says {}", head.size);
    StoreError::Corrupt { what }
}

/// A record that outlives its page.
struct Owned {
    position: Position,
    version: Version,
    record: RawRecord<'static>,
    event_type: String,
    payload: Vec<u8>,
}

impl Owned {
    fn of(record: &RawRecord<'_>) -> Self {
        Self {
            position: record.position,
            version: record.version,
            record: RawRecord { event_type: "", payload: &[], ..with_number(record) },
            event_type: record.event_type.to_owned(),
            payload: record.payload.to_vec(),
        }
    }

    fn record(&self) -> RawRecord<'_> {
        RawRecord { event_type: &self.event_type, payload: &self.payload, ..self.record.clone() }
    }
}

/// The fields that a record owns.
fn with_number(record: &RawRecord<'_>) -> RawRecord<'static> {
    RawRecord {
        municipality: record.municipality,
        position: record.position,
        stream: record.stream,
        version: record.version,
        recorded_at: record.recorded_at,
        command: record.command,
        number: record.number.clone(),
        event_type: "",
        schema_version: record.schema_version,
        codec: record.codec,
        payload: &[],
    }
}

fn page(
    read: impl FnOnce(&mut dyn FnMut(RawRecord<'_>) -> ControlFlow<()>) -> Result<(), StoreError>,
) -> Result<Vec<Owned>, StoreError> {
    let mut page = Vec::new();
    read(&mut |record| {
        page.push(Owned::of(&record));
        ControlFlow::Continue(())
    })?;
    Ok(page)
}

/// A bundle being written, under another name until it is whole.
struct Bundle<'s> {
    store: &'s dyn Store,
    municipality: Municipality,
    destination: PathBuf,
    partial: PathBuf,
    lines: BufWriter<File>,
    records: u64,
    documents: u64,
    folders: BTreeSet<PathBuf>,
}

/// What did not become whole is taken away.
impl Drop for Bundle<'_> {
    fn drop(&mut self) {
        // OK because once it is whole it stands under its own name; and what cannot be deleted is named when it is in the way.
        let _ = fs::remove_dir_all(&self.partial);
    }
}

impl<'s> Bundle<'s> {
    fn begin(
        store: &'s dyn Store,
        municipality: Municipality,
        destination: &Path,
    ) -> Result<Self, ExportError> {
        let mut partial = destination.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        for path in [destination, &partial] {
            if path.symlink_metadata().is_ok() {
                return Err(ExportError::Exists { path: path.to_owned() });
            }
        }
        fs::create_dir(&partial).map_err(write_failed(&partial))?;
        fs::create_dir(partial.join(DOCUMENTS)).map_err(write_failed(&partial))?;
        let path = partial.join(RECORDS);
        let lines = BufWriter::with_capacity(1 << 20, File::create_new(&path).map_err(write_failed(&path))?);
        Ok(Self {
            store,
            municipality,
            destination: destination.to_owned(),
            partial,
            lines,
            records: 0,
            documents: 0,
            folders: BTreeSet::new(),
        })
    }

    fn add(&mut self, owned: &Owned, leaf: Hash, proof: Option<Vec<Hash>>) -> Result<(), ExportError> {
        let record = owned.record();
        let mut documents = Vec::new();
        for reference in references(record.payload) {
            documents.extend(self.document(reference.id)?);
        }
        let mut hexadecimal = String::new();
        let line = Line {
            leaf: Some(HexHash(leaf)),
            documents,
            proof: proof.map(|path| path.into_iter().map(HexHash).collect()),
            ..Line::of(&record, &mut hexadecimal)
        };
        let written = serde_json::to_writer(&mut self.lines, &line).map_err(std::io::Error::from);
        let written = written.and_then(|()| self.lines.write_all(b"\n"));
        written.map_err(write_failed(&self.partial.join(RECORDS)))?;
        self.records += 1;
        Ok(())
    }

    /// Writes the bytes of a document; nothing of one that is erased.
    fn document(&mut self, id: DocumentId) -> Result<Option<DocumentText>, ExportError> {
        let Some(document) = self.store.document(self.municipality, id)? else { return Ok(None) };
        let path = document_path(&self.partial, id);
        if let Some(folder) = path.parent()
            && self.folders.insert(folder.to_owned())
        {
            fs::create_dir_all(folder).map_err(write_failed(folder))?;
        }
        if !path.exists() {
            let write = |path: &Path| {
                let mut file = File::create_new(path)?;
                file.write_all(&document.content)?;
                file.sync_all()
            };
            write(&path).map_err(write_failed(&path))?;
            self.documents += 1;
        }
        Ok(Some(DocumentText::of(&document)))
    }

    fn end(
        mut self,
        stream: Option<StreamId>,
        head: Head,
        extends: Option<Extends>,
    ) -> Result<Exported, ExportError> {
        let path = self.partial.join(RECORDS);
        self.lines.flush().and_then(|()| self.lines.get_ref().sync_all()).map_err(write_failed(&path))?;
        let manifest = Manifest {
            form: FORM.to_owned(),
            municipality: self.municipality,
            stream: stream.map(Stream),
            records: self.records,
            head: head.into(),
            extends,
        };
        let path = self.partial.join(MANIFEST);
        let write = |path: &Path| {
            let mut file = File::create_new(path)?;
            serde_json::to_writer_pretty(&mut file, &manifest)?;
            file.write_all(b"\n")?;
            file.sync_all()
        };
        write(&path).map_err(write_failed(&path))?;
        let sync = |path: &Path| File::open(path).and_then(|folder| folder.sync_all());
        for folder in self.folders.iter().chain([&self.partial.join(DOCUMENTS), &self.partial]) {
            sync(folder).map_err(write_failed(folder))?;
        }
        fs::rename(&self.partial, &self.destination).map_err(write_failed(&self.destination))?;
        let around = self.destination.parent().filter(|folder| !folder.as_os_str().is_empty());
        let around = around.unwrap_or(Path::new("."));
        sync(around).map_err(write_failed(around))?;
        Ok(Exported { records: self.records, documents: self.documents, head })
    }
}
