//! Wrong when several come at once: what is looked at before the lock is what is believed behind it.

use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::{self, ThreadId};

use shinsei::memory::MemoryStore;
use shinsei_core::agenda::EntryState;
use shinsei_core::ids::{CommandId, Municipality, Position, StreamId, Version};
use shinsei_core::port::store::{Commit, Found, Outcome, Standing, Store as _, Visit};
use shinsei_core::record::RawRecord;
use uuid::Uuid;

use super::log::actual;
use super::{Answer, Broken, Flaw, Wrong, each_is_found};

#[test]
fn each_flaw_of_what_comes_at_once_is_found() {
    each_is_found(FLAWS);
}

pub(super) const FLAWS: &[Flaw] = &[
    Flaw::new("looks for the command before it locks", &["at_once::a_command_takes_effect_once"], || {
        Broken::new(LooksFirst::at(Looked::Command))
    }),
    Flaw::new("looks at the version before it locks", &["at_once::a_version_is_written_once"], || {
        Broken::new(LooksFirst::at(Looked::Version))
    }),
    Flaw::new("looks at what was read before it locks", &["at_once::what_was_read_has_not_moved"], || {
        Broken::new(LooksFirst::at(Looked::Unchanged))
    }),
    Flaw::new("looks at the lease before it locks", &["at_once::a_lease_is_settled_once"], || {
        Broken::new(LooksFirst::at(Looked::Lease))
    }),
    Flaw::new("looks for the document before it locks", &["at_once::a_document_is_linked_once"], || {
        Broken::new(LooksFirst::at(Looked::Document))
    }),
    Flaw::new("draws numbers before it locks", &["at_once::numbers_follow_the_log"], || {
        Broken::new(DrawsFirst::default())
    }),
    Flaw::new("shows a commit record by record", &["at_once::a_reader_sees_whole_commits"], || {
        Broken::new(ShowsLate::new(true))
    }),
    Flaw::new("finds a command before it shows it", &["at_once::what_is_found_can_be_read"], || {
        Broken::new(ShowsLate::new(false))
    }),
    Flaw::new(
        "reads head and numbers one after the other",
        &["at_once::where_a_log_stands_is_one_snapshot"],
        || Broken::new(StandsTorn),
    ),
];

/// How often a thread steps aside for another: there may be none.
const YIELDS_MAX: usize = 1_000;

/// Whether somebody else may be there: whoever asks is not the thread that opened the store.
#[derive(Default)]
struct Opener(Mutex<Option<ThreadId>>);

impl Opener {
    fn is_this(&self) {
        *self.0.lock().expect("not poisoned") = Some(thread::current().id());
    }

    /// Steps aside for others, as long as what is waited for is not so, but not for ever; false in the thread that opened the
    /// store, in which one thing comes after another.
    fn wait(&self, is_so: impl Fn() -> bool) -> bool {
        let opener = *self.0.lock().expect("not poisoned");
        if opener == Some(thread::current().id()) {
            return false;
        }
        (0..YIELDS_MAX).any(|_| {
            thread::yield_now();
            is_so()
        })
    }
}

/// Where a thread waits until another one is there as well.
#[derive(Default)]
struct Meeting {
    opener: Opener,
    arrived: AtomicUsize,
}

impl Meeting {
    /// True when another came meanwhile.
    fn wait(&self) -> bool {
        let mine = self.arrived.fetch_add(1, Ordering::SeqCst);
        self.opener.wait(|| self.arrived.load(Ordering::SeqCst) > mine + 1)
    }
}

enum Looked {
    Command,
    Version,
    Unchanged,
    Lease,
    Document,
}

/// Looks at one thing before anything is locked, and does not look again.
struct LooksFirst {
    at: Looked,
    meeting: Meeting,
    doubled: AtomicU64,
}

impl LooksFirst {
    fn at(at: Looked) -> Self {
        Self { at, meeting: Meeting::default(), doubled: AtomicU64::new(0) }
    }

