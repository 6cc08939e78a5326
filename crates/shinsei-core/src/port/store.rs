//! The port of whoever keeps the city's file.

use std::ops::ControlFlow;

use crate::agenda::{AgendaChange, AgendaRow, EntryKey, Lease, LeaseRequest, Settlement};
use crate::document::{Document, NewDocument};
use crate::ids::{CommandId, DocumentId, Municipality, Position, Series, StreamId, Version};
use crate::record::{Codec, Number, RawRecord};
use crate::time::{Timestamp, Window};
use crate::tree::{Hash, Head};

/// The most records that one call of a reading operation visits.
pub const PAGE_RECORDS_MAX: usize = 10_000;

/// The most commits in one batch.
pub const BATCH_COMMITS_MAX: usize = 10_000;

/// Called for each record of a page, in order. It must not call the store.
pub type Visit<'v> = &'v mut dyn FnMut(RawRecord<'_>) -> ControlFlow<()>;

/// Keeps records, numbers, commands, documents and the agenda of municipalities.
///
/// # Contract
/// Each clause is a function of `shinsei_conformance::store`, in the module named here.
/// - **durable**: what `commit` answered `Done` is on disk, or [`Guarantees::durable`] is false. No clause shows this: a
///   store's own tests look at the system calls for it (`shinsei_conformance::trace`).
/// - `versions`: an append whose expected version, or an unchanged stream whose version, is not the actual one is
///   `Stale`, and nothing of its commit is written.
/// - `log`: positions of a municipality are gapless from 1 and equal commit order; records of one commit are
///   neighbours; a reader that sees p+1 has seen p.
/// - `batches`: each commit is judged by itself, on what those before it left; a malformed one refuses them all.
/// - `commands`: a command id takes effect once; again with the same digest it is `Again` with the identical receipt,
///   with another digest `KeyReused`, also within one batch and after reopening.
/// - `at_once`: what comes at once is judged as if one had come after the other; a reader beside it sees all records of a
///   commit or none, what `find` has can be read, and where a log stands is one snapshot.
/// - `names`: ids, digests and codes are told apart by every byte and letter, and what is kept comes back as it was given.
/// - `numbers`: each series of a municipality is gapless from 1; a commit that is not written burns none; where each stands
///   is known.
/// - `window`: a commit whose window does not contain its recording time is `OutsideWindow`, and nothing is written.
/// - `time`: recording times never decrease within a municipality; where anything is to be recorded by a clock that
///   stepped back by more than the store was told to bear, the batch is `ClockSuspect`. A command that is known needs no
///   clock and is answered all the same.
/// - `leases`, `agenda_order`, `agenda`: entries become due, are leased to one worker at a time in order of due time
///   per stream and channel, and are settled under the latest fence only.
/// - `documents`, `erasure`: documents come back byte for byte; `erase` leaves nothing of a stream's own documents, not even
///   that their ids were used.
/// - `tree`: the head's root is that of RFC 9162 over the leaves of the records; the nodes that are kept lead to it, and to
///   the root of every size the log has had.
/// - `altered`: what a hand did to the records behind the store's back shows, and the first record that is wrong is named
///   with a head that was witnessed before; a number that was set ahead shows before the next one is given.
/// - `tenancy`: no operation on one municipality reads or changes another.
/// - `model`: whatever is asked for in any order is answered as a plain reference does.
/// - `faults`: what fails has its own error and leaves no trace; work goes on when it is over; what was lost on the way is
///   there whole or not at all, and may be sent again.
pub trait Store: Send + Sync {
    /// Writes commits in one durable transaction, and says of each what became of it, in order.
    ///
    /// Each commit is judged on what those before it in the batch left: first whether its command is known, then the
    /// window, the versions, the leases, the documents. A commit that is refused leaves no trace and does not hinder
    /// the others. When this returns `Err` nothing of the batch was written, except for [`StoreError::OutcomeUnknown`].
    /// Of one commit, the settlements take effect before the changes of the agenda, those in their order.
    ///
    /// # Errors
    /// [`StoreError`] when the whole batch could not be written.
    fn commit(&self, batch: &[Commit]) -> Result<Vec<Outcome>, StoreError>;

    /// Visits the records of a stream after a version, at most `max` and at most [`PAGE_RECORDS_MAX`] of them.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read to the end of the page.
    fn read_stream(
        &self,
        municipality: Municipality,
        stream: StreamId,
        after: Version,
        max: usize,
        visit: Visit<'_>,
    ) -> Result<(), StoreError>;

    /// Visits the records of a municipality after a position, at most `max` and at most [`PAGE_RECORDS_MAX`] of them.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read to the end of the page.
    fn read_log(
        &self,
        municipality: Municipality,
        after: Position,
        max: usize,
        visit: Visit<'_>,
    ) -> Result<(), StoreError>;

    /// The receipt of a command that took effect; `None` when it did not.
    ///
    /// # Errors
    /// [`StoreError`] when there is no answer.
    fn find(&self, municipality: Municipality, command: CommandId) -> Result<Option<Found>, StoreError>;

    /// The size and root of a municipality's tree.
    ///
    /// # Errors
    /// [`StoreError`] when there is no answer.
    fn head(&self, municipality: Municipality) -> Result<Head, StoreError>;

    /// Where the log of a municipality stands, as it is kept for the next commit and in one snapshot. It is told from where
    /// `commit` takes it, and not from the records: that the two agree is what [`crate::audit::log::verify`] looks at.
    ///
    /// # Errors
    /// [`StoreError`] when there is no answer.
    fn standing(&self, municipality: Municipality) -> Result<Standing, StoreError>;

    /// Nodes of a municipality's tree as they were kept when the log was written: at level 0 the leaf hashes of the
    /// records, at level 8, 16 and so on the roots over each 256, 65,536 and so on. Gives those of `level` from the
    /// `first`th on, counted from 0, in order, as many as are complete: at most `max` and at most [`PAGE_RECORDS_MAX`].
    ///
    /// They are not computed from the records again: what was altered since is told from what was not by them.
    ///
    /// # Errors
    /// [`StoreError::Malformed`] for another level; else when there is no answer.
    fn nodes(
        &self,
        municipality: Municipality,
        level: u32,
        first: u64,
        max: usize,
    ) -> Result<Vec<Hash>, StoreError>;

    /// The municipalities for which anything was recorded, in the order of their codes.
    ///
    /// # Errors
    /// [`StoreError`] when there is no answer.
    fn municipalities(&self) -> Result<Vec<Municipality>, StoreError>;

    /// Lends due entries to a worker, the earliest first, none of them behind an unsettled one of its stream and
    /// channel: what is lent, waits for another try or is parked holds back what comes after it.
    ///
    /// # Errors
    /// [`StoreError`] when nothing was lent.
    fn lease(&self, request: &LeaseRequest) -> Result<Vec<Lease>, StoreError>;

    /// The agenda entries of a municipality that are not settled, the earliest first.
    ///
    /// # Errors
    /// [`StoreError`] when there is no answer.
    fn agenda(&self, municipality: Municipality, entries_max: usize) -> Result<Vec<AgendaRow>, StoreError>;

    /// Stages a part of a document larger than [`crate::document::INLINE_BYTES_MAX`], durable and unlinked. A chunk
    /// begins where the one before it ended; an `offset` of 0 begins anew.
    ///
    /// # Errors
    /// [`StoreError::Malformed`] when the chunk does not follow; else when it was not written.
    fn stage(
        &self,
        municipality: Municipality,
        document: DocumentId,
        offset: u64,
        chunk: &[u8],
    ) -> Result<(), StoreError>;

    /// Removes what was staged before an instant and never linked; says how many documents that were. What counts is
    /// when the last chunk came, so that a document still on its way is kept.
    ///
    /// # Errors
    /// [`StoreError`] when nothing was removed.
    fn sweep(&self, staged_before: Timestamp) -> Result<u64, StoreError>;

    /// A linked document; `None` when there is none or it was erased.
    ///
    /// # Errors
    /// [`StoreError`] when there is no answer.
    fn document(&self, municipality: Municipality, id: DocumentId) -> Result<Option<Document>, StoreError>;

    /// Erases the documents of a stream with their salts, and the content digests of the commands that appended to it.
    /// Shared evidence goes when no other stream refers to it. Says how many documents of the stream there were, those
    /// with shared bytes included.
    ///
    /// An id whose document was erased may be linked again as if for the first time: a store need not remember it. What a
    /// record says of the document that it once was, its salted digest, another one does not fit.
    ///
    /// # Errors
    /// [`StoreError`] when nothing was erased.
    fn erase(&self, municipality: Municipality, stream: StreamId) -> Result<u64, StoreError>;

    /// Tells a listener from now on that another node may have committed something for a municipality.
    ///
    /// It is a hint and nothing may rest on it: it may be late, doubled or missing, and a store with one writer has none
    /// to give. The listener must not call the store; once it says false it is told nothing more.
    fn overhear(&self, listener: Listener) {
        drop(listener);
    }

    /// What this store promises.
    fn guarantees(&self) -> Guarantees;
}

/// Told for whom another node may have committed something; says whether it wants to be told again.
pub type Listener = Box<dyn Fn(Municipality) -> bool + Send + Sync>;

/// One command's whole effect: all of it is written, or nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Commit {
    /// Whose log it goes to.
    pub municipality: Municipality,
    /// The command; `None` only for a commit that appends nothing.
    pub command: Option<CommandKey>,
    /// What is appended, no stream twice.
    pub appends: Vec<Append>,
    /// Streams that were only read, with the version that was read.
    pub unchanged: Vec<(StreamId, Version)>,
    /// Documents to keep.
    pub documents: Vec<NewDocument>,
    /// Changes of the agenda.
    pub agenda: Vec<AgendaChange>,
    /// Leased entries to settle.
    pub settles: Vec<Settlement>,
    /// The recording times for which all this is right.
    pub window: Window,
}

