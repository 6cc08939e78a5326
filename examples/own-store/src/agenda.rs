//! The agenda: entries become due, are lent to one worker at a time, and are settled under the latest fence.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shinsei_core::agenda::{
    AgendaChange, AgendaRow, Channel, Due, Entry, EntryKey, EntryState, Lease, LeaseRequest, Settled,
    Settlement,
};
use shinsei_core::ids::{EntryName, Municipality};
use shinsei_core::port::store::StoreError;
use shinsei_core::time::Timestamp;

use crate::commit::time;
use crate::error::corrupt;
use crate::file::Draft;
use crate::keys;

/// An entry as it is kept. The municipality, the stream and the name stand in it too: a name may hold a `/`.
#[derive(Serialize, Deserialize)]
struct Slot {
    municipality: Municipality,
    stream: String,
    name: EntryName,
    channel: u8,
    /// When it was first due, and the order of scheduling: its place in the line of its stream and channel.
    place: (i64, u64),
    due: i64,
    fence: u64,
    attempts: u32,
    state: State,
    /// Forgotten once it is settled.
    task: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    Waiting,
    Leased(i64),
    Parked,
    Settled,
}

impl Slot {
    fn key(&self) -> Result<EntryKey, StoreError> {
        Ok(EntryKey { stream: keys::stream_named(&self.stream)?, name: self.name.clone() })
    }

    fn channel(&self) -> Result<Channel, StoreError> {
        Channel::from_code(self.channel).ok_or_else(|| corrupt("an entry of the agenda is in no channel"))
    }
}

fn place_of(of: Municipality, key: &EntryKey) -> String {
    format!("{}{}/{}", keys::agenda(Some(of)), keys::name(key.stream), key.name)
}

/// True when an entry is lent under this fence: a lease that ran out holds until another is given.
pub(crate) fn is_held(
    draft: &Draft<'_>,
    of: Municipality,
    settlement: &Settlement,
) -> Result<bool, StoreError> {
    let slot: Option<Slot> = draft.get(&place_of(of, &settlement.key))?;
    Ok(slot.is_some_and(|slot| matches!(slot.state, State::Leased(_)) && slot.fence == settlement.fence))
}

/// Settles an entry that is held.
pub(crate) fn settle(
    draft: &mut Draft<'_>,
    of: Municipality,
    settlement: &Settlement,
) -> Result<(), StoreError> {
    update(draft, of, &settlement.key, |slot| match settlement.how {
        Settled::Done | Settled::Moot => slot.state = State::Settled,
        Settled::Retry { at } => (slot.state, slot.due) = (State::Waiting, at.micros()),
        Settled::Parked => slot.state = State::Parked,
    })
}

pub(crate) fn change(
    draft: &mut Draft<'_>,
    of: Municipality,
    change: &AgendaChange,
    at: Timestamp,
    ordinal: u64,
) -> Result<(), StoreError> {
    match change {
        AgendaChange::Schedule(entry) => schedule(draft, of, entry, at, ordinal),
        AgendaChange::Cancel(key) => update(draft, of, key, |slot| slot.state = State::Settled),
        AgendaChange::Redrive(key) => update(draft, of, key, |slot| {
            if slot.state == State::Parked {
                (slot.state, slot.due, slot.attempts) = (State::Waiting, at.micros(), 0);
            }
        }),
    }
}

fn schedule(
    draft: &mut Draft<'_>,
    of: Municipality,
    entry: &Entry,
    at: Timestamp,
    ordinal: u64,
) -> Result<(), StoreError> {
    let key = place_of(of, &entry.key);
    if draft.has(&key) {
        return Ok(());
    }
    let due = match entry.due {
        Due::AtOnce => at,
        Due::At(due) => due,
    };
    let slot = Slot {
        municipality: of,
        stream: keys::name(entry.key.stream),
        name: entry.key.name.clone(),
        channel: entry.channel.code(),
        place: (due.micros(), ordinal),
        due: due.micros(),
        fence: 0,
        attempts: 0,
        state: State::Waiting,
        task: keys::text(&entry.task),
    };
    draft.put(key, &slot)
}

fn update(
    draft: &mut Draft<'_>,
    of: Municipality,
    key: &EntryKey,
    change: impl FnOnce(&mut Slot),
) -> Result<(), StoreError> {
    let place = place_of(of, key);
    let Some(mut slot) = draft.get::<Slot>(&place)? else { return Ok(()) };
    change(&mut slot);
    if slot.state == State::Settled {
        slot.task.clear();
    }
    draft.put(place, &slot)
}

/// Lends what is due and first in its line.
pub(crate) fn lease(
    draft: &mut Draft<'_>,
    request: &LeaseRequest,
    now: Timestamp,
) -> Result<Vec<Lease>, StoreError> {
    let mut fronts: BTreeMap<(Municipality, String), (String, Slot)> = BTreeMap::new();
    for (key, slot) in draft.all::<Slot>(&keys::agenda(request.municipality))? {
        if slot.state == State::Settled || slot.channel != request.channel.code() {
            continue;
        }
        let line = (slot.municipality, slot.stream.clone());
        if fronts.get(&line).is_none_or(|(_, front)| slot.place < front.place) {
            fronts.insert(line, (key, slot));
        }
    }
    let is_free = |slot: &Slot| match slot.state {
        State::Waiting => true,
        State::Leased(until) => until <= now.micros(),
        State::Parked | State::Settled => false,
    };
    let mut due: Vec<(String, Slot)> = fronts.into_values().collect();
    due.retain(|(_, slot)| slot.due <= now.micros() && is_free(slot));
    due.sort_by_key(|(_, slot)| (slot.due, slot.municipality, slot.place));
    due.truncate(request.entries_max);
    let until = now.saturating_add_micros(request.lasts_micros);
    let mut lent = Vec::new();
    for (key, mut slot) in due {
        slot.fence += 1;
        slot.attempts += 1;
        slot.state = State::Leased(until.micros());
        lent.push(Lease {
            municipality: slot.municipality,
            key: slot.key()?,
            channel: slot.channel()?,
            due: time(slot.due)?,
            task: keys::bytes(&slot.task)?,
            fence: slot.fence,
            attempt: slot.attempts,
            until,
        });
        draft.put(key, &slot)?;
    }
    Ok(lent)
}

/// What is not settled, the earliest first.
pub(crate) fn rows(
    draft: &Draft<'_>,
    of: Municipality,
    entries_max: usize,
) -> Result<Vec<AgendaRow>, StoreError> {
    let mut slots: Vec<Slot> =
        draft.all::<Slot>(&keys::agenda(Some(of)))?.into_iter().map(|(_, slot)| slot).collect();
    slots.retain(|slot| slot.state != State::Settled);
    slots.sort_by_key(|slot| (slot.due, slot.place));
    let row = |slot: Slot| {
        let state = match slot.state {
            State::Waiting => EntryState::Waiting,
            State::Leased(until) => EntryState::Leased { until: time(until)? },
            State::Parked => EntryState::Parked,
            State::Settled => EntryState::Settled,
        };
        let (key, channel) = (slot.key()?, slot.channel()?);
        Ok(AgendaRow { key, channel, due: time(slot.due)?, attempts: slot.attempts, state })
    };
    slots.into_iter().take(entries_max).map(row).collect()
}
