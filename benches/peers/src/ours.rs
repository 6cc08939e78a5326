//! Our engine on one of our stores, as an embedding service uses it; nothing is switched off.

use std::ops::{ControlFlow, Range};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use shinsei::city_hall::CityHall;
use shinsei::clock::SystemClock;
use shinsei::engine::{Engine, Request, Settings};
use shinsei_core::actor::Actor;
use shinsei_core::catalog::Catalog;
use shinsei_core::decider::{Context, Decider as _};
use shinsei_core::document::Seed;
use shinsei_core::event_format::{Proposed, decode};
use shinsei_core::ids::{CaseId, CommandId, Municipality, Position, StreamId, Version};
use shinsei_core::port::clock::Clock as _;
use shinsei_core::port::signature::{SignatureRequest, SignatureVerifier, Verdict, VerifierError};
use shinsei_core::port::store::{Append, CommandKey, Commit, Outcome, PAGE_RECORDS_MAX, Store};
use shinsei_core::record::RawRecord;
use shinsei_core::tree::Frontier;
use shinsei_peers_work::case::{Case, case_id};
use shinsei_peers_work::draw::Draw;
use shinsei_peers_work::peer::{Peer, mixed};
use uuid::Uuid;

use crate::crew::Crew;
use crate::filing::{FilePapers, Filing, FilingEvent};

/// Events written in one transaction where nothing is measured.
const FILL_BATCH: usize = 1_000;

/// Whether folded states are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum States {
    /// So few that each command loads its case, as with everybody else.
    Loaded,
    /// As many as by default.
    Kept,
}

/// How long commands took.
pub type Latencies = Arc<Mutex<Vec<Duration>>>;

/// Our engine on one of our stores.
pub struct Ours {
    store: Arc<dyn Store>,
    engine: Arc<Engine>,
    city: CityHall,
    bytes: Box<dyn Fn() -> u64>,
    crew: Crew,
    draw: Draw,
    latencies: Latencies,
}

/// Nobody signs here.
struct NoSignatures;

impl SignatureVerifier for NoSignatures {
    fn verify(&self, _: &SignatureRequest<'_>) -> Result<Verdict, VerifierError> {
        Err(VerifierError::Unavailable { source: "nobody signs here".into() })
    }
}

impl Ours {
    /// An engine on a store, which says by this how many bytes it has on disk.
    ///
    /// # Panics
    /// When the engine does not open.
    pub fn new(store: Arc<dyn Store>, states: States, bytes: impl Fn() -> u64 + 'static) -> Self {
        let city = CityHall::new(municipality(), "函館市", Catalog::sample());
        let mut settings = Settings::new(vec![city.clone()]);
        if states == States::Loaded {
            settings.cached_states_max = 1;
        }
        let engine = Engine::open(Arc::clone(&store), Arc::new(NoSignatures), settings);
        Self {
            store,
            engine: Arc::new(engine.expect("an engine")),
            city,
            bytes: Box::new(bytes),
            crew: Crew::default(),
            draw: Draw::new(1),
            latencies: Latencies::default(),
        }
    }

    /// How long the commands of [`Peer::many`] take, from now on.
    pub fn latencies(&self) -> Latencies {
        Arc::clone(&self.latencies)
    }

    fn write(&self, commits: &mut Vec<Commit>) {
        let outcomes = self.store.commit(commits).expect("events are written");
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Done(_))));
        commits.clear();
    }

    /// The commit of a command, and the case after it.
    fn commit(&mut self, number: u64, case: &mut Case) -> Commit {
        let (stream, seed) = (stream(number), self.draw.number());
        let context = Context::bare(
            SystemClock.now(),
            municipality(),
            stream,
            &Actor::System,
            &self.city.calendar,
            &self.city.service_hours,
            Seed([0; 32]),
        );
        let decision =
            Filing(case.clone()).decide(&FilePapers { seed }, &context).expect("nothing is against it");
        // The first event of each five has a number behind it.
        let expected = case.events + case.events.div_ceil(5);
        for proposed in &decision.events {
            if let Proposed::Event(FilingEvent::Filed(filed)) = proposed {
                *case = std::mem::take(case).evolve(filed);
            }
        }
        let records = decision.events.iter().map(|event| event.to_record().expect("JSON")).collect();
        Commit {
            municipality: municipality(),
            command: Some(CommandKey { id: command_id(&mut self.draw), digest: [7; 32] }),
            appends: vec![Append { stream, expected: Version(expected), records }],
            unchanged: vec![],
            documents: vec![],
            agenda: decision.agenda,
            settles: vec![],
            window: decision.window,
        }
    }

    /// Reads the log by pages.
    fn each_record(&self, mut each: impl FnMut(&RawRecord<'_>)) -> u64 {
        let mut after = Position(0);
        loop {
            let before = after;
            let page = self.store.read_log(municipality(), before, PAGE_RECORDS_MAX, &mut |raw| {
                after = raw.position;
                each(&raw);
                ControlFlow::Continue(())
            });
            page.expect("the log");
            if after == before {
                return after.0;
            }
        }
    }
}

