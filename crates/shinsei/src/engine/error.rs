//! Why a command has no answer: the rules said no, or the machine could not.

use std::sync::Arc;

use shinsei_core::event_format::EventError;
use shinsei_core::ids::{Municipality, StreamId};
use shinsei_core::port::signature::VerifierError;
use shinsei_core::port::store::StoreError;
use shinsei_core::rejection::Rejection;

/// Why a command has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    /// The rules said no: the person who asked can read it and act on it.
    #[error(transparent)]
    Rejected(Rejection),
    /// The machine could not.
    #[error(transparent)]
    Failed(#[from] EngineError),
}

/// Why the machine could not.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// Too much is waiting already. Nothing was written; try again later.
    #[error("the engine is overloaded; try again later")]
    Overloaded,
    /// The engine takes nothing more. Nothing was written; send it to another one.
    #[error("the engine is shutting down")]
    ShuttingDown,
    /// A panic ended the work on this command. Whether it took effect must be looked up: send the same id again.
    #[error(
        "a panic ended the work on this command; send it again with the same id to learn what became of it"
    )]
    Abandoned,
    /// The engine does not serve this municipality.
    #[error("this engine does not serve municipality {municipality}")]
    MunicipalityUnknown {
        /// Which.
        municipality: Municipality,
    },
    /// The command id was used with another content. Nothing was written; choose a new id for a new command.
    #[error("this command id was used for another command; choose a new one")]
    CommandReused,
    /// The streams moved on each time the command was decided. Nothing was written; try again.
    #[error("the case was changed by others {decisions} times while this command was decided; try again")]
    Contended {
        /// How often it was decided.
        decisions: u32,
    },
    /// A decision changes a stream that it did not look at: a rule of the core is broken. Nothing was written.
    #[error("a decision changes a stream that it did not look at")]
    ChangedUnseen {
        /// Which.
        stream: StreamId,
    },
    /// Another worker has the agenda entry now.
    #[error("the agenda entry has passed to another worker")]
    LeaseLost,
    /// There is no verdict on the signature. Nothing was written.
    #[error(transparent)]
    Verifier(VerifierError),
    /// The store could not; see whether something was written.
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// The log cannot be read: it is corrupt, or newer than this program.
    #[error(transparent)]
    Log(#[from] EventError),
    /// The store recorded an event without the number that it wanted.
    #[error("the store gave no number to {event_type}")]
    NumberMissing {
        /// Which type of event.
        event_type: &'static str,
    },
    /// An event or a command cannot be written as JSON.
    #[error("an event or a command cannot be written as JSON")]
    Encode(#[from] serde_json::Error),
    /// The store promises no durability, so an acknowledgement would be no arrival.
    #[error("the store is not durable; open the engine with Engine::volatile if that is what you want")]
    NotDurable,
    /// The engine was opened without an access log, so that nobody may read a case as an officer.
    #[error("there is no access log to record the reading in; open the engine with Settings::access_log")]
    NoAccessLog,
    /// The engine was opened without a place for lists of cases.
    #[error("there is nothing to keep lists of cases in; open the engine with Settings::lists")]
    NoLists,
    /// A thread could not be started.
    #[error("a thread of the engine could not be started")]
    Thread(#[source] std::io::Error),
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl From<StoreError> for ExecuteError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}
