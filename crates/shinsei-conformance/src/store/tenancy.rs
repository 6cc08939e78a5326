//! Municipalities share a store and nothing else, even where they hold the same ids and positions.

use shinsei_core::agenda::{AgendaChange, Channel, Due, LeaseRequest, Settled};
use shinsei_core::ids::{Municipality, Position, Version};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::{Outcome, Store};

use super::StoreUnderTest;
use super::fixture::{
    SECOND, as_done, case, command, document, done, draft, entry, everything, hakodate, inline, log,
    numbered, outcome, outcomes, positions, quiet, request, sapporo, sha256, shared, staged, stream,
};
use crate::clause::{Breach, Kept, same};

/// Both count positions and versions from 1, and a stream that only one has is empty for the other.
pub fn logs_are_apart(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(1), 0, 2))?;
    let before = everything(&*store, hakodate())?;
    same!(stream(&*store, sapporo(), case(1))?, [], "what the neighbour sees of a stream");
    same!(log(&*store, sapporo())?, [], "what the neighbour sees of the log");
    same!(store.head(sapporo())?.size, 0, "the size of the neighbour's tree");
    let receipt = done(&*store, draft(1).of(sapporo()).append(case(1), 0, 3))?;
    same!(receipt.first, Position(1), "the first position of the neighbour");
    same!(everything(&*store, hakodate())?, before, "a municipality after its neighbour wrote");
    same!(positions(&log(&*store, sapporo())?), [1, 2, 3], "the positions of the neighbour");
    same!(store.head(sapporo())?.size, 3, "the size of the neighbour's tree after it wrote");
    Ok(())
}

/// A command id that one has used is unknown to the other.
pub fn commands_are_apart(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let first = done(&*store, draft(1).append(case(1), 0, 1))?;
    same!(store.find(sapporo(), command(1))?, None, "what `find` has for the neighbour");
    let other = || draft(1).of(sapporo()).with_digest(sha256(b"other")).append(case(2), 0, 1);
    done(&*store, other())?;
    let again = outcome(&*store, draft(1).append(case(1), 0, 1))?;
    same!(again, Outcome::Again(first), "a repeat after the neighbour used the same command id");
    hold_again(outcome(&*store, other())?)
}

fn hold_again(outcome: Outcome) -> Kept {
    match outcome {
        Outcome::Again(_) => Ok(()),
        other => Err(Breach::new(format!("a repeat of the neighbour was answered {other:?}"))),
    }
}

/// A series of the same name counts for each by itself.
pub fn numbers_are_apart(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let mut drawn = vec![];
    for (n, municipality) in [(1, hakodate()), (2, sapporo()), (3, hakodate()), (4, sapporo())] {
        let one = draft(n).of(municipality).append_these(case(n), 0, vec![numbered("receipt-R08")]);
        drawn.extend(done(&*store, one)?.numbers.iter().map(|(_, number)| number.value));
    }
    same!(drawn, [1, 1, 2, 2], "the numbers that two municipalities draw in turns");
    Ok(())
}

/// Documents of the same id, staged or linked, and even evidence of the same bytes are each one's own.
pub fn documents_are_apart(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    store.stage(hakodate(), document(1), 0, b"of Hakodate")?;
    let found = outcome(&*store, quiet().of(sapporo()).link(staged(1, case(1), b"of Hakodate")))?;
    same!(found, Outcome::NotStaged { document: document(1) }, "linking what the neighbour staged");
    store.stage(sapporo(), document(1), 0, b"of Sapporo")?;
    for (municipality, content) in [(hakodate(), "of Hakodate"), (sapporo(), "of Sapporo")] {
        let all = quiet().of(municipality).link(staged(1, case(1), content.as_bytes())).link(inline(
            2,
            case(1),
            content.as_bytes(),
        ));
        done(&*store, all)?;
    }
    for n in 1..=2 {
        same!(content(&*store, hakodate(), n)?.as_deref(), Some("of Hakodate"), "document {n} of Hakodate");
        same!(content(&*store, sapporo(), n)?.as_deref(), Some("of Sapporo"), "document {n} of Sapporo");
    }
    done(&*store, quiet().link(inline(3, case(3), b"of Hakodate")))?;
    same!(content(&*store, sapporo(), 3)?, None, "a document that only the neighbour has");
    Ok(())
}

/// Erasing a stream leaves that of the same id, its documents and its commands with the neighbour, and shared evidence
/// of the same bytes too.
pub fn erasures_are_apart(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    for municipality in [hakodate(), sapporo()] {
        let all = draft(1)
            .of(municipality)
            .append(case(1), 0, 1)
            .link(inline(1, case(1), b"a form"))
            .link(shared(2, case(1), b"a list"));
        done(&*store, all)?;
    }
    let before = everything(&*store, sapporo())?;
    same!(store.erase(hakodate(), case(1))?, 2, "how many documents are erased");
    same!(everything(&*store, sapporo())?, before, "the neighbour after an erasure");
    Ok(())
}

