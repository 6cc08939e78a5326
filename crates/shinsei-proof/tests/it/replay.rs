//! Histories of earlier versions, folded by this one: every fact is as it was.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect;
use serde_json::json;
use shinsei_core::calendar::stream::CalendarEvent;
use shinsei_core::delivery::DeliveryEvent;
use shinsei_core::event::Event;
use shinsei_core::mandate::MandateEvent;
use shinsei_core::procedure::stream::ProcedureEvent;
use shinsei_core::service_hours::stream::ServiceEvent;
use shinsei_core::user::UserEvent;
use shinsei_proof::bundle::Bundle;
use shinsei_proof::replay::{Difference, STATES, replay, written};

/// The folders of `tests/histories`: one of each day on which some were kept, and in it one of each history.
fn histories() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/histories");
    let within =
        |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let mut histories: Vec<PathBuf> = within(&folder).iter().flat_map(|day| within(day)).collect();
    histories.sort();
    histories
}

/// A copy of the history of a certificate, to be changed.
fn copy(name: &str) -> tempfile::TempDir {
    let original = histories().into_iter().find(|history| history.ends_with(name)).unwrap();
    let copy = tempfile::tempdir().unwrap();
    for file in fs::read_dir(original).unwrap().map(|entry| entry.unwrap().path()) {
        fs::copy(&file, copy.path().join(file.file_name().unwrap())).unwrap();
    }
    copy
}

fn rewrite(bundle: &Path, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(bundle.join(file)).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    fs::write(bundle.join(file), text.replace(from, to)).unwrap();
}

fn told(bundle: &Path) -> String {
    replay(bundle).unwrap().differences.iter().map(|difference| format!("{difference}\n")).collect()
}

#[test]
fn every_history_that_was_kept_is_read_as_it_was() {
    let histories = histories();
    assert!(histories.len() >= 55);
    for history in histories {
        let replayed = replay(&history).unwrap();
        assert_eq!(replayed.differences, [], "{}", history.display());
        assert!(history.join(STATES).exists(), "{} has nothing to compare with", history.display());
    }
}

/// Every road that a case can take is among them, and the lives of what stands around cases. A new event needs a history: `cargo run -p shinsei-proof --example histories`.
#[test]
fn the_histories_that_were_kept_hold_every_event() {
    let mut held = BTreeSet::new();
    for history in histories() {
        let records = fs::read_to_string(history.join("records.jsonl")).unwrap();
        let lines = records.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        held.extend(lines.map(|line| line["event_type"].as_str().unwrap().to_owned()));
    }
    let around = [
        UserEvent::TYPES,
        MandateEvent::TYPES,
        ServiceEvent::TYPES,
        CalendarEvent::TYPES,
        ProcedureEvent::TYPES,
        DeliveryEvent::TYPES,
    ];
    let all = Event::TYPES.iter().chain(around.into_iter().flatten()).copied();
    let missing: Vec<&str> = all.filter(|event| !held.contains(*event)).collect();
    assert_eq!(missing, [] as [&str; 0]);
}

/// The bundles are what they were: their records still have the root that they had.
#[test]
fn every_history_that_was_kept_is_whole() {
    for history in histories() {
        let verified = Bundle::open(&history).unwrap().verify(&[]).unwrap();
        let other_than_missing: Vec<String> = verified
            .report
            .findings
            .iter()
            .map(|finding| format!("{finding:?}"))
            .filter(|finding| !finding.contains("Missing"))
            .collect();
        assert_eq!(other_than_missing, [] as [String; 0], "{}", history.display());
    }
}

#[test]
fn a_fact_that_is_another_one_today_is_shown_with_both() {
    let bundle = copy("filing");
    rewrite(bundle.path(), STATES, r#""state":"Closed""#, r#""state":"Decided""#);
    rewrite(bundle.path(), STATES, r#""quantity":1"#, r#""quantity":1,"since":"ever""#);
    let shown = told(bundle.path());
    assert!(shown.contains("record 6: state was \"Decided\", and is \"Closed\" today"), "{shown}");
    assert!(shown.contains("record 1: since was \"ever\", and is null today"), "{shown}");
}

#[test]
fn a_fact_that_is_known_today_only_is_no_difference() {
    let bundle = copy("filing");
    rewrite(bundle.path(), STATES, r#""quantity":1,"#, "");
    assert_eq!(told(bundle.path()), "");
}

#[test]
fn a_record_that_cannot_be_read_any_more_is_shown() {
    let bundle = copy("filing");
    rewrite(
        bundle.path(),
        "records.jsonl",
        r#""event_type":"ReviewStarted""#,
        r#""event_type":"ReviewBegun""#,
    );
    rewrite(bundle.path(), "records.jsonl", r#""Filing":"Confirmed""#, r#""Filing":"Blessed""#);
    expect![[r#"
        record 3 cannot be read: the event type ReviewBegun is unknown; this program may be older than the log
        record 4 cannot be read: a payload of Reviewed is not of its shape: unknown variant `Blessed`, expected `Confirmed` or `FormalDefect` at line 1 column 43
        record 5: favourable was true, and is null today
        record 5: state was "Decided", and is "Received" today
        record 5: told was true, and is null today
        record 6: favourable was true, and is null today
        record 6: told was true, and is null today
    "#]]
    .assert_eq(&told(bundle.path()));
}

#[test]
fn a_line_that_says_nothing_is_shown_by_its_number() {
    let bundle = copy("filing");
    rewrite(bundle.path(), "records.jsonl", r#"{"position":2,"#, r#"{"#);
    rewrite(bundle.path(), STATES, r#""position":4,"#, r#""position":four,"#);
    expect![[r#"
        line 2 of records.jsonl cannot be read: its line is not of the form of a record
        record 3: receipt was "012025-R08-0000001-6", and is null today
        record 3: state was "UnderReview", and is "Arrived" today
        line 4 of states.jsonl cannot be read: expected ident at line 1 column 14
        record 5: favourable was true, and is null today
        record 5: receipt was "012025-R08-0000001-6", and is null today
        record 5: state was "Decided", and is "Arrived" today
        record 5: told was true, and is null today
        record 6: favourable was true, and is null today
        record 6: receipt was "012025-R08-0000001-6", and is null today
        record 6: state was "Closed", and is "Arrived" today
        record 6: told was true, and is null today
    "#]]
    .assert_eq(&told(bundle.path()));
}

#[test]
fn a_history_that_lost_a_record_is_shown() {
    let bundle = copy("filing");
    let records = fs::read_to_string(bundle.path().join("records.jsonl")).unwrap();
    let without_last: String = records.lines().take(5).map(|line| format!("{line}\n")).collect();
    fs::write(bundle.path().join("records.jsonl"), without_last).unwrap();
    let length = Difference::Length { records: 5, states: 6 };
    assert_eq!(replay(bundle.path()).unwrap().differences, [length]);
}

#[test]
fn what_is_written_of_a_replay_is_what_the_next_is_compared_with() {
    let bundle = copy("certificate-paid-at-pickup");
    let replayed = replay(bundle.path()).unwrap();
    fs::write(bundle.path().join(STATES), written(&replayed.states)).unwrap();
    assert_eq!(replay(bundle.path()).unwrap().differences, []);
    let last = replayed.states.last().unwrap();
    assert_eq!(
        (last.facts["state"].clone(), last.facts["fee_settled"].clone()),
        (json!("Closed"), json!(true))
    );
}
