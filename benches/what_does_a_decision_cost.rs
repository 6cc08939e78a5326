//! What does it cost to decide on a command, to fold a case, and to read its events?
//!
//! `cargo bench -p shinsei-benches --bench what_does_a_decision_cost`. Targets (the issue of the whole life of a case):
//! decide and evolve under 2 µs, folding twelve events under 10 µs.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use shinsei_conformance::life::Life;
use shinsei_core::application::Application;
use shinsei_core::calendar::Calendar;
use shinsei_core::catalog::Catalog;
use shinsei_core::command::Command;
use shinsei_core::decide::decide;
use shinsei_core::decider::Context;
use shinsei_core::document::Seed;
use shinsei_core::event::Event;
use shinsei_core::event_format::{EventFormat, Proposed};
use shinsei_core::rejection::StateName;
use shinsei_core::service_hours::ServiceHours;

fn cases(criterion: &mut Criterion) {
    let catalog = Catalog::sample();
    let procedure = catalog.procedures().iter().find(|procedure| procedure.id.as_str() == "JU-001");
    let life = || Life::of(procedure.expect("the sample catalog has it").clone());
    let (received, closed) = (life().until(StateName::Received), life().until(StateName::Closed));
    let calendar = Calendar::standard();
    let hours = ServiceHours::daily_three_to_four();
    let officer = received.officer();
    let context = Context {
        registration_required: true,
        ..Context::bare(
            received.now(),
            "012025".parse().expect("a code"),
            received.case().into(),
            &officer,
            &calendar,
            &hours,
            Seed([7; 32]),
        )
    };
    criterion.bench_function("decide: StartReview", |bencher| {
        bencher.iter(|| decide(black_box(received.state()), black_box(&Command::StartReview), &context));
    });
    criterion.bench_function(&format!("fold: {} events", closed.history().len()), |bencher| {
        bencher.iter(|| black_box(closed.history()).iter().fold(Application::default(), Application::evolve));
    });
    let proposed = closed.history().iter().map(|recorded| Proposed::Event(recorded.event.clone()));
    let records: Vec<_> = proposed.map(|proposed| proposed.to_record().expect("JSON")).collect();
    criterion.bench_function(&format!("read: {} payloads", records.len()), |bencher| {
        bencher.iter(|| {
            let payloads = records.iter().filter(|record| record.payload != b"{}");
            payloads
                .map(|record| Event::from_payload(record.event_type, black_box(&record.payload)))
                .all(|read| read.is_ok())
        });
    });
}

criterion_group!(benches, cases);
criterion_main!(benches);
