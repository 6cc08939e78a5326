//! What a command brings, read and digested before it is decided on: once, however often that is.

use crate::document::{Digested, Seed};
use crate::form::read::ReadForm;

/// What a command brings, read and digested ([`Decider::prepare`](crate::decider::Decider::prepare)).
///
/// It holds nothing that does not follow from the command, the verdict on its signature and its randomness, each beside what it
/// follows from. A decision is the same with it and without; it only costs less.
#[derive(Clone, Default)]
pub struct Prepared {
    /// The randomness by which its documents are named.
    pub(crate) seed: Option<Seed>,
    /// The documents, in the order in which they are kept.
    pub(crate) documents: Vec<Digested>,
    /// The form that came.
    pub(crate) form: Option<ReadForm>,
}

impl Prepared {
    /// The documents that were digested with this randomness.
    pub(crate) fn documents(&self, seed: &Seed) -> &[Digested] {
        if self.seed.as_ref() == Some(seed) { &self.documents } else { &[] }
    }
}
