//! What must happen later: notices to send and deadlines to watch, written with the events that cause them.

use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

use crate::ids::{EntryName, Municipality, StreamId};
use crate::time::Timestamp;

/// Names an entry for ever: what it belongs to and which one of it. Scheduling a key twice changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKey {
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Which one, such as `receipt-notice/3`.
    pub name: EntryName,
}

impl EntryKey {
    /// An id that follows from the key, so that whatever is done for the entry bears the same one however often it is
    /// done.
    pub fn stable_id(&self, municipality: Municipality, purpose: &str) -> Uuid {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(municipality.as_bytes())
            .chain_update(self.stream.to_bytes())
            .chain_update([0])
            .chain_update(self.name.as_str())
            .chain_update([0])
            .chain_update(purpose)
            .finalize()
            .into();
        Builder::from_custom_bytes(<[u8; 16]>::try_from(&digest[..16]).unwrap_or_default()).into_uuid()
    }
}

/// The lanes of the agenda. Order is kept per stream and channel; a deadline never waits for a notice, and no notice to an applicant
/// for one to the staff whose address is wrong.
///
/// The order is that of the due times with which the entries were scheduled, then that of scheduling. An entry keeps its
/// place for life: trying it again later, parking or re-driving it does not let those behind it pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// A notice (通知) to be sent.
    Notice,
    /// A deadline (期限) to be watched.
    Deadline,
    /// An internal notice (庁内連絡) to be sent.
    Alert,
}

impl Channel {
    /// The number under which a store keeps it.
    pub fn code(self) -> u8 {
        match self {
            Self::Notice => 1,
            Self::Deadline => 2,
            Self::Alert => 3,
        }
    }

    /// Reads the number under which a store keeps it.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Notice, Self::Deadline, Self::Alert].into_iter().find(|channel| channel.code() == code)
    }
}

/// When an entry becomes due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// At the recording time of the commit that schedules it.
    AtOnce,
    /// At an instant.
    At(Timestamp),
}

/// Something to schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub key: EntryKey,
    /// Its lane.
    pub channel: Channel,
    /// When it is due.
    pub due: Due,
    /// What is to be done, as the engine reads it: codes, never personal data.
    pub task: Vec<u8>,
}

/// A change of the agenda that a commit makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgendaChange {
    /// Schedules an entry, unless its key is there already, settled or not.
    Schedule(Entry),
    /// Takes an entry off that is not settled yet, leased or not; without effect when there is none. Its key stays
    /// taken, as that of a settled one.
    Cancel(EntryKey),
    /// Puts a parked entry back, due at once, its attempts forgotten but not its fence; without effect when it is not
    /// parked.
    Redrive(EntryKey),
}

impl AgendaChange {
    /// Schedules an entry whose name says all that is to be done: its task is that name.
    pub(crate) fn schedule(stream: StreamId, name: EntryName, channel: Channel, due: Due) -> Self {
        let task = name.as_str().as_bytes().to_vec();
        Self::Schedule(Entry { key: EntryKey { stream, name }, channel, due, task })
    }
}

/// What a worker wants to lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseRequest {
    /// Whose entries; `None` for those of every municipality in the store.
    pub municipality: Option<Municipality>,
    /// The lane.
    pub channel: Channel,
    /// Who asks: an id of the worker's own.
    pub owner: Uuid,
    /// How long the lease lasts, in microseconds of the store's clock.
    pub lasts_micros: i64,
    /// The most entries.
    pub entries_max: usize,
}

/// An entry lent to one worker until a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Whose entry it is.
    pub municipality: Municipality,
    /// Which entry.
    pub key: EntryKey,
    /// Its lane.
    pub channel: Channel,
    /// When it was due.
    pub due: Timestamp,
    /// What is to be done.
    pub task: Vec<u8>,
    /// Which lease of this entry it is, from 1: a later lease makes an earlier one void.
    pub fence: u64,
    /// Which attempt it is, from 1.
    pub attempt: u32,
    /// When another worker may have it.
    pub until: Timestamp,
}

/// How a leased entry is settled in a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Which entry.
    pub key: EntryKey,
    /// The fence of the lease under which it was done.
    pub fence: u64,
    /// What became of it.
    pub how: Settled,
}

/// What became of a leased entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It was done.
    Done,
    /// It no longer speaks of the case's present.
    Moot,
    /// It failed and is due again at an instant.
    Retry {
        /// When.
        at: Timestamp,
    },
    /// Its attempts are used up; a person must look. It keeps its place, so that nothing behind it overtakes it.
    Parked,
}

/// What the agenda shows of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaRow {
    /// Which entry.
    pub key: EntryKey,
    /// Its lane.
    pub channel: Channel,
    /// When it is due.
    pub due: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Where it stands.
    pub state: EntryState,
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// Waiting for its time, its turn or a worker.
    Waiting,
    /// Lent to a worker.
    Leased {
        /// Until when.
        until: Timestamp,
    },
    /// Parked: a person must look.
    Parked,
    /// Done, moot or cancelled; kept so that its key is never scheduled again.
    Settled,
}
