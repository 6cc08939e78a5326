//! The work as an embedding service would write it for our engine: a stream of its own kind of event.
//!
//! Beside its event a command brings about what one on the main road does (`load` drives it): of five commands one takes
//! a number, and three schedule an entry of the agenda. Each has its id and digest, and every record its leaf.

use serde::Serialize;
use shinsei_core::agenda::{AgendaChange, Channel, Due, Entry, EntryKey};
use shinsei_core::decider::{Context, Decider, Decision, Needs};
use shinsei_core::event_format::{EventError, EventFormat, Proposed, Upcaster};
use shinsei_core::ids::{EntryName, StreamKind};
use shinsei_core::number::ReceiptNumber;
use shinsei_core::record::Recorded;
use shinsei_core::rejection::Rejection;
use shinsei_core::time::{FiscalYear, Window};
use shinsei_peers_work::case::{Case, PapersFiled};
use shinsei_peers_work::draw::Draw;
use shinsei_peers_work::peer::is_numbered;

const FILED: &str = "PapersFiled";
const NUMBERED: &str = "NumberGiven";

/// A case, as our engine folds it.
#[derive(Clone, Default)]
pub struct Filing(pub Case);

/// Files papers, which ones by chance.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct FilePapers {
    /// What they are drawn by.
    pub seed: u64,
}

/// What happens to a case.
#[derive(Clone, Debug, PartialEq)]
pub enum FilingEvent {
    /// Papers came in.
    Filed(PapersFiled),
    /// The case got a number.
    NumberGiven(ReceiptNumber),
}

impl EventFormat for FilingEvent {
    const UPCASTERS: &'static [Upcaster] = &[];

    fn event_type(&self) -> (&'static str, u16) {
        match self {
            Self::Filed(_) => (FILED, 1),
            Self::NumberGiven(_) => (NUMBERED, 1),
        }
    }

    fn payload(&self) -> Result<Vec<u8>, serde_json::Error> {
        match self {
            Self::Filed(filed) => serde_json::to_vec(filed),
            Self::NumberGiven(_) => Ok(b"{}".to_vec()),
        }
    }

    fn from_payload(event_type: &str, payload: &[u8]) -> Result<Self, EventError> {
        if event_type != FILED {
            return Err(EventError::UnknownType { event_type: event_type.to_owned() });
        }
        serde_json::from_slice(payload)
            .map(Self::Filed)
            .map_err(|source| EventError::Payload { event_type: event_type.to_owned(), source })
    }

    fn from_number(event_type: &str, number: ReceiptNumber) -> Option<Self> {
        (event_type == NUMBERED).then_some(Self::NumberGiven(number))
    }

    fn schema_version(event_type: &str) -> Option<u16> {
        [FILED, NUMBERED].contains(&event_type).then_some(1)
    }
}

impl Decider for Filing {
    type Command = FilePapers;
    type Event = FilingEvent;
    const KIND: StreamKind = StreamKind::Case;

    fn needs<'a>(&'a self, _: &'a FilePapers) -> Needs<'a> {
        Needs::default()
    }

    fn decide(
        &self,
        command: &FilePapers,
        context: &Context<'_>,
    ) -> Result<Decision<FilingEvent>, Rejection> {
        let filed = self.0.file(&mut Draw::new(command.seed));
        let is_numbered = is_numbered(&self.0);
        let series = || ReceiptNumber::series(FiscalYear::of(context.now)).expect("a year of an era");
        let number = || Proposed::Numbered { event_type: NUMBERED, series: series() };
        let entry = || {
            let name = EntryName::new(format!("receipt-notice/{}", filed.ordinal)).expect("a name");
            AgendaChange::Schedule(Entry {
                key: EntryKey { stream: context.stream, name },
                channel: Channel::Notice,
                due: Due::AtOnce,
                task: br#"{"n":"Receipt"}"#.to_vec(),
            })
        };
        Ok(Decision {
            agenda: [0, 2, 4].contains(&(self.0.events % 5)).then(entry).into_iter().collect(),
            events: [Some(Proposed::Event(FilingEvent::Filed(filed))), is_numbered.then(number)]
                .into_iter()
                .flatten()
                .collect(),
            documents: vec![],
            window: Window::ALWAYS,
            also: vec![],
        })
    }

    fn evolve(self, recorded: &Recorded<FilingEvent>) -> Self {
        match &recorded.event {
            FilingEvent::Filed(filed) => Self(self.0.evolve(filed)),
            FilingEvent::NumberGiven(_) => self,
        }
    }
}