/// A worker that asks for one municipality's entries gets those alone; settling and cancelling touch no entry of the
/// same key elsewhere.
pub fn agendas_are_apart(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    for municipality in [hakodate(), sapporo()] {
        let both = quiet()
            .of(municipality)
            .schedule(&entry(1, "first"), Channel::Notice, Due::AtOnce)
            .schedule(&entry(2, "second"), Channel::Notice, Due::AtOnce);
        done(&*store, both)?;
    }
    let before = everything(&*store, sapporo())?;
    let lent = store.lease(&request(Channel::Notice, 1))?;
    let whose: Vec<_> = lent.iter().map(|lease| lease.municipality).collect();
    same!(whose, [hakodate(), hakodate()], "whose entries are lent to a worker that asked for Hakodate's");
    done(&*store, quiet().settle(&lent[0], Settled::Done))?;
    done(&*store, quiet().change(AgendaChange::Cancel(lent[1].key.clone())))?;
    same!(
        everything(&*store, sapporo())?,
        before,
        "the neighbour after entries were lent, settled and cancelled"
    );
    let lost = outcome(&*store, quiet().of(sapporo()).settle(&lent[1], Settled::Done))?;
    same!(lost, Outcome::LeaseLost { key: lent[1].key.clone() }, "settling under a lease of the neighbour's");
    same!(everything(&*store, sapporo())?, before, "the neighbour after that");
    Ok(())
}

/// The last recording time of one is nothing to the other: a clock that is suspect to one is right for the other.
pub fn recording_times_are_apart(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(1), 0, 1))?;
    subject.clock().advance(-2 * subject.step_back_max_micros() - SECOND);
    let receipt = done(&*store, draft(1).of(sapporo()).append(case(1), 0, 1))?;
    same!(receipt.recorded_at, subject.clock().now(), "the recording time of the neighbour");
    Ok(())
}

/// A worker that names no municipality is lent the entries of all, each with whose it is, the earliest first whosever it is.
pub fn a_worker_may_ask_for_all(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    // Hakodate's code comes behind Sapporo's, and its entries are due before.
    for (n, municipality) in [(1, hakodate()), (1, sapporo()), (2, hakodate()), (2, sapporo())] {
        done(&*store, quiet().of(municipality).schedule(&entry(n, "first"), Channel::Notice, Due::AtOnce))?;
        subject.clock().advance(SECOND);
    }
    let mut lent = vec![];
    for entries_max in [1, 2, 9] {
        let asked = LeaseRequest { municipality: None, entries_max, ..request(Channel::Notice, 1) };
        lent.extend(store.lease(&asked)?);
    }
    let whose: Vec<_> = lent.iter().map(|lease| lease.municipality).collect();
    same!(
        whose,
        [hakodate(), sapporo(), hakodate(), sapporo()],
        "whose entries are lent to a worker that asked for all"
    );
    for lease in &lent {
        done(&*store, quiet().of(lease.municipality).settle(lease, Settled::Done))?;
    }
    same!(store.agenda(sapporo(), usize::MAX)?, [], "what the neighbour's agenda shows once all is settled");
    Ok(())
}

/// A batch may hold commits of several municipalities, each judged and placed in its own log.
pub fn a_batch_may_hold_several(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let batch = vec![
        draft(1).append(case(1), 0, 2),
        draft(1).of(sapporo()).append(case(1), 0, 1),
        draft(2).append(case(2), 0, 1),
        draft(2).of(sapporo()).append(case(2), 2, 1),
    ];
    let found = outcomes(&*store, batch)?;
    let stale = Outcome::Stale { stream: case(2), actual: Version(0) };
    same!(found[3], stale, "a stale commit of one municipality in a batch of two");
    let first = |n: usize| Ok::<_, Breach>(as_done(found[n].clone())?.first.0);
    same!([first(0)?, first(1)?, first(2)?], [1, 1, 3], "the positions of a batch of two municipalities");
    Ok(())
}

fn content(store: &dyn Store, municipality: Municipality, n: u128) -> Result<Option<String>, Breach> {
    let found = store.document(municipality, document(n))?;
    Ok(found.map(|document| String::from_utf8_lossy(&document.content).into_owned()))
}

/// The municipalities that recorded something are listed, in the order of their codes; who was only asked about is not.
pub fn those_that_wrote_are_listed(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    same!(store.municipalities()?, [], "who is listed before anything was recorded");
    same!(store.head(sapporo())?.size, 0, "the size of a log that nobody wrote");
    done(&*store, draft(1).append(case(1), 0, 1))?;
    same!(store.municipalities()?, [hakodate()], "who is listed when one has recorded");
    done(&*store, draft(1).of(sapporo()).append(case(1), 0, 1))?;
    same!(store.municipalities()?, [sapporo(), hakodate()], "who is listed when both have recorded");
    Ok(())
}
