//! Wrong about commands, receipts and numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use shinsei::memory::MemoryStore;
use shinsei_conformance::FakeClock;
use shinsei_core::ids::{CommandId, Municipality, Position, Series, StreamId};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::{Commit, Found, Outcome, PAGE_RECORDS_MAX, Receipt, Standing, Store as _};
use shinsei_core::record::RawRecord;
use uuid::Uuid;

use super::log::Receipts;
use super::{Answer, Broken, Flaw, Wrong, each_is_found};

#[test]
fn each_flaw_of_commands_and_numbers_is_found() {
    each_is_found(FLAWS);
}

pub(super) const FLAWS: &[Flaw] = &[
    Flaw::new(
        "says that the log stands at the present time",
        &["numbers::where_a_log_stands_is_known"],
        || Broken::with(|clock| Box::new(StandsNow(clock))),
    ),
    Flaw::new("gives a repeat another time", &["commands::a_repeat_gets_the_same_receipt"], || {
        Broken::with(|clock| Box::new(DatesRepeats(clock)))
    }),
    Flaw::new("forgets command ids when closed", &["commands::a_repeat_after_reopening_gets_it"], || {
        Broken::new(ForgetsCommands::default())
    }),
    Flaw::new(
        "looks for repeats before the batch alone",
        &["commands::a_repeat_within_a_batch_gets_it"],
        || Broken::new(DoublesInBatch::default()),
    ),
    Flaw::new("keeps command ids by stream", &["commands::other_content_is_refused"], || {
        Broken::new(KeysByStream)
    }),
    Flaw::new(
        "ignores the digest of a command",
        &[
            "commands::a_repeat_after_reopening_gets_it",
            "commands::a_repeat_within_a_batch_gets_it",
            "commands::other_content_is_refused",
            "names::a_digest_counts_with_every_byte",
            "erasure::erasing_forgets_the_contents_of_commands",
        ],
        || Broken::new(IgnoresDigests),
    ),
    Flaw::new("judges before it looks", &["commands::a_repeat_is_known_before_it_is_judged"], || {
        Broken::with(|clock| Box::new(JudgesFirst(clock)))
    }),
    Flaw::new("remembers refused commands", &["commands::a_refused_command_may_come_again"], || {
        Broken::new(RemembersRefusals::default())
    }),
    Flaw::new("finds receipts without their numbers", &["commands::find_knows_what_took_effect"], || {
        Broken::new(FindsHalf)
    }),
    Flaw::new(
        "gives a commit without records the next position",
        &["batches::a_commit_without_records_has_a_receipt"],
        || {
            Broken::new(Receipts(|receipt| {
                if receipt.records == 0 {
                    receipt.first = receipt.first.next()
                }
            }))
        },
    ),
    Flaw::new("gives two records of a commit one number", &["numbers::numbers_are_gapless_from_one"], || {
        Broken::new(GivesTwice)
    }),
    Flaw::new("burns a number for each refusal", &["numbers::refusals_burn_no_number"], || {
        Broken::new(BurnsNumbers::default())
    }),
    Flaw::new("begins a series anew when opened", &["numbers::numbers_go_on_after_reopening"], || {
        Broken::new(BeginsAnew::default())
    }),
];

struct DatesRepeats(FakeClock);

impl Wrong for DatesRepeats {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut outcomes = whole.commit(batch)?;
        for outcome in &mut outcomes {
            if let Outcome::Again(receipt) = outcome {
                receipt.recorded_at = self.0.now();
            }
        }
        Ok(outcomes)
    }
}

/// Another id for the same command, the same one for the same salt.
fn another(id: CommandId, salt: usize) -> CommandId {
    CommandId(Uuid::from_u128(id.0.as_u128() ^ ((salt as u128) << 64)))
}

/// The commit under another id, as if nothing were known.
fn anew(whole: &MemoryStore, commit: &Commit, salt: usize) -> Answer<Vec<Outcome>> {
    let mut commit = commit.clone();
    if let Some(key) = &mut commit.command {
        key.id = another(key.id, salt);
    }
    for append in &mut commit.appends {
        whole.read_stream(
            commit.municipality,
            append.stream,
            append.expected,
            PAGE_RECORDS_MAX,
            &mut |record| {
                append.expected = record.version;
                ControlFlow::Continue(())
            },
        )?;
    }
    whole.commit(&[commit])
}

