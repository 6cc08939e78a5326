//! The whole test of the store: every clause of the contract, on a file of its own, and what a hand does to that file.

#![expect(clippy::unwrap_used, reason = "OK because in a test an unwrap that fails is the failure")]

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use own_store::store::FileStore;
use serde_json::{Value, json};
use shinsei_conformance::FakeClock;
use shinsei_conformance::store::StoreUnderTest;
use shinsei_conformance::store::altered::{Alteration, StoreToAlter};
use shinsei_core::ids::Municipality;
use shinsei_core::port::store::Store;
use tempfile::TempDir;

const STEP_BACK_MAX_MICROS: i64 = 10_000_000;

struct Village {
    clock: FakeClock,
    folder: TempDir,
}

fn fresh() -> Village {
    Village { clock: FakeClock::default(), folder: tempfile::tempdir().unwrap() }
}

impl Village {
    fn path(&self) -> PathBuf {
        self.folder.path().join("village.jsonl")
    }

    /// What is in the file, as anybody reads it who knows what a line is.
    fn content(&self) -> BTreeMap<String, Value> {
        let mut map = BTreeMap::new();
        for line in fs::read_to_string(self.path()).unwrap().lines() {
            map.extend(serde_json::from_str::<BTreeMap<String, Value>>(line).unwrap());
        }
        map.retain(|_, value| !value.is_null());
        map
    }
}

impl StoreUnderTest for Village {
    fn open(&self) -> Box<dyn Store + '_> {
        let clock = Arc::new(self.clock.clone());
        Box::new(FileStore::open(self.path(), clock, STEP_BACK_MAX_MICROS).unwrap())
    }

    fn clock(&self) -> &FakeClock {
        &self.clock
    }

    fn step_back_max_micros(&self) -> i64 {
        STEP_BACK_MAX_MICROS
    }

    fn document_bytes(&self, of: Municipality) -> Option<u64> {
        let in_base64 = |text: &str| {
            let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
            (text.len() / 4 * 3 - padding) as u64
        };
        let bytes = |(key, value): (&String, &Value)| match key.split('/').collect::<Vec<_>>()[..] {
            ["document", code, _] if code == of.as_str() => value["content"]["Here"].as_str().map(in_base64),
            ["shared", code, _] if code == of.as_str() => value["content"].as_str().map(in_base64),
            ["chunk", code, ..] if code == of.as_str() => value.as_str().map(in_base64),
            _ => None,
        };
        Some(self.content().iter().filter_map(bytes).sum())
    }
}

/// A hand with an editor: it writes another file in which the records are altered.
impl StoreToAlter for Village {
    fn alter(&self, of: Municipality, alteration: &Alteration) {
        let mut content = self.content();
        let prefix = format!("record/{of}/");
        let mut records: BTreeMap<u64, Value> = BTreeMap::new();
        for key in content.keys().filter(|key| key.starts_with(&prefix)) {
            records.insert(key[prefix.len()..].parse().unwrap(), content[key].clone());
        }
        content.retain(|key, _| !key.starts_with(&prefix));
        match alteration {
            Alteration::Edit { position, payload } => {
                records.get_mut(&position.0).unwrap()["payload"] = json!(STANDARD.encode(payload));
            }
            Alteration::Delete { position } => drop(records.remove(&position.0)),
            Alteration::Swap { one, other } => {
                let (first, second) = (records[&one.0].clone(), records[&other.0].clone());
                records.extend([(one.0, second), (other.0, first)]);
            }
            Alteration::Insert { at } => {
                let behind = records.split_off(&at.0);
                let copy = records[&(at.0 - 1)].clone();
                records.insert(at.0, copy);
                records.extend(behind.into_iter().map(|(position, record)| (position + 1, record)));
            }
            Alteration::CutOff { last } => records.retain(|position, _| *position <= last.0),
            Alteration::Renumber { series, last } => {
                content.insert(format!("series/{of}/{series}"), json!(last));
            }
        }
        content.extend(
            records.into_iter().map(|(position, record)| (format!("{prefix}{position:020}"), record)),
        );
        fs::write(self.path(), serde_json::to_string(&content).unwrap() + "\n").unwrap();
    }
}

shinsei_conformance::store_suite!(fresh, altered: fresh);

#[test]
fn a_line_that_was_not_finished_is_as_if_it_had_never_been_begun() {
    let village = fresh();
    let clock = || Arc::new(village.clock.clone());
    let open = || FileStore::open(village.path(), clock(), STEP_BACK_MAX_MICROS).unwrap();
    let of = "012025".parse().unwrap();
    open().stage(of, shinsei_core::ids::DocumentId(uuid::Uuid::nil()), 0, b"whole").unwrap();
    let whole = fs::read(village.path()).unwrap();
    let mut file = OpenOptions::new().append(true).open(village.path()).unwrap();
    file.write_all(br#"{"head/012025":{"size":1,"#).unwrap();
    drop(open());
    assert_eq!(fs::read(village.path()).unwrap(), whole);
    file.write_all(b"no JSON\n").unwrap();
    let refused = FileStore::open(village.path(), clock(), STEP_BACK_MAX_MICROS).unwrap_err().to_string();
    assert!(refused.starts_with("line 2 cannot be read: "), "{refused}");
}

#[test]
fn one_process_alone_has_the_file_open() {
    let village = fresh();
    let store =
        FileStore::open(village.path(), Arc::new(village.clock.clone()), STEP_BACK_MAX_MICROS).unwrap();
    let refused = FileStore::open(village.path(), Arc::new(village.clock.clone()), STEP_BACK_MAX_MICROS);
    assert_eq!(refused.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    drop(store);
}
