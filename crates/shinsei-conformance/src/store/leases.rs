//! Due entries are lent to one worker at a time, until a time, under a fence that only grows.

use std::collections::BTreeMap;

use shinsei_core::agenda::{Channel, Due, EntryKey, Lease, LeaseRequest, Settled};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::{Outcome, Store};

use super::StoreUnderTest;
use super::fixture::{
    LEASE, SECOND, case, done, draft, entry, everything, hakodate, lease, lease_as, names, only, outcome,
    quiet, request,
};
use crate::clause::{Breach, Kept, hold, same};

/// An entry is lent from the instant at which it is due, not earlier, with all that it was scheduled with.
pub fn an_entry_is_lent_when_it_is_due(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let now = subject.clock().now();
    let (notice, deadline) = (entry(1, "receipt-notice"), entry(2, "correction/2"));
    let due = now.saturating_add_micros(SECOND);
    let both = draft(1).schedule(&notice, Channel::Notice, Due::AtOnce).schedule(
        &deadline,
        Channel::Deadline,
        Due::At(due),
    );
    done(&*store, both)?;
    let wanted = |key: &EntryKey, channel, due, now: shinsei_core::time::Timestamp| Lease {
        municipality: hakodate(),
        key: key.clone(),
        channel,
        due,
        task: key.name.as_str().as_bytes().to_vec(),
        fence: 1,
        attempt: 1,
        until: now.saturating_add_micros(LEASE),
    };
    let at_once = wanted(&notice, Channel::Notice, now, now);
    same!(lease(&*store, Channel::Notice)?, [at_once], "the lease of an entry that is due at once");
    subject.clock().advance(SECOND - 1);
    same!(lease(&*store, Channel::Deadline)?, [], "what is lent a microsecond too early");
    subject.clock().advance(1);
    let then = wanted(&deadline, Channel::Deadline, due, due);
    same!(lease(&*store, Channel::Deadline)?, [then], "the lease of an entry that is due now");
    Ok(())
}

/// What is lent is not lent again, neither to another worker nor to the same.
pub fn an_entry_is_lent_to_one_worker(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    schedule(&*store, 1)?;
    only(lease_as(&*store, Channel::Notice, 1)?)?;
    subject.clock().advance(LEASE - 1);
    same!(lease_as(&*store, Channel::Notice, 2)?, [], "what another worker gets of what is lent");
    same!(lease_as(&*store, Channel::Notice, 1)?, [], "what the same worker gets of what is lent");
    Ok(())
}

/// Workers that ask at the same time share the entries: each is lent once.
pub fn workers_at_once_share_without_doubling(subject: &dyn StoreUnderTest) -> Kept {
    const ENTRIES: u128 = 40;
    let store = &*subject.open();
    schedule(store, ENTRIES)?;
    let lent = std::thread::scope(|scope| {
        let worker = |owner| {
            scope.spawn(move || -> Result<Vec<Lease>, Breach> {
                let mut lent = vec![];
                loop {
                    let more =
                        store.lease(&LeaseRequest { entries_max: 3, ..request(Channel::Notice, owner) })?;
                    if more.is_empty() {
                        return Ok(lent);
                    }
                    lent.extend(more);
                    hold!(lent.len() <= 1000, "a worker is lent entries without end");
                }
            })
        };
        let workers: Vec<_> = (1..=4).map(worker).collect();
        let joined = |_| Breach::new("a thread that leased panicked");
        workers
            .into_iter()
            .map(|worker| worker.join().map_err(joined).flatten())
            .collect::<Result<Vec<_>, _>>()
    })?;
    let mut times = BTreeMap::new();
    for lease in lent.concat() {
        *times.entry(lease.key).or_insert(0) += 1;
    }
    let wanted: BTreeMap<_, _> = (1..=ENTRIES).map(|n| (entry(n, "receipt-notice"), 1)).collect();
    same!(times, wanted, "how often each entry was lent");
    Ok(())
}

/// From the instant at which a lease runs out another worker may have the entry, as the next attempt under a higher
/// fence; a microsecond before it may not.
pub fn a_lease_that_ran_out_passes_on(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    schedule(&*store, 1)?;
    let first = only(lease(&*store, Channel::Notice)?)?;
    subject.clock().advance(LEASE - 1);
    same!(lease(&*store, Channel::Notice)?, [], "what is lent before the lease has run out");
    subject.clock().advance(1);
    let second = only(lease_as(&*store, Channel::Notice, 2)?)?;
    hold!(second.fence > first.fence, "the fence went from {} to {}", first.fence, second.fence);
    same!((first.attempt, second.attempt), (1, 2), "the attempts of an entry that was lent twice");
    let until = subject.clock().now().saturating_add_micros(LEASE);
    same!(second.until, until, "when the second lease runs out");
    Ok(())
}

/// A lease that has run out still holds while nobody else has the entry: what was done is settled.
pub fn a_lease_that_ran_out_may_still_be_settled(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    schedule(&*store, 1)?;
    let lease = only(lease(&*store, Channel::Notice)?)?;
    subject.clock().advance(10 * LEASE);
    done(&*store, quiet().settle(&lease, Settled::Done))?;
    Ok(())
}

