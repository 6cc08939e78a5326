//! A hand alters the records behind the store's back: the store shows what is there, and what is wrong is named.

use std::ops::ControlFlow;

use shinsei_core::audit::finding::{Defect, Finding};
use shinsei_core::audit::log::verify;
use shinsei_core::ids::{Municipality, Position, Series};
use shinsei_core::port::store::StoreError;
use shinsei_core::record::Number;
use shinsei_core::tree::Head;
use shinsei_core::tree::proof::{consistent, included};
use shinsei_core::tree::prover::Prover;

use super::StoreUnderTest;
use super::fixture::{case, done, draft, event, hakodate, log, numbered, series};
use crate::clause::{Breach, Kept, hold, same};

/// What a hand does to the records of a municipality, or to what is kept for the next one. Whatever the store keeps in a record's own row goes with the record,
/// such as its leaf; everything else stays as it was: nodes, head, commands, numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alteration {
    /// Other bytes stand in the place of a record's payload.
    Edit {
        /// Which record.
        position: Position,
        /// Its new payload.
        payload: Vec<u8>,
    },
    /// A record is taken away; those behind it stay where they are.
    Delete {
        /// Which record.
        position: Position,
    },
    /// Two records change places.
    Swap {
        /// The one.
        one: Position,
        /// The other.
        other: Position,
    },
    /// The record before a position is copied to it, and whatever stood from there on moves down by one. The copy may have
    /// another version, where a key of stream and version would be in the way.
    Insert {
        /// Where the copy stands then.
        at: Position,
    },
    /// The records behind one are taken away.
    CutOff {
        /// The last one that stays.
        last: Position,
    },
    /// The last number that is kept of a series is set to another. A store that keeps none, since it looks at its records
    /// for it, has nothing to alter.
    Renumber {
        /// Which series.
        series: Series,
        /// The last number, as it is kept from then on.
        last: u64,
    },
}

/// A store whose records a hand can alter: with an editor, a client of its database, whatever whoever gets hold of them
/// would take.
pub trait StoreToAlter: StoreUnderTest {
    /// Does to the records of a municipality what it is told, while the store is closed.
    fn alter(&self, municipality: Municipality, alteration: &Alteration);
}

/// Records in the log that is altered, and how many are in each commit of it: a head was witnessed after each.
const RECORDS: u64 = 300;
const PART: u64 = 100;

/// From which the last record of each commit has a number.
const SERIES: &str = "receipt-R08";

/// A record that was edited is named.
pub fn an_edited_record_is_named(subject: &dyn StoreToAlter) -> Kept {
    named(subject, &edit(), 150, "edited")
}

/// A record that was deleted is named, and not taken for the end of the log.
pub fn a_deleted_record_is_named(subject: &dyn StoreToAlter) -> Kept {
    named(subject, &Alteration::Delete { position: Position(150) }, 150, "deleted missing")
}

/// Of two records that changed places the first is named.
pub fn swapped_records_are_named(subject: &dyn StoreToAlter) -> Kept {
    let swap = Alteration::Swap { one: Position(40), other: Position(250) };
    named(subject, &swap, 40, "swapped")
}

/// A record that was inserted is named.
pub fn an_inserted_record_is_named(subject: &dyn StoreToAlter) -> Kept {
    named(subject, &Alteration::Insert { at: Position(150) }, 150, "inserted")
}

/// The first record behind the end of a log that was cut off is named.
pub fn a_log_that_was_cut_off_is_named(subject: &dyn StoreToAlter) -> Kept {
    named(subject, &Alteration::CutOff { last: Position(250) }, 251, "cut-off missing")
}

