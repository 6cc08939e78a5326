//! What a decision looks up beside the log: a document that an event spoke of, proved to be that one and read once, before it is
//! decided on.

use crate::bytes::Bytes;
use crate::document::{Document, DocumentRef};
use crate::form::Form;
use crate::form::fields::Fields;

/// A document that a decision must look at, and as what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// Which one, as an event spoke of it.
    pub document: DocumentRef,
    /// As what it is read.
    pub reading: Reading,
}

/// As what a document is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Its bytes.
    Words,
    /// The fields of a form that a case keeps.
    Fields,
    /// A form.
    Form {
        /// Where in the document it stands: its first byte, and the first that is no longer of it; `None` for all of it.
        within: Option<(u64, u64)>,
    },
}

/// A document that was looked up. Only [`Lookup::found`] makes one: it is the document of which the event spoke, and what was
/// read in it stands nowhere without it.
#[derive(Clone)]
pub struct LookedUp {
    document: DocumentRef,
    says: Says,
}

#[derive(Clone)]
enum Says {
    Words(Bytes),
    /// `None` where it holds no fields.
    Fields(Option<Fields>),
    /// `None` where it holds no form.
    Form(Option<Form>),
}

impl Lookup {
    /// A document of which the bytes are looked at.
    pub(crate) fn words(document: DocumentRef) -> Self {
        Self { document, reading: Reading::Words }
    }

    /// Proves that a document is the one that is looked for, and reads it; `None` for another one, and for one whose bytes were
    /// changed.
    ///
    /// `known` may give the fields that were read from the same bytes before, or nothing: it is asked for no other reading, and
    /// fields of other bytes are not taken.
    pub fn found(
        &self,
        document: Document,
        known: impl FnOnce(&Bytes) -> Option<Fields>,
    ) -> Option<LookedUp> {
        if !document.is(&self.document) {
            return None;
        }
        let content = Bytes::from(document.content);
        let says = match self.reading {
            Reading::Words => Says::Words(content),
            Reading::Fields => {
                let known = known(&content).filter(|known| *known.document() == content);
                Says::Fields(known.or_else(|| Fields::read(content).ok()))
            }
            Reading::Form { within } => Says::Form(form(content.as_slice(), within)),
        };
        Some(LookedUp { document: self.document, says })
    }
}

impl LookedUp {
    /// The bytes, if it is this document and was read as nothing else.
    pub fn content(&self, document: &DocumentRef) -> Option<&[u8]> {
        match &self.says {
            Says::Words(content) if self.document == *document => Some(content.as_slice()),
            Says::Words(_) | Says::Fields(_) | Says::Form(_) => None,
        }
    }

    /// The fields, if it is this document and holds some.
    pub fn fields(&self, document: &DocumentRef) -> Option<&Fields> {
        match &self.says {
            Says::Fields(fields) if self.document == *document => fields.as_ref(),
            Says::Words(_) | Says::Fields(_) | Says::Form(_) => None,
        }
    }

    /// The form, if it is this document and holds one.
    pub fn form(&self, document: &DocumentRef) -> Option<&Form> {
        match &self.says {
            Says::Form(form) if self.document == *document => form.as_ref(),
            Says::Words(_) | Says::Fields(_) | Says::Form(_) => None,
        }
    }
}

fn form(content: &[u8], within: Option<(u64, u64)>) -> Option<Form> {
    let content = match within {
        None => content,
        Some((from, until)) => content.get(usize::try_from(from).ok()?..usize::try_from(until).ok()?)?,
    };
    Form::read(content).ok()
}
