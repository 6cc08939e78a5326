//! A run from its preparation to what is said of it.

use std::fs;
use std::sync::Arc;
use std::time::Instant;

use residents::resident::{SIGNED_FORMS_MAX, with_signatures};
use residents::road::Signatures;
use residents::town::municipalities;
use serde_json::json;
use shinsei::clock::SystemClock;
use shinsei::engine::{Engine, Settings};
use shinsei::entropy::OsEntropy;
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::ids::Municipality;
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::store::Store as _;

use crate::Ended;
use crate::acknowledged::Acknowledgements;
use crate::arguments::Plan;
use crate::counted::Counted;
use crate::drive::{Drive, Driven};
use crate::latency::Latencies;
use crate::store::Location;

/// Prepares, drives, and tells what came of it.
///
/// # Errors
/// Why it could not begin, or broke off.
pub(crate) fn drive(plan: &Plan) -> Result<String, Ended> {
    let acks =
        match &plan.acks {
            None => None,
            Some(path) => Some(Acknowledgements::append_to(path).map_err(|error| {
                Ended::cannot(format!("{} cannot be appended to: {error}", path.display()))
            })?),
        };
    // Closed, as it will be afterwards: an open one has room that it does not need yet.
    let bytes_before = plan.store.bytes();
    let store = Arc::new(Counted::new(plan.store.open().map_err(Ended::cannot)?));

    let preparing = Instant::now();
    let (signed, verifier) = match plan.signatures {
        Signatures::Exempt => (vec![], CmsVerifier::new(vec![])),
        Signatures::Real => {
            let number = plan.cases.unwrap_or(SIGNED_FORMS_MAX).min(SIGNED_FORMS_MAX);
            with_signatures(number, SystemClock.now(), &OsEntropy).map_err(Ended::failed)?
        }
    };
    let prepared = preparing.elapsed();

    let cities = municipalities(plan.municipalities);
    let codes: Vec<Municipality> = cities.iter().map(|city| city.municipality).collect();
    let settings = Settings::new(cities);
    let engine = if store.guarantees().durable {
        Engine::open(Arc::clone(&store) as _, Arc::new(verifier), settings)
    } else {
        Engine::volatile(Arc::clone(&store) as _, Arc::new(verifier), settings)
    };
    let engine = engine.map_err(Ended::failed)?;
    let drive = Drive {
        plan,
        engine: &engine,
        entropy: &OsEntropy,
        municipalities: &codes,
        signed: &signed,
        acks: acks.as_ref(),
    };
    // Others may write to it at the same time; what it grows by is theirs too.
    let size = || codes.iter().map(|code| Some(store.head(*code).ok()?.size)).sum::<Option<u64>>();
    let size_before = size();
    let driven = drive.run().map_err(Ended::failed)?;
    drop(engine);

    let appended = size_before.zip(size()).map(|(before, after)| after.saturating_sub(before));
    let (transactions, records) = (store.transactions(), store.records());
    // Closed, so that all of it is in the file.
    drop(store);
    let grown = bytes_before.zip(plan.store.bytes()).map(|(before, after)| after.saturating_sub(before));
    let figures = Figures {
        driven,
        forms: signed.len(),
        preparing_seconds: prepared.as_secs_f64(),
        transactions,
        records,
        bytes_per_event: grown.zip(appended).map(|(bytes, records)| ratio(bytes, records)),
        peak_memory_bytes: peak_memory(),
    };
    Ok(if plan.json { figures.json(plan) } else { figures.text(plan) })
}

/// What is said of a run.
struct Figures {
    driven: Driven,
    forms: usize,
    preparing_seconds: f64,
    transactions: u64,
    records: u64,
    bytes_per_event: Option<f64>,
    peak_memory_bytes: Option<u64>,
}

impl Figures {
    fn commands_per_second(&self) -> f64 {
        self.driven.commands.total() as f64 / self.seconds()
    }

    /// Whole cases were driven, so that the other commands of as many ran in the same time.
    fn submissions_per_second(&self) -> f64 {
        self.driven.submissions.total() as f64 / self.seconds()
    }

