//! The agenda of one municipality.

use std::collections::{BTreeMap, HashMap};

use shinsei_core::agenda::{
    AgendaChange, AgendaRow, Channel, Due, Entry, EntryKey, EntryState, Lease, Settled, Settlement,
};
use shinsei_core::ids::{Municipality, StreamId};
use shinsei_core::time::Timestamp;

/// The entries of one municipality.
#[derive(Default)]
pub(super) struct Agenda {
    entries: HashMap<EntryKey, Slot>,
    /// What is not settled, in order: one line for each stream and channel.
    lines: HashMap<(StreamId, Channel), BTreeMap<Place, EntryKey>>,
    /// The first of each line, unless it is parked, by when it is due.
    fronts: BTreeMap<(Channel, Timestamp, Place), EntryKey>,
    scheduled: u64,
}

/// The place of an entry in its line: the due time it was scheduled with, then the order of scheduling.
type Place = (Timestamp, u64);

struct Slot {
    channel: Channel,
    place: Place,
    due: Timestamp,
    task: Vec<u8>,
    fence: u64,
    attempts: u32,
    state: EntryState,
}

impl Slot {
    /// Where it stands among the fronts, if it may be lent now or later.
    fn front(&self) -> Option<(Channel, Timestamp, Place)> {
        match self.state {
            EntryState::Waiting | EntryState::Leased { .. } => Some((self.channel, self.due, self.place)),
            EntryState::Parked | EntryState::Settled => None,
        }
    }
}

impl Agenda {
    pub(super) fn rows(&self, entries_max: usize) -> Vec<AgendaRow> {
        let unsettled = self.lines.values().flat_map(BTreeMap::values);
        let mut rows: Vec<_> =
            unsettled.filter_map(|key| self.entries.get(key).map(|slot| (key, slot))).collect();
        rows.sort_by_key(|(_, slot)| (slot.due, slot.place));
        let row = |(key, slot): (&EntryKey, &Slot)| AgendaRow {
            key: key.clone(),
            channel: slot.channel,
            due: slot.due,
            attempts: slot.attempts,
            state: slot.state,
        };
        rows.into_iter().take(entries_max).map(row).collect()
    }

    /// The entries that may be lent now, the earliest first.
    pub(super) fn lendable(
        &self,
        channel: Channel,
        now: Timestamp,
        max: usize,
    ) -> impl Iterator<Item = (Timestamp, &EntryKey)> {
        let free = move |key: &EntryKey| match self.entries.get(key).map(|slot| slot.state) {
            Some(EntryState::Waiting) => true,
            Some(EntryState::Leased { until }) => until <= now,
            Some(EntryState::Parked | EntryState::Settled) | None => false,
        };
        self.fronts
            .iter()
            .skip_while(move |((of, ..), _)| *of < channel)
            .take_while(move |((of, due, _), _)| *of == channel && *due <= now)
            .filter(move |(_, key)| free(key))
            .map(|((_, due, _), key)| (*due, key))
            .take(max)
    }

    pub(super) fn lend(
        &mut self,
        municipality: Municipality,
        key: EntryKey,
        until: Timestamp,
    ) -> Option<Lease> {
        let slot = self.entries.get_mut(&key)?;
        slot.fence += 1;
        slot.attempts += 1;
        slot.state = EntryState::Leased { until };
        Some(Lease {
            municipality,
            channel: slot.channel,
            due: slot.due,
            task: slot.task.clone(),
            fence: slot.fence,
            attempt: slot.attempts,
            until,
            key,
        })
    }

    /// True when the entry is lent under this fence: a lease that has run out holds until another is given.
    pub(super) fn is_held(&self, settlement: &Settlement) -> bool {
        self.entries.get(&settlement.key).is_some_and(|slot| {
            matches!(slot.state, EntryState::Leased { .. }) && slot.fence == settlement.fence
        })
    }

    /// Settles an entry that [`Self::is_held`].
    pub(super) fn settle(&mut self, settlement: &Settlement) {
        self.update(&settlement.key, |slot| match settlement.how {
            Settled::Done | Settled::Moot => slot.state = EntryState::Settled,
            Settled::Retry { at } => {
                slot.state = EntryState::Waiting;
                slot.due = at;
            }
            Settled::Parked => slot.state = EntryState::Parked,
        });
    }

    pub(super) fn change(&mut self, change: &AgendaChange, at: Timestamp) {
        match change {
            AgendaChange::Schedule(entry) => self.schedule(entry, at),
            AgendaChange::Cancel(key) => self.update(key, |slot| slot.state = EntryState::Settled),
            AgendaChange::Redrive(key) => self.update(key, |slot| {
                if slot.state == EntryState::Parked {
                    slot.state = EntryState::Waiting;
                    slot.due = at;
                    slot.attempts = 0;
                }
            }),
        }
    }

    fn schedule(&mut self, entry: &Entry, at: Timestamp) {
        if self.entries.contains_key(&entry.key) {
            return;
        }
        let due = match entry.due {
            Due::AtOnce => at,
            Due::At(due) => due,
        };
        self.scheduled += 1;
        let slot = Slot {
            channel: entry.channel,
            place: (due, self.scheduled),
            due,
            task: entry.task.clone(),
            fence: 0,
            attempts: 0,
            state: EntryState::Settled,
        };
        self.entries.insert(entry.key.clone(), slot);
        self.update(&entry.key, |slot| slot.state = EntryState::Waiting);
    }

    /// Changes an entry and puts the front of its line right.
    fn update(&mut self, key: &EntryKey, change: impl FnOnce(&mut Slot)) {
        let Some(slot) = self.entries.get(key) else { return };
        let line = (key.stream, slot.channel);
        self.take_front(line);
        if let Some(slot) = self.entries.get_mut(key) {
            change(slot);
            let keys = self.lines.entry(line).or_default();
            if slot.state == EntryState::Settled {
                keys.remove(&slot.place);
                slot.task = Vec::new();
            } else {
                keys.insert(slot.place, key.clone());
            }
        }
        self.put_front(line);
    }

    fn take_front(&mut self, line: (StreamId, Channel)) {
        let first = self.lines.get(&line).and_then(|keys| keys.values().next());
        if let Some(front) = first.and_then(|key| self.entries.get(key)).and_then(Slot::front) {
            self.fronts.remove(&front);
        }
    }

    fn put_front(&mut self, line: (StreamId, Channel)) {
        match self.lines.get(&line).and_then(|keys| keys.values().next()).cloned() {
            None => _ = self.lines.remove(&line),
            Some(key) => {
                if let Some(front) = self.entries.get(&key).and_then(Slot::front) {
                    self.fronts.insert(front, key);
                }
            }
        }
    }
}
