//! The state space of a procedure, explored and not sampled: whoever may ask asks whatever may be asked, in every state, and
//! time passes wherever something falls due.
//!
//! States are alike when they differ in nothing but ids, digests and instants that lie on the same side of now. The search is
//! breadth first, so that what it finds comes with a shortest road to it.

mod alike;
mod moves;
mod party;
mod road;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};

use shinsei_core::application::Turn;
use shinsei_core::catalog::Catalog;
use shinsei_core::ids::ProcedureId;
use shinsei_core::procedure::Procedure;
use shinsei_core::rejection::StateName;

use crate::explore::alike::{Alike, of as alike};
use crate::explore::road::Road;
use crate::laws;
use crate::life::{Life, Step};

pub use crate::explore::moves::COMMANDS;
pub use crate::explore::party::Party;

/// Procedures of the sample catalog, one of each kind: what hands something over or not, what is free, paid before, at the
/// hand-over or after, what is inspected, forwarded to an agency, under a guideline, decided elsewhere.
///
/// # Panics
/// When the sample has no such procedure.
pub fn representatives() -> Vec<Procedure> {
    const IDS: [&str; 12] = [
        "JU-001", "DO-006", "DO-007", "EI-001", "EI-003", "HO-004", "JI-003", "KA-001", "KE-001", "KE-005",
        "ZE-003", "ZE-008",
    ];
    let catalog = Catalog::sample();
    let of = |id| {
        let id = ProcedureId::new(id).expect("a procedure's id is a code");
        catalog.procedure(&id).expect("a procedure of the sample").clone()
    };
    IDS.into_iter().map(of).collect()
}

/// How far an exploration goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most steps from a place of the main road.
    pub depth_max: usize,
    /// How often one command may have been done on a road: what could be repeated for ever is not.
    pub repeats_max: usize,
    /// The most states; where they end, the exploration does.
    pub states_max: usize,
}

/// Any two steps from any place of the main road: they meet every state and every command, and a test can wait for them.
impl Default for Limits {
    fn default() -> Self {
        Self { depth_max: 2, repeats_max: 1, states_max: 100_000 }
    }
}

/// A step that was taken: from where, by whom, what, what it brought about, to where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Where the case stood.
    pub from: StateName,
    /// Who asked.
    pub by: Party,
    /// What was asked: the name of the command.
    pub command: &'static str,
    /// What happened: the types of the events.
    pub events: Vec<&'static str>,
    /// Where the case stood then.
    pub to: StateName,
}

/// What an exploration found.
#[derive(Clone, Debug, Default)]
pub struct Explored {
    /// What was explored: the procedure's id and its name.
    pub procedure: Option<(ProcedureId, String)>,
    /// How many states there are, no two alike.
    pub states: usize,
    /// How many steps from the main road the last one lies.
    pub depth: usize,
    /// True when nothing was left to explore but repeats.
    pub is_complete: bool,
    /// How often something was asked.
    pub asked: usize,
    /// How often it was granted.
    pub granted: usize,
    /// Every kind of step that was taken.
    pub edges: BTreeSet<Edge>,
    /// By the name of each command that was granted, or of the deadline that passed, and by the types of the events that it
    /// brought about: where that was first so.
    pub examples: BTreeMap<(&'static str, Vec<&'static str>), Example>,
    /// What is wrong, each with a shortest road to it.
    pub findings: Vec<Finding>,
}

/// A step that is granted, on a shortest road to one.
#[derive(Clone, Debug)]
pub struct Example {
    /// The case as it stands when the step is asked for.
    pub life: Life,
    /// The step.
    pub step: Step,
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub what: String,
    /// The commands that lead there, each with who asked.
    pub road: Vec<String>,
}

/// A state that was found.
struct Found {
    name: StateName,
    road: Road,
    /// Those that one step leads to; `None` until they are looked for.
    next: Option<Vec<usize>>,
    /// True when a step was not taken since it would have been a repeat.
    is_cut: bool,
}

/// Explores a procedure: whatever may happen within so many steps of any place of its main road, from before the submission
/// to the end.
///
/// Every state keeps the laws of [`laws`]; in every state that is not final somebody can do something, and from every
/// one there is a way to the end; no deadline is lost.
///
/// # Example
/// ```
/// use shinsei_conformance::explore::{Limits, explore};
/// use shinsei_core::catalog::Catalog;
/// use shinsei_core::ids::ProcedureId;
///
/// let catalog = Catalog::sample();
/// let dog = catalog.procedure(&ProcedureId::new("DO-006")?).ok_or("no such procedure")?;
/// let explored = explore(dog, Limits { depth_max: 2, ..Limits::default() });
/// assert!(explored.findings.is_empty(), "{:#?}", explored.findings);
/// assert!(explored.states > 100);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explore(procedure: &Procedure, limits: Limits) -> Explored {
    explore_roads(Road::main(Life::of(procedure.clone())), limits)
}

/// Explores what may become of a case from where it stands; its deadlines so far are not known.
pub fn explore_from(life: Life, limits: Limits) -> Explored {
    explore_roads(vec![Road::of(life)], limits)
}

