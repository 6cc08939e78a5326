//! A witness in memory keeps every clause, and each clause finds one that is broken.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use shinsei_conformance::witness::{MemoryWitness, WitnessUnderTest, clauses, log_keys};
use shinsei_conformance::{FakeClock, Report};
use shinsei_core::checkpoint::Checkpoint;
use shinsei_core::note::{Cosigner, Note, Signature, VerifierKey};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::witness::{Submission, Witness, WitnessError, judge};
use shinsei_core::tree::Head;

shinsei_conformance::witness_suite!(whole);

/// What a witness does wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slip {
    Nothing,
    CosignsAnotherText,
    CosignsEachSizeOnce,
    LooksAtNoProof,
    NamesTheSizeSubmitted,
    WitnessesAnyLog,
    LooksAtNoSignature,
    ForgetsOnOpening,
    KeepsOneHead,
}

struct Subject {
    slip: Slip,
    last: Mutex<Vec<(String, Head)>>,
    opened: AtomicUsize,
}

struct Opened<'s>(&'s Subject, VerifierKey);

fn with(slip: Slip) -> Subject {
    Subject { slip, last: Mutex::default(), opened: AtomicUsize::new(0) }
}

fn whole() -> Subject {
    with(Slip::Nothing)
}

fn cosigner() -> Cosigner {
    Cosigner::new("witness.example.lg.jp", &[5; 32]).expect("a name")
}

impl WitnessUnderTest for Subject {
    fn open(&self) -> Box<dyn Witness + '_> {
        if self.opened.fetch_add(1, Ordering::SeqCst) > 0 && self.slip == Slip::ForgetsOnOpening {
            self.last.lock().expect("not poisoned").clear();
        }
        Box::new(Opened(self, cosigner().verifier_key()))
    }
}

impl Opened<'_> {
    fn judge(&self, submission: &Submission<'_>, last: Option<Head>) -> Result<Checkpoint, WitnessError> {
        let slip = self.0.slip;
        let judged = judge(submission, &log_keys(), |_| Ok(last));
        let read = || Checkpoint::of(submission.checkpoint).expect("a checkpoint");
        match judged {
            Err(WitnessError::Inconsistent { .. }) if slip == Slip::LooksAtNoProof => Ok(read()),
            Err(WitnessError::UnknownLog) if slip == Slip::WitnessesAnyLog => Ok(read()),
            Err(WitnessError::NotSigned) if slip == Slip::LooksAtNoSignature => Ok(read()),
            Err(WitnessError::Conflict { .. }) if slip == Slip::NamesTheSizeSubmitted => {
                Err(WitnessError::Conflict { size: submission.old })
            }
            Ok(checkpoint) if slip == Slip::CosignsEachSizeOnce && Some(checkpoint.head()) == last => {
                Err(WitnessError::Conflict { size: checkpoint.head().size })
            }
            judged => judged,
        }
    }
}

impl Witness for Opened<'_> {
    fn key(&self) -> &VerifierKey {
        &self.1
    }

    fn add(&self, submission: &Submission<'_>) -> Result<Signature, WitnessError> {
        let mut last = self.0.last.lock().expect("not poisoned");
        let origin = Checkpoint::of(submission.checkpoint).expect("a checkpoint").origin().to_owned();
        let is_same = |known: &str| known == origin || self.0.slip == Slip::KeepsOneHead;
        let known = last.iter().rev().find(|(known, _)| is_same(known)).map(|(_, head)| *head);
        let checkpoint = self.judge(submission, known)?;
        last.push((origin, checkpoint.head()));
        let at = FakeClock::default().now();
        if self.0.slip == Slip::CosignsAnotherText {
            return Ok(cosigner().cosign(&Note::new("another\n").expect("a note"), at));
        }
        Ok(cosigner().cosign(submission.checkpoint, at))
    }
}

#[test]
fn each_clause_finds_the_witness_that_breaks_it() {
    for (slip, wanted) in [
        (Slip::CosignsAnotherText, &["a_first_head_is_cosigned"][..]),
        (Slip::CosignsEachSizeOnce, &["a_head_that_extends_the_last_is_cosigned", "logs_are_apart"]),
        (Slip::LooksAtNoProof, &["a_head_that_does_not_extend_it_is_refused"]),
        (
            Slip::NamesTheSizeSubmitted,
            &["another_last_size_is_a_conflict", "what_was_cosigned_is_remembered", "logs_are_apart"],
        ),
        (Slip::WitnessesAnyLog, &["a_log_that_is_not_known_is_refused"]),
        (Slip::LooksAtNoSignature, &["a_head_that_its_log_did_not_sign_is_refused"]),
        (Slip::ForgetsOnOpening, &["what_was_cosigned_is_remembered"]),
        (Slip::KeepsOneHead, &["logs_are_apart"]),
    ] {
        let report = Report::of(&clauses(), || Box::new(with(slip)));
        let wanted: Vec<String> = wanted.iter().map(|clause| format!("witness::{clause}")).collect();
        assert_eq!(report.broken(), wanted, "{report}");
    }
}

struct InMemory(MemoryWitness);

impl WitnessUnderTest for InMemory {
    fn open(&self) -> Box<dyn Witness + '_> {
        Box::new(Lent(&self.0))
    }
}

struct Lent<'w>(&'w MemoryWitness);

impl Witness for Lent<'_> {
    fn key(&self) -> &VerifierKey {
        self.0.key()
    }

    fn add(&self, submission: &Submission<'_>) -> Result<Signature, WitnessError> {
        self.0.add(submission)
    }
}

#[test]
fn the_witness_in_memory_breaks_no_clause() {
    let fresh = || MemoryWitness::new("witness.example.lg.jp", log_keys(), FakeClock::default());
    let report = Report::of(&clauses(), || Box::new(InMemory(fresh())));
    assert_eq!(report.broken(), [] as [&str; 0], "{report}");
}
