//! An agenda that goes through all its entries each time, with switches for what it does wrong.

use std::cmp::Reverse;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use shinsei::memory::MemoryStore;
use shinsei_conformance::FakeClock;
use shinsei_core::agenda::{
    AgendaChange, AgendaRow, Channel, Due, EntryKey, EntryState, Lease, LeaseRequest, Settled, Settlement,
};
use shinsei_core::ids::Municipality;
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::{Commit, Outcome, Store as _};
use shinsei_core::time::Timestamp;
use uuid::Uuid;

use super::{Answer, Wrong};

/// What it does wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Slip {
    Nothing,
    LendsEarly,
    LendsToOthers,
    LendsToOthersTowardsTheEnd,
    ChoosesUnlocked,
    PassesOnLate,
    LosesWhatRanOut,
    IgnoresFences,
    FreesWhenTheClockStepsBack,
    FreesWhenTheClockStepsFarBack,
    FreesWhenOpened,
    SortsWhenOpened,
    CountsWhatMustWait,
    LendsOneAtLeast,
    LatestFirst,
    LatestDeadlineFirst,
    KeepsNoOrder,
    OrdersByScheduling,
    OneLineForAllChannels,
    RetriesBehindTheRest,
    PassesWhatIsParked,
    BringsBackWhatIsMoot,
    RetriesEarly,
    RestartsFences,
    RedrivesAnything,
    CancelsOnlyWhatWaits,
    SchedulesAgain,
    SchedulesWhatIsRefused,
    ChangesBeforeSettling,
    ShowsNoAttempts,
}

/// Keeps the agenda of all municipalities in front of a store that then has none.
pub(super) struct Naive {
    slip: Slip,
    clock: FakeClock,
    state: Mutex<State>,
    choosing: AtomicUsize,
}

#[derive(Default)]
struct State {
    slots: Vec<Slot>,
    last_asked: Option<Timestamp>,
}

#[derive(Clone)]
struct Slot {
    of: Municipality,
    key: EntryKey,
    channel: Channel,
    place: (Timestamp, usize),
    due: Timestamp,
    task: Vec<u8>,
    fence: u64,
    attempts: u32,
    state: EntryState,
    owner: Uuid,
}

impl Naive {
    pub(super) fn new(slip: Slip, clock: FakeClock) -> Self {
        Self { slip, clock, state: Mutex::default(), choosing: AtomicUsize::new(0) }
    }

    fn slips(&self, slip: Slip) -> bool {
        self.slip == slip
    }

    fn is_held(&self, state: &State, of: Municipality, settlement: &Settlement) -> bool {
        state.slots.iter().any(|slot| {
            let EntryState::Leased { until } = slot.state else { return false };
            let ran_out = self.slips(Slip::LosesWhatRanOut) && until <= self.clock.now();
            let fence = slot.fence == settlement.fence || self.slips(Slip::IgnoresFences);
            slot.of == of && slot.key == settlement.key && fence && !ran_out
        })
    }

    fn settle(&self, state: &mut State, of: Municipality, settlement: &Settlement) {
        let next = state.slots.len();
        let Some(slot) = state.slots.iter_mut().find(|slot| slot.of == of && slot.key == settlement.key)
        else {
            return;
        };
        slot.state = match settlement.how {
            Settled::Moot if self.slips(Slip::BringsBackWhatIsMoot) => EntryState::Waiting,
            Settled::Done | Settled::Moot => EntryState::Settled,
            Settled::Parked => EntryState::Parked,
            Settled::Retry { at } => {
                slot.due = if self.slips(Slip::RetriesEarly) { at.saturating_add_micros(-1) } else { at };
                if self.slips(Slip::RetriesBehindTheRest) {
                    slot.place = (at, next);
                }
                EntryState::Waiting
            }
        };
    }

