//! The words of officers: they become documents, and none of them may be empty.

use crate::bytes::Bytes;
use crate::command::StatedReason;
use crate::document::{DocumentRef, Documents};
use crate::outcome::{NonEmpty, Reason};
use crate::rejection::Rejection;

/// 理由の提示: a code alone tells the applicant nothing.
pub(super) fn reasoned(reasons: &[StatedReason]) -> Result<(), Rejection> {
    match reasons.iter().find(|reason| !reason.has_words()) {
        Some(StatedReason { code, .. }) => Err(Rejection::ReasonWithoutWords { code: code.clone() }),
        None => Ok(()),
    }
}

/// The reasons as the log has them: codes, and documents that hold the words.
pub(super) fn keep_reasons(
    reasons: &NonEmpty<StatedReason>,
    documents: &mut Documents<'_>,
) -> NonEmpty<Reason> {
    reasons.map(|reason| keep_reason(reason, documents))
}

/// A reason as the log has it.
pub(super) fn keep_reason(reason: &StatedReason, documents: &mut Documents<'_>) -> Reason {
    Reason { code: reason.code.clone(), text: documents.keep("reason", &reason.text) }
}

/// Free words that somebody can read.
pub(super) fn keep_words(
    role: &'static str,
    words: &Bytes,
    documents: &mut Documents<'_>,
) -> Result<DocumentRef, Rejection> {
    let readable = std::str::from_utf8(words.as_slice()).is_ok_and(|words| !words.trim().is_empty());
    if readable { Ok(documents.keep(role, words)) } else { Err(Rejection::WordsMissing) }
}
