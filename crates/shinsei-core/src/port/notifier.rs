//! The port of whoever brings notices to people.

use crate::notice::Notice;

/// Delivers notices, at least once each.
///
/// # Contract
/// Each clause is a function of `shinsei_conformance::notifier`.
/// - `delivers_what_it_says`: after `Ok`, the notice is with the carrier (a mail server, a folder).
/// - `same_id_same_notice`: delivering a notice again is not an error, and makes at most one more copy, with the same id.
/// - `keeps_every_field`: each field that the notice has reaches the reader.
/// - `refuses_what_cannot_be_sent`: an address that nobody can send to is [`NotifierError::Undeliverable`].
/// - `tells_results_apart`: results that differ read differently.
/// - `keeps_notices_apart`: notices delivered at the same time each reach their own reader.
pub trait Notifier: Send + Sync {
    /// Delivers a notice.
    ///
    /// # Errors
    /// [`NotifierError`] when it was not handed over, or it is not known whether it was.
    fn deliver(&self, notice: &Notice) -> Result<(), NotifierError>;
}

/// Why a notice was not delivered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotifierError {
    /// The carrier does not answer; the notice is tried again.
    #[error("the carrier of notices is not available")]
    Unavailable {
        /// What the machine said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// This notice can never be delivered as it is; a person must look.
    #[error("the notice cannot be delivered: {why}")]
    Undeliverable {
        /// What is wrong, without the address.
        why: &'static str,
    },
}
