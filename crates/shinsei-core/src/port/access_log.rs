//! The port of whoever keeps the access log: who read which case, what for, and when.

mod columns;

use std::ops::ControlFlow;

use crate::actor::Actor;
use crate::ids::{DocumentId, Municipality, Purpose, StaffId, StreamId, UserId};
use crate::port::store::StoreError;
use crate::time::{Timestamp, Window};

pub use columns::ReaderColumns;

/// The most accesses that one call visits or forgets.
pub const PAGE_ACCESSES_MAX: usize = 10_000;

/// Keeps who read what, so that the scope of a breach can be told: who saw a case, and what a person saw.
///
/// It holds codes and ids, nothing else that speaks of an applicant, and outlives the disposal of the case. It stands
/// outside the Merkle tree: reading is no event of the case. What the city's rules no longer want kept is forgotten.
///
/// # Contract
/// Each clause is a function of `shinsei_conformance::access_log`.
/// - `what_was_recorded_comes_back`: every field, in the order of recording, also of accesses recorded together.
/// - `an_access_bears_the_time_of_the_clock`: all of one call the same time.
/// - `accesses_survive_reopening`: what `record` answered is on disk, where the store beside it is durable.
/// - `a_case_has_its_own_accesses`, `a_reader_has_their_own_accesses`: also where staff and users share an id, and kinds
///   of stream too; an officer and a clerk of one staff number are one reader.
/// - `a_window_is_half_open`: `from` inside, `until` outside.
/// - `a_page_goes_on_where_the_last_ended`: at most as many as were asked for, until the visitor breaks.
/// - `what_is_older_is_forgotten`: what was recorded before an instant and nothing else, of one municipality, as many as
///   were asked for at most, the earliest first.
/// - `a_place_is_given_once`: also when what stood there is forgotten.
/// - `municipalities_are_apart`: no call on one reads or changes another.
/// # Source
/// DOMAIN L22 and L23: access logs under 番号法, and the scope of a breach under 個人情報保護法.
pub trait AccessLog: Send + Sync {
    /// Records accesses, durably, all of them or none, and says under which time.
    ///
    /// # Errors
    /// [`StoreError`] when nothing was recorded; then nothing may be shown to the reader.
    fn record(&self, accesses: &[Access]) -> Result<Timestamp, StoreError>;

    /// Visits the accesses that a question is about after one of them, in the order of recording; `after` of 0 begins at
    /// the first. At most `max` and at most [`PAGE_ACCESSES_MAX`]. `visit` must not call the log.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read to the end of the page.
    fn accesses(
        &self,
        question: &Question,
        after: u64,
        max: usize,
        visit: &mut dyn FnMut(Accessed) -> ControlFlow<()>,
    ) -> Result<(), StoreError>;

    /// Forgets what was recorded of a municipality before an instant, the earliest first, at most `max` and at most
    /// [`PAGE_ACCESSES_MAX`] at once; says how many. How long they are kept is the city's to say:
    /// [`Retention::ended_by`](crate::retention::Retention::ended_by).
    ///
    /// # Errors
    /// [`StoreError`] when nothing was forgotten; [`StoreError::ReadOnly`] where whoever serves may not.
    fn forget(&self, municipality: Municipality, before: Timestamp, max: usize) -> Result<u64, StoreError>;
}

/// Something is about to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Whose.
    pub municipality: Municipality,
    /// The case, or another stream.
    pub stream: StreamId,
    /// The document of it; `None` for the case itself.
    pub document: Option<DocumentId>,
    /// Who reads.
    pub reader: Actor,
    /// What for.
    pub purpose: Purpose,
}

/// Something was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accessed {
    /// Its place in the order of recording, from 1; places may be left out.
    pub ordinal: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub access: Access,
}

/// Which accesses are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Whose.
    pub municipality: Municipality,
    /// Of what or by whom.
    pub about: About,
    /// When.
    pub within: Window,
}

/// Of what, or by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Who saw this case and its documents.
    Stream(StreamId),
    /// What this officer or clerk saw.
    Staff(StaffId),
    /// What this user saw.
    User(UserId),
}