    fn change(&self, state: &mut State, of: Municipality, change: &AgendaChange, at: Timestamp) {
        let (AgendaChange::Schedule(shinsei_core::agenda::Entry { key, .. })
        | AgendaChange::Cancel(key)
        | AgendaChange::Redrive(key)) = change;
        let next = state.slots.len();
        let slot = state.slots.iter_mut().find(|slot| slot.of == of && slot.key == *key);
        match (change, slot) {
            (AgendaChange::Schedule(entry), slot) => {
                match slot {
                    Some(slot) if slot.state != EntryState::Settled || !self.slips(Slip::SchedulesAgain) => {
                        return;
                    }
                    _ => {}
                }
                let due = match entry.due {
                    Due::AtOnce => at,
                    Due::At(due) => due,
                };
                state.slots.retain(|slot| slot.of != of || slot.key != *key);
                state.slots.push(Slot {
                    of,
                    key: key.clone(),
                    channel: entry.channel,
                    place: (due, next),
                    due,
                    task: entry.task.clone(),
                    fence: 0,
                    attempts: 0,
                    state: EntryState::Waiting,
                    owner: Uuid::nil(),
                });
            }
            (AgendaChange::Cancel(_), Some(slot)) => {
                let lent = matches!(slot.state, EntryState::Leased { .. });
                if !(lent && self.slips(Slip::CancelsOnlyWhatWaits)) {
                    slot.state = EntryState::Settled;
                }
            }
            (AgendaChange::Redrive(_), Some(slot)) => {
                let anything = slot.state == EntryState::Waiting && self.slips(Slip::RedrivesAnything);
                if slot.state == EntryState::Parked || anything {
                    (slot.state, slot.due, slot.attempts) = (EntryState::Waiting, at, 0);
                    if self.slips(Slip::RestartsFences) {
                        slot.fence = 0;
                    }
                }
            }
            (AgendaChange::Cancel(_) | AgendaChange::Redrive(_), None) => {}
        }
    }

    /// True when the first holds back the second.
    fn is_before(&self, first: &Slot, second: &Slot) -> bool {
        let line = first.of == second.of && first.key.stream == second.key.stream;
        let channel = first.channel == second.channel || self.slips(Slip::OneLineForAllChannels);
        let earlier = match self.slip {
            Slip::KeepsNoOrder => false,
            Slip::OrdersByScheduling => first.place.1 < second.place.1,
            _ => first.place < second.place,
        };
        let passed = first.state == EntryState::Parked && self.slips(Slip::PassesWhatIsParked);
        line && channel && earlier && first.state != EntryState::Settled && !passed
    }

    fn is_free(&self, slot: &Slot, request: &LeaseRequest, now: Timestamp, stepped_back: bool) -> bool {
        let EntryState::Leased { until } = slot.state else { return slot.state == EntryState::Waiting };
        let other = slot.owner != request.owner;
        match self.slip {
            Slip::LendsToOthers if other => true,
            Slip::LendsToOthersTowardsTheEnd if other => until.saturating_add_micros(-1_000_000) <= now,
            Slip::PassesOnLate => until < now,
            Slip::FreesWhenTheClockStepsBack if stepped_back => true,
            // A lease never lasts five minutes in what it is used for.
            Slip::FreesWhenTheClockStepsFarBack if until > now.saturating_add_micros(300_000_000) => true,
            _ => until <= now,
        }
    }

    fn choose(
        &self,
        state: &mut State,
        request: &LeaseRequest,
        now: Timestamp,
    ) -> Vec<(Municipality, EntryKey)> {
        let stepped_back = state.last_asked.replace(now).is_some_and(|last| now < last);
        let early = |slot: &Slot| slot.attempts == 0 && self.slips(Slip::LendsEarly);
        let ready = |slot: &Slot| slot.due <= now.saturating_add_micros(i64::from(early(slot)));
        let mut free: Vec<&Slot> = state
            .slots
            .iter()
            .filter(|slot| request.municipality.is_none_or(|of| of == slot.of))
            .filter(|slot| slot.channel == request.channel && ready(slot))
            .filter(|slot| self.is_free(slot, request, now, stepped_back))
            .collect();
        free.sort_by_key(|slot| (slot.due, slot.of, slot.place));
        if self.slips(Slip::CountsWhatMustWait) {
            free.truncate(request.entries_max);
        }
        free.retain(|slot| !state.slots.iter().any(|other| self.is_before(other, slot)));
        let deadlines = self.slips(Slip::LatestDeadlineFirst) && request.channel == Channel::Deadline;
        if self.slips(Slip::LatestFirst) || deadlines {
            free.sort_by_key(|slot| Reverse(slot.due));
        }
        let least = usize::from(self.slips(Slip::LendsOneAtLeast));
        free.iter().take(request.entries_max.max(least)).map(|slot| (slot.of, slot.key.clone())).collect()
    }
}

