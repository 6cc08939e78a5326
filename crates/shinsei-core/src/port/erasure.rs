//! The port of whoever can look for remnants of what was erased.

use crate::port::store::StoreError;

/// A place where something stands that an erasure should have removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remnant {
    /// Where, such as a table and a page; nothing of what stands there.
    pub place: String,
    /// What is wrong there, and what to do.
    pub what: String,
}

/// Looks for remnants of what was erased: in rows, and in the bytes of the files in which they stood.
///
/// What was erased is not known any more, and so it is looked for by what is left of it: rows that a disposal should have
/// emptied, contents that no row refers to, and bytes in pages that belong to no row. What is found need not be readable.
pub trait ErasureCheck {
    /// Every remnant that is found. `known` are texts that were erased, where somebody has them, to be searched for in all
    /// bytes that can be reached; `rows_only` looks at rows and not into files.
    ///
    /// # Errors
    /// [`StoreError`] when it could not look, also where this role may not read the server's files.
    fn remnants(&self, known: &[Vec<u8>], rows_only: bool) -> Result<Vec<Remnant>, StoreError>;
}
