//! A case with the road that led to it and with what its agenda still holds.

use std::panic::{AssertUnwindSafe, catch_unwind};

use shinsei_core::agenda::{AgendaChange, Channel, Due};
use shinsei_core::application::Warned;
use shinsei_core::calendar::Calendar;
use shinsei_core::command::Command;
use shinsei_core::deadline::Deadline;
use shinsei_core::event_format::{EventFormat as _, Proposed};
use shinsei_core::ids::EntryName;
use shinsei_core::rejection::{Rejection, StateName};
use shinsei_core::time::Timestamp;

use crate::explore::Edge;
use crate::explore::party::Party;
use crate::life::{Life, Step};

/// A case with the road that led to it.
#[derive(Clone)]
pub(super) struct Road {
    pub(super) life: Life,
    taken: Vec<(Party, &'static str)>,
    /// How many of them led along the main road to where the exploration begins.
    before: usize,
    /// False where the case had lived before: what it had scheduled is not known.
    knows_its_agenda: bool,
    /// The deadlines that were scheduled and neither cancelled nor passed, by when they fall due.
    due: Vec<(Timestamp, EntryName, Deadline)>,
    /// A deadline that fell due and was refused for another reason than that it is moot.
    stuck: Option<String>,
}

impl Road {
    pub(super) fn of(life: Life) -> Self {
        let knows_its_agenda = life.history().is_empty();
        Self { life, taken: vec![], before: 0, knows_its_agenda, due: vec![], stuck: None }
    }

    /// Every place of the main road, from before the submission to the end.
    pub(super) fn main(life: Life) -> Vec<Self> {
        let mut places = vec![Self::of(life)];
        while let Some(last) = places.last()
            && let Some(step) = last.life.next_step()
            && let Some((_, there)) = last.go(Party::of(&step.by), &step)
        {
            places.push(Self { before: there.taken.len(), ..there });
        }
        places
    }

    /// How many steps lead here from where the exploration began.
    pub(super) fn len(&self) -> usize {
        self.taken.len() - self.before
    }

    /// The steps so far, as somebody reads them.
    pub(super) fn told(&self) -> Vec<String> {
        self.taken.iter().map(|(party, command)| format!("{party}: {command}")).collect()
    }

    /// How often a command was done on the way here. A deadline counts with its kind.
    pub(super) fn times(&self, command: &Command) -> usize {
        let name = name(command);
        self.taken.iter().filter(|(_, taken)| *taken == name).count()
    }

    /// The deadline that falls due first, and when.
    pub(super) fn first_due(&self) -> Option<(Timestamp, Deadline)> {
        self.due.first().map(|(at, _, deadline)| (*at, *deadline))
    }

    /// What the agenda still holds, in order.
    pub(super) fn agenda(&self) -> impl Iterator<Item = String> {
        self.due.iter().map(|(at, name, _)| {
            let side = if *at <= self.life.now() { "past" } else { "to come" };
            format!("{name} {side}")
        })
    }

    /// Takes a step; `None` where the rules say no. A deadline that is moot is taken off the agenda and changes nothing else.
    pub(super) fn go(&self, party: Party, step: &Step) -> Option<(Edge, Self)> {
        let mut there = Self { life: self.when_asked(step), ..self.clone() };
        if let Command::PassDeadline(deadline) = &step.command {
            let at = there.due.iter().position(|(_, _, due)| due == deadline)?;
            there.due.remove(at);
        }
        let from = self.life.state().name();
        let decision = match (there.life.ask(step), &step.command) {
            (Ok(decision), _) => decision,
            (Err(Rejection::DeadlineMoot), Command::PassDeadline(deadline)) => {
                // A case that is reopened keeps its entry: it may end in the same year again.
                if there.knows_its_agenda && !matches!(deadline, Deadline::DisposalDue { .. }) {
                    there.stuck = Some(format!("{deadline:?} was still on the agenda, but is moot"));
                }
                return Some((there.edge(from, party, step, vec![]), there.taking(party, step)));
            }
            (Err(rejection), Command::PassDeadline(deadline)) => {
                there.stuck = Some(format!("{deadline:?} fell due and was refused: {rejection}"));
                return Some((there.edge(from, party, step, vec![]), there.taking(party, step)));
            }
            (Err(_), _) => return None,
        };
        for change in &decision.agenda {
            there.change(change);
        }
        let events = decision.events.iter().map(|proposed| match proposed {
            Proposed::Event(event) => event.event_type().0,
            Proposed::Numbered { event_type, .. } => event_type,
        });
        Some((there.edge(from, party, step, events.collect()), there.taking(party, step)))
    }

