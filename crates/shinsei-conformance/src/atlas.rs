//! What explorations saw, for people to read: the states of a case as a diagram, and who may do what in which.
//!
//! Nothing here is written by hand: a step that nobody was granted in any exploration stands in none of it.

mod drawing;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use shinsei_core::rejection::StateName;

use crate::explore::{Edge, Explored, Limits, Party, explore, representatives};

/// What several explorations saw together.
#[derive(Clone, Debug, Default)]
pub struct Atlas {
    edges: BTreeSet<Edge>,
    counted: Vec<Counted>,
}

/// How much of a procedure was explored.
#[derive(Clone, Debug)]
struct Counted {
    procedure: String,
    name: String,
    states: usize,
    asked: usize,
    granted: usize,
    kinds: usize,
}

/// A way from one state to another: by which commands, and who gives each.
type Way<'a> = BTreeMap<&'a str, BTreeSet<Party>>;

impl Atlas {
    /// Puts explorations together.
    pub fn of<'a>(explorations: impl IntoIterator<Item = &'a Explored>) -> Self {
        let mut atlas = Self::default();
        for explored in explorations {
            // A deadline that was moot brought about nothing.
            atlas.edges.extend(explored.edges.iter().filter(|edge| !edge.events.is_empty()).cloned());
            atlas.counted.extend(Counted::of(explored));
        }
        atlas
    }

    /// What is known of the sample catalog: its representatives, explored as deep as [`Limits`] says by default.
    pub fn of_the_sample() -> Self {
        let explored: Vec<Explored> =
            representatives().iter().map(|procedure| explore(procedure, Limits::default())).collect();
        Self::of(&explored)
    }

    /// The documents that the project keeps of it, by the names of their files.
    pub fn documents(&self) -> Vec<(&'static str, String)> {
        let note = "Made by running the rules over the representatives of the sample catalog: `cargo xtask diagram`.";
        let states = format!(
            "# The states of a case\n\n{note}\nSteps that leave a case where it stands are in [the table](commands.md).\n\n\
             ![The states of a case, and what leads from one to another](states.svg)\n\n```mermaid\n{}```\n",
            self.to_mermaid()
        );
        let commands = format!(
            "# Who may do what, in which state\n\n{note}\nWhat is granted depends on the procedure and on what happened before: \
             here stands whatever was granted\nto somebody at least once. What passes by itself has the name of its \
             deadline.\n\n{}",
            self.to_table()
        );
        let explored = format!(
            "# How much was explored\n\n{note}\nIt begins at every place of the main road and goes {} steps from there: everybody asks \
             everything in every state. Every state keeps all laws;\nfrom every one there is a way to the end. `cargo run --release \
             -p shinsei-conformance --example explore -- --depth 3` goes further.\n\n{}",
            Limits::default().depth_max,
            self.to_counts()
        );
        vec![
            ("states.md", states),
            ("states.svg", self.to_svg()),
            ("commands.md", commands),
            ("explored.md", explored),
        ]
    }

    /// The states that a case was in, in the order of the main road.
    fn states(&self) -> Vec<StateName> {
        let was = |state: &StateName| self.edges.iter().any(|edge| edge.from == *state || edge.to == *state);
        StateName::ALL.into_iter().filter(was).collect()
    }

    /// The ways that lead elsewhere.
    fn ways(&self) -> BTreeMap<(StateName, StateName), Way<'_>> {
        let mut ways: BTreeMap<_, Way<'_>> = BTreeMap::new();
        for edge in self.edges.iter().filter(|edge| edge.from != edge.to) {
            ways.entry((edge.from, edge.to)).or_default().entry(edge.command).or_default().insert(edge.by);
        }
        ways
    }

    /// The states and the ways between them, as mermaid's `stateDiagram-v2`.
    pub fn to_mermaid(&self) -> String {
        let mut out = String::from("stateDiagram-v2\n");
        for state in self.states() {
            out += &format!("    {state}: {state}<br/>{}\n", state.label());
        }
        out += &format!("    [*] --> {}\n", StateName::Absent);
        for ((from, to), way) in self.ways() {
            let commands: Vec<&str> = way.into_keys().collect();
            out += &format!("    {from} --> {to}: {}\n", commands.join("<br/>"));
        }
        let ways = self.ways();
        for state in self.states() {
            if !ways.keys().any(|(from, _)| *from == state) {
                out += &format!("    {state} --> [*]\n");
            }
        }
        out
    }

    /// The same as a drawing.
    pub fn to_svg(&self) -> String {
        drawing::of(&self.states(), &self.ways())
    }

    /// How many states each procedure has, and how much was asked in them, as a table of Markdown.
    pub fn to_counts(&self) -> String {
        let mut out = String::from(
            "| procedure | states | requests | granted | kinds of step |\n|---|--:|--:|--:|--:|\n",
        );
        for Counted { procedure, name, states, asked, granted, kinds } in &self.counted {
            out += &format!("| {procedure} {name} | {states} | {asked} | {granted} | {kinds} |\n");
        }
        let sum = |of: fn(&Counted) -> usize| self.counted.iter().map(of).sum::<usize>();
        let (states, asked, granted) = (sum(|one| one.states), sum(|one| one.asked), sum(|one| one.granted));
        out + &format!("| together | {states} | {asked} | {granted} | {} |\n", self.edges.len())
    }

    /// Who may do what in which state, as tables of Markdown.
    pub fn to_table(&self) -> String {
        table::of(&self.states(), &self.edges)
    }
}

impl Counted {
    fn of(explored: &Explored) -> Option<Self> {
        let Explored { procedure, states, asked, granted, edges, .. } = explored;
        let (procedure, name) = procedure.clone()?;
        let (states, asked, granted, kinds) = (*states, *asked, *granted, edges.len());
        Some(Self { procedure: procedure.to_string(), name, states, asked, granted, kinds })
    }
}
