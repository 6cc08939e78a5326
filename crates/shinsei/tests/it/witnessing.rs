//! Heads witnessed by the engine: what grew is cosigned, what was altered or cut off is an alarm.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use shinsei::memory::MemoryStore;
use shinsei::witnessing::{Refused, Witnessed, Witnessing};
use shinsei_conformance::FakeClock;
use shinsei_conformance::witness::MemoryWitness;
use shinsei_core::checkpoint::Checkpoint;
use shinsei_core::note::{Signature, VerifierKey};
use shinsei_core::port::store::Store as _;
use shinsei_core::port::witness::{Submission, Witness, WitnessError};

use crate::town::{Town, dogs_road, hakodate, submission};

const PREFIX: &str = "city.example.lg.jp/shinsei";

/// A witness that may be out of reach.
struct Reached(Arc<MemoryWitness>, Arc<Mutex<bool>>);

impl Witness for Reached {
    fn key(&self) -> &VerifierKey {
        self.0.key()
    }

    fn add(&self, submission: &Submission<'_>) -> Result<Signature, WitnessError> {
        if *self.1.lock().unwrap() {
            self.0.add(submission)
        } else {
            Err(WitnessError::Unavailable { source: "no route".into() })
        }
    }
}

struct Witnesses {
    near: Arc<MemoryWitness>,
    far: Arc<MemoryWitness>,
    reached: Arc<Mutex<bool>>,
}

fn witnesses() -> Witnesses {
    let key = Witnessing::new(PREFIX, [1; 32], vec![]).unwrap().verifier_key(hakodate()).unwrap();
    let witness = |name| Arc::new(MemoryWitness::new(name, vec![key.clone()], FakeClock::default()));
    Witnesses {
        near: witness("near.example/w"),
        far: witness("far.example/w"),
        reached: Arc::new(Mutex::new(true)),
    }
}

impl Witnesses {
    /// As after a restart: nothing is known of what the witnesses have seen.
    fn witnessing(&self) -> Witnessing {
        let near = Reached(Arc::clone(&self.near), Arc::clone(&self.reached));
        Witnessing::new(PREFIX, [1; 32], vec![Arc::new(near), Arc::clone(&self.far) as _]).unwrap()
    }
}

fn round(town: &Town, witnessing: &Witnessing) -> Witnessed {
    let mut all = town.engine.witness_heads(witnessing);
    assert_eq!(all.len(), 1);
    all.remove(0).unwrap()
}

fn signed_by(witnessed: &Witnessed, witness: &MemoryWitness) -> bool {
    witnessed.note.signed_by(witness.key()).is_ok()
}

#[test]
fn a_log_that_grows_is_cosigned_by_all_round_by_round() {
    let (town, witnesses) = (Town::new(), witnesses());
    let witnessing = witnesses.witnessing();
    assert_eq!(round(&town, &witnessing).head.size, 0);
    for n in 1..=5 {
        town.done(submission(n));
        let witnessed = round(&town, &witnessing);
        let head = town.store.head(hakodate()).unwrap();
        assert_eq!((witnessed.head, witnessed.municipality), (head, hakodate()));
        assert_eq!(Checkpoint::of(&witnessed.note).unwrap().origin(), "city.example.lg.jp/shinsei/012025");
        assert!(witnessed.note.signed_by(&witnessing.verifier_key(hakodate()).unwrap()).is_ok());
        assert!(signed_by(&witnessed, &witnesses.near) && signed_by(&witnessed, &witnesses.far));
        assert!(witnessed.refused.is_empty());
    }
    dogs_road(100, 1).into_iter().for_each(|step| drop(town.done(step)));
    // After a restart the witnesses tell where they are.
    let witnessed = round(&town, &witnesses.witnessing());
    assert!(signed_by(&witnessed, &witnesses.near) && signed_by(&witnessed, &witnesses.far));
    assert!(format!("{witnessing:?}").contains("near.example/w"));
}

#[test]
fn a_witness_out_of_reach_hinders_no_other_and_catches_up() {
    let (town, witnesses) = (Town::new(), witnesses());
    let witnessing = witnesses.witnessing();
    town.done(submission(1));
    *witnesses.reached.lock().unwrap() = false;
    let witnessed = round(&town, &witnessing);
    assert!(signed_by(&witnessed, &witnesses.far) && !signed_by(&witnessed, &witnesses.near));
    let (name, refused) = &witnessed.refused[0];
    assert_eq!((name.as_str(), refused.is_alarm()), ("near.example/w", false));
    town.done(submission(2));
    *witnesses.reached.lock().unwrap() = true;
    let witnessed = round(&town, &witnessing);
    assert!(signed_by(&witnessed, &witnesses.far) && signed_by(&witnessed, &witnesses.near));
}

/// Somebody puts an older copy, or another history, in the place of the log.
#[test]
fn a_log_that_was_cut_off_or_rewritten_is_an_alarm() {
    let witnesses = witnesses();
    let town = Town::new();
    (1..=3).for_each(|n| drop(town.done(submission(n))));
    round(&town, &witnesses.witnessing());

    let older = Town::new();
    older.done(submission(1));
    let witnessed = round(&older, &witnesses.witnessing());
    assert!(!signed_by(&witnessed, &witnesses.near));
    for (_, refused) in &witnessed.refused {
        assert!(matches!(refused, Refused::CutOff { witnessed: 6, present: 2 }), "{refused:?}");
        assert!(refused.is_alarm());
    }
    let rewritten = Town::new();
    [9, 2, 3, 4].into_iter().for_each(|n| drop(rewritten.done(submission(n))));
    let witnessed = round(&rewritten, &witnesses.witnessing());
    for (_, refused) in &witnessed.refused {
        assert!(matches!(refused, Refused::Witness(WitnessError::Inconsistent { .. })), "{refused:?}");
        assert!(refused.is_alarm());
    }
    assert_eq!(witnessed.refused.len(), 2);
    assert_eq!(witnesses.near.last("city.example.lg.jp/shinsei/012025").map(|head| head.size), Some(6));
}

#[test]
fn the_worker_witnesses_at_once_and_again_until_the_engine_shuts_down() {
    let (town, witnesses) = (Town::new(), witnesses());
    town.done(submission(1));
    let (say, said) = channel();
    town.engine
        .start_witness_worker(Arc::new(witnesses.witnessing()), Duration::from_millis(1), move |told| {
            let _ = say.send(told.unwrap().head.size);
        })
        .unwrap();
    assert_eq!(said.recv().unwrap(), 2);
    town.done(submission(2));
    assert!(said.iter().any(|size| size == 4));
    town.engine.shut_down();
    assert!(said.iter().all(|size| size == 4), "and then it is told no more");
}

#[test]
fn a_prefix_that_is_no_name_is_refused() {
    assert!(Witnessing::new("a city/shinsei", [1; 32], vec![]).is_err());
    let store = MemoryStore::new(Arc::new(FakeClock::default()));
    assert_eq!(store.municipalities().unwrap(), []);
}
