//! Documents beside the log: everything that speaks of a person, so that it can be erased and the log still verifies.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

use crate::bytes::{Bytes, from_hex, hex};
use crate::ids::{DocumentId, StreamId};

/// The most bytes of a document that travel in a commit; a larger one is staged first. Source: DESIGN, "The ports".
pub const INLINE_BYTES_MAX: usize = 64 * 1024;

/// What an event says of a document: which one, and a digest that its salt alone makes checkable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRef {
    /// Which document.
    pub id: DocumentId,
    /// The SHA-256 of the salt and the content.
    pub digest: SaltedDigest,
}

/// The SHA-256 of a salt and a content. Once the salt is erased it says nothing about the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SaltedDigest(pub [u8; 32]);

impl SaltedDigest {
    /// Digests a content with its salt.
    pub fn of(salt: &Salt, content: &[u8]) -> Self {
        Self(Sha256::new().chain_update(salt.0).chain_update(content).finalize().into())
    }
}

impl TryFrom<String> for SaltedDigest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        from_hex(&text).map(Self).ok_or("a digest has 64 hexadecimal digits")
    }
}

impl From<SaltedDigest> for String {
    fn from(digest: SaltedDigest) -> Self {
        hex(&digest.0)
    }
}

/// Sixteen random bytes that lie beside a document and die with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 16]);

/// The randomness of one command, drawn before it is decided: ids and salts of its documents follow from it, so that
/// deciding again names the same documents.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub [u8; 32]);

impl Seed {
    /// The id and the salt of the `n`th document of the command.
    pub fn document(&self, n: u32) -> (DocumentId, Salt) {
        let hash = Sha256::new().chain_update(self.0).chain_update(b"document");
        let both: [u8; 32] = hash.chain_update(n.to_be_bytes()).finalize().into();
        // Security: who has one half of a digest cannot tell the other, so that the id does not betray the salt.
        let (id, salt) = both.split_at(16);
        let half = |bytes: &[u8]| <[u8; 16]>::try_from(bytes).unwrap_or_default();
        (DocumentId(Builder::from_custom_bytes(half(id)).into_uuid()), Salt(half(salt)))
    }

    /// An id for something that the command brings about.
    pub fn id(&self, purpose: &str) -> Uuid {
        let bytes: [u8; 32] = Sha256::new().chain_update(self.0).chain_update(purpose).finalize().into();
        Builder::from_custom_bytes(<[u8; 16]>::try_from(&bytes[..16]).unwrap_or_default()).into_uuid()
    }
}

/// A document that a commit links to a stream.
#[derive(Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// Its id, unique in the municipality.
    pub id: DocumentId,
    /// The stream whose disposal erases it.
    pub stream: StreamId,
    /// What it is, such as `signed-form`; a code, not a person's words.
    pub role: &'static str,
    /// Its salt.
    pub salt: Salt,
    /// Where its bytes are.
    pub body: Body,
}

/// Where the bytes of a new document are.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// In the commit, at most [`INLINE_BYTES_MAX`].
    Inline(Bytes),
    /// Staged before, under the document's id, with this length and SHA-256.
    Staged {
        /// The length in bytes.
        bytes: u64,
        /// The SHA-256 of the content.
        sha256: [u8; 32],
    },
    /// In the commit, and kept once for all cases that rest on the same bytes; it outlives a disposal while another
    /// case refers to it.
    Shared(Bytes),
    /// Staged before, as [`Body::Staged`], and from the commit on kept once, as [`Body::Shared`]: a large list of revoked
    /// certificates, on which every case of a day rests.
    StagedShared {
        /// The length in bytes.
        bytes: u64,
        /// The SHA-256 of the content, under which it is kept.
        sha256: [u8; 32],
    },
}

impl Body {
    /// The length and SHA-256 of what must have been staged; `None` when the bytes are in the commit.
    pub fn staged(&self) -> Option<(u64, [u8; 32])> {
        match self {
            Self::Staged { bytes, sha256 } | Self::StagedShared { bytes, sha256 } => Some((*bytes, *sha256)),
            Self::Inline(_) | Self::Shared(_) => None,
        }
    }
}

