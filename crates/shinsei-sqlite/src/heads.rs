//! The head rows: sizes, trees, times and last numbers of the logs, each with the tail behind what is written of it.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, OptionalExtension, params};
use shinsei_core::ids::{Municipality, Position, Series};
use shinsei_core::port::store::Standing;
use shinsei_core::record::Number;
use shinsei_core::time::Timestamp;
use shinsei_core::tree::{Frontier, Hash, Node};

use crate::error::{Fault, Result};
use crate::find::number;
use crate::nodes::leaves_at;
use crate::rows::{
    count, limit, optional_time_at, record_place, record_position, time_at, unsigned, unsigned_at,
};

/// The head row of one municipality as it is now.
pub(crate) struct HeadRow {
    /// What stands for it in the tables; 0, which no row has, until it is written for the first time.
    pub(crate) ordinal: i64,
    /// The tree; its size is the last position.
    pub(crate) frontier: Frontier,
    /// When the last record was written.
    pub(crate) recorded_at: Option<Timestamp>,
    /// It is not written as it is.
    changed: bool,
    series: HashMap<Series, Last>,
}

/// The last number of a series.
struct Last {
    number: u64,
    /// It is not written as it is.
    changed: bool,
}

impl HeadRow {
    /// The last position.
    pub(crate) fn position(&self) -> Position {
        Position(self.frontier.size())
    }

    /// Reads the head row of a municipality with the tail behind it, an empty one if nothing was ever written for it. Outside
    /// a transaction that writes it wants one that reads, so that both are of one snapshot.
    pub(crate) fn read(connection: &Connection, municipality: Municipality) -> Result<Self> {
        let mut statement = connection.prepare_cached(
            "SELECT ordinal, size, frontier, recorded_at FROM municipalities WHERE code = ?1",
        )?;
        let mut rows = statement.query([municipality.as_str()])?;
        let (ordinal, frontier, recorded_at) = match rows.next()? {
            None => (0, Frontier::default(), None),
            Some(row) => (row.get(0)?, frontier_at(row, 1, 2)?, optional_time_at(row, 3)?),
        };
        let mut head = Self { ordinal, frontier, recorded_at, changed: false, series: HashMap::new() };
        head.read_tail(connection)?;
        Ok(head)
    }

    /// Goes on with the records that the commands of the tail are said to have: a tail that was cut off shows, and what else
    /// lies behind was not recorded by a commit.
    fn read_tail(&mut self, connection: &Connection) -> Result<()> {
        let begin = self.position();
        let leaves = leaves_of_tail(connection, self.ordinal, begin)?;
        let end = Position(begin.0 + unsigned(limit(leaves.len()))? + 1);
        let mut statement = connection.prepare_cached(
            "SELECT place, recorded_at, series, number FROM records WHERE place > ?1 AND place < ?2 ORDER BY place",
        )?;
        let mut rows =
            statement.query([record_place(self.ordinal, begin), record_place(self.ordinal, end)])?;
        for leaf in leaves {
            let next = self.position().next();
            let row = rows.next()?.ok_or_else(|| missing(next))?;
            if record_position(row.get(0)?)? != next {
                return Err(missing(next));
            }
            self.frontier.append(leaf, |_| {});
            self.recorded_at = Some(time_at(row, 1)?);
            self.changed = true;
            if let Some(series) = row.get(2)? {
                let number = number(series, unsigned_at(row, 3)?)?;
                self.series.insert(number.series, Last { number: number.value, changed: true });
            }
        }
        Ok(())
    }

    /// What the next commit goes on from.
    pub(crate) fn standing(&self, connection: &Connection) -> Result<Standing> {
        let mut statement =
            connection.prepare_cached("SELECT series, last FROM series WHERE municipality = ?1")?;
        let mut rows = statement.query([self.ordinal])?;
        let mut last = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let written = number(row.get(0)?, unsigned_at(row, 1)?)?;
            last.insert(written.series, written.value);
        }
        last.extend(self.series.iter().map(|(series, last)| (series.clone(), last.number)));
        let numbers = last.into_iter().map(|(series, value)| Number { series, value }).collect();
        Ok(Standing { head: self.frontier.head(), recorded_at: self.recorded_at, numbers })
    }

    /// Gives a municipality that has none an ordinal.
    pub(crate) fn enter(&mut self, connection: &Connection, municipality: Municipality) -> Result<()> {
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
        last.number += 1;
        last.changed = true;
        Ok(Number { series: series.clone(), value: last.number })
    }

    /// Writes what has changed.
    pub(crate) fn write(&mut self, connection: &Connection) -> Result<()> {
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
        self.changed = false;
        for (series, last) in self.series.iter_mut().filter(|(_, last)| last.changed) {
            connection
                .prepare_cached(
                    "INSERT INTO series (municipality, series, last) VALUES (?1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET last = excluded.last",
                )?
                .execute(params![self.ordinal, series.as_str(), count(last.number)])?;
            last.changed = false;
        }
        Ok(())
    }
}

/// The ordinal of a municipality, given to it if it has none.
pub(crate) fn ordinal(connection: &Connection, municipality: Municipality) -> Result<i64> {
    match crate::readers::ordinal(connection, municipality)? {
        Some(ordinal) => Ok(ordinal),
        None => insert(connection, municipality),
    }
}

/// The hashes of the records in the tail, which follow each other from a position on.
fn leaves_of_tail(connection: &Connection, ordinal: i64, after: Position) -> Result<Vec<Hash>> {
    let mut statement = connection.prepare_cached(
        "SELECT first, records, leaves FROM commands
         WHERE ordinal > (SELECT command FROM settled) AND municipality = ?1 AND records > 0 ORDER BY ordinal",
    )?;
    let mut rows = statement.query([ordinal])?;
    let (mut leaves, mut next) = (Vec::new(), after.next().0);
    while let Some(row) = rows.next()? {
        let of_command = leaves_at(row, 2)?;
        let records = unsigned(limit(of_command.len()))?;
        if (unsigned_at(row, 0)?, unsigned_at(row, 1)?) != (next, records) {
            return Err(missing(Position(next)));
        }
        leaves.extend(of_command);
        next += records;
    }
    Ok(leaves)
}

fn missing(position: Position) -> Fault {
    Fault::corrupt(format!("the log has no position {position}"))
}

/// Reads a frontier from its two columns.
fn frontier_at(row: &rusqlite::Row<'_>, size: usize, roots: usize) -> Result<Frontier> {
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

fn last(connection: &Connection, ordinal: i64, series: &Series) -> Result<Last> {
    let last: Option<i64> = connection
        .prepare_cached("SELECT last FROM series WHERE municipality = ?1 AND series = ?2")?
        .query_row(params![ordinal, series.as_str()], |row| row.get(0))
        .optional()?;
    Ok(Last { number: unsigned(last.unwrap_or(0))?, changed: false })
}
