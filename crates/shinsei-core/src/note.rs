//! Signed notes (C2SP signed-note) and cosignatures (C2SP tlog-cosignature): how heads are signed and witnessed.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature as Ed25519, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::bytes::{from_hex, hex};
use crate::time::Timestamp;

/// The most signatures of a note. Source: the limit of golang.org/x/mod/sumdb/note.
pub const SIGNATURES_MAX: usize = 100;

/// The most bytes of a note: an answer of a witness, or a head in a file, is far shorter.
/// Source: C2SP tlog-witness limits nothing; 100 signatures of ML-DSA-44, the longest in use, have 330 KiB.
pub const NOTE_BYTES_MAX: usize = 512 * 1024;

/// What every line of a signature begins with: an em dash and a space.
const MARK: &str = "\u{2014} ";

const ED25519: u8 = 1;
const COSIGNATURE_V1: u8 = 4;

/// A text with signatures under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

/// One signature under a note, of a kind that this program need not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    name: String,
    id: [u8; 4],
    bytes: Vec<u8>,
}

/// What a key signs with: the log its own heads, a witness what it saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyKind {
    /// Whoever keeps the log: Ed25519 over the text.
    Log,
    /// Whoever witnesses it: an Ed25519 cosignature over the text and the time.
    Cosigner,
}

/// A public key with its name: `name+1f2e3d4c+base64`, as notes are verified with.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: KeyKind,
    key: VerifyingKey,
}

/// Signs the heads of a log.
pub struct LogSigner {
    name: String,
    key: SigningKey,
}

/// Cosigns heads as a witness.
pub struct Cosigner {
    name: String,
    key: SigningKey,
}

/// That a key signed a note; a cosignature says when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    /// When it was cosigned; `None` of a log's own signature.
    pub at: Option<Timestamp>,
}

/// Why a text is no note or key, or why a signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// It is not a text, an empty line, and signatures.
    #[error("a signed note is a text, an empty line, and lines that begin with an em dash")]
    Form,
    /// A line of a signature cannot be read.
    #[error("signature {position} of the note cannot be read")]
    SignatureForm {
        /// Which, from 1.
        position: usize,
    },
    /// It has more signatures, or bytes, than a note may have.
    #[error("the note is too long: at most {SIGNATURES_MAX} signatures and {NOTE_BYTES_MAX} bytes")]
    TooLong,
    /// A key is not of the form `name+id+base64`.
    #[error("a verifier key looks like name+1f2e3d4c+base64, with eight hexadecimal digits that fit")]
    KeyForm,
    /// A key is of an algorithm that is not known here.
    #[error("the key is of a kind that is not known here: 1 is Ed25519, 4 an Ed25519 cosignature")]
    KeyKind {
        /// The number of the algorithm.
        algorithm: u8,
    },
    /// A name of a key is empty, or has a space or a plus.
    #[error("the name of a key has at least one character, no space and no plus")]
    KeyName,
    /// The key did not sign it.
    #[error("the note has no signature of this key")]
    NotSigned,
    /// It names the key, and the signature is not the key's.
    #[error("the note has a signature in the name of this key that does not hold")]
    Forged,
}

impl Note {
    /// Makes a note of a text, without signatures yet. The text ends with a line end and has no signature of its own.
    ///
    /// # Errors
    /// [`NoteError::Form`] for another text.
    pub fn new(text: impl Into<String>) -> Result<Self, NoteError> {
        let text = text.into();
        let control = |c: char| c < ' ' && c != '\n';
        if !text.ends_with('\n') || text.contains("\n\n") || text.chars().any(control) {
            return Err(NoteError::Form);
        }
        Ok(Self { text, signatures: vec![] })
    }

    /// Puts a signature under it.
    #[must_use]
    pub fn with(mut self, signature: Signature) -> Self {
        self.signatures.push(signature);
        self
    }

    /// What was signed, with its last line end.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, in order.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Shows that a key signed it.
    ///
    /// # Errors
    /// - [`NoteError::NotSigned`]: it has no signature of the key.
    /// - [`NoteError::Forged`]: it has one in its name that does not hold; then the whole note is suspect.
    pub fn signed_by(&self, key: &VerifierKey) -> Result<Signed, NoteError> {
        let id = key.id();
        let named = |signature: &&Signature| signature.name == key.name && signature.id == id;
        let signature = self.signatures.iter().find(named).ok_or(NoteError::NotSigned)?;
        key.check(&self.text, &signature.bytes)
    }
}

impl FromStr for Note {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, Self::Err> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(NoteError::TooLong);
        }
        let (text, rest) = note.rsplit_once("\n\n").ok_or(NoteError::Form)?;
        let lines = rest.strip_suffix('\n').ok_or(NoteError::Form)?;
        let mut all = Self::new(format!("{text}\n"))?;
        for (position, line) in (1..).zip(lines.split('\n')) {
            if position > SIGNATURES_MAX {
                return Err(NoteError::TooLong);
            }
            all.signatures.push(line.parse().map_err(|_| NoteError::SignatureForm { position })?);
        }
        Ok(all)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl Signature {
    /// The name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FromStr for Signature {
    type Err = NoteError;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let form = NoteError::SignatureForm { position: 1 };
        let (name, encoded) = line.strip_prefix(MARK).and_then(|line| line.split_once(' ')).ok_or(form)?;
        check_name(name).map_err(|_| form)?;
        let decoded = STANDARD.decode(encoded).map_err(|_| form)?;
        let (id, bytes) = decoded.split_first_chunk::<4>().ok_or(form)?;
        if bytes.is_empty() {
            return Err(form);
        }
        Ok(Self { name: name.to_owned(), id: *id, bytes: bytes.to_vec() })
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoded = STANDARD.encode([&self.id[..], &self.bytes].concat());
        write!(f, "{MARK}{} {encoded}", self.name)
    }
}

