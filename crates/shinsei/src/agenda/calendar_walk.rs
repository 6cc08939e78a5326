//! A calendar that was changed: a walk through the log visits every open case whose due date it moves.
//!
//! The walk is on the agenda from the commit that changes the calendar on. Each part of it reads a page of the log, puts the
//! cases that begin there and whose day moves on the agenda, and the next part of itself, in one commit: what is interrupted
//! goes on where it was. A case is rebased by its own entry, so that one that cannot be read or is contended holds up none.

use std::ops::ControlFlow;
use std::sync::Arc;

use shinsei_core::agenda::{EntryState, Lease, Settled};
use shinsei_core::application::Application;
use shinsei_core::calendar::stream::{CalendarWalk, Calendars};
use shinsei_core::deadline::Deadline;
use shinsei_core::ids::{CalendarId, Municipality, Position, StreamId, StreamKind, Version};

use super::settling::{settle, settle_and_schedule};
use crate::engine::{AGENDA_ROWS_MAX, Engine, EngineError, Shared};

/// The most records of the log that one part of the walk looks at: a commit schedules at most as many cases.
pub const PART_RECORDS_MAX: usize = 1_000;

/// How far the cases of a municipality are behind its calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebasing {
    /// Records of the log that the walk has not looked at.
    pub records: u64,
    /// Cases that are to count their due date again.
    pub cases: usize,
    /// Parts of it that a person must look at: a case that cannot be read, a walk that this program does not know.
    pub parked: usize,
}

impl Rebasing {
    /// True when every due date is the one that the calendar gives.
    pub fn is_done(self) -> bool {
        self == Self::default()
    }
}

impl Engine {
    /// How far the cases of a municipality are behind its calendar, after it was changed. An agenda worker does the rest.
    ///
    /// # Errors
    /// [`EngineError::Store`] when there is no answer.
    pub fn rebasing(&self, municipality: Municipality) -> Result<Rebasing, EngineError> {
        let mut rebasing = Rebasing::default();
        for row in self.shared.store.agenda(municipality, AGENDA_ROWS_MAX)? {
            let name = row.key.name.as_str().as_bytes();
            let of_a_case = matches!(Deadline::from_bytes(name), Some(Deadline::CalendarChanged { .. }));
            let of_the_calendar = row.key.stream.kind == StreamKind::Calendar;
            match row.state {
                _ if !of_a_case && !of_the_calendar => {}
                EntryState::Parked => rebasing.parked += 1,
                _ if of_a_case => rebasing.cases += 1,
                _ => {
                    let left =
                        CalendarWalk::from_bytes(name).map(|walk| self.shared.left(municipality, walk));
                    rebasing.records = rebasing.records.max(left.transpose()?.unwrap_or(0));
                }
            }
        }
        Ok(rebasing)
    }
}

impl Shared {
    /// How many records a walk has still to look at: a case that began after the calendar was changed rests on it already.
    fn left(&self, municipality: Municipality, walk: CalendarWalk) -> Result<u64, EngineError> {
        Ok(self.changed_at(municipality, walk.version)?.0.saturating_sub(walk.reached.0))
    }

    /// The position at which a version of the calendar was recorded: each has one event.
    fn changed_at(&self, municipality: Municipality, version: u32) -> Result<Position, EngineError> {
        let before = Version(u64::from(version).saturating_sub(1));
        let mut position = Position(0);
        self.store.read_stream(municipality, CalendarId::CITY_HALL.into(), before, 1, &mut |raw| {
            position = raw.position;
            ControlFlow::Break(())
        })?;
        Ok(position)
    }

    /// The cases that begin in a page of the log, and the last position of the page.
    fn begun(
        &self,
        municipality: Municipality,
        after: Position,
        until: Position,
    ) -> Result<(Vec<StreamId>, Position), EngineError> {
        let (mut begun, mut reached) = (Vec::new(), after);
        self.store.read_log(municipality, after, PART_RECORDS_MAX, &mut |raw| {
            if raw.position > until {
                return ControlFlow::Break(());
            }
            reached = raw.position;
            if raw.stream.kind == StreamKind::Case && raw.version == Version(1) {
                begun.push(raw.stream);
            }
            ControlFlow::Continue(())
        })?;
        Ok((begun, reached))
    }
}

/// Goes one part further: schedules what is to be counted again and the part after this one, and settles this one.
///
/// A version that is not the last one any more is left to the walk of that one, which begins anew.
pub(super) fn go_on(shared: &Arc<Shared>, lease: &Lease) -> Result<Settled, EngineError> {
    let Some(walk) = CalendarWalk::from_bytes(&lease.task) else {
        return settle(shared, lease, Settled::Parked);
    };
    let (_, calendars) = shared.fold::<Calendars>(lease.municipality, lease.key.stream)?;
    let current = calendars.current().filter(|calendar| calendar.version() == walk.version);
    let Some(calendar) = current.filter(|_| lease.key.stream == CalendarId::CITY_HALL.into()) else {
        return settle(shared, lease, Settled::Moot);
    };
    let until = shared.changed_at(lease.municipality, walk.version)?;
    let (begun, reached) = shared.begun(lease.municipality, walk.reached, until)?;
    let mut agenda = Vec::new();
    for case in begun {
        let moves = match shared.fold::<Application>(lease.municipality, case) {
            Ok((_, state)) => state.rebased(calendar).is_some(),
            // Its own entry is parked and shows it.
            Err(EngineError::Log(_)) => true,
            Err(error) => return Err(error),
        };
        let deadline = Deadline::CalendarChanged { calendar: walk.version };
        agenda.extend(moves.then(|| deadline.at_once(case)));
    }
    if walk.reached < reached && reached < until {
        agenda.push(CalendarWalk { reached, ..walk }.at_once(lease.key.stream));
    }
    let settled = settle_and_schedule(shared, lease, Settled::Done, agenda)?;
    shared.bell.ring(lease.municipality);
    Ok(settled)
}
