//! Wrong when a hand has altered the records: stores that show another thing than what lies there.
//!
//! No hand reaches into a store in memory, so here it is what the store shows that is altered.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use shinsei::memory::MemoryStore;
use shinsei_conformance::store::altered::{Alteration, StoreToAlter};
use shinsei_conformance::store::{StoreUnderTest, alteration_clauses};
use shinsei_conformance::{FakeClock, Report};
use shinsei_core::ids::{Municipality, Position, Version};
use shinsei_core::port::store::{Commit, Outcome, Store, StoreError, Visit};
use shinsei_core::record::RawRecord;
use shinsei_core::tree::{Frontier, Hash};

use super::{Answer, Broken, Wrong};

/// A row of a log, with the leaf that is kept in it.
#[derive(Clone)]
struct Row {
    envelope: RawRecord<'static>,
    event_type: String,
    payload: Vec<u8>,
    leaf: Hash,
}

impl Row {
    fn of(record: &RawRecord<'_>) -> Self {
        let leaf = record.leaf();
        let (event_type, payload) = (record.event_type.to_owned(), record.payload.to_vec());
        let envelope = RawRecord { event_type: "", payload: &[], ..record.clone() };
        Self { envelope, event_type, payload, leaf }
    }

    fn record(&self) -> RawRecord<'_> {
        RawRecord { event_type: &self.event_type, payload: &self.payload, ..self.envelope.clone() }
    }

    fn position(&self) -> u64 {
        self.envelope.position.0
    }

    /// The same row, whatever its payload and wherever it stands.
    fn is(&self, other: &Self) -> bool {
        (self.envelope.stream, self.envelope.version) == (other.envelope.stream, other.envelope.version)
    }
}

/// What is shown, given the rows before the hand came and those that it left.
type Shows = fn(&[Row], Vec<Row>) -> Vec<Row>;

/// Shows what the hand left, or something else.
struct Hand {
    shows: Shows,
    /// Computes the nodes of level 8 anew, from the records as they are.
    recomputes: bool,
    altered: Mutex<Option<Vec<Row>>>,
    /// Goes on from there with its numbers, and says of it what it knows of its records.
    renumbered: Mutex<Option<u64>>,
    draws_from_there: bool,
}

impl Hand {
    fn shown(&self) -> Option<Vec<Row>> {
        self.altered.lock().unwrap().clone()
    }
}

impl Wrong for Arc<Hand> {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let mut outcomes = whole.commit(batch)?;
        let ahead = self.renumbered.lock().unwrap().filter(|_| self.draws_from_there);
        for outcome in &mut outcomes {
            if let (Outcome::Done(receipt), Some(last)) = (outcome, ahead) {
                receipt.numbers.iter_mut().for_each(|(_, number)| number.value = last + 1);
            }
        }
        Ok(outcomes)
    }

    fn read_log(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        after: Position,
        max: usize,
        visit: Visit<'_>,
    ) -> Answer<()> {
        let Some(rows) = self.shown() else { return whole.read_log(of, after, max, visit) };
        let page = rows.iter().filter(|row| row.position() > after.0).take(max);
        let _broken = page.map(Row::record).try_for_each(visit);
        Ok(())
    }

    fn nodes(
        &self,
        whole: &MemoryStore,
        of: Municipality,
        level: u32,
        first: u64,
        max: usize,
    ) -> Answer<Vec<Hash>> {
        match (self.shown(), level) {
            (Some(rows), 0) => {
                let page = rows.iter().filter(|row| row.position() > first).take(max);
                let leaf = |(row, place): (&Row, u64)| match row.position() == place {
                    true => Ok(row.leaf),
                    false => Err(StoreError::Corrupt { what: format!("there is no leaf {place}") }),
                };
                page.zip(first + 1..).map(leaf).collect()
            }
            (Some(rows), 8) if self.recomputes && first == 0 => {
                let mut frontier = Frontier::default();
                rows.iter().take(256).for_each(|row| frontier.append(row.record().leaf(), |_| {}));
                Ok(vec![frontier.head().root])
            }
            _ => whole.nodes(of, level, first, max),
        }
    }
}

struct InReach {
    broken: Broken,
    hand: Arc<Hand>,
}

impl InReach {
    fn new(shows: Shows, recomputes: bool, draws_from_there: bool) -> Self {
        let (altered, renumbered) = (Mutex::default(), Mutex::default());
        let hand = Arc::new(Hand { shows, recomputes, altered, renumbered, draws_from_there });
        let wrong = Arc::clone(&hand);
        Self { broken: Broken::with(|_| Box::new(wrong)), hand }
    }
}

impl StoreUnderTest for InReach {
    fn open(&self) -> Box<dyn Store + '_> {
        self.broken.open()
    }

    fn clock(&self) -> &FakeClock {
        self.broken.clock()
    }

    fn step_back_max_micros(&self) -> i64 {
        self.broken.step_back_max_micros()
    }
}