    fn events_per_second(&self) -> f64 {
        self.records as f64 / self.seconds()
    }

    fn seconds(&self) -> f64 {
        self.driven.took.as_secs_f64().max(1e-9)
    }

    fn json(&self, plan: &Plan) -> String {
        let millis = |latencies: &Latencies| {
            json!({
                "p50": latencies.of_thousand(500),
                "p99": latencies.of_thousand(990),
                "p99.9": latencies.of_thousand(999),
            })
        };
        let figures = json!({
            "store": plan.store.kind(),
            "signatures": signatures(plan.signatures),
            "concurrency": plan.concurrency,
            "municipalities": plan.municipalities,
            "seconds": self.seconds(),
            "cases": self.driven.cases,
            "sent_again": self.driven.sent_again,
            "submissions_acknowledged": self.driven.submissions.total(),
            "commands": self.driven.commands.total(),
            "events": self.records,
            "commands_per_second": self.commands_per_second(),
            "submissions_per_second": self.submissions_per_second(),
            "events_per_second": self.events_per_second(),
            "command_milliseconds": millis(&self.driven.commands),
            "submission_milliseconds": millis(&self.driven.submissions),
            "durable_transactions": self.transactions,
            "commands_per_transaction": ratio(self.driven.commands.total(), self.transactions),
            "bytes_per_event": self.bytes_per_event,
            "peak_memory_bytes": self.peak_memory_bytes,
            "signed_forms": self.forms,
            "preparing_seconds": self.preparing_seconds,
        });
        format!("{figures}\n")
    }

    fn text(&self, plan: &Plan) -> String {
        let Driven { cases, commands, submissions, sent_again, .. } = &self.driven;
        let kind = format!("{}, signatures {}", plan.store.kind(), signatures(plan.signatures));
        let cities = match plan.municipalities {
            1 => "1 municipality".to_owned(),
            several => format!("{several} municipalities"),
        };
        let spread = format!("{} at a time, {cities}", plan.concurrency);
        let percentiles = |latencies: &Latencies| {
            let [half, most, nearly_all] = [500, 990, 999].map(|wanted| latencies.of_thousand(wanted));
            format!("p50 {half:.2} ms, p99 {most:.2} ms, p99.9 {nearly_all:.2} ms")
        };
        let durable = if plan.store == Location::Memory { "transactions" } else { "durable transactions" };
        let group = ratio(commands.total(), self.transactions);
        let prepared = || format!("{} signed forms in {:.1} s", self.forms, self.preparing_seconds);
        let lines = [
            ("run", Some(format!("{kind}, {spread}"))),
            ("prepared", (self.forms > 0).then(prepared)),
            ("cases", Some(format!("{cases} in {:.2} s", self.seconds()))),
            ("commands", Some(format!("{}, {:.0}/s", commands.total(), self.commands_per_second()))),
            (
                "submissions",
                Some(format!("{}, {:.0}/s among them", submissions.total(), self.submissions_per_second())),
            ),
            ("sent again", (*sent_again > 0).then(|| sent_again.to_string())),
            ("events", Some(format!("{}, {:.0}/s", self.records, self.events_per_second()))),
            ("a command", Some(percentiles(commands))),
            ("a submission", Some(percentiles(submissions))),
            (durable, Some(format!("{}, {group:.1} commands each", self.transactions))),
            (
                "bytes per event",
                self.bytes_per_event.map(|bytes| format!("{bytes:.0}, documents and indexes included")),
            ),
            (
                "peak memory, here",
                self.peak_memory_bytes.map(|bytes| format!("{:.1} MiB", bytes as f64 / 1_048_576.0)),
            ),
        ];
        let lines = lines.into_iter().filter_map(|(name, value)| Some(format!("{name:<20} {}\n", value?)));
        lines.collect()
    }
}

fn ratio(of: u64, to: u64) -> f64 {
    of as f64 / to.max(1) as f64
}

fn signatures(signatures: Signatures) -> &'static str {
    match signatures {
        Signatures::Real => "real",
        Signatures::Exempt => "exempt",
    }
}

/// The most memory that this process has had, as Linux counts it; `None` elsewhere.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1_024)
}
