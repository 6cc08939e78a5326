//! A calendar as a stream of the log: its rules are published, single days are amended, and no version is ever lost. Each
//! change puts a walk on the agenda that visits the open cases.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::agenda::{AgendaChange, Channel, Due};
use crate::calendar::{Calendar, OpenDays};
use crate::decider::{Context, Decider, Decision, Needs};
use crate::event_format::{Proposed, events};
use crate::ids::{EntryName, Position, StaffId, StreamId, StreamKind};
use crate::record::Recorded;
use crate::rejection::Rejection;

/// What may be asked of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum CalendarCommand {
    /// Publishes rules (暦を定める): a new version without any exceptions.
    Publish {
        /// The rules.
        days: OpenDays,
    },
    /// Closes and opens single days (臨時休庁・休日開庁): a new version.
    Amend {
        /// The days to close.
        closed: Vec<NaiveDate>,
        /// The days to open.
        open: Vec<NaiveDate>,
    },
}

events! {
    /// An event of a calendar.
    pub enum CalendarEvent {
        /// 暦の公表: rules are in force.
        CalendarPublished = 1,
        /// 暦の変更: single days are closed or open.
        CalendarAmended = 1,
    }
}

/// Rules are in force; exceptions made before are forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarPublished {
    /// The version, from 1.
    pub version: u32,
    /// The rules.
    pub days: OpenDays,
    /// Who published them.
    pub by: StaffId,
}

/// Single days are closed or open, against the rules and against what was said of them before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarAmended {
    /// The version, one more than the one before.
    pub version: u32,
    /// The days that are closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<NaiveDate>,
    /// The days that are open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<NaiveDate>,
    /// Who amended it.
    pub by: StaffId,
}

/// What the agenda keeps of a calendar that was changed: which cases are visited next, so that each whose due date moves
/// counts it again. The engine does so itself, and records nothing in the calendar's stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalendarWalk {
    /// The version that the calendar has since.
    pub version: u32,
    /// The last position of the log that was looked at.
    pub reached: Position,
}

impl CalendarWalk {
    /// The name of its entries.
    const NAME: &'static str = "calendar-walk";

    /// Its entry in the agenda of the calendar. Each part of the walk has one of its own.
    pub fn at_once(self, stream: StreamId) -> AgendaChange {
        AgendaChange::schedule(stream, self.entry_name(), Channel::Deadline, Due::AtOnce)
    }

    /// Reads what the agenda kept, or the name of an entry.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let rest = std::str::from_utf8(bytes).ok()?.strip_prefix(Self::NAME)?.strip_prefix('/')?;
        let (version, reached) = rest.split_once('/')?;
        let read = Self { version: version.parse().ok()?, reached: Position(reached.parse().ok()?) };
        (read.entry_name().as_str().as_bytes() == bytes).then_some(read)
    }

    fn entry_name(self) -> EntryName {
        EntryName::page(Self::NAME, self.version, self.reached.0)
    }
}

/// All versions of a calendar that were ever in force, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendars {
    versions: Vec<Calendar>,
}

impl Calendars {
    /// The version in force; `None` before any was published.
    pub fn current(&self) -> Option<&Calendar> {
        self.versions.last()
    }

    /// A version that was in force once: the one that a due date names.
    pub fn version(&self, version: u32) -> Option<&Calendar> {
        self.versions.iter().find(|calendar| calendar.version() == version)
    }

    fn next_version(&self) -> u32 {
        self.current().map_or(0, Calendar::version) + 1
    }
}

impl Decider for Calendars {
    type Command = CalendarCommand;
    type Event = CalendarEvent;
    const KIND: StreamKind = StreamKind::Calendar;

    fn needs<'a>(&'a self, _: &'a CalendarCommand) -> Needs<'a> {
        Needs::default()
    }

    fn decide(
        &self,
        command: &CalendarCommand,
        context: &Context<'_>,
    ) -> Result<Decision<CalendarEvent>, Rejection> {
        let by = context.actor.officer()?.clone();
        let version = self.next_version();
        let event = match command {
            CalendarCommand::Publish { days } => {
                days.check()?;
                CalendarEvent::CalendarPublished(CalendarPublished { version, days: days.clone(), by })
            }
            CalendarCommand::Amend { closed, open } => {
                let current = self.current().ok_or(Rejection::CalendarNotPublished)?;
                current.amended(closed, open)?;
                let (closed, open) = (closed.clone(), open.clone());
                CalendarEvent::CalendarAmended(CalendarAmended { version, closed, open, by })
            }
        };
        let walk = CalendarWalk { version, reached: Position(0) };
        Ok(Decision { agenda: vec![walk.at_once(context.stream)], ..Decision::of([Proposed::Event(event)]) })
    }

    fn evolve(mut self, recorded: &Recorded<CalendarEvent>) -> Self {
        let next = match &recorded.event {
            CalendarEvent::CalendarPublished(published) => {
                Calendar::new(published.version, published.days.clone()).ok()
            }
            CalendarEvent::CalendarAmended(amended) => {
                self.current().and_then(|current| current.amended(&amended.closed, &amended.open).ok())
            }
        };
        // OK because decide checks with the same functions: what they refuse was never recorded.
        self.versions.extend(next);
        self
    }
}
