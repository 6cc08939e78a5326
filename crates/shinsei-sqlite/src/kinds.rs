//! What events are, kept once for all records that share it: the type, the version of its shape, and the codec.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};
use shinsei_core::port::store::NewRecord;
use shinsei_core::record::Codec;

use crate::error::{Fault, Result};

/// What an event is and how its payload is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) event_type: Arc<str>,
    pub(crate) schema_version: u16,
    pub(crate) codec: Codec,
}

/// The kinds that a reader has met, by number. They never change, so that what is known stays right.
#[derive(Default)]
pub(crate) struct Kinds(Vec<(i64, Kind)>);

impl Kinds {
    /// The kind under a number.
    pub(crate) fn kind(&mut self, connection: &Connection, number: i64) -> Result<&Kind> {
        let at = match self.0.binary_search_by_key(&number, |(known, _)| *known) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (number, read(connection, number)?));
                at
            }
        };
        Ok(&self.0[at].1)
    }
}

fn read(connection: &Connection, number: i64) -> Result<Kind> {
    let mut statement =
        connection.prepare_cached("SELECT event_type, schema_version, codec FROM kinds WHERE kind = ?1")?;
    let found: Option<(Arc<str>, u16, u8)> = statement
        .query_row([number], |row| Ok((row.get::<_, String>(0)?.into(), row.get(1)?, row.get(2)?)))
        .optional()?;
    let (event_type, schema_version, codec) =
        found.ok_or_else(|| Fault::corrupt(format!("no event is of the kind {number}")))?;
    let codec =
        Codec::from_code(codec).ok_or_else(|| Fault::corrupt(format!("no codec has the number {codec}")))?;
    Ok(Kind { event_type, schema_version, codec })
}

/// The numbers under which the writer keeps kinds.
#[derive(Default)]
pub(crate) struct KindNumbers(HashMap<(&'static str, u16, u8), i64>);

impl KindNumbers {
    /// The number of an event's kind, a new one if it was never met.
    pub(crate) fn number(&mut self, connection: &Connection, record: &NewRecord) -> Result<i64> {
        let kind = (record.event_type, record.schema_version, record.codec.code());
        if let Some(number) = self.0.get(&kind) {
            return Ok(*number);
        }
        connection
            .prepare_cached(
                "INSERT INTO kinds (event_type, schema_version, codec) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            )?
            .execute(params![kind.0, kind.1, kind.2])?;
        let number = connection
            .prepare_cached(
                "SELECT kind FROM kinds WHERE event_type = ?1 AND schema_version = ?2 AND codec = ?3",
            )?
            .query_row(params![kind.0, kind.1, kind.2], |row| row.get(0))?;
        self.0.insert(kind, number);
        Ok(number)
    }
}
