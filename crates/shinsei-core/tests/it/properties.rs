//! The laws of a case, on arbitrary procedures and arbitrary sequences of what may be asked.

use proptest::prelude::*;
use shinsei_conformance::life::{Life, Step};
use shinsei_conformance::{laws, strategies};
use shinsei_core::procedure::Procedure;

fn asked() -> impl Strategy<Value = (Procedure, Vec<Step>)> {
    strategies::procedure().prop_flat_map(|procedure| {
        let steps = strategies::steps(&procedure);
        (Just(procedure), steps)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_laws_hold_after_every_step((procedure, steps) in asked()) {
        let mut life = Life::of(procedure);
        for step in &steps {
            let _ = life.ask(step);
            laws::hold(&life);
        }
    }
}
