//! Writes a corpus of histories for later programs to be compared with: of the roads that an exploration finds, so few and
//! so short ones that together they hold every event of a case; and the life of a registration, a mandate, the service, a
//! calendar, a procedure and what became of notices.
//!
//! `cargo run -p shinsei-proof --example histories -- FOLDER`, a folder that is not there yet. What is written is the same
//! each time as long as the rules are. What was kept once in `tests/histories` is never written again.

mod streams;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};
use shinsei_conformance::explore::{Limits, explore, representatives};
use shinsei_conformance::life::Life;
use shinsei_core::bytes::hex;
use shinsei_core::event::Event;
use shinsei_core::event_format::{EventFormat, Proposed};
use shinsei_core::ids::StreamKind;
use shinsei_core::number::ReceiptNumber;
use shinsei_core::record::{Codec, Number, RawRecord, Recorded};
use shinsei_core::tree::Frontier;
use shinsei_proof::replay::{STATES, replay, written};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder] = &arguments[..] else {
        eprintln!("usage: histories FOLDER");
        return ExitCode::from(2);
    };
    match write_all(Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("histories: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write_all(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut histories = streams::all()?;
    for (name, life) in chosen() {
        let mut log = Log::default();
        for recorded in life.history() {
            log.append(recorded)?;
        }
        histories.push((name, log));
    }
    for (name, log) in histories {
        let bundle = folder.join(name);
        fs::create_dir_all(&bundle)?;
        log.write(&bundle)?;
        let replayed = replay(&bundle)?;
        let mut file = fs::File::options().write(true).create_new(true).open(bundle.join(STATES))?;
        std::io::Write::write_all(&mut file, written(&replayed.states).as_bytes())?;
    }
    Ok(())
}

/// Histories that together hold every kind of event: each time the one that holds most of what is still missing, and of
/// those the shortest. Each is called by the last thing that happened.
fn chosen() -> Vec<(String, Life)> {
    let mut lives = Vec::new();
    for procedure in representatives() {
        for ((name, events), example) in explore(&procedure, Limits::default()).examples {
            let mut life = example.life;
            if life.ask(&example.step).is_ok() {
                let last = events.last().copied().unwrap_or(name);
                lives.push((format!("{}-{}", procedure.id, kebab(last)).to_lowercase(), life));
            }
        }
    }
    let mut missing: BTreeSet<&str> = lives.iter().flat_map(|(_, life)| kinds(life)).collect();
    let mut chosen = Vec::new();
    while !missing.is_empty() {
        let gain = |(_, life): &(String, Life)| {
            let new = kinds(life).intersection(&missing).count();
            (new, usize::MAX - life.history().len())
        };
        let Some(best) = (0..lives.len()).max_by_key(|at| gain(&lives[*at])) else { break };
        let (name, life) = lives.swap_remove(best);
        missing = missing.difference(&kinds(&life)).copied().collect();
        chosen.push((name, life));
    }
    chosen
}

fn kinds(life: &Life) -> BTreeSet<&'static str> {
    life.history().iter().map(|recorded| recorded.event.event_type().0).collect()
}

/// `CorrectionRequested` as `correction-requested`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

/// The municipality of every life.
const MUNICIPALITY: &str = "012025";

/// A bundle without documents, in the form of docs/bundle-format.md, as it grows.
#[derive(Default)]
struct Log {
    tree: Frontier,
    lines: String,
}

impl Log {
    fn write(&self, bundle: &Path) -> Result<(), Box<dyn std::error::Error>> {
        let head = self.tree.head();
        let manifest = json!({
            "form": "shinsei bundle 1",
            "municipality": MUNICIPALITY,
            "records": head.size,
            "head": { "size": head.size, "root": hex(&head.root.0) },
        });
        fs::write(bundle.join("records.jsonl"), &self.lines)?;
        fs::write(bundle.join("bundle.json"), serde_json::to_string_pretty(&manifest)? + "\n")?;
        Ok(())
    }

    /// Adds a line of `records.jsonl`, and its leaf to the tree.
    fn append<E: EventFormat + Clone>(
        &mut self,
        recorded: &Recorded<E>,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let record = Proposed::Event(recorded.event.clone()).to_record()?;
        let number = (record.event_type == "ReceiptIssued").then(|| receipt(&record.payload)).flatten();
        let leaf = RawRecord {
            municipality: MUNICIPALITY.parse()?,
            position: recorded.position,
            stream: recorded.stream,
            version: recorded.version,
            recorded_at: recorded.recorded_at,
            command: recorded.command,
            number: number.clone(),
            event_type: record.event_type,
            schema_version: record.schema_version,
            codec: Codec::Json,
            payload: &record.payload,
        }
        .leaf();
        self.tree.append(leaf, |_| {});
        let number = number.map(|number| json!({ "series": number.series.as_str(), "value": number.value }));
        let members: [(&str, Value); 9] = [
            ("position", json!(recorded.position.0)),
            ("stream", json!(format!("{}/{}", named(recorded.stream.kind), recorded.stream.id))),
            ("version", json!(recorded.version.0)),
            ("recorded_at", json!(recorded.recorded_at)),
            ("command", json!(recorded.command.0)),
            ("number", json!(number)),
            ("event_type", json!(record.event_type)),
            ("schema_version", json!(record.schema_version)),
            ("codec", json!("json")),
        ];
        let members = members.iter().filter(|(_, value)| !value.is_null());
        let members: Vec<String> = members.map(|(name, value)| format!("\"{name}\":{value}")).collect();
        // Byte for byte as it was recorded.
        let payload = std::str::from_utf8(&record.payload)?;
        let line = format!("{{{},\"payload\":{payload},\"leaf\":\"{}\"}}\n", members.join(","), hex(&leaf.0));
        self.lines += &line;
        Ok(())
    }
}

/// The number of a receipt, as a store gives it.
fn receipt(payload: &[u8]) -> Option<Number> {
    let Event::ReceiptIssued(receipt) = Event::from_payload("ReceiptIssued", payload).ok()? else {
        return None;
    };
    let series = ReceiptNumber::series(receipt.number.fiscal_year())?;
    Some(Number { series, value: receipt.number.sequence() })
}

/// The name of a kind of stream in a bundle.
fn named(kind: StreamKind) -> &'static str {
    match kind {
        StreamKind::Case => "case",
        StreamKind::User => "user",
        StreamKind::Mandate => "mandate",
        StreamKind::Procedure => "procedure",
        StreamKind::Calendar => "calendar",
        StreamKind::Service => "service",
        StreamKind::Delivery => "delivery",
    }
}