impl Commit {
    /// One that changes nothing, at any time: to be filled in.
    pub fn nothing(municipality: Municipality) -> Self {
        Self {
            municipality,
            command: None,
            appends: vec![],
            unchanged: vec![],
            documents: vec![],
            agenda: vec![],
            settles: vec![],
            window: Window::ALWAYS,
        }
    }
}

/// A command's id, and the digest of its content: the same id with other content is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandKey {
    /// The id.
    pub id: CommandId,
    /// The SHA-256 of the content. It stands outside the tree and is erased with the stream.
    pub digest: [u8; 32],
}

/// Events for one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// The stream.
    pub stream: StreamId,
    /// How many events it has already.
    pub expected: Version,
    /// The events, at least one.
    pub records: Vec<NewRecord>,
}

/// An event to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecord {
    /// The type of the event.
    pub event_type: &'static str,
    /// The version of the payload's shape.
    pub schema_version: u16,
    /// How the payload is written.
    pub codec: Codec,
    /// The payload.
    pub payload: Vec<u8>,
    /// The series from which it wants a number.
    pub number_from: Option<Series>,
}

/// What became of one commit of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is written.
    Done(Receipt),
    /// Its command had taken effect before: the receipt of that time.
    Again(Receipt),
    /// A stream has another version than was expected.
    Stale {
        /// Which stream.
        stream: StreamId,
        /// The version it has.
        actual: Version,
    },
    /// Its command id was used with another content.
    KeyReused,
    /// The recording time lies outside its window.
    OutsideWindow {
        /// The recording time.
        at: Timestamp,
    },
    /// A lease that it settles has passed to another worker, was cancelled or settled.
    LeaseLost {
        /// Which entry.
        key: EntryKey,
    },
    /// A document that it links is not there to be linked: it was not staged with that length and digest, or its id is
    /// linked already. What is linked is never replaced.
    NotStaged {
        /// Which document.
        document: DocumentId,
    },
}

