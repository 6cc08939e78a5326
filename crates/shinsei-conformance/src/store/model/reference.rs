//! The reference: lists that are gone through from one end to the other, without a thought for speed.

use std::collections::{BTreeMap, BTreeSet};

use shinsei_core::agenda::{
    AgendaChange, AgendaRow, Channel, Due, Entry, EntryKey, EntryState, Lease, Settled, Settlement,
};
use shinsei_core::document::{Body, NewDocument};
use shinsei_core::ids::{CommandId, DocumentId, Municipality, Position, Series, StreamId, Version};
use shinsei_core::port::store::{Append, CommandKey, Commit, Found, NewRecord, Outcome, Receipt, Standing};
use shinsei_core::record::{Number, RawRecord};
use shinsei_core::time::{Timestamp, Window};
use shinsei_core::tree::Head;

use super::operation::{Change, Draft, During, How, INLINE_MAX, NAMES, SHARED_MAX};
use crate::store::fixture::{
    Everything, LEASE, Record, SECOND, case, command, document, entry, event, inline, numbered, sha256,
    shared, staged, staged_to_share,
};
use crate::store::tree::root;

/// Two municipalities.
pub(super) struct Reference {
    cities: [City; 2],
}

/// All that is known of a municipality.
pub(super) struct City {
    municipality: Municipality,
    log: Vec<Record>,
    commands: BTreeMap<CommandId, Found>,
    /// Which commands appended to which streams.
    appended: BTreeSet<(StreamId, CommandId)>,
    drawn: BTreeMap<Series, u64>,
    linked: BTreeMap<DocumentId, (NewDocument, Vec<u8>)>,
    /// Ids that were erased, or staged and linked: what becomes of staging or linking them again is up to the store.
    gone: BTreeSet<DocumentId>,
    staged: BTreeMap<DocumentId, (Vec<u8>, Timestamp)>,
    agenda: Vec<Slot>,
}

/// An entry of the agenda, in the order of scheduling.
struct Slot {
    key: EntryKey,
    channel: Channel,
    first_due: Timestamp,
    due: Timestamp,
    task: Vec<u8>,
    fence: u64,
    attempts: u32,
    state: EntryState,
}

impl Reference {
    pub(super) fn new(municipalities: [Municipality; 2]) -> Self {
        Self { cities: municipalities.map(City::new) }
    }

    pub(super) fn cities(&self) -> &[City] {
        &self.cities
    }

    pub(super) fn city(&mut self, n: u8) -> &mut City {
        &mut self.cities[usize::from(n % 2)]
    }

    pub(super) fn last_recorded_at(&self) -> Option<Timestamp> {
        self.cities.iter().filter_map(City::last_recorded_at).max()
    }

    /// The commits of drafts, each right or wrong at its place in the batch, and what becomes of them.
    pub(super) fn commit(&mut self, drafts: &[Draft], now: Timestamp, n: u64) -> (Vec<Commit>, Vec<Outcome>) {
        let settle = |draft: &Draft| {
            let city = self.city(draft.city);
            let commit = city.resolve(draft, now, n);
            let outcome = city.commit(&commit, now);
            (commit, outcome)
        };
        drafts.iter().map(settle).unzip()
    }

    pub(super) fn sweep(&mut self, before: Timestamp) {
        for city in &mut self.cities {
            city.staged.retain(|_, (_, written_at)| *written_at >= before);
        }
    }
}

impl City {
    fn new(municipality: Municipality) -> Self {
        Self {
            municipality,
            log: vec![],
            commands: BTreeMap::new(),
            appended: BTreeSet::new(),
            drawn: BTreeMap::new(),
            linked: BTreeMap::new(),
            gone: BTreeSet::new(),
            staged: BTreeMap::new(),
            agenda: vec![],
        }
    }

    pub(super) fn municipality(&self) -> Municipality {
        self.municipality
    }

    /// Where the log stands, given its head.
    pub(super) fn standing(&self, head: Head) -> Standing {
        let number = |(series, last): (&Series, &u64)| Number { series: series.clone(), value: *last };
        let numbers = self.drawn.iter().map(number).collect();
        Standing { head, recorded_at: self.last_recorded_at(), numbers }
    }

    fn last_recorded_at(&self) -> Option<Timestamp> {
        self.log.last().map(|record| record.recorded_at)
    }

    fn version(&self, stream: StreamId) -> Version {
        Version(self.log.iter().filter(|record| record.stream == stream).count() as u64)
    }

