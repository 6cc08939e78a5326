//! The clauses of the port `Witness`.
//!
//! [`witness_suite!`](crate::witness_suite) makes a test of each clause from a function that gives a
//! [`WitnessUnderTest`]. [`MemoryWitness`] is one for tests, as strict as any.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use shinsei_core::checkpoint::Checkpoint;
use shinsei_core::note::{Cosigner, LogSigner, Note, Signature, VerifierKey};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::witness::{Submission, Witness, WitnessError, judge};
use shinsei_core::tree::proof::{Span, consistency_spans};
use shinsei_core::tree::{Frontier, Hash, Head, leaf_hash};

use crate::clause::{Clause, Kept, hold, same};
use crate::{Breach, FakeClock};

/// A witness that has seen nothing yet, of the logs whose keys are [`log_keys`].
pub trait WitnessUnderTest {
    /// Opens the witness; again means with what it has seen. A clause drops it before it opens it again.
    fn open(&self) -> Box<dyn Witness + '_>;
}

/// Hands the list of all clauses to another macro, behind what is given to it: the one place where they stand.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_witness_clause {
    ($($then:ident)::+ ! ($($given:tt)*)) => {
        $($then)::+! { ($($given)*)
            witness: a_first_head_is_cosigned, a_head_that_extends_the_last_is_cosigned,
                a_head_that_does_not_extend_it_is_refused, another_last_size_is_a_conflict,
                a_log_that_is_not_known_is_refused, a_head_that_its_log_did_not_sign_is_refused,
                what_was_cosigned_is_remembered, logs_are_apart;
        }
    };
}

/// Every clause of a witness.
pub fn clauses() -> Vec<Clause<dyn WitnessUnderTest>> {
    for_each_witness_clause!(crate::clause::list!(crate))
}

/// Makes one test of each clause from a function that gives a fresh [`WitnessUnderTest`].
///
/// [`WitnessUnderTest`]: crate::witness::WitnessUnderTest
#[macro_export]
macro_rules! witness_suite {
    ($fresh:ident) => {
        $crate::for_each_witness_clause! { $crate::clause_tests!($fresh $crate) }
    };
}

/// The origins of the logs that the witness under test knows.
const ORIGINS: [&str; 2] = ["city.example.lg.jp/shinsei/012025", "city.example.lg.jp/shinsei/011002"];

/// The keys of the logs that a witness under test must know.
pub fn log_keys() -> Vec<VerifierKey> {
    ORIGINS.iter().map(|origin| signer(origin).verifier_key()).collect()
}

/// The first head of a log is cosigned, and the cosignature verifies over the checkpoint with the witness's key.
pub fn a_first_head_is_cosigned(subject: &dyn WitnessUnderTest) -> Kept {
    let (witness, log) = (subject.open(), Log::of(ORIGINS[0], 5));
    let note = log.head(5)?;
    let cosigned = note.clone().with(witness.add(&Submission { old: 0, proof: &[], checkpoint: &note })?);
    let signed = cosigned.signed_by(witness.key())?;
    hold!(signed.at.is_some(), "the cosignature says when the head was seen");
    Ok(())
}

/// Heads that extend the last one are cosigned one after another, also the same one again.
pub fn a_head_that_extends_the_last_is_cosigned(subject: &dyn WitnessUnderTest) -> Kept {
    let (witness, log) = (subject.open(), Log::of(ORIGINS[0], 300));
    let mut old = 0;
    for size in [1, 2, 2, 3, 8, 100, 256, 300, 300] {
        log.add(&*witness, old, size)?;
        old = size;
    }
    Ok(())
}

