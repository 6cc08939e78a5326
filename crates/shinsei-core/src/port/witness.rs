//! The port of whoever witnesses the heads of logs from outside.

use crate::checkpoint::{Checkpoint, NoCheckpoint};
use crate::note::{Note, NoteError, Signature, VerifierKey};
use crate::port::store::BoxError;
use crate::tree::proof::{NotProved, consistent};
use crate::tree::{Hash, Head};

/// Remembers the largest head of each log that it has seen, and cosigns only what extends it. A head that it cosigned pins
/// all that was recorded before: whoever alters it afterwards, with the keys of the log itself or without, is found.
///
/// It stands apart from the log: on another machine, with other keys, under other hands.
///
/// # Contract
/// Each clause is a function of `shinsei_conformance::witness`. What to refuse and in which order, [`judge`] says.
/// - `a_first_head_is_cosigned`: with a cosignature that its key verifies over the checkpoint.
/// - `a_head_that_extends_the_last_is_cosigned`, also of the same size and root again.
/// - `a_head_that_does_not_extend_it_is_refused`: a proof that does not lead from the last head to this one, and another
///   root at the same size, are `Inconsistent`; the last head stays.
/// - `another_last_size_is_a_conflict`: the answer names the right one, also to a log that has become shorter.
/// - `a_log_that_is_not_known_is_refused` and `a_head_that_its_log_did_not_sign_is_refused`.
/// - `what_was_cosigned_is_remembered`, also after reopening: before the answer is given, it is kept for good.
/// - `logs_are_apart`: a head of one says nothing of another.
/// # Source
/// C2SP tlog-witness, "add-checkpoint"
pub trait Witness: Send + Sync {
    /// The key that its cosignatures are verified with; its name is the witness's.
    fn key(&self) -> &VerifierKey;

    /// Judges a head and, when nothing speaks against it, keeps it and gives its cosignature.
    ///
    /// # Errors
    /// [`WitnessError`] when it gave none; a [`WitnessError::Conflict`] tells what it knows of the log.
    fn add(&self, submission: &Submission<'_>) -> Result<Signature, WitnessError>;
}

/// A head with what shows that it extends the last one.
#[derive(Clone, Copy, Debug)]
pub struct Submission<'a> {
    /// The size of the last head that the witness cosigned, as far as the log knows; 0 for none.
    pub old: u64,
    /// That the log of the head begins with that of the old size; empty where `old` is 0 or the size of the head.
    pub proof: &'a [Hash],
    /// The head, signed by its log.
    pub checkpoint: &'a Note,
}

/// Why a witness gave no cosignature.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WitnessError {
    /// The last head that it cosigned is of another size.
    #[error("the witness has seen {size} records of this log; prove that the head extends that")]
    Conflict {
        /// Of which size.
        size: u64,
    },
    /// It does not witness this log.
    #[error("the witness does not know this log; register its key there")]
    UnknownLog,
    /// The head is not signed by a key of the log's that it knows.
    #[error("the witness finds no signature of the log's under the head")]
    NotSigned,
    /// The head does not extend the last one: what was recorded before was altered.
    #[error("the head does not extend the one witnessed before")]
    Inconsistent {
        /// How it shows.
        #[source]
        source: NotProved,
    },
    /// What was submitted cannot be read, or names an old size beyond the head.
    #[error("what was submitted to the witness is malformed")]
    Malformed {
        /// In what way, where it is known.
        #[source]
        source: Option<NoCheckpoint>,
    },
    /// It cannot be reached or cannot keep what it sees; nothing is known of the head.
    #[error("the witness is not available; try again")]
    Unavailable {
        /// What was said.
        #[source]
        source: BoxError,
    },
    /// Its answer holds no cosignature of its key.
    #[error("the witness answered without a cosignature of its own")]
    NotCosigned {
        /// What is wrong with it.
        #[source]
        source: NoteError,
    },
}

/// Judges a submission by what is known of logs: `keys` are those of the logs that are witnessed, named after their
/// origin; `last` tells the last head of an origin. Gives the checkpoint to be kept and cosigned.
///
/// # Errors
/// [`WitnessError`]: every variant but `Unavailable` and `NotCosigned`, and what `last` fails with.
/// # Source
/// C2SP tlog-witness, "add-checkpoint", in its order.
pub fn judge(
    submission: &Submission<'_>,
    keys: &[VerifierKey],
    last: impl FnOnce(&str) -> Result<Option<Head>, WitnessError>,
) -> Result<Checkpoint, WitnessError> {
    let malformed = |source| WitnessError::Malformed { source };
    let checkpoint = Checkpoint::of(submission.checkpoint).map_err(|source| malformed(Some(source)))?;
    let (head, origin) = (checkpoint.head(), checkpoint.origin());
    let mut known = keys.iter().filter(|key| key.name() == origin).peekable();
    if known.peek().is_none() {
        return Err(WitnessError::UnknownLog);
    }
    let mut signed = false;
    for key in known {
        match submission.checkpoint.signed_by(key) {
            Ok(_) => signed = true,
            Err(NoteError::NotSigned) => {}
            Err(_) => return Err(WitnessError::NotSigned),
        }
    }
    if !signed {
        return Err(WitnessError::NotSigned);
    }
    if submission.old > head.size {
        return Err(malformed(None));
    }
    let last = last(origin)?.unwrap_or(crate::tree::Frontier::default().head());
    if submission.old != last.size {
        return Err(WitnessError::Conflict { size: last.size });
    }
    if head.size == 0 && head != crate::tree::Frontier::default().head() {
        return Err(WitnessError::Inconsistent { source: NotProved::OtherPresent });
    }
    consistent(&last, &head, submission.proof).map_err(|source| WitnessError::Inconsistent { source })?;
    Ok(checkpoint)
}
