//! Heads signed and witnessed: what makes an alteration show, whoever makes it.

use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use shinsei_core::checkpoint::{Checkpoint, NoCheckpoint, origin};
use shinsei_core::ids::Municipality;
use shinsei_core::note::{LogSigner, Note, NoteError, Signature, VerifierKey};
use shinsei_core::port::store::{Store, StoreError};
use shinsei_core::port::witness::{Submission, Witness, WitnessError};
use shinsei_core::tree::Head;
use shinsei_core::tree::prover::Prover;

use crate::engine::{Engine, EngineError};

/// How often a head is submitted to one witness in a round: once to learn what it knows, and again where another node of
/// the same log came in between.
const SUBMISSIONS_MAX: u32 = 4;

/// Signs heads of municipalities and submits them to witnesses.
///
/// The signing key is an input: 32 secret bytes that the operator keeps where the database is not. Each municipality's log
/// is named `<prefix>/<code>`; the name is that of its key, too, and what witnesses register.
pub struct Witnessing {
    prefix: String,
    seed: [u8; 32],
    witnesses: Vec<Arc<dyn Witness>>,
    /// The sizes that witnesses are known to have seen, by the place of the witness.
    seen: Mutex<HashMap<(Municipality, usize), u64>>,
}

/// A head that was signed, and what its witnesses said.
#[derive(Debug)]
pub struct Witnessed {
    /// Whose log.
    pub municipality: Municipality,
    /// Its head.
    pub head: Head,
    /// The head signed by the log, with the cosignature of each witness that gave one: to be published and kept.
    pub note: Note,
    /// The witnesses that gave none, by the name of their key, and why.
    pub refused: Vec<(String, Refused)>,
}

/// Why a witness did not cosign.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// It has seen more records than there are: the log was cut off, or a backup was put in its place.
    #[error("{witnessed} records were witnessed and {present} are there: the log was cut off")]
    CutOff {
        /// How many the witness has seen.
        witnessed: u64,
        /// How many there are.
        present: u64,
    },
    /// What it said; [`WitnessError::Inconsistent`] means that the log was altered.
    #[error(transparent)]
    Witness(WitnessError),
    /// The proof for it could not be made.
    #[error("the proof for the witness could not be made")]
    Store(#[source] StoreError),
}

impl Refused {
    /// True when it shows that the log was altered, and not only that nobody answered.
    pub fn is_alarm(&self) -> bool {
        match self {
            Self::CutOff { .. } | Self::Witness(WitnessError::Inconsistent { .. }) => true,
            Self::Store(error) => matches!(error, StoreError::Corrupt { .. }),
            Self::Witness(_) => false,
        }
    }
}

/// Why a head was not even signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WitnessingError {
    /// The store could not be read, or gives a head that is not that of its nodes: it was altered.
    #[error("the head of municipality {municipality} cannot be signed")]
    Store {
        /// Whose.
        municipality: Municipality,
        /// What the store said.
        #[source]
        source: StoreError,
    },
    /// The prefix makes no name of a log or of a key.
    #[error("the name of the log of municipality {municipality} is none that a witness takes")]
    Name {
        /// Whose.
        municipality: Municipality,
        /// What is wrong.
        #[source]
        source: NoCheckpoint,
    },
}

impl Witnessing {
    /// Signs under names that begin with a prefix, such as `city.example.lg.jp/shinsei`, and submits to these witnesses, one
    /// after another: each is given the cosignatures of those before it, so that one that keeps a file comes last.
    ///
    /// # Errors
    /// [`NoteError::KeyName`] for a prefix that no key's name can begin with.
    pub fn new(
        prefix: impl Into<String>,
        seed: [u8; 32],
        witnesses: Vec<Arc<dyn Witness>>,
    ) -> Result<Self, NoteError> {
        let prefix = prefix.into();
        LogSigner::new(format!("{prefix}/"), &seed)?;
        Ok(Self { prefix, seed, witnesses, seen: Mutex::default() })
    }

    /// The key that the heads of a municipality are verified with: what witnesses and verifiers are told.
    ///
    /// # Errors
    /// [`NoteError::KeyName`] does not happen after [`Self::new`].
    pub fn verifier_key(&self, municipality: Municipality) -> Result<VerifierKey, NoteError> {
        Ok(self.signer(municipality)?.verifier_key())
    }

    fn signer(&self, municipality: Municipality) -> Result<LogSigner, NoteError> {
        LogSigner::new(origin(&self.prefix, municipality), &self.seed)
    }