/// What a store says of a commit that it wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The position of its first record; that of the last record before it when it has none.
    pub first: Position,
    /// How many records it has; they are neighbours, appends in the order of the commit.
    pub records: u64,
    /// When they were recorded.
    pub recorded_at: Timestamp,
    /// The numbers that were given, each with the position of its record.
    pub numbers: Vec<(Position, Number)>,
}

/// A command that took effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its receipt.
    pub receipt: Receipt,
    /// The digest of its content; `None` once it was erased.
    pub digest: Option<[u8; 32]>,
}

impl Found {
    /// True when a command of the same id is this one again. An erased digest can no longer tell contents apart: then the id
    /// alone decides.
    pub fn is(&self, key: CommandKey) -> bool {
        self.digest.is_none_or(|digest| digest == key.digest)
    }

    /// What becomes of a commit whose command's id is this one's.
    pub fn outcome(self, key: CommandKey) -> Outcome {
        if self.is(key) { Outcome::Again(self.receipt) } else { Outcome::KeyReused }
    }
}

/// Where a log stands: what its next commit goes on from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The size and root of the tree.
    pub head: Head,
    /// When the last record was recorded; `None` before the first.
    pub recorded_at: Option<Timestamp>,
    /// The last number that was given of each series, in the order of the series' names.
    pub numbers: Vec<Number>,
}

/// What a store promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guarantees {
    /// What was acknowledged survives a loss of power.
    pub durable: bool,
    /// Municipalities do not wait for each other: a batch should hold one municipality.
    pub lanes: bool,
    /// Who else may write.
    pub writers: Writers,
}

/// Who else may write to a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writers {
    /// Nobody: this process alone.
    One,
    /// Other processes, at the same time.
    Many,
}