impl Peer for Ours {
    fn fill(&mut self, cases: Range<u64>, events: u64) {
        let mut commits = Vec::with_capacity(FILL_BATCH);
        mixed(cases, events, |number, case| {
            commits.push(self.commit(number, case));
            if commits.len() == FILL_BATCH {
                self.write(&mut commits);
            }
        });
        self.write(&mut commits);
    }

    fn one(&mut self, cases: Range<u64>, appends: u64) {
        for _ in 0..appends {
            append(&self.engine, &cases, &mut self.draw);
        }
    }

    fn many(&mut self, cases: Range<u64>, appends: u64) {
        self.crew.share(appends, |share| {
            let (engine, cases) = (Arc::clone(&self.engine), cases.clone());
            let latencies = Arc::clone(&self.latencies);
            let mut draw = Draw::new(self.draw.number());
            move || {
                let took = (0..share).map(|_| {
                    let before = Instant::now();
                    append(&engine, &cases, &mut draw);
                    before.elapsed()
                });
                let took: Vec<_> = took.collect();
                latencies.lock().unwrap_or_else(PoisonError::into_inner).extend(took);
            }
        });
    }

    fn load(&mut self, cases: Range<u64>, events: u64, times: u64) {
        for _ in 0..times {
            let stream = stream(self.draw.among(&cases));
            let filing: Filing = self.engine.state(municipality(), stream).expect("a case");
            assert_eq!(filing.0.events, events);
        }
    }

    fn replay(&mut self) -> u64 {
        let mut papers = 0;
        let seen = self.each_record(|raw| match decode(raw).expect("an event").event {
            FilingEvent::Filed(filed) => papers += filed.papers.len(),
            FilingEvent::NumberGiven(_) => {}
        });
        assert!(papers > 0);
        seen
    }

    fn verify(&mut self) -> u64 {
        let head = self.store.head(municipality()).expect("a head");
        let mut tree = Frontier::default();
        let mut papers = 0;
        let seen = self.each_record(|raw| {
            tree.append(raw.leaf(), |_| {});
            match decode(raw).expect("an event").event {
                FilingEvent::Filed(filed) => papers += filed.papers.len(),
                FilingEvent::NumberGiven(_) => {}
            }
        });
        assert_eq!(tree.head(), head);
        assert!(papers > 0);
        seen
    }

    fn bytes(&mut self) -> u64 {
        (self.bytes)()
    }

    fn events(&mut self) -> u64 {
        self.store.head(municipality()).expect("a head").size
    }
}

fn append(engine: &Engine, cases: &Range<u64>, draw: &mut Draw) {
    let request = Request::<Filing> {
        municipality: municipality(),
        stream: stream(draw.among(cases)),
        command: FilePapers { seed: draw.number() },
        command_id: command_id(draw),
        actor: Actor::System,
    };
    engine.execute(request).wait().expect("an answer");
}

fn municipality() -> Municipality {
    "012025".parse().expect("a code")
}

fn stream(number: u64) -> StreamId {
    CaseId(Uuid::from_u128(case_id(number))).into()
}

/// An id that begins with the time, as those of a service should.
fn command_id(draw: &mut Draw) -> CommandId {
    let millis = u128::try_from(SystemClock.now().micros() / 1_000).expect("after 1970");
    let chance = draw.id() & ((1 << 62) - 1);
    CommandId(Uuid::from_u128(millis << 80 | 0x7 << 76 | 0x2 << 62 | chance))
}