/// An entry is settled under the fence of its latest lease; under any other, or without a lease, the commit is
/// `LeaseLost` and nothing of it is written.
pub fn the_latest_fence_alone_settles(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    schedule(&*store, 2)?;
    let first = only(store.lease(&LeaseRequest { entries_max: 1, ..request(Channel::Notice, 1) })?)?;
    let never_lent = Lease { key: entry(2, "receipt-notice"), ..first.clone() };
    let unknown = Lease { key: entry(3, "receipt-notice"), ..first.clone() };
    subject.clock().advance(2 * LEASE);
    let again = store.lease(&LeaseRequest { entries_max: 1, ..request(Channel::Notice, 2) })?;
    let second = only(again)?;
    same!(second.key, first.key, "which entry passes on");
    let ahead = Lease { fence: second.fence + 1, ..second.clone() };
    let before = everything(&*store, hakodate())?;
    let wrong =
        [("an earlier", &first), ("a later", &ahead), ("no", &never_lent), ("an unknown entry's", &unknown)];
    for (n, (what, lease)) in (50..).zip(wrong) {
        let found = outcome(&*store, draft(n).append(case(9), 0, 1).settle(lease, Settled::Done))?;
        same!(found, Outcome::LeaseLost { key: lease.key.clone() }, "settling under {what} lease");
        same!(everything(&*store, hakodate())?, before, "settling under {what} lease leaves no trace");
    }
    done(&*store, draft(60).append(case(9), 0, 1).settle(&second, Settled::Done))?;
    Ok(())
}

/// A clock that steps back neither lends what is lent nor takes the lease away.
pub fn a_lease_outlasts_a_clock_stepping_back(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let earlier = Due::At(subject.clock().now().saturating_add_micros(-100 * LEASE));
    done(&*store, quiet().schedule(&entry(1, "receipt-notice"), Channel::Notice, earlier))?;
    let lent = only(lease(&*store, Channel::Notice)?)?;
    for step in [SECOND / 2, SECOND / 2, LEASE, 10 * LEASE] {
        subject.clock().advance(-step);
        same!(
            lease(&*store, Channel::Notice)?,
            [],
            "what is lent again after the clock stepped back by {step} us"
        );
    }
    // Nothing is recorded by a clock that is suspect.
    subject.clock().advance(12 * LEASE);
    done(&*store, quiet().settle(&lent, Settled::Done))?;
    Ok(())
}

/// After reopening, what is lent stays lent, and its lease settles it.
pub fn leases_survive_reopening(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    schedule(&*store, 1)?;
    let lent = only(lease(&*store, Channel::Notice)?)?;
    drop(store);
    let store = subject.open();
    same!(lease(&*store, Channel::Notice)?, [], "what is lent again after reopening");
    done(&*store, quiet().settle(&lent, Settled::Done))?;
    subject.clock().advance(10 * LEASE);
    same!(lease(&*store, Channel::Notice)?, [], "what is lent after it was settled");
    Ok(())
}

/// A worker gets no more entries than it asked for, and none when it asked for none.
pub fn a_worker_gets_no_more_than_it_asked_for(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    schedule(&*store, 5)?;
    for (max, wanted) in [(0, 0), (2, 2), (9, 3)] {
        let lent = store.lease(&LeaseRequest { entries_max: max, ..request(Channel::Notice, 1) })?;
        same!(lent.len(), wanted, "how many entries a worker gets that asked for {max}");
    }
    Ok(())
}

/// Of what is due, the earliest is lent first.
pub fn the_earliest_due_come_first(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let now = subject.clock().now();
    let mut all = quiet();
    for (n, micros) in [(1, 30), (2, 10), (3, 20), (4, 40)] {
        let due = Due::At(now.saturating_add_micros(micros));
        all = all.schedule(&entry(n, &format!("due-{micros}")), Channel::Deadline, due);
    }
    done(&*store, all)?;
    subject.clock().advance(SECOND);
    let first = store.lease(&LeaseRequest { entries_max: 3, ..request(Channel::Deadline, 1) })?;
    same!(names(&first), ["due-10", "due-20", "due-30"], "the first three of four due entries");
    Ok(())
}

/// What stands behind another entry of its line takes no place among those that a worker asked for.
pub fn what_must_wait_takes_nobodys_place(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let line = ["first", "second", "third", "fourth"];
    let all =
        line.iter().fold(quiet(), |all, name| all.schedule(&entry(1, name), Channel::Notice, Due::AtOnce));
    done(&*store, all)?;
    subject.clock().advance(SECOND);
    done(&*store, quiet().schedule(&entry(2, "other"), Channel::Notice, Due::AtOnce))?;
    let lent = store.lease(&LeaseRequest { entries_max: 2, ..request(Channel::Notice, 1) })?;
    same!(names(&lent), ["first", "other"], "two entries, of a line of four and one behind them");
    Ok(())
}

/// Schedules a notice, due at once, for each of so many cases.
fn schedule(store: &dyn Store, cases: u128) -> Kept {
    let all = (1..=cases)
        .fold(quiet(), |all, n| all.schedule(&entry(n, "receipt-notice"), Channel::Notice, Due::AtOnce));
    done(store, all)?;
    Ok(())
}
