//! What the clauses of a store are written with: short names for commits, and everything that a store shows.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use sha2::{Digest as _, Sha256};
use shinsei_core::agenda::{
    AgendaChange, AgendaRow, Channel, Due, Entry, EntryKey, Lease, LeaseRequest, Settled, Settlement,
};
use shinsei_core::bytes::Bytes;
use shinsei_core::document::{Body, NewDocument, Salt};
use shinsei_core::ids::{
    CaseId, CommandId, DocumentId, EntryName, Municipality, Position, Series, StreamId, Version,
};
use shinsei_core::port::store::{
    Append, CommandKey, Commit, Found, NewRecord, Outcome, PAGE_RECORDS_MAX, Receipt, Store, StoreError,
};
use shinsei_core::record::{Codec, Number, RawRecord};
use shinsei_core::time::{Timestamp, Window};
use shinsei_core::tree::{Hash, Head};
use uuid::Uuid;

use crate::clause::{Breach, same};
pub(super) use crate::kit::{hakodate, sapporo};
pub(super) use crate::noise::noise;

/// One second in the unit of the clock.
pub(super) const SECOND: i64 = 1_000_000;

/// How long a lease lasts unless a clause wants otherwise.
pub(super) const LEASE: i64 = 60 * SECOND;

pub(super) fn case(n: u128) -> StreamId {
    CaseId(Uuid::from_u128(n)).into()
}

pub(super) fn command(n: u128) -> CommandId {
    CommandId(Uuid::from_u128(n))
}

pub(super) fn document(n: u128) -> DocumentId {
    DocumentId(Uuid::from_u128(n))
}

/// The entry of a case with a name.
pub(super) fn entry(case_number: u128, name: &str) -> EntryKey {
    #[expect(clippy::expect_used, reason = "OK because clauses give names that are codes")]
    let name = EntryName::new(name).expect("a code");
    EntryKey { stream: case(case_number), name }
}

pub(super) fn series(name: &str) -> Series {
    #[expect(clippy::expect_used, reason = "OK because clauses give names that are codes")]
    Series::new(name).expect("a code")
}

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// An event with a payload and nothing else to it.
pub(super) fn event(payload: impl Into<Vec<u8>>) -> NewRecord {
    NewRecord {
        event_type: "Submitted",
        schema_version: 1,
        codec: Codec::Json,
        payload: payload.into(),
        number_from: None,
    }
}

/// An event that wants a number.
pub(super) fn numbered(from: &str) -> NewRecord {
    NewRecord { event_type: "ReceiptIssued", number_from: Some(series(from)), ..event("{}") }
}

/// A document with its bytes in the commit.
pub(super) fn inline(n: u128, stream: StreamId, content: &[u8]) -> NewDocument {
    with_body(n, stream, Body::Inline(Bytes::from(content)))
}

/// A piece of evidence that many cases share.
pub(super) fn shared(n: u128, stream: StreamId, content: &[u8]) -> NewDocument {
    with_body(n, stream, Body::Shared(Bytes::from(content)))
}

/// A document that was staged before with this content.
pub(super) fn staged(n: u128, stream: StreamId, content: &[u8]) -> NewDocument {
    with_body(n, stream, Body::Staged { bytes: content.len() as u64, sha256: sha256(content) })
}

/// A piece of evidence that was staged before with this content, and that many cases share.
pub(super) fn staged_to_share(n: u128, stream: StreamId, content: &[u8]) -> NewDocument {
    with_body(n, stream, Body::StagedShared { bytes: content.len() as u64, sha256: sha256(content) })
}

fn with_body(n: u128, stream: StreamId, body: Body) -> NewDocument {
    NewDocument { id: document(n), stream, role: "signed-form", salt: salt(n), body }
}

/// The salt of a document of this fixture.
pub(super) fn salt(n: u128) -> Salt {
    Salt(n.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_be_bytes())
}

/// A commit being written down.
#[derive(Clone)]
pub(super) struct Draft(pub(super) Commit);

/// A commit of the command of this number, empty as yet.
pub(super) fn draft(n: u128) -> Draft {
    let mut draft = quiet();
    draft.0.command = Some(CommandKey { id: command(n), digest: sha256(&n.to_be_bytes()) });
    draft
}

