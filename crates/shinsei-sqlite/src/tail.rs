//! The tail of the log: what the head rows, the last numbers of series, the ids of commands and the entries that wait say is
//! written for many commits at once, and what they do not say yet follows from the records and commands behind them.
//!
//! Each of them is a page that every commit would write anew, and half of what a commit writes. The writer keeps them in
//! its memory; whoever else reads one reads the tail with it, in one snapshot. Nothing rests on a clean end: a process that
//! was killed leaves a tail, which is read as it stands and settled at the next open.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, params};
use shinsei_core::agenda::Channel;
use shinsei_core::ids::{CommandId, Municipality};
use shinsei_core::port::store::Receipt;
use shinsei_core::time::Timestamp;
use uuid::Uuid;

use crate::agenda::{self, Waiting};
use crate::error::{Fault, Result};
use crate::heads::HeadRow;
use crate::rows::{bytes_at, count};

/// After how many commands, or records, a commit settles the tail: what whoever reads one reads beside it.
const COMMANDS_MAX: usize = 256;
const RECORDS_MAX: u64 = 256;

/// By how much turns go on where it is not known which of them were given in the tail: more than a tail has.
const TURNS_MAX: i64 = 1 << 20;

/// What the writer knows of the logs from one transaction to the next.
#[derive(Default)]
pub(crate) struct Tail {
    heads: HashMap<Municipality, HeadRow>,
    /// `None` until it was read.
    pending: Option<Pending>,
    /// Told by SQLite, and another one once another connection has written.
    data_version: Option<i64>,
}

/// What is not settled.
struct Pending {
    /// The commands, each by the number of its municipality and its id.
    commands: HashMap<(i64, CommandId), i64>,
    /// The last of all commands.
    last: i64,
    records: u64,
    /// By municipality, the first position among their records and the command that recorded it.
    stretches: HashMap<i64, (i64, i64)>,
    /// Entries of the agenda that do not wait for their time yet, and when that is.
    waiting: HashMap<Waiting, (Channel, Timestamp)>,
    /// The last turn that was given, and the one with which the tail began.
    turn: i64,
    turn_at_begin: i64,
    /// It was read and not settled since: which turns were given in it is not known.
    is_read: bool,
}

impl Tail {
    /// Begins a transaction: what another connection wrote meanwhile, a person's hand, is read again.
    pub(crate) fn begin(&mut self, connection: &Connection) -> Result<()> {
        let version = connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        if self.data_version != Some(version) {
            *self = Self { data_version: Some(version), ..Self::default() };
        }
        Ok(())
    }

    /// Takes the head row of a municipality; [`Tail::put`] gives it back.
    pub(crate) fn take(&mut self, connection: &Connection, municipality: Municipality) -> Result<HeadRow> {
        match self.heads.remove(&municipality) {
            Some(known) => Ok(known),
            None => HeadRow::read(connection, municipality),
        }
    }

    /// Keeps the head row of a municipality, unless nothing was ever written for it.
    pub(crate) fn put(&mut self, municipality: Municipality, head: HeadRow) {
        if head.ordinal != 0 {
            self.heads.insert(municipality, head);
        }
    }

    /// A command of the tail.
    pub(crate) fn command(&mut self, connection: &Connection, key: (i64, CommandId)) -> Result<Option<i64>> {
        Ok(self.pending(connection)?.commands.get(&key).copied())
    }

    /// Takes note of a command that was written, with its receipt.
    pub(crate) fn add(
        &mut self,
        connection: &Connection,
        key: (i64, CommandId),
        ordinal: i64,
        receipt: &Receipt,
    ) -> Result<()> {
        let pending = self.pending(connection)?;
        pending.commands.insert(key, ordinal);
        pending.last = ordinal;
        if receipt.records > 0 {
            pending.stretches.entry(key.0).or_insert((count(receipt.first.0), ordinal));
            pending.records += receipt.records;
        }
        Ok(())
    }

    /// The turn of an entry that is scheduled: later than all that were given before.
    pub(crate) fn turn(&mut self, connection: &Connection) -> Result<i64> {
        let pending = self.pending(connection)?;
        pending.turn += 1;
        Ok(pending.turn)
    }

    /// Leaves it to a later commit to have an entry wait for its time.
    pub(crate) fn defer(
        &mut self,
        connection: &Connection,
        waiting: Waiting,
        channel: Channel,
        due: Timestamp,
    ) -> Result<()> {
        self.pending(connection)?.waiting.insert(waiting, (channel, due));
        Ok(())
    }

    /// Takes note that an entry is settled.
    pub(crate) fn forget(&mut self, waiting: &Waiting) {
        if let Some(pending) = &mut self.pending {
            pending.waiting.remove(waiting);
        }
    }

    /// Has all entries wait for their time.
    pub(crate) fn settle_waiting(&mut self, connection: &Connection) -> Result<()> {
        let pending = self.pending(connection)?;
        if pending.is_read { self.settle(connection) } else { pending.wait(connection) }
    }

    /// The earliest time, in microseconds, at which an entry is due that does not wait yet; what is not known may be due.
    pub(crate) fn earliest_due(&self) -> i64 {
        match &self.pending {
            Some(pending) if !pending.is_read || pending.commands.is_empty() => {
                pending.waiting.values().map(|(_, due)| due.micros()).min().unwrap_or(i64::MAX)
            }
            _ => i64::MIN,
        }
    }

