//! The witness in a file keeps every clause, and its file is what others read.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use shinsei_conformance::FakeClock;
use shinsei_conformance::witness::{WitnessUnderTest, log_keys};
use shinsei_core::checkpoint::{Checkpoint, notes};
use shinsei_core::note::{Cosigner, LogSigner, Note};
use shinsei_core::port::witness::{Submission, Witness, WitnessError};
use shinsei_core::tree::{Frontier, leaf_hash};
use shinsei_proof::error::OpenError;
use shinsei_proof::file_witness::FileWitness;
use tempfile::TempDir;

struct InFile(TempDir);

impl InFile {
    fn path(&self) -> PathBuf {
        self.0.path().join("heads.txt")
    }

    fn witness(&self) -> Result<FileWitness, OpenError> {
        let cosigner = Cosigner::new("archive.example.lg.jp/witness", &[3; 32]).unwrap();
        FileWitness::open(self.path(), cosigner, log_keys(), Arc::new(FakeClock::default()))
    }

    /// The sizes of the heads in the file.
    fn sizes(&self) -> Vec<u64> {
        let all = notes(&fs::read_to_string(self.path()).unwrap()).unwrap();
        all.iter().map(|note| Checkpoint::of(note).unwrap().head().size).collect()
    }
}

impl WitnessUnderTest for InFile {
    fn open(&self) -> Box<dyn Witness + '_> {
        Box::new(self.witness().unwrap())
    }
}

fn fresh() -> InFile {
    InFile(tempfile::tempdir().unwrap())
}

shinsei_conformance::witness_suite!(fresh);

const ORIGIN: &str = "city.example.lg.jp/shinsei/012025";

/// The head of a log of so many records, signed.
fn head(size: u64) -> Note {
    let mut frontier = Frontier::default();
    (0..size).for_each(|n| frontier.append(leaf_hash(&n.to_be_bytes()), |_| {}));
    let note = Checkpoint::new(ORIGIN, frontier.head()).unwrap().to_note().unwrap();
    let signature = LogSigner::new(ORIGIN, &[11; 32]).unwrap().sign(&note);
    note.with(signature)
}

fn add(witness: &FileWitness, old: u64, size: u64) -> Result<(), WitnessError> {
    // From one record to two the proof is the second leaf.
    let proof = if old == 1 && size == 2 { vec![leaf_hash(&1_u64.to_be_bytes())] } else { vec![] };
    witness.add(&Submission { old, proof: &proof, checkpoint: &head(size) }).map(drop)
}

#[test]
fn the_file_is_a_sequence_of_notes_that_log_and_witness_signed() {
    let file = fresh();
    let witness = file.witness().unwrap();
    add(&witness, 0, 1).unwrap();
    add(&witness, 1, 2).unwrap();
    assert_eq!(file.sizes(), [1, 2]);
    for note in notes(&fs::read_to_string(file.path()).unwrap()).unwrap() {
        assert!(note.signed_by(witness.key()).unwrap().at.is_some());
        assert!(note.signed_by(&log_keys()[0]).is_ok());
    }
}

#[test]
fn two_processes_share_a_file() {
    let file = fresh();
    let (one, other) = (file.witness().unwrap(), file.witness().unwrap());
    add(&one, 0, 1).unwrap();
    assert!(matches!(add(&other, 0, 2), Err(WitnessError::Conflict { size: 1 })));
    add(&other, 1, 2).unwrap();
    assert!(matches!(add(&one, 1, 2), Err(WitnessError::Conflict { size: 2 })));
    assert_eq!(file.sizes(), [1, 2]);
}

/// Wherever a crash cuts what is being appended, what was answered is known and the next head follows it.
#[test]
fn a_torn_end_costs_nothing_that_was_answered() {
    let file = fresh();
    add(&file.witness().unwrap(), 0, 1).unwrap();
    let answered = fs::read(file.path()).unwrap();
    add(&file.witness().unwrap(), 1, 2).unwrap();
    let whole = fs::read(file.path()).unwrap();
    for cut in answered.len()..whole.len() {
        fs::write(file.path(), &whole[..cut]).unwrap();
        let witness = file.witness().unwrap();
        match add(&witness, 1, 2) {
            Ok(()) => assert_eq!(file.sizes(), [1, 2], "{cut}"),
            // It was written but for its end: it counts, and the next one follows it.
            Err(WitnessError::Conflict { size: 2 }) => {
                add(&witness, 2, 2).unwrap();
                assert_eq!(file.sizes(), [1, 2, 2], "{cut}");
            }
            Err(other) => panic!("{cut}: {other:?}"),
        }
    }
}

#[test]
fn a_file_of_something_else_is_not_touched() {
    let file = fresh();
    for text in ["notes of a meeting\n", "notes of a meeting", "\u{2014} odd\n\n", "one\n\ntwo\n\n"] {
        fs::write(file.path(), text).unwrap();
        assert!(matches!(file.witness(), Err(OpenError::Foreign { byte: 0, .. })), "{text:?}");
        assert_eq!(fs::read_to_string(file.path()).unwrap(), text);
    }
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no/such/folder/heads.txt");
    let cosigner = Cosigner::new("w", &[3; 32]).unwrap();
    let refused = FileWitness::open(missing, cosigner, log_keys(), Arc::new(FakeClock::default()));
    assert!(matches!(refused, Err(OpenError::Io { .. })));
}

#[test]
fn a_file_that_was_cut_behind_its_back_is_not_gone_on_with() {
    let file = fresh();
    let witness = file.witness().unwrap();
    add(&witness, 0, 1).unwrap();
    let whole = fs::read(file.path()).unwrap();
    fs::write(file.path(), &whole[..10]).unwrap();
    assert!(matches!(add(&witness, 1, 2), Err(WitnessError::Unavailable { .. })));
    assert_eq!(fs::read(file.path()).unwrap(), whole[..10], "nothing was added to it");
    fs::write(file.path(), &whole).unwrap();
    add(&witness, 1, 2).unwrap();
}
