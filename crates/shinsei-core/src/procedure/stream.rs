//! A procedure as a stream of the log: its editions (版), which of them is in force when, and its form files (様式).

mod decide;
mod event;
mod state;

use serde::{Deserialize, Serialize};

use crate::ids::{FormFileId, ReasonCode};
use crate::procedure::Procedure;
use crate::time::Timestamp;
use crate::words::Words;

pub use crate::procedure::stream::event::{
    EditionPublished, FormFileAdded, IntakeAnnounced, ProcedureDefined, ProcedureEvent, ProcedureResumed,
    ProcedureRevised, ProcedureSuspended,
};
pub use crate::procedure::stream::state::{Editions, FormFile, Published};

/// What may be asked of a procedure's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum ProcedureCommand {
    /// Writes another edition (版を作る): the first defines the procedure, the others revise it.
    Draft(Box<Procedure>),
    /// Puts an edition in force (版を公開する).
    Publish {
        /// Which.
        edition: u32,
        /// From when; `None` for at once.
        from: Option<Timestamp>,
    },
    /// Writes an edition and puts it in force at once, unless it is in force already.
    Load(Box<Procedure>),
    /// Takes no more applications (受付を停止する).
    Suspend {
        /// Why.
        ground: ReasonCode,
    },
    /// Takes applications again (受付を再開する).
    Resume,
    /// Says when applications are taken (受付期間を公示する); without any period at all times.
    AnnounceIntake {
        /// The periods.
        periods: Vec<IntakePeriod>,
    },
    /// Adds a form file, or another version of it, for download (様式を登録する).
    AddFormFile {
        /// Under which name.
        file: FormFileId,
        /// What it is called (様式名). An event says so: here no number is taken that looks like a My Number, whatever it is.
        title: String,
        /// Its bytes: kept as a document.
        content: Words,
    },
}

/// A period in which applications are taken (受付期間): from an instant up to, not including, another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakePeriod {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant that is too late.
    pub until: Timestamp,
}
