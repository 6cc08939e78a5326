//! Records that are not what was kept of them: edited where they stand, or moved from elsewhere.

use crate::audit::finding::Defect;
use crate::ids::Position;
use crate::record::RawRecord;
use crate::tree::{Hash, leaf_hash};

/// How far a record is looked for at both sides of its place: as many as a hand deletes or inserts at once.
const REACH: usize = 16;

/// The most records that are remembered to be held against each other. What comes after is told as edited.
const REMEMBERED_MAX: usize = 64;

/// The most records that are told. They are runs, and the first is what matters.
const TOLD_MAX: usize = super::FINDINGS_MAX;

/// Where the position stands in a sealed record: behind the seal and the municipality. Source: docs/event-format.md.
const POSITION_AT: usize = 16 + 6;

/// Records that are not what was kept of them.
#[derive(Default)]
pub(super) struct Misplaced {
    found: Vec<Wrong>,
    /// Of those whose origin is not known: the sealed form, to be tried at other places.
    remembered: Vec<(usize, Vec<u8>)>,
    /// The leaves of the last records as they are, each with its place, at the place by [`REACH`].
    last: Box<[(u64, Option<Hash>); REACH]>,
}

#[derive(Clone, Copy)]
struct Wrong {
    at: u64,
    kept: Hash,
    /// Where it was recorded, if that is known.
    from: Option<u64>,
    /// The same record still stands where it was recorded: this is a copy of it.
    is_copy: bool,
}

impl Misplaced {
    /// Takes the leaf of each record as it is.
    pub(super) fn pass(&mut self, at: u64, leaf: Hash) {
        self.last[slot(at)] = (at, Some(leaf));
    }

    /// Takes a record whose leaf is not the one that was kept.
    pub(super) fn add(&mut self, record: &RawRecord<'_>, kept: Hash) {
        if self.found.len() >= TOLD_MAX {
            return;
        }
        let (at, mut sealed) = (record.position.0, record.sealed());
        let from = nearby(&mut sealed, at, &kept);
        let stands_at =
            |place, sealed: &mut [u8]| self.last[slot(place)] == (place, Some(moved(sealed, place)));
        let is_copy = from.is_some_and(|place| stands_at(place, &mut sealed));
        let mut wrong = Wrong { at, kept, from, is_copy };
        for (other, form) in &mut self.remembered {
            let other = &mut self.found[*other];
            // Its content was recorded there, whether the kept leaf went along with it or not.
            let here = moved(&mut sealed, other.at);
            if wrong.from.is_none() && (here == other.kept || here == kept) {
                wrong.from = Some(other.at);
            }
            let there = moved(form, at);
            if other.from.is_none() && (there == kept || there == other.kept) {
                other.from = Some(at);
            }
        }
        self.found.push(wrong);
        if self.remembered.len() < REMEMBERED_MAX {
            self.remembered.push((self.found.len() - 1, sealed));
        }
    }

    /// True when there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// True when one of them stands behind a position.
    pub(super) fn reaches_beyond(&self, position: u64) -> bool {
        self.found.last().is_some_and(|wrong| wrong.at > position)
    }

    /// What happened to them, each run of records that moved alike once.
    pub(super) fn told(self) -> Vec<(Position, Defect)> {
        let mut told: Vec<(Position, Defect)> = Vec::new();
        let found = self.found;
        let from = |at: u64| found.iter().find(|wrong| wrong.at == at).and_then(|wrong| wrong.from);
        let mut shift = 0;
        for (place, wrong) in found.iter().enumerate() {
            let Some(origin) = wrong.from else {
                told.push((Position(wrong.at), Defect::Edited));
                continue;
            };
            let next = found.get(place + 1).filter(|next| next.at == wrong.at + 1);
            let is_alone = next.and_then(|next| next.from) != Some(origin + 1);
            if is_alone && (wrong.is_copy || origin + 1 < wrong.at) && from(origin).is_none() {
                // A copy of a record that stands in its place; what comes after did not move as far.
                told.push((Position(wrong.at), Defect::Edited));
                continue;
            }
            if from(origin) == Some(wrong.at) {
                if wrong.at < origin {
                    told.push((Position(wrong.at), Defect::Swapped { with: Position(origin) }));
                }
                continue;
            }
            let (was, now) = (shift, i128::from(origin) - i128::from(wrong.at));
            shift = now;
            if now > was {
                told.push((Position(wrong.at), Defect::Deleted { records: distance(now - was) }));
            } else if now < was {
                let records = distance(was - now);
                // What was inserted stands right before the first record that moved down for it, unless it is a copy.
                let before = if wrong.is_copy { 0 } else { records };
                let first = Position(wrong.at.saturating_sub(before).max(1));
                told.retain(|(position, defect)| *position < first || *defect != Defect::Edited);
                told.push((first, Defect::Inserted { records }));
            }
        }
        told
    }
}

/// Where the leaf of a place is remembered, until another one takes its turn.
fn slot(at: u64) -> usize {
    // OK because a remainder of it is as small as it.
    usize::try_from(at % REACH as u64).unwrap_or(0)
}

fn distance(shift: i128) -> u64 {
    u64::try_from(shift).unwrap_or(u64::MAX)
}

/// The place nearby where a record has the leaf that was kept with it.
fn nearby(sealed: &mut [u8], at: u64, kept: &Hash) -> Option<u64> {
    let places = (1..=REACH as u64).flat_map(|far| [at.checked_add(far), at.checked_sub(far)]);
    places.flatten().find(|place| moved(sealed, *place) == *kept)
}

/// The leaf of a record at another place.
fn moved(sealed: &mut [u8], place: u64) -> Hash {
    if let Some(position) = sealed.get_mut(POSITION_AT..POSITION_AT + 8) {
        position.copy_from_slice(&place.to_be_bytes());
    }
    leaf_hash(sealed)
}
