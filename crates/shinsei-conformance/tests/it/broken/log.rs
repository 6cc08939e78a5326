//! Wrong about versions, order, windows and time.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use shinsei::memory::{MemoryStore, STEP_BACK_MAX_MICROS};
use shinsei_conformance::FakeClock;
use shinsei_core::ids::{Municipality, Position, StreamId, StreamKind, Version};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::{
    Commit, Outcome, PAGE_RECORDS_MAX, Receipt, Store as _, StoreError, Visit, recording_time,
};
use shinsei_core::record::RawRecord;
use shinsei_core::time::{Timestamp, Window};

use super::{Answer, Broken, Flaw, Wrong, each_is_found};

#[test]
fn each_flaw_of_versions_and_order_is_found() {
    each_is_found(FLAWS);
}

pub(super) const FLAWS: &[Flaw] = &[
    Flaw::new("cuts payloads at 64 KiB", &["versions::appended_records_come_back"], || {
        Broken::new(CutsPayloads)
    }),
    Flaw::new(
        "takes appends that are behind",
        &["versions::an_append_behind_is_stale", "at_once::a_version_is_written_once"],
        || Broken::new(Rewrites(|append, actual| append.expected = append.expected.max(actual))),
    ),
    Flaw::new("takes appends that are two behind", &["versions::an_append_behind_is_stale"], || {
        Broken::new(Rewrites(|append, actual| {
            if append.expected.0 < actual.0.saturating_sub(1) {
                append.expected = actual;
            }
        }))
    }),
    Flaw::new("opens streams in the middle", &["versions::an_append_ahead_is_stale"], || {
        Broken::new(Rewrites(|append, actual| {
            if (append.expected, actual) == (Version(1), Version(0)) {
                append.expected = actual;
            }
        }))
    }),
    Flaw::new(
        "ignores the expected version",
        &[
            "versions::an_append_behind_is_stale",
            "versions::an_append_ahead_is_stale",
            "versions::two_streams_are_written_or_none",
            "commands::a_refused_command_may_come_again",
            "batches::a_refused_commit_hinders_no_other",
            "batches::a_case_twice_in_a_batch_goes_on",
            "log::refusals_leave_no_hole",
            "at_once::a_version_is_written_once",
            "names::a_place_may_be_any_number",
            "numbers::refusals_burn_no_number",
            "numbers::where_a_log_stands_is_known",
            "agenda::a_refused_commit_changes_no_agenda",
            "tenancy::a_batch_may_hold_several",
        ],
        || Broken::new(Rewrites(|append, actual| append.expected = actual)),
    ),
    Flaw::new(
        "ignores what was only read",
        &["versions::a_stream_that_was_read_and_moved_is_stale", "at_once::what_was_read_has_not_moved"],
        || Broken::new(Edits(|commit, _| commit.unchanged.clear())),
    ),
    Flaw::new(
        "looks no further than to what was read",
        &["versions::a_stream_that_was_read_and_moved_is_stale"],
        || {
            Broken::new(Edits(|commit, whole| {
                let of = commit.municipality;
                commit.unchanged.retain(|(stream, version)| *version <= actual(whole, of, *stream));
            }))
        },
    ),
    Flaw::new("writes half of a stale commit", &["versions::two_streams_are_written_or_none"], || {
        Broken::new(WritesHalf)
    }),
    Flaw::new("forgets the kind of a stream", &["versions::kinds_of_stream_are_apart"], || {
        Broken::new(ForgetsKinds)
    }),
    Flaw::new("gives a stream positions of its own", &["log::positions_are_gapless_from_one"], || {
        Broken::new(OwnPositions)
    }),
    Flaw::new(
        "leaves a hole at the fifth position",
        &[
            "log::positions_are_gapless_from_one",
            "log::records_of_a_commit_are_neighbours",
            "log::a_page_holds_what_was_asked_for",
            "log::a_reader_never_sees_a_hole",
            "numbers::numbers_are_gapless_from_one",
            "tree::the_head_is_that_of_rfc_9162",
            "tree::nodes_are_kept_as_they_were",
            "tree::every_size_is_proved",
        ],
        || Broken::new(LeavesHole),
    ),
    Flaw::new("turns the appends of a commit round", &["log::records_of_a_commit_are_neighbours"], || {
        Broken::new(Edits(|commit, _| commit.appends.reverse()))
    }),
    Flaw::new("burns a position for each refusal", &["log::refusals_leave_no_hole"], || {
        Broken::new(BurnsPositions::default())
    }),
    Flaw::new("ignores how much was asked for", &["log::a_page_holds_what_was_asked_for"], || {
        Broken::new(Pages(|_| usize::MAX))
    }),
    Flaw::new("goes on when a visitor breaks off", &["log::a_page_ends_where_the_visitor_breaks"], || {
        Broken::new(NeverBreaks)
    }),
    Flaw::new("gives pages without end", &["log::a_page_is_bounded"], || Broken::new(EndlessPages)),
    Flaw::new(
        "shows the newest record before the one before it",
        &["log::a_reader_never_sees_a_hole"],
        || Broken::new(ShowsTooEarly::default()),
    ),
    Flaw::new(
        "loses the last record when closed",
        &["log::what_was_acknowledged_survives_reopening"],
        || Broken::new(LosesLast::default()),
    ),
    Flaw::new("counts the end of a window as inside", &["window::a_window_is_half_open"], || {
        Broken::new_with_clock(|commit, clock| {
            if commit.window.until == Some(clock.now()) {
                commit.window.until = None;
            }
        })
    }),
    Flaw::new(
        "says the end of the window, not the time",
        &["window::outside_its_window_nothing_is_written"],
        || Broken::new(SaysTheBound),
    ),
    Flaw::new("compares the window with the clock", &["window::the_recording_time_is_what_counts"], || {
        Broken::new_with_clock(|commit, clock| {
            if commit.window.contains(clock.now()) {
                commit.window = Window::ALWAYS;
            }
        })
    }),
    Flaw::new(
        "ignores the window",
        &[
            "commands::a_refused_command_may_come_again",
            "batches::a_refused_commit_hinders_no_other",
            "log::refusals_leave_no_hole",
            "numbers::refusals_burn_no_number",
            "window::a_window_is_half_open",
            "window::outside_its_window_nothing_is_written",
            "window::the_recording_time_is_what_counts",
            "documents::a_refused_commit_links_no_document",
        ],
        || Broken::new(Edits(|commit, _| commit.window = Window::ALWAYS)),
    ),
    Flaw::new("cuts times to milliseconds", &["time::a_record_bears_the_time_of_the_clock"], || {
        Broken::new(Receipts(|receipt| {
            let micros = receipt.recorded_at.micros();
            receipt.recorded_at = receipt.recorded_at.saturating_add_micros(-(micros % 1000));
        }))
    }),
    Flaw::new("lets recording times decrease", &["time::a_small_step_back_is_borne"], || {
        Broken::with(|clock| Box::new(Decreases(clock)))
    }),
    Flaw::new(
        "bears any step back",
        &["time::a_large_step_back_is_suspect", "time::what_is_known_needs_no_clock"],
        || Broken::bearing(i64::MAX, |_| Box::new(Edits(|_, _| {}))),
    ),
    Flaw::new(
        "says of a suspect clock when it is read as when it last was right",
        &["time::a_large_step_back_is_suspect"],
        || Broken::new(MixesTimes),
    ),
    Flaw::new(
        "looks at the clock before it looks for the command",
        &["time::what_is_known_needs_no_clock"],
        || Broken::with(|clock| Box::new(ClockFirst(clock, Mutex::default()))),
    ),
];