    /// Signs the present head of a municipality as its store gives it, and submits it to the witnesses: what
    /// [`Engine::witness_heads`] does for each, and a program that has no engine and may only read does itself.
    ///
    /// # Errors
    /// [`WitnessingError`] when it was not even signed.
    pub fn witness(
        &self,
        store: &dyn Store,
        municipality: Municipality,
    ) -> Result<Witnessed, WitnessingError> {
        let failed = |source| WitnessingError::Store { municipality, source };
        let named = |source| WitnessingError::Name { municipality, source };
        let head = store.head(municipality).map_err(failed)?;
        let mut prover = Prover::new(store, municipality);
        if prover.head_at(head.size).map_err(failed)? != head {
            let what = "the head is not the root of the nodes that are kept".to_owned();
            return Err(failed(StoreError::Corrupt { what }));
        }
        let signer = self.signer(municipality).map_err(|source| named(source.into()))?;
        let note = Checkpoint::new(origin(&self.prefix, municipality), head).map_err(named)?;
        let note = note.to_note().map_err(named)?;
        let signature = signer.sign(&note);
        let mut witnessed = Witnessed { municipality, head, note: note.with(signature), refused: vec![] };
        for (place, witness) in self.witnesses.iter().enumerate() {
            match self.submit(&mut prover, municipality, place, &witnessed) {
                Ok(cosignature) => witnessed.note = witnessed.note.with(cosignature),
                Err(refused) => witnessed.refused.push((witness.key().name().to_owned(), refused)),
            }
        }
        Ok(witnessed)
    }

    /// Submits a head to one witness, from the size that it last saw.
    fn submit(
        &self,
        prover: &mut Prover<'_>,
        municipality: Municipality,
        place: usize,
        head: &Witnessed,
    ) -> Result<Signature, Refused> {
        let present = head.head.size;
        let mut old = self.seen().get(&(municipality, place)).copied().unwrap_or(0);
        let mut submissions = 0;
        loop {
            submissions += 1;
            if old > present {
                return Err(Refused::CutOff { witnessed: old, present });
            }
            let proof = prover.consistency(old, present).map_err(Refused::Store)?;
            let answer =
                self.witnesses[place].add(&Submission { old, proof: &proof, checkpoint: &head.note });
            match answer {
                Ok(cosignature) => {
                    self.seen().insert((municipality, place), present);
                    return Ok(cosignature);
                }
                Err(WitnessError::Conflict { size }) if submissions < SUBMISSIONS_MAX && size != old => {
                    old = size
                }
                Err(error) => return Err(Refused::Witness(error)),
            }
        }
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, HashMap<(Municipality, usize), u64>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows its logs' prefix and its witnesses, and nothing of the secret.
impl fmt::Debug for Witnessing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.witnesses.iter().map(|witness| witness.key().name()).collect();
        f.debug_struct("Witnessing")
            .field("prefix", &self.prefix)
            .field("witnesses", &names)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Signs the present head of each municipality and submits it to the witnesses, on this thread.
    ///
    /// Look at [`Witnessed::refused`]: a refusal that [`Refused::is_alarm`] says that the log was altered.
    pub fn witness_heads(&self, witnessing: &Witnessing) -> Vec<Result<Witnessed, WitnessingError>> {
        let mut municipalities: Vec<Municipality> = self.shared.municipalities().collect();
        municipalities.sort();
        municipalities.into_iter().map(|one| witnessing.witness(&*self.shared.store, one)).collect()
    }

    /// Starts a thread that witnesses the heads at once and then at an interval, until the engine shuts down. What each
    /// municipality came to is told to `told`, which should raise the alarm where there is one.
    ///
    /// # Errors
    /// [`EngineError::Thread`]: the operating system gives no thread.
    pub fn start_witness_worker(
        &self,
        witnessing: Arc<Witnessing>,
        every: Duration,
        told: impl Fn(Result<Witnessed, WitnessingError>) + Send + 'static,
    ) -> Result<(), EngineError> {
        let shared = Arc::clone(&self.shared);
        self.spawn("shinsei-witness", move || {
            loop {
                for municipality in shared.municipalities() {
                    // OK because the next round begins anew, and a witness keeps what it saw.
                    let _ = catch_unwind(AssertUnwindSafe(|| {
                        told(witnessing.witness(&*shared.store, municipality))
                    }));
                }
                if !shared.bell.rest(every) {
                    return;
                }
            }
        })
    }
}
