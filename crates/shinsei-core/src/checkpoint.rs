//! A head as it is signed and witnessed: the text of C2SP tlog-checkpoint. And many of them in one file.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::ids::Municipality;
use crate::note::{Note, NoteError};
use crate::tree::{Hash, Head};

/// A head with the name of its log.
///
/// # Example
/// ```
/// use shinsei_core::checkpoint::Checkpoint;
///
/// let text = "city.example.lg.jp/shinsei/012025\n2\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
/// let checkpoint: Checkpoint = text.parse()?;
/// assert_eq!((checkpoint.origin(), checkpoint.head().size), ("city.example.lg.jp/shinsei/012025", 2));
/// assert_eq!(checkpoint.to_string(), text);
/// # Ok::<(), shinsei_core::checkpoint::NoCheckpoint>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    head: Head,
    /// Lines that others added.
    extensions: String,
}

/// Why a text is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoCheckpoint {
    /// It is no signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// It has not a line for the origin, one for the size and one for the root.
    #[error("a checkpoint has three lines: the name of the log, its size, and its root in base64")]
    Form,
    /// The second line is no size.
    #[error("the second line of a checkpoint is a number without leading zeros")]
    Size,
    /// The third line is no root.
    #[error("the third line of a checkpoint is 32 bytes in base64")]
    Root,
}

impl Checkpoint {
    /// Names the log of a head.
    ///
    /// # Errors
    /// [`NoCheckpoint::Form`] for an origin that is empty or has a line end.
    pub fn new(origin: impl Into<String>, head: Head) -> Result<Self, NoCheckpoint> {
        let origin = origin.into();
        if origin.is_empty() || origin.contains(|c: char| c < ' ') {
            return Err(NoCheckpoint::Form);
        }
        Ok(Self { origin, head, extensions: String::new() })
    }

    /// Reads the checkpoint of a note.
    ///
    /// # Errors
    /// [`NoCheckpoint`] when its text is none.
    pub fn of(note: &Note) -> Result<Self, NoCheckpoint> {
        note.text().parse()
    }

    /// The name of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The head.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The note to be signed.
    ///
    /// # Errors
    /// [`NoCheckpoint::Note`] when an extension line of others is not fit for a note.
    pub fn to_note(&self) -> Result<Note, NoCheckpoint> {
        Ok(Note::new(self.to_string())?)
    }
}

impl FromStr for Checkpoint {
    type Err = NoCheckpoint;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut lines = text.splitn(4, '\n');
        let (Some(origin), Some(size), Some(root), Some(extensions)) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(NoCheckpoint::Form);
        };
        let leading_zero = size.len() > 1 && size.starts_with('0');
        let digits = size.bytes().all(|byte| byte.is_ascii_digit());
        let size = size.parse().ok().filter(|_| digits && !leading_zero).ok_or(NoCheckpoint::Size)?;
        let root = root_from_base64(root).ok_or(NoCheckpoint::Root)?;
        let checkpoint = Self::new(origin, Head { size, root })?;
        Ok(Self { extensions: extensions.to_owned(), ..checkpoint })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Head { size, root } = self.head;
        write!(f, "{}\n{size}\n{}\n{}", self.origin, to_base64(&root), self.extensions)
    }
}

/// The name of a municipality's log: what the operator chose, and the municipality's code behind it.
///
/// Source: C2SP tlog-checkpoint, "origin": a URL without scheme, unique to the log.
pub fn origin(prefix: &str, municipality: Municipality) -> String {
    format!("{}/{municipality}", prefix.trim_end_matches('/'))
}

/// True when a log of this name may be that of the municipality: its code stands at the end.
pub fn is_of(origin: &str, municipality: Municipality) -> bool {
    origin.rsplit('/').next() == Some(municipality.as_str())
}

/// A hash as checkpoints and proofs write it.
pub fn to_base64(hash: &Hash) -> String {
    STANDARD.encode(hash.0)
}

/// Reads a hash as checkpoints and proofs write it.
pub fn root_from_base64(text: &str) -> Option<Hash> {
    STANDARD.decode(text).ok()?.try_into().ok().map(Hash)
}

/// Reads notes that stand in a file one after another: a witness's file, or a single note. Whatever empty lines stand
/// between them do not matter.
///
/// # Errors
/// [`NoteError`] of the first that cannot be read.
pub fn notes(text: &str) -> Result<Vec<Note>, NoteError> {
    let mut reader = NoteReader::default();
    let mut notes = Vec::new();
    for line in text.split_inclusive('\n') {
        notes.extend(reader.line(line)?);
    }
    notes.extend(reader.end()?);
    Ok(notes)
}

