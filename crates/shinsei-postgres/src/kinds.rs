//! What events are, kept once for all records that share it: the type, the version of its shape, and the codec.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use shinsei_core::port::store::Commit;
use shinsei_core::record::Codec;

use crate::connection::{Connection, Step};
use crate::error::{Fault, Result};
use crate::rows::at;

/// A kind that is there already is another node's, or met by two commits at once.
const NUMBER: &str = "
    INSERT INTO kinds (event_type, schema_version, codec)
    SELECT * FROM unnest($1::text[], $2::integer[], $3::smallint[]) ON CONFLICT DO NOTHING";

/// All of them: a few dozen.
const KINDS: &str = "SELECT kind, event_type, schema_version, codec FROM kinds ORDER BY kind";

/// What an event is and how its payload is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) event_type: Box<str>,
    pub(crate) schema_version: u16,
    pub(crate) codec: Codec,
}

/// The kinds that this node has met. They never change, so that what is known stays right.
#[derive(Default)]
pub(crate) struct Kinds(Mutex<Arc<Met>>);

/// Kinds by number, and their numbers.
#[derive(Default)]
pub(crate) struct Met {
    kinds: HashMap<i32, Kind>,
    numbers: HashMap<Box<str>, Vec<(u16, u8, i32)>>,
}

impl Met {
    /// The kind under a number.
    pub(crate) fn kind(&self, number: i32) -> Option<&Kind> {
        self.kinds.get(&number)
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
    pub(crate) fn met(&self) -> Arc<Met> {
        // OK because it is exchanged as a whole.
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The numbers of all kinds of a batch. A kind that was never met is numbered in a transaction of its own, before anything
    /// is locked; a number that no record has says nothing.
    pub(crate) fn of(&self, connection: &mut Connection, batch: &[Commit]) -> Result<Arc<Met>> {
        let met = self.met();
        let records = batch.iter().flat_map(|commit| &commit.appends).flat_map(|append| &append.records);
        let unknown = records
            .filter(|record| met.number(record.event_type, record.schema_version, record.codec).is_none());
        let unknown: BTreeSet<_> =
            unknown.map(|record| (record.event_type, record.schema_version, record.codec.code())).collect();
        if unknown.is_empty() {
            return Ok(met);
        }
        // In order, so that no two nodes wait for each other.
        let types: Vec<&str> = unknown.iter().map(|kind| kind.0).collect();
        let versions: Vec<i32> = unknown.iter().map(|kind| kind.1.into()).collect();
        let codecs: Vec<i16> = unknown.iter().map(|kind| kind.2.into()).collect();
        connection.run(&[Step::Query(NUMBER, vec![&types, &versions, &codecs])])?;
        self.learn(connection)
    }

    /// Reads them anew: a record of another node is of one that was not met yet.
    pub(crate) fn learn(&self, connection: &mut Connection) -> Result<Arc<Met>> {
        let mut met = Met::default();
        for row in connection.run(&[Step::Query(KINDS, Vec::new())])?.remove(0) {
            let (number, event_type): (i32, &str) = (at(&row, 0)?, at(&row, 1)?);
            let schema_version = u16::try_from(at::<i32>(&row, 2)?)
                .map_err(|_| Fault::corrupt("no shape has such a version"))?;
            let codec = u8::try_from(at::<i16>(&row, 3)?).ok().and_then(Codec::from_code);
            let codec =
                codec.ok_or_else(|| Fault::corrupt("a kind of event is written in no known codec"))?;
            met.numbers.entry(event_type.into()).or_default().push((schema_version, codec.code(), number));
            met.kinds.insert(number, Kind { event_type: event_type.into(), schema_version, codec });
        }
        let met = Arc::new(met);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&met);
        Ok(met)
    }
}