    /// True when nothing speaks against the commit in what is looked at; false also when there is nothing to look at.
    fn is_fine(&self, whole: &MemoryStore, commit: &Commit) -> Answer<bool> {
        let of = commit.municipality;
        Ok(match self.at {
            Looked::Command => match commit.command {
                Some(key) => !commit.appends.is_empty() && whole.find(of, key.id)?.is_none(),
                None => false,
            },
            Looked::Version => {
                let fits = |append: &shinsei_core::port::store::Append| {
                    actual(whole, of, append.stream) == append.expected
                };
                !commit.appends.is_empty() && commit.appends.iter().all(fits)
            }
            Looked::Unchanged => {
                let fits = |(stream, version): &(StreamId, Version)| actual(whole, of, *stream) == *version;
                !commit.unchanged.is_empty() && commit.unchanged.iter().all(fits)
            }
            Looked::Lease => {
                let rows = whole.agenda(of, usize::MAX)?;
                let is_lent = |settlement: &shinsei_core::agenda::Settlement| {
                    let lent = |state| matches!(state, EntryState::Leased { .. });
                    rows.iter().any(|row| row.key == settlement.key && lent(row.state))
                };
                // Only of what also appends: the fence of the others would have to be looked at as well.
                !commit.appends.is_empty() && commit.settles.len() == 1 && commit.settles.iter().all(is_lent)
            }
            Looked::Document => {
                let mut is_free = !commit.documents.is_empty();
                for document in &commit.documents {
                    is_free &= document.body.staged().is_none() && whole.document(of, document.id)?.is_none();
                }
                is_free
            }
        })
    }

    /// The commit without what was looked at, if that is why it was refused.
    fn unseen(&self, whole: &MemoryStore, commit: &Commit, outcome: &Outcome) -> Option<Commit> {
        let mut commit = commit.clone();
        let version = |stream| actual(whole, commit.municipality, stream);
        match (&self.at, outcome) {
            (Looked::Command, Outcome::Again(_)) => {
                let n = self.doubled.fetch_add(1, Ordering::SeqCst);
                let key = commit.command.as_mut()?;
                key.id = CommandId(Uuid::from_u128(u128::MAX - u128::from(n)));
                commit.appends.iter_mut().for_each(|append| append.expected = version(append.stream));
            }
            (Looked::Version, Outcome::Stale { stream, .. }) => {
                let append = commit.appends.iter_mut().find(|append| append.stream == *stream)?;
                append.expected = version(append.stream);
            }
            (Looked::Unchanged, Outcome::Stale { .. }) => commit.unchanged.clear(),
            (Looked::Lease, Outcome::LeaseLost { key }) => {
                let rows = whole.agenda(commit.municipality, usize::MAX).ok()?;
                // Under a wrong fence the entry would still be there.
                if rows.iter().any(|row| row.key == *key) {
                    return None;
                }
                commit.settles.clear();
            }
            (Looked::Document, Outcome::NotStaged { .. }) => commit.documents.clear(),
            _ => return None,
        }
        Some(commit)
    }
}

impl Wrong for LooksFirst {
    fn opened(&self, _: &MemoryStore, _: usize) {
        self.meeting.opener.is_this();
    }

    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let [commit] = batch else { return whole.commit(batch) };
        let was_fine = self.is_fine(whole, commit)?;
        if was_fine {
            self.meeting.wait();
        }
        let outcomes = whole.commit(batch)?;
        let unseen = outcomes.first().filter(|_| was_fine).and_then(|one| self.unseen(whole, commit, one));
        match unseen {
            Some(unseen) => whole.commit(&[unseen]),
            None => Ok(outcomes),
        }
    }
}

/// Gives two records that are written at once each other's numbers, once.
#[derive(Default)]
struct DrawsFirst {
    meeting: Meeting,
    /// The latter of the two.
    exchanged: Mutex<Option<Position>>,
}

