//! What happened to a procedure. The shape of each payload is a file format: docs/event-format.md.

use serde::{Deserialize, Serialize};

use crate::document::DocumentRef;
use crate::event_format::events;
use crate::ids::{FormFileId, ReasonCode, StaffId};
use crate::procedure::Procedure;
use crate::procedure::stream::IntakePeriod;
use crate::time::Timestamp;

events! {
    /// An event of a procedure.
    pub enum ProcedureEvent {
        /// 手続の登録: its first edition is written.
        ProcedureDefined = 1,
        /// 手続の改定: another edition is written.
        ProcedureRevised = 1,
        /// 公開: an edition is in force from a time on.
        EditionPublished = 1,
        /// 受付停止: no more applications are taken.
        ProcedureSuspended = 1,
        /// 受付再開: applications are taken again.
        ProcedureResumed = 1,
        /// 受付期間の公示: when applications are taken.
        IntakeAnnounced = 1,
        /// 様式の登録: a form file can be downloaded.
        FormFileAdded = 1,
    }
}

/// The first edition is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureDefined {
    /// The edition, with its number.
    pub procedure: Box<Procedure>,
    /// Who wrote it.
    pub by: StaffId,
}

/// Another edition is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureRevised {
    /// The edition, with its number.
    pub procedure: Box<Procedure>,
    /// Who wrote it.
    pub by: StaffId,
}

/// An edition is in force from a time on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionPublished {
    /// Which.
    pub edition: u32,
    /// From when: not before this is recorded.
    pub from: Timestamp,
    /// Who put it in force.
    pub by: StaffId,
}

/// No more applications are taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureSuspended {
    /// Why.
    pub ground: ReasonCode,
    /// Who said so.
    pub by: StaffId,
}

/// Applications are taken again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureResumed {
    /// Who said so.
    pub by: StaffId,
}

/// When applications are taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeAnnounced {
    /// The periods, in order; none for at all times.
    pub periods: Vec<IntakePeriod>,
    /// Who announced them.
    pub by: StaffId,
}

/// A form file can be downloaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormFileAdded {
    /// Under which name.
    pub file: FormFileId,
    /// What it is called (様式名).
    pub title: String,
    /// Its bytes.
    pub document: DocumentRef,
    /// Who added it.
    pub by: StaffId,
}
