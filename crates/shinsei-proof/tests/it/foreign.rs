//! What we write is read by another implementation of C2SP's formats (Cloudflare's), and what that writes by ours.

use shinsei_core::checkpoint::{Checkpoint, origin};
use shinsei_core::ids::Position;
use shinsei_core::note::{Cosigner, LogSigner, Note, VerifierKey};
use shinsei_core::port::store::Store as _;
use shinsei_core::time::Timestamp;
use shinsei_core::tree::Hash;
use shinsei_core::tree::prover::Prover;
use signed_note::{StandardSigner, StandardVerifier, VerifierList};
use tlog_tiles::tlog;

use crate::kit::{Kept, hakodate};

/// The keys in the documentation of Go's package `note`.
const VERIFIES: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const SIGNS: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";

fn theirs(hash: Hash) -> tlog::Hash {
    tlog::Hash(hash.0)
}

fn all(hashes: Vec<Hash>) -> Vec<tlog::Hash> {
    hashes.into_iter().map(theirs).collect()
}

/// A head of ours, signed by the log and cosigned by a witness, and the log's key.
fn head(kept: &Kept) -> (Note, VerifierKey) {
    let name = origin("city.example.lg.jp", hakodate());
    let signer = LogSigner::new(name.clone(), &[1; 32]).unwrap();
    let cosigner = Cosigner::new("archive.example.lg.jp", &[2; 32]).unwrap();
    let note = Checkpoint::new(name, kept.head()).unwrap().to_note().unwrap();
    let signature = signer.sign(&note);
    let cosignature = cosigner.cosign(&note, Timestamp::from_jst(2026, 5, 7, 15, 4).unwrap());
    (note.with(signature).with(cosignature), signer.verifier_key())
}

#[test]
fn a_checkpoint_of_ours_is_verified_there() {
    let kept = Kept::of(100);
    let (ours, key) = head(&kept);
    let note = signed_note::Note::from_bytes(ours.to_string().as_bytes()).unwrap();
    let known = VerifierList::new(vec![Box::new(StandardVerifier::new(&key.to_string()).unwrap())]);
    let (verified, others) = note.verify(&known).unwrap();
    let names = |signatures: &[signed_note::Signature]| -> Vec<String> {
        signatures.iter().map(|signature| signature.name().to_owned()).collect()
    };
    assert_eq!(names(&verified), ["city.example.lg.jp/012025"]);
    assert_eq!(names(&others), ["archive.example.lg.jp"], "a cosignature is passed on");
    let checkpoint = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!((checkpoint.origin(), checkpoint.size()), ("city.example.lg.jp/012025", 400));
    assert_eq!(checkpoint.hash().0, kept.head().root.0);
    let forged = ours.to_string().replace("\n400\n", "\n401\n");
    assert!(signed_note::Note::from_bytes(forged.as_bytes()).unwrap().verify(&known).is_err());
}

#[test]
fn proofs_of_ours_hold_there() {
    let kept = Kept::of(160);
    let head = kept.head();
    let mut prover = Prover::new(&kept, hakodate());
    let leaves = kept.nodes(hakodate(), 0, 0, 640).unwrap();
    for (index, leaf) in (0..).zip(&leaves).step_by(7) {
        let path = all(prover.inclusion(Position(index + 1), head.size).unwrap());
        let shown = |leaf| tlog::check_record(&path, head.size, theirs(head.root), index, leaf);
        assert_eq!(shown(theirs(*leaf)).map_err(|error| error.to_string()), Ok(()), "record {}", index + 1);
        assert!(shown(tlog::record_hash(b"another")).is_err());
    }
    for size in [1, 2, 255, 256, 257, 511, 512, 639, 640] {
        let old = prover.head_at(size).unwrap();
        let proof = all(prover.consistency(size, head.size).unwrap());
        let shown = |root| tlog::check_tree(&proof, head.size, theirs(head.root), size, root);
        assert_eq!(shown(theirs(old.root)).map_err(|error| error.to_string()), Ok(()), "{size} records");
        assert!(shown(tlog::record_hash(b"another")).is_err());
    }
}

#[test]
fn a_checkpoint_of_theirs_is_verified_here() {
    let root = tlog::record_hash(b"the only record");
    let text = tlog_tiles::Checkpoint::new("example.com/log", 1, root, "").unwrap().to_bytes();
    let mut note = signed_note::Note::new(&text, &[]).unwrap();
    note.add_sigs(&[&StandardSigner::new(SIGNS).unwrap()]).unwrap();
    let read: Note = String::from_utf8(note.to_bytes()).unwrap().parse().unwrap();
    read.signed_by(&VERIFIES.parse().unwrap()).unwrap();
    let checkpoint = Checkpoint::of(&read).unwrap();
    assert_eq!(
        (checkpoint.origin(), checkpoint.head().size, checkpoint.head().root.0),
        ("example.com/log", 1, root.0)
    );
}
