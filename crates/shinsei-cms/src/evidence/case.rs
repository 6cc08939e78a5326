//! From the documents that a case keeps beside the log to a bundle.

use shinsei_core::document::{Document, DocumentRef};
use shinsei_core::event::{FormRef, SignatureVerified};
use shinsei_core::ids::DocumentId;
use shinsei_core::signature::Evidence;

use super::Bundle;

/// Why the documents of a case do not make a bundle.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseError<E> {
    /// The form came without a signature.
    #[error("the form is not signed")]
    NotSigned,
    /// A document is not there: its case was disposed of, or the file is damaged.
    #[error("document {} is not there", document.0)]
    Missing {
        /// Which.
        document: DocumentId,
    },
    /// A document is not the one that the event speaks of.
    #[error("document {} is not the one that was recorded", document.0)]
    Altered {
        /// Which.
        document: DocumentId,
    },
    /// The documents could not be read.
    #[error("the documents of the case could not be read")]
    Store(#[source] E),
}

impl Bundle {
    /// Gathers the bundle of a case from its events and its documents.
    ///
    /// `form` is where the signed form is, of the `Submitted` or the later event that brought it, and `verified` the
    /// verdict on it. Each document must be the one that the event spoke of, by its salted digest, so that what the log
    /// pins is what is judged again.
    ///
    /// # Errors
    /// [`CaseError`].
    pub fn of_case<E>(
        form: &FormRef,
        verified: &SignatureVerified,
        mut document: impl FnMut(DocumentId) -> Result<Option<Document>, E>,
    ) -> Result<Self, CaseError<E>> {
        let mut read = |reference: &DocumentRef| {
            let found = document(reference.id).map_err(CaseError::Store)?;
            let found = found.ok_or(CaseError::Missing { document: reference.id })?;
            if found.is(reference) {
                Ok(found.content)
            } else {
                Err(CaseError::Altered { document: reference.id })
            }
        };
        let (signature, content) = match form {
            FormRef::Unsigned(_) => return Err(CaseError::NotSigned),
            FormRef::Detached { content, signature } => (read(signature)?, Some(read(content)?)),
            FormRef::Attached(message) => (read(message)?, None),
        };
        let mut evidence = Vec::new();
        for piece in &verified.evidence {
            evidence.push(Evidence { role: piece.role, bytes: read(&piece.document)?.into() });
        }
        Ok(Self {
            signature,
            content,
            at: verified.judged_at,
            kind: Some(verified.kind),
            policy: verified.policy.clone(),
            evidence,
        })
    }
}