/// Reads notes that stand one after another, a line at a time.
#[derive(Debug, Default)]
pub struct NoteReader {
    text: String,
    signatures: String,
    is_signed: bool,
}

impl NoteReader {
    /// Takes the next line with its line end; gives the note that ended before it.
    ///
    /// # Errors
    /// [`NoteError`] when what ended before it is no note.
    pub fn line(&mut self, line: &str) -> Result<Option<Note>, NoteError> {
        if self.text.len() + self.signatures.len() + line.len() > crate::note::NOTE_BYTES_MAX {
            return Err(NoteError::TooLong);
        }
        let is_signature = line.starts_with("\u{2014} ");
        if self.is_signed && is_signature {
            self.signatures.push_str(line);
            return Ok(None);
        }
        if line.trim_end_matches('\n').is_empty() {
            self.is_signed |= !self.text.is_empty();
            return if self.signatures.is_empty() { Ok(None) } else { self.end() };
        }
        let ended = if self.is_signed { self.end()? } else { None };
        self.text.push_str(line);
        Ok(ended)
    }

    /// True between two notes: nothing of one was read and not given.
    pub fn is_between(&self) -> bool {
        self.text.is_empty() && self.signatures.is_empty()
    }

    /// Gives the note that ends with the file.
    ///
    /// # Errors
    /// [`NoteError`] when it is none.
    pub fn end(&mut self) -> Result<Option<Note>, NoteError> {
        if self.is_between() {
            return Ok(None);
        }
        let whole = std::mem::take(self);
        format!("{}\n{}", whole.text, whole.signatures).parse().map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::LogSigner;
    use crate::tree::Frontier;

    /// The example of C2SP tlog-witness.
    const EXAMPLE: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    fn signed(size: u64) -> Note {
        let head = Head { size, ..Frontier::default().head() };
        let note = Checkpoint::new("example.lg.jp/012025", head).unwrap().to_note().unwrap();
        let signature = LogSigner::new("example.lg.jp/012025", &[1; 32]).unwrap().sign(&note);
        note.with(signature)
    }

    #[test]
    fn the_checkpoint_of_the_specification_is_read() {
        let checkpoint: Checkpoint = EXAMPLE.parse().unwrap();
        assert_eq!(checkpoint.origin(), "example.com/behind-the-sofa");
        assert_eq!(checkpoint.head().size, 20_852_163);
        assert_eq!(checkpoint.to_string(), EXAMPLE);
        let extended: Checkpoint = format!("{EXAMPLE}more\nand more\n").parse().unwrap();
        assert_eq!(extended.to_string(), format!("{EXAMPLE}more\nand more\n"));
        assert_eq!(extended.head(), checkpoint.head());
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        for (text, error) in [
            ("", NoCheckpoint::Form),
            ("origin\n1\nAAAA", NoCheckpoint::Form),
            ("\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", NoCheckpoint::Form),
            ("origin\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", NoCheckpoint::Size),
            ("origin\n+1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", NoCheckpoint::Size),
            (
                "origin\n18446744073709551616\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                NoCheckpoint::Size,
            ),
            ("origin\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2\n", NoCheckpoint::Root),
            ("origin\n1\nAAAA\n", NoCheckpoint::Root),
        ] {
            assert_eq!(text.parse::<Checkpoint>(), Err(error), "{text:?}");
        }
    }

    #[test]
    fn notes_in_a_file_are_read_one_after_another() {
        let (one, two) = (signed(1), signed(2));
        for between in ["", "\n", "\n\n"] {
            assert_eq!(
                notes(&format!("{one}{between}{two}")).unwrap(),
                [one.clone(), two.clone()],
                "{between:?}"
            );
        }
        assert_eq!(notes("").unwrap(), []);
        assert_eq!(notes("\n\n").unwrap(), []);
        let torn = format!("{one}\n{}", &two.to_string()[..20]);
        assert_eq!(notes(&torn), Err(NoteError::Form));
    }

    #[test]
    fn a_log_is_named_after_its_municipality() {
        let hakodate = "012025".parse().unwrap();
        assert_eq!(origin("city.example.lg.jp/shinsei/", hakodate), "city.example.lg.jp/shinsei/012025");
        assert!(is_of("city.example.lg.jp/shinsei/012025", hakodate) && is_of("012025", hakodate));
        assert!(!is_of("city.example.lg.jp/011002", hakodate) && !is_of("012025/", hakodate));
    }
}
