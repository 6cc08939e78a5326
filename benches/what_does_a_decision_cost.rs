//! What does it cost to decide on each command, to fold a case, and to read its events?
//!
//! `cargo bench -p shinsei-benches --bench what_does_a_decision_cost`. Targets (the issue of the whole life of a case):
//! decide and evolve under 2 µs for one command, folding twelve events under 10 µs. Each command and each deadline is taken
//! where an exploration of the representative procedures is first granted it; of several procedures the dearest counts.
//!
//! A submission, a paper and a correction bring a form and documents. These are read and digested before the decision, once however
//! often it is made: `prepare µs` is what that costs, and it is no part of the sum. Of all other commands it is nothing. What a
//! decision looks up beside the log, such as the fields of the case's form, is read from the store and proved there, which
//! `look up µs` counts without the store's own part. The last column is the whole: what one command costs on its way, but for the
//! signature, the store and the log.

#![expect(clippy::print_stdout, reason = "a bench prints what it found")]

use std::collections::BTreeMap;
use std::hint::black_box;

use shinsei_benches::paired::{Median, Paired};
use shinsei_conformance::explore::{Example, Limits, explore, representatives};
use shinsei_conformance::life::Life;
use shinsei_core::application::Application;
use shinsei_core::catalog::Catalog;
use shinsei_core::decide::decide;
use shinsei_core::decider::{Context, Decider as _};
use shinsei_core::event::Event;
use shinsei_core::event_format::{EventFormat, Proposed};
use shinsei_core::record::Recorded;
use shinsei_core::rejection::StateName;

/// Times each subject runs in a round.
const TIMES: usize = 64;

/// Rounds of each command: there are some six hundred of them.
const ROUNDS: usize = 41;

/// Microseconds that deciding on one command and evolving with its events may take.
const ONE_COMMAND: f64 = 2.0;

/// Microseconds that folding twelve events may take.
const TWELVE_EVENTS: f64 = 10.0;

/// What one command costs, in microseconds.
struct Cost {
    procedure: String,
    decide: Median,
    evolve: Median,
    prepare: Median,
    look_up: Median,
}

impl Cost {
    fn sum(&self) -> f64 {
        self.decide.middle + self.evolve.middle
    }

    fn whole(&self) -> f64 {
        self.sum() + self.prepare.middle + self.look_up.middle
    }
}

fn main() {
    let mut dearest: BTreeMap<&'static str, Cost> = BTreeMap::new();
    for procedure in representatives() {
        for ((command, _), example) in explore(&procedure, Limits::default()).examples {
            let cost = cost(&example);
            if dearest.get(command).is_none_or(|known| known.sum() < cost.sum()) {
                dearest.insert(command, cost);
            }
        }
    }
    let mut table: Vec<(&str, Cost)> = dearest.into_iter().collect();
    table.sort_by(|(_, one), (_, other)| other.sum().total_cmp(&one.sum()));
    println!("| command | procedure | decide µs | evolve µs | sum µs | prepare µs | look up µs | whole µs |");
    println!("|---|---|---|---|---|---|---|---|");
    for (command, cost) in &table {
        let Cost { procedure, decide, evolve, prepare, look_up } = cost;
        let (sum, whole) = (cost.sum(), cost.whole());
        println!(
            "| {command} | {procedure} | {decide} | {evolve} | {sum:.2} | {prepare} | {look_up} | {whole:.2} |"
        );
    }
    let over: Vec<&str> =
        table.iter().filter(|(_, cost)| cost.sum() > ONE_COMMAND).map(|(name, _)| *name).collect();
    if let Some((worst, cost)) = table.first() {
        println!("worst of {}: {worst}, {:.2} µs; over {ONE_COMMAND} µs: {over:?}", table.len(), cost.sum());
    }
    of_a_whole_case();
}

/// One command where it is granted: deciding, with the decision thrown away; evolving with what it brings about, without
/// the cost of the copy that is evolved.
fn cost(example: &Example) -> Cost {
    let step = &example.step;
    let at = example.life.now().saturating_add_micros(i64::from(step.after_minutes) * 60_000_000);
    let life = example.life.clone().at(at);
    let mut lived = example.life.clone();
    lived.ask(step).expect("an example is granted");
    let events: Vec<Recorded<Event>> = lived.history()[life.history().len()..].to_vec();
    let measured = life.in_context(step, |context| {
        let mut decides = || {
            for _ in 0..TIMES {
                drop(black_box(decide(black_box(life.state()), black_box(&step.command), context)));
            }
        };
        let mut copies = || {
            for _ in 0..TIMES {
                drop(black_box(black_box(life.state()).clone()));
            }
        };
        let mut evolves = || {
            for _ in 0..TIMES {
                let copy = black_box(life.state()).clone();
                drop(black_box(black_box(&events).iter().fold(copy, Application::evolve)));
            }
        };
        let unprepared = Context { prepared: None, ..*context };
        let mut prepares = || {
            for _ in 0..TIMES {
                drop(black_box(life.state().prepare(black_box(&step.command), black_box(&unprepared))));
            }
        };
        let mut looks_up = || {
            for _ in 0..TIMES {
                drop(black_box(life.looked_up(black_box(&step.command))));
            }
        };
        let subjects: &mut [&mut dyn FnMut()] =
            &mut [&mut decides, &mut evolves, &mut copies, &mut prepares, &mut looks_up];
        let paired = Paired::run(ROUNDS, subjects);
        let micros = |subject| paired.micros(subject, TIMES);
        (micros(0), paired.beyond(1, 2, TIMES), micros(3), micros(4))
    });
    let (decide, evolve, prepare, look_up) = measured.expect("an example's signature holds");
    Cost { procedure: life.procedure().id.to_string(), decide, evolve, prepare, look_up }
}

/// Folding and reading a case of the main road, signed and paid for.
fn of_a_whole_case() {
    let catalog = Catalog::sample();
    let procedure = catalog.procedures().iter().find(|procedure| procedure.id.as_str() == "JU-001");
    let closed = Life::of(procedure.expect("the sample catalog has it").clone()).until(StateName::Closed);
    let history = closed.history();
    let mut folds = || {
        for _ in 0..TIMES {
            drop(black_box(black_box(history).iter().fold(Application::default(), Application::evolve)));
        }
    };
    let proposed = history.iter().map(|recorded| Proposed::Event(recorded.event.clone()));
    let records: Vec<_> = proposed.map(|proposed| proposed.to_record().expect("JSON")).collect();
    let mut reads = || {
        for _ in 0..TIMES {
            let payloads = records.iter().filter(|record| record.payload != b"{}");
            let read =
                payloads.map(|record| Event::from_payload(record.event_type, black_box(&record.payload)));
            assert!(black_box(read.map(Result::ok).all(|event| event.is_some())));
        }
    };
    let paired = Paired::run(ROUNDS, &mut [&mut folds, &mut reads]);
    println!("fold {} events: {} µs", history.len(), paired.micros(0, TIMES).at_most(TWELVE_EVENTS));
    println!("read {} payloads: {} µs", records.len(), paired.micros(1, TIMES));
}