impl KeyKind {
    fn algorithm(self) -> u8 {
        match self {
            Self::Log => ED25519,
            Self::Cosigner => COSIGNATURE_V1,
        }
    }
}

impl VerifierKey {
    /// The name of the key; that of a log's is the origin of its heads.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the key signs with.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The first four bytes of a digest of name, algorithm and key.
    fn id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', self.kind.algorithm()])
            .chain_update(self.key.as_bytes())
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    fn check(&self, text: &str, signature: &[u8]) -> Result<Signed, NoteError> {
        let forged = NoteError::Forged;
        let (at, signature) = match self.kind {
            KeyKind::Log => (None, signature),
            KeyKind::Cosigner => {
                let (seconds, signature) = signature.split_first_chunk::<8>().ok_or(forged)?;
                (Some(u64::from_be_bytes(*seconds)), signature)
            }
        };
        let signature = Ed25519::from_slice(signature).map_err(|_| forged)?;
        let message = at.map_or_else(|| text.to_owned(), |seconds| cosigned(seconds, text));
        // Security: `verify_strict` takes no key or signature of small order, which would hold for many texts.
        self.key.verify_strict(message.as_bytes(), &signature).map_err(|_| forged)?;
        let at = at.map(|seconds| time_of(seconds).ok_or(forged)).transpose()?;
        Ok(Signed { at })
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::KeyForm);
        };
        check_name(name)?;
        let decoded = STANDARD.decode(encoded).map_err(|_| NoteError::KeyForm)?;
        let (algorithm, key) = decoded.split_first().ok_or(NoteError::KeyForm)?;
        let kind = match *algorithm {
            ED25519 => KeyKind::Log,
            COSIGNATURE_V1 => KeyKind::Cosigner,
            algorithm => return Err(NoteError::KeyKind { algorithm }),
        };
        let key = <[u8; 32]>::try_from(key).map_err(|_| NoteError::KeyForm)?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| NoteError::KeyForm)?;
        let key = Self { name: name.to_owned(), kind, key };
        if id.len() != 8 || from_hex(id) != Some(key.id()) || id.contains(|c: char| c.is_ascii_uppercase()) {
            return Err(NoteError::KeyForm);
        }
        Ok(key)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoded = STANDARD.encode([&[self.kind.algorithm()], &self.key.as_bytes()[..]].concat());
        write!(f, "{}+{}+{encoded}", self.name, hex(&self.id()))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl LogSigner {
    /// Makes a signer from its name and 32 secret bytes of good randomness.
    ///
    /// # Errors
    /// [`NoteError::KeyName`] for a name that no key can have.
    pub fn new(name: impl Into<String>, seed: &[u8; 32]) -> Result<Self, NoteError> {
        Ok(Self { name: checked(name)?, key: SigningKey::from_bytes(seed) })
    }

    /// What its signatures are verified with.
    pub fn verifier_key(&self) -> VerifierKey {
        VerifierKey { name: self.name.clone(), kind: KeyKind::Log, key: self.key.verifying_key() }
    }

    /// Signs the text of a note.
    pub fn sign(&self, note: &Note) -> Signature {
        let bytes = self.key.sign(note.text.as_bytes()).to_bytes().to_vec();
        Signature { name: self.name.clone(), id: self.verifier_key().id(), bytes }
    }
}

impl Cosigner {
    /// Makes a cosigner from its name and 32 secret bytes of good randomness, which serve nothing else.
    ///
    /// # Errors
    /// [`NoteError::KeyName`] for a name that no key can have.
    pub fn new(name: impl Into<String>, seed: &[u8; 32]) -> Result<Self, NoteError> {
        Ok(Self { name: checked(name)?, key: SigningKey::from_bytes(seed) })
    }

    /// What its cosignatures are verified with.
    pub fn verifier_key(&self) -> VerifierKey {
        VerifierKey { name: self.name.clone(), kind: KeyKind::Cosigner, key: self.key.verifying_key() }
    }

    /// Cosigns the text of a note, seen at a time.
    pub fn cosign(&self, note: &Note, at: Timestamp) -> Signature {
        // OK because nobody cosigned before 1970.
        let seconds = u64::try_from(at.micros().div_euclid(1_000_000)).unwrap_or(0);
        let signature = self.key.sign(cosigned(seconds, &note.text).as_bytes());
        let bytes = [&seconds.to_be_bytes()[..], &signature.to_bytes()].concat();
        Signature { name: self.name.clone(), id: self.verifier_key().id(), bytes }
    }
}

/// Shows whose it is, and nothing of the secret.
impl fmt::Debug for LogSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogSigner({})", self.verifier_key())
    }
}

/// Shows whose it is, and nothing of the secret.
impl fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cosigner({})", self.verifier_key())
    }
}

/// What a cosignature signs. Source: C2SP tlog-cosignature, "Ed25519 signed message".
fn cosigned(seconds: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

fn time_of(seconds: u64) -> Option<Timestamp> {
    Timestamp::from_micros(i64::try_from(seconds).ok()?.checked_mul(1_000_000)?)
}

fn check_name(name: &str) -> Result<(), NoteError> {
    if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == '+' || c < ' ') {
        return Err(NoteError::KeyName);
    }
    Ok(())
}

fn checked(name: impl Into<String>) -> Result<String, NoteError> {
    let name = name.into();
    check_name(&name)?;
    Ok(name)
}

#[cfg(test)]
mod tests;