struct MixesTimes;

impl Wrong for MixesTimes {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        whole.commit(batch).map_err(|error| match error {
            StoreError::ClockSuspect { now, last } => StoreError::ClockSuspect { now: last, last: now },
            other => other,
        })
    }
}

/// The clock, and when the last record of each municipality was written.
struct ClockFirst(FakeClock, Mutex<BTreeMap<Municipality, Timestamp>>);

impl Wrong for ClockFirst {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut last = self.1.lock().expect("not poisoned");
        for commit in batch {
            let last = last.get(&commit.municipality).copied();
            recording_time(self.0.now(), last, STEP_BACK_MAX_MICROS)?;
        }
        let outcomes = whole.commit(batch)?;
        for (commit, outcome) in batch.iter().zip(&outcomes) {
            if let Outcome::Done(receipt) = outcome {
                last.insert(commit.municipality, receipt.recorded_at);
            }
        }
        Ok(outcomes)
    }
}

impl Broken {
    fn new_with_clock(edit: fn(&mut Commit, &FakeClock)) -> Self {
        Self::with(|clock| Box::new(EditsByClock(clock, edit)))
    }
}

/// The version that a stream has.
pub(super) fn actual(whole: &MemoryStore, of: Municipality, stream: StreamId) -> Version {
    let mut last = Version(0);
    whole
        .read_stream(of, stream, last, PAGE_RECORDS_MAX, &mut |record| {
            last = record.version;
            ControlFlow::Continue(())
        })
        .expect("the store in memory reads");
    last
}

