//! What comes at once is judged as if one had come after the other, and readers beside it see whole commits.
//!
//! A store that looks before it locks, and writes on what it saw, keeps every clause that asks one thing after another.

use std::ops::ControlFlow;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};

use shinsei_core::agenda::{Channel, Due, Settled};
use shinsei_core::ids::{Position, Version};
use shinsei_core::port::store::{Outcome, PAGE_RECORDS_MAX, Receipt, Store};

use super::StoreUnderTest;
use super::fixture::{
    Draft, as_done, case, command, done, draft, entry, event, hakodate, inline, lease, log, numbered, only,
    outcome, quiet, stream,
};
use crate::clause::{Breach, Kept, hold, same};

/// How many come at once, and how often.
const THREADS: usize = 4;
const ROUNDS: u64 = 12;

/// How many commits are written beside a reader.
const COMMITS: u64 = 60;

/// Of several commits of one command at once one is `Done`, the others are `Again` with its receipt.
pub fn a_command_takes_effect_once(subject: &dyn StoreUnderTest) -> Kept {
    let store = &*subject.open();
    for round in 1..=ROUNDS {
        let submission = |_| draft(round.into()).append(case(round.into()), 0, 1);
        let found = at_once(store, submission)?;
        let receipt = winner(&found, "a command that came several times at once")?;
        let again = found.iter().filter(|outcome| **outcome == Outcome::Again(receipt.clone())).count();
        same!(again, THREADS - 1, "how many are `Again` with the receipt {receipt:?}, of {found:?}");
        same!(store.head(hakodate())?.size, round, "the records after {round} commands");
    }
    Ok(())
}

/// Of several appends at once that expect the same version one is `Done`, the others are `Stale`.
pub fn a_version_is_written_once(subject: &dyn StoreUnderTest) -> Kept {
    let store = &*subject.open();
    for round in 0..ROUNDS {
        let found = at_once(store, |thread| draft(id(round, thread)).append(case(1), round, 1))?;
        winner(&found, "appends at once under one version")?;
        let stale = Outcome::Stale { stream: case(1), actual: Version(round + 1) };
        same!(
            found.iter().filter(|outcome| **outcome == stale).count(),
            THREADS - 1,
            "how many appends of version {} are stale, of {found:?}",
            round + 1
        );
    }
    let versions: Vec<u64> = stream(store, hakodate(), case(1))?.iter().map(|r| r.version.0).collect();
    hold!(versions.iter().copied().eq(1..=ROUNDS), "the versions of the stream are {versions:?}");
    Ok(())
}

/// A stream that was read and is appended to at once: either the reader's commit stands before the append in the log, or
/// it is `Stale`.
pub fn what_was_read_has_not_moved(subject: &dyn StoreUnderTest) -> Kept {
    let store = &*subject.open();
    for round in 0..ROUNDS {
        let read = case(u128::from(round) + 100_000);
        // Each time another thread, since those that wait longest go on last.
        let mover = usize::try_from(round).unwrap_or_default() % THREADS;
        let mut found = at_once(store, |thread| {
            let commit = draft(id(round, thread));
            if thread == mover {
                commit.append(read, 0, 1)
            } else {
                commit.append(case(id(round, thread)), 0, 1).unchanged(read, 0)
            }
        })?;
        let moved = as_done(found.remove(mover))?;
        for outcome in &found {
            let stands = match outcome {
                Outcome::Done(receipt) => receipt.first < moved.first,
                other => *other == Outcome::Stale { stream: read, actual: Version(1) },
            };
            hold!(
                stands,
                "a stream moved at {}, and who had read it before was answered {outcome:?}",
                moved.first
            );
        }
    }
    Ok(())
}

/// Of several settlements of one lease at once one is `Done`, the others are `LeaseLost`.
pub fn a_lease_is_settled_once(subject: &dyn StoreUnderTest) -> Kept {
    let store = &*subject.open();
    for round in 0..ROUNDS {
        let key = entry(round.into(), "receipt-notice");
        done(store, quiet().schedule(&key, Channel::Notice, Due::AtOnce))?;
        let lent = only(lease(store, Channel::Notice)?)?;
        let found = at_once(store, |thread| {
            draft(id(round, thread)).append(case(id(round, thread)), 0, 1).settle(&lent, Settled::Done)
        })?;
        winner(&found, "settlements of one lease at once")?;
        let lost =
            found.iter().filter(|outcome| **outcome == Outcome::LeaseLost { key: key.clone() }).count();
        same!(lost, THREADS - 1, "how many have lost the lease that another settled, of {found:?}");
    }
    Ok(())
}

/// Of several commits at once that link a document under one id one is `Done`, the others are `NotStaged`; the bytes are
/// those of the one.
pub fn a_document_is_linked_once(subject: &dyn StoreUnderTest) -> Kept {
    let store = &*subject.open();
    for round in 0..ROUNDS {
        let linked = super::fixture::document(round.into());
        let found = at_once(store, |thread| {
            let form = inline(round.into(), case(id(round, thread)), &[thread_byte(thread)]);
            draft(id(round, thread)).append(case(id(round, thread)), 0, 1).link(form)
        })?;
        winner(&found, "documents linked at once under one id")?;
        let refused = Outcome::NotStaged { document: linked };
        let lost = found.iter().filter(|outcome| **outcome == refused).count();
        same!(lost, THREADS - 1, "how many were refused the id that another took, of {found:?}");
        let thread = found.iter().position(|outcome| matches!(outcome, Outcome::Done(_)));
        let there = store.document(hakodate(), linked)?.map(|document| document.content);
        same!(there, thread.map(|thread| vec![thread_byte(thread)]), "the bytes of document {linked:?}");
    }
    Ok(())
}

