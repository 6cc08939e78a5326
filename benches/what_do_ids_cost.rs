//! What does it cost to read the ids that come with every command and every record?
//!
//! `cargo bench -p shinsei-benches --bench what_do_ids_cost`

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use shinsei_core::ids::{Municipality, ProcedureId, StreamId};

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    group.bench_function("municipality", |bencher| {
        bencher.iter(|| black_box("012025").parse::<Municipality>());
    });
    group.bench_function("procedure", |bencher| {
        bencher.iter(|| ProcedureId::new(black_box("JU-001")));
    });
    let stream = [1; 17];
    group.bench_function("stream", |bencher| {
        bencher.iter(|| StreamId::from_bytes(black_box(&stream)));
    });
    group.finish();
}

criterion_group!(benches, reading);
criterion_main!(benches);
