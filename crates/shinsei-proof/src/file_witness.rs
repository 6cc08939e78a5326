//! A witness that writes heads to a file elsewhere: a folder of another machine, a medium that is written once.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use shinsei_core::checkpoint::{Checkpoint, NoteReader};
use shinsei_core::note::{Cosigner, Note, Signature, VerifierKey};
use shinsei_core::port::clock::Clock;
use shinsei_core::port::witness::{Submission, Witness, WitnessError, judge};
use shinsei_core::tree::Head;

use crate::error::OpenError;

/// The most bytes of a line. Source: a signature of the longest kind in use has 4 KiB.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// Appends each head that extends the last one of its log to a file, synced before it is answered, with a cosignature and
/// whatever signatures it came with. The file is a sequence of signed notes that a person can read and any C2SP tool.
///
/// It only ever adds to the file, but for the torn end of a note that was never answered. Several processes may use one file: each locks it while it judges and writes.
///
/// Security: what it is worth depends on where the file stands and who holds the key: not where the database is, not those
/// who may change the database.
pub struct FileWitness {
    path: PathBuf,
    cosigner: Cosigner,
    key: VerifierKey,
    logs: Vec<VerifierKey>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    file: File,
    /// How much of the file was read: whole notes alone.
    length: u64,
    /// The last note has no empty line behind it yet.
    is_open: bool,
    last: BTreeMap<String, Head>,
}

impl FileWitness {
    /// Opens a witness of these logs on a file, which is made when it is not there.
    ///
    /// # Errors
    /// [`OpenError`] when the file cannot be read or holds something else.
    pub fn open(
        path: impl AsRef<Path>,
        cosigner: Cosigner,
        logs: Vec<VerifierKey>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let path = path.as_ref().to_owned();
        let failed = |source| OpenError::Io { path: path.clone(), source };
        let file = OpenOptions::new().read(true).append(true).create(true).open(&path).map_err(failed)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        let mut state = State { file, length: 0, is_open: false, last: BTreeMap::new() };
        state.file.lock_shared().map_err(failed)?;
        let read = state.read_on();
        state.file.unlock().map_err(failed)?;
        match read {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(OpenError::Foreign { path, byte: state.length });
            }
            Err(source) => return Err(OpenError::Io { path, source }),
        }
        Ok(Self { key: cosigner.verifier_key(), path, cosigner, logs, clock, state: Mutex::new(state) })
    }

    /// Where the file stands.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The names of the logs of which the file had a head when it was last read, whoever signed it.
    pub fn origins(&self) -> Vec<String> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).last.keys().cloned().collect()
    }
}

impl Witness for FileWitness {
    fn key(&self) -> &VerifierKey {
        &self.key
    }

    fn add(&self, submission: &Submission<'_>) -> Result<Signature, WitnessError> {
        let unavailable = |source: io::Error| WitnessError::Unavailable { source: source.into() };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.file.lock().map_err(unavailable)?;
        let answer = state.read_on().map_err(unavailable).and_then(|()| {
            let checkpoint = judge(submission, &self.logs, |origin| Ok(state.last.get(origin).copied()))?;
            let signature = self.cosigner.cosign(submission.checkpoint, self.clock.now());
            let note = submission.checkpoint.clone().with(signature.clone());
            state.append(&format!("{note}\n")).map_err(unavailable)?;
            state.last.insert(checkpoint.origin().to_owned(), checkpoint.head());
            Ok(signature)
        });
        state.file.unlock().map_err(unavailable)?;
        answer
    }
}

impl State {
    /// Reads what was appended since, note by note.
    ///
    /// A whole note at the end counts, though a crash may have kept it from being answered: it was judged. What is torn was
    /// never answered, and does not count.
    fn read_on(&mut self) -> io::Result<()> {
        if self.file.metadata()?.len() < self.length {
            return Err(foreign("the file has become shorter"));
        }
        self.file.seek(SeekFrom::Start(self.length))?;
        let mut lines = BufReader::new(&self.file);
        let (mut notes, mut end, mut line) = (NoteReader::default(), self.length, Vec::new());
        let mut is_torn = false;
        loop {
            line.clear();
            let read = (&mut lines).take(LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
            if read == 0 {
                break;
            }
            end += read as u64;
            if !line.ends_with(b"\n") {
                is_torn = true;
                break;
            }
            let text = std::str::from_utf8(&line).map_err(|_| foreign("it is no text"))?;
            if let Some(note) = notes.line(text).map_err(foreign)? {
                keep(&mut self.last, &note)?;
            }
            if notes.is_between() {
                (self.length, self.is_open) = (end, false);
            }
        }
        match notes.end() {
            Ok(Some(note)) if !is_torn => {
                keep(&mut self.last, &note)?;
                (self.length, self.is_open) = (end, true);
                Ok(())
            }
            // Security: a file that holds no head at all is somebody else's, and is not touched.
            _ if self.length == 0 && end > 0 => Err(foreign("it holds no head")),
            _ => Ok(()),
        }
    }

    fn append(&mut self, note: &str) -> io::Result<()> {
        // What a crash or a full disk left of a note that was never answered.
        if self.file.metadata()?.len() != self.length {
            self.file.set_len(self.length)?;
        }
        let between = if self.is_open { "\n" } else { "" };
        let whole = format!("{between}{note}");
        let written = self.file.write_all(whole.as_bytes()).and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => (self.length, self.is_open) = (self.length + whole.len() as u64, false),
            // OK because the next call tries again to take away what is torn.
            Err(_) => drop(self.file.set_len(self.length)),
        }
        written
    }
}

fn keep(last: &mut BTreeMap<String, Head>, note: &Note) -> io::Result<()> {
    let checkpoint = Checkpoint::of(note).map_err(foreign)?;
    last.insert(checkpoint.origin().to_owned(), checkpoint.head());
    Ok(())
}

fn foreign(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
