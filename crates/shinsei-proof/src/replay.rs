//! Folds an exported log through the program of today, and compares with what the program that exported it had made of it.
//!
//! A record is never rewritten; what a program makes of it could change all the same, by a mistake in `evolve` or in an
//! upcaster. A bundle may hold, beside its records, a file `states.jsonl`: what each record had made of its stream then.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use shinsei_core::application::Application;
use shinsei_core::calendar::Calendar;
use shinsei_core::calendar::stream::Calendars;
use shinsei_core::decider::Decider;
use shinsei_core::delivery::Deliveries;
use shinsei_core::event_format::{EventError, decode};
use shinsei_core::ids::{StreamId, StreamKind};
use shinsei_core::mandate::{Mandate, MandateState};
use shinsei_core::procedure::stream::Editions;
use shinsei_core::record::RawRecord;
use shinsei_core::service_hours::stream::Service;
use shinsei_core::user::User;

use crate::bundle::Bundle;
use crate::error::{BundleError, read_failed};
use crate::format::RECORDS;

/// The file of a bundle that says what its records had made of their streams.
pub const STATES: &str = "states.jsonl";

/// What was folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// How many records.
    pub records: u64,
    /// What each record makes of its stream today, in order; what `states.jsonl` is written of.
    pub states: Vec<State>,
    /// Where today differs from then, or cannot read it.
    pub differences: Vec<Difference>,
}

/// What a record made of its stream: facts by their names. A program that knows more facts writes more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The record's position.
    pub position: u64,
    /// The facts.
    pub facts: Map<String, Value>,
}

/// One thing that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Difference {
    /// A fact is another one today.
    #[error("record {position}: {fact} was {then}, and is {now} today")]
    Fact {
        /// The record's position.
        position: u64,
        /// Which fact.
        fact: String,
        /// What it was.
        then: Value,
        /// What it is.
        now: Value,
    },
    /// A record cannot be read today.
    #[error("record {position} cannot be read: {why}")]
    Unreadable {
        /// The record's position.
        position: u64,
        /// Why.
        why: String,
    },
    /// A line says nothing that could be compared.
    #[error("line {line} of {file} cannot be read: {why}")]
    Line {
        /// Of which file of the bundle.
        file: &'static str,
        /// Which line, from 1.
        line: u64,
        /// Why.
        why: String,
    },
    /// There are more records, or fewer, than states of then.
    #[error("there are {records} records and what {states} of them had made of their streams")]
    Length {
        /// How many records.
        records: u64,
        /// How many states.
        states: u64,
    },
}

/// Folds a bundle; compares with its `states.jsonl` where it has one.
///
/// # Errors
/// [`BundleError`] when a file cannot be read. A record that cannot be read is a difference.
pub fn replay(path: &Path) -> Result<Replayed, BundleError> {
    let bundle = Bundle::open(path)?;
    let mut replayed = Replayed::default();
    let mut streams = Streams::default();
    bundle.records(&mut |record| {
        replayed.records += 1;
        let record = match record {
            Ok(record) => record,
            Err(why) => {
                let (file, line) = (RECORDS, replayed.records);
                return replayed.differences.push(Difference::Line { file, line, why: why.to_owned() });
            }
        };
        let position = record.position.0;
        match streams.fold(&record) {
            Ok(facts) => replayed.states.push(State { position, facts }),
            Err(error) => {
                replayed.differences.push(Difference::Unreadable { position, why: chained(&error) });
            }
        }
    })?;
    let file = path.join(STATES);
    if file.exists() {
        let text = std::fs::read_to_string(&file).map_err(read_failed(&file))?;
        compare(&text, &mut replayed);
    }
    Ok(replayed)
}

/// The lines of a `states.jsonl`.
pub fn written(states: &[State]) -> String {
    states.iter().map(|state| json!(state).to_string() + "\n").collect()
}

/// Every fact of then must be the same today; what is known today only is passed over.
fn compare(then: &str, replayed: &mut Replayed) {
    let states = then.lines().count() as u64;
    if states != replayed.records {
        replayed.differences.push(Difference::Length { records: replayed.records, states });
    }
    let today: BTreeMap<u64, &State> = replayed.states.iter().map(|now| (now.position, now)).collect();
    for (line, text) in (1..).zip(then.lines()) {
        let then: State = match serde_json::from_str(text) {
            Ok(then) => then,
            Err(error) => {
                let why = error.to_string();
                replayed.differences.push(Difference::Line { file: STATES, line, why });
                continue;
            }
        };
        let Some(now) = today.get(&then.position) else { continue };
        let changed = then.facts.into_iter().filter_map(|(fact, then_was)| {
            let now_is = now.facts.get(&fact).cloned().unwrap_or(Value::Null);
            (then_was != now_is).then_some(Difference::Fact {
                position: then.position,
                fact,
                then: then_was,
                now: now_is,
            })
        });
        replayed.differences.extend(changed.collect::<Vec<_>>());
    }
}