impl StoreToAlter for InReach {
    fn alter(&self, municipality: Municipality, alteration: &Alteration) {
        let mut rows = vec![];
        let read = self.broken.whole.read_log(municipality, Position(0), usize::MAX, &mut |record| {
            rows.push(Row::of(&record));
            ControlFlow::Continue(())
        });
        read.unwrap();
        let before = rows.clone();
        let place = |position: &Position| usize::try_from(position.0).unwrap() - 1;
        match alteration {
            Alteration::Edit { position, payload } => rows[place(position)].payload.clone_from(payload),
            Alteration::Delete { position } => drop(rows.remove(place(position))),
            Alteration::Swap { one, other } => {
                rows.swap(place(one), place(other));
                rows[place(one)].envelope.position = *one;
                rows[place(other)].envelope.position = *other;
            }
            Alteration::Insert { at } => {
                let mut copy = rows[place(at) - 1].clone();
                copy.envelope.version = Version(1_000_000);
                rows.insert(place(at), copy);
                (1..).zip(&mut rows).for_each(|(n, row)| row.envelope.position = Position(n));
            }
            Alteration::CutOff { last } => rows.truncate(place(last) + 1),
            // The store in memory keeps the last numbers where no hand is.
            Alteration::Renumber { last, .. } => *self.hand.renumbered.lock().unwrap() = Some(*last),
        }
        *self.hand.altered.lock().unwrap() = Some((self.hand.shows)(&before, rows));
    }
}

fn as_it_is(_: &[Row], now: Vec<Row>) -> Vec<Row> {
    now
}

/// Shows the payload that it remembers.
fn remembers_payloads(before: &[Row], mut now: Vec<Row>) -> Vec<Row> {
    for row in &mut now {
        if let Some(known) = before.iter().find(|known| known.is(row)) {
            row.payload.clone_from(&known.payload);
        }
    }
    now
}

/// Takes a hole for the end.
fn ends_at_a_hole(_: &[Row], now: Vec<Row>) -> Vec<Row> {
    (1..).zip(now).take_while(|(n, row)| row.position() == *n).map(|(_, row)| row).collect()
}

/// Shows all that it knows in the order that it knows.
fn remembers_the_order(before: &[Row], mut now: Vec<Row>) -> Vec<Row> {
    if now.len() == before.len() {
        now.sort_by_key(|row| before.iter().position(|known| known.is(row)));
        (1..).zip(&mut now).for_each(|(n, row)| row.envelope.position = Position(n));
    }
    now
}

/// Hides what it does not know.
fn hides_strangers(before: &[Row], mut now: Vec<Row>) -> Vec<Row> {
    let all = now.len();
    now.retain(|row| before.iter().any(|known| known.is(row)));
    if now.len() < all {
        (1..).zip(&mut now).for_each(|(n, row)| row.envelope.position = Position(n));
    }
    now
}

/// Shows what it remembers of a tail that is missing.
fn remembers_the_tail(before: &[Row], mut now: Vec<Row>) -> Vec<Row> {
    let last = now.last().map_or(0, Row::position);
    now.extend(before.iter().filter(|row| row.position() > last).cloned());
    now
}

/// Gives the leaves of the records as they are for those that were kept.
fn recomputes_leaves(_: &[Row], mut now: Vec<Row>) -> Vec<Row> {
    now.iter_mut().for_each(|row| row.leaf = row.record().leaf());
    now
}

#[test]
fn each_flaw_in_what_is_altered_is_found() {
    const EDITED: &str = "altered::an_edited_record_is_named";
    const DELETED: &str = "altered::a_deleted_record_is_named";
    const SWAPPED: &str = "altered::swapped_records_are_named";
    const INSERTED: &str = "altered::an_inserted_record_is_named";
    const CUT: &str = "altered::a_log_that_was_cut_off_is_named";
    const PROVED: &str = "altered::what_is_kept_proves_all_but_what_was_edited";
    const AHEAD: &str = "altered::a_series_set_ahead_is_named";
    let flaws: [(Shows, bool, bool, &[&str]); 9] = [
        (as_it_is, false, false, &[]),
        (remembers_payloads, false, false, &[EDITED, PROVED]),
        (ends_at_a_hole, false, false, &[DELETED]),
        (remembers_the_order, false, false, &[SWAPPED]),
        (hides_strangers, false, false, &[INSERTED]),
        (remembers_the_tail, false, false, &[CUT]),
        (as_it_is, true, false, &[PROVED]),
        (as_it_is, false, true, &[AHEAD]),
        (recomputes_leaves, false, false, &[EDITED, SWAPPED, INSERTED, PROVED]),
    ];
    let mut otherwise = vec![];
    for (place, (shows, recomputes, draws, wanted)) in flaws.into_iter().enumerate() {
        let report = Report::of(&alteration_clauses(), || Box::new(InReach::new(shows, recomputes, draws)));
        if report.broken() != wanted {
            otherwise.push(format!("store {place} was to break {wanted:?}\n{report}"));
        }
    }
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n\n"));
}