struct CutsPayloads;

impl Wrong for CutsPayloads {
    fn show(&self, record: &mut RawRecord<'_>) -> bool {
        record.payload = &record.payload[..record.payload.len().min(1 << 20)];
        true
    }
}

/// Edits each commit before it is judged.
pub(super) struct Edits(pub(super) fn(&mut Commit, &MemoryStore));

impl Wrong for Edits {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut batch = batch.to_vec();
        batch.iter_mut().for_each(|commit| self.0(commit, whole));
        whole.commit(&batch)
    }
}

struct EditsByClock(FakeClock, fn(&mut Commit, &FakeClock));

impl Wrong for EditsByClock {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut batch = batch.to_vec();
        batch.iter_mut().for_each(|commit| self.1(commit, &self.0));
        whole.commit(&batch)
    }
}

/// Edits each append, given the version that its stream has before the batch.
struct Rewrites(fn(&mut shinsei_core::port::store::Append, Version));

impl Wrong for Rewrites {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut batch = batch.to_vec();
        for commit in &mut batch {
            for append in &mut commit.appends {
                self.0(append, actual(whole, commit.municipality, append.stream));
            }
        }
        whole.commit(&batch)
    }
}

struct WritesHalf;

impl Wrong for WritesHalf {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let outcomes = whole.commit(batch)?;
        for (commit, outcome) in batch.iter().zip(&outcomes) {
            if matches!(outcome, Outcome::Stale { .. }) && commit.appends.len() > 1 {
                whole.commit(&[Commit { appends: commit.appends[..1].to_vec(), ..commit.clone() }])?;
            }
        }
        Ok(outcomes)
    }
}

struct ForgetsKinds;

impl ForgetsKinds {
    fn forget(stream: StreamId) -> StreamId {
        StreamId { kind: StreamKind::Case, ..stream }
    }
}

impl Wrong for ForgetsKinds {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut batch = batch.to_vec();
        for append in batch.iter_mut().flat_map(|commit| &mut commit.appends) {
            append.stream = Self::forget(append.stream);
        }
        whole.commit(&batch)
    }

    fn read_stream(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        stream: StreamId,
        after: Version,
        max: usize,
        visit: Visit<'_>,
    ) -> Answer<()> {
        whole.read_stream(of, Self::forget(stream), after, max, visit)
    }
}

struct OwnPositions;

impl Wrong for OwnPositions {
    fn read_stream(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        stream: StreamId,
        after: Version,
        max: usize,
        visit: Visit<'_>,
    ) -> Answer<()> {
        whole.read_stream(of, stream, after, max, &mut |mut record| {
            record.position = Position(record.version.0);
            visit(record)
        })
    }
}

struct LeavesHole;

impl Wrong for LeavesHole {
    fn show(&self, record: &mut RawRecord<'_>) -> bool {
        if record.position >= Position(5) {
            record.position = record.position.next();
        }
        true
    }
}

/// Where positions were burnt: behind these, once for each refusal.
#[derive(Default)]
struct BurnsPositions(Mutex<Vec<(Municipality, u64)>>);

impl BurnsPositions {
    fn moved(&self, of: Municipality, position: Position) -> Position {
        let burnt = self.0.lock().expect("not poisoned");
        let before = burnt.iter().filter(|(whose, behind)| *whose == of && *behind < position.0);
        Position(position.0 + before.count() as u64)
    }
}