struct StandsNow(FakeClock);

impl Wrong for StandsNow {
    fn standing(&self, whole: &MemoryStore, of: Municipality) -> Answer<Standing> {
        let standing = whole.standing(of)?;
        Ok(Standing { recorded_at: standing.recorded_at.map(|_| self.0.now()), ..standing })
    }
}

#[derive(Default)]
struct ForgetsCommands(AtomicUsize);

impl Wrong for ForgetsCommands {
    fn opened(&self, _: &MemoryStore, before: usize) {
        self.0.store(before, Ordering::SeqCst);
    }

    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut batch = batch.to_vec();
        for key in batch.iter_mut().filter_map(|commit| commit.command.as_mut()) {
            key.id = another(key.id, self.0.load(Ordering::SeqCst));
        }
        whole.commit(&batch)
    }

    fn find(&self, whole: &MemoryStore, of: Municipality, command: CommandId) -> Answer<Option<Found>> {
        whole.find(of, another(command, self.0.load(Ordering::SeqCst)))
    }
}

/// Whose turn it is, so that what comes in another batch at the same time is known.
#[derive(Default)]
struct DoublesInBatch(Mutex<()>);

impl Wrong for DoublesInBatch {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let _turn = self.0.lock().expect("not poisoned");
        let known = |commit: &Commit| {
            commit.command.and_then(|key| whole.find(commit.municipality, key.id).ok()?).is_some()
        };
        let known: Vec<bool> = batch.iter().map(known).collect();
        let mut outcomes = whole.commit(batch)?;
        for ((commit, outcome), known) in batch.iter().zip(&mut outcomes).zip(known) {
            if !known && matches!(outcome, Outcome::Again(_)) {
                *outcome = anew(whole, commit, 1)?.remove(0);
            }
        }
        Ok(outcomes)
    }
}

struct KeysByStream;

impl KeysByStream {
    fn streams(whole: &MemoryStore, of: Municipality, command: CommandId) -> Answer<Vec<StreamId>> {
        let mut streams = vec![];
        whole.read_log(of, Position(0), PAGE_RECORDS_MAX, &mut |record| {
            if record.command == command {
                streams.push(record.stream);
            }
            ControlFlow::Continue(())
        })?;
        Ok(streams)
    }
}

impl Wrong for KeysByStream {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut outcomes = whole.commit(batch)?;
        for (commit, outcome) in batch.iter().zip(&mut outcomes) {
            let (Some(key), Some(append)) = (commit.command, commit.appends.first()) else { continue };
            let known = Self::streams(whole, commit.municipality, key.id)?;
            if *outcome == Outcome::KeyReused && !known.contains(&append.stream) {
                *outcome = anew(whole, commit, 1)?.remove(0);
            }
        }
        Ok(outcomes)
    }
}

struct IgnoresDigests;

impl Wrong for IgnoresDigests {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut outcomes = whole.commit(batch)?;
        for (commit, outcome) in batch.iter().zip(&mut outcomes) {
            if let (Outcome::KeyReused, Some(key)) = (&outcome, commit.command)
                && let Some(found) = whole.find(commit.municipality, key.id)?
            {
                *outcome = Outcome::Again(found.receipt);
            }
        }
        Ok(outcomes)
    }
}

struct JudgesFirst(FakeClock);

impl Wrong for JudgesFirst {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let at = self.0.now();
        let mut outcomes = whole.commit(batch)?;
        for (commit, outcome) in batch.iter().zip(&mut outcomes) {
            if matches!(outcome, Outcome::Again(_)) && !commit.window.contains(at) {
                *outcome = Outcome::OutsideWindow { at };
            }
        }
        Ok(outcomes)
    }
}

#[derive(Default)]
struct RemembersRefusals(Mutex<BTreeSet<(Municipality, CommandId)>>);

impl Wrong for RemembersRefusals {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut refused = self.0.lock().expect("not poisoned");
        let mut outcomes = whole.commit(batch)?;
        for (commit, outcome) in batch.iter().zip(&mut outcomes) {
            let Some(key) = commit.command else { continue };
            let id = (commit.municipality, key.id);
            match outcome {
                Outcome::Done(_) | Outcome::Again(_) if refused.contains(&id) => {
                    *outcome = Outcome::KeyReused
                }
                Outcome::Stale { .. } | Outcome::OutsideWindow { .. } => _ = refused.insert(id),
                _ => {}
            }
        }
        Ok(outcomes)
    }
}

