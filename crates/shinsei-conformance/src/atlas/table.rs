//! Who may do what in which state, as tables of Markdown.

use std::collections::{BTreeMap, BTreeSet};

use shinsei_core::rejection::StateName;

use crate::explore::{Edge, Party};

/// A command in a state: who was granted it, what happened, and where the case stood then.
#[derive(Default)]
struct Cell {
    by: BTreeSet<Party>,
    events: BTreeSet<String>,
    to: BTreeSet<StateName>,
}

/// The table of commands and states, and below it one table for each state with what happens.
pub(super) fn of(states: &[StateName], edges: &BTreeSet<Edge>) -> String {
    let mut cells: BTreeMap<(StateName, &str), Cell> = BTreeMap::new();
    for edge in edges {
        let cell = cells.entry((edge.from, edge.command)).or_default();
        cell.by.insert(edge.by);
        cell.to.insert(edge.to);
        cell.events.insert(if edge.events.is_empty() { "–".to_owned() } else { edge.events.join(", ") });
    }
    let mut out = overview(states, &cells);
    for state in states {
        let of_state: Vec<_> = cells.iter().filter(|((from, _), _)| from == state).collect();
        out += &format!("\n## {state} ({})\n\n", state.label());
        if of_state.is_empty() {
            out += "Nothing is granted here: it is an end.\n";
            continue;
        }
        out += "| asked | by | what happens | then |\n|---|---|---|---|\n";
        for ((_, command), cell) in of_state {
            let by: Vec<&str> = cell.by.iter().map(|party| party.name()).collect();
            let events: Vec<&str> = cell.events.iter().map(String::as_str).collect();
            let to: Vec<String> = cell.to.iter().map(ToString::to_string).collect();
            out += &format!(
                "| {command} | {} | {} | {} |\n",
                by.join("・"),
                events.join("<br/>"),
                to.join(", ")
            );
        }
    }
    out
}

/// Commands down, states across, and in each cell the letters of those who were granted it.
fn overview(states: &[StateName], cells: &BTreeMap<(StateName, &str), Cell>) -> String {
    let names: Vec<String> = states.iter().map(ToString::to_string).collect();
    let mut out = format!("| | {} |\n|---|{}\n", names.join(" | "), "---|".repeat(names.len()));
    let commands: BTreeSet<&str> = cells.keys().map(|(_, command)| *command).collect();
    for command in commands {
        let letters = |state: &StateName| match cells.get(&(*state, command)) {
            None => String::new(),
            Some(cell) => cell.by.iter().map(|party| party.letter()).collect(),
        };
        let row: Vec<String> = states.iter().map(letters).collect();
        out += &format!("| {command} | {} |\n", row.join(" | "));
    }
    let legend: Vec<String> =
        Party::ALL.iter().map(|party| format!("{} {}", party.letter(), party.name())).collect();
    format!("{out}\n{}\n", legend.join(" · "))
}
