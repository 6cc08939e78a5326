//! Wrong when something fails: the store in memory behind a wire that can be cut, a disk that can be full.

use std::sync::{Arc, Mutex, MutexGuard};

use shinsei::memory::MemoryStore;
use shinsei_conformance::store::faults::{Fault, StoreWithFaults};
use shinsei_conformance::store::{StoreUnderTest, fault_clauses};
use shinsei_conformance::{FakeClock, Report};
use shinsei_core::agenda::{AgendaChange, Channel, Due, Entry, EntryKey};
use shinsei_core::ids::{CaseId, EntryName};
use shinsei_core::port::store::{Commit, Outcome, Store, StoreError};
use uuid::Uuid;

use super::{Answer, Broken, Wrong};

/// What it does wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slip {
    Nothing,
    MisnamesFull,
    SchedulesWhenReadOnly,
    StaysFull,
    WritesTheFirstOfWhatIsLost,
    SaysThatWhatIsWrittenFailed,
    MovesReceiptsOfWhatIsSentAgain,
}

struct Faulty {
    broken: Broken,
    wire: Arc<Wire>,
}

struct Wire {
    slip: Slip,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    fault: Option<Fault>,
    was_full: bool,
}

impl Faulty {
    fn new(slip: Slip) -> Self {
        let wire = Arc::new(Wire { slip, state: Mutex::default() });
        let inner = Arc::clone(&wire);
        Self { broken: Broken::with(|_| Box::new(inner)), wire }
    }
}

impl Wire {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn slips(&self, slip: Slip) -> bool {
        self.slip == slip
    }
}

fn lost() -> StoreError {
    StoreError::OutcomeUnknown { source: "the wire was cut".into() }
}

impl Wrong for Arc<Wire> {
    fn commit(&self, whole: &MemoryStore, batch: &[Commit]) -> Answer<Vec<Outcome>> {
        let source = || "as the test wants it".into();
        let fault = self.state().fault;
        match fault {
            None if self.slips(Slip::StaysFull) && batch.len() == 2 && self.state().was_full => {
                self.state().was_full = false;
                Err(StoreError::Full { source: source() })
            }
            None if self.slips(Slip::MovesReceiptsOfWhatIsSentAgain) => {
                let mut outcomes = whole.commit(batch)?;
                for outcome in &mut outcomes {
                    if let Outcome::Again(receipt) = outcome {
                        receipt.first = receipt.first.next();
                    }
                }
                Ok(outcomes)
            }
            None => whole.commit(batch),
            Some(Fault::Busy) => Err(StoreError::Unavailable { source: source() }),
            Some(Fault::Full) if self.slips(Slip::MisnamesFull) => {
                Err(StoreError::Driver { source: source() })
            }
            Some(Fault::Full) => {
                self.state().was_full = true;
                Err(StoreError::Full { source: source() })
            }
            Some(Fault::ReadOnly) => {
                if self.slips(Slip::SchedulesWhenReadOnly) {
                    whole.commit(&[of_its_own(batch)])?;
                }
                Err(StoreError::ReadOnly { source: source() })
            }
            Some(Fault::CutBefore(0) | Fault::CutAfter(0)) => {
                Err(StoreError::Unavailable { source: source() })
            }
            Some(Fault::CutBefore(_)) => Err(lost()),
            Some(Fault::CutAfter(_)) if self.slips(Slip::WritesTheFirstOfWhatIsLost) => {
                whole.commit(&batch[..1]).and(Err(lost()))
            }
            Some(Fault::CutAfter(_)) if self.slips(Slip::SaysThatWhatIsWrittenFailed) => {
                whole.commit(batch).and(Err(StoreError::Unavailable { source: source() }))
            }
            Some(Fault::CutAfter(_)) => whole.commit(batch).and(Err(lost())),
        }
    }
}

/// A commit that nobody asked for: an entry on the agenda.
fn of_its_own(batch: &[Commit]) -> Commit {
    let key = EntryKey {
        stream: CaseId(Uuid::from_u128(77)).into(),
        name: EntryName::new("nobody-asked").unwrap(),
    };
    let entry = Entry { key, channel: Channel::Notice, due: Due::AtOnce, task: vec![] };
    Commit {
        command: None,
        appends: vec![],
        documents: vec![],
        agenda: vec![AgendaChange::Schedule(entry)],
        ..batch[0].clone()
    }
}

impl StoreUnderTest for Faulty {
    fn open(&self) -> Box<dyn Store + '_> {
        self.broken.open()
    }

    fn clock(&self) -> &FakeClock {
        self.broken.clock()
    }

    fn step_back_max_micros(&self) -> i64 {
        self.broken.step_back_max_micros()
    }
}

impl StoreWithFaults for Faulty {
    fn faults(&self) -> Vec<Fault> {
        let cuts = (0..2).flat_map(|part| [Fault::CutBefore(part), Fault::CutAfter(part)]);
        [Fault::Busy, Fault::Full, Fault::ReadOnly].into_iter().chain(cuts).collect()
    }

    fn inject(&self, fault: Fault) {
        self.wire.state().fault = Some(fault);
    }

    fn mend(&self) {
        self.wire.state().fault = None;
    }
}

#[test]
fn each_flaw_in_what_fails_is_found() {
    let flaws: [(Slip, &[&str]); 7] = [
        (Slip::Nothing, &[]),
        (Slip::MisnamesFull, &["faults::a_fault_has_its_name"]),
        (Slip::SchedulesWhenReadOnly, &["faults::what_failed_left_no_trace"]),
        (Slip::StaysFull, &["faults::work_goes_on_when_it_is_over"]),
        (Slip::WritesTheFirstOfWhatIsLost, &["faults::a_lost_batch_is_there_whole_or_not_at_all"]),
        (Slip::SaysThatWhatIsWrittenFailed, &["faults::a_lost_batch_is_there_whole_or_not_at_all"]),
        (Slip::MovesReceiptsOfWhatIsSentAgain, &["faults::what_was_lost_may_be_sent_again"]),
    ];
    for (slip, wanted) in flaws {
        let report = Report::of(&fault_clauses(), || Box::new(Faulty::new(slip)) as Box<dyn StoreWithFaults>);
        assert_eq!(report.broken(), wanted, "{report}");
    }
    let unproved: Vec<_> = fault_clauses()
        .iter()
        .map(|clause| clause.name())
        .filter(|name| !flaws.iter().any(|(_, clauses)| *clauses == [*name]))
        .collect();
    assert_eq!(unproved, [] as [&str; 0]);
}