impl Wrong for DrawsFirst {
    fn opened(&self, _: &MemoryStore, _: usize) {
        self.meeting.opener.is_this();
    }

    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let is_met = self.meeting.wait();
        let outcomes = whole.commit(batch)?;
        if let [Outcome::Done(receipt)] = &outcomes[..]
            && let [(position, number)] = &receipt.numbers[..]
            && is_met
            && number.value == position.0
            && number.value > 1
        {
            self.exchanged.lock().expect("not poisoned").get_or_insert(*position);
        }
        Ok(outcomes)
    }

    fn show(&self, record: &mut RawRecord<'_>) -> bool {
        let exchanged = *self.exchanged.lock().expect("not poisoned");
        if let (Some(latter), Some(number)) = (exchanged, &mut record.number) {
            match record.position {
                at if at == latter => number.value -= 1,
                at if at.next() == latter => number.value += 1,
                _ => {}
            }
        }
        true
    }
}

/// While anything is being committed, shows nothing of it, or all but its last record.
struct ShowsLate {
    but_the_last: bool,
    /// How many commits are under way, and how many records there were when that began.
    committing: Mutex<(usize, u64)>,
    /// How often somebody has looked.
    looked: AtomicUsize,
    opener: Opener,
}

impl ShowsLate {
    fn new(but_the_last: bool) -> Self {
        Self {
            but_the_last,
            committing: Mutex::default(),
            looked: AtomicUsize::new(0),
            opener: Opener::default(),
        }
    }

    /// The first position that is hidden.
    fn hidden(&self, whole: &MemoryStore, of: Municipality) -> Answer<Option<Position>> {
        let (committing, before) = *self.committing.lock().expect("not poisoned");
        let size = whole.head(of)?.size;
        let hidden = Position(if self.but_the_last { size } else { before + 1 });
        Ok((committing > 0 && size > before).then_some(hidden))
    }
}

impl Wrong for ShowsLate {
    fn opened(&self, _: &MemoryStore, _: usize) {
        self.opener.is_this();
    }

    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let Some(of) = batch.first().map(|commit| commit.municipality) else { return whole.commit(batch) };
        {
            let mut committing = self.committing.lock().expect("not poisoned");
            if committing.0 == 0 {
                committing.1 = whole.head(of)?.size;
            }
            committing.0 += 1;
        }
        let outcomes = whole.commit(batch);
        let looked = self.looked.load(Ordering::SeqCst);
        self.opener.wait(|| self.looked.load(Ordering::SeqCst) > looked);
        self.committing.lock().expect("not poisoned").0 -= 1;
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
        let hidden = self.hidden(whole, of)?;
        let read = whole.read_log(of, after, max, &mut |record| {
            let is_hidden = hidden.is_some_and(|first| record.position >= first);
            if is_hidden { ControlFlow::Break(()) } else { visit(record) }
        });
        self.looked.fetch_add(1, Ordering::SeqCst);
        read
    }

    fn find(&self, whole: &MemoryStore, of: Municipality, command: CommandId) -> Answer<Option<Found>> {
        // The command first: what is not hidden any more behind it is shown for good.
        let Some(found) = whole.find(of, command)? else { return Ok(None) };
        let hidden = self.hidden(whole, of)?.filter(|_| self.but_the_last);
        let is_shown = hidden.is_none_or(|last| found.receipt.first.0 + found.receipt.records <= last.0);
        Ok(is_shown.then_some(found))
    }
}

struct StandsTorn;

impl Wrong for StandsTorn {
    fn standing(&self, whole: &MemoryStore, of: Municipality) -> Answer<Standing> {
        let first = whole.standing(of)?;
        for _ in 0..YIELDS_MAX {
            let second = whole.standing(of)?;
            if second.head.size > first.head.size {
                return Ok(Standing { head: first.head, ..second });
            }
            thread::yield_now();
        }
        Ok(first)
    }
}
