//! The whole test of the store: every clause of the contract, on a file of its own, and what a hand does to that file.

#![expect(clippy::unwrap_used, reason = "OK because in a test an unwrap that fails is the failure")]

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use own_store::store::FileStore;
use serde_json::{Value, json};
use shinsei_conformance::store::altered::{Alteration, StoreToAlter};
use shinsei_conformance::store::faults::{Fault, StoreWithFaults};
use shinsei_conformance::store::{StoreUnderTest, fault_clauses};
use shinsei_conformance::{FakeClock, Report, disk};
use shinsei_core::ids::Municipality;
use shinsei_core::port::store::Store;
use tempfile::TempDir;

const STEP_BACK_MAX_MICROS: i64 = 10_000_000;

/// How often a file is tried that is locked.
const LOCKED_TRIES: usize = 100_000;

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
        // A process that another test has just started holds every lock of this one until it becomes its own program.
        for _ in 0..LOCKED_TRIES {
            match FileStore::open(self.path(), Arc::new(self.clock.clone()), STEP_BACK_MAX_MICROS) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::yield_now(),
                opened => return Box::new(opened.unwrap()),
            }
        }
        panic!("the file stays locked")
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

/// A village on a file system that can be full.
struct Cramped {
    village: Village,
    disk: PathBuf,
}

/// What is left of a disk that is full: too little for a document of 64 KiB.
const LEFT_BYTES: u64 = 8 * 1024;

impl StoreUnderTest for Cramped {
    fn open(&self) -> Box<dyn Store + '_> {
        self.village.open()
    }

    fn clock(&self) -> &FakeClock {
        StoreUnderTest::clock(&self.village)
    }

    fn step_back_max_micros(&self) -> i64 {
        self.village.step_back_max_micros()
    }
}

/// The one fault that can be brought about from outside: nobody else may hold the file, no wire leads to it, and what is
/// open for writing stays so.
impl StoreWithFaults for Cramped {
    fn faults(&self) -> Vec<Fault> {
        vec![Fault::Full]
    }

    fn inject(&self, _: Fault) {
        disk::fill(&self.disk, "ballast", LEFT_BYTES);
    }

    fn mend(&self) {
        fs::remove_file(self.disk.join("ballast")).unwrap();
    }
}

/// The suite makes a test of each clause; a disk of its own is mounted for a process of its own, and so one test runs all.
#[test]
fn on_a_full_disk_every_clause_about_faults_is_kept() {
    disk::on_a_small_disk("on_a_full_disk_every_clause_about_faults_is_kept", 8, |small| {
        let report = Report::of(&fault_clauses(), || {
            let folder = tempfile::tempdir_in(small).unwrap();
            let village = Village { clock: FakeClock::default(), folder };
            Box::new(Cramped { village, disk: small.to_owned() })
        });
        assert_eq!(report.broken(), [] as [&str; 0], "{report}");
    });
}

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
