//! The words of officers: they become documents, none of them may be empty, and none may hold a My Number.

use crate::command::StatedReason;
use crate::document::{DocumentRef, Documents};
use crate::outcome::{NonEmpty, Reason};
use crate::rejection::Rejection;
use crate::words::Words;

/// The reasons as the log has them: codes, and documents that hold the words.
pub(super) fn keep_reasons(
    reasons: &NonEmpty<StatedReason>,
    documents: &mut Documents<'_>,
) -> Result<NonEmpty<Reason>, Rejection> {
    reasons.try_map(|reason| keep_reason(reason, documents))
}

/// A reason as the log has it. 理由の提示: a code alone tells the applicant nothing.
pub(super) fn keep_reason(reason: &StatedReason, documents: &mut Documents<'_>) -> Result<Reason, Rejection> {
    let StatedReason { code, text } = reason;
    if !text.are_readable() {
        return Err(Rejection::ReasonWithoutWords { code: code.clone() });
    }
    Ok(Reason { code: code.clone(), text: keep_words("reason", text, documents)? })
}

/// Free words that somebody can read.
pub(super) fn keep_words(
    role: &'static str,
    words: &Words,
    documents: &mut Documents<'_>,
) -> Result<DocumentRef, Rejection> {
    Ok(documents.keep(role, words.read(role)?))
}

/// A file that somebody made of a paper.
pub(super) fn keep_file(
    role: &'static str,
    file: &Words,
    documents: &mut Documents<'_>,
) -> Result<DocumentRef, Rejection> {
    Ok(documents.keep(role, file.taken(role)?))
}
