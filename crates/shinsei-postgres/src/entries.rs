//! Agenda entries that a batch settles or changes, as it finds and leaves them.

use std::collections::BTreeMap;

use shinsei_core::agenda::{AgendaChange, Due, Entry, EntryKey, Settled, Settlement};
use shinsei_core::ids::Municipality;
use shinsei_core::time::Timestamp;

/// Waiting or leased.
pub(crate) const WAITING: i16 = 1;
/// Parked.
pub(crate) const PARKED: i16 = 2;
/// Done, moot or cancelled: a tombstone.
pub(crate) const SETTLED: i16 = 3;

/// One entry.
pub(crate) struct Slot<'b> {
    pub(crate) state: i16,
    pub(crate) due: i64,
    pub(crate) attempts: i32,
    pub(crate) fence: u64,
    pub(crate) is_leased: bool,
    /// True when the batch changed it.
    pub(crate) is_changed: bool,
    /// With an entry that the batch schedules: what, and its place in the order of scheduling.
    pub(crate) new: Option<(&'b Entry, u64)>,
}

/// The entries that a batch names. In order, so that rows are always locked in the same one.
#[derive(Default)]
pub(crate) struct Entries<'b>(BTreeMap<(Municipality, EntryKey), Slot<'b>>);

impl<'b> Entries<'b> {
    /// Takes in an entry that the database holds.
    pub(crate) fn insert(&mut self, municipality: Municipality, key: EntryKey, slot: Slot<'b>) {
        self.0.insert((municipality, key), slot);
    }

    /// What the batch left changed.
    pub(crate) fn changed(&self) -> impl Iterator<Item = (Municipality, &EntryKey, &Slot<'b>)> {
        let changed = self.0.iter().filter(|(_, slot)| slot.is_changed);
        changed.map(|((municipality, key), slot)| (*municipality, key, slot))
    }

    /// True when an entry is lent under this fence, the latest.
    pub(crate) fn is_held(&self, municipality: Municipality, key: &EntryKey, fence: u64) -> bool {
        self.0
            .get(&(municipality, key.clone()))
            .is_some_and(|slot| slot.state == WAITING && slot.is_leased && slot.fence == fence)
    }

    /// Settles an entry that is held.
    pub(crate) fn settle(&mut self, municipality: Municipality, settlement: &Settlement) {
        self.update(municipality, &settlement.key, |slot| match settlement.how {
            Settled::Done | Settled::Moot => slot.state = SETTLED,
            Settled::Retry { at } => slot.due = at.micros(),
            Settled::Parked => slot.state = PARKED,
        });
    }

    /// Makes a change; true when it scheduled an entry.
    pub(crate) fn change(
        &mut self,
        municipality: Municipality,
        change: &'b AgendaChange,
        at: Timestamp,
        ordinal: u64,
    ) -> bool {
        match change {
            AgendaChange::Schedule(entry) => return self.schedule(municipality, entry, at, ordinal),
            AgendaChange::Cancel(key) => self.update(municipality, key, |slot| slot.state = SETTLED),
            AgendaChange::Redrive(key) => {
                if self.0.get(&(municipality, key.clone())).is_some_and(|slot| slot.state == PARKED) {
                    self.update(municipality, key, |slot| {
                        slot.state = WAITING;
                        slot.due = at.micros();
                        slot.attempts = 0;
                    });
                }
            }
        }
        false
    }

    fn schedule(
        &mut self,
        municipality: Municipality,
        entry: &'b Entry,
        at: Timestamp,
        ordinal: u64,
    ) -> bool {
        let key = (municipality, entry.key.clone());
        if self.0.contains_key(&key) {
            return false;
        }
        let due = match entry.due {
            Due::AtOnce => at,
            Due::At(due) => due,
        };
        let slot = Slot {
            state: WAITING,
            due: due.micros(),
            attempts: 0,
            fence: 0,
            is_leased: false,
            is_changed: true,
            new: Some((entry, ordinal)),
        };
        self.0.insert(key, slot);
        true
    }

    /// Changes an entry that is not settled; whatever changes it ends its lease.
    fn update(&mut self, municipality: Municipality, key: &EntryKey, change: impl FnOnce(&mut Slot<'b>)) {
        if let Some(slot) = self.0.get_mut(&(municipality, key.clone())).filter(|slot| slot.state != SETTLED)
        {
            change(slot);
            slot.is_leased = false;
            slot.is_changed = true;
        }
    }
}
