//! The questions W1 to W5, as they are asked of any store, and what is aimed at.

use std::ops::Range;
use std::sync::PoisonError;
use std::time::Duration;

use shinsei_benches::paired::Median;
use shinsei_peers_work::case::{Case, PapersFiled};
use shinsei_peers_work::draw::Draw;

use crate::comparison::{Field, Question};
use crate::options::Options;
use crate::ours::Latencies;

/// Our engine, which folds each case anew as everybody else does.
pub const OURS: &str = "shinsei";
/// The same with its folded states kept, as by default; nobody is compared with it.
pub const KEPT: &str = "shinsei, folded states kept";

/// Cases to which events are appended, and how many each has then.
const OPEN: Range<u64> = 0..5_000;
const OPEN_EVENTS: u64 = 4;

/// Cases of a log of 200,000 events: of usual length, of ten events and of a thousand.
const USUAL: Range<u64> = 0..4_700;
const USUAL_EVENTS: u64 = 40;
const SHORT: Range<u64> = 10_000..10_200;
const SHORT_EVENTS: u64 = 10;
const LONG: Range<u64> = 20_000..20_010;
const LONG_EVENTS: u64 = 1_000;
const LOG_EVENTS: u64 = 200_000;

/// How often something is done in a round: a tenth of a second or less for the fastest.
const APPENDS_BY_ONE: u64 = 200;
const APPENDS_BY_MANY: u64 = 1_280;
const LOADS_OF_SHORT: u64 = 400;
const LOADS_OF_LONG: u64 = 10;

/// Of others, who take seconds for the whole log, it is asked in so many rounds.
const ROUNDS_OF_OTHERS: usize = 3;

/// At least so many times as much as who is named.
pub type AtLeast = [(&'static str, f64)];

/// Appends by one task and by many.
pub fn appends(
    options: &Options,
    field: &mut Field,
    latencies: &Latencies,
    one: &AtLeast,
    many: &AtLeast,
    p99_max: Option<Duration>,
) {
    field.fill(&OPEN, OPEN_EVENTS);
    if options.ask(&["W1"]) {
        let title = "W1: one task loads a case, decides, appends";
        let question = Question { title, times: APPENDS_BY_ONE, rounds: options.rounds, among: None };
        let answers = field.ask(&question, |peer| peer.one(OPEN, APPENDS_BY_ONE));
        answers.beside(OURS, one);
    }
    if options.ask(&["W2"]) {
        let title = "W2: the same by 64 tasks";
        let question = Question { title, times: APPENDS_BY_MANY, rounds: options.rounds, among: None };
        let answers = field.ask(&question, |peer| peer.many(OPEN, APPENDS_BY_MANY));
        answers.beside(OURS, many);
        percentiles(latencies, p99_max);
    }
}

/// Loads, replays and sizes. What has no proof of its integrity is beside the replay with ours verified too.
pub fn reads(
    options: &Options,
    field: &mut Field,
    load: &AtLeast,
    replay: &AtLeast,
    verify: &AtLeast,
    bytes_max: f64,
) {
    field.fill(&USUAL, USUAL_EVENTS);
    field.fill(&SHORT, SHORT_EVENTS);
    field.fill(&LONG, LONG_EVENTS);
    let rounds = options.rounds;
    if options.ask(&["W3"]) {
        let title = "W3: load a case of 10 events";
        let question = Question { title, times: LOADS_OF_SHORT, rounds, among: None };
        let answers = field.ask(&question, |peer| peer.load(SHORT, SHORT_EVENTS, LOADS_OF_SHORT));
        answers.beside(OURS, load);
        let title = "W3: load a case of 1,000 events";
        let question = Question { title, times: LOADS_OF_LONG, rounds, among: None };
        let answers = field.ask(&question, |peer| peer.load(LONG, LONG_EVENTS, LOADS_OF_LONG));
        answers.beside(OURS, &load.iter().map(|(other, _)| (*other, 0.0)).collect::<Vec<_>>());
    }
    if options.ask(&["W4"]) {
        let bare: Vec<_> = [OURS].into_iter().chain(replay.iter().map(|(other, _)| *other)).collect();
        let title = "W4: replay 200,000 events";
        let question = Question { title, times: LOG_EVENTS, rounds, among: Some(&bare) };
        let answers = field.ask(&question, |peer| assert!(peer.replay() >= LOG_EVENTS));
        answers.beside(OURS, replay);
        let title = "W4: replay 200,000 events, with our tree verified on the way";
        let question = Question { title, times: LOG_EVENTS, rounds, among: Some(&bare) };
        let answers = field.ask(&question, |peer| assert!(peer.verify() >= LOG_EVENTS));
        answers.beside(OURS, verify);
        let others: Vec<_> = field.names().filter(|name| !bare.contains(name) && *name != EVENTO).collect();
        if !others.is_empty() {
            let title = "W4: replay 200,000 events, others";
            let rounds = ROUNDS_OF_OTHERS;
            let question = Question { title, times: LOG_EVENTS, rounds, among: Some(&others) };
            field.ask(&question, |peer| assert_eq!(peer.replay(), LOG_EVENTS));
        }
    }
    if options.ask(&["W5"]) {
        sizes(field, bytes_max);
    }
}

/// It is not asked to replay: what a page costs it grows with the pages before, so that 200,000 events take minutes.
pub const EVENTO: &str = "evento";

fn sizes(field: &mut Field, bytes_max: f64) {
    let sample = Case::history(LOG_EVENTS / 200, &mut Draw::new(1));
    let bytes: usize = sample.iter().map(|filed| PapersFiled::to_json(filed).len()).sum();
    let payload = bytes as f64 / sample.len() as f64;
    println!("W5: bytes an event, of which {payload:.0} are payload");
    for (name, bytes) in field.bytes() {
        let each = bytes as f64 / LOG_EVENTS as f64;
        let ratio = Median::of_one(each / payload);
        let said = if name == OURS { ratio.at_most(bytes_max) } else { ratio.to_string() };
        println!("  {name:<42} {each:>12.0}    {said}");
    }
}

/// How long the appends of many tasks took, one by one.
fn percentiles(latencies: &Latencies, p99_max: Option<Duration>) {
    let mut took = std::mem::take(&mut *latencies.lock().unwrap_or_else(PoisonError::into_inner));
    took.sort_unstable();
    let millis = |hundredths: usize| took[(took.len() - 1) * hundredths / 100].as_secs_f64() * 1e3;
    let p99 = Median::of_one(millis(99));
    let said = match p99_max {
        Some(max) => p99.at_most(max.as_secs_f64() * 1e3),
        None => p99.to_string(),
    };
    println!("  {OURS}: p50 {:.2} ms, p99 in ms {said}", millis(50));
}