impl Wrong for BurnsPositions {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut outcomes = whole.commit(batch)?;
        for (commit, outcome) in batch.iter().zip(&mut outcomes) {
            match outcome {
                Outcome::Done(receipt) | Outcome::Again(receipt) => {
                    receipt.first = self.moved(commit.municipality, receipt.first);
                    for (position, _) in &mut receipt.numbers {
                        *position = self.moved(commit.municipality, *position);
                    }
                }
                Outcome::Stale { .. } | Outcome::OutsideWindow { .. } => {
                    let size = whole.head(commit.municipality)?.size;
                    self.0.lock().expect("not poisoned").push((commit.municipality, size));
                }
                _ => {}
            }
        }
        Ok(outcomes)
    }

    fn show(&self, record: &mut RawRecord<'_>) -> bool {
        record.position = self.moved(record.municipality, record.position);
        true
    }
}

/// Asks for another number of records.
struct Pages(fn(usize) -> usize);

impl Wrong for Pages {
    fn read_log(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        after: Position,
        max: usize,
        visit: Visit<'_>,
    ) -> Answer<()> {
        whole.read_log(of, after, self.0(max), visit)
    }
}

struct NeverBreaks;

impl Wrong for NeverBreaks {
    fn read_stream(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        stream: StreamId,
        after: Version,
        max: usize,
        visit: Visit<'_>,
    ) -> Answer<()> {
        whole.read_stream(of, stream, after, max, &mut |record| {
            let _ = visit(record);
            ControlFlow::Continue(())
        })
    }
}

struct EndlessPages;

impl Wrong for EndlessPages {
    fn read_log(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        after: Position,
        max: usize,
        visit: Visit<'_>,
    ) -> Answer<()> {
        whole.read_log(of, after, max, visit)?;
        if max > PAGE_RECORDS_MAX {
            whole.read_log(of, Position(after.0 + PAGE_RECORDS_MAX as u64), max, visit)?;
        }
        Ok(())
    }
}

/// While a commit is under way, hides the record before the newest.
#[derive(Default)]
struct ShowsTooEarly {
    committing: AtomicUsize,
}

impl Wrong for ShowsTooEarly {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        self.committing.fetch_add(1, Ordering::SeqCst);
        let outcomes = whole.commit(batch);
        (0..20).for_each(|_| std::thread::yield_now());
        self.committing.fetch_sub(1, Ordering::SeqCst);
        outcomes
    }

    fn read_log(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        after: Position,
        max: usize,
        visit: Visit<'_>,
    ) -> Answer<()> {
        // Only where several write: beside one writer others look at what is shown.
        let hidden = match self.committing.load(Ordering::SeqCst) {
            0 | 1 => None,
            _ => whole.head(of)?.size.checked_sub(1),
        };
        whole.read_log(of, after, max, &mut |record| {
            if Some(record.position.0) == hidden { ControlFlow::Continue(()) } else { visit(record) }
        })
    }
}

/// Hides the record that was the last one when the store was opened again.
#[derive(Default)]
struct LosesLast(Mutex<Option<Position>>);

impl Wrong for LosesLast {
    fn opened(&self, whole: &MemoryStore, before: usize) {
        if before > 0 {
            let hakodate = "012025".parse().expect("a municipality");
            let size = whole.head(hakodate).expect("the store in memory reads").size;
            *self.0.lock().expect("not poisoned") = Some(Position(size));
        }
    }

    fn show(&self, record: &mut RawRecord<'_>) -> bool {
        *self.0.lock().expect("not poisoned") != Some(record.position)
    }
}

struct SaysTheBound;

impl Wrong for SaysTheBound {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut outcomes = whole.commit(batch)?;
        for (commit, outcome) in batch.iter().zip(&mut outcomes) {
            if let Outcome::OutsideWindow { at } = outcome {
                *at = commit.window.until.or(commit.window.from).unwrap_or(*at);
            }
        }
        Ok(outcomes)
    }
}

/// Edits the receipts that a commit answers.
pub(super) struct Receipts(pub(super) fn(&mut Receipt));

impl Wrong for Receipts {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut outcomes = whole.commit(batch)?;
        for outcome in &mut outcomes {
            if let Outcome::Done(receipt) | Outcome::Again(receipt) = outcome {
                self.0(receipt);
            }
        }
        Ok(outcomes)
    }
}

struct Decreases(FakeClock);

impl Wrong for Decreases {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut outcomes = whole.commit(batch)?;
        for outcome in &mut outcomes {
            if let Outcome::Done(receipt) = outcome {
                receipt.recorded_at = receipt.recorded_at.min(self.0.now());
            }
        }
        Ok(outcomes)
    }
}