    fn slot(&mut self, key: &EntryKey) -> Option<&mut Slot> {
        self.agenda.iter_mut().find(|slot| slot.key == *key)
    }

    /// The commit that a draft means now.
    fn resolve(&self, draft: &Draft, now: Timestamp, n: u64) -> Commit {
        let mut commit = Commit {
            command: draft.command.map(|(id, content)| CommandKey {
                id: command(id.into()),
                digest: sha256(&[id, content.into()]),
            }),
            window: match draft.window {
                During::Always => Window::ALWAYS,
                During::Past => Window { from: None, until: Some(now) },
                During::FromNow => Window { from: Some(now), until: None },
            },
            ..Commit::nothing(self.municipality)
        };
        for append in draft.appends.iter().filter(|_| draft.command.is_some()) {
            let stream = case(append.stream.into());
            let expected = Version(self.version(stream).0.saturating_add_signed(append.off.into()));
            let records = append.events.iter().map(|series| record(*series, n)).collect();
            if commit.appends.iter().all(|other| other.stream != stream) {
                commit.appends.push(Append { stream, expected, records });
            }
        }
        for (stream, off) in &draft.unchanged {
            let stream = case((*stream).into());
            let version = self.version(stream).0.saturating_add_signed((*off).into());
            commit.unchanged.push((stream, Version(version)));
        }
        for link in &draft.documents {
            let id = document(link.document.into());
            if !self.gone.contains(&id) && commit.documents.iter().all(|other| other.id != id) {
                commit.documents.push(self.link(link.document, case(link.stream.into()), link.is_right, n));
            }
        }
        commit.agenda = draft.agenda.iter().map(|change| agenda_change(*change, now)).collect();
        for settle in &draft.settles {
            let key = entry(settle.stream.into(), NAMES[settle.name].0);
            let fence = self.agenda.iter().find(|slot| slot.key == key).map_or(0, |slot| slot.fence);
            let fence = fence.saturating_add_signed(settle.off.into());
            let how = match settle.how {
                How::Done => Settled::Done,
                How::Moot => Settled::Moot,
                How::Parked => Settled::Parked,
                How::Retry(seconds) => Settled::Retry { at: now.saturating_add_micros(seconds * SECOND) },
            };
            if commit.settles.iter().all(|other| other.key != key) {
                commit.settles.push(Settlement { key, fence, how });
            }
        }
        commit
    }

    fn link(&self, n: u8, stream: StreamId, is_right: bool, seed: u64) -> NewDocument {
        let id = u128::from(n);
        match n {
            1..=INLINE_MAX => inline(id, stream, &seed.to_be_bytes()),
            // Two contents for all of them, so that they are shared.
            _ if n <= SHARED_MAX => shared(id, stream, &[u8::from(seed.is_multiple_of(2)); 50]),
            _ => {
                let content = self.staged.get(&document(id)).map(|(content, _)| content.clone());
                let mut content = content.unwrap_or_default();
                content.extend((!is_right).then_some(0));
                let share_or_not = if seed.is_multiple_of(2) { staged } else { staged_to_share };
                share_or_not(id, stream, &content)
            }
        }
    }

    /// Judges a commit, and writes it when nothing speaks against it.
    fn commit(&mut self, commit: &Commit, now: Timestamp) -> Outcome {
        let at = self.last_recorded_at().map_or(now, |last| last.max(now));
        if let Some(refusal) = self.refusal(commit, at) {
            return refusal;
        }
        let before = self.log.len();
        let mut numbers = vec![];
        if let Some(key) = commit.command {
            for append in &commit.appends {
                self.appended.insert((append.stream, key.id));
                for new in &append.records {
                    let number = self.append(append.stream, new, key.id, at);
                    numbers.extend(number.map(|number| (Position(self.log.len() as u64), number)));
                }
            }
        }
        let records = (self.log.len() - before) as u64;
        let first = Position(before as u64 + u64::from(records > 0));
        let receipt = Receipt { first, records, recorded_at: at, numbers };
        if let Some(key) = commit.command {
            let found = Found { receipt: receipt.clone(), digest: Some(key.digest) };
            self.commands.insert(key.id, found);
        }
        for new in &commit.documents {
            let content = match &new.body {
                Body::Inline(content) | Body::Shared(content) => content.as_slice().to_vec(),
                Body::Staged { .. } | Body::StagedShared { .. } => {
                    self.staged.remove(&new.id).map(|(content, _)| content).unwrap_or_default()
                }
            };
            self.linked.insert(new.id, (new.clone(), content));
            self.gone.extend((!matches!(new.body, Body::Inline(_) | Body::Shared(_))).then_some(new.id));
        }
        commit.settles.iter().for_each(|settlement| self.settle(settlement));
        commit.agenda.iter().for_each(|change| self.change(change, at));
        Outcome::Done(receipt)
    }

