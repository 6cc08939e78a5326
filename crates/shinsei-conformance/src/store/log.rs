//! One order: positions are gapless, equal commit order, and readers see them that way.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use shinsei_core::ids::{CommandId, Position, Version};
use shinsei_core::port::store::{PAGE_RECORDS_MAX, Receipt, Store};
use uuid::Uuid;

use super::StoreUnderTest;
use super::fixture::{
    Record, case, done, draft, hakodate, inline, log, numbered, outcome, positions, stream,
};
use crate::clause::{Breach, Kept, hold, same};

/// Positions count from 1 without a hole, in the order of the commits, and stream and log agree on them.
pub fn positions_are_gapless_from_one(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    for n in 0..6 {
        let receipt = done(&*store, draft(u128::from(n) + 1).append(case(u128::from(n) % 2), n / 2, 1))?;
        same!(receipt.first, Position(n + 1), "the position of the commit after {n} records");
    }
    let read = log(&*store, hakodate())?;
    same!(positions(&read), [1, 2, 3, 4, 5, 6], "the positions in the log");
    let commands: Vec<_> = read.iter().map(|record| record.command.0.as_u128()).collect();
    same!(commands, [1, 2, 3, 4, 5, 6], "the commands in the order of the log");
    same!(positions(&stream(&*store, hakodate(), case(1))?), [2, 4, 6], "the positions in a stream");
    Ok(())
}

/// The records of a commit stand together in the log, in the order of the commit; its receipt says where.
pub fn records_of_a_commit_are_neighbours(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(1), 0, 2))?;
    let receipt = done(&*store, draft(2).append(case(9), 0, 2).append(case(1), 2, 1).append(case(5), 0, 1))?;
    same!((receipt.first, receipt.records), (Position(3), 4), "where the receipt says that the records are");
    let read: Vec<_> =
        log(&*store, hakodate())?.iter().map(|r| (r.position.0, r.stream, r.version.0)).collect();
    let wanted = [(3, case(9), 1), (4, case(9), 2), (5, case(1), 3), (6, case(5), 1)];
    same!(read[2..], wanted, "the records of a commit to three streams");
    Ok(())
}

/// A refused commit burns no position: the next one that is written follows the last.
pub fn refusals_leave_no_hole(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(1), 0, 1))?;
    outcome(&*store, draft(2).append(case(1), 1000, 2))?;
    outcome(&*store, draft(3).append(case(2), 0, 2).too_late())?;
    let receipt = done(&*store, draft(4).append(case(1), 1, 1))?;
    same!(receipt.first, Position(2), "the position behind two refused commits");
    same!(positions(&log(&*store, hakodate())?), [1, 2], "the positions in the log");
    Ok(())
}

/// A page begins after the version or position asked for and holds no more than was asked for.
pub fn a_page_holds_what_was_asked_for(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(1), 0, 6))?;
    for (after, max, wanted) in
        [(0, 2, 1..3), (2, 3, 3..6), (4, 9, 5..7), (6, 9, 7..7), (99, 9, 7..7), (0, 0, 1..1)]
    {
        let wanted: Vec<u64> = wanted.collect();
        let mut seen = vec![];
        store.read_log(hakodate(), Position(after), max, &mut |record| {
            seen.push(record.position.0);
            ControlFlow::Continue(())
        })?;
        same!(seen, wanted, "positions of at most {max} records of the log after {after}");
        seen.clear();
        store.read_stream(hakodate(), case(1), Version(after), max, &mut |record| {
            seen.push(record.version.0);
            ControlFlow::Continue(())
        })?;
        same!(seen, wanted, "versions of at most {max} records of the stream after {after}");
    }
    Ok(())
}

/// A visitor that breaks off is not called again.
pub fn a_page_ends_where_the_visitor_breaks(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(1), 0, 4))?;
    let mut seen = vec![];
    let mut until_two = |place: u64| {
        seen.push(place);
        if place == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    store.read_log(hakodate(), Position(0), 9, &mut |record| until_two(record.position.0))?;
    store.read_stream(hakodate(), case(1), Version(0), 9, &mut |record| until_two(record.version.0))?;
    same!(seen, [1, 2, 1, 2], "what visitors saw that broke off at the second record");
    Ok(())
}