    /// The case as it stands when a step is asked for: a deadline passes when it has come, and a due date is counted anew
    /// once the calendar has changed.
    pub(super) fn when_asked(&self, step: &Step) -> Life {
        let life = self.life.clone();
        match &step.command {
            Command::PassDeadline(deadline) => {
                let due = self.due.iter().find(|(_, _, due)| due == deadline).map(|(at, _, _)| *at);
                let now = life.now();
                life.at(due.map_or(now, |due| due.max(now)))
            }
            Command::RebaseDueDate => life.with_calendar(amended(&self.life)),
            _ => life,
        }
    }

    fn edge(&self, from: StateName, by: Party, step: &Step, events: Vec<&'static str>) -> Edge {
        Edge { from, by, command: name(&step.command), events, to: self.life.state().name() }
    }

    fn taking(mut self, party: Party, step: &Step) -> Self {
        self.taken.push((party, name(&step.command)));
        self
    }

    fn change(&mut self, change: &AgendaChange) {
        match change {
            AgendaChange::Schedule(entry) if entry.channel == Channel::Deadline => {
                let Some(deadline) = Deadline::from_bytes(&entry.task) else {
                    self.stuck = Some(format!("the agenda cannot read {}", entry.key.name));
                    return;
                };
                let at = match entry.due {
                    Due::At(at) => at,
                    Due::AtOnce => self.life.now(),
                };
                // The engine erases by itself: nothing is decided then.
                if deadline != Deadline::Erasure {
                    self.due.push((at, entry.key.name.clone(), deadline));
                    self.due.sort_by_key(|one| one.0);
                }
            }
            AgendaChange::Schedule(_) | AgendaChange::Redrive(_) => {}
            AgendaChange::Cancel(key) => self.due.retain(|(_, name, _)| *name != key.name),
        }
    }

    /// Nothing that fell due is stuck, and no name is scheduled twice.
    pub(super) fn check_agenda(&self) -> Result<(), String> {
        if let Some(stuck) = &self.stuck {
            return Err(stuck.clone());
        }
        if self.knows_its_agenda {
            self.check_clock()?;
        }
        let mut names: Vec<&EntryName> = self.due.iter().map(|(_, name, _)| name).collect();
        names.sort();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(format!("{} stands in the agenda twice", pair[0])),
            None => Ok(()),
        }
    }

    /// A clock that runs is watched up to its due date, and one that stands still waits for a correction.
    fn check_clock(&self) -> Result<(), String> {
        let state = self.life.state();
        let Some(clock) = state.clock() else { return Ok(()) };
        if clock.stands_still() && state.name() != StateName::AwaitingCorrection {
            return Err(format!("the clock stands still, but the case is {}", state.name()));
        }
        let Some(due) = clock.running().filter(|_| clock.warned != Warned::Exceeded) else { return Ok(()) };
        let exceeded = Deadline::Exceeded { due: clock.dues };
        if self.due.iter().any(|(at, _, deadline)| *deadline == exceeded && *at == due.ends_at) {
            return Ok(());
        }
        Err(format!("nobody watches the due date {}: the case is {}", due.day, state.name()))
    }

    /// True when the main road leads from here to the end.
    pub(super) fn can_end(&self) -> bool {
        let life = self.life.clone();
        catch_unwind(AssertUnwindSafe(|| life.until(StateName::Closed))).is_ok()
    }
}

/// The calendar with one more closed day, a week from now.
fn amended(life: &Life) -> Calendar {
    let closed = life.now().date_jst() + chrono::TimeDelta::days(7);
    Calendar::standard().amended(&[closed], &[]).expect("one day can be closed")
}

/// What a step is called: the command, or the deadline that passes.
fn name(command: &Command) -> &'static str {
    match command {
        Command::PassDeadline(deadline) => deadline.name(),
        other => other.name(),
    }
}