fn chained(error: &EventError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// The states of all streams, as far as they are folded.
#[derive(Default)]
struct Streams {
    cases: BTreeMap<StreamId, Application>,
    users: BTreeMap<StreamId, User>,
    calendars: BTreeMap<StreamId, Calendars>,
    services: BTreeMap<StreamId, Service>,
    mandates: BTreeMap<StreamId, Mandate>,
    procedures: BTreeMap<StreamId, Editions>,
    deliveries: BTreeMap<StreamId, Deliveries>,
}

impl Streams {
    /// Folds a record into its stream, and tells what that is then.
    fn fold(&mut self, record: &RawRecord<'_>) -> Result<Map<String, Value>, EventError> {
        let facts = match record.stream.kind {
            StreamKind::Case => of_case(step(&mut self.cases, record)?),
            StreamKind::User => of_user(step(&mut self.users, record)?),
            StreamKind::Calendar => {
                let current = step(&mut self.calendars, record)?.current().map(Calendar::version);
                json!({ "version": current })
            }
            StreamKind::Service => {
                let service = step(&mut self.services, record)?;
                json!({ "maintenance": service.maintenance().len(), "outages": service.outages().len() })
            }
            StreamKind::Mandate => {
                let mandate = step(&mut self.mandates, record)?;
                json!({ "state": standing(mandate), "uses": mandate.drafted().map(|drafted| drafted.uses) })
            }
            StreamKind::Delivery => {
                let deliveries = step(&mut self.deliveries, record)?;
                let standing = deliveries.notices().iter();
                let standing = standing.map(|one| json!([one.entry.as_str(), format!("{:?}", one.state)]));
                json!({ "notices": standing.collect::<Vec<_>>() })
            }
            StreamKind::Procedure => {
                let editions = step(&mut self.procedures, record)?;
                json!({
                    "latest": editions.latest().map(|latest| latest.edition),
                    "published": editions.published().iter().map(|one| one.edition).collect::<Vec<_>>(),
                    "form_files": editions.form_files().len(),
                })
            }
        };
        Ok(facts.as_object().cloned().unwrap_or_default())
    }
}

fn step<'a, D: Decider>(
    streams: &'a mut BTreeMap<StreamId, D>,
    record: &RawRecord<'_>,
) -> Result<&'a D, EventError> {
    let recorded = decode::<D::Event>(record)?;
    let state = streams.entry(record.stream).or_default();
    *state = std::mem::take(state).evolve(&recorded);
    Ok(state)
}

/// How far a mandate came.
fn standing(mandate: &Mandate) -> Option<&'static str> {
    let state = match &mandate.drafted()?.state {
        MandateState::Unsigned => "unsigned",
        MandateState::Signed { .. } => "signed",
        MandateState::InForce => "in force",
        MandateState::Revoked { .. } => "revoked",
        MandateState::Expired { .. } => "expired",
        MandateState::Disposed => "disposed",
    };
    Some(state)
}

/// What anybody at the city hall would say of a registration.
fn of_user(user: &User) -> Value {
    let registered = user.registered();
    json!({
        "registered": registered.is_some(),
        "kind": registered.map(|user| format!("{:?}", user.kind)),
        "mail_confirmed": registered.map(|user| user.mail.is_some()),
        "mail_waits": registered.map(|user| user.unconfirmed.is_some()),
        "certificate": registered.and_then(|user| user.certificate).map(|bound| format!("{:?}", bound.kind)),
        "suspended": registered.map(|user| user.suspended.is_some()),
        "dormant": registered.map(|user| user.purged_at.is_some()),
        "sightings": registered.map(|user| user.sightings),
    })
}

/// What anybody at the city hall would say of a case: never how it is kept in memory.
fn of_case(case: &Application) -> Value {
    let arrived = case.arrival();
    json!({
        "state": case.name().to_string(),
        "receipt": case.receipt().map(|received| received.receipt.to_string()),
        "arrived_at": arrived.map(|arrived| arrived.arrived_at.to_string()),
        "signed": arrived.and_then(|arrived| arrived.signature.as_ref().map(|signed| format!("{:?}", signed.kind))),
        "quantity": arrived.map(|arrived| arrived.quantity),
        "fee_due": arrived.and_then(|arrived| arrived.fee.due()).map(|yen| yen.0),
        "fee_settled": arrived.map(|arrived| arrived.fee.settled().is_ok()),
        "favourable": case.decision().map(|decided| decided.outcome.is_favourable()),
        "told": case.decision().map(|decided| decided.told_at.is_some()),
    })
}
