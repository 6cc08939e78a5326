//! The entries of one stream and channel are lent one after another; nothing overtakes.

use shinsei_core::agenda::{Channel, Due, EntryKey, Lease, Settled};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::Store;

use super::StoreUnderTest;
use super::fixture::{LEASE, SECOND, done, draft, entry, lease, names, only, quiet};
use crate::clause::{Breach, Kept, same};

/// Of one stream and channel the earliest is lent alone, and the next once it is settled: by due time, and by
/// scheduling where that is the same. Other streams do not wait for it.
pub fn order_is_kept_per_stream_and_channel(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let later = Due::At(subject.clock().now().saturating_add_micros(SECOND));
    let notice = Channel::Notice;
    let all = quiet()
        .schedule(&entry(1, "d"), notice, later)
        .schedule(&entry(1, "b"), notice, Due::AtOnce)
        .schedule(&entry(1, "c"), notice, Due::AtOnce);
    done(&*store, all)?;
    let earlier = Due::At(subject.clock().now().saturating_add_micros(-SECOND));
    done(&*store, quiet().schedule(&entry(1, "a"), notice, earlier))?;
    subject.clock().advance(SECOND);
    done(&*store, quiet().schedule(&entry(2, "other"), notice, Due::AtOnce))?;
    let mut order = vec![];
    for step in 0..5 {
        let lent = lease(&*store, notice)?;
        let wanted = match step {
            0 => 2,
            4 => 0,
            _ => 1,
        };
        same!(lent.len(), wanted, "how much is lent in step {step}, of {:?}", names(&lent));
        for lease in lent {
            done(&*store, quiet().settle(&lease, Settled::Done))?;
            order.push(lease.key);
        }
    }
    order.retain(|key| key.stream == entry(1, "a").stream);
    let order: Vec<_> = order.iter().map(|key| key.name.as_str()).collect();
    same!(order, ["a", "b", "c", "d"], "the order in which the entries of a stream were lent");
    Ok(())
}

/// A deadline is lent while a notice of the same stream is waiting, lent or parked, and the other way round.
pub fn a_deadline_never_waits_for_a_notice(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let both = |all: super::fixture::Draft, n| {
        all.schedule(&entry(n, "notice"), Channel::Notice, Due::AtOnce).schedule(
            &entry(n, "deadline"),
            Channel::Deadline,
            Due::AtOnce,
        )
    };
    done(&*store, both(both(quiet(), 1), 2))?;
    let notices = lease(&*store, Channel::Notice)?;
    same!(names(&notices), ["notice", "notice"], "the notices of two cases that have deadlines too");
    let deadlines = lease(&*store, Channel::Deadline)?;
    same!(names(&deadlines), ["deadline", "deadline"], "the deadlines while the notices are lent");
    done(&*store, quiet().settle(&notices[0], Settled::Parked))?;
    done(&*store, quiet().settle(&deadlines[0], Settled::Done).settle(&deadlines[1], Settled::Done))?;
    let more = notices.iter().fold(quiet(), |all, notice| {
        let next = EntryKey { stream: notice.key.stream, ..entry(0, "next") };
        all.schedule(&next, Channel::Deadline, Due::AtOnce)
    });
    done(&*store, more)?;
    same!(names(&lease(&*store, Channel::Deadline)?), ["next", "next"], "the deadlines with a notice parked");
    Ok(())
}

/// An entry that is tried again later still stands before those that were behind it.
pub fn what_is_tried_again_keeps_its_place(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let first = two_notices(&*store)?;
    let at = subject.clock().now().saturating_add_micros(10 * LEASE);
    done(&*store, quiet().settle(&first, Settled::Retry { at }))?;
    subject.clock().advance(5 * LEASE);
    same!(lease(&*store, Channel::Notice)?, [], "what is lent while the first waits for another try");
    subject.clock().advance(5 * LEASE);
    let again = only(lease(&*store, Channel::Notice)?)?;
    same!(again.key, first.key, "which of the two is lent then");
    done(&*store, quiet().settle(&again, Settled::Done))?;
    same!(names(&lease(&*store, Channel::Notice)?), ["second"], "what is lent once the first is done");
    Ok(())
}

/// A parked entry is not lent and holds back what comes after it in its stream and channel, and nothing else.
pub fn what_is_parked_keeps_its_place(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let first = two_notices(&*store)?;
    done(&*store, quiet().settle(&first, Settled::Parked))?;
    subject.clock().advance(10 * LEASE);
    same!(lease(&*store, Channel::Notice)?, [], "what is lent while the first is parked");
    done(&*store, draft(1).schedule(&entry(2, "other"), Channel::Notice, Due::AtOnce))?;
    same!(names(&lease(&*store, Channel::Notice)?), ["other"], "what is lent of another stream");
    Ok(())
}

/// Entries that are due at the same time are lent in the order of scheduling, also after reopening.
pub fn order_survives_reopening(subject: &dyn StoreUnderTest) -> Kept {
    let names_in_order = ["n10", "n2", "z", "a", "n1", "q", "m"];
    let all = names_in_order
        .iter()
        .fold(quiet(), |all, name| all.schedule(&entry(1, name), Channel::Notice, Due::AtOnce));
    done(&*subject.open(), all)?;
    let store = subject.open();
    for name in names_in_order {
        let lent = only(lease(&*store, Channel::Notice)?)?;
        same!(lent.key, entry(1, name), "which entry is lent next after reopening");
        done(&*store, quiet().settle(&lent, Settled::Done))?;
    }
    Ok(())
}

/// Schedules two notices of one stream and leases the first.
fn two_notices(store: &dyn Store) -> Result<Lease, Breach> {
    let both = quiet().schedule(&entry(1, "first"), Channel::Notice, Due::AtOnce).schedule(
        &entry(1, "second"),
        Channel::Notice,
        Due::AtOnce,
    );
    done(store, both)?;
    let lent = only(lease(store, Channel::Notice)?)?;
    same!(lent.key, entry(1, "first"), "which of two notices is lent first");
    Ok(lent)
}
