//! Files of heads: which are taken, and which are refused with which words.

use std::fs;

use shinsei_conformance::FakeClock;
use shinsei_core::checkpoint::Checkpoint;
use shinsei_core::note::{Cosigner, LogSigner, Note, VerifierKey};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::tree::{Head, leaf_hash};
use shinsei_proof::error::HeadsError;
use shinsei_proof::heads::{municipalities, read};

use crate::kit::{hakodate, sapporo};

fn head(size: u64) -> Head {
    Head { size, root: leaf_hash(&size.to_be_bytes()) }
}

fn log_key(origin: &str) -> VerifierKey {
    LogSigner::new(origin, &[1; 32]).unwrap().verifier_key()
}

fn signed(origin: &str, size: u64) -> Note {
    let note = Checkpoint::new(origin, head(size)).unwrap().to_note().unwrap();
    let log = LogSigner::new(origin, &[1; 32]).unwrap().sign(&note);
    let seen = Cosigner::new("w", &[2; 32]).unwrap().cosign(&note, FakeClock::default().now());
    note.with(log).with(seen)
}

#[test]
fn the_heads_of_a_municipality_are_taken_by_any_of_the_keys() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("heads.txt");
    let (ours, theirs) = ("example.lg.jp/012025", "example.lg.jp/011002");
    let file = format!("{}\n{}\n{}\n", signed(ours, 1), signed(theirs, 2), signed(ours, 3));
    fs::write(&path, file).unwrap();
    assert_eq!(municipalities(&path).unwrap(), [sapporo(), hakodate()]);
    let witness = Cosigner::new("w", &[2; 32]).unwrap().verifier_key();
    for keys in [vec![], vec![log_key(ours)], vec![witness.clone()], vec![log_key(theirs), witness]] {
        assert_eq!(read(&path, hakodate(), &keys).unwrap(), [head(1), head(3)]);
    }
    assert_eq!(read(&path, sapporo(), &[log_key(theirs)]).unwrap(), [head(2)]);
    let stranger = Cosigner::new("w", &[9; 32]).unwrap().verifier_key();
    let refused = read(&path, hakodate(), &[stranger]);
    assert!(matches!(refused, Err(HeadsError::NotSigned { number: 1 })), "{refused:?}");
    let nobody = read(&path, "131016".parse().unwrap(), &[]);
    assert!(matches!(nobody, Err(HeadsError::NoHead { .. })), "{nobody:?}");
}

#[test]
fn what_is_no_file_of_heads_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("heads.txt");
    assert!(matches!(read(&path, hakodate(), &[]), Err(HeadsError::Io { .. })));
    fs::write(&path, "not a note\n").unwrap();
    assert!(matches!(read(&path, hakodate(), &[]), Err(HeadsError::Note { .. })));
    fs::write(&path, "").unwrap();
    assert!(matches!(read(&path, hakodate(), &[]), Err(HeadsError::NoHead { .. })));
    let forged = signed("example.lg.jp/012025", 1).to_string().replacen("\n1\n", "\n2\n", 1);
    fs::write(&path, forged).unwrap();
    let refused = read(&path, hakodate(), &[log_key("example.lg.jp/012025")]);
    assert!(matches!(refused, Err(HeadsError::NotSigned { number: 1 })), "{refused:?}");
}
