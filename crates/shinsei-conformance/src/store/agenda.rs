//! Entries are settled, tried again, parked, re-driven and cancelled; their keys are never used twice.

use shinsei_core::agenda::{AgendaChange, AgendaRow, Channel, Due, EntryState, Settled};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::{Outcome, Store};

use super::StoreUnderTest;
use super::fixture::{
    LEASE, SECOND, case, done, draft, entry, everything, hakodate, lease, names, only, outcome, quiet,
};
use crate::clause::{Kept, hold, same};

/// What is done or moot is not lent again, not shown, and not settled again.
pub fn what_is_settled_is_over(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    schedule(&*store, &["first", "second"])?;
    for how in [Settled::Done, Settled::Moot] {
        let lent = only(lease(&*store, Channel::Notice)?)?;
        done(&*store, quiet().settle(&lent, how))?;
        let again = outcome(&*store, quiet().settle(&lent, Settled::Done))?;
        same!(again, Outcome::LeaseLost { key: lent.key.clone() }, "settling again what is {how:?}");
    }
    subject.clock().advance(10 * LEASE);
    same!(lease(&*store, Channel::Notice)?, [], "what is lent once all is settled");
    same!(store.agenda(hakodate(), usize::MAX)?, [], "what the agenda shows once all is settled");
    Ok(())
}

/// An entry that failed is lent again at the instant it was put off to, not before, as the next attempt.
pub fn what_is_tried_again_comes_at_its_time(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    schedule(&*store, &["first"])?;
    let first = only(lease(&*store, Channel::Notice)?)?;
    let at = subject.clock().now().saturating_add_micros(2 * LEASE);
    done(&*store, quiet().settle(&first, Settled::Retry { at }))?;
    subject.clock().advance(2 * LEASE - 1);
    same!(lease(&*store, Channel::Notice)?, [], "what is lent before its next try");
    let settled = outcome(&*store, quiet().settle(&first, Settled::Done))?;
    same!(settled, Outcome::LeaseLost { key: first.key.clone() }, "settling again what was put off");
    subject.clock().advance(1);
    let second = only(lease(&*store, Channel::Notice)?)?;
    same!((second.attempt, second.due), (2, at), "the attempt and due time of the next try");
    hold!(second.fence > first.fence, "the fence went from {} to {}", first.fence, second.fence);
    Ok(())
}

/// A parked entry that is re-driven is due at once, its attempts counted anew, under a fence that goes on.
pub fn redriving_frees_what_is_parked(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    schedule(&*store, &["first"])?;
    let first = only(lease(&*store, Channel::Notice)?)?;
    done(&*store, quiet().settle(&first, Settled::Parked))?;
    subject.clock().advance(SECOND);
    let now = subject.clock().now();
    done(&*store, quiet().change(AgendaChange::Redrive(first.key.clone())))?;
    let again = only(lease(&*store, Channel::Notice)?)?;
    same!((&again.key, again.attempt, again.due), (&first.key, 1, now), "what is lent after re-driving");
    hold!(again.fence > first.fence, "the fence went from {} to {}", first.fence, again.fence);
    Ok(())
}

/// Re-driving what is not parked has no effect: not on what is lent, waits, was settled or never was.
pub fn redriving_changes_only_what_is_parked(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let (settled, lent, waiting, unknown) =
        (entry(1, "settled"), entry(2, "lent"), entry(3, "waiting"), entry(4, "unknown"));
    done(&*store, quiet().schedule(&settled, Channel::Notice, Due::AtOnce))?;
    done(&*store, quiet().settle(&only(lease(&*store, Channel::Notice)?)?, Settled::Done))?;
    let later = Due::At(subject.clock().now().saturating_add_micros(10 * LEASE));
    let more =
        quiet().schedule(&lent, Channel::Notice, Due::AtOnce).schedule(&waiting, Channel::Notice, later);
    done(&*store, more)?;
    let lease_of_it = only(lease(&*store, Channel::Notice)?)?;
    let before = everything(&*store, hakodate())?;
    let keys = [settled, lent, waiting, unknown];
    done(&*store, keys.into_iter().fold(quiet(), |all, key| all.change(AgendaChange::Redrive(key))))?;
    same!(everything(&*store, hakodate())?, before, "the store after re-driving what is not parked");
    same!(lease(&*store, Channel::Notice)?, [], "what is lent after re-driving what is not parked");
    done(&*store, quiet().settle(&lease_of_it, Settled::Done))?;
    Ok(())
}

/// A cancelled entry is never lent, whether it was waiting, lent or parked; what was behind it moves up, and whoever
/// still holds its lease has lost it. Cancelling what is not there has no effect.
pub fn what_is_cancelled_is_never_lent(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    schedule(&*store, &["lent", "parked", "waiting", "last"])?;
    let cancel = |name| quiet().change(AgendaChange::Cancel(entry(1, name)));
    let lent = only(lease(&*store, Channel::Notice)?)?;
    done(&*store, cancel("lent"))?;
    let lost = outcome(&*store, quiet().settle(&lent, Settled::Done))?;
    same!(
        lost,
        Outcome::LeaseLost { key: lent.key.clone() },
        "settling what was cancelled while it was lent"
    );
    let parked = only(lease(&*store, Channel::Notice)?)?;
    done(&*store, quiet().settle(&parked, Settled::Parked))?;
    done(&*store, cancel("parked"))?;
    done(&*store, cancel("waiting"))?;
    done(&*store, cancel("never-scheduled"))?;
    done(&*store, quiet().change(AgendaChange::Redrive(parked.key)))?;
    let last = only(lease(&*store, Channel::Notice)?)?;
    same!(last.key, entry(1, "last"), "what is lent after all before it were cancelled");
    let keys: Vec<_> = store.agenda(hakodate(), usize::MAX)?.into_iter().map(|row| row.key).collect();
    same!(keys, [entry(1, "last")], "what the agenda shows");
    Ok(())
}

