//! The head rows of a batch: sizes, trees, times and series of numbers, read once and written once a batch.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::{Connection, OptionalExtension, params};
use shinsei_core::ids::{Municipality, Position, Series};
use shinsei_core::record::Number;
use shinsei_core::time::Timestamp;
use shinsei_core::tree::{Frontier, Hash, Node};

use crate::error::{Fault, Result};
use crate::rows::{count, optional_time_at, unsigned_at};

/// The head row of one municipality as a batch leaves it.
pub(crate) struct HeadRow {
    /// What stands for it in the tables; 0, which no row has, until it is written for the first time.
    pub(crate) ordinal: i64,
    /// The tree; its size is the last position.
    pub(crate) frontier: Frontier,
    /// When the last record was written.
    pub(crate) recorded_at: Option<Timestamp>,
    changed: bool,
    series: HashMap<Series, u64>,
}

impl HeadRow {
    /// The last position.
    pub(crate) fn position(&self) -> Position {
        Position(self.frontier.size())
    }

    /// Reads the head row of a municipality, an empty one if nothing was ever written for it.
    fn read(connection: &Connection, municipality: Municipality) -> Result<Self> {
        let mut statement = connection.prepare_cached(
            "SELECT ordinal, size, frontier, recorded_at FROM municipalities WHERE code = ?1",
        )?;
        let mut rows = statement.query([municipality.as_str()])?;
        let (ordinal, frontier, recorded_at) = match rows.next()? {
            None => (0, Frontier::default(), None),
            Some(row) => (row.get(0)?, frontier_at(row, 1, 2)?, optional_time_at(row, 3)?),
        };
        Ok(Self { ordinal, frontier, recorded_at, changed: false, series: HashMap::new() })
    }

    /// Gives a municipality that has none an ordinal.
    pub(crate) fn settle(&mut self, connection: &Connection, municipality: Municipality) -> Result<()> {
        if self.ordinal == 0 {
            self.ordinal = insert(connection, municipality)?;
        }
        Ok(())
    }

    /// Appends the leaf of a record, and keeps the nodes it completes at the levels that are kept.
    pub(crate) fn append(&mut self, connection: &Connection, leaf: Hash, at: Timestamp) -> Result<()> {
        self.recorded_at = Some(at);
        self.changed = true;
        let mut kept: Vec<Node> = Vec::new();
        self.frontier.append(leaf, |node| {
            if node.is_kept() {
                kept.push(node);
            }
        });
        for node in kept {
            connection
                .prepare_cached(
                    "INSERT INTO nodes (municipality, level, place, hash) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![self.ordinal, node.level, count(node.index), node.hash.0])?;
        }
        Ok(())
    }

    /// Draws the next number of a series.
    pub(crate) fn draw(&mut self, connection: &Connection, series: &Series) -> Result<Number> {
        let last = match self.series.entry(series.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(last(connection, self.ordinal, series)?),
        };
        *last += 1;
        Ok(Number { series: series.clone(), value: *last })
    }

    /// Writes what the batch changed.
    pub(crate) fn write(&self, connection: &Connection) -> Result<()> {
        let (true, Some(at)) = (self.changed, self.recorded_at) else { return Ok(()) };
        connection
            .prepare_cached(
                "UPDATE municipalities SET size = ?2, frontier = ?3, recorded_at = ?4 WHERE ordinal = ?1",
            )?
            .execute(params![
                self.ordinal,
                count(self.frontier.size()),
                self.frontier.to_bytes(),
                at.micros()
            ])?;
        for (series, last) in &self.series {
            connection
                .prepare_cached(
                    "INSERT INTO series (municipality, series, last) VALUES (?1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET last = excluded.last",
                )?
                .execute(params![self.ordinal, series.as_str(), count(*last)])?;
        }
        Ok(())
    }
}

/// The head rows that a batch has met.
#[derive(Default)]
pub(crate) struct Heads(HashMap<Municipality, HeadRow>);

impl Heads {
    /// The head row of a municipality.
    pub(crate) fn row(
        &mut self,
        connection: &Connection,
        municipality: Municipality,
    ) -> Result<&mut HeadRow> {
        match self.0.entry(municipality) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => Ok(unknown.insert(HeadRow::read(connection, municipality)?)),
        }
    }

    /// Writes what the batch changed.
    pub(crate) fn write(&self, connection: &Connection) -> Result<()> {
        self.0.values().try_for_each(|row| row.write(connection))
    }
}

/// The ordinal of a municipality, given to it if it has none.
pub(crate) fn ordinal(connection: &Connection, municipality: Municipality) -> Result<i64> {
    match crate::readers::ordinal(connection, municipality)? {
        Some(ordinal) => Ok(ordinal),
        None => insert(connection, municipality),
    }
}

/// Reads a frontier from its two columns.
pub(crate) fn frontier_at(row: &rusqlite::Row<'_>, size: usize, roots: usize) -> Result<Frontier> {
    let roots: Vec<u8> = row.get(roots)?;
    Frontier::from_bytes(unsigned_at(row, size)?, &roots)
        .ok_or_else(|| Fault::corrupt("the tree in a head row does not fit its size"))
}

fn insert(connection: &Connection, municipality: Municipality) -> Result<i64> {
    connection
        .prepare_cached("INSERT INTO municipalities (code, size, frontier) VALUES (?1, 0, x'')")?
        .execute([municipality.as_str()])?;
    Ok(connection.last_insert_rowid())
}

fn last(connection: &Connection, ordinal: i64, series: &Series) -> Result<u64> {
    let last: Option<i64> = connection
        .prepare_cached("SELECT last FROM series WHERE municipality = ?1 AND series = ?2")?
        .query_row(params![ordinal, series.as_str()], |row| row.get(0))
        .optional()?;
    crate::rows::unsigned(last.unwrap_or(0))
}
