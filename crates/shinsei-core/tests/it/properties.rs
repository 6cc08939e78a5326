//! The laws of a case, on arbitrary procedures and arbitrary sequences of what may be asked.

use proptest::prelude::*;
use shinsei_conformance::life::{Life, Step};
use shinsei_conformance::{laws, strategies};
use shinsei_core::application::Application;
use shinsei_core::procedure::Procedure;

fn asked() -> impl Strategy<Value = (Procedure, Vec<Step>)> {
    strategies::procedure().prop_flat_map(|procedure| {
        let steps = strategies::steps(&procedure);
        (Just(procedure), steps)
    })
}

/// Another order of the same events.
fn shuffle<T>(events: &mut [T], mut seed: u64) {
    for last in (1..events.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        events.swap(last, usize::try_from(seed >> 33).unwrap() % (last + 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_order_of_events_panics_or_changes_an_arrival(
        lives in prop::collection::vec(asked(), 1..4),
        order in any::<prop::sample::Index>(),
        seed in any::<u64>(),
    ) {
        let lives = lives.iter().map(|(procedure, steps)| Life::of(procedure.clone()).run(steps));
        let mut events: Vec<_> = lives.flat_map(|life| life.history().to_vec()).collect();
        shuffle(&mut events, seed);
        events.truncate(order.index(events.len() + 1));
        let (mut state, mut arrival) = (Application::Absent, None);
        for recorded in &events {
            state = state.evolve(recorded);
            let now = state.arrival().map(|arrived| (arrived.arrived_at, arrived.procedure.clone(), arrived.form));
            prop_assert!(arrival.is_none() || arrival == now);
            arrival = now;
        }
    }

    #[test]
    fn the_laws_hold_after_every_step((procedure, steps) in asked()) {
        let mut life = Life::of(procedure);
        for step in &steps {
            let _ = life.ask(step);
            laws::hold(&life);
        }
    }
}