/// A page holds at most [`PAGE_RECORDS_MAX`] records, however many were asked for.
pub fn a_page_is_bounded(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(1), 0, PAGE_RECORDS_MAX + 5))?;
    let (mut in_log, mut in_stream) = (0, 0);
    store.read_log(hakodate(), Position(0), usize::MAX, &mut |_| {
        in_log += 1;
        ControlFlow::Continue(())
    })?;
    store.read_stream(hakodate(), case(1), Version(0), usize::MAX, &mut |_| {
        in_stream += 1;
        ControlFlow::Continue(())
    })?;
    same!((in_log, in_stream), (PAGE_RECORDS_MAX, PAGE_RECORDS_MAX), "the records of a page without a limit");
    Ok(())
}

/// With many writers at work, a reader that follows the log sees each position after the one before it, every
/// acknowledged commit stands where its receipt says, and none stands before what was acknowledged when it began.
pub fn a_reader_never_sees_a_hole(subject: &dyn StoreUnderTest) -> Kept {
    const WRITERS: u64 = 8;
    const COMMITS: u64 = 25;
    let store = &*subject.open();
    let writing = AtomicUsize::new(8);
    let acknowledged = AtomicU64::new(0);
    let (receipts, readings) = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (writing, acknowledged) = (&writing, &acknowledged);
                scope.spawn(move || {
                    let written = write(store, writer, COMMITS, acknowledged);
                    writing.fetch_sub(1, Ordering::SeqCst);
                    written
                })
            })
            .collect();
        let readers = [(); 2].map(|()| scope.spawn(|| follow(store, &writing)));
        let joined = |_| Breach::new("a thread that used the store panicked");
        let receipts: Result<Vec<_>, _> =
            writers.into_iter().map(|writer| writer.join().map_err(joined).flatten()).collect();
        let readings: Result<Vec<_>, _> =
            readers.into_iter().map(|reader| reader.join().map_err(joined).flatten()).collect();
        (receipts, readings)
    });
    readings?;
    let read = log(store, hakodate())?;
    hold!(
        positions(&read).into_iter().eq(1..=WRITERS * COMMITS * 2),
        "the positions that writers left have a hole"
    );
    for (command, receipt) in receipts?.concat() {
        let standing: Vec<_> = read.iter().filter(|r| r.command == command).map(|r| r.position).collect();
        same!(standing, [receipt.first, receipt.first.next()], "the records of an acknowledged commit");
    }
    Ok(())
}

fn write(
    store: &dyn Store,
    writer: u64,
    commits: u64,
    acknowledged: &AtomicU64,
) -> Result<Vec<(CommandId, Receipt)>, Breach> {
    let mut written = vec![];
    for n in 0..commits {
        let id = u128::from(writer * commits + n + 1);
        let before = acknowledged.load(Ordering::SeqCst);
        let receipt = done(store, draft(id).append(case(writer.into()), 2 * n, 2))?;
        hold!(
            receipt.first.0 > before,
            "a commit stands at {}, although {before} was acknowledged when it began",
            receipt.first
        );
        acknowledged.fetch_max(receipt.first.next().0, Ordering::SeqCst);
        written.push((CommandId(Uuid::from_u128(id)), receipt));
    }
    Ok(written)
}

/// Follows the log until nobody writes any more and its end is reached.
fn follow(store: &dyn Store, writing: &AtomicUsize) -> Kept {
    let mut last = Position(0);
    loop {
        let done = writing.load(Ordering::SeqCst) == 0;
        let before = last;
        let mut hole = None;
        store.read_log(hakodate(), last, 7, &mut |record| {
            if record.position != last.next() {
                hole = Some((last, record.position));
                return ControlFlow::Break(());
            }
            last = record.position;
            ControlFlow::Continue(())
        })?;
        hold!(hole.is_none(), "a reader saw a position without the one before it: {hole:?}");
        if done && last == before {
            return Ok(());
        }
    }
}

/// What was acknowledged is there after reopening: records, head and documents.
pub fn what_was_acknowledged_survives_reopening(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    done(&*store, draft(1).append(case(1), 0, 2).link(inline(1, case(1), b"form")))?;
    done(&*store, draft(2).append_these(case(1), 2, vec![numbered("receipt-R08")]))?;
    let all = |store: &dyn Store| -> Result<(Vec<Record>, _, Option<Vec<u8>>), Breach> {
        let document = store.document(hakodate(), super::fixture::document(1))?;
        Ok((log(store, hakodate())?, store.head(hakodate())?, document.map(|document| document.content)))
    };
    let before = all(&*store)?;
    same!(before.0.len(), 3, "the records before reopening");
    drop(store);
    let store = subject.open();
    same!(all(&*store)?, before, "what is there after reopening");
    let receipt = done(&*store, draft(3).append(case(1), 3, 1))?;
    same!(receipt.first, Position(4), "the position of the first commit after reopening");
    Ok(())
}