    /// True when nothing is known to be left for [`Tail::settle`].
    pub(crate) fn is_settled(&self) -> bool {
        self.pending.as_ref().is_some_and(Pending::is_empty)
    }

    /// Settles the tail once it is long, or was read.
    pub(crate) fn settle_if_long(&mut self, connection: &Connection) -> Result<()> {
        let is_long = |pending: &Pending| {
            pending.is_read
                || pending.commands.len() >= COMMANDS_MAX
                || pending.records >= RECORDS_MAX
                || pending.turn - pending.turn_at_begin >= TURNS_MAX
        };
        if self.pending.as_ref().is_some_and(is_long) { self.settle(connection) } else { Ok(()) }
    }

    /// Writes what follows from the tail, so that it is none any more.
    pub(crate) fn settle(&mut self, connection: &Connection) -> Result<()> {
        if self.pending(connection)?.is_empty() {
            return Ok(());
        }
        self.pending(connection)?.wait(connection)?;
        self.read_heads(connection)?;
        self.heads.values_mut().try_for_each(|head| head.write(connection))?;
        let pending = self.pending(connection)?;
        let mut commands: Vec<_> = pending.commands.drain().collect();
        // In the order of the index, so that a page is written to once.
        commands.sort_unstable_by_key(|((municipality, id), _)| (*municipality, *id.0.as_bytes()));
        let mut insert = connection
            .prepare_cached("INSERT INTO command_ids (municipality, command, ordinal) VALUES (?1, ?2, ?3)")?;
        for ((municipality, id), ordinal) in commands {
            insert.execute(params![municipality, id.0.as_bytes(), ordinal])?;
        }
        for (municipality, (first, begins)) in pending.stretches.drain() {
            connection
                .prepare_cached(
                    "INSERT INTO stretches (municipality, first, begins, ends) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute([municipality, first, begins, pending.last])?;
        }
        connection
            .prepare_cached("UPDATE settled SET command = ?1, turn = ?2")?
            .execute([pending.last, pending.turn])?;
        pending.records = 0;
        pending.turn_at_begin = pending.turn;
        pending.is_read = false;
        Ok(())
    }

    /// Reads the head rows that are behind and not known.
    fn read_heads(&mut self, connection: &Connection) -> Result<()> {
        let known: HashSet<i64> = self.heads.values().map(|head| head.ordinal).collect();
        let behind: HashSet<i64> =
            self.pending(connection)?.commands.keys().map(|(municipality, _)| *municipality).collect();
        for ordinal in behind.difference(&known) {
            let code: String = connection
                .prepare_cached("SELECT code FROM municipalities WHERE ordinal = ?1")?
                .query_row([ordinal], |row| row.get(0))?;
            let municipality =
                code.parse().map_err(|_| Fault::corrupt("the code of a municipality has a wrong digit"))?;
            let head = HeadRow::read(connection, municipality)?;
            self.put(municipality, head);
        }
        Ok(())
    }

    fn pending(&mut self, connection: &Connection) -> Result<&mut Pending> {
        match &mut self.pending {
            Some(pending) => Ok(pending),
            unread => Ok(unread.insert(Pending::read(connection)?)),
        }
    }
}

impl Pending {
    fn is_empty(&self) -> bool {
        self.commands.is_empty() && self.turn == self.turn_at_begin
    }

    /// Has the entries that were scheduled in the tail wait for their time.
    fn wait(&mut self, connection: &Connection) -> Result<()> {
        if self.is_read {
            self.waiting.clear();
            return agenda::wait_for_tail(connection);
        }
        let mut waiting: Vec<_> = self.waiting.drain().collect();
        // About in the order of the table, so that a page is written to once.
        waiting.sort_unstable_by_key(|(_, (channel, due))| (*channel, *due));
        waiting
            .iter()
            .try_for_each(|(waiting, (channel, due))| agenda::wait(connection, waiting, *channel, *due))
    }

    fn read(connection: &Connection) -> Result<Self> {
        let (settled, turn): (i64, i64) = connection
            .prepare_cached("SELECT command, turn FROM settled")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut statement = connection.prepare_cached(
            "SELECT ordinal, commands.municipality, coalesce(commands.command, records.command), first, records
             FROM commands LEFT JOIN records ON place = (commands.municipality << 40 | first) AND records > 0
             WHERE ordinal > ?1 ORDER BY ordinal",
        )?;
        let mut rows = statement.query([settled])?;
        let mut pending = Self {
            commands: HashMap::new(),
            last: settled,
            records: 0,
            stretches: HashMap::new(),
            waiting: HashMap::new(),
            turn: turn + TURNS_MAX,
            turn_at_begin: turn + TURNS_MAX,
            is_read: true,
        };
        while let Some(row) = rows.next()? {
            pending.last = row.get(0)?;
            let (municipality, id) = (row.get(1)?, CommandId(Uuid::from_bytes(bytes_at(row, 2)?)));
            pending.commands.insert((municipality, id), pending.last);
            if row.get::<_, i64>(4)? > 0 {
                pending.stretches.entry(municipality).or_insert((row.get(3)?, pending.last));
            }
        }
        Ok(pending)
    }
}