/// A wrong proof, a proof too many and another root at the same size are inconsistent, and change nothing.
pub fn a_head_that_does_not_extend_it_is_refused(subject: &dyn WitnessUnderTest) -> Kept {
    let (witness, log) = (subject.open(), Log::of(ORIGINS[0], 20));
    let altered = Log { leaves: log.leaves.iter().rev().copied().collect(), ..Log::of(ORIGINS[0], 0) };
    log.add(&*witness, 0, 7)?;
    for size in [7, 8, 20] {
        let submitted = altered.add(&*witness, 7, size);
        hold!(
            matches!(submitted, Err(WitnessError::Inconsistent { .. })),
            "another log of {size} records is inconsistent with 7, but was answered {submitted:?}"
        );
    }
    let note = log.head(20)?;
    let proof = log.proof(7, 20);
    let mut wrong = proof.clone();
    wrong[0].0[0] ^= 1;
    for (what, proof) in [("a forged", &wrong[..]), ("a short", &proof[1..]), ("no", &[])] {
        let submitted = witness.add(&Submission { old: 7, proof, checkpoint: &note });
        hold!(
            matches!(submitted, Err(WitnessError::Inconsistent { .. })),
            "with {what} proof a head is inconsistent, but was answered {submitted:?}"
        );
    }
    log.add(&*witness, 7, 20)?;
    Ok(())
}

/// Whoever names another last size than the witness knows is told which, and may go on from there.
pub fn another_last_size_is_a_conflict(subject: &dyn WitnessUnderTest) -> Kept {
    let (witness, log) = (subject.open(), Log::of(ORIGINS[0], 20));
    same!(conflict(log.add(&*witness, 3, 9))?, 0, "the size that a witness knows which saw nothing");
    log.add(&*witness, 0, 9)?;
    for (old, size) in [(0, 20), (3, 20), (0, 9), (0, 5), (5, 5)] {
        same!(conflict(log.add(&*witness, old, size))?, 9, "the size known when {old} became {size}");
    }
    let beyond = log.add(&*witness, 9, 5);
    let malformed = matches!(beyond, Err(WitnessError::Malformed { .. }));
    hold!(malformed, "an old size beyond the head is malformed, but was answered {beyond:?}");
    log.add(&*witness, 9, 20)?;
    Ok(())
}

/// A log of another name is not witnessed, even when it signs with a key that is known.
pub fn a_log_that_is_not_known_is_refused(subject: &dyn WitnessUnderTest) -> Kept {
    let witness = subject.open();
    let submitted = Log::of("city.example.lg.jp/shinsei/131016", 3).add(&*witness, 0, 3);
    let refused = matches!(submitted, Err(WitnessError::UnknownLog));
    hold!(refused, "a log that nobody registered is unknown, but was answered {submitted:?}");
    Ok(())
}

/// A head without the log's signature, or with one of another key or over another text, is refused.
pub fn a_head_that_its_log_did_not_sign_is_refused(subject: &dyn WitnessUnderTest) -> Kept {
    let (witness, log) = (subject.open(), Log::of(ORIGINS[0], 3));
    let signed = log.head(3)?;
    let bare = Note::new(signed.text())?;
    let stranger = LogSigner::new(ORIGINS[0], &[99; 32])?;
    let by_stranger = bare.clone().with(stranger.sign(&bare));
    let moved = Note::new(signed.text())?.with(log.head(2)?.signatures()[0].clone());
    for (what, note) in
        [("without a", &bare), ("with a stranger's", &by_stranger), ("with another head's", &moved)]
    {
        let submitted = witness.add(&Submission { old: 0, proof: &[], checkpoint: note });
        let refused = matches!(submitted, Err(WitnessError::NotSigned));
        hold!(refused, "a head {what} signature is not signed, but was answered {submitted:?}");
    }
    log.add(&*witness, 0, 3)?;
    Ok(())
}

/// What was cosigned is known when the witness is opened again; what was refused is not.
pub fn what_was_cosigned_is_remembered(subject: &dyn WitnessUnderTest) -> Kept {
    let log = Log::of(ORIGINS[0], 20);
    log.add(&*subject.open(), 0, 4)?;
    let again = subject.open();
    same!(conflict(log.add(&*again, 0, 9))?, 4, "the size known after reopening");
    log.add(&*again, 4, 9)?;
    drop(again);
    let last = subject.open();
    same!(conflict(log.add(&*last, 4, 9))?, 9, "the size known after reopening again");
    log.add(&*last, 9, 20)?;
    Ok(())
}

