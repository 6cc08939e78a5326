//! What events are, kept once for all records of a municipality that share it: the type, the version of its shape, and the codec.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use shinsei_core::ids::Municipality;
use shinsei_core::port::store::{Commit, NewRecord, StoreError};
use shinsei_core::record::Codec;

use crate::batch::Head;
use crate::connection::{Connection, Step};
use crate::error::{Fault, Result};
use crate::facts::CREATE_HEADS;
use crate::rows::{at, code};

/// How often kinds are asked for or numbered anew because another node, or whoever set the database back, changed them
/// meanwhile: as many nodes as may meet kinds at once.
pub(crate) const ATTEMPTS_MAX: u32 = 64;

/// Gives kinds the next numbers, and draws anew what the head row says of them. Whoever waits for the head row may find a
/// number or a kind that another gave meanwhile; that one is passed over, and asked for again.
const NUMBER: &str = "
    WITH drawn AS (
        UPDATE municipalities SET kinds = hashtext(gen_random_uuid()::text) WHERE municipality = $1
        RETURNING municipality)
    INSERT INTO kinds (municipality, kind, event_type, schema_version, codec)
    SELECT drawn.municipality, (SELECT coalesce(max(kind), 0) FROM kinds WHERE municipality = $1) + ordinal,
           event_type, schema_version, codec
    FROM drawn, unnest($2::text[], $3::integer[], $4::smallint[]) WITH ORDINALITY
        AS new (event_type, schema_version, codec, ordinal)
    ON CONFLICT DO NOTHING";

/// All of a municipality's, a few dozen, each with what the head row says of all of them; that alone where there are none.
const KINDS: &str = "
    SELECT coalesce((SELECT kinds FROM municipalities WHERE municipality = $1), 0),
           kind, event_type, schema_version, codec
    FROM (VALUES ($1::integer)) AS wanted (municipality) LEFT JOIN kinds USING (municipality)";

/// What an event is and how its payload is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) event_type: Box<str>,
    pub(crate) schema_version: u16,
    pub(crate) codec: Codec,
}

/// The kinds that this node has met of each municipality.
///
/// What is known is not trusted: a database may be set back under a running node, by a backup or by a standby that lacks
/// commits, and give its numbers to other kinds then. So the head row bears a number that is drawn whenever a kind is added.
/// Whoever writes reads it under the lock and whoever reads has it beside each record; where it is another one than that under
/// which kinds were met, they are read anew.
#[derive(Default)]
pub(crate) struct Kinds(Mutex<HashMap<Municipality, Arc<Met>>>);

/// The kinds of the municipalities of a batch.
pub(crate) type Numbers = BTreeMap<Municipality, Arc<Met>>;

/// Kinds by number, and their numbers.
#[derive(Default)]
pub(crate) struct Met {
    /// What the head row said of them; `None` before they were asked for.
    drawn: Option<i32>,
    kinds: HashMap<i32, Kind>,
    numbers: HashMap<Box<str>, Vec<(u16, u8, i32)>>,
}

impl Met {
    /// True when these are the kinds that there are, by what the head row says.
    pub(crate) fn are_those(&self, drawn: i32) -> bool {
        self.drawn == Some(drawn)
    }

    /// The kind under a number.
    pub(crate) fn kind(&self, number: i32) -> Result<&Kind> {
        self.kinds
            .get(&number)
            .ok_or_else(|| Fault::corrupt("a record is of a kind of event that is not there"))
    }

    /// The number of a kind.
    pub(crate) fn number(&self, event_type: &str, schema_version: u16, codec: Codec) -> Option<i32> {
        let shapes = self.numbers.get(event_type)?;
        let same = |shape: &&(u16, u8, i32)| (shape.0, shape.1) == (schema_version, codec.code());
        shapes.iter().find(same).map(|shape| shape.2)
    }
}

impl Kinds {
    /// Those that were met so far.
    pub(crate) fn met(&self, municipality: Municipality) -> Arc<Met> {
        // OK because what is of one municipality is exchanged as a whole.
        let met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        met.get(&municipality).cloned().unwrap_or_default()
    }