/// A key is scheduled once: again it changes nothing, be the entry waiting, settled or cancelled.
pub fn a_key_is_scheduled_once(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let key = entry(1, "first");
    let later = Due::At(subject.clock().now().saturating_add_micros(LEASE));
    let twice = quiet().schedule(&key, Channel::Notice, later).schedule(&key, Channel::Deadline, Due::AtOnce);
    done(&*store, twice)?;
    done(&*store, quiet().schedule(&key, Channel::Notice, Due::AtOnce))?;
    same!(lease(&*store, Channel::Notice)?, [], "what is lent of a key scheduled twice, before it is due");
    same!(lease(&*store, Channel::Deadline)?, [], "what is lent in the channel of the second time");
    subject.clock().advance(LEASE);
    let lent = only(lease(&*store, Channel::Notice)?)?;
    done(&*store, quiet().settle(&lent, Settled::Done).schedule(&key, Channel::Notice, Due::AtOnce))?;
    done(&*store, quiet().schedule(&key, Channel::Notice, Due::AtOnce))?;
    same!(lease(&*store, Channel::Notice)?, [], "what is lent of a key scheduled again after it was settled");
    let other = entry(1, "second");
    done(
        &*store,
        quiet().schedule(&other, Channel::Notice, Due::AtOnce).change(AgendaChange::Cancel(other.clone())),
    )?;
    done(&*store, quiet().schedule(&other, Channel::Notice, Due::AtOnce))?;
    same!(
        lease(&*store, Channel::Notice)?,
        [],
        "what is lent of a key scheduled again after it was cancelled"
    );
    Ok(())
}

/// A refused commit neither schedules nor cancels nor settles.
pub fn a_refused_commit_changes_no_agenda(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    schedule(&*store, &["first", "second"])?;
    let lent = only(lease(&*store, Channel::Notice)?)?;
    let before = everything(&*store, hakodate())?;
    let refused = draft(1)
        .append(case(1), 1000, 1)
        .schedule(&entry(2, "new"), Channel::Notice, Due::AtOnce)
        .change(AgendaChange::Cancel(entry(1, "second")))
        .settle(&lent, Settled::Done);
    outcome(&*store, refused)?;
    same!(
        everything(&*store, hakodate())?,
        before,
        "the store after a refused commit that changes the agenda"
    );
    done(&*store, quiet().settle(&lent, Settled::Done))?;
    same!(names(&lease(&*store, Channel::Notice)?), ["second"], "what is lent after it");
    Ok(())
}

/// Within a commit entries are settled first and then changed, so that what is parked can be re-driven at once and what
/// is settled is not cancelled away from under its settlement.
pub fn settlements_precede_changes(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    schedule(&*store, &["first"])?;
    let lent = only(lease(&*store, Channel::Notice)?)?;
    let redrive = AgendaChange::Redrive(lent.key.clone());
    done(&*store, quiet().settle(&lent, Settled::Parked).change(redrive))?;
    let again = only(lease(&*store, Channel::Notice)?)?;
    done(&*store, quiet().settle(&again, Settled::Done).change(AgendaChange::Cancel(again.key.clone())))?;
    Ok(())
}

/// The agenda shows each entry that is not settled, the earliest first, where it stands and how often it was tried, no
/// more than asked for.
pub fn the_agenda_shows_what_is_not_settled(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let now = subject.clock().now();
    let due = |micros| Due::At(now.saturating_add_micros(micros));
    let all = quiet()
        .schedule(&entry(1, "parked"), Channel::Notice, due(-30))
        .schedule(&entry(2, "done"), Channel::Notice, due(-40))
        .schedule(&entry(3, "lent"), Channel::Notice, due(-20))
        .schedule(&entry(4, "waiting"), Channel::Deadline, due(LEASE));
    done(&*store, all)?;
    for lease in lease(&*store, Channel::Notice)? {
        match lease.key.name.as_str() {
            "done" => _ = done(&*store, quiet().settle(&lease, Settled::Done))?,
            "parked" => _ = done(&*store, quiet().settle(&lease, Settled::Parked))?,
            _ => {}
        }
    }

    let row = |n, name, channel, micros, attempts, state| AgendaRow {
        key: entry(n, name),
        channel,
        due: now.saturating_add_micros(micros),
        attempts,
        state,
    };
    let until = now.saturating_add_micros(LEASE);
    let wanted = [
        row(1, "parked", Channel::Notice, -30, 1, EntryState::Parked),
        row(3, "lent", Channel::Notice, -20, 1, EntryState::Leased { until }),
        row(4, "waiting", Channel::Deadline, LEASE, 0, EntryState::Waiting),
    ];
    same!(store.agenda(hakodate(), usize::MAX)?, wanted, "what the agenda shows");
    same!(store.agenda(hakodate(), 2)?, wanted[..2], "the first two entries that the agenda shows");
    Ok(())
}

/// Schedules notices of one stream, due at once, in order.
fn schedule(store: &dyn Store, names: &[&str]) -> Kept {
    let all =
        names.iter().fold(quiet(), |all, name| all.schedule(&entry(1, name), Channel::Notice, Due::AtOnce));
    done(store, all)?;
    Ok(())
}