fn explore_roads(roads: Vec<Road>, limits: Limits) -> Explored {
    let procedure = roads.first().map(|road| road.life.procedure());
    let procedure = procedure.map(|procedure| (procedure.id.clone(), procedure.terms.name.clone()));
    let explored = Explored { procedure, ..Explored::default() };
    let mut search = Search { limits, explored, known: BTreeMap::new(), found: vec![] };
    let mut queue: VecDeque<usize> = roads.into_iter().map(|road| search.add(road).0).collect();
    while let Some(at) = queue.pop_front() {
        if search.found[at].road.len() < limits.depth_max && search.found.len() < limits.states_max {
            queue.extend(search.expand(at));
        }
    }
    search.find_dead_ends();
    search.explored
}

struct Search {
    limits: Limits,
    explored: Explored,
    known: BTreeMap<Alike, usize>,
    found: Vec<Found>,
}

impl Search {
    /// The place of a state; a new one is checked against the laws. The second is true for a new one.
    fn add(&mut self, road: Road) -> (usize, bool) {
        let key = alike(&road);
        if let Some(known) = self.known.get(&key) {
            return (*known, false);
        }
        let at = self.found.len();
        self.known.insert(key, at);
        self.explored.states += 1;
        self.explored.depth = self.explored.depth.max(road.len());
        if let Err(what) = checked(&road) {
            self.explored.findings.push(Finding { what, road: road.told() });
        }
        self.found.push(Found { name: road.life.state().name(), road, next: None, is_cut: false });
        (at, true)
    }

    /// Takes every step from a state, and tells which states are new.
    fn expand(&mut self, at: usize) -> Vec<usize> {
        let road = self.found[at].road.clone();
        let (mut next, mut new) = (BTreeSet::new(), vec![]);
        let mut is_left_by_the_city = false;
        for (party, step) in moves::of(&road) {
            if road.times(&step.command) >= self.limits.repeats_max {
                self.found[at].is_cut = true;
                continue;
            }
            self.explored.asked += 1;
            let Some((edge, there)) = road.go(party, &step) else { continue };
            self.explored.granted += 1;
            if !edge.events.is_empty() {
                let example = || Example { life: road.when_asked(&step), step: step.clone() };
                let kind = (edge.command, edge.events.clone());
                self.explored.examples.entry(kind).or_insert_with(example);
            }
            self.explored.edges.insert(edge);
            let (to, is_new) = self.add(there);
            is_left_by_the_city |= to != at && party.is_of_the_city();
            next.insert(to);
            if is_new {
                new.push(to);
            }
        }
        next.remove(&at);
        if road.life.state().is_open() && !is_left_by_the_city && !self.found[at].is_cut {
            let what = format!("nobody of the city can do anything: the case is {}", self.found[at].name);
            self.explored.findings.push(Finding { what, road: road.told() });
        }
        self.found[at].next = Some(next.into_iter().collect());
        new
    }

    /// Goes back from the ends: what is not met has no way out. What was not looked at to the end goes the main road instead.
    fn find_dead_ends(&mut self) {
        self.explored.is_complete = self.found.iter().all(|found| found.next.is_some());
        let mut before: Vec<Vec<usize>> = vec![vec![]; self.found.len()];
        for (at, found) in self.found.iter().enumerate() {
            for next in found.next.iter().flatten() {
                before[*next].push(at);
            }
        }
        let mut reached: Vec<bool> = vec![false; self.found.len()];
        for at in 0..self.found.len() {
            if is_final(self.found[at].name) {
                go_back(at, &before, &mut reached);
            }
        }
        for at in 0..self.found.len() {
            let found = &self.found[at];
            if reached[at] {
                continue;
            }
            if (found.next.is_none() || found.is_cut) && found.road.can_end() {
                go_back(at, &before, &mut reached);
            } else {
                let what = format!("no way leads from here to an end: the case is {}", found.name);
                self.explored.findings.push(Finding { what, road: found.road.told() });
            }
        }
    }
}

/// Marks a state and all from which it is reached.
fn go_back(from: usize, before: &[Vec<usize>], reached: &mut [bool]) {
    let mut queue = vec![from];
    while let Some(at) = queue.pop() {
        if !std::mem::replace(&mut reached[at], true) {
            queue.extend(&before[at]);
        }
    }
}

/// True where nothing is left to do for anybody.
fn is_final(name: StateName) -> bool {
    matches!(name, StateName::Discarded | StateName::Closed | StateName::Disposed)
}

/// The laws of every case, and those of its agenda.
fn checked(road: &Road) -> Result<(), String> {
    road.check_agenda()?;
    let state = road.life.state();
    let waits = state.is_open() || state.has_open_money();
    if waits == (state.turn() == Turn::Nobody) {
        return Err(format!("it is the turn of {:?}, but the case is {}", state.turn(), state.name()));
    }
    // OK because nothing that a law broke on is used again.
    catch_unwind(AssertUnwindSafe(|| laws::hold(&road.life))).map_err(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        said.or_else(|| panic.downcast_ref::<&str>().map(|said| (*said).to_owned())).unwrap_or_default()
    })
}