impl Wrong for Naive {
    fn opened(&self, _: &MemoryStore, before: usize) {
        if before > 0 && self.slips(Slip::SortsWhenOpened) {
            let slots = &mut self.state.lock().expect("not poisoned").slots;
            slots.sort_by(|one, other| one.key.cmp(&other.key));
            slots.iter_mut().enumerate().for_each(|(place, slot)| slot.place.1 = place);
        }
        if before > 0 && self.slips(Slip::FreesWhenOpened) {
            for slot in &mut self.state.lock().expect("not poisoned").slots {
                if matches!(slot.state, EntryState::Leased { .. }) {
                    slot.state = EntryState::Waiting;
                }
            }
        }
    }

    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let malformed = batch.iter().any(|commit| commit.check().is_err());
        if malformed || batch.iter().all(|commit| commit.agenda.is_empty() && commit.settles.is_empty()) {
            return whole.commit(batch);
        }
        let mut outcomes = vec![];
        for commit in batch {
            let mut state = self.state.lock().expect("not poisoned");
            let of = commit.municipality;
            let known = match commit.command {
                Some(key) => whole.find(of, key.id)?.is_some(),
                None => false,
            };
            let lost = commit.settles.iter().find(|settlement| !self.is_held(&state, of, settlement));
            if let Some(lost) = lost
                && !known
            {
                outcomes.push(Outcome::LeaseLost { key: lost.key.clone() });
                continue;
            }
            let change = |state: &mut State, at| {
                commit.agenda.iter().for_each(|change| self.change(state, of, change, at));
            };
            if self.slips(Slip::SchedulesWhatIsRefused) {
                change(&mut state, self.clock.now());
            }
            let outcome =
                whole.commit(&[Commit { agenda: vec![], settles: vec![], ..commit.clone() }])?.remove(0);
            if let Outcome::Done(receipt) = &outcome {
                if self.slips(Slip::ChangesBeforeSettling) {
                    change(&mut state, receipt.recorded_at);
                }
                commit.settles.iter().for_each(|settlement| self.settle(&mut state, of, settlement));
                if !self.slips(Slip::ChangesBeforeSettling) {
                    change(&mut state, receipt.recorded_at);
                }
            }
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    fn lease(&self, _: &MemoryStore, request: &LeaseRequest) -> Answer<Vec<Lease>> {
        let now = self.clock.now();
        let mut state = self.state.lock().expect("not poisoned");
        let chosen = self.choose(&mut state, request, now);
        if self.slips(Slip::ChoosesUnlocked) {
            drop(state);
            // Waits until somebody else has chosen as well, but not for ever: there may be nobody.
            let mine = self.choosing.fetch_add(1, Ordering::SeqCst);
            for _ in 0..2_000 {
                if self.choosing.load(Ordering::SeqCst) > mine + 1 {
                    break;
                }
                std::thread::yield_now();
            }
            state = self.state.lock().expect("not poisoned");
        }
        let until = now.saturating_add_micros(request.lasts_micros);
        let mut leases = vec![];
        for slot in &mut state.slots {
            if chosen.contains(&(slot.of, slot.key.clone())) {
                slot.fence += 1;
                slot.attempts += 1;
                slot.owner = request.owner;
                slot.state = EntryState::Leased { until };
                leases.push(Lease {
                    municipality: slot.of,
                    key: slot.key.clone(),
                    channel: slot.channel,
                    due: slot.due,
                    task: slot.task.clone(),
                    fence: slot.fence,
                    attempt: slot.attempts,
                    until,
                });
            }
        }
        leases.sort_by_key(|lease| {
            chosen.iter().position(|(of, key)| (*of, key) == (lease.municipality, &lease.key))
        });
        Ok(leases)
    }

    fn agenda(&self, _: &MemoryStore, of: Municipality, entries_max: usize) -> Answer<Vec<AgendaRow>> {
        let state = self.state.lock().expect("not poisoned");
        let mut slots: Vec<&Slot> =
            state.slots.iter().filter(|slot| slot.of == of && slot.state != EntryState::Settled).collect();
        slots.sort_by_key(|slot| (slot.due, slot.place));
        let row = |slot: &Slot| AgendaRow {
            key: slot.key.clone(),
            channel: slot.channel,
            due: slot.due,
            attempts: if self.slips(Slip::ShowsNoAttempts) { 0 } else { slot.attempts },
            state: slot.state,
        };
        Ok(slots.into_iter().take(entries_max).map(row).collect())
    }
}