/// A commit without a command, empty as yet.
pub(super) fn quiet() -> Draft {
    Draft(Commit::nothing(hakodate()))
}

impl Draft {
    pub(super) fn of(mut self, municipality: Municipality) -> Self {
        self.0.municipality = municipality;
        self
    }

    pub(super) fn with_digest(mut self, digest: [u8; 32]) -> Self {
        self.0.command = self.0.command.map(|key| CommandKey { digest, ..key });
        self
    }

    /// Appends so many plain events.
    pub(super) fn append(self, stream: StreamId, expected: u64, events: usize) -> Self {
        self.append_these(stream, expected, vec![event("{}"); events])
    }

    pub(super) fn append_these(mut self, stream: StreamId, expected: u64, records: Vec<NewRecord>) -> Self {
        self.0.appends.push(Append { stream, expected: Version(expected), records });
        self
    }

    pub(super) fn unchanged(mut self, stream: StreamId, version: u64) -> Self {
        self.0.unchanged.push((stream, Version(version)));
        self
    }

    pub(super) fn link(mut self, document: NewDocument) -> Self {
        self.0.documents.push(document);
        self
    }

    /// Schedules an entry whose task is its name.
    pub(super) fn schedule(self, key: &EntryKey, channel: Channel, due: Due) -> Self {
        let task = key.name.as_str().as_bytes().to_vec();
        self.change(AgendaChange::Schedule(Entry { key: key.clone(), channel, due, task }))
    }

    pub(super) fn change(mut self, change: AgendaChange) -> Self {
        self.0.agenda.push(change);
        self
    }

    pub(super) fn settle(mut self, lease: &Lease, how: Settled) -> Self {
        self.0.settles.push(Settlement { key: lease.key.clone(), fence: lease.fence, how });
        self
    }

    pub(super) fn within(mut self, window: Window) -> Self {
        self.0.window = window;
        self
    }

    /// Makes it a commit that every store must refuse, by a window that closed long ago.
    pub(super) fn too_late(self) -> Self {
        self.within(Window { from: None, until: Timestamp::from_micros(0) })
    }
}

/// What became of each commit of a batch.
pub(super) fn outcomes(store: &dyn Store, batch: Vec<Draft>) -> Result<Vec<Outcome>, Breach> {
    let batch: Vec<Commit> = batch.into_iter().map(|draft| draft.0).collect();
    let outcomes = store.commit(&batch)?;
    same!(outcomes.len(), batch.len(), "there is one outcome for each commit of the batch");
    Ok(outcomes)
}

/// What became of one commit.
pub(super) fn outcome(store: &dyn Store, draft: Draft) -> Result<Outcome, Breach> {
    let mut outcomes = outcomes(store, vec![draft])?;
    outcomes.pop().ok_or_else(|| Breach::new("no outcome for a commit"))
}

/// The receipt of a commit that must be written.
pub(super) fn done(store: &dyn Store, draft: Draft) -> Result<Receipt, Breach> {
    as_done(outcome(store, draft)?)
}

/// The receipt in an outcome that must be `Done`.
pub(super) fn as_done(outcome: Outcome) -> Result<Receipt, Breach> {
    match outcome {
        Outcome::Done(receipt) => Ok(receipt),
        other => Err(Breach::new(format!("a commit that nothing speaks against was answered {other:?}"))),
    }
}

/// The rule that a call broke.
pub(super) fn malformed<T>(answer: Result<T, StoreError>, what: &str) -> Result<(), Breach> {
    match answer {
        Err(StoreError::Malformed { .. }) => Ok(()),
        Err(other) => Err(Breach::new(format!("{what} is malformed, but the error is: {other}"))),
        Ok(_) => Err(Breach::new(format!("{what} is malformed, but it was taken"))),
    }
}

/// A record that outlives the visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) position: Position,
    pub(super) stream: StreamId,
    pub(super) version: Version,
    pub(super) recorded_at: Timestamp,
    pub(super) command: CommandId,
    pub(super) number: Option<Number>,
    pub(super) event_type: String,
    pub(super) schema_version: u16,
    pub(super) codec: Codec,
    pub(super) payload: Bytes,
    pub(super) leaf: Hash,
}