/// Why a store could not.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// It cannot be reached or is busy; the same call may succeed later. Nothing was written.
    #[error("the store is not available; try again")]
    Unavailable {
        /// What the driver said.
        #[source]
        source: BoxError,
    },
    /// The connection was lost while committing: the commit may have taken effect or not; ask `find`.
    #[error("the connection was lost while committing; whether it took effect must be looked up")]
    OutcomeUnknown {
        /// What the driver said.
        #[source]
        source: BoxError,
    },
    /// There is no room left. Nothing was written; it works again once there is room.
    #[error("the store is full; make room, then try again")]
    Full {
        /// What the driver said.
        #[source]
        source: BoxError,
    },
    /// It cannot be written to: a read-only file or server.
    #[error("the store cannot be written to; check the permissions")]
    ReadOnly {
        /// What the driver said.
        #[source]
        source: BoxError,
    },
    /// The clock stands before the last record by more than the store was told to bear. Nothing was written.
    #[error("the clock says {now}, but the last record is of {last}; set the clock right")]
    ClockSuspect {
        /// What the clock said.
        now: Timestamp,
        /// When the last record was written.
        last: Timestamp,
    },
    /// What was read is not what was written.
    #[error("the store is corrupt: {what}; restore it from a backup")]
    Corrupt {
        /// What is wrong.
        what: String,
    },
    /// The call breaks a rule of the port. Nothing was written.
    #[error("the call breaks the contract of the store: {rule}")]
    Malformed {
        /// The rule.
        rule: &'static str,
    },
    /// The driver failed in another way. Nothing was written.
    #[error("the store failed")]
    Driver {
        /// What the driver said.
        #[source]
        source: BoxError,
    },
}

/// The error of a driver, whose type is nobody's business.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl StoreError {
    /// True when the same call may succeed later without anybody doing anything.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}

impl Commit {
    /// Checks what every store must refuse before it writes, of a whole batch.
    ///
    /// # Errors
    /// [`StoreError::Malformed`] names the rule.
    pub fn check_batch(batch: &[Self]) -> Result<(), StoreError> {
        if batch.len() > BATCH_COMMITS_MAX {
            return Err(StoreError::Malformed { rule: "a batch has at most 10,000 commits" });
        }
        batch.iter().try_for_each(Self::check)
    }

    /// Checks what every store must refuse before it writes.
    ///
    /// # Errors
    /// [`StoreError::Malformed`] names the rule.
    pub fn check(&self) -> Result<(), StoreError> {
        let rule = |rule| Err(StoreError::Malformed { rule });
        if !self.appends.is_empty() && self.command.is_none() {
            return rule("a commit that appends names its command");
        }
        if self.appends.iter().any(|append| append.records.is_empty()) {
            return rule("an append has at least one record");
        }
        if any_twice(&self.appends, |append| &append.stream) {
            return rule("a commit appends to a stream once");
        }
        if any_twice(&self.settles, |settlement| &settlement.key) {
            return rule("a commit settles an entry once");
        }
        if any_twice(&self.documents, |document| &document.id) {
            return rule("a commit links a document once");
        }
        if self.documents.iter().any(NewDocument::is_too_large) {
            return rule("a document in a commit has at most 64 KiB; stage a larger one");
        }
        Ok(())
    }
}

fn any_twice<T, K: PartialEq>(items: &[T], key: impl Fn(&T) -> &K) -> bool {
    (1..items.len()).any(|at| items[..at].iter().any(|before| key(before) == key(&items[at])))
}

/// Checks the level that nodes are asked of, as every store must.
///
/// # Errors
/// [`StoreError::Malformed`] for a level that no store keeps.
pub fn check_level(level: u32) -> Result<(), StoreError> {
    let kept = level.is_multiple_of(crate::tree::KEPT_LEVELS);
    kept.then_some(())
        .ok_or(StoreError::Malformed { rule: "nodes are kept at each eighth level of the tree" })
}

/// The time at which the next record of a municipality is recorded: never before the last one.
///
/// # Errors
/// [`StoreError::ClockSuspect`] when the clock stepped back by more than `step_back_max_micros`.
pub fn recording_time(
    now: Timestamp,
    last: Option<Timestamp>,
    step_back_max_micros: i64,
) -> Result<Timestamp, StoreError> {
    match last {
        Some(last) if now < last => {
            if last.micros().saturating_sub(now.micros()) > step_back_max_micros {
                return Err(StoreError::ClockSuspect { now, last });
            }
            Ok(last)
        }
        _ => Ok(now),
    }
}
