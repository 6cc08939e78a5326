//! The fields of a form, and the document that they are kept as: one value, so that neither is ever another's.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::schema::FormSchema;
use crate::bytes::Bytes;

/// The fields of a form, shared by reference, with the document that a case keeps of them: written once, however many cases
/// keep it, or the one from which they were read.
///
/// # Example
/// ```
/// use shinsei_core::form::fields::Fields;
/// use shinsei_core::form::schema::FormSchema;
/// let fields = Fields::from(FormSchema::default());
/// let read = Fields::read(fields.document().clone())?;
/// assert!(read == fields && read.document() == fields.document());
/// # Ok::<(), shinsei_core::form::fields::FieldsUnreadable>(())
/// ```
#[derive(Clone, Default)]
pub struct Fields(Arc<Held>);

#[derive(Default)]
struct Held {
    schema: FormSchema,
    document: OnceLock<Bytes>,
}

/// A document is no list of a form's fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the document holds no fields of a form; it is not the one that was kept at the arrival")]
pub struct FieldsUnreadable;

impl Fields {
    /// Reads the fields that a document holds.
    ///
    /// # Errors
    /// [`FieldsUnreadable`]: it holds none.
    pub fn read(document: Bytes) -> Result<Self, FieldsUnreadable> {
        let schema = serde_json::from_slice(document.as_slice()).map_err(|_| FieldsUnreadable)?;
        Ok(Self(Arc::new(Held { schema, document: document.into() })))
    }

    /// The document that a case keeps: JSON of the schema.
    pub fn document(&self) -> &Bytes {
        let write = || {
            #[expect(
                clippy::expect_used,
                reason = "OK because a schema has text for keys and writes to memory"
            )]
            let written = serde_json::to_vec(&self.0.schema).expect("a schema is JSON");
            written.into()
        };
        self.0.document.get_or_init(write)
    }

    /// The fields with this changed; they are kept as another document then.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut FormSchema)) -> Self {
        let mut schema = self.0.schema.clone();
        change(&mut schema);
        schema.into()
    }
}

impl Deref for Fields {
    type Target = FormSchema;

    fn deref(&self) -> &FormSchema {
        &self.0.schema
    }
}

impl From<FormSchema> for Fields {
    fn from(schema: FormSchema) -> Self {
        Self(Arc::new(Held { schema, document: OnceLock::new() }))
    }
}

/// The same fields, in whatever document.
impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.schema == other.0.schema
    }
}

impl Eq for Fields {}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.schema.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        FormSchema::deserialize(deserializer).map(Self::from)
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.schema.fmt(f)
    }
}