/// However many writers draw from a series, its numbers follow the log: the n-th record with a number has the number n.
pub fn numbers_follow_the_log(subject: &dyn StoreUnderTest) -> Kept {
    let store = &*subject.open();
    for round in 0..ROUNDS {
        let found = at_once(store, |thread| {
            draft(id(round, thread)).append_these(case(id(round, thread)), 0, vec![numbered("receipt-R08")])
        })?;
        for outcome in found {
            as_done(outcome)?;
        }
    }
    let numbers: Vec<u64> =
        log(store, hakodate())?.iter().filter_map(|record| Some(record.number.as_ref()?.value)).collect();
    let wanted = 1..=ROUNDS * THREADS as u64;
    hold!(numbers.iter().copied().eq(wanted), "the numbers in the order of the log are {numbers:?}");
    Ok(())
}

/// A reader beside a writer sees all records of a commit or none, as long as its page has room for them.
pub fn a_reader_sees_whole_commits(subject: &dyn StoreUnderTest) -> Kept {
    let store = &*subject.open();
    let write = |n: u64| {
        let two = draft(u128::from(n) + 1).append(case(1), n, 1).append(case(2), n, 1);
        done(store, two.append(case(u128::from(n) + 10), 0, 1)).map(drop)
    };
    beside(write, || {
        let mut records = 0;
        store.read_log(hakodate(), Position(0), PAGE_RECORDS_MAX, &mut |_| {
            records += 1;
            ControlFlow::Continue(())
        })?;
        hold!(records % 3 == 0, "a reader saw {records} records of commits of three each");
        Ok(())
    })
}

/// Once `find` has the receipt of a command, its records stand in log and stream where the receipt says.
pub fn what_is_found_can_be_read(subject: &dyn StoreUnderTest) -> Kept {
    let store = &*subject.open();
    let write = |n: u64| {
        let receipt = vec![event("{}"), numbered("receipt-R08")];
        done(store, draft(u128::from(n) + 1).append_these(case(u128::from(n) + 1), 0, receipt)).map(drop)
    };
    let next = std::cell::Cell::new(1_u128);
    beside(write, || {
        let Some(found) = store.find(hakodate(), command(next.get()))? else { return Ok(()) };
        let Receipt { first, records, .. } = found.receipt;
        let mut seen = 0;
        store.read_log(hakodate(), Position(first.0 - 1), 2, &mut |record| {
            seen += u64::from(record.command == command(next.get()));
            ControlFlow::Continue(())
        })?;
        same!((seen, records), (2, 2), "the records of a command whose receipt was found, from {first} on");
        same!(stream(store, hakodate(), case(next.get()))?.len(), 2, "the records of its stream");
        next.set(next.get() + 1);
        Ok(())
    })
}

/// Where a log stands is told in one snapshot, also while it grows: the head, and as many numbers as it has records.
pub fn where_a_log_stands_is_one_snapshot(subject: &dyn StoreUnderTest) -> Kept {
    let store = &*subject.open();
    let write = |n: u64| {
        let receipt = vec![numbered("receipt-R08")];
        done(store, draft(u128::from(n) + 1).append_these(case(u128::from(n) + 1), 0, receipt)).map(drop)
    };
    beside(write, || {
        let standing = store.standing(hakodate())?;
        let given = standing.numbers.first().map_or(0, |number| number.value);
        same!(given, standing.head.size, "the last number, of a log whose every record has one");
        hold!(
            standing.recorded_at.is_some() == (given > 0),
            "a log of {given} records was last written at {:?}",
            standing.recorded_at
        );
        Ok(())
    })
}

/// The outcomes of commits that are sent by a thread each, as nearly at once as it goes.
fn at_once(store: &dyn Store, commit: impl Fn(usize) -> Draft + Sync) -> Result<Vec<Outcome>, Breach> {
    let start = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        let send = |thread| {
            let (start, commit) = (&start, &commit);
            scope.spawn(move || {
                let commit = commit(thread);
                start.wait();
                outcome(store, commit)
            })
        };
        let sent: Vec<_> = (0..THREADS).map(send).collect();
        sent.into_iter().map(|thread| thread.join().map_err(|_| panicked()).flatten()).collect()
    })
}

/// Writes in a thread of its own, and looks again and again until that has ended, and once more.
fn beside(write: impl Fn(u64) -> Kept + Send, look: impl Fn() -> Kept) -> Kept {
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let written = (0..COMMITS).try_for_each(write);
            is_over.store(true, Ordering::SeqCst);
            written
        });
        let mut looked = Ok(());
        while looked.is_ok() && !is_over.load(Ordering::SeqCst) && !writer.is_finished() {
            looked = look();
        }
        writer.join().map_err(|_| panicked()).flatten()?;
        looked.and_then(|()| look())
    })
}

/// The receipt of the one that is done.
fn winner(found: &[Outcome], what: &str) -> Result<Receipt, Breach> {
    let mut done = found.iter().filter_map(|outcome| match outcome {
        Outcome::Done(receipt) => Some(receipt),
        _ => None,
    });
    match (done.next(), done.next()) {
        (Some(receipt), None) => Ok(receipt.clone()),
        _ => Err(Breach::new(format!("of {what} one is `Done`, not {found:?}"))),
    }
}

fn id(round: u64, thread: usize) -> u128 {
    u128::from(round) * THREADS as u128 + thread as u128 + 1
}

fn thread_byte(thread: usize) -> u8 {
    [b'a', b'b', b'c', b'd'][thread % THREADS]
}

fn panicked() -> Breach {
    Breach::new("a thread that used the store panicked")
}
