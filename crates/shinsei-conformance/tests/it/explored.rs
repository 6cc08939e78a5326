//! Procedures of the sample catalog, explored: no state without a way out, no law broken, no deadline lost.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use shinsei_conformance::atlas::Atlas;
use shinsei_conformance::explore::{
    COMMANDS, Edge, Explored, Limits, Party, explore, explore_from, representatives,
};
use shinsei_conformance::life::Life;
use shinsei_core::rejection::StateName;

/// As deep as the documents are made of; two tests look at it.
pub(crate) static EXPLORED: LazyLock<Vec<Explored>> = LazyLock::new(|| {
    representatives().iter().map(|procedure| explore(procedure, Limits::default())).collect()
});

fn edges(explored: &[Explored]) -> impl Iterator<Item = &Edge> {
    explored.iter().flat_map(|explored| &explored.edges)
}

#[test]
fn the_representatives_have_no_dead_end_and_break_no_law() {
    for (procedure, explored) in representatives().iter().zip(&*EXPLORED) {
        assert_eq!(explored.findings, [], "{}", procedure.id);
    }
    // What nobody was ever granted was not explored.
    let granted: BTreeSet<&str> = edges(&EXPLORED).map(|edge| edge.command).collect();
    let never: Vec<_> = COMMANDS.iter().filter(|command| !granted.contains(*command)).collect();
    assert_eq!(never, [] as [&&str; 0], "commands that were never granted: offer them, or go deeper");
    let met: BTreeSet<StateName> = edges(&EXPLORED).flat_map(|edge| [edge.from, edge.to]).collect();
    // A case is Arrived only between two events of one commit.
    let expected: BTreeSet<StateName> =
        StateName::ALL.into_iter().filter(|state| *state != StateName::Arrived).collect();
    assert_eq!(met, expected);
    // Strangers and other divisions bring about nothing.
    let meddling: Vec<_> = edges(&EXPLORED)
        .filter(|edge| edge.by == Party::Stranger && edge.from != StateName::Absent)
        .collect();
    assert_eq!(meddling, [] as [&Edge; 0]);
}

/// What arrived and never got its number waits for ever: the rules would not have made it.
#[test]
fn a_state_without_a_way_out_is_found_with_the_road_to_it() {
    let mut life = Life::of(representatives()[1].clone());
    let submitted = Life::of(life.procedure().clone()).until(StateName::Received).history()[0].event.clone();
    life.record(submitted);
    let explored = explore_from(life, Limits::default());
    let dead_end = "no way leads from here to an end: the case is Arrived";
    assert!(explored.findings.iter().any(|finding| finding.what == dead_end), "{:#?}", explored.findings);
    assert_eq!((explored.states, explored.granted, explored.is_complete), (1, 0, true));
}

/// A certificate that was handed over before the fee was paid.
#[test]
fn a_history_that_breaks_a_law_is_found() {
    let certificate = representatives()[0].clone();
    let issued = Life::of(certificate.clone()).until(StateName::Issued);
    let mut life = Life::of(certificate).until(StateName::Decided);
    life.record(issued.history().last().unwrap().event.clone());
    let explored = explore_from(life, Limits { depth_max: 0, ..Limits::default() });
    assert_eq!(explored.findings[0].what, "issued before the fee was settled", "{:#?}", explored.findings);
}

#[test]
fn the_documents_of_the_states_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated");
    for (name, content) in Atlas::of(&*EXPLORED).documents() {
        let there = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(there == content, "docs/generated/{name} is stale: run cargo xtask diagram");
    }
}
