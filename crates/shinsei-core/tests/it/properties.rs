//! The laws of a case, on arbitrary procedures and arbitrary sequences of what may be asked.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use shinsei_conformance::life::{Life, Step};
use shinsei_conformance::{laws, strategies};
use shinsei_core::application::Application;
use shinsei_core::event::Event;
use shinsei_core::procedure::{Fee, Procedure};
use shinsei_core::record::Recorded;
use shinsei_core::rejection::StateName;

fn asked() -> impl Strategy<Value = (Procedure, Vec<Step>)> {
    strategies::procedure().prop_flat_map(|procedure| {
        let steps = strategies::steps(&procedure);
        (Just(procedure), steps)
    })
}

/// Events of several lives, one after another.
fn events() -> impl Strategy<Value = Vec<Recorded<Event>>> {
    prop::collection::vec(asked(), 1..4).prop_map(|lives| {
        let lives = lives.iter().map(|(procedure, steps)| Life::of(procedure.clone()).run(steps));
        lives.flat_map(|life| life.history().to_vec()).collect()
    })
}

proptest! {
    #[test]
    fn the_laws_hold_after_every_step((procedure, steps) in asked()) {
        let mut life = Life::of(procedure);
        for step in &steps {
            let _ = life.ask(step);
            laws::hold(&life);
        }
    }

    #[test]
    fn what_is_refused_changes_nothing((procedure, steps) in asked()) {
        let mut life = Life::of(procedure);
        for step in &steps {
            let before = life.clone();
            if life.ask(step).is_err() {
                prop_assert_eq!(life.state(), before.state());
                prop_assert_eq!(life.history(), before.history());
                prop_assert!(life.documents() == before.documents());
            }
        }
    }

    #[test]
    fn the_rules_in_force_at_arrival_govern_the_case_for_life(
        (procedure, steps) in asked(),
        other in strategies::procedure(),
    ) {
        let mut life = Life::of(procedure);
        let mut revised = life.clone();
        for step in &steps {
            let said = life.ask(step);
            prop_assert!(revised.ask(step).ok() == said.ok());
            if life.state().arrival().is_some() {
                revised = revised.with_edition(Procedure { edition: 2, ..other.clone() });
            }
        }
    }

    #[test]
    fn no_order_of_events_panics_or_changes_an_arrival(events in events().prop_shuffle()) {
        let (mut state, mut arrival) = (Application::Absent, None);
        for recorded in &events {
            state = state.evolve(recorded);
            let now = state.arrival().map(|arrived| (arrived.arrived_at, arrived.procedure.clone(), arrived.applicant, arrived.paper));
            prop_assert!(arrival.is_none() || arrival == now);
            arrival = now;
        }
    }
}

/// Properties say little about states that no sequence reaches.
#[test]
fn the_strategies_reach_every_end_and_are_refused_on_the_way() {
    let mut runner = TestRunner::deterministic();
    let mut reached = BTreeMap::new();
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..3_072 {
        let (procedure, steps) = asked().new_tree(&mut runner).unwrap().current();
        let costs = procedure.terms.fee != Fee::Free;
        let life = Life::of(procedure).run(&steps);
        accepted += steps.len() - life.refusals().len();
        refused += life.refusals().len();
        *reached.entry((life.state().name(), costs)).or_insert(0) += 1;
    }
    let often = [StateName::Received, StateName::UnderReview, StateName::Closed];
    for end in often.into_iter().flat_map(|end| [(end, false), (end, true)]) {
        assert!(reached.get(&end).is_some_and(|cases| *cases >= 10), "{end:?} in {reached:?}");
    }
    let on_the_way = [StateName::AwaitingCorrection, StateName::AwaitingApproval, StateName::Forwarded];
    for end in on_the_way.into_iter().chain([StateName::Decided, StateName::Issued]) {
        assert!(reached.keys().any(|(state, _)| *state == end), "{end} in {reached:?}");
    }
    assert!(accepted > 1_000 && refused > 500, "{accepted} accepted, {refused} refused");
}
