//! Numbers of a series are gapless, and only what is written draws one.

use shinsei_core::port::store::{Receipt, Standing};
use shinsei_core::record::Number;

use super::StoreUnderTest;
use super::fixture::{SECOND, case, done, draft, event, hakodate, log, numbered, outcome, sapporo, series};
use crate::clause::{Kept, same};

/// Each series counts from 1, also when one commit draws several; receipts and records say the same.
pub fn numbers_are_gapless_from_one(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let events = vec![numbered("receipt-R08"), event("{}"), numbered("receipt-R09"), numbered("receipt-R08")];
    let mut receipts = done(&*store, draft(1).append_these(case(1), 0, events))?.numbers;
    receipts.extend(done(&*store, draft(2).append_these(case(2), 0, vec![numbered("receipt-R08")]))?.numbers);
    receipts.extend(done(&*store, draft(3).append_these(case(3), 0, vec![numbered("receipt-R09")]))?.numbers);
    let drawn: Vec<_> = receipts.iter().map(|(at, n)| (at.0, n.series.as_str(), n.value)).collect();
    let wanted = [
        (1, "receipt-R08", 1),
        (3, "receipt-R09", 1),
        (4, "receipt-R08", 2),
        (5, "receipt-R08", 3),
        (6, "receipt-R09", 2),
    ];
    same!(drawn, wanted, "the numbers in the receipts");
    let in_log =
        log(&*store, hakodate())?.into_iter().filter_map(|record| Some((record.position, record.number?)));
    same!(in_log.collect::<Vec<_>>(), receipts, "the numbers in the records");
    Ok(())
}

/// A refused commit burns no number: the next that is written gets the one it would have had.
pub fn refusals_burn_no_number(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let receipt = || vec![numbered("receipt-R08")];
    done(&*store, draft(1).append_these(case(1), 0, receipt()))?;
    outcome(&*store, draft(2).append_these(case(1), 1000, receipt()))?;
    outcome(&*store, draft(3).append_these(case(3), 0, receipt()).too_late())?;
    outcome(&*store, draft(1).append_these(case(1), 0, receipt()))?;
    let next = done(&*store, draft(4).append_these(case(4), 0, receipt()))?;
    same!(values(&next), [2], "the number behind two refused commits and a repeat");
    Ok(())
}

/// A series goes on where it stood when the store was closed.
pub fn numbers_go_on_after_reopening(subject: &dyn StoreUnderTest) -> Kept {
    for n in 1..=3 {
        let store = subject.open();
        let drawn =
            done(&*store, draft(n.into()).append_these(case(n.into()), 0, vec![numbered("receipt-R08")]))?;
        same!(values(&drawn), [n], "the number drawn by the {n}th to open the store");
    }
    Ok(())
}

/// Where a log stands is told in one answer: its head, the time of its last record and the last number of each series, by
/// name; of one that nobody wrote, that it is empty. What is refused moves none of it.
pub fn where_a_log_stands_is_known(subject: &dyn StoreUnderTest) -> Kept {
    let store = subject.open();
    let empty = Standing { head: store.head(hakodate())?, recorded_at: None, numbers: vec![] };
    same!(store.standing(hakodate())?, empty, "where an empty log stands");
    done(&*store, draft(1).append_these(case(1), 0, vec![numbered("receipt-R09"), numbered("receipt-R08")]))?;
    subject.clock().advance(SECOND);
    let last = done(&*store, draft(2).append_these(case(2), 0, vec![numbered("receipt-R08"), event("{}")]))?;
    subject.clock().advance(SECOND);
    outcome(&*store, draft(3).append_these(case(2), 1000, vec![numbered("receipt-R08")]))?;
    let number = |name, value| Number { series: series(name), value };
    let wanted = Standing {
        head: store.head(hakodate())?,
        recorded_at: Some(last.recorded_at),
        numbers: vec![number("receipt-R08", 2), number("receipt-R09", 1)],
    };
    same!(store.standing(hakodate())?, wanted, "where the log stands");
    same!(store.standing(sapporo())?, empty, "where the neighbour's log stands");
    drop(store);
    same!(subject.open().standing(hakodate())?, wanted, "where the log stands after reopening");
    Ok(())
}

fn values(receipt: &Receipt) -> Vec<u64> {
    receipt.numbers.iter().map(|(_, number)| number.value).collect()
}