    /// The numbers of all kinds of a batch, as far as this node knows. A kind that was never met is numbered in a transaction
    /// of its own, before anything is locked; a number that no record has says nothing.
    pub(crate) fn of(&self, connection: &mut Connection, batch: &[Commit]) -> Result<Numbers> {
        let mut numbers = Numbers::new();
        for commit in batch {
            numbers.entry(commit.municipality).or_insert_with(|| self.met(commit.municipality));
        }
        for (municipality, met) in &mut numbers {
            let mut attempts = 0;
            loop {
                let unknown = unknown(batch, *municipality, met);
                if unknown.is_empty() {
                    break;
                }
                if attempts == ATTEMPTS_MAX {
                    return Err(changing());
                }
                // At first another node may have numbered them already.
                if attempts > 0 {
                    number(connection, *municipality, &unknown)?;
                }
                *met = self.learn(connection, *municipality)?;
                attempts += 1;
            }
        }
        Ok(numbers)
    }

    /// Exchanges the numbers of a batch for those that hold, now that its head rows are locked; false when one of its kinds
    /// has none any more.
    pub(crate) fn hold(
        &self,
        connection: &mut Connection,
        batch: &[Commit],
        heads: &BTreeMap<Municipality, Head>,
        numbers: &mut Numbers,
    ) -> Result<bool> {
        for (municipality, met) in numbers {
            if !heads.get(municipality).is_some_and(|head| met.are_those(head.kinds)) {
                *met = self.learn(connection, *municipality)?;
                if !unknown(batch, *municipality, met).is_empty() {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Reads them anew, in one snapshot with what the head row says of them.
    pub(crate) fn learn(&self, connection: &mut Connection, municipality: Municipality) -> Result<Arc<Met>> {
        let mut met = Met::default();
        let of = code(municipality);
        for row in connection.run(&[Step::Query(KINDS, vec![&of])])?.remove(0) {
            met.drawn = Some(at(&row, 0)?);
            let Some(number) = at::<Option<i32>>(&row, 1)? else { break };
            let event_type: &str = at(&row, 2)?;
            let schema_version = u16::try_from(at::<i32>(&row, 3)?)
                .map_err(|_| Fault::corrupt("no shape has such a version"))?;
            let codec = u8::try_from(at::<i16>(&row, 4)?).ok().and_then(Codec::from_code);
            let codec =
                codec.ok_or_else(|| Fault::corrupt("a kind of event is written in no known codec"))?;
            met.numbers.entry(event_type.into()).or_default().push((schema_version, codec.code(), number));
            met.kinds.insert(number, Kind { event_type: event_type.into(), schema_version, codec });
        }
        let met = Arc::new(met);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(municipality, Arc::clone(&met));
        Ok(met)
    }
}

/// What is said when kinds change each time that they are looked at.
pub(crate) fn changing() -> Fault {
    let source = "the kinds of events change all the time".into();
    StoreError::Unavailable { source }.into()
}

/// The kinds of a batch that a municipality has not met, in order, so that no two nodes wait for each other.
fn unknown<'b>(batch: &'b [Commit], of: Municipality, met: &Met) -> BTreeSet<(&'b str, u16, u8)> {
    let commits = batch.iter().filter(|commit| commit.municipality == of);
    let records = commits.flat_map(|commit| &commit.appends).flat_map(|append| &append.records);
    let is_unknown =
        |record: &&NewRecord| met.number(record.event_type, record.schema_version, record.codec).is_none();
    let kind = |record: &'b NewRecord| (record.event_type, record.schema_version, record.codec.code());
    records.filter(is_unknown).map(kind).collect()
}

fn number(
    connection: &mut Connection,
    municipality: Municipality,
    kinds: &BTreeSet<(&str, u16, u8)>,
) -> Result<()> {
    let (of, head) = (code(municipality), vec![code(municipality)]);
    let types: Vec<&str> = kinds.iter().map(|kind| kind.0).collect();
    let versions: Vec<i32> = kinds.iter().map(|kind| kind.1.into()).collect();
    let codecs: Vec<i16> = kinds.iter().map(|kind| kind.2.into()).collect();
    connection.run(&[
        Step::Query(CREATE_HEADS, vec![&head]),
        Step::Query(NUMBER, vec![&of, &types, &versions, &codecs]),
    ])?;
    Ok(())
}