struct FindsHalf;

impl Wrong for FindsHalf {
    fn find(&self, whole: &MemoryStore, of: Municipality, command: CommandId) -> Answer<Option<Found>> {
        let found = whole.find(of, command)?;
        Ok(found.map(|found| Found { receipt: Receipt { numbers: vec![], ..found.receipt }, ..found }))
    }
}

struct GivesTwice;

impl GivesTwice {
    fn give(receipt: &mut Receipt) {
        if let Some((first, rest)) = receipt.numbers.split_first_mut() {
            for (_, number) in rest.iter_mut().filter(|(_, number)| number.series == first.1.series) {
                number.value = first.1.value;
            }
        }
    }
}

impl Wrong for GivesTwice {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        Receipts(Self::give).commit(whole, batch)
    }

    fn find(&self, whole: &MemoryStore, of: Municipality, command: CommandId) -> Answer<Option<Found>> {
        let mut found = whole.find(of, command)?;
        if let Some(found) = &mut found {
            Self::give(&mut found.receipt);
        }
        Ok(found)
    }
}

/// How many numbers of a series were given, and behind which of them one was burnt.
#[derive(Default)]
struct BurnsNumbers(Mutex<BTreeMap<(Municipality, Series), GivenAndBurnt>>);

type GivenAndBurnt = (u64, Vec<u64>);

impl BurnsNumbers {
    fn moved(&self, of: Municipality, series: &Series, value: u64) -> u64 {
        let given = self.0.lock().expect("not poisoned");
        let burnt = given.get(&(of, series.clone())).map(|(_, burnt)| burnt.as_slice()).unwrap_or_default();
        value + burnt.iter().filter(|behind| **behind < value).count() as u64
    }

    fn moved_in(&self, of: Municipality, receipt: &mut Receipt) {
        for (_, number) in &mut receipt.numbers {
            number.value = self.moved(of, &number.series, number.value);
        }
    }
}

impl Wrong for BurnsNumbers {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut outcomes = whole.commit(batch)?;
        for (commit, outcome) in batch.iter().zip(&mut outcomes) {
            match outcome {
                Outcome::Done(receipt) | Outcome::Again(receipt) => {
                    for (_, number) in &receipt.numbers {
                        let key = (commit.municipality, number.series.clone());
                        let mut given = self.0.lock().expect("not poisoned");
                        let last = &mut given.entry(key).or_default().0;
                        *last = number.value.max(*last);
                    }
                    self.moved_in(commit.municipality, receipt);
                }
                _ => {
                    let wanted = commit.appends.iter().flat_map(|append| &append.records);
                    for series in wanted.filter_map(|record| record.number_from.clone()) {
                        let mut given = self.0.lock().expect("not poisoned");
                        let (last, burnt) = given.entry((commit.municipality, series)).or_default();
                        burnt.push(*last);
                    }
                }
            }
        }
        Ok(outcomes)
    }

    fn find(&self, whole: &MemoryStore, of: Municipality, command: CommandId) -> Answer<Option<Found>> {
        let mut found = whole.find(of, command)?;
        if let Some(found) = &mut found {
            self.moved_in(of, &mut found.receipt);
        }
        Ok(found)
    }

    fn show(&self, record: &mut RawRecord<'_>) -> bool {
        if let Some(number) = &mut record.number {
            number.value = self.moved(record.municipality, &number.series, number.value);
        }
        true
    }
}

/// The last number that was given, and that from before the store was last opened.
#[derive(Default)]
struct BeginsAnew(Mutex<(u64, u64)>);

impl Wrong for BeginsAnew {
    fn opened(&self, _: &MemoryStore, _: usize) {
        let mut numbers = self.0.lock().expect("not poisoned");
        numbers.1 = numbers.0;
    }

    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut numbers = self.0.lock().expect("not poisoned");
        let mut outcomes = whole.commit(batch)?;
        for outcome in &mut outcomes {
            if let Outcome::Done(receipt) = outcome {
                for (_, number) in &mut receipt.numbers {
                    numbers.0 = number.value;
                    number.value -= numbers.1;
                }
            }
        }
        Ok(outcomes)
    }
}