    fn refusal(&self, commit: &Commit, at: Timestamp) -> Option<Outcome> {
        if let Some(key) = commit.command
            && let Some(found) = self.commands.get(&key.id)
        {
            let same = found.digest.is_none_or(|digest| digest == key.digest);
            return Some(if same { Outcome::Again(found.receipt.clone()) } else { Outcome::KeyReused });
        }
        if !commit.window.contains(at) {
            return Some(Outcome::OutsideWindow { at });
        }
        let appended = commit.appends.iter().map(|append| (append.stream, append.expected));
        for (stream, expected) in appended.chain(commit.unchanged.iter().copied()) {
            let actual = self.version(stream);
            if actual != expected {
                return Some(Outcome::Stale { stream, actual });
            }
        }
        for settlement in &commit.settles {
            let is_held = |slot: &Slot| {
                slot.key == settlement.key
                    && slot.fence == settlement.fence
                    && matches!(slot.state, EntryState::Leased { .. })
            };
            if !self.agenda.iter().any(is_held) {
                return Some(Outcome::LeaseLost { key: settlement.key.clone() });
            }
        }
        let can_link = |new: &NewDocument| {
            let is_there = new.body.staged().is_none_or(|(bytes, digest)| {
                let staged = self.staged.get(&new.id);
                staged.is_some_and(|(content, _)| content.len() as u64 == bytes && sha256(content) == digest)
            });
            is_there && !self.linked.contains_key(&new.id)
        };
        let missing = commit.documents.iter().find(|new| !can_link(new));
        missing.map(|new| Outcome::NotStaged { document: new.id })
    }

    fn append(
        &mut self,
        stream: StreamId,
        new: &NewRecord,
        command: CommandId,
        at: Timestamp,
    ) -> Option<Number> {
        let number = new.number_from.clone().map(|series| {
            let value = self.drawn.entry(series.clone()).or_default();
            *value += 1;
            Number { series, value: *value }
        });
        let raw = RawRecord {
            municipality: self.municipality,
            position: Position(self.log.len() as u64 + 1),
            stream,
            version: self.version(stream).next(),
            recorded_at: at,
            command,
            number: number.clone(),
            event_type: new.event_type,
            schema_version: new.schema_version,
            codec: new.codec,
            payload: &new.payload,
        };
        self.log.push(Record::of(&raw));
        number
    }

    fn settle(&mut self, settlement: &Settlement) {
        let Some(slot) = self.slot(&settlement.key) else { return };
        slot.state = match settlement.how {
            Settled::Done | Settled::Moot => EntryState::Settled,
            Settled::Parked => EntryState::Parked,
            Settled::Retry { at } => {
                slot.due = at;
                EntryState::Waiting
            }
        };
    }

    fn change(&mut self, change: &AgendaChange, at: Timestamp) {
        match change {
            AgendaChange::Schedule(new) => {
                let due = match new.due {
                    Due::AtOnce => at,
                    Due::At(due) => due,
                };
                if self.slot(&new.key).is_none() {
                    self.agenda.push(Slot {
                        key: new.key.clone(),
                        channel: new.channel,
                        first_due: due,
                        due,
                        task: new.task.clone(),
                        fence: 0,
                        attempts: 0,
                        state: EntryState::Waiting,
                    });
                }
            }
            AgendaChange::Cancel(key) => {
                if let Some(slot) = self.slot(key) {
                    slot.state = EntryState::Settled;
                }
            }
            AgendaChange::Redrive(key) => {
                if let Some(slot) = self.slot(key).filter(|slot| slot.state == EntryState::Parked) {
                    (slot.state, slot.due, slot.attempts) = (EntryState::Waiting, at, 0);
                }
            }
        }
    }