/// A series whose last number was set ahead is named before the next number leaves a gap; a store that has nothing to alter
/// gives the next number as it should.
pub fn a_series_set_ahead_is_named(subject: &dyn StoreToAlter) -> Kept {
    let heads = filled(subject)?;
    let (series, kept) = (series(SERIES), 100);
    subject.alter(hakodate(), &Alteration::Renumber { series: series.clone(), last: kept });
    let store = subject.open();
    let found = verify(&*store, hakodate(), &heads)?.findings;
    let given = RECORDS / PART;
    if found.is_empty() {
        let next = done(&*store, draft(100).append_these(case(100), 0, vec![numbered(SERIES)]))?;
        same!(
            next.numbers,
            [(Position(RECORDS + 1), Number { series, value: given + 1 })],
            "the next number"
        );
        return Ok(());
    }
    let wanted =
        Finding { position: Position(RECORDS), defect: Defect::SeriesDiffers { series, given, kept } };
    same!(found, [wanted], "what is found of a series that was set ahead");
    Ok(())
}

/// After a record was edited, head and nodes still are what was recorded: they prove every record as it was, that of the
/// edited one included, and that the log only grew from one witnessed head to the next. The edited record is not proved.
pub fn what_is_kept_proves_all_but_what_was_edited(subject: &dyn StoreToAlter) -> Kept {
    let heads = filled(subject)?;
    let before = log(&*subject.open(), hakodate())?;
    subject.alter(hakodate(), &edit());
    let store = subject.open();
    let last = store.head(hakodate())?;
    same!(heads.last(), Some(&last), "the head after a record was edited");
    let mut prover = Prover::new(&*store, hakodate());
    for old in &heads {
        same!(prover.head_at(old.size)?, *old, "the head that the log had at {} records", old.size);
        let proof = prover.consistency(old.size, RECORDS)?;
        same!(consistent(old, &last, &proof), Ok(()), "that {} records became {RECORDS}", old.size);
    }
    for record in before {
        let path = prover.inclusion(record.position, RECORDS)?;
        let proved = included(record.leaf, record.position.0 - 1, &path, &last);
        same!(proved, Ok(()), "record {} as it was", record.position);
    }
    let path = prover.inclusion(EDITED, RECORDS)?;
    let mut is_proved = false;
    let read = store.read_log(hakodate(), Position(EDITED.0 - 1), 1, &mut |record| {
        is_proved = included(record.leaf(), EDITED.0 - 1, &path, &last).is_ok();
        ControlFlow::Continue(())
    });
    hold!(!is_proved, "record {EDITED} is proved as it was edited");
    match read {
        // A store that refuses the record shows it as well.
        Ok(()) | Err(StoreError::Corrupt { .. }) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

const EDITED: Position = Position(150);

fn edit() -> Alteration {
    Alteration::Edit { position: EDITED, payload: b"{}".to_vec() }
}

/// Alters a log of three witnessed heads, and checks what is found first: where, and in one of these ways. A store that
/// refuses the record as corrupt names it as well.
fn named(subject: &dyn StoreToAlter, alteration: &Alteration, position: u64, ways: &str) -> Kept {
    let heads = filled(subject)?;
    {
        let whole = verify(&*subject.open(), hakodate(), &heads)?;
        same!(whole.findings, [], "what is found before a hand altered anything");
        same!(whole.witnessed, Some(RECORDS), "how far that is witnessed");
    }
    subject.alter(hakodate(), alteration);
    let report = verify(&*subject.open(), hakodate(), &heads)?;
    let Some(first) = report.findings.first() else {
        return Err(Breach::new(format!("nothing is found after {alteration:?}")));
    };
    let way = first.defect.code();
    hold!(
        first.position == Position(position)
            && (way == "unreadable" || ways.split(' ').any(|one| one == way)),
        "after {alteration:?} the first finding was to be one of `{ways}` at {position}, and is: {first}"
    );
    Ok(())
}

/// Fills the store and closes it; gives the heads in between.
fn filled(subject: &dyn StoreToAlter) -> Result<Vec<Head>, Breach> {
    let store = subject.open();
    let mut heads = vec![];
    for n in 0..RECORDS / PART {
        let mut events: Vec<_> =
            (1..PART).map(|k| event(format!(r#"{{"record":{}}}"#, n * PART + k))).collect();
        events.push(numbered(SERIES));
        done(&*store, draft(u128::from(n) + 1).append_these(case(n.into()), 0, events))?;
        heads.push(store.head(hakodate())?);
    }
    Ok(heads)
}