impl Record {
    pub(super) fn of(record: &RawRecord<'_>) -> Self {
        Self {
            position: record.position,
            stream: record.stream,
            version: record.version,
            recorded_at: record.recorded_at,
            command: record.command,
            number: record.number.clone(),
            event_type: record.event_type.to_owned(),
            schema_version: record.schema_version,
            codec: record.codec,
            payload: record.payload.into(),
            leaf: record.leaf(),
        }
    }
}

/// The whole log of a municipality, page by page.
pub(super) fn log(store: &dyn Store, municipality: Municipality) -> Result<Vec<Record>, Breach> {
    let mut records: Vec<Record> = vec![];
    loop {
        let after = records.last().map_or(Position(0), |record| record.position);
        let before = records.len();
        store.read_log(municipality, after, PAGE_RECORDS_MAX, &mut |record| {
            records.push(Record::of(&record));
            ControlFlow::Continue(())
        })?;
        if records.len() < before + PAGE_RECORDS_MAX {
            return Ok(records);
        }
    }
}

/// The first page of a stream.
pub(super) fn stream(
    store: &dyn Store,
    municipality: Municipality,
    stream: StreamId,
) -> Result<Vec<Record>, Breach> {
    let mut records = vec![];
    store.read_stream(municipality, stream, Version(0), PAGE_RECORDS_MAX, &mut |record| {
        records.push(Record::of(&record));
        ControlFlow::Continue(())
    })?;
    Ok(records)
}

/// Positions one after another.
pub(super) fn positions(records: &[Record]) -> Vec<u64> {
    records.iter().map(|record| record.position.0).collect()
}

/// Leases entries of Hakodate for one and the same worker.
pub(super) fn lease(store: &dyn Store, channel: Channel) -> Result<Vec<Lease>, Breach> {
    lease_as(store, channel, 1)
}

/// Leases entries of Hakodate for a worker.
pub(super) fn lease_as(store: &dyn Store, channel: Channel, worker: u128) -> Result<Vec<Lease>, Breach> {
    Ok(store.lease(&request(channel, worker))?)
}

/// A worker's request for entries of Hakodate.
pub(super) fn request(channel: Channel, worker: u128) -> LeaseRequest {
    LeaseRequest {
        municipality: Some(hakodate()),
        channel,
        owner: Uuid::from_u128(worker),
        lasts_micros: LEASE,
        entries_max: 100,
    }
}

/// The one lease that there must be.
pub(super) fn only(leases: Vec<Lease>) -> Result<Lease, Breach> {
    match <[Lease; 1]>::try_from(leases) {
        Ok([lease]) => Ok(lease),
        Err(leases) => Err(Breach::new(format!("one entry was to be lent, not {:?}", names(&leases)))),
    }
}

/// The names of what was lent, in order.
pub(super) fn names(leases: &[Lease]) -> Vec<&str> {
    leases.iter().map(|lease| lease.key.name.as_str()).collect()
}

/// A document as it is compared: stream, role, salt and content.
pub(super) type Kept = (StreamId, String, [u8; 16], Bytes);

/// Everything that a store shows of a municipality, given the ids to ask for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Everything {
    pub(super) log: Vec<Record>,
    pub(super) head: Head,
    pub(super) commands: BTreeMap<u128, Found>,
    pub(super) documents: BTreeMap<u128, Kept>,
    pub(super) agenda: Vec<AgendaRow>,
}

/// Everything that a store shows of a municipality, asking for the first hundred commands and documents.
pub(super) fn everything(store: &dyn Store, municipality: Municipality) -> Result<Everything, Breach> {
    everything_up_to(store, municipality, 100)
}

/// The same, asking for so many commands and documents.
pub(super) fn everything_up_to(
    store: &dyn Store,
    municipality: Municipality,
    last: u8,
) -> Result<Everything, Breach> {
    let mut commands = BTreeMap::new();
    let mut documents = BTreeMap::new();
    for n in 1..=last.into() {
        commands.extend(store.find(municipality, command(n))?.map(|found| (n, found)));
        let found = store.document(municipality, document(n))?;
        documents.extend(found.map(|d| (n, (d.stream, d.role, d.salt.0, d.content.into()))));
    }
    Ok(Everything {
        log: log(store, municipality)?,
        head: store.head(municipality)?,
        commands,
        documents,
        agenda: store.agenda(municipality, usize::MAX)?,
    })
}