    /// Lends due entries, the earliest first, none of them behind an unsettled one of its stream and channel.
    pub(super) fn lease(&mut self, channel: Channel, entries_max: usize, now: Timestamp) -> Vec<Lease> {
        let mut due: Vec<usize> = (0..self.agenda.len())
            .filter(|at| {
                let slot = &self.agenda[*at];
                let is_free = match slot.state {
                    EntryState::Waiting => true,
                    EntryState::Leased { until } => until <= now,
                    EntryState::Parked | EntryState::Settled => false,
                };
                let is_behind = |(other_at, other): (usize, &Slot)| {
                    other.key.stream == slot.key.stream
                        && other.channel == channel
                        && other.state != EntryState::Settled
                        && (other.first_due, other_at) < (slot.first_due, *at)
                };
                slot.channel == channel
                    && slot.due <= now
                    && is_free
                    && !self.agenda.iter().enumerate().any(is_behind)
            })
            .collect();
        due.sort_by_key(|at| (self.agenda[*at].due, self.agenda[*at].first_due, *at));
        due.truncate(entries_max);
        let until = now.saturating_add_micros(LEASE);
        let lend = |at: usize| {
            let municipality = self.municipality;
            let slot = &mut self.agenda[at];
            slot.fence += 1;
            slot.attempts += 1;
            slot.state = EntryState::Leased { until };
            Lease {
                municipality,
                key: slot.key.clone(),
                channel,
                due: slot.due,
                task: slot.task.clone(),
                fence: slot.fence,
                attempt: slot.attempts,
                until,
            }
        };
        due.into_iter().map(lend).collect()
    }

    /// Where a chunk of a document goes; `None` for one that is linked, or was.
    pub(super) fn stage_at(&self, n: u8, anew: bool) -> Option<(DocumentId, u64)> {
        let id = document(n.into());
        let length = self.staged.get(&id).map_or(0, |(content, _)| content.len() as u64);
        (!self.gone.contains(&id)).then_some((id, if anew { 0 } else { length }))
    }

    pub(super) fn stage(&mut self, id: DocumentId, anew: bool, chunk: &[u8], now: Timestamp) {
        let (content, written_at) = self.staged.entry(id).or_insert((vec![], now));
        if anew {
            content.clear();
        }
        content.extend_from_slice(chunk);
        *written_at = now;
    }

    pub(super) fn erase(&mut self, stream: StreamId) -> u64 {
        let of_stream = self.linked.iter().filter(|(_, (new, _))| new.stream == stream);
        let erased: Vec<DocumentId> = of_stream.map(|(id, _)| *id).collect();
        for id in &erased {
            self.linked.remove(id);
            self.gone.insert(*id);
        }
        for (_, id) in self.appended.iter().filter(|(of, _)| *of == stream) {
            if let Some(found) = self.commands.get_mut(id) {
                found.digest = None;
            }
        }
        erased.len() as u64
    }

    /// Everything that a store must show.
    pub(super) fn everything(&self) -> Everything {
        let leaves: Vec<_> = self.log.iter().map(|record| record.leaf).collect();
        let mut rows: Vec<(usize, &Slot)> =
            self.agenda.iter().enumerate().filter(|(_, slot)| slot.state != EntryState::Settled).collect();
        rows.sort_by_key(|(at, slot)| (slot.due, slot.first_due, *at));
        let row = |(_, slot): (usize, &Slot)| AgendaRow {
            key: slot.key.clone(),
            channel: slot.channel,
            due: slot.due,
            attempts: slot.attempts,
            state: slot.state,
        };
        let kept = |(id, (new, content)): (&DocumentId, &(NewDocument, Vec<u8>))| {
            (id.0.as_u128(), (new.stream, new.role.to_owned(), new.salt.0, content.as_slice().into()))
        };
        Everything {
            log: self.log.clone(),
            head: Head { size: leaves.len() as u64, root: root(&leaves) },
            commands: self.commands.iter().map(|(id, found)| (id.0.as_u128(), found.clone())).collect(),
            documents: self.linked.iter().map(kept).collect(),
            agenda: rows.into_iter().map(row).collect(),
        }
    }
}

/// An event whose payload says in which operation it was made, and the series from which it wants a number.
fn record(series: Option<bool>, n: u64) -> NewRecord {
    match series {
        None => event(n.to_string()),
        Some(first) => NewRecord { payload: n.to_string().into(), ..numbered(if first { "a" } else { "b" }) },
    }
}

fn agenda_change(change: Change, now: Timestamp) -> AgendaChange {
    match change {
        Change::Schedule(stream, name, after) => {
            let (name, channel) = NAMES[name];
            let due =
                after.map_or(Due::AtOnce, |seconds| Due::At(now.saturating_add_micros(seconds * SECOND)));
            let key = entry(stream.into(), name);
            AgendaChange::Schedule(Entry { key, channel, due, task: name.as_bytes().to_vec() })
        }
        Change::Cancel(stream, name) => AgendaChange::Cancel(entry(stream.into(), NAMES[name].0)),
        Change::Redrive(stream, name) => AgendaChange::Redrive(entry(stream.into(), NAMES[name].0)),
    }
}
