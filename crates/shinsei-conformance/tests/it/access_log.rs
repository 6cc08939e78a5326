//! The access log in memory keeps every clause, and each clause finds one that is broken.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use shinsei::memory::MemoryStore;
use shinsei_conformance::access_log::{AccessLogUnderTest, clauses};
use shinsei_conformance::{FakeClock, Report};
use shinsei_core::actor::Actor;
use shinsei_core::ids::{Municipality, Purpose, StreamKind};
use shinsei_core::port::access_log::{About, Access, AccessLog, Accessed, Question};
use shinsei_core::port::store::StoreError;
use shinsei_core::time::{Timestamp, Window};

shinsei_conformance::access_log_suite!(whole);

/// What an access log does wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slip {
    Nothing,
    CutsPurposes,
    StopsTheClock,
    ForgetsOnOpening,
    MixesKindsOfStream,
    MixesReaders,
    ClosesTheWindow,
    BeginsEachPageAnew,
    ForgetsWhatIsAsOld,
    GivesPlacesAgain,
    MixesMunicipalities,
    ForgetsNeighbours,
}

struct Log {
    slip: Slip,
    clock: FakeClock,
    kept: MemoryStore,
    opened: AtomicUsize,
    forgotten: AtomicUsize,
}

struct Opened<'l>(&'l Log, usize);

fn with(slip: Slip) -> Log {
    let clock = FakeClock::default();
    let kept = MemoryStore::new(Arc::new(clock.clone()));
    Log { slip, kept, clock, opened: AtomicUsize::new(0), forgotten: AtomicUsize::new(0) }
}

fn whole() -> Log {
    with(Slip::Nothing)
}

impl AccessLogUnderTest for Log {
    fn open(&self) -> Box<dyn AccessLog + '_> {
        Box::new(Opened(self, self.opened.fetch_add(1, Ordering::SeqCst)))
    }

    fn clock(&self) -> &FakeClock {
        &self.clock
    }
}

impl AccessLog for Opened<'_> {
    fn record(&self, accesses: &[Access]) -> Result<Timestamp, StoreError> {
        let cut = |access: &Access| {
            let mut access = access.clone();
            if self.0.slip == Slip::CutsPurposes {
                let cut = access.purpose.as_str().chars().take(10).collect::<String>();
                access.purpose = Purpose::new(cut).expect("a code");
            }
            access
        };
        let at = self.0.kept.record(&accesses.iter().map(cut).collect::<Vec<_>>())?;
        Ok(if self.0.slip == Slip::StopsTheClock { at.saturating_add_micros(-1) } else { at })
    }

    fn accesses(
        &self,
        question: &Question,
        after: u64,
        max: usize,
        visit: &mut dyn FnMut(Accessed) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let slip = self.0.slip;
        let mut question = question.clone();
        let after = if slip == Slip::BeginsEachPageAnew && after > 3 { 3 } else { after };
        let forgotten = self.0.forgotten.load(Ordering::SeqCst) as u64;
        if slip == Slip::ClosesTheWindow {
            question.within.until = question.within.until.map(|until| until.saturating_add_micros(1));
        }
        let hidden =
            |accessed: &Accessed| slip == Slip::ForgetsOnOpening && accessed.ordinal <= self.1 as u64;
        let mut show = |mut accessed: Accessed| {
            if slip == Slip::GivesPlacesAgain {
                accessed.ordinal -= forgotten;
            }
            if hidden(&accessed) { ControlFlow::Continue(()) } else { visit(accessed) }
        };
        match (slip, &question.about) {
            (Slip::MixesKindsOfStream, About::Stream(stream)) => {
                let mut user = *stream;
                user.kind = StreamKind::User;
                let both = [Question { about: About::Stream(user), ..question.clone() }, question.clone()];
                both.iter().try_for_each(|one| self.0.kept.accesses(one, after, max, &mut show))
            }
            (Slip::MixesReaders, About::User(user)) => {
                let number = shinsei_core::ids::StaffId::new(user.0.to_string()).expect("a code");
                self.0.kept.accesses(&question, after, max, &mut show)?;
                question.about = About::Staff(number);
                self.0.kept.accesses(&question, after, max, &mut show)
            }
            (Slip::MixesMunicipalities, _) => {
                let neighbour = "011002".parse().expect("a code");
                let theirs = Question { municipality: neighbour, ..question.clone() };
                self.0.kept.accesses(&theirs, after, max, &mut show)?;
                self.0.kept.accesses(&question, after, max, &mut show)
            }
            _ => self.0.kept.accesses(&question, after, max, &mut show),
        }
    }

    fn forget(&self, municipality: Municipality, before: Timestamp, max: usize) -> Result<u64, StoreError> {
        let before = match self.0.slip {
            Slip::ForgetsWhatIsAsOld => before.saturating_add_micros(1),
            _ => before,
        };
        let hakodate: Municipality = "012025".parse().expect("a code");
        if self.0.slip == Slip::ForgetsNeighbours && municipality != hakodate {
            self.0.kept.forget(hakodate, before, max)?;
        }
        let forgotten = self.0.kept.forget(municipality, before, max)?;
        // All that was recorded, where a clause goes on after it.
        if max == 10 {
            self.0.forgotten.store(usize::try_from(forgotten).expect("few"), Ordering::SeqCst);
        }
        Ok(forgotten)
    }
}

#[test]
fn each_clause_finds_the_log_that_breaks_it() {
    for (slip, clause) in [
        (Slip::CutsPurposes, "what_was_recorded_comes_back"),
        (Slip::StopsTheClock, "an_access_bears_the_time_of_the_clock"),
        (Slip::ForgetsOnOpening, "accesses_survive_reopening"),
        (Slip::MixesKindsOfStream, "a_case_has_its_own_accesses"),
        (Slip::MixesReaders, "a_reader_has_their_own_accesses"),
        (Slip::ClosesTheWindow, "a_window_is_half_open"),
        (Slip::BeginsEachPageAnew, "a_page_goes_on_where_the_last_ended"),
        (Slip::ForgetsWhatIsAsOld, "what_is_older_is_forgotten"),
        (Slip::GivesPlacesAgain, "a_place_is_given_once"),
        (Slip::MixesMunicipalities, "municipalities_are_apart"),
        (Slip::ForgetsNeighbours, "municipalities_are_apart"),
    ] {
        let report = Report::of(&clauses(), || Box::new(with(slip)));
        assert_eq!(report.broken(), [format!("access_log::{clause}")], "{report}");
    }
    assert_eq!(clauses().len(), 10);
}

#[test]
fn nobody_is_a_reader_of_what_was_never_read() {
    let (log, question) = (whole(), |about| Question {
        municipality: "012025".parse().unwrap(),
        about,
        within: Window::ALWAYS,
    });
    let system = shinsei_core::ids::StaffId::new("system").unwrap();
    let access = Access {
        municipality: "012025".parse().unwrap(),
        stream: shinsei_core::ids::CaseId(uuid::Uuid::nil()).into(),
        document: None,
        reader: Actor::System,
        purpose: Purpose::new("notice").unwrap(),
    };
    log.open().record(&[access]).unwrap();
    let mut found = vec![];
    log.open()
        .accesses(&question(About::Staff(system)), 0, 10, &mut |accessed| {
            found.push(accessed);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(found, []);
}