/// Two logs are witnessed side by side, the same sizes and all.
pub fn logs_are_apart(subject: &dyn WitnessUnderTest) -> Kept {
    let witness = subject.open();
    let (one, other) = (Log::of(ORIGINS[0], 9), Log::of(ORIGINS[1], 9));
    one.add(&*witness, 0, 9)?;
    same!(conflict(other.add(&*witness, 9, 9))?, 0, "the size known of the other log");
    other.add(&*witness, 0, 4)?;
    one.add(&*witness, 9, 9)?;
    other.add(&*witness, 4, 9)?;
    Ok(())
}

/// A log of so many records, with the keys of this suite.
struct Log {
    origin: &'static str,
    leaves: Vec<Hash>,
}

impl Log {
    fn of(origin: &'static str, size: u64) -> Self {
        let leaf = |n: u64| leaf_hash(&[origin.as_bytes(), &n.to_be_bytes()].concat());
        Self { origin, leaves: (0..size).map(leaf).collect() }
    }

    fn root(&self, span: Span) -> Hash {
        let mut frontier = Frontier::default();
        let at = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        self.leaves[at(span.first)..at(span.end)].iter().for_each(|leaf| frontier.append(*leaf, |_| {}));
        frontier.head().root
    }

    fn head(&self, size: u64) -> Result<Note, Breach> {
        let head = Head { size, root: self.root(Span { first: 0, end: size }) };
        let note = Checkpoint::new(self.origin, head)?.to_note()?;
        let signature = signer(self.origin).sign(&note);
        Ok(note.with(signature))
    }

    fn proof(&self, old: u64, new: u64) -> Vec<Hash> {
        consistency_spans(old, new).into_iter().map(|span| self.root(span)).collect()
    }

    fn add(&self, witness: &dyn Witness, old: u64, size: u64) -> Result<Signature, WitnessError> {
        let unreadable = |_| WitnessError::Malformed { source: None };
        let note = self.head(size).map_err(unreadable)?;
        witness.add(&Submission { old, proof: &self.proof(old, size), checkpoint: &note })
    }
}

fn signer(origin: &str) -> LogSigner {
    #[expect(clippy::expect_used, reason = "OK because the origins of this suite are names of keys")]
    LogSigner::new(origin, &[11; 32]).expect("a name")
}

fn conflict(answer: Result<Signature, WitnessError>) -> Result<u64, Breach> {
    match answer {
        Err(WitnessError::Conflict { size }) => Ok(size),
        other => Err(Breach::new(format!("another last size is a conflict, but was answered {other:?}"))),
    }
}

/// A witness in memory: as strict as any, and forgets when it is dropped.
pub struct MemoryWitness {
    cosigner: Cosigner,
    key: VerifierKey,
    logs: Vec<VerifierKey>,
    clock: FakeClock,
    last: Mutex<BTreeMap<String, Head>>,
}

impl MemoryWitness {
    /// A witness of these logs.
    ///
    /// # Panics
    /// When the name is none of a key: a test that gives such a name is wrong.
    pub fn new(name: &str, logs: Vec<VerifierKey>, clock: FakeClock) -> Self {
        #[expect(clippy::expect_used, reason = "a test that gives a name with a space is wrong")]
        let cosigner = Cosigner::new(name, &[23; 32]).expect("a name of a key");
        Self { key: cosigner.verifier_key(), cosigner, logs, clock, last: Mutex::default() }
    }

    /// The last head of a log that it cosigned.
    pub fn last(&self, origin: &str) -> Option<Head> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).get(origin).copied()
    }
}

impl Witness for MemoryWitness {
    fn key(&self) -> &VerifierKey {
        &self.key
    }

    fn add(&self, submission: &Submission<'_>) -> Result<Signature, WitnessError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let checkpoint = judge(submission, &self.logs, |origin| Ok(last.get(origin).copied()))?;
        last.insert(checkpoint.origin().to_owned(), checkpoint.head());
        Ok(self.cosigner.cosign(submission.checkpoint, self.clock.now()))
    }
}