impl NewDocument {
    /// True when it is too large to travel in a commit.
    pub fn is_too_large(&self) -> bool {
        match &self.body {
            Body::Inline(content) | Body::Shared(content) => content.len() > INLINE_BYTES_MAX,
            Body::Staged { .. } | Body::StagedShared { .. } => false,
        }
    }
}

/// A document of a command with its salted digest, computed before it is decided on whether it is kept.
#[derive(Clone)]
pub(crate) struct Digested {
    content: Bytes,
    reference: DocumentRef,
    salt: Salt,
}

/// The documents of one command, named after its randomness one after another.
pub(crate) struct Documents<'a> {
    seed: &'a Seed,
    stream: StreamId,
    /// Those that were digested before, in this order: whichever has another content is digested now.
    digested: &'a [Digested],
    all: Vec<NewDocument>,
    /// What was kept with its digest, where that is wanted.
    prepared: Option<Vec<Digested>>,
}

impl<'a> Documents<'a> {
    pub(crate) fn of(seed: &'a Seed, stream: StreamId) -> Self {
        Self { seed, stream, digested: &[], all: vec![], prepared: None }
    }

    /// The same, where some were digested before with the same randomness.
    pub(crate) fn with(self, digested: &'a [Digested]) -> Self {
        Self { digested, all: Vec::with_capacity(digested.len()), ..self }
    }

    /// Keeps bytes as a document of the stream.
    pub(crate) fn keep(&mut self, role: &'static str, content: &Bytes) -> DocumentRef {
        self.add(role, content.clone(), Body::Inline)
    }

    /// Keeps a copy of bytes.
    pub(crate) fn keep_copy(&mut self, role: &'static str, content: &[u8]) -> DocumentRef {
        let digested = self.digested.get(self.all.len()).map(|digested| &digested.content);
        let copied = digested.filter(|digested| digested.as_slice() == content);
        self.add(role, copied.cloned().unwrap_or_else(|| content.into()), Body::Inline)
    }

    /// Keeps bytes on which many cases rest.
    pub(crate) fn keep_shared(&mut self, role: &'static str, content: &Bytes) -> DocumentRef {
        self.add(role, content.clone(), Body::Shared)
    }

    pub(crate) fn into_vec(self) -> Vec<NewDocument> {
        self.all
    }

    /// Digests what is kept, so that it need not be digested once more when it is decided on.
    pub(crate) fn prepared(mut self, keep: impl FnOnce(&mut Self)) -> Vec<Digested> {
        self.prepared = Some(vec![]);
        keep(&mut self);
        self.prepared.unwrap_or_default()
    }

    fn add(&mut self, role: &'static str, content: Bytes, body: fn(Bytes) -> Body) -> DocumentRef {
        let digested = self.digested.get(self.all.len()).filter(|digested| digested.content == content);
        let (reference, salt) = match digested {
            Some(digested) => (digested.reference, digested.salt),
            None => self.digest(&content),
        };
        if let Some(prepared) = &mut self.prepared {
            prepared.push(Digested { content: content.clone(), reference, salt });
        }
        self.all.push(NewDocument { id: reference.id, stream: self.stream, role, salt, body: body(content) });
        reference
    }

    fn digest(&self, content: &Bytes) -> (DocumentRef, Salt) {
        // OK because a command has far fewer documents; the last id would be refused as taken, not overwritten.
        let n = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let (id, salt) = self.seed.document(n);
        (DocumentRef { id, digest: SaltedDigest::of(&salt, content.as_slice()) }, salt)
    }
}

/// A document as a store gives it back.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// What it is.
    pub role: String,
    /// Its salt.
    pub salt: Salt,
    /// Its bytes.
    pub content: Vec<u8>,
}

impl Document {
    /// True when these are the bytes that the event spoke of.
    pub fn is(&self, reference: &DocumentRef) -> bool {
        self.id == reference.id && SaltedDigest::of(&self.salt, &self.content) == reference.digest
    }
}
